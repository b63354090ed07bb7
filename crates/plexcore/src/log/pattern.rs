//! A line to the key by which the script groups lines.
//!
//! The key is made by six replacements, in this order (`docs/compatibility.md`, generation B):
//! times become `[TIMESTAMP]`, `(af09)` becomes `[THREAD]`, what stands between single and then
//! between double quotes becomes `[STR]`, a colon with a number becomes `: [NUM]`, and a number that
//! is a word of its own becomes `[NUM]`. The script is Python 3, so digits, blanks and word
//! boundaries are Unicode's: `\d` is the category Nd, `\w` is L, N and the underscore, checked over
//! all code points against CPython 3.11.
//!
//! Two passes over the bytes give what the six give one after the other: a replacement keeps the
//! quotes that it found, so it never changes what stands at a later one's edges.

use memchr::memchr;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Makes keys; holds the buffers that they are made in.
#[derive(Debug, Default)]
pub struct KeyMaker {
    halfway: Vec<u8>,
    key: Vec<u8>,
}

impl KeyMaker {
    /// The key of a line. Bytes that are no UTF-8 stand for themselves.
    pub fn key(&mut self, line: &[u8]) -> &[u8] {
        self.halfway.clear();
        self.key.clear();
        times_threads_and_single_quotes(line, &mut self.halfway);
        double_quotes_and_numbers(&self.halfway, &mut self.key);
        &self.key
    }
}

fn times_threads_and_single_quotes(line: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    let mut copied = 0;
    while at < line.len() {
        let replaced = match line[at] {
            b'\'' => memchr(b'\'', &line[at + 1..]).map(|length| (&b"'[STR]'"[..], length + 2)),
            b'(' => thread_length(&line[at..]).map(|length| (&b"[THREAD]"[..], length)),
            b'0'..=b'9' | 0xc2.. => {
                time_length(&line[at..]).map(|length| (&b"[TIMESTAMP]"[..], length))
            }
            _ => None,
        };
        match replaced {
            Some((text, length)) => {
                out.extend_from_slice(&line[copied..at]);
                out.extend_from_slice(text);
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    out.extend_from_slice(&line[copied..]);
}

fn double_quotes_and_numbers(line: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    let mut copied = 0;
    while at < line.len() {
        let replaced = match line[at] {
            b'"' => memchr(b'"', &line[at + 1..]).map(|length| (&b"\"[STR]\""[..], length + 2)),
            b':' => colon_number_length(&line[at..]).map(|length| (&b": [NUM]"[..], length)),
            b'0'..=b'9' | 0xc2.. => {
                let length = digits_length(&line[at..]);
                if length == 0 {
                    None
                } else if ends_in_word(&line[..at]) || begins_with_word(&line[at + length..]) {
                    at += length;
                    continue;
                } else {
                    Some((&b"[NUM]"[..], length))
                }
            }
            _ => None,
        };
        match replaced {
            Some((text, length)) => {
                out.extend_from_slice(&line[copied..at]);
                out.extend_from_slice(text);
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    out.extend_from_slice(&line[copied..]);
}

/// `(af09)`.
fn thread_length(bytes: &[u8]) -> Option<usize> {
    let digits = bytes[1..]
        .iter()
        .take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        .count();
    (digits > 0 && bytes.get(1 + digits) == Some(&b')')).then_some(digits + 2)
}

/// `2026-02-05 15:30:55,155`.
fn time_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for (digits, separator) in [
        (4, b'-'),
        (2, b'-'),
        (2, b' '),
        (2, b':'),
        (2, b':'),
        (2, b','),
        (3, 0),
    ] {
        for _ in 0..digits {
            let length = digit_length(&bytes[at..]);
            if length == 0 {
                return None;
            }
            at += length;
        }
        if separator != 0 {
            if bytes.get(at) != Some(&separator) {
                return None;
            }
            at += 1;
        }
    }
    Some(at)
}

/// A colon, blanks, digits.
fn colon_number_length(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let length = blank_length(&bytes[at..]);
        if length == 0 {
            break;
        }
        at += length;
    }
    let digits = digits_length(&bytes[at..]);
    (digits > 0).then_some(at + digits)
}

fn digits_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let length = digit_length(&bytes[at..]);
        if length == 0 {
            return at;
        }
        at += length;
    }
}

/// The bytes of the decimal digit that stands first, or 0.
fn digit_length(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(b'0'..=b'9') => 1,
        Some(0xc2..) => first_char(bytes)
            .filter(|c| c.general_category() == GeneralCategory::DecimalNumber)
            .map_or(0, char::len_utf8),
        _ => 0,
    }
}

/// The bytes of the blank that stands first, or 0. Python counts the four separators of ASCII as
/// blanks, which Unicode's property does not.
fn blank_length(bytes: &[u8]) -> usize {
    match bytes.first() {
        Some(b'\t'..=b'\r' | 0x1c..=0x1f | b' ') => 1,
        Some(0xc2..) => first_char(bytes)
            .filter(|c| c.is_whitespace())
            .map_or(0, char::len_utf8),
        _ => 0,
    }
}

fn ends_in_word(bytes: &[u8]) -> bool {
    match bytes.last() {
        Some(byte) if byte.is_ascii() => is_ascii_word(*byte),
        Some(_) => last_char(bytes).is_some_and(is_word),
        None => false,
    }
}

fn begins_with_word(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(byte) if byte.is_ascii() => is_ascii_word(*byte),
        Some(_) => first_char(bytes).is_some_and(is_word),
        None => false,
    }
}

fn is_ascii_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_word(c: char) -> bool {
    use GeneralCategoryGroup::{Letter, Number};
    c == '_' || matches!(c.general_category_group(), Letter | Number)
}

fn first_char(bytes: &[u8]) -> Option<char> {
    let window = &bytes[..bytes.len().min(4)];
    window.utf8_chunks().next()?.valid().chars().next()
}

fn last_char(bytes: &[u8]) -> Option<char> {
    let window = &bytes[bytes.len().saturating_sub(4)..];
    let chunk = window.utf8_chunks().last()?;
    if chunk.invalid().is_empty() {
        chunk.valid().chars().next_back()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
