//! Which events are the same error: first by their rule, then by the agent's functions and the type
//! of the exception, then by the exception, then by the message without what varies in it.
//!
//! The hash is our own (FNV-1a, finished by a mix), so that ids stay the same on every platform and
//! with every version of the tools.

use super::facts::Facts;
use super::mask::mask;
use super::{GroupedBy, Url};
use crate::log::rules::GroupBy;
use crate::log::traceback::Place;

/// A hash that never changes between versions and platforms.
struct Stable(u64);

impl Stable {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds one part; a separator keeps `ab`, `c` and `a`, `bc` apart.
    fn add(&mut self, part: &[u8]) {
        for byte in part.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Spreads the bits, so that the upper half alone is a good short id (the mix of `MurmurHash3`).
    fn finish(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}

/// The fingerprint of an event, and what it was made from.
pub(super) fn fingerprint(
    id: &str,
    group: GroupBy,
    facts: &Facts<'_>,
    url: Option<&Url>,
    scratch: &mut Vec<u8>,
) -> (u64, GroupedBy) {
    let mut hash = Stable::new();
    hash.add(id.as_bytes());
    let by = match group {
        GroupBy::Rule => GroupedBy::Rule,
        GroupBy::Host => {
            hash.add(url.map_or("", |url| url.host.as_str()).as_bytes());
            GroupedBy::Host
        }
        GroupBy::Place => add_place(&mut hash, facts, scratch),
    };
    (hash.finish(), by)
}

fn add_place(hash: &mut Stable, facts: &Facts<'_>, scratch: &mut Vec<u8>) -> GroupedBy {
    let Some(exception) = &facts.exception else {
        mask(facts.text, scratch);
        hash.add(scratch);
        return GroupedBy::Message;
    };
    hash.add(exception.name);
    let mut is_in_app = false;
    for frame in facts.traceback.iter().flat_map(|t| &t.frames) {
        if let Some(place) = Place::of(frame) {
            is_in_app = true;
            hash.add(place.bundle.as_bytes());
            hash.add(place.file.as_bytes());
            hash.add(frame.function.unwrap_or_default());
        }
    }
    if is_in_app {
        return GroupedBy::Place;
    }
    mask(exception.message, scratch);
    hash.add(scratch);
    GroupedBy::Exception
}
