//! More than two points in time: the limits of a chart of shares and of one of rates.

use libm::sqrt;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_holds() {
        let limits = p_limits(0.12, 80.0);
        assert!((limits.low - 0.011_004_6).abs() < 5e-8, "{limits:?}");
        assert!((limits.high - 0.228_995).abs() < 5e-7, "{limits:?}");
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
