//! Backups: one that was made, those that there are, how they fare, those that go.

use std::path::PathBuf;

use plexcore::cli::{Console, Exit, Failure};
use plexcore::report::number::counted;
use serde_json::{Value, json};

use super::{say_json, text, texts};
use crate::create::Made;
use crate::name::Name;
use crate::plan::{Named, Plan};
use crate::run::Session;
use crate::shelf::{Found, Origin};
use crate::shown::one_line;
use crate::verify::Verdict;

impl Session<'_> {
    pub(in crate::run) fn say_made(
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

    pub(in crate::run) fn say_plan(
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

    pub(in crate::run) fn say_list(
        &self,
        backups: &[Found],
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        if self.json {
            let rows: Vec<Value> = backups.iter().map(row).collect();
            return say_json(json!({ "backups": rows }), console);
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

    pub(in crate::run) fn say_verified(
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
            let rows: Vec<Value> = rows.collect();
            return say_json(json!({ "backups": rows }), console).map(|_| exit);
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

    pub(in crate::run) fn say_deleted(
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
}

fn row(found: &Found) -> Value {
    let created = found
        .created
        .map(|created| format!("{}Z", created.to_iso()));
    let (files, bytes) = found.size();
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

fn described(thing: &Named) -> String {
    let place = one_line(&thing.place);
    match (thing.is_folder, thing.n_files) {
        (false, _) => place,
        (true, 1) => format!("{place} (1 file)"),
        (true, n) => format!("{place} ({n} files)"),
    }
}
