//! How what is found is printed: as text, as one JSON document, or as JSON objects a line each.

use plexcore::cli::{Console, Failure};
use serde_json::{Value, json};

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

    /// Prints a line for what was just done; whoever reads the lines sees it at once.
    pub(crate) fn say_line(thing: &Value, console: &mut Console) -> Result<(), Failure> {
        console.say(thing)?;
        console.flush()
    }

    /// Prints a list in either JSON form: a document in which `name` holds the entries, or a line for each.
    pub(crate) fn say_list(
        self,
        name: &str,
        entries: &[Value],
        console: &mut Console,
    ) -> Result<(), Failure> {
        match self {
            Self::JsonLines => entries.iter().try_for_each(|entry| console.say(entry)),
            Self::Text | Self::Json => console.say_document(json!({ name: entries })),
        }
    }
}
