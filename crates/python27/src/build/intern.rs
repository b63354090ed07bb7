//! Identifiers -> handles: equal spellings get equal handles.

use crate::tree::{Name, Span};

/// An open hash table of handles into the list of names.
#[derive(Default)]
pub(super) struct Interner {
    /// Number of the name plus one; 0 is free. The length is a power of two.
    slots: Vec<u32>,
    len: usize,
}

impl Interner {
    pub(super) fn intern(&mut self, text: &[u8], span: Span, names: &mut Vec<Span>) -> Name {
        if (self.len + 1) * 2 > self.slots.len() {
            self.grow(text, names);
        }
        let word = &text[span.range()];
        let mask = self.slots.len() - 1;
        let mut slot = hash(word) & mask;
        loop {
            let held = self.slots[slot] as usize;
            if held == 0 {
                break;
            }
            if &text[names[held - 1].range()] == word {
                return handle(held - 1);
            }
            slot = (slot + 1) & mask;
        }
        names.push(span);
        self.slots[slot] = u32::try_from(names.len()).unwrap_or(u32::MAX);
        self.len += 1;
        handle(names.len() - 1)
    }

    fn grow(&mut self, text: &[u8], names: &[Span]) {
        let size = (self.slots.len() * 2).max(64);
        self.slots = vec![0; size];
        for (k, span) in names.iter().enumerate() {
            let mut slot = hash(&text[span.range()]) & (size - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = u32::try_from(k + 1).unwrap_or(u32::MAX);
        }
    }
}

fn handle(index: usize) -> Name {
    Name::at(index)
}

fn hash(word: &[u8]) -> usize {
    let mut hash: u64 = word.len() as u64;
    let mut chunks = word.chunks_exact(8);
    for chunk in &mut chunks {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        hash = mix(hash, u64::from_le_bytes(eight));
    }
    let mut rest = 0;
    for &byte in chunks.remainder() {
        rest = rest << 8 | u64::from(byte);
    }
    hash = mix(hash, rest);
    #[expect(clippy::cast_possible_truncation, reason = "a hash may lose bits")]
    let folded = (hash ^ hash >> 32) as usize;
    folded
}

fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
