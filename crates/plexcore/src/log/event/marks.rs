//! Words that are counted, and words that agents put around their messages.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::Markers;
use crate::log::find::holds;
use crate::log::notice::{Notice, Step, Words};

/// The marks that count with an event.
pub(super) fn event_markers(notice: &Notice<'_>, rule: &str) -> Markers {
    let mut markers = Markers::default();
    if notice.step == Step::ErrorOpening {
        markers.insert(Markers::URL_FETCH_ERROR);
    }
    if notice.words.has(Words::TITLE_MATCH_FAILURE) {
        markers.insert(Markers::TITLE_MATCH_FAILURE);
    }
    if rule == "no-model" || notice.text.starts_with(b"Cannot read model from ") {
        markers.insert(Markers::MODEL_READ_ERROR);
    }
    markers
}

/// The marks of a record that count whatever event it is part of, or by themselves.
pub(super) fn markers(notice: &Notice<'_>) -> Markers {
    let mut markers = Markers::default();
    if notice.step == Step::SearchingForMatches {
        markers.insert(Markers::SEARCH_OPERATION);
    }
    if notice.words.is_empty() {
        return markers;
    }
    if notice.words.has(Words::TITLES_FOUND) {
        markers.insert(Markers::TITLES_FOUND);
    }
    if notice.words.has(Words::CHECK_MARK) {
        markers.insert(Markers::SUCCESS);
    }
    if !notice.is_event && notice.words.has(Words::TITLE_MATCH_FAILURE) {
        markers.insert(Markers::TITLE_MATCH_FAILURE);
    }
    markers
}

/// `SEARCH:: \u{274c} File: __init__.py, Line: 178, Function: search`, which announces a message.
pub(super) fn is_marker(text: &[u8]) -> bool {
    static FILE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"File: "));
    FILE.find(text).is_some_and(|at| {
        let rest = &text[at..];
        holds(rest, b", Line: ") && holds(rest, b", Function: ")
    })
}

/// Some agents give a message the level ERROR or WARNING when the letters `error` or `warning` occur
/// anywhere in it, so a title with "Terror" makes one. A true one has the word right after its tag.
///
/// What a marker announces was given its level by the letters alone. Without a marker, a text without
/// them was given its level on purpose.
pub(super) fn is_false_alarm(text: &[u8], is_announced: bool) -> bool {
    let Some((_, end)) = area_tag(text) else {
        return false;
    };
    let rest = text[end..].trim_ascii_start();
    let begins = |word: &[u8]| {
        rest.get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    if begins(b"error") || begins(b"warning") {
        return false;
    }
    is_announced || holds_ignoring_case(rest, b"error") || holds_ignoring_case(rest, b"warning")
}

fn holds_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word))
}

/// Where the area tag (`SEARCH::`, `UTILS ::`) begins and where what follows it does.
fn area_tag(text: &[u8]) -> Option<(usize, usize)> {
    static COLONS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"::"));
    let colons = COLONS.find(&text[..text.len().min(120)])?;
    let before = text[..colons].trim_ascii_end();
    let length = before
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_')
        .count();
    let start = before.len() - length;
    let is_apart = start == 0 || before[start - 1] == b' ';
    (length >= 3 && is_apart).then_some((start, colons + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_tag_is_capitals_before_two_colons() {
        assert_eq!(area_tag(b"Alder - SEARCH:: x"), Some((8, 16)));
        assert_eq!(area_tag(b"UTILS :: x"), Some((0, 8)));
        assert_eq!(area_tag(b"std::vector"), None);
        assert_eq!(area_tag(b"no tag: x"), None);
    }
}
