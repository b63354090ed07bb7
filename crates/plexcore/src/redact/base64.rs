//! Base64 as the plug-in framework and HTTP write it, to bytes; and secrets hidden inside.
//!
//! The framework writes `/` as `@`, `+` as `*` and `=` as `_`, then percent-encodes; URLs write
//! `-` and `_`. A function call `/messaging/function/<name>/<args>/<kwargs>` carries paths,
//! titles and whole preferences, so it is named and measured, never printed.

use std::borrow::Cow;

use super::Level;
use super::percent::{Unit, unit, unit_before};
use super::span::Found;
use super::trigger::Triggers;

/// Words that give away a secret inside base64 text, and whether it is a credential.
const HIDDEN_WORDS: [(&str, bool); 8] = [
    ("Plex-Token", true),
    ("PlexOnlineToken", true),
    ("authToken", true),
    ("auth_token", true),
    ("password", true),
    ("api_key", true),
    ("apikey", true),
    ("/Users/", false),
];

/// The bytes that base64 text spells, in any of its alphabets; `None` for other signs.
///
/// Signs before the text's own end that fit no alphabet make it no base64. Padding is ignored.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut n_bits) = (0_u32, 0_u32);
    let mut at = 0;
    while let Some(next) = unit(text, at) {
        at += next.len;
        let Some(six) = six_bits(next.byte) else {
            if matches!(next.byte, b'=' | b'_') {
                continue;
            }
            return None;
        };
        bits = (bits << 6) | six;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push(u8::try_from((bits >> n_bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

fn six_bits(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'*' | b'-' => 62,
        b'/' | b'@' => 63,
        _ => return None,
    }))
}

fn is_sign(unit: Unit) -> bool {
    six_bits(unit.byte).is_some() || matches!(unit.byte, b'=' | b'_')
}

/// What [`HIDDEN_WORDS`] look like in base64, in each of the three alignments, without the signs
/// that their neighbours change.
pub(super) fn hidden_words() -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for (word, is_credential) in HIDDEN_WORDS {
        for shift in 0..3_usize {
            let mut bytes = vec![0_u8; shift];
            bytes.extend_from_slice(word.as_bytes());
            let whole = encode(&bytes);
            // The first sign that holds only bits of the word, and the last that does.
            let first = (shift * 8).div_ceil(6);
            let last = (bytes.len() * 8) / 6;
            found.push((whole[first..last].to_owned(), is_credential));
        }
    }
    found
}

fn encode(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0_usize;
        for index in 0..3 {
            bits = (bits << 8) | usize::from(chunk.get(index).copied().unwrap_or(0));
        }
        for sign in 0..4 {
            out.push(char::from(SIGNS[(bits >> (18 - 6 * sign)) & 63]));
        }
    }
    out
}

/// Replaces the whole run of base64 around a hidden word.
pub(super) fn hidden(text: &[u8], hit: usize, word: &str, found: &mut Found) {
    if !text[hit..].starts_with(word.as_bytes()) {
        return;
    }
    let mut start = hit;
    while let Some(before) =
        unit_before(text, start).filter(|&unit| is_sign(unit) && unit.byte != b'=')
    {
        start -= before.len;
    }
    let mut end = hit;
    while let Some(next) = unit(text, end).filter(|&unit| is_sign(unit)) {
        end += next.len;
    }
    let size = end - start;
    found.replace(start, end, Cow::Owned(format!("[base64 {size} bytes]")));
}

/// `messaging/function/<name>/<args>/<kwargs>`: the last three become one placeholder.
///
/// Tells where the call ends, so that none is decoded twice.
pub(super) fn call(
    triggers: &Triggers,
    text: &[u8],
    after: usize,
    found: &mut Found,
) -> Option<usize> {
    let (start, level) = call_start(text, after)?;
    let (parts, end) = segments(text, start, level);
    let decoded: Vec<_> = parts
        .iter()
        .map(|&(from, to)| decode(&text[from..to]))
        .collect();
    let name = decoded.first()?;
    let hides_credential = || {
        decoded
            .iter()
            .any(|bytes| hides_secret(triggers, bytes.as_deref()))
    };
    if found.level() == Level::Full || hides_credential() {
        let name = name.as_deref().and_then(function_name).unwrap_or("?");
        let sizes: Vec<String> = parts
            .iter()
            .zip(&decoded)
            .skip(1)
            .map(|(&(from, to), bytes)| bytes.as_ref().map_or(to - from, Vec::len).to_string())
            .collect();
        let sizes = sizes.join(" + ");
        found.replace(
            start,
            end,
            Cow::Owned(format!("[call {name}, {sizes} bytes]")),
        );
    }
    Some(end)
}

/// Where the function's name starts after `messaging`, and how often the path is encoded.
fn call_start(text: &[u8], after: usize) -> Option<(usize, u8)> {
    const WORD: &[u8] = b"function";
    let slash = |at: usize| unit(text, at).filter(|unit| unit.byte == b'/');
    let word = after + slash(after)?.len;
    let head = text[word..].get(..WORD.len())?;
    let second = slash(word + WORD.len())?;
    let start = word + WORD.len() + second.len;
    let is_new = head.eq_ignore_ascii_case(WORD) && text.get(start) != Some(&b'[');
    is_new.then_some((start, second.level))
}

/// The parts between slashes from `start` to the end of the URL's path, and that end.
fn segments(text: &[u8], start: usize, level: u8) -> (Vec<(usize, usize)>, usize) {
    let mut parts = Vec::new();
    let (mut from, mut at) = (start, start);
    while let Some(next) = unit(text, at) {
        let is_outer = next.level <= level;
        if is_outer && next.byte == b'/' {
            parts.push((from, at));
            from = at + next.len;
        } else if is_outer && !is_sign(next) {
            break;
        }
        at += next.len;
    }
    parts.push((from, at));
    parts.retain(|(from, to)| from < to);
    (parts, at)
}

/// A decoded function name such as `_AgentKit:Search`.
fn function_name(bytes: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(bytes).ok()?;
    let is_plain =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let (owner, function) = name.strip_prefix('_')?.split_once(':')?;
    (name.len() <= 48 && is_plain(owner) && is_plain(function)).then_some(name)
}

/// Whether the bytes of a call hold a token or a password.
fn hides_secret(triggers: &Triggers, bytes: Option<&[u8]>) -> bool {
    bytes.is_none_or(|bytes| {
        let mut inner = Found::new(Level::SecretsOnly);
        triggers.find_all(bytes, &mut inner);
        !inner.is_empty()
    })
}
