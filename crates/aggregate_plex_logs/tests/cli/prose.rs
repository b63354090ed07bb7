//! The table of exit codes in the documentation is the program's own.

use std::fs;
use std::path::PathBuf;

use plexcore::cli::Exit;

fn workspace() -> PathBuf {
    testkit::fixtures().join("..")
}

fn read(name: &str) -> String {
    fs::read_to_string(workspace().join(name))
        .unwrap()
        .replace("\r\n", "\n")
}

#[test]
fn the_table_of_exit_codes_is_the_programs() {
    let text = read("docs/compatibility.md");
    let rows: Vec<u8> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
        .collect();
    assert_eq!(rows, Exit::ALL.map(|(exit, _)| exit.code()));
}
