//! What may be typed: every invocation of the script, and what is wrong usage.

use super::{log_folder, run_in};

const LINE: &[u8] = b"2026-02-05 17:00:00,000 (12) :  INFO (a:1) - Searching for matches for {}\n";

/// Runs on a folder with two agents; gives back the exit code and standard output or error.
fn run(args: &[&str]) -> (Option<i32>, String, String, tempfile::TempDir) {
    let folder = log_folder(&[
        ("com.plexapp.agents.Alder.log", LINE),
        ("com.plexapp.agents.Birch.log", LINE),
    ]);
    let ended = run_in(folder.path(), args);
    (ended.code, ended.stdout, ended.stderr, folder)
}

#[test]
fn every_old_invocation_still_works() {
    for (args, written) in [
        (&["--log-dir", "."][..], "aggregated_logs_iteration_1.txt"),
        (&["--log-dir=.", "--output=out.txt"], "out.txt"),
        (
            &["--log-dir", ".", "--output", "reports/new/out.txt"],
            "reports/new/out.txt",
        ),
        (
            &[
                "--log", ".", "--out", "o.txt", "--ag", "alder", "--ho", "48",
            ],
            "o.txt",
        ),
        (&["--l=.", "--o=o.txt", "--a=ALD", "--hours=1"], "o.txt"),
        (
            &["--log-dir", ".", "--timeframe", "48", "--output", "o.txt"],
            "o.txt",
        ),
        (
            &["--log-dir", ".", "--time", "4", "--output", "o.txt"],
            "o.txt",
        ),
        (&["--log-dir", ".", "--t=4", "--output", "o.txt"], "o.txt"),
        (
            &[
                "--output",
                "first.txt",
                "--log-dir",
                ".",
                "--agent",
                "birch",
            ],
            "o\u{0}",
        ),
    ] {
        let (code, stdout, stderr, folder) = run(args);
        assert_eq!(code, Some(0), "{args:?}: {stderr}");
        assert!(stdout.starts_with("Processing "), "{args:?}: {stdout}");
        assert!(
            stdout.ends_with("\n\nConsolidation complete!\n"),
            "{args:?}: {stdout}"
        );
        let written = if written.contains('\u{0}') {
            "first.txt"
        } else {
            written
        };
        assert!(folder.path().join(written).is_file(), "{args:?}");
        assert!(
            stdout.contains(&format!("Report generated: {written}\n")),
            "{args:?}: {stdout}"
        );
    }
}

#[test]
fn what_the_script_said_is_said_in_its_order() {
    let (_, stdout, _, _) = run(&["--log-dir", ".", "--output", "o.txt"]);
    assert_eq!(
        stdout,
        "Processing 2 log files...\n  Parsing: com.plexapp.agents.Alder.log\n  Parsing: com.plexapp.agents.Birch.log\n\
         Report generated: o.txt\n\nConsolidation complete!\n"
    );
}

#[test]
fn wrong_usage_ends_with_64_and_says_what_is_wrong() {
    for (args, part) in [
        (&["--nonsense"][..], "no option --nonsense"),
        (&["--hours"], "--hours expects a value"),
        (&["--hours", "--output", "x"], "--hours expects a value"),
        (&["--hours", "soon"], "whole number of hours"),
        (&["--hours", "-5"], "whole number of hours"),
        (&["--hours", "1.5"], "whole number of hours"),
        (&["--hours", "1", "--timeframe", "1"], "mean the same"),
        (
            &["--since", "1h", "--hours", "1"],
            "exclude one another: both say",
        ),
        (&["--since", "yesterday"], "expected a local time"),
        (&["--since", "1h", "--until", "2h"], "window is empty"),
        (&["--now", "noon"], "expected a local time"),
        (&["--format", "xml"], "expected text, markdown, html, json"),
        (&["--format", "legacy", "--since", "1h"], "neither --since"),
        (&["--patterns", "many"], "expected a number"),
        (&["--threads", "0"], "at least 1"),
        (&["--threads", "x"], "--threads"),
        (&["--log-dir"], "--log-dir expects a value"),
        (&["--log-dir", ""], "expected a path"),
        (&["--output", "a", "--output", "a"], "given twice"),
        (
            &["--sample", "--log-dir", "."],
            "--sample and --log-dir exclude",
        ),
        (&["stray"], "belongs to no option"),
        (&["--a"], "--a"),
        (&["--no"], "could mean --now or --no-redact"),
    ] {
        let (code, stdout, stderr, folder) = run(args);
        assert_eq!(code, Some(64), "{args:?}: {stdout}{stderr}");
        assert!(
            stderr.starts_with("aggregate_plex_logs: ") && stderr.contains(part),
            "{args:?}: {stderr}"
        );
        assert_eq!(stdout, "", "{args:?}");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            2,
            "{args:?} wrote something"
        );
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    for args in [&["-h"][..], &["--help"], &["--he"]] {
        let (code, stdout, stderr, _) = run(args);
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        for option in [
            "--log-dir",
            "--output",
            "--agent",
            "--hours",
            "--timeframe",
            "--sample",
            "--version",
        ] {
            assert!(stdout.contains(option), "{option}");
        }
        assert!(stdout.lines().all(|line| line.chars().count() <= 100));
    }
    let (code, stdout, _, _) = run(&["--version"]);
    assert_eq!(
        (code, stdout),
        (
            Some(0),
            format!("aggregate_plex_logs {}\n", env!("CARGO_PKG_VERSION"))
        )
    );
}

#[test]
fn a_report_on_standard_output_stands_there_alone() {
    let (code, stdout, _, _) = run(&[
        "--log-dir",
        ".",
        "--now",
        "2026-02-05 18:00",
        "--output",
        "-",
        "--format",
        "json",
    ]);
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["schema"]), (Some(0), &1.into()));
}

#[test]
fn several_outputs_are_written_in_one_run() {
    let args = [
        "--log-dir",
        ".",
        "--now",
        "2026-02-05 18:00",
        "--format",
        "legacy",
        "--output",
        "l.txt",
        "--output",
        "r.json",
    ];
    let (code, stdout, _, folder) = run(&args);
    assert_eq!(code, Some(0));
    assert!(
        stdout.contains("Report generated: l.txt\nReport generated: r.json\n"),
        "{stdout}"
    );
    let legacy = std::fs::read_to_string(folder.path().join("l.txt")).unwrap();
    assert!(legacy.contains("PLEX SCRAPER LOG CONSOLIDATION REPORT"));
    let json = std::fs::read_to_string(folder.path().join("r.json")).unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json).unwrap()["coverage"]["records"],
        2
    );
}

#[test]
fn a_missing_folder_is_said_as_the_script_said_it() {
    let (code, stdout, _, _) = run(&["--log-dir", "nowhere"]);
    assert_eq!(
        (code, stdout.as_str()),
        (Some(1), "Log directory not found: nowhere\n")
    );
}

#[test]
fn without_a_folder_every_place_that_was_tried_is_named() {
    let empty = tempfile::tempdir().unwrap();
    let ended = super::tool()
        .current_dir(empty.path())
        .env("PLEX_MEDIA_SERVER_LOG_DIR", empty.path())
        .run()
        .unwrap();
    // A server may be installed where this runs; then its logs are read, and that is right too.
    if ended.code != Some(0) {
        assert_eq!(ended.code, Some(66), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("$PLEX_MEDIA_SERVER_LOG_DIR"),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains("PMS Plugin Logs"), "{}", ended.stderr);
    }
}

#[test]
fn the_servers_own_variable_names_the_folder() {
    let server = tempfile::tempdir().unwrap();
    let logs = server.path().join("PMS Plugin Logs");
    std::fs::create_dir(&logs).unwrap();
    std::fs::write(logs.join("com.plexapp.agents.Alder.log"), LINE).unwrap();
    let ended = super::tool()
        .current_dir(server.path())
        .env("PLEX_MEDIA_SERVER_LOG_DIR", server.path())
        .args(["--hours", "all", "--output", "-"])
        .run()
        .unwrap();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("AGENT: Alder"), "{}", ended.stdout);
}

#[test]
fn windows_of_time_are_counted_from_now() {
    let text = "2026-02-05 17:00:00,000 (12) :  INFO (a:1) - x\n2026-02-04 17:00:00,000 (12) :  ERROR (a:1) - y\n";
    let folder = log_folder(&[("com.plexapp.agents.Alder.log", text.as_bytes())]);
    for (args, inside) in [
        (&[][..], 1),
        (&["--hours", "25"], 2),
        (&["--hours", "0"], 0),
        (&["--hours", "all"], 2),
        (&["--timeframe", "25"], 2),
        (&["--since", "2h"], 1),
        (&["--since", "2026-02-04"], 2),
        (&["--since", "2026-02-05T17:00:00"], 1),
        (&["--until", "2026-02-05 17:00"], 1),
        (&["--since", "3d", "--until", "2h"], 1),
    ] {
        let mut all = vec![
            "--log-dir",
            ".",
            "--now",
            "2026-02-05 18:00:00",
            "--output",
            "-",
            "--format",
            "json",
        ];
        all.extend(args);
        let ended = run_in(folder.path(), &all);
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(report["coverage"]["records_in_window"], inside, "{args:?}");
        assert_eq!(report["coverage"]["records"], 2, "{args:?}");
    }
}
