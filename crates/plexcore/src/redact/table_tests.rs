//! Every row of `fixtures/redact/*.tsv`: a text, and what of it may leave.
//!
//! `<TAB>`, `<LF>` and `<CR>` in a row stand for the characters. `pseudonyms.tsv` is read with
//! pseudonyms on, `secrets_only.tsv` at the level that `--no-redact` leaves.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use super::{Level, Options, Redactor};

fn unescape(cell: &str) -> String {
    cell.replace("<TAB>", "\t")
        .replace("<LF>", "\n")
        .replace("<CR>", "\r")
}

fn rows(file: &str) -> Vec<(String, String)> {
    let path = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/redact"
    ))
    .join(file);
    let table = fs::read_to_string(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    table
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (input, expected) = line.split_once('\t').expect("two cells");
            (unescape(input), unescape(expected))
        })
        .collect()
}

/// Every row that comes out otherwise, and how.
fn wrong_rows(file: &str, redactor: &Redactor) -> String {
    let mut wrong = String::new();
    for (input, expected) in rows(file) {
        let once = redactor.redact(&input);
        if once != expected {
            writeln!(
                wrong,
                "{file}\n  input    {input}\n  expected {expected}\n  found    {once}"
            )
            .unwrap();
        }
        let twice = redactor.redact(&once);
        if twice != once {
            writeln!(wrong, "{file}\n  once  {once}\n  twice {twice}").unwrap();
        }
    }
    wrong
}

#[test]
fn every_row_of_the_full_tables_comes_out_as_written() {
    let redactor = Redactor::new(Options::default());
    let wrong: String = [
        "tokens.tsv",
        "values.tsv",
        "addresses.tsv",
        "paths.tsv",
        "ordinary.tsv",
    ]
    .into_iter()
    .map(|file| wrong_rows(file, &redactor))
    .collect();
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn titles_and_file_names_become_the_hashes_as_written() {
    let redactor = Redactor::new(Options {
        pseudonymise: true,
        ..Options::default()
    });
    let wrong = wrong_rows("pseudonyms.tsv", &redactor);
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn without_redaction_only_credentials_go() {
    let redactor = Redactor::new(Options {
        level: Level::SecretsOnly,
        ..Options::default()
    });
    let wrong = wrong_rows("secrets_only.tsv", &redactor);
    assert!(wrong.is_empty(), "\n{wrong}");
}
