//! Bytes of a text, read through any number of percent-encodings.
//!
//! `=`, `%3D` and `%253D` are the same [`Unit`] at level 0, 1 and 2, so the parsers of this room
//! are written once for every encoding. Nothing here copies or allocates, except [`decode`].

use crate::utf8::owned;

/// One byte as it was meant, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// The byte after all decoding.
    pub(super) byte: u8,
    /// How many times it is percent-encoded; 0 is the plain byte.
    pub(super) level: u8,
    /// Bytes it takes in the text.
    pub(super) len: usize,
}

impl Unit {
    fn plain(byte: u8) -> Self {
        Self {
            byte,
            level: 0,
            len: 1,
        }
    }
}

/// The unit that starts at `at`, `None` at the end of the text.
pub(super) fn unit(text: &[u8], at: usize) -> Option<Unit> {
    let first = *text.get(at)?;
    if first != b'%' {
        return Some(Unit::plain(first));
    }
    let mut level = 0_u8;
    let mut pos = at + 1;
    let mut byte = first;
    while let Some(pair) = hex_pair(text, pos) {
        byte = pair;
        level = level.saturating_add(1);
        pos += 2;
        if pair != b'%' {
            break;
        }
    }
    Some(Unit {
        byte,
        level,
        len: pos - at,
    })
}

/// The unit that ends right before `at`, `None` at the start of the text.
pub(super) fn unit_before(text: &[u8], at: usize) -> Option<Unit> {
    let last = *text.get(at.checked_sub(1)?)?;
    let mut pos = at.saturating_sub(2);
    let plain = Some(Unit::plain(last));
    let Some(byte) = hex_pair(text, pos) else {
        return plain;
    };
    let mut level = 1_u8;
    while pos > 0 {
        if text[pos - 1] == b'%' {
            return Some(Unit {
                byte,
                level,
                len: at - pos + 1,
            });
        }
        if pos < 2 || &text[pos - 2..pos] != b"25" {
            return plain;
        }
        pos -= 2;
        level = level.saturating_add(1);
    }
    plain
}

/// The byte that `at` and the place after it spell in hexadecimal.
fn hex_pair(text: &[u8], at: usize) -> Option<u8> {
    Some(hex_digit(*text.get(at)?)? * 16 + hex_digit(*text.get(at + 1)?)?)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The text with every percent-encoding undone; bytes that are no UTF-8 are replaced.
pub(super) fn decode(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(unit) = unit(text, at) {
        bytes.push(unit.byte);
        at += unit.len;
    }
    owned(&bytes)
}

/// Whether `byte` may stand in a name such as `X-Plex-Token` or `api_key`.
pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The run of plain name bytes around `at`, bounded; escapes such as `%26` do not belong to it.
pub(super) fn name_around(text: &[u8], at: usize) -> Option<(usize, usize)> {
    const LONGEST: usize = 80;
    let mut start = at;
    while let Some(before) = unit_before(text, start) {
        if before.level > 0 || !is_name_byte(before.byte) {
            break;
        }
        start -= 1;
        if at - start > LONGEST {
            return None;
        }
    }
    let mut end = at;
    while text.get(end).is_some_and(|&byte| is_name_byte(byte)) {
        end += 1;
        if end - at > LONGEST {
            return None;
        }
    }
    Some((start + escape_prefix(text, start, end), end))
}

/// Bytes of a written-out escape (`\n`, `\t`, `\u0026`) that run into the name at `start`.
fn escape_prefix(text: &[u8], start: usize, end: usize) -> usize {
    if start == 0 || text[start - 1] != b'\\' {
        return 0;
    }
    let name = &text[start..end];
    match name.first() {
        Some(b'n' | b'r' | b't') => 1,
        Some(b'u') if name.len() > 5 && name[1..5].iter().all(u8::is_ascii_hexdigit) => 5,
        _ => 0,
    }
}

/// Skips blanks (never line ends), plain or encoded, and tells where the next unit starts.
pub(super) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while let Some(next) = unit(text, at) {
        if !matches!(next.byte, b' ' | b'\t') {
            break;
        }
        at += next.len;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_is_read_through_any_number_of_encodings() {
        for (written, level) in [("=", 0), ("%3D", 1), ("%253d", 2), ("%25253D", 3)] {
            let expected = Unit {
                byte: b'=',
                level,
                len: written.len(),
            };
            let text = format!("a{written}");
            assert_eq!(unit(text.as_bytes(), 1), Some(expected), "{written}");
            assert_eq!(
                unit_before(text.as_bytes(), text.len()),
                Some(expected),
                "{written} from behind"
            );
        }
    }

    #[test]
    fn a_percent_sign_without_two_digits_is_itself() {
        for text in ["%", "%2", "%zz"] {
            assert_eq!(unit(text.as_bytes(), 0), Some(Unit::plain(b'%')));
        }
        assert_eq!(
            decode(b"100% of %C3%A9 and %25C3%25A9"),
            "100% of \u{e9} and \u{e9}"
        );
    }

    #[test]
    fn a_name_does_not_swallow_the_escape_before_it() {
        for text in [
            "%26token",
            "%2526token",
            "\\ntoken",
            "\\u0026token",
            "?token",
            "token",
        ] {
            let (start, end) = name_around(text.as_bytes(), text.len() - 1).unwrap();
            assert_eq!(&text[start..end], "token", "{text}");
        }
    }
}
