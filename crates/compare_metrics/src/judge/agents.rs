//! Each agent by itself, with Benjamini and Hochberg's correction over all of them.

use std::collections::BTreeMap;

use evidence::multiple::benjamini_hochberg;
use plexcore::reading::Reading;

use super::{Tested, finding, test};
use crate::comparison::AgentFinding;
use crate::measure::source::Source;
use crate::measure::{Measured, Units, measure};

/// An agent's name, its metrics tested, and why there are none.
type OneAgent = (String, Vec<(Measured, Tested)>, Option<&'static str>);

/// Judges the agents that either report names.
pub(crate) fn agents(
    before: (&Reading, Option<f64>),
    after: (&Reading, Option<f64>),
    assumed: f64,
    level: f64,
    confidence: f64,
) -> Vec<AgentFinding> {
    let places = places(before.0, after.0);
    let mut measured: Vec<OneAgent> = Vec::new();
    for (name, sides) in places {
        let [Some(b), Some(a)] = sides else {
            measured.push((name, Vec::new(), absent(sides)));
            continue;
        };
        let (b, a) = (
            Source::of_agent(before.0, b, before.1),
            Source::of_agent(after.0, a, after.1),
        );
        let absent = idle(&b, &a);
        let tested = if absent.is_some() {
            Vec::new()
        } else {
            measure(&b, &a, Units::of(&b, &a).as_ref(), assumed)
                .into_iter()
                .filter(|metric| metric.decides)
                .map(|metric| {
                    let tested = test(&metric, confidence);
                    (metric, tested)
                })
                .collect()
        };
        measured.push((name, tested, absent));
    }
    corrected(measured, level)
}

fn corrected(measured: Vec<OneAgent>, level: f64) -> Vec<AgentFinding> {
    let counts = |metric: &Measured| metric.before.events + metric.after.events > 0;
    let together: Vec<f64> = measured
        .iter()
        .flat_map(|(_, metrics, _)| metrics)
        .filter(|(metric, _)| counts(metric))
        .map(|(_, tested)| tested.p)
        .collect();
    let mut q = benjamini_hochberg(&together).into_iter();
    measured
        .into_iter()
        .map(|(name, metrics, absent)| {
            let (mut findings, mut corrected) = (Vec::new(), Vec::new());
            for (metric, tested) in &metrics {
                let q = if counts(metric) {
                    q.next().unwrap_or(1.0)
                } else {
                    1.0
                };
                findings.push(finding(metric, *tested, q, level));
                corrected.push(q);
            }
            AgentFinding {
                name,
                metrics: findings,
                q: corrected,
                absent,
            }
        })
        .collect()
}

/// Where each agent stands in either report. The scripts' reports may have it in capitals.
fn places(before: &Reading, after: &Reading) -> Vec<(String, [Option<usize>; 2])> {
    let mut places: BTreeMap<String, (String, [Option<usize>; 2])> = BTreeMap::new();
    for (side, reading) in [before, after].into_iter().enumerate() {
        for (at, agent) in reading.agents.iter().enumerate() {
            let place = places
                .entry(agent.name.to_lowercase())
                .or_insert_with(|| (agent.name.clone(), [None, None]));
            place.1[side] = Some(at);
        }
    }
    places.into_values().collect()
}

fn absent(sides: [Option<usize>; 2]) -> Option<&'static str> {
    match sides {
        [Some(_), Some(_)] => None,
        [Some(_), None] => Some("not in the report after"),
        _ => Some("not in the report before"),
    }
}

fn idle(before: &Source<'_>, after: &Source<'_>) -> Option<&'static str> {
    let work = |source: &Source<'_>| match source.sessions {
        Some(_) => Some(source.work()),
        None => source.searches(),
    };
    match (work(before), work(after)) {
        (Some(0), Some(0)) => Some("did nothing in either report"),
        (Some(0), _) => Some("did nothing before"),
        (_, Some(0)) => Some("did nothing after"),
        _ => None,
    }
}
