//! What a found message leaves over: the same message with a value whose words are common elsewhere.

use std::collections::HashMap;

use super::evidence::is_title;
use super::mine::Pattern;
use super::vocabulary::{Class, Token, Vocabulary};

/// How many maskings make a message that others may join.
const KNOWN: u32 = 3;
/// How many tokens a value may have.
const LONGEST: usize = 16;

/// Joins each pattern to the most particular known message it is an example of.
pub(super) fn absorb(vocabulary: &Vocabulary, patterns: &mut Vec<Pattern>) {
    let mut heads: HashMap<(bool, u32), Vec<usize>> = HashMap::new();
    for (at, pattern) in patterns.iter().enumerate() {
        if pattern.size >= KNOWN && pattern.tokens.iter().any(|t| t.is_value()) {
            if let Some(key) = keys(vocabulary, &pattern.tokens).into_iter().flatten().next() {
                heads.entry(key).or_default().push(at);
            }
        }
    }
    let mut target: Vec<usize> = (0..patterns.len()).collect();
    for (at, pattern) in patterns.iter().enumerate() {
        let mut best: Option<(usize, usize)> = None;
        for key in keys(vocabulary, &pattern.tokens).into_iter().flatten() {
            for known in heads.get(&key).into_iter().flatten() {
                let message = &patterns[*known];
                if *known == at || message.size < pattern.size || (message.size == pattern.size && *known > at) {
                    continue;
                }
                if fits(vocabulary, &message.tokens, &pattern.tokens) {
                    let weight = message.tokens.iter().filter(|t| vocabulary.is_word(**t)).count();
                    if weight > 1 && best.is_none_or(|(_, most)| weight > most) {
                        best = Some((*known, weight));
                    }
                }
            }
        }
        if let Some((known, _)) = best {
            target[at] = known;
        }
    }
    let mut all: Vec<Option<Pattern>> = std::mem::take(patterns).into_iter().map(Some).collect();
    for at in 0..all.len() {
        let mut end = target[at];
        while target[end] != end {
            end = target[end];
        }
        if end != at && let Some(part) = all[at].take() && let Some(whole) = all[end].as_mut() {
            whole.join(part);
        }
    }
    patterns.extend(all.into_iter().flatten());
}

/// By what a message is found: its first word if nothing but values stands before it, and its last word.
fn keys(vocabulary: &Vocabulary, tokens: &[Token]) -> [Option<(bool, u32)>; 2] {
    let word = |t: &&Token| vocabulary.is_word(**t);
    let first = tokens.first().filter(word).map(|t| (true, t.id()));
    let last = tokens.last().filter(word).map(|t| (false, t.id()));
    [first, last]
}

/// Whether `tokens` is `message` with a plausible value at each variable.
fn fits(vocabulary: &Vocabulary, message: &[Token], tokens: &[Token]) -> bool {
    let Some(slot) = message.iter().position(|t| t.is_value()) else {
        return message == tokens;
    };
    let Some(rest) = tokens.strip_prefix(&message[..slot]) else {
        return false;
    };
    let message = &message[slot + 1..];
    let most = rest.len().min(LONGEST);
    (1..=most).any(|len| plausible(vocabulary, &rest[..len]) && fits(vocabulary, message, &rest[len..]))
}

fn plausible(vocabulary: &Vocabulary, value: &[Token]) -> bool {
    match value {
        [one] => one.is_value() || matches!(vocabulary.class(*one), Class::Capital | Class::Name | Class::Plain),
        _ => {
            value.iter().all(|t| !matches!(vocabulary.class(*t), Class::Fixed | Class::Mark)) && (is_title(vocabulary, value) || is_worn_title(vocabulary, value))
        }
    }
}

/// Whether what is left of a title is only its smallest words: `<*> of the <*>`.
fn is_worn_title(vocabulary: &Vocabulary, value: &[Token]) -> bool {
    value.first().is_some_and(|t| t.is_value())
        && value.iter().all(|t| match vocabulary.class(*t) {
            Class::Value | Class::Joint => true,
            _ => matches!(vocabulary.word(*t), b"a" | b"an" | b"the" | b"of" | b"and"),
        })
}
