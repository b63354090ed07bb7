//! The error catalogue of our text: an entry is a line at the margin and what is indented below.

use super::Span;
use super::kinds::{agents, group_named};
use crate::reading::ReadEntry;
use crate::reading::lines::{Lines, count, excerpt, leading_count};
use crate::report::understanding::{CulpritPlace, Example, FailedHost, RaisedException};

/// Where an entry's values begin.
const VALUE: usize = 12;

pub(super) fn read(lines: &Lines<'_>, span: Span) -> Result<Vec<ReadEntry>, String> {
    let (expected, distinct_at) = announced(lines, span)?;
    let is_head = |at: usize| !lines.get(at).is_empty() && !lines.get(at).starts_with(' ');
    let heads: Vec<usize> = (distinct_at + 1..span.to)
        .filter(|&at| is_head(at))
        .collect();
    if heads.len() as u64 != expected {
        return Err(format!(
            "line {}: expected {expected} entries as it says, found {}",
            distinct_at + 1,
            heads.len()
        ));
    }
    heads
        .iter()
        .enumerate()
        .map(|(index, &at)| {
            let to = heads.get(index + 1).copied().unwrap_or(span.to);
            entry(lines, Span { from: at, to })
        })
        .collect()
}

/// `Distinct errors:  12 (3 more are noise or outcomes)`: how many entries follow.
fn announced(lines: &Lines<'_>, span: Span) -> Result<(u64, usize), String> {
    let label = "Distinct errors:";
    let (at, value) = lines
        .find(span.from, span.to, label)
        .ok_or_else(|| format!("line {}: expected \"{label}\"", span.from + 1))?;
    let counted = leading_count(value.trim()).and_then(|(distinct, rest)| {
        let (more, _) = leading_count(rest.trim_start().strip_prefix('(')?)?;
        Some(distinct + more)
    });
    counted.map(|counted| (counted, at)).ok_or_else(|| {
        format!(
            "line {}: expected two counts after \"{label}\", found {}",
            at + 1,
            excerpt(value.trim())
        )
    })
}

/// `E-3f2a9c01    1,204  HTTP 403 Forbidden (remote site, http-403, error, NEW)`.
fn entry(lines: &Lines<'_>, span: Span) -> Result<ReadEntry, String> {
    let first = lines.get(span.from);
    let fault = || {
        format!(
            "line {}: expected an entry's id, count and title, found {}",
            span.from + 1,
            excerpt(first)
        )
    };
    let (id, rest) = first.split_once("  ").ok_or_else(fault)?;
    let (counted, rest) = leading_count(rest.trim_start()).ok_or_else(fault)?;
    let mut words = rest.strip_prefix("  ").ok_or_else(fault)?.to_owned();
    let indent = first.len() - words.len();
    let mut at = span.from + 1;
    while at < span.to && is_indented(lines.get(at), indent) {
        words.push(' ');
        words.push_str(lines.get(at).get(indent..).unwrap_or_default());
        at += 1;
    }
    let mut entry = ReadEntry {
        id: id.to_owned(),
        count: counted,
        ..ReadEntry::default()
    };
    title(&words, &mut entry).ok_or_else(fault)?;
    while at < span.to {
        at = value(lines, at, span.to, &mut entry)?;
    }
    Ok(entry)
}

fn is_indented(line: &str, by: usize) -> bool {
    line.len() > by && line.bytes().take(by).all(|b| b == b' ')
}

/// Title, group, kind, severity and whether it is new.
fn title(words: &str, entry: &mut ReadEntry) -> Option<()> {
    let words = words.strip_suffix(')')?;
    let words = match words.strip_suffix(", NEW") {
        Some(rest) => {
            entry.is_new = Some(true);
            rest
        }
        None => words,
    };
    let (words, severity) = words.rsplit_once(", ")?;
    let (words, kind) = words.rsplit_once(", ")?;
    let (title, group) = words.rsplit_once(" (")?;
    severity.clone_into(&mut entry.severity);
    kind.clone_into(&mut entry.kind);
    group_named(group).clone_into(&mut entry.group);
    title.clone_into(&mut entry.title);
    Some(())
}

/// Takes one labelled value, or a line of the example; gives back where the next begins.
fn value(lines: &Lines<'_>, at: usize, to: usize, entry: &mut ReadEntry) -> Result<usize, String> {
    let line = lines.get(at);
    if let Some(own) = line.strip_prefix("  > | ") {
        if let Some(example) = &mut entry.example {
            example.lines.push(own.to_owned());
        }
        return Ok(at + 1);
    }
    if let Some(near) = line.strip_prefix("    | ") {
        if let Some(example) = &mut entry.example {
            let neighbours = if example.lines.is_empty() {
                &mut example.before
            } else {
                &mut example.after
            };
            neighbours.push(near.to_owned());
        }
        return Ok(at + 1);
    }
    let after = (at + 1..to)
        .find(|&next| !is_indented(lines.get(next), VALUE))
        .unwrap_or(to);
    let below: Vec<&str> = (at..after)
        .map(|at| lines.get(at).get(VALUE..).unwrap_or_default())
        .collect();
    let label = line.get(..VALUE).unwrap_or(line).trim();
    let whole = below.join(" ");
    match label {
        "agents" => entry.agents = agents(&whole),
        "seen" => {
            if let Some((first, last)) = whole.split_once(" to ") {
                entry.first = Some(first.to_owned());
                entry.last = Some(last.to_owned());
            }
        }
        "culprit" => entry.culprit = culprit(&below),
        "raised" => {
            entry.exception = whole
                .split_once(": ")
                .map(|(name, message)| RaisedException {
                    name: name.to_owned(),
                    message: message.to_owned(),
                });
        }
        "errno" => entry.errno = whole.trim().parse().ok(),
        "URLs" => entry.urls = failed_hosts(&below),
        "items" => items(&whole, entry),
        "example" => {
            let (file, offset) = whole.rsplit_once(" at byte ").unwrap_or((&whole, "0"));
            entry.example = Some(Example {
                agent: entry
                    .agents
                    .first()
                    .map(|count| count.agent.clone())
                    .unwrap_or_default(),
                file: file.to_owned(),
                offset: count(offset, at, "at byte")?,
                ..Example::default()
            });
        }
        _ => {}
    }
    if entry.status.is_none() {
        entry.status = entry.urls.iter().find_map(|failed| failed.status);
    }
    Ok(after)
}

/// `Alder Contents/Code/__init__.py:142 in search`, and the source line below it.
fn culprit(lines: &[&str]) -> Option<CulpritPlace> {
    let mut place = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            place.push(' ');
        }
        place.push_str(line);
        if let Some(found) = culprit_place(&place) {
            let source = lines[index + 1..].join(" ");
            return Some(CulpritPlace {
                source: (!source.is_empty()).then_some(source),
                ..found
            });
        }
    }
    None
}

fn culprit_place(text: &str) -> Option<CulpritPlace> {
    let (place, function) = match text.rsplit_once(" in ") {
        Some((place, function)) if !function.contains(['/', ':']) => (place, Some(function)),
        _ => (text, None),
    };
    let (path, line) = place.rsplit_once(':')?;
    let (bundle, file) = match path.find(" Contents/") {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => path.rsplit_once(' ')?,
    };
    Some(CulpritPlace {
        bundle: bundle.to_owned(),
        file: file.to_owned(),
        line: line.parse().ok()?,
        function: function.map(str::to_owned),
        source: None,
    })
}

/// `films.example 403 1,204 times: https://films.example/title/7`, a line or more each.
fn failed_hosts(lines: &[&str]) -> Vec<FailedHost> {
    let mut hosts: Vec<FailedHost> = Vec::new();
    for line in lines {
        match (failed_host(line), hosts.last_mut()) {
            (Some(host), _) => hosts.push(host),
            (None, Some(before)) => {
                before.example.push(' ');
                before.example.push_str(line);
            }
            (None, None) => {}
        }
    }
    hosts
}

fn failed_host(line: &str) -> Option<FailedHost> {
    let (head, example) = line
        .split_once(" times: ")
        .or_else(|| line.split_once(" time: "))?;
    let (head, events) = head.rsplit_once(' ')?;
    let (events, _) = leading_count(events)?;
    let (host, status) = match head.rsplit_once(' ') {
        Some((host, status)) => (host, Some(status.parse().ok()?)),
        None => (head, None),
    };
    Some(FailedHost {
        host: host.to_owned(),
        status,
        events,
        example: example.to_owned(),
    })
}

/// `4400, 4407 and 12 more`.
fn items(words: &str, entry: &mut ReadEntry) {
    let (listed, more) = match words
        .strip_suffix(" more")
        .and_then(|w| w.rsplit_once(" and "))
    {
        Some((listed, more)) => (listed, leading_count(more).map_or(0, |(more, _)| more)),
        None => (words, 0),
    };
    entry.items = listed.split(", ").map(str::to_owned).collect();
    entry.n_items = entry.items.len() as u64 + more;
}
