//! Phase 1: reads plug-in logs and writes a report. Replaces `aggregate_plex_logs.py`.
//!
//! Reads the logs of metadata agents, rotated and compressed ones included; writes one report or
//! several, each whole or not at all. Exit codes: 0 done; 1 the log folder is not there; 64 usage;
//! 66 logs could not be found or some could not be read; 73 and 74 the report could not be written.

mod args;
mod context;
mod follow;
mod options;
mod outputs;
mod run;
mod sample;
mod scan;

use std::process::ExitCode;

use plexcore::cli::{self, Tool};

const TOOL: Tool = Tool {
    name: "aggregate_plex_logs",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &["--log-dir", "--output", "--agent", "--hours", "--timeframe"],
};

fn main() -> ExitCode {
    cli::main(&TOOL, run::run)
}
