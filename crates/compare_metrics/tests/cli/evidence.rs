//! What the decision goes by.

use std::fs;

use super::{Title, World, compared, folder, metric, run_in, totals};

fn titles(range: std::ops::Range<u32>, failing: impl Fn(u32) -> bool) -> Vec<Title> {
    range.map(|item| Title::new(item, failing(item))).collect()
}

fn decision(before: &str, after: &str, more: &[&str]) -> (String, i32) {
    let (found, code) = compared(before, after, more);
    (
        found["evaluation"]["decision"].as_str().unwrap().to_owned(),
        code,
    )
}

#[test]
fn the_example_of_the_screen_is_kept() {
    let (before, after) = (totals([100, 70, 30, 0, 0]), totals([120, 108, 12, 0, 0]));
    let folder = folder(&[("b", &before), ("a", &after)]);
    let ended = run_in(folder.path(), &["--baseline", "b", "--current", "a"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let line = "title match failures: 30 of 100 -> 12 of 120 searches: 30.0% -> 10.0%, 20.0 points fewer (95% 9.5 to 30.5), chance alone 0.0002. better";
    assert!(ended.stdout.contains(line), "{}", ended.stdout);
}

#[test]
fn fewer_searches_at_the_same_rate_are_no_improvement() {
    for (before, after) in [
        ([200, 100, 60, 0, 40], [100, 50, 30, 0, 20]),
        ([100, 60, 40, 0, 0], [210, 126, 84, 0, 0]),
        ([100, 50, 50, 10, 20], [100, 50, 50, 10, 20]),
    ] {
        assert_eq!(
            decision(&totals(before), &totals(after), &[]),
            ("MONITOR".to_owned(), 2),
            "{before:?}"
        );
    }
}

#[test]
fn a_rate_decides_where_counts_mislead() {
    let cases = [
        // The rate has doubled on a quarter of the traffic, and halved on four times as much.
        ([400, 360, 40, 0, 0], [100, 80, 20, 0, 0], "ROLLBACK"),
        ([100, 60, 40, 0, 0], [400, 320, 80, 0, 0], "KEEP"),
        ([1000, 1000, 0, 0, 0], [1000, 0, 1000, 0, 0], "ROLLBACK"),
        ([20, 18, 2, 0, 0], [20, 15, 5, 0, 0], "MONITOR"),
        ([10, 9, 1, 0, 0], [10, 10, 0, 0, 0], "MONITOR"),
        ([1000, 500, 500, 0, 1], [1000, 992, 5, 0, 3], "KEEP"),
    ];
    for (before, after, expected) in cases {
        assert_eq!(
            decision(&totals(before), &totals(after), &[]).0,
            expected,
            "{before:?} {after:?}"
        );
    }
}

#[test]
fn undecided_says_how_many_searches_are_needed_and_no_percentage() {
    let folder = folder(&[
        ("b", &totals([20, 14, 6, 0, 0])),
        ("a", &totals([20, 16, 4, 0, 0])),
    ]);
    let ended = run_in(folder.path(), &["--baseline", "b", "--current", "a"]);
    assert_eq!(ended.code, Some(2));
    let line = ended
        .stdout
        .lines()
        .find(|line| line.starts_with("title match failures:"))
        .unwrap();
    assert!(
        line.contains(
            "~ undecided: about 121 searches a side are needed to see a halving; you have 20"
        ),
        "{line}"
    );
    assert!(!line.contains('%'), "{line}");
    let reason = ended
        .stdout
        .lines()
        .find(|line| line.starts_with("   Reason:"))
        .unwrap();
    assert!(reason.contains("about 121 searches a side"), "{reason}");
}

#[test]
fn too_little_data_is_never_kept() {
    let (found, code) = compared(&totals([9, 0, 9, 0, 0]), &totals([9, 9, 0, 0, 0]), &[]);
    assert_eq!(code, 2);
    assert!(
        found["evaluation"]["reason"]
            .as_str()
            .unwrap()
            .starts_with("too little data"),
        "{found}"
    );
    assert_eq!(
        compared(
            &totals([9, 0, 9, 0, 0]),
            &totals([9, 9, 0, 0, 0]),
            &["--min-searches", "5"]
        )
        .1,
        0
    );
}

#[test]
fn more_looks_ask_for_more() {
    let (before, after) = (totals([100, 70, 30, 0, 0]), totals([100, 84, 16, 0, 0]));
    assert_eq!(decision(&before, &after, &[]).0, "KEEP");
    assert_eq!(decision(&before, &after, &["--looks", "5"]).0, "MONITOR");
}

#[test]
fn the_same_titles_are_paired() {
    let before = World::new(1, titles(0..200, |item| item % 4 == 0)).json("agent");
    // Half of those that failed succeed now; two others fail.
    let after = World::new(
        2,
        titles(0..200, |item| item % 8 == 0 || item < 3 && item > 0),
    )
    .json("agent");
    let (found, code) = compared(&before, &after, &[]);
    let paired = metric(&found, "searches_without_result");
    assert_eq!(paired["method"], "mcnemar-mid-p");
    assert_eq!(
        paired["pairs"],
        serde_json::json!({"both": 25, "before_only": 25, "after_only": 2, "neither": 148})
    );
    assert_eq!((code, paired["direction"].as_str()), (0, Some("better")));
}

#[test]
fn searches_of_one_title_are_not_counted_as_independent() {
    // Ten searches of each of twenty titles, which always do the same; other titles after.
    let repeated = |day: u8, range: std::ops::Range<u32>, failing: u32| {
        let first = range.start;
        let titles = range
            .map(|item| {
                let fails = item - first < failing;
                Title {
                    searches: 10,
                    without: if fails { 10 } else { 0 },
                    ..Title::new(item, fails)
                }
            })
            .collect();
        World::new(day, titles).json("agent")
    };
    let (found, code) = compared(&repeated(1, 0..20, 8), &repeated(2, 100..120, 4), &[]);
    let share = metric(&found, "searches_without_result");
    assert_eq!(share["method"], "newcombe-wilson");
    assert!(share["design_effect"].as_f64().unwrap() > 8.0, "{share}");
    assert_eq!(
        code, 2,
        "80 of 200 to 40 of 200 searches, but 8 of 20 to 4 of 20 titles"
    );
    // The same numbers from searches that are each of another title are beyond chance.
    let (_, code) = compared(
        &World::new(1, titles(0..200, |item| item < 80)).json("agent"),
        &World::new(2, titles(1000..1200, |item| item < 1040)).json("agent"),
        &[],
    );
    assert_eq!(code, 0);
}

/// Titles of which the first so many have an error of this id, once each.
fn with_error(day: u8, n_titles: u32, n_errors: usize, id: &'static str) -> World {
    let mut all = titles(0..n_titles, |_| false);
    for title in all.iter_mut().take(n_errors) {
        title.errors.push((id, 1));
    }
    World::new(day, all)
}

#[test]
fn a_new_defect_calls_for_rollback_only_when_it_is_real_and_the_agents() {
    let before = World::new(1, titles(0..200, |_| false)).json("agent");
    let new = |n| with_error(2, 200, n, "E-00000001");
    let outcome = |after: &str| decision(&before, after, &[]).0;
    assert_eq!(outcome(&new(1).json("agent")), "MONITOR", "one stray event");
    assert_eq!(outcome(&new(25).json("agent")), "ROLLBACK");
    let mut single = new(0);
    single.titles[0].errors.push(("E-00000001", 25));
    assert_eq!(
        outcome(&single.json("agent")),
        "MONITOR",
        "twenty-five of one title are worth one"
    );
}

#[test]
fn entries_are_told_by_what_became_of_them() {
    let mut before = with_error(1, 200, 40, "E-00000001");
    before.titles[50].errors.push(("E-00000002", 1));
    let mut after = World::new(2, titles(0..200, |_| false));
    after.titles[60].errors.push(("E-00000003", 1));
    let (found, code) = compared(&before.json("agent"), &after.json("agent"), &[]);
    let states: Vec<(&str, &str, &str)> = found["evidence"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let text = |key: &str| entry[key].as_str().unwrap();
            (text("id"), text("state"), text("direction"))
        })
        .collect();
    assert_eq!(
        states,
        [
            ("E-00000001", "gone", "better"),
            ("E-00000003", "new", "undecided"),
            ("E-00000002", "gone", "undecided"),
        ]
    );
    assert_eq!(code, 0);
}

#[test]
fn expectations_are_checked_point_by_point_and_are_part_of_the_decision() {
    let before = with_error(1, 200, 40, "E-00000001").json("agent");
    let after = with_error(2, 200, 1, "E-00000001").json("agent");
    let check = |text: &str| {
        let folder = folder(&[("b", &before), ("a", &after), ("expect.json", text)]);
        let ended = run_in(
            folder.path(),
            &[
                "--baseline",
                "b",
                "--current",
                "a",
                "--expect",
                "expect.json",
                "--json",
            ],
        );
        let document: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
        let met: Vec<Option<bool>> = document["evidence"]["expectations"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|point| point["met"].as_bool())
            .collect();
        (ended.code, met, ended.stderr)
    };
    let (code, met, _) = check(r#"[{"kind": "exception-KeyError", "reduce_by": "50%"}]"#);
    assert_eq!((code, met), (Some(0), vec![Some(true)]));
    let (code, met, _) = check(
        r#"{"expect": [{"entry": "E-00000001", "at_most": 0}, {"entry": "e-0000", "at_most": 1}]}"#,
    );
    assert_eq!(
        (code, met),
        (Some(2), vec![Some(false), Some(true)]),
        "better, but not what was meant"
    );
    let (code, _, said) = check(r#"{"entry": "E-ffffffff", "at_most": 0}"#);
    assert_eq!(code, Some(65));
    assert!(
        said.contains("point 1") && said.contains("E-ffffffff"),
        "{said}"
    );
    let (code, _, said) = check("{\"entry\": ");
    assert_eq!(code, Some(65), "{said}");
}

#[test]
fn windows_that_differ_are_told_apart() {
    let mut report = World::new(2, titles(0..100, |item| item % 5 == 0)).json("agent");
    report = report.replace("2026-02-02 18:00:00,000", "2026-02-02 04:00:00,000");
    let (found, _) = compared(
        &World::new(1, titles(0..100, |item| item % 5 == 0)).json("agent"),
        &report,
        &[],
    );
    let notes: Vec<&str> = found["evidence"]["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_str().unwrap())
        .collect();
    assert!(
        notes
            .iter()
            .any(|note| note.contains("the windows differ: 18.0 hours before, 4.0 hours after")),
        "{notes:?}"
    );
}

#[test]
fn the_same_report_twice_is_not_a_comparison() {
    let report = World::new(1, titles(0..100, |item| item % 5 == 0)).json("agent");
    let (found, code) = compared(&report, &report, &[]);
    assert_eq!(code, 2);
    assert!(
        found["evaluation"]["reason"]
            .as_str()
            .unwrap()
            .contains("the same one"),
        "{found}"
    );
}

#[test]
fn searching_only_the_failed_titles_again_is_not_taken_for_a_fix() {
    let before = World::new(1, titles(0..300, |item| item % 3 == 0)).json("agent");
    let again: Vec<Title> = (0..300)
        .step_by(3)
        .map(|item| Title::new(item, item % 2 == 0))
        .collect();
    let (found, code) = compared(&before, &World::new(2, again).json("agent"), &[]);
    assert_eq!(code, 2);
    assert!(
        found["evaluation"]["reason"]
            .as_str()
            .unwrap()
            .contains("mostly those that had failed"),
        "{found}"
    );
}

#[test]
fn reports_that_count_lines_and_events_are_not_compared() {
    let (found, code) = compared(
        &totals([200, 100, 100, 0, 0]),
        &World::new(2, titles(0..200, |_| false)).json("agent"),
        &[],
    );
    assert_eq!(code, 2);
    assert!(
        found["evaluation"]["reason"]
            .as_str()
            .unwrap()
            .contains("counts events"),
        "{found}"
    );
}

#[test]
fn every_output_tells_the_same_decision() {
    let folder = folder(&[
        ("b", &totals([100, 70, 30, 0, 0])),
        ("a", &totals([120, 108, 12, 0, 0])),
    ]);
    let ended = run_in(
        folder.path(),
        &[
            "--baseline",
            "b",
            "--current",
            "a",
            "--output",
            "x.md",
            "--output",
            "x.html",
            "--output",
            "x.json",
        ],
    );
    assert_eq!(ended.code, Some(0));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("x.md").contains("**Decision**: KEEP"));
    assert!(read("x.html").contains("<strong>KEEP</strong>"));
    let document: serde_json::Value = serde_json::from_str(&read("x.json")).unwrap();
    assert_eq!(document["evaluation"]["decision"], "KEEP");
}
