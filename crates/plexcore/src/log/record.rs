//! Bytes to records, streaming: memory depends on the longest record, never on the file.
//!
//! A record is a head and the lines after it up to the next head. Lines before a file's first head
//! (somebody cut the file) are one orphan record. Every line is in exactly one record.

use std::io::{self, Read};

use super::head::Head;
use super::outer::Outer;
use crate::stamp::{LogClock, Stamp};

/// How much is read at once.
const BLOCK: usize = 256 << 10;
/// A record longer than this is passed on in pieces, so that a file without line ends stays readable.
pub const MOST_BYTES: usize = 8 << 20;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// What a stretch of lines is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A head with its continuation lines.
    Record(Head),
    /// Lines before the first head of a file.
    Orphan,
    /// The rest of a record that was too long to be held at once.
    Remainder,
}

/// A record, borrowed from the reader's buffer.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// All bytes, line ends included.
    pub bytes: &'a [u8],
    /// What it is.
    pub shape: Shape,
    /// The prefix that some other program put before its lines.
    pub outer: Outer,
    /// Where it begins in the (decompressed) file.
    pub offset: u64,
    /// The number of its first line in the file, from 1.
    pub line: u64,
    /// How many lines begin in it.
    pub lines: u64,
    /// Where its first line ends, the line end included.
    first_end: u32,
}

impl<'a> Record<'a> {
    /// When it was written; an orphan does not know.
    pub fn at(&self) -> Option<Stamp> {
        self.head().map(|head| head.at)
    }

    /// The head, if it has one.
    pub fn head(&self) -> Option<&Head> {
        match &self.shape {
            Shape::Record(head) => Some(head),
            Shape::Orphan | Shape::Remainder => None,
        }
    }

    /// The id of the thread that wrote it, or nothing.
    pub fn thread(&self) -> &'a [u8] {
        self.head().map_or(&[], |head| head.thread.of(self.bytes))
    }

    /// The first line whole, without its line end and without what another program put before it.
    pub fn first_line(&self) -> &'a [u8] {
        let line = without_end(&self.bytes[..self.first_line_end()]);
        let line = if self.line == 1 {
            line.strip_prefix(BOM).unwrap_or(line)
        } else {
            line
        };
        self.outer.strip(line)
    }

    /// The message of the first line; for an orphan the line itself.
    pub fn text(&self) -> &'a [u8] {
        match self.head() {
            Some(head) => {
                let line = without_end(&self.bytes[..self.first_line_end()]);
                line.get(head.text_start as usize..).unwrap_or_default()
            }
            None => self.first_line(),
        }
    }

    /// The lines after the first, without line ends and without what another program put before them.
    pub fn continuation(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let outer = self.outer;
        let rest = &self.bytes[self.first_line_end()..];
        lines_of(rest).map(move |line| outer.strip(line))
    }

    /// Whether it has more than one line.
    pub fn has_continuation(&self) -> bool {
        self.first_line_end() < self.bytes.len()
    }

    /// All lines, as [`Record::first_line`] and [`Record::continuation`] give them.
    pub fn all_lines(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        std::iter::once(self.first_line()).chain(self.continuation())
    }

    fn first_line_end(&self) -> usize {
        self.first_end as usize
    }
}

/// The first line of a text that begins where a record does, as [`Record::first_line`] gives it.
pub fn first_line_of(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
    let line = without_end(&text[..end]);
    let line = line.strip_prefix(BOM).unwrap_or(line);
    let found = head_in(line, &mut LogClock::default());
    &line[found.map_or(0, |(_, prefix, _)| prefix)..]
}

/// A line's head, behind what another program put before it: that, its length, and the head, whose
/// places count from the line's beginning.
#[inline]
fn head_in(line: &[u8], clock: &mut LogClock) -> Option<(Outer, usize, Head)> {
    let head = clock.read(line).and_then(|at| Head::after_time(at, line));
    if let Some(head) = head {
        return Some((Outer::Nothing, 0, head));
    }
    Outer::candidates(line).find_map(|(outer, prefix)| {
        let head = Head::parse(&line[prefix..])?;
        Some((outer, prefix, head.shifted(prefix)))
    })
}

/// The lines of a text, without their ends. A text that ends in a line end has no empty last line.
pub fn lines_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|b| *b == b'\n').map(without_end)
}

/// A line without its line feed and any carriage returns before that.
fn without_end(line: &[u8]) -> &[u8] {
    let mut line = line.strip_suffix(b"\n").unwrap_or(line);
    while let Some(shorter) = line.strip_suffix(b"\r") {
        line = shorter;
    }
    line
}

/// Reads records from a stream of bytes, one after the other.
pub struct Records<R> {
    source: R,
    /// How much is read at once.
    block: usize,
    buffer: Vec<u8>,
    /// The current record begins here in the buffer.
    start: usize,
    /// Bytes before this place are known not to begin the next record.
    scanned: usize,
    /// The buffer holds bytes up to here.
    filled: usize,
    at_end: bool,
    /// The buffer's first byte stands here in the file.
    offset: u64,
    line: u64,
    lines: u64,
    /// The length of the current record's first line.
    first_end: usize,
    shape: Shape,
    outer: Outer,
    clock: LogClock,
    /// The byte before `scanned` ended a line, so a head may begin there.
    at_line_start: bool,
}

/// A head found while looking for the end of the record before it.
struct Found {
    at: usize,
    head: Head,
    outer: Outer,
    /// The length of the line that it is in.
    length: usize,
}

impl<'a> Records<&'a [u8]> {
    /// Reads a text that is at hand, with no more memory than that takes.
    pub fn of(text: &'a [u8]) -> Self {
        Self {
            block: BLOCK.min(text.len() + 1),
            ..Self::new(text)
        }
    }
}

impl<R: Read> Records<R> {
    /// Reads from the beginning of a file.
    pub fn new(source: R) -> Self {
        Self {
            source,
            block: BLOCK,
            buffer: Vec::new(),
            start: 0,
            scanned: 0,
            filled: 0,
            at_end: false,
            offset: 0,
            line: 1,
            lines: 0,
            first_end: 0,
            shape: Shape::Orphan,
            outer: Outer::Nothing,
            clock: LogClock::default(),
            at_line_start: true,
        }
    }

    /// The next record, or `None` at the end of the stream.
    #[expect(
        clippy::should_implement_trait,
        reason = "a record borrows the buffer, which Iterator can't say"
    )]
    pub fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            if let Some(found) = self.scan() {
                if found.at > self.start {
                    return Ok(Some(self.cut(found.at, Some(found))));
                }
                self.begin(&found);
                continue;
            }
            if self.at_end {
                let end = self.filled;
                return Ok((end > self.start).then(|| self.cut(end, None)));
            }
            if self.filled - self.start >= MOST_BYTES {
                let end = self.scanned;
                return Ok(Some(self.cut(end, None)));
            }
            self.fill()?;
        }
    }

    /// Looks for the head of the next record in what the buffer holds, whole lines only.
    fn scan(&mut self) -> Option<Found> {
        loop {
            let rest = &self.buffer[self.scanned..self.filled];
            if rest.is_empty() {
                return None;
            }
            let end = memchr::memchr(b'\n', rest);
            if end.is_none() && !self.at_end && rest.len() < MOST_BYTES {
                return None;
            }
            let length = end.map_or(rest.len(), |end| end + 1);
            let begins_line = self.at_line_start;
            if begins_line && let Some(found) = self.head_at(self.scanned, length) {
                return Some(found);
            }
            if self.scanned == self.start {
                self.first_end = length;
            }
            self.lines += u64::from(begins_line);
            self.at_line_start = end.is_some();
            self.scanned += length;
        }
    }

    #[inline]
    fn head_at(&mut self, at: usize, length: usize) -> Option<Found> {
        let line = &self.buffer[at..at + length];
        let bom = if self.offset == 0 && at == 0 && line.starts_with(BOM) {
            BOM.len()
        } else {
            0
        };
        let (outer, _, head) = head_in(&line[bom..], &mut self.clock)?;
        Some(Found {
            at,
            head: if bom > 0 { head.shifted(bom) } else { head },
            outer,
            length,
        })
    }

    /// Makes the head that was found the current record's.
    #[inline]
    fn begin(&mut self, found: &Found) {
        self.shape = Shape::Record(found.head);
        self.outer = found.outer;
        self.start = found.at;
        self.scanned = found.at + found.length;
        self.first_end = found.length;
        self.lines = 1;
        self.at_line_start = self.buffer[self.scanned - 1] == b'\n';
    }

    /// Gives out the current record and begins the next one.
    #[inline]
    fn cut(&mut self, end: usize, next: Option<Found>) -> Record<'_> {
        let (from, shape, outer) = (self.start, self.shape, self.outer);
        let (line, lines, first_end) = (self.line, self.lines, self.first_end);
        self.line += lines;
        self.lines = 0;
        if let Some(found) = next {
            self.begin(&found);
        } else {
            self.start = end;
            self.scanned = end;
            self.shape = Shape::Remainder;
        }
        Record {
            bytes: &self.buffer[from..end],
            shape,
            outer,
            offset: self.offset + from as u64,
            line,
            lines,
            first_end: u32::try_from(first_end).unwrap_or(u32::MAX),
        }
    }

    /// Reads more, after moving the unfinished record to the front.
    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.offset += self.start as u64;
            self.filled -= self.start;
            self.scanned -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.filled + self.block {
            self.buffer.resize(self.filled + self.block, 0);
        }
        let read = loop {
            match self.source.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.filled += read;
        self.at_end = read == 0;
        Ok(())
    }
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
