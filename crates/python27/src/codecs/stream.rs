//! Bytes -> lines of text, read as Python's `StreamReader` reads a file.
//!
//! The reader takes 72 bytes, then more and more, and decodes what it took as a piece of its own. So the positions in
//! messages, and the line at which an error comes up, depend on how it reads; this follows it step by step.

use super::{Codec, Fault, utf};
use crate::literals;

const FIRST_READ: usize = 72;
const MAX_READ: usize = 8000;
const NOT_TEXT: &str = "codec did not return a unicode object";

/// Gives away the text of all lines, one after the other, up to the end or to an error, whose message it answers.
pub(super) fn read(codec: Codec, bytes: &[u8], take: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    if let Codec::Paired(..) | Codec::Shifted(_) | Codec::Lenient = codec {
        return read_by_lines(codec, bytes, take);
    }
    let mut reader = Reader {
        codec,
        rest: bytes,
        waiting: Vec::new(),
        chars: Vec::new(),
        lines: Vec::new(),
    };
    loop {
        let line = reader.line().map_err(|fault| fault.message)?;
        // What comes out of these is a byte string, which CPython does not take for a line.
        if matches!(codec, Codec::Transform(_)) {
            return Err(NOT_TEXT.to_owned());
        }
        if line.is_empty() {
            return Ok(());
        }
        take(&literals::encode(&line));
    }
}

/// The East Asian codecs have a reader of their own, which takes a line of bytes at a time, and each for itself.
fn read_by_lines(codec: Codec, bytes: &[u8], take: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let (chars, _) = codec.decode(line, true).map_err(|fault| fault.message)?;
        take(&literals::encode(&chars));
    }
    Ok(())
}

struct Reader<'b> {
    codec: Codec,
    rest: &'b [u8],
    /// Bytes that begin a character.
    waiting: Vec<u8>,
    /// Characters that were decoded but not handed out.
    chars: Vec<u32>,
    /// Whole lines that were decoded but not handed out, the next one last.
    lines: Vec<Vec<u32>>,
}

impl Reader<'_> {
    fn line(&mut self) -> Result<Vec<u32>, Fault> {
        if let Some(line) = self.lines.pop() {
            if self.lines.len() == 1 {
                self.chars = self.lines.pop().unwrap_or_default();
            }
            return Ok(line);
        }
        let mut size = FIRST_READ;
        let mut line = Vec::new();
        loop {
            let mut data = self.read(size, true)?;
            if data.last() == Some(&0x0d) {
                data.extend(self.read(1, false)?);
            }
            let nothing = data.is_empty();
            // What came before holds no line end, or it would have been handed out.
            let ends = data.iter().any(|&code| ends_line(code));
            line.extend(data);
            let mut lines = if ends { split_lines(&line) } else { Vec::new() };
            if lines.len() > 1 {
                let first = lines.remove(0);
                if lines.len() > 1 {
                    if let Some(last) = lines.last_mut() {
                        last.append(&mut self.chars);
                    }
                    lines.reverse();
                    self.lines = lines;
                } else {
                    let mut chars = lines.remove(0);
                    chars.append(&mut self.chars);
                    self.chars = chars;
                }
                return Ok(first);
            }
            if line.last().is_some_and(|&code| ends_line(code)) || nothing {
                return Ok(line);
            }
            if size < MAX_READ {
                size *= 2;
            }
        }
    }

    /// At most `size` characters. Reading goes on until there are that many, or no more bytes.
    fn read(&mut self, size: usize, first_line: bool) -> Result<Vec<u32>, Fault> {
        if !self.lines.is_empty() {
            self.lines.reverse();
            self.chars = self.lines.concat();
            self.lines.clear();
        }
        while self.chars.len() < size {
            let (taken, rest) = self.rest.split_at(self.rest.len().min(size));
            self.rest = rest;
            if self.only_waits(taken) {
                self.waiting.extend_from_slice(taken);
                continue;
            }
            let data = [self.waiting.as_slice(), taken].concat();
            let (codes, used) = self.decode(&data, first_line)?;
            self.waiting = data[used..].to_vec();
            self.chars.extend(codes);
            if taken.is_empty() {
                break;
            }
        }
        let n = self.chars.len().min(size);
        Ok(self.chars.drain(..n).collect())
    }

    /// Whether more bytes change nothing about those that wait: a run of UTF-7's base64 that goes on, however long.
    fn only_waits(&self, more: &[u8]) -> bool {
        self.codec == Codec::Utf7
            && !self.waiting.is_empty()
            && !more.is_empty()
            && more.iter().all(|&byte| utf::base64_digit(byte).is_some())
    }

    /// Decodes a piece. An error waits when a whole line is before it.
    fn decode(&mut self, data: &[u8], first_line: bool) -> Result<(Vec<u32>, usize), Fault> {
        match self.decode_all(data) {
            Err(Fault {
                start: Some(start),
                message,
            }) if first_line => {
                let decoded = self.decode_all(&data[..start])?;
                if split_lines(&decoded.0).len() <= 1 {
                    return Err(Fault {
                        start: Some(start),
                        message,
                    });
                }
                Ok(decoded)
            }
            result => result,
        }
    }

    /// Decodes a piece. Where a mark must come first, it says from then on which byte is the high one.
    fn decode_all(&mut self, data: &[u8]) -> Result<(Vec<u32>, usize), Fault> {
        let Some((width, family)) = self.codec.wanted_mark() else {
            return self.codec.decode(data, false);
        };
        let mark: &[&[u8]] = match width {
            2 => &[b"\xff\xfe", b"\xfe\xff"],
            _ => &[b"\xff\xfe\0\0", b"\0\0\xfe\xff"],
        };
        match mark.iter().position(|mark| data.starts_with(mark)) {
            Some(order) => {
                let codec = Codec::of_width(width, order == 1);
                let decoded = codec.decode_from(data, width, false)?;
                self.codec = codec;
                Ok(decoded)
            }
            None => match Codec::of_width(width, false).decode(data, false)? {
                (_, used) if used >= width => Err(Fault::plain(&format!(
                    "{family} stream does not start with BOM"
                ))),
                too_little => Ok(too_little),
            },
        }
    }
}

/// Bytes as characters for the search for line ends, of which a byte string has only two.
pub(super) fn bytes_as_codes(bytes: &[u8]) -> Vec<u32> {
    bytes
        .iter()
        .map(|&b| {
            if matches!(b, b'\n' | b'\r') {
                u32::from(b)
            } else {
                u32::from(b'x')
            }
        })
        .collect()
}

fn ends_line(code: u32) -> bool {
    matches!(code, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// Lines with their ends, as `unicode.splitlines` cuts them.
fn split_lines(codes: &[u32]) -> Vec<Vec<u32>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < codes.len() {
        let code = codes[at];
        at += 1;
        if ends_line(code) {
            at += usize::from(code == 0x0d && codes.get(at) == Some(&0x0a));
            lines.push(codes[start..at].to_vec());
            start = at;
        }
    }
    if start < codes.len() {
        lines.push(codes[start..].to_vec());
    }
    lines
}
