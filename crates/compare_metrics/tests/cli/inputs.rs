//! Files that are missing, empty, cut, foreign or hostile.

use std::fs;

use super::{Title, World, folder, run_in, totals};

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
