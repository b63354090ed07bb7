//! The v2 report: clusters of lines by mined template, each with one line between its neighbours.

use super::entries::{Judge, Judged, add, kinds_of, of_event, put_in_order, text_id};
use super::lines::{Lines, count};
use super::{Generation, ReadAgent, ReadEntry, Reading};
use crate::log::rules::{Kind, Rules};
use crate::redact::Redactor;
use crate::report::understanding::Example;

pub(super) fn read(lines: &Lines<'_>, redactor: &Redactor) -> Result<Reading, String> {
    let mut reading = Reading::of(Generation::Clusters);
    let heads = heads(lines);
    let first = heads.first().copied().unwrap_or(lines.len());
    reading.generated = lines
        .find(0, first, "Generated:")
        .map(|(_, value)| value.trim().to_owned());
    if heads.is_empty() {
        return Err(lines.cut("a cluster: \"AGENT:\" with \"COUNT:\" below it"));
    }
    let rules = Rules::builtin();
    let mut judge = Judge::new(&rules);
    let mut entries: Vec<ReadEntry> = Vec::new();
    for (index, &at) in heads.iter().enumerate() {
        let until = heads.get(index + 1).copied().unwrap_or(lines.len());
        let entry = cluster(lines, at, until, &mut judge, redactor)?;
        match entries.iter_mut().find(|known| known.id == entry.id) {
            Some(known) => add(known, &entry.agents[0].agent, entry.count),
            None => entries.push(entry),
        }
    }
    put_in_order(&mut entries);
    reading.agents = agents(&entries);
    reading.kinds = Some(kinds_of(&entries));
    let is_error = |entry: &ReadEntry| entry.group != Kind::Outcome.name();
    reading.entries = Some(entries.into_iter().filter(is_error).collect());
    Ok(reading)
}

/// The indices of lines that begin a cluster; the agent summary has no `COUNT:` line below a name.
fn heads(lines: &Lines<'_>) -> Vec<usize> {
    let is_head = |at: usize| {
        let next = (at + 1..lines.len()).find(|&next| !lines.get(next).trim().is_empty());
        lines.get(at).starts_with("AGENT:")
            && next.is_some_and(|next| lines.get(next).starts_with("COUNT:"))
    };
    (0..lines.len()).filter(|&at| is_head(at)).collect()
}

fn cluster(
    lines: &Lines<'_>,
    at: usize,
    until: usize,
    judge: &mut Judge<'_>,
    redactor: &Redactor,
) -> Result<ReadEntry, String> {
    let (context, _) = lines
        .find(at, until, "CONTEXT (Thread-Aware):")
        .ok_or_else(|| {
            if until == lines.len() {
                lines.cut("the cluster's CONTEXT")
            } else {
                format!("line {}: expected the cluster's CONTEXT below", at + 1)
            }
        })?;
    let value = |label: &str| {
        lines
            .find(at, context, label)
            .map(|(_, value)| redactor.redact(value.trim()).into_owned())
    };
    let agent = value("AGENT:").unwrap_or_default();
    let (count_at, counted) = lines
        .find(at, context, "COUNT:")
        .ok_or_else(|| format!("line {}: expected \"COUNT:\" below", at + 1))?;
    let events = count(counted, count_at, "COUNT")?;
    let template = value("TEMPLATE:");
    let pattern = value("DRAIN PATTERN:");
    let example = example(lines, context + 1, until, &agent, redactor);
    if example.lines.is_empty() && until == lines.len() {
        return Err(lines.cut("the line of the cluster, behind \">> \""));
    }
    let title = pattern.clone().or(template.clone()).unwrap_or_default();
    let line = example.lines.first().map_or("", String::as_str);
    let (kind, group) = match judge.judge(line) {
        Judged::Event(event) => (Some(event), ""),
        Judged::Quiet => (None, Kind::Outcome.name()),
        Judged::Unknown => (None, "unknown"),
    };
    let mut entry = match kind {
        Some(event) => of_event(&event, redactor),
        None => ReadEntry {
            kind: "message".to_owned(),
            group: group.to_owned(),
            title: title.clone(),
            ..ReadEntry::default()
        },
    };
    entry.id = text_id('C', &format!("{agent}\n{title}"));
    entry.first = None;
    entry.template = template.or(pattern);
    entry.example = Some(example);
    for url in &mut entry.urls {
        url.events = events;
    }
    add(&mut entry, &agent, events);
    Ok(entry)
}

/// The line behind `>> ` and its neighbours on the thread.
fn example(
    lines: &Lines<'_>,
    from: usize,
    until: usize,
    agent: &str,
    redactor: &Redactor,
) -> Example {
    let mut example = Example {
        agent: agent.to_owned(),
        ..Example::default()
    };
    for at in from..until {
        if lines.is_bar(at, '=') {
            break;
        }
        let line = lines.get(at);
        let redacted = |line: &str| redactor.redact(line).into_owned();
        if let Some(own) = line.trim_start().strip_prefix(">> ") {
            example.lines.push(redacted(own));
        } else if !line.trim().is_empty() && !lines.is_bar(at, '-') {
            let neighbours = if example.lines.is_empty() {
                &mut example.before
            } else {
                &mut example.after
            };
            neighbours.push(redacted(line.trim()));
        }
    }
    example
}

/// The agents of the clusters, by name.
fn agents(entries: &[ReadEntry]) -> Vec<ReadAgent> {
    let mut names: Vec<&str> = entries
        .iter()
        .flat_map(|entry| &entry.agents)
        .map(|count| count.agent.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| ReadAgent {
            name: name.to_owned(),
            ..ReadAgent::default()
        })
        .collect()
}
