//! A record: what it is made of, and its lines.
//!
//! A record is a head and the lines after it up to the next head. Lines before a file's first head
//! (somebody cut the file) are one orphan record. Every line is in exactly one record.

mod reader;

pub use reader::{Few, MOST_BYTES, Records};

use super::head::Head;
use super::outer::Outer;
use crate::stamp::Stamp;

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
    if Head::parse(line).is_some() {
        return line;
    }
    let found = head_behind_another(line);
    &line[found.map_or(0, |(_, prefix, _)| prefix)..]
}

/// A line's head behind what another program put before it: that, its length, and the head, whose
/// places count from the line's beginning.
fn head_behind_another(line: &[u8]) -> Option<(Outer, usize, Head)> {
    Outer::candidates(line).find_map(|(outer, prefix)| {
        let head = Head::parse(&line[prefix..])?;
        Some((outer, prefix, head.shifted(prefix)))
    })
}

/// The lines of a text, without their ends. A text that ends in a line end has no empty last line.
pub fn lines_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let (line, behind) = rest.split_at(end);
        rest = behind;
        (!line.is_empty()).then(|| without_end(line))
    })
}

/// A line without its line feed and any carriage returns before that.
fn without_end(line: &[u8]) -> &[u8] {
    let mut line = line.strip_suffix(b"\n").unwrap_or(line);
    while let Some(shorter) = line.strip_suffix(b"\r") {
        line = shorter;
    }
    line
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
