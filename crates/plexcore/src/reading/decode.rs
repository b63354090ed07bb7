//! A file's bytes to text, whatever an editor or a shell made of them.

use crate::utf8::lossy;
use std::borrow::Cow;

/// UTF-8, with or without a byte order mark, or UTF-16 with one: what a shell on Windows writes
/// when output is sent to a file. Bytes that are none of these become U+FFFD.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    let units = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let units = bytes.chunks(2).map(|pair| match pair {
            [a, b] => of([*a, *b]),
            _ => 0xfffd,
        });
        Cow::Owned(
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        )
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => lossy(rest),
        _ => lossy(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_a_shell_on_windows_wrote_is_read() {
        let utf_16 = |order: fn(u16) -> [u8; 2], mark: &[u8]| {
            let units = "Ünü 漢".encode_utf16().flat_map(order);
            [mark.to_vec(), units.collect()].concat()
        };
        assert_eq!(text(&utf_16(u16::to_le_bytes, b"\xff\xfe")), "Ünü 漢");
        assert_eq!(text(&utf_16(u16::to_be_bytes, b"\xfe\xff")), "Ünü 漢");
        assert_eq!(text(b"\xef\xbb\xbfplain"), "plain");
        assert_eq!(text(b"\xff\xfea\0b"), "a\u{fffd}");
        assert_eq!(text(b"a\xffb"), "a\u{fffd}b");
    }
}
