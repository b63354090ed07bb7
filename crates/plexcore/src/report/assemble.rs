//! Tallies become the report: ordered, named, cut to size and rid of secrets.

use std::collections::BTreeSet;

use super::model::{
    AgentReport, AskedWindow, CoverageReport, LevelCount, PatternLine, PatternReport, Report,
    SCHEMA, Samples, Summary, TotalCoverage, UnreadableFile,
};
use super::understanding::{Outcomes, Timeline};
use crate::log::head::Level;
use crate::metrics::coverage::Coverage;
use crate::metrics::patterns::PatternGroup;
use crate::metrics::plugin_tally::PluginTally;
use crate::metrics::totals::Totals;
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
    /// Files that could not be read, with the reason.
    pub unreadable: Vec<(String, String)>,
    /// Logs that were there and not asked for.
    pub left_out: u64,
}

/// Makes the report.
pub fn report(findings: &Findings<'_>) -> Report {
    let window = &findings.window;
    let agents: Vec<AgentReport> = findings
        .plugins
        .iter()
        .map(|plugin| agent(plugin, window))
        .collect();
    let mut totals = Totals::default();
    let mut whole = Coverage::default();
    for plugin in &findings.plugins {
        totals.merge(&plugin.tally.totals);
        whole.merge(&plugin.tally.coverage);
    }
    let unreadable: BTreeSet<UnreadableFile> = findings
        .unreadable
        .iter()
        .map(|(path, reason)| UnreadableFile {
            path: path.clone(),
            reason: reason.clone(),
        })
        .collect();
    let is_short = |agent: &&AgentReport| agent.coverage.falls_short;
    Report {
        schema: SCHEMA,
        made_by: findings.made_by.to_owned(),
        generated: findings.now.to_seconds(),
        window: AskedWindow::new(findings.asked.to_owned(), window),
        coverage: TotalCoverage {
            whole: CoverageReport::new(whole, window),
            agents: agents.len() as u64,
            short_agents: agents
                .iter()
                .filter(is_short)
                .map(|agent| agent.name.clone())
                .collect(),
            unreadable: unreadable.into_iter().collect(),
            left_out: findings.left_out,
        },
        summary: Summary::from(totals),
        outcomes: Outcomes::default(),
        kinds: Vec::new(),
        catalogue: Vec::new(),
        timeline: Timeline::default(),
        findings: Vec::new(),
        agents,
    }
}

fn agent(plugin: &PluginFindings<'_>, window: &Window) -> AgentReport {
    let tally = plugin.tally;
    let level = |(level, records): (Level, u64)| LevelCount {
        level: level.word().to_owned(),
        records,
    };
    AgentReport {
        name: plugin.name.to_owned(),
        coverage: CoverageReport::new(tally.coverage, window),
        statistics: tally.totals,
        levels: Level::ALL
            .into_iter()
            .zip(tally.levels)
            .filter(|(_, n)| *n > 0)
            .map(level)
            .collect(),
        outcomes: Outcomes::default(),
        samples: Samples::default(),
        urls: Vec::new(),
        n_urls: 0,
        patterns: PatternReport {
            entries: tally.patterns.total(),
            unique: tally.patterns.unique(),
            listed: plugin
                .patterns
                .iter()
                .map(|(group, line)| PatternLine {
                    count: group.count,
                    first: cut(line, PatternLine::WIDTH),
                })
                .collect(),
        },
    }
}

/// The first `width` characters of a text.
fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}
