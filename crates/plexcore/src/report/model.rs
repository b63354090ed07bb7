//! The report, computed whole; every format is made from it, and the JSON format is it.
//!
//! All texts from logs in here have been redacted already. Times are as in the log, local and
//! without a zone.

use serde::{Deserialize, Serialize};

use super::understanding::{Entry, Finding, ItemOutcome, KindCount, Outcomes, Timeline};
use crate::files::log_set::Unreadable;
use crate::metrics::coverage::Coverage;
use crate::metrics::totals::Totals;
use crate::stamp::{Stamp, Window};

/// The version of the JSON form; it changes when a reader of the old one would stumble.
pub const SCHEMA: u32 = 1;

/// Everything that one run over the logs found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The program and version that made it.
    pub made_by: String,
    /// The "now" of the run: `2026-02-02 01:07:10`.
    pub generated: String,
    /// The stretch of time that was asked for.
    pub window: AskedWindow,
    /// What was read, in all.
    pub coverage: TotalCoverage,
    /// The totals over all agents, under the names of the old JSON.
    pub summary: Summary,
    /// Searches and updates of all agents.
    pub outcomes: Outcomes,
    /// What went wrong, by kind: failures first and the most frequent of them first, then what is
    /// no error, then the Framework's own noise.
    pub kinds: Vec<KindCount>,
    /// Every distinct error, the most frequent first; noise last.
    pub catalogue: Vec<Entry>,
    /// Work and errors over time.
    pub timeline: Timeline,
    /// What is remarkable by arithmetic alone.
    pub findings: Vec<Finding>,
    /// By name.
    pub agents: Vec<AgentReport>,
}

/// The stretch of time that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedWindow {
    /// In words: `24 hours`, `all`, `since 2026-02-01 18:30:00`.
    pub asked: String,
    /// First moment, in ISO 8601 without a zone.
    pub since: Option<String>,
    /// First moment after it.
    pub until: Option<String>,
}

impl AskedWindow {
    /// A window with the words in which it was asked for.
    pub fn new(asked: String, window: &Window) -> Self {
        Self {
            asked,
            since: window.since.map(Stamp::to_iso),
            until: window.until.map(Stamp::to_iso),
        }
    }
}

/// What was read of one agent's logs, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageReport {
    /// The counts.
    #[serde(flatten)]
    pub counts: Coverage,
    /// The first time seen in the files, inside the window or not.
    pub first: Option<String>,
    /// The last one.
    pub last: Option<String>,
    /// Whether the log begins later than the window that was asked for.
    pub falls_short: bool,
}

impl CoverageReport {
    /// Counts as they are reported.
    pub fn new(counts: Coverage, window: &Window) -> Self {
        Self {
            first: counts.span.map(|(first, _)| first.to_log()),
            last: counts.span.map(|(_, last)| last.to_log()),
            falls_short: counts.falls_short_of(window),
            counts,
        }
    }
}

/// What was read in all, and what could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalCoverage {
    /// Over all agents.
    #[serde(flatten)]
    pub whole: CoverageReport,
    /// Agents with at least one file.
    pub agents: u64,
    /// Agents whose logs begin later than the window.
    pub short_agents: Vec<String>,
    /// Files that could not be read, or not to their end.
    pub unreadable: Vec<UnreadableFile>,
    /// Logs that were there and not asked for.
    pub left_out: u64,
}

/// A file that could not be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnreadableFile {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

impl From<Unreadable> for UnreadableFile {
    fn from(found: Unreadable) -> Self {
        Self {
            path: found.path,
            reason: found.reason,
        }
    }
}

/// The totals over all agents under the names of the old JSON report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    missing_docs,
    reason = "each is the field of `Totals` without `total_`"
)]
pub struct Summary {
    pub total_search_operations: u64,
    pub total_titles_found: u64,
    pub total_title_failures: u64,
    pub total_model_errors: u64,
    pub total_url_errors: u64,
    pub total_http_403: u64,
    pub total_http_404: u64,
    pub total_processing_errors: u64,
    pub total_success_indicators: u64,
}

impl From<Totals> for Summary {
    fn from(totals: Totals) -> Self {
        Self {
            total_search_operations: totals.search_operations,
            total_titles_found: totals.titles_found,
            total_title_failures: totals.title_failures,
            total_model_errors: totals.model_errors,
            total_url_errors: totals.url_errors,
            total_http_403: totals.http_403,
            total_http_404: totals.http_404,
            total_processing_errors: totals.processing_errors,
            total_success_indicators: totals.success_indicators,
        }
    }
}

impl From<Summary> for Totals {
    fn from(summary: Summary) -> Self {
        Self {
            search_operations: summary.total_search_operations,
            titles_found: summary.total_titles_found,
            title_failures: summary.total_title_failures,
            model_errors: summary.total_model_errors,
            url_errors: summary.total_url_errors,
            http_403: summary.total_http_403,
            http_404: summary.total_http_404,
            processing_errors: summary.total_processing_errors,
            success_indicators: summary.total_success_indicators,
        }
    }
}

/// One agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentReport {
    /// Its name: the log's file name without `com.plexapp.agents.` and `.log`.
    pub name: String,
    /// What was read of its logs.
    pub coverage: CoverageReport,
    /// Its totals, under the names of the old JSON report.
    pub statistics: Totals,
    /// Records in the window by level, the least grave first.
    pub levels: Vec<LevelCount>,
    /// Its searches and updates.
    pub outcomes: Outcomes,
    /// What became of each Plex item that it worked on, by id.
    #[serde(default)]
    pub items: Vec<ItemOutcome>,
    /// Lines to look at.
    pub samples: Samples,
    /// URLs that could not be fetched, the first ones in order of appearance.
    pub urls: Vec<String>,
    /// How many different URLs could not be fetched; more than are listed.
    pub n_urls: u64,
    /// Its lines grouped by the script's keys.
    pub patterns: PatternReport,
}

/// How many records of a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelCount {
    /// `DEBUG`, ..., `CRITICAL`, `OTHER`.
    pub level: String,
    /// How many.
    pub records: u64,
}

/// The first lines of each kind, cut at [`Samples::WIDTH`] characters.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Samples {
    /// Searches.
    pub search_ops: Vec<String>,
    /// Lines with a check mark.
    pub success_patterns: Vec<String>,
    /// Candidates that did not match.
    pub failure_patterns: Vec<String>,
}

impl Samples {
    /// How many lines of a kind are kept.
    pub const MOST: usize = 5;
    /// Characters after which a line is cut, as in the old report.
    pub const WIDTH: usize = 200;
}

/// Lines grouped by the script's keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PatternReport {
    /// Records in the window.
    pub entries: u64,
    /// Groups in all.
    pub unique: u64,
    /// The largest groups.
    pub listed: Vec<PatternLine>,
}

/// One group of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternLine {
    /// How many lines.
    pub count: u64,
    /// The first of them, cut at [`PatternLine::WIDTH`] characters.
    pub first: String,
}

impl PatternLine {
    /// Characters after which a line is cut, as in the script's report.
    pub const WIDTH: usize = 120;
}
