//! What a person must know before reading on: the report covers less than was asked.
//!
//! Names in these sentences stand as they are; each format escapes them in its own way.

use super::model::Report;
use super::number::{counted, grouped};

/// One sentence for each thing that is missing; none if nothing is.
pub fn sentences(report: &Report) -> Vec<String> {
    let coverage = &report.coverage;
    let in_window = coverage.whole.counts.records_in_window;
    let mut found = Vec::new();
    if coverage.agents == 0 {
        found.push("no agent logs were found; check --log-dir and --agent.".to_owned());
        if coverage.left_out > 0 {
            found.push(format!(
                "{} left out by the options; --all-plugins reads every plug-in's.",
                counted(coverage.left_out, "log was", "logs were")
            ));
        }
    } else if in_window == 0 {
        let newest = coverage.whole.last.as_deref().unwrap_or("none");
        found.push(format!(
            "no record lies in the window; the newest is of {newest}. --hours all reads everything."
        ));
    }
    let n_short = coverage.short_agents.len() as u64;
    if n_short > 0 && in_window > 0 {
        found.push(format!(
            "{} of {} begin later than the window, so older entries are missing: {}",
            grouped(n_short),
            counted(coverage.agents, "agent's log", "agents' logs"),
            coverage.short_agents.join(", ")
        ));
    }
    if !coverage.unreadable.is_empty() {
        found.push(format!(
            "{} could not be read, or not to the end; COVERAGE names them.",
            counted(coverage.unreadable.len() as u64, "file", "files")
        ));
    }
    found
}
