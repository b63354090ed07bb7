//! Lines grouped by the script's keys, in constant memory a group.
//!
//! A group keeps a hash of its key, its count and the place of its first line; the line itself is
//! fetched again for the few groups that are shown. On real logs a third of all lines can be groups
//! of their own, so whatever a group holds is multiplied by millions.

use rustc_hash::FxHashMap;
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

/// All groups of a plug-in.
#[derive(Debug, Default)]
pub struct Patterns {
    groups: FxHashMap<u64, PatternGroup>,
    keys: KeyMaker,
    total: u64,
    /// How many groups there were when they were given away.
    given_away: u64,
}

impl Patterns {
    /// Counts a record's first line.
    pub fn take(&mut self, record: &Record<'_>, place: LinePlace) {
        let key = xxh3_64(self.keys.key_of(record));
        self.total += 1;
        self.groups
            .entry(key)
            .and_modify(|group| group.count += 1)
            .or_insert(PatternGroup {
                count: 1,
                first: place,
            });
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
        self.groups = FxHashMap::default();
        self.keys = KeyMaker::default();
        largest
    }

    /// The `most` largest groups, the largest first; equal ones in order of first appearance.
    fn largest(&self, most: usize) -> Vec<PatternGroup> {
        let mut groups: Vec<PatternGroup> = self.groups.values().copied().collect();
        let rank = |group: &PatternGroup| (std::cmp::Reverse(group.count), group.first);
        if groups.len() > most && most > 0 {
            groups.select_nth_unstable_by_key(most - 1, rank);
        }
        groups.truncate(most);
        groups.sort_unstable_by_key(rank);
        groups
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
            patterns.take(&records.next().unwrap().unwrap(), place);
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
            patterns.take(&records.next().unwrap().unwrap(), place);
        }
        assert_eq!(patterns.take_largest(1).len(), 1);
        assert_eq!((patterns.total(), patterns.unique()), (3, 2));
        assert_eq!(patterns.take_largest(9), []);
    }

    #[test]
    fn a_group_is_small() {
        assert!(
            size_of::<(u64, PatternGroup)>() <= 32,
            "{}",
            size_of::<(u64, PatternGroup)>()
        );
    }
}
