//! A folder with agents in it, for the tests to spoil and to repair.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its part; a helper of a test may stop the test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use plexcore::files::real_path;
use serde_json::Value;
use tempfile::TempDir;
use testkit::process::{Ended, Run, with_slashes};

pub(crate) const TOOL: &str = env!("CARGO_BIN_EXE_backup_utils");

pub(crate) struct Scene {
    folder: TempDir,
}

impl Scene {
    /// An empty folder to work in.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Bundles with a `utils.py` each, as an agent project has them.
    pub(crate) fn with_bundles(n: usize) -> Self {
        let scene = Self::empty();
        for number in 0..n {
            scene.write(&utils(number), &format!("# agent {number}\nv = 1\n"));
        }
        scene
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        real_path(self.folder.path()).unwrap().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(&self, args: &[A]) -> Ended {
        Run::new(TOOL)
            .args(args)
            .current_dir(self.folder.path())
            .run()
            .unwrap()
    }

    /// What a run that succeeds says, its paths with slashes on every system.
    pub(crate) fn ok<A: AsRef<std::ffi::OsStr>>(&self, args: &[A]) -> String {
        with_slashes(&self.stdout(args))
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.stdout(&[args, &["--json"]].concat())).unwrap()
    }

    fn stdout<A: AsRef<std::ffi::OsStr>>(&self, args: &[A]) -> String {
        let ended = self.run(args);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.stdout
    }

    /// Makes a backup and gives its path.
    pub(crate) fn create(&self, files: &[&str]) -> String {
        let answer = self.json(&[&["--create"], files, &["--name", "before"]].concat());
        assert_eq!(answer["verified"], true);
        answer["backup"].as_str().unwrap().to_owned()
    }

    /// A command that runs in the folder, silent, for tests that start many.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(TOOL);
        command.args(args).current_dir(self.folder.path());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// The paths of all backups, the newest first.
    pub(crate) fn backups(&self) -> Vec<String> {
        let list = self.json(&["--list"]);
        let rows = list["backups"].as_array().unwrap().iter();
        rows.map(|row| row["path"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Every backup that is listed verifies.
    pub(crate) fn verify_all(&self) {
        for row in self.json(&["--verify"])["backups"].as_array().unwrap() {
            assert_eq!(row["verified"], true, "{row}");
        }
    }

    /// Everything below a folder with its content and what belongs to it, the backups left out.
    pub(crate) fn tree(&self, name: &str) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        collect(&self.path(name), Path::new(""), &mut found);
        found
    }
}

/// The `utils.py` of a bundle.
pub(crate) fn utils(number: usize) -> String {
    format!("Plug-ins/Agent{number}.bundle/Contents/Code/utils.py")
}

fn collect(root: &Path, below: &Path, found: &mut BTreeMap<PathBuf, String>) {
    let path = root.join(below);
    let metadata = fs::symlink_metadata(&path).unwrap();
    let time = metadata.modified().unwrap();
    let content = if metadata.is_symlink() {
        format!("link to {}", fs::read_link(&path).unwrap().display())
    } else if metadata.is_dir() {
        format!("folder {} {time:?}", mode(&metadata))
    } else {
        format!(
            "file {} {time:?} {:?}",
            mode(&metadata),
            fs::read(&path).unwrap()
        )
    };
    found.insert(below.to_owned(), content);
    if metadata.is_dir() {
        for entry in fs::read_dir(&path).unwrap() {
            let name = entry.unwrap().file_name();
            if name != "_BACKUPS" {
                collect(root, &below.join(name), found);
            }
        }
    }
}

#[cfg(unix)]
fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0
}
