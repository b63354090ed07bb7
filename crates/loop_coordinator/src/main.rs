//! The state commands under the older name (any phase): what `loop_coordinator.py` keeps in its reduced form.
//!
//! Replaces `loop_coordinator.py`. It decides nothing and runs nothing: the person records where
//! they are (`--set iteration 3`) and reads it back.
//! Reads and writes: `state.json` in the current folder, and its former contents in `.state.json.history`.
//! Exit codes: 0 done; 64 usage; 65 the file is no state file; 66 unreadable; 73, 74 not writable; 75 the lock is held.

mod args;
mod run;

use std::process::ExitCode;

use plexcore::cli::Tool;

/// The tool as the command line knows it.
const TOOL: Tool = Tool {
    name: "loop_coordinator",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &["--save", "--load", "--get", "--set"],
};

fn main() -> ExitCode {
    plexcore::cli::main(&TOOL, run::run)
}
