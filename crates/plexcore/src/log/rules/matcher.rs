//! Finds the first rule that holds: all words of all rules are searched for in one pass.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memmem;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::{Needs, Rule, When};
use crate::log::find::find;
use crate::log::traceback::Exception;

/// A message with an exception is looked at so far: then come arguments, which hold titles and paths.
const CONTEXT_BYTES: usize = 240;
/// A message without an exception is looked at so far.
const MESSAGE_BYTES: usize = 2000;

/// What is known of an event when it is to be recognised.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    /// The message's first line.
    pub text: &'a [u8],
    /// What was raised.
    pub exception: Option<Exception<'a>>,
    /// The URL that could not be opened.
    pub url: Option<&'a [u8]>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The error number of the operating system.
    pub errno: Option<i32>,
    /// The record's level is below WARNING.
    pub is_quiet: bool,
}

impl<'a> Seen<'a> {
    /// The part of the message that the Framework or the agent wrote itself.
    fn context(&self) -> &'a [u8] {
        let most = if self.exception.is_some() {
            CONTEXT_BYTES
        } else {
            MESSAGE_BYTES
        };
        let text = &self.text[..self.text.len().min(most)];
        if self.exception.is_none() {
            return text;
        }
        find(text, b", called with ").map_or(text, |end| &text[..end])
    }
}

/// The rule that was found, by its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    /// Index into [`super::Rules::all`].
    pub rule: usize,
}

/// So many texts are remembered with the words that they hold.
const MOST_KNOWN: usize = 1024;

/// Memory that is used again for every event, of the same rules.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    message: Vec<u64>,
    said: Vec<u64>,
    joined: Vec<u8>,
    /// What was found before around and in exceptions, by hash: the same few lines raise the same.
    known: FxHashMap<u64, Box<[u64]>>,
}

#[derive(Debug, Clone)]
pub(super) struct Matcher {
    needles: Option<AhoCorasick>,
    words: usize,
    /// Per rule, per way: which needles, as bits.
    ways: Vec<Vec<Way>>,
    /// Finds needles of rules for all levels; `None` if there are none.
    quiet: Option<AhoCorasick>,
    /// A rule for all levels has nothing but a regular expression.
    quiet_always: bool,
}

#[derive(Debug, Clone)]
struct Way {
    contains: Option<Vec<u64>>,
    says: Option<Vec<u64>>,
}

impl Matcher {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut needles: Vec<String> = rules
            .iter()
            .flat_map(|rule| &rule.when)
            .flat_map(|when| when.contains.iter().chain(&when.says))
            .cloned()
            .collect();
        needles.sort_unstable();
        needles.dedup();
        let words = needles.len().div_ceil(64).max(1);
        let bits = |list: &[String]| {
            (!list.is_empty()).then(|| {
                let mut mask = vec![0_u64; words];
                for needle in list {
                    if let Ok(at) = needles.binary_search(needle) {
                        mask[at / 64] |= 1 << (at % 64);
                    }
                }
                mask
            })
        };
        let ways = rules
            .iter()
            .map(|rule| {
                let way = |when: &When| Way {
                    contains: bits(&when.contains),
                    says: bits(&when.says),
                };
                rule.when.iter().map(way).collect()
            })
            .collect();
        let quiet: Vec<&When> = rules
            .iter()
            .flat_map(|rule| &rule.when)
            .filter(|when| when.any_level)
            .collect();
        let quiet_words: Vec<&String> = quiet
            .iter()
            .flat_map(|when| when.starts.iter().chain(&when.contains).chain(&when.says))
            .collect();
        Self {
            needles: automaton(&needles, MatchKind::Standard),
            words,
            ways,
            quiet_always: quiet.iter().any(|when| {
                when.starts.is_empty() && when.contains.is_empty() && when.says.is_empty()
            }),
            quiet: automaton(&quiet_words, MatchKind::LeftmostFirst)
                .filter(|_| !quiet_words.is_empty()),
        }
    }

    pub(super) fn is_quiet_candidate(&self, text: &[u8]) -> bool {
        self.quiet_always
            || self
                .quiet
                .as_ref()
                .is_some_and(|quiet| quiet.is_match(text))
    }

    pub(super) fn recognise(
        &self,
        rules: &[Rule],
        seen: &Seen<'_>,
        scratch: &mut Scratch,
    ) -> Recognised {
        let Scratch {
            message,
            said,
            known,
            ..
        } = scratch;
        if let Some(exception) = &seen.exception {
            self.search_again(seen.context(), message, known);
            self.search_again(exception.message, said, known);
        } else {
            self.search(seen.context(), message);
            said.clone_from(message);
        }
        scratch.joined.clear();
        let found = rules.iter().zip(&self.ways).position(|(rule, ways)| {
            rule.when
                .iter()
                .zip(ways)
                .any(|(when, way)| holds(when, way, seen, scratch))
        });
        Recognised {
            rule: found.unwrap_or(rules.len().saturating_sub(1)),
        }
    }

    /// The same as [`Matcher::search`] for a text that is likely to come again.
    fn search_again(
        &self,
        text: &[u8],
        hits: &mut Vec<u64>,
        known: &mut FxHashMap<u64, Box<[u64]>>,
    ) {
        let key = xxh3_64(text);
        if let Some(found) = known.get(&key) {
            hits.clear();
            hits.extend_from_slice(found);
            return;
        }
        self.search(text, hits);
        if known.len() < MOST_KNOWN {
            known.insert(key, hits.as_slice().into());
        }
    }

    /// Which needles the text holds, as bits.
    fn search(&self, text: &[u8], hits: &mut Vec<u64>) {
        hits.clear();
        hits.resize(self.words, 0);
        let found = self
            .needles
            .iter()
            .flat_map(|n| n.find_overlapping_iter(text));
        for hit in found {
            let at = hit.pattern().as_usize();
            hits[at / 64] |= 1 << (at % 64);
        }
    }
}

/// `None` only if the words are too many for an automaton, far beyond what a person writes.
fn automaton<T: AsRef<str>>(needles: &[T], kind: MatchKind) -> Option<AhoCorasick> {
    let bytes = || needles.iter().map(|needle| needle.as_ref().as_bytes());
    // Small and quickly built, which matters more than the last bit of speed: it only sees errors.
    AhoCorasick::builder()
        .match_kind(kind)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(bytes())
        .ok()
}

fn holds(when: &When, way: &Way, seen: &Seen<'_>, scratch: &mut Scratch) -> bool {
    if seen.is_quiet && !when.any_level && seen.exception.is_none() {
        return false;
    }
    let any = |mask: &Option<Vec<u64>>, hits: &[u64]| {
        mask.as_ref()
            .is_none_or(|mask| mask.iter().zip(hits).any(|(m, h)| m & h != 0))
    };
    any(&way.contains, &scratch.message)
        && any(&way.says, &scratch.said)
        && has_needed(when.needs, seen)
        && (when.starts.is_empty()
            || when
                .starts
                .iter()
                .any(|words| seen.text.starts_with(words.as_bytes())))
        && (when.exception.is_empty()
            || seen.exception.is_some_and(|exception| {
                when.exception
                    .iter()
                    .any(|name| name.as_bytes() == exception.name)
            }))
        && (when.url.is_empty()
            || seen.url.is_some_and(|url| {
                when.url
                    .iter()
                    .any(|part| memmem::find(url, part.as_bytes()).is_some())
            }))
        && when
            .regex
            .as_ref()
            .is_none_or(|regex| regex.is_match(joined(seen, &mut scratch.joined)))
}

fn has_needed(needs: Option<Needs>, seen: &Seen<'_>) -> bool {
    match needs {
        None => true,
        Some(Needs::Status) => seen.status.is_some(),
        Some(Needs::Errno) => seen.errno.is_some(),
        Some(Needs::Exception) => seen.exception.is_some(),
    }
}

/// The message and the exception, for regular expressions.
fn joined<'s>(seen: &Seen<'_>, buffer: &'s mut Vec<u8>) -> &'s [u8] {
    if buffer.is_empty() {
        buffer.extend_from_slice(seen.text);
        if let Some(exception) = &seen.exception {
            buffer.push(b'\n');
            buffer.extend_from_slice(exception.name);
            if !exception.message.is_empty() {
                buffer.extend_from_slice(b": ");
                buffer.extend_from_slice(exception.message);
            }
        }
    }
    buffer
}
