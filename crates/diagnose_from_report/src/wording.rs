//! The words that every form of the document uses.

use plexcore::reading::{ReadEntry, Reading};
use plexcore::report::number::{counted, grouped};
use plexcore::report::understanding::AgentCount;
use plexcore::report::wording::to_second;

/// `2026-02-01 18:00:00 to 2026-02-02 01:00:00`, as far as it is told.
pub(crate) fn seen(entry: &ReadEntry) -> String {
    match (&entry.first, &entry.last) {
        (Some(first), Some(last)) => format!("{} to {}", to_second(first), to_second(last)),
        (Some(first), None) => format!(
            "{} at the latest; the last time is not told",
            to_second(first)
        ),
        _ => "not told by this report".to_owned(),
    }
}

/// `1,204 events in 3 agents`.
pub(crate) fn extent(count: u64, agents: &[AgentCount]) -> String {
    format!(
        "{} in {}",
        counted(count, "event", "events"),
        counted(agents.len() as u64, "agent", "agents")
    )
}

/// The window in words.
pub(crate) fn window(reading: &Reading) -> String {
    let window = &reading.window;
    let asked = window.asked.as_deref().unwrap_or("not told");
    match (window.since, window.until) {
        (None, None) => asked.to_owned(),
        (Some(since), None) => format!("{asked}, from {}", since.to_seconds()),
        (None, Some(until)) => format!("{asked}, before {}", until.to_seconds()),
        (Some(since), Some(until)) => format!(
            "{asked}, from {}, before {}",
            since.to_seconds(),
            until.to_seconds()
        ),
    }
}

/// What the logs cover, where the report tells.
pub(crate) fn covered(reading: &Reading) -> String {
    reading.covered.as_ref().map_or_else(
        || "not told by this report".to_owned(),
        |(first, last)| format!("{} to {}", to_second(first), to_second(last)),
    )
}

/// A count that may be absent.
pub(crate) fn number(count: Option<u64>) -> String {
    count.map_or_else(|| "not told".to_owned(), grouped)
}

/// What an error looks like in one line: its title, and where or what.
pub(crate) fn headline(entry: &ReadEntry) -> String {
    let place = entry
        .culprit
        .as_ref()
        .map(|culprit| format!(", {} {}:{}", culprit.bundle, culprit.file, culprit.line));
    let host = || match entry.urls.as_slice() {
        [only] => Some(format!(", {}", only.host)),
        _ => None,
    };
    format!("{}{}", entry.title, place.or_else(host).unwrap_or_default())
}
