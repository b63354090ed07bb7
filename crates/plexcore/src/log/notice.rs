//! A record as those see it who follow a thread: its time, its words, and which known line it is.
//!
//! Made once per record and read by [`super::event`] and [`super::session`], so that the common
//! record costs one look at its first bytes and one search for a handful of words.

use std::sync::LazyLock;

use aho_corasick::packed;
use xxhash_rust::xxh3::xxh3_128;

use super::head::{Head, Level};
use super::record::Record;
use super::rules::Rules;
use super::traceback::Traceback;
use crate::stamp::Stamp;

/// A record's known first words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `Handling request GET ...`: the server asks for something.
    HandlingRequest,
    /// `Requesting 'U'`: the agent fetches.
    Requesting,
    /// `Response: [200] str, N bytes`: the answer to the server.
    Response,
    /// `Searching for matches for {..}`: what a search is about.
    SearchingForMatches,
    /// `Loading model with GUID G`: what an update is about.
    LoadingModel,
    /// `Serializing to P`: an update stores what it found.
    Serializing,
    /// `Starting framework core`: the plug-in starts anew.
    StartingCore,
    /// `Started plug-in`.
    StartedPlugin,
    /// `Error opening URL 'U'`.
    ErrorOpening,
    /// Another line of the Framework that agents do not write.
    Framework,
    /// Anything else.
    Other,
}

impl Step {
    fn of(text: &[u8]) -> Self {
        // The beginnings stand in the code one by one so that each becomes a comparison or two.
        match text.first() {
            Some(b'H') if text.starts_with(b"Handling request ") => Self::HandlingRequest,
            Some(b'R') if text.starts_with(b"Requesting '") => Self::Requesting,
            Some(b'R') if text.starts_with(b"Response: [") => Self::Response,
            Some(b'R') if text.starts_with(b"Received packed state data") => Self::Framework,
            Some(b'S') => Self::of_s(text),
            Some(b'F') if text.starts_with(b"Found route matching") => Self::Framework,
            Some(b'L') if text.starts_with(b"Loading model with GUID ") => Self::LoadingModel,
            Some(b'D') if text.starts_with(b"Deserializing from ") => Self::Framework,
            Some(b'E') if text.starts_with(b"Error opening URL ") => Self::ErrorOpening,
            _ => Self::Other,
        }
    }

    fn of_s(text: &[u8]) -> Self {
        match text.get(1) {
            Some(b'e') if text.starts_with(b"Searching for matches for ") => {
                Self::SearchingForMatches
            }
            Some(b'e') if text.starts_with(b"Sending packed state data") => Self::Framework,
            Some(b'e') if text.starts_with(b"Serializing to ") => Self::Serializing,
            Some(b't') if text.starts_with(b"Starting framework core") => Self::StartingCore,
            Some(b't') if text.starts_with(b"Started plug-in") => Self::StartedPlugin,
            _ => Self::Other,
        }
    }
}

/// Which of the words that agents mark their work with a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words(u16);

/// The words but the check marks, by what is searched for; what may stand right before that, and what
/// both stand for. `SEARCH::`-like forms are public logging conventions.
///
/// The searcher looks for the first three bytes, so those should be rare in logs: no dashes, equals
/// signs or blanks, and none of the tags that agents begin each line with.
static WORDS: [(&str, &[(&str, Words)]); 24] = [
    ("Titles Found", &[("", Words::TITLES_FOUND)]),
    ("Title Match Failure", &[("", Words::TITLE_MATCH_FAILURE)]),
    ("Processing ", &[(":: ", Words::CANDIDATE)]),
    ("score: '", &[("", Words::CANDIDATE)]),
    ("Title Found: ", &[("", Words::CANDIDATE)]),
    ("Provider: ", &[("", Words::CANDIDATE)]),
    ("Found movie information in NFO", &[("", Words::CANDIDATE)]),
    (
        "Agent:",
        &[
            ("SEARCH:: ", Words::SEARCH_BEGINS),
            ("UPDATE:: ", Words::UPDATE_BEGINS),
        ],
    ),
    ("Search() ===", &[("", Words::SEARCH_BEGINS)]),
    ("Search - Begin", &[("", Words::SEARCH_BEGINS)]),
    ("MEDIA TITLE", &[("*", Words::SEARCH_BEGINS)]),
    ("Entering search function", &[("", Words::SEARCH_BEGINS)]),
    ("ALBUM SEARCH", &[("", Words::SEARCH_BEGINS)]),
    ("ARTIST SEARCH", &[("", Words::SEARCH_BEGINS)]),
    ("Update() ===", &[("", Words::UPDATE_BEGINS)]),
    ("Update Begin", &[("", Words::UPDATE_BEGINS)]),
    ("CALLED", &[("*UPDATE ", Words::UPDATE_BEGINS)]),
    ("Entering update function", &[("", Words::UPDATE_BEGINS)]),
    ("Successful!! <<", &[(">> ", Words::SUCCEEDED)]),
    ("Failed <<", &[(">> ", Words::FAILED)]),
    ("stash ID", &[("No results on this ", Words::FAILED)]),
    ("Final result:", &[("", Words::ENDED)]),
    ("Search - End", &[("", Words::ENDED)]),
    ("Update end", &[("", Words::ENDED)]),
];

/// U+2713, U+2714, U+2705, U+2611.
const CHECK_MARKS: [[u8; 3]; 4] = [
    *b"\xe2\x9c\x93",
    *b"\xe2\x9c\x94",
    *b"\xe2\x9c\x85",
    *b"\xe2\x98\x91",
];

impl Words {
    /// A check mark.
    pub const CHECK_MARK: Self = Self(1);
    /// `Titles Found`.
    pub const TITLES_FOUND: Self = Self(1 << 1);
    /// `Title Match Failure`.
    pub const TITLE_MATCH_FAILURE: Self = Self(1 << 2);
    /// A candidate is looked at.
    pub const CANDIDATE: Self = Self(1 << 3);
    /// The agent says that a search begins.
    pub const SEARCH_BEGINS: Self = Self(1 << 4);
    /// The agent says that an update begins.
    pub const UPDATE_BEGINS: Self = Self(1 << 5);
    /// The agent says that it found something.
    pub const SUCCEEDED: Self = Self(1 << 6);
    /// The agent says that it found nothing.
    pub const FAILED: Self = Self(1 << 7);
    /// The agent says that it is done.
    pub const ENDED: Self = Self(1 << 8);
    /// ` QUIT` at the end of a line: the agent gives up early.
    pub const QUITS: Self = Self(1 << 9);
    /// A line of nothing but equals signs, as some agents end their work.
    pub const CLOSING_RULE: Self = Self(1 << 10);

    /// Whether any of the other's words is here too.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The words in a record's bytes from `start` on. The bytes before are only passed over: the
    /// searcher is slow on texts of less than some forty bytes.
    fn of(bytes: &[u8], start: usize) -> Self {
        static SEARCHER: LazyLock<Option<packed::Searcher>> =
            LazyLock::new(|| packed::Searcher::new(WORDS.iter().map(|(rest, _)| rest)));
        let text = bytes.get(start..).unwrap_or_default();
        let mut found = Self::default();
        match &*SEARCHER {
            Some(searcher) => {
                for hit in searcher.find_iter(bytes) {
                    let before = bytes.get(start..hit.start()).unwrap_or_default();
                    for (begin, words) in WORDS[hit.pattern().as_usize()].1 {
                        if hit.start() >= start && before.ends_with(begin.as_bytes()) {
                            found.0 |= words.0;
                        }
                    }
                }
            }
            // The packed searcher needs instructions that not every processor has.
            None => {
                for (rest, begins) in &WORDS {
                    for (begin, words) in *begins {
                        let whole = [*begin, *rest].concat();
                        if memchr::memmem::find(text, whole.as_bytes()).is_some() {
                            found.0 |= words.0;
                        }
                    }
                }
            }
        }
        if has_check_mark(text) {
            found.0 |= Self::CHECK_MARK.0;
        }
        found
    }

    /// What the form of a message's first line says.
    fn of_form(text: &[u8]) -> Self {
        let mut found = Self::default();
        if text.ends_with(b" QUIT") {
            found.0 |= Self::QUITS.0;
        }
        if text.starts_with(b"==========") && text.iter().all(|byte| *byte == b'=') {
            found.0 |= Self::CLOSING_RULE.0;
        }
        found
    }
}

fn has_check_mark(text: &[u8]) -> bool {
    memchr::memchr_iter(CHECK_MARKS[0][0], text).any(|at| {
        let mark = text[at..].first_chunk::<3>();
        mark.is_some_and(|mark| CHECK_MARKS.contains(mark))
    })
}

/// A thread, as a number that is equal for equal ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadKey(u128);

impl ThreadKey {
    /// The key of a thread's id.
    #[inline]
    pub fn of(thread: &[u8]) -> Self {
        // Ids are up to sixteen hexadecimal digits, negative ones shorter: they are their own key. What
        // is longer is no id that Python makes, and shares a key only by a freak. Two halves that may
        // overlap are read at once; copied byte by byte, they would have to be waited for.
        let (Some(front), Some(back)) = (thread.first_chunk(), thread.last_chunk()) else {
            return Self::of_short(thread);
        };
        if thread.len() > 16 {
            return Self(xxh3_128(thread));
        }
        let [front, back] = [front, back].map(|half| u64::from_le_bytes(*half));
        let back = u128::from(back) << 64 >> (8 * (16 - thread.len()));
        Self(u128::from(front) | back)
    }

    /// The key of an id of fewer than eight digits.
    fn of_short(thread: &[u8]) -> Self {
        let digits = thread.iter().rev();
        Self(digits.fold(0, |key, digit| key << 8 | u128::from(*digit)))
    }
}

/// A record with a head, looked at once.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// The record.
    pub record: &'a Record<'a>,
    /// Its head.
    pub head: &'a Head,
    /// When it was written.
    pub at: Stamp,
    /// How grave it says it is.
    pub level: Level,
    /// The message of its first line.
    pub text: &'a [u8],
    /// Which known line it is.
    pub step: Step,
    /// The marking words in the whole message.
    pub words: Words,
    /// Whether it is an event: by its level, by its traceback, or since a rule for records of any level may
    /// hold for it.
    pub is_event: bool,
}

/// What a record's bytes behind its thread say by themselves: the same for the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    step: Step,
    words: Words,
    is_event: bool,
}

impl Look {
    /// Looks at a record; lines without a head say nothing.
    pub fn of(record: &Record<'_>, rules: &Rules) -> Option<Self> {
        Some(Self::at(record, record.head()?, rules))
    }

    fn at(record: &Record<'_>, head: &Head, rules: &Rules) -> Self {
        let text = record.text();
        let step = Step::of(text);
        let is_other = step == Step::Other;
        let mut words = Words::of_form(text);
        if is_other {
            words.0 |= Words::of(record.bytes, head.text_start as usize).0;
        }
        let is_event = head.level.is_loud()
            || is_other && rules.may_be_quiet_event(text)
            || Traceback::is_announced(record);
        Self {
            step,
            words,
            is_event,
        }
    }

    /// Whether it tells only something to those who wait for what its thread does next, or how late it is.
    pub fn is_silent(self) -> bool {
        matches!(self.step, Step::Framework | Step::Other)
            && self.words.is_empty()
            && !self.is_event
    }
}

impl<'a> Notice<'a> {
    /// Looks at a record; lines without a head say nothing.
    pub fn of(record: &'a Record<'a>, rules: &Rules) -> Option<Self> {
        let head = record.head()?;
        Some(Self::with(record, head, Look::at(record, head, rules)))
    }

    /// The same for a record that was looked at, or one with the same bytes behind its thread.
    pub fn again(record: &'a Record<'a>, look: Look) -> Option<Self> {
        Some(Self::with(record, record.head()?, look))
    }

    fn with(record: &'a Record<'a>, head: &'a Head, look: Look) -> Self {
        Self {
            record,
            head,
            at: head.at,
            level: head.level,
            text: record.text(),
            step: look.step,
            words: look.words,
            is_event: look.is_event,
        }
    }

    /// Whether its level or its form can make it an event.
    pub fn may_be_event(&self) -> bool {
        self.level != Level::Debug && self.level != Level::Info || self.record.has_continuation()
    }

    /// The thread that wrote it.
    pub fn thread(&self) -> ThreadKey {
        ThreadKey::of(self.record.thread())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::record::Records;

    fn words_of(message: &str) -> Words {
        let line = format!("2026-02-05 15:30:55,155 (17a0) :  INFO (Agent:1) - {message}\n");
        let mut records = Records::new(line.as_bytes());
        let record = records.next().unwrap().unwrap();
        Notice::of(&record, &Rules::builtin()).unwrap().words
    }

    #[test]
    fn each_word_is_found_with_what_stands_before_it_and_not_without() {
        for (rest, begins) in &WORDS {
            for (begin, words) in *begins {
                for message in [
                    format!("{begin}{rest}"),
                    format!("x {begin}{rest} and more of it, so that it is a long message"),
                    format!("first line\n  second {begin}{rest}"),
                ] {
                    assert_eq!(words_of(&message), *words, "{message}");
                }
                if !begin.is_empty() {
                    assert!(words_of(&format!("x{rest}")).is_empty(), "{rest}");
                }
            }
        }
        assert!(words_of("\u{274c} no \u{2014} mark \u{2717}").is_empty());
        for mark in ["\u{2713}", "\u{2714}", "\u{2705}", "\u{2611}"] {
            assert_eq!(words_of(&format!("a {mark} b")), Words::CHECK_MARK);
        }
    }

    #[test]
    fn two_words_on_a_line_are_both_found() {
        let words = words_of("SEARCH:: Agent: x >> Failed << \u{2713} Titles Found");
        for word in [
            Words::SEARCH_BEGINS,
            Words::FAILED,
            Words::CHECK_MARK,
            Words::TITLES_FOUND,
        ] {
            assert!(words.has(word), "{words:?}");
        }
    }

    #[test]
    fn ids_have_the_same_key_only_if_they_are_the_same() {
        let ids: Vec<Vec<u8>> = (0..20)
            .flat_map(|length| {
                let id: Vec<u8> = (0..length).map(|at| b"0123456789abcdef"[at % 16]).collect();
                let changed = (0..length).map({
                    let id = id.clone();
                    move |at| {
                        let mut id = id.clone();
                        id[at] = b'-';
                        id
                    }
                });
                changed.chain([id]).collect::<Vec<_>>()
            })
            .collect();
        for a in &ids {
            for b in &ids {
                assert_eq!(ThreadKey::of(a) == ThreadKey::of(b), a == b, "{a:?} {b:?}");
            }
        }
    }
}
