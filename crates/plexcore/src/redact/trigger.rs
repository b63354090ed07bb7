//! The words and signs that can start a secret, and which parser looks at each.
//!
//! One automaton knows them all in any case of letters, so ordinary text costs one step per byte.

use super::percent::name_around;
use super::span::Found;
use super::words::WordFinder;
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
    Hidden { is_credential: bool },
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

/// How far parsers have read that read on from the word they are called for.
#[derive(Debug, Default)]
struct Seen {
    name_end: usize,
    call_end: usize,
}

/// The automaton over all words.
#[derive(Debug, Clone)]
pub(super) struct Triggers(WordFinder<Parser>);

impl Triggers {
    pub(super) fn new() -> Self {
        let plain = WORDS
            .iter()
            .chain(&MORE_WORDS)
            .map(|&(word, parser)| (word.to_owned(), parser));
        let hidden = base64::hidden_words()
            .into_iter()
            .map(|(word, is_credential)| (word, Parser::Hidden { is_credential }));
        Self(WordFinder::new(plain.chain(hidden).collect()))
    }

    /// Calls the parsers for every word of the text.
    pub(super) fn find_all(&self, text: &[u8], found: &mut Found) {
        let mut at = 0;
        let mut seen = Seen::default();
        while let Some((word, parser, hit)) = self.0.next(text, at) {
            at = hit + 1;
            // Inside a find nothing needs finding, but a name at its end may have its value after it.
            let reach = if parser.takes_name() { LONGEST_NAME } else { 0 };
            if hit + reach < found.covered() {
                continue;
            }
            self.call(text, hit, word, parser, &mut seen, found);
        }
    }

    fn call(
        &self,
        text: &[u8],
        hit: usize,
        word: &str,
        parser: Parser,
        seen: &mut Seen,
        found: &mut Found,
    ) {
        let len = word.len();
        match parser {
            Parser::Assignment => {
                if hit >= seen.name_end {
                    seen.name_end = assignment::find(text, hit, found);
                }
            }
            Parser::User => {
                users_folder(text, hit, len, found);
                if hit >= seen.name_end {
                    seen.name_end = assignment::find(text, hit, found);
                }
            }
            Parser::Home => {
                let plural = usize::from(matches!(text.get(hit + len), Some(b's' | b'S')));
                home::find(text, hit, hit + len + plural, len == 4, found);
            }
            Parser::Cookie => {
                credential::cookie(text, hit, len, found);
                if hit >= seen.name_end {
                    seen.name_end = assignment::find(text, hit, found);
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
            Parser::Call => {
                if hit >= seen.call_end {
                    seen.call_end = base64::call(self, text, hit + len, found).unwrap_or(hit + len);
                }
            }
            Parser::Hidden { is_credential } => {
                if is_credential || found.level() == Level::Full {
                    base64::hidden(text, hit, word, found);
                }
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_hides_a_longer_one() {
        let triggers = Triggers::new();
        let lower: Vec<String> = triggers.0.words().map(str::to_ascii_lowercase).collect();
        for (index, word) in lower.iter().enumerate() {
            let hidden = lower
                .iter()
                .enumerate()
                .find(|(other, longer)| *other != index && longer.starts_with(word.as_str()));
            assert_eq!(hidden, None, "behind {word}");
        }
    }
}
