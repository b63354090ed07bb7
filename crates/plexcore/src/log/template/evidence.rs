//! Whether patterns that differ in some words are one message about different values.

use super::need::{self, Place};
use super::skeleton::Skeleton;
use super::title::{is_sentence, pieces};
use super::vocabulary::{Class, Token, Vocabulary};

/// A pattern and its skeleton.
pub(super) type Member<'t> = (&'t [Token], Skeleton);

/// Patterns that are one message.
#[derive(Debug)]
pub(super) struct Union {
    /// Indices of those that belong to it.
    pub(super) members: Vec<usize>,
    /// The message.
    pub(super) tokens: Vec<Token>,
}

/// What the members have in one place of the message.
struct Slot<'t> {
    /// Where in the message.
    place: usize,
    /// Which value of the skeleton it is, or is a part of.
    value: usize,
    fillers: Vec<&'t [Token]>,
}

/// The message that members have in common, while it is put together.
#[derive(Default)]
struct Common<'t> {
    tokens: Vec<Token>,
    slots: Vec<Slot<'t>>,
}

/// Weighs patterns with equal skeletons.
pub(super) fn weigh(vocabulary: &Vocabulary, members: &[Member<'_>]) -> Option<Union> {
    let kept = without_sentences(vocabulary, members);
    let Common { tokens, mut slots } = common(vocabulary, members, &kept);
    let mut needed = 2;
    let mut open = 0;
    let mut last = None;
    for Slot {
        place,
        value,
        fillers,
    } in &mut slots
    {
        fillers.sort_unstable();
        fillers.dedup();
        let need = need::examples(
            vocabulary,
            &Place {
                message: &tokens,
                at: *place,
            },
            fillers,
        );
        if fillers.len() < need.min(3) {
            return None;
        }
        // One more example for each further value that is open; the parts of one value count once.
        open += usize::from(need > 2 && last != Some(*value));
        last = Some(*value);
        needed = needed.max(need);
    }
    (kept.len() >= needed + usize::saturating_sub(open, 1)).then_some(Union {
        members: kept,
        tokens,
    })
}

/// The members, without those that have a part of a sentence where most have a single word.
fn without_sentences(vocabulary: &Vocabulary, members: &[Member<'_>]) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..members.len()).collect();
    let slots = members
        .first()
        .map_or(0, |(_, skeleton)| skeleton.slots.len());
    for slot in 0..slots {
        let single = kept
            .iter()
            .filter(|at| pieces(vocabulary, filler(&members[**at], slot)) <= 1)
            .count();
        if single * 5 > kept.len() * 3 {
            kept.retain(|at| !is_sentence(vocabulary, filler(&members[*at], slot)));
        }
    }
    kept
}

fn filler<'t>((tokens, skeleton): &Member<'t>, slot: usize) -> &'t [Token] {
    &tokens[skeleton.slots[slot].clone()]
}

/// The skeleton the members share, with what all of them have inside a value put back.
fn common<'t>(vocabulary: &Vocabulary, members: &[Member<'t>], kept: &[usize]) -> Common<'t> {
    let mut common = Common::default();
    let Some(first) = kept.first() else {
        return common;
    };
    let mut value = 0;
    for token in &members[*first].1.tokens {
        if token.is_value() {
            let fillers: Vec<&[Token]> =
                kept.iter().map(|at| filler(&members[*at], value)).collect();
            common.add(vocabulary, value, &fillers);
            value += 1;
        } else {
            common.tokens.push(*token);
        }
    }
    common
}

impl<'t> Common<'t> {
    fn add(&mut self, vocabulary: &Vocabulary, value: usize, fillers: &[&'t [Token]]) {
        let sample = fillers[0];
        if fillers.iter().all(|filler| *filler == sample) {
            self.tokens.extend_from_slice(sample);
        } else if is_list(vocabulary, fillers) {
            for at in 0..sample.len() {
                let part: Vec<&[Token]> = fillers.iter().map(|filler| &filler[at..=at]).collect();
                if part.iter().all(|token| *token == part[0]) {
                    self.tokens.push(sample[at]);
                } else {
                    self.slot(value, part);
                }
            }
        } else {
            let (front, back) = edges(fillers);
            self.tokens.extend_from_slice(&sample[..front]);
            self.slot(
                value,
                fillers
                    .iter()
                    .map(|filler| &filler[front..filler.len() - back])
                    .collect(),
            );
            self.tokens
                .extend_from_slice(&sample[sample.len() - back..]);
        }
    }

    fn slot(&mut self, value: usize, fillers: Vec<&'t [Token]>) {
        let place = self.tokens.len();
        self.tokens.push(fillers[0][0].as_value());
        self.slots.push(Slot {
            place,
            value,
            fillers,
        });
    }
}

/// How many tokens all fillers have in common at the front and at the back, one left in between.
fn edges(fillers: &[&[Token]]) -> (usize, usize) {
    let sample = fillers[0];
    let shortest = fillers.iter().map(|filler| filler.len()).min().unwrap_or(1) - 1;
    let front = (0..shortest)
        .take_while(|at| fillers.iter().all(|filler| filler[*at] == sample[*at]))
        .count();
    let from_end = |filler: &[Token], at: usize| filler[filler.len() - 1 - at];
    let back = (0..shortest - front)
        .take_while(|at| {
            fillers
                .iter()
                .all(|filler| from_end(filler, *at) == from_end(sample, *at))
        })
        .count();
    (front, back)
}

/// Whether all fillers have the same marks in the same places and single small words between them: values
/// of their own that only marks separate.
fn is_list(vocabulary: &Vocabulary, fillers: &[&[Token]]) -> bool {
    let sample = fillers[0];
    let is_mark = |token: &Token| !token.is_value() && !vocabulary.is_word(*token);
    let alike = |(own, other): (&Token, &Token)| {
        if is_mark(other) {
            own == other
        } else {
            !is_mark(own) && own.spaced() == other.spaced()
        }
    };
    let capital = |token: &Token| vocabulary.class(*token) == Class::Capital;
    sample.iter().any(is_mark)
        && sample
            .windows(2)
            .all(|pair| is_mark(&pair[0]) || is_mark(&pair[1]))
        && fillers.iter().all(|filler| {
            filler.len() == sample.len()
                && filler.iter().zip(sample).all(alike)
                && !filler.iter().any(capital)
        })
}
