//! Which entries have one cause, and which come along with another.
//!
//! Both are arithmetic on what the report shows, never a guess at why. One cause: the same kind,
//! and the same host, exception or message once addresses, numbers and ids are masked. Along with
//! another: as many events, in the same agents, at the same times, and next to it on the thread in
//! the example.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use plexcore::reading::ReadEntry;

/// Entries that show the very same line and are looked at; one line seldom belongs to two.
const MOST_CANDIDATES: usize = 8;

/// What entries of one cause share.
pub(crate) fn cause_of(entry: &ReadEntry) -> String {
    let mut key = format!("{}\n", entry.kind);
    if !entry.urls.is_empty() {
        let mut hosts: Vec<&str> = entry.urls.iter().map(|url| url.host.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let _ = write!(key, "at {}", hosts.join(" "));
    } else if let Some(raised) = &entry.exception {
        let _ = write!(key, "raised {} {}", raised.name, masked(&raised.message));
    } else if let Some(template) = &entry.template {
        let _ = write!(key, "like {template}");
    } else if let Some(line) = entry.example.as_ref().and_then(|e| e.lines.first()) {
        let _ = write!(key, "says {}", masked(message_of(line)));
    } else {
        let _ = write!(key, "id {}", entry.id);
    }
    key
}

/// The message of a record: what follows the first ` - ` after its head.
fn message_of(line: &str) -> &str {
    line.split_once(") - ").map_or(line, |(_, message)| message)
}

/// A text without what differs between two events of one error: addresses, paths, numbers, ids.
fn masked(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        if word.contains("://") || bare.starts_with('/') {
            return "<address>".to_owned();
        }
        let is_hex = bare.len() >= 8 && bare.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if is_hex {
            return word.replace(bare, "<id>");
        }
        let mut shown = String::with_capacity(word.len());
        for c in word.chars() {
            if !c.is_ascii_digit() {
                shown.push(c);
            } else if !shown.ends_with('#') {
                shown.push('#');
            }
        }
        shown
    });
    words.collect::<Vec<_>>().join(" ")
}

/// For each entry the index of the one that it comes along with, where there is one.
pub(crate) fn companions(entries: &[ReadEntry]) -> Vec<Option<usize>> {
    // By the line that an example shows, and by the one that it shows next; a report may have
    // thousands of entries, so not each is held against each.
    let mut by_line: BTreeMap<(u64, &str), Vec<usize>> = BTreeMap::new();
    let mut by_next: BTreeMap<(u64, &str), Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(example) = &entry.example else {
            continue;
        };
        for (places, line) in [
            (&mut by_line, example.lines.first()),
            (&mut by_next, example.after.first()),
        ] {
            if let Some(line) = line {
                places.entry((entry.count, line)).or_default().push(index);
            }
        }
    }
    let mut leaders: Vec<Option<usize>> = vec![None; entries.len()];
    let mut is_leader = vec![false; entries.len()];
    for (follower, entry) in entries.iter().enumerate() {
        let Some(example) = entry.example.as_ref().filter(|_| !is_leader[follower]) else {
            continue;
        };
        let beside = |places: &BTreeMap<(u64, &str), Vec<usize>>, line: Option<&String>| {
            line.and_then(|line| places.get(&(entry.count, line.as_str())))
                .into_iter()
                .flatten()
                .copied()
                .take(MOST_CANDIDATES)
                .collect::<Vec<usize>>()
        };
        let candidates = [
            beside(&by_line, example.before.last()),
            beside(&by_next, example.lines.first()),
        ]
        .concat();
        let leader = candidates.into_iter().find(|&leader| {
            leader != follower && leaders[leader].is_none() && comes_along(&entries[leader], entry)
        });
        if let Some(leader) = leader {
            leaders[follower] = Some(leader);
            is_leader[leader] = true;
        }
    }
    leaders
}

/// Whether `follower` was written right after `leader`, each time.
fn comes_along(leader: &ReadEntry, follower: &ReadEntry) -> bool {
    let (Some(first), Some(second)) = (&leader.example, &follower.example) else {
        return false;
    };
    let (Some(led), Some(line)) = (first.lines.first(), second.lines.first()) else {
        return false;
    };
    let is_next = first.after.first().is_some_and(|after| after == line)
        || second.before.last().is_some_and(|before| before == led);
    is_next
        && leader.is_failure() == follower.is_failure()
        && leader.agents == follower.agents
        && leader.trend == follower.trend
}

#[cfg(test)]
mod tests {
    use plexcore::report::understanding::{AgentCount, Example, FailedHost, RaisedException};

    use super::*;

    fn entry(kind: &str) -> ReadEntry {
        ReadEntry {
            kind: kind.to_owned(),
            group: "remote".to_owned(),
            count: 4,
            trend: vec![1, 3],
            agents: vec![AgentCount {
                agent: "Alder".to_owned(),
                events: 4,
            }],
            ..ReadEntry::default()
        }
    }

    fn with_message(message: &str) -> ReadEntry {
        ReadEntry {
            exception: Some(RaisedException {
                name: "IOError".to_owned(),
                message: message.to_owned(),
            }),
            ..entry("errno-2")
        }
    }

    fn at(line: &str, before: &[&str], after: &[&str]) -> ReadEntry {
        let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect();
        ReadEntry {
            id: line.to_owned(),
            example: Some(Example {
                lines: vec![line.to_owned()],
                before: owned(before),
                after: owned(after),
                ..Example::default()
            }),
            ..entry("x")
        }
    }

    #[test]
    fn a_cause_outlives_paths_numbers_and_ids_and_nothing_else() {
        let cause = |message: &str| cause_of(&with_message(message));
        assert_eq!(cause("no file /a/b 7"), cause("no file /c 12"));
        assert_eq!(cause("item 0a1b2c3d4e"), cause("item ffffffff00"));
        assert_ne!(cause("'year'"), cause("'title'"));
        assert_ne!(cause_of(&entry("http-403")), cause_of(&entry("http-404")));
        let at_host = |host: &str| {
            cause_of(&ReadEntry {
                urls: vec![FailedHost {
                    host: host.to_owned(),
                    status: None,
                    events: 1,
                    example: String::new(),
                }],
                ..entry("timeout")
            })
        };
        assert_ne!(at_host("a.example"), at_host("b.example"));
        assert_eq!(at_host("a.example"), at_host("a.example"));
    }

    #[test]
    fn what_is_written_next_each_time_comes_along() {
        let entries = [
            at("one", &[], &["two"]),
            at("two", &["one"], &["three"]),
            at("four", &[], &[]),
        ];
        assert_eq!(companions(&entries), [None, Some(0), None]);
    }

    #[test]
    fn another_count_agent_or_time_is_another_error() {
        let first = at("one", &[], &["two"]);
        let second = at("two", &["one"], &[]);
        let mut more = second.clone();
        more.count = 5;
        let mut later = second.clone();
        later.trend = vec![3, 1];
        let mut elsewhere = second.clone();
        elsewhere.agents[0].agent = "Beacon".to_owned();
        for other in [more, later, elsewhere] {
            assert_eq!(companions(&[first.clone(), other]), [None, None]);
        }
        assert_eq!(companions(&[first, second]), [None, Some(0)]);
    }
}
