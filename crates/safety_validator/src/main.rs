//! Says before a change is used whether Plex would load it, and what in it is dangerous (phase 3).
//!
//! Replaces `safety_validator.py`.
//! Reads: the Python files named, found in folders, listed or given on standard input; `Info.plist` and
//! `DefaultPrefs.json` of their bundles; the manifest of a backup (`--changed-since`). Writes nothing, and runs no code.
//! Exit codes: 0 every file passes; 1 a file fails; 64 usage; 65 a backup is not what it should be; 66 a file is
//! missing or unreadable, told after the others were judged.

mod allow;
mod args;
mod bundle;
mod changed;
mod check;
mod constructs;
mod danger;
mod finding;
mod inputs;
mod names;
mod outcome;
mod outputs;
mod rules;
mod run;
mod sandbox;
mod source;

use std::process::ExitCode;

use plexcore::cli::Tool;

/// The tool as the command line knows it.
const TOOL: Tool = Tool {
    name: "safety_validator",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &["--file"],
};

fn main() -> ExitCode {
    plexcore::cli::main(&TOOL, run::run)
}
