//! What the fix was meant to do, point by point, and whether it did.
//!
//! The file is a list of points, or an object with the list under `expect`. A point names one thing
//! (`entry`, `kind` or `metric`, perhaps of one `agent`) and says what it should come to: `at_most`
//! a count, or `reduce_by` a percentage of its rate.

use std::path::Path;

use plexcore::Error;
use plexcore::cli::Failure;
use plexcore::report::number::grouped;
use serde::Deserialize;

use crate::comparison::{Amount, EntryFinding, Method, MetricFinding};
use crate::judge::{test_rate, test_share};
use crate::measure::Weighed;

/// One thing that the fix was meant to do.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expectation {
    /// An error's id, or the beginning of it.
    entry: Option<String>,
    /// A kind of error: `http-403`.
    kind: Option<String>,
    /// One of the comparison's metrics: `url_errors`.
    metric: Option<String>,
    /// Of one agent only.
    agent: Option<String>,
    at_most: Option<u64>,
    reduce_by: Option<Percent>,
}

/// `"50%"`, `"50"` or `50`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Percent(f64);

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Text(String),
        }
        let percent = match Written::deserialize(input) {
            Ok(Written::Number(number)) => Some(number),
            Ok(Written::Text(text)) => text.trim().trim_end_matches('%').trim().parse().ok(),
            Err(_) => None,
        };
        percent
            .filter(|percent| *percent > 0.0 && *percent <= 100.0)
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expected a percentage such as \"50%\""))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Points(Vec<serde_json::Value>),
    Named { expect: Vec<serde_json::Value> },
    One(serde_json::Value),
}

/// A point, checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    /// What was expected, in words.
    pub(crate) expected: String,
    /// What is found, in words.
    pub(crate) found: String,
    /// Whether it has come about; `None` if chance may be behind it.
    pub(crate) is_met: Option<bool>,
}

/// Reads the file.
pub(crate) fn read(path: &Path) -> Result<Vec<Expectation>, Failure> {
    let bytes = std::fs::read(path).map_err(Error::read(path))?;
    let data = |found: String| {
        Failure::from(Error::Data {
            path: path.to_owned(),
            found,
        })
    };
    let written: Written = match serde_json::from_slice::<serde_json::Value>(&bytes) {
        Ok(value) => serde_json::from_value(value).map_err(|error| data(error.to_string()))?,
        Err(error) => {
            return Err(data(format!(
                "expected JSON, found something else: {error}"
            )));
        }
    };
    let points = match written {
        Written::Points(points) | Written::Named { expect: points } => points,
        Written::One(point) => vec![point],
    };
    if points.is_empty() {
        return Err(data("expected at least one point, found none".to_owned()));
    }
    let mut expectations = Vec::new();
    for (at, point) in points.into_iter().enumerate() {
        let expectation: Expectation = serde_json::from_value(point)
            .map_err(|error| data(format!("point {}: {error}", at + 1)))?;
        expectation
            .check()
            .map_err(|found| data(format!("point {}: {found}", at + 1)))?;
        expectations.push(expectation);
    }
    Ok(expectations)
}

impl Expectation {
    fn check(&self) -> Result<(), String> {
        let named = [&self.entry, &self.kind, &self.metric]
            .iter()
            .filter(|name| name.is_some())
            .count();
        if named != 1 {
            return Err(format!(
                "expected one of entry, kind and metric, found {named}"
            ));
        }
        match (self.at_most, self.reduce_by) {
            (Some(_), None) | (None, Some(_)) => {}
            (None, None) => return Err("expected at_most or reduce_by, found neither".to_owned()),
            _ => return Err("expected at_most or reduce_by, found both".to_owned()),
        }
        if self.agent.is_some() && self.metric.is_some() {
            return Err("expected agent beside entry or kind, found it beside metric".to_owned());
        }
        Ok(())
    }

    /// In words: `http-403 at most 0`.
    fn words(&self) -> String {
        let what = self
            .entry
            .as_ref()
            .or(self.kind.as_ref())
            .or(self.metric.as_ref());
        let of = self
            .agent
            .as_ref()
            .map(|agent| format!(" of {agent}"))
            .unwrap_or_default();
        let goal = match (self.at_most, self.reduce_by) {
            (Some(most), _) => format!("at most {}", grouped(most)),
            (_, Some(Percent(percent))) => format!("reduced by {percent}%"),
            _ => String::new(),
        };
        format!(
            "{}{of}: {goal}",
            what.map(String::as_str).unwrap_or_default()
        )
    }
}

/// Counts on both sides that a point is about, and how to test them.
struct Subject {
    before: Amount,
    after: Amount,
    design_effect: f64,
    method: Method,
}

/// Checks every point. A point that names what neither report has is a mistake in the file.
pub(crate) fn check(
    expectations: &[Expectation],
    path: &Path,
    metrics: &[MetricFinding],
    entries: Option<&[EntryFinding]>,
    level: f64,
) -> Result<Vec<Point>, Failure> {
    let subject = |(at, expectation): (usize, &Expectation)| {
        let subject = find(expectation, metrics, entries).map_err(|found| {
            Failure::from(Error::Data {
                path: path.to_owned(),
                found: format!("point {}: {found}", at + 1),
            })
        })?;
        Ok(point(expectation, &subject, level))
    };
    expectations.iter().enumerate().map(subject).collect()
}

fn find(
    expectation: &Expectation,
    metrics: &[MetricFinding],
    entries: Option<&[EntryFinding]>,
) -> Result<Subject, String> {
    if let Some(name) = &expectation.metric {
        let keys: Vec<&str> = metrics.iter().map(|metric| metric.key).collect();
        let metric = metrics
            .iter()
            .find(|metric| metric.key == name)
            .ok_or_else(|| format!("expected a metric of {}, found {name:?}", keys.join(", ")))?;
        return Ok(Subject {
            before: metric.before,
            after: metric.after,
            design_effect: metric.design_effect,
            method: metric.method,
        });
    }
    let entries = entries.ok_or("expected reports with single errors, found totals only")?;
    let is_it = |entry: &&EntryFinding| {
        let by_id = expectation.entry.as_ref().is_some_and(|id| {
            entry.id.eq_ignore_ascii_case(id)
                || (id.len() >= 4
                    && entry
                        .id
                        .to_ascii_lowercase()
                        .starts_with(&id.to_ascii_lowercase()))
        });
        let by_kind = expectation
            .kind
            .as_ref()
            .is_some_and(|kind| entry.kind == *kind);
        let of_agent = expectation.agent.as_ref().is_none_or(|agent| {
            entry
                .agents
                .iter()
                .any(|name| name.eq_ignore_ascii_case(agent))
        });
        (by_id || by_kind) && of_agent
    };
    let found: Vec<&EntryFinding> = entries.iter().filter(is_it).collect();
    let name = expectation.entry.as_ref().or(expectation.kind.as_ref());
    let name = name.map(String::as_str).unwrap_or_default();
    match (found.as_slice(), &expectation.entry) {
        ([], _) => Err(format!(
            "expected an error of one of the reports, found {name:?}, which neither has"
        )),
        ([_, _, ..], Some(_)) => Err(format!(
            "expected one error, found {name:?}, with which {} begin",
            found.len()
        )),
        _ => Ok(sum(&found)),
    }
}

/// Several entries as one: their events add up, the exposure is the widest, the data is worth what
/// the least worthy of them is.
fn sum(entries: &[&EntryFinding]) -> Subject {
    let add = |of: fn(&EntryFinding) -> Amount| Amount {
        events: entries.iter().map(|entry| of(entry).events).sum(),
        exposure: entries
            .iter()
            .map(|entry| of(entry).exposure)
            .fold(0.0, f64::max),
    };
    Subject {
        before: add(|entry| entry.before),
        after: add(|entry| entry.after),
        design_effect: entries
            .iter()
            .map(|entry| entry.design_effect)
            .fold(1.0, f64::max),
        method: Method::Rate,
    }
}

fn point(expectation: &Expectation, subject: &Subject, level: f64) -> Point {
    let (before, after) = (subject.before, subject.after);
    let worth = Weighed::Assumed(subject.design_effect);
    let can_tell = before.exposure > 0.0 && after.exposure > 0.0;
    let tested = match subject.method {
        Method::Rate => test_rate(before, after, worth, 1.0 - level),
        _ => test_share(before, after, worth, 1.0 - level),
    };
    let is_real_fall = can_tell && after.rate() < before.rate() && tested.p <= level;
    let is_met = match (expectation.at_most, expectation.reduce_by) {
        (Some(most), _) if after.events > most => Some(false),
        (Some(_), _) => is_real_fall.then_some(true),
        (_, Some(Percent(percent))) => {
            let goal = 1.0 - percent / 100.0;
            let reached = after.rate() <= before.rate() * goal;
            if reached {
                is_real_fall.then_some(true)
            } else {
                misses(subject, goal, level).then_some(false)
            }
        }
        _ => None,
    };
    let unseen = if can_tell {
        ""
    } else {
        "; the agents did nothing on a side"
    };
    Point {
        expected: expectation.words(),
        found: format!(
            "{} in {} before, {} in {} after{unseen}",
            grouped(before.events),
            exposure(before.exposure),
            grouped(after.events),
            exposure(after.exposure)
        ),
        is_met,
    }
}

/// Whether the goal is missed beyond chance: the ratio of the rates lies above it.
fn misses(subject: &Subject, goal: f64, level: f64) -> bool {
    let worth = Weighed::Assumed(subject.design_effect);
    test_rate(subject.before, subject.after, worth, 1.0 - level)
        .interval
        .low
        > goal
}

fn exposure(amount: f64) -> String {
    format!("{amount:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(events: u64, exposure: f64) -> Amount {
        Amount { events, exposure }
    }

    fn met(text: &str, before: u64, after: u64) -> Option<bool> {
        let expectation: Expectation = serde_json::from_str(text).unwrap();
        expectation.check().unwrap();
        let subject = Subject {
            before: amount(before, 200.0),
            after: amount(after, 200.0),
            design_effect: 1.0,
            method: Method::Rate,
        };
        point(&expectation, &subject, 0.05).is_met
    }

    #[test]
    fn a_goal_is_met_only_beyond_chance() {
        let gone = r#"{"entry": "E-3f2a9c01", "at_most": 0}"#;
        assert_eq!(met(gone, 40, 0), Some(true));
        assert_eq!(
            met(gone, 2, 0),
            None,
            "two that do not come again may be chance"
        );
        assert_eq!(met(gone, 40, 1), Some(false));
        let halved = r#"{"kind": "http-403", "reduce_by": "50%"}"#;
        assert_eq!(met(halved, 60, 20), Some(true));
        assert_eq!(met(halved, 6, 3), None);
        assert_eq!(met(halved, 60, 58), Some(false));
    }

    #[test]
    fn a_point_says_one_thing_about_one_thing() {
        for text in [
            r#"{"at_most": 0}"#,
            r#"{"entry": "E-1", "kind": "x", "at_most": 0}"#,
            r#"{"kind": "x"}"#,
            r#"{"kind": "x", "at_most": 0, "reduce_by": "5%"}"#,
            r#"{"metric": "url_errors", "agent": "Alder", "at_most": 0}"#,
        ] {
            let expectation: Expectation = serde_json::from_str(text).unwrap();
            assert!(expectation.check().is_err(), "{text}");
        }
        for text in [
            r#"{"kind": "x", "reduce_by": "many"}"#,
            r#"{"kind": "x", "reduce_by": 120}"#,
            r#"{"kid": "x"}"#,
        ] {
            assert!(serde_json::from_str::<Expectation>(text).is_err(), "{text}");
        }
    }
}
