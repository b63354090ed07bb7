//! UTF-8 as Python 2.7 reads it: surrogates pass, and each fault has its own extent.

use crate::codecs::Fault;

/// Code points as UTF-8.
pub(crate) fn encode(codes: &[u32]) -> Vec<u8> {
    let mut out = Vec::with_capacity(codes.len());
    for &code in codes {
        push(&mut out, code);
    }
    out
}

/// Appends a code point, surrogates as if they were characters.
pub(super) fn push(out: &mut Vec<u8>, code: u32) {
    if let Some(c) = char::from_u32(code) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        return;
    }
    let low = |shift: u32| ((code >> shift) & 0x3f | 0x80).to_le_bytes()[0];
    out.extend_from_slice(&[(code >> 12 | 0xe0).to_le_bytes()[0], low(6), low(0)]);
}

/// Code points of UTF-8, or the codec's fault.
pub(crate) fn decode_utf8(bytes: &[u8]) -> Result<Vec<u32>, Fault> {
    let mut codes = Vec::with_capacity(bytes.len() / 2);
    let mut at = 0;
    while at < bytes.len() {
        let (code, len) = sequence(bytes, at)?;
        codes.push(code);
        at += len;
    }
    Ok(codes)
}

/// Code points of UTF-8, up to where a character would need more bytes than there are; and how many bytes that is.
pub(crate) fn decode_utf8_so_far(bytes: &[u8]) -> Result<(Vec<u32>, usize), Fault> {
    let mut codes = Vec::with_capacity(bytes.len() / 2);
    let mut at = 0;
    while at < bytes.len() && at + expected_len(bytes[at]).unwrap_or(1) <= bytes.len() {
        let (code, len) = sequence(bytes, at)?;
        codes.push(code);
        at += len;
    }
    Ok((codes, at))
}

/// Code points of UTF-8, with U+FFFD for each fault.
pub(crate) fn decode_utf8_replacing(bytes: &[u8]) -> Vec<u32> {
    let mut codes = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match extent(bytes, at) {
            Ok((code, len)) => {
                codes.push(code);
                at += len;
            }
            Err((end, _)) => {
                codes.push(0xfffd);
                at = end.max(at + 1);
            }
        }
    }
    codes
}

/// Checks a whole text, as the codec does when a source is declared to be `utf8`.
pub(crate) fn decode_strictly(bytes: &[u8]) -> Result<(), Fault> {
    if std::str::from_utf8(bytes).is_ok() {
        return Ok(());
    }
    let mut at = 0;
    while at < bytes.len() {
        at += sequence(bytes, at)?.1;
    }
    Ok(())
}

/// One character at `at`: its code point and length.
fn sequence(bytes: &[u8], at: usize) -> Result<(u32, usize), Fault> {
    extent(bytes, at).map_err(|(end, reason)| Fault::over("utf8", bytes, at, end, reason))
}

/// One character at `at`: its code point and length, or where its fault ends and what it is.
fn extent(bytes: &[u8], at: usize) -> Result<(u32, usize), (usize, &'static str)> {
    let first = bytes[at];
    let len = expected_len(first).ok_or((at + 1, "invalid start byte"))?;
    if len == 1 {
        return Ok((u32::from(first), 1));
    }
    let rest = &bytes[at + 1..];
    let continues = |k: usize| rest.get(k).is_some_and(|b| b & 0xc0 == 0x80);
    if at + len > bytes.len() {
        let good = (0..rest.len()).take_while(|&k| continues(k)).count();
        return Err((at + 1 + good, "unexpected end of data"));
    }
    let second = rest[0];
    let out_of_range = match first {
        0xe0 => second < 0xa0,
        0xf0 => second < 0x90,
        0xf4 => second > 0x8f,
        _ => false,
    };
    if out_of_range || !(0..len - 1).all(continues) {
        let good = if len == 2 {
            0
        } else {
            (0..len - 2).take_while(|&k| continues(k)).count()
        };
        return Err((at + 1 + good, "invalid continuation byte"));
    }
    let lead = u32::from(first) & (0x7f >> len);
    let code = rest[..len - 1]
        .iter()
        .fold(lead, |code, b| code << 6 | u32::from(b & 0x3f));
    Ok((code, len))
}

/// How many bytes the character has that begins with this one, if one does.
fn expected_len(first: u8) -> Option<usize> {
    match first {
        0..=0x7f => Some(1),
        0xc2..=0xdf => Some(2),
        0xe0..=0xef => Some(3),
        0xf0..=0xf4 => Some(4),
        _ => None,
    }
}
