//! Codecs that make bytes of bytes: no source can be decoded by them, but each fails in its own words.

use super::{Fault, utf};
use crate::literals;

/// A codec from bytes to bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transform {
    Base64,
    Bz2,
    Hex,
    QuotedPrintable,
    StringEscape,
    Uu,
    Zlib,
}

/// The transform of a module of the `encodings` package.
pub(super) fn find(module: &str) -> Option<Transform> {
    Some(match module {
        "base64_codec" => Transform::Base64,
        "bz2_codec" => Transform::Bz2,
        "hex_codec" => Transform::Hex,
        "quopri_codec" => Transform::QuotedPrintable,
        "string_escape" => Transform::StringEscape,
        "uu_codec" => Transform::Uu,
        "zlib_codec" => Transform::Zlib,
        _ => return None,
    })
}

impl Transform {
    /// The bytes that come out, as far as they matter to a reader that looks for line ends in them.
    pub(super) fn run(self, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        match self {
            Transform::Base64 => base64(bytes),
            Transform::QuotedPrintable => Ok(bytes.to_vec()),
            Transform::Bz2 if bytes.is_empty() => Ok(Vec::new()),
            Transform::Bz2 => Err(Fault::plain("invalid data stream")),
            Transform::Hex => hex(bytes),
            Transform::StringEscape => literals::unescape_string(bytes).map_err(Fault::plain),
            Transform::Uu => uu(bytes),
            Transform::Zlib => Err(zlib(bytes)),
        }
    }
}

fn hex(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    if !bytes.len().is_multiple_of(2) {
        return Err(Fault::plain("Odd-length string"));
    }
    let digit = |b: u8| char::from(b).to_digit(16);
    let pair = |pair: &[u8]| Some((digit(pair[0])? << 4 | digit(pair[1])?).to_le_bytes()[0]);
    let decoded: Option<Vec<u8>> = bytes.chunks(2).map(pair).collect();
    decoded.ok_or_else(|| Fault::plain("Non-hexadecimal digit found"))
}

/// Bytes out of digits of six bits.
#[derive(Default)]
struct SixBits {
    out: Vec<u8>,
    held: u32,
    /// How many bits of `held` are not yet part of a byte.
    bits: u8,
}

impl SixBits {
    fn push(&mut self, digit: u32) {
        self.held = self.held << 6 | digit;
        self.bits += 6;
        if self.bits >= 8 {
            self.bits -= 8;
            self.out.push((self.held >> self.bits).to_le_bytes()[0]);
            self.held &= (1 << self.bits) - 1;
        }
    }
}

/// Base64, whose padding is read as Python's decoder reads it: an equals sign out of place is skipped.
fn base64(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut gathered = SixBits::default();
    let mut group = 0_u8;
    for (at, &b) in bytes.iter().enumerate() {
        if b == b'=' {
            let mut valid = bytes[at..]
                .iter()
                .copied()
                .filter(|&b| utf::base64_digit(b).is_some() || b == b'=');
            if group < 2 || group == 2 && valid.nth(1) != Some(b'=') {
                continue;
            }
            return Ok(gathered.out);
        }
        let Some(digit) = utf::base64_digit(b) else {
            continue;
        };
        group = (group + 1) % 4;
        gathered.push(digit);
    }
    if gathered.bits == 0 {
        Ok(gathered.out)
    } else {
        Err(Fault::plain("Incorrect padding"))
    }
}

fn uu(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut lines = bytes.split_inclusive(|&b| b == b'\n');
    if !lines.by_ref().any(|line| line.starts_with(b"begin")) {
        return Err(Fault::plain("Missing \"begin\" line in input data"));
    }
    let mut out = Vec::new();
    for line in lines {
        if line == b"end\n" {
            return Ok(out);
        }
        // A line with too much in it is tried once more with only as much as it says.
        let said = (uu_len(line) * 4 + 5) / 3;
        let short = &line[..line.len().min(said)];
        out.extend(
            uu_line(line)
                .or_else(|_| uu_line(short))
                .map_err(Fault::plain)?,
        );
    }
    Err(Fault::plain("Truncated input data"))
}

fn uu_len(line: &[u8]) -> usize {
    usize::from(line.first().copied().unwrap_or_default().wrapping_sub(b' ') & 63)
}

fn uu_line(line: &[u8]) -> Result<Vec<u8>, &'static str> {
    let len = uu_len(line);
    let mut gathered = SixBits::default();
    let mut rest = line.get(1..).unwrap_or_default();
    while gathered.out.len() < len {
        let digit = match rest.first() {
            // Blanks at the end may have got lost.
            None | Some(b'\n' | b'\r') => 0,
            Some(&b @ b' '..=b'`') => u32::from(b - b' ') & 63,
            Some(_) => return Err("Illegal char"),
        };
        rest = rest.get(1..).unwrap_or_default();
        gathered.push(digit);
    }
    if rest
        .iter()
        .any(|b| !matches!(b, b' ' | b'`' | b'\n' | b'\r'))
    {
        return Err("Trailing garbage");
    }
    Ok(gathered.out)
}

fn zlib(bytes: &[u8]) -> Fault {
    let &[method, flags, ..] = bytes else {
        return Fault::plain("Error -5 while decompressing data: incomplete or truncated stream");
    };
    let reason = if !(u16::from(method) << 8 | u16::from(flags)).is_multiple_of(31) {
        "incorrect header check"
    } else if method & 15 != 8 {
        "unknown compression method"
    } else if method > 0x7f {
        "invalid window size"
    } else if flags & 0x20 != 0 {
        // A dictionary is asked for, which is no error of the data.
        return Fault::plain("Error 2 while decompressing data");
    } else {
        "invalid block type"
    };
    Fault::plain(&format!("Error -3 while decompressing data: {reason}"))
}
