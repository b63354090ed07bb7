//! Phase 2: turns a log report into evidence. Replaces `diagnose_from_report.py`.
//!
//! Reads one report of any generation and, with `--codebase`, source files it names; writes one
//! document and keeps what a person wrote into the one before. Exit codes: 0 done; 64 usage; 65
//! not a whole report; 66 the report can't be read; 73 and 74 the document could not be written.

mod args;
mod causes;
mod codebase;
mod diagnosis;
mod document;
mod html;
mod markdown;
mod notes;
mod options;
mod run;
mod summary;
mod wording;

use std::process::ExitCode;

use plexcore::cli::{self, Tool};

const TOOL: Tool = Tool {
    name: "diagnose_from_report",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &["--report", "--output", "--codebase"],
};

fn main() -> ExitCode {
    cli::main(&TOOL, run::run)
}
