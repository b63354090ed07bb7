//! Text -> encoded bytes, as far as a verdict needs it.
//!
//! CPython reports offsets in the bytes of the declared encoding, so it encodes a line again; and it does so with byte
//! strings. What cannot be encoded becomes a question mark. Stand-ins become as many bytes as they stand for.

use super::paired::{PAIR, SHORT_TRIPLE, SINGLE, TRIPLE};
use super::{Codec, utf};
use crate::literals;

impl Codec {
    /// Whether even ASCII text has another length in this encoding.
    pub(crate) fn changes_ascii(self) -> bool {
        !matches!(
            self,
            Codec::Ascii
                | Codec::Latin1
                | Codec::Utf8
                | Codec::Charmap(_)
                | Codec::Paired(..)
                | Codec::Shifted(_)
                | Codec::Lenient
        )
    }

    /// The bytes of code points; none when the codec refuses to replace what it cannot encode.
    pub(crate) fn encode(self, codes: &[u32]) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(codes.len());
        match self {
            Codec::Utf8 => return Some(literals::encode(codes)),
            Codec::Utf7 => return Some(utf7(codes)),
            Codec::Idna | Codec::Undefined | Codec::Transform(_) => return None,
            Codec::Punycode => return punycode(codes),
            Codec::Utf16 { marked: true, .. } => out.extend_from_slice(&[0xff, 0xfe]),
            Codec::Utf32 { marked: true, .. } => out.extend_from_slice(&[0xff, 0xfe, 0, 0]),
            _ => {}
        }
        let chars: Vec<char> = match self {
            Codec::Charmap(table) => table.chars().collect(),
            _ => Vec::new(),
        };
        for &code in codes {
            self.push(&mut out, code, &chars);
        }
        Some(out)
    }

    fn push(self, out: &mut Vec<u8>, code: u32, chars: &[char]) {
        let byte = u8::try_from(code).ok();
        let ascii = byte.filter(u8::is_ascii);
        match self {
            Codec::Latin1 => out.push(byte.unwrap_or(b'?')),
            Codec::Charmap(_) => out.push(charmap_byte(code, chars).unwrap_or(b'?')),
            Codec::Paired(..) | Codec::Lenient => match ascii {
                Some(byte) => out.push(byte),
                None if code == SINGLE => out.push(0xa1),
                None if code == TRIPLE || code == SHORT_TRIPLE => {
                    out.extend_from_slice(&[0xa1, 0xa1, 0xa1]);
                }
                None if code == PAIR || code == 0xf8 || code > 0xffff => {
                    out.extend_from_slice(&[0xa1, 0xa1]);
                }
                None => out.push(b'?'),
            },
            Codec::UnicodeEscape => match code {
                0x09 | 0x0a | 0x0d | 0x5c => out.extend_from_slice(b"\\n"),
                0x20..=0x7e => out.extend(byte),
                _ => out.extend_from_slice(escaped(code, 'x').as_bytes()),
            },
            Codec::RawUnicodeEscape => match byte {
                Some(byte) => out.push(byte),
                None => out.extend_from_slice(escaped(code, 'u').as_bytes()),
            },
            Codec::Utf16 { .. } => {
                out.extend_from_slice(if code > 0xffff { &[0; 4] } else { &[0; 2] });
            }
            Codec::UnicodeInternal | Codec::Utf32 { .. } => {
                out.extend_from_slice(&code.to_le_bytes());
            }
            _ => out.push(ascii.unwrap_or(b'?')),
        }
    }
}

/// Punycode of ASCII, which gets a hyphen; anything else is not worked out.
fn punycode(codes: &[u32]) -> Option<Vec<u8>> {
    let ascii = |&code: &u32| u8::try_from(code).ok().filter(u8::is_ascii);
    let mut out: Vec<u8> = codes.iter().map(ascii).collect::<Option<_>>()?;
    if !out.is_empty() {
        out.push(b'-');
    }
    Some(out)
}

/// UTF-7. What lies between two shifts keeps its length and not its bits, which nobody asks for.
fn utf7(codes: &[u32]) -> Vec<u8> {
    let mut out = Vec::with_capacity(codes.len());
    // Bits that wait for a digit, while shifted.
    let mut waiting: Option<usize> = None;
    for &code in codes {
        let direct = u8::try_from(code)
            .ok()
            .filter(|&byte| is_direct_in_utf7(byte));
        if let Some(byte) = direct {
            if let Some(bits) = waiting.take() {
                out.extend((bits > 0).then_some(b'A'));
                let runs_on = byte == b'-' || utf::base64_digit(byte).is_some();
                out.extend(runs_on.then_some(b'-'));
            }
            out.push(byte);
        } else if waiting.is_none() && code == u32::from(b'+') {
            out.extend_from_slice(b"+-");
        } else {
            if waiting.is_none() {
                out.push(b'+');
            }
            let bits = waiting.unwrap_or(0) + if code > 0xffff { 32 } else { 16 };
            out.extend(std::iter::repeat_n(b'A', bits / 6));
            waiting = Some(bits % 6);
        }
    }
    if let Some(bits) = waiting {
        out.extend((bits > 0).then_some(b'A'));
        out.push(b'-');
    }
    out
}

/// Whether UTF-7 leaves a byte as it is: all of ASCII but control characters and `+`, `\\`, `~`.
fn is_direct_in_utf7(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'}') && !matches!(byte, b'+' | b'\\')
}

fn charmap_byte(code: u32, chars: &[char]) -> Option<u8> {
    let base = 256 - chars.len();
    if code < 128 && base == 128 {
        return u8::try_from(code).ok();
    }
    let at = chars.iter().position(|&c| u32::from(c) == code)?;
    u8::try_from(base + at).ok()
}

/// The shortest escape that holds a code point, no shorter than its kind.
fn escaped(code: u32, least: char) -> String {
    match code {
        0..=0xff if least == 'x' => format!("\\x{code:02x}"),
        0..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf7_has_the_length_that_python_gives_it() {
        // The second is len(text.encode('utf-7')) of CPython 2.7.18.
        for (text, len) in [
            ("ab", 2),
            ("+", 2),
            ("\\", 5),
            ("a\\n", 7),
            ("\\ ", 5),
            ("\\\\", 8),
            ("~+\\", 10),
            ("\u{20ac}", 5),
            ("\u{1f600}-", 9),
        ] {
            let codes: Vec<u32> = text.chars().map(u32::from).collect();
            assert_eq!(utf7(&codes).len(), len, "{text}");
        }
    }
}
