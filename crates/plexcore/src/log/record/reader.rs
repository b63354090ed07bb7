//! Bytes to records, streaming: memory depends on the longest record, never on the file.

use std::io::{self, Read};

use super::{BOM, Record, Shape, head_behind_another};
use crate::log::head::{Head, plain};
use crate::log::outer::Outer;
use crate::stamp::{LogClock, Stamp};

/// How much is read at once.
const BLOCK: usize = 256 << 10;
/// A record longer than this is passed on in pieces, so that a file without line ends stays readable.
pub const MOST_BYTES: usize = 8 << 20;

/// So many records are given out at once at most: enough that a step done for all of them takes its code
/// into the processor's cache once instead of every time, few enough that their bytes stay there too.
pub(super) const MOST_GIVEN: usize = 128;

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
    /// The records given out last, whose bytes stay where they are until the next are asked for.
    given: Vec<Given>,
}

/// A record that is given out, with the place of its bytes in the buffer.
#[derive(Debug, Clone, Copy)]
struct Given {
    from: usize,
    end: usize,
    shape: Shape,
    outer: Outer,
    line: u64,
    lines: u64,
    first_end: u32,
}

/// Records that stand one behind the other in a reader's buffer, in their order.
///
/// It is little more than a place, so that it can be gone through more than once.
#[derive(Debug, Clone)]
pub struct Few<'a> {
    given: std::slice::Iter<'a, Given>,
    buffer: &'a [u8],
    offset: u64,
}

impl<'a> Iterator for Few<'a> {
    type Item = Record<'a>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a>> {
        let given = self.given.next()?;
        Some(Record {
            bytes: &self.buffer[given.from..given.end],
            shape: given.shape,
            outer: given.outer,
            offset: self.offset + given.from as u64,
            line: given.line,
            lines: given.lines,
            first_end: given.first_end,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.given.size_hint()
    }
}

impl ExactSizeIterator for Few<'_> {}

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
            given: Vec::new(),
        }
    }

    /// The next record, or `None` at the end of the stream.
    #[expect(
        clippy::should_implement_trait,
        reason = "a record borrows the buffer, which Iterator can't say"
    )]
    pub fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        self.find(1)?;
        Ok(self.given().next())
    }

    /// The next records, as many as are at hand but not many; none at the end of the stream.
    pub fn next_few(&mut self) -> io::Result<Few<'_>> {
        self.find(MOST_GIVEN)?;
        Ok(self.given())
    }

    /// Whether what was read so far ends within a line.
    pub fn is_cut(&self) -> bool {
        !self.at_line_start
    }

    fn given(&self) -> Few<'_> {
        Few {
            given: self.given.iter(),
            buffer: &self.buffer,
            offset: self.offset,
        }
    }

    /// Finds the next records, at most so many and none at the end of the stream.
    fn find(&mut self, most: usize) -> io::Result<()> {
        self.given.clear();
        while self.given.len() < most {
            if self.take_line() {
                continue;
            }
            if self.at_end {
                let end = self.filled;
                if end == self.start {
                    break;
                }
                self.cut_within(end);
            } else if self.filled - self.start >= MOST_BYTES {
                let end = self.scanned;
                self.cut_within(end);
            } else if self.given.is_empty() {
                self.fill()?;
            } else {
                // To read more moves the buffer's bytes, and those of what was found are wanted.
                break;
            }
        }
        Ok(())
    }

    /// Takes the next line, which begins a record or belongs to the current one; `false` if the buffer
    /// does not hold it to its end.
    #[inline]
    fn take_line(&mut self) -> bool {
        let rest = &self.buffer[self.scanned..self.filled];
        if rest.is_empty() {
            return false;
        }
        let end = memchr::memchr(b'\n', rest);
        if end.is_none() && !self.at_end && rest.len() < MOST_BYTES {
            return false;
        }
        let length = end.map_or(rest.len(), |end| end + 1);
        let begins_line = self.at_line_start;
        self.at_line_start = end.is_some();
        if !(begins_line && self.begins_record(length)) {
            if self.scanned == self.start {
                self.first_end = length;
            }
            self.lines += u64::from(begins_line);
        }
        self.scanned += length;
        true
    }

    /// Whether the next line, of this length, has a head. Then the current record ends before it, and its
    /// own begins.
    #[inline]
    fn begins_record(&mut self, length: usize) -> bool {
        let line = &self.buffer[self.scanned..self.scanned + length];
        let time = self.clock.read(line);
        // The head's parts go straight to their places: a head that is returned as a whole is waited for.
        if let Some(time) = time
            && let Some(head) = plain::read(time, line)
        {
            self.begin(length, Outer::Nothing, head);
            return true;
        }
        self.begins_with_another_head(length, time)
    }

    /// The same for a head that has not the Framework's very form.
    #[inline(never)]
    fn begins_with_another_head(&mut self, length: usize, time: Option<Stamp>) -> bool {
        let line = &self.buffer[self.scanned..self.scanned + length];
        let is_first = self.offset == 0 && self.scanned == 0;
        let head = time.and_then(|time| Head::of_any_form(time, line));
        let found = head.map(|head| (Outer::Nothing, head));
        let found = found.or_else(|| head_within(line, is_first));
        if let Some((outer, head)) = found {
            self.begin(length, outer, head);
        }
        found.is_some()
    }

    #[inline]
    fn begin(&mut self, length: usize, outer: Outer, head: Head) {
        if self.scanned > self.start {
            self.cut(self.scanned);
        }
        self.shape = Shape::Record(head);
        self.outer = outer;
        self.start = self.scanned;
        self.first_end = length;
        self.lines = 1;
    }

    /// Gives out the current record.
    #[inline]
    fn cut(&mut self, end: usize) {
        self.given.push(Given {
            from: self.start,
            end,
            shape: self.shape,
            outer: self.outer,
            line: self.line,
            lines: self.lines,
            first_end: u32::try_from(self.first_end).unwrap_or(u32::MAX),
        });
        self.line += self.lines;
        self.lines = 0;
    }

    /// Gives out what there is of the current record; what follows is the rest of it.
    fn cut_within(&mut self, end: usize) {
        self.cut(end);
        self.start = end;
        self.scanned = end;
        self.shape = Shape::Remainder;
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

/// The head of a line that does not begin with one, and what it is behind; it may be the mark that a file
/// begins with.
fn head_within(line: &[u8], is_first: bool) -> Option<(Outer, Head)> {
    if is_first && let Some(rest) = line.strip_prefix(BOM) {
        let found = Head::parse(rest).map(|head| (Outer::Nothing, head));
        let (outer, head) = found.or_else(|| head_within(rest, false))?;
        return Some((outer, head.shifted(BOM.len())));
    }
    head_behind_another(line).map(|(outer, _, head)| (outer, head))
}
