//! Where in a text of ASCII something may be replaced, sixteen bytes at a time.

use wide::u8x16;

use super::ascii::is_word_byte;

const LANES: usize = 16;
/// Bytes looked at together: a bit for each in a number.
const BLOCK: usize = 4 * LANES;

/// The places where a replacement may begin: quotes, opening parentheses, colons, digits that begin
/// a word, and dashes after a digit. Most text of a log, words and paths, has none.
#[derive(Debug)]
pub(super) struct Candidates<'a> {
    line: &'a [u8],
    /// Where the block begins that was looked at last.
    base: usize,
    /// Its places not given out yet.
    places: u64,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        let mut candidates = Self {
            line,
            base: 0,
            places: 0,
        };
        candidates.look();
        candidates
    }

    /// The next place that is not before `at`. What was given out once does not come again.
    pub(super) fn next(&mut self, at: usize) -> Option<usize> {
        loop {
            while self.places != 0 {
                let place = self.base + self.places.trailing_zeros() as usize;
                self.places &= self.places - 1;
                if place >= at {
                    return Some(place);
                }
            }
            self.base = (self.base + BLOCK).max(at - at % BLOCK);
            if self.base >= self.line.len() {
                return None;
            }
            self.look();
        }
    }

    fn look(&mut self) {
        let rest = &self.line[self.base..];
        let mut padded = [b' '; BLOCK];
        let block = rest.first_chunk::<BLOCK>().unwrap_or_else(|| {
            padded[..rest.len()].copy_from_slice(rest);
            &padded
        });
        let mut seen = Seen::default();
        for (lane, bytes) in block.as_chunks::<LANES>().0.iter().enumerate() {
            seen.add(u8x16::new(*bytes), lane * LANES);
        }
        let before = self.base.checked_sub(1).map_or(b' ', |at| self.line[at]);
        let after_word = seen.words << 1 | u64::from(is_word_byte(before));
        let after_digit = seen.digits << 1 | u64::from(before.is_ascii_digit());
        self.places = seen.opening | (seen.digits & !after_word) | (seen.dashes & after_digit);
    }
}

/// A block's bytes by kind, a bit for each.
#[derive(Default)]
struct Seen {
    digits: u64,
    /// Letters, digits, underscores.
    words: u64,
    opening: u64,
    dashes: u64,
}

impl Seen {
    fn add(&mut self, bytes: u8x16, shift: usize) {
        let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
        let within = |bytes: u8x16, from: u8, to: u8| {
            bytes.simd_eq(bytes.max(u8x16::splat(from)).min(u8x16::splat(to)))
        };
        let digits = within(bytes, b'0', b'9');
        let letters = within(bytes | u8x16::splat(0x20), b'a', b'z');
        // An apostrophe and an opening parenthesis are neighbours.
        let opening = is(b'"') | within(bytes, b'\'', b'(') | is(b':');
        let bits = |mask: u8x16| u64::from(mask.to_bitmask()) << shift;
        self.digits |= bits(digits);
        self.words |= bits(digits | letters | is(b'_'));
        self.opening |= bits(opening);
        self.dashes |= bits(is(b'-'));
    }
}
