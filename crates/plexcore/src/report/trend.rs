//! Counts over time as a line of small bars, and the arithmetic that charts need.

/// Neighbours added up until at most `most` counts are left; the sum stays the same.
pub fn merged(counts: &[u64], most: usize) -> Vec<u64> {
    let of_each = counts.len().div_ceil(most.max(1)).max(1);
    counts.chunks(of_each).map(|few| few.iter().sum()).collect()
}

/// The counts as characters: `·` for nothing, `▁` to `█` for a share of the largest.
pub fn sparkline(counts: &[u64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let largest = counts.iter().copied().max().unwrap_or(0);
    let bar = |&count: &u64| match step(count, largest, BARS.len()) {
        0 => '·',
        step => BARS[step - 1],
    };
    counts.iter().map(bar).collect()
}

/// Which of `steps` steps a count reaches when the largest reaches the last; only nothing is at 0.
pub fn step(count: u64, largest: u64, steps: usize) -> usize {
    if count == 0 || largest == 0 {
        return 0;
    }
    let share = u128::from(count.min(largest)) * steps as u128;
    usize::try_from(share.div_ceil(u128::from(largest))).unwrap_or(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_event_beside_thousands_is_still_seen() {
        assert_eq!(sparkline(&[0, 1, 9000, 4500]), "·▁█▄");
        assert_eq!(sparkline(&[]), "");
        assert_eq!(step(u64::MAX, u64::MAX, 8), 8);
    }

    #[test]
    fn merging_loses_no_event() {
        assert_eq!(merged(&[1, 2, 3, 4, 5], 2), [6, 9]);
        assert_eq!(merged(&[1, 2, 3], 60), [1, 2, 3]);
        assert_eq!(merged(&[7], 0), [7]);
    }
}
