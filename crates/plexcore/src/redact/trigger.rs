//! The words and signs that can start a secret, and which parser looks at each.
//!
//! One automaton knows them all in any case of letters, so ordinary text costs one step per byte.
//! No word is the beginning of another: a search goes on one byte after each hit, and would miss
//! the longer one.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::percent::name_around;
use super::span::Found;
use super::{Level, address, assignment, base64, contact, credential, home, server};

/// Which parser a word calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parser {
    Assignment,
    User,
    Home,
    At,
    Scheme,
    Jwt,
    Local,
    Cookie,
    PlexDirect,
    EncodedColon,
    Machine,
    Server,
    Fingerprint,
    Call,
    Hidden,
}

impl Parser {
    /// Whether the word is part of a name whose value stands after it.
    const fn takes_name(self) -> bool {
        matches!(self, Self::Assignment | Self::User | Self::Cookie)
    }
}

const WORDS: [(&str, Parser); 46] = [
    ("token", Parser::Assignment),
    ("jwt", Parser::Assignment),
    ("key", Parser::Assignment),
    ("pass", Parser::Assignment),
    ("pwd", Parser::Assignment),
    ("pw=", Parser::Assignment),
    ("pw:", Parser::Assignment),
    ("pw%", Parser::Assignment),
    ("pw'", Parser::Assignment),
    ("pw\"", Parser::Assignment),
    ("secret", Parser::Assignment),
    ("credential", Parser::Assignment),
    ("sid", Parser::Assignment),
    ("sess", Parser::Assignment),
    ("clientid", Parser::Assignment),
    ("client_id", Parser::Assignment),
    ("client-id", Parser::Assignment),
    ("identifier", Parser::Assignment),
    ("login", Parser::Assignment),
    ("mail", Parser::Assignment),
    ("auth", Parser::Assignment),
    ("uuid", Parser::Assignment),
    ("clearance", Parser::Assignment),
    ("cf_bm", Parser::Assignment),
    ("cfduid", Parser::Assignment),
    ("device-name", Parser::Assignment),
    ("devicename", Parser::Assignment),
    ("device_name", Parser::Assignment),
    ("user", Parser::User),
    ("home", Parser::Home),
    ("documents and settings", Parser::Home),
    ("documents%20and%20settings", Parser::Home),
    ("documents%2520and%2520settings", Parser::Home),
    ("@", Parser::At),
    ("%40", Parser::At),
    ("%2540", Parser::At),
    ("%252540", Parser::At),
    ("bearer", Parser::Scheme),
    ("basic", Parser::Scheme),
    ("eyj", Parser::Jwt),
    ("local-", Parser::Local),
    ("cookie", Parser::Cookie),
    ("plex.direct", Parser::PlexDirect),
    ("machine", Parser::Machine),
    ("server", Parser::Server),
    ("messaging", Parser::Call),
];

const MORE_WORDS: [(&str, Parser); 5] = [
    ("fingerprint", Parser::Fingerprint),
    ("thumbprint", Parser::Fingerprint),
    ("certificate", Parser::Fingerprint),
    ("%3a", Parser::EncodedColon),
    ("%253a", Parser::EncodedColon),
];

/// Bytes at the end of a find in which names are still looked for.
const LONGEST_NAME: usize = 96;

/// The automaton over all words.
#[derive(Debug, Clone)]
pub(super) struct Triggers {
    /// `None` only if the automaton could not be built; then every word is looked for on its own.
    automaton: Option<AhoCorasick>,
    words: Arc<[(String, Parser)]>,
}

impl Triggers {
    pub(super) fn new() -> Self {
        let words: Vec<(String, Parser)> = WORDS
            .iter()
            .chain(&MORE_WORDS)
            .map(|&(word, parser)| (word.to_owned(), parser))
            .chain(
                base64::hidden_words()
                    .into_iter()
                    .map(|word| (word, Parser::Hidden)),
            )
            .collect();
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

    /// Calls the parsers for every word of the text.
    pub(super) fn find_all(&self, text: &[u8], found: &mut Found) {
        let mut at = 0;
        let mut name_end = 0;
        while let Some((index, hit)) = self.next(text, at) {
            at = hit + 1;
            let Some((word, parser)) = self.words.get(index) else {
                continue;
            };
            // Inside a find nothing needs finding, but a name at its end may have its value after it.
            let reach = if parser.takes_name() { LONGEST_NAME } else { 0 };
            if hit + reach < found.covered() {
                continue;
            }
            self.call(text, hit, word, *parser, &mut name_end, found);
        }
    }

    fn next(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let Some(automaton) = &self.automaton else {
            return self.next_slowly(text, from);
        };
        let hit = automaton.find(Input::new(text).range(from..))?;
        Some((hit.pattern().as_usize(), hit.start()))
    }

    /// The same without the automaton: a secret must not leave because memory was short.
    fn next_slowly(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        (from..text.len()).find_map(|at| {
            let index = self.words.iter().position(|(word, _)| {
                text[at..]
                    .get(..word.len())
                    .is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
            })?;
            Some((index, at))
        })
    }

    fn call(
        &self,
        text: &[u8],
        hit: usize,
        word: &str,
        parser: Parser,
        name_end: &mut usize,
        found: &mut Found,
    ) {
        let len = word.len();
        match parser {
            Parser::Assignment => {
                if hit >= *name_end {
                    *name_end = assignment::find(text, hit, found);
                }
            }
            Parser::User => {
                users_folder(text, hit, len, found);
                if hit >= *name_end {
                    *name_end = assignment::find(text, hit, found);
                }
            }
            Parser::Home => {
                let plural = usize::from(matches!(text.get(hit + len), Some(b's' | b'S')));
                home::find(text, hit, hit + len + plural, len == 4, found);
            }
            Parser::Cookie => {
                credential::cookie(text, hit, len, found);
                if hit >= *name_end {
                    *name_end = assignment::find(text, hit, found);
                }
            }
            Parser::At => contact::find(text, hit, found),
            Parser::Scheme => credential::scheme(text, hit, len, found),
            Parser::Jwt => credential::jwt(text, hit, found),
            Parser::Local => credential::local(text, hit, len, found),
            Parser::PlexDirect => address::plex_direct(text, hit, found),
            Parser::EncodedColon if found.level() == Level::Full => address::ipv6(text, hit, found),
            Parser::EncodedColon => {}
            Parser::Machine => {
                server::machine(text, hit, len, found);
            }
            Parser::Server => server::server_id(text, hit, len, found),
            Parser::Fingerprint => server::fingerprint(text, hit, len, found),
            Parser::Call => base64::call(self, text, hit, len, found),
            Parser::Hidden => base64::hidden(text, hit, word, found),
        }
    }
}

/// `Users` as a folder of homes.
fn users_folder(text: &[u8], hit: usize, len: usize, found: &mut Found) {
    let end = hit + len + 1;
    let is_whole = name_around(text, hit).is_some_and(|(start, stop)| start == hit && stop == end);
    if is_whole && matches!(text.get(end - 1), Some(b's' | b'S')) {
        home::find(text, hit, end, false, found);
    }
}
