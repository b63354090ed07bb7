//! Titles of both reports put side by side.

use std::collections::{BTreeMap, BTreeSet};

use evidence::cluster::{Cluster, Twice};
use evidence::paired::Pairs;
use evidence::proportion::Table;
use plexcore::report::understanding::ItemOutcome;

use super::source::Source;
use crate::comparison::Amount;

/// The share of searches and updates whose title must be known, in percent.
const LEAST_KNOWN: u64 = 80;

/// One title, before and after.
type Both<'a> = [Option<&'a ItemOutcome>; 2];

/// What became of each title, before and after, by agent and item.
#[derive(Debug)]
pub(crate) struct Units<'a> {
    sides: BTreeMap<&'a str, BTreeMap<&'a str, Both<'a>>>,
}

/// Whether the titles that were searched again are those that had failed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Selection {
    /// Failed before, of those searched again.
    pub(crate) again: (u64, u64),
    /// Failed before, of the others.
    pub(crate) not_again: (u64, u64),
    pub(crate) p: f64,
}

impl<'a> Units<'a> {
    /// The titles of two sources; `None` where one of them does not tell most of them.
    pub(crate) fn of(before: &Source<'a>, after: &Source<'a>) -> Option<Self> {
        if !(tells_titles(before) && tells_titles(after)) {
            return None;
        }
        let mut sides: BTreeMap<&str, BTreeMap<&str, Both<'_>>> = BTreeMap::new();
        for (side, source) in [before, after].into_iter().enumerate() {
            for &(agent, items) in &source.items {
                let of_agent = sides.entry(agent).or_default();
                for item in items {
                    of_agent.entry(item.item.as_str()).or_default()[side] = Some(item);
                }
            }
        }
        Some(Self { sides })
    }

    fn all(&self) -> impl Iterator<Item = &Both<'a>> {
        self.sides.values().flat_map(BTreeMap::values)
    }

    /// Titles searched on both sides, by how their latest search ended.
    pub(crate) fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::default();
        for side in self.all() {
            let [Some(before), Some(after)] = side else {
                continue;
            };
            if before.searches == 0 || after.searches == 0 {
                continue;
            }
            match (before.last_without_result, after.last_without_result) {
                (true, true) => pairs.both += 1,
                (true, false) => pairs.before_only += 1,
                (false, true) => pairs.after_only += 1,
                (false, false) => pairs.neither += 1,
            }
        }
        pairs
    }

    /// Titles searched on the side that has fewer of them.
    pub(crate) fn fewer_titles(&self) -> u64 {
        let [before, after] = self.titles();
        before.min(after)
    }

    /// Titles searched on each side.
    pub(crate) fn titles(&self) -> [u64; 2] {
        [0, 1].map(|side| {
            self.all()
                .filter(|both| both[side].is_some_and(|item| item.searches > 0))
                .count() as u64
        })
    }

    /// The same for some agents only.
    pub(crate) fn clusters_of_agents(
        &self,
        agents: &BTreeSet<&str>,
        events: impl Fn(&ItemOutcome) -> u64,
        trials: impl Fn(&ItemOutcome) -> u64,
        before: &Amount,
        after: &Amount,
    ) -> Vec<Twice> {
        let sides = agents
            .iter()
            .filter_map(|agent| self.sides.get(agent))
            .flat_map(BTreeMap::values);
        clusters(sides, events, trials, before, after)
    }

    /// Events and trials of each title. What the totals hold beyond the titles, each by itself.
    pub(crate) fn clusters(
        &self,
        events: impl Fn(&ItemOutcome) -> u64,
        trials: impl Fn(&ItemOutcome) -> u64,
        before: &Amount,
        after: &Amount,
    ) -> Vec<Twice> {
        clusters(self.all(), events, trials, before, after)
    }

    /// Whether failed titles were searched again more than the others were.
    pub(crate) fn selection(&self) -> Option<Selection> {
        let (mut again, mut not_again) = ((0, 0), (0, 0));
        for side in self.all() {
            let Some(before) = side[0].filter(|item| item.searches > 0) else {
                continue;
            };
            let group = if side[1].is_some_and(|item| item.searches > 0) {
                &mut again
            } else {
                &mut not_again
            };
            group.0 += u64::from(before.last_without_result);
            group.1 += 1;
        }
        if again.1 == 0 || not_again.1 == 0 {
            return None;
        }
        let p = Table {
            before: not_again,
            after: again,
        }
        .mid_p();
        let more_failed = u128::from(again.0) * u128::from(not_again.1)
            > u128::from(not_again.0) * u128::from(again.1);
        more_failed.then_some(Selection {
            again,
            not_again,
            p,
        })
    }
}

fn clusters<'s>(
    sides: impl Iterator<Item = &'s [Option<&'s ItemOutcome>; 2]>,
    events: impl Fn(&ItemOutcome) -> u64,
    trials: impl Fn(&ItemOutcome) -> u64,
    before: &Amount,
    after: &Amount,
) -> Vec<Twice> {
    let cluster = |item: Option<&ItemOutcome>| {
        item.map_or(Cluster::default(), |item| Cluster {
            events: events(item) as f64,
            trials: trials(item) as f64,
        })
    };
    let mut units: Vec<Twice> = sides
        .map(|side| Twice {
            before: cluster(side[0]),
            after: cluster(side[1]),
        })
        .collect();
    let sum = |of: fn(&Twice) -> f64| units.iter().map(of).sum::<f64>();
    let rest = [
        singles(before, sum(|u| u.before.events), sum(|u| u.before.trials)),
        singles(after, sum(|u| u.after.events), sum(|u| u.after.trials)),
    ];
    let [before, after] = rest;
    units.extend(before.into_iter().map(|before| Twice {
        before,
        ..Twice::default()
    }));
    units.extend(after.into_iter().map(|after| Twice {
        after,
        ..Twice::default()
    }));
    units
}

/// What is left of a total when the titles are taken off, each event and trial a unit of its own.
fn singles(total: &Amount, events: f64, trials: f64) -> Vec<Cluster> {
    let events = (total.events as f64 - events).max(0.0);
    let trials = (total.exposure - trials).max(0.0);
    let mut left = Vec::new();
    let (mut events, mut trials) = (events, trials);
    while events >= 1.0 || trials >= 1.0 {
        let cluster = Cluster {
            events: if events >= 1.0 { 1.0 } else { 0.0 },
            trials: if trials >= 1.0 { 1.0 } else { 0.0 },
        };
        events -= cluster.events;
        trials -= cluster.trials;
        left.push(cluster);
    }
    left
}

/// Whether most searches and updates have a title.
fn tells_titles(source: &Source<'_>) -> bool {
    let known: u64 = source
        .items
        .iter()
        .flat_map(|(_, items)| *items)
        .map(|item| item.searches + item.updates)
        .sum();
    let all = source.work();
    known > 0 && u128::from(known) * 100 >= u128::from(all) * u128::from(LEAST_KNOWN)
}
