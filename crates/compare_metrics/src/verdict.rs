//! What the evidence comes to: KEEP, MONITOR or ROLLBACK, and why.

use plexcore::cli::Exit;

use crate::comparison::{Comparison, Direction};

/// What to do with the fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Decision {
    Keep,
    Monitor,
    Rollback,
}

impl Decision {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Keep => "KEEP",
            Self::Monitor => "MONITOR",
            Self::Rollback => "ROLLBACK",
        }
    }

    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::Keep => Exit::Done,
            Self::Monitor => Exit::Monitor,
            Self::Rollback => Exit::Negative,
        }
    }
}

/// A decision with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// One sentence without its full stop.
    pub(crate) reason: String,
}

impl Verdict {
    /// The rule, in the order in which it asks; `docs/compare_metrics.md` states it.
    pub(crate) fn of(comparison: &Comparison) -> Self {
        let (decision, reason) = decide(comparison);
        Self { decision, reason }
    }
}

fn decide(comparison: &Comparison) -> (Decision, String) {
    let stops = &comparison.stops;
    if let Some(stop) = stops.first() {
        return (Decision::Monitor, stop.clone());
    }
    let worse = worse(comparison);
    if !worse.is_empty() {
        return (
            Decision::Rollback,
            format!("worse beyond chance: {}", worse.join("; ")),
        );
    }
    let doubts = &comparison.doubts;
    let better = better(comparison);
    let missed = comparison
        .expectations
        .iter()
        .any(|point| point.is_met == Some(false));
    let open = comparison
        .expectations
        .iter()
        .any(|point| point.is_met.is_none());
    if missed {
        return (
            Decision::Monitor,
            "what the fix was meant to do has not come about; nothing is worse beyond chance"
                .to_owned(),
        );
    }
    if better.is_empty() && (comparison.expectations.is_empty() || open) {
        return (Decision::Monitor, undecided(comparison));
    }
    if open {
        return (
            Decision::Monitor,
            format!(
                "better beyond chance: {}; but what the fix was meant to do is not yet decided",
                better.join("; ")
            ),
        );
    }
    if let Some(doubt) = doubts.first() {
        return (
            Decision::Monitor,
            format!(
                "{}; so that what is better ({}) does not decide",
                doubt,
                listed_or(&better, "what was expected")
            ),
        );
    }
    let reason = if better.is_empty() {
        "all that was expected of the fix has come about, beyond chance, and nothing is worse"
            .to_owned()
    } else {
        format!(
            "better beyond chance: {}; nothing is worse",
            better.join("; ")
        )
    };
    (Decision::Keep, reason)
}

fn listed_or(found: &[String], otherwise: &str) -> String {
    if found.is_empty() {
        otherwise.to_owned()
    } else {
        found.join("; ")
    }
}

fn better(comparison: &Comparison) -> Vec<String> {
    shortened(deciding(comparison, Direction::Better).collect())
}

/// What is worse and of the agent's making, as far as the kinds of errors tell.
fn worse(comparison: &Comparison) -> Vec<String> {
    let found = comparison.broken.iter().cloned();
    shortened(
        found
            .chain(deciding(comparison, Direction::Worse))
            .collect(),
    )
}

/// What is real in one direction, the metrics first, entries by their ids.
fn deciding(comparison: &Comparison, direction: Direction) -> impl Iterator<Item = String> + '_ {
    let metrics = comparison
        .metrics
        .iter()
        .filter(move |finding| finding.decides && finding.direction == direction)
        .map(|finding| finding.words.to_owned());
    let entries = comparison
        .entries
        .iter()
        .filter(move |entry| entry.decides && entry.direction == direction)
        .filter(move |entry| {
            direction == Direction::Better || comparison.rollback_on.contains(&entry.group)
        })
        .map(|entry| format!("{} {} ({})", entry.state.word(), entry.id, entry.title));
    metrics.chain(entries)
}

/// A few of many.
fn shortened(mut found: Vec<String>) -> Vec<String> {
    const MOST: usize = 4;
    if found.len() > MOST {
        let more = found.len() - MOST;
        found.truncate(MOST);
        found.push(format!("and {more} more"));
    }
    found
}

/// Why nothing is decided, with what it would take.
fn undecided(comparison: &Comparison) -> String {
    let needed = comparison
        .metrics
        .iter()
        .filter(|finding| finding.decides)
        .find_map(|finding| finding.needed.as_ref().map(|needed| (finding, needed)));
    match needed {
        Some((finding, needed)) if needed.per_side > needed.smaller_side => format!(
            "undecided: about {} {} a side are needed to see {} halved; you have {}",
            plexcore::report::number::grouped(needed.per_side),
            finding.unit,
            finding.words,
            plexcore::report::number::grouped(needed.smaller_side),
        ),
        Some((finding, needed)) => format!(
            "undecided: no change beyond chance; with {} {} on the smaller side a halving of {} would most likely have been seen",
            plexcore::report::number::grouped(needed.smaller_side),
            finding.unit,
            finding.words,
        ),
        None => "undecided: nothing went wrong on either side that could have changed".to_owned(),
    }
}
