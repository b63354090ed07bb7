//! The script's report of generation A: totals, and for each agent statistics and sample lines.

use super::lines::{Lines, agent_labels, leading_count};
use super::{Generation, ReadAgent, Reading};
use crate::redact::Redactor;
use crate::report::model::Samples;
use crate::report::text::SUMMARY_LABELS;

/// The last section; a report without it was cut off.
const LAST: &str = "KEY FINDINGS";

pub(super) fn read(lines: &Lines<'_>, redactor: &Redactor) -> Result<Reading, String> {
    let mut reading = Reading::of(Generation::Enhanced);
    let end = lines.len();
    reading.generated = lines
        .find(0, end, "Generated:")
        .map(|(_, value)| value.trim().to_owned());
    if let Some((_, asked)) = lines.find(0, end, "Timeframe:") {
        reading.window.hours = asked
            .split_whitespace()
            .find_map(|word| leading_count(word).map(|(hours, _)| hours));
        reading.window.asked = Some(asked.trim().to_owned());
    }
    let agents = lines.agents();
    let (summary, _) = lines
        .find(0, end, "EXECUTIVE SUMMARY")
        .ok_or_else(|| lines.cut("EXECUTIVE SUMMARY"))?;
    let summary_end = agents.first().map_or(end, |(at, _)| *at);
    reading.totals = lines.statistics(summary, summary_end, SUMMARY_LABELS, false)?;
    if reading.totals.is_empty() {
        return Err(format!(
            "line {}: expected totals such as \"{}:\" below, found none",
            summary + 1,
            SUMMARY_LABELS[0]
        ));
    }
    let last = agents.last().map_or(summary, |(at, _)| *at);
    let (findings, _) = lines
        .find(last, end, LAST)
        .ok_or_else(|| lines.cut(&format!("the section {LAST}")))?;
    for (index, (at, name)) in agents.iter().enumerate() {
        let until = agents.get(index + 1).map_or(findings, |(next, _)| *next);
        reading
            .agents
            .push(agent(lines, *at, until, name, redactor)?);
    }
    let missing: Vec<&str> = SUMMARY_LABELS
        .into_iter()
        .zip(reading.totals.fields())
        .filter(|(_, (_, value))| value.is_none())
        .map(|(label, _)| label)
        .collect();
    if !missing.is_empty() {
        reading
            .gaps
            .push(format!("it has no totals for {}", missing.join(", ")));
    }
    Ok(reading)
}

fn agent(
    lines: &Lines<'_>,
    at: usize,
    until: usize,
    name: &str,
    redactor: &Redactor,
) -> Result<ReadAgent, String> {
    let redacted = |lines: Vec<String>| -> Vec<String> {
        lines
            .iter()
            .map(|line| redactor.redact(line).into_owned())
            .collect()
    };
    // Statistics come before the samples, which may hold anything.
    let statistics_end = lines
        .find(at, until, "SAMPLE ")
        .or_else(|| lines.find(at, until, "FAILED URLs"))
        .map_or(until, |(sample, _)| sample);
    let samples = lines.samples(at, until);
    let processed = lines.find(at, statistics_end, "Log lines processed:");
    Ok(ReadAgent {
        name: redactor.redact(name).into_owned(),
        counts: lines.statistics(at, statistics_end, agent_labels(), false)?,
        records: processed
            .and_then(|(_, value)| leading_count(value.trim()))
            .map(|(count, _)| count),
        samples: Samples {
            search_ops: redacted(samples.search_ops),
            success_patterns: redacted(samples.success_patterns),
            failure_patterns: redacted(samples.failure_patterns),
        },
        urls: redacted(lines.urls(at, until)),
        ..ReadAgent::default()
    })
}
