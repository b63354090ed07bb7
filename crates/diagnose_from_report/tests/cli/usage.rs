//! What may be typed: every invocation of the script, what is wrong usage, and the exit codes.

use std::fs;

use super::{report, run_in};

#[test]
fn every_old_invocation_writes_its_file_and_says_so() {
    let named = report("enhanced.txt");
    let named = named.to_str().unwrap();
    let joined = format!("--report={named}");
    for (args, written) in [
        (&["--report", named][..], "error_categorization.md"),
        (&[&joined, "--output=out.md"], "out.md"),
        (
            &["--rep", named, "--out", "deep/er/out.txt"],
            "deep/er/out.txt",
        ),
        (&["--r", named, "--o", "o.md", "--c", "."], "o.md"),
        (&[], "error_categorization.md"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(named, folder.path().join("aggregated_logs_enhanced.txt")).unwrap();
        let ended = run_in(folder.path(), args);
        assert_eq!(ended.code, Some(0), "{args:?}: {}", ended.stderr);
        assert_eq!(
            ended.stdout,
            format!("Diagnostic report generated: {written}\n"),
            "{args:?}"
        );
        let text = fs::read_to_string(folder.path().join(written)).unwrap();
        assert!(text.starts_with("# Error categorization\n"), "{args:?}");
    }
}

#[test]
fn the_ending_decides_the_format_and_an_option_decides_first() {
    let named = report("sample.json");
    let named = named.to_str().unwrap();
    for (args, written, begins) in [
        (&["--output", "d.html"][..], "d.html", "<!DOCTYPE html>"),
        (&["--output", "d.json"], "d.json", "{\n"),
        (
            &["--format", "html"],
            "error_categorization.html",
            "<!DOCTYPE html>",
        ),
        (&["--format", "json"], "error_categorization.json", "{\n"),
        (
            &["--format", "markdown", "--output", "d.html"],
            "d.html",
            "# Error",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ended = run_in(folder.path(), &[&["--report", named], args].concat());
        assert_eq!(ended.code, Some(0), "{args:?}: {}", ended.stderr);
        let text = fs::read_to_string(folder.path().join(written)).unwrap();
        assert!(text.starts_with(begins), "{args:?}");
    }
}

#[test]
fn wrong_usage_ends_with_64_and_writes_nothing() {
    let named = report("sample.json");
    let named = named.to_str().unwrap();
    for (args, part) in [
        (&[][..], "--report is required"),
        (&["--report"], "--report expects a value"),
        (
            &["--report", named, "--format", "xml"],
            "expected markdown, html or json",
        ),
        (&["--report", named, "--top", "0"], "from 1 up"),
        (&["--report", named, "--top", "few"], "from 1 up"),
        (
            &["--report", named, "--now", "noon"],
            "expected a local time",
        ),
        (&["--report", named, "--nonsense"], "no option --nonsense"),
        (&["stray"], "belongs to no option"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ended = run_in(folder.path(), args);
        assert_eq!(ended.code, Some(64), "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(part), "{args:?}: {}", ended.stderr);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn what_is_no_report_ends_with_65_and_leaves_the_output_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("error_categorization.md"), "mine").unwrap();
    let refused = report("refused");
    let expected = fs::read_to_string(refused.join("expected")).unwrap();
    for message in expected.lines() {
        let (name, rest) = message
            .strip_prefix("cannot use ")
            .unwrap()
            .split_once(": ")
            .unwrap();
        let path = refused.join(name);
        let ended = run_in(folder.path(), &["--report", path.to_str().unwrap()]);
        assert_eq!(ended.code, Some(65), "{name}: {}", ended.stderr);
        assert!(ended.stderr.contains(rest), "{name}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{name}");
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("error_categorization.md")).unwrap(),
        "mine"
    );
}

#[test]
fn a_missing_report_or_codebase_ends_with_66() {
    let folder = tempfile::tempdir().unwrap();
    let named = report("sample.json");
    let named = named.to_str().unwrap();
    for args in [
        &["--report", "nowhere.json"][..],
        &["--report", "."],
        &["--report", named, "--codebase", "nowhere"],
        &["--report", named, "--codebase", named],
    ] {
        let ended = run_in(folder.path(), args);
        assert_eq!(ended.code, Some(66), "{args:?}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("cannot read "),
            "{args:?}: {}",
            ended.stderr
        );
    }
}

#[test]
fn an_output_that_cannot_be_made_ends_with_73() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "x").unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    let named = report("sample.json");
    let named = named.to_str().unwrap();
    for output in ["file/below.md", "folder"] {
        let ended = run_in(folder.path(), &["--report", named, "--output", output]);
        assert_eq!(ended.code, Some(73), "{output}: {}", ended.stderr);
        assert!(ended.stderr.contains("cannot create "), "{}", ended.stderr);
    }
}

#[test]
fn help_names_every_option_and_code() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run_in(folder.path(), &["-h"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    for word in [
        "--report",
        "--output",
        "--codebase",
        "--format",
        "--top",
        "--agent",
        "--kind",
        "65",
        "66",
        "73",
    ] {
        assert!(ended.stdout.contains(word), "{word}");
    }
    assert!(ended.stdout.lines().all(|line| line.chars().count() <= 100));
}
