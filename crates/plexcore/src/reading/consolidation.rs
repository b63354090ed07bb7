//! The script's report of generation B: lines grouped by their words, for each agent.
//!
//! How many groups an agent has stands above them, so a report that was cut off is noticed, and a
//! log line that looks like a heading is taken for what it is.

use std::collections::BTreeMap;

use super::entries::{Judge, Judged, add, kinds_of, of_event, put_in_order};
use super::lines::{Lines, count, excerpt, leading_count};
use super::{Generation, ReadAgent, ReadEntry, Reading};
use crate::log::rules::{Kind, Rules};
use crate::redact::Redactor;
use crate::report::model::{PatternLine, PatternReport};
use crate::report::understanding::Example;

/// What the script writes when it read no log.
const NOTHING: &str = "No agent logs were processed.";

pub(super) fn read(lines: &Lines<'_>, redactor: &Redactor) -> Result<Reading, String> {
    let mut reading = Reading::of(Generation::Consolidation);
    let end = lines.len();
    reading.generated = lines
        .find(0, end, "Generated:")
        .map(|(_, value)| value.trim().to_owned());
    if let Some((_, value)) = lines.find(0, end, "Time window (hours):") {
        reading.window.asked = Some(format!("{} hours", value.trim()));
        reading.window.hours = leading_count(value.trim()).map(|(hours, _)| hours);
    }
    let mut reached = 0;
    for (at, name) in lines.agents() {
        if at < reached {
            continue;
        }
        let (agent, after) = agent(lines, at, name, redactor)?;
        reading.agents.push(agent);
        reached = after;
    }
    if reading.agents.is_empty() && lines.find(0, end, NOTHING).is_none() {
        return Err(lines.cut("an agent, or the words that there is none"));
    }
    let entries = entries(&reading.agents, redactor);
    reading.kinds = Some(kinds_of(&entries));
    let is_error = |entry: &ReadEntry| entry.group != Kind::Outcome.name();
    reading.entries = Some(entries.into_iter().filter(is_error).collect());
    Ok(reading)
}

/// One agent, and the index of the line after its last group.
fn agent(
    lines: &Lines<'_>,
    at: usize,
    name: &str,
    redactor: &Redactor,
) -> Result<(ReadAgent, usize), String> {
    const NEAR: usize = 8;
    let labelled = |label: &str| {
        let (found, value) = lines.find(at, at + NEAR, label).ok_or_else(|| {
            format!(
                "line {}: expected \"{label}\" below the agent's name, found {}",
                at + 2,
                excerpt(lines.get(at + 2))
            )
        })?;
        count(value, found, label.trim_end_matches(':'))
    };
    let records = labelled("Total log entries:")?;
    let unique = labelled("Unique message patterns:")?;
    let (heading, _) = lines
        .find(at, at + NEAR, "CONSOLIDATED PATTERNS:")
        .ok_or_else(|| lines.cut("CONSOLIDATED PATTERNS"))?;
    let first = heading + 1;
    let after = usize::try_from(unique).map_or(usize::MAX, |n| first.saturating_add(n));
    if after > lines.len() {
        return Err(lines.cut(&format!(
            "{unique} patterns of {}, as line {} says",
            excerpt(name),
            at + 1
        )));
    }
    let listed = (first..after)
        .map(|at| pattern(lines.get(at), redactor))
        .collect();
    let agent = ReadAgent {
        name: redactor.redact(name).into_owned(),
        records: Some(records),
        patterns: Some(PatternReport {
            entries: records,
            unique,
            listed,
        }),
        ..ReadAgent::default()
    };
    Ok((agent, after))
}

/// `  [128 occurrences] the line`; a group of one has no bracket.
pub(super) fn pattern(line: &str, redactor: &Redactor) -> PatternLine {
    let line = line.strip_prefix("  ").unwrap_or(line);
    let counted = line
        .strip_prefix('[')
        .and_then(leading_count)
        .and_then(|(count, rest)| Some((count, rest.strip_prefix(" occurrences] ")?)));
    let (count, first) = counted.unwrap_or((1, line));
    PatternLine {
        count,
        first: redactor.redact(first).into_owned(),
    }
}

/// The groups that are events, the same error of several agents once.
fn entries(agents: &[ReadAgent], redactor: &Redactor) -> Vec<ReadEntry> {
    let rules = Rules::builtin();
    let mut judge = Judge::new(&rules);
    let mut entries: BTreeMap<u64, ReadEntry> = BTreeMap::new();
    for agent in agents {
        for line in agent.patterns.iter().flat_map(|patterns| &patterns.listed) {
            let Judged::Event(event) = judge.judge(&line.first) else {
                continue;
            };
            let entry = entries
                .entry(event.fingerprint)
                .or_insert_with(|| ReadEntry {
                    example: Some(Example {
                        agent: agent.name.clone(),
                        lines: vec![line.first.clone()],
                        ..Example::default()
                    }),
                    ..of_event(&event, redactor)
                });
            let at = Some(event.at.to_log());
            if at < entry.first {
                entry.first = at;
            }
            for url in &mut entry.urls {
                url.events += line.count;
            }
            add(entry, &agent.name, line.count);
        }
    }
    let mut entries: Vec<ReadEntry> = entries.into_values().collect();
    put_in_order(&mut entries);
    entries
}
