//! Refresh and verify: what is sent, what is printed, what is remembered.

use std::fs;
use std::path::Path;

use testkit::fake_plex::agent::{Outcome, Script};
use testkit::fake_plex::fault::{Fault, Rule};
use testkit::fake_plex::{FakePlex, Setup};

use super::{json, run, server};

/// The rating keys of the refreshes that a server has seen, in order.
fn refreshed(server: &FakePlex) -> Vec<String> {
    let key = |path: &str| {
        path.strip_prefix("/library/metadata/")?
            .strip_suffix("/refresh")
            .map(str::to_owned)
    };
    let puts = server
        .requests()
        .into_iter()
        .filter(|request| request.method == "PUT");
    puts.filter_map(|request| key(&request.path)).collect()
}

#[test]
fn the_script_s_words_for_success_and_failure_are_kept() {
    let server = server(Setup::default());
    let good = run(&server, &["--refresh", "x", "--rating-key", "1001"]);
    assert_eq!(
        (good.code, good.stdout.as_str()),
        (Some(0), "Metadata refresh triggered successfully\n")
    );
    let bad = run(&server, &["--refresh", "x", "--rating-key", "9999"]);
    assert_eq!(
        (bad.code, bad.stdout.as_str()),
        (Some(66), "Failed to trigger metadata refresh\n")
    );
}

/// The script looked at `--section` only for `--items`.
#[test]
fn a_key_beside_a_section_is_refreshed_alone_as_by_the_script() {
    let server = server(Setup::default());
    let ended = run(
        &server,
        &["--refresh", "x", "--rating-key", "1001", "--section", "1"],
    );
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "Metadata refresh triggered successfully\n")
    );
    assert_eq!(refreshed(&server), ["1001"]);
}

#[test]
fn a_204_is_success_as_well() {
    let none = Fault::Answer {
        status: 204,
        headers: vec![],
        body: String::new(),
    };
    let server = server(Setup {
        faults: vec![Rule {
            method: "PUT".into(),
            ..Rule::always("/library", none)
        }],
        ..Setup::default()
    });
    assert_eq!(
        run(&server, &["--refresh", "--rating-key", "1001"]).code,
        Some(0)
    );
}

#[test]
fn a_key_cannot_lead_to_another_path() {
    let server = server(Setup::default());
    let ended = run(
        &server,
        &["--refresh", "--rating-key", "../sections/1/refresh?x="],
    );
    assert_eq!(ended.code, Some(66), "{ended:?}");
    let targets: Vec<String> = server
        .requests()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(
        targets,
        ["/library/metadata/..%2Fsections%2F1%2Frefresh%3Fx%3D/refresh"]
    );
}

#[test]
fn one_bad_item_does_not_stop_the_others_but_a_refused_token_does() {
    let server = server(Setup::default());
    let ended = run(
        &server,
        &[
            "--refresh",
            "--rating-key",
            "1001",
            "9999",
            "1002",
            "--rate",
            "0",
        ],
    );
    assert_eq!(
        (ended.code, refreshed(&server)),
        (
            Some(66),
            ["1001", "9999", "1002"].map(str::to_owned).to_vec()
        )
    );
    let guest = super::server(Setup {
        is_owner: false,
        ..Setup::default()
    });
    let ended = run(
        &guest,
        &["--refresh", "--rating-key", "1001", "1002", "--rate", "0"],
    );
    assert_eq!(
        (ended.code, refreshed(&guest).len()),
        (Some(77), 1),
        "{ended:?}"
    );
    assert!(
        ended.stderr.contains("the owner's") && ended.stderr.contains("$PLEX_TOKEN"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_section_is_refreshed_item_by_item_up_to_the_limit() {
    let server = server(Setup::default());
    let ended = run(&server, &["--refresh", "--section", "1", "--rate", "0"]);
    assert_eq!(
        (ended.code, refreshed(&server).len()),
        (Some(0), 20),
        "{ended:?}"
    );
    let narrow = super::server(Setup::default());
    run(
        &narrow,
        &[
            "--refresh",
            "--section",
            "1",
            "--missing",
            "summary,studio",
            "--all",
            "--rate",
            "0",
        ],
    );
    assert_eq!(refreshed(&narrow), ["1010", "1011"]);
}

/// A report with these distinct errors: id, kind, group, items.
fn report_of(entries: &[(&str, &str, &str, &[&str])]) -> String {
    let sample = testkit::fixtures().join("reports").join("sample.json");
    let mut report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(sample).unwrap()).unwrap();
    let entry = report["catalogue"][0].clone();
    let entries = entries.iter().map(|(id, kind, group, items)| {
        let mut entry = entry.clone();
        entry["id"] = (*id).into();
        entry["kind"] = (*kind).into();
        entry["group"] = (*group).into();
        entry["items"] = items.to_vec().into();
        entry["n_items"] = items.len().into();
        entry
    });
    report["catalogue"] = entries.collect();
    report.to_string()
}

#[test]
fn failed_items_come_from_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let entries = [
        ("E-1", "http-403", "remote", &["1003", "1004"][..]),
        ("E-2", "timeout", "network", &["1005"]),
    ];
    fs::write(&report, report_of(&entries)).unwrap();
    let path = report.to_str().unwrap();
    for (args, keys) in [
        (vec![], vec!["1003", "1004", "1005"]),
        (vec!["--kind", "timeout"], vec!["1005"]),
        (vec!["--entry", "E-1"], vec!["1003", "1004"]),
        (vec!["--kind", "remote"], vec!["1003", "1004"]),
    ] {
        let server = server(Setup::default());
        let ended = run(
            &server,
            &[
                &["--refresh", "--from-report", path, "--rate", "0"][..],
                &args,
            ]
            .concat(),
        );
        assert_eq!(
            (ended.code, refreshed(&server)),
            (Some(0), keys.into_iter().map(str::to_owned).collect()),
            "{args:?}"
        );
    }
}

#[test]
fn a_journal_goes_on_where_a_run_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let refused = Rule {
        skip: 3,
        method: "PUT".into(),
        ..Rule::first(1, "/library/metadata", Fault::Status(401))
    };
    let server = server(Setup {
        faults: vec![refused],
        ..Setup::default()
    });
    let args = [
        "--refresh",
        "--section",
        "1",
        "--limit",
        "6",
        "--rate",
        "0",
        "--journal",
        journal.to_str().unwrap(),
    ];
    assert_eq!(run(&server, &args).code, Some(77));
    let second = run(&server, &args);
    assert_eq!(second.code, Some(0), "{second:?}");
    let mut keys = refreshed(&server);
    keys.dedup();
    assert_eq!(keys, ["1001", "1002", "1003", "1004", "1005", "1006"]);
    assert!(
        second
            .stdout
            .contains("  1003: done before\n  1004: triggered\n"),
        "{}",
        second.stdout
    );
    assert!(!fs::read_to_string(&journal).unwrap().contains(super::TOKEN));
}

#[test]
fn refreshes_wait_while_the_server_s_queue_is_long() {
    let slow = |duration_ms| Setup {
        agent: Script {
            duration_ms,
            ..Script::default()
        },
        ..Setup::default()
    };
    let args = [
        "--refresh",
        "--section",
        "1",
        "--limit",
        "25",
        "--rate",
        "500",
        "--max-queue",
        "2",
        "--poll",
        "0.02",
    ];
    let busy = server(slow(5));
    assert_eq!(run(&busy, &args).code, Some(0));
    assert!(
        busy.requests()
            .iter()
            .any(|request| request.path.ends_with("/timeline"))
    );
    let stuck = server(slow(60_000));
    let ended = run(&stuck, &args);
    assert_eq!(
        (ended.code, refreshed(&stuck).len()),
        (Some(75), 10),
        "{ended:?}"
    );
    assert!(
        ended.stderr.contains("queue does not shrink"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_refresh_goes_over_one_connection() {
    let server = server(Setup {
        movies: 60,
        ..Setup::default()
    });
    let ended = run(
        &server,
        &[
            "--refresh",
            "--section",
            "1",
            "--limit",
            "60",
            "--rate",
            "0",
        ],
    );
    assert_eq!(
        (ended.code, refreshed(&server).len(), server.n_connections()),
        (Some(0), 60, 1)
    );
}

#[test]
fn what_was_expected_decides_how_verify_ends() {
    let set = [
        ("summary", "New."),
        ("studio", "Good Studio"),
        ("Genre", "Crime, Drama"),
    ];
    let agent = Script {
        set: set
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        ..Script::default()
    };
    let setup = || Setup {
        agent: agent.clone(),
        ..Setup::default()
    };
    for (expect, code, outcome) in [
        ("summary,genre", 0, "changed as expected"),
        ("studio~^Good", 0, "changed as expected"),
        ("genre=Crime,studio=Good Studio", 0, "changed as expected"),
        ("poster,tagline", 1, "not as expected"),
        ("studio=Bad Studio", 1, "not as expected"),
    ] {
        let server = server(setup());
        let ended = run(
            &server,
            &[
                "--verify",
                "--rating-key",
                "1010",
                "--expect",
                expect,
                "--poll",
                "0.1",
                "--json",
            ],
        );
        assert_eq!(
            (ended.code, json(&ended)["items"][0]["outcome"].as_str()),
            (Some(code), Some(outcome)),
            "{expect}: {ended:?}"
        );
    }
    let server = server(setup());
    let table = run(
        &server,
        &[
            "--verify",
            "--rating-key",
            "1010",
            "--expect",
            "summary,tagline",
            "--poll",
            "0.1",
        ],
    );
    for line in [
        "1010: Example Film 00009\n",
        "  changed   Genre: (none) -> \"Crime, Drama\"\n",
        "  changed   summary: (none) -> \"New.\"\n",
        "  expected  summary: yes\n",
        "  expected  tagline: NO\n",
        "Verified 1 item: 1 not as expected\n",
    ] {
        assert!(
            table.stdout.contains(line),
            "{line:?} missing in\n{}",
            table.stdout
        );
    }
    let again = run(
        &server,
        &[
            "--verify",
            "--rating-key",
            "1010",
            "--expect",
            "summary",
            "--poll",
            "0.1",
            "--json",
        ],
    );
    assert_eq!(
        (again.code, json(&again)["items"][0]["outcome"].as_str()),
        (Some(0), Some("unchanged, was as expected before"))
    );
}

/// The whole loop on one server: the agent fails, is repaired, and the same command shows it.
#[test]
fn a_fix_of_an_agent_is_proved_from_report_to_log() {
    let logs = tempfile::tempdir().unwrap();
    let fails = Script {
        outcome: Outcome::Fails,
        ..Script::default()
    };
    let items = ["1003", "1004"]
        .map(|key| (key.to_owned(), vec![fails.clone(), Script::default()]))
        .into();
    let server = server(Setup {
        items,
        log_folder: Some(logs.path().to_owned()),
        ..Setup::default()
    });
    let report = logs.path().join("report.json");
    let entries = [("E-1", "http-403", "remote", &["1003", "1004"][..])];
    fs::write(&report, report_of(&entries)).unwrap();
    let args = [
        "--verify",
        "--from-report",
        report.to_str().unwrap(),
        "--kind",
        "http-403",
        "--expect",
        "studio~^Fresh",
        "--rate",
        "0",
        "--poll",
        "0.1",
        "--json",
        "--log-dir",
        logs.path().to_str().unwrap(),
    ];
    let before = run(&server, &args);
    assert_eq!(
        (before.code, &json(&before)["counts"]["agent failed"]),
        (Some(4), &serde_json::json!(2)),
        "{before:?}"
    );
    let after = run(&server, &args);
    assert_eq!(
        (after.code, &json(&after)["counts"]["changed as expected"]),
        (Some(0), &serde_json::json!(2)),
        "{after:?}"
    );
    let agent_log = read(logs.path(), "com.plexapp.agents.exampledb.log");
    assert_eq!(
        agent_log
            .matches("HTTPError: HTTP Error 403: Forbidden\n\n")
            .count(),
        2
    );
    let system_log = read(logs.path(), "com.plexapp.system.log");
    assert_eq!(
        [0, 1].map(|n| system_log.matches(&format!("&success={n}&")).count()),
        [2, 2]
    );
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn matches_are_listed_and_fixed() {
    let server = server(Setup::default());
    let listed = json(&run(
        &server,
        &[
            "--match",
            "--rating-key",
            "1012",
            "--title",
            "Other",
            "--json",
        ],
    ));
    assert_eq!(
        (
            &listed["matches"][0]["score"],
            &listed["matches"][0]["name"]
        ),
        (&serde_json::json!(100), &serde_json::json!("Other"))
    );
    let guid = "com.plexapp.agents.exampledb://77?lang=en";
    assert_eq!(
        run(&server, &["--match", guid, "--rating-key", "1012"]).code,
        Some(0)
    );
    assert_eq!(server.library().items[&1012].get("guid"), Some(guid));
    assert_eq!(
        run(&server, &["--unmatch", "--rating-key", "1012"]).code,
        Some(0)
    );
    assert_eq!(
        server.library().items[&1012].get("guid"),
        Some("local://1012")
    );
    assert_eq!(
        run(&server, &["--analyze", "--rating-key", "1012", "9999"]).code,
        Some(66)
    );
    let stopped = json(&run(&server, &["--stop", "--section", "1", "--json"]));
    assert_eq!(stopped["outcome"], "stopped");
    let verbs: Vec<String> = server
        .requests()
        .into_iter()
        .filter(|r| r.method != "GET")
        .map(|r| format!("{} {}", r.method, r.path))
        .collect();
    assert_eq!(
        verbs,
        [
            "PUT /library/metadata/1012/match",
            "PUT /library/metadata/1012/unmatch",
            "PUT /library/metadata/1012/analyze",
            "PUT /library/metadata/9999/analyze",
            "DELETE /library/sections/1/refresh",
        ]
    );
}

/// Ctrl-C takes back what still runs, and nothing that this run did not set off.
#[cfg(unix)]
#[test]
fn ctrl_c_takes_back_what_was_set_off() {
    use std::time::{Duration, Instant};
    let never = Script {
        outcome: Outcome::Never,
        ..Script::default()
    };
    for (args, expected) in [
        (
            vec!["--verify", "--rating-key", "1001,1002", "--rate", "0"],
            "DELETE /activities/a",
        ),
        (
            vec!["--refresh", "--section", "1", "--all", "--wait"],
            "DELETE /library/sections/1/refresh",
        ),
    ] {
        let server = server(Setup {
            agent: never.clone(),
            scan_ms: 60_000,
            ..Setup::default()
        });
        let child = super::command(&server.url(), &args).start().unwrap();
        let is_begun = |server: &FakePlex| {
            server
                .requests()
                .iter()
                .filter(|r| r.path == "/activities")
                .count()
                >= 2
        };
        let start = Instant::now();
        while !is_begun(&server) && start.elapsed() < super::HANGS {
            std::thread::sleep(Duration::from_millis(10));
        }
        testkit::process::signal(&child, "INT").unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(75), "{args:?}: {stderr}");
        assert!(stderr.contains("cancelled"), "{stderr}");
        let deleted: Vec<String> = server
            .requests()
            .iter()
            .filter(|r| r.method == "DELETE")
            .map(|r| format!("DELETE {}", r.path))
            .collect();
        assert!(
            !deleted.is_empty() && deleted.iter().all(|one| one.starts_with(expected)),
            "{args:?}: {deleted:?}"
        );
    }
}
