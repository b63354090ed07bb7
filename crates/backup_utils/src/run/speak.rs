//! What the person, or a program, is told.

use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use plexcore::cli::{Console, Exit, Failure};
use plexcore::printable::one_line_name;
use plexcore::report::number::counted;
use serde_json::{Value, json};
use similar::TextDiff;

use super::Session;
use crate::compare::{Change, Comparison, Reason};
use crate::create::Made;
use crate::manifest::{Entry, Kind, Manifest};
use crate::name::Name;
use crate::plan::{Named, Plan};
use crate::restore::Source;
use crate::shelf::{Found, Origin};
use crate::verify::verify;

/// Larger files are compared by their content, but not shown line by line.
const MOST_SHOWN: u64 = 4 << 20;

/// How a backup fared when it was read again.
pub(super) struct Verdict {
    pub(super) damaged: Vec<String>,
    unknown: Vec<String>,
    files: u64,
    /// There was something to compare it with.
    pub(super) is_known: bool,
}

impl Verdict {
    pub(super) fn of(found: &Found, progress: &ProgressBar) -> Self {
        match &found.origin {
            Origin::Damaged(reason) => Self {
                damaged: vec![reason.clone()],
                unknown: Vec::new(),
                files: 0,
                is_known: true,
            },
            Origin::Script => {
                let read = Source::open(&found.path, Some(Path::new(".")));
                let files = read
                    .as_ref()
                    .map_or(0, |source| source.manifest.header.files);
                let damaged = read
                    .err()
                    .map(|failure| failure.message)
                    .into_iter()
                    .collect();
                Self {
                    damaged,
                    unknown: Vec::new(),
                    files,
                    is_known: false,
                }
            }
            Origin::Tool(header) => match Manifest::read(&found.path) {
                Ok(manifest) => {
                    let faults = verify(&found.path, &manifest, progress);
                    Self {
                        damaged: faults.damaged,
                        unknown: faults.unknown,
                        files: header.files,
                        is_known: true,
                    }
                }
                Err(error) => Self {
                    damaged: vec![plexcore::cli::chain(&error)],
                    unknown: Vec::new(),
                    files: 0,
                    is_known: true,
                },
            },
        }
    }
}

impl Session<'_> {
    pub(super) fn say_made(
        &self,
        made: &Made,
        named: &[Named],
        missing: &[PathBuf],
        pruned: &[PathBuf],
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        if self.json {
            let answer = json!({
                "backup": text(&made.path),
                "files": made.files,
                "bytes": made.bytes,
                "verified": true,
                "shared": made.shared,
                "missing": texts(missing),
                "deleted": texts(pruned),
            });
            return say_json(answer, console);
        }
        for thing in named {
            console.say(format_args!("  Backed up: {}", described(thing)))?;
        }
        for path in missing {
            console.say(format_args!(
                "  Warning: File not found: {}",
                one_line(path)
            ))?;
        }
        console.say(format_args!("Backup created: {}", one_line(&made.path)))?;
        for path in pruned {
            console.say(format_args!("Backup deleted: {}", one_line(path)))?;
        }
        Ok(Exit::Done)
    }

    pub(super) fn say_plan(
        &self,
        plan: &Plan,
        name: &Name,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let backup = self.shelf.folder.join(name.folder(plexcore::cli::now(), 1));
        if self.json {
            let places: Vec<PathBuf> = plan.named.iter().map(|thing| thing.place.clone()).collect();
            let answer = json!({
                "backup": text(&backup),
                "files": plan.n_files(),
                "bytes": plan.bytes(),
                "verified": false,
                "dry_run": true,
                "places": texts(&places),
                "missing": texts(&plan.missing),
            });
            return say_json(answer, console);
        }
        for thing in &plan.named {
            console.say(format_args!("  Would back up: {}", described(thing)))?;
        }
        console.say(format_args!("Would create: {}", one_line(&backup)))?;
        Ok(Exit::Done)
    }

    pub(super) fn say_list(
        &self,
        backups: &[Found],
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        if self.json {
            return say_json(Value::Array(backups.iter().map(row).collect()), console);
        }
        console.say("Available backups:")?;
        for found in backups {
            console.say(format_args!("  {}", one_line(&found.path)))?;
        }
        for found in backups {
            match (found.missing(), &found.origin) {
                (_, Origin::Damaged(reason)) => console.warn(format_args!(
                    "{} is damaged: {reason}",
                    one_line(&found.path)
                )),
                (Some(n @ 1..), _) => console.warn(format_args!(
                    "{} is not complete: {} missing or cut",
                    one_line(&found.path),
                    counted(n as u64, "file is", "files are")
                )),
                _ => {}
            }
        }
        Ok(Exit::Done)
    }

    pub(super) fn say_verified(
        &self,
        checked: &[(Found, Verdict)],
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let is_bad = checked
            .iter()
            .any(|(_, verdict)| !verdict.damaged.is_empty());
        let exit = if is_bad { Exit::Negative } else { Exit::Done };
        if self.json {
            let rows = checked.iter().map(|(found, verdict)| {
                json!({
                    "path": text(&found.path),
                    "files": verdict.files,
                    "verified": verdict.is_known && verdict.damaged.is_empty(),
                    "has_manifest": verdict.is_known,
                    "damaged": verdict.damaged,
                    "unknown": verdict.unknown,
                })
            });
            return say_json(Value::Array(rows.collect()), console).map(|_| exit);
        }
        for (found, verdict) in checked {
            let path = one_line(&found.path);
            let files = counted(verdict.files, "file", "files");
            match (verdict.damaged.is_empty(), verdict.is_known) {
                (true, true) => console.say(format_args!("  Verified: {path} ({files})"))?,
                (true, false) => console.say(format_args!(
                    "  Readable: {path} ({files}; no manifest to compare with)"
                ))?,
                (false, _) => console.say(format_args!("  Damaged: {path}"))?,
            }
            for fault in &verdict.damaged {
                console.say(format_args!("    {}", fault.replace('\n', "\\n")))?;
            }
            for unknown in &verdict.unknown {
                console.warn(format_args!(
                    "{path} holds {unknown}, which is not part of the backup"
                ));
            }
        }
        Ok(exit)
    }

    pub(super) fn say_deleted(
        &self,
        gone: &[PathBuf],
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        if self.json {
            return say_json(
                json!({"deleted": texts(gone), "dry_run": self.dry_run}),
                console,
            );
        }
        let verb = if self.dry_run {
            "Would delete"
        } else {
            "Backup deleted"
        };
        for path in gone {
            console.say(format_args!("{verb}: {}", one_line(path)))?;
        }
        Ok(Exit::Done)
    }

    pub(super) fn say_restored(
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
    pub(super) fn say_comparison(
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
    pub(super) fn say_diff(
        &self,
        source: &Source,
        comparison: &Comparison,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let patches: Vec<String> = comparison
            .changes
            .iter()
            .map(|change| patch(source, change))
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

fn patch(source: &Source, change: &Change) -> String {
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

fn row(found: &Found) -> Value {
    let created = found
        .created
        .map(|created| format!("{}Z", created.to_iso()));
    let (files, bytes) = match &found.origin {
        Origin::Tool(header) => (header.files, header.bytes),
        _ => without_manifest(&found.path),
    };
    json!({
        "path": text(&found.path),
        "name": found.name,
        "created": created,
        "files": files,
        "bytes": bytes,
        "complete": found.missing() == Some(0),
        "has_manifest": !matches!(found.origin, Origin::Script),
        "restore_to": match &found.origin {
            Origin::Tool(header) => Some(text(&header.root.0)),
            _ => None,
        },
    })
}

/// Files and bytes of a backup that says nothing about itself.
fn without_manifest(backup: &Path) -> (u64, u64) {
    let files = walkdir::WalkDir::new(backup)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file());
    (
        files.count() as u64,
        fs_extra::dir::get_size(backup).unwrap_or(0),
    )
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

fn described(thing: &Named) -> String {
    let place = one_line(&thing.place);
    match (thing.is_folder, thing.n_files) {
        (false, _) => place,
        (true, 1) => format!("{place} (1 file)"),
        (true, n) => format!("{place} ({n} files)"),
    }
}

/// A document with the version of its form; the lists have none, as rows alone were promised.
fn say_json(answer: Value, console: &mut Console) -> Result<Exit, Failure> {
    console.say_document(answer)?;
    Ok(Exit::Done)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| text(path)).collect()
}

/// A path on one line, whatever is in it.
fn one_line(path: &Path) -> String {
    one_line_name(&path.to_string_lossy()).into_owned()
}
