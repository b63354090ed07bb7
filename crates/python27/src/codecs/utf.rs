//! The UTF codecs, with their faults.

use super::{Decoded, Fault};
use crate::literals;

/// UTF-8; an unfinished character at the end waits when more may come.
pub(super) fn utf8(bytes: &[u8], last: bool) -> Result<(Vec<u32>, usize), Fault> {
    if last {
        literals::decode_utf8(bytes).map(|codes| (codes, bytes.len()))
    } else {
        literals::decode_utf8_so_far(bytes)
    }
}

/// UTF-16 from a place on, after which there is no mark.
pub(super) fn utf16(
    bytes: &[u8],
    from: usize,
    big: bool,
    last: bool,
) -> Result<(Vec<u32>, usize), Fault> {
    let unit = |at: usize| {
        let pair = [bytes[at], bytes[at + 1]];
        u32::from(if big {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        })
    };
    let mut codes = Vec::with_capacity(bytes.len() / 2);
    let mut at = from;
    while at < bytes.len() {
        if at + 2 > bytes.len() {
            if !last {
                break;
            }
            return Err(Fault::over(
                "utf16",
                bytes,
                at,
                bytes.len(),
                "truncated data",
            ));
        }
        let code = unit(at);
        if !(0xd800..=0xdfff).contains(&code) {
            codes.push(code);
            at += 2;
            continue;
        }
        if at + 4 > bytes.len() {
            if !last {
                break;
            }
            return Err(Fault::over(
                "utf16",
                bytes,
                at,
                bytes.len(),
                "unexpected end of data",
            ));
        }
        if code > 0xdbff {
            return Err(Fault::over("utf16", bytes, at, at + 2, "illegal encoding"));
        }
        let second = unit(at + 2);
        if !(0xdc00..=0xdfff).contains(&second) {
            return Err(Fault::over(
                "utf16",
                bytes,
                at,
                at + 2,
                "illegal UTF-16 surrogate",
            ));
        }
        codes.push(0x1_0000 + ((code & 0x3ff) << 10 | second & 0x3ff));
        at += 4;
    }
    Ok((codes, at))
}

/// UTF-32, likewise.
pub(super) fn utf32(
    bytes: &[u8],
    from: usize,
    big: bool,
    last: bool,
) -> Result<(Vec<u32>, usize), Fault> {
    let mut codes = Vec::new();
    let mut at = from;
    while let Some(&unit) = bytes[at..].first_chunk::<4>() {
        let code = if big {
            u32::from_be_bytes(unit)
        } else {
            u32::from_le_bytes(unit)
        };
        if code > 0x10_ffff {
            let reason = "code point not in range(0x110000)";
            return Err(Fault::over("utf32", bytes, at, at + 4, reason));
        }
        codes.push(code);
        at += 4;
    }
    if last && at < bytes.len() {
        return Err(Fault::over(
            "utf32",
            bytes,
            at,
            bytes.len(),
            "truncated data",
        ));
    }
    Ok((codes, at))
}

/// Python's own code units: four bytes each, the low one first.
pub(super) fn internal(bytes: &[u8]) -> Decoded {
    let mut codes = Vec::new();
    for (k, unit) in bytes.chunks(4).enumerate() {
        let Ok(unit) = <[u8; 4]>::try_from(unit) else {
            return Err(Fault::over(
                "unicode_internal",
                bytes,
                k * 4,
                bytes.len(),
                "truncated input",
            ));
        };
        let code = u32::from_le_bytes(unit);
        if code > 0x10_ffff {
            let reason = "illegal code point (> 0x10FFFF)";
            return Err(Fault::over(
                "unicode_internal",
                bytes,
                k * 4,
                k * 4 + 4,
                reason,
            ));
        }
        codes.push(code);
    }
    Ok(codes)
}

/// UTF-7.
pub(super) fn utf7(bytes: &[u8], last: bool) -> Result<(Vec<u32>, usize), Fault> {
    let mut codes = Vec::with_capacity(bytes.len());
    let (mut shifted, mut shift_start, mut codes_at_shift) = (false, 0, 0);
    let (mut buffer, mut bits, mut surrogate) = (0_u32, 0_u32, 0_u32);
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if let (true, Some(digit)) = (shifted, base64_digit(byte)) {
            buffer = buffer << 6 | digit;
            bits += 6;
            at += 1;
            if bits >= 16 {
                bits -= 16;
                let unit = buffer >> bits & 0xffff;
                buffer &= (1 << bits) - 1;
                push_unit(&mut codes, &mut surrogate, unit);
            }
        } else if shifted {
            shifted = false;
            if bits >= 6 {
                return Err(fault7(
                    bytes,
                    shift_start,
                    at + 1,
                    "partial character in shift sequence",
                ));
            }
            if bits > 0 && buffer != 0 {
                return Err(fault7(
                    bytes,
                    shift_start,
                    at + 1,
                    "non-zero padding bits in shift sequence",
                ));
            }
            if surrogate != 0 && byte.is_ascii() && byte != b'+' {
                codes.push(surrogate);
            }
            surrogate = 0;
            at += usize::from(byte == b'-');
        } else if byte == b'+' {
            shift_start = at;
            codes_at_shift = codes.len();
            at += 1;
            if bytes.get(at) == Some(&b'-') {
                at += 1;
                codes.push(u32::from(b'+'));
            } else {
                (shifted, surrogate, bits, buffer) = (true, 0, 0, 0);
            }
        } else if byte.is_ascii() {
            codes.push(u32::from(byte));
            at += 1;
        } else {
            return Err(fault7(bytes, at, at + 1, "unexpected special character"));
        }
    }
    if shifted && last && (surrogate != 0 || bits >= 6 || bits > 0 && buffer != 0) {
        return Err(fault7(
            bytes,
            shift_start,
            bytes.len(),
            "unterminated shift sequence",
        ));
    }
    if shifted && !last {
        // What was shifted is read again when more has come.
        codes.truncate(codes_at_shift);
        return Ok((codes, shift_start));
    }
    Ok((codes, at))
}

fn push_unit(codes: &mut Vec<u32>, surrogate: &mut u32, unit: u32) {
    if *surrogate != 0 {
        if (0xdc00..=0xdfff).contains(&unit) {
            codes.push(0x1_0000 + ((*surrogate & 0x3ff) << 10 | unit & 0x3ff));
            *surrogate = 0;
            return;
        }
        codes.push(*surrogate);
        *surrogate = 0;
    }
    if (0xd800..=0xdbff).contains(&unit) {
        *surrogate = unit;
    } else {
        codes.push(unit);
    }
}

fn fault7(bytes: &[u8], start: usize, end: usize, reason: &str) -> Fault {
    Fault::over("utf7", bytes, start, end, reason)
}

pub(super) fn base64_digit(byte: u8) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}
