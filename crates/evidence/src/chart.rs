//! More than two points in time: the limits of a p-chart, and the cumulative sum for counts.

use libm::{log, sqrt};

use crate::Interval;

/// Shewhart's limits, three standard errors, for a share of `n` trials when the usual one is `p`.
pub fn p_limits(p: f64, n: f64) -> Interval {
    if n <= 0.0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let reach = 3.0 * sqrt((p * (1.0 - p)).max(0.0) / n);
    Interval {
        low: (p - reach).max(0.0),
        high: (p + reach).min(1.0),
    }
}

/// The same for events in an exposure that may happen more than once in a trial.
pub fn u_limits(rate: f64, exposure: f64) -> Interval {
    if exposure <= 0.0 {
        return Interval {
            low: 0.0,
            high: f64::INFINITY,
        };
    }
    let reach = 3.0 * sqrt(rate / exposure);
    Interval {
        low: (rate - reach).max(0.0),
        high: rate + reach,
    }
}

/// The reference value of a cumulative sum that looks for a mean of `from` becoming `to`
/// (Lucas 1985); `None` unless both are positive and differ.
pub fn reference(from: f64, to: f64) -> Option<f64> {
    (from > 0.0 && to > 0.0 && from < to || to > 0.0 && to < from)
        .then(|| (to - from) / (log(to) - log(from)))
}

/// The cumulative sum above the reference value, nought at least, after each count.
pub fn cusum(counts: &[f64], reference: f64) -> Vec<f64> {
    counts
        .iter()
        .scan(0.0_f64, |sum, count| {
            *sum = (*sum + count - reference).max(0.0);
            Some(*sum)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_hold() {
        let limits = p_limits(0.12, 80.0);
        assert!((limits.low - 0.011_004_6).abs() < 5e-8, "{limits:?}");
        assert!((limits.high - 0.228_995).abs() < 5e-7, "{limits:?}");
        let k = reference(6.0, 12.0).unwrap();
        assert!((k - 8.656_170).abs() < 5e-7, "{k}");
        let sums = cusum(&[5.0, 7.0, 6.0, 11.0, 13.0, 12.0, 14.0], k);
        let expected = [0.0, 0.0, 0.0, 2.343_830, 6.687_660, 10.031_489, 15.375_319];
        for (sum, expected) in sums.iter().zip(expected) {
            assert!((sum - expected).abs() < 5e-7, "{sums:?}");
        }
        assert_eq!(reference(6.0, 6.0), None);
        assert_eq!(reference(0.0, 6.0), None);
    }

    #[test]
    fn a_rates_limits_hold_the_rate() {
        let limits = u_limits(0.5, 16.0);
        assert_eq!(
            (limits.low, limits.high),
            (0.0, 0.5 + 3.0 * sqrt(0.5 / 16.0))
        );
    }
}
