//! Which events are the same error: first by their rule, then by the agent's functions and the type
//! of the exception, then by the exception, then by the message without what varies in it.
//!
//! The hash is our own (FNV-1a, finished by a mix), so that ids stay the same on every platform and
//! with every version of the tools.

use super::facts::Facts;
use super::raised;
use super::{GroupedBy, Url};
use crate::log::rules::GroupBy;
use crate::log::template::{self, Masked, VARIABLE};

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

/// So many bytes of a message are looked at.
const MOST: usize = 600;

/// Room for masked texts, used again for each event.
#[derive(Debug, Default)]
pub(super) struct Room {
    raised: Vec<u8>,
    masked: Masked,
}

/// What makes an event the same as others.
#[derive(Debug)]
pub(super) struct Grouping {
    pub(super) fingerprint: u64,
    pub(super) by: GroupedBy,
    pub(super) wording: Option<Box<[u8]>>,
}

/// The fingerprint of an event, and what it was made from.
pub(super) fn grouping(
    id: &str,
    group: GroupBy,
    facts: &Facts<'_>,
    url: Option<&Url>,
    room: &mut Room,
) -> Grouping {
    if group == GroupBy::Place && facts.exception.is_none() {
        template::mask(&facts.text[..facts.text.len().min(MOST)], &mut room.masked);
        return Grouping {
            fingerprint: of_wording(id, room.masked.text()),
            by: GroupedBy::Message,
            wording: Some(room.masked.text().into()),
        };
    }
    let mut hash = Stable::new();
    hash.add(id.as_bytes());
    let by = match group {
        GroupBy::Rule => GroupedBy::Rule,
        GroupBy::Host => {
            hash.add(url.map_or("", |url| url.host.as_str()).as_bytes());
            GroupedBy::Host
        }
        GroupBy::Place => add_place(&mut hash, facts, &mut room.raised),
    };
    Grouping {
        fingerprint: hash.finish(),
        by,
        wording: None,
    }
}

fn add_place(hash: &mut Stable, facts: &Facts<'_>, masked: &mut Vec<u8>) -> GroupedBy {
    let Some(exception) = &facts.exception else {
        return GroupedBy::Message;
    };
    hash.add(exception.name);
    for (frame, place) in &facts.own_frames {
        hash.add(place.bundle.as_bytes());
        hash.add(place.file.as_bytes());
        hash.add(frame.function.unwrap_or_default());
    }
    if !facts.own_frames.is_empty() {
        return GroupedBy::Place;
    }
    raised::mask(exception.message, masked);
    hash.add(masked);
    GroupedBy::Exception
}

/// The fingerprint of events of the class `id` with this masked message or mined template.
///
/// Only its words count, so that a value more or less, and what stands around values, changes nothing;
/// the sign of a number counts too, since `[Errno -2]` is not `[Errno 2]`.
pub fn of_wording(id: &str, wording: &[u8]) -> u64 {
    let mut hash = Stable::new();
    hash.add(id.as_bytes());
    let mut rest = wording;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(VARIABLE.as_bytes()) {
            rest = behind;
            continue;
        }
        let sign = usize::from(rest[0] == b'-' && rest.get(1).is_some_and(u8::is_ascii_digit));
        let letters = rest[sign..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b >= 0x80 || **b == b'_')
            .count();
        if letters > 0 {
            hash.add(&rest[..sign + letters]);
        }
        rest = &rest[(sign + letters).max(1)..];
    }
    hash.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_make_the_id_of_a_message() {
        let id = |wording: &str| of_wording("other", wording.as_bytes());
        assert_eq!(
            id("could not read <*>, <*> left"),
            id("could not read <*> left")
        );
        assert_eq!(id("<*> - SEARCH:: gone"), id("SEARCH:: gone"));
        assert_ne!(id("could not read <*>"), id("could not write <*>"));
        assert_ne!(id("[Errno 2] <*>"), id("[Errno -2] <*>"));
        assert_ne!(id("ab c"), id("a bc"));
        assert_ne!(id("HTTP Error 403"), id("HTTP Error 404"));
        assert_ne!(of_wording("a", b"x"), of_wording("b", b"x"));
        assert_ne!(id("\u{e9}"), id("\u{e8}"));
    }
}
