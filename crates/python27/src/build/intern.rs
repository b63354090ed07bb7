//! Identifiers -> handles: equal spellings get equal handles.

use crate::tree::{Name, Span};

/// An open hash table of handles into the list of names.
#[derive(Default)]
pub(super) struct Interner {
    /// The length is a power of two, or nothing at first.
    slots: Vec<Slot>,
    len: usize,
}

/// A name's number plus one, 0 when the slot is free, and enough of its spelling to tell most names apart.
#[derive(Clone, Copy, Default)]
struct Slot {
    first_eight: u64,
    len: u32,
    number: u32,
}

impl Interner {
    pub(super) fn intern(&mut self, text: &[u8], span: Span, names: &mut Vec<Span>) -> Name {
        if (self.len + 1) * 2 > self.slots.len() {
            self.grow(text, names);
        }
        let word = &text[span.range()];
        let first_eight = first_eight(word);
        let len = span.end - span.start;
        let mask = self.slots.len() - 1;
        let mut slot = hash(word, first_eight) & mask;
        loop {
            let held = self.slots[slot];
            if held.number == 0 {
                break;
            }
            if held.first_eight == first_eight && held.len == len {
                let number = held.number as usize - 1;
                if len <= 8 || text[names[number].range()][8..] == word[8..] {
                    return handle(number);
                }
            }
            slot = (slot + 1) & mask;
        }
        names.push(span);
        self.slots[slot] = Slot {
            first_eight,
            len,
            number: u32::try_from(names.len()).unwrap_or(u32::MAX),
        };
        self.len += 1;
        handle(names.len() - 1)
    }

    fn grow(&mut self, text: &[u8], names: &[Span]) {
        let size = (self.slots.len() * 2).max(256);
        let held = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        for held in held.into_iter().filter(|held| held.number != 0) {
            let word = &text[names[held.number as usize - 1].range()];
            let mut slot = hash(word, held.first_eight) & (size - 1);
            while self.slots[slot].number != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = held;
        }
    }
}

fn handle(index: usize) -> Name {
    Name::at(index)
}

/// The first eight bytes as a number, the first lowest; what a shorter word lacks is zero, which stands in no word.
fn first_eight(word: &[u8]) -> u64 {
    match word.first_chunk() {
        Some(&eight) => u64::from_le_bytes(eight),
        None => word
            .iter()
            .rev()
            .fold(0, |number, &byte| number << 8 | u64::from(byte)),
    }
}

fn hash(word: &[u8], first_eight: u64) -> usize {
    let mut hash = mix(word.len() as u64, first_eight);
    let mut rest = word.get(8..).unwrap_or_default();
    while !rest.is_empty() {
        hash = mix(hash, self::first_eight(rest));
        rest = rest.get(8..).unwrap_or_default();
    }
    #[expect(clippy::cast_possible_truncation, reason = "a hash may lose bits")]
    let folded = (hash ^ hash >> 32) as usize;
    folded
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
