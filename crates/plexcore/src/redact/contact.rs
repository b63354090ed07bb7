//! What stands around an `@`: `user:password@host`, or an e-mail address.

use super::percent::{Unit, is_name_byte, unit, unit_before};
use super::span::{self, Found, Kind, is_placeholder};

/// How far before an `@` its parts are looked for.
const REACH: usize = 256;

/// Looks at the `@`, plain or encoded, at `hit`.
pub(super) fn find(text: &[u8], hit: usize, found: &mut Found) {
    let Some(sign) = unit(text, hit).filter(|unit| unit.byte == b'@') else {
        return;
    };
    let host = hit + sign.len;
    if let Some(start) = authority_start(text, hit) {
        if host_end(text, host) > host {
            userinfo(text, start, hit, found);
        }
        return;
    }
    if let Some((user, password)) = loose_userinfo(text, hit, host) {
        if !is_placeholder(&text[user.0..user.1]) {
            found.push(user.0, user.1, Kind::User);
        }
        if !is_placeholder(&text[password.0..password.1]) {
            found.push(password.0, password.1, Kind::Password);
        }
        return;
    }
    email(text, hit, host, found);
}

/// After the `//` that the text before `at` stands behind, without a path between. Without a scheme
/// it may be an `XPath` as well (`//h1[@class]`), which scrapers are full of: its brackets tell.
fn authority_start(text: &[u8], at: usize) -> Option<usize> {
    let mut start = at;
    let mut has_brackets = false;
    while let Some(before) = unit_before(text, start).filter(|_| at - start < REACH) {
        if before.byte == b'/' {
            let second = unit_before(text, start - before.len)?;
            let scheme_end = start - before.len - second.len;
            let has_scheme = || unit_before(text, scheme_end).is_some_and(|unit| unit.byte == b':');
            let is_authority = second.byte == b'/' && (!has_brackets || has_scheme());
            return is_authority.then_some(start);
        }
        if ends_authority(before) {
            return None;
        }
        let is_bracket = b"[(|*".contains(&before.byte);
        has_brackets |= is_bracket && span::placeholder_len(&text[start - before.len..]) == 0;
        start -= before.len;
    }
    None
}

fn ends_authority(unit: Unit) -> bool {
    unit.byte.is_ascii_whitespace() || b"?#<>\"'`\\".contains(&unit.byte)
}

/// Splits `user:password` at its first colon and reports both.
fn userinfo(text: &[u8], start: usize, end: usize, found: &mut Found) {
    let mut at = start;
    let mut colon = None;
    while let Some(next) = unit(text, at).filter(|_| at < end) {
        if next.byte == b':' {
            colon = Some((at, at + next.len));
            break;
        }
        at += next.len;
    }
    let (user_end, password) = colon.unwrap_or((end, end));
    for (from, to, kind) in [
        (start, user_end, Kind::User),
        (password, end, Kind::Password),
    ] {
        if !is_placeholder(&text[from..to]) {
            found.push(from, to, kind);
        }
    }
}

/// `user:password@host` without a scheme, told from a label before an address.
fn loose_userinfo(text: &[u8], at: usize, host: usize) -> Option<((usize, usize), (usize, usize))> {
    const LABELS: [&[u8]; 16] = [
        b"mailto", b"from", b"to", b"cc", b"bcc", b"email", b"e-mail", b"mail", b"contact",
        b"address", b"error", b"author", b"sip", b"xmpp", b"acct", b"git",
    ];
    let mut start = at;
    let mut colon = None;
    while let Some(before) = unit_before(text, start).filter(|_| at - start < REACH) {
        let stops =
            before.byte.is_ascii_whitespace() || b"\"'`<>(){}[]/\\,;=&?#|@".contains(&before.byte);
        if stops && !(before.byte == b']' && bracketed(text, start)) {
            break;
        }
        if colon.is_some() && !is_name_byte(before.byte) && before.byte != b'.' {
            break;
        }
        let step = if stops {
            placeholder_len(text, start)
        } else {
            before.len
        };
        if before.byte == b':' {
            colon = Some(start - before.len);
        }
        start -= step;
    }
    let colon = colon?;
    let password = colon + unit(text, colon)?.len;
    let user = &text[start..colon];
    let is_user = user
        .first()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'[')
        && !LABELS.iter().any(|label| user.eq_ignore_ascii_case(label));
    let end = host_end(text, host);
    let name = &text[host..end];
    let is_host = name.contains(&b'.') || name.eq_ignore_ascii_case(b"localhost");
    (is_user && is_host && at > password).then_some(((start, colon), (password, at)))
}

/// Whether a placeholder ends at `end`.
fn bracketed(text: &[u8], end: usize) -> bool {
    placeholder_len(text, end) > 1
}

fn placeholder_len(text: &[u8], end: usize) -> usize {
    let from = end.saturating_sub(16);
    memchr::memrchr(b'[', &text[from..end])
        .map(|offset| from + offset)
        .filter(|&start| is_placeholder(&text[start..end]))
        .map_or(1, |start| end - start)
}

/// Where the host name that starts at `at` ends.
fn host_end(text: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(next) = unit(text, end) {
        let inside = next.level == 0
            && (is_name_byte(next.byte)
                || matches!(next.byte, b'.' | b'[' | b']')
                || !next.byte.is_ascii());
        if !inside {
            break;
        }
        end += next.len;
    }
    while end > at && text[end - 1] == b'.' {
        end -= 1;
    }
    end
}

fn email(text: &[u8], at: usize, host: usize, found: &mut Found) {
    let mut start = at;
    while let Some(before) = unit_before(text, start).filter(|_| at - start < REACH) {
        let inside = if before.level == 0 {
            before.byte.is_ascii_alphanumeric()
                || b"._+-".contains(&before.byte)
                || !before.byte.is_ascii()
        } else {
            b"._+-".contains(&before.byte) || !before.byte.is_ascii()
        };
        if !inside {
            break;
        }
        start -= before.len;
    }
    let end = host_end(text, host);
    if start < at && is_mail_host(&text[host..end]) {
        found.push(start, end, Kind::Email);
    }
}

/// Whether the text after an `@` is a domain, not the `2x.png` of an image.
fn is_mail_host(host: &[u8]) -> bool {
    const FILES: [&str; 18] = [
        "png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "ico", "css", "js", "html", "xml",
        "json", "py", "log", "txt", "mkv", "mp4",
    ];
    let Some(dot) = memchr::memrchr(b'.', host) else {
        return false;
    };
    let ending = &host[dot + 1..];
    dot > 0
        && ending.len() >= 2
        && !ending.iter().any(u8::is_ascii_digit)
        && !host.contains(&b'[')
        && !FILES
            .iter()
            .any(|file| ending.eq_ignore_ascii_case(file.as_bytes()))
}
