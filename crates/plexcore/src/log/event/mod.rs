//! Records become events: one for each thing that happened, however many records tell of it.
//!
//! An event knows its rule, whose concern it is, where it stands in the log, and a fingerprint that
//! is the same for the same error on another day, item, platform or version. Which events are
//! wanted, and how they are counted, is for others.
//!
//! Invariant: what comes out depends only on the records and their order, never on how they were read.

mod class;
mod draft;
mod facts;
mod fingerprint;
mod follow;
mod marks;
mod raised;

use std::sync::Arc;

use super::head::Level;
use super::rules::{Kind, Severity};
use super::traceback::Place;
use crate::stamp::Stamp;

pub(super) use facts::{item_of_text, item_of_url, quoted};
pub use fingerprint::of_wording;
pub use follow::Events;

/// Where a record stands in the logs that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RecordPlace {
    /// The number of the file, as the caller counts files.
    pub file: u32,
    /// Where the record begins in the (decompressed) file, in bytes.
    pub offset: u64,
}

/// What a rule calls an event; shared by all events that are called the same.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// The rule's id with its placeholders filled: `http-403`, `errno-13`, `exception-KeyError`.
    pub id: String,
    /// The title a person reads.
    pub title: String,
    /// Whose concern it is.
    pub kind: Kind,
    /// The rule's index in [`super::rules::Rules::all`].
    pub rule: usize,
}

/// What made two events the same error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupedBy {
    /// The rule alone.
    Rule,
    /// The rule and the host.
    Host,
    /// Functions of the agent's code and the type of the exception.
    Place,
    /// The exception.
    Exception,
    /// The message, without what varies in it.
    Message,
}

/// What was raised, as the log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The type, without its module: `HTTPError`.
    pub name: String,
    /// The first line of what it says, cut at [`MESSAGE_BYTES`]; not redacted.
    pub message: Box<[u8]>,
}

/// The deepest place in the agent's own code that a traceback names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Culprit {
    /// Bundle and file.
    pub place: Place,
    /// The line in that file.
    pub line: u32,
    /// The function; a syntax error has none.
    pub function: Option<String>,
}

/// A URL that could not be opened; not redacted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    /// Host and, where given, port; without a user's name and password.
    pub host: String,
    /// Everything after the host, query included.
    pub path: String,
}

/// Things that reports count by their words, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Markers(u8);

impl Markers {
    /// `Searching for matches for`: a search began.
    pub const SEARCH_OPERATION: Self = Self(1);
    /// `Titles Found`.
    pub const TITLES_FOUND: Self = Self(1 << 1);
    /// `Title Match Failure`.
    pub const TITLE_MATCH_FAILURE: Self = Self(1 << 2);
    /// `Cannot read model from`.
    pub const MODEL_READ_ERROR: Self = Self(1 << 3);
    /// `Error opening URL`.
    pub const URL_FETCH_ERROR: Self = Self(1 << 4);
    /// A check mark.
    pub const SUCCESS: Self = Self(1 << 5);

    /// Whether any of the other's marks is in this set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds the marks of the other.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The most that is copied of a message, in bytes.
pub const MESSAGE_BYTES: usize = 400;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What it is called, and whose concern it is.
    pub class: Arc<Class>,
    /// How grave.
    pub severity: Severity,
    /// The level of the record that is counted.
    pub level: Level,
    /// The time of the record that is counted: for a marker and its message that of the message,
    /// else that of the first record.
    pub at: Stamp,
    /// The thread's id as written.
    pub thread: String,
    /// The message of the record that tells most, its first line, cut at [`MESSAGE_BYTES`]; not
    /// redacted.
    pub message: Box<[u8]>,
    /// What was raised.
    pub raised: Option<Raised>,
    /// Where in the agent's code.
    pub culprit: Option<Culprit>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The error number of the operating system.
    pub errno: Option<i32>,
    /// The URL that could not be opened.
    pub url: Option<Url>,
    /// The Plex item worked on.
    pub item: Option<u64>,
    /// The GUID worked on.
    pub guid: Option<String>,
    /// The same for the same error, whenever and wherever it occurs.
    pub fingerprint: u64,
    /// What the fingerprint was made from.
    pub grouped_by: GroupedBy,
    /// The masked message, where it is what tells this error from others; `None` for the rest.
    pub wording: Option<Box<[u8]>>,
    /// The counted words of its records.
    pub markers: Markers,
    /// How many records tell of it.
    pub records: u32,
    /// The first of its records.
    pub first: RecordPlace,
    /// The record that is counted.
    pub counted: RecordPlace,
}

impl Event {
    /// The id of its rule: `http-403`.
    pub fn id(&self) -> &str {
        &self.class.id
    }

    /// Whose concern it is.
    pub fn kind(&self) -> Kind {
        self.class.kind
    }

    /// What a person reads.
    pub fn title(&self) -> &str {
        &self.class.title
    }

    /// The id a person quotes: `E-3f2a9c01`.
    pub fn short_id(&self) -> String {
        short_id(self.fingerprint)
    }

    /// Whether it is a failure of level ERROR or CRITICAL: no noise, no outcome, no warning.
    pub fn is_error(&self) -> bool {
        self.level.is_error() && self.kind().is_failure()
    }

    /// Whether it counts as a "URL fetch error": a failure with an `Error opening URL` record.
    pub fn is_url_fetch_error(&self) -> bool {
        self.kind() != Kind::Noise && self.markers.has(Markers::URL_FETCH_ERROR)
    }

    /// Whether it counts as an HTTP error of that status; noise does not.
    pub fn is_http(&self, status: u16) -> bool {
        self.kind() != Kind::Noise && self.status == Some(status)
    }

    /// Whether it counts as a "processing error": an error that no other total counts.
    pub fn is_processing_error(&self) -> bool {
        let counted_elsewhere = Markers(
            Markers::URL_FETCH_ERROR.0
                | Markers::MODEL_READ_ERROR.0
                | Markers::TITLE_MATCH_FAILURE.0,
        );
        self.is_error() && !self.markers.has(counted_elsewhere)
    }
}

/// The id a person quotes for a fingerprint.
pub fn short_id(fingerprint: u64) -> String {
    format!("E-{:08x}", fingerprint >> 32)
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
