//! Backs files up before a change and puts them back (phase 3).
//!
//! Replaces `backup_utils.py`.
//! Reads: the files given to `--create`; a backup. Writes: backups in `Plug-ins/_BACKUPS` (or
//! `--backup-dir`); the files that `--restore` puts back. Never touches what it backs up.
//! Exit codes: 0 done; 1 a backup does not verify; 64 usage; 65 a backup or a file is not what it
//! should be; 66 a file is missing or unreadable; 73, 74 not writable; 75 a file keeps changing, or
//! another restore runs.

mod args;
mod attributes;
mod compare;
mod copy;
mod create;
mod diff;
mod journal;
mod layout;
mod manifest;
mod name;
mod place;
mod plan;
mod restore;
mod run;
mod seen;
mod shelf;
mod shown;
mod verify;
mod workers;

use std::process::ExitCode;

use plexcore::cli::Tool;

/// The tool as the command line knows it.
const TOOL: Tool = Tool {
    name: "backup_utils",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &["--create", "--name", "--restore", "--list", "--delete"],
};

fn main() -> ExitCode {
    plexcore::cli::main(&TOOL, run::run)
}
