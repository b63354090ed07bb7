//! The tool as a process: the cases under `fixtures/cases/backup_utils`, and what they can't show.

mod scene;

use std::fs;
#[cfg(unix)]
use std::path::Path;

use scene::{Scene, TOOL, utils};
use testkit::cases;
use testkit::folder::remove_protected;
use testkit::process::with_slashes;

const BOTH: [&str; 2] = [
    "Plug-ins/Agent0.bundle/Contents/Code/utils.py",
    "Plug-ins/Agent1.bundle/Contents/Code/utils.py",
];

#[test]
fn cases_hold() {
    assert!(cases::run_all("backup_utils", TOOL).unwrap() > 20);
}

#[test]
fn twenty_one_files_of_one_name_all_come_back() {
    let scene = Scene::with_bundles(21);
    let files: Vec<String> = (0..21).map(utils).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let before = scene.tree("Plug-ins");
    let backup = scene.create(&files);
    for (number, file) in files.iter().enumerate() {
        scene.write(file, "broken");
        let kept = format!("{backup}/Agent{number}.bundle/Contents/Code/utils.py");
        assert_eq!(scene.read(kept), format!("# agent {number}\nv = 1\n"));
    }
    scene.ok(&["--restore", &backup]);
    let after = scene.tree("Plug-ins");
    for (path, content) in &before {
        // The folders' times change, since they were not backed up as folders.
        if content.starts_with("file") {
            assert_eq!(after.get(path), Some(content));
        }
    }
    assert_eq!(before.len(), after.len());
}

#[test]
fn names_that_occur_once_lie_flat_and_stdout_is_that_of_the_script() {
    let scene = Scene::with_bundles(1);
    scene.write("Plug-ins/Agent0.bundle/Contents/Info.plist", "<plist/>");
    let out = scene.ok(&[
        "--create",
        &utils(0),
        "Plug-ins/Agent0.bundle/Contents/Info.plist",
        "--name",
        "my fix",
    ]);
    let backup = out
        .lines()
        .last()
        .unwrap()
        .strip_prefix("Backup created: ")
        .unwrap();
    assert!(backup.starts_with("Plug-ins/_BACKUPS/my_fix_2"), "{out}");
    assert_eq!(
        out,
        format!("  Backed up: utils.py\n  Backed up: Info.plist\nBackup created: {backup}\n")
    );
    assert_eq!(
        scene.ok(&["--list"]),
        format!("Available backups:\n  {backup}\n")
    );
    assert_eq!(
        scene.ok(&["--restore", backup]),
        format!("  Restored: utils.py\n  Restored: Info.plist\nRestore complete from: {backup}\n")
    );
    let mut names: Vec<_> = fs::read_dir(scene.path(backup))
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["Info.plist", "backup-manifest.json", "utils.py"]);
}

#[test]
fn a_restore_can_be_undone_and_the_undo_too() {
    let scene = Scene::with_bundles(2);
    let backup = scene.create(&BOTH);
    scene.write(BOTH[0], "edited after the backup");
    fs::remove_dir_all(scene.path("Plug-ins/Agent1.bundle")).unwrap();
    let edited = scene.tree("Plug-ins");
    let answer = scene.json(&["--restore", &backup]);
    let restored = scene.read(BOTH[0]);
    assert_eq!(scene.read(BOTH[1]), "# agent 1\nv = 1\n");
    let undo = scene.json(&["--restore", answer["pre_restore"].as_str().unwrap()]);
    assert_eq!(scene.read(BOTH[0]), "edited after the backup");
    assert_eq!(
        scene.tree("Plug-ins").keys().collect::<Vec<_>>(),
        edited.keys().collect::<Vec<_>>()
    );
    scene.json(&["--restore", undo["pre_restore"].as_str().unwrap()]);
    assert_eq!(scene.read(BOTH[0]), restored);
    assert_eq!(scene.read(BOTH[1]), "# agent 1\nv = 1\n");
}

#[test]
fn a_restore_of_what_is_the_same_changes_nothing() {
    let scene = Scene::with_bundles(2);
    let backup = scene.create(&BOTH);
    let answer = scene.json(&["--restore", &backup]);
    assert_eq!(
        (&answer["changed"], &answer["pre_restore"]),
        (&0.into(), &serde_json::Value::Null)
    );
    assert_eq!(scene.backups().len(), 1);
}

#[test]
fn stale_compiled_files_beside_a_restored_source_go() {
    let scene = Scene::with_bundles(2);
    let backup = scene.create(&BOTH);
    for compiled in ["utils.pyc", "utils.pyo", "other.pyc"] {
        for number in [0, 1] {
            scene.write(
                &format!("Plug-ins/Agent{number}.bundle/Contents/Code/{compiled}"),
                "bytecode",
            );
        }
    }
    scene.write(BOTH[0], "v = 2\n");
    scene.ok(&["--restore", &backup]);
    let is_there = |number, name| {
        scene
            .path(format!(
                "Plug-ins/Agent{number}.bundle/Contents/Code/{name}"
            ))
            .exists()
    };
    assert!(
        !is_there(0, "utils.pyc") && !is_there(0, "utils.pyo"),
        "a 2.7 host would run them"
    );
    assert!(is_there(0, "other.pyc"), "its source was not restored");
    assert!(is_there(1, "utils.pyc"), "its source did not change");
}

#[test]
fn what_was_added_is_shown_and_goes_only_with_exact() {
    let scene = Scene::with_bundles(1);
    let before = scene.tree("Plug-ins/Agent0.bundle");
    let backup = scene.create(&["Plug-ins/Agent0.bundle"]);
    scene.write("Plug-ins/Agent0.bundle/Contents/Code/new/added.py", "x\n");
    scene.write(&utils(0), "v = 2\n");
    let shown = scene.run(&["--diff", &backup]);
    assert!(
        shown.stdout.contains("-v = 2\n+# agent 0\n+v = 1\n"),
        "{}",
        shown.stdout
    );
    assert!(
        shown
            .stderr
            .contains("added.py was added since the backup; it stays"),
        "{}",
        shown.stderr
    );
    scene.ok(&["--restore", &backup]);
    assert_eq!(
        scene.read("Plug-ins/Agent0.bundle/Contents/Code/new/added.py"),
        "x\n"
    );
    scene.ok(&["--restore", &backup, "--exact"]);
    assert_eq!(scene.tree("Plug-ins/Agent0.bundle"), before);
    // It went, but it is not lost.
    let kept = scene.backups()[0].clone() + "/Agent0.bundle/Contents/Code/new/added.py";
    assert_eq!(scene.read(kept), "x\n");
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let scene = Scene::with_bundles(2);
    let plan = scene.json(&["--create", BOTH[0], BOTH[1], "--name", "n", "--dry-run"]);
    assert_eq!(
        (&plan["files"], &plan["verified"]),
        (&2.into(), &false.into())
    );
    assert!(!scene.path("Plug-ins/_BACKUPS").exists());
    let backup = scene.create(&BOTH);
    scene.write(BOTH[0], "v = 2\n");
    let (files, backups) = (scene.tree("Plug-ins"), scene.backups());
    let out = scene.ok(&["--restore", &backup, "--dry-run"]);
    assert_eq!(
        out,
        with_slashes(&format!(
            "  Would restore: {}\n",
            scene.path(BOTH[0]).display()
        ))
    );
    assert_eq!((scene.tree("Plug-ins"), scene.backups()), (files, backups));
}

#[test]
fn damage_is_found_and_never_put_back() {
    let scene = Scene::with_bundles(2);
    let backup = scene.create(&BOTH);
    let copy = scene.path(format!("{backup}/Agent1.bundle/Contents/Code/utils.py"));
    let mut bytes = fs::read(&copy).unwrap();
    bytes[3] ^= 1;
    fs::write(&copy, bytes).unwrap();
    scene.write(BOTH[0], "v = 2\n");
    let verdict = scene.run(&["--verify", &backup]);
    assert_eq!(verdict.code, Some(1));
    assert!(
        with_slashes(&verdict.stdout)
            .contains("Agent1.bundle/Contents/Code/utils.py: expected SHA-256"),
        "{}",
        verdict.stdout
    );
    let refused = scene.run(&["--restore", &backup]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(65), ""));
    assert_eq!(scene.read(BOTH[0]), "v = 2\n", "all or nothing");
    fs::remove_file(&copy).unwrap();
    let list = scene.run(&["--list"]);
    assert!(
        list.stderr
            .contains("is not complete: 1 file is missing or cut"),
        "{}",
        list.stderr
    );
    assert_eq!(scene.json(&["--list"])["backups"][0]["complete"], false);
}

#[test]
fn a_second_backup_shares_what_did_not_change_and_only_that() {
    let scene = Scene::with_bundles(2);
    let first = scene.create(&BOTH);
    scene.write(BOTH[1], "v = 2\n");
    let answer = scene.json(&["--create", BOTH[0], BOTH[1], "--name", "before"]);
    assert_eq!(answer["shared"], 1);
    let second = answer["backup"].as_str().unwrap();
    // Somebody spoils a copy, rights or not: the next backup does not build on it.
    let copy = scene.path(format!("{second}/Agent0.bundle/Contents/Code/utils.py"));
    remove_protected(&copy).unwrap();
    fs::write(&copy, "# agent 0\nv = 9\n").unwrap();
    let time = fs::metadata(scene.path(BOTH[0]))
        .unwrap()
        .modified()
        .unwrap();
    fs::File::options()
        .write(true)
        .open(&copy)
        .unwrap()
        .set_modified(time)
        .unwrap();
    let third = scene.json(&["--create", BOTH[0], BOTH[1], "--name", "before"]);
    assert_eq!(third["shared"], 1, "the other one");
    let third = third["backup"].as_str().unwrap();
    assert_eq!(
        scene.read(format!("{third}/Agent0.bundle/Contents/Code/utils.py")),
        "# agent 0\nv = 1\n"
    );
    assert_eq!(scene.run(&["--verify", third]).code, Some(0));
    assert_eq!(scene.run(&["--verify", &first]).code, Some(0));
    scene.ok(&["--delete", &first]);
    assert_eq!(
        scene.run(&["--verify", third]).code,
        Some(0),
        "deleting one leaves the others whole"
    );
}

/// The disk's marks are only kept of files that have been quiet for two seconds, so this test waits
/// for that; nothing can set the time in question.
#[cfg(unix)]
#[test]
fn a_touched_file_or_copy_is_never_taken_for_the_one_that_was_seen() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let scene = Scene::with_bundles(2);
    let now = || std::time::SystemTime::now();
    let changed = |path: &str| {
        let found = fs::metadata(scene.path(path)).unwrap();
        std::time::UNIX_EPOCH + std::time::Duration::new(u64::try_from(found.ctime()).unwrap(), 0)
    };
    let is_quiet = |path: &str| {
        now()
            .duration_since(changed(path))
            .is_ok_and(|age| age.as_secs() >= 3)
    };
    while !BOTH.iter().all(|path| is_quiet(path)) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let create = |more: &[&str]| {
        let args = [&["--create", BOTH[0], BOTH[1], "--name", "before"], more].concat();
        scene.json(&args)
    };
    let first = create(&[]);
    let first = first["backup"].as_str().unwrap();
    let manifest = scene.read(format!("{first}/backup-manifest.json"));
    assert_eq!(manifest.matches("\"seen\"").count(), 2, "{manifest}");
    assert_eq!(create(&[])["shared"], 2, "by the marks");
    assert_eq!(create(&["--checksum"])["shared"], 2, "by the content");

    let edit_keeping_time = |path: &str, content: &str| {
        let path = scene.path(path);
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        fs::write(&path, content).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(time).unwrap();
    };
    edit_keeping_time(BOTH[1], "# agent 1\nv = 7\n");
    let live = create(&[]);
    assert_eq!(
        live["shared"], 1,
        "the live file was edited, its time set back"
    );
    let last = live["backup"].as_str().unwrap();
    edit_keeping_time(
        &format!("{last}/Agent0.bundle/Contents/Code/utils.py"),
        "# agent 0\nv = 9\n",
    );
    let copy = create(&[]);
    assert_eq!(copy["shared"], 1, "the copy was edited, its time set back");
    let copy = copy["backup"].as_str().unwrap();
    assert_eq!(
        scene.read(format!("{copy}/Agent0.bundle/Contents/Code/utils.py")),
        "# agent 0\nv = 1\n"
    );
    assert_eq!(scene.run(&["--verify", copy]).code, Some(0));
}

#[cfg(unix)]
#[test]
fn shared_copies_are_read_only_but_come_back_with_their_rights() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let scene = Scene::with_bundles(1);
    fs::set_permissions(scene.path(utils(0)), fs::Permissions::from_mode(0o640)).unwrap();
    scene.create(&[&utils(0)]);
    let second = scene.create(&[&utils(0)]);
    let copy = fs::metadata(scene.path(format!("{second}/utils.py"))).unwrap();
    assert_eq!((copy.mode() & 0o777, copy.nlink()), (0o440, 2));
    scene.write(&utils(0), "v = 2\n");
    scene.ok(&["--restore", &second]);
    let back = fs::metadata(scene.path(utils(0))).unwrap();
    assert_eq!(
        (back.mode() & 0o777, back.nlink()),
        (0o640, 1),
        "never a name of the copy itself"
    );
}

#[test]
fn the_backups_are_not_backed_up() {
    let scene = Scene::with_bundles(2);
    scene.create(&BOTH);
    let whole = scene.json(&["--create", "Plug-ins", "--name", "all"]);
    assert_eq!(whole["files"], 2);
    let inside = scene.run(&["--create", "Plug-ins/_BACKUPS", "--name", "n"]);
    assert_eq!(inside.code, Some(65), "{}", inside.stderr);
}

#[test]
fn allow_missing_backs_up_the_others() {
    let scene = Scene::with_bundles(1);
    let out = scene.ok(&[
        "--create",
        &utils(0),
        "gone.py",
        "--name",
        "n",
        "--allow-missing",
    ]);
    assert!(
        out.starts_with(
            "  Backed up: utils.py\n  Warning: File not found: gone.py\nBackup created: "
        ),
        "{out}"
    );
    assert_eq!(
        scene
            .run(&["--create", &utils(0), "gone.py", "--name", "n"])
            .code,
        Some(66)
    );
    assert_eq!(scene.backups().len(), 1);
}

#[test]
fn pruning_keeps_the_newest_of_each_name() {
    let scene = Scene::with_bundles(1);
    for _ in 0..3 {
        scene.create(&[&utils(0)]);
    }
    let other = scene.json(&["--create", &utils(0), "--name", "other"]);
    let newest = scene.backups()[1].clone();
    let out = scene.ok(&["--keep", "1"]);
    assert_eq!(out.lines().count(), 2, "{out}");
    assert_eq!(
        scene.backups(),
        [other["backup"].as_str().unwrap(), &newest]
    );
    let made = scene.json(&["--create", &utils(0), "--name", "before", "--keep", "1"]);
    assert_eq!(made["deleted"].as_array().unwrap().len(), 1);
    assert_eq!(scene.ok(&["--keep-days", "1"]), "", "all are younger");
    scene.verify_all();
}

#[test]
fn a_backup_of_the_script_is_restored_as_the_script_did() {
    let scene = Scene::empty();
    scene.write("Plug-ins/_BACKUPS/old_20260201_183000/utils.py", "old\n");
    scene.write("Plug-ins/utils.py", "new\n");
    let out = scene.ok(&["--restore", "Plug-ins/_BACKUPS/old_20260201_183000"]);
    assert!(
        out.starts_with("  Restored: utils.py\nFiles as they were before: "),
        "{out}"
    );
    assert!(
        out.ends_with("Restore complete from: Plug-ins/_BACKUPS/old_20260201_183000\n"),
        "{out}"
    );
    assert_eq!(scene.read("Plug-ins/utils.py"), "old\n");
    assert_eq!(
        scene.read(scene.backups()[0].clone() + "/utils.py"),
        "new\n"
    );
}

#[test]
fn files_can_go_to_another_folder() {
    let scene = Scene::with_bundles(2);
    let backup = scene.create(&BOTH);
    let live = scene.tree("Plug-ins");
    scene.ok(&["--restore", &backup, "--target-dir", "elsewhere"]);
    assert_eq!(
        scene.read("elsewhere/Agent1.bundle/Contents/Code/utils.py"),
        "# agent 1\nv = 1\n"
    );
    assert_eq!(scene.tree("Plug-ins"), live);
}

#[test]
fn a_folder_in_the_way_stops_everything_before_it_begins() {
    let scene = Scene::with_bundles(2);
    let backup = scene.create(&BOTH);
    scene.write(BOTH[0], "v = 2\n");
    fs::remove_file(scene.path(BOTH[1])).unwrap();
    fs::create_dir(scene.path(BOTH[1])).unwrap();
    let before = scene.tree("Plug-ins");
    let refused = scene.run(&["--restore", &backup]);
    assert_eq!(refused.code, Some(65));
    assert!(
        refused.stderr.contains("expected a file, found a folder"),
        "{}",
        refused.stderr
    );
    assert_eq!(scene.tree("Plug-ins"), before);
}

#[cfg(unix)]
#[test]
fn links_never_lead_a_restore_elsewhere() {
    use std::os::unix::fs::symlink;
    let scene = Scene::with_bundles(2);
    let backup = scene.create(&BOTH);
    scene.write("outside/Code/utils.py", "mine\n");
    // The file itself became a link: the link is replaced, what it leads to is left alone.
    fs::remove_file(scene.path(BOTH[0])).unwrap();
    symlink(scene.path("outside/Code/utils.py"), scene.path(BOTH[0])).unwrap();
    scene.ok(&["--restore", &backup]);
    assert_eq!(
        (
            scene.read(BOTH[0]).as_str(),
            scene.read("outside/Code/utils.py").as_str()
        ),
        ("# agent 0\nv = 1\n", "mine\n")
    );
    // A folder above it became a link: refused.
    fs::remove_dir_all(scene.path("Plug-ins/Agent0.bundle/Contents/Code")).unwrap();
    symlink(
        scene.path("outside/Code"),
        scene.path("Plug-ins/Agent0.bundle/Contents/Code"),
    )
    .unwrap();
    let refused = scene.run(&["--restore", &backup]);
    assert_eq!(refused.code, Some(65));
    assert!(
        refused.stderr.contains("Contents/Code is a link"),
        "{}",
        refused.stderr
    );
    assert_eq!(scene.read("outside/Code/utils.py"), "mine\n");
}

#[cfg(unix)]
#[test]
fn a_named_link_stands_for_itself_and_for_what_it_leads_to() {
    use std::os::unix::fs::symlink;
    let scene = Scene::with_bundles(1);
    scene.write("dev/utils.py", "in development\n");
    symlink(scene.path("dev/utils.py"), scene.path("Plug-ins/link.py")).unwrap();
    symlink("nowhere", scene.path("Plug-ins/dangling")).unwrap();
    let backup = scene.create(&["Plug-ins/link.py", "Plug-ins/dangling"]);
    fs::remove_file(scene.path("Plug-ins/link.py")).unwrap();
    fs::remove_file(scene.path("Plug-ins/dangling")).unwrap();
    scene.write("dev/utils.py", "broken\n");
    scene.ok(&["--restore", &backup]);
    assert_eq!(scene.read("Plug-ins/link.py"), "in development\n");
    assert_eq!(
        fs::read_link(scene.path("Plug-ins/dangling")).unwrap(),
        Path::new("nowhere")
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_list_is_refused_before_anything_is_written() {
    let scene = Scene::with_bundles(1);
    let pipe = scene.path("Plug-ins/pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for what in ["Plug-ins/pipe", "Plug-ins"] {
        let refused = scene.run(&["--create", what, "--name", "n"]);
        assert_eq!(refused.code, Some(65), "{}", refused.stderr);
        assert!(
            refused.stderr.contains("found a pipe"),
            "{}",
            refused.stderr
        );
    }
    assert!(!scene.path("Plug-ins/_BACKUPS").exists());
}

#[test]
fn a_closed_stdout_does_not_undo_a_backup() {
    let scene = Scene::with_bundles(1);
    let mut child = scene
        .command(&["--create", &utils(0), "--name", "n"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert!(
        child.wait().unwrap().success(),
        "a reader that left is no failure"
    );
    assert_eq!(scene.backups().len(), 1);
    scene.verify_all();
}

#[cfg(target_os = "linux")]
#[test]
fn extended_attributes_come_back_where_the_disk_has_them() {
    let scene = Scene::with_bundles(1);
    let file = scene.path(utils(0));
    let has_them = xattr::set(&file, "user.note", b"\x00kept").is_ok();
    let backup = scene.create(&[&utils(0)]);
    fs::remove_file(&file).unwrap();
    scene.ok(&["--restore", &backup]);
    let expected = has_them.then(|| b"\x00kept".to_vec());
    assert_eq!(xattr::get(&file, "user.note").unwrap_or_default(), expected);
}
