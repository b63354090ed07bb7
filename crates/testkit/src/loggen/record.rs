//! One log record before it is written, with what it adds to the truth.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::truth::{Event, Stamp};
use super::work::{Outcome, Session};

/// Level of a plug-in log record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Critical => "CRITICAL",
        }
    }

    /// Line of the level's function in the Framework's `api/logkit.py`, which Windows logs show for every plug-in line.
    pub(super) fn logkit_line(self) -> u32 {
        match self {
            Self::Debug => 13,
            Self::Info => 16,
            Self::Warning => 19,
            Self::Error => 22,
            Self::Critical => 25,
        }
    }
}

/// How the head is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shape {
    #[default]
    Plain,
    /// As on the console: ` - <logger> ` between time and thread.
    Console,
    /// Blanks collapsed, as paste sites do.
    Collapsed,
    /// Bytes that are no UTF-8 at the end of the text.
    BadBytes,
    /// `\r\n` at the end, whatever the platform.
    StrayReturn,
}

/// What a record does to its session.
#[derive(Clone, Debug, Default)]
pub(super) enum Step {
    #[default]
    Inside,
    Begin(Box<Session>),
    Request,
    Candidate,
    /// With the size of the response.
    End(Outcome, u32),
}

/// What a record adds to the truth when it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Mark {
    pub(super) event: Option<Event>,
    pub(super) step: Step,
    /// Bits of the secrets that the text holds.
    pub(super) secrets: u64,
    /// Name under which a deliberate defect is counted.
    pub(super) broken: Option<&'static str>,
    /// Whether this is the first record of a plug-in start.
    pub(super) start: bool,
}

impl Mark {
    pub(super) fn event(event: Event) -> Self {
        Self {
            event: Some(event),
            ..Self::default()
        }
    }

    pub(super) fn step(step: Step) -> Self {
        Self {
            step,
            ..Self::default()
        }
    }
}

/// `(module:line)` of a head.
pub(super) type Source = (&'static str, u32);

/// One record; its text has `\n` between lines whatever the platform.
#[derive(Clone, Debug)]
pub(super) struct Rec {
    pub(super) at: Stamp,
    /// Order of making; settles which of two records of one millisecond comes first.
    pub(super) seq: u64,
    pub(super) thread: u16,
    pub(super) level: Level,
    pub(super) source: Source,
    pub(super) shape: Shape,
    pub(super) text: String,
    pub(super) session: Option<u32>,
    pub(super) mark: Mark,
}

impl PartialEq for Rec {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rec {}

impl PartialOrd for Rec {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest, which is what a heap gives back first.
impl Ord for Rec {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.seq).cmp(&(self.at, self.seq))
    }
}
