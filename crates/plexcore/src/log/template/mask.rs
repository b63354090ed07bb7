//! One pass over a message: every value that shows itself by its form becomes `<*>`.
//!
//! The output is the message's words, single spaces, and [`VARIABLE`] for each value; neighbouring values
//! are one. Masking what was masked changes nothing.

use std::ops::Range;

use super::scan::scan;

/// How a value is written in a masked message.
pub const VARIABLE: &str = "<*>";

/// How often a text is masked again at most.
const PASSES: usize = 8;

/// A masked message, in room that is used again for the next one.
#[derive(Debug, Clone, Default)]
pub struct Masked {
    text: Vec<u8>,
    values: Vec<Range<usize>>,
    hash: u64,
    /// What one pass gave, while another one reads it.
    before: Vec<u8>,
    found: Vec<Range<usize>>,
}

impl Masked {
    /// The masked text. It is UTF-8 wherever the message was.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of the message that each [`VARIABLE`] stands for, in order.
    pub fn values(&self) -> &[Range<usize>] {
        &self.values
    }

    /// A hash of the text that is the same in every run and on every platform.
    pub fn hash(&self) -> u64 {
        self.hash
    }
}

/// Masks `message` into `into`, which loses what it held.
pub fn mask(message: &[u8], into: &mut Masked) {
    into.text.clear();
    into.values.clear();
    if !scan(message, &mut into.text, &mut into.values) {
        into.settle(message.len());
    }
    into.hash = hash(&into.text);
}

impl Masked {
    /// Masks the text until it stays as it is: a quotation mark that had no partner in the message may have
    /// found one now that values are gone.
    fn settle(&mut self, message: usize) {
        for _ in 0..PASSES {
            std::mem::swap(&mut self.text, &mut self.before);
            self.text.clear();
            self.found.clear();
            scan(&self.before, &mut self.text, &mut self.found);
            if self.text == self.before {
                break;
            }
            self.trace(message);
        }
    }

    /// Turns the values found in `before` into places in the message. What was no value before has no exact
    /// place any more: it gets all between the values around it.
    fn trace(&mut self, message: usize) {
        let mut seen = 0;
        let mut at = 0;
        let mut end = 0;
        for value in &mut self.found {
            let literal = !self.before[value.start..].starts_with(VARIABLE.as_bytes());
            seen += count(&self.before[at..value.start]);
            let start = if literal {
                seen.checked_sub(1).map_or(0, |last| self.values[last].end)
            } else {
                self.values[seen].start
            };
            seen += count(&self.before[value.start..value.end]);
            at = value.end;
            let whole = self.before[..value.end].ends_with(VARIABLE.as_bytes());
            let stop = if whole {
                self.values[seen - 1].end
            } else {
                self.values.get(seen).map_or(message, |next| next.start)
            };
            *value = start.max(end)..stop.max(end);
            end = value.end;
        }
        std::mem::swap(&mut self.values, &mut self.found);
    }
}

fn count(text: &[u8]) -> usize {
    text.windows(VARIABLE.len())
        .filter(|window| *window == VARIABLE.as_bytes())
        .count()
}

/// A hash that is the same everywhere: eight bytes at a time, multiplied and folded.
pub(super) fn hash(text: &[u8]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64 ^ text.len() as u64;
    let mut step = |word: u64| {
        state = (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        state ^= state >> 32;
    };
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        step(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    step(u64::from_le_bytes(last));
    state = (state ^ state >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state ^ state >> 32
}
