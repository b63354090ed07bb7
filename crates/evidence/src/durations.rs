//! Two distributions of lengths of time, known by how many fall in each bucket.
//!
//! The rank-sum test (Mann and Whitney 1947) with mid-ranks and the correction for ties, by its
//! normal approximation. A bucket is a tie, so nothing is claimed that the buckets do not show.

use libm::sqrt;

use crate::special::normal_cdf;

/// What the two distributions say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankSum {
    /// The chance that one taken from after is longer than one from before, a tie counting half.
    pub chance_longer: f64,
    /// The probability that chance alone is behind the difference.
    pub p: f64,
}

/// Compares counts by bucket, the same buckets on both sides; `None` if either side is empty.
///
/// `design_effect` says how many times less the data is worth than it counts.
pub fn rank_sum(before: &[u64], after: &[u64], design_effect: f64) -> Option<RankSum> {
    let buckets = before.len().max(after.len());
    let at = |side: &[u64], bucket: usize| side.get(bucket).copied().unwrap_or(0) as f64;
    let (mut n_before, mut n_after, mut wins, mut ties) = (0.0, 0.0, 0.0, 0.0);
    for bucket in 0..buckets {
        let (b, a) = (at(before, bucket), at(after, bucket));
        wins += a * n_before + a * b / 2.0;
        n_before += b;
        n_after += a;
        ties += (b + a).powi(3) - (b + a);
    }
    if n_before == 0.0 || n_after == 0.0 {
        return None;
    }
    let n = n_before + n_after;
    let spread = n_before * n_after / 12.0 * (n + 1.0 - ties / (n * (n - 1.0)).max(1.0));
    let middle = n_before * n_after / 2.0;
    let p = if spread <= 0.0 {
        1.0
    } else {
        let z = ((wins - middle).abs() - 0.5).max(0.0) / sqrt(spread * design_effect.max(1.0));
        2.0 * normal_cdf(-z)
    };
    Some(RankSum {
        chance_longer: wins / (n_before * n_after),
        p: p.min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_distribution_is_no_difference() {
        let found = rank_sum(&[3, 5, 2], &[6, 10, 4], 1.0).unwrap();
        assert!((found.chance_longer - 0.5).abs() < 1e-12);
        assert!(found.p > 0.99);
        assert_eq!(rank_sum(&[0, 0], &[1], 1.0), None);
    }

    #[test]
    fn a_shift_is_seen_as_scipy_sees_it() {
        // scipy.stats.mannwhitneyu([1]*8+[2]*2, [1]*2+[2]*8, method="asymptotic", use_continuity=True)
        let found = rank_sum(&[8, 2], &[2, 8], 1.0).unwrap();
        assert!((found.p - 0.010_118_582).abs() < 1e-6, "{found:?}");
        assert!((found.chance_longer - 0.8).abs() < 1e-12);
        assert!(rank_sum(&[8, 2], &[2, 8], 4.0).unwrap().p > 0.1);
    }
}
