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
use crate::metrics::activity::Minute;
use crate::metrics::catalogue::Catalogue;
use crate::metrics::coverage::Coverage;
use crate::metrics::deliveries::DeliveryTally;
use crate::metrics::items::ItemTally;
use crate::metrics::outcomes::OutcomeTally;
use crate::metrics::patterns::PatternGroup;
use crate::metrics::plugin_tally::PluginTally;
use crate::metrics::totals::Totals;
use crate::metrics::wording::settle;
use crate::redact::Redactor;
use crate::report::understanding::Example;
use crate::stamp::{Stamp, Window};

/// What every text and time of a report passes through.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The "now" of the run.
    pub now: Stamp,
    /// The window.
    pub window: Window,
    /// What takes secrets out.
    pub redactor: &'a Redactor,
}

/// What one plug-in's logs gave.
#[derive(Debug)]
pub struct PluginFindings<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its counts.
    pub tally: PluginTally,
    /// Its largest groups of lines, with the first line of each.
    pub patterns: &'a [(PatternGroup, String)],
    /// The first events of its errors by their place: file name and excerpt.
    pub examples: BTreeMap<RecordPlace, (String, Excerpt)>,
}

/// One plug-in's share of a report: its own part, finished, and what goes into the common parts.
///
/// Made as soon as its logs are read, by the thread that read them, so that of its tally nothing is
/// kept that no common part needs; on many plug-ins' logs the tallies are most of the memory.
#[derive(Debug)]
pub struct PluginShare {
    name: String,
    agent: AgentReport,
    /// Listed in its part once the errors of all plug-ins have their names.
    items: BTreeMap<u64, ItemTally>,
    outcomes: OutcomeTally,
    catalogue: Catalogue,
    examples: BTreeMap<RecordPlace, Example>,
}

impl PluginShare {
    /// The share of what was found. Its minutes are not in it: they go into [`Findings::minutes`].
    pub fn of(found: PluginFindings<'_>, scope: &Scope<'_>) -> Self {
        let example = |(place, (file, excerpt)): (&RecordPlace, &(String, Excerpt))| {
            let shown = catalogue::example(&found, *place, file, excerpt, scope.redactor);
            (*place, shown)
        };
        Self {
            agent: agents::agent(&found, scope),
            name: found.name.to_owned(),
            examples: found.examples.iter().map(example).collect(),
            items: found.tally.items,
            outcomes: found.tally.outcomes,
            catalogue: found.tally.catalogue,
        }
    }
}

/// What a run found, before it is put in order.
#[derive(Debug)]
pub struct Findings<'a> {
    /// Program and version.
    pub made_by: &'a str,
    /// What all of it is seen through.
    pub scope: Scope<'a>,
    /// The window in words.
    pub asked: &'a str,
    /// By name.
    pub plugins: Vec<PluginShare>,
    /// Work and errors of all plug-ins by minutes since 1970.
    pub minutes: BTreeMap<i64, Minute>,
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
}

/// Makes the report.
pub fn report(mut findings: Findings<'_>) -> Report {
    let mut catalogues: Vec<&mut Catalogue> = findings
        .plugins
        .iter_mut()
        .map(|plugin| &mut plugin.catalogue)
        .collect();
    settle(&mut catalogues);
    for plugin in &mut findings.plugins {
        plugin.agent.items = agents::items(std::mem::take(&mut plugin.items), &plugin.catalogue);
    }
    let errors = catalogue::merged(&mut findings.plugins);
    let mut totals = Totals::default();
    let mut whole = Coverage::default();
    for plugin in &findings.plugins {
        totals.merge(&plugin.agent.statistics);
        whole.merge(&plugin.agent.coverage.counts);
    }
    let coverage = coverage(&findings, whole);
    let outcomes = outcomes::all(&findings);
    let kinds = catalogue::kinds(&errors, &findings);
    let buckets = timeline::buckets(std::mem::take(&mut findings.minutes));
    let timeline = buckets.timeline(&findings);
    let mut report = Report {
        schema: SCHEMA,
        made_by: findings.made_by.to_owned(),
        generated: findings.scope.now.to_seconds(),
        window: AskedWindow::new(findings.asked.to_owned(), &findings.scope.window),
        coverage,
        summary: Summary::from(totals),
        outcomes,
        kinds,
        catalogue: catalogue::catalogue(errors, &mut findings, &buckets),
        timeline,
        findings: Vec::new(),
        agents: findings
            .plugins
            .into_iter()
            .map(|plugin| plugin.agent)
            .collect(),
    };
    report.findings = findings::findings(&report);
    report
}

fn coverage(findings: &Findings<'_>, whole: Coverage) -> TotalCoverage {
    let Scope {
        window, redactor, ..
    } = &findings.scope;
    let agents = || findings.plugins.iter().map(|plugin| &plugin.agent);
    let unreadable: BTreeSet<UnreadableFile> = findings
        .unreadable
        .iter()
        .map(|(path, reason)| UnreadableFile {
            path: redactor.redact(path).into_owned(),
            reason: redactor.redact(reason).into_owned(),
        })
        .collect();
    TotalCoverage {
        whole: CoverageReport::new(whole, window),
        agents: findings.plugins.len() as u64,
        short_agents: agents()
            .filter(|agent| agent.coverage.falls_short)
            .map(|agent| agent.name.clone())
            .collect(),
        unreadable: unreadable.into_iter().collect(),
        left_out: findings.left_out,
    }
}

/// The first `width` characters of a text.
fn cut(text: &str, width: usize) -> String {
    let end = text
        .char_indices()
        .nth(width)
        .map_or(text.len(), |(at, _)| at);
    text[..end].to_owned()
}
