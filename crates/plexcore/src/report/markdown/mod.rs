//! The report as Markdown, to be pasted into an issue or a forum: short enough for that, and
//! nothing in it from a log can link, mention anybody or break out of its place.
//!
//! Where the budget ends, the text says how much was left out; the other formats have all of it.

pub mod escape;

use std::fmt::Write as _;
use std::io::{self, Write};

use self::escape::{code, fenced, words};
use super::attention;
use super::model::{AgentReport, Report};
use super::number::{bytes, counted, duration, grouped};
use super::text::SUMMARY_LABELS;
use super::trend::{merged, sparkline};
use super::understanding::{Entry, Example, SessionCounts};
use super::wording::{
    agents_words, bucket_words, burst_words, delivered_words, failures, group_words, heading,
    is_failure, requests_each, share_words, to_minute, to_second,
};
use crate::metrics::totals::Totals;

/// The most bytes that are written. GitHub takes 65,536 characters in an issue's text.
pub const MOST_BYTES: usize = 60_000;
/// What the sections after the catalogue may take of it.
const REST_BYTES: usize = 16_000;
/// Entries in the catalogue's table, and rows of any other table.
const MOST_ROWS: usize = 40;
/// Entries that are shown with their example.
const MOST_EXAMPLES: usize = 15;
/// The most columns of a sparkline.
const TREND: usize = 48;

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page {
        text: String::new(),
    };
    page.head(report);
    page.totals(report);
    page.outcomes(report);
    page.kinds(report);
    page.catalogue(report);
    page.when(report);
    page.findings(report);
    page.agents(report);
    out.write_all(page.text.as_bytes())
}

struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn section(&mut self, title: &str) {
        let _ = write!(self.text, "\n## {title}\n\n");
    }

    /// A table; a column whose head begins with `#` holds numbers.
    fn table(&mut self, heads: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        let names: Vec<&str> = heads
            .iter()
            .map(|head| head.trim_start_matches("# "))
            .collect();
        let rule = |head: &&str| if head.starts_with('#') { "---:" } else { "---" };
        let rules: Vec<&str> = heads.iter().map(rule).collect();
        self.line(&format!("| {} |", names.join(" | ")));
        self.line(&format!("| {} |", rules.join(" | ")));
        for row in rows {
            let row = format!("| {} |", row.join(" | "));
            if !self.has_room(row.len(), REST_BYTES) {
                self.line("\nThe rest of the table is left out.");
                return;
            }
            self.line(&row);
        }
    }

    /// Whether so many bytes may still be written when `kept` are kept for what follows.
    fn has_room(&self, bytes: usize, kept: usize) -> bool {
        self.text.len() + bytes + kept <= MOST_BYTES
    }

    fn head(&mut self, report: &Report) {
        self.line("# Plex plug-in log report\n");
        let sentences = attention::sentences(report);
        for sentence in &sentences {
            self.line(&format!("> **ATTENTION:** {}\n>", words(sentence)));
        }
        if !sentences.is_empty() {
            self.line("");
        }
        let coverage = &report.coverage;
        let counts = &coverage.whole.counts;
        let asked = words(&report.window.asked);
        self.line(&format!(
            "- Generated {}; window asked for: {asked}",
            words(&report.generated)
        ));
        let none = "none";
        self.line(&format!(
            "- Logs cover {} to {}",
            words(coverage.whole.first.as_deref().map_or(none, to_second)),
            words(coverage.whole.last.as_deref().map_or(none, to_second)),
        ));
        self.line(&format!(
            "- Read {} of {}: {}, {}, {} ({} in the window), {}",
            counted(counts.files, "file", "files"),
            counted(coverage.agents, "agent", "agents"),
            bytes(counts.bytes),
            counted(counts.lines, "line", "lines"),
            counted(counts.records, "record", "records"),
            grouped(counts.records_in_window),
            counted(
                counts.orphan_lines,
                "line that is no record",
                "lines that are no record"
            ),
        ));
        for file in coverage.unreadable.iter().take(MOST_ROWS) {
            let item = format!("- Not read: {}: {}", code(&file.path), words(&file.reason));
            if self.has_room(item.len(), 2 * REST_BYTES) {
                self.line(&item);
            }
        }
    }

    fn totals(&mut self, report: &Report) {
        self.section("Totals");
        let totals = Totals::from(report.summary);
        let rows = SUMMARY_LABELS.iter().zip(totals.fields());
        self.table(
            &["Total", "# Events"],
            rows.map(|(label, (_, value))| vec![(*label).to_owned(), grouped(value)]),
        );
    }

    fn outcomes(&mut self, report: &Report) {
        self.section("Outcomes");
        let row = |name: String, counts: &SessionCounts| {
            let time = |ms: Option<u64>| ms.map_or_else(|| "-".to_owned(), duration);
            vec![
                name,
                grouped(counts.total),
                grouped(counts.succeeded),
                grouped(counts.empty),
                grouped(counts.failed),
                grouped(counts.unfinished),
                time(counts.median_ms),
                time(counts.p95_ms),
                time(counts.max_ms),
                requests_each(counts).unwrap_or_else(|| "-".to_owned()),
            ]
        };
        let all = [
            ("all searches".to_owned(), &report.outcomes.searches),
            ("all updates".to_owned(), &report.outcomes.updates),
        ];
        let by_agent = report.agents.iter().flat_map(|agent| {
            [
                (
                    format!("{}, searches", words(&agent.name)),
                    &agent.outcomes.searches,
                ),
                (
                    format!("{}, updates", words(&agent.name)),
                    &agent.outcomes.updates,
                ),
            ]
        });
        let rows: Vec<_> = all
            .into_iter()
            .chain(
                by_agent
                    .filter(|(_, counts)| counts.total > 0)
                    .take(MOST_ROWS),
            )
            .map(|(name, counts)| row(name, counts))
            .collect();
        self.table(
            &[
                "What",
                "# All",
                "# Good",
                "# Nothing",
                "# Failed",
                "# Open",
                "# Median",
                "# 95%",
                "# Longest",
                "# Fetches each",
            ],
            rows.into_iter(),
        );
        if let Some(told) = &report.outcomes.delivered {
            self.line(&format!(
                "\nUpdates, as the server was told: {}.\n",
                delivered_words(told)
            ));
        }
    }

    fn kinds(&mut self, report: &Report) {
        self.section("What went wrong, by kind");
        self.line(&format!(
            "{}.\n",
            counted(failures(&report.kinds), "failure", "failures")
        ));
        self.table(
            &["# Events", "# Share", "Whose", "What", "Agents"],
            report.kinds.iter().take(MOST_ROWS).map(|kind| {
                vec![
                    grouped(kind.events),
                    words(&share_words(kind.share.as_deref())),
                    words(group_words(&kind.group)),
                    format!("{} {}", words(&kind.title), code(&kind.kind)),
                    words(&agents_words(&kind.agents[..kind.agents.len().min(6)])),
                ]
            }),
        );
        let more = report.kinds.len().saturating_sub(MOST_ROWS) as u64;
        if more > 0 {
            self.line(&format!(
                "\nand {}.",
                counted(more, "kind more", "kinds more")
            ));
        }
    }

    fn catalogue(&mut self, report: &Report) {
        self.section("Error catalogue");
        let failures: Vec<&Entry> = report
            .catalogue
            .iter()
            .filter(|entry| is_failure(&entry.group))
            .collect();
        let apart = (report.catalogue.len() - failures.len()) as u64;
        self.line(&format!(
            "{}; {} of noise and outcomes not listed here.\n",
            counted(failures.len() as u64, "distinct error", "distinct errors"),
            counted(apart, "entry", "entries"),
        ));
        self.table(
            &["Id", "# Events", "What", "Culprit", "Trend", "Last seen"],
            failures.iter().take(MOST_ROWS).map(|entry| row(entry)),
        );
        let more = failures.len().saturating_sub(MOST_ROWS) as u64;
        if more > 0 {
            self.line(&format!(
                "\nand {}.",
                counted(more, "error more", "errors more")
            ));
        }
        self.line("");
        for entry in failures.iter().take(MOST_EXAMPLES) {
            let details = details(entry);
            if !self.has_room(details.len(), REST_BYTES) {
                break;
            }
            self.text.push_str(&details);
        }
    }

    fn when(&mut self, report: &Report) {
        let timeline = &report.timeline;
        let (Some(first), Some(last)) = (timeline.buckets.first(), timeline.buckets.last()) else {
            return;
        };
        self.section("When");
        let errors: Vec<u64> = timeline
            .buckets
            .iter()
            .map(|bucket| bucket.errors)
            .collect();
        let work: Vec<u64> = timeline
            .buckets
            .iter()
            .map(|bucket| bucket.searches + bucket.updates)
            .collect();
        let each = timeline.bucket_s * errors.len().div_ceil(merged(&errors, TREND).len()) as u64;
        let drawn = |counts: &[u64]| {
            format!(
                "{} (most {})",
                sparkline(&merged(counts, TREND)),
                grouped(counts.iter().copied().max().unwrap_or(0))
            )
        };
        let drawing = format!(
            "from {} to {}, {} each\nfailures {}\nwork     {}",
            to_minute(&first.start),
            to_minute(&last.start),
            bucket_words(each),
            drawn(&errors),
            drawn(&work)
        );
        self.text.push_str(&fenced(&[drawing]));
        for burst in timeline.bursts.iter().take(MOST_ROWS) {
            let mut item = format!(
                "- **{} {}** from {} to {}: {} a minute, usually {}\n",
                grouped(burst.events),
                words(burst_words(&burst.what)),
                words(to_second(&burst.start)),
                words(to_second(&burst.end)),
                words(&burst.per_minute),
                words(&burst.usual_per_minute)
            );
            for before in &burst.before {
                let _ = writeln!(
                    item,
                    "  - {} {}: {}",
                    words(to_second(&before.at)),
                    words(&before.what),
                    code(&before.text)
                );
            }
            if !self.has_room(item.len(), REST_BYTES / 2) {
                break;
            }
            self.text.push_str(&item);
        }
    }

    fn findings(&mut self, report: &Report) {
        self.section("Findings");
        if report.findings.is_empty() {
            self.line("Nothing stands out.");
        }
        for finding in report.findings.iter().take(MOST_ROWS) {
            let ids: Vec<String> = finding.entries.iter().take(10).map(|id| code(id)).collect();
            let item = format!("- {} {}", words(&finding.text), ids.join(" "));
            if self.has_room(item.len(), REST_BYTES / 4) {
                self.line(item.trim_end());
            }
        }
    }

    fn agents(&mut self, report: &Report) {
        self.section("Agents");
        let mut left_out = 0;
        for agent in &report.agents {
            let block = agent_block(agent);
            if self.has_room(block.len(), 200) {
                self.text.push_str(&block);
            } else {
                left_out += 1;
            }
        }
        if left_out > 0 {
            self.line(&format!(
                "{} left out to keep this short enough for an issue.",
                counted(left_out, "agent is", "agents are")
            ));
        }
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let culprit = entry.culprit.as_ref().map_or_else(String::new, |culprit| {
        code(&format!(
            "{} {}:{}",
            culprit.bundle, culprit.file, culprit.line
        ))
    });
    let is_new = if entry.is_new == Some(true) {
        " **new**"
    } else {
        ""
    };
    vec![
        code(&entry.id),
        grouped(entry.count),
        format!("{}{is_new}", words(&heading(entry))),
        culprit,
        sparkline(&merged(&entry.trend, TREND / 2)),
        words(to_second(&entry.last)),
    ]
}

/// An entry with its example, folded until it is opened.
fn details(entry: &Entry) -> String {
    let mut text = format!(
        "<details><summary>{}: {}, {}</summary>\n\n",
        words(&entry.id),
        words(&heading(entry)),
        counted(entry.count, "event", "events")
    );
    let mut item = |label: &str, value: String| {
        let _ = writeln!(text, "- {label}: {value}");
    };
    item(
        "Kind",
        format!(
            "{}, {}",
            code(&entry.kind),
            words(group_words(&entry.group))
        ),
    );
    if let Some(template) = &entry.template {
        item("Says", code(template));
    }
    item("Agents", words(&agents_words(&entry.agents)));
    item(
        "Seen",
        format!(
            "{} to {}",
            words(to_second(&entry.first)),
            words(to_second(&entry.last))
        ),
    );
    if let Some(culprit) = &entry.culprit {
        let function = culprit
            .function
            .as_deref()
            .map_or_else(String::new, |name| format!(" in {name}"));
        item(
            "Culprit",
            code(&format!(
                "{} {}:{}{function}",
                culprit.bundle, culprit.file, culprit.line
            )),
        );
    }
    if let Some(raised) = &entry.exception {
        item(
            "Raised",
            code(&format!("{}: {}", raised.name, raised.message)),
        );
    }
    for failed in &entry.urls {
        let status = failed
            .status
            .map_or_else(String::new, |status| format!(" {status}"));
        item(
            "Failed host",
            format!(
                "{}{status}, {}",
                code(&failed.host),
                counted(failed.events, "time", "times")
            ),
        );
    }
    if entry.n_items > 0 {
        let shown = &entry.items[..entry.items.len().min(10)];
        item(
            "Items",
            format!(
                "{} in all: {}",
                grouped(entry.n_items),
                words(&shown.join(", "))
            ),
        );
    }
    if let Some(example) = &entry.example {
        let _ = writeln!(
            text,
            "- From: {} at byte {}\n",
            code(&example.file),
            example.offset
        );
        text.push_str(&fenced(&example_lines(example)));
    }
    text.push_str("\n</details>\n\n");
    text
}

fn example_lines(example: &Example) -> Vec<String> {
    let marked = |mark: &str, lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| format!("{mark} {line}")).collect()
    };
    [
        marked(" ", &example.before),
        marked(">", &example.lines),
        marked(" ", &example.after),
    ]
    .concat()
}

fn agent_block(agent: &AgentReport) -> String {
    let mut text = format!("<details><summary>{}</summary>\n\n", words(&agent.name));
    for (label, value) in agent.statistics.fields() {
        let _ = writeln!(text, "- {label}: {}", grouped(value));
    }
    let levels: Vec<String> = agent
        .levels
        .iter()
        .map(|level| format!("{} {}", grouped(level.records), level.level))
        .collect();
    let _ = writeln!(
        text,
        "- Records in the window: {} ({})",
        grouped(agent.coverage.counts.records_in_window),
        words(&levels.join(", "))
    );
    let _ = writeln!(text, "- Failed URLs: {}", grouped(agent.n_urls));
    for url in agent.urls.iter().take(3) {
        let _ = writeln!(text, "  - {}", code(url));
    }
    let _ = writeln!(
        text,
        "- Message patterns: {}",
        grouped(agent.patterns.unique)
    );
    let lines: Vec<String> = agent
        .patterns
        .listed
        .iter()
        .take(5)
        .map(|line| format!("{:>6} {}", grouped(line.count), line.first))
        .collect();
    if !lines.is_empty() {
        text.push('\n');
        text.push_str(&fenced(&lines));
    }
    text.push_str("\n</details>\n\n");
    text
}
