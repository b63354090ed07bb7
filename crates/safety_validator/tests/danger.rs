//! What counts as a dangerous command and what doesn't, through the binary: `fixtures/danger/rows.tsv`.
#![expect(clippy::unwrap_used, reason = "a helper of a test may stop the test")]

use std::fs;

use serde_json::Value;
use testkit::process::Run;

const TOOL: &str = env!("CARGO_BIN_EXE_safety_validator");

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => out.extend(chars.next().map(|c| if c == 'n' { '\n' } else { c })),
            (c, false) => out.push(c),
        }
    }
    out
}

/// Identifiers and lines of what is dangerous or mentioned in each file of a folder, in the order of names.
fn judged(sources: &[String]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (n, source) in sources.iter().enumerate() {
        fs::write(folder.path().join(format!("{n:04}.py")), source).unwrap();
    }
    let ended = Run::new(TOOL)
        .args(["--json", "."])
        .current_dir(folder.path())
        .run()
        .unwrap();
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    let files = document["files"].as_array().unwrap();
    files
        .iter()
        .map(|file| {
            assert_eq!(file["valid_python"], true, "{file}");
            let findings = file["findings"].as_array().unwrap();
            let rows: Vec<String> = findings
                .iter()
                .filter(|one| one["id"].as_str().unwrap().starts_with("danger-"))
                .map(|one| format!("{} {}", one["id"].as_str().unwrap(), one["line"]))
                .collect();
            let is_bad = rows
                .iter()
                .any(|row| !row.starts_with("danger-mention") && !row.starts_with("danger-likely"));
            assert_eq!(file["no_dangerous_commands"], !is_bad, "{file}");
            if rows.is_empty() {
                "-".to_owned()
            } else {
                rows.join(", ")
            }
        })
        .collect()
}

#[test]
fn every_row_is_found_for_what_it_is() {
    let text = fs::read_to_string(testkit::fixtures().join("danger/rows.tsv")).unwrap();
    let rows: Vec<(&str, &str)> = text
        .lines()
        .filter(|row| !row.starts_with("# source\t"))
        .map(|row| row.split_once('\t').unwrap())
        .collect();
    assert!(rows.len() > 50, "only {} rows", rows.len());
    let sources: Vec<String> = rows
        .iter()
        .map(|(source, _)| unescaped(source) + "\n")
        .collect();
    let mut faults = Vec::new();
    for ((source, expected), found) in rows.iter().zip(judged(&sources)) {
        if found != *expected {
            faults.push(format!("{source}\n  expected {expected}, found {found}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Names that stand for sums of names: 60 to the 19th operands, if all were looked at.
#[test]
fn texts_that_would_never_be_put_together_are_left() {
    use std::fmt::Write as _;
    let mut source = String::from("import os\na0 = ''\nb0 = []\nc0 = '%s%s'\n");
    for n in 1..20 {
        let m = n - 1;
        for letter in ["a", "b"] {
            let sum = vec![format!("{letter}{m}"); 60].join(" + ");
            writeln!(source, "{letter}{n} = {sum}").unwrap();
        }
        writeln!(source, "c{n} = c0 % (c{m}, c{m})").unwrap();
    }
    source.push_str("os.system(a19)\nos.system(b19)\nos.system(c19)\nos.system('sudo ls')\n");
    let last = source.lines().count();
    assert_eq!(judged(&[source]), [format!("danger-sudo {last}")]);
}
