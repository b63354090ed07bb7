//! Remembers, between two sessions of the workflow, what the person wants to remember (any phase).
//!
//! Replaces `state_manager.py`.
//! Reads and writes: the state file (`Plug-ins/plex_improvement/state.json`, or `--state-file`) and
//! its former contents in `.NAME.history` beside it.
//! Exit codes: 0 done; 1 nothing to undo, or no such key (`--delete`, `--get --raw`, `--get --json`);
//! 64 usage; 65 the file is no state file; 66 unreadable; 73, 74 not writable; 75 the lock is held.

mod args;
mod run;

use std::process::ExitCode;

use plexcore::cli::Tool;

/// The tool as the command line knows it.
const TOOL: Tool = Tool {
    name: "state_manager",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &["--save", "--load", "--get", "--set", "--clear"],
};

fn main() -> ExitCode {
    plexcore::cli::main(&TOOL, run::run)
}
