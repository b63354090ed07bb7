//! Sessions counted by how they ended and how long they took.

use super::deliveries::DeliveryTally;
use crate::log::session::{Outcome, Session, SessionKind};
use crate::stamp::Stamp;

/// Sessions of one sort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionTally {
    /// All.
    pub total: u64,
    /// Searches with results; updates that stored something.
    pub succeeded: u64,
    /// Searches without a result; updates without an answer.
    pub empty: u64,
    /// The agent raised.
    pub failed: u64,
    /// No end was logged.
    pub unfinished: u64,
    /// Fetches from other hosts.
    pub requests: u64,
    /// How long each finished one took, in milliseconds.
    pub durations: Vec<u32>,
}

/// Searches and updates of one plug-in.
#[derive(Debug, Clone, Default)]
pub struct OutcomeTally {
    /// Searches.
    pub searches: SessionTally,
    /// Updates.
    pub updates: SessionTally,
    /// Those without an end.
    pub open: Vec<Session>,
    /// The updates by what the server was told of them; `None` without a log of the system plug-in.
    pub delivered: Option<DeliveryTally>,
}

impl OutcomeTally {
    /// Counts a session.
    pub fn take(&mut self, session: Session) {
        let tally = match session.kind {
            SessionKind::Search => &mut self.searches,
            SessionKind::Update => &mut self.updates,
        };
        tally.take(&session);
        if matches!(session.outcome, Outcome::NeverFinished | Outcome::Lost) {
            self.open.push(session);
        }
    }
}

impl SessionTally {
    fn take(&mut self, session: &Session) {
        self.total += 1;
        self.requests += u64::from(session.requests);
        match session.outcome {
            Outcome::Results(_) | Outcome::Updated => self.succeeded += 1,
            Outcome::NoResult | Outcome::NoAnswer => self.empty += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Lost | Outcome::NeverFinished => self.unfinished += 1,
        }
        if let Some(took) = session.duration_ms() {
            // A clock set back makes a negative duration; it is counted as none at all.
            self.durations
                .push(u32::try_from(took.max(0)).unwrap_or(u32::MAX));
        }
    }

    /// Adds another plug-in's.
    pub fn merge(&mut self, other: &Self) {
        self.total += other.total;
        self.succeeded += other.succeeded;
        self.empty += other.empty;
        self.failed += other.failed;
        self.unfinished += other.unfinished;
        self.requests += other.requests;
        self.durations.extend_from_slice(&other.durations);
    }
}

/// The smallest of `sorted` that is not below `percent` per cent of them (nearest rank).
pub fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// How long a session without an end has been open, in milliseconds.
pub fn open_ms(session: &Session, now: Stamp) -> i64 {
    session.open_for_ms(now).unwrap_or_else(|| {
        // Its thread was given other work: it was open until then.
        session
            .end
            .unwrap_or(now)
            .0
            .saturating_sub(session.start.0)
            .max(0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 50), Some(7));
        assert_eq!(percentile(&[1, 2, 3, 4], 50), Some(2));
        let hundred: Vec<u32> = (1..=100).collect();
        assert_eq!(
            (percentile(&hundred, 95), percentile(&hundred, 100)),
            (Some(95), Some(100))
        );
    }
}
