//! Arguments that are no UTF-8, carried through a parser that only knows text.
//!
//! argh takes `&str`. On Unix a file name may hold any bytes; they travel as an escape character
//! followed by a character of their own, and become bytes again in [`RawPath`]. Where the system's
//! own encoding can't be taken apart without unsafe code (Windows), such an argument is refused.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use argh::FromArgValue;

/// Begins an escaped byte; a private-use character that has no place in a real argument.
const ESCAPE: char = '\u{10fffd}';
/// The byte 0 travels as this character, the others above it.
const FIRST: u32 = 0x0010_f000;

/// A path as it was typed, whatever its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPath(pub PathBuf);

impl FromArgValue for RawPath {
    fn from_arg_value(value: &str) -> Result<Self, String> {
        if value.is_empty() {
            return Err("expected a path, found nothing".to_owned());
        }
        Ok(Self(PathBuf::from(decode(value))))
    }
}

impl RawPath {
    /// The path.
    pub fn into_path(self) -> PathBuf {
        self.0
    }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "on Windows an argument can be refused"
)]
pub(super) fn encode(word: &OsStr) -> Result<String, String> {
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::with_capacity(word.len());
    for chunk in word.as_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == ESCAPE {
                text.push(ESCAPE);
            }
            text.push(c);
        }
        for byte in chunk.invalid() {
            text.push(ESCAPE);
            text.extend(char::from_u32(FIRST + u32::from(*byte)));
        }
    }
    Ok(text)
}

#[cfg(not(unix))]
pub(super) fn encode(word: &OsStr) -> Result<String, String> {
    match word.to_str() {
        Some(text) => Ok(text.replace(ESCAPE, &format!("{ESCAPE}{ESCAPE}"))),
        None => Err(format!(
            "the argument {:?} is not valid Unicode",
            word.to_string_lossy()
        )),
    }
}

/// The argument as it was before [`encode`].
pub(super) fn decode(text: &str) -> OsString {
    let mut bytes = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let escaped = if c == ESCAPE { chars.next() } else { None };
        match escaped.map(|e| u8::try_from(u32::from(e).wrapping_sub(FIRST))) {
            Some(Ok(byte)) => bytes.push(byte),
            _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    from_bytes(bytes)
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes)
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> OsString {
    OsString::from(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether an encoded argument holds bytes that are no UTF-8.
pub(super) fn is_raw(text: &str) -> bool {
    decode(text).to_str().is_none()
}

/// An encoded argument, for a message.
pub(super) fn shown(text: &str) -> String {
    decode(text).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn any_bytes_come_back() {
        use std::os::unix::ffi::OsStringExt;
        for bytes in [
            &b"plain"[..],
            b"a\xff\xfeb",
            "\u{10fffd}x".as_bytes(),
            b"\x80",
            b"",
            "\u{10f041}".as_bytes(),
        ] {
            let word = OsString::from_vec(bytes.to_vec());
            assert_eq!(decode(&encode(&word).unwrap()), word, "{bytes:?}");
        }
    }

    #[test]
    fn text_stays_readable() {
        assert_eq!(encode(OsStr::new("a b\u{e9}")).unwrap(), "a b\u{e9}");
    }
}
