//! The code of the scripted agent: a file that a person edits, and what raises on its lines.
//!
//! Nothing is run. Before each update the file is read; the first rule whose text stands on one of
//! its lines raises there, and the traceback in the log shows that line as it is now. So an edit of
//! the file changes what the agent does, as on a real server.

use std::path::PathBuf;

use serde::Deserialize;

use super::library::FakeItem;

/// A file of an agent, and what goes wrong in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The file on this machine.
    pub file: PathBuf,
    /// Its path as the server would name it in a traceback.
    pub path_in_log: String,
    /// What raises; the first one that fits.
    pub raises: Vec<Raise>,
}

/// A text that raises wherever it stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// Part of a line.
    pub line_with: String,
    /// As in the last line of a traceback: `IndexError: list index out of range`.
    pub exception: String,
    /// Only for items whose key can be divided by this.
    #[serde(default = "every_item")]
    pub every: u64,
}

fn every_item() -> u64 {
    1
}

/// An exception on a line of the agent's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The file's path, as the server names it.
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// The function around it.
    pub function: String,
    /// The line without its indentation.
    pub source: String,
    /// As in the last line of a traceback.
    pub exception: String,
}

impl Code {
    /// What an update of this item comes to; a file that can't be read raises nothing.
    pub(crate) fn update(&self, item: &FakeItem) -> Option<Raised> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        let mut function = "<module>";
        for (number, line) in text.lines().enumerate() {
            let source = line.trim();
            if let Some(definition) = source.strip_prefix("def ") {
                function = definition.split('(').next().unwrap_or_default();
            }
            let fits = |raise: &&Raise| {
                source.contains(&raise.line_with) && item.key.is_multiple_of(raise.every.max(1))
            };
            if let Some(raise) = self.raises.iter().find(fits) {
                return Some(Raised {
                    path: self.path_in_log.clone(),
                    line: number + 1,
                    function: function.to_owned(),
                    source: source.to_owned(),
                    exception: raise.exception.clone(),
                });
            }
        }
        None
    }
}
