//! A file, line by line, as CPython's import reads it.

use std::borrow::Cow;

use super::coding_line::{self, Coding};
use super::{BYTE_ORDER_MARK, Declared, Source, TextEnd, Undecodable};
use crate::codecs::{self, Codec};

/// How much CPython reads at once: longer lines come in pieces.
const BUFFER_BYTES: usize = 8192;

/// Reads a file. What goes wrong does so at some line, so it becomes the end of the text.
pub(super) fn read<'s>(bytes: &'s [u8], name: &str) -> Source<'s> {
    let (marked, bytes) = match bytes.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let clean = memchr::memchr2(b'\r', 0, bytes).is_none() && bytes.ends_with(b"\n");
    if clean && (marked || bytes.is_ascii()) && !head_declares(bytes) {
        let declared = if marked {
            Declared::Utf8
        } else {
            Declared::Nothing
        };
        let end = TextEnd::File {
            makes_up_line: true,
        };
        return Source {
            text: Cow::Borrowed(bytes),
            declared,
            end,
            undecodable: Undecodable::default(),
        };
    }
    let declared = if marked {
        Declared::Utf8
    } else {
        Declared::Nothing
    };
    let mut reader = Reader {
        rest: bytes,
        text: Vec::with_capacity(bytes.len() + 1),
        declared,
        marked,
        line: 0,
        settled: false,
        ends_in_newline: bytes.ends_with(b"\n"),
    };
    reader.run(name)
}

/// Whether one of the first two lines has the word that a coding line needs.
fn head_declares(bytes: &[u8]) -> bool {
    let mut ends = memchr::memchr_iter(b'\n', bytes);
    ends.next();
    let head = &bytes[..ends.next().unwrap_or(bytes.len())];
    memchr::memmem::find(head, b"coding").is_some()
}

struct Reader<'s> {
    rest: &'s [u8],
    text: Vec<u8>,
    declared: Declared,
    marked: bool,
    /// Lines finished so far.
    line: usize,
    /// Whether no coding line can come any more.
    settled: bool,
    /// Whether the last byte of the file is a newline, so that CPython has not met the end yet.
    ends_in_newline: bool,
}

impl<'s> Reader<'s> {
    fn run(&mut self, name: &str) -> Source<'s> {
        loop {
            let start = self.text.len();
            if self.rest.is_empty() {
                return self.finish(
                    TextEnd::File {
                        makes_up_line: self.ends_in_newline,
                    },
                    Undecodable::default(),
                );
            }
            // One line, in as many pieces as the buffer and NULs make of it.
            loop {
                let Some(piece) = self.piece() else {
                    self.text.push(b'\n');
                    return self.finish(
                        TextEnd::File {
                            makes_up_line: false,
                        },
                        Undecodable::default(),
                    );
                };
                match self.declare(&piece) {
                    Ok(None) => {}
                    Ok(Some(codec)) => return self.decode_rest(codec, &piece),
                    Err(message) => {
                        self.text.truncate(start);
                        return self.finish(TextEnd::Undecodable, Undecodable::message(message));
                    }
                }
                if let Some(message) = self.undeclared(&piece, name, self.text.len() > start) {
                    self.text.truncate(start);
                    return self.finish(TextEnd::Undecodable, message);
                }
                self.text.extend_from_slice(&piece);
                if piece.ends_with(b"\n") {
                    self.line += 1;
                    break;
                }
            }
        }
    }

    fn finish(&mut self, end: TextEnd, undecodable: Undecodable) -> Source<'s> {
        let text = Cow::Owned(std::mem::take(&mut self.text));
        Source {
            text,
            declared: self.declared.clone(),
            end,
            undecodable,
        }
    }

    /// What one read gives: up to a line end or a full buffer, and of that what is before a NUL.
    fn piece(&mut self) -> Option<Vec<u8>> {
        if self.rest.is_empty() {
            return None;
        }
        let limit = self.rest.len().min(BUFFER_BYTES - 1);
        let end = memchr::memchr2(b'\n', b'\r', &self.rest[..limit]).map_or(limit, |at| at + 1);
        let (taken, rest) = self.rest.split_at(end);
        let mut piece = taken.to_vec();
        self.rest = rest;
        if piece.ends_with(b"\r") {
            piece.pop();
            piece.push(b'\n');
            self.rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        if let Some(at) = memchr::memchr(0, &piece) {
            piece.truncate(at);
        }
        Some(piece)
    }

    /// Obeys a coding line; the codec that has to decode everything after it.
    fn declare(&mut self, piece: &[u8]) -> Result<Option<Codec>, String> {
        if self.settled || self.line >= 2 {
            return Ok(None);
        }
        let Some(coding) = coding_line::coding(piece) else {
            self.settled = !coding_line::may_precede_coding(piece);
            return Ok(None);
        };
        self.settled = true;
        if self.marked {
            return match coding {
                Coding::Utf8 => Ok(None),
                other => Err(format!("encoding problem: {} with BOM", other.name())),
            };
        }
        match coding {
            Coding::Utf8 => self.declared = Declared::Utf8,
            Coding::Latin1 => self.declared = Declared::Latin1,
            Coding::Other(name) => {
                let Some(codec) = codecs::find(&name) else {
                    return Err(format!("encoding problem: {name}"));
                };
                self.declared = Declared::Codec(codec);
                return Ok(Some(codec));
            }
        }
        Ok(None)
    }

    fn undeclared(&self, piece: &[u8], name: &str, later: bool) -> Option<Undecodable> {
        if self.declared != Declared::Nothing {
            return None;
        }
        let byte = piece.iter().find(|b| !b.is_ascii())?;
        let line = self.line + 1 + usize::from(later);
        let name: String = name.chars().take(200).collect();
        let before = format!("Non-ASCII character '\\x{byte:02x}' in file {name} on line ");
        let after =
            ", but no encoding declared; see http://python.org/dev/peps/pep-0263/ for details";
        Some(Undecodable {
            before,
            line: Some((line, after)),
        })
    }

    /// Everything after the coding line goes through a codec, whose reader knows nothing of line ends but its own.
    fn decode_rest(&mut self, codec: Codec, piece: &[u8]) -> Source<'s> {
        self.text.extend_from_slice(piece);
        match codecs::decode_lines(codec, self.rest) {
            Ok(decoded) => {
                self.append(&decoded);
                if !self.text.ends_with(b"\n") {
                    // The line end that CPython adds makes one with a carriage return before it.
                    if self.text.ends_with(b"\r") {
                        self.text.pop();
                    }
                    self.text.push(b'\n');
                }
                self.finish(
                    TextEnd::File {
                        makes_up_line: false,
                    },
                    Undecodable::default(),
                )
            }
            Err((decoded, message)) => {
                // The line that fails is never looked at.
                let lines = memchr::memrchr(b'\n', &decoded).map_or(0, |end| end + 1);
                self.append(&decoded[..lines]);
                self.finish(TextEnd::Undecodable, Undecodable::message(message))
            }
        }
    }

    /// Appends decoded text, in which only `\r\n` is a line end of two characters.
    fn append(&mut self, decoded: &[u8]) {
        let mut rest = decoded;
        while let Some(at) = memchr::memmem::find(rest, b"\r\n") {
            self.text.extend_from_slice(&rest[..at]);
            rest = &rest[at + 1..];
        }
        self.text.extend_from_slice(rest);
    }
}
