//! A line to the key by which the script groups lines.
//!
//! The key is made by six replacements, in this order (`docs/compatibility.md`, generation B):
//! times become `[TIMESTAMP]`, `(af09)` becomes `[THREAD]`, what stands between single and then
//! between double quotes becomes `[STR]`, a colon with a number becomes `: [NUM]`, and a number that
//! is a word of its own becomes `[NUM]`. The script is Python 3, so digits, blanks and word
//! boundaries are Unicode's: `\d` is the category Nd, `\w` is L, N and the underscore, checked over
//! all code points against CPython 3.11.
//!
//! A line of ASCII takes one pass (`ascii`), and so does one with check marks, dashes and the like;
//! any other takes two (`general`); the head of a record,
//! whose form is known, is not looked at again.

mod ascii;
mod candidates;
mod general;

use super::record::Record;

/// Makes keys; holds the buffers that they are made in.
#[derive(Debug, Default)]
pub struct KeyMaker {
    halfway: Vec<u8>,
    key: Vec<u8>,
}

impl KeyMaker {
    /// The key of a line. Bytes that are no UTF-8 stand for themselves.
    pub fn key(&mut self, line: &[u8]) -> &[u8] {
        self.key.clear();
        self.add(line);
        &self.key
    }

    /// The key of a record's first line: what [`KeyMaker::key`] makes of it, sooner.
    pub fn key_of(&mut self, record: &Record<'_>) -> &[u8] {
        self.key.clear();
        let line = record.first_line();
        let done = plain_head(record, line, &mut self.key).unwrap_or(0);
        self.add(line.get(done..).unwrap_or_default());
        &self.key
    }

    fn add(&mut self, line: &[u8]) {
        if line.is_ascii() || general::has_only_signs(line) {
            ascii::add_key(line, &mut self.key);
        } else {
            general::add_key(line, &mut self.halfway, &mut self.key);
        }
    }
}

/// Writes the key of a head and gives its length, if the head has the Framework's very form and
/// nothing in it but time, thread and line number is replaced. No replacement reaches from such a
/// head into the message: it ends in `) - `.
fn plain_head(record: &Record<'_>, line: &[u8], key: &mut Vec<u8>) -> Option<usize> {
    let head = record.head()?;
    let (thread, module) = (head.thread, head.module);
    // `2026-02-05 15:30:55,155 (` is 25 bytes long; a byte order mark or a prefix makes it longer.
    if thread.start != 25 || line.get(19) != Some(&b',') {
        return None;
    }
    let (after_thread, module_end) = (thread.end as usize, module.end as usize);
    let is_plain = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'/');
    let is_thread = line.get(24) == Some(&b'(')
        && line.get(25) != Some(&b'-')
        && line.get(after_thread) == Some(&b')')
        && line.get(after_thread + 1) == Some(&b' ');
    if !is_thread || !module.of(line).iter().all(is_plain) || line.get(module_end) != Some(&b':') {
        return None;
    }
    let digits = line[module_end + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let after_number = module_end + 1 + digits;
    let text = head.text_start as usize;
    if !line.get(after_number..text)?.ends_with(b" - ") {
        return None;
    }
    key.extend_from_slice(b"[TIMESTAMP] [THREAD]");
    key.extend_from_slice(&line[after_thread + 1..module_end]);
    key.extend_from_slice(b": [NUM]");
    key.extend_from_slice(&line[after_number..text]);
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::record::Records;

    fn in_two_passes(line: &[u8]) -> Vec<u8> {
        let mut key = Vec::new();
        general::add_key(line, &mut Vec::new(), &mut key);
        key
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
            thread in prop::sample::select(vec!["17a0", "-17a0", "5", "-5"]),
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
                KeyMaker::default().key_of(&record).escape_ascii().to_string(),
                in_two_passes(first).escape_ascii().to_string()
            );
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
