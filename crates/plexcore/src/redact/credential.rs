//! Secrets that are known by their own look or by a word nearby, without a `name=`.
//!
//! JWTs, `Bearer` and `Basic`, `local-` tokens, the value column of `Plex Token     <token>`, a
//! token-like word after the word token, cookies as Python prints them, and base64 text whose
//! content names a secret.

use super::names::meaning;
use super::percent::{is_name_byte, skip_blanks, unit, unit_before};
use super::span::{Found, Kind};
use super::value::{Shape, bare_end, is_void, line_end, looks_random};

/// The value of an `Authorization` header: the scheme stays, what follows it goes.
pub(super) fn authorization(text: &[u8], start: usize, end: usize, found: &mut Found) {
    let mut word_end = start;
    while text.get(word_end).is_some_and(|&byte| is_name_byte(byte)) && word_end < end {
        word_end += 1;
    }
    let rest = skip_space(text, word_end);
    let (is_scheme, at) = if rest > word_end && rest < end && word_end > start {
        (true, rest)
    } else {
        (false, start)
    };
    let is_basic = is_scheme && text[start..word_end].eq_ignore_ascii_case(b"basic");
    let value = text.get(at..end).unwrap_or_default().trim_ascii_end();
    let kind = if is_basic {
        Kind::Password
    } else {
        Kind::Token
    };
    if !is_void(value) {
        found.push(at, at + value.len(), kind);
    }
}

/// Blanks as headers and URLs write them, `+` too.
fn skip_space(text: &[u8], at: usize) -> usize {
    let after = skip_blanks(text, at);
    if after == at && text.get(at) == Some(&b'+') {
        at + 1
    } else {
        after
    }
}

/// `Bearer <token>` and `Basic <base64>` anywhere.
pub(super) fn scheme(text: &[u8], hit: usize, len: usize, found: &mut Found) {
    let word_end = hit + len;
    if unit_before(text, hit).is_some_and(|unit| unit.level == 0 && is_name_byte(unit.byte)) {
        return;
    }
    let at = skip_space(text, word_end);
    if at == word_end {
        return;
    }
    let level = unit(text, word_end).map_or(0, |unit| unit.level);
    let end = bare_end(text, at, level, Shape::Token);
    let value = &text[at..end];
    let is_basic = text[hit..word_end].eq_ignore_ascii_case(b"basic");
    let is_secret = if is_basic {
        value.len() >= 8 && super::base64::decode(value).is_some_and(|plain| plain.contains(&b':'))
    } else {
        value.len() >= 20 || looks_random(value)
    };
    if is_secret && !is_void(value) {
        found.push(
            at,
            end,
            if is_basic {
                Kind::Password
            } else {
                Kind::Token
            },
        );
    }
}

/// `eyJ...`: a JSON web token, or what is left of one.
pub(super) fn jwt(text: &[u8], hit: usize, found: &mut Found) {
    let starts_word = unit_before(text, hit)
        .is_none_or(|unit| unit.level > 0 || !unit.byte.is_ascii_alphanumeric());
    if !starts_word || !text[hit..].starts_with(b"eyJ") {
        return;
    }
    let is_part = |&byte: &u8| is_name_byte(byte) || matches!(byte, b'.' | b'+' | b'/' | b'=');
    let len = text[hit..].iter().take_while(|byte| is_part(byte)).count();
    let has_dot = text[hit..hit + len].contains(&b'.');
    if len >= 24 || (has_dot && len >= 16) {
        let trailing = text[hit..hit + len]
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'.')
            .count();
        found.push(hit, hit + len - trailing, Kind::Token);
    }
}

/// `local-<id>`: the token that plug-ins get for their own server.
pub(super) fn local(text: &[u8], hit: usize, len: usize, found: &mut Found) {
    let starts_word =
        unit_before(text, hit).is_none_or(|unit| unit.level > 0 || !is_name_byte(unit.byte));
    let rest = &text[hit + len..];
    let id = rest.iter().take_while(|&&byte| is_name_byte(byte)).count();
    if starts_word && id >= 12 && rest[..id].iter().any(u8::is_ascii_digit) {
        found.push(hit, hit + len + id, Kind::Token);
    }
}

/// How far after the word token a token is looked for.
const REACH: usize = 96;

/// A token-like word within a few words after the word token, on the same line.
///
/// `Plex Token     <token>` is a column: whatever stands there is the token.
pub(super) fn token_nearby(text: &[u8], name: (usize, usize), found: &mut Found) {
    const WORDS: usize = 6;
    let reach = &text[..text.len().min(name.1 + REACH)];
    let end = line_end(reach, name.1);
    let mut at = name.1;
    for word_index in 0..WORDS {
        let gap = at;
        let (start, is_wide) = next_word(text, gap);
        if start >= end {
            return;
        }
        at = start
            + text[start..]
                .iter()
                .take_while(|&&byte| is_name_byte(byte))
                .count();
        let word = &text[start..at];
        // The value of another name is that name's affair.
        if meaning(word).is_some() {
            return;
        }
        let in_table = word_index == 0 && is_wide && after_plex(text, name.0);
        let is_joint = |byte: &u8| matches!(byte, b'/' | b'.' | b'[');
        let joined = text.get(at).is_some_and(is_joint) || is_joint(&text[start - 1]);
        if (in_table && word.len() >= 4 && !is_void(word)) || (is_token(word) && !joined) {
            found.push(start, at, Kind::Token);
            return;
        }
    }
}

/// Where the next word starts, and whether nothing but a wide gap is before it.
fn next_word(text: &[u8], from: usize) -> (usize, bool) {
    let (mut at, mut blanks, mut others, mut tabs) = (from, 0, 0, 0);
    while let Some(next) = unit(text, at).filter(|_| at < from + REACH) {
        if next.level == 0 && is_name_byte(next.byte) {
            break;
        }
        match next.byte {
            b' ' => blanks += 1,
            b'\t' => tabs += 1,
            _ => others += 1,
        }
        at += next.len;
    }
    (at, others == 0 && (blanks > 1 || tabs > 0))
}

/// Whether a word in a sentence about tokens is one: digits and letters in turns, unlike the
/// `job_1445144423722_0020` that a sentence may be about as well.
fn is_token(word: &[u8]) -> bool {
    let signs = word.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let is_digit: Vec<bool> = signs.map(u8::is_ascii_digit).collect();
    let turns = is_digit
        .windows(2)
        .filter(|pair| pair[0] != pair[1])
        .count();
    word.len() >= 16 && looks_random(word) && (turns >= 3 || !is_digit.contains(&true))
}

/// Whether the word before `at` is `Plex`.
fn after_plex(text: &[u8], at: usize) -> bool {
    let mut end = at;
    while let Some(before) =
        unit_before(text, end).filter(|unit| matches!(unit.byte, b' ' | b'\t' | b'_' | b'-'))
    {
        end -= before.len;
    }
    let before = &text[..end];
    end < at && before.len() >= 4 && before[before.len() - 4..].eq_ignore_ascii_case(b"plex")
}

/// `<Cookie name=value for host/path>` and `Extracted cookie headers ...`.
pub(super) fn cookie(text: &[u8], hit: usize, len: usize, found: &mut Found) {
    let after = hit + len;
    if text[..hit].ends_with(b"<") && text.get(after) == Some(&b' ') {
        jar(text, after + 1, found);
        return;
    }
    let rest = &text[after..];
    if rest.len() >= 8 && rest[..8].eq_ignore_ascii_case(b" headers") {
        let start = skip_blanks(text, after + 8);
        let start = skip_blanks(text, start + usize::from(text.get(start) == Some(&b':')));
        let end = line_end(text, start);
        let value = text[start..end].trim_ascii_end();
        if !is_void(value) {
            found.push(start, start + value.len(), Kind::Cookie);
        }
    }
}

/// The value in `name=value for host/path>`, as Python prints a cookie of its jar.
fn jar(text: &[u8], start: usize, found: &mut Found) {
    const LONGEST_NAME: usize = 200;
    let near = &text[start..text.len().min(start + LONGEST_NAME)];
    let Some(equals) = memchr::memchr(b'=', near) else {
        return;
    };
    let value_start = start + equals + 1;
    let line = &text[value_start..line_end(text, value_start)];
    let closed = &line[..memchr::memchr(b'>', line).unwrap_or(line.len())];
    let value = &closed[..memchr::memmem::find(closed, b" for ").unwrap_or(closed.len())];
    if !is_void(value) {
        found.push(value_start, value_start + value.len(), Kind::Cookie);
    }
}
