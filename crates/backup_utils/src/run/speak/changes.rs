//! Changes: what a restore did or would do to files.

use plexcore::cli::{Console, Exit, Failure};
use serde_json::{Value, json};

use super::{say_json, text, texts};
use crate::compare::{Change, Comparison, Reason};
use crate::create::Made;
use crate::diff;
use crate::manifest::{Entry, Kind};
use crate::restore::Source;
use crate::run::Session;
use crate::shown::one_line;

impl Session<'_> {
    pub(in crate::run) fn say_restored(
        &self,
        source: &Source,
        comparison: &Comparison,
        safety: Option<&Made>,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        if self.json {
            let answer = json!({
                "backup": text(&source.path),
                "root": text(&source.root),
                "files": source.manifest.header.files,
                "changed": comparison.changes.len(),
                "pre_restore": safety.map(|made| text(&made.path)),
                "changes": changes(source, comparison),
                "added_since": texts(&comparison.added),
            });
            return say_json(answer, console);
        }
        for entry in source
            .manifest
            .entries
            .iter()
            .filter(|entry| !matches!(entry.kind, Kind::Folder))
        {
            console.say(format_args!("  Restored: {}", one_line(&entry.stored.0)))?;
        }
        for change in &comparison.changes {
            if let Change::Remove { target, reason, .. } = change {
                console.say(format_args!(
                    "  Removed: {} ({})",
                    one_line(target),
                    words(*reason)
                ))?;
            }
        }
        Self::warn_of_added(comparison, console);
        if let Some(made) = safety {
            console.say(format_args!(
                "Files as they were before: {}",
                one_line(&made.path)
            ))?;
        }
        console.say(format_args!(
            "Restore complete from: {}",
            one_line(&source.path)
        ))?;
        Ok(Exit::Done)
    }

    /// What a restore would do, file by file.
    pub(in crate::run) fn say_comparison(
        &self,
        source: &Source,
        comparison: &Comparison,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        if self.json {
            let answer = json!({
                "backup": text(&source.path),
                "root": text(&source.root),
                "dry_run": true,
                "changed": comparison.changes.len(),
                "changes": changes(source, comparison),
                "added_since": texts(&comparison.added),
            });
            return say_json(answer, console);
        }
        for change in &comparison.changes {
            let line = match change {
                Change::Put {
                    target,
                    was: Some(_),
                    ..
                } => format!("  Would restore: {}", one_line(target)),
                Change::Put {
                    target, was: None, ..
                } => format!("  Would create: {}", one_line(target)),
                Change::Remove { target, reason, .. } => {
                    format!("  Would remove: {} ({})", one_line(target), words(*reason))
                }
            };
            console.say(line)?;
        }
        if comparison.is_empty() {
            console.say("Nothing to restore: everything is as in the backup")?;
        }
        Self::warn_of_added(comparison, console);
        Ok(Exit::Done)
    }

    fn warn_of_added(comparison: &Comparison, console: &mut Console) {
        for path in &comparison.added {
            console.warn(format_args!(
                "{} was added since the backup; it stays (--exact removes it)",
                one_line(path)
            ));
        }
    }

    /// What a restore would do, line by line.
    pub(in crate::run) fn say_diff(
        &self,
        source: &Source,
        comparison: &Comparison,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let patches: Vec<String> = comparison
            .changes
            .iter()
            .map(|change| diff::of(source, change))
            .collect();
        if self.json {
            let answer = json!({
                "backup": text(&source.path),
                "root": text(&source.root),
                "changed": comparison.changes.len(),
                "changes": changes(source, comparison),
                "added_since": texts(&comparison.added),
                "diff": patches.concat(),
            });
            return say_json(answer, console);
        }
        write!(console.out(), "{}", patches.concat())?;
        Self::warn_of_added(comparison, console);
        Ok(Exit::Done)
    }
}

fn changes(source: &Source, comparison: &Comparison) -> Vec<Value> {
    let rows = comparison.changes.iter().map(|change| match change {
        Change::Put { entry, target, was } => {
            let entry: &Entry = &source.manifest.entries[*entry];
            let action = if was.is_some() { "replace" } else { "create" };
            json!({"action": action, "path": text(target), "stored": text(&entry.stored.0)})
        }
        Change::Remove { target, reason, .. } => {
            json!({"action": "remove", "path": text(target), "reason": words(*reason)})
        }
    });
    rows.collect()
}

fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::Compiled => "compiled from a file that is replaced",
        Reason::Added => "added since the backup",
        Reason::NotThere => "not there before",
    }
}
