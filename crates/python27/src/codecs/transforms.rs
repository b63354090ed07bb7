//! Codecs that make bytes of bytes: no source can be decoded by them, but each fails in its own words.

use super::Fault;
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
    /// Whether the bytes pass. What they become is of no use.
    pub(super) fn run(self, bytes: &[u8]) -> Result<(), Fault> {
        match self {
            Transform::Base64 if base64_bits_left(bytes) => Err(Fault::plain("Incorrect padding")),
            Transform::Base64 | Transform::QuotedPrintable => Ok(()),
            Transform::Bz2 if bytes.is_empty() => Ok(()),
            Transform::Bz2 => Err(Fault::plain("invalid data stream")),
            Transform::Hex if !bytes.len().is_multiple_of(2) => {
                Err(Fault::plain("Odd-length string"))
            }
            Transform::Hex if bytes.iter().all(u8::is_ascii_hexdigit) => Ok(()),
            Transform::Hex => Err(Fault::plain("Non-hexadecimal digit found")),
            Transform::StringEscape => literals::check_escapes(bytes).map_err(Fault::plain),
            Transform::Uu => {
                let begins = bytes
                    .split(|&b| b == b'\n')
                    .any(|line| line.starts_with(b"begin"));
                if begins {
                    Ok(())
                } else {
                    Err(Fault::plain("Missing \"begin\" line in input data"))
                }
            }
            Transform::Zlib => Err(zlib(bytes)),
        }
    }
}

/// Whether bits of an unfinished group are left at the end, with padding read as Python's decoder reads it.
fn base64_bits_left(bytes: &[u8]) -> bool {
    let is_digit = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    let (mut group, mut bits) = (0_u8, 0_u8);
    for (at, &b) in bytes.iter().enumerate() {
        if b == b'=' {
            let mut valid = bytes[at..]
                .iter()
                .copied()
                .filter(|&b| is_digit(b) || b == b'=');
            if group < 2 || group == 2 && valid.nth(1) != Some(b'=') {
                continue;
            }
            return false;
        }
        if is_digit(b) {
            group = (group + 1) % 4;
            bits = (bits + 6) % 8;
        }
    }
    bits != 0
}

fn zlib(bytes: &[u8]) -> Fault {
    let &[method, flags, ..] = bytes else {
        return Fault::plain("Error -5 while decompressing data: incomplete or truncated stream");
    };
    let reason = if !(u16::from(method) << 8 | u16::from(flags)).is_multiple_of(31) {
        "incorrect header check"
    } else if method & 15 != 8 {
        "unknown compression method"
    } else {
        "invalid window size"
    };
    Fault::plain(&format!("Error -3 while decompressing data: {reason}"))
}
