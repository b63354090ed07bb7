//! Punycode, of which a source only ever sees the faults.

use std::fmt::Write as _;

use super::{Decoded, Fault};

const BASE: u64 = 36;
const FIRST_BIAS: u64 = 72;
const DAMP: u64 = 700;
const SKEW: u64 = 38;

/// A number with more digits than this is taken for a smaller one; it is beyond all characters either way.
const MAX_DIGITS: u64 = 4096;

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
        let n = codes.len() as u64 + 1;
        let number = number(&extended, &mut at, bias)?;
        let Some(delta) = number.small() else {
            // Such a step leads far beyond the last character, and Python says exactly how far.
            let mut far = number;
            far.add(position);
            far.divide(n);
            far.add(code);
            return Err(Fault::plain(&format!("Invalid character U+{}", far.hex())));
        };
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

fn number(extended: &[u8], at: &mut usize, bias: u64) -> Result<Natural, Fault> {
    let (mut result, mut weight, mut k) = (Natural::from(0), Natural::from(1), 0_u64);
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
        result.add_times(&weight, digit);
        if digit < threshold {
            return Ok(result);
        }
        if k < MAX_DIGITS {
            weight.multiply(BASE - threshold);
        }
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

/// A number of any size: 32 bits in each place, the lowest first.
struct Natural(Vec<u32>);

impl From<u32> for Natural {
    fn from(value: u32) -> Natural {
        Natural(vec![value])
    }
}

impl Natural {
    /// Itself, if sums with it can't run over.
    fn small(&self) -> Option<u64> {
        let place = |at: usize| self.0.get(at).copied().unwrap_or_default();
        let is_small = place(1) < 1 << 16 && self.0.iter().skip(2).all(|&place| place == 0);
        is_small.then(|| u64::from(place(1)) << 32 | u64::from(place(0)))
    }

    fn add(&mut self, value: u64) {
        self.add_times(&Natural::from(1), value);
    }

    /// Adds another number so many times; the factor has no more than 32 bits to spare.
    fn add_times(&mut self, other: &Natural, factor: u64) {
        let mut carry = 0;
        let mut at = 0;
        while at < other.0.len() || carry > 0 {
            if at == self.0.len() {
                self.0.push(0);
            }
            let more = other.0.get(at).copied().unwrap_or_default();
            let sum = u128::from(self.0[at]) + u128::from(more) * u128::from(factor) + carry;
            self.0[at] = low_half(sum);
            carry = sum >> 32;
            at += 1;
        }
    }

    fn multiply(&mut self, factor: u64) {
        let mut product = Natural(Vec::with_capacity(self.0.len() + 1));
        product.add_times(self, factor);
        *self = product;
    }

    /// Divides, and drops what is left over.
    fn divide(&mut self, by: u64) {
        let mut rest = 0_u128;
        for place in self.0.iter_mut().rev() {
            let whole = rest << 32 | u128::from(*place);
            *place = low_half(whole / u128::from(by));
            rest = whole % u128::from(by);
        }
    }

    fn hex(&self) -> String {
        let mut digits = String::new();
        for place in self.0.iter().rev() {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{place:08x}");
        }
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() { "0" } else { digits }.to_owned()
    }
}

fn low_half(value: u128) -> u32 {
    let [a, b, c, d, ..] = value.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_numbers_are_told_to_the_last_digit() {
        // The messages are those of CPython 2.7.18.
        let message = |text: &str| decode(text.as_bytes()).unwrap_err().message;
        for (text, expected) in [
            ("9999999999a", "Invalid character U+6eeafd8409"),
            ("99999999999a", "Invalid character U+4552de79f09"),
            ("999999999999a", "Invalid character U+2b53cb0cad09"),
            ("9999999999999a", "Invalid character U+1b145ee7f3909"),
            ("999999a", "Invalid character U+2d6dc39"),
            (
                "99999999999999999999a",
                "Invalid character U+102403d3847848f8109",
            ),
            (
                "zzzz9999999999999999999999999999999999999999999999999999b",
                "Invalid character U+6615b30b104c5ea3a4f4ca368fa304b271c71c71ced48",
            ),
            (
                "ab-9999999999999999999999999999999999999999k",
                "Invalid character U+682a4e99af496aecb8d7bbd599a12f680ad",
            ),
            (
                "bac9k9999999999999999999999999999999999999999999999999a",
                "Invalid character U+10a16ace3ae1ce41033a4f7ce138884e38e38e3983",
            ),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
    }
}
