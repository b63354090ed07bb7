//! How much data a question needs, by the normal approximation that sample-size tables use.

use libm::{ceil, sqrt};

use crate::special::{bisect, normal_quantile, z_of};

/// The chance with which a true change is to be seen, by convention.
pub const USUAL: f64 = 0.8;

/// Trials needed on each side to see one share become another; `None` for equal ones.
pub fn trials_per_side(from: f64, to: f64, confidence: f64, power: f64) -> Option<u64> {
    let gap = (from - to).abs();
    if gap <= 0.0 {
        return None;
    }
    let pooled = f64::midpoint(from, to);
    let apart = z_of(confidence) * sqrt(2.0 * pooled * (1.0 - pooled))
        + normal_quantile(power) * sqrt(from * (1.0 - from) + to * (1.0 - to));
    Some(whole((apart / gap).powi(2)))
}

/// Exposure needed on each side to see one rate become another; `None` for equal ones.
pub fn exposure_per_side(from: f64, to: f64, confidence: f64, power: f64) -> Option<u64> {
    let gap = (from - to).abs();
    if gap <= 0.0 {
        return None;
    }
    let pooled = f64::midpoint(from, to);
    let apart = z_of(confidence) * sqrt(2.0 * pooled) + normal_quantile(power) * sqrt(from + to);
    Some(whole((apart / gap).powi(2)))
}

/// The smallest fall in a share that two sides of these sizes would have shown, as the share it
/// would have fallen to; `None` if even a fall to nothing would not have been seen.
pub fn detectable_fall(
    from: f64,
    before: f64,
    after: f64,
    confidence: f64,
    power: f64,
) -> Option<f64> {
    let is_seen = |to: f64| {
        let pooled = (from * before + to * after) / (before + after);
        let under_none = sqrt(pooled * (1.0 - pooled) * (1.0 / before + 1.0 / after));
        let under_change = sqrt(from * (1.0 - from) / before + to * (1.0 - to) / after);
        from - to - z_of(confidence) * under_none - normal_quantile(power) * under_change
    };
    seen_below(from, is_seen)
}

/// The same for a rate.
pub fn detectable_fall_in_rate(
    from: f64,
    before: f64,
    after: f64,
    confidence: f64,
    power: f64,
) -> Option<f64> {
    let is_seen = |to: f64| {
        let pooled = (from * before + to * after) / (before + after);
        let under_none = sqrt(pooled * (1.0 / before + 1.0 / after));
        let under_change = sqrt(from / before + to / after);
        from - to - z_of(confidence) * under_none - normal_quantile(power) * under_change
    };
    seen_below(from, is_seen)
}

fn seen_below(from: f64, is_seen: impl Fn(f64) -> f64) -> Option<f64> {
    (from > 0.0 && is_seen(0.0) >= 0.0).then(|| bisect(0.0, from, is_seen))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of trials, never negative; beyond u64 it saturates"
)]
fn whole(trials: f64) -> u64 {
    ceil(trials - 1e-9) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_sizes_hold() {
        for (from, to, expected) in [
            (0.50, 0.25, 58),
            (0.50, 0.40, 388),
            (0.30, 0.10, 62),
            (0.30, 0.15, 121),
            (0.30, 0.27, 3554),
            (0.20, 0.10, 199),
            (0.10, 0.05, 435),
            (0.10, 0.01, 100),
            (0.05, 0.025, 906),
            (0.02, 0.01, 2319),
        ] {
            assert_eq!(
                trials_per_side(from, to, 0.95, USUAL),
                Some(expected),
                "{from} to {to}"
            );
        }
        assert_eq!(trials_per_side(0.3, 0.3, 0.95, USUAL), None);
    }

    #[test]
    fn what_can_be_seen_is_what_was_asked_for() {
        let seen = detectable_fall(0.3, 121.0, 121.0, 0.95, USUAL).unwrap();
        assert!((seen - 0.15).abs() < 0.001, "{seen}");
        assert_eq!(detectable_fall(0.3, 5.0, 5.0, 0.95, USUAL), None);
        let sides = exposure_per_side(0.4, 0.2, 0.95, USUAL).unwrap() as f64;
        let seen = detectable_fall_in_rate(0.4, sides, sides, 0.95, USUAL).unwrap();
        assert!((seen - 0.2).abs() < 0.005, "{seen}");
    }
}
