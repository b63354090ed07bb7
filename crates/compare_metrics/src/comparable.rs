//! What of two reports can be compared: what forbids it, what a person must know, what is in doubt.

use plexcore::Error;
use plexcore::cli::Failure;
use plexcore::reading::{Generation, Reading};
use plexcore::report::number::{counted, grouped};

use crate::comparison::{AgentFinding, Direction, EntryFinding};
use crate::input::{Side, hours_between, span};
use crate::measure::{Selection, Units};
use crate::options::{Rule, Thresholds};

/// Windows that differ by more than this part of the longer one are said to differ.
const SAME_LENGTH: f64 = 0.1;
/// A choice of titles as uneven as this is hardly chance.
const SELECTED: f64 = 0.01;
/// Work that an agent should have had, had nothing changed, for its silence to mean something.
const LEAST_EXPECTED: f64 = 10.0;

/// Refuses what cannot be compared at all.
pub(crate) fn check(side: &Side, rule: Rule) -> Result<(), Failure> {
    let reading = &side.reading;
    if reading.totals.is_empty() || (!side.has_error_totals() && reading.report.is_none()) {
        return Err(nothing(
            reading,
            "expected totals of searches and errors, found none",
        ));
    }
    if rule == Rule::Script {
        return Ok(());
    }
    let source = side.source();
    match source.searches() {
        Some(0) if source.work() == 0 => Err(nothing(
            reading,
            "expected searches, found none: there is nothing to compare",
        )),
        None if side.hours.is_none() => Err(nothing(
            reading,
            "expected searches or the length of its window, found neither: there is no rate to compare",
        )),
        _ => Ok(()),
    }
}

fn nothing(reading: &Reading, found: &str) -> Failure {
    let failure = Failure::from(Error::Data {
        path: reading.path.clone(),
        found: format!("{found} in this {}", reading.generation.words()),
    });
    failure
        .hint("aggregate_plex_logs --format json makes a report that holds all there is to compare")
}

/// Why no verdict is possible, whatever the numbers say.
pub(crate) fn stops(
    before: &Side,
    after: &Side,
    units: Option<&Units<'_>>,
    thresholds: &Thresholds,
) -> Vec<String> {
    let mut stops = Vec::new();
    if same_report(&before.reading, &after.reading) {
        stops.push("both reports are the same one, so nothing can have changed".to_owned());
    }
    if counts_events(before.reading.generation) != counts_events(after.reading.generation) {
        stops.push(
            "one report counts events and the other lines of the log, so their totals cannot be compared; \
             make both with aggregate_plex_logs"
                .to_owned(),
        );
    }
    let searches = [before, after].map(|side| {
        let source = side.source();
        source.searches().unwrap_or(0).max(source.work())
    });
    let known = before.source().searches().is_some() && after.source().searches().is_some();
    if !known {
        stops.push("searches are unknown in a report, and errors by the hour tell of traffic as much as of the fix".to_owned());
    } else if searches.into_iter().min() < Some(thresholds.min_searches) {
        stops.push(format!(
            "too little data: {} before and {} after, at least {} are needed on each side",
            counted(searches[0], "search", "searches"),
            grouped(searches[1]),
            grouped(thresholds.min_searches)
        ));
    }
    stops.extend(units.and_then(selection));
    stops
}

fn same_report(before: &Reading, after: &Reading) -> bool {
    before.generated.is_some()
        && before.generated == after.generated
        && before.totals == after.totals
        && before.entries == after.entries
        && before.agents == after.agents
        && before.report == after.report
}

fn counts_events(generation: Generation) -> bool {
    matches!(generation, Generation::Json | Generation::Text)
}

/// What a person must know before believing the numbers.
pub(crate) fn notes(before: &Side, after: &Side, agents: &[AgentFinding]) -> Vec<String> {
    let mut notes = Vec::new();
    let (b, a) = (&before.reading, &after.reading);
    if b.generation != a.generation {
        notes.push(format!(
            "the reports are of two forms: before, a {}; after, a {}",
            b.generation.words(),
            a.generation.words()
        ));
    }
    if let (Some(hours_b), Some(hours_a)) = (before.hours, after.hours)
        && (hours_b - hours_a).abs() > SAME_LENGTH * hours_b.max(hours_a)
    {
        notes.push(format!(
            "the windows differ: {hours_b:.1} hours before, {hours_a:.1} hours after; rates are compared, not counts"
        ));
    }
    if let (Some((first_b, last_b)), Some((first_a, last_a))) = (span(b), span(a)) {
        if first_a < last_b && first_b < last_a {
            let (from, to) = (first_a.max(first_b), last_a.min(last_b));
            notes.push(format!(
                "the reports overlap from {} to {}, {:.1} of the {:.1} hours of the report after: what happened \
                 then is in both, so that a change looks smaller than it is; --since of aggregate_plex_logs \
                 makes a report that begins with the fix",
                from.to_seconds(),
                to.to_seconds(),
                hours_between(from, to),
                hours_between(first_a, last_a)
            ));
        } else if last_a < first_b {
            notes.push(
                "the report after ends before the one before begins; are they the right way round?"
                    .to_owned(),
            );
        }
    }
    if let (Some(redacted_b), Some(redacted_a)) = (before.redaction, after.redaction)
        && redacted_b != redacted_a
    {
        notes.push(format!(
            "the reports are redacted differently: before, {}; after, {}; errors and titles are found again by \
             their ids, but examples that look different may be the same",
            redacted_b.words(),
            redacted_a.words()
        ));
    }
    for (side, when) in [(b, "before"), (a, "after")] {
        if let Some(report) = &side.report {
            let coverage = &report.coverage;
            if !coverage.short_agents.is_empty() {
                notes.push(format!(
                    "{when}, the logs of {} begin later than the window that was asked for",
                    coverage.short_agents.join(", ")
                ));
            }
            if !coverage.unreadable.is_empty() {
                notes.push(format!(
                    "{when}, {} could not be read in full",
                    counted(coverage.unreadable.len() as u64, "log", "logs")
                ));
            }
        }
        notes.extend(side.gaps.iter().map(|gap| format!("{when}: {gap}")));
    }
    for agent in agents {
        if let Some(absent) = agent.absent {
            notes.push(format!("{} {absent}", agent.name));
        }
    }
    notes
}

/// Why what is better does not decide.
pub(crate) fn doubts(
    before: &Side,
    after: &Side,
    entries: &[EntryFinding],
    agents: &[AgentFinding],
    thresholds: &Thresholds,
) -> Vec<String> {
    let mut doubts = Vec::new();
    for agent in agents {
        for metric in agent
            .metrics
            .iter()
            .filter(|metric| metric.direction == Direction::Worse)
        {
            doubts.push(format!(
                "{} is worse beyond chance in {}",
                agent.name, metric.words
            ));
        }
    }
    for entry in entries {
        let asks_for_rollback = thresholds.rollback_on.contains(&entry.group);
        if entry.decides && entry.direction == Direction::Worse && !asks_for_rollback {
            doubts.push(format!(
                "{} {} ({}) is real, though it may not be of the agent's making",
                entry.state.word(),
                entry.id,
                entry.title
            ));
        }
    }
    doubts.extend(silent(before, after).into_iter().map(|(name, work)| {
        format!(
            "{name} did nothing after, and had {} before",
            counted(work, "search or update", "searches and updates")
        )
    }));
    if let (Some((first_b, _)), Some((_, last_a))) = (span(&before.reading), span(&after.reading))
        && last_a < first_b
    {
        doubts.push("the report after is the older one".to_owned());
    }
    doubts
}

/// Agents that did nothing after although they should have, with their work before.
fn silent(before: &Side, after: &Side) -> Vec<(String, u64)> {
    let (Some(b), Some(a)) = (&before.reading.report, &after.reading.report) else {
        return Vec::new();
    };
    let growth = after.source().work() as f64 / before.source().work().max(1) as f64;
    a.agents
        .iter()
        .filter(|agent| agent.outcomes.searches.total + agent.outcomes.updates.total == 0)
        .filter_map(|agent| {
            let was = b.agents.iter().find(|was| was.name == agent.name)?;
            let work = was.outcomes.searches.total + was.outcomes.updates.total;
            (work as f64 * growth >= LEAST_EXPECTED).then(|| (agent.name.clone(), work))
        })
        .collect()
}

/// Agents that stopped working and have a new error of their own: worse, however few the events.
pub(crate) fn broken(
    before: &Side,
    after: &Side,
    entries: &[EntryFinding],
    thresholds: &Thresholds,
) -> Vec<String> {
    let is_new_defect = |entry: &&EntryFinding| {
        entry.before.events == 0
            && entry.after.events > 0
            && thresholds.rollback_on.contains(&entry.group)
    };
    silent(before, after)
        .into_iter()
        .filter_map(|(name, _)| {
            let entry = entries
                .iter()
                .filter(is_new_defect)
                .find(|entry| entry.agents.contains(&name))?;
            Some(format!(
                "{name} no longer works, with the new error {} ({})",
                entry.id, entry.title
            ))
        })
        .collect()
}

/// Titles that failed and are searched again succeed more often by chance alone, and have more
/// errors than all titles had: neither rate can be compared.
fn selection(units: &Units<'_>) -> Option<String> {
    let Selection {
        again,
        not_again,
        p,
    } = units.selection()?;
    (p < SELECTED).then(|| {
        format!(
            "the titles searched again are mostly those that had failed ({} of {}; of the others {} of {}), \
             so that the rates are of other titles; search some of the others as well",
            grouped(again.0),
            grouped(again.1),
            grouped(not_again.0),
            grouped(not_again.1)
        )
    })
}
