//! A change of one file as a person or `patch` reads it: a unified diff.

use std::path::Path;

use similar::TextDiff;

use crate::compare::Change;
use crate::manifest::Kind;
use crate::restore::Source;
use crate::shown::one_line;

/// Larger files are compared by their content, but not shown line by line.
const MOST_SHOWN: u64 = 4 << 20;

/// What a change does, line by line where both sides are text.
pub(crate) fn of(source: &Source, change: &Change) -> String {
    let target = change.target();
    let entry = match change {
        Change::Put { entry, .. } => Some(&source.manifest.entries[*entry]),
        Change::Remove { .. } => None,
    };
    let stored = entry.map(|entry| source.path.join(&entry.stored.0));
    let (now, then) = (lines_of(Some(target)), lines_of(stored.as_deref()));
    // What follows a tab is no part of the name, for patch as for people.
    let shown = |exists: bool, when: &str| {
        if exists {
            format!("{}\t{when}", one_line(target))
        } else {
            "/dev/null".to_owned()
        }
    };
    let from = shown(change.was().is_some(), "now");
    let to = shown(entry.is_some(), "in the backup");
    let (Some(now), Some(then)) = (now, then) else {
        return format!("Binary files {from} and {to} differ\n").replace('\t', " ");
    };
    if now == then {
        let what = entry.map_or("attributes", |entry| {
            if matches!(entry.kind, Kind::Link { .. }) {
                "link"
            } else {
                "attributes"
            }
        });
        return format!("Only the {what} of {} would change\n", one_line(target));
    }
    TextDiff::from_lines(&now, &then)
        .unified_diff()
        .header(&from, &to)
        .to_string()
}

/// The text of a file; a link's is where it leads; nothing's is empty. `None` if it is no text.
fn lines_of(path: Option<&Path>) -> Option<String> {
    let Some(path) = path else {
        return Some(String::new());
    };
    match std::fs::symlink_metadata(path) {
        Err(_) => Some(String::new()),
        Ok(found) if found.is_symlink() => Some(format!(
            "link to {}\n",
            std::fs::read_link(path).ok()?.display()
        )),
        Ok(found) if found.len() > MOST_SHOWN => None,
        Ok(_) => {
            let text = std::fs::read_to_string(path).ok()?;
            (!text.contains('\0')).then_some(text)
        }
    }
}
