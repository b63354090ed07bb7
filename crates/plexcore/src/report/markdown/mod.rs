//! The report as Markdown, to be pasted into an issue or a forum: short enough for that, and
//! nothing in it from a log can link, mention anybody or break out of its place.
//!
//! Where the budget ends, the text says how much was left out; the other formats have all of it.

mod catalogue;
pub mod escape;
pub mod page;

use std::fmt::Write as _;
use std::io::{self, Write};

use self::escape::{code, fenced, words};
use self::page::{Budget, Page};
use super::attention;
use super::model::{AgentReport, Report};
use super::number::{bytes, counted, duration, grouped};
use super::text::SUMMARY_LABELS;
use super::trend::{merged, sparkline};
use super::understanding::SessionCounts;
use super::wording::{
    agents_words, bucket_words, burst_words, delivered_words, failures, group_words, requests_each,
    share_words, to_minute, to_second,
};
use crate::metrics::totals::Totals;

/// The most bytes that are written. GitHub takes 65,536 characters in an issue's text.
pub const MOST_BYTES: usize = 60_000;
/// What the sections after the catalogue may take of it.
const REST_BYTES: usize = 16_000;
/// Entries in the catalogue's table, and rows of any other table.
const MOST_ROWS: usize = 40;
/// The most columns of a sparkline.
const TREND: usize = 48;

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::within(Budget {
        most: MOST_BYTES,
        kept: REST_BYTES,
    });
    head(&mut page, report);
    totals(&mut page, report);
    outcomes(&mut page, report);
    kinds(&mut page, report);
    catalogue::catalogue(&mut page, report);
    when(&mut page, report);
    findings(&mut page, report);
    agents(&mut page, report);
    out.write_all(page.as_str().as_bytes())
}

fn head(page: &mut Page, report: &Report) {
    page.line("# Plex plug-in log report\n");
    page.attention(&attention::sentences(report));
    let coverage = &report.coverage;
    let counts = &coverage.whole.counts;
    let asked = words(&report.window.asked);
    page.line(&format!(
        "- Generated {}; window asked for: {asked}",
        words(&report.generated)
    ));
    let none = "none";
    page.line(&format!(
        "- Logs cover {} to {}",
        words(coverage.whole.first.as_deref().map_or(none, to_second)),
        words(coverage.whole.last.as_deref().map_or(none, to_second)),
    ));
    page.line(&format!(
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
        if page.has_room(item.len(), 2 * REST_BYTES) {
            page.line(&item);
        }
    }
}

fn totals(page: &mut Page, report: &Report) {
    page.section("Totals");
    let totals = Totals::from(report.summary);
    let rows = SUMMARY_LABELS.iter().zip(totals.fields());
    page.table(
        &["Total", "# Events"],
        rows.map(|(label, (_, value))| vec![(*label).to_owned(), grouped(value)]),
    );
}

fn outcomes(page: &mut Page, report: &Report) {
    page.section("Outcomes");
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
    page.table(
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
        page.line(&format!(
            "\nUpdates, as the server was told: {}.\n",
            delivered_words(told)
        ));
    }
}

fn kinds(page: &mut Page, report: &Report) {
    page.section("What went wrong, by kind");
    page.line(&format!(
        "{}.\n",
        counted(failures(&report.kinds), "failure", "failures")
    ));
    page.table(
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
        page.line(&format!(
            "\nand {}.",
            counted(more, "kind more", "kinds more")
        ));
    }
}

fn when(page: &mut Page, report: &Report) {
    let timeline = &report.timeline;
    let (Some(first), Some(last)) = (timeline.buckets.first(), timeline.buckets.last()) else {
        return;
    };
    page.section("When");
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
    page.block(&fenced(&[drawing]));
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
        if !page.has_room(item.len(), REST_BYTES / 2) {
            break;
        }
        page.block(&item);
    }
}

fn findings(page: &mut Page, report: &Report) {
    page.section("Findings");
    if report.findings.is_empty() {
        page.line("Nothing stands out.");
    }
    for finding in report.findings.iter().take(MOST_ROWS) {
        let ids: Vec<String> = finding.entries.iter().take(10).map(|id| code(id)).collect();
        let item = format!("- {} {}", words(&finding.text), ids.join(" "));
        if page.has_room(item.len(), REST_BYTES / 4) {
            page.line(item.trim_end());
        }
    }
}

fn agents(page: &mut Page, report: &Report) {
    page.section("Agents");
    let mut left_out = 0;
    for agent in &report.agents {
        let block = agent_block(agent);
        if page.has_room(block.len(), 200) {
            page.block(&block);
        } else {
            left_out += 1;
        }
    }
    if left_out > 0 {
        page.line(&format!(
            "{} left out to keep this short enough for an issue.",
            counted(left_out, "agent is", "agents are")
        ));
    }
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
