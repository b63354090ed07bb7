//! Encoded bytes -> UTF-8, with the messages of Python 2.7's codecs.
//!
//! A name is looked up as the `encodings` package does. Single-byte encodings and UTF are decoded as they are. In the
//! East Asian encodings of pairs each character becomes a stand-in of the same length in UTF-8: whether a source
//! compiles depends on where characters are, not on which. Codecs that make no text of bytes only have errors.

mod encode;
mod paired;
mod punycode;
mod stream;
mod tables;
mod transforms;
mod utf;

use crate::literals;

/// A codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Ascii,
    Idna,
    Latin1,
    Utf8,
    Utf7,
    /// UTF-16; whether its high bytes come first, and whether a stream must begin with a mark.
    Utf16 {
        big: bool,
        marked: bool,
    },
    /// UTF-32, likewise.
    Utf32 {
        big: bool,
        marked: bool,
    },
    UnicodeEscape,
    RawUnicodeEscape,
    UnicodeInternal,
    Charmap(&'static str),
    Paired(&'static str, &'static [&'static str]),
    /// ISO-2022 and what else shifts between sets: ASCII passes, anything else is refused.
    Shifted(&'static str),
    /// East Asian encodings without a table here: every sequence beyond ASCII is taken for good.
    Lenient,
    Transform(transforms::Transform),
    Punycode,
    Undefined,
}

/// Decoded text, or the position and message of an error.
type Decoded = Result<Vec<u32>, Fault>;

/// An error of a codec. A position makes it a decoding error; others cannot be put off by reading less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    start: Option<usize>,
    pub(crate) message: String,
}

impl Fault {
    fn plain(message: &str) -> Fault {
        Fault {
            start: None,
            message: message.to_owned(),
        }
    }

    /// A decoding error with its message.
    pub(crate) fn at(start: usize, message: String) -> Fault {
        Fault {
            start: Some(start),
            message,
        }
    }

    /// A decoding error over `start..end`.
    pub(crate) fn over(codec: &str, bytes: &[u8], start: usize, end: usize, reason: &str) -> Fault {
        let message = if end == start + 1 {
            let byte = bytes.get(start).copied().unwrap_or_default();
            format!("'{codec}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
        } else {
            format!(
                "'{codec}' codec can't decode bytes in position {start}-{}: {reason}",
                end - 1
            )
        };
        Fault {
            start: Some(start),
            message,
        }
    }
}

/// The codec of a name, if Python has one.
pub(crate) fn find(name: &str) -> Option<Codec> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .collect();
    let name = words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    let entry = |name: &str| tables::NAMES.iter().find(|(known, _, _)| *known == name);
    let found = if name.contains('.') {
        // A module's name has no dot, so only an alias can be meant.
        entry(&name)
            .or_else(|| entry(&name.replace('.', "_")))
            .filter(|(_, _, alias)| *alias)
    } else {
        entry(&name)
    };
    found.map(|&(_, module, _)| of_module(module))
}

fn of_module(module: &'static str) -> Codec {
    if let Some(&(_, table)) = tables::CHARMAPS.iter().find(|(name, _)| *name == module) {
        return Codec::Charmap(table);
    }
    if let Some(&(name, table)) = tables::PAIRED.iter().find(|(name, _)| *name == module) {
        return Codec::Paired(name, table);
    }
    if let Some(transform) = transforms::find(module) {
        return Codec::Transform(transform);
    }
    match module {
        "ascii" => Codec::Ascii,
        "idna" => Codec::Idna,
        "latin_1" | "charmap" => Codec::Latin1,
        "utf_8" | "utf_8_sig" => Codec::Utf8,
        "utf_7" => Codec::Utf7,
        "utf_16" => Codec::Utf16 {
            big: false,
            marked: true,
        },
        "utf_16_le" => Codec::Utf16 {
            big: false,
            marked: false,
        },
        "utf_16_be" => Codec::Utf16 {
            big: true,
            marked: false,
        },
        "utf_32" => Codec::Utf32 {
            big: false,
            marked: true,
        },
        "utf_32_le" => Codec::Utf32 {
            big: false,
            marked: false,
        },
        "utf_32_be" => Codec::Utf32 {
            big: true,
            marked: false,
        },
        "unicode_escape" => Codec::UnicodeEscape,
        "raw_unicode_escape" => Codec::RawUnicodeEscape,
        "unicode_internal" => Codec::UnicodeInternal,
        "punycode" => Codec::Punycode,
        "undefined" => Codec::Undefined,
        name if name.starts_with("iso2022") || name == "hz" => Codec::Shifted(name),
        _ => Codec::Lenient,
    }
}

/// Decodes a whole text, as a string source with a coding line is.
pub(crate) fn decode(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let codec = find(name).ok_or_else(|| format!("unknown encoding: {name}"))?;
    match codec {
        Codec::Utf8 => literals::decode_strictly(bytes)
            .map(|()| bytes.to_vec())
            .map_err(|fault| fault.message),
        Codec::Punycode => Err("'buffer' object has no attribute 'rfind'".to_owned()),
        Codec::Transform(transform) => Err(match transform.run(bytes) {
            Err(fault) => fault.message,
            Ok(_) => "decoder did not return an unicode object (type=str)".to_owned(),
        }),
        _ => codec
            .decode(bytes, true)
            .map(|(codes, _)| literals::encode(&codes))
            .map_err(|fault| fault.message),
    }
}

/// Decodes what follows the coding line of a file, line by line as CPython reads it. Each line, as the codec's reader
/// has it, goes to `take`, and then perhaps the message of an error.
pub(crate) fn decode_lines(
    codec: Codec,
    bytes: &[u8],
    take: &mut dyn FnMut(&[u8]),
) -> Result<(), String> {
    stream::read(codec, bytes, take)
}

impl Codec {
    /// UTF-16 or UTF-32, by the bytes of a unit, with the high byte first or last.
    fn of_width(width: usize, big: bool) -> Codec {
        let marked = false;
        if width == 2 {
            Codec::Utf16 { big, marked }
        } else {
            Codec::Utf32 { big, marked }
        }
    }

    /// The width and the name of a codec whose streams must begin with a mark.
    fn wanted_mark(self) -> Option<(usize, &'static str)> {
        match self {
            Codec::Utf16 { marked: true, .. } => Some((2, "UTF-16")),
            Codec::Utf32 { marked: true, .. } => Some((4, "UTF-32")),
            _ => None,
        }
    }

    /// What comes after a mark of some bytes; positions count from before it.
    fn decode_from(
        self,
        bytes: &[u8],
        from: usize,
        last: bool,
    ) -> Result<(Vec<u32>, usize), Fault> {
        match self {
            Codec::Utf16 { big, .. } => utf::utf16(bytes, from, big, last),
            Codec::Utf32 { big, .. } => utf::utf32(bytes, from, big, last),
            _ => self.decode(bytes, last),
        }
    }

    /// Code points, and how many bytes were used up: all of them when no more will come.
    fn decode(self, bytes: &[u8], last: bool) -> Result<(Vec<u32>, usize), Fault> {
        let all = |codes: Vec<u32>| (codes, bytes.len());
        match self {
            Codec::Ascii | Codec::Idna => ascii(bytes).map(all),
            Codec::Latin1 => Ok(all(bytes.iter().map(|&b| u32::from(b)).collect())),
            Codec::Utf8 => utf::utf8(bytes, last),
            Codec::Utf7 => utf::utf7(bytes, last),
            Codec::Utf16 { .. } | Codec::Utf32 { .. } => self.decode_from(bytes, 0, last),
            Codec::UnicodeEscape => literals::unicode_codes(bytes).map(all),
            Codec::RawUnicodeEscape => literals::raw_unicode_codes(bytes).map(all),
            Codec::UnicodeInternal => utf::internal(bytes).map(all),
            Codec::Charmap(table) => charmap(table, bytes).map(all),
            Codec::Paired(name, table) => paired::decode(name, table, bytes, last),
            Codec::Shifted(name) => shifted(name, bytes).map(all),
            Codec::Lenient => Ok(all(literals::lenient(bytes))),
            Codec::Transform(transform) => transform
                .run(bytes)
                .map(|out| all(stream::bytes_as_codes(&out))),
            Codec::Punycode => punycode::decode(bytes).map(all),
            Codec::Undefined => Err(Fault::plain("undefined encoding")),
        }
    }
}

fn ascii(bytes: &[u8]) -> Decoded {
    match bytes.iter().position(|b| !b.is_ascii()) {
        Some(at) => Err(Fault::over(
            "ascii",
            bytes,
            at,
            at + 1,
            "ordinal not in range(128)",
        )),
        None => Ok(bytes.iter().map(|&b| u32::from(b)).collect()),
    }
}

fn shifted(name: &str, bytes: &[u8]) -> Decoded {
    match bytes.iter().position(|b| !b.is_ascii()) {
        Some(at) => Err(Fault::over(
            name,
            bytes,
            at,
            at + 1,
            "illegal multibyte sequence",
        )),
        None => Ok(bytes.iter().map(|&b| u32::from(b)).collect()),
    }
}

fn charmap(table: &str, bytes: &[u8]) -> Decoded {
    let chars: Vec<char> = table.chars().collect();
    let base = 256 - chars.len();
    let mut codes = Vec::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let code = match usize::from(byte).checked_sub(base) {
            Some(upper) => u32::from(chars[upper]),
            None => u32::from(byte),
        };
        if code == 0xfffe {
            return Err(Fault::over(
                "charmap",
                bytes,
                at,
                at + 1,
                "character maps to <undefined>",
            ));
        }
        codes.push(code);
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_as_python_does() {
        assert_eq!(find("UTF8"), Some(Codec::Utf8));
        assert_eq!(find("Windows-1252"), find("cp1252"));
        assert_eq!(find("iso_646.irv_1991"), Some(Codec::Ascii));
        assert_eq!(find("iso8859.15"), None);
        assert_eq!(find("mbcs"), None);
        assert_eq!(find("uft-8"), None);
    }

    #[test]
    fn faults_have_the_words_of_the_codec() {
        assert_eq!(decode("cp1252", b"a\x80").unwrap(), "a\u{20ac}".as_bytes());
        assert_eq!(
            decode("cp1252", b"a\x81").unwrap_err(),
            "'charmap' codec can't decode byte 0x81 in position 1: character maps to <undefined>"
        );
        assert_eq!(decode("nope", b"").unwrap_err(), "unknown encoding: nope");
        assert_eq!(decode("gbk", b"\xc4\xe3").unwrap().len(), 3);
        assert_eq!(
            decode("gbk", b"x\xe9\"").unwrap_err(),
            "'gbk' codec can't decode bytes in position 1-2: illegal multibyte sequence"
        );
        assert_eq!(
            decode("utf-16", b"#x\n").unwrap_err(),
            "'utf16' codec can't decode byte 0x0a in position 2: truncated data"
        );
    }
}
