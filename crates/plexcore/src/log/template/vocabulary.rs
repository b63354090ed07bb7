//! The words of masked messages as numbers, with what each word looks like.
use std::collections::HashMap;

use super::code;
use super::mask::VARIABLE;
use super::word::{continues, is_space};
use crate::utf8::owned;

/// How many tokens of a message count; what follows them is one value.
const LONGEST: usize = 200;

/// A word, a mark or a value, and whether a space stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Token(pub(super) u32);

impl Token {
    /// Before the last word of a message, where the message is looked up by its end.
    pub(super) const END: Self = Self(u32::MAX);

    pub(super) fn is_value(self) -> bool {
        self.0 < 2
    }

    pub(super) fn id(self) -> u32 {
        self.0 >> 1
    }

    /// Whether a space stands before it.
    pub(super) fn spaced(self) -> bool {
        self.0 & 1 == 1
    }

    /// The token as part of a hash.
    pub(super) fn key(self) -> u64 {
        u64::from(self.0)
    }

    /// A value in the place of this token.
    pub(super) fn as_value(self) -> Self {
        Self(self.0 & 1)
    }
}

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Value,
    /// A mark that may stand between the words of a name.
    Joint,
    Open,
    Close,
    /// A mark that shapes a message.
    Mark,
    /// A status, errno, exception type, method or truth value: never a value.
    Fixed,
    /// A word that tells how something ended, a value only inside a longer name.
    Outcome,
    /// `ALL_CAPITALS`
    Caps,
    /// `Capital`
    Capital,
    /// `a.b`, `a_b`, `camelCase`
    Name,
    /// `lower`
    Plain,
}

#[derive(Debug)]
pub(super) struct Vocabulary {
    ids: HashMap<Vec<u8>, u32>,
    words: Vec<Vec<u8>>,
    classes: Vec<Class>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let value = VARIABLE.as_bytes().to_vec();
        Self {
            ids: HashMap::from([(value.clone(), 0)]),
            words: vec![value],
            classes: vec![Class::Value],
        }
    }
}

impl Vocabulary {
    pub(super) fn class(&self, token: Token) -> Class {
        self.classes[token.id() as usize]
    }

    pub(super) fn is_word(&self, token: Token) -> bool {
        matches!(
            self.class(token),
            Class::Fixed
                | Class::Outcome
                | Class::Caps
                | Class::Capital
                | Class::Name
                | Class::Plain
        )
    }

    /// How many different words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word of the token.
    pub(super) fn word(&self, token: Token) -> &[u8] {
        &self.words[token.id() as usize]
    }

    pub(super) fn tokens(&mut self, text: &[u8]) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = 0;
        let mut space = false;
        while at < text.len() {
            if tokens.len() == LONGEST {
                tokens.push(Token(1));
                break;
            }
            if is_space(text[at]) {
                space = true;
                at += 1;
                continue;
            }
            let rest = &text[at..];
            let len = if rest.starts_with(VARIABLE.as_bytes()) {
                VARIABLE.len()
            } else if continues(rest[0]) {
                word_len(rest)
            } else {
                1
            };
            tokens.push(Token(self.id(&rest[..len]) << 1 | u32::from(space)));
            space = false;
            at += len;
        }
        fold_repeats(&mut tokens);
        tokens
    }

    fn id(&mut self, word: &[u8]) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX >> 1);
        self.ids.insert(word.to_vec(), id);
        self.words.push(word.to_vec());
        self.classes.push(classify(word));
        id
    }

    pub(super) fn text(&self, tokens: &[Token]) -> String {
        let mut text = Vec::new();
        for token in tokens {
            if token.0 & 1 == 1 && !text.is_empty() {
                text.push(b' ');
            }
            text.extend_from_slice(&self.words[token.id() as usize]);
        }
        owned(&text)
    }
}

/// A list says the same however long it is: `<*> ok <*> ok <*> ok` becomes `<*> ok`.
fn fold_repeats(tokens: &mut Vec<Token>) {
    for period in 2..=4 {
        let mut at = 0;
        while at + 2 * period <= tokens.len() {
            let (unit, rest) = tokens[at..].split_at(period);
            if unit == &rest[..period] && unit.iter().any(|t| t.is_value()) {
                tokens.drain(at + period..at + 2 * period);
            } else {
                at += 1;
            }
        }
    }
}

/// The length of the word `text` begins with, an apostrophe between letters included, final marks not.
fn word_len(text: &[u8]) -> usize {
    let run = |from: usize| from + text[from..].iter().take_while(|b| continues(**b)).count();
    let letter = |at: usize| {
        text.get(at)
            .is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80)
    };
    let mut end = run(0);
    while text.get(end) == Some(&b'\'') && letter(end - 1) && letter(end + 1) {
        end = run(end + 1);
    }
    let marks = text[..end]
        .iter()
        .rev()
        .take_while(|b| matches!(b, b'.' | b'!' | b'?' | b'*' | b'~' | b'-' | b'#'))
        .count();
    if marks == end { 1 } else { end - marks }
}

fn classify(word: &[u8]) -> Class {
    let first = word[0];
    if word.len() == 1 && !first.is_ascii_alphanumeric() && first < 0x80 {
        return match first {
            b'(' | b'[' => Class::Open,
            b')' | b']' => Class::Close,
            b',' | b'.' | b'-' | b'!' | b'?' | b'&' | b'\'' | b':' | b'+' | b'/' | b'#' => {
                Class::Joint
            }
            _ => Class::Mark,
        };
    }
    if code::is_exception(word)
        || code::is_method(word)
        || super::word::is_number(word)
        || is_truth(word)
    {
        return Class::Fixed;
    }
    if is_outcome(word) {
        return Class::Outcome;
    }
    if word.iter().all(|b| b.is_ascii_lowercase() || *b == b'-') {
        return Class::Plain;
    }
    let upper = word.iter().filter(|b| b.is_ascii_uppercase()).count();
    let lower = word
        .iter()
        .filter(|b| b.is_ascii_lowercase() || **b >= 0x80)
        .count();
    let marks = word.len() - upper - lower;
    if lower == 0 && upper > 1 {
        Class::Caps
    } else if marks > 0 && !word.contains(&b'\'')
        || upper > 0 && !(upper == 1 && first.is_ascii_uppercase())
    {
        if word
            .rsplit(|b| *b == b'.')
            .next()
            .is_some_and(|end| end.iter().all(|b| !b.is_ascii_lowercase()))
        {
            Class::Caps
        } else {
            Class::Name
        }
    } else if upper == 1 {
        Class::Capital
    } else {
        Class::Plain
    }
}

fn is_truth(word: &[u8]) -> bool {
    [&b"true"[..], b"false"]
        .iter()
        .any(|truth| truth.eq_ignore_ascii_case(word))
}

/// Whether the word tells how something ended: a group never joins success and failure.
fn is_outcome(word: &[u8]) -> bool {
    const OUTCOMES: [&[u8]; 44] = [
        b"yes",
        b"no",
        b"on",
        b"off",
        b"up",
        b"down",
        b"in",
        b"out",
        b"ok",
        b"unable",
        b"not",
        b"failure",
        b"fail",
        b"fails",
        b"success",
        b"successful",
        b"successfully",
        b"unsuccessful",
        b"error",
        b"errors",
        b"warning",
        b"start",
        b"stop",
        b"begin",
        b"end",
        b"open",
        b"close",
        b"enable",
        b"disable",
        b"add",
        b"remove",
        b"found",
        b"missing",
        b"lost",
        b"ready",
        b"done",
        b"active",
        b"inactive",
        b"online",
        b"offline",
        b"available",
        b"unavailable",
        b"valid",
        b"invalid",
    ];
    let ends = |end: &[u8]| {
        word.len() > end.len() + 2 && word[word.len() - end.len()..].eq_ignore_ascii_case(end)
    };
    let letters = word.iter().all(u8::is_ascii_alphabetic);
    letters
        && word != b"named"
        && word[1..].iter().any(u8::is_ascii_lowercase)
        && (ends(b"ed") || ends(b"ing"))
        || OUTCOMES
            .iter()
            .any(|outcome| outcome.eq_ignore_ascii_case(word))
}
