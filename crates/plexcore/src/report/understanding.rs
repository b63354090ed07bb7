//! The parts of the report that say what happened: outcomes, kinds, the catalogue, when, findings.
//!
//! As everywhere in the report, texts from logs have been redacted and times are the log's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Searches and updates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcomes {
    /// Searches for a match.
    pub searches: SessionCounts,
    /// Updates of metadata.
    pub updates: SessionCounts,
    /// Of an agent: its updates by what the server was told of them. Of all: every update that the
    /// server was told of. `None` without a log of the system plug-in.
    pub delivered: Option<Delivered>,
    /// What was begun and never finished, the longest open first; at most [`Outcomes::MOST_OPEN`].
    pub open: Vec<OpenSession>,
}

impl Outcomes {
    /// How many unfinished sessions are listed.
    pub const MOST_OPEN: usize = 20;
}

/// How updates ended in the end, as `com.plexapp.system.log` says that the server was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Delivered {
    /// `success=1`.
    pub succeeded: u64,
    /// `success=0`.
    pub failed: u64,
    /// Updates in the agents' logs of which nothing was told.
    pub untold: u64,
}

/// How many sessions of one sort ended how, and how long they took.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionCounts {
    /// All that began in the window.
    pub total: u64,
    /// Searches with results; updates that stored something.
    pub succeeded: u64,
    /// Searches without a result; updates that had nothing to say.
    pub empty: u64,
    /// The agent raised, or answered with an error.
    pub failed: u64,
    /// No end was logged.
    pub unfinished: u64,
    /// Fetches from other hosts, over all of them.
    pub requests: u64,
    /// Half of the finished ones took at most so many milliseconds.
    pub median_ms: Option<u64>,
    /// 95% of the finished ones took at most so many milliseconds.
    pub p95_ms: Option<u64>,
    /// The longest of the finished ones, in milliseconds.
    pub max_ms: Option<u64>,
    /// The finished ones by how long they took; empty buckets between filled ones are there.
    pub durations: Vec<DurationBucket>,
}

/// How many sessions took up to so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DurationBucket {
    /// The bucket's upper end in milliseconds; the lower one is the end of the bucket before.
    pub up_to_ms: u64,
    /// How many.
    pub sessions: u64,
}

/// A session without an end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// The agent.
    pub agent: String,
    /// `search` or `update`.
    pub kind: String,
    /// When it began.
    pub start: String,
    /// How long it has been open: until a restart cut it off, or until the run's "now".
    pub open_ms: u64,
    /// The Plex item.
    pub item: Option<String>,
    /// The thread's id.
    pub thread: String,
}

/// What became of one Plex item, so that two reports can be compared item by item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemOutcome {
    /// The item's id on its server.
    pub item: String,
    /// Searches for a match.
    #[serde(skip_serializing_if = "is_nothing")]
    pub searches: u64,
    /// Those of them that found nothing, failed or never finished.
    #[serde(skip_serializing_if = "is_nothing")]
    pub without_result: u64,
    /// Whether the search that began last is one of those.
    #[serde(skip_serializing_if = "is_false")]
    pub last_without_result: bool,
    /// Updates of its metadata.
    #[serde(skip_serializing_if = "is_nothing")]
    pub updates: u64,
    /// Candidates whose title did not match.
    #[serde(skip_serializing_if = "is_nothing")]
    pub title_failures: u64,
    /// Reads of what was not stored yet.
    #[serde(skip_serializing_if = "is_nothing")]
    pub model_errors: u64,
    /// Fetches that failed.
    #[serde(skip_serializing_if = "is_nothing")]
    pub url_errors: u64,
    /// Other errors.
    #[serde(skip_serializing_if = "is_nothing")]
    pub processing_errors: u64,
    /// Failures by the ids of the catalogue.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, u64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_nothing(count: &u64) -> bool {
    *count == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// How often one kind of thing happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCount {
    /// The kind: `http-403`, `exception-KeyError`, `no-model`.
    pub kind: String,
    /// Whose concern it is: `remote`, `agent`, `site-changed`, `environment`, `server`, `noise`,
    /// `outcome`.
    pub group: String,
    /// In words.
    pub title: String,
    /// How many events.
    pub events: u64,
    /// Its share of all failures in percent, one decimal; noise and outcomes have none.
    pub share: Option<String>,
    /// By agent, the most affected first.
    pub agents: Vec<AgentCount>,
}

/// How many of an agent's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentCount {
    /// The agent.
    pub agent: String,
    /// How many.
    pub events: u64,
}

/// One distinct error, with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `E-3f2a9c01`: the same for the same error in another run, on another platform or version.
    pub id: String,
    /// The kind: `http-403`.
    pub kind: String,
    /// Whose concern it is, as in [`KindCount::group`].
    pub group: String,
    /// `critical`, `error`, `warning` or `info`.
    pub severity: String,
    /// In words.
    pub title: String,
    /// What the messages have in common, `<*>` for each value, where no rule knows them and only
    /// that tells them from others.
    #[serde(default)]
    pub template: Option<String>,
    /// How many events.
    pub count: u64,
    /// By agent, the most affected first.
    pub agents: Vec<AgentCount>,
    /// When it was first seen in the window.
    pub first: String,
    /// When it was last seen.
    pub last: String,
    /// Events in each bucket of the report's timeline.
    pub trend: Vec<u64>,
    /// The deepest frame in the agent's own code, of the last event that has one.
    pub culprit: Option<CulpritPlace>,
    /// What was raised.
    pub exception: Option<RaisedException>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The error number of the operating system.
    pub errno: Option<i32>,
    /// Where fetches failed, by host; at most [`Entry::MOST_HOSTS`].
    pub urls: Vec<FailedHost>,
    /// Plex item ids touched, the smallest first; at most [`Entry::MOST_ITEMS`].
    pub items: Vec<String>,
    /// How many different items in all.
    pub n_items: u64,
    /// The first event, as it stands in the log.
    pub example: Option<Example>,
    /// Whether it is absent from the report named with `--since-report`; `None` without one.
    pub is_new: Option<bool>,
}

impl Entry {
    /// How many items are listed.
    pub const MOST_ITEMS: usize = 200;
    /// How many hosts are listed.
    pub const MOST_HOSTS: usize = 10;
}

/// A place in an agent's own code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CulpritPlace {
    /// The bundle, without `.bundle`.
    pub bundle: String,
    /// The file below it: `Contents/Code/__init__.py`.
    pub file: String,
    /// The line in that file.
    pub line: u32,
    /// The function; a syntax error has none.
    pub function: Option<String>,
    /// The source line, as the traceback shows it.
    pub source: Option<String>,
}

/// What was raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedException {
    /// `HTTPError`.
    pub name: String,
    /// `HTTP Error 403: Forbidden`.
    pub message: String,
}

/// A host that could not be fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedHost {
    /// The host, with its port where one was given.
    pub host: String,
    /// The HTTP status, where one is known.
    pub status: Option<u16>,
    /// How many events.
    pub events: u64,
    /// One of the URLs.
    pub example: String,
}

/// An event as it stands in the log, with its surroundings on the same thread.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Example {
    /// The agent.
    pub agent: String,
    /// The file's name.
    pub file: String,
    /// Where the record begins in it, in bytes (decompressed).
    pub offset: u64,
    /// First lines of the records before it on its thread, the oldest first.
    pub before: Vec<String>,
    /// The record itself: its first line and, of a traceback, the first, culprit and last frame and
    /// the exception; `...` stands for what was left out.
    pub lines: Vec<String>,
    /// First lines of the records after it on its thread.
    pub after: Vec<String>,
}

/// Work and errors over time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timeline {
    /// The length of a bucket in seconds; all buckets are of one length, the last may be cut.
    pub bucket_s: u64,
    /// From the first bucket with a record in the window to the last.
    pub buckets: Vec<Bucket>,
    /// Intervals far above the window's own rate, in order of time.
    pub bursts: Vec<Burst>,
}

/// What happened in one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Bucket {
    /// When it begins, to the second: `2026-02-05 15:00:00`.
    pub start: String,
    /// Records.
    pub records: u64,
    /// Searches begun.
    pub searches: u64,
    /// Updates begun.
    pub updates: u64,
    /// Failures.
    pub errors: u64,
    /// Events that are framework noise.
    pub noise: u64,
    /// Plug-in starts.
    pub starts: u64,
}

/// An interval with far more of something than usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Burst {
    /// `errors` or `work` (searches and updates).
    pub what: String,
    /// When it begins.
    pub start: String,
    /// When it ends.
    pub end: String,
    /// How many in it.
    pub events: u64,
    /// How many a minute in it, one decimal.
    pub per_minute: String,
    /// How many a minute in the window as a whole, one decimal.
    pub usual_per_minute: String,
    /// What was seen just before and at its start: requests in the server's log, plug-in starts,
    /// searches; in order of time.
    pub before: Vec<Before>,
}

/// Something that happened just before a burst.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// When.
    pub at: String,
    /// `request`, `scan`, `plug-in start`, `searches`.
    pub what: String,
    /// The line, or a count in words.
    pub text: String,
}

/// Something remarkable by arithmetic alone; never advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `largest-kind`, `new`, `never-finishes`, `short-coverage`, `over`.
    pub about: String,
    /// One sentence.
    pub text: String,
    /// Ids of catalogue entries that it speaks of.
    pub entries: Vec<String>,
}
