//! A stream of XML bytes, cut into the children of its root.
//!
//! A server that ignores paging answers with the whole library at once: 80 MB for 50,000 films.
//! Cutting the stream at the root's children keeps one film in memory at a time, and a document
//! that breaks off still gives what came before. What is inside a child is for
//! [`super::element`]; this module only knows tags, quotes and comments.

use std::io::Read;

use super::element::{self, Element, Encoding};
use super::{Fault, json};

/// No server nests its answers more deeply than a handful of levels.
const MAX_DEPTH: usize = 64;
/// No child of a root, and no root tag, is as large as this.
const MAX_CHILD: usize = 16 << 20;
/// What may follow the root's end and is still read, so that a connection can be used again.
const MAX_EPILOGUE: usize = 64 << 10;
/// JSON is not cut but parsed whole, so it has a limit of its own.
const MAX_JSON: u64 = 256 << 20;
const CHUNK: usize = 64 << 10;

/// Reads one document from a stream.
pub struct Reader<R> {
    input: R,
    /// Bytes read and not yet given away; `start` is where the next part begins.
    buffer: Vec<u8>,
    start: usize,
    encoding: Encoding,
    is_root_empty: bool,
    is_done: bool,
    given: usize,
    repaired: usize,
    /// The children of a JSON document, in reverse.
    parsed: Option<Vec<Element>>,
}

/// A tag as the cutter sees it; `end` is the place after it.
struct Tag {
    begin: usize,
    end: usize,
    kind: TagKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TagKind {
    Open,
    Close,
    SelfClosing,
}

impl<R: Read> Reader<R> {
    /// A reader over a stream; the first call of [`Reader::root`] reads from it.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            encoding: Encoding::Utf8,
            is_root_empty: false,
            is_done: false,
            given: 0,
            repaired: 0,
            parsed: None,
        }
    }

    /// The root element without its children. To be called once, before [`Reader::next_child`].
    pub fn root(&mut self) -> Result<Element, Fault> {
        while self.buffer.len() < 4 && self.fill()? {}
        if self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.start = 3;
        }
        let first = self.buffer[self.start..]
            .iter()
            .find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'{') {
            return self.json_root();
        }
        if self.buffer.starts_with(b"\xff\xfe") || self.buffer.starts_with(b"\xfe\xff") {
            return Err(Fault::Malformed("expected UTF-8, found UTF-16".to_owned()));
        }
        let tag = self.next_tag(self.start)?.ok_or_else(|| self.no_root())?;
        self.encoding = declared_encoding(&self.buffer[self.start..tag.begin]);
        let mut bytes = self.buffer[tag.begin..tag.end].to_vec();
        match tag.kind {
            TagKind::Close => {
                return Err(Fault::Malformed("it begins with a closing tag".to_owned()));
            }
            TagKind::SelfClosing => self.is_root_empty = true,
            // Closed by hand, so that the tag alone is a document.
            TagKind::Open => {
                bytes.pop();
                bytes.extend_from_slice(b"/>");
            }
        }
        self.start = tag.end;
        self.parse(&bytes)
    }

    /// The next child of the root; `None` at the root's end.
    pub fn next_child(&mut self) -> Result<Option<Element>, Fault> {
        if let Some(children) = &mut self.parsed {
            self.given += 1;
            return Ok(children.pop());
        }
        if self.is_done {
            return Ok(None);
        }
        if self.is_root_empty {
            return self.finish();
        }
        let mut from = self.start;
        let mut begin = None;
        let mut depth = 0_usize;
        loop {
            let Some(tag) = self.next_tag(from)? else {
                return Err(Fault::Truncated(self.given));
            };
            match tag.kind {
                TagKind::Close if depth == 0 => {
                    self.start = tag.end;
                    return self.finish();
                }
                TagKind::Close => depth -= 1,
                TagKind::Open => depth += 1,
                TagKind::SelfClosing => {}
            }
            if depth > MAX_DEPTH {
                return Err(Fault::Excessive(format!(
                    "elements nested more than {MAX_DEPTH} deep"
                )));
            }
            let begin = *begin.get_or_insert(tag.begin);
            if depth == 0 {
                let bytes = self.buffer[begin..tag.end].to_vec();
                self.start = tag.end;
                self.given += 1;
                self.compact();
                return self.parse(&bytes).map(Some);
            }
            from = tag.end;
        }
    }

    /// How many elements had to be repaired so far.
    pub fn repaired(&self) -> usize {
        self.repaired
    }

    fn parse(&mut self, bytes: &[u8]) -> Result<Element, Fault> {
        let (element, repaired) = element::parse(bytes, self.encoding)?;
        self.repaired += usize::from(repaired);
        Ok(element)
    }

    fn json_root(&mut self) -> Result<Element, Fault> {
        let mut bytes = self.buffer.split_off(self.start);
        let mut limited = (&mut self.input).take(MAX_JSON);
        limited.read_to_end(&mut bytes).map_err(Fault::Stream)?;
        let mut root = json::parse(&bytes)?;
        let mut children = std::mem::take(&mut root.children);
        children.reverse();
        self.parsed = Some(children);
        self.is_done = true;
        Ok(root)
    }

    /// Reads what follows the root, so that the stream is at its end.
    fn finish(&mut self) -> Result<Option<Element>, Fault> {
        self.is_done = true;
        let limit = self.buffer.len() + MAX_EPILOGUE;
        while self.buffer.len() < limit && self.fill()? {}
        Ok(None)
    }

    fn no_root(&self) -> Fault {
        let rest = &self.buffer[self.start..];
        if rest.contains(&b'<') {
            return Fault::Truncated(0);
        }
        let blank = rest.iter().all(u8::is_ascii_whitespace);
        Fault::Malformed(if blank { "it is empty" } else { "it is no XML" }.to_owned())
    }

    /// Drops what was given away once it is the larger part, so that bytes are moved seldom.
    fn compact(&mut self) {
        if self.start > CHUNK && self.start * 2 > self.buffer.len() {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
    }

    /// Reads more bytes; false at the end of the stream.
    fn fill(&mut self) -> Result<bool, Fault> {
        let old = self.buffer.len();
        if old - self.start > MAX_CHILD {
            return Err(Fault::Excessive(format!(
                "an element of more than {} MiB",
                MAX_CHILD >> 20
            )));
        }
        self.buffer.resize(old + CHUNK, 0);
        let read = loop {
            match self.input.read(&mut self.buffer[old..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(old + *read.as_ref().unwrap_or(&0));
        read.map(|n| n > 0).map_err(Fault::Stream)
    }

    /// The next tag at or after a place in the buffer; `None` if the stream has no other one.
    fn next_tag(&mut self, mut from: usize) -> Result<Option<Tag>, Fault> {
        loop {
            let Some(begin) = self.find(from, |rest| memchr::memchr(b'<', rest))? else {
                return Ok(None);
            };
            while self.buffer.len() < begin + 9 && self.fill()? {}
            let rest = &self.buffer[begin..];
            let skip_to: &[u8] = if rest.starts_with(b"<!--") {
                b"-->"
            } else if rest.starts_with(b"<![CDATA[") {
                b"]]>"
            } else if rest.starts_with(b"<?") {
                b"?>"
            } else if rest.starts_with(b"<!") {
                b">"
            } else {
                return self.tag_at(begin);
            };
            let found = self.find(begin + 2, |rest| memchr::memmem::find(rest, skip_to))?;
            match found {
                Some(at) => from = at + skip_to.len(),
                None => return Ok(None),
            }
        }
    }

    fn tag_at(&mut self, begin: usize) -> Result<Option<Tag>, Fault> {
        let mut at = begin + 1;
        loop {
            let Some(found) = self.find(at, |rest| memchr::memchr3(b'>', b'"', b'\'', rest))?
            else {
                return Ok(None);
            };
            match self.buffer[found] {
                b'>' => {
                    let kind = match (self.buffer[begin + 1], self.buffer[found - 1]) {
                        (b'/', _) => TagKind::Close,
                        (_, b'/') => TagKind::SelfClosing,
                        _ => TagKind::Open,
                    };
                    return Ok(Some(Tag {
                        begin,
                        end: found + 1,
                        kind,
                    }));
                }
                quote => match self.find(found + 1, |rest| memchr::memchr(quote, rest))? {
                    Some(end) => at = end + 1,
                    None => return Ok(None),
                },
            }
        }
    }

    /// Looks for something from a place on, reading more while it is not there.
    fn find(
        &mut self,
        from: usize,
        look: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<Option<usize>, Fault> {
        // What was looked through is not looked through again, but for a needle's first bytes.
        const LONGEST_NEEDLE: usize = 3;
        let mut at = from;
        loop {
            if let Some(found) = self.buffer.get(at..).and_then(&look) {
                return Ok(Some(at + found));
            }
            at = at
                .max(self.buffer.len().saturating_sub(LONGEST_NEEDLE - 1))
                .max(from);
            if !self.fill()? {
                return Ok(None);
            }
        }
    }
}

fn declared_encoding(prologue: &[u8]) -> Encoding {
    let text = String::from_utf8_lossy(prologue).to_ascii_lowercase();
    if text.contains("iso-8859-1") || text.contains("latin1") || text.contains("windows-1252") {
        Encoding::Latin1
    } else {
        Encoding::Utf8
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
