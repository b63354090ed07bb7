//! Events that happen at most once in a trial: a search that fails or does not.
//!
//! Intervals: Wilson (1927); Newcombe (1998), method 10, for the difference of two. Tests: Fisher's
//! exact test and its mid-p form, which holds its size far better at small numbers.

use libm::{exp, sqrt};

use crate::Interval;
use crate::special::{bisect, ln_choose, normal_cdf};

/// Events in trials. Either may be an effective count, a count divided by a design effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// How often it happened; at most [`Share::of`].
    pub events: f64,
    /// How often it could have.
    pub of: f64,
}

impl Share {
    /// Events in trials, counted.
    pub fn counted(events: u64, of: u64) -> Self {
        Self {
            events: events.min(of) as f64,
            of: of as f64,
        }
    }

    /// The share itself; nought of nothing is nought.
    pub fn value(&self) -> f64 {
        if self.of > 0.0 {
            self.events / self.of
        } else {
            0.0
        }
    }

    /// The same share from so many times less data.
    #[must_use]
    pub fn thinned(&self, by: f64) -> Self {
        Self {
            events: self.events / by,
            of: self.of / by,
        }
    }
}

/// Wilson's interval at `z` standard errors.
pub fn wilson(share: Share, z: f64) -> Interval {
    let (n, p) = (share.of, share.value());
    if n <= 0.0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let z2 = z * z;
    let middle = p + z2 / (2.0 * n);
    let half = z * sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
    let whole = 1.0 + z2 / n;
    // At the ends the two terms are equal, but not in floating point.
    let low = if share.events <= 0.0 {
        0.0
    } else {
        (middle - half) / whole
    };
    let high = if share.events >= n {
        1.0
    } else {
        (middle + half) / whole
    };
    Interval { low, high }
}

/// Newcombe's interval for the difference `after - before` at `z` standard errors.
pub fn newcombe(before: Share, after: Share, z: f64) -> Interval {
    let difference = after.value() - before.value();
    let (b, a) = (wilson(before, z), wilson(after, z));
    let down = sqrt((after.value() - a.low).powi(2) + (b.high - before.value()).powi(2));
    let up = sqrt((a.high - after.value()).powi(2) + (before.value() - b.low).powi(2));
    Interval {
        low: difference - down,
        high: difference + up,
    }
}

/// The probability at which Newcombe's interval just touches nought.
///
/// It agrees with [`newcombe`]: it is below `1 - confidence` exactly if that interval leaves nought
/// out. It exists for effective counts too, which [`Table::mid_p`] does not.
pub fn newcombe_p(before: Share, after: Share) -> f64 {
    // A normal variable so far out has a probability that no double can hold.
    const FAR: f64 = 38.0;
    let difference = after.value() - before.value();
    if before.of <= 0.0 || after.of <= 0.0 || difference.abs() <= f64::EPSILON {
        return 1.0;
    }
    let falls = difference < 0.0;
    let near_end = |z: f64| {
        let interval = newcombe(before, after, z);
        if falls { interval.high } else { -interval.low }
    };
    if near_end(FAR) < 0.0 {
        return 0.0;
    }
    let z = bisect(0.0, FAR, near_end);
    (2.0 * normal_cdf(-z)).min(1.0)
}

/// A two-by-two table with all margins given: `events` of `trials` before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Events and trials before.
    pub before: (u64, u64),
    /// Events and trials after.
    pub after: (u64, u64),
}

impl Table {
    /// The events before that the margins allow, and the logarithm of the chance of each.
    fn chances(&self) -> (u64, impl Fn(u64) -> f64) {
        let (n_before, n_after) = (self.before.1 as f64, self.after.1 as f64);
        let events = (self.before.0 + self.after.0) as f64;
        let all = ln_choose(n_before + n_after, events);
        let least = (self.before.0 + self.after.0).saturating_sub(self.after.1);
        let chance = move |k: u64| {
            ln_choose(n_before, k as f64) + ln_choose(n_after, events - k as f64) - all
        };
        (least, chance)
    }

    fn most(&self) -> u64 {
        (self.before.0 + self.after.0).min(self.before.1)
    }

    /// Fisher's exact test, two-sided: the chance of a table at most as likely as this one.
    pub fn fisher(&self) -> f64 {
        // Tables as likely as this one but for rounding belong to it, as in R and scipy.
        const SLACK: f64 = 1e-7;
        let (least, chance) = self.chances();
        let own = chance(self.before.0);
        let sum: f64 = (least..=self.most())
            .map(&chance)
            .filter(|other| *other <= own + SLACK)
            .map(exp)
            .sum();
        sum.min(1.0)
    }

    /// The mid-p form: twice the smaller one-sided chance, the table itself counted half.
    pub fn mid_p(&self) -> f64 {
        let (least, chance) = self.chances();
        let half = 0.5 * exp(chance(self.before.0));
        let sum = |range: &mut dyn Iterator<Item = u64>| range.map(&chance).map(exp).sum::<f64>();
        let below = half + sum(&mut (least..self.before.0));
        let above = half + sum(&mut (self.before.0 + 1..=self.most()));
        (2.0 * below.min(above)).min(1.0)
    }
}
