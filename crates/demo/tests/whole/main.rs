//! The workspace as a whole: all tools together, what documents say of them, and how they speak.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod backup;
mod generated;
mod normal;
mod prose;
mod siblings;
mod story;
mod wording;

use std::fs;
use std::path::PathBuf;

/// The tools, in the order of the phases.
const TOOLS: [&str; 8] = [
    "aggregate_plex_logs",
    "diagnose_from_report",
    "backup_utils",
    "safety_validator",
    "plex_api_utils",
    "compare_metrics",
    "state_manager",
    "loop_coordinator",
];

fn workspace() -> PathBuf {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    dunce::canonicalize(path).unwrap()
}

fn read(name: &str) -> String {
    let path = workspace().join(name);
    let text = fs::read_to_string(&path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .replace("\r\n", "\n")
}

/// Whether documents are to be rewritten where they differ.
fn is_blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}
