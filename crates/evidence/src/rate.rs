//! Events that may happen several times in a trial: failed fetches in a search, errors in an hour.
//!
//! Given how many events there were in all, how many of them fell in the time after is binomial
//! (Przyborowski and Wilenski 1940); the exact interval of the ratio is Clopper and Pearson's.

use crate::Interval;
use crate::special::{binomial_cdf, binomial_pmf, binomial_sf, bisect};

/// Events in an exposure, such as searches or hours. Either may be an effective count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many events.
    pub events: f64,
    /// In how much; more than nought.
    pub exposure: f64,
}

impl Rate {
    /// Events in an exposure that is counted too.
    pub fn counted(events: u64, exposure: u64) -> Self {
        Self {
            events: events as f64,
            exposure: exposure as f64,
        }
    }

    /// Events for one of the exposure.
    pub fn value(&self) -> f64 {
        if self.exposure > 0.0 {
            self.events / self.exposure
        } else {
            0.0
        }
    }
}

/// Two rates and the exact comparison of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    before: Rate,
    after: Rate,
}

impl Ratio {
    /// Compares the rate after with that before.
    pub fn new(before: Rate, after: Rate) -> Self {
        Self { before, after }
    }

    /// After divided by before; `None` where there was nothing on either side, infinite where
    /// there was nothing before only.
    pub fn value(&self) -> Option<f64> {
        if self.before.events + self.after.events == 0.0 {
            return None;
        }
        Some(self.after.value() / self.before.value())
    }

    fn events(&self) -> f64 {
        self.before.events + self.after.events
    }

    /// The share of events that fall in the time after if nothing has changed.
    fn share_after(&self) -> f64 {
        self.after.exposure / (self.before.exposure + self.after.exposure)
    }

    /// The exact interval of the ratio.
    pub fn interval(&self, confidence: f64) -> Interval {
        let (k, n) = (self.after.events, self.events());
        let tail = (1.0 - confidence) / 2.0;
        let odds = |p: f64| p / (1.0 - p) * self.before.exposure / self.after.exposure;
        let low = if k <= 0.0 {
            0.0
        } else {
            odds(bisect(0.0, 1.0, |p| binomial_sf(k, n, p) - tail))
        };
        // From the other end, where a share close to one keeps its digits.
        let high = if k >= n {
            f64::INFINITY
        } else {
            let rest = bisect(0.0, 1.0, |q| binomial_sf(n - k, n, q) - tail);
            (1.0 - rest) / rest * self.before.exposure / self.after.exposure
        };
        Interval { low, high }
    }

    /// The exact probability: twice the smaller tail.
    pub fn exact_p(&self) -> f64 {
        let (k, n, p) = (self.after.events, self.events(), self.share_after());
        if n <= 0.0 {
            return 1.0;
        }
        (2.0 * binomial_cdf(k, n, p).min(binomial_sf(k, n, p))).min(1.0)
    }

    /// The mid-p probability: the outcome itself counts half.
    pub fn mid_p(&self) -> f64 {
        let (k, n, p) = (self.after.events, self.events(), self.share_after());
        if n <= 0.0 {
            return 1.0;
        }
        let half = 0.5 * binomial_pmf(k, n, p);
        let tail = (binomial_cdf(k, n, p) - half).min(binomial_sf(k, n, p) - half);
        (2.0 * tail).clamp(0.0, 1.0)
    }
}
