//! The script's report before generation A: lines, successes and failures of metadata per agent.

use super::lines::{Lines, count, excerpt, leading_count};
use super::{Generation, ReadAgent, Reading};
use crate::redact::Redactor;

/// The counts of an agent that no later report has.
const OWN: [&str; 3] = ["Metadata Success", "Metadata Failures", "Metadata Partial"];

pub(super) fn read(lines: &Lines<'_>, redactor: &Redactor) -> Result<Reading, String> {
    let mut reading = Reading::of(Generation::PastDay);
    let end = lines.len();
    reading.generated = lines
        .find(0, end, "Generated:")
        .map(|(_, value)| value.trim().to_owned());
    reading.window.asked = Some("past 24 hours".to_owned());
    reading.window.hours = Some(24);
    let (at, totals) = lines
        .find(0, end, "TOTALS:")
        .ok_or_else(|| lines.cut("the line \"TOTALS: ...\""))?;
    for part in totals.split(',') {
        let part = part.trim();
        let (count, what) = leading_count(part).ok_or_else(|| {
            format!(
                "line {}: expected a count and its name after \"TOTALS:\", found {}",
                at + 1,
                excerpt(part)
            )
        })?;
        match what.trim() {
            "searches" => reading.totals.search_operations = Some(count),
            what => reading
                .others
                .push((format!("Metadata {}", redactor.redact(what)), count)),
        }
    }
    for at in 0..end {
        if let Some(processed) = lines.get(at).trim_start().strip_prefix("Lines:") {
            reading.agents.push(agent(lines, at, processed, redactor)?);
        }
    }
    Ok(reading)
}

/// An agent by its line `  Lines: 5342 total, 5187 processed`; its name stands above.
fn agent(
    lines: &Lines<'_>,
    at: usize,
    processed: &str,
    redactor: &Redactor,
) -> Result<ReadAgent, String> {
    let is_rule = |line: &str| line.chars().all(|c| "=-*_ ".contains(c));
    let name = (0..at)
        .rev()
        .map(|above| lines.get(above).trim())
        .find(|line| !is_rule(line))
        .unwrap_or_default();
    let name = name.strip_prefix("AGENT:").unwrap_or(name);
    let name = name.trim_matches(|c: char| c.is_whitespace() || "=-*#:[]".contains(c));
    let until = (at + 1..lines.len())
        .find(|&below| !lines.get(below).starts_with("  "))
        .unwrap_or(lines.len());
    let mut agent = ReadAgent {
        name: redactor.redact(name).into_owned(),
        records: processed
            .split(',')
            .filter_map(|part| leading_count(part.trim()))
            .find(|(_, what)| what.trim() == "processed")
            .map(|(count, _)| count),
        ..ReadAgent::default()
    };
    for label in OWN {
        if let Some((found, value)) = lines.find(at, until, &format!("{label}:")) {
            agent
                .others
                .push((label.to_owned(), count(value, found, label)?));
        }
    }
    Ok(agent)
}
