//! Many words looked for at once, in any case of letters.
//!
//! No word may be the beginning of another: a search goes on one byte after each hit, so of two
//! words that start together only the shorter is ever seen.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

/// The words, each with what it means to the one who looks for it.
#[derive(Debug, Clone)]
pub(super) struct WordFinder<T> {
    /// `None` only if the automaton could not be built; then every word is looked for on its own.
    automaton: Option<AhoCorasick>,
    words: Arc<[(String, T)]>,
}

impl<T: Copy> WordFinder<T> {
    pub(super) fn new(words: Vec<(String, T)>) -> Self {
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words.iter().map(|(word, _)| word))
            .ok();
        Self {
            automaton,
            words: words.into(),
        }
    }

    /// The first word that starts at `from` or later: the word, its meaning and its place.
    pub(super) fn next(&self, text: &[u8], from: usize) -> Option<(&str, T, usize)> {
        let (index, at) = match &self.automaton {
            Some(automaton) => {
                let hit = automaton.find(Input::new(text).range(from.min(text.len())..))?;
                (hit.pattern().as_usize(), hit.start())
            }
            None => self.next_slowly(text, from)?,
        };
        let (word, meaning) = self.words.get(index)?;
        Some((word, *meaning, at))
    }

    /// The same without the automaton: a secret must not leave because memory was short.
    fn next_slowly(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        (from..text.len()).find_map(|at| {
            let starts = |(word, _): &(String, T)| {
                let head = text[at..].get(..word.len());
                head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
            };
            Some((self.words.iter().position(starts)?, at))
        })
    }

    #[cfg(test)]
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(word, _)| word.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(finder: &WordFinder<u8>, text: &[u8]) -> Vec<(u8, usize)> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((_, meaning, at)) = finder.next(text, from) {
            found.push((meaning, at));
            from = at + 1;
        }
        found
    }

    #[test]
    fn with_and_without_the_automaton_the_same_words_are_found() {
        let words = [("user", 1), ("session", 2), ("key", 3)];
        let fast = WordFinder::new(words.map(|(word, id)| (word.to_owned(), id)).to_vec());
        let slow = WordFinder {
            automaton: None,
            ..fast.clone()
        };
        let text = b"UserSession of a keyuser, Key";
        let expected = [(1, 0), (2, 4), (3, 17), (1, 20), (3, 26)];
        assert_eq!(places(&fast, text), expected);
        assert_eq!(places(&slow, text), expected);
    }
}
