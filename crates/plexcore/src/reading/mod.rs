//! Bytes of a report, of ours or of any of the scripts' generations, become one [`Reading`].
//!
//! Which generation it is stands in the bytes, not in the file's name. What a generation does not
//! tell is absent, never zero, and [`Reading::gaps`] says so in words. Comparing and judging are
//! for others.
//!
//! Invariant: every text of an old report has passed the redactor; our own passed it when written.

mod clusters;
mod consolidation;
mod counts;
mod decode;
mod enhanced;
mod entries;
mod json;
mod lines;
mod ours;
mod past_day;

use std::path::{Path, PathBuf};

pub use counts::Counts;
pub use entries::ReadEntry;

use crate::Error;
use crate::log::head::Head;
use crate::redact::Redactor;
use crate::report::model::{PatternReport, Report, Samples};
use crate::report::text;
use crate::report::understanding::KindCount;
use crate::stamp::Stamp;
use lines::{Lines, excerpt};

/// Which program wrote a report, in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// Our JSON: everything.
    Json,
    /// Our text.
    Text,
    /// The scripts' JSON.
    OldJson,
    /// Generation B of 2026-02-01, `PLEX SCRAPER LOG CONSOLIDATION REPORT`.
    Consolidation,
    /// Generation A of 2026-01-30, `... - ENHANCED ANALYSIS`.
    Enhanced,
    /// The form before it, `... - PAST 24 HOURS`.
    PastDay,
    /// `PLEX LOG ANALYSIS REPORT v2`: clusters with mined templates.
    Clusters,
}

impl Generation {
    /// Every generation, ours first.
    pub const ALL: [Self; 7] = [
        Self::Json,
        Self::Text,
        Self::OldJson,
        Self::Consolidation,
        Self::Enhanced,
        Self::PastDay,
        Self::Clusters,
    ];

    /// The name in files: `consolidation`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::OldJson => "old-json",
            Self::Consolidation => "consolidation",
            Self::Enhanced => "enhanced",
            Self::PastDay => "past-24-hours",
            Self::Clusters => "v2",
        }
    }

    /// What a person calls it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Json => "JSON report of aggregate_plex_logs",
            Self::Text => "text report of aggregate_plex_logs",
            Self::OldJson => "JSON report of the old scripts",
            Self::Consolidation => "consolidation report of the script (generation B)",
            Self::Enhanced => "report of the script with enhanced analysis (generation A)",
            Self::PastDay => "report of the past 24 hours, of the script before generation A",
            Self::Clusters => "log analysis report v2 (clusters with drain patterns)",
        }
    }

    /// The words by which a text form is known, in its first lines.
    fn title(self) -> Option<&'static str> {
        match self {
            Self::Json | Self::OldJson => None,
            Self::Text => Some(text::TITLE),
            Self::Consolidation => Some("PLEX SCRAPER LOG CONSOLIDATION REPORT"),
            Self::Enhanced => Some("PLEX SCRAPER LOG AGGREGATION - ENHANCED ANALYSIS"),
            Self::PastDay => Some("PLEX SCRAPER LOG AGGREGATION - PAST 24 HOURS"),
            Self::Clusters => Some("PLEX LOG ANALYSIS REPORT v2"),
        }
    }

    /// What this form cannot tell, a sentence without its full stop each.
    fn gaps(self) -> &'static [&'static str] {
        match self {
            Self::Json => &[],
            Self::Text => &[
                "the text form rounds trends to small bars and cuts long lists (items, failed \
                 URLs, patterns); the JSON form of the same run has all of them",
            ],
            Self::OldJson => &[
                "it counts lines, not events: one error that wrote several lines counts several times",
                "it has totals and a few sample lines, no distinct errors: which error makes up \
                 a total, and when it was seen first and last, is not told",
                "it does not tell how much of its window the logs covered",
            ],
            Self::Consolidation => &[
                "it has no totals: searches and found titles are not counted, so no rate can be \
                 worked out",
                "it counts lines, not events, and the lines of a traceback count by themselves",
                "it keeps old error lines whatever their age, so counts reach back before its window",
                "of each group only the first line is there, cut at 120 characters: no last time, \
                 no neighbouring lines, no traceback",
                "it never read rotated logs, so a busy agent's window is not covered",
                "agents stand in capitals",
            ],
            Self::Enhanced => &[
                "it counts lines, not events: one error that wrote several lines counts several times",
                "it has totals and a few sample lines, no distinct errors: which error makes up \
                 a total, and when it was seen first and last, is not told",
            ],
            Self::PastDay => &[
                "it counts successes and failures of metadata only; none of the later totals but \
                 the searches can be had from it",
                "it has no distinct errors and no sample lines",
            ],
            Self::Clusters => &[
                "it has no totals, so no rate can be worked out",
                "a cluster counts lines of one template, with one example: when it was seen first \
                 and last is not told",
                "whether a cluster is an error is judged here by its example line",
            ],
        }
    }
}

/// The stretch of time that a report was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadWindow {
    /// In the report's words.
    pub asked: Option<String>,
    /// In hours, where it was asked for so.
    pub hours: Option<u64>,
    /// Its first moment.
    pub since: Option<Stamp>,
    /// The first moment after it.
    pub until: Option<Stamp>,
}

/// How many sessions of one sort ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadSessions {
    /// All that began.
    pub total: u64,
    /// Searches with results; updates that stored something.
    pub succeeded: u64,
    /// Without a result.
    pub empty: u64,
    /// The agent failed.
    pub failed: u64,
    /// No end was logged.
    pub unfinished: u64,
}

/// One agent, as far as the report tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadAgent {
    /// Its name, in capitals where the report has it so.
    pub name: String,
    /// Its counts.
    pub counts: Counts,
    /// Counts that have no counterpart in [`Counts`], with their labels.
    pub others: Vec<(String, u64)>,
    /// Records (in old reports: lines) in the window.
    pub records: Option<u64>,
    /// The first and last time in its logs.
    pub covered: Option<(String, String)>,
    /// Lines to look at.
    pub samples: Samples,
    /// URLs that could not be fetched, as far as they are listed.
    pub urls: Vec<String>,
    /// Its lines, grouped.
    pub patterns: Option<PatternReport>,
}

/// All that a report tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub generation: Generation,
    /// What it cannot tell, in sentences without their full stop.
    pub gaps: Vec<String>,
    /// When it was made, in its own words.
    pub generated: Option<String>,
    /// The window asked for.
    pub window: ReadWindow,
    /// The first and last time in the logs.
    pub covered: Option<(String, String)>,
    /// Totals over all agents.
    pub totals: Counts,
    /// Totals that have no counterpart in [`Counts`], with their labels.
    pub others: Vec<(String, u64)>,
    /// Searches by their end.
    pub searches: Option<ReadSessions>,
    /// Updates by their end.
    pub updates: Option<ReadSessions>,
    /// What went wrong, by kind; `None` where the form has no single errors.
    pub kinds: Option<Vec<KindCount>>,
    /// Every distinct error, the most frequent first, noise last; `None` as above.
    pub entries: Option<Vec<ReadEntry>>,
    /// The agents, in the report's order.
    pub agents: Vec<ReadAgent>,
    /// The report, of our JSON, without what the fields above hold whole: its kinds, its catalogue,
    /// and each agent's samples, URLs and patterns.
    pub report: Option<Box<Report>>,
}

impl Reading {
    /// A reading of which only the generation is known, and what that cannot tell.
    pub fn of(generation: Generation) -> Self {
        Self {
            path: PathBuf::new(),
            generation,
            gaps: generation
                .gaps()
                .iter()
                .map(|&gap| gap.to_owned())
                .collect(),
            generated: None,
            window: ReadWindow::default(),
            covered: None,
            totals: Counts::default(),
            others: Vec::new(),
            searches: None,
            updates: None,
            kinds: None,
            entries: None,
            agents: Vec::new(),
            report: None,
        }
    }
}

/// Reads a report. The error names the line and says what was expected and what was found.
pub fn read(path: &Path, bytes: &[u8], redactor: &Redactor) -> Result<Reading, Error> {
    let text = decode::text(bytes);
    let reading = understand(&text, redactor).map_err(|found| Error::Data {
        path: path.to_owned(),
        found,
    })?;
    Ok(Reading {
        path: path.to_owned(),
        ..reading
    })
}

fn understand(text: &str, redactor: &Redactor) -> Result<Reading, String> {
    let begins = text.trim_start();
    if begins.is_empty() {
        return Err("expected a report, found an empty file".to_owned());
    }
    if begins.starts_with(['{', '[']) {
        return json::read(text, redactor);
    }
    let lines = Lines::of(text);
    let generation = known_by_title(&lines).ok_or_else(|| foreign(&lines, begins))?;
    match generation {
        Generation::Consolidation => consolidation::read(&lines, redactor),
        Generation::Enhanced => enhanced::read(&lines, redactor),
        Generation::PastDay => past_day::read(&lines, redactor),
        Generation::Clusters => clusters::read(&lines, redactor),
        Generation::Text | Generation::Json | Generation::OldJson => ours::read(&lines),
    }
}

/// A title stands in the first lines; a log line that quotes one stands further down.
fn known_by_title(lines: &Lines<'_>) -> Option<Generation> {
    const HEAD_LINES: usize = 8;
    (0..lines.len().min(HEAD_LINES)).find_map(|at| {
        let line = lines.get(at).trim();
        Generation::ALL.into_iter().find(|generation| {
            generation
                .title()
                .is_some_and(|title| line.starts_with(title))
        })
    })
}

/// What a file is that is no report we can read.
fn foreign(lines: &Lines<'_>, begins: &str) -> String {
    let first = (0..lines.len())
        .find(|&at| !lines.get(at).trim().is_empty())
        .unwrap_or(0);
    let found = excerpt(lines.get(first));
    let line = first + 1;
    if begins.starts_with("# Plex plug-in log report") || begins.starts_with("<!DOCTYPE html>") {
        return format!(
            "line {line}: expected a report as text or JSON, found {found}, a form for people \
             only; write the report again with --format json"
        );
    }
    if Head::parse(lines.get(first).as_bytes()).is_some() {
        return format!(
            "line {line}: expected a report, found a log; aggregate_plex_logs makes reports of logs"
        );
    }
    format!(
        "line {line}: expected the title of a report, such as \"{}\", found {found}",
        text::TITLE
    )
}
