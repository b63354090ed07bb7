//! Where a value ends, and whether it is one worth hiding.
//!
//! A value knows how often the text around it is percent-encoded: after `token%3D` it ends at
//! `%26` but goes on over `%2526`, which is part of it. Structure (quotes, separators, the rest
//! of the URL) is never part of a value.

use super::percent::{decode, is_name_byte, unit};
use super::span::is_placeholder;

/// Which characters a bare value may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Tokens, keys, identifiers: letters, digits and the signs of base64 and URLs.
    Token,
    /// Passwords and names: everything that does not close the value.
    Loose,
}

/// The end of the bare value that starts at `at`, in a text encoded `level` times.
pub(super) fn bare_end(text: &[u8], at: usize, level: u8, shape: Shape) -> usize {
    let mut pos = at;
    while let Some(next) = unit(text, pos) {
        let after = pos + next.len;
        let inside = next.level > level
            || match shape {
                Shape::Token => is_token_part(text, next.byte, after, level),
                Shape::Loose => is_loose_part(text, next.byte, after, level),
            };
        if !inside {
            break;
        }
        pos = after;
    }
    pos
}

fn is_token_part(text: &[u8], byte: u8, after: usize, level: u8) -> bool {
    match byte {
        b'_' | b'-' | b'=' | b'%' => true,
        b'.' | b'/' | b'+' | b'~' | b':' | b'*' | b'@' | b'$' | b'!' => unit(text, after)
            .is_some_and(|next| {
                next.level > level || is_name_byte(next.byte) || matches!(next.byte, b'=' | b'/')
            }),
        _ => byte.is_ascii_alphanumeric(),
    }
}

fn is_loose_part(text: &[u8], byte: u8, after: usize, level: u8) -> bool {
    match byte {
        b'"' | b'\'' | b'`' => unit(text, after)
            .is_some_and(|next| next.level <= level && next.byte.is_ascii_alphanumeric()),
        b'&' | b'<' | b'>' => false,
        b',' | b';' | b')' | b']' | b'}' | b'|' => !closes_here(text, after, level),
        b'\\' => !matches!(
            text.get(after),
            None | Some(b'n' | b'r' | b't' | b'u' | b'"' | b'\'')
        ),
        _ => !byte.is_ascii_control() && byte != b' ',
    }
}

/// Whether what follows a `,`, `;` or closing bracket shows that the value ended before it.
fn closes_here(text: &[u8], after: usize, level: u8) -> bool {
    let Some(next) = unit(text, after) else {
        return true;
    };
    if next.level > level {
        return false;
    }
    if next.byte.is_ascii_whitespace() || b"\"'`,;)]}|&<>\\:.".contains(&next.byte) {
        return true;
    }
    let mut pos = after;
    while text.get(pos).is_some_and(|&byte| is_name_byte(byte)) {
        pos += 1;
    }
    pos > after && matches!(text.get(pos), Some(b'=' | b':'))
}

/// A quote that opened a value: which one, how deep encoded, and whether backslashes led it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    byte: u8,
    level: u8,
    escaped: bool,
}

/// The quote at `at`, with the backslashes before it, and where the text after it starts.
pub(super) fn quote_at(text: &[u8], at: usize) -> Option<(Quote, usize)> {
    if let Some(rest) = text.get(at..) {
        for entity in [&b"&quot;"[..], b"&#34;", b"&#39;", b"&#x27;"] {
            if rest.starts_with(entity) {
                let quote = Quote {
                    byte: b'&',
                    level: 0,
                    escaped: false,
                };
                return Some((quote, at + entity.len()));
            }
        }
    }
    let mut pos = at;
    let mut next = unit(text, pos)?;
    while next.byte == b'\\' && pos - at < 8 * next.len {
        pos += next.len;
        next = unit(text, pos)?;
    }
    let quote = Quote {
        byte: next.byte,
        level: next.level,
        escaped: pos > at,
    };
    matches!(next.byte, b'"' | b'\'' | b'`').then_some((quote, pos + next.len))
}

/// The end of the quoted value that starts at `at`: before its closing quote, or the line's end.
pub(super) fn quoted_end(text: &[u8], at: usize, quote: Quote) -> usize {
    let mut pos = at;
    while let Some(next) = unit(text, pos) {
        let after = pos + next.len;
        if matches!(next.byte, b'\n' | b'\r') && next.level <= quote.level {
            break;
        }
        if next.byte == quote.byte && next.level <= quote.level {
            break;
        }
        if next.byte == b'\\' && next.level <= quote.level {
            if quote.escaped && quote_at(text, pos).is_some_and(|(q, _)| q.byte == quote.byte) {
                break;
            }
            // The escaped character belongs to the value, unless the line ends there.
            if let Some(escaped) = unit(text, after).filter(|_| !quote.escaped)
                && !matches!(escaped.byte, b'\n' | b'\r')
            {
                pos = after + escaped.len;
                continue;
            }
        }
        pos = after;
    }
    pos
}

/// The end of the line that `at` is in, or of the text.
pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    memchr::memchr2(b'\n', b'\r', rest).map_or(text.len(), |offset| at + offset)
}

/// Whether a value says nothing: empty, a word for nothing, a mask, or already replaced.
pub(super) fn is_void(value: &[u8]) -> bool {
    const WORDS: [&str; 9] = [
        "none",
        "null",
        "nil",
        "true",
        "false",
        "undefined",
        "empty",
        "yes",
        "no",
    ];
    let Some(&first) = value.first() else {
        return true;
    };
    WORDS
        .iter()
        .any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
        || (b"xX*.-_?".contains(&first) && value.iter().all(|&byte| byte == first || byte == b'.'))
        || (first == b'%' && value.len() < 24 && unit(value, 0).is_some_and(|unit| unit.level == 0))
        || is_placeholder(value)
}

/// Whether a word looks drawn by lot rather than written: letters with digits, or, at the length
/// of a Plex token, letters in mixed case without a word in them.
pub(super) fn looks_random(value: &[u8]) -> bool {
    const PLEX_TOKEN: usize = 20;
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let upper = value
        .iter()
        .filter(|byte| byte.is_ascii_uppercase())
        .count();
    let lower = value
        .iter()
        .filter(|byte| byte.is_ascii_lowercase())
        .count();
    let longest_word = value
        .split(|byte| !byte.is_ascii_lowercase())
        .map(<[u8]>::len)
        .max();
    let is_mixed = upper >= 4 && lower >= 4 && longest_word < Some(6);
    value.len() >= 8
        && upper + lower > 0
        && (digits > 1
            || (digits == 1 && value.len() >= 16)
            || (value.len() == PLEX_TOKEN && is_mixed))
}

/// Whether a value of the bare name `key` is a secret and no path, item number or word.
pub(super) fn is_key_like(value: &[u8], in_query: bool) -> bool {
    if is_path(value) || (value.len() <= 10 && value.iter().all(u8::is_ascii_digit)) {
        return false;
    }
    (in_query && value.len() >= 6) || looks_random(value) || value.len() >= 24
}

/// Whether the value is a path: it starts at a root, plain or encoded.
pub(super) fn is_path(value: &[u8]) -> bool {
    let start = decode(&value[..value.len().min(24)]);
    let start = start.as_bytes();
    matches!(start, [b'/', ..] | [b'a'..=b'z' | b'A'..=b'Z', b':', b'\\' | b'/', ..])
}
