//! Distinct masked messages to groups: which of their words are values too.

use super::absorb;
use super::mask::hash;
use super::rounds;
use super::vocabulary::{Token, Vocabulary};

/// A masked message and how often it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masking {
    /// The masked text.
    pub text: Vec<u8>,
    /// How many messages gave it.
    pub count: u64,
}

/// Messages that say the same thing about different values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The message, [`VARIABLE`](super::VARIABLE) for each value.
    pub text: String,
    /// A name made from the text alone, the same in every run.
    pub id: u64,
    /// How many messages.
    pub count: u64,
    /// Indices of the maskings, ascending.
    pub members: Vec<usize>,
}

/// Maskings found to be one message so far.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) tokens: Vec<Token>,
    /// How many distinct maskings.
    pub(super) size: u32,
    pub(super) members: Vec<usize>,
}

impl Pattern {
    /// Takes over what `other` stands for.
    pub(super) fn join(&mut self, mut other: Self) {
        self.size += other.size;
        self.members.append(&mut other.members);
    }
}

/// Groups `maskings`. The order they come in does not matter.
pub fn mine(maskings: &[Masking]) -> Vec<Template> {
    let mut vocabulary = Vocabulary::default();
    let mut patterns = distinct(maskings, &mut vocabulary);
    rounds::run(&vocabulary, &mut patterns);
    absorb::absorb(&vocabulary, &mut patterns);
    let mut templates: Vec<Template> = patterns
        .into_iter()
        .map(|pattern| template(&vocabulary, pattern, maskings))
        .collect();
    templates.sort_by(|a, b| a.text.cmp(&b.text));
    templates
}

fn distinct(maskings: &[Masking], vocabulary: &mut Vocabulary) -> Vec<Pattern> {
    let mut order: Vec<usize> = (0..maskings.len()).collect();
    order.sort_by(|a, b| maskings[*a].text.cmp(&maskings[*b].text).then(a.cmp(b)));
    let mut patterns: Vec<Pattern> = order
        .into_iter()
        .map(|index| Pattern {
            tokens: vocabulary.tokens(&maskings[index].text),
            size: 1,
            members: vec![index],
        })
        .collect();
    unite(&mut patterns, |_| 0);
    patterns
}

/// Sorts the patterns and joins those of the same tokens.
pub(super) fn unite(patterns: &mut Vec<Pattern>, gain: impl Fn(u32) -> u32) {
    patterns.sort_by(|a, b| a.tokens.cmp(&b.tokens));
    patterns.dedup_by(|second, first| {
        let same = first.tokens == second.tokens;
        if same {
            first.size += gain(second.size);
            first.members.append(&mut second.members);
        }
        same
    });
}

fn template(vocabulary: &Vocabulary, mut pattern: Pattern, maskings: &[Masking]) -> Template {
    let text = vocabulary.text(&pattern.tokens);
    pattern.members.sort_unstable();
    Template {
        id: hash(text.as_bytes()),
        count: pattern
            .members
            .iter()
            .map(|member| maskings[*member].count)
            .sum(),
        text,
        members: pattern.members,
    }
}
