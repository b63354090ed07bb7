//! What the server itself writes about its people and its own identity.
//!
//! `Signed-in Token (account) (device)` of request lines, `Machine identifier is <40 hex>`,
//! `/servers/<40 hex>`, fingerprints of certificates.

use super::percent::{skip_blanks, unit, unit_before};
use super::span::{Found, Kind};
use super::value::line_end;

/// `Token (account) (device)`; true if the word token at `name` starts one.
pub(super) fn account(text: &[u8], name: (usize, usize), found: &mut Found) -> bool {
    if &text[name.0..name.1] != b"Token" || !text[name.1..].starts_with(b" (") {
        return false;
    }
    let Some(close) = closing(text, name.1 + 1) else {
        return false;
    };
    push_new(text, (name.1 + 2, close), Kind::User, found);
    if text[close + 1..].starts_with(b" (")
        && let Some(end) = closing(text, close + 2)
    {
        push_new(text, (close + 3, end), Kind::Device, found);
    }
    true
}

fn push_new(text: &[u8], span: (usize, usize), kind: Kind, found: &mut Found) {
    if !super::span::is_placeholder(&text[span.0..span.1]) {
        found.push(span.0, span.1, kind);
    }
}

/// Where the parenthesis that opens at `open` closes on its line.
fn closing(text: &[u8], open: usize) -> Option<usize> {
    const LONGEST: usize = 200;
    let mut depth = 0_usize;
    let near = &text[open..text.len().min(open + LONGEST)];
    for (offset, byte) in near[..line_end(near, 0)].iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(open + offset),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `machine identifier is <id>`, `MachineIdentifier <id>` and their like in prose.
pub(super) fn machine(text: &[u8], hit: usize, len: usize, found: &mut Found) {
    let mut at = skip_blanks(text, hit + len);
    at += usize::from(matches!(text.get(at), Some(b'_' | b'-')));
    let word = b"identifier";
    let head = text[at..].get(..word.len());
    if !head.is_some_and(|head| head.eq_ignore_ascii_case(word)) {
        return;
    }
    at = skip_blanks(text, at + word.len());
    for filler in [&b"is"[..], b"was", b":", b"="] {
        if text[at..].starts_with(filler) {
            at = skip_blanks(text, at + filler.len());
        }
    }
    at += usize::from(matches!(text.get(at), Some(b'"' | b'\'' | b'[' | b'(')));
    let end = at + id_len(&text[at..]);
    if end - at >= 16 {
        found.push(at, end, Kind::Machine);
    }
}

/// `/server/<id>`, `/servers/<id>`, `server://<id>`.
pub(super) fn server_id(text: &[u8], hit: usize, len: usize, found: &mut Found) {
    let mut at = hit + len;
    if matches!(text.get(at), Some(b's' | b'S')) {
        at += 1;
    }
    let signs = at;
    while let Some(next) = unit(text, at).filter(|unit| matches!(unit.byte, b'/' | b':')) {
        at += next.len;
    }
    let end = at + id_len(&text[at..]);
    let is_whole = unit_before(text, at).is_some_and(|unit| unit.byte == b'/');
    if at > signs && is_whole && end - at >= 32 {
        found.push(at, end, Kind::Machine);
    }
}

/// A long run of hexadecimal digits shortly after a word for fingerprints.
pub(super) fn fingerprint(text: &[u8], hit: usize, len: usize, found: &mut Found) {
    const REACH: usize = 48;
    let mut at = hit + len;
    let end = line_end(&text[..text.len().min(at + REACH)], at);
    while at < end {
        let run = text[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        if run >= 32 && text[at..at + run].iter().all(u8::is_ascii_hexdigit) {
            found.push(at, at + run, Kind::Fingerprint);
            return;
        }
        at += run.max(1);
    }
}

/// The length of the hexadecimal id, with or without dashes, that the text starts with.
fn id_len(text: &[u8]) -> usize {
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b'-';
    let len = text.iter().take_while(is_part).count();
    let goes_on = text
        .get(len)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if goes_on { 0 } else { len }
}
