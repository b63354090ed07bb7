//! Our text report back to its numbers.
//!
//! Lines of a log never begin at the margin in it, so headings are headings. The last section must
//! be there, and as many entries as the catalogue says: a report that was cut off is noticed.

use super::json::hours_of;
use super::lines::{Lines, agent_labels, count, excerpt, leading_count};
use super::{Generation, ReadAgent, ReadSessions, ReadWindow, Reading};
use crate::redact::{self, Redactor};
use crate::report::model::PatternReport;
use crate::report::text::SUMMARY_LABELS;
use crate::stamp::Stamp;

mod catalogue;
mod kinds;

/// The last section.
const LAST: &str = "KEY FINDINGS";

/// A section's first and last line, as indices; the heading and its bar left aside.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: usize,
    to: usize,
}

pub(super) fn read(lines: &Lines<'_>) -> Result<Reading, String> {
    let sections = sections(lines);
    let section = |title: &str| {
        sections
            .iter()
            .find(|(found, _)| *found == title)
            .map(|(_, span)| *span)
            .ok_or_else(|| lines.cut(&format!("the section {title}")))
    };
    section(LAST)?;
    let coverage = section("COVERAGE")?;
    let summary = section("EXECUTIVE SUMMARY")?;
    let outcomes = section("OUTCOMES")?;
    let agents = sections
        .iter()
        .filter_map(|(title, span)| Some((title.strip_prefix("AGENT: ")?, *span)));
    Ok(Reading {
        generated: lines
            .find(0, coverage.from, "Generated: ")
            .map(|(_, value)| value.to_owned()),
        window: lines
            .find(0, coverage.from, "Window: ")
            .map(|(_, value)| window(value.trim_start()))
            .unwrap_or_default(),
        covered: covered(lines, coverage),
        totals: lines.statistics(summary.from, summary.to, SUMMARY_LABELS, true)?,
        searches: sessions(lines, outcomes, "Searches:")?,
        updates: sessions(lines, outcomes, "Updates:")?,
        kinds: Some(kinds::read(lines, section("WHAT WENT WRONG, BY KIND")?)?),
        entries: Some(catalogue::read(lines, section("ERROR CATALOGUE")?)?),
        agents: agents
            .map(|(name, span)| agent(lines, span, name))
            .collect::<Result<_, _>>()?,
        ..Reading::of(Generation::Text)
    })
}

/// Headings at the margin above a bar of dashes, and agents between bars.
fn sections<'a>(lines: &Lines<'a>) -> Vec<(&'a str, Span)> {
    let is_heading = |at: usize| {
        let line = lines.get(at);
        !line.is_empty()
            && !line.starts_with([' ', '='])
            && lines.is_bar(
                at + 1,
                if line.starts_with("AGENT: ") {
                    '='
                } else {
                    '-'
                },
            )
    };
    let headings: Vec<usize> = (0..lines.len()).filter(|&at| is_heading(at)).collect();
    headings
        .iter()
        .enumerate()
        .map(|(index, &at)| {
            let to = headings.get(index + 1).copied().unwrap_or(lines.len());
            (lines.get(at), Span { from: at + 2, to })
        })
        .collect()
}

/// `24 hours (from 2026-02-01 01:07:10, before 2026-02-02 01:07:10)`.
fn window(text: &str) -> ReadWindow {
    let ends = |text: &str| {
        let text = text.strip_suffix(')')?;
        let (asked, ends) = text.rsplit_once(" (")?;
        let mut window = ReadWindow {
            hours: hours_of(asked),
            asked: Some(asked.to_owned()),
            ..ReadWindow::default()
        };
        for end in ends.split(", ") {
            if let Some(since) = end.strip_prefix("from ") {
                window.since = Some(Stamp::parse_report(since)?);
            } else {
                window.until = Some(Stamp::parse_report(end.strip_prefix("before ")?)?);
            }
        }
        Some(window)
    };
    ends(text).unwrap_or_else(|| ReadWindow {
        hours: hours_of(text),
        asked: Some(text.to_owned()),
        ..ReadWindow::default()
    })
}

fn covered(lines: &Lines<'_>, coverage: Span) -> Option<(String, String)> {
    let value = |label: &str| {
        let (_, value) = lines.find(coverage.from, coverage.to, label)?;
        Some(value.trim().to_owned()).filter(|value| value != "none")
    };
    value("First record:").zip(value("Last record:"))
}

/// `99: 70 with results, 20 nothing, 3 failed, 6 never finished`.
fn sessions(
    lines: &Lines<'_>,
    outcomes: Span,
    label: &str,
) -> Result<Option<ReadSessions>, String> {
    let Some((at, value)) = lines.find(outcomes.from, outcomes.to, label) else {
        return Ok(None);
    };
    let value = value.trim();
    if value == "none" {
        return Ok(Some(ReadSessions::default()));
    }
    let counts: Option<Vec<u64>> = value
        .split([':', ' '])
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(|word| leading_count(word).map(|(count, _)| count))
        .collect();
    match counts.as_deref() {
        Some(&[total, succeeded, empty, failed, unfinished]) => Ok(Some(ReadSessions {
            total,
            succeeded,
            empty,
            failed,
            unfinished,
        })),
        _ => Err(format!(
            "line {}: expected five counts after \"{label}\", found {}",
            at + 1,
            excerpt(value)
        )),
    }
}

fn agent(lines: &Lines<'_>, span: Span, name: &str) -> Result<ReadAgent, String> {
    let heading = |label: &str| {
        (span.from..span.to)
            .find(|&at| lines.get(at).starts_with(label))
            .ok_or_else(|| format!("line {}: expected \"{label}\" below", span.from + 1))
    };
    let statistics = heading("STATISTICS:")?;
    let statistics_end = (statistics..span.to)
        .find(|&at| lines.get(at).is_empty())
        .unwrap_or(span.to);
    let value = |label: &str| lines.find(statistics, statistics_end, label);
    let total = heading("Total log entries:")?;
    Ok(ReadAgent {
        name: name.to_owned(),
        counts: lines.statistics(statistics, statistics_end, agent_labels(), true)?,
        others: Vec::new(),
        records: value("Records in the window:")
            .and_then(|(_, value)| leading_count(value.trim()))
            .map(|(count, _)| count),
        covered: value("Log covers:").and_then(|(_, value)| {
            let (first, last) = value.trim().split_once(" to ")?;
            let last = last.strip_suffix(" (begins late)").unwrap_or(last);
            Some((first.to_owned(), last.to_owned()))
        }),
        samples: lines.samples(statistics_end, total),
        urls: lines.urls(statistics_end, total),
        patterns: Some(patterns(lines, total, span.to)?),
    })
}

fn patterns(lines: &Lines<'_>, total: usize, to: usize) -> Result<PatternReport, String> {
    let after = |at: usize, label: &str| {
        let value = lines.get(at).strip_prefix(label).unwrap_or_default();
        count(value, at, label.trim_end_matches(':'))
    };
    let entries = after(total, "Total log entries:")?;
    let unique = after(total + 1, "Unique message patterns:")?;
    // What our report holds has been redacted when it was written.
    let as_it_is = Redactor::new(redact::Options {
        level: redact::Level::SecretsOnly,
        pseudonymise: false,
    });
    let listed = (total + 4..to)
        .map(|at| lines.get(at))
        .take_while(|line| line.starts_with("  ") && !line.starts_with("  ... and "))
        .take(usize::try_from(unique).unwrap_or(usize::MAX))
        .map(|line| super::consolidation::pattern(line, &as_it_is))
        .collect();
    Ok(PatternReport {
        entries,
        unique,
        listed,
    })
}
