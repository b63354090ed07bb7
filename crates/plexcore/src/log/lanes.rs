//! Sixty-four bytes of a text looked at together, a bit for each, with the widest instructions that
//! the processor has.
//!
//! Everything here is compiled into each of its callers, and those once for each kind of processor.
#![expect(
    clippy::inline_always,
    reason = "what is called as a function is compiled for the oldest processor"
)]

use fearless_simd::prelude::*;
use fearless_simd::{mask8x64, u8x64};

/// So many bytes.
pub(super) const LANES: usize = 64;

/// A stretch of a text.
#[derive(Clone, Copy)]
pub(super) struct Lanes<S: Simd> {
    simd: S,
    bytes: u8x64<S>,
    /// So many of the first bytes stand before the stretch.
    past: usize,
}

impl<S: Simd> Lanes<S> {
    /// The bytes of a text from a place on; zeros behind its end.
    #[inline(always)]
    pub(super) fn at(simd: S, text: &[u8], place: usize) -> Self {
        let rest = &text[place..];
        let (block, past) = match (rest.first_chunk::<LANES>(), text.last_chunk::<LANES>()) {
            (Some(block), _) => (*block, 0),
            (None, Some(block)) => (*block, LANES - rest.len()),
            (None, None) => {
                let mut padded = [0; LANES];
                padded[..rest.len()].copy_from_slice(rest);
                (padded, 0)
            }
        };
        Self {
            simd,
            bytes: u8x64::simd_from(simd, block),
            past,
        }
    }

    /// Where one byte stands.
    #[inline(always)]
    pub(super) fn is(self, byte: u8) -> mask8x64<S> {
        self.bytes.simd_eq(u8x64::splat(self.simd, byte))
    }

    /// Where any byte of a range stands.
    #[inline(always)]
    pub(super) fn within(self, from: u8, to: u8) -> mask8x64<S> {
        let from = u8x64::splat(self.simd, from);
        let to = u8x64::splat(self.simd, to);
        self.bytes.simd_eq(self.bytes.max(from).min(to))
    }

    /// Where digits stand.
    #[inline(always)]
    pub(super) fn digits(self) -> mask8x64<S> {
        self.within(b'0', b'9')
    }

    /// Where letters of ASCII stand.
    #[inline(always)]
    pub(super) fn letters(self) -> mask8x64<S> {
        let small = self.bytes | u8x64::splat(self.simd, 0x20);
        Self {
            bytes: small,
            ..self
        }
        .within(b'a', b'z')
    }

    /// A bit for each place, the first the lowest.
    #[inline(always)]
    pub(super) fn bits(self, places: mask8x64<S>) -> u64 {
        self.simd.to_bitmask_mask8x64(places) >> self.past
    }
}
