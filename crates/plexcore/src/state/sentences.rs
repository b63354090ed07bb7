//! What the tools say about a state file, in the script's words where it had any.

use std::path::Path;

use super::{Document, as_script_prints, laid_out};

/// The script's line before anything that it did with a file that was there.
pub fn loaded(file: &Path) -> String {
    format!("State loaded: {}", file.display())
}

/// The script's line after a change.
pub fn saved(file: &Path) -> String {
    format!("State saved: {}", file.display())
}

/// A whole state: where it was read, when and why it was saved, its values.
pub fn whole(file: &Path, document: &Document) -> String {
    format!(
        "{}\nSaved at: {} ({})\n{}",
        loaded(file),
        header(document, "saved_at"),
        header(document, "reason"),
        laid_out(document.state(), "")
    )
}

/// A key and its value, already in the script's words; for a key that is not there the script said `None`.
pub fn value(key: &str, shown: Option<&str>) -> String {
    format!("{key}: {}", shown.unwrap_or("None"))
}

/// `saved_at` or `reason` as a person reads it.
pub fn header(document: &Document, key: &str) -> String {
    document
        .header(key)
        .map_or_else(|| "None".to_owned(), as_script_prints)
}

/// Said where the script was silent.
pub fn no_state_yet(file: &Path) -> String {
    format!("there is no state yet: {} does not exist", file.display())
}

/// The script printed `None` both for no such key and for a stored `None`.
pub fn no_such_key(key: &str, file: &Path) -> String {
    format!("there is no key {key:?} in {}", file.display())
}
