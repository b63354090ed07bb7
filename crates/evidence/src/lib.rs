//! Whether a change between two sets of counts is more than chance.
//!
//! Numbers in, numbers out: this crate knows nothing of logs, reports or Plex. [`proportion`] is for
//! events that happen at most once in a trial, [`rate`] for those that may happen several times,
//! [`paired`] for the same units looked at twice, [`cluster`] for trials that are not independent,
//! [`multiple`] for several tests at once, [`power`] for how much data a question needs, [`chart`]
//! for more than two points in time, [`durations`] for two distributions of lengths of time.
//!
//! Counts are `f64` where an effective count (a count divided by a design effect) makes sense.
//! Probabilities are two-sided unless a name says otherwise.

pub mod chart;
pub mod cluster;
pub mod durations;
pub mod multiple;
pub mod paired;
pub mod power;
pub mod proportion;
pub mod rate;
pub mod special;

/// Two ends of an interval, the lower one first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end; may be infinite for a ratio.
    pub high: f64,
}

impl Interval {
    /// Whether all of it lies below the value.
    pub fn is_below(&self, value: f64) -> bool {
        self.high < value
    }

    /// Whether all of it lies above the value.
    pub fn is_above(&self, value: f64) -> bool {
        self.low > value
    }
}
