//! Where in a text something may be replaced, sixty-four bytes at a time.
#![expect(
    clippy::inline_always,
    reason = "what is called as a function is compiled for the oldest processor"
)]

use fearless_simd::Simd;

use super::ascii::is_word_byte;
use super::general::{FIRST_OF_CHARACTER, may_replace};
use crate::log::lanes::{LANES, Lanes};

/// The places where a replacement may begin: quotes, opening parentheses, colons, and digits that
/// begin a word. Most text of a log, words and paths, has none.
pub(super) struct Candidates<'a, S: Simd> {
    simd: S,
    line: &'a [u8],
    /// Where the block begins that was looked at last.
    base: usize,
    /// Its places not given out yet.
    places: u64,
    /// There may be digits or blanks that are not ASCII, of which nothing here knows.
    pub(super) is_foreign: bool,
}

impl<'a, S: Simd> Candidates<'a, S> {
    #[inline(always)]
    pub(super) fn new(simd: S, line: &'a [u8], from: usize) -> Self {
        let mut candidates = Self {
            simd,
            line,
            base: from,
            places: 0,
            is_foreign: false,
        };
        candidates.look();
        candidates
    }

    /// The next place that is not before `at`. What was given out once does not come again. None comes
    /// any more once the text is known to be foreign.
    #[inline(always)]
    pub(super) fn next(&mut self, at: usize) -> Option<usize> {
        loop {
            while self.places != 0 {
                let place = self.base + self.places.trailing_zeros() as usize;
                self.places &= self.places - 1;
                if place >= at {
                    return Some(place);
                }
            }
            self.base = (self.base + LANES).max(at - at % LANES);
            if self.base >= self.line.len() {
                return None;
            }
            self.look();
        }
    }

    #[inline(always)]
    fn look(&mut self) {
        let lanes = Lanes::at(self.simd, self.line, self.base);
        let digits = lanes.digits();
        // An apostrophe and an opening parenthesis are neighbours.
        let opening = lanes.is(b'"') | lanes.within(b'\'', b'(') | lanes.is(b':');
        let words = lanes.bits(digits | lanes.letters() | lanes.is(b'_'));
        let before = self.base.checked_sub(1).map_or(b' ', |at| self.line[at]);
        let after_word = words << 1 | u64::from(is_word_byte(before));
        self.places = lanes.bits(opening) | (lanes.bits(digits) & !after_word);
        let beginnings = lanes.bits(lanes.within(FIRST_OF_CHARACTER, u8::MAX));
        if beginnings != 0 && self.may_be_foreign(beginnings) {
            self.is_foreign = true;
            self.places = 0;
            self.base = self.line.len();
        }
    }

    #[cold]
    fn may_be_foreign(&self, mut beginnings: u64) -> bool {
        while beginnings != 0 {
            let place = self.base + beginnings.trailing_zeros() as usize;
            if may_replace(&self.line[place..]) {
                return true;
            }
            beginnings &= beginnings - 1;
        }
        false
    }
}
