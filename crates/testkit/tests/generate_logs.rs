//! `generate_logs` as a person runs it.

use std::path::Path;
use std::process::{Command, Output};
use std::{fs, io};

use testkit::loggen::{Truth, Window};

fn run(args: &[&str], folder: &Path) -> io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_generate_logs"));
    command.args(args).current_dir(folder).output()
}

#[test]
fn help_names_every_option() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["--help"], dir.path()).unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--out",
        "--seed",
        "--mb",
        "--platform",
        "--layout",
        "--large",
        "--zip",
        "--truth",
    ] {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn logs_zip_and_truth_are_written_where_asked() {
    let dir = tempfile::tempdir().unwrap();
    let args = "--out Logs --seed 7 --mb 0.5 --agents 2 --platform windows --layout mixed --zip logs.zip --truth truth.json";
    let output = run(&args.split(' ').collect::<Vec<_>>(), dir.path()).unwrap();
    assert!(output.status.success(), "{output:?}");
    let truth: Truth =
        serde_json::from_slice(&fs::read(dir.path().join("truth.json")).unwrap()).unwrap();
    assert_eq!(truth.agents.len(), 2);
    assert!(truth.totals(Window::ALL).search_operations > 0);
    for agent in &truth.agents {
        let newest = dir
            .path()
            .join("Logs/PMS Plugin Logs")
            .join(format!("{}.log", agent.identifier));
        assert!(newest.is_file());
    }
    assert!(fs::metadata(dir.path().join("logs.zip")).unwrap().len() > 1000);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("taken"), "a file").unwrap();
    let output = run(&["--out", "taken", "--mb", "0.1"], dir.path()).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.starts_with("generate_logs: cannot write logs to taken: "),
        "{message}"
    );
}
