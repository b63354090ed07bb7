//! A pattern with some words taken for values.

use std::ops::Range;

use super::vocabulary::{Class, Token, Vocabulary};

/// What is left of a pattern, and which of its tokens each value stands for.
#[derive(Debug, Clone, Default)]
pub(super) struct Skeleton {
    pub(super) tokens: Vec<Token>,
    /// For each value in `tokens`, in order.
    pub(super) slots: Vec<Range<usize>>,
}

/// Builds the skeleton of `tokens` in which the words that `rare` names, and what joins them, are values.
pub(super) fn build(
    vocabulary: &Vocabulary,
    tokens: &[Token],
    rare: impl Fn(usize) -> bool,
    into: &mut Skeleton,
) {
    into.tokens.clear();
    into.slots.clear();
    let free = |at: usize| {
        tokens[at].is_value()
            || match vocabulary.class(tokens[at]) {
                Class::Caps | Class::Capital | Class::Name | Class::Plain => rare(at),
                Class::Outcome => rare(at) && beside_rare(vocabulary, tokens, at, &rare),
                _ => false,
            }
    };
    let mut at = 0;
    while at < tokens.len() {
        if !free(at) {
            into.tokens.push(tokens[at]);
            at += 1;
            continue;
        }
        let end = run(vocabulary, tokens, at, free);
        into.tokens.push(tokens[at].as_value());
        into.slots.push(at..end);
        at = end;
    }
}

/// An outcome is part of a name if it is capital and beside a rare word, or between two of them.
fn beside_rare(
    vocabulary: &Vocabulary,
    tokens: &[Token],
    at: usize,
    rare: impl Fn(usize) -> bool,
) -> bool {
    let name = |at: usize| {
        matches!(
            vocabulary.class(tokens[at]),
            Class::Capital | Class::Name | Class::Plain
        ) && rare(at)
    };
    let before = at > 0 && name(at - 1);
    let behind = at + 1 < tokens.len() && name(at + 1);
    let capital = vocabulary.word(tokens[at])[0].is_ascii_uppercase();
    before && behind || capital && (before || behind)
}

/// The end of the value that begins at `start`: free tokens and the joints and brackets between them.
fn run(
    vocabulary: &Vocabulary,
    tokens: &[Token],
    start: usize,
    free: impl Fn(usize) -> bool,
) -> usize {
    let mut end = start + 1;
    let mut look = end;
    let mut open = false;
    while look < tokens.len() {
        match vocabulary.class(tokens[look]) {
            _ if free(look) => end = look + 1,
            Class::Joint => {}
            Class::Open if !open => open = true,
            Class::Close if open => {
                open = false;
                if end == look {
                    end = look + 1;
                }
            }
            _ => break,
        }
        look += 1;
    }
    // A bracket opened inside and closed behind the run would be torn apart.
    if open {
        start
            + tokens[start..end]
                .iter()
                .position(|t| vocabulary.class(*t) == Class::Open)
                .map_or(end - start, |at| at.max(1))
    } else {
        end
    }
}
