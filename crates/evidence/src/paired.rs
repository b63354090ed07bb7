//! The same units looked at twice: titles that were searched before and after.
//!
//! Only units whose outcome changed say anything (`McNemar` 1947); traffic and repeats do not matter.

use libm::sqrt;

use crate::Interval;
use crate::proportion::{Share, wilson};
use crate::special::{binomial_cdf, binomial_pmf};

/// Pairs of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pairs {
    /// Failed both times.
    pub both: u64,
    /// Failed before and not after.
    pub before_only: u64,
    /// Failed after and not before.
    pub after_only: u64,
    /// Failed neither time.
    pub neither: u64,
}

impl Pairs {
    /// How many there are.
    pub fn total(&self) -> u64 {
        self.both + self.before_only + self.after_only + self.neither
    }

    /// How many failed before, of all.
    pub fn before(&self) -> Share {
        Share::counted(self.both + self.before_only, self.total())
    }

    /// How many failed after, of all.
    pub fn after(&self) -> Share {
        Share::counted(self.both + self.after_only, self.total())
    }

    /// The exact probability.
    pub fn exact_p(&self) -> f64 {
        let (smaller, changed) = self.changed();
        (2.0 * binomial_cdf(smaller, changed, 0.5)).min(1.0)
    }

    /// The mid-p probability.
    pub fn mid_p(&self) -> f64 {
        let (smaller, changed) = self.changed();
        if changed == 0.0 {
            return 1.0;
        }
        let tail = binomial_cdf(smaller, changed, 0.5) - 0.5 * binomial_pmf(smaller, changed, 0.5);
        (2.0 * tail).min(1.0)
    }

    fn changed(&self) -> (f64, f64) {
        let smaller = self.before_only.min(self.after_only);
        (smaller as f64, (self.before_only + self.after_only) as f64)
    }

    /// The interval of the difference `after - before` (Newcombe 1998, method 10 for paired data).
    pub fn interval(&self, z: f64) -> Interval {
        let (before, after) = (self.before(), self.after());
        let (b, a) = (wilson(before, z), wilson(after, z));
        let phi = self.correlation();
        let (up_b, down_b) = (b.high - before.value(), before.value() - b.low);
        let (up_a, down_a) = (a.high - after.value(), after.value() - a.low);
        let difference = after.value() - before.value();
        let reach = |x: f64, y: f64| sqrt((x * x - 2.0 * phi * x * y + y * y).max(0.0));
        Interval {
            low: difference - reach(down_a, up_b),
            high: difference + reach(up_a, down_b),
        }
    }

    /// The correlation of the two outcomes, with Newcombe's correction towards nought.
    fn correlation(&self) -> f64 {
        let [e, f, g, h] =
            [self.both, self.before_only, self.after_only, self.neither].map(|n| n as f64);
        let margins = (e + f) * (g + h) * (e + g) * (f + h);
        if margins <= 0.0 {
            return 0.0;
        }
        let product = e * h - f * g;
        let corrected = if product > 0.0 {
            (product - (e + f + g + h) / 2.0).max(0.0)
        } else {
            product
        };
        corrected / sqrt(margins)
    }
}
