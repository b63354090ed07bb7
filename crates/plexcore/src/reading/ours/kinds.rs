//! The section of kinds: events, share, whose, what; the agents in the lines below each.

use super::Span;
use crate::log::rules::Kind;
use crate::reading::lines::{Lines, excerpt, leading_count};
use crate::report::understanding::{AgentCount, KindCount};
use crate::report::wording::group_words;

/// Where the words begin, after events, share and group.
const WORDS: usize = 35;

pub(super) fn read(lines: &Lines<'_>, span: Span) -> Result<Vec<KindCount>, String> {
    let mut kinds: Vec<KindCount> = Vec::new();
    let mut at = span.from;
    while at < span.to {
        let line = lines.get(at);
        let is_row = line.get(..9).is_some_and(|count| {
            count.starts_with(' ') && count.trim().starts_with(|c: char| c.is_ascii_digit())
        }) || line.starts_with(|c: char| c.is_ascii_digit());
        if !is_row {
            at += 1;
            continue;
        }
        let after = (at + 1..span.to)
            .find(|&next| !lines.get(next).starts_with(&" ".repeat(WORDS)))
            .unwrap_or(span.to);
        kinds.push(row(lines, at, after)?);
        at = after;
    }
    Ok(kinds)
}

fn row(lines: &Lines<'_>, at: usize, after: usize) -> Result<KindCount, String> {
    let fault = || {
        format!(
            "line {}: expected events, share, group and words, found {}",
            at + 1,
            excerpt(lines.get(at))
        )
    };
    let (events, rest) = leading_count(lines.get(at).trim_start()).ok_or_else(fault)?;
    let (share, rest) = rest.trim_start().split_once(' ').ok_or_else(fault)?;
    // The group's column is padded to 14; a longer name pushes the words to the right.
    let rest = rest.trim_start();
    let (group, words) = rest.split_once("  ").ok_or_else(fault)?;
    let mut words = words.trim_start().to_owned();
    let mut next = at + 1;
    while split_title(&words).is_none() && next < after {
        words.push(' ');
        words.push_str(lines.get(next).get(WORDS..).unwrap_or_default());
        next += 1;
    }
    let (title, kind) = split_title(&words).ok_or_else(fault)?;
    let below: Vec<&str> = (next..after)
        .map(|at| lines.get(at).get(WORDS..).unwrap_or_default())
        .collect();
    Ok(KindCount {
        kind: kind.to_owned(),
        group: group_named(group).to_owned(),
        title: title.to_owned(),
        events,
        share: (share != "-").then(|| share.to_owned()),
        agents: agents(&below.join(" ")),
    })
}

/// `HTTP 403 Forbidden (http-403)`.
fn split_title(words: &str) -> Option<(&str, &str)> {
    let (title, kind) = words.strip_suffix(')')?.rsplit_once('(')?;
    (!kind.is_empty() && !kind.contains(' '))
        .then(|| (title.strip_suffix(' ').unwrap_or(title), kind))
}

/// The name of a group by its words.
pub(super) fn group_named(words: &str) -> &str {
    Kind::ALL
        .into_iter()
        .map(Kind::name)
        .find(|name| group_words(name) == words || (*name == "noise" && words == "noise"))
        .unwrap_or(words)
}

/// `Alder 120, Ember Films 3`; a name may hold a comma.
pub(super) fn agents(words: &str) -> Vec<AgentCount> {
    let mut counts = Vec::new();
    let mut begun = String::new();
    for piece in words.split(", ") {
        if !begun.is_empty() {
            begun.push_str(", ");
        }
        begun.push_str(piece);
        let counted = begun.rsplit_once(' ').and_then(|(name, count)| {
            let (events, rest) = leading_count(count)?;
            rest.is_empty().then(|| AgentCount {
                agent: name.to_owned(),
                events,
            })
        });
        if let Some(counted) = counted {
            counts.push(counted);
            begun.clear();
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_those_that_the_report_writes() {
        let text = format!(
            "{:>9}  {:>6}  {:<14}  words",
            "1,204", "41.3%", "remote site"
        );
        assert_eq!(
            (text.find("remote"), text.find("words")),
            (Some(19), Some(WORDS))
        );
    }

    #[test]
    fn names_may_hold_commas_and_numbers() {
        let found = agents("Alder 1,204, Ember, Films 2 77, B 3");
        let found: Vec<_> = found.iter().map(|c| (c.agent.as_str(), c.events)).collect();
        assert_eq!(found, [("Alder", 1204), ("Ember, Films 2", 77), ("B", 3)]);
        assert_eq!(agents(""), []);
    }
}
