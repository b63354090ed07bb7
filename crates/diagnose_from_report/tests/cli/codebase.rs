//! Culprits in the source of the bundles: where they stand, have moved, changed, or are not there.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{report, run_in};

const SOURCE: &str = "page = HTML.ElementFromURL(url)";

/// A report with one failure, whose culprit is in `file` of Alder at a line.
fn with_culprit(folder: &Path, file: &str, line: u32, source: Option<&str>) {
    let mut value: Value =
        serde_json::from_slice(&fs::read(report("sample.json")).unwrap()).unwrap();
    let entries = value["catalogue"].as_array().unwrap();
    let mut entry = entries
        .iter()
        .find(|entry| entry["group"] != "noise")
        .unwrap()
        .clone();
    entry["culprit"] = json!({
        "bundle": "Alder", "file": file, "line": line, "function": "search", "source": source,
    });
    value["catalogue"] = json!([entry]);
    fs::write(folder.join("r.json"), value.to_string()).unwrap();
}

/// A bundle whose file has the source line at line 6 and a secret beside it.
fn bundle(folder: &Path) {
    let code = folder.join("Plug-ins/alder.bundle/Contents/Code");
    fs::create_dir_all(&code).unwrap();
    let text = format!(
        "import os\n\n\ndef search(url):\n    token = 'X-Plex-Token=abcdefghij0123456789'\n    {SOURCE}\n    return page\n"
    );
    fs::write(code.join("__init__.py"), text).unwrap();
    fs::write(folder.join("secret.py"), "hidden = 1\n").unwrap();
}

/// Both forms of the document, with the codebase given.
fn run(folder: &Path, codebase: &str) -> (String, Value) {
    let run = |format: &str| {
        let args = [
            "--report",
            "r.json",
            "--output",
            "-",
            "--codebase",
            codebase,
            "--format",
            format,
        ];
        let ended = run_in(folder, &args);
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stdout
    };
    let document: Value = serde_json::from_str(&run("json")).unwrap();
    let found = [
        &document["errors_in_several_agents"][0],
        &document["errors_of_one_agent"][0]["causes"][0],
    ]
    .into_iter()
    .find(|group| group.is_object())
    .unwrap();
    (run("markdown"), found["errors"][0]["codebase"].clone())
}

#[test]
fn the_lines_around_a_culprit_are_shown_without_their_secrets() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path());
    with_culprit(folder.path(), "Contents/Code/__init__.py", 6, Some(SOURCE));
    for codebase in [".", "Plug-ins", "Plug-ins/alder.bundle"] {
        let (text, found) = run(folder.path(), codebase);
        assert_eq!(found["state"], "same", "{codebase}");
        assert!(text.contains(&format!("> 6 |     {SOURCE}\n")), "{text}");
        assert!(
            text.contains("  4 | def search(url):\n") && !text.contains("abcdefghij0123456789"),
            "{text}"
        );
        assert!(!text.contains("WARNING"), "{text}");
    }
}

#[test]
fn a_file_that_changed_since_the_log_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path());
    for (line, source, state, words) in [
        (
            3,
            Some(SOURCE),
            "moved",
            "the logged line stands at 6 now, not at 3",
        ),
        (6, Some("page = None"), "changed", "does not stand at 6"),
        (600, Some("page = None"), "changed", "does not stand at 600"),
        (6, None, "unchecked", "can't be told"),
    ] {
        with_culprit(folder.path(), "Contents/Code/__init__.py", line, source);
        let (text, found) = run(folder.path(), "Plug-ins");
        assert_eq!(found["state"], state);
        assert!(text.contains(words), "{text}");
        assert_eq!(
            text.contains("**WARNING:**"),
            state != "unchecked",
            "{text}"
        );
    }
}

#[test]
fn what_is_not_there_is_said_and_nothing_outside_a_bundle_is_read() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path());
    for (file, words) in [
        ("Contents/Code/other.py", "has no Contents/Code/other.py"),
        ("../../secret.py", "leads out of the bundle"),
        ("/etc/hostname", "leads out of the bundle"),
        ("Contents/Code", "is no source file"),
    ] {
        with_culprit(folder.path(), file, 1, Some("hidden = 1"));
        let (text, found) = run(folder.path(), "Plug-ins");
        assert_eq!(found["state"], "missing", "{file}");
        assert!(
            text.contains(words) && !text.contains("> 1 | "),
            "{file}: {text}"
        );
    }
    with_culprit(folder.path(), "Contents/Code/__init__.py", 6, Some(SOURCE));
    fs::create_dir(folder.path().join("empty")).unwrap();
    let (text, _) = run(folder.path(), "empty");
    assert!(
        text.contains("there is no Alder.bundle in the codebase"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_bundle_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path());
    let link = folder
        .path()
        .join("Plug-ins/alder.bundle/Contents/Code/link.py");
    std::os::unix::fs::symlink(folder.path().join("secret.py"), link).unwrap();
    with_culprit(
        folder.path(),
        "Contents/Code/link.py",
        1,
        Some("hidden = 1"),
    );
    let (text, found) = run(folder.path(), "Plug-ins");
    assert_eq!(found["state"], "missing");
    assert!(text.contains("leads out of Alder.bundle"), "{text}");
}
