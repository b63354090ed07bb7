//! Distinct masked messages to groups: which of their words are values too.

use std::collections::HashMap;

use super::absorb;
use super::evidence;
use super::mask::hash;
use super::skeleton::{self, Skeleton};
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
    members: Vec<usize>,
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
    for fixed in [3, 2, 1, 0] {
        let mut limit = 1;
        loop {
            let largest = round(&vocabulary, &mut patterns, fixed, limit);
            limit *= 2;
            if limit > largest / 2 || limit > 1 << 12 {
                break;
            }
        }
    }
    absorb::absorb(&vocabulary, &mut patterns);
    let mut templates: Vec<Template> = patterns.into_iter().map(|pattern| template(&vocabulary, pattern, maskings)).collect();
    templates.sort_by(|a, b| a.text.cmp(&b.text));
    templates
}

fn distinct(maskings: &[Masking], vocabulary: &mut Vocabulary) -> Vec<Pattern> {
    let mut order: Vec<usize> = (0..maskings.len()).collect();
    order.sort_by(|a, b| maskings[*a].text.cmp(&maskings[*b].text).then(a.cmp(b)));
    let mut patterns: Vec<Pattern> = order
        .into_iter()
        .map(|index| Pattern { tokens: vocabulary.tokens(&maskings[index].text), size: 1, members: vec![index] })
        .collect();
    unite(&mut patterns, |_| 0);
    patterns
}

/// Sorts the patterns and joins those of the same tokens.
fn unite(patterns: &mut Vec<Pattern>, gain: impl Fn(u32) -> u32) {
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
        count: pattern.members.iter().map(|member| maskings[*member].count).sum(),
        text,
        members: pattern.members,
    }
}

/// Where a pattern belongs by its first `fixed` words, and the index behind the last of them.
fn bucket(vocabulary: &Vocabulary, tokens: &[Token], fixed: usize) -> (u64, usize) {
    let words = tokens.iter().enumerate().filter(|(_, token)| vocabulary.is_word(**token));
    words.take(fixed).fold((fixed as u64, 0), |(key, _), (at, token)| (mix(key, u64::from(token.0)), at + 1))
}

/// One round: a word that at most `limit` maskings of its bucket share is a value, if the evidence allows.
/// Gives the size of the largest bucket.
fn round(vocabulary: &Vocabulary, patterns: &mut Vec<Pattern>, fixed: usize, limit: u32) -> u32 {
    let mut sizes: HashMap<u64, u32> = HashMap::new();
    let mut spread: HashMap<(u64, u32, u32), u32> = HashMap::new();
    let mut buckets = Vec::with_capacity(patterns.len());
    for pattern in &*patterns {
        let (key, end) = bucket(vocabulary, &pattern.tokens, fixed);
        buckets.push((key, end));
        *sizes.entry(key).or_default() += pattern.size;
    }
    for (pattern, (key, end)) in patterns.iter().zip(&buckets) {
        if sizes[key] > 1 {
            for (at, token) in pattern.tokens.iter().enumerate().skip(*end) {
                if vocabulary.is_word(*token) {
                    *spread.entry((*key, token.id(), turn(&pattern.tokens, at))).or_default() += pattern.size;
                }
            }
        }
    }
    let skeleton_of = |at: usize, into: &mut Skeleton| {
        let (key, end) = buckets[at];
        let tokens = &patterns[at].tokens;
        let rare = |at: usize| at >= end && spread.get(&(key, tokens[at].id(), turn(tokens, at))).is_some_and(|n| *n <= limit);
        skeleton::build(vocabulary, tokens, rare, into);
    };
    let mut families: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut skeleton = Skeleton::default();
    for (at, (key, _)) in buckets.iter().enumerate() {
        if sizes[key] > 1 {
            skeleton_of(at, &mut skeleton);
            let key = skeleton.tokens.iter().fold(*key, |key, token| mix(key, u64::from(token.0)));
            families.entry(key).or_default().push(at);
        }
    }
    let mut families: Vec<Vec<usize>> = families.into_values().filter(|members| members.len() > 1).collect();
    families.sort_unstable();
    let mut merges: Vec<(Vec<usize>, Vec<Token>)> = Vec::new();
    for family in families {
        let members: Vec<(&[Token], Skeleton)> = family
            .iter()
            .map(|at| {
                let mut own = Skeleton::default();
                skeleton_of(*at, &mut own);
                (&*patterns[*at].tokens, own)
            })
            .collect();
        if let Some((kept, tokens)) = evidence::weigh(vocabulary, &members) {
            merges.push((kept.into_iter().map(|at| family[at]).collect(), tokens));
        }
    }
    merge(patterns, merges);
    sizes.into_values().max().unwrap_or(0)
}

/// Which time the word at `at` comes in its message: a name may repeat a word of the text.
fn turn(tokens: &[Token], at: usize) -> u32 {
    let id = tokens[at].id();
    tokens[..at].iter().fold(0, |turn, token| turn + u32::from(token.id() == id))
}

fn merge(patterns: &mut Vec<Pattern>, merges: Vec<(Vec<usize>, Vec<Token>)>) {
    let mut all: Vec<Option<Pattern>> = std::mem::take(patterns).into_iter().map(Some).collect();
    for (members, tokens) in merges {
        let mut whole = Pattern { tokens, size: 0, members: Vec::new() };
        for member in members {
            if let Some(part) = all[member].take() {
                whole.join(part);
            }
        }
        patterns.push(whole);
    }
    patterns.extend(all.into_iter().flatten());
    unite(patterns, |size| size);
}

fn mix(key: u64, value: u64) -> u64 {
    let key = (key ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    key ^ key >> 29
}
