//! A text of a run with everything taken out that is another one in the next run.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// What differs from run to run, and what stands for it.
static VARYING: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let rows = [
        (
            r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.,]\d+)?Z?",
            "2026-02-05 18:30:00",
        ),
        (r"_\d{8}_\d{6}(_\d+)?", "_20260205_183000"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:32400"),
        (r"\b\d+(\.\d+)? (ms|s|seconds)\b", "1 s"),
    ];
    rows.into_iter()
        .map(|(pattern, stands)| (Regex::new(pattern).unwrap(), stands))
        .collect()
});

/// The text with times, ports, durations and the folder of the run made the same.
pub(super) fn normal(text: &str, folder: &Path) -> String {
    let mut text = text.replace(&folder.display().to_string(), "/srv");
    for (pattern, stands) in VARYING.iter() {
        text = pattern.replace_all(&text, *stands).into_owned();
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Whether lines are those that are shown, where a shown line with three dots stands for any lines.
pub(super) fn agrees(lines: &[&str], shown: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|from| agrees(&lines[from..], rest)),
        Some((line, rest)) => {
            lines.first().is_some_and(|found| found == line) && agrees(&lines[1..], rest)
        }
    }
}

#[test]
fn three_dots_stand_for_any_lines_and_for_nothing_else() {
    let lines = ["a", "b", "c"];
    for shown in [
        &["a", "b", "c"][..],
        &["..."],
        &["a", "...", "c"],
        &["a", "b", "c", "..."],
    ] {
        assert!(agrees(&lines, shown), "{shown:?}");
    }
    for shown in [&["a", "b"][..], &["...", "b"], &["a", "...", "d"], &[]] {
        assert!(!agrees(&lines, shown), "{shown:?}");
    }
}
