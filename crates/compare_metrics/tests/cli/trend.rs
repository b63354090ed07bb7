//! More than two reports.

use std::fs;

use super::{folder, run_in, totals};

fn report(day: u8, failing: u64) -> String {
    let titles = (0..100)
        .map(|item| super::Title::new(item, u64::from(item) < failing))
        .collect();
    super::World::new(day, titles).json("agent")
}

#[test]
fn repeated_baselines_are_a_history_and_the_last_is_compared() {
    let folder = folder(&[
        ("1", &report(1, 30)),
        ("2", &report(2, 30)),
        ("3", &report(3, 28)),
        ("4", &report(4, 4)),
    ]);
    let ended = run_in(
        folder.path(),
        &[
            "--baseline",
            "1",
            "--baseline",
            "2",
            "--baseline",
            "3",
            "--current",
            "4",
            "--json",
            "--output",
            "x.html",
            "--output",
            "x.md",
        ],
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(found["baseline_report"], "3");
    let trend = &found["evidence"]["trend"];
    let names: Vec<&str> = trend["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["1", "2", "3", "4"]);
    let places: Vec<&str> = trend["measures"][0]["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["place"].as_str().unwrap())
        .collect();
    assert_eq!(places, ["within", "within", "within", "below"]);
    for name in ["x.html", "x.md"] {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(text.contains("4 in 100 below"), "{name}");
    }
}

#[test]
fn a_folder_of_reports_is_put_in_order_and_what_is_none_is_left_out() {
    let history = tempfile::tempdir().unwrap();
    // Names are in the opposite order of the times.
    for (name, day) in [("c", 1), ("b", 2), ("a", 3)] {
        fs::write(history.path().join(name), report(day, 30)).unwrap();
    }
    fs::write(history.path().join("notes.md"), "none\n").unwrap();
    let current = history.path().join("now");
    fs::write(&current, report(4, 30)).unwrap();
    let (place, current) = (history.path().to_str().unwrap(), current.to_str().unwrap());
    let work = tempfile::tempdir().unwrap();
    let ended = run_in(
        work.path(),
        &["--history", place, "--current", current, "--json"],
    );
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("notes.md"), "{}", ended.stderr);
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let reports = found["evidence"]["trend"]["reports"].as_array().unwrap();
    let names: Vec<&str> = reports
        .iter()
        .map(|r| r["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["c", "b", "a", "now"]);
}

#[test]
fn two_reports_have_no_trend() {
    let folder = folder(&[
        ("1", &totals([100, 50, 50, 0, 0])),
        ("2", &totals([100, 50, 50, 0, 0])),
    ]);
    let ended = run_in(
        folder.path(),
        &["--baseline", "1", "--current", "2", "--json"],
    );
    let found: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert!(found["evidence"]["trend"].is_null());
}
