//! Titles of both reports put side by side.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use evidence::cluster::{Alike, Cluster, Twice};
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
    agents: BTreeMap<&'a str, Vec<Both<'a>>>,
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
        let mut items: BTreeMap<&str, [Vec<&ItemOutcome>; 2]> = BTreeMap::new();
        for (side, source) in [before, after].into_iter().enumerate() {
            for &(agent, of_agent) in &source.items {
                items.entry(agent).or_default()[side].extend(of_agent);
            }
        }
        let agents = items
            .into_iter()
            .map(|(agent, [before, after])| (agent, both(by_item(before), by_item(after))))
            .collect();
        Some(Self { agents })
    }

    fn all(&self) -> impl Iterator<Item = &Both<'a>> {
        self.agents.values().flatten()
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

    /// Events and trials of each title. What the totals hold beyond the titles, each by itself.
    pub(crate) fn clusters(
        &self,
        events: impl Fn(&ItemOutcome) -> u64,
        trials: impl Fn(&ItemOutcome) -> u64,
        before: &Amount,
        after: &Amount,
    ) -> Vec<Alike> {
        let mut tally = Tally::default();
        for both in self.all() {
            tally.add(counts(both, &events, &trials), 1);
        }
        tally.with_the_rest(before, after)
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

/// The titles that each error touched. There are thousands of errors and of titles, and few of one
/// belong to one of the other, so an error is counted by its own titles and all others at once.
#[derive(Debug)]
pub(crate) struct ErrorTitles<'a> {
    /// By the error's id and the agent.
    touched: HashMap<&'a str, BTreeMap<&'a str, Tally>>,
    /// All titles of an agent, no event counted.
    quiet: BTreeMap<&'a str, Tally>,
}

impl<'a> ErrorTitles<'a> {
    pub(crate) fn of(units: &Units<'a>) -> Self {
        let mut touched: HashMap<&str, BTreeMap<&str, Tally>> = HashMap::new();
        let mut quiet: BTreeMap<&str, Tally> = BTreeMap::new();
        for (&agent, titles) in &units.agents {
            let all = quiet.entry(agent).or_default();
            for both in titles {
                let [_, worked_b, _, worked_a] = counts(both, &|_| 0, &work);
                all.add([0, worked_b, 0, worked_a], 1);
                for (id, events_b, events_a) in errors(both) {
                    let of_error = touched.entry(id).or_default().entry(agent).or_default();
                    of_error.add([events_b, worked_b, events_a, worked_a], 1);
                }
            }
        }
        Self { touched, quiet }
    }

    /// Events of an error, and searches and updates, of each title of some agents.
    pub(crate) fn clusters(
        &self,
        id: &str,
        agents: &BTreeSet<&str>,
        before: &Amount,
        after: &Amount,
    ) -> Vec<Alike> {
        let mut tally = Tally::default();
        let touched = self.touched.get(id);
        for agent in agents {
            for (&counts, &times) in self.quiet.get(agent).into_iter().flat_map(|of| &of.times) {
                tally.add(counts, times);
            }
            let of_error = touched.and_then(|of_error| of_error.get(agent));
            for (&counts, &times) in of_error.into_iter().flat_map(|of| &of.times) {
                tally.add([0, counts[1], 0, counts[3]], -times);
                tally.add(counts, times);
            }
        }
        tally.with_the_rest(before, after)
    }
}

/// The errors of a title by id, with their events before and after.
fn errors<'a>(both: &Both<'a>) -> impl Iterator<Item = (&'a str, u64, u64)> {
    let [before, after] = both.map(|item| item.map(|item| &item.errors));
    let events = |side: Option<&BTreeMap<String, u64>>, id: &str| {
        side.and_then(|errors| errors.get(id)).copied().unwrap_or(0)
    };
    let of_before = before
        .into_iter()
        .flatten()
        .map(move |(id, &count)| (id.as_str(), count, events(after, id)));
    let of_after = after
        .into_iter()
        .flatten()
        .filter(move |(id, _)| before.is_none_or(|before| !before.contains_key(*id)))
        .map(|(id, &count)| (id.as_str(), 0, count));
    of_before.chain(of_after)
}

fn work(item: &ItemOutcome) -> u64 {
    item.searches + item.updates
}

/// Events and trials before, events and trials after.
type Counts = [u64; 4];

fn counts(
    both: &Both<'_>,
    events: &impl Fn(&ItemOutcome) -> u64,
    trials: &impl Fn(&ItemOutcome) -> u64,
) -> Counts {
    let of = |item: Option<&ItemOutcome>| item.map_or((0, 0), |item| (events(item), trials(item)));
    let (before, after) = (of(both[0]), of(both[1]));
    [before.0, before.1, after.0, after.1]
}

/// How many titles have the same counts.
#[derive(Debug, Default)]
struct Tally {
    times: BTreeMap<Counts, i64>,
}

impl Tally {
    fn add(&mut self, counts: Counts, times: i64) {
        *self.times.entry(counts).or_default() += times;
    }

    /// The titles, and what is left of the totals when they are taken off: each event and each
    /// trial of that is a unit of its own.
    fn with_the_rest(mut self, before: &Amount, after: &Amount) -> Vec<Alike> {
        for (side, total) in [before, after].into_iter().enumerate() {
            let sum = |at: usize| -> f64 {
                let parts = self.times.iter();
                parts
                    .map(|(counts, &times)| counts[at] as f64 * times as f64)
                    .sum()
            };
            let events = left(total.events as f64 - sum(2 * side));
            let trials = left(total.exposure - sum(2 * side + 1));
            let together = events.min(trials);
            for (unit, times) in [
                ([1, 1], together),
                ([1, 0], events - together),
                ([0, 1], trials - together),
            ] {
                let mut counts = [0; 4];
                counts[2 * side..2 * side + 2].copy_from_slice(&unit);
                self.add(counts, times);
            }
        }
        let cluster = |events: u64, trials: u64| Cluster {
            events: events as f64,
            trials: trials as f64,
        };
        self.times
            .into_iter()
            .filter(|&(_, times)| times > 0)
            .map(|([events_b, trials_b, events_a, trials_a], times)| Alike {
                unit: Twice {
                    before: cluster(events_b, trials_b),
                    after: cluster(events_a, trials_a),
                },
                times: times as f64,
            })
            .collect()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is a count")]
fn left(rest: f64) -> i64 {
    rest.max(0.0) as i64
}

/// Items in the order of their ids, the last one where an id stands twice.
fn by_item(mut items: Vec<&ItemOutcome>) -> Vec<&ItemOutcome> {
    // Of equal ids the later one comes first and is the one that stays.
    items.reverse();
    items.sort_by(|a, b| a.item.cmp(&b.item));
    items.dedup_by(|a, b| a.item == b.item);
    items
}

/// Two lists in order become one.
fn both<'a>(before: Vec<&'a ItemOutcome>, after: Vec<&'a ItemOutcome>) -> Vec<Both<'a>> {
    let mut titles = Vec::with_capacity(before.len().max(after.len()));
    let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (Some(b), Some(a)) => b.item.cmp(&a.item),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return titles,
        };
        titles.push([
            before.next_if(|_| order.is_le()),
            after.next_if(|_| order.is_ge()),
        ]);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, work: u64, errors: &[(&str, u64)]) -> ItemOutcome {
        ItemOutcome {
            item: name.to_owned(),
            searches: work,
            errors: errors
                .iter()
                .map(|&(id, events)| (id.to_owned(), events))
                .collect(),
            ..ItemOutcome::default()
        }
    }

    fn amount(events: u64, exposure: f64) -> Amount {
        Amount { events, exposure }
    }

    #[test]
    fn an_error_counted_by_its_own_titles_is_counted_over_all_titles() {
        let before = [
            item("3", 2, &[("E-1", 4)]),
            item("1", 2, &[]),
            item("2", 1, &[("E-2", 1)]),
        ];
        let after = [
            item("2", 1, &[("E-1", 1)]),
            item("4", 2, &[]),
            item("3", 2, &[("E-1", 1), ("E-2", 2)]),
        ];
        let units = Units {
            agents: BTreeMap::from([(
                "Alder",
                both(
                    by_item(before.iter().collect()),
                    by_item(after.iter().collect()),
                ),
            )]),
        };
        // One event and two searches more than the titles tell.
        let totals = (amount(5, 7.0), amount(2, 5.0));
        let agents = BTreeSet::from(["Alder"]);
        let own = ErrorTitles::of(&units).clusters("E-1", &agents, &totals.0, &totals.1);
        let events = |item: &ItemOutcome| item.errors.get("E-1").copied().unwrap_or(0);
        assert_eq!(own, units.clusters(events, work, &totals.0, &totals.1));
        let times: f64 = own.iter().map(|alike| alike.times).sum();
        assert_eq!((own.len(), times), (6, 6.0));
        let foreign = BTreeSet::from(["Beacon"]);
        let none =
            ErrorTitles::of(&units).clusters("E-1", &foreign, &amount(0, 0.0), &amount(0, 0.0));
        assert_eq!(none, []);
    }

    #[test]
    fn of_a_title_that_stands_twice_the_last_one_counts() {
        let items = [item("2", 1, &[]), item("1", 5, &[]), item("2", 7, &[])];
        let found: Vec<u64> = by_item(items.iter().collect())
            .into_iter()
            .map(|item| item.searches)
            .collect();
        assert_eq!(found, [5, 7]);
    }
}
