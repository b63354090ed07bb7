//! Work and errors by the minute.

use std::collections::BTreeMap;

use super::catalogue::MINUTE_MS;
use crate::stamp::Stamp;

/// What happened in a minute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Minute {
    /// Records.
    pub records: u64,
    /// Searches begun.
    pub searches: u64,
    /// Updates begun.
    pub updates: u64,
    /// Failures.
    pub errors: u64,
    /// Events that are framework noise.
    pub noise: u64,
    /// Plug-in starts.
    pub starts: u64,
}

impl Minute {
    /// Adds another.
    fn merge(&mut self, other: &Self) {
        self.records += other.records;
        self.searches += other.searches;
        self.updates += other.updates;
        self.errors += other.errors;
        self.noise += other.noise;
        self.starts += other.starts;
    }
}

/// Adds minutes of one plug-in to those of all.
pub fn merge(all: &mut BTreeMap<i64, Minute>, of_one: &BTreeMap<i64, Minute>) {
    for (minute, counts) in of_one {
        all.entry(*minute).or_default().merge(counts);
    }
}

/// Minutes since 1970 in which something happened.
#[derive(Debug, Clone, Default)]
pub struct Activity {
    minutes: BTreeMap<i64, Minute>,
    /// Records of the current minute, so that a record costs no look-up.
    current: (i64, u64),
}

impl Activity {
    /// Counts a record.
    pub fn record(&mut self, at: Stamp) {
        let minute = at.0.div_euclid(MINUTE_MS);
        if self.current.0 != minute {
            self.settle();
            self.current.0 = minute;
        }
        self.current.1 += 1;
    }

    /// The minute of a moment, to be counted in.
    pub fn at(&mut self, at: Stamp) -> &mut Minute {
        self.minutes.entry(at.0.div_euclid(MINUTE_MS)).or_default()
    }

    fn settle(&mut self) {
        if self.current.1 > 0 {
            self.minutes.entry(self.current.0).or_default().records += self.current.1;
            self.current.1 = 0;
        }
    }

    /// All minutes, once everything is counted.
    pub fn into_minutes(mut self) -> BTreeMap<i64, Minute> {
        self.settle();
        self.minutes
    }
}
