//! Tallies become the report: ordered, named, cut to size and rid of secrets.
//!
//! Everything that came from a log passes the redactor here, so that no format can forget to.

mod agents;
mod catalogue;
mod findings;
mod outcomes;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use super::model::{
    AgentReport, AskedWindow, CoverageReport, Report, SCHEMA, Summary, TotalCoverage,
    UnreadableFile,
};
use crate::log::event::RecordPlace;
use crate::log::excerpt::Excerpt;
use crate::log::server::Trigger;
use crate::metrics::coverage::Coverage;
use crate::metrics::deliveries::DeliveryTally;
use crate::metrics::patterns::PatternGroup;
use crate::metrics::plugin_tally::PluginTally;
use crate::metrics::totals::Totals;
use crate::redact::Redactor;
use crate::stamp::{Stamp, Window};

/// What one plug-in's logs gave.
#[derive(Debug, Clone, Copy)]
pub struct PluginFindings<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its counts.
    pub tally: &'a PluginTally,
    /// Its largest groups of lines, with the first line of each.
    pub patterns: &'a [(PatternGroup, String)],
    /// The first events of its errors by their place: file name and excerpt.
    pub examples: &'a BTreeMap<RecordPlace, (String, Excerpt)>,
}

/// What a run found, before it is put in order.
#[derive(Debug)]
pub struct Findings<'a> {
    /// Program and version.
    pub made_by: &'a str,
    /// The "now" of the run.
    pub now: Stamp,
    /// The window.
    pub window: Window,
    /// The window in words.
    pub asked: &'a str,
    /// By name.
    pub plugins: Vec<PluginFindings<'a>>,
    /// What set the agents to work, from the server's own log, in order of time.
    pub triggers: &'a [Trigger],
    /// What the server was told of updates in the window, where the system plug-in's log was read.
    pub delivered: Option<DeliveryTally>,
    /// Files that could not be read, with the reason.
    pub unreadable: Vec<(String, String)>,
    /// Logs that were there and not asked for.
    pub left_out: u64,
    /// Ids of the catalogue of an earlier report, where one was named.
    pub known: Option<&'a BTreeSet<String>>,
    /// What takes secrets out.
    pub redactor: &'a Redactor,
}

/// Makes the report.
pub fn report(findings: &Findings<'_>) -> Report {
    let window = &findings.window;
    let agents: Vec<AgentReport> = findings
        .plugins
        .iter()
        .map(|plugin| agents::agent(plugin, findings))
        .collect();
    let mut totals = Totals::default();
    let mut whole = Coverage::default();
    for plugin in &findings.plugins {
        totals.merge(&plugin.tally.totals);
        whole.merge(&plugin.tally.coverage);
    }
    let timeline = timeline::timeline(findings);
    let catalogue = catalogue::catalogue(findings, &timeline);
    let mut report = Report {
        schema: SCHEMA,
        made_by: findings.made_by.to_owned(),
        generated: findings.now.to_seconds(),
        window: AskedWindow::new(findings.asked.to_owned(), window),
        coverage: coverage(findings, whole, &agents),
        summary: Summary::from(totals),
        outcomes: outcomes::all(findings),
        kinds: catalogue::kinds(findings),
        catalogue,
        timeline: timeline.into_report(),
        findings: Vec::new(),
        agents,
    };
    report.findings = findings::findings(&report);
    report
}

fn coverage(findings: &Findings<'_>, whole: Coverage, agents: &[AgentReport]) -> TotalCoverage {
    let is_short = |agent: &&AgentReport| agent.coverage.falls_short;
    let unreadable: BTreeSet<UnreadableFile> = findings
        .unreadable
        .iter()
        .map(|(path, reason)| UnreadableFile {
            path: findings.redactor.redact(path).into_owned(),
            reason: findings.redactor.redact(reason).into_owned(),
        })
        .collect();
    TotalCoverage {
        whole: CoverageReport::new(whole, &findings.window),
        agents: agents.len() as u64,
        short_agents: agents
            .iter()
            .filter(is_short)
            .map(|agent| agent.name.clone())
            .collect(),
        unreadable: unreadable.into_iter().collect(),
        left_out: findings.left_out,
    }
}

/// The first `width` characters of a text.
fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}
