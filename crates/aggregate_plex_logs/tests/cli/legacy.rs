//! `--format legacy` against the second implementation.

use proptest::prelude::*;

use super::{log_folder, reference, run_in};

const NOW: &str = "2026-02-05 18:00:00";

fn check(files: &[(String, Vec<u8>)], hours: &str) {
    let borrowed: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_slice()))
        .collect();
    let folder = log_folder(&borrowed);
    let out = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let ended = run_in(
        out.path(),
        &[
            "--log-dir",
            place,
            "--format",
            "legacy",
            "--now",
            NOW,
            "--hours",
            hours,
            "--output",
            "r.txt",
        ],
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let found = std::fs::read(out.path().join("r.txt")).unwrap();
    let mut sorted = files.to_vec();
    sorted.sort();
    let expected = reference::report(&sorted, NOW, hours.parse().ok(), hours);
    assert_eq!(String::from_utf8(found).unwrap(), expected);
}

fn file(name: &str, text: &str) -> (String, Vec<u8>) {
    (
        format!("com.plexapp.agents.{name}.log"),
        text.as_bytes().to_vec(),
    )
}

#[test]
fn ugly_lines_give_the_script_bytes() {
    let long = |bracket: &str| format!("{}{}", bracket.repeat(4), "x\u{e9}".repeat(100));
    let text = [
        "2026-02-05 17:59:59,999 (17a0) :  DEBUG (utils:5552) - one 'a' \"b\" 5",
        "2026-02-05 17:59:59,998 (17a1) :  DEBUG (utils:5553) - one 'c' \"d\" 6",
        "2026-02-03 17:59:59,999 (17a0) :  DEBUG (utils:1) - too old",
        "2026-02-03 17:59:59,999 (17a0) :  ERROR (utils:1) - too old, and kept",
        "2026-02-30 17:59:59,999 no such day",
        "2026-02-04 18:00:00,000 just inside",
        "2026-02-04 17:59:59,999 just outside",
        "\u{662}\u{660}\u{662}\u{666}-\u{660}\u{661}-01 00:00:00,000 old in other digits",
        "Terror is no ERROR but CRITICAL is",
        "Traceback (most recent call last):",
        "  File \"x.py\", line 3, in f",
        "    return 5",
        "KeyError: 'x'",
        "",
        "",
        "it's one ' quote and \" another",
        "'' \"\" ''''",
        "a:\u{a0}5 b:\u{1c}6 c: \u{ff15} d:7e",
        "5\u{b2} x5 \u{e9}5 5\u{301} _5",
        &long("{"),
        &long("["),
        &format!("ERROR {}", long("{")),
    ]
    .join("\n");
    check(
        &[
            file("Alder", &text),
            file("\u{e9}rable", "x\r\ny\rz\n\r"),
            file("birch", ""),
            file("ALDER2", "\u{feff}a"),
        ],
        "24",
    );
}

#[test]
fn every_line_end_and_broken_byte_is_the_scripts() {
    let mut bytes = b"a\rb\r\nc\n\rd\r\r\ne\xff\xfe\xe2\x82f\xc3\n\xed\xa0\x80g\r".to_vec();
    bytes.extend_from_slice("\u{85}h\u{2028}i\x0bj\x0ck".as_bytes());
    check(&[("com.plexapp.agents.x.log".to_owned(), bytes)], "24");
}

#[test]
fn a_line_end_cut_by_the_block_size_is_one_line_end() {
    // Blocks are 256 KiB; the carriage return is the last byte of the first one.
    for before in [(256 << 10) - 1, 256 << 10, (256 << 10) - 2] {
        let mut bytes = vec![b'x'; before];
        bytes.extend_from_slice(b"\r\nnext\r\n\r\nlast");
        check(&[("com.plexapp.agents.x.log".to_owned(), bytes)], "24");
    }
}

#[test]
fn other_windows_filters_and_no_logs_at_all() {
    check(&[file("a", "2026-02-05 16:00:00,000 x")], "1");
    check(&[file("a", "2026-02-05 16:00:00,000 x")], "100000");
    check(&[file("a", "1999-02-05 16:00:00,000 x")], "all");
    check(&[], "24");
    check(
        &[("com.plexapp.system.log".to_owned(), b"x".to_vec())],
        "24",
    );
}

#[test]
fn rotated_and_compressed_logs_are_not_the_scripts() {
    let folder = log_folder(&[
        ("com.plexapp.agents.a.log", b"new"),
        ("com.plexapp.agents.a.log.1", b"old"),
        ("com.plexapp.agents.b.log.1", b"only old"),
    ]);
    let ended = run_in(
        folder.path(),
        &[
            "--log-dir",
            ".",
            "--format",
            "legacy",
            "--now",
            NOW,
            "--output",
            "-",
        ],
    );
    assert_eq!(
        ended.stdout,
        reference::report(&[file("a", "new")], NOW, Some(24), "24")
    );
}

#[test]
fn generated_logs_give_the_script_bytes() {
    use testkit::loggen::{Platform, Spec};
    for (seed, platform) in [
        (1, Platform::Linux),
        (2, Platform::Windows),
        (3, Platform::Mixed),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            platform,
            bytes: 300_000,
            ..Spec::new(seed)
        };
        testkit::loggen::generate(&spec, folder.path()).unwrap();
        let logs = folder.path().join("PMS Plugin Logs");
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&logs).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.extension().is_some_and(|ending| ending == "log") {
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
        check(&files, "3");
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("2026-02-05 17:00:00,123".to_owned()),
        Just("2026-02-01 17:00:00,123 ".to_owned()),
        Just(" (12ab) ".to_owned()),
        Just(" :  ERROR ".to_owned()),
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just(": ".to_owned()),
        Just(":".to_owned()),
        Just("(".to_owned()),
        Just("\u{663}".to_owned()),
        Just("\u{e9}".to_owned()),
        Just("\u{301}".to_owned()),
        Just("\u{a0}".to_owned()),
        Just("\r".to_owned()),
        Just("\n".to_owned()),
        "[0-9]{1,5}",
        "[a-f_ ]{1,4}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_text_gives_the_script_bytes(pieces in proptest::collection::vec(piece(), 0..200)) {
        check(&[file("any", &pieces.concat())], "24");
    }
}
