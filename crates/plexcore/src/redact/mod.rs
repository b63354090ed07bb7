//! A text from a log to the same text without what must never leave the house.
//!
//! Tokens, keys, passwords, cookies, e-mail addresses, user names in paths, public addresses and
//! identifiers of machines become placeholders such as `[token]`; quotes, separators and the rest
//! of a URL stay. It knows nothing of records or reports: any text goes in, of any origin.
//!
//! One pass of an automaton finds the words and signs that can start a secret (`trigger`); a
//! small parser looks at the surroundings of each and reports spans (`span`). Parsers read
//! through any number of percent-encodings (`percent`), so no encoding is a way round them.
//!
//! Invariant: `redact(redact(x)) == redact(x)`, and a text in which nothing is found is borrowed.

mod address;
mod assignment;
mod base64;
mod contact;
mod credential;
mod home;
mod media_path;
mod names;
mod percent;
#[cfg(test)]
mod property_tests;
mod pseudonym;
mod server;
mod span;
#[cfg(test)]
mod table_tests;
mod titles;
mod trigger;
mod value;
mod words;

use std::borrow::Cow;

use crate::utf8::lossy;
use span::Found;
use titles::TitleFinder;
use trigger::Triggers;

/// How much is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// Everything that tells who somebody is or lets one act in their name.
    #[default]
    Full,
    /// Only what lets one act in somebody's name: tokens, keys, passwords, sessions, cookies.
    /// This is what `--no-redact` leaves on.
    SecretsOnly,
}

/// What a [`Redactor`] replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// How much is replaced.
    pub level: Level,
    /// Whether titles and file names become short hashes as well (`[title 0a1b2c3d]`).
    ///
    /// The hash is the start of the SHA-256 of the title in lower case and has no key: equal
    /// things stay equal within a report and across reports, and whoever already suspects a title
    /// can hash it and look whether it is there.
    pub pseudonymise: bool,
}

/// Replaces secrets and personal data in texts; made once, used from any number of threads.
#[derive(Debug, Clone)]
pub struct Redactor {
    options: Options,
    triggers: Triggers,
    /// Only there when titles are to be replaced.
    titles: Option<TitleFinder>,
}

impl Redactor {
    /// Rounds after which a text counts as settled; each round only shrinks what is left.
    const ROUNDS: usize = 16;

    /// Builds the automaton; worth doing once per run, not per text.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            triggers: Triggers::new(),
            titles: options.pseudonymise.then(TitleFinder::new),
        }
    }

    /// The options it was made with.
    pub fn options(&self) -> Options {
        self.options
    }

    /// The text without secrets; borrowed if none were found.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        for _ in 0..Self::ROUNDS {
            let found = self.pass(&out);
            if found.is_empty() {
                break;
            }
            out = Cow::Owned(found.apply(&out));
        }
        out
    }

    /// The same for bytes that should be UTF-8; those that are not become U+FFFD.
    pub fn redact_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        match lossy(bytes) {
            Cow::Borrowed(text) => self.redact(text),
            Cow::Owned(text) => Cow::Owned(self.redact(&text).into_owned()),
        }
    }

    fn pass(&self, text: &str) -> Found {
        let mut found = Found::new(self.options.level);
        self.triggers.find_all(text.as_bytes(), &mut found);
        if self.options.level == Level::Full {
            address::find_all(text.as_bytes(), &mut found);
        }
        if let Some(titles) = &self.titles {
            let mut named = Found::new(self.options.level);
            titles.find_all(text.as_bytes(), &mut named);
            found.absorb(named);
        }
        found
    }
}
