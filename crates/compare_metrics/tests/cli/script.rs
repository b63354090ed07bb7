//! The script's invocations, its lines, its arithmetic and its rule.

use std::fs;

use super::{compared, fixture, folder, run_in, totals};

fn counts(text: &str) -> [u64; 5] {
    let counts: Vec<u64> = text.split(',').map(|n| n.parse().unwrap()).collect();
    counts.try_into().unwrap()
}

#[test]
fn the_scripts_rule_decides_every_vector_as_the_script_would_have() {
    let text = fs::read_to_string(fixture("script_rule.tsv")).unwrap();
    let mut n_rows = 0;
    for row in text.lines().filter(|line| !line.starts_with('#')) {
        let [before, after, reduction, met, verdict, code] =
            row.split('\t').collect::<Vec<_>>().try_into().unwrap();
        for rule in ["script", "classic"] {
            let (found, exit) = compared(
                &totals(counts(before)),
                &totals(counts(after)),
                &["--rule", rule],
            );
            let evaluation = &found["evaluation"];
            let failed = if evaluation["failure_detected"] == true {
                "F"
            } else {
                ""
            };
            assert_eq!(evaluation["decision"], verdict, "{row}");
            assert_eq!(exit.to_string(), code, "{row}");
            assert_eq!(
                format!("{}{failed}", evaluation["success_count"]),
                met,
                "{row}"
            );
            assert_eq!(
                found["overall_improvement"]["error_reduction"].to_string(),
                reduction,
                "{row}"
            );
        }
        n_rows += 1;
    }
    assert_eq!(n_rows, 22);
}

#[test]
fn the_scripts_lines_stand_in_the_scripts_order() {
    let folder = folder(&[
        ("before.txt", &totals([100, 50, 50, 0, 20])),
        ("after.txt", &totals([90, 80, 10, 0, 20])),
    ]);
    let ended = run_in(
        folder.path(),
        &[
            "--baseline=before.txt",
            "--cur",
            "after.txt",
            "--fix-name",
            "A fix/one",
        ],
    );
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let line = "=".repeat(80);
    let begins = format!(
        "\n{line}\nMETRICS COMPARISON\n{line}\nBaseline: before.txt\nCurrent:  after.txt\nFix:      A fix/one\n\
         \n{line}\nBEFORE/AFTER COMPARISON REPORT\n{line}\n\
         \ntotal_search_ops:\n  Before: 100\n  After:  90\n  Change: -10 (-10.0%)\n  Status: WORSENED\n\
         \ntitles_found:\n  Before: 50\n  After:  80\n  Change: +30 (+60.0%)\n  Status: IMPROVED\n\
         \ntitle_failures:\n  Before: 50\n  After:  10\n  Change: -40 (-80.0%)\n  Status: IMPROVED\n\
         \nmodel_errors:\n  Before: 0\n  After:  0\n  Change: +0 (+0.0%)\n  Status: UNCHANGED\n\
         \nurl_errors:\n  Before: 20\n  After:  20\n  Change: +0 (+0.0%)\n  Status: UNCHANGED\n\
         \n{line}\nOVERALL IMPROVEMENT\n{line}\n\
         Baseline Errors: 70\nCurrent Errors:  30\nError Reduction: 57.14%\n\
         \nBaseline Success Rate: 30.0%\nCurrent Success Rate:  66.67%\nSuccess Rate Improvement: 36.67%\n\
         \n{line}\nSUCCESS EVALUATION: A fix/one\n{line}\n\
         \nSUCCESS INDICATORS:\n  ✓ Error reduction >= 10%\n  ✓ No new error types introduced\n\
         \u{20} ✓ URL errors reduced (if applicable)\n  ✓ Title failures reduced (if applicable)\n\
         \nFAILURE INDICATORS:\n  ○ Error rate increased significantly (>10%) (not detected)\n\
         \u{20} ○ New critical errors introduced (not detected)\n\
         \nSUCCESS RATE: 4/4 (100%)\n\nDECISION: KEEP\n   Reason: "
    );
    assert!(ended.stdout.starts_with(&begins), "{}", ended.stdout);
    let written = fs::read_to_string(folder.path().join("test_report_A_fix_one.md")).unwrap();
    for part in [
        "# Fix Testing Report: A fix/one",
        "**Test Date**: ",
        "**Status**: KEEP",
        "## Executive Summary",
        "**Decision**: KEEP",
        "## Test Configuration",
        "| Metric | Baseline | Current | Change | % Change | Status |",
        "| titles\\_found | 50 | 80 | +30 | +60.0% | ✓ |",
        "## Overall Improvement",
        "## Success Criteria Evaluation",
        "## Decision and Rationale",
    ] {
        assert!(written.contains(part), "{part} is not in {written}");
    }
}

#[test]
fn a_report_of_generation_a_is_compared_with_one_of_labels_only_with_a_word_about_it() {
    let (found, code) = compared(
        &totals([100, 50, 50, 0, 20]),
        &totals([100, 50, 51, 0, 20]),
        &[],
    );
    assert_eq!(code, 2);
    assert_eq!(
        found["evidence"]["before"]["form"],
        "text with the script's totals"
    );
}

#[test]
fn json_is_one_document_with_the_scripts_keys() {
    let (found, code) = compared(
        &totals([100, 50, 50, 10, 20]),
        &totals([100, 50, 50, 10, 20]),
        &["--fix-name", "x"],
    );
    assert_eq!(code, 2, "no effect is not kept");
    for key in [
        "fix_name",
        "baseline_report",
        "current_report",
        "comparison_results",
        "overall_improvement",
        "evaluation",
        "timestamp",
    ] {
        assert!(found.get(key).is_some(), "{key}");
    }
    let first = &found["comparison_results"][0];
    for key in [
        "metric",
        "baseline",
        "current",
        "change",
        "percent_change",
        "improved",
    ] {
        assert!(first.get(key).is_some(), "{key}");
    }
    let evaluation = &found["evaluation"];
    assert_eq!(
        (&evaluation["decision"], &evaluation["script_decision"]),
        (&"MONITOR".into(), &"KEEP".into())
    );
}

#[test]
fn both_rules_are_told_and_whether_they_differ() {
    let folder = folder(&[
        ("b", &totals([100, 50, 50, 10, 20])),
        ("a", &totals([100, 50, 50, 10, 20])),
    ]);
    let ended = run_in(folder.path(), &["--baseline", "b", "--current", "a"]);
    assert!(
        ended.stdout.contains("Decided by the evidence; the script's rule: KEEP (Met >=75% of success criteria); differs"),
        "{}",
        ended.stdout
    );
    let ended = run_in(
        folder.path(),
        &["--baseline", "b", "--current", "a", "--rule", "script"],
    );
    assert_eq!(ended.code, Some(0));
    assert!(
        ended
            .stdout
            .contains("Decided by the script; the evidence: MONITOR"),
        "{}",
        ended.stdout
    );
}

#[test]
fn wrong_usage_is_never_a_verdict() {
    let folder = folder(&[("a", &totals([1, 1, 0, 0, 0]))]);
    for args in [
        &["--baseline", "a"][..],
        &["--current", "a"],
        &["--baseline", "a", "--current", "a", "--rule", "both"],
        &["--baseline", "a", "--current", "a", "--alpha", "5"],
        &["--baseline", "a", "--current", "a", "--looks", "0"],
        &[
            "--baseline",
            "a",
            "--current",
            "a",
            "--design-effect",
            "0.5",
        ],
        &[
            "--baseline",
            "a",
            "--current",
            "a",
            "--rollback-on",
            "noise",
        ],
        &[
            "--baseline",
            "a",
            "--current",
            "a",
            "--output",
            "x",
            "--output",
            "x",
        ],
        &["--nonsense"],
    ] {
        let ended = run_in(folder.path(), args);
        assert_eq!(ended.code, Some(64), "{args:?}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{args:?}");
    }
}

#[test]
fn a_document_on_standard_output_stands_alone_and_is_the_same_each_time() {
    let before = totals([100, 90, 30, 0, 12]);
    let after = totals([120, 110, 12, 0, 3]);
    let folder = folder(&[("before", &before), ("after", &after)]);
    let args = [
        "--baseline",
        "before",
        "--current",
        "after",
        "--output",
        "-",
        "--now",
        "2026-02-05 18:00:00",
    ];
    let first = run_in(folder.path(), &args);
    let second = run_in(folder.path(), &args);
    assert!(first.stdout.starts_with("# "), "{}", first.stdout);
    assert!(first.stdout.contains("2026-02-05 18:00:00"));
    assert!(!first.stdout.contains("Report generated"));
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    let both = run_in(folder.path(), &[&args[..], &["--json"]].concat());
    assert_eq!(both.code, Some(64), "{}", both.stderr);
    let twice = run_in(folder.path(), &[&args[..], &["--output", "-"]].concat());
    assert_eq!(twice.code, Some(64), "{}", twice.stderr);
}
