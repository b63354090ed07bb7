//! What is remarkable in a report by arithmetic alone. No cause, no advice.

use crate::report::model::Report;
use crate::report::number::{counted, grouped};
use crate::report::understanding::{Finding, KindCount};

/// Kinds named as the largest.
const LARGEST: usize = 3;
/// An agent that leaves at least this share of its sessions unfinished is named, in percent.
const UNFINISHED_PERCENT: u64 = 20;
/// Fewer sessions than this say nothing about an agent.
const LEAST_SESSIONS: u64 = 5;

pub(super) fn findings(report: &Report) -> Vec<Finding> {
    let mut findings = Vec::new();
    largest_kinds(report, &mut findings);
    new_entries(report, &mut findings);
    over(report, &mut findings);
    unfinished(report, &mut findings);
    short_coverage(report, &mut findings);
    findings
}

fn is_failure(group: &str) -> bool {
    !matches!(group, "noise" | "outcome")
}

fn ids_of(report: &Report, kind: &KindCount) -> Vec<String> {
    report
        .catalogue
        .iter()
        .filter(|entry| entry.kind == kind.kind)
        .map(|entry| entry.id.clone())
        .collect()
}

fn largest_kinds(report: &Report, findings: &mut Vec<Finding>) {
    for kind in report
        .kinds
        .iter()
        .filter(|kind| is_failure(&kind.group))
        .take(LARGEST)
    {
        let share = kind.share.as_deref().unwrap_or("none");
        let agents = counted(kind.agents.len() as u64, "agent", "agents");
        findings.push(Finding {
            about: "largest-kind".to_owned(),
            text: format!(
                "{}: {} of all failures ({}), in {agents}",
                kind.title,
                share,
                counted(kind.events, "event", "events")
            ),
            entries: ids_of(report, kind),
        });
    }
}

fn new_entries(report: &Report, findings: &mut Vec<Finding>) {
    let new: Vec<String> = report
        .catalogue
        .iter()
        .filter(|entry| entry.is_new == Some(true) && is_failure(&entry.group))
        .map(|entry| entry.id.clone())
        .collect();
    if !new.is_empty() {
        let errors = counted(new.len() as u64, "error is", "errors are");
        findings.push(Finding {
            about: "new".to_owned(),
            text: format!("{errors} not in the earlier report"),
            entries: new,
        });
    }
}

/// Errors that had stopped: seen only in the first half of the window, while work went on.
fn over(report: &Report, findings: &mut Vec<Finding>) {
    let half = report.timeline.buckets.len() / 2;
    let worked_later = report
        .timeline
        .buckets
        .iter()
        .skip(half)
        .any(|bucket| bucket.searches + bucket.updates > 0);
    if half == 0 || !worked_later {
        return;
    }
    for entry in report
        .catalogue
        .iter()
        .filter(|entry| is_failure(&entry.group) && entry.count >= LEAST_SESSIONS)
    {
        if entry.trend.iter().skip(half).all(|events| *events == 0) {
            findings.push(Finding {
                about: "over".to_owned(),
                text: format!(
                    "{} {}: {}, the last at {}, none in the second half of the window",
                    entry.id,
                    entry.title,
                    counted(entry.count, "event", "events"),
                    entry.last
                ),
                entries: vec![entry.id.clone()],
            });
        }
    }
}

fn unfinished(report: &Report, findings: &mut Vec<Finding>) {
    for agent in &report.agents {
        let (searches, updates) = (&agent.outcomes.searches, &agent.outcomes.updates);
        let (open, total) = (
            searches.unfinished + updates.unfinished,
            searches.total + updates.total,
        );
        if total >= LEAST_SESSIONS && open * 100 >= total * UNFINISHED_PERCENT {
            let sessions = counted(total, "search or update", "searches and updates");
            findings.push(Finding {
                about: "never-finishes".to_owned(),
                text: format!(
                    "{}: {} of {sessions} never finished",
                    agent.name,
                    grouped(open)
                ),
                entries: Vec::new(),
            });
        }
    }
}

fn short_coverage(report: &Report, findings: &mut Vec<Finding>) {
    for agent in report
        .agents
        .iter()
        .filter(|agent| agent.coverage.falls_short)
    {
        let begins = agent.coverage.first.as_deref().unwrap_or("never");
        findings.push(Finding {
            about: "short-coverage".to_owned(),
            text: format!(
                "{}: the log begins {begins}, later than the window",
                agent.name
            ),
            entries: Vec::new(),
        });
    }
}
