//! The tool as a process: the cases under `fixtures/cases/loop_coordinator`, and what they can't show.

use std::fs;

use testkit::cases;
use testkit::process::Run;

const TOOL: &str = env!("CARGO_BIN_EXE_loop_coordinator");

#[test]
fn cases_hold() {
    assert!(cases::run_all("loop_coordinator", TOOL).unwrap() > 5);
}

#[test]
fn progress_over_iterations_is_shown_and_nothing_is_decided() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        Run::new(TOOL)
            .args(args)
            .current_dir(folder.path())
            .run()
            .unwrap()
    };
    for n in ["1", "2", "3"] {
        assert_eq!(
            run(&["--set", "iteration", n, "--set", "phase", "test"]).code,
            Some(0)
        );
    }
    assert_eq!(
        run(&["--get", "iteration"]).stdout,
        "State loaded: state.json\niteration: 3\n"
    );
    let shown = run(&["--load"]).stdout;
    assert!(
        shown.ends_with("{\n  \"iteration\": \"3\",\n  \"phase\": \"test\"\n}\n"),
        "{shown}"
    );
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "the file and its history"
    );
}
