//! The sentences at the top of the document: what the numbers say, and nothing more.

use std::collections::BTreeSet;

use plexcore::report::number::{counted, percent};
use plexcore::report::understanding::{AgentCount, KindCount};
use plexcore::report::wording::{group_words, to_second};

use crate::diagnosis::{Diagnosis, Group, Shown};
use crate::notes::plain_id;
use crate::wording::{headline, searches};

/// How many are named in a sentence.
const NAMED: usize = 3;

/// What a person reads first.
pub(crate) fn sentences(diagnosis: &Diagnosis) -> Vec<String> {
    let mut found = Vec::new();
    let Some(kinds) = &diagnosis.kinds else {
        found.push(
            "this report has totals and no single errors, so what follows are its totals, by \
             type and by agent"
                .to_owned(),
        );
        return found;
    };
    if diagnosis.failures == 0 {
        found.push("no failure in what is shown here".to_owned());
        return found;
    }
    // How searches ended is told for all agents together.
    if diagnosis.filtered.is_empty() {
        found.extend(searches(&diagnosis.reading));
    }
    found.push(format!(
        "{} that are {}, of {}, in {}",
        counted(diagnosis.failures, "failure", "failures"),
        counted(diagnosis.n_distinct, "distinct error", "distinct errors"),
        counted(kinds.len() as u64, "kind", "kinds"),
        counted(affected(diagnosis).len() as u64, "agent", "agents")
    ));
    let largest: Vec<String> = kinds
        .iter()
        .take(NAMED)
        .map(|kind| {
            format!(
                "{} ({}, {})",
                kind.title,
                kind.share.as_deref().unwrap_or("-"),
                group_words(&kind.group)
            )
        })
        .collect();
    found.push(format!("the most frequent kinds: {}", largest.join("; ")));
    if let Some(top) = groups(diagnosis).max_by_key(|group| group.events) {
        let first = &top.errors[0];
        found.push(format!(
            "the most frequent cause: {} ({}), {} of all failures",
            headline(&first.entry),
            first.entry.id,
            percent(top.events, diagnosis.failures).unwrap_or_default()
        ));
    }
    let (events, causes) = diagnosis.shared;
    found.push(format!(
        "{} of the failures have a cause that several agents share ({})",
        percent(events, diagnosis.failures).unwrap_or_default(),
        counted(causes, "cause", "causes")
    ));
    found.extend(times(diagnosis));
    found.extend(new_ones(diagnosis));
    found
}

/// Agents with at least one failure, the most affected first.
pub(crate) fn affected(diagnosis: &Diagnosis) -> Vec<AgentCount> {
    let mut sums: Vec<AgentCount> = Vec::new();
    for count in diagnosis
        .kinds
        .iter()
        .flatten()
        .flat_map(|kind| &kind.agents)
    {
        match sums.iter_mut().find(|sum| sum.agent == count.agent) {
            Some(sum) => sum.events += count.events,
            None => sums.push(count.clone()),
        }
    }
    sums.retain(|sum| sum.events > 0);
    sums.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.agent.cmp(&b.agent)));
    sums
}

/// Every group that is shown.
pub(crate) fn groups(diagnosis: &Diagnosis) -> impl Iterator<Item = &Group> {
    diagnosis
        .across
        .iter()
        .chain(diagnosis.single.iter().flat_map(|(_, groups)| groups))
}

/// Every error that is shown, companions after theirs.
pub(crate) fn errors(diagnosis: &Diagnosis) -> impl Iterator<Item = &Shown> {
    groups(diagnosis)
        .flat_map(|group| &group.errors)
        .flat_map(|error| std::iter::once(error).chain(&error.companions))
}

fn times(diagnosis: &Diagnosis) -> Option<String> {
    let first = errors(diagnosis)
        .filter_map(|error| error.entry.first.as_deref())
        .min()?;
    let last = errors(diagnosis)
        .filter_map(|error| error.entry.last.as_deref())
        .max()?;
    Some(format!(
        "first seen {}, last seen {}",
        to_second(first),
        to_second(last)
    ))
}

fn new_ones(diagnosis: &Diagnosis) -> Option<String> {
    let is_compared = errors(diagnosis).any(|error| error.entry.is_new.is_some());
    let n_new = errors(diagnosis)
        .filter(|error| error.entry.is_new == Some(true))
        .count() as u64;
    (is_compared || n_new > 0).then(|| {
        format!(
            "{} not in the earlier report that this one was compared with",
            counted(n_new, "error is", "errors are")
        )
    })
}

/// The ids that have a place for notes, as notes know them.
pub(crate) fn shown_ids(diagnosis: &Diagnosis) -> BTreeSet<String> {
    errors(diagnosis)
        .map(|error| &error.entry)
        .chain(&diagnosis.noise)
        .map(|entry| plain_id(&entry.id))
        .collect()
}

/// The kinds that have a column of their own among the agents, and whether others share the last.
pub(crate) fn columns(diagnosis: &Diagnosis) -> (&[KindCount], bool) {
    const MOST: usize = 7;
    let kinds = diagnosis.kinds.as_deref().unwrap_or_default();
    // One kind in a column called "others" would be better off under its own name.
    if kinds.len() <= MOST + 1 {
        (kinds, false)
    } else {
        (&kinds[..MOST], true)
    }
}

/// How many of an agent's failures are of a kind.
pub(crate) fn of_agent(kind: &KindCount, agent: &str) -> u64 {
    kind.agents
        .iter()
        .find(|count| count.agent == agent)
        .map_or(0, |count| count.events)
}
