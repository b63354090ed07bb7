//! A reading becomes the evidence: which errors, grouped by cause, in several agents or in one.
//!
//! Everything is worked out here, once; the forms only write it down. No cause is claimed and no
//! fix proposed: what is grouped is grouped by what the report shows.

use std::collections::BTreeMap;

use plexcore::reading::{Counts, ReadAgent, ReadEntry, Reading};
use plexcore::report::attention;
use plexcore::report::number::percent;
use plexcore::report::understanding::{AgentCount, KindCount};
use plexcore::report::wording::is_failure;
use plexcore::stamp::Stamp;

use crate::causes::{cause_of, companions};
use crate::codebase::{Codebase, Found};
use crate::options::Filter;

/// What is asked for.
pub(crate) struct Request<'a> {
    pub(crate) filter: &'a Filter,
    pub(crate) top: usize,
    pub(crate) now: Stamp,
    pub(crate) codebase: Option<&'a Codebase<'a>>,
}

/// An error as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) entry: ReadEntry,
    /// Its culprit in the codebase, where one was given.
    pub(crate) source: Option<Found>,
    /// Errors that come along with it each time.
    pub(crate) companions: Vec<Shown>,
}

/// Errors of one cause.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// Events of all of them, companions left aside.
    pub(crate) events: u64,
    /// By agent, the most affected first.
    pub(crate) agents: Vec<AgentCount>,
    /// The errors, the most frequent first; never none.
    pub(crate) errors: Vec<Shown>,
}

/// What is not shown because only so many were asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) errors: u64,
    pub(crate) events: u64,
}

/// All that the document says.
#[derive(Debug)]
pub(crate) struct Diagnosis {
    pub(crate) made_by: &'static str,
    pub(crate) generated: String,
    /// The report, its entries moved out of it.
    pub(crate) reading: Reading,
    /// Totals over the agents that are wanted.
    pub(crate) totals: Counts,
    /// Agents that are wanted.
    pub(crate) agents: Vec<ReadAgent>,
    /// What must be known first: the report covers less than was asked.
    pub(crate) attention: Vec<String>,
    /// What the report can't tell.
    pub(crate) gaps: Vec<String>,
    /// What was left aside by `--agent` and `--kind`, in words.
    pub(crate) filtered: Vec<String>,
    /// Filters that nothing passed.
    pub(crate) unmatched: Vec<String>,
    /// Kinds of failure, the most frequent first; `None` where the report has no single errors.
    pub(crate) kinds: Option<Vec<KindCount>>,
    /// Outcomes and noise, by kind.
    pub(crate) apart: Vec<KindCount>,
    /// Failures in all, and distinct ones.
    pub(crate) failures: u64,
    pub(crate) n_distinct: u64,
    /// Events of causes that several agents share, and how many such causes; shown or not.
    pub(crate) shared: (u64, u64),
    /// Errors of one cause in several agents, the most frequent first.
    pub(crate) across: Vec<Group>,
    /// Errors of one agent, by agent, the most affected first.
    pub(crate) single: Vec<(String, Vec<Group>)>,
    /// Failures that are not shown.
    pub(crate) left_out: LeftOut,
    /// The length of a column of the trends in seconds, where there are trends.
    pub(crate) bucket_s: Option<u64>,
    /// The Framework's own noise.
    pub(crate) noise: Vec<ReadEntry>,
}

/// Works out the evidence.
pub(crate) fn of(mut reading: Reading, request: &Request<'_>) -> Diagnosis {
    let entries = wanted_entries(reading.entries.take(), request.filter);
    let kinds = reading
        .kinds
        .take()
        .map(|kinds| wanted_kinds(kinds, request.filter));
    let (failures, noise): (Vec<ReadEntry>, Vec<ReadEntry>) =
        entries.into_iter().partition(ReadEntry::is_failure);
    let n_distinct = failures.len() as u64;
    let (failed, apart): (Vec<KindCount>, Vec<KindCount>) = kinds
        .clone()
        .unwrap_or_default()
        .into_iter()
        .partition(|kind| is_failure(&kind.group));
    let n_failures = failed.iter().map(|kind| kind.events).sum();
    let mut groups = groups(failures, request.codebase);
    let is_shared = |group: &&Group| group.agents.len() > 1;
    let shared = groups
        .iter()
        .filter(is_shared)
        .fold((0, 0), |(events, causes), group| {
            (events + group.events, causes + 1)
        });
    let left_out = leave_out(&mut groups, request.top);
    let (across, single): (Vec<Group>, Vec<Group>) =
        groups.into_iter().partition(|group| group.agents.len() > 1);
    let agents: Vec<ReadAgent> = reading
        .agents
        .iter()
        .filter(|agent| wants_agent(request.filter, &agent.name))
        .cloned()
        .collect();
    Diagnosis {
        made_by: concat!("diagnose_from_report ", env!("CARGO_PKG_VERSION")),
        generated: request.now.to_seconds(),
        totals: totals(&reading, &agents, request.filter),
        attention: reading
            .report
            .as_deref()
            .map(attention::sentences)
            .unwrap_or_default(),
        gaps: gaps(&reading, request.filter),
        filtered: filtered(request.filter),
        unmatched: unmatched(&reading, kinds.as_deref(), &agents, request.filter),
        kinds: kinds.is_some().then(|| with_shares(failed, n_failures)),
        apart,
        failures: n_failures,
        n_distinct,
        shared,
        across,
        single: by_agent(single),
        left_out,
        bucket_s: reading
            .report
            .as_ref()
            .map(|report| report.timeline.bucket_s),
        noise,
        agents,
        reading,
    }
}

fn wants_agent(filter: &Filter, name: &str) -> bool {
    let name = name.to_lowercase();
    filter.agents.is_empty() || filter.agents.iter().any(|part| name.contains(part))
}

fn wants_kind(filter: &Filter, kind: &str, group: &str) -> bool {
    let is_it = |wanted: &String| kind.to_lowercase() == *wanted || group.to_lowercase() == *wanted;
    filter.kinds.is_empty() || filter.kinds.iter().any(is_it)
}

/// Keeps the counts of the agents that are wanted; gives back their sum.
fn keep_agents(counts: &mut Vec<AgentCount>, all: u64, filter: &Filter) -> u64 {
    if filter.agents.is_empty() {
        return all;
    }
    counts.retain(|count| wants_agent(filter, &count.agent));
    counts.iter().map(|count| count.events).sum()
}

fn wanted_entries(entries: Option<Vec<ReadEntry>>, filter: &Filter) -> Vec<ReadEntry> {
    let mut entries = entries.unwrap_or_default();
    entries.retain_mut(|entry| {
        entry.count = keep_agents(&mut entry.agents, entry.count, filter);
        let has_agent = filter.agents.is_empty() || !entry.agents.is_empty();
        has_agent && wants_kind(filter, &entry.kind, &entry.group)
    });
    entries.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
    entries
}

fn wanted_kinds(mut kinds: Vec<KindCount>, filter: &Filter) -> Vec<KindCount> {
    kinds.retain_mut(|kind| {
        kind.events = keep_agents(&mut kind.agents, kind.events, filter);
        kind.events > 0 && wants_kind(filter, &kind.kind, &kind.group)
    });
    kinds.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.kind.cmp(&b.kind)));
    kinds
}

/// Shares of what is shown, not of what the report held.
fn with_shares(mut kinds: Vec<KindCount>, failures: u64) -> Vec<KindCount> {
    for kind in &mut kinds {
        kind.share = percent(kind.events, failures);
    }
    kinds
}

/// The report's own totals; those of the wanted agents where only some are wanted.
fn totals(reading: &Reading, agents: &[ReadAgent], filter: &Filter) -> Counts {
    if filter.agents.is_empty() {
        return reading.totals;
    }
    let mut sums = Counts::default();
    for agent in agents {
        for (sum, (_, count)) in sums.fields_mut().into_iter().zip(agent.counts.fields()) {
            if let Some(count) = count {
                *sum = Some(sum.unwrap_or_default() + count);
            }
        }
    }
    sums
}

/// Entries become groups of one cause, the most frequent first.
fn groups(entries: Vec<ReadEntry>, codebase: Option<&Codebase<'_>>) -> Vec<Group> {
    let leaders = companions(&entries);
    let mut shown: Vec<Option<Shown>> = entries
        .into_iter()
        .map(|entry| {
            Some(Shown {
                source: codebase
                    .zip(entry.culprit.as_ref())
                    .map(|(c, at)| c.find(at)),
                entry,
                companions: Vec::new(),
            })
        })
        .collect();
    for (index, leader) in leaders.iter().enumerate() {
        if let Some(leader) = leader
            && let Some(companion) = shown[index].take()
            && let Some(leader) = &mut shown[*leader]
        {
            leader.companions.push(companion);
        }
    }
    let mut by_cause: BTreeMap<String, Group> = BTreeMap::new();
    for error in shown.into_iter().flatten() {
        let group = by_cause
            .entry(cause_of(&error.entry))
            .or_insert_with(|| Group {
                events: 0,
                agents: Vec::new(),
                errors: Vec::new(),
            });
        group.events += error.entry.count;
        add(&mut group.agents, &error.entry.agents);
        group.errors.push(error);
    }
    let mut groups: Vec<Group> = by_cause.into_values().collect();
    groups.sort_by(|a, b| {
        b.events
            .cmp(&a.events)
            .then_with(|| a.errors[0].entry.id.cmp(&b.errors[0].entry.id))
    });
    groups
}

fn add(sums: &mut Vec<AgentCount>, counts: &[AgentCount]) {
    for count in counts {
        match sums.iter_mut().find(|sum| sum.agent == count.agent) {
            Some(sum) => sum.events += count.events,
            None => sums.push(count.clone()),
        }
    }
    sums.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.agent.cmp(&b.agent)));
}

/// Keeps the first `top` errors, companions counting with theirs.
fn leave_out(groups: &mut Vec<Group>, top: usize) -> LeftOut {
    let mut left_out = LeftOut::default();
    let mut kept = 0;
    for group in groups.iter_mut() {
        let room = top.saturating_sub(kept).min(group.errors.len());
        for error in group.errors.drain(room..) {
            left_out.errors += 1 + error.companions.len() as u64;
            left_out.events += error.entry.count;
        }
        kept += room;
    }
    groups.retain(|group| !group.errors.is_empty());
    left_out
}

fn by_agent(groups: Vec<Group>) -> Vec<(String, Vec<Group>)> {
    let mut agents: Vec<(String, Vec<Group>)> = Vec::new();
    for group in groups {
        let name = group
            .agents
            .first()
            .map(|count| count.agent.clone())
            .unwrap_or_default();
        match agents.iter_mut().find(|(known, _)| *known == name) {
            Some((_, groups)) => groups.push(group),
            None => agents.push((name, vec![group])),
        }
    }
    let weight = |groups: &[Group]| groups.iter().map(|group| group.events).sum::<u64>();
    agents.sort_by(|(a_name, a), (b_name, b)| {
        weight(b).cmp(&weight(a)).then_with(|| a_name.cmp(b_name))
    });
    agents
}

fn gaps(reading: &Reading, filter: &Filter) -> Vec<String> {
    let mut gaps = reading.gaps.clone();
    if !filter.agents.is_empty() {
        gaps.push(
            "first and last times, items and examples of an error are those of all its agents, \
             since the report does not tell them for each"
                .to_owned(),
        );
    }
    gaps
}

fn filtered(filter: &Filter) -> Vec<String> {
    let words = |what: &str, texts: &[String]| {
        (!texts.is_empty()).then(|| format!("only {what} {}", texts.join(", ")))
    };
    [
        words("agents whose name contains", &filter.agents),
        words("errors of the kinds or groups", &filter.kinds),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn unmatched(
    reading: &Reading,
    kinds: Option<&[KindCount]>,
    agents: &[ReadAgent],
    filter: &Filter,
) -> Vec<String> {
    let mut sentences = Vec::new();
    if !filter.agents.is_empty() && agents.is_empty() {
        let names: Vec<&str> = reading
            .agents
            .iter()
            .map(|agent| agent.name.as_str())
            .collect();
        sentences.push(format!(
            "no agent's name contains {}; the report has {}",
            filter.agents.join(" or "),
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        ));
    }
    if !filter.kinds.is_empty() {
        match kinds {
            None => sentences
                .push("this report has no single errors, so --kind leaves nothing".to_owned()),
            Some([]) => sentences.push(format!(
                "the report has no error of kind {}",
                filter.kinds.join(" or ")
            )),
            Some(_) => {}
        }
    }
    sentences
}
