//! Trials that are not independent: ten searches of one title tell little more than one.
//!
//! The variance is that of a ratio of sums over clusters (Cochran, Sampling Techniques, chapter 6;
//! the "cluster-robust" standard error), with the correction `G / (G - 1)` for `G` clusters. The design effect says how many times less the data is worth than counted.

use libm::sqrt;

/// Events and trials of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cluster {
    /// How often it happened.
    pub events: f64,
    /// How often it could have.
    pub trials: f64,
}

/// A share or rate over clusters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Events divided by trials.
    pub value: f64,
    /// The standard error if all trials were independent and an event happened once at most.
    pub naive_se: f64,
    /// The standard error over clusters.
    pub robust_se: f64,
}

impl Spread {
    /// Measures a share over clusters; `None` without a trial.
    pub fn of(clusters: &[Cluster]) -> Option<Self> {
        let trials: f64 = clusters.iter().map(|c| c.trials).sum();
        if trials <= 0.0 {
            return None;
        }
        let value = clusters.iter().map(|c| c.events).sum::<f64>() / trials;
        let squares: f64 = clusters
            .iter()
            .map(|c| (c.events - value * c.trials).powi(2))
            .sum();
        Some(Self {
            value,
            naive_se: sqrt((value * (1.0 - value)).max(0.0) / trials),
            robust_se: sqrt(squares * few_clusters(clusters.len())) / trials,
        })
    }

    /// How many times less the data is worth than it would be if its trials were independent.
    pub fn design_effect(&self) -> f64 {
        if self.naive_se > 0.0 {
            (self.robust_se / self.naive_se).powi(2)
        } else {
            1.0
        }
    }
}

/// One unit, before and after; a unit that was there only once has nothing on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Twice {
    /// Before.
    pub before: Cluster,
    /// After.
    pub after: Cluster,
}

/// Units that are alike, and how many of them there are: thousands of titles have the same few
/// counts, and most have no event at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    /// Each of them.
    pub unit: Twice,
    /// How many.
    pub times: f64,
}

impl From<Twice> for Alike {
    fn from(unit: Twice) -> Self {
        Self { unit, times: 1.0 }
    }
}

/// What the trials of a comparison are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// How many times less than counted; 1 at least.
    pub design_effect: f64,
    /// Units with anything in them, which is what a test has to go by.
    pub clusters: usize,
}

/// How an event may fall into trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happens {
    /// Once in a trial at most.
    Once,
    /// Any number of times.
    Often,
}

/// The design effect of comparing two shares or rates over units that may be on both sides.
///
/// The rates are taken as equal, as they are if nothing has changed, so that a test which divides
/// its counts by the effect keeps its size where one side has no event at all.
pub fn worth(units: &[Alike], happens: Happens) -> Worth {
    let sum = |of: fn(&Twice) -> f64| units.iter().map(|u| u.times * of(&u.unit)).sum::<f64>();
    let (before, after) = (sum(|u| u.before.trials), sum(|u| u.after.trials));
    let clusters = whole(
        units
            .iter()
            .filter(|u| u.unit != Twice::default())
            .map(|u| u.times)
            .sum(),
    );
    let none = Worth {
        design_effect: 1.0,
        clusters,
    };
    if before <= 0.0 || after <= 0.0 || clusters < 2 {
        return none;
    }
    let rate = sum(|u| u.before.events + u.after.events) / (before + after);
    let spread = match happens {
        Happens::Once => rate * (1.0 - rate),
        Happens::Often => rate,
    };
    let independent = spread * (1.0 / before + 1.0 / after);
    if independent <= 0.0 {
        return none;
    }
    let off = |c: &Cluster, trials: f64| (c.events - rate * c.trials) / trials;
    let squares: f64 = units
        .iter()
        .map(|u| u.times * (off(&u.unit.after, after) - off(&u.unit.before, before)).powi(2))
        .sum();
    // A side with few events by chance seems to have little spread as well, and would look surer
    // than it is; so the effect of either side alone counts where it is the larger one.
    let largest = (squares / independent)
        .max(of_one_side(units, |unit| unit.before, happens))
        .max(of_one_side(units, |unit| unit.after, happens));
    Worth {
        design_effect: (largest * few_clusters(clusters)).max(1.0),
        clusters,
    }
}

/// The design effect of one side around its own rate.
fn of_one_side(units: &[Alike], side: fn(&Twice) -> Cluster, happens: Happens) -> f64 {
    let clusters = units.iter().map(|u| (side(&u.unit), u.times));
    let events: f64 = clusters.clone().map(|(c, times)| times * c.events).sum();
    let trials: f64 = clusters.clone().map(|(c, times)| times * c.trials).sum();
    let rate = events / trials.max(f64::MIN_POSITIVE);
    let spread = match happens {
        Happens::Once => events * (1.0 - rate),
        Happens::Often => events,
    };
    if spread <= 0.0 {
        return 1.0;
    }
    clusters
        .map(|(c, times)| times * (c.events - rate * c.trials).powi(2))
        .sum::<f64>()
        / spread
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a number of units"
)]
fn whole(count: f64) -> usize {
    count as usize
}

/// Squares around a mean that was estimated from as many values are too small by this much.
fn few_clusters(clusters: usize) -> f64 {
    clusters as f64 / (clusters as f64 - 1.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(trials: &[f64], events: &[f64]) -> Vec<Cluster> {
        trials
            .iter()
            .zip(events)
            .map(|(&trials, &events)| Cluster { events, trials })
            .collect()
    }

    #[test]
    fn the_worked_example_holds() {
        let found = Spread::of(&clusters(
            &[5.0, 3.0, 8.0, 1.0, 2.0, 6.0, 4.0, 1.0],
            &[5.0, 0.0, 8.0, 0.0, 1.0, 0.0, 4.0, 0.0],
        ))
        .unwrap();
        assert!((found.value - 0.6).abs() < 1e-12);
        assert!((found.naive_se - 0.089_442_7).abs() < 5e-8, "{found:?}");
        assert!((found.robust_se - 0.207_050).abs() < 5e-7, "{found:?}");
        assert!(
            (found.design_effect() - 5.358_730).abs() < 5e-7,
            "{found:?}"
        );
    }

    #[test]
    fn ten_searches_of_one_title_that_always_fails_are_worth_one() {
        let unit = |before: f64, after: f64| Twice {
            before: Cluster {
                events: before,
                trials: 10.0,
            },
            after: Cluster {
                events: after,
                trials: 10.0,
            },
        };
        // Which titles fail has been drawn anew, so nothing cancels out.
        let units: Vec<Alike> = (0..40)
            .map(|n| {
                unit(
                    if n % 4 == 0 { 10.0 } else { 0.0 },
                    if n % 4 == 1 { 10.0 } else { 0.0 },
                )
            })
            .map(Alike::from)
            .collect();
        let found = worth(&units, Happens::Once).design_effect;
        assert!((10.0..15.0).contains(&found), "{found}");
    }

    #[test]
    fn independent_trials_are_worth_what_they_count() {
        let units: Vec<Alike> = (0..200)
            .map(|n| {
                let cluster = Cluster {
                    events: f64::from(n % 10 == 0),
                    trials: 1.0,
                };
                if n < 100 {
                    Twice {
                        before: cluster,
                        ..Twice::default()
                    }
                } else {
                    Twice {
                        after: cluster,
                        ..Twice::default()
                    }
                }
            })
            .map(Alike::from)
            .collect();
        let found = worth(&units, Happens::Once);
        assert!((found.design_effect - 1.0).abs() < 0.02, "{found:?}");
        assert_eq!(found.clusters, 200);
    }
}
