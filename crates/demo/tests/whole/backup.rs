//! What `backup_utils` leaves is what `--changed-since` of `safety_validator` reads.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testkit::process::{Ended, Run};

use super::siblings;

fn run(tool: &str, folder: &Path, args: &[&str]) -> Ended {
    let run = Run::new(siblings::folder().join(tool));
    run.args(args).current_dir(folder).run().unwrap()
}

/// The names of the files that were judged, and how the run ended.
fn judged(folder: &Path, args: &[&str]) -> (Vec<String>, Option<i32>) {
    let ended = run(
        "safety_validator",
        folder,
        &[&["--json", "--changed-since"], args].concat(),
    );
    let document: Value = serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", ended.stderr));
    let files = document["files"].as_array().unwrap();
    let names = files.iter().map(|file| {
        let path = file["path"].as_str().unwrap().replace('\\', "/");
        path.rsplit("Contents/").next().unwrap().to_owned()
    });
    (names.collect(), ended.code)
}

#[test]
fn only_what_was_edited_since_a_real_backup_is_judged() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let contents = folder.join("Sample.bundle/Contents");
    fs::create_dir_all(contents.join("Code")).unwrap();
    for name in ["Info.plist", "Code/__init__.py", "Code/utils.py"] {
        let text = if name == "Info.plist" {
            "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>CFBundleIdentifier</key><string>x</string></dict></plist>"
        } else {
            "x = 1\n"
        };
        fs::write(contents.join(name), text).unwrap();
    }
    let made = run(
        "backup_utils",
        folder,
        &[
            "--create",
            "Sample.bundle",
            "--name",
            "before",
            "--backup-dir",
            "kept",
        ],
    );
    assert_eq!(made.code, Some(0), "{made:?}");
    // The lock of the backups lies beside them, in no order that a system promises.
    let mut kept = fs::read_dir(folder.join("kept")).unwrap();
    let backup = kept.find_map(|entry| Some(entry.unwrap().path()).filter(|path| path.is_dir()));
    let backup = backup.unwrap();
    let backup = backup.to_str().unwrap();

    assert_eq!(judged(folder, &[backup]), (vec![], Some(0)));

    fs::write(contents.join("Code/utils.py"), "x = f'1'\n").unwrap();
    fs::write(contents.join("Code/new.py"), "y = 1\n").unwrap();
    let edited = vec!["Code/new.py".to_owned(), "Code/utils.py".to_owned()];
    assert_eq!(judged(folder, &[backup]), (edited.clone(), Some(1)));
    assert_eq!(
        judged(folder, &[backup, "Sample.bundle"]),
        (edited, Some(1))
    );

    let restored = run("backup_utils", folder, &["--restore", backup]);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    let (left, code) = judged(folder, &[backup]);
    assert_eq!(
        (left.contains(&"Code/utils.py".to_owned()), code),
        (false, Some(0))
    );
}
