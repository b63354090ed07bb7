//! Messages met before, to the byte.
//!
//! Plug-ins repeat themselves: behind its time and its thread, every second or third line is one of the
//! last few thousand that differ (`Sending packed state data (116 bytes)`). What was found in that one
//! holds for this one too, so nothing is searched for again.

use xxhash_rust::xxh3::xxh3_64;

use super::record::Record;

/// Messages that are remembered: with 8 bytes of what was found in each 128 KiB, which stay in a
/// processor's own cache.
const SLOTS: usize = 8192;
/// Longer messages seldom come again, and up to here they are hashed at once.
const MOST_BYTES: usize = 240;

/// The messages met last, each in the place that its hash gives it, with what was found in it.
#[derive(Debug)]
pub(crate) struct Familiar<T> {
    /// A piece of each message's hash. Every second message is another than the one in its place, which
    /// nobody foresees; these 16 KiB, which are always at hand, tell it before the slot itself comes.
    tags: Vec<u16>,
    slots: Vec<(u64, T)>,
}

impl<T: Clone + Default> Default for Familiar<T> {
    fn default() -> Self {
        Self {
            tags: vec![0; SLOTS],
            slots: vec![(0, T::default()); SLOTS],
        }
    }
}

impl<T: Clone + Default> Familiar<T> {
    /// A memory that holds nothing.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self {
            tags: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// What was found in the message of this hash; the default if it is met for the first time.
    #[inline]
    pub(crate) fn slot(&mut self, hash: u64) -> Option<&mut T> {
        let at = usize::try_from(hash % SLOTS as u64).ok()?;
        let tag = (hash >> 48) as u16;
        let (known, slot) = (self.tags.get_mut(at)?, self.slots.get_mut(at)?);
        if *known != tag || slot.0 != hash {
            *known = tag;
            *slot = (hash, T::default());
        }
        Some(&mut slot.1)
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.tags.fill(0);
        self.slots.fill((0, T::default()));
    }
}

/// The hash of a message; `None` for one that is not remembered.
#[inline]
pub(crate) fn hash_of(message: &[u8]) -> Option<u64> {
    (message.len() <= MOST_BYTES).then(|| xxh3_64(message))
}

/// All behind a record's thread, where what is before that has no say in what is found: a head of the
/// Framework's very form, its time with the comma that the script knows, its id without a sign.
#[inline]
pub(crate) fn message_of<'a>(record: &Record<'a>) -> Option<&'a [u8]> {
    let head = record.head().filter(|head| head.is_plain)?;
    let message = record.bytes.get(head.thread.end as usize..)?;
    let is_usual = record.bytes.get(19) == Some(&b',') && !record.thread().starts_with(b"-");
    is_usual.then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_forgotten_with_another_message_in_its_place() {
        let mut familiar = Familiar::<u32>::default();
        let (one, same_place) = (5, 5 + SLOTS as u64);
        *familiar.slot(one).unwrap() = 7;
        assert_eq!(familiar.slot(one), Some(&mut 7));
        assert_eq!(familiar.slot(same_place), Some(&mut 0));
        assert_eq!(familiar.slot(one), Some(&mut 0));
        *familiar.slot(one).unwrap() = 7;
        familiar.clear();
        assert_eq!(familiar.slot(one), Some(&mut 0));
    }
}
