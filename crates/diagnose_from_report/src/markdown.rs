//! The document as Markdown, to be read, worked through and written into.
//!
//! Every line of a log stands in a block of code behind a mark of its own, so none of them can
//! pass for a heading, a link or a place for notes.

use std::fmt::Write as _;

use plexcore::reading::ReadEntry;
use plexcore::report::markdown::escape::{code, fenced, words};
use plexcore::report::number::{counted, grouped, percent};
use plexcore::report::trend::{merged, sparkline};
use plexcore::report::understanding::Example;
use plexcore::report::wording::{agents_words, bucket_words, group_words, share_words};

use crate::codebase::Found;
use crate::diagnosis::{Diagnosis, Group, Shown};
use crate::notes::{GENERAL, Kept, check_line, closing, opening};
use crate::summary;
use crate::wording::{capital, covered, extent, number, place, seen, window};

/// The most columns of a trend.
const TREND: usize = 48;
/// Items and hosts shown of an error.
const LISTED: usize = 12;

/// Writes the document.
pub(crate) fn page(diagnosis: &Diagnosis, kept: &Kept) -> String {
    let mut page = Page {
        text: String::new(),
        kept,
        failures: diagnosis.failures,
        bucket_s: diagnosis.bucket_s,
    };
    page.head(diagnosis);
    page.summary(diagnosis);
    page.types(diagnosis);
    page.totals(diagnosis);
    page.agents(diagnosis);
    page.across(diagnosis);
    page.single(diagnosis);
    page.samples(diagnosis);
    page.noise(diagnosis);
    page.gaps(diagnosis);
    page.other_notes(diagnosis);
    let check = check_line(&page.text);
    page.text + &check
}

struct Page<'a> {
    text: String,
    kept: &'a Kept,
    failures: u64,
    bucket_s: Option<u64>,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn section(&mut self, title: &str) {
        let _ = write!(self.text, "\n## {title}\n\n");
    }

    /// A table; a column whose head begins with `#` holds numbers.
    fn table(&mut self, heads: &[String], rows: impl Iterator<Item = Vec<String>>) {
        let names: Vec<&str> = heads
            .iter()
            .map(|head| head.trim_start_matches("# "))
            .collect();
        let rules: Vec<&str> = heads
            .iter()
            .map(|head| if head.starts_with('#') { "---:" } else { "---" })
            .collect();
        self.line(&format!("| {} |", names.join(" | ")));
        self.line(&format!("| {} |", rules.join(" | ")));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
    }

    /// A place for a person's words.
    fn notes(&mut self, id: &str, title: &str) {
        let text = self.kept.text(id);
        let _ = write!(self.text, "{}\n\n", opening(id, title));
        if !text.is_empty() {
            let _ = write!(self.text, "{text}\n\n");
        }
        let _ = writeln!(self.text, "{}", closing(id));
    }

    fn head(&mut self, diagnosis: &Diagnosis) {
        let reading = &diagnosis.reading;
        self.line("# Error categorization\n");
        for sentence in &diagnosis.attention {
            self.line(&format!("> **ATTENTION:** {}\n>", words(sentence)));
        }
        if !diagnosis.attention.is_empty() {
            self.line("");
        }
        self.line(&format!(
            "- Report: {}, a {}",
            code(&reading.path.to_string_lossy()),
            reading.generation.words()
        ));
        let generated = reading.generated.as_deref().unwrap_or("not told");
        self.line(&format!("- Report generated: {}", words(generated)));
        self.line(&format!("- Window asked for: {}", words(&window(reading))));
        self.line(&format!("- The logs cover: {}", words(&covered(reading))));
        for words_of_filter in &diagnosis.filtered {
            self.line(&format!("- Shown here: {}", words(words_of_filter)));
        }
        self.line(&format!(
            "- This document: {}, {}",
            words(&diagnosis.generated),
            diagnosis.made_by
        ));
    }

    fn summary(&mut self, diagnosis: &Diagnosis) {
        self.section("Executive summary");
        for sentence in summary::sentences(diagnosis) {
            self.line(&format!("- {}.", words(&capital(&sentence))));
        }
        if diagnosis.left_out.errors > 0 {
            self.line(&format!(
                "- {} with {} not shown below; `--top all` shows every one.",
                counted(diagnosis.left_out.errors, "error", "errors"),
                counted(diagnosis.left_out.events, "event", "events")
            ));
        }
        self.line(
            "\nNo cause and no fix is claimed here. What you write between a `notes` comment and \
             its end stays when this document is made again.\n\n**Notes on the whole**\n",
        );
        self.notes(GENERAL, "");
    }

    fn types(&mut self, diagnosis: &Diagnosis) {
        let Some(kinds) = &diagnosis.kinds else {
            return;
        };
        self.section("Error types identified");
        if kinds.is_empty() {
            self.line("None.");
            return;
        }
        let heads = ["Type", "Kind", "Whose", "# Events", "# Share", "# Agents"].map(str::to_owned);
        self.table(
            &heads,
            kinds.iter().map(|kind| {
                vec![
                    words(&kind.title),
                    code(&kind.kind),
                    words(group_words(&kind.group)),
                    grouped(kind.events),
                    words(&share_words(kind.share.as_deref())),
                    grouped(kind.agents.len() as u64),
                ]
            }),
        );
    }

    fn totals(&mut self, diagnosis: &Diagnosis) {
        let told: Vec<(String, u64)> = diagnosis
            .totals
            .fields()
            .into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?)))
            .chain(diagnosis.reading.others.iter().cloned())
            .collect();
        if told.is_empty() {
            return;
        }
        self.section("Totals of the report");
        self.table(
            &["Total", "# Events"].map(str::to_owned),
            told.into_iter()
                .map(|(label, value)| vec![words(&label), grouped(value)]),
        );
    }

    fn agents(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_some() {
            return self.agents_by_kind(diagnosis);
        }
        if diagnosis.agents.is_empty() {
            return;
        }
        self.section("Affected agents");
        let told = |at: usize| {
            diagnosis
                .agents
                .iter()
                .any(|agent| agent.counts.fields()[at].1.is_some())
        };
        let fields = diagnosis.totals.fields();
        let columns: Vec<usize> = (0..fields.len()).filter(|&at| told(at)).collect();
        let others: Vec<String> = diagnosis
            .agents
            .first()
            .map(|agent| {
                agent
                    .others
                    .iter()
                    .map(|(label, _)| label.clone())
                    .collect()
            })
            .unwrap_or_default();
        let mut heads = vec!["Agent".to_owned()];
        heads.extend(columns.iter().map(|&at| format!("# {}", fields[at].0)));
        heads.extend(others.iter().map(|label| format!("# {}", words(label))));
        let rows = diagnosis.agents.iter().map(|agent| {
            let mut row = vec![words(&agent.name)];
            row.extend(
                columns
                    .iter()
                    .map(|&at| number(agent.counts.fields()[at].1)),
            );
            row.extend(others.iter().map(|label| {
                number(
                    agent
                        .others
                        .iter()
                        .find(|(known, _)| known == label)
                        .map(|o| o.1),
                )
            }));
            row
        });
        self.table(&heads, rows);
    }

    /// Agents by kinds of failure.
    fn agents_by_kind(&mut self, diagnosis: &Diagnosis) {
        let affected = summary::affected(diagnosis);
        if affected.is_empty() {
            return;
        }
        self.section("Affected agents");
        let (kinds, has_others) = summary::columns(diagnosis);
        let mut heads = vec!["Agent".to_owned(), "# Failures".to_owned()];
        heads.extend(kinds.iter().map(|kind| format!("# {}", code(&kind.kind))));
        if has_others {
            heads.push("# others".to_owned());
        }
        let shown = |events: u64| match events {
            0 => "·".to_owned(),
            events => grouped(events),
        };
        let rows = affected.iter().map(|agent| {
            let mut row = vec![words(&agent.agent), grouped(agent.events)];
            let counts: Vec<u64> = kinds
                .iter()
                .map(|kind| summary::of_agent(kind, &agent.agent))
                .collect();
            row.extend(counts.iter().copied().map(shown));
            if has_others {
                let told: u64 = counts.iter().sum();
                row.push(shown(agent.events.saturating_sub(told)));
            }
            row
        });
        self.table(&heads, rows);
        let spared = diagnosis
            .agents
            .iter()
            .filter(|agent| !affected.iter().any(|known| known.agent == agent.name))
            .count() as u64;
        if spared > 0 {
            self.line(&format!(
                "\n{} without a failure.",
                counted(spared, "agent", "agents")
            ));
        }
    }

    fn across(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_none() {
            return;
        }
        self.section("Errors in several agents");
        if diagnosis.across.is_empty() {
            self.line("None.");
            return;
        }
        self.line(
            "The same kind at the same host, with the same exception or the same words, once \
             addresses, numbers and ids are left aside.",
        );
        for group in &diagnosis.across {
            self.group(group, "###");
        }
    }

    fn single(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_none() {
            return;
        }
        self.section("Errors of one agent");
        if diagnosis.single.is_empty() {
            self.line("None.");
        } else {
            self.line("The agent with the most events of its own first.");
        }
        for (agent, groups) in &diagnosis.single {
            let events = groups.iter().map(|group| group.events).sum();
            self.line(&format!(
                "\n### {}: {} of its own",
                words(agent),
                counted(events, "event", "events")
            ));
            for group in groups {
                self.group(group, "####");
            }
        }
    }

    fn group(&mut self, group: &Group, level: &str) {
        let [only] = group.errors.as_slice() else {
            let first = &group.errors[0].entry;
            self.line(&format!(
                "\n{level} {}: {} of one cause, {}\n",
                words(&first.title),
                counted(group.errors.len() as u64, "error", "errors"),
                extent(group.events, &group.agents)
            ));
            self.line(&format!(
                "- By agent: {}",
                words(&agents_words(&group.agents))
            ));
            for error in &group.errors {
                self.error(error, &format!("{level}#"));
            }
            return;
        };
        self.error(only, level);
    }

    fn error(&mut self, error: &Shown, level: &str) {
        let entry = &error.entry;
        self.line(&format!(
            "\n{level} {} {}\n",
            code(&entry.id),
            heading(entry)
        ));
        self.facts(entry);
        self.sample(entry);
        self.source(entry, error.source.as_ref());
        self.line("\n**Notes**\n");
        self.notes(&entry.id, &entry.title);
        for companion in &error.companions {
            self.line(&format!(
                "\n{level}# {} {}, written next each time\n",
                code(&companion.entry.id),
                heading(&companion.entry)
            ));
            self.line(&format!(
                "As many events, in the same agents and at the same times as {}, and next to it on \
                 the thread.\n",
                code(&entry.id)
            ));
            self.facts(&companion.entry);
            self.sample(&companion.entry);
            self.source(&companion.entry, companion.source.as_ref());
            self.line("\n**Notes**\n");
            self.notes(&companion.entry.id, &companion.entry.title);
        }
    }

    fn facts(&mut self, entry: &ReadEntry) {
        let share = percent(entry.count, self.failures)
            .filter(|_| entry.is_failure())
            .map(|share| format!(", {share} of all failures"));
        let is_new = if entry.is_new == Some(true) {
            ", **new**"
        } else {
            ""
        };
        self.line(&format!(
            "- {}{}{is_new}: {}",
            counted(entry.count, "event", "events"),
            share.unwrap_or_default(),
            words(&agents_words(&entry.agents))
        ));
        let severity = match entry.severity.as_str() {
            "" => String::new(),
            severity => format!(", {}", words(severity)),
        };
        self.line(&format!(
            "- Kind: {}, {}{severity}",
            code(&entry.kind),
            words(group_words(&entry.group))
        ));
        self.line(&format!("- Seen: {}", words(&seen(entry))));
        if let (Some(bucket_s), 2..) = (self.bucket_s, entry.trend.len()) {
            let columns = merged(&entry.trend, TREND);
            let each = bucket_s * entry.trend.len().div_ceil(columns.len()) as u64;
            self.line(&format!(
                "- Over the window: {} ({} each)",
                sparkline(&columns),
                bucket_words(each)
            ));
        }
        if let Some(culprit) = &entry.culprit {
            let function = culprit
                .function
                .as_deref()
                .map(|name| format!(" in {name}"));
            self.line(&format!(
                "- Culprit: {}",
                code(&format!(
                    "{} {}:{}{}",
                    culprit.bundle,
                    culprit.file,
                    culprit.line,
                    function.unwrap_or_default()
                ))
            ));
            if let Some(source) = &culprit.source {
                self.line(&format!("- Its line, as logged: {}", code(source.trim())));
            }
        }
        if let Some(raised) = &entry.exception {
            self.line(&format!(
                "- Raised: {}",
                code(&format!("{}: {}", raised.name, raised.message))
            ));
        }
        if let Some(errno) = entry.errno {
            self.line(&format!("- Errno: {errno}"));
        }
        for failed in entry.urls.iter().take(LISTED) {
            let status = failed.status.map(|status| format!(" {status}"));
            self.line(&format!(
                "- Failed host: {}{}, {}, such as {}",
                code(&failed.host),
                status.unwrap_or_default(),
                counted(failed.events, "time", "times"),
                code(&failed.example)
            ));
        }
        if entry.n_items > 0 {
            let shown = &entry.items[..entry.items.len().min(LISTED)];
            self.line(&format!(
                "- Plex items: {} in all, {}",
                grouped(entry.n_items),
                words(&shown.join(", "))
            ));
        }
        if let Some(template) = &entry.template {
            self.line(&format!("- Template: {}", code(template)));
        }
    }

    fn sample(&mut self, entry: &ReadEntry) {
        let Some(example) = &entry.example else {
            return;
        };
        let from = if example.file.is_empty() {
            String::new()
        } else {
            format!(
                ", {} at byte {}",
                code(&example.file),
                grouped(example.offset)
            )
        };
        self.line(&format!("- Sample, of {}{from}:\n", words(&example.agent)));
        self.text.push_str(&fenced(&marked(example)));
    }

    fn source(&mut self, entry: &ReadEntry, found: Option<&Found>) {
        let (Some(found), Some(culprit)) = (found, &entry.culprit) else {
            return;
        };
        let (said, is_warning) = found.words(culprit.line);
        let label = if is_warning { "**WARNING:** " } else { "" };
        self.line(&format!("\n- In the codebase: {label}{}", words(&said)));
        if let Some(excerpt) = found.excerpt() {
            self.line(&format!("  {}\n", code(&excerpt.path)));
            self.text.push_str(&fenced(&excerpt.numbered()));
        }
    }

    /// Lines that a report without single errors gives as samples.
    fn samples(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_some() {
            return;
        }
        let with_samples = diagnosis
            .agents
            .iter()
            .filter(|agent| !agent.samples.failure_patterns.is_empty() || !agent.urls.is_empty());
        for (index, agent) in with_samples.enumerate() {
            if index == 0 {
                self.section("Sample messages");
            }
            self.line(&format!("\n### {}\n", words(&agent.name)));
            let behind = |mark: &str, lines: &[String]| -> Vec<String> {
                lines.iter().map(|line| format!("{mark} {line}")).collect()
            };
            let lines = [
                behind(">", &agent.samples.failure_patterns),
                behind("!", &agent.urls),
            ]
            .concat();
            self.text.push_str(&fenced(&lines));
        }
    }

    fn noise(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.noise.is_empty() && diagnosis.apart.is_empty() {
            return;
        }
        self.section("Framework noise and outcomes");
        self.line("No failures: counted apart, so that nobody chases them.\n");
        if !diagnosis.apart.is_empty() {
            let heads = ["What", "Kind", "Whose", "# Events", "# Agents"].map(str::to_owned);
            self.table(
                &heads,
                diagnosis.apart.iter().map(|kind| {
                    vec![
                        words(&kind.title),
                        code(&kind.kind),
                        words(group_words(&kind.group)),
                        grouped(kind.events),
                        grouped(kind.agents.len() as u64),
                    ]
                }),
            );
            self.line("");
        }
        for entry in &diagnosis.noise {
            self.line(&format!(
                "- {} {}: {}\n",
                code(&entry.id),
                heading(entry),
                words(&agents_words(&entry.agents))
            ));
            self.notes(&entry.id, &entry.title);
            self.line("");
        }
    }

    fn gaps(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.gaps.is_empty() {
            return;
        }
        self.section("What this report cannot tell");
        self.line(&format!(
            "It is a {}.\n",
            diagnosis.reading.generation.words()
        ));
        for gap in &diagnosis.gaps {
            self.line(&format!("- {}.", words(&capital(gap))));
        }
    }

    /// Notes whose entries have gone, or are not shown this time.
    fn other_notes(&mut self, diagnosis: &Diagnosis) {
        let shown = summary::shown_ids(diagnosis);
        let others: Vec<(String, String)> = self
            .kept
            .others(&shown)
            .map(|(id, note)| (id.to_owned(), note.title.clone()))
            .collect();
        if others.is_empty() {
            return;
        }
        self.section("Notes on errors that are not shown here");
        self.line("They are gone from the report, or left aside by an option.");
        for (id, title) in others {
            self.line(&format!("\n### {} {}\n", code(&id), words(&title)));
            self.notes(&id, &title);
        }
    }
}

/// The lines of an example; those of the event itself are marked.
fn marked(example: &Example) -> Vec<String> {
    let behind = |mark: &str, lines: &[String]| -> Vec<String> {
        lines
            .iter()
            .map(|line| format!("{mark} {}", line.replace('\n', " ")))
            .collect()
    };
    [
        behind(" ", &example.before),
        behind(">", &example.lines),
        behind(" ", &example.after),
    ]
    .concat()
}

/// What an error looks like in one line.
fn heading(entry: &ReadEntry) -> String {
    let place = place(entry).map(|place| format!(", {}", code(&place)));
    format!("{}{}", words(&entry.title), place.unwrap_or_default())
}
