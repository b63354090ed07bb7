//! The key of a line of any characters, in two passes.
//!
//! They give what the six replacements give one after the other: a replacement keeps the quotes that
//! it found, so it never changes what stands at a later one's edges.

use memchr::memchr;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::ascii::{is_blank, is_word_byte, thread_length};
use super::key::{COLON_NUMBER, DOUBLE_QUOTED, Key, NUMBER, QUOTED, THREAD, TIME};

/// Adds a text's key; `halfway` is a buffer.
pub(super) fn add_key(line: &[u8], halfway: &mut Key, key: &mut Key) {
    halfway.clear();
    times_threads_and_single_quotes(line, halfway);
    double_quotes_and_numbers(halfway.bytes(), key);
}

/// The least byte that a character beyond ASCII begins with.
pub(super) const FIRST_OF_CHARACTER: u8 = 0xc2;

/// Whether a character beyond ASCII may be a digit or a blank.
///
/// Decided by the bytes that such characters begin with: U+0085 and U+00A0, everything from Arabic to
/// the end of the Indic and other scripts with digits of their own, the blanks among the general
/// punctuation, U+3000, the full-width digits, and what lies beyond U+FFFF but the pictures.
pub(super) fn may_replace(bytes: &[u8]) -> bool {
    let next = |at: usize| bytes.get(at).copied().unwrap_or_default();
    match bytes[0] {
        0xc2 => matches!(next(1), 0x85 | 0xa0),
        0xe2 => match next(1) {
            0x80 => matches!(next(2), 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf),
            0x81 => next(2) == 0x9f,
            _ => false,
        },
        0xe3 => next(1) == 0x80 && next(2) == 0x80,
        0xef => next(1) == 0xbc && matches!(next(2), 0x90..=0x99),
        0xf0 => next(1) != 0x9f || !matches!(next(2), 0x8c..=0xab),
        0xd9..=0xdf | 0xe0 | 0xe1 | 0xea | 0xf1.. => true,
        _ => false,
    }
}

fn times_threads_and_single_quotes(line: &[u8], out: &mut Key) {
    let mut at = 0;
    let mut copied = 0;
    while at < line.len() {
        let replaced = match line[at] {
            b'\'' => memchr(b'\'', &line[at + 1..]).map(|length| (&QUOTED, length + 2)),
            b'(' => thread_length(&line[at..]).map(|length| (&THREAD, length)),
            b'0'..=b'9' | 0xc2.. => time_length(&line[at..]).map(|length| (&TIME, length)),
            _ => None,
        };
        match replaced {
            Some((text, length)) => {
                out.add(&line[copied..at]);
                out.stand(text);
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    out.add(&line[copied..]);
}

fn double_quotes_and_numbers(line: &[u8], out: &mut Key) {
    let mut at = 0;
    let mut copied = 0;
    while at < line.len() {
        let replaced = match line[at] {
            b'"' => memchr(b'"', &line[at + 1..]).map(|length| (&DOUBLE_QUOTED, length + 2)),
            b':' => colon_number_length(&line[at..]).map(|length| (&COLON_NUMBER, length)),
            b'0'..=b'9' | 0xc2.. => {
                let length = digits_length(&line[at..]);
                if length == 0 {
                    None
                } else if ends_in_word(&line[..at]) || begins_with_word(&line[at + length..]) {
                    at += length;
                    continue;
                } else {
                    Some((&NUMBER, length))
                }
            }
            _ => None,
        };
        match replaced {
            Some((text, length)) => {
                out.add(&line[copied..at]);
                out.stand(text);
                at += length;
                copied = at;
            }
            None => at += 1,
        }
    }
    out.add(&line[copied..]);
}

/// `2026-02-05 15:30:55,155`.
pub(super) fn time_length(bytes: &[u8]) -> Option<usize> {
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
        Some(byte) if is_blank(*byte) => 1,
        Some(0xc2..) => first_char(bytes)
            .filter(|c| c.is_whitespace())
            .map_or(0, char::len_utf8),
        _ => 0,
    }
}

pub(super) fn ends_in_word(bytes: &[u8]) -> bool {
    match bytes.last() {
        Some(byte) if byte.is_ascii() => is_word_byte(*byte),
        Some(_) => last_char(bytes).is_some_and(is_word),
        None => false,
    }
}

pub(super) fn begins_with_word(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(byte) if byte.is_ascii() => is_word_byte(*byte),
        Some(_) => first_char(bytes).is_some_and(is_word),
        None => false,
    }
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
