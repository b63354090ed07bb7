//! Bytes of a file -> the text that the tokenizer reads, or the error that stops CPython before it.
//!
//! CPython has two ways in. A string is made ready as a whole: line ends are translated, a byte order mark and a coding
//! line are obeyed. A file is read line by line: the coding line counts from where it stands, an undeclared non-ASCII
//! byte is an error, and a NUL swallows the rest of its line. Here both become one text plus what happens at its end.
//!
//! Invariant: the text holds neither a NUL nor, unless a codec made it, a carriage return.

mod coding_line;
mod file;

use std::borrow::Cow;

use crate::codecs::{self, Codec};
use crate::literals;
use crate::verdict::{Error, ErrorClass};
use coding_line::Coding;

/// What a coding line or a byte order mark says, as far as it changes the meaning of literals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// Nothing: literals are taken as they are.
    Nothing,
    /// UTF-8, which CPython does not decode as a whole.
    Utf8,
    /// Latin-1, which CPython does not decode either.
    Latin1,
    /// A codec that made UTF-8 of the text.
    Codec(Codec),
}

impl Declared {
    /// Whether `u""` literals are read as UTF-8.
    pub(crate) fn literals_are_utf8(&self) -> bool {
        matches!(self, Declared::Utf8 | Declared::Codec(_))
    }

    /// How long a piece of text is in the declared encoding, where CPython counts offsets in that.
    pub(crate) fn encoded_len(&self, text: &[u8]) -> Option<usize> {
        let codec = match *self {
            Declared::Nothing => return None,
            Declared::Utf8 => Codec::Utf8,
            Declared::Latin1 => Codec::Latin1,
            Declared::Codec(codec) => codec,
        };
        if text.is_ascii() && !codec.changes_ascii() {
            return Some(text.len());
        }
        codec
            .encode(&literals::decode_utf8_replacing(text))
            .map(|bytes| bytes.len())
    }
}

/// What the tokenizer meets at the end of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextEnd {
    /// The end of a string: nothing happens to the line number.
    String,
    /// The end of a file: the line number goes up once more. `makes_up_line` when CPython, still in a string literal,
    /// first reads a line that is not there.
    File { makes_up_line: bool },
    /// A line that could not be decoded: an error of its own.
    Undecodable,
}

/// A text that is ready for the tokenizer.
#[derive(Clone, Debug)]
pub(crate) struct Source<'s> {
    pub(crate) text: Cow<'s, [u8]>,
    pub(crate) declared: Declared,
    pub(crate) end: TextEnd,
    /// The message at the end, when that is [`TextEnd::Undecodable`].
    pub(crate) undecodable: Undecodable,
    /// Lines of the file that begin with a NUL: they are not in the text, but they count. In the order of the text.
    pub(crate) dropped: Vec<Dropped>,
}

/// Lines that are not in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dropped {
    /// Where the line after them begins.
    pub(crate) at: usize,
    pub(crate) lines: u32,
}

/// Why a line of a file cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undecodable {
    /// The message, up to where a line number stands in it.
    pub(crate) before: String,
    pub(crate) number: Option<Number>,
}

/// The line number inside a message, which depends on where CPython reads the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// How many lines come before the one that fails.
    pub(crate) lines: usize,
    /// Whether the line fails in a piece after its first, when CPython has counted it already.
    pub(crate) is_later: bool,
    /// What follows the number.
    pub(crate) after: &'static str,
}

impl Undecodable {
    fn message(text: String) -> Undecodable {
        Undecodable {
            before: text,
            number: None,
        }
    }

    /// The whole message. Inside a string literal a line is counted before it is read.
    pub(crate) fn text(&self, in_token: bool) -> String {
        match &self.number {
            Some(Number {
                lines,
                is_later,
                after,
            }) => {
                let number = lines + 1 + usize::from(in_token || *is_later);
                format!("{}{number}{after}", self.before)
            }
            None => self.before.clone(),
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Spans are 32 bits wide; CPython refuses sources past 2 GiB too.
const MAX_BYTES: usize = i32::MAX as usize - 1;

/// Makes a string ready, as `compile(bytes, ...)` does.
pub(crate) fn from_string(bytes: &[u8]) -> Result<Source<'_>, Error> {
    if memchr::memchr(0, bytes).is_some() {
        return Err(Error::without_place(
            ErrorClass::TypeError,
            "compile() expected string without null bytes",
        ));
    }
    check_size(bytes)?;
    let mut text = translate_line_ends(bytes);
    let marked = text.starts_with(BYTE_ORDER_MARK);
    if marked {
        text = without_front(text, BYTE_ORDER_MARK.len());
    }
    let coding = first_coding(&text);
    let declared = match coding {
        Some(coding) if marked && coding != Coding::Utf8 => return Err(with_mark(&coding)),
        Some(Coding::Other(name)) => {
            let decoded =
                codecs::decode(&name, &text).map_err(|message| Error::at_start(&message))?;
            text = Cow::Owned(up_to_nul(decoded));
            codecs::find(&name).map_or(Declared::Utf8, Declared::Codec)
        }
        Some(Coding::Latin1) => Declared::Latin1,
        Some(Coding::Utf8) => Declared::Utf8,
        None if marked => Declared::Utf8,
        None => Declared::Nothing,
    };
    Ok(Source {
        text,
        declared,
        end: TextEnd::String,
        undecodable: Undecodable::default(),
        dropped: Vec::new(),
    })
}

/// Makes a file ready, as `import` does. `name` is the file's name in messages.
pub(crate) fn from_file<'s>(bytes: &'s [u8], name: &str) -> Result<Source<'s>, Error> {
    check_size(bytes)?;
    Ok(file::read(bytes, name))
}

fn check_size(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::without_place(
            ErrorClass::OverflowError,
            "string to parse is too long",
        ));
    }
    Ok(())
}

fn with_mark(coding: &Coding) -> Error {
    Error::at_start(&format!("encoding problem: {} with BOM", coding.name()))
}

fn up_to_nul(mut text: Vec<u8>) -> Vec<u8> {
    if let Some(at) = memchr::memchr(0, &text) {
        text.truncate(at);
    }
    text
}

fn without_front(text: Cow<'_, [u8]>, n: usize) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[n..]),
        Cow::Owned(mut bytes) => {
            bytes.drain(..n);
            Cow::Owned(bytes)
        }
    }
}

/// Turns `\r\n` and `\r` into `\n`, and adds a last line end where CPython does: also after a text that ends in `\r\n`.
fn translate_line_ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\r', bytes).is_none() && bytes.ends_with(b"\n") {
        return Cow::Borrowed(bytes);
    }
    let mut text = Vec::with_capacity(bytes.len() + 1);
    push_translated(&mut text, bytes);
    if !bytes.ends_with(b"\n") && !bytes.ends_with(b"\r") || bytes.ends_with(b"\r\n") {
        text.push(b'\n');
    }
    Cow::Owned(text)
}

fn push_translated(text: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'\r', rest) {
        text.extend_from_slice(&rest[..at]);
        text.push(b'\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    text.extend_from_slice(rest);
}

/// The coding line of a text: the first line, or the second when nothing but blanks and comments is before it.
fn first_coding(text: &[u8]) -> Option<Coding> {
    let end = memchr::memchr(b'\n', text)?;
    let first = &text[..end];
    if let Some(coding) = coding_line::coding(first) {
        return Some(coding);
    }
    if !coding_line::may_precede_coding(first) {
        return None;
    }
    let rest = &text[end + 1..];
    let end = memchr::memchr(b'\n', rest)?;
    coding_line::coding(&rest[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_become_newlines_and_a_last_one_is_added() {
        let translated = |bytes: &'static [u8]| translate_line_ends(bytes).into_owned();
        assert_eq!(translated(b"a\r\nb\rc"), b"a\nb\nc\n");
        assert_eq!(translated(b"a\r\n"), b"a\n\n");
        assert_eq!(translated(b"a\r"), b"a\n");
        assert_eq!(translated(b""), b"\n");
    }

    #[test]
    fn a_coding_line_after_code_does_not_count() {
        assert_eq!(first_coding(b"#\n# coding: utf-8\n"), Some(Coding::Utf8));
        assert_eq!(first_coding(b"x\n# coding: utf-8\n"), None);
        assert_eq!(first_coding(b"#\n#\n# coding: utf-8\n"), None);
    }
}
