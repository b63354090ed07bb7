//! Public IP addresses and `plex.direct` names to spans.
//!
//! Private, loopback and link-local addresses stay: they help a reader and tell nothing. Version
//! numbers (`1.43.0.10467`, `Version: 2.6.3.1`) and times are no addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::percent::{is_name_byte, name_around, unit, unit_before};
use super::span::{Found, Kind};

/// Looks at every `.` and `:` of the text.
pub(super) fn find_all(text: &[u8], found: &mut Found) {
    for at in memchr::memchr2_iter(b'.', b':', text) {
        let (Some(&before), Some(&after)) = (text.get(at.wrapping_sub(1)), text.get(at + 1)) else {
            continue;
        };
        if text[at] == b'.' {
            if before.is_ascii_digit() && after.is_ascii_digit() {
                ipv4(text, at, found);
            }
        } else if before.is_ascii_hexdigit()
            && (after.is_ascii_hexdigit() || after == b':')
            && !fingerprint(text, at, found)
        {
            ipv6(text, at, found);
        }
    }
}

/// The address whose first dot is at `dot`.
fn ipv4(text: &[u8], dot: usize, found: &mut Found) {
    let Some(start) = number_start(text, dot) else {
        return;
    };
    let mut octets = [0_u8; 4];
    let mut at = start;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            if text.get(at) != Some(&b'.') {
                return;
            }
            at += 1;
        }
        let len = text[at..]
            .iter()
            .take(4)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let digits = std::str::from_utf8(&text[at..at + len]).unwrap_or_default();
        let Some(value) = digits.parse().ok().filter(|_| len == 1 || text[at] != b'0') else {
            return;
        };
        *octet = value;
        at += len;
    }
    if is_public_v4(Ipv4Addr::from(octets)) && ends_address(text, at) && !is_version(text, start) {
        found.push(start, at, Kind::Ip);
    }
}

/// Where the digits before `dot` start, if nothing before them makes them part of something else.
fn number_start(text: &[u8], dot: usize) -> Option<usize> {
    let mut start = dot;
    while start > 0 && text[start - 1].is_ascii_digit() && dot - start < 12 {
        start -= 1;
    }
    // The digits may belong to an escape such as `%20`.
    let escape = start
        .checked_sub(1)
        .filter(|&at| text[at] == b'%')
        .and_then(|at| {
            let escape = unit(text, at)?;
            (escape.level > 0).then_some(at + escape.len)
        });
    if let Some(after) = escape {
        start = after;
    }
    if start >= dot || dot - start > 3 {
        return None;
    }
    let Some(before) = unit_before(text, start).filter(|unit| unit.level == 0) else {
        return Some(start);
    };
    let further = start.checked_sub(2).map(|at| text[at]);
    let is_part = match before.byte {
        b'.' | b'-' => further.is_some_and(|byte| {
            if before.byte == b'.' {
                byte.is_ascii_digit()
            } else {
                byte.is_ascii_alphabetic()
            }
        }),
        b'_' => true,
        // A written-out line end (`\n1.2.3.4`) is no letter.
        b'n' | b'r' | b't' => further != Some(b'\\'),
        other => other.is_ascii_alphabetic(),
    };
    (!is_part).then_some(start)
}

fn ends_address(text: &[u8], at: usize) -> bool {
    let rest = &text[at..];
    match rest.first() {
        None => true,
        Some(b'.') => !rest.get(1).is_some_and(u8::is_ascii_digit),
        // A server version ends in a dash and a commit.
        Some(b'-') => {
            let tail = &rest[1..];
            let len = tail
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric())
                .count();
            !(len >= 6 && tail[..len].iter().any(u8::is_ascii_alphabetic))
        }
        Some(&byte) => !byte.is_ascii_alphanumeric() && byte != b'_',
    }
}

/// Whether a word for versions or a product name stands before the number at `start`.
fn is_version(text: &[u8], start: usize) -> bool {
    const WORDS: [&[u8]; 7] = [
        b"version",
        b"ver",
        b"v",
        b"build",
        b"release",
        b"firmware",
        b"revision",
    ];
    let mut at = start;
    let mut slash = false;
    for _ in 0..6 {
        let Some(before) = unit_before(text, at) else {
            return false;
        };
        if before.level == 0 && is_name_byte(before.byte) {
            break;
        }
        if !b" =:\"'\\/(".contains(&before.byte) {
            return false;
        }
        slash = before.byte == b'/' && before.level == 0 && at == start;
        at -= before.len;
    }
    let Some((from, to)) = at.checked_sub(1).and_then(|last| name_around(text, last)) else {
        return false;
    };
    let word = &text[from..to];
    if slash && to + 1 == start {
        // `Product/1.2.3.4` opens a user agent; `host/1.2.3.4` is a path.
        let opens = unit_before(text, from).is_none_or(|unit| b" (\"';".contains(&unit.byte));
        return opens && word.first().is_some_and(u8::is_ascii_uppercase);
    }
    WORDS.iter().any(|known| {
        word.len() >= known.len()
            && word[word.len() - known.len()..].eq_ignore_ascii_case(known)
            && (known.len() > 5 || word.len() == known.len())
    })
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    let shared = first == 100 && (64..128).contains(&second);
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || shared
        || first == 0
        || first >= 224)
}

/// The address whose first group ends at `colon`.
///
/// Only global addresses (`2000::/3`) are public, so the first group is four digits, 2 or 3 first.
pub(super) fn ipv6(text: &[u8], colon: usize, found: &mut Found) {
    let Some(start) = colon.checked_sub(4) else {
        return;
    };
    let first = &text[start..colon];
    if !matches!(first[0], b'2' | b'3') || !first.iter().all(u8::is_ascii_hexdigit) {
        return;
    }
    let starts = unit_before(text, start).is_none_or(|unit| {
        unit.level > 0 || !(is_name_byte(unit.byte) || matches!(unit.byte, b':' | b'.'))
    });
    if !starts {
        return;
    }
    let (mut plain, mut at, mut best) = (String::new(), start, None);
    while let Some(next) =
        unit(text, at).filter(|unit| unit.byte.is_ascii_hexdigit() || unit.byte == b':')
    {
        plain.push(char::from(next.byte));
        at += next.len;
        let goes_on = text.get(at).is_some_and(u8::is_ascii_hexdigit);
        if plain.len() > 45 {
            return;
        }
        if !goes_on && groups(&plain) >= 3 && plain.parse::<Ipv6Addr>().is_ok() {
            best = Some(at);
        }
    }
    if let Some(end) = best {
        found.push(start, end, Kind::Ip);
    }
}

fn groups(address: &str) -> usize {
    address.split(':').filter(|group| !group.is_empty()).count()
}

/// Sixteen or more pairs of digits joined by colons: the fingerprint of a certificate.
fn fingerprint(text: &[u8], colon: usize, found: &mut Found) -> bool {
    let Some(start) = colon.checked_sub(2) else {
        return false;
    };
    let is_pair = |at: usize| {
        text.get(at..at + 2)
            .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    };
    let starts =
        start == 0 || !matches!(text[start - 1], b':' | b'.') && !is_name_byte(text[start - 1]);
    if !starts || !is_pair(start) {
        return false;
    }
    let (mut at, mut pairs) = (start + 2, 1);
    while text.get(at) == Some(&b':') && is_pair(at + 1) {
        at += 3;
        pairs += 1;
    }
    if pairs >= 16 {
        found.push(start, at, Kind::Fingerprint);
    }
    pairs >= 16
}

/// `<address>.<certificate>.plex.direct`: everything before `.plex.direct` goes.
pub(super) fn plex_direct(text: &[u8], hit: usize, found: &mut Found) {
    let Some(end) = hit.checked_sub(1).filter(|&dot| text[dot] == b'.') else {
        return;
    };
    let mut start = end;
    while let Some(before) = unit_before(text, start) {
        if before.level > 0 || !(is_name_byte(before.byte) || matches!(before.byte, b'.' | b'*')) {
            break;
        }
        start -= before.len;
    }
    found.push(start, end, Kind::Host);
}
