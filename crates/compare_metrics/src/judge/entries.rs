//! Each distinct error by its id: gone, fewer, same, more or new, and whether that is real.
//!
//! Most errors of a catalogue are rare, and a rare one comes and goes by chance. So an error is
//! called real by Benjamini and Hochberg's correction, and decides only if it stands the stricter
//! one that lets not even one false alarm through (Tarone's form of Bonferroni's, which does not
//! count errors too rare to be told).

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::thread;

use evidence::cluster::{Happens, worth};
use evidence::multiple::{benjamini_hochberg, tarone};
use plexcore::reading::{ReadEntry, Reading};

use super::{direction, rate_p};
use crate::comparison::{Amount, Direction, EntryFinding, State};
use crate::measure::source::Source;
use crate::measure::{ErrorTitles, Units, Weighed};

/// Fewer errors than this are not worth a thread.
const LEAST_OF_A_THREAD: usize = 250;

/// What judging a catalogue goes by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Levels {
    /// For what is called real.
    pub(crate) level: f64,
    /// For what decides.
    pub(crate) strict: f64,
    /// Fewer events than this decide nothing.
    pub(crate) min_events: u64,
    /// The design effect where repeats are not seen.
    pub(crate) assumed: f64,
}

/// One entry on both sides.
struct Pair<'a> {
    before: Option<&'a ReadEntry>,
    after: Option<&'a ReadEntry>,
}

impl<'a> Pair<'a> {
    fn either(&self) -> Option<&'a ReadEntry> {
        self.after.or(self.before)
    }

    fn agents(&self) -> BTreeSet<&'a str> {
        self.before
            .iter()
            .chain(&self.after)
            .flat_map(|entry| &entry.agents)
            .map(|count| count.agent.as_str())
            .collect()
    }
}

/// One entry counted and tested.
struct Judged<'a> {
    entry: &'a ReadEntry,
    agents: BTreeSet<&'a str>,
    before: Amount,
    after: Amount,
    worth: Weighed,
    p: f64,
    /// The least probability that these many events could have come to.
    least_p: f64,
}

/// Compares two catalogues; `None` where a report has none, or ids of another sort.
pub(crate) fn entries(
    before: &Reading,
    after: &Reading,
    units: Option<&Units<'_>>,
    levels: Levels,
) -> Option<Vec<EntryFinding>> {
    let (b, a) = (before.entries.as_deref()?, after.entries.as_deref()?);
    let mut pairs: BTreeMap<&str, Pair<'_>> = BTreeMap::new();
    for entry in b {
        pairs
            .entry(&entry.id)
            .or_insert(Pair {
                before: None,
                after: None,
            })
            .before = Some(entry);
    }
    for entry in a {
        pairs
            .entry(&entry.id)
            .or_insert(Pair {
                before: None,
                after: None,
            })
            .after = Some(entry);
    }
    let work = [Work::of(before), Work::of(after)];
    let titles = units.map(ErrorTitles::of);
    let pairs: Vec<Pair<'_>> = pairs.into_values().collect();
    let judged = judge_all(&pairs, |pair| {
        judge(pair, &work, titles.as_ref(), levels.assumed)
    });
    let mut findings = corrected(&judged, levels);
    findings.sort_by(|x, y| {
        let rank = |found: &EntryFinding| {
            (
                !found.is_failure,
                found.direction == Direction::Undecided,
                found.state,
            )
        };
        rank(x)
            .cmp(&rank(y))
            .then_with(|| {
                (y.before.events + y.after.events).cmp(&(x.before.events + x.after.events))
            })
            .then_with(|| x.id.cmp(&y.id))
    });
    Some(findings)
}

/// Judges side by side what there may be thousands of; the order stays.
fn judge_all<'p, 'a: 'p>(
    pairs: &'p [Pair<'a>],
    judge: impl Fn(&'p Pair<'a>) -> Option<Judged<'a>> + Sync,
) -> Vec<Judged<'a>> {
    let at_once = thread::available_parallelism().map_or(1, NonZero::get);
    let each = pairs.len().div_ceil(at_once).max(LEAST_OF_A_THREAD);
    let judge = &judge;
    thread::scope(|scope| {
        let parts: Vec<_> = pairs
            .chunks(each)
            .map(|part| scope.spawn(move || part.iter().filter_map(judge).collect::<Vec<_>>()))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| match part.join() {
                Ok(judged) => judged,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

fn judge<'a>(
    pair: &Pair<'a>,
    work: &[Work<'_>; 2],
    titles: Option<&ErrorTitles<'_>>,
    assumed: f64,
) -> Option<Judged<'a>> {
    let entry = pair.either()?;
    let agents = pair.agents();
    let amount = |side: usize, entry: Option<&ReadEntry>| Amount {
        events: entry.map_or(0, |entry| entry.count),
        exposure: work[side].of_agents(&agents),
    };
    let (before, after) = (amount(0, pair.before), amount(1, pair.after));
    let worth = match titles {
        Some(titles) => {
            let clusters = titles.clusters(&entry.id, &agents, &before, &after);
            Weighed::Seen(worth(&clusters, Happens::Often))
        }
        None => Weighed::Assumed(assumed),
    };
    let can_tell = before.exposure > 0.0 && after.exposure > 0.0;
    let p = if can_tell {
        rate_p(before, after, worth)
    } else {
        1.0
    };
    let events = (before.events + after.events) as f64 / worth.design_effect();
    let share = after.exposure / (before.exposure + after.exposure).max(f64::MIN_POSITIVE);
    let least_p = if can_tell {
        share.min(1.0 - share).powf(events)
    } else {
        1.0
    };
    Some(Judged {
        entry,
        agents,
        before,
        after,
        worth,
        p,
        least_p,
    })
}

fn corrected(judged: &[Judged<'_>], levels: Levels) -> Vec<EntryFinding> {
    let failures: Vec<&Judged<'_>> = judged.iter().filter(|one| one.entry.is_failure()).collect();
    let ps: Vec<f64> = failures.iter().map(|one| one.p).collect();
    let least: Vec<f64> = failures.iter().map(|one| one.least_p).collect();
    let mut q = benjamini_hochberg(&ps).into_iter();
    let mut strict = tarone(&ps, &least, levels.strict).into_iter();
    judged
        .iter()
        .map(|one| {
            let is_failure = one.entry.is_failure();
            let (q, is_strict) = if is_failure {
                (q.next().unwrap_or(1.0), strict.next().unwrap_or(false))
            } else {
                (one.p, false)
            };
            let is_real = q <= levels.level || is_strict;
            let direction = direction(one.before, one.after, is_real);
            EntryFinding {
                id: one.entry.id.clone(),
                kind: one.entry.kind.clone(),
                group: one.entry.group.clone(),
                title: one.entry.title.clone(),
                agents: one.agents.iter().map(|&name| name.to_owned()).collect(),
                before: one.before,
                after: one.after,
                design_effect: one.worth.design_effect(),
                state: state(one.before.events, one.after.events, direction),
                p: one.p,
                q,
                direction,
                decides: is_strict
                    && one.before.events.max(one.after.events) >= levels.min_events
                    && direction != Direction::Undecided,
                is_failure,
            }
        })
        .collect()
}

fn state(before: u64, after: u64, direction: Direction) -> State {
    match (before, after, direction) {
        (0, 1.., _) => State::New,
        (_, 0, _) => State::Gone,
        (.., Direction::Better) => State::Fewer,
        (.., Direction::Worse) => State::More,
        (.., Direction::Undecided) => State::Same,
    }
}

/// Searches and updates, or searches where no more is told, by agent.
struct Work<'a> {
    by_agent: BTreeMap<&'a str, u64>,
}

impl<'a> Work<'a> {
    fn of(reading: &'a Reading) -> Self {
        let by_agent = reading
            .agents
            .iter()
            .enumerate()
            .map(|(at, agent)| {
                let source = Source::of_agent(reading, at, None);
                let work = match source.sessions {
                    Some(_) => source.work(),
                    None => source.searches().unwrap_or(0),
                };
                (agent.name.as_str(), work)
            })
            .collect();
        Self { by_agent }
    }

    fn of_agents(&self, agents: &BTreeSet<&str>) -> f64 {
        agents
            .iter()
            .filter_map(|name| self.by_agent.get(name))
            .sum::<u64>() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_what_the_counts_and_the_evidence_say_together() {
        let state = |b, a, d| state(b, a, d).word();
        assert_eq!(
            [
                state(0, 4, Direction::Undecided),
                state(4, 0, Direction::Undecided),
                state(4, 3, Direction::Undecided),
                state(40, 3, Direction::Better),
                state(4, 30, Direction::Worse),
            ],
            ["new", "gone", "same", "fewer", "more"]
        );
    }
}
