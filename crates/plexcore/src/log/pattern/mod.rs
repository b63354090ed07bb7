//! A line to the key by which the script groups lines.
//!
//! The key is made by six replacements, in this order (`docs/compatibility.md`, generation B):
//! times become `[TIMESTAMP]`, `(af09)` becomes `[THREAD]`, what stands between single and then
//! between double quotes becomes `[STR]`, a colon with a number becomes `: [NUM]`, and a number that
//! is a word of its own becomes `[NUM]`. The script is Python 3, so digits, blanks and word
//! boundaries are Unicode's: `\d` is the category Nd, `\w` is L, N and the underscore, checked over
//! all code points against CPython 3.11.
//!
//! A line whose digits and blanks are ASCII takes one pass (`ascii`), any other two (`general`); the
//! head of a record, whose form is known, is not looked at again.

mod ascii;
mod candidates;
mod general;
mod key;

use self::key::{COLON_NUMBER_AND_DASH, Key, NUMBER, TIME, TIME_AND_THREAD};
use super::head::{Head, plain};
use super::record::Record;
use crate::stamp::Stamp;

/// Makes keys; holds the buffers that they are made in.
#[derive(Debug, Default)]
pub struct KeyMaker {
    halfway: Key,
    key: Key,
}

impl KeyMaker {
    /// The key of a line. Bytes that are no UTF-8 stand for themselves.
    pub fn key(&mut self, line: &[u8]) -> &[u8] {
        self.key.clear();
        let head = ascii::is_time(line)
            .then(|| plain::read(Stamp(0), line))
            .flatten();
        self.add_behind(head.as_ref(), line);
        self.key.bytes()
    }

    /// The key of a record's first line: what [`KeyMaker::key`] makes of it, sooner.
    pub fn key_of(&mut self, record: &Record<'_>) -> &[u8] {
        self.key.clear();
        let line = record.first_line();
        // The script's times have a comma before the milliseconds.
        let has_comma = line.get(19) == Some(&b',');
        let head = record.head().filter(|head| head.is_plain && has_comma);
        self.add_behind(head, line);
        self.key.bytes()
    }

    fn add_behind(&mut self, head: Option<&Head>, line: &[u8]) {
        let mut from = 0;
        if let Some(head) = head {
            add_plain_head(head, line, &mut self.key);
            from = head.text_start as usize;
        }
        if !ascii::add_key(line, from, &mut self.key) {
            general::add_key(&line[from..], &mut self.halfway, &mut self.key);
        }
    }
}

/// What of a line is behind its time and its thread, if it begins with these. Lines with the same text there
/// have the same key: no replacement reaches across the parenthesis, which is no part of a word.
pub fn behind_thread(line: &[u8]) -> Option<&[u8]> {
    let thread = ascii::TIME_BYTES + b" ".len();
    let is_timed = ascii::is_time(line) && line.get(ascii::TIME_BYTES) == Some(&b' ');
    let rest = line.get(thread..).filter(|_| is_timed)?;
    let is_opened = rest.first() == Some(&b'(');
    let length = ascii::thread_length(rest).filter(|_| is_opened)?;
    rest.get(length..)
}

/// Adds the key of a head of the Framework's very form: nothing in it but time, thread and line number
/// is replaced, and no replacement reaches from it into the message, since it ends in `) - `.
fn add_plain_head(head: &Head, line: &[u8], key: &mut Key) {
    let thread = head.thread.of(line);
    if let Some(digits) = thread.strip_prefix(b"-") {
        key.stand(&TIME);
        key.add(b" (-");
        if digits.iter().all(u8::is_ascii_digit) {
            key.stand(&NUMBER);
        } else {
            key.add(digits);
        }
        key.add(b")");
    } else {
        key.stand(&TIME_AND_THREAD);
    }
    let after_thread = head.thread.end as usize + 1;
    let module_end = head.module.end as usize;
    key.part_and_stand(line, after_thread, module_end, &COLON_NUMBER_AND_DASH);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::record::Records;

    fn in_two_passes(line: &[u8]) -> Vec<u8> {
        let mut key = Key::default();
        general::add_key(line, &mut Key::default(), &mut key);
        key.bytes().to_vec()
    }

    /// Text of the pieces that keys are made of, and any other ASCII.
    fn keyed_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "2026-02-05 15:30:55,155",
                "2026-02-05",
                "(a0f)",
                "(-a0)",
                "'",
                "\"",
                ":",
                ": ",
                " ",
                "5",
                "12026",
                "x",
                "\u{2713}",
                "\u{2013}5",
                "5\u{e9}",
                "\u{e9}5",
                "\u{e9}",
                "\u{301}5\u{301}",
                "\u{65e5}\u{672c}",
                "\u{b2}",
                "\u{661}",
                "\u{ff15}",
                "\u{3000}5",
                "\u{1f319}",
                "\u{1d7ce}",
                "\u{2003}7",
                "\u{85}7",
                "\u{a0}",
                "_",
                "a5",
                "5a",
                "(",
                ")",
                " - ",
                "\u{1c}",
                "'a'",
                "\"b\"",
            ])
            .prop_map(str::to_owned),
            "[ -~]{0,6}",
            "[a-z0-9/_.]{0,70}",
        ];
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn one_pass_gives_what_two_give(text in keyed_text()) {
            prop_assert_eq!(
                KeyMaker::default().key(text.as_bytes()).escape_ascii().to_string(),
                in_two_passes(text.as_bytes()).escape_ascii().to_string()
            );
        }

        #[test]
        fn a_known_head_changes_no_key(
            before in prop::sample::select(vec!["", "", "", "\u{feff}", "#1 | ", "118:"]),
            mark in prop::sample::select(vec![",", ",", "."]),
            thread in prop::sample::select(vec!["17a0", "-17a0", "5", "-5", "-a5", "-0"]),
            colon in prop::sample::select(vec![") :  ", "):", ")  : "]),
            module in prop::sample::select(vec!["utils", "a2", "5", "a/b", "a_b.c", "a'b", "a\"b", "\u{e9}"]),
            dash in prop::sample::select(vec![" - ", " -", "- ", "-"]),
            text in keyed_text(),
        ) {
            let line = format!("{before}2026-02-05 15:30:55{mark}155 ({thread}{colon}INFO ({module}:55){dash}{text}\n");
            let mut records = Records::new(line.as_bytes());
            let record = records.next().unwrap().unwrap();
            let first = record.first_line();
            prop_assert_eq!(
                KeyMaker::default().key(first).escape_ascii().to_string(),
                in_two_passes(first).escape_ascii().to_string()
            );
            prop_assert_eq!(
                KeyMaker::default().key_of(&record).escape_ascii().to_string(),
                in_two_passes(first).escape_ascii().to_string()
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_behind_the_thread_decides_the_key(
            time in prop::sample::select(vec!["2026-02-05 15:30:55,155", "2031-12-31 23:59:59,999", "2026-02-05 15:30:55.155"]),
            thread in prop::sample::select(vec![" (17a0)", " (5)", " (7f7a3d452700)", " (-5)", "(5)", " ()"]),
            text in keyed_text(),
        ) {
            let (usual, other) = (format!("2026-02-05 15:30:55,155 (1){text}"), format!("{time}{thread}{text}"));
            prop_assert_eq!(behind_thread(usual.as_bytes()), Some(text.as_bytes()));
            let mut keys = KeyMaker::default();
            if behind_thread(other.as_bytes()) == Some(text.as_bytes()) {
                prop_assert_eq!(keys.key(other.as_bytes()).to_vec(), keys.key(usual.as_bytes()).to_vec());
            } else {
                prop_assert!(!time.contains(',') || thread.len() < 4 || thread.contains('-'));
            }
        }
    }

    fn key(line: &str) -> String {
        String::from_utf8(KeyMaker::default().key(line.as_bytes()).to_vec()).unwrap()
    }

    #[test]
    fn the_six_replacements_in_their_order() {
        for (line, expected) in [
            (
                "2026-02-05 15:30:55,155 (17a0) :  ERROR (utils:5552) - x",
                "[TIMESTAMP] [THREAD] :  ERROR (utils: [NUM]) - x",
            ),
            ("12026-02-05 15:30:55,1556", "[NUM][TIMESTAMP][NUM]"),
            ("'a \"b' c\" 'd", "'[STR]' c\" 'd"),
            ("say \"a 'b' c\" 5", "say \"[STR]\" [NUM]"),
            ("''", "'[STR]'"),
            ("a:  5b :\t7", "a: [NUM]b : [NUM]"),
            ("x5 5x 5 _5 5_ -5.25", "x5 5x [NUM] _5 5_ -[NUM].[NUM]"),
            ("(abc) (abg) () (0)", "[THREAD] (abg) () [THREAD]"),
            ("\u{e9}5 5\u{e9} \u{20ac}5", "\u{e9}5 5\u{e9} \u{20ac}[NUM]"),
            ("\u{661}\u{662} a:\u{a0}\u{663}", "[NUM] a: [NUM]"),
            ("5\u{b2} 5\u{301}", "5\u{b2} [NUM]\u{301}"),
            ("", ""),
        ] {
            assert_eq!(key(line), expected, "{line}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(
            KeyMaker::default().key(b"\xff5 \xe2\x82 5\xc3"),
            b"\xff[NUM] \xe2\x82 [NUM]\xc3"
        );
    }
}
