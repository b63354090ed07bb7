//! What a person wrote into the output file, over several runs.

use std::fs;
use std::path::Path;

use super::{NOW, report, run_in};

fn run(folder: &Path, name: &str, args: &[&str]) -> String {
    let named = report(name);
    let all = [
        &[
            "--report",
            named.to_str().unwrap(),
            "--output",
            "d.md",
            "--now",
            NOW,
        ][..],
        args,
    ]
    .concat();
    let ended = run_in(folder, &all);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "Diagnostic report generated: d.md\n");
    ended.stderr
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Writes into the place for notes on an entry.
fn note(folder: &Path, id: &str, words: &str) {
    let end = format!("<!-- end of notes {id} -->");
    let text = read(folder, "d.md");
    assert!(text.contains(&end), "{id}");
    fs::write(
        folder.join("d.md"),
        text.replace(&end, &format!("{words}\n{end}")),
    )
    .unwrap();
}

/// The id of the first error of a document.
fn first_id(text: &str) -> String {
    let places = text.split("<!-- notes E-").nth(1).unwrap();
    format!("E-{}", &places[..8])
}

fn n_files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn notes_stay_with_their_error_in_the_next_run_and_in_another_form_of_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "sample.json", &[]);
    let id = first_id(&read(folder, "d.md"));
    note(
        folder,
        &id,
        "the site wants a Referer\n\n- tried: nothing yet",
    );
    note(folder, "general", "ask Ada");
    for name in ["sample.json", "sample.txt", "sample.json"] {
        assert_eq!(run(folder, name, &[]), "");
        let text = read(folder, "d.md");
        let at = text.find(&format!("<!-- notes {id} | ")).unwrap();
        let place = &text[at..text.find(&format!("<!-- end of notes {id} -->")).unwrap()];
        assert!(
            place.ends_with("-->\n\nthe site wants a Referer\n\n- tried: nothing yet\n\n"),
            "{place}"
        );
        assert_eq!(text.matches("ask Ada").count(), 1);
    }
    assert_eq!(n_files(folder), 1);
}

#[test]
fn notes_on_errors_that_are_gone_stand_in_a_section_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "sample.json", &[]);
    let id = first_id(&read(folder, "d.md"));
    note(folder, &id, "fixed on Monday?");
    run(folder, "enhanced.txt", &[]);
    let text = read(folder, "d.md");
    let section = text
        .split("## Notes on errors that are not shown here")
        .nth(1)
        .unwrap();
    assert!(
        section.contains(&format!("### `{id}` ")) && section.contains("fixed on Monday?"),
        "{section}"
    );
    run(folder, "sample.json", &[]);
    let text = read(folder, "d.md");
    assert!(!text.contains("Notes on errors that are not shown here"));
    assert_eq!(text.matches("fixed on Monday?").count(), 1);
    assert_eq!(n_files(folder), 1);
}

#[test]
fn what_was_written_elsewhere_is_kept_in_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, "sample.json", &[]);
    let edited = read(folder, "d.md").replace(
        "# Error categorization\n",
        "# Error categorization\n\nMine!\n",
    );
    fs::write(folder.join("d.md"), &edited).unwrap();
    let stderr = run(folder, "sample.json", &[]);
    assert!(stderr.contains("kept in d.md.kept-1"), "{stderr}");
    assert_eq!(read(folder, "d.md.kept-1"), edited);
    assert!(!read(folder, "d.md").contains("Mine!"));
    assert_eq!(run(folder, "sample.json", &[]), "");
    assert_eq!(n_files(folder), 2);
}

#[test]
fn a_file_of_the_script_or_anybody_else_is_kept_in_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("d.md"), "# Plex Diagnostic Report\n").unwrap();
    fs::write(folder.join("d.md.kept-1"), "an older copy").unwrap();
    run(folder, "sample.json", &[]);
    assert_eq!(read(folder, "d.md.kept-1"), "an older copy");
    assert_eq!(read(folder, "d.md.kept-2"), "# Plex Diagnostic Report\n");
}

#[cfg(unix)]
#[test]
fn where_no_copy_can_be_kept_nothing_is_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    fs::write(below.join("d.md"), "mine\n").unwrap();
    fs::set_permissions(&below, fs::Permissions::from_mode(0o555)).unwrap();
    // Root may write anywhere; then there is nothing to see here.
    let is_root = fs::write(below.join("probe"), "").is_ok();
    let named = report("sample.json");
    let ended = run_in(
        folder.path(),
        &[
            "--report",
            named.to_str().unwrap(),
            "--output",
            "below/d.md",
        ],
    );
    fs::set_permissions(&below, fs::Permissions::from_mode(0o755)).unwrap();
    if !is_root {
        assert_eq!(ended.code, Some(73), "{}", ended.stderr);
        assert_eq!(fs::read_to_string(below.join("d.md")).unwrap(), "mine\n");
    }
}
