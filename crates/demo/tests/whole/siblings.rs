//! The tools' own binaries, beside the demo's in the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

use super::{TOOLS, workspace};

/// The folder of the binaries. Cargo builds those of a test's own package only, so the others are
/// built here when they are missing or older than a source.
pub(super) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_BIN_EXE_demo")).parent().unwrap();
        let newest = newest_source(&workspace().join("crates"));
        let is_fresh = |tool: &&str| {
            let path = folder.join(format!("{tool}{}", std::env::consts::EXE_SUFFIX));
            let made = fs::metadata(path).and_then(|data| data.modified());
            made.is_ok_and(|made| made >= newest)
        };
        if !TOOLS.iter().all(is_fresh) {
            build(folder);
        }
        folder.to_owned()
    })
}

fn build(folder: &Path) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--workspace", "--bins", "--locked", "--target-dir"])
        .arg(folder.parent().unwrap())
        .current_dir(workspace());
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    let ended = cargo.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "cargo build: {said}");
}

/// When a source under `src` of any crate was changed last.
fn newest_source(crates: &Path) -> SystemTime {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut folders: Vec<PathBuf> = fs::read_dir(crates)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("src"))
        .filter(|path| path.is_dir())
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                newest = newest.max(entry.metadata().unwrap().modified().unwrap());
            }
        }
    }
    newest
}

/// What a tool says on standard output; it must succeed.
pub(super) fn say(tool: &str, args: &[&str]) -> String {
    let run = testkit::process::Run::new(folder().join(tool));
    let ended = run.args(args).run().unwrap();
    assert_eq!(ended.code, Some(0), "{tool} {args:?}: {}", ended.stderr);
    ended.stdout
}

/// The exit code of a tool and what it says on standard error, in an empty folder.
pub(super) fn complain(tool: &str, args: &[&str]) -> (Option<i32>, String) {
    let here = tempfile::tempdir().unwrap();
    let run = testkit::process::Run::new(folder().join(tool));
    let ended = run.current_dir(here.path()).args(args).run().unwrap();
    (ended.code, ended.stderr)
}
