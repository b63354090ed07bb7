//! Rounds of merging: patterns that begin alike and differ in rare words may be one message.
//!
//! Each round compares the patterns of one bucket, those with the same first words, and takes the words that
//! few maskings of the bucket share for values. Rounds go from long beginnings to none and from rare words to
//! frequent ones, so what is certain merges first and counts as one afterwards.

use std::collections::BTreeMap;

use super::evidence::{self, Member, Union};
use super::mine::{Pattern, unite};
use super::skeleton::{self, Skeleton};
use super::vocabulary::{Token, Vocabulary};

/// How many words the patterns of a bucket have in common, round by round.
const BEGINNINGS: [usize; 4] = [3, 2, 1, 0];
/// No word that more maskings share is taken for a value.
const COMMON: u32 = 1 << 12;

/// Merges `patterns` until no round is left.
pub(super) fn run(vocabulary: &Vocabulary, patterns: &mut Vec<Pattern>) {
    let mut counter = Counter::new(vocabulary);
    for fixed in BEGINNINGS {
        let mut limit = 1;
        loop {
            let largest = round(vocabulary, &mut counter, patterns, fixed, limit);
            limit *= 2;
            if limit > largest || limit > COMMON {
                break;
            }
        }
    }
}

/// A pattern in its bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    bucket: u64,
    at: usize,
    /// The index behind the words that all of the bucket share.
    end: usize,
}

/// One round. Gives the number of maskings in the largest bucket.
fn round(
    vocabulary: &Vocabulary,
    counter: &mut Counter,
    patterns: &mut Vec<Pattern>,
    fixed: usize,
    limit: u32,
) -> u32 {
    let mut places: Vec<Place> = patterns
        .iter()
        .enumerate()
        .map(|(at, p)| place(vocabulary, p, fixed, at))
        .collect();
    places.sort_unstable();
    let mut largest = 0;
    let mut merges = Vec::new();
    for bucket in places.chunk_by(|a, b| a.bucket == b.bucket) {
        if bucket.len() > 1 {
            largest = largest.max(bucket.iter().map(|place| patterns[place.at].size).sum());
            counter.count(vocabulary, patterns, bucket);
            merge_bucket(vocabulary, counter, patterns, bucket, limit, &mut merges);
            counter.clear();
        }
    }
    apply(patterns, merges);
    largest
}

fn place(vocabulary: &Vocabulary, pattern: &Pattern, fixed: usize, at: usize) -> Place {
    let words = pattern
        .tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| vocabulary.is_word(**token));
    let (bucket, end) = words.take(fixed).fold((0, 0), |(key, _), (at, token)| {
        (mix(key, token.key()), at + 1)
    });
    Place { bucket, at, end }
}

/// Finds the patterns of a bucket that have the same skeleton and are one message.
fn merge_bucket(
    vocabulary: &Vocabulary,
    counter: &Counter,
    patterns: &[Pattern],
    bucket: &[Place],
    limit: u32,
    merges: &mut Vec<Union>,
) {
    let build = |place: &Place, into: &mut Skeleton| {
        let tokens = &patterns[place.at].tokens;
        skeleton::build(
            vocabulary,
            tokens,
            |at| at >= place.end && counter.of(tokens, at) <= limit,
            into,
        );
    };
    let mut skeleton = Skeleton::default();
    let mut keys: Vec<(u64, usize)> = Vec::with_capacity(bucket.len());
    for (index, place) in bucket.iter().enumerate() {
        build(place, &mut skeleton);
        keys.push((
            skeleton
                .tokens
                .iter()
                .fold(0, |key, token| mix(key, token.key())),
            index,
        ));
    }
    keys.sort_unstable();
    for family in keys
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|family| family.len() > 1)
    {
        let members: Vec<Member<'_>> = family
            .iter()
            .map(|(_, index)| {
                let mut own = Skeleton::default();
                build(&bucket[*index], &mut own);
                (&*patterns[bucket[*index].at].tokens, own)
            })
            .collect();
        if let Some(union) = evidence::weigh(vocabulary, &members) {
            let members = union
                .members
                .into_iter()
                .map(|at| bucket[family[at].1].at)
                .collect();
            merges.push(Union {
                members,
                tokens: union.tokens,
            });
        }
    }
}

fn apply(patterns: &mut Vec<Pattern>, merges: Vec<Union>) {
    if merges.is_empty() {
        return;
    }
    let mut all: Vec<Option<Pattern>> = std::mem::take(patterns).into_iter().map(Some).collect();
    for Union { members, tokens } in merges {
        let mut whole = Pattern {
            tokens,
            size: 0,
            members: Vec::new(),
        };
        for part in members.into_iter().filter_map(|member| all[member].take()) {
            whole.join(part);
        }
        patterns.push(whole);
    }
    patterns.extend(all.into_iter().flatten());
    unite(patterns, |size| size);
}

/// How many maskings of a bucket have a word, a repeated word counted apart for each time it comes.
#[derive(Debug)]
struct Counter {
    once: Vec<u32>,
    again: BTreeMap<(u32, u32), u32>,
    touched: Vec<u32>,
}

impl Counter {
    fn new(vocabulary: &Vocabulary) -> Self {
        Self {
            once: vec![0; vocabulary.len()],
            again: BTreeMap::new(),
            touched: Vec::new(),
        }
    }

    fn count(&mut self, vocabulary: &Vocabulary, patterns: &[Pattern], bucket: &[Place]) {
        for place in bucket {
            let pattern = &patterns[place.at];
            for (at, token) in pattern.tokens.iter().enumerate().skip(place.end) {
                if !vocabulary.is_word(*token) {
                    continue;
                }
                match turn(&pattern.tokens, at) {
                    0 => {
                        let count = &mut self.once[token.id() as usize];
                        if *count == 0 {
                            self.touched.push(token.id());
                        }
                        *count += pattern.size;
                    }
                    turn => *self.again.entry((token.id(), turn)).or_default() += pattern.size,
                }
            }
        }
    }

    fn of(&self, tokens: &[Token], at: usize) -> u32 {
        let id = tokens[at].id();
        match turn(tokens, at) {
            0 => self.once[id as usize],
            turn => self.again.get(&(id, turn)).copied().unwrap_or(0),
        }
    }

    fn clear(&mut self) {
        for id in self.touched.drain(..) {
            self.once[id as usize] = 0;
        }
        self.again.clear();
    }
}

/// Which time the word at `at` comes in its message: a name may repeat a word of the text.
fn turn(tokens: &[Token], at: usize) -> u32 {
    let id = tokens[at].id();
    tokens[..at]
        .iter()
        .fold(0, |turn, token| turn + u32::from(token.id() == id))
}

fn mix(key: u64, value: u64) -> u64 {
    let key = (key ^ value.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    key ^ key >> 29
}
