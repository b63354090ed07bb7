//! What a check finds: which rule, where, in what words.

use serde::Serialize;

use crate::rules::Rule;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Worth knowing; harmless by itself.
    Note,
    /// The line fails or does something else when it is reached; the file loads.
    Warning,
    /// The file fails.
    Error,
}

impl Level {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a room of checks hands over: the place is an offset of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) rule: &'static Rule,
    pub(crate) at: u32,
    pub(crate) message: String,
}

/// A finding as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: &'static Rule,
    pub(crate) level: Level,
    pub(crate) place: Place,
    pub(crate) message: String,
}

/// A place in a file, with the line that it is in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// From 1.
    pub(crate) line: u32,
    /// Characters, from 1.
    pub(crate) column: u32,
    /// The line's text, if there is such a line; of a long one what is around the column.
    pub(crate) text: String,
    /// Characters of the line before that.
    pub(crate) n_before: u32,
    /// Whether the line goes on behind it.
    pub(crate) goes_on: bool,
}
