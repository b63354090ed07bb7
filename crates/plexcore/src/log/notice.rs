//! A record as those see it who follow a thread: its time, its words, and which known line it is.
//!
//! Made once per record and read by [`super::event`] and [`super::session`], so that the common
//! record costs one look at its first bytes and one search for a handful of words.

use std::sync::LazyLock;

use aho_corasick::packed;

use super::head::{Head, Level};
use super::record::Record;
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
        let known: &[(&[u8], Self)] = match text.first() {
            Some(b'H') => &[(b"Handling request ", Self::HandlingRequest)],
            Some(b'R') => &[
                (b"Requesting '", Self::Requesting),
                (b"Response: [", Self::Response),
                (b"Received packed state data", Self::Framework),
            ],
            Some(b'S') => &[
                (b"Searching for matches for ", Self::SearchingForMatches),
                (b"Sending packed state data", Self::Framework),
                (b"Serializing to ", Self::Serializing),
                (b"Starting framework core", Self::StartingCore),
                (b"Started plug-in", Self::StartedPlugin),
            ],
            Some(b'F') => &[(b"Found route matching", Self::Framework)],
            Some(b'L') => &[(b"Loading model with GUID ", Self::LoadingModel)],
            Some(b'D') => &[(b"Deserializing from ", Self::Framework)],
            Some(b'E') => &[(b"Error opening URL ", Self::ErrorOpening)],
            _ => &[],
        };
        known
            .iter()
            .find(|(words, _)| text.starts_with(words))
            .map_or(Self::Other, |(_, step)| *step)
    }
}

/// Which of the words that agents mark their work with a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words(u32);

/// The words and what each stands for. `SEARCH::`-like forms are public logging conventions.
const WORDS: [(&str, Words); 31] = [
    ("\u{2713}", Words::CHECK_MARK),
    ("\u{2714}", Words::CHECK_MARK),
    ("\u{2705}", Words::CHECK_MARK),
    ("\u{2611}", Words::CHECK_MARK),
    ("Titles Found", Words::TITLES_FOUND),
    ("Title Match Failure", Words::TITLE_MATCH_FAILURE),
    (":: Processing ", Words::CANDIDATE),
    (" - score: '", Words::CANDIDATE),
    ("Title Found: ", Words::CANDIDATE),
    ("Provider: ", Words::CANDIDATE),
    ("Found movie information in NFO", Words::CANDIDATE),
    ("SEARCH:: Agent:", Words::SEARCH_BEGINS),
    ("=== Search()", Words::SEARCH_BEGINS),
    ("=== Search - Begin", Words::SEARCH_BEGINS),
    ("***MEDIA TITLE", Words::SEARCH_BEGINS),
    ("Entering search function", Words::SEARCH_BEGINS),
    ("ALBUM SEARCH", Words::SEARCH_BEGINS),
    ("ARTIST SEARCH", Words::SEARCH_BEGINS),
    ("UPDATE:: Agent:", Words::UPDATE_BEGINS),
    ("=== Update()", Words::UPDATE_BEGINS),
    ("--- Update Begin", Words::UPDATE_BEGINS),
    ("***UPDATE CALLED***", Words::UPDATE_BEGINS),
    ("Entering update function", Words::UPDATE_BEGINS),
    (">> Successful!! <<", Words::SUCCEEDED),
    (">> Failed <<", Words::FAILED),
    ("No results on this stash ID", Words::FAILED),
    ("Final result:", Words::ENDED),
    ("QUIT", Words::QUIT),
    ("Search - End", Words::ENDED),
    ("Update end", Words::ENDED),
    ("================================", Words::RULE),
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
    /// Equals signs; a line of nothing else closes a search of some agents.
    pub const RULE: Self = Self(1 << 9);
    /// The word with which some agents leave a search early, at the end of a line.
    pub const QUIT: Self = Self(1 << 10);

    /// Whether any of the other's words is here too.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn of(text: &[u8]) -> Self {
        static SEARCHER: LazyLock<Option<packed::Searcher>> =
            LazyLock::new(|| packed::Searcher::new(WORDS.iter().map(|(words, _)| words)));
        let mut found = Self::default();
        match &*SEARCHER {
            Some(searcher) => {
                for hit in searcher.find_iter(text) {
                    found.0 |= WORDS[hit.pattern().as_usize()].1.0;
                }
            }
            // The packed searcher needs instructions that not every processor has.
            None => {
                for (words, word) in &WORDS {
                    if memchr::memmem::find(text, words.as_bytes()).is_some() {
                        found.0 |= word.0;
                    }
                }
            }
        }
        found
    }
}

/// A thread, as a number that is equal for equal ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadKey(u64);

impl ThreadKey {
    /// The key of a thread's id.
    pub fn of(thread: &[u8]) -> Self {
        // Ids are up to seventeen hexadecimal digits with a sign: read as a number they are a hash
        // without collisions; what is longer or no number only mixes.
        let mut key = thread.len() as u64;
        for byte in thread {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                _ => 17,
            };
            key = key.rotate_left(4) ^ u64::from(digit);
        }
        Self(key)
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
}

impl<'a> Notice<'a> {
    /// Looks at a record; lines without a head say nothing.
    pub fn of(record: &'a Record<'a>) -> Option<Self> {
        let head = record.head()?;
        let text = record.text();
        let step = Step::of(text);
        let words = if step == Step::Other {
            Words::of(
                record
                    .bytes
                    .get(head.text_start as usize..)
                    .unwrap_or_default(),
            )
        } else {
            Words::default()
        };
        Some(Self {
            record,
            head,
            at: head.at,
            level: head.level,
            text,
            step,
            words,
        })
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
