//! Verdicts of CPython 2.7.18, frozen: `parity/oracle.py --freeze` made the table from a catalogue of error messages
//! and from mutants of `parity/seeds`.

use python27::{Mode, Verdict, check};

/// Undoes Python's `string-escape`.
fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        let escape = if b == b'\\' { rest.next() } else { None };
        match escape {
            None => out.push(b),
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'x') => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                out.extend(u8::from_str_radix(&digits, 16));
            }
            Some(other) => out.push(other),
        }
    }
    out
}

/// A verdict in the columns of the table: class, line, offset, message.
fn row(verdict: &Verdict) -> [String; 4] {
    let Verdict::Error(error) = verdict else {
        return ["ok".into(), String::new(), String::new(), String::new()];
    };
    let number = |n: Option<u32>| n.map_or_else(String::new, |n| n.to_string());
    let message = error
        .message
        .replace('\\', "\\\\")
        .replace('\n', "\\x0a")
        .replace('\t', "\\x09");
    [
        error.class.to_string(),
        number(error.line),
        number(error.offset),
        message,
    ]
}

#[test]
fn every_frozen_verdict_is_met() {
    let table = include_str!("frozen.tsv");
    let mut wrong = Vec::new();
    let mut rows = 0;
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [source, expected @ ..] = columns.as_slice() else {
            panic!("no columns: {line:?}")
        };
        assert_eq!(expected.len(), 8, "{line:?}");
        let source = unescape(source);
        rows += 1;
        let modes = [
            ("string", Mode::String),
            ("file", Mode::File { name: "sample.py" }),
        ];
        for ((mode, asked), expected) in modes.into_iter().zip(expected.chunks(4)) {
            let found = row(&check(&source, asked));
            if found != expected {
                wrong.push(format!(
                    "{mode} {source:?}\n  CPython {expected:?}\n  here    {found:?}"
                ));
            }
        }
    }
    assert!(rows > 4000, "only {rows} rows");
    assert!(
        wrong.is_empty(),
        "{} of {rows} rows differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}
