//! Nothing is lost when runs are killed, meet each other, or meet a file that changes.
//!
//! The full sweep over system calls is `crates/backup_utils/faults/sweep.sh`, which needs strace;
//! these are the parts of it that need nothing but the toolchain.

mod scene;

use std::fs;
use std::path::Path;

use scene::{Scene, utils};

/// Enough files for a kill to fall between two of them.
const N_FILES: usize = 120;

fn large_scene() -> Scene {
    let scene = Scene::empty();
    for number in 0..N_FILES {
        scene.write(
            &format!("Plug-ins/A.bundle/d{}/f{number}.py", number % 7),
            &format!("{number}\n").repeat(2000),
        );
    }
    scene
}

/// How many files lie below the first hidden folder with this beginning.
fn n_files_in_hidden(shelf: &Path, prefix: &str) -> usize {
    let entries = fs::read_dir(shelf).into_iter().flatten().flatten();
    let hidden = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    let folders = hidden.flat_map(|entry| walk(&entry.path()));
    folders.count()
}

fn walk(path: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            files.extend(walk(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files
}

#[test]
fn a_killed_backup_is_no_backup_and_the_next_one_clears_it() {
    let scene = large_scene();
    let before = scene.tree("Plug-ins/A.bundle");
    let shelf = scene.path("Plug-ins/_BACKUPS");
    for stop_at in (0..=N_FILES).step_by(12) {
        let mut child = scene
            .command(&["--create", "Plug-ins/A.bundle", "--name", "killed"])
            .spawn()
            .unwrap();
        while child.try_wait().unwrap().is_none()
            && n_files_in_hidden(&shelf, ".partial-") < stop_at
        {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        scene.verify_all();
    }
    let complete = scene.backups().len();
    scene.create(&["Plug-ins/A.bundle"]);
    assert_eq!(scene.backups().len(), complete + 1);
    assert_eq!(n_files_in_hidden(&shelf, ".partial-"), 0, "cleared");
    assert_eq!(
        scene.tree("Plug-ins/A.bundle"),
        before,
        "the sources are untouched"
    );
}

#[test]
fn a_killed_restore_ends_all_old_or_all_new() {
    let scene = large_scene();
    let new = scene.tree("Plug-ins/A.bundle");
    let backup = scene.create(&["Plug-ins/A.bundle"]);
    let shelf = scene.path("Plug-ins/_BACKUPS");
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..16 {
        for number in 0..N_FILES {
            scene.write(
                &format!("Plug-ins/A.bundle/d{}/f{number}.py", number % 7),
                "old\n",
            );
        }
        let old = scene.tree("Plug-ins/A.bundle");
        let mut child = scene.command(&["--restore", &backup]).spawn().unwrap();
        let placing = shelf.join(".restore-placing.json");
        let staging = shelf.join(".restore-staging.json");
        // Rounds stop at different moments: while staging, at the turn, among the places taken.
        let wait_for = if round % 4 == 0 { &staging } else { &placing };
        let mut spins = round * 40;
        while child.try_wait().unwrap().is_none() {
            if wait_for.exists() {
                if spins == 0 {
                    break;
                }
                spins -= 1;
            }
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // Any command that changes something brings it to an end first.
        scene.ok(&["--create", "Plug-ins/A.bundle/d0/f0.py", "--name", "next"]);
        let after = scene.tree("Plug-ins/A.bundle");
        let contents = |tree: &std::collections::BTreeMap<std::path::PathBuf, String>| {
            tree.iter()
                .filter(|(_, what)| what.starts_with("file"))
                .map(|(path, what)| (path.clone(), what.clone()))
                .collect::<Vec<_>>()
        };
        let verdict = if contents(&after) == contents(&old) {
            "old"
        } else {
            assert_eq!(
                contents(&after),
                contents(&new),
                "round {round}: neither all old nor all new"
            );
            "new"
        };
        seen.insert(verdict);
        assert_eq!(after.len(), old.len(), "nothing is left lying about");
        scene.verify_all();
    }
    assert!(seen.contains("new"), "{seen:?}");
}

#[test]
fn two_hundred_backups_at_once_under_one_name_are_two_hundred() {
    let scene = Scene::with_bundles(3);
    let files: Vec<String> = (0..3).map(utils).collect();
    let args = [
        "--create", &files[0], &files[1], &files[2], "--name", "same",
    ];
    let mut children: Vec<_> = (0..200)
        .map(|_| scene.command(&args).spawn().unwrap())
        .collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(scene.backups().len(), 200);
    scene.verify_all();
}

#[test]
fn a_file_that_changes_while_it_is_read_is_whole_or_fails_the_backup() {
    let scene = Scene::empty();
    let name = "Plug-ins/growing.py";
    scene.write(name, &"0".repeat(1 << 20));
    let (path, stop) = (scene.path(name), std::sync::atomic::AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut digit = b'0';
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                digit = if digit == b'9' { b'0' } else { digit + 1 };
                // In place, so that a reader can see two states at once.
                fs::write(&path, vec![digit; 1 << 20]).unwrap();
            }
        });
        for _ in 0..15 {
            let ended = scene.run(&["--create", name, "--name", "n"]);
            assert!(matches!(ended.code, Some(0 | 75)), "{ended:?}");
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    scene.verify_all();
}

#[test]
fn an_unwritable_shelf_is_named_and_nothing_is_made() {
    let scene = Scene::with_bundles(1);
    scene.write("Plug-ins/_BACKUPS", "a file where the folder should be");
    let ended = scene.run(&["--create", &utils(0), "--name", "n"]);
    assert_eq!(ended.code, Some(73), "{ended:?}");
    assert!(
        ended.stderr.contains("cannot create Plug-ins/_BACKUPS"),
        "{}",
        ended.stderr
    );
    assert_eq!(
        scene.read("Plug-ins/_BACKUPS"),
        "a file where the folder should be"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_restore_that_cannot_place_one_file_puts_all_back() {
    let scene = Scene::with_bundles(4);
    let files: Vec<String> = (0..4).map(utils).collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let backup = scene.create(&names);
    for name in &names {
        scene.write(name, "edited\n");
    }
    let before = scene.tree("Plug-ins");
    // The last one grows for as long as the restore runs: it is not what the restore planned for.
    let (path, stop) = (
        scene.path(names[3]),
        std::sync::atomic::AtomicBool::new(false),
    );
    let ended = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                fs::OpenOptions::new()
                    .append(true)
                    .open(&path)
                    .and_then(|mut file| std::io::Write::write_all(&mut file, b"x"))
                    .unwrap();
            }
        });
        let ended = scene.run(&["--restore", &backup]);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        ended
    });
    assert_eq!(ended.code, Some(75), "{ended:?}");
    let after = scene.tree("Plug-ins");
    for (path, what) in &before {
        if what.starts_with("file") && !path.starts_with("Agent3.bundle") {
            assert_eq!(after.get(path), Some(what));
        }
    }
    assert_eq!(after.len(), before.len());
}
