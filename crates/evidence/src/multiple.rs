//! Several tests at once. Given probabilities in any order, the adjusted ones come in the same order.

/// Holm's correction: the chance of even one false alarm among all stays below the level.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let order = ascending(probabilities);
    let n = probabilities.len();
    let mut adjusted = vec![0.0; n];
    let mut largest: f64 = 0.0;
    for (rank, &index) in order.iter().enumerate() {
        let raised = probabilities[index] * (n - rank) as f64;
        largest = largest.max(raised.min(1.0));
        adjusted[index] = largest;
    }
    adjusted
}

/// Benjamini and Hochberg's correction: of what is called real, at most that share is not.
pub fn benjamini_hochberg(probabilities: &[f64]) -> Vec<f64> {
    let order = ascending(probabilities);
    let n = probabilities.len();
    let mut adjusted = vec![0.0; n];
    let mut smallest: f64 = 1.0;
    for (rank, &index) in order.iter().enumerate().rev() {
        let raised = probabilities[index] * n as f64 / (rank + 1) as f64;
        smallest = smallest.min(raised);
        adjusted[index] = smallest;
    }
    adjusted
}

/// Which of several discrete tests are real if not even one false alarm may come through.
///
/// A test that could not have come below the level whatever its outcome cannot raise an alarm, so
/// it need not be counted (Tarone 1990). `least` is the smallest probability each test could reach.
pub fn tarone(probabilities: &[f64], least: &[f64], level: f64) -> Vec<bool> {
    let mut sorted: Vec<f64> = least.to_vec();
    sorted.sort_by(f64::total_cmp);
    // The smallest number of tests to correct for that no more of them can fall below.
    let counted = (1..=sorted.len().max(1))
        .find(|&k| sorted.partition_point(|p| *p <= level / k as f64) <= k)
        .unwrap_or(sorted.len().max(1));
    probabilities
        .iter()
        .map(|p| *p <= level / counted as f64)
        .collect()
}

/// The level for one look where so many are planned (Bonferroni).
pub fn level_of_a_look(level: f64, looks: u32) -> f64 {
    level / f64::from(looks.max(1))
}

fn ascending(probabilities: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(values: &[f64]) -> Vec<f64> {
        values.iter().map(|v| (v * 1e7).round() / 1e7).collect()
    }

    #[test]
    fn the_worked_examples_hold() {
        assert_eq!(rounded(&holm(&[0.01, 0.04, 0.03])), [0.03, 0.06, 0.06]);
        assert_eq!(
            rounded(&benjamini_hochberg(&[0.01, 0.04, 0.03, 0.2])),
            [0.04, 0.053_333_3, 0.053_333_3, 0.2]
        );
        assert_eq!((holm(&[]), benjamini_hochberg(&[])), (vec![], vec![]));
    }

    #[test]
    fn tests_that_cannot_be_real_are_not_counted() {
        // Ninety-nine tests of one event each, and one that stands out.
        let mut ps = vec![0.5; 99];
        ps.push(0.004);
        let mut least = vec![0.5; 99];
        least.push(1e-9);
        assert_eq!(
            tarone(&ps, &least, 0.01)
                .iter()
                .filter(|real| **real)
                .count(),
            1
        );
        // If all of them could have been, the one is not enough.
        assert!(!tarone(&ps, &[1e-9; 100], 0.01).contains(&true));
        assert!(tarone(&[], &[], 0.01).is_empty());
    }

    #[test]
    fn nothing_is_more_than_certain() {
        assert_eq!(holm(&[0.6, 0.9]), [1.0, 1.0]);
        assert_eq!(benjamini_hochberg(&[1.0, 1.0]), [1.0, 1.0]);
    }
}
