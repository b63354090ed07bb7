//! Files that are missing, empty, cut, foreign or hostile.

use std::fs;

use super::{Title, World, compared, folder, run_in, totals};

#[test]
fn what_is_no_report_is_65_with_what_was_expected_and_found() {
    let whole = World::new(1, vec![Title::new(1, true)]).json("agent");
    let cases = [
        ("empty", ""),
        ("blank", " \n\n"),
        ("cut", &whole[..whole.len() / 2]),
        ("foreign.txt", "Dear all,\nthe meeting is at noon.\n"),
        (
            "foreign.json",
            "{\"name\": \"left-pad\", \"version\": \"1.3.0\"}",
        ),
        ("list.json", "[1, 2, 3]"),
        ("newer.json", "{\"schema\": 99}"),
        (
            "a_log.log",
            "2026-02-05 15:30:55,155 (12) :  INFO (agent:1) - Searching\n",
        ),
        ("no_searches", &totals([0, 0, 0, 0, 0])),
    ];
    for (name, text) in cases {
        let folder = folder(&[("good", &totals([100, 50, 50, 0, 0])), ("bad", text)]);
        for args in [
            ["--baseline", "bad", "--current", "good"],
            ["--baseline", "good", "--current", "bad"],
        ] {
            let ended = run_in(folder.path(), &args);
            assert_eq!(ended.code, Some(65), "{name}: {}", ended.stderr);
            assert!(
                ended.stderr.contains("bad")
                    && ended.stderr.contains("expected")
                    && ended.stderr.contains("found"),
                "{name}: {}",
                ended.stderr
            );
            assert_eq!(ended.stdout, "", "{name}");
            assert!(
                !folder.path().join("test_report_Unknown_Fix.md").exists(),
                "{name}"
            );
        }
    }
}

#[test]
fn a_missing_file_is_66() {
    let folder = folder(&[("good", &totals([100, 50, 50, 0, 0])), ("x.json", "[]")]);
    for args in [
        &["--baseline", "none", "--current", "good"][..],
        &["--baseline", "good", "--current", "none"],
        &[
            "--baseline",
            "good",
            "--current",
            "good",
            "--expect",
            "none",
        ],
        &["--history", "none", "--current", "good"],
    ] {
        let ended = run_in(folder.path(), args);
        assert_eq!(ended.code, Some(66), "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("none"), "{}", ended.stderr);
    }
}

#[test]
fn an_output_that_cannot_be_made_is_73() {
    let folder = folder(&[
        ("a", &totals([100, 50, 50, 0, 0])),
        ("b", &totals([100, 50, 51, 0, 0])),
    ]);
    fs::create_dir(folder.path().join("there")).unwrap();
    let ended = run_in(
        folder.path(),
        &["--baseline", "a", "--current", "b", "--output", "there"],
    );
    assert_eq!(ended.code, Some(73), "{}", ended.stderr);
}

#[test]
fn hostile_text_stays_text() {
    let evil = "<script>alert(1)</script>|`*[x](http://e.example)\u{1b}[31m\u{202e}";
    let mut before = World::new(
        1,
        (0..30)
            .map(|item| Title::new(item, item % 2 == 0))
            .collect(),
    );
    before.titles[0].errors.push(("E-00000001", 3));
    let json = before.json("agent").replace(
        "KeyError in the agent's code",
        serde_json::to_string(evil).unwrap().trim_matches('"'),
    );
    let json = json.replace("Alder", "A<img src=x onerror=alert(1)>");
    let after = World::new(
        2,
        (0..30)
            .map(|item| Title::new(item, item % 2 == 0))
            .collect(),
    )
    .json("agent");
    let folder = folder(&[("b", &json), ("a", &after)]);
    let ended = run_in(
        folder.path(),
        &[
            "--baseline",
            "b",
            "--current",
            "a",
            "--fix-name",
            evil,
            "--output",
            "x.html",
            "--output",
            "x.md",
        ],
    );
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(!ended.stdout.contains('\u{1b}') && !ended.stdout.contains('\u{202e}'));
    let html = fs::read_to_string(folder.path().join("x.html")).unwrap();
    assert_eq!(html.matches("<script>").count(), 1, "the page's own");
    assert!(!html.contains("<img"));
    let markdown = fs::read_to_string(folder.path().join("x.md")).unwrap();
    assert!(
        !markdown.contains("<script>")
            && !markdown.contains("<img")
            && !markdown.contains("](http"),
        "{markdown}"
    );
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_utf_8_is_read() {
    use std::os::unix::ffi::OsStringExt as _;
    let folder = folder(&[("a", &totals([100, 50, 50, 0, 0]))]);
    let odd = std::ffi::OsString::from_vec(b"od\xffd".to_vec());
    fs::write(folder.path().join(&odd), totals([100, 50, 50, 0, 0])).unwrap();
    let ended = super::tool()
        .current_dir(folder.path())
        .args(["--baseline", "a", "--current"])
        .args([odd])
        .run()
        .unwrap();
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

/// The notes of a comparison that speak of a thing.
fn notes(found: &serde_json::Value, about: &str) -> Vec<String> {
    let notes = found["evidence"]["notes"].as_array().unwrap();
    let texts = notes.iter().filter_map(serde_json::Value::as_str);
    texts
        .filter(|note| note.contains(about))
        .map(str::to_owned)
        .collect()
}

fn titles() -> Vec<Title> {
    (0..40)
        .map(|item| Title::new(item, item % 4 == 0))
        .collect()
}

#[test]
fn windows_that_overlap_are_named_with_the_hours_that_both_hold() {
    let windowed = |since: &str, until: &str| {
        let mut report: serde_json::Value =
            serde_json::from_str(&World::new(3, titles()).json("agent")).unwrap();
        report["window"] = serde_json::json!({"asked": "as typed", "since": since, "until": until});
        report["generated"] = serde_json::json!(since);
        report.to_string()
    };
    // The same logs each time, which cover 2026-02-03 from 00:00 to 18:00.
    let morning = windowed("2026-02-03T00:00:00", "2026-02-03T09:00:00");
    let noon = windowed("2026-02-03T06:00:00", "2026-02-03T12:00:00");
    let evening = windowed("2026-02-03T09:00:00", "2026-02-03T23:00:00");

    let (found, _) = compared(&morning, &noon, &[]);
    let [overlap] = notes(&found, "overlap").try_into().unwrap();
    assert!(
        overlap.contains("from 2026-02-03 06:00:00 to 2026-02-03 09:00:00, 3.0 of the 6.0 hours"),
        "{overlap}"
    );
    assert_eq!(notes(&found, "windows differ").len(), 1);
    let (found, _) = compared(&morning, &evening, &[]);
    assert_eq!(notes(&found, "overlap"), [""; 0]);
    assert_eq!(notes(&found, "right way round"), [""; 0]);
    assert_eq!(notes(&found, "windows differ"), [""; 0], "nine hours each");
    let (found, code) = compared(&evening, &morning, &[]);
    // The one ends in the moment in which the other begins, so neither is wholly the older one.
    assert_eq!((notes(&found, "overlap").len(), code), (0, 2));
}

#[test]
fn reports_that_were_redacted_differently_are_named() {
    let with = |day: u8, line: &str| {
        let mut report: serde_json::Value =
            serde_json::from_str(&World::new(day, titles()).json("agent")).unwrap();
        report["agents"][0]["samples"]["search_ops"] = serde_json::json!([line]);
        report.to_string()
    };
    let usual = with(3, "Searching for matches for {'name': 'The Long Way'}");
    let hashed = with(4, "Searching for matches for {'name': '[title 0a1b2c3d]'}");
    let open = with(
        5,
        "GET http://93.184.216.34/media for someone@films.example",
    );
    for (before, after, told) in [
        (
            &usual,
            &hashed,
            [
                "taken out; after, titles and file names are pseudonyms",
                "--pseudonymise",
            ],
        ),
        (
            &hashed,
            &open,
            [
                "pseudonyms (--pseudonymise); after, names and addresses stand",
                "--no-redact",
            ],
        ),
        (
            &usual,
            &open,
            ["taken out; after, names and addresses stand", "--no-redact"],
        ),
    ] {
        let (found, _) = compared(before, after, &[]);
        let [note] = notes(&found, "redacted differently").try_into().unwrap();
        assert!(told.iter().all(|told| note.contains(told)), "{note}");
    }
    let (found, _) = compared(
        &usual,
        &with(6, "Searching for matches for {'name': 'Other'}"),
        &[],
    );
    assert_eq!(notes(&found, "redacted"), [""; 0]);
}
