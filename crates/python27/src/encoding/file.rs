//! A file, line by line, as CPython's import reads it.

use std::borrow::Cow;

use super::coding_line::{self, Coding};
use super::{BYTE_ORDER_MARK, Declared, Dropped, Number, Source, TextEnd, Undecodable};
use crate::codecs::{self, Codec};

/// How much CPython reads at once: longer lines come in pieces.
const PIECE_BYTES: usize = 8191;

/// Reads a file. What goes wrong does so at some line, so it becomes the end of the text.
pub(super) fn read<'s>(bytes: &'s [u8], name: &str) -> Source<'s> {
    let (marked, bytes) = match bytes.strip_prefix(BYTE_ORDER_MARK) {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let declared = if marked {
        Declared::Utf8
    } else {
        Declared::Nothing
    };
    let clean = memchr::memchr2(b'\r', 0, bytes).is_none() && bytes.ends_with(b"\n");
    if clean && (marked || bytes.is_ascii()) && !head_declares(bytes) {
        let end = TextEnd::File {
            makes_up_line: true,
        };
        return Source {
            text: Cow::Borrowed(bytes),
            declared,
            end,
            undecodable: Undecodable::default(),
            dropped: Vec::new(),
        };
    }
    let reader = Reader {
        rest: bytes,
        lines: Lines {
            text: Vec::with_capacity(bytes.len() + 1),
            open: None,
            line: 0,
            dropped: Vec::new(),
        },
        declared,
        marked,
        settled: false,
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

/// The text so far, line by line.
struct Lines {
    text: Vec<u8>,
    /// Where the line begins that has no end yet.
    open: Option<usize>,
    /// Lines read so far.
    line: usize,
    dropped: Vec<Dropped>,
}

impl Lines {
    /// Takes what one read gave. A NUL takes the rest of it along, the line end too, so that the next piece goes on in
    /// the same line; a line that begins with one counts, and is gone.
    fn push(&mut self, piece: &[u8]) {
        let piece = up_to_nul(piece);
        if piece.is_empty() && self.open.is_none() {
            self.line += 1;
            self.drop_line();
            return;
        }
        let start = *self.open.get_or_insert(self.text.len());
        self.text.extend_from_slice(piece);
        if piece.ends_with(b"\n") {
            self.end_line(start);
        }
    }

    fn drop_line(&mut self) {
        let at = self.text.len();
        match self.dropped.last_mut() {
            Some(last) if last.at == at => last.lines += 1,
            _ => self.dropped.push(Dropped { at, lines: 1 }),
        }
    }

    /// Only what a codec made has a carriage return here.
    fn end_line(&mut self, start: usize) {
        if self.text[start..].ends_with(b"\r\n") {
            self.text.truncate(self.text.len() - 2);
            self.text.push(b'\n');
        }
        self.line += 1;
        self.open = None;
    }

    /// Adds the last line end; whether it was missing.
    fn close(&mut self) -> bool {
        let Some(start) = self.open else {
            return false;
        };
        self.text.push(b'\n');
        self.end_line(start);
        true
    }

    /// Leaves out the line that has no end: CPython never looks at one that it cannot read.
    fn forget_open(&mut self) {
        if let Some(start) = self.open.take() {
            self.text.truncate(start);
        }
    }
}

struct Reader<'s> {
    rest: &'s [u8],
    lines: Lines,
    declared: Declared,
    marked: bool,
    /// Whether no coding line can come any more.
    settled: bool,
}

impl<'s> Reader<'s> {
    fn run(mut self, name: &str) -> Source<'s> {
        // CPython has not met the end yet when it reads a last newline.
        let ends_in_newline = self.rest.ends_with(b"\n");
        while let Some(piece) = self.piece() {
            match self.declare(&piece) {
                Ok(None) => {}
                Ok(Some(codec)) => {
                    self.lines.push(&piece);
                    return self.decode_rest(codec);
                }
                Err(message) => return self.stop(Undecodable::message(message)),
            }
            if let Some(message) = self.undeclared(&piece, name) {
                return self.stop(message);
            }
            self.lines.push(&piece);
        }
        let makes_up_line = !self.lines.close() && ends_in_newline;
        self.finish(TextEnd::File { makes_up_line }, Undecodable::default())
    }

    fn stop(mut self, undecodable: Undecodable) -> Source<'s> {
        self.lines.forget_open();
        self.finish(TextEnd::Undecodable, undecodable)
    }

    fn finish(self, end: TextEnd, undecodable: Undecodable) -> Source<'s> {
        Source {
            text: Cow::Owned(self.lines.text),
            declared: self.declared,
            end,
            undecodable,
            dropped: self.lines.dropped,
        }
    }

    /// What one read gives: up to a line end or a full buffer.
    fn piece(&mut self) -> Option<Cow<'s, [u8]>> {
        if self.rest.is_empty() {
            return None;
        }
        let limit = self.rest.len().min(PIECE_BYTES);
        let end = memchr::memchr2(b'\n', b'\r', &self.rest[..limit]).map_or(limit, |at| at + 1);
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        let Some(line) = taken.strip_suffix(b"\r") else {
            return Some(Cow::Borrowed(taken));
        };
        self.rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        Some(Cow::Owned([line, b"\n"].concat()))
    }

    /// The number that CPython has for the line that a read goes into: it counts a line after its first piece.
    fn lines_counted(&self) -> usize {
        self.lines.line + usize::from(self.lines.open.is_some())
    }

    /// Obeys a coding line; the codec that has to decode everything after it.
    fn declare(&mut self, piece: &[u8]) -> Result<Option<Codec>, String> {
        if self.settled || self.lines_counted() >= 2 {
            return Ok(None);
        }
        let piece = up_to_nul(piece);
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

    fn undeclared(&self, piece: &[u8], name: &str) -> Option<Undecodable> {
        if self.declared != Declared::Nothing {
            return None;
        }
        let byte = up_to_nul(piece).iter().find(|b| !b.is_ascii())?;
        let name: String = name.chars().take(200).collect();
        let before = format!("Non-ASCII character '\\x{byte:02x}' in file {name} on line ");
        let after =
            ", but no encoding declared; see http://python.org/dev/peps/pep-0263/ for details";
        Some(Undecodable {
            before,
            number: Some(Number {
                lines: self.lines.line,
                is_later: self.lines.open.is_some(),
                after,
            }),
        })
    }

    /// Everything after the coding line goes through a codec, whose reader knows nothing of line ends but its own.
    fn decode_rest(mut self, codec: Codec) -> Source<'s> {
        let lines = &mut self.lines;
        let read = codecs::decode_lines(codec, self.rest, &mut |line| {
            for piece in line.chunks(PIECE_BYTES) {
                lines.push(piece);
            }
        });
        if let Err(message) = read {
            return self.stop(Undecodable::message(message));
        }
        self.lines.close();
        let end = TextEnd::File {
            makes_up_line: false,
        };
        self.finish(end, Undecodable::default())
    }
}

fn up_to_nul(piece: &[u8]) -> &[u8] {
    memchr::memchr(0, piece).map_or(piece, |at| &piece[..at])
}
