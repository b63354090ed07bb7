//! How what is found is printed: as text, as one JSON document, or as JSON objects a line each.

use plexcore::cli::{Console, Failure};
use serde_json::Value;

/// The form that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
    JsonLines,
}

impl Form {
    pub(crate) fn is_text(self) -> bool {
        self == Self::Text
    }

    /// Prints one thing in either JSON form: a document with its `schema`, or a line.
    pub(crate) fn say_one(self, thing: Value, console: &mut Console) -> Result<(), Failure> {
        match self {
            Self::JsonLines => console.say(thing),
            Self::Text | Self::Json => console.say_document(thing),
        }
    }
}
