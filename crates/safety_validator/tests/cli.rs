//! The tool as a process: the cases under `fixtures/cases/safety_validator`, and what they can't show.
#![expect(clippy::unwrap_used, reason = "a helper of a test may stop the test")]

use std::fs;
use std::path::Path;

use plexcore::backup::{
    Digest, Entry, Header, Ignored, Kind, MANIFEST, Manifest, PathText, Purpose,
};
use plexcore::files::real_path;
use plexcore::stamp::Stamp;
use serde_json::Value;
use testkit::cases;
use testkit::process::{Ended, Run};

const TOOL: &str = env!("CARGO_BIN_EXE_safety_validator");

#[test]
fn cases_hold() {
    assert!(cases::run_all("safety_validator", TOOL).unwrap() > 30);
}

fn run(folder: &Path, args: &[&str]) -> Ended {
    Run::new(TOOL).args(args).current_dir(folder).run().unwrap()
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let ended = run(folder, &[args, &["--json"]].concat());
    serde_json::from_str(&ended.stdout).unwrap()
}

/// The paths of the files that were judged.
fn judged(folder: &Path, args: &[&str]) -> Vec<String> {
    let document = json(folder, args);
    let files = document["files"].as_array().unwrap();
    let paths = files.iter().map(|file| file["path"].as_str().unwrap());
    paths
        .map(|path| path.rsplit(['/', '\\']).next().unwrap().to_owned())
        .collect()
}

/// Backs files up below `root`, as `backup_utils` does it.
fn back_up(root: &Path, names: &[&str]) {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Attributes {
        mtime: String,
    }
    let mut entries = vec![Entry {
        path: PathText("code".into()),
        stored: PathText("code".into()),
        kind: Kind::Folder,
        attributes: Attributes {
            mtime: "1.000000000".to_owned(),
        },
        seen: None::<Ignored>,
    }];
    for name in names {
        let bytes = fs::read(root.join("code").join(name)).unwrap();
        entries.push(Entry {
            path: PathText(Path::new("code").join(name)),
            stored: PathText(Path::new("code").join(name)),
            kind: Kind::File {
                size: bytes.len() as u64,
                sha256: Digest::of(&bytes),
            },
            attributes: Attributes {
                mtime: "1.000000000".to_owned(),
            },
            seen: None,
        });
    }
    let header = Header::new(
        "test",
        "b",
        Stamp(0),
        Purpose::Backup,
        root.to_owned(),
        &entries,
    );
    let backup = root.join("backup");
    fs::create_dir_all(&backup).unwrap();
    let mut text = Vec::new();
    Manifest { header, entries }.write(&mut text).unwrap();
    fs::write(backup.join(MANIFEST), text).unwrap();
}

#[test]
fn only_what_differs_from_a_backup_is_judged() {
    let scratch = tempfile::tempdir().unwrap();
    let root = real_path(scratch.path()).unwrap();
    let code = root.join("code");
    fs::create_dir_all(&code).unwrap();
    for name in ["same.py", "changed.py", "gone.py", "notes.txt"] {
        fs::write(code.join(name), "x = 1\n").unwrap();
    }
    back_up(&root, &["same.py", "changed.py", "gone.py", "notes.txt"]);
    let since = ["--changed-since", "backup"];
    assert_eq!(judged(&root, &since), [""; 0]);
    fs::write(code.join("changed.py"), "x = 2\n").unwrap();
    fs::write(code.join("notes.txt"), "y\n").unwrap();
    fs::write(code.join("new.py"), "x = 3\n").unwrap();
    fs::remove_file(code.join("gone.py")).unwrap();
    assert_eq!(judged(&root, &since), ["changed.py", "new.py"]);
    assert_eq!(
        judged(&root, &["--changed-since", "backup", "code"]),
        ["changed.py", "new.py"]
    );
    assert_eq!(
        judged(&root, &["--changed-since", "backup", "code/same.py"]),
        [""; 0]
    );
    // A file of the same size is still read.
    fs::write(code.join("same.py"), "x = 9\n").unwrap();
    assert_eq!(judged(&root, &since), ["changed.py", "new.py", "same.py"]);
}

#[test]
fn a_backup_that_can_not_be_compared_is_no_empty_answer() {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    let missing = run(root, &["--changed-since", "nowhere"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (Some(66), ""));
    fs::create_dir(root.join("old")).unwrap();
    let of_the_script = run(root, &["--changed-since", "old"]);
    assert_eq!(of_the_script.code, Some(65));
    assert!(
        of_the_script.stderr.contains("hint: "),
        "{}",
        of_the_script.stderr
    );
    fs::write(root.join("old").join(MANIFEST), "{}").unwrap();
    assert_eq!(run(root, &["--changed-since", "old"]).code, Some(65));
}

#[test]
fn nothing_is_written_and_nothing_is_run() {
    let scratch = tempfile::tempdir().unwrap();
    let marker = scratch.path().join("marker");
    let source = format!("open({:?}, 'w').write('x')\n", marker.display().to_string());
    fs::write(scratch.path().join("a.py"), source).unwrap();
    assert_eq!(run(scratch.path(), &["--file", "a.py"]).code, Some(0));
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn thousands_of_files_are_listed_once_each() {
    let scratch = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..3000).map(|n| format!("{n:04}.py")).collect();
    for name in &names {
        fs::write(scratch.path().join(name), "x = 1\n").unwrap();
    }
    let list = names.join("\0");
    let ended = Run::new(TOOL)
        .args(["--files-from", "-", "--null"])
        .current_dir(scratch.path())
        .stdin(list)
        .run()
        .unwrap();
    assert!(
        ended
            .stdout
            .contains("Files: 3000 in all, 3000 passed, 0 failed, 0 unreadable"),
        "{}",
        ended.stdout
    );
}

#[test]
fn what_cpython_never_answers_is_answered() {
    let scratch = tempfile::tempdir().unwrap();
    let long = format!("x = {}\n", vec!["1"; 100_000].join("+"));
    let deep = format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
    for (name, source, valid, note) in [
        ("long.py", long.as_str(), true, "cpython-limit"),
        ("power.py", "x = 9**999999999\n", true, "cpython-limit"),
        ("deep.py", deep.as_str(), false, ""),
    ] {
        fs::write(scratch.path().join(name), source).unwrap();
        let file = &json(scratch.path(), &["--file", name])["files"][0];
        assert_eq!(file["valid_python"], valid, "{name}");
        if valid {
            assert_eq!(file["findings"][0]["id"], note, "{name}");
            assert_eq!(file["passed"], true, "{name}");
        } else {
            assert_eq!(file["syntax_error"]["class"], "MemoryError", "{name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn names_of_any_bytes_and_closed_pipes_are_no_trouble() {
    use std::os::unix::ffi::OsStringExt;
    let scratch = tempfile::tempdir().unwrap();
    let name = std::ffi::OsString::from_vec(b"a\xff.py".to_vec());
    if fs::write(scratch.path().join(&name), "x = 1\n").is_err() {
        return; // A file system that wants UTF-8 has no such names.
    }
    let ended = Run::new(TOOL)
        .args(["--files-from", "-", "--null"])
        .current_dir(scratch.path())
        .stdin(b"a\xff.py\0".to_vec())
        .run()
        .unwrap();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_come_to_an_end() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("x");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.py"), "x = 1\n").unwrap();
    std::os::unix::fs::symlink("..", folder.join("up")).unwrap();
    assert_eq!(judged(scratch.path(), &["x"]), ["a.py"]);
}
