//! The direction of dependency, as a table that the `use` lines are held against.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Which rooms a room may use. A room not listed here is a mistake: give it a place.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("printable", &[]),
    ("utf8", &[]),
    ("stamp", &["error"]),
    ("redact", &["utf8"]),
    ("log", &["stamp", "error", "utf8"]),
    ("metrics", &["log", "stamp", "error"]),
    // The report names files that could not be read, and the model is what the files room found.
    (
        "report",
        &[
            "metrics",
            "log",
            "redact",
            "stamp",
            "printable",
            "utf8",
            "error",
            "files",
        ],
    ),
    (
        "reading",
        &[
            "report",
            "metrics",
            "log",
            "redact",
            "stamp",
            "printable",
            "utf8",
            "error",
        ],
    ),
    ("files", &["error", "stamp"]),
    ("cli", &["error", "stamp", "printable", "files"]),
    ("state", &["error", "files", "stamp"]),
    ("xml", &["error", "secret"]),
    ("backup", &["error", "files", "stamp"]),
    ("secret", &[]),
];

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

/// The first names after `crate::`, in code and not in tests or comments.
fn used(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let name = |rest: &str| {
        rest.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    lines
        .flat_map(|line| line.split("crate::").skip(1))
        .map(name)
        // An exported macro stands at the crate's root, whatever room it belongs to.
        .filter(|name| name != "put_markup")
        .collect()
}

#[test]
fn no_room_uses_one_that_it_may_not() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    let prefix = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    for (path, text) in found {
        let inside = path.strip_prefix(&prefix).unwrap();
        let room = inside.split(['/', '\\', '.']).next().unwrap();
        if room == "lib" || inside.contains("tests") {
            continue;
        }
        let may_use = allowed
            .get(room)
            .unwrap_or_else(|| panic!("the room {room} of {inside} has no place in the table"));
        for used in used(&text) {
            // `crate::Error` is the room `error`; a name in capitals is the crate's own.
            let used = if used == "Error" {
                "error".to_owned()
            } else {
                used
            };
            let fine = used == room || may_use.contains(&used.as_str());
            assert!(
                fine,
                "{inside} uses {used}, and {room} may use only {may_use:?}"
            );
        }
    }
}

/// The rooms that touch the disk; `cli` touches the process.
const EDGES: [&str; 4] = ["backup", "cli", "files", "state"];

#[test]
fn only_the_edges_open_files() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&src, &mut found);
    assert!(found.len() > 100, "the sources are elsewhere");
    for (path, text) in found {
        let room = Path::new(&path)
            .strip_prefix(&src)
            .unwrap()
            .iter()
            .next()
            .and_then(|part| part.to_str())
            .unwrap()
            .trim_end_matches(".rs");
        let is_test = path.ends_with("tests.rs");
        let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        if !EDGES.contains(&room) && !is_test {
            assert!(!code.contains("std::fs"), "{path} touches the disk");
        }
    }
}
