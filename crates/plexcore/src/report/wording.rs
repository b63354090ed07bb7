//! The words for a kind's group, an outcome and a moment, the same in every format.

use std::borrow::Cow;

use super::understanding::{AgentCount, Delivered, Entry, KindCount, SessionCounts};
use crate::log::rules::Kind;

use super::number::grouped;

/// Whose concern a group of kinds is, in words; a name that is not known stands for itself.
pub fn group_words(group: &str) -> &str {
    match Kind::from_name(group) {
        Some(Kind::Remote) => "remote site",
        Some(Kind::Agent) => "agent defect",
        Some(Kind::SiteChanged) => "site changed",
        Some(Kind::Environment) => "environment",
        Some(Kind::Server) => "Plex server",
        Some(Kind::Noise) => "framework noise",
        Some(Kind::Outcome) => "outcome",
        None => group,
    }
}

/// Whether events of a group are failures; noise and outcomes are not.
pub fn is_failure(group: &str) -> bool {
    Kind::from_name(group).is_none_or(Kind::is_failure)
}

/// How many failures there were.
pub fn failures(kinds: &[KindCount]) -> u64 {
    kinds
        .iter()
        .filter(|kind| is_failure(&kind.group))
        .map(|kind| kind.events)
        .sum()
}

/// How many entries of a catalogue are failures.
pub fn distinct_failures(catalogue: &[Entry]) -> u64 {
    catalogue
        .iter()
        .filter(|entry| is_failure(&entry.group))
        .count() as u64
}

/// Characters of a template that a heading shows.
const HEADING: usize = 90;

/// What a list calls an entry: its title and, where no rule knows its message, what that says.
pub fn heading(entry: &Entry) -> Cow<'_, str> {
    let Some(template) = &entry.template else {
        return Cow::Borrowed(&entry.title);
    };
    let mut said: String = template.chars().take(HEADING).collect();
    if said.len() < template.len() {
        said.push('\u{2026}');
    }
    Cow::Owned(format!("{}: {said}", entry.title))
}

/// A share in percent with its sign; the report's own has none or one.
pub fn share_words(share: Option<&str>) -> String {
    share.map_or_else(
        || "-".to_owned(),
        |share| format!("{}%", share.trim_end_matches('%').trim_end()),
    )
}

/// `Alder 120, Beacon 3`.
pub fn agents_words(agents: &[AgentCount]) -> String {
    let words: Vec<String> = agents
        .iter()
        .map(|count| format!("{} {}", count.agent, grouped(count.events)))
        .collect();
    words.join(", ")
}

/// A moment of the log without its fraction of a second.
pub fn to_second(moment: &str) -> &str {
    moment.get(..19).unwrap_or(moment)
}

/// A moment of the log to the minute.
pub fn to_minute(moment: &str) -> &str {
    moment.get(..16).unwrap_or(moment)
}

/// The ends of a window, as far as it has them: `from 2026-02-01 18:00:00, before 2026-02-02
/// 01:00:00`.
pub fn window_ends(since: Option<&str>, until: Option<&str>) -> Option<String> {
    let end = |word: &str, at: &str| {
        let at = at.replace('T', " ").replace(".000", "");
        format!("{word} {at}")
    };
    let ends: Vec<String> = [("from", since), ("before", until)]
        .into_iter()
        .filter_map(|(word, at)| Some(end(word, at?)))
        .collect();
    (!ends.is_empty()).then(|| ends.join(", "))
}

/// A window in the words in which it was asked for, and its ends: `24 hours, from ...`.
pub fn window_words(asked: &str, ends: Option<String>) -> String {
    ends.map_or_else(|| asked.to_owned(), |ends| format!("{asked}, {ends}"))
}

/// What the server was told of updates: `12 success=1, 3 success=0, 1 not told of`.
pub fn delivered_words(told: &Delivered) -> String {
    format!(
        "{} success=1, {} success=0, {} not told of",
        grouped(told.succeeded),
        grouped(told.failed),
        grouped(told.untold)
    )
}

/// How many fetches one session made on average, one decimal.
pub fn requests_each(counts: &SessionCounts) -> Option<String> {
    (counts.total > 0).then(|| format!("{:.1}", counts.requests as f64 / counts.total as f64))
}

/// What a burst is of, in words.
pub fn burst_words(what: &str) -> &str {
    match what {
        "errors" => "failures",
        "work" => "searches and updates",
        _ => what,
    }
}

/// A bucket's length in words: `15 min`.
pub fn bucket_words(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_and_outcomes_are_no_failures_and_an_unknown_group_is_one() {
        assert_eq!(
            ["remote", "agent", "noise", "outcome", "odd"].map(is_failure),
            [true, true, false, false, true]
        );
    }

    #[test]
    fn a_window_has_the_ends_that_it_has() {
        let (since, until) = ("2026-02-01T18:00:00.000", "2026-02-02T01:00:00.250");
        let words = |since, until| window_words("24 hours", window_ends(since, until));
        assert_eq!(words(None, None), "24 hours");
        assert_eq!(
            words(Some(since), None),
            "24 hours, from 2026-02-01 18:00:00"
        );
        assert_eq!(
            words(Some(since), Some(until)),
            "24 hours, from 2026-02-01 18:00:00, before 2026-02-02 01:00:00.250"
        );
    }

    #[test]
    fn a_share_has_one_sign() {
        assert_eq!(
            [Some("6.1"), Some("6.1%"), None].map(share_words),
            ["6.1%", "6.1%", "-"]
        );
    }
}
