//! What a generated set of logs holds, counted where each line was written.
//!
//! Nothing here is found by reading the files back, so a reader of logs can be held against it.
//!
//! # What is one event
//!
//! An [`Event`] is one thing that happened, however many records tell of it. All records of one event stand on one
//! thread within one whole second, so a window whose ends are whole seconds never cuts an event in two. The event's
//! time is that of the record which is counted:
//!
//! | total | one event is | records that belong to it and count nothing |
//! |---|---|---|
//! | search operations | a record that begins `Searching for matches for` | |
//! | titles found | a record with `Titles Found` (always one title or more) | |
//! | title match failures | a record with `< Title Match Failure! >` | the marker record before it |
//! | model read errors | an ERROR record that begins `Cannot read model from` | |
//! | URL fetch errors | an ERROR record that begins `Error opening URL`, framework noise left out | the CRITICAL with its traceback, or the agent's marker and message, just after; for a metadata tree up to two more records |
//! | HTTP 403, HTTP 404 | an event with `HTTP Error 403` (404) in its traceback or message, framework noise left out | |
//! | processing errors | any other event of level ERROR or CRITICAL that is neither framework noise nor an outcome | marker records, echoes |
//! | success indicators | a record with a check mark: `✓`, `✔` or `✅` | |
//!
//! An event can be in several totals: a fetch refused with 403 is one URL fetch error and one HTTP 403.
//! Framework noise (the resource hashes with their `Error opening URL` and HTTP 404, the unmatched route, the missing
//! `Start`) is in none; [`Totals::noise`], [`Totals::noise_urls`] and [`Totals::noise_404`] count it apart. A candidate that does not match its title
//! or studio is an outcome: only titles have a total. A record that PGMA-like logging made an ERROR because of a title
//! with the letters "Terror" is no event of any total; it is counted as [`Category::FalseError`].
//! A WARNING is no error.
//!
//! # Lines
//!
//! A physical line ends with `\n`; a last line without one counts. A record is a head with the lines that follow it up
//! to the next head. Lines before the first head of a file are orphans and belong to no record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::category::{Category, Group, Via};
use super::record::Level;
use super::work::{Burst, Session, Trigger};

/// Milliseconds since 1970-01-01 00:00 on the server's own clock; logs have no time zone.
pub type Stamp = i64;

/// A half-open stretch of local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First millisecond inside.
    pub since: Stamp,
    /// First millisecond after.
    pub until: Stamp,
}

impl Window {
    /// Everything that was ever logged.
    pub const ALL: Self = Self {
        since: Stamp::MIN,
        until: Stamp::MAX,
    };

    /// Whether the moment lies inside.
    pub fn contains(self, at: Stamp) -> bool {
        self.since <= at && at < self.until
    }
}

/// One thing that happened; the module's documentation says how many records that takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Time of the counted record.
    pub at_ms: Stamp,
    /// The last cause, by the names of the error catalogue.
    pub category: Category,
    /// How it came to be told.
    pub via: Via,
    /// The HTTP status that the traceback or message names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<u16>,
    /// Whether an `Error opening URL` record is part of it.
    pub url: bool,
    /// Level of the counted record.
    pub level: Level,
    /// The Plex item worked on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// Type of the exception that the event's own traceback ends with. For a tree failure the first of its two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// The number in `[Errno N]` of that exception.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<i32>,
    /// Deepest frame of that traceback in the agent's own bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub culprit: Option<Culprit>,
}

/// Where in an agent's bundle something went wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Culprit {
    /// Path inside the bundle, with `/`.
    pub file: String,
    /// Line as the log shows it.
    pub line: u32,
    /// Function.
    pub function: String,
}

/// The totals that reports carry; the module's documentation defines each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the table in the module's documentation defines every field"
)]
pub struct Totals {
    pub search_operations: u64,
    pub titles_found: u64,
    pub title_failures: u64,
    pub model_errors: u64,
    pub url_errors: u64,
    pub http_403: u64,
    pub http_404: u64,
    pub processing_errors: u64,
    pub success_indicators: u64,
    pub noise: u64,
    pub noise_urls: u64,
    pub noise_404: u64,
}

impl Totals {
    fn add(&mut self, event: &Event) {
        let group = event.category.group();
        match event.category {
            Category::Search => self.search_operations += 1,
            Category::TitlesFound => self.titles_found += 1,
            Category::TitleMatch => self.title_failures += 1,
            Category::NoModel => self.model_errors += 1,
            Category::Success => self.success_indicators += 1,
            _ if group == Group::Noise => self.add_noise(event),
            _ => self.add_failure(event, group),
        }
    }

    fn add_noise(&mut self, event: &Event) {
        self.noise += 1;
        self.noise_urls += u64::from(event.url);
        self.noise_404 += u64::from(event.http == Some(404));
    }

    fn add_failure(&mut self, event: &Event, group: Group) {
        self.url_errors += u64::from(event.url);
        self.http_403 += u64::from(event.http == Some(403));
        self.http_404 += u64::from(event.http == Some(404));
        let error = matches!(event.level, Level::Error | Level::Critical);
        self.processing_errors += u64::from(error && !event.url && group != Group::Outcome);
    }
}

/// One file as written, before any compression.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTruth {
    /// File name, with `.gz` where it was stored so.
    pub name: String,
    /// Size of the text.
    pub bytes: u64,
    /// Physical lines.
    pub lines: u64,
    /// Heads.
    pub records: u64,
    /// Lines before the first head.
    pub orphan_lines: u64,
    /// Records per level.
    pub levels: BTreeMap<Level, u64>,
    /// Time of the first head.
    pub first_ms: Option<Stamp>,
    /// Time of the last head.
    pub last_ms: Option<Stamp>,
}

/// One plug-in's log, all its files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentTruth {
    /// Short name: the file name less `com.plexapp.agents.` and `.log`.
    pub name: String,
    /// Bundle identifier.
    pub identifier: String,
    /// Oldest file first.
    pub files: Vec<FileTruth>,
    /// In order of time.
    pub events: Vec<Event>,
    /// In order of their start; only those whose `Handling request` was written.
    pub sessions: Vec<Session>,
    /// Plug-in starts: `Starting framework core` records.
    pub starts: Vec<Stamp>,
    /// Records per level in each minute since 1970, in the order DEBUG, INFO, WARNING, ERROR, CRITICAL.
    pub minutes: BTreeMap<i64, [u64; 5]>,
    /// What was broken on purpose, by name.
    pub broken: BTreeMap<String, u64>,
}

impl AgentTruth {
    /// Totals of the events inside the window.
    pub fn totals(&self, window: Window) -> Totals {
        let mut totals = Totals::default();
        self.events_in(window).for_each(|event| totals.add(event));
        totals
    }

    /// The events inside the window.
    pub fn events_in(&self, window: Window) -> impl Iterator<Item = &Event> {
        self.events
            .iter()
            .filter(move |event| window.contains(event.at_ms))
    }

    /// Sum over the files of what `pick` takes from each.
    pub fn sum(&self, pick: impl Fn(&FileTruth) -> u64) -> u64 {
        self.files.iter().map(pick).sum()
    }

    /// Records per level over all files.
    pub fn levels(&self) -> BTreeMap<Level, u64> {
        let mut levels = BTreeMap::new();
        for (&level, &count) in self.files.iter().flat_map(|file| &file.levels) {
            *levels.entry(level).or_default() += count;
        }
        levels
    }

    /// Records inside the window, whose ends must be whole minutes (or [`Window::ALL`]).
    pub fn records_in(&self, window: Window) -> u64 {
        let inside = |minute: i64| window.contains(minute * 60_000);
        self.minutes
            .iter()
            .filter(|&(&minute, _)| inside(minute))
            .map(|(_, levels)| levels.iter().sum::<u64>())
            .sum()
    }

    /// Time of the first head of all files.
    pub fn first_ms(&self) -> Option<Stamp> {
        self.files.iter().filter_map(|file| file.first_ms).min()
    }

    /// Time of the last head of all files.
    pub fn last_ms(&self) -> Option<Stamp> {
        self.files.iter().filter_map(|file| file.last_ms).max()
    }
}

/// The server's own log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerTruth {
    /// Oldest file first.
    pub files: Vec<FileTruth>,
}

/// Something that must not appear in any output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// What it is: `token`, `user`, `password`, ...
    pub kind: String,
    /// The text to hide.
    pub raw: String,
    /// The text in other codings that occur in the logs, each findable as it stands.
    pub encoded: Vec<String>,
}

/// Everything that one run wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// The seed of the run.
    pub seed: u64,
    /// The moment at which the logs end.
    pub now_ms: Stamp,
    /// By name.
    pub agents: Vec<AgentTruth>,
    /// `com.plexapp.system.log`, when asked for.
    pub system: Option<AgentTruth>,
    /// `Plex Media Server.log`, when asked for.
    pub server: Option<ServerTruth>,
    /// What set agents to work, in order of time; written only with the server log.
    pub triggers: Vec<Trigger>,
    /// In order of time.
    pub bursts: Vec<Burst>,
    /// Only those that were written at least once in a plug-in log or the server log.
    pub secrets: Vec<Secret>,
    /// Titles asked for, which only a pseudonymised report must hide.
    pub titles: Vec<String>,
}

impl Truth {
    /// Totals of all agents (not of the system plug-in) inside the window.
    pub fn totals(&self, window: Window) -> Totals {
        let mut totals = Totals::default();
        self.events_in(window).for_each(|event| totals.add(event));
        totals
    }

    /// Events of all agents inside the window.
    pub fn events_in(&self, window: Window) -> impl Iterator<Item = &Event> {
        self.agents
            .iter()
            .flat_map(move |agent| agent.events_in(window))
    }

    /// Events per category inside the window.
    pub fn categories(&self, window: Window) -> BTreeMap<Category, u64> {
        let mut counts = BTreeMap::new();
        for event in self.events_in(window) {
            *counts.entry(event.category).or_default() += 1;
        }
        counts
    }

    /// Events per group inside the window.
    pub fn groups(&self, window: Window) -> BTreeMap<Group, u64> {
        let mut counts = BTreeMap::new();
        for event in self.events_in(window) {
            *counts.entry(event.category.group()).or_default() += 1;
        }
        counts
    }

    /// The agent of that name.
    pub fn agent(&self, name: &str) -> Option<&AgentTruth> {
        self.agents.iter().find(|agent| agent.name == name)
    }

    /// Sum over all agents' files of what `pick` takes from each.
    pub fn sum(&self, pick: impl Fn(&FileTruth) -> u64 + Copy) -> u64 {
        self.agents.iter().map(|agent| agent.sum(pick)).sum()
    }
}
