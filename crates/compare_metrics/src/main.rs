//! Phase 5: compares a report from before a fix with one from after it, and says whether to keep
//! the fix. Replaces `compare_metrics.py`.
//!
//! Reads two reports of any generation, or more for a trend; writes a Markdown report (and HTML,
//! JSON). Exit codes: 0 KEEP; 1 ROLLBACK; 2 MONITOR; 64 usage; 65 nothing to compare; 66 a report is
//! missing or unreadable; 73 and 74 the report could not be written.

mod args;
mod comparable;
mod comparison;
mod expect;
mod input;
mod judge;
mod measure;
mod options;
mod redaction;
mod run;
mod script;
mod trend;
mod verdict;
mod write;

use std::process::ExitCode;

use plexcore::cli::{self, Tool};

const TOOL: Tool = Tool {
    name: "compare_metrics",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &[
        "--baseline",
        "--current",
        "--fix-name",
        "--output",
        "--json",
    ],
};

fn main() -> ExitCode {
    cli::main(&TOOL, run::run)
}
