//! What a found message leaves over: the same message with a value whose words are common elsewhere.

use std::collections::HashMap;

use super::mine::Pattern;
use super::title::{is_title, is_worn_title};
use super::vocabulary::{Class, Token, Vocabulary};

/// How many maskings make a message that others may join.
const KNOWN: u32 = 2;
/// How many tokens a value may have.
const LONGEST: usize = 16;
/// How many ways to lay a message over a pattern are tried.
const STEPS: u32 = 4000;

/// Joins each pattern to the most particular known message it is an example of.
pub(super) fn absorb(vocabulary: &Vocabulary, patterns: &mut Vec<Pattern>) {
    let mut known: HashMap<Vec<Token>, Vec<usize>> = HashMap::new();
    for (at, pattern) in patterns.iter().enumerate() {
        if pattern.size >= KNOWN
            && let Some(key) = own_key(vocabulary, &pattern.tokens)
        {
            known.entry(key).or_default().push(at);
        }
    }
    let target: Vec<Option<usize>> = (0..patterns.len())
        .map(|at| best(vocabulary, patterns, &known, at))
        .collect();
    let mut all: Vec<Option<Pattern>> = std::mem::take(patterns).into_iter().map(Some).collect();
    for at in 0..all.len() {
        let mut end = at;
        while let Some(next) = target[end] {
            end = next;
        }
        if end != at
            && let Some(part) = all[at].take()
            && let Some(whole) = all[end].as_mut()
        {
            whole.join(part);
        }
    }
    patterns.extend(all.into_iter().flatten());
}

/// The known message with the most words that the pattern at `at` is an example of.
///
/// A message only joins one with fewer words, or with as many and more maskings, so no two can join each other.
fn best(
    vocabulary: &Vocabulary,
    patterns: &[Pattern],
    known: &HashMap<Vec<Token>, Vec<usize>>,
    at: usize,
) -> Option<usize> {
    let pattern = &patterns[at];
    let own = literals(vocabulary, &pattern.tokens);
    let mut best = None;
    for key in keys(vocabulary, &pattern.tokens) {
        for other in known.get(&key).into_iter().flatten().copied() {
            let message = &patterns[other];
            let words = literals(vocabulary, &message.tokens);
            let larger = (message.size, at) > (pattern.size, other);
            if other == at
                || words > own
                || words == own && !larger
                || words < if larger { 2 } else { 3 }
            {
                continue;
            }
            if best.is_none_or(|(most, _)| words > most)
                && fits(vocabulary, &message.tokens, &pattern.tokens, larger, &mut {
                    STEPS
                })
            {
                best = Some((words, other));
            }
        }
    }
    best.map(|(_, other)| other)
}

/// By what a message is found: all up to its second word or the last word before its first value; or, if it
/// begins with a value and ends with a word, by that word.
fn own_key(vocabulary: &Vocabulary, tokens: &[Token]) -> Option<Vec<Token>> {
    let mut keys = keys(vocabulary, tokens);
    let by_end = if tokens
        .last()
        .is_some_and(|token| vocabulary.is_word(*token))
    {
        keys.pop()
    } else {
        None
    };
    if by_end.is_some() && tokens.first().is_some_and(|token| token.is_value()) {
        by_end
    } else {
        keys.pop().or(by_end)
    }
}

/// The keys under which a message may lie that `tokens` are an example of.
fn keys(vocabulary: &Vocabulary, tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut keys = Vec::new();
    let words = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| vocabulary.is_word(**token));
    for (at, _) in words.take(2) {
        // Behind the first word a value ends the beginning that all examples share.
        if keys.is_empty() || !tokens[..at].iter().any(|token| token.is_value()) {
            keys.push(tokens[..=at].to_vec());
        }
    }
    if let Some(last) = tokens.last().filter(|token| vocabulary.is_word(**token)) {
        keys.push(vec![Token::END, *last]);
    }
    keys
}

/// Whether `tokens` is `message` with a plausible value at each variable.
/// Into the smaller of two messages only goes what is surely a name.
fn fits(
    vocabulary: &Vocabulary,
    message: &[Token],
    tokens: &[Token],
    larger: bool,
    steps: &mut u32,
) -> bool {
    let Some(slot) = message.iter().position(|token| token.is_value()) else {
        return message == tokens;
    };
    let Some(rest) = tokens.strip_prefix(&message[..slot]) else {
        return false;
    };
    let message = &message[slot + 1..];
    (1..=rest.len().min(LONGEST)).any(|len| {
        let (value, rest) = rest.split_at(len);
        *steps = steps.saturating_sub(1);
        // What must follow the value decides faster than the value itself.
        let follows = match message.first() {
            None => rest.is_empty(),
            Some(next) => next.is_value() || rest.first() == Some(next),
        };
        let likely = || {
            if larger {
                is_plausible(vocabulary, value)
            } else {
                is_name(vocabulary, value)
            }
        };
        *steps > 0 && follows && likely() && fits(vocabulary, message, rest, larger, steps)
    })
}

/// Whether the value is one word, or a title.
fn is_plausible(vocabulary: &Vocabulary, value: &[Token]) -> bool {
    if let [one] = value {
        return matches!(
            vocabulary.class(*one),
            Class::Value | Class::Capital | Class::Name | Class::Plain
        );
    }
    let marked = value
        .iter()
        .any(|token| matches!(vocabulary.class(*token), Class::Fixed | Class::Mark));
    !marked && (is_title(vocabulary, value) || is_worn_title(vocabulary, value))
}

/// Whether the value is a variable, or capital words and the small words between them without a mark.
fn is_name(vocabulary: &Vocabulary, value: &[Token]) -> bool {
    let mark = |token: &Token| {
        !token.is_value()
            && !vocabulary.is_word(*token)
            && !matches!(vocabulary.word(*token), b"&" | b"'")
    };
    match value {
        [one] if one.is_value() => true,
        _ => {
            !value.iter().any(mark)
                && (is_title(vocabulary, value) || is_worn_title(vocabulary, value))
        }
    }
}

fn literals(vocabulary: &Vocabulary, tokens: &[Token]) -> usize {
    tokens
        .iter()
        .filter(|token| vocabulary.is_word(**token))
        .count()
}
