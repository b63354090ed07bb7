//! The words that every form of the document uses.

use plexcore::reading::{ReadEntry, Reading};
use plexcore::report::number::{counted, grouped};
use plexcore::report::understanding::AgentCount;
use plexcore::report::wording::{to_second, window_ends, window_words};
use plexcore::stamp::Stamp;

/// `2026-02-01 18:00:00 to 2026-02-02 01:00:00`, as far as it is told.
pub(crate) fn seen(entry: &ReadEntry) -> String {
    match (&entry.first, &entry.last) {
        (Some(first), Some(last)) if to_second(first) == to_second(last) => {
            to_second(first).to_owned()
        }
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
    let end = |at: Option<Stamp>| at.map(Stamp::to_seconds);
    let ends = window_ends(end(window.since).as_deref(), end(window.until).as_deref());
    window_words(asked, ends)
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

/// Where an error stands, if it stands in one place: the culprit, or the only host. The culprit of
/// an error of several agents is that of the last event, and stands for none of the others.
pub(crate) fn place(entry: &ReadEntry) -> Option<String> {
    if entry.agents.len() > 1 && entry.culprit.is_some() {
        return None;
    }
    match (&entry.culprit, entry.urls.as_slice()) {
        (Some(culprit), _) => Some(format!(
            "{} {}:{}",
            culprit.bundle, culprit.file, culprit.line
        )),
        (None, [only]) => Some(only.host.clone()),
        (None, _) => None,
    }
}

/// What an error looks like in one line: its title, and where.
pub(crate) fn headline(entry: &ReadEntry) -> String {
    match place(entry) {
        Some(place) => format!("{}, {place}", entry.title),
        None => entry.title.clone(),
    }
}

/// How the searches ended, where the report tells.
pub(crate) fn searches(reading: &Reading) -> Option<String> {
    let searches = reading.searches.filter(|searches| searches.total > 0)?;
    Some(format!(
        "of {} {} had results, {} none, {} failed and {} never finished",
        counted(searches.total, "search", "searches"),
        grouped(searches.succeeded),
        grouped(searches.empty),
        grouped(searches.failed),
        grouped(searches.unfinished)
    ))
}

/// A sentence with its capital.
pub(crate) fn capital(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + chars.as_str())
        .unwrap_or_default()
}
