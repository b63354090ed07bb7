//! Bytes become records: heads, continuation lines, orphans, prefixes and lines without end.

use std::io::{self, Cursor, Read};

use proptest::prelude::*;

use super::reader::MOST_GIVEN;
use super::*;

/// Gives bytes in pieces of a fixed size, as a slow disk or a pipe might.
struct Dripping<'a>(&'a [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(self.1).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

#[derive(Debug, PartialEq, Eq, Clone)]
struct Seen {
    bytes: Vec<u8>,
    has_head: bool,
    text: String,
    offset: u64,
    line: u64,
    lines: u64,
}

impl Seen {
    fn of(record: &Record<'_>) -> Self {
        Self {
            bytes: record.bytes.to_vec(),
            has_head: record.head().is_some(),
            text: String::from_utf8_lossy(record.text()).into_owned(),
            offset: record.offset,
            line: record.line,
            lines: record.lines,
        }
    }
}

fn read(source: impl Read) -> Vec<Seen> {
    let mut records = Records::new(source);
    let mut seen = Vec::new();
    while let Some(record) = records.next().unwrap() {
        seen.push(Seen::of(&record));
    }
    seen
}

/// The same, several at a time, and whether the last line has no end.
fn read_few(source: impl Read) -> (Vec<Seen>, bool) {
    let mut records = Records::new(source);
    let mut seen = Vec::new();
    loop {
        let few = records.next_few().unwrap();
        let count = few.len();
        if count == 0 {
            return (seen, records.is_cut());
        }
        seen.extend(few.clone().map(|record| Seen::of(&record)));
        assert!(count <= MOST_GIVEN && few.count() == count);
    }
}

const HEAD: &str = "2026-02-05 15:30:55,155 (12) :  INFO (a:1) - ";

#[test]
fn continuation_lines_join_the_record_above() {
    let text = format!("{HEAD}one\n  File \"x\"\n\n{HEAD}two\r\n{HEAD}three");
    let seen = read(Cursor::new(&text));
    let texts: Vec<&str> = seen.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    assert_eq!(
        seen.iter().map(|s| (s.line, s.lines)).collect::<Vec<_>>(),
        [(1, 3), (4, 1), (5, 1)]
    );
}

#[test]
fn lines_before_the_first_head_are_one_orphan() {
    let seen = read(Cursor::new(format!("cut off\nmore\n{HEAD}one\n")));
    assert_eq!(
        seen.iter().map(|s| s.has_head).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!((seen[0].lines, seen[1].line), (2, 3));
}

#[test]
fn a_file_of_nothing_has_no_record() {
    assert!(read(Cursor::new("")).is_empty());
    assert_eq!(read(Cursor::new("\n")).len(), 1);
}

#[test]
fn a_byte_order_mark_does_not_hide_the_first_head() {
    let seen = read(Cursor::new(format!("\u{feff}{HEAD}one\n{HEAD}two\n")));
    assert_eq!(
        seen.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(),
        ["one", "two"]
    );
}

#[test]
fn a_prefix_of_another_program_is_stripped_from_every_line() {
    let text = format!(
        "#1 {HEAD}one (most recent call last):\n#2   File \"x\", line 3, in f\n#3 KeyError: 'x'\n"
    );
    let mut records = Records::new(Cursor::new(text));
    let record = records.next().unwrap().unwrap();
    let rest: Vec<&[u8]> = record.continuation().collect();
    assert_eq!(record.text(), b"one (most recent call last):");
    assert_eq!(first_line_of(record.bytes), record.first_line());
    assert_eq!(rest, [&b"  File \"x\", line 3, in f"[..], b"KeyError: 'x'"]);
}

#[test]
fn a_line_that_never_ends_comes_in_pieces_and_the_next_head_is_found() {
    let mut text = format!("{HEAD}one").into_bytes();
    text.resize(MOST_BYTES * 2 + 12_345, b'x');
    text.extend_from_slice(format!("\n{HEAD}two\n").as_bytes());
    let seen = read(Cursor::new(&text));
    assert_eq!(
        seen.iter().map(|s| s.bytes.len()).sum::<usize>(),
        text.len()
    );
    assert_eq!(seen.iter().filter(|s| s.has_head).count(), 2);
    assert_eq!(seen.iter().map(|s| s.lines).sum::<u64>(), 2);
    assert_eq!(seen.last().unwrap().text, "two");
}

#[test]
fn the_size_of_the_pieces_that_come_in_does_not_matter() {
    let text = format!("lost\n{HEAD}one\n tail\n{HEAD}two\n{HEAD}three\n\n");
    let whole = read(Cursor::new(&text));
    for size in [1, 2, 3, 7, 50] {
        assert_eq!(read(Dripping(text.as_bytes(), size)), whole, "{size}");
    }
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just(HEAD.as_bytes().to_vec()),
        Just(format!("#7 {HEAD}x").into_bytes()),
        Just(b"  File \"x\", line 1".to_vec()),
        Just(b"2026-02-05 15:30:55,155 (".to_vec()),
        Just(b"\xef\xbb\xbf".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..40),
    ];
    let end = prop_oneof![
        Just(&b"\n"[..]),
        Just(&b"\r\n"[..]),
        Just(&b"\r"[..]),
        Just(&b""[..])
    ];
    proptest::collection::vec((line, end), 0..30).prop_map(|lines| {
        lines
            .into_iter()
            .flat_map(|(line, end)| [line, end.to_vec()].concat())
            .collect()
    })
}

proptest! {
    #[test]
    fn every_line_is_in_exactly_one_record(text in pieces(), size in 1_usize..64) {
        let seen = read(Dripping(&text, size));
        let joined: Vec<u8> = seen.iter().flat_map(|s| s.bytes.iter().copied()).collect();
        prop_assert_eq!(&joined, &text);
        let expected = text.split_inclusive(|b| *b == b'\n').count() as u64;
        prop_assert_eq!(seen.iter().map(|s| s.lines).sum::<u64>(), expected);
        let mut offset = 0;
        let mut line = 1;
        for record in &seen {
            prop_assert_eq!((record.offset, record.line), (offset, line));
            offset += record.bytes.len() as u64;
            line += record.lines;
        }
        prop_assert_eq!(read(Cursor::new(&text)), seen);
    }

    #[test]
    fn records_are_the_same_one_by_one_and_several_at_a_time(text in pieces(), size in 1_usize..4000) {
        let (few, is_cut) = read_few(Dripping(&text, size));
        prop_assert_eq!(few, read(Cursor::new(&text)));
        prop_assert_eq!(is_cut, text.last().is_some_and(|last| *last != b'\n'));
    }
}

#[test]
fn as_many_records_come_at_a_time_as_are_at_hand() {
    let text = format!("{HEAD}x\n").repeat(MOST_GIVEN * 2 + 1);
    let mut records = Records::new(text.as_bytes());
    let mut counts = Vec::new();
    loop {
        let count = records.next_few().unwrap().len();
        if count == 0 {
            break;
        }
        counts.push(count);
    }
    // The last is known to be whole when nothing comes behind it.
    assert_eq!(counts, [MOST_GIVEN, MOST_GIVEN, 1]);
}
