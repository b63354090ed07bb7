//! What holds for all numbers.

use evidence::cluster::{Alike, Cluster, Happens, Twice, worth};
use evidence::multiple::{benjamini_hochberg, holm};
use evidence::proportion::{Share, Table, newcombe, newcombe_p};
use evidence::rate::{Rate, Ratio};
use evidence::special::z_of;
use proptest::prelude::*;

fn table() -> impl Strategy<Value = ((u64, u64), (u64, u64))> {
    let side = || (1u64..3000).prop_flat_map(|n| (0..=n, Just(n)));
    (side(), side())
}

proptest! {
    #[test]
    fn probabilities_are_probabilities_and_do_not_care_which_side_is_which((before, after) in table()) {
        let turned = Table { before: after, after: before };
        let table = Table { before, after };
        for (p, turned) in [(table.fisher(), turned.fisher()), (table.mid_p(), turned.mid_p())] {
            prop_assert!((0.0..=1.0).contains(&p));
            prop_assert!((p - turned).abs() <= 1e-9 * p.max(1e-3), "{} {}", p, turned);
        }
        let rate = |(events, of)| Rate::counted(events, of);
        let (ratio, other) = (Ratio::new(rate(before), rate(after)), Ratio::new(rate(after), rate(before)));
        prop_assert!((ratio.mid_p() - other.mid_p()).abs() < 1e-9);
        prop_assert!(ratio.mid_p() <= ratio.exact_p() + 1e-9);
        let interval = ratio.interval(0.95);
        prop_assert!(interval.low <= interval.high);
        if let Some(value) = ratio.value() {
            prop_assert!(interval.low <= value && value <= interval.high);
        }
    }

    #[test]
    fn the_difference_lies_in_its_interval((before, after) in table()) {
        let (b, a) = (Share::counted(before.0, before.1), Share::counted(after.0, after.1));
        let interval = newcombe(b, a, z_of(0.95));
        let difference = a.value() - b.value();
        prop_assert!(interval.low <= difference + 1e-12 && difference <= interval.high + 1e-12);
        prop_assert!((-1.0..=1.0).contains(&interval.low) && interval.high <= 1.0 + 1e-12);
        // Less data never makes a finding surer.
        prop_assert!(newcombe_p(b.thinned(3.0), a.thinned(3.0)) >= newcombe_p(b, a) - 1e-12);
    }

    #[test]
    fn corrections_never_lower_a_probability(ps in proptest::collection::vec(0.0f64..=1.0, 0..30)) {
        for adjusted in [holm(&ps), benjamini_hochberg(&ps)] {
            for (raw, adjusted) in ps.iter().zip(adjusted) {
                prop_assert!(*raw <= adjusted + 1e-15 && adjusted <= 1.0);
            }
        }
    }

    #[test]
    fn units_that_are_alike_count_as_many_times(counts in proptest::collection::vec((0u8..5, 0u8..5, 1u8..4), 0..20)) {
        let unit = |events: u8, trials: u8| Twice {
            before: Cluster { events: f64::from(events.min(trials)), trials: f64::from(trials) },
            after: Cluster { events: f64::from(trials / 2), trials: f64::from(events) },
        };
        let counted: Vec<Alike> = counts
            .iter()
            .map(|&(events, trials, times)| Alike { unit: unit(events, trials), times: f64::from(times) })
            .collect();
        let each: Vec<Alike> = counts
            .iter()
            .flat_map(|&(events, trials, times)| vec![Alike::from(unit(events, trials)); times.into()])
            .collect();
        for happens in [Happens::Once, Happens::Often] {
            let (counted, each) = (worth(&counted, happens), worth(&each, happens));
            prop_assert_eq!(counted.clusters, each.clusters);
            prop_assert!((counted.design_effect - each.design_effect).abs() < 1e-9);
        }
    }

    #[test]
    fn the_order_of_units_does_not_matter(counts in proptest::collection::vec((0u8..5, 0u8..5, 0u8..5, 0u8..5), 0..40)) {
        let unit = |&(a, b, c, d): &(u8, u8, u8, u8)| Twice {
            before: Cluster { events: f64::from(a.min(b)), trials: f64::from(b) },
            after: Cluster { events: f64::from(c.min(d)), trials: f64::from(d) },
        };
        let mut units: Vec<Alike> = counts.iter().map(unit).map(Alike::from).collect();
        let found = worth(&units, Happens::Once);
        units.reverse();
        let turned = worth(&units, Happens::Once);
        prop_assert!(found.design_effect >= 1.0 && found.design_effect.is_finite());
        prop_assert!((found.design_effect - turned.design_effect).abs() < 1e-9);
    }
}
