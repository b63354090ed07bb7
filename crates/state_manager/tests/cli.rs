//! The tool as a process: the cases under `fixtures/cases/state_manager`, and what they can't show.
#![expect(clippy::unwrap_used, reason = "a helper of a test may stop the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use testkit::process::{Ended, Run};
use testkit::{cases, folder};

const TOOL: &str = env!("CARGO_BIN_EXE_state_manager");

#[test]
fn cases_hold() {
    assert!(cases::run_all("state_manager", TOOL).unwrap() > 20);
}

struct Session {
    folder: TempDir,
}

impl Session {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("state.json")
    }

    fn run(&self, args: &[&str]) -> Ended {
        Run::new(TOOL)
            .args(["--state-file", "state.json"])
            .args(args)
            .current_dir(self.folder.path())
            .run()
            .unwrap()
    }

    fn ok(&self, args: &[&str]) -> String {
        let ended = self.run(args);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.stdout
    }

    fn state(&self) -> Value {
        let text = fs::read_to_string(self.file()).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["state"].clone()
    }
}

#[test]
fn the_file_has_the_form_that_the_script_wrote() {
    let session = Session::new();
    assert_eq!(
        session.ok(&["--set", "iteration", "42"]),
        "State saved: state.json\n"
    );
    assert_eq!(
        session.ok(&["--save", "before lunch"]),
        "State loaded: state.json\nState saved: state.json\n"
    );
    let text = fs::read_to_string(session.file()).unwrap();
    let (head, tail) = (&text[..18], &text[40..]);
    assert_eq!(head, "{\n  \"saved_at\": \"2");
    assert_eq!(
        tail,
        "\",\n  \"reason\": \"before lunch\",\n  \"state\": {\n    \"iteration\": \"42\"\n  }\n}"
    );
}

#[test]
fn missing_parent_folders_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let ended = Run::new(TOOL)
        .args(["--set", "a", "1"])
        .current_dir(folder.path())
        .run()
        .unwrap();
    assert_eq!(
        ended.stdout,
        "State saved: Plug-ins/plex_improvement/state.json\n"
    );
    assert!(
        folder
            .path()
            .join("Plug-ins/plex_improvement/state.json")
            .is_file()
    );
}

#[test]
fn text_stays_text_and_json_has_a_type() {
    let session = Session::new();
    session.ok(&[
        "--set",
        "a",
        "42",
        "--set",
        "b",
        "-1",
        "--set-json",
        "c",
        "[1, {\"d\": null}]",
        "--reason",
        "types",
    ]);
    assert_eq!(
        session.state(),
        serde_json::json!({"a": "42", "b": "-1", "c": [1, {"d": null}]})
    );
    session.ok(&["--set-json", "c.1.d", "2.50", "--delete", "a"]);
    assert_eq!(session.ok(&["--get", "c", "--raw"]), "[1, {\"d\": 2.50}]\n");
    assert_eq!(session.run(&["--get", "a", "--raw"]).code, Some(1));
}

#[test]
fn an_empty_reason_and_an_empty_key_count() {
    let session = Session::new();
    session.ok(&["--set", "", "x"]);
    session.ok(&["--save", ""]);
    assert_eq!(session.ok(&["--get", "", "--raw"]), "x\n");
    assert!(
        fs::read_to_string(session.file())
            .unwrap()
            .contains("\"reason\": \"\"")
    );
}

#[test]
fn what_python_alone_writes_survives_a_change() {
    let session = Session::new();
    let odd = "\u{feff}{\"version\": 3, \"state\": {\"n\": NaN, \"i\": -Infinity, \"e\": 1e400, \"big\": 123456789012345678901234567890, \"half\": \"\\udce9\", \"f\": 1.10}, \"saved_at\": 0, \"reason\": 0}\n";
    fs::write(session.file(), odd).unwrap();
    session.ok(&["--set", "new", "1", "--reason", "r"]);
    let text = fs::read_to_string(session.file()).unwrap();
    let kept = odd.split("}, \"saved_at\"").next().unwrap();
    assert!(
        text.starts_with(&format!("{kept}, \"new\": \"1\"}}, \"saved_at\": \"2")),
        "{text}"
    );
    assert!(text.ends_with("\"reason\": \"r\"}\n"));
}

#[test]
fn every_change_can_be_taken_back_even_clear() {
    let session = Session::new();
    session.ok(&["--set", "a", "1"]);
    session.ok(&["--set", "a", "2"]);
    let before = fs::read(session.file()).unwrap();
    assert_eq!(
        session.ok(&["--clear"]),
        "State loaded: state.json\nState cleared\n"
    );
    assert!(!session.file().exists());
    session.ok(&["--undo"]);
    assert_eq!(fs::read(session.file()).unwrap(), before);
    session.ok(&["--undo"]);
    assert_eq!(session.state(), serde_json::json!({"a": "1"}));
    session.ok(&["--redo"]);
    assert_eq!(fs::read(session.file()).unwrap(), before);
    assert!(
        session
            .ok(&["--diff"])
            .contains("-  \"a\": \"1\"\n+  \"a\": \"2\"\n")
    );
    let history: Value = serde_json::from_str(&session.ok(&["--history", "--json"])).unwrap();
    let undone: Vec<&Value> = history["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["undone"])
        .collect();
    assert_eq!(
        undone,
        [false, true, false],
        "the undone clear lies between"
    );
}

#[test]
fn a_broken_file_is_kept_and_the_last_good_state_offered() {
    let session = Session::new();
    session.ok(&["--set", "a", "1"]);
    session.ok(&["--set", "a", "2"]);
    fs::write(session.file(), "{\"state\": {\"a\"").unwrap();
    for args in [
        &["--set", "b", "1"][..],
        &["--load"],
        &["--get", "a"],
        &["--save", "x"],
        &["--delete", "a"],
    ] {
        let ended = session.run(args);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(65), ""),
            "{args:?}"
        );
        assert!(
            ended.stderr.contains("line 1 column 15: expected a colon"),
            "{}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("--undo puts it aside"),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(fs::read(session.file()).unwrap(), b"{\"state\": {\"a\"");
    session.ok(&["--undo"]);
    assert_eq!(session.state(), serde_json::json!({"a": "1"}));
    fs::write(session.file(), "").unwrap();
    assert_eq!(session.ok(&["--clear"]), "State cleared\n");
    assert!(!session.file().exists());
    let aside = folder::names(session.folder.path())
        .unwrap()
        .into_iter()
        .filter(|name| name.contains(".broken-"))
        .count();
    assert_eq!(aside, 2);
}

#[test]
fn every_json_answer_is_one_document() {
    let session = Session::new();
    for args in [
        &["--set", "a", "1"][..],
        &["--save", "x"],
        &["--load"],
        &["--get", "a"],
        &["--diff"],
        &["--history"],
        &["--delete", "a"],
        &["--undo"],
        &["--redo"],
        &["--clear"],
        &["--load"],
    ] {
        let answer = session.ok(&[args, &["--json"]].concat());
        let document: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(document["state_file"], "state.json", "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_refused_and_change_nothing() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let session = Session::new();
    session.ok(&["--set", "k", "1"]);
    let before = fs::read(session.file()).unwrap();
    let ended = Run::new(TOOL)
        .args(["--state-file", "state.json", "--set", "k"])
        .args([OsStr::from_bytes(b"\xe9")])
        .current_dir(session.folder.path())
        .run()
        .unwrap();
    assert_eq!(ended.code, Some(64), "{ended:?}");
    assert_eq!(fs::read(session.file()).unwrap(), before);
}

#[test]
fn text_of_any_script_is_stored_in_ascii_and_comes_back() {
    let session = Session::new();
    session.ok(&["--set", "clé", "日本 \u{1f600}\n\"\\"]);
    assert!(fs::read(session.file()).unwrap().is_ascii());
    assert_eq!(
        session.ok(&["--get", "clé", "--raw"]),
        "日本 \u{1f600}\n\"\\\n"
    );
}

#[test]
fn five_hundred_at_once_lose_nothing() {
    let session = Session::new();
    let mut children: Vec<_> = (0..500)
        .map(|n| {
            Command::new(TOOL)
                .args(["--state-file", "state.json", "--set", &format!("k{n}"), "1"])
                .current_dir(session.folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(session.state().as_object().unwrap().len(), 500);
    assert_eq!(
        fs::read_dir(session.folder.path().join(".state.json.history"))
            .unwrap()
            .count(),
        51,
        "50 states and the lock"
    );
}

#[test]
fn a_reader_never_sees_a_half_written_file() {
    let session = Session::new();
    let large = "x".repeat(1 << 20);
    fs::write(
        session.file(),
        format!("{{\"state\": {{\"large\": \"{large}\", \"n\": \"0\"}}}}"),
    )
    .unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..30 {
                session.ok(&["--set", "n", &n.to_string()]);
            }
        });
        let mut reads = 0;
        while !writer.is_finished() || reads == 0 {
            let state = session.state();
            assert_eq!(state["large"].as_str().unwrap().len(), large.len());
            reads += 1;
        }
    });
}

/// Kills a change at a moment that depends on `round`, and checks what it leaves.
fn kill_one(session: &Session, round: usize) {
    let before = session.state();
    let room = session.folder.path().join(".state.json.history");
    let mut child = Run::new(TOOL)
        .args([
            "--state-file",
            "state.json",
            "--set",
            "n",
            &round.to_string(),
        ])
        .current_dir(session.folder.path())
        .start()
        .unwrap();
    // The new content appears, grows, and becomes the file: each is a moment to stop at.
    let size_to_wait_for = (round % 8) as u64 * (150 << 10);
    let seen = |path: &Path| fs::metadata(path).is_ok_and(|found| found.len() >= size_to_wait_for);
    while child.try_wait().unwrap().is_none() && !seen(&room.join("new")) {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let after = session.state();
    assert_eq!(after["large"], before["large"]);
    assert!(
        after["n"] == before["n"] || after["n"] == *round.to_string(),
        "{} {round}",
        after["n"]
    );
}

#[test]
fn a_kill_leaves_the_old_state_or_the_new_one() {
    let session = Session::new();
    let large = "x".repeat(1 << 20);
    fs::write(
        session.file(),
        format!("{{\"state\": {{\"large\": \"{large}\", \"n\": \"0\"}}}}"),
    )
    .unwrap();
    for round in 1..=64 {
        kill_one(&session, round);
    }
    session.ok(&["--set", "n", "last"]);
    assert_eq!(session.state()["n"], "last");
    assert_eq!(
        folder::names(session.folder.path()).unwrap(),
        [".state.json.history", "state.json"]
    );
    for entry in fs::read_dir(session.folder.path().join(".state.json.history")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some() {
            serde_json::from_slice::<Value>(&fs::read(&path).unwrap()).unwrap();
        }
    }
}
