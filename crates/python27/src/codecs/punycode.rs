//! Punycode, of which a source only ever sees the faults.

use super::{Decoded, Fault};

const BASE: u64 = 36;
const FIRST_BIAS: u64 = 72;
const DAMP: u64 = 700;
const SKEW: u64 = 38;

/// What comes before the last hyphen, if the rest holds well-formed insertions.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let (plain, extended) = match memchr::memrchr(b'-', bytes) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (&bytes[..0], bytes),
    };
    if let Some(at) = plain.iter().position(|b| !b.is_ascii()) {
        return Err(Fault::over(
            "ascii",
            plain,
            at,
            at + 1,
            "ordinal not in range(128)",
        ));
    }
    let mut codes: Vec<u32> = plain.iter().map(|&b| u32::from(b)).collect();
    let extended = extended.to_ascii_uppercase();
    let (mut at, mut code, mut position, mut bias) = (0, 0x80_u64, 0_u64, FIRST_BIAS);
    let mut first = true;
    while at < extended.len() {
        let delta = number(&extended, &mut at, bias)?;
        let n = codes.len() as u64 + 1;
        let next = position.saturating_add(delta);
        code = code.saturating_add(next / n);
        if code > 0x10_ffff {
            return Err(Fault::plain(&format!("Invalid character U+{code:x}")));
        }
        position = next % n;
        let place = usize::try_from(position).unwrap_or(0);
        codes.insert(place.min(codes.len()), u32::try_from(code).unwrap_or(0));
        bias = adapted(delta, std::mem::take(&mut first), n);
        position += 1;
    }
    Ok(codes)
}

fn number(extended: &[u8], at: &mut usize, bias: u64) -> Result<u64, Fault> {
    let (mut result, mut weight, mut k) = (0_u64, 1_u64, 0_u64);
    loop {
        let Some(&c) = extended.get(*at) else {
            return Err(Fault::plain("incomplete punicode string"));
        };
        *at += 1;
        let digit = match c {
            b'A'..=b'Z' => u64::from(c - b'A'),
            b'0'..=b'9' => u64::from(c - b'0') + 26,
            _ => {
                return Err(Fault::plain(&not_a_digit(extended.get(*at).copied())));
            }
        };
        let threshold = (BASE * (k + 1)).saturating_sub(bias).clamp(1, 26);
        result = result.saturating_add(digit.saturating_mul(weight));
        if digit < threshold {
            return Ok(result);
        }
        weight = weight.saturating_mul(BASE - threshold);
        k += 1;
    }
}

/// Python names the byte after the wrong one, if it can, in a message that a NUL ends.
fn not_a_digit(next: Option<u8>) -> String {
    match next {
        None => "string index out of range".to_owned(),
        Some(0) => "Invalid extended code point '".to_owned(),
        Some(byte) => format!("Invalid extended code point '{}'", char::from(byte)),
    }
}

fn adapted(delta: u64, first: bool, n: u64) -> u64 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / n;
    let mut divisions = 0;
    while delta > (BASE - 1) * 26 / 2 {
        delta /= BASE - 1;
        divisions += BASE;
    }
    divisions + BASE * delta / (delta + SKEW)
}
