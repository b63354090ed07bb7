//! The binary run as a process.
//!
//! `usage` holds what may be typed and how a run ends, `generations` what is made of each report,
//! `codebase` the source lines, `kept` what a person wrote.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod codebase;
mod generations;
mod kept;
mod usage;

use std::path::{Path, PathBuf};

use testkit::process::{Ended, Run};

const NOW: &str = "2026-02-03 10:00";

fn run_in(folder: &Path, args: &[&str]) -> Ended {
    Run::new(env!("CARGO_BIN_EXE_diagnose_from_report"))
        .current_dir(folder)
        .args(args)
        .run()
        .unwrap()
}

/// A report of the fixtures.
fn report(name: &str) -> PathBuf {
    testkit::fixtures().join("reports").join(name)
}

/// The document made of a report, on standard output.
fn made(name: &str, args: &[&str]) -> String {
    let report = report(name);
    let mut all = vec![
        "--report",
        report.to_str().unwrap(),
        "--output",
        "-",
        "--now",
        NOW,
    ];
    all.extend(args);
    let folder = tempfile::tempdir().unwrap();
    let ended = run_in(folder.path(), &all);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    ended.stdout
}
