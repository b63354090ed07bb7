//! The binary run as a process.
//!
//! `usage` holds what may be typed, `legacy` the script's own report against a second, obvious
//! implementation of its rules, `truth` the counts against what a generator says it wrote, `faults`
//! what happens when folders, files and disks misbehave, `schema` the form of JSON reports, `follow` logs that grow while they are watched.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod faults;
mod follow;
mod legacy;
mod reference;
mod schema;
mod truth;
mod usage;

use std::path::Path;

use testkit::process::{Ended, Run};

fn tool() -> Run {
    Run::new(env!("CARGO_BIN_EXE_aggregate_plex_logs"))
}

fn run_in(folder: &Path, args: &[&str]) -> Ended {
    tool().current_dir(folder).args(args).run().unwrap()
}

/// A log folder with one file for each (name, text).
fn log_folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn the_cases_under_fixtures_hold() {
    let n_cases = testkit::cases::run_all(
        "aggregate_plex_logs",
        env!("CARGO_BIN_EXE_aggregate_plex_logs"),
    );
    assert!(n_cases.unwrap_or_else(|differences| panic!("{differences}")) > 0);
}
