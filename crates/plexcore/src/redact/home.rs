//! User names in paths: `/Users/x/`, `/home/x/`, `C:\Users\x\`, in every encoding.

use super::percent::{Unit, unit, unit_before};
use super::span::{Found, Kind, placeholder_len};

/// Folders under `Users` that belong to nobody.
const NOBODY: [&str; 7] = [
    "shared",
    "public",
    "default",
    "default user",
    "all users",
    "default.migrated",
    "guest",
];

/// Looks whether the word `start..end` is a folder of homes and a user's folder follows.
///
/// `is_strict` words (`home`) are common in web addresses and are skipped there.
pub(super) fn find(text: &[u8], start: usize, end: usize, is_strict: bool, found: &mut Found) {
    let Some(sign) = unit(text, end).filter(is_slash) else {
        return;
    };
    let before = unit_before(text, start);
    if before.is_some_and(|unit| !is_slash(&unit)) {
        return;
    }
    if is_strict && before.is_some_and(|unit| unit.level == 0) && in_web_path(text, start) {
        return;
    }
    let mut at = end;
    while let Some(next) = unit(text, at).filter(is_slash) {
        at += next.len;
    }
    let name_end = name_end(text, at, sign.level);
    let name = &text[at..name_end];
    let is_nobody = NOBODY
        .iter()
        .any(|known| super::percent::decode(name).eq_ignore_ascii_case(known));
    if !is_nobody && placeholder_len(&text[at..]) == 0 {
        found.push(at, name_end, Kind::User);
    }
}

fn is_slash(unit: &Unit) -> bool {
    matches!(unit.byte, b'/' | b'\\')
}

/// Whether the path before `at` is the path of a web address.
fn in_web_path(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(300);
    let word = text[from..at]
        .iter()
        .rposition(|byte| byte.is_ascii_whitespace() || b"\"'<>?=".contains(byte))
        .map_or(from, |offset| from + offset + 1);
    let before = &text[word..at];
    memchr::memmem::find(before, b"http://").is_some()
        || memchr::memmem::find(before, b"https://").is_some()
}

/// Where the user's folder name ends.
///
/// Names may hold blanks (`C:\Users\Jo Doe\Videos`), but only if the path goes on after them.
fn name_end(text: &[u8], at: usize, level: u8) -> usize {
    const LONGEST: usize = 64;
    let mut pos = at;
    let mut first_blank = None;
    let mut blanks = 0;
    while let Some(next) = unit(text, pos) {
        if is_slash(&next) && next.level <= level.max(1) {
            let trailing = unit_before(text, pos).is_some_and(|unit| unit.byte == b' ');
            return if trailing {
                first_blank.unwrap_or(pos)
            } else {
                pos
            };
        }
        let is_inner = next.level > level;
        if !is_inner && closes_name(text, next, pos) {
            break;
        }
        if next.byte == b' ' && next.level == 0 {
            first_blank.get_or_insert(pos);
            blanks += 1;
        }
        if blanks > 3 || pos - at > LONGEST {
            break;
        }
        pos += next.len;
    }
    first_blank.unwrap_or(pos)
}

fn closes_name(text: &[u8], next: Unit, at: usize) -> bool {
    if next.byte == b'\'' {
        return !text
            .get(at + next.len)
            .is_some_and(u8::is_ascii_alphanumeric);
    }
    next.byte.is_ascii_control() || b"\"`<>|*?:,;)]}&=".contains(&next.byte)
}
