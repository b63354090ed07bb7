//! Lines grouped by the script's keys, in constant memory a group.
//!
//! A group keeps a hash of its key, its count and the place of its first line; the line itself is
//! fetched again for the few groups that are shown. On real logs a third of all lines can be groups
//! of their own, so whatever a group holds is multiplied by millions. Groups stand one behind the other,
//! and a table knows where: a table that held them itself would keep more than half of its room empty
//! after it has grown, and take as much again while it grows.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::num::NonZeroU32;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use xxhash_rust::xxh3::xxh3_64;

use crate::log::pattern::KeyMaker;
use crate::log::record::Record;

/// Where a line stands: which of a plug-in's files, and how far into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinePlace {
    /// The file, in reading order.
    pub file: u32,
    /// Bytes before it, decompressed.
    pub offset: u64,
}

/// A group of lines that are alike but for numbers, threads, times and quoted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternGroup {
    /// How many lines.
    pub count: u64,
    /// The first of them.
    pub first: LinePlace,
}

/// A group of one plug-in, by which it is counted again without its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GroupId(NonZeroU32);

impl GroupId {
    fn of(at: u32) -> Option<Self> {
        NonZeroU32::new(at.checked_add(1)?).map(Self)
    }

    fn at(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A group and the hash of its key.
#[derive(Debug)]
struct Hashed {
    key: u64,
    group: PatternGroup,
}

/// All groups of a plug-in.
#[derive(Debug, Default)]
pub struct Patterns {
    /// In order of first appearance.
    groups: Vec<Hashed>,
    /// Where in `groups` each stands.
    places: HashTable<u32>,
    keys: KeyMaker,
    total: u64,
    /// How many groups there were when they were given away.
    given_away: u64,
}

impl Patterns {
    /// Counts a record's first line, whose group may be known already, and is known after that.
    pub(super) fn take(
        &mut self,
        group: &mut Option<GroupId>,
        record: &Record<'_>,
        place: LinePlace,
    ) {
        match group.and_then(|id| self.groups.get_mut(id.at())) {
            Some(known) => {
                known.group.count += 1;
                self.total += 1;
            }
            None => *group = self.find(record, place),
        }
    }

    /// Counts a record's first line and tells its group.
    fn find(&mut self, record: &Record<'_>, place: LinePlace) -> Option<GroupId> {
        let key = xxh3_64(self.keys.key_of(record));
        self.total += 1;
        let groups = &mut self.groups;
        let found = self.places.entry(
            key,
            |at| groups[*at as usize].key == key,
            |at| groups[*at as usize].key,
        );
        match found {
            Entry::Occupied(known) => {
                let at = *known.get();
                groups[at as usize].group.count += 1;
                GroupId::of(at)
            }
            Entry::Vacant(new) => {
                // More groups than a number of 32 bits counts would need more memory than machines have.
                let at = u32::try_from(groups.len()).ok()?;
                new.insert(at);
                groups.push(Hashed {
                    key,
                    group: PatternGroup {
                        count: 1,
                        first: place,
                    },
                });
                GroupId::of(at)
            }
        }
    }

    /// How many lines were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many groups there are.
    pub fn unique(&self) -> u64 {
        self.given_away + self.groups.len() as u64
    }

    /// Gives away all groups but their number, and the `most` largest in order. On large logs the groups
    /// are most of the memory, and nothing is asked of them once a plug-in's logs are read.
    pub fn take_largest(&mut self, most: usize) -> Vec<PatternGroup> {
        let largest = self.largest(most);
        self.given_away = self.unique();
        self.groups = Vec::new();
        self.places = HashTable::new();
        self.keys = KeyMaker::default();
        largest
    }

    /// The `most` largest groups, the largest first; equal ones in order of first appearance.
    fn largest(&self, most: usize) -> Vec<PatternGroup> {
        // The worst of those that are kept is on top. No copy of all groups is made.
        let mut kept: BinaryHeap<(Reverse<u64>, LinePlace)> = BinaryHeap::new();
        for Hashed { group, .. } in &self.groups {
            let rank = (Reverse(group.count), group.first);
            if kept.len() < most {
                kept.push(rank);
            } else if kept.peek().is_some_and(|worst| rank < *worst) {
                kept.pop();
                kept.push(rank);
            }
        }
        let group = |(Reverse(count), first)| PatternGroup { count, first };
        kept.into_sorted_vec().into_iter().map(group).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::record::Records;

    #[test]
    fn groups_are_ranked_by_count_and_then_by_appearance() {
        let mut patterns = Patterns::default();
        for (offset, line) in ["a 1", "b", "c", "b", "a 2", "a 3"].iter().enumerate() {
            let mut records = Records::new(line.as_bytes());
            let place = LinePlace {
                file: 0,
                offset: offset as u64,
            };
            patterns.take(&mut None, &records.next().unwrap().unwrap(), place);
        }
        let found = |most| {
            patterns
                .largest(most)
                .iter()
                .map(|g| (g.count, g.first.offset))
                .collect::<Vec<_>>()
        };
        assert_eq!(found(10), [(3, 0), (2, 1), (1, 2)]);
        assert_eq!(found(2), [(3, 0), (2, 1)]);
        assert_eq!(found(0), []);
        assert_eq!((patterns.total(), patterns.unique()), (6, 3));
    }

    #[test]
    fn groups_that_were_given_away_are_still_counted() {
        let mut patterns = Patterns::default();
        for line in ["a", "b", "a"] {
            let mut records = Records::new(line.as_bytes());
            let place = LinePlace { file: 0, offset: 0 };
            patterns.take(&mut None, &records.next().unwrap().unwrap(), place);
        }
        assert_eq!(patterns.take_largest(1).len(), 1);
        assert_eq!((patterns.total(), patterns.unique()), (3, 2));
        assert_eq!(patterns.take_largest(9), []);
    }

    /// What is behind the last group was never touched, so the system gives no memory for it.
    #[test]
    fn a_group_takes_no_more_than_48_bytes_however_many_there_are() {
        let mut patterns = Patterns::default();
        // Digits would all be one group.
        let letter = |digit: u8| char::from(digit - b'0' + b'a');
        let line = |n: u32| {
            format!(
                "{}\n",
                n.to_string().bytes().map(letter).collect::<String>()
            )
        };
        let log: String = (0..70_000).map(line).collect();
        let mut worst = 0;
        for line in log.lines() {
            let mut record = Records::of(line.as_bytes());
            let place = LinePlace { file: 0, offset: 0 };
            patterns.take(&mut None, &record.next().unwrap().unwrap(), place);
            let n = patterns.groups.len();
            if n > 1000 {
                let bytes = n * size_of::<Hashed>() + patterns.places.allocation_size();
                worst = worst.max(bytes.div_ceil(n));
            }
        }
        assert_eq!(patterns.unique(), 70_000);
        assert!((33..=48).contains(&worst), "{worst}");
    }
}
