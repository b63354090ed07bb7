//! How long searches and updates took, before and after.

use std::collections::BTreeMap;

use evidence::durations::rank_sum;
use plexcore::report::understanding::{Outcomes, SessionCounts};

use crate::comparison::{Direction, DurationFinding, Took};

/// Compares the durations of both sorts of sessions. `design_effect` is that of the searches.
pub(crate) fn durations(
    before: &Outcomes,
    after: &Outcomes,
    design_effect: f64,
    level: f64,
) -> Vec<DurationFinding> {
    [
        ("searches", &before.searches, &after.searches),
        ("updates", &before.updates, &after.updates),
    ]
    .into_iter()
    .filter_map(|(what, before, after)| compared(what, before, after, design_effect, level))
    .collect()
}

fn compared(
    what: &'static str,
    before: &SessionCounts,
    after: &SessionCounts,
    design_effect: f64,
    level: f64,
) -> Option<DurationFinding> {
    let mut buckets: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for bucket in &before.durations {
        buckets.entry(bucket.up_to_ms).or_default().0 += bucket.sessions;
    }
    for bucket in &after.durations {
        buckets.entry(bucket.up_to_ms).or_default().1 += bucket.sessions;
    }
    let (b, a): (Vec<u64>, Vec<u64>) = buckets.values().copied().unzip();
    let ranked = rank_sum(&b, &a, design_effect)?;
    let direction = match ranked.p <= level {
        true if ranked.chance_longer < 0.5 => Direction::Better,
        true if ranked.chance_longer > 0.5 => Direction::Worse,
        _ => Direction::Undecided,
    };
    let took = |counts: &SessionCounts, buckets: &[u64]| Took {
        sessions: buckets.iter().sum(),
        median_ms: counts.median_ms,
        p95_ms: counts.p95_ms,
    };
    Some(DurationFinding {
        what,
        before: took(before, &b),
        after: took(after, &a),
        buckets: buckets
            .into_iter()
            .map(|(up_to_ms, (before, after))| (up_to_ms, before, after))
            .collect(),
        chance_longer: ranked.chance_longer,
        p: ranked.p,
        direction,
    })
}

#[cfg(test)]
mod tests {
    use plexcore::report::understanding::DurationBucket;

    use super::*;

    fn took(buckets: &[(u64, u64)]) -> SessionCounts {
        SessionCounts {
            durations: buckets
                .iter()
                .map(|&(up_to_ms, sessions)| DurationBucket { up_to_ms, sessions })
                .collect(),
            ..SessionCounts::default()
        }
    }

    #[test]
    fn buckets_that_only_one_report_has_are_put_where_they_belong() {
        let found = compared(
            "searches",
            &took(&[(5000, 40), (10_000, 10)]),
            &took(&[(1000, 30), (2000, 20)]),
            1.0,
            0.05,
        )
        .unwrap();
        assert_eq!(found.direction, Direction::Better);
        assert_eq!(
            found.buckets,
            [(1000, 0, 30), (2000, 0, 20), (5000, 40, 0), (10_000, 10, 0)]
        );
        assert!(found.chance_longer < 1e-9);
    }

    #[test]
    fn without_durations_there_is_nothing_to_say() {
        assert_eq!(
            compared("updates", &took(&[]), &took(&[(1000, 3)]), 1.0, 0.05),
            None
        );
    }
}
