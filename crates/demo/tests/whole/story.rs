//! The demo, played to its end.

use std::fs;
use std::path::Path;
use std::process::Command;

use testkit::process::with_slashes;

use super::normal::normal;
use super::{is_blessing, read, siblings, workspace};

fn play(out: &Path) -> String {
    siblings::folder();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_demo"));
    let ended = demo.arg("--out").arg(out).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn the_loop_finds_mends_proves_keeps_and_takes_back() {
    let out = tempfile::tempdir().unwrap();
    let said = play(out.path());
    let mut at = 0;
    for fact in [
        // The defect, and the line that it comes from.
        "the page does not look as expected (site changed, parse, critical)",
        "> 26 |         return page.xpath('//h1[@class=\"title\"]/text()')[0]",
        // The edit that does not parse is caught.
        "  Valid Python: FAIL",
        "[exit 1]",
        // The right one passes and works.
        "  Valid Python: PASS (1 of 1)",
        "changed as expected",
        "DECISION: KEEP",
        "State saved:",
        // The hasty one is found out and taken back.
        "DECISION: ROLLBACK",
        "Restore complete from: ",
        "byte for byte",
        "\"year\": \"ROLLBACK\"",
    ] {
        let found = said[at..].find(fact);
        at += found.unwrap_or_else(|| panic!("expected {fact:?} next in\n{}", &said[at..]));
    }
}

#[test]
fn each_round_has_its_artifacts_under_their_names() {
    let out = tempfile::tempdir().unwrap();
    play(out.path());
    let reports = [
        "aggregated_logs.txt",
        "aggregated_logs.json",
        "aggregated_logs.html",
    ];
    for (round, others) in [
        ("1", &["error_categorization.md", "backup.json"][..]),
        ("2", &["backup.json", "test_report_heading.md"]),
        ("3", &["test_report_year.md"]),
    ] {
        for name in reports.iter().chain(others) {
            let path = out.path().join("iterations").join(round).join(name);
            assert!(path.is_file(), "{}", path.display());
        }
    }
    let source = "Plug-ins/ExampleDB.bundle/Contents/Code/__init__.py";
    let text = fs::read_to_string(out.path().join(source)).unwrap();
    assert!(
        text.contains("//h1[@class=\"heading\"]") && !text.contains("year"),
        "{text}"
    );
}

#[test]
fn the_transcript_in_the_document_is_that_of_a_run() {
    const OPENING: &str = "````text transcript\n";
    let out = tempfile::tempdir().unwrap();
    let said = with_slashes(&normal(&play(out.path()), out.path()));
    let said = said.trim_start_matches('\n');
    let document = read("docs/demo.md");
    let from = document.find(OPENING).unwrap() + OPENING.len();
    let to = from + document[from..].find("````\n\n<!-- end").unwrap();
    let shown = with_slashes(&normal(&document[from..to], out.path()));
    if shown != said.trim_end() {
        assert!(
            is_blessing(),
            "docs/demo.md does not show this run; BLESS=1 rewrites it:\n{said}"
        );
        let text = format!(
            "{}{}\n{}",
            &document[..from],
            said.trim_end(),
            &document[to..]
        );
        fs::write(workspace().join("docs/demo.md"), text).unwrap();
    }
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("mine.txt"), "mine").unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_demo"));
    let ended = demo.arg("--out").arg(out.path()).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
}
