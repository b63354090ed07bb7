//! Errors one by one, those of one cause together: what is known of each, its example, its source
//! lines and the place for notes.

use plexcore::reading::ReadEntry;
use plexcore::report::markdown::escape::{code, fenced, words};
use plexcore::report::markdown::page;
use plexcore::report::number::{counted, grouped, percent};
use plexcore::report::trend::{merged, sparkline};
use plexcore::report::wording::{agents_words, bucket_words, group_words};

use super::Document;
use crate::codebase::Found;
use crate::diagnosis::{Diagnosis, Group, Shown};
use crate::wording::{extent, place, seen};

/// The most columns of a trend.
const TREND: usize = 48;
/// Items and hosts shown of an error.
const LISTED: usize = 12;

impl Document<'_> {
    pub(super) fn across(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_none() {
            return;
        }
        self.page.section("Errors in several agents");
        if diagnosis.across.is_empty() {
            self.page.line("None.");
            return;
        }
        self.page.line(
            "The same kind at the same host, with the same exception or the same words, once \
             addresses, numbers and ids are left aside.",
        );
        for group in &diagnosis.across {
            self.group(group, "###");
        }
    }

    pub(super) fn single(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_none() {
            return;
        }
        self.page.section("Errors of one agent");
        if diagnosis.single.is_empty() {
            self.page.line("None.");
        } else {
            self.page
                .line("The agent with the most events of its own first.");
        }
        for (agent, groups) in &diagnosis.single {
            let events = groups.iter().map(|group| group.events).sum();
            self.page.line(&format!(
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
            self.page.line(&format!(
                "\n{level} {}: {} of one cause, {}\n",
                words(&first.title),
                counted(group.errors.len() as u64, "error", "errors"),
                extent(group.events, &group.agents)
            ));
            self.page.line(&format!(
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
        self.page.line(&format!(
            "\n{level} {} {}\n",
            code(&entry.id),
            heading(entry)
        ));
        self.told(entry, error.source.as_ref());
        for companion in &error.companions {
            self.page.line(&format!(
                "\n{level}# {} {}, written next each time\n",
                code(&companion.entry.id),
                heading(&companion.entry)
            ));
            self.page.line(&format!(
                "As many events, in the same agents and at the same times as {}, and next to it on \
                 the thread.\n",
                code(&entry.id)
            ));
            self.told(&companion.entry, companion.source.as_ref());
        }
    }

    /// What stands below the heading of an error.
    fn told(&mut self, entry: &ReadEntry, found: Option<&Found>) {
        self.facts(entry);
        self.sample(entry);
        self.source(entry, found);
        self.page.line("\n**Notes**\n");
        self.notes(&entry.id, &entry.title);
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
        self.page.line(&format!(
            "- {}{}{is_new}: {}",
            counted(entry.count, "event", "events"),
            share.unwrap_or_default(),
            words(&agents_words(&entry.agents))
        ));
        let severity = match entry.severity.as_str() {
            "" => String::new(),
            severity => format!(", {}", words(severity)),
        };
        self.page.line(&format!(
            "- Kind: {}, {}{severity}",
            code(&entry.kind),
            words(group_words(&entry.group))
        ));
        self.page.line(&format!("- Seen: {}", words(&seen(entry))));
        if let (Some(bucket_s), 2..) = (self.bucket_s, entry.trend.len()) {
            let columns = merged(&entry.trend, TREND);
            let each = bucket_s * entry.trend.len().div_ceil(columns.len()) as u64;
            self.page.line(&format!(
                "- Over the window: {} ({} each)",
                sparkline(&columns),
                bucket_words(each)
            ));
        }
        self.cause(entry);
    }

    /// Where it went wrong and on what, as far as the report tells.
    fn cause(&mut self, entry: &ReadEntry) {
        if let Some(culprit) = &entry.culprit {
            let function = culprit
                .function
                .as_deref()
                .map(|name| format!(" in {name}"));
            self.page.line(&format!(
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
                self.page
                    .line(&format!("- Its line, as logged: {}", code(source.trim())));
            }
        }
        if let Some(raised) = &entry.exception {
            self.page.line(&format!(
                "- Raised: {}",
                code(&format!("{}: {}", raised.name, raised.message))
            ));
        }
        if let Some(errno) = entry.errno {
            self.page.line(&format!("- Errno: {errno}"));
        }
        for failed in entry.urls.iter().take(LISTED) {
            let status = failed.status.map(|status| format!(" {status}"));
            self.page.line(&format!(
                "- Failed host: {}{}, {}, such as {}",
                code(&failed.host),
                status.unwrap_or_default(),
                counted(failed.events, "time", "times"),
                code(&failed.example)
            ));
        }
        if entry.n_items > 0 {
            let shown = &entry.items[..entry.items.len().min(LISTED)];
            self.page.line(&format!(
                "- Plex items: {} in all, {}",
                grouped(entry.n_items),
                words(&shown.join(", "))
            ));
        }
        if let Some(template) = &entry.template {
            self.page.line(&format!("- Template: {}", code(template)));
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
        self.page
            .line(&format!("- Sample, of {}{from}:\n", words(&example.agent)));
        self.page.block(&page::example(example));
    }

    fn source(&mut self, entry: &ReadEntry, found: Option<&Found>) {
        let (Some(found), Some(culprit)) = (found, &entry.culprit) else {
            return;
        };
        let (said, is_warning) = found.words(culprit.line);
        let label = if is_warning { "**WARNING:** " } else { "" };
        self.page
            .line(&format!("\n- In the codebase: {label}{}", words(&said)));
        if let Some(excerpt) = found.excerpt() {
            self.page.line(&format!("  {}\n", code(&excerpt.path)));
            self.page.block(&fenced(&excerpt.numbered()));
        }
    }

    /// Lines that a report without single errors gives as samples.
    pub(super) fn samples(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_some() {
            return;
        }
        let with_samples = diagnosis
            .agents
            .iter()
            .filter(|agent| !agent.samples.failure_patterns.is_empty() || !agent.urls.is_empty());
        for (index, agent) in with_samples.enumerate() {
            if index == 0 {
                self.page.section("Sample messages");
            }
            self.page.line(&format!("\n### {}\n", words(&agent.name)));
            let behind = |mark: &str, lines: &[String]| -> Vec<String> {
                lines.iter().map(|line| format!("{mark} {line}")).collect()
            };
            let lines = [
                behind(">", &agent.samples.failure_patterns),
                behind("!", &agent.urls),
            ]
            .concat();
            self.page.block(&fenced(&lines));
        }
    }

    pub(super) fn noise(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.noise.is_empty() && diagnosis.apart.is_empty() {
            return;
        }
        self.page.section("Framework noise and outcomes");
        self.page
            .line("No failures: counted apart, so that nobody chases them.\n");
        if !diagnosis.apart.is_empty() {
            let heads = ["What", "Kind", "Whose", "# Events", "# Agents"];
            self.page.table(
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
            self.page.line("");
        }
        for entry in &diagnosis.noise {
            self.page.line(&format!(
                "- {} {}: {}\n",
                code(&entry.id),
                heading(entry),
                words(&agents_words(&entry.agents))
            ));
            self.notes(&entry.id, &entry.title);
            self.page.line("");
        }
    }
}

/// What an error looks like in one line.
fn heading(entry: &ReadEntry) -> String {
    let place = place(entry).map(|place| format!(", {}", code(&place)));
    format!("{}{}", words(&entry.title), place.unwrap_or_default())
}
