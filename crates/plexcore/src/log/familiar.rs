//! Messages met before, to the byte.
//!
//! Plug-ins repeat themselves: behind its time and its thread, every second or third record is one of the
//! last few thousand that differ (`Sending packed state data (116 bytes)`). What was found in that one
//! holds for this one too, so nothing is searched for again.

use xxhash_rust::xxh3::xxh3_64;

use super::patterns::GroupId;
use crate::log::notice::Look;
use crate::log::record::Record;

/// Messages that are remembered: 128 KiB, which stay in a processor's own cache.
const SLOTS: usize = 8192;
/// Longer messages seldom come again, and up to here they are hashed at once.
const MOST_BYTES: usize = 240;

/// The messages met last, each in the place that its hash gives it.
#[derive(Debug)]
pub(super) struct Familiar {
    /// A piece of each message's hash. Every second message is another than the one in its place, which
    /// nobody foresees; these 16 KiB, which are always at hand, tell it before the slot itself comes.
    tags: Vec<u16>,
    slots: Vec<Slot>,
}

/// What was found in a message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    hash: u64,
    /// What its bytes say; nothing if it is met for the first time.
    pub(super) look: Option<Look>,
    /// Its group, if it was counted.
    pub(super) group: Option<GroupId>,
}

impl Default for Familiar {
    fn default() -> Self {
        Self {
            tags: vec![0; SLOTS],
            slots: vec![Slot::default(); SLOTS],
        }
    }
}

impl Familiar {
    /// A memory that holds nothing.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self {
            tags: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// The place of a message of this hash.
    pub(super) fn slot(&mut self, hash: u64) -> Option<&mut Slot> {
        let at = usize::try_from(hash % SLOTS as u64).ok()?;
        let tag = (hash >> 48) as u16;
        let (known, slot) = (self.tags.get_mut(at)?, self.slots.get_mut(at)?);
        if *known != tag || slot.hash != hash {
            *known = tag;
            *slot = Slot {
                hash,
                ..Slot::default()
            };
        }
        Some(slot)
    }
}

/// The hash of a record's message; `None` for one that is not remembered.
pub(super) fn hash_of(record: &Record<'_>) -> Option<u64> {
    message(record).map(xxh3_64)
}

/// All behind the thread's id, where what is before that has no say in what is found: a head of the
/// Framework's very form, its time with the comma that the script knows, its id without a sign.
fn message<'a>(record: &Record<'a>) -> Option<&'a [u8]> {
    let head = record.head().filter(|head| head.is_plain)?;
    let message = record.bytes.get(head.thread.end as usize..)?;
    let is_usual = record.bytes.get(19) == Some(&b',') && !record.thread().starts_with(b"-");
    (is_usual && message.len() <= MOST_BYTES).then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_as_small_as_it_can_be() {
        assert_eq!(size_of::<Slot>(), 16);
    }
}
