//! Text -> tokens, with the faults and the line arithmetic of CPython's tokenizer.
//!
//! The tokenizer reads the text that [`encoding`](crate::encoding) prepared. It knows nothing of the grammar beyond
//! brackets, which suspend indentation. Errors are answered once; the caller stops at the first.
//!
//! Invariant: `line` and `column_base` are at any moment what CPython's `lineno` and `buf` would be, so that the
//! parser can report a failure at the place where the tokenizer happens to stand, as CPython does.

mod literal;
mod word;

use crate::encoding::{Dropped, Source, TextEnd};
use crate::label::Label;
use crate::tree::{Comment, Span};

/// CPython's limit on open indentations, the outermost level counted.
const MAX_INDENTS: usize = 100;
/// Bytes of a comment, its `#` not counted, that are searched for a tab size.
const TAB_COMMENT_BYTES: usize = 79;
const TAB_FORMS: [&[u8]; 4] = [b"tab-width:", b":tabstop=", b":ts=", b"set tabsize="];

/// A token. `line` is the one on which it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) label: Label,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) line: u32,
}

/// Why there is no further token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    LineEndInString,
    EndInTripleQuoted,
    InvalidToken,
    Unindent,
    TooManyIndents,
    AfterBackslash,
    /// The text ends because the next line could not be decoded.
    Undecodable,
}

/// The state between two tokens.
pub(crate) struct Tokenizer<'t> {
    text: &'t [u8],
    end: TextEnd,
    /// Lines that count without being in the text, those met taken away.
    dropped: &'t [Dropped],
    pos: usize,
    /// Where the last token begins.
    start: usize,
    /// The line CPython would report now.
    pub(crate) line: u32,
    /// Where CPython's line buffer begins: errors have their offset from here.
    column_base: usize,
    /// Whether the last line was begun inside a string literal.
    pub(crate) in_token: bool,
    /// Whether the end of the text was met.
    pub(crate) ended: bool,
    at_line_start: bool,
    depth: i64,
    indents: Vec<u32>,
    pending: i32,
    tab_size: u32,
    comments: Option<Vec<Comment>>,
    /// Bytes that CPython's cursor is ahead of `pos` when it made up a line end.
    phantom: usize,
}

impl<'t> Tokenizer<'t> {
    pub(crate) fn new(source: &'t Source<'_>, keep_comments: bool) -> Tokenizer<'t> {
        Tokenizer {
            text: &source.text,
            end: source.end,
            dropped: &source.dropped,
            pos: 0,
            start: 0,
            line: 0,
            column_base: 0,
            in_token: false,
            ended: false,
            at_line_start: true,
            depth: 0,
            indents: vec![0],
            pending: 0,
            tab_size: 8,
            comments: keep_comments.then(Vec::new),
            phantom: 0,
        }
    }

    /// The comments met so far, if they were asked for.
    pub(crate) fn take_comments(&mut self) -> Vec<Comment> {
        self.comments.take().unwrap_or_default()
    }

    /// The offset that an error raised now has.
    pub(crate) fn offset(&self) -> usize {
        self.pos + self.phantom - self.column_base
    }

    /// Where the text begins that offsets count from.
    pub(crate) fn column_base(&self) -> usize {
        self.column_base
    }

    /// Closes all indentations, as the end of the text does.
    pub(crate) fn close_indents(&mut self) {
        let open = self.indents.len() - 1;
        if open > 0 {
            self.pending = -i32::try_from(open).unwrap_or(i32::MAX);
            self.indents.truncate(1);
        }
    }

    /// The label of the next token; the end marker again and again once the text has ended.
    pub(crate) fn next(&mut self) -> Result<Label, Fault> {
        loop {
            let mut blank = false;
            if self.at_line_start {
                self.at_line_start = false;
                blank = self.indentation()?;
            }
            if self.pending != 0 {
                self.start = self.pos;
                let opens = self.pending > 0;
                self.pending -= self.pending.signum();
                return Ok(if opens { Label::Indent } else { Label::Dedent });
            }
            while self.byte() == Some(b' ') {
                self.pos += 1;
            }
            let found = match self.byte() {
                Some(c) if CLASSES[c as usize] == WORD => Some(c),
                _ => self.skip_blanks()?,
            };
            self.start = self.pos;
            let Some(c) = found else {
                return Ok(Label::EndMarker);
            };
            if c == b'\n' {
                self.pos += 1;
                self.at_line_start = true;
                if blank || self.depth > 0 {
                    continue;
                }
                return Ok(Label::Newline);
            }
            return self.token_at(c);
        }
    }

    /// The last token, under the label it was given.
    pub(crate) fn token(&self, label: Label) -> Token {
        // Texts past 4 GiB are refused before they come here.
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Token {
            label,
            start: narrow(self.start),
            end: narrow(self.pos),
            line: self.line,
        }
    }

    /// Goes on after a fault, at the next line; false when there is none. What was open is closed.
    pub(crate) fn resume(&mut self) -> bool {
        if self.pos >= self.text.len() {
            return false;
        }
        if self.text.get(self.pos.wrapping_sub(1)) != Some(&b'\n') {
            self.skip_line();
        }
        self.at_line_start = true;
        self.depth = 0;
        self.pending = 0;
        self.pos < self.text.len()
    }

    /// Forgets open brackets, as when a new statement plainly begins inside them.
    pub(crate) fn rewind(&mut self, pos: usize, line: u32) {
        self.pos = pos;
        self.line = line;
        self.at_line_start = true;
        self.depth = 0;
        self.pending = 0;
        self.ended = false;
    }

    fn byte(&self) -> Option<u8> {
        self.text.get(self.pos).copied()
    }

    /// Enters the next line; false at the end of the text. `in_token` when a string literal runs on.
    fn begin_line(&mut self, in_token: bool) -> Result<bool, Fault> {
        self.in_token = in_token;
        if let [next, rest @ ..] = self.dropped
            && next.at == self.pos
        {
            self.line += next.lines;
            self.dropped = rest;
            if !in_token {
                self.column_base = self.pos;
            }
        }
        if self.pos < self.text.len() {
            self.line += 1;
            if !in_token {
                self.column_base = self.pos;
            }
            return Ok(true);
        }
        if self.ended {
            return Ok(false);
        }
        match self.end {
            TextEnd::String => {}
            TextEnd::File { .. } => self.line += 1,
            TextEnd::Undecodable => {
                self.line += 1;
                return Err(Fault::Undecodable);
            }
        }
        self.ended = true;
        Ok(false)
    }

    /// Measures the indentation of a new line and notes what it opens or closes; true for a blank or comment line.
    fn indentation(&mut self) -> Result<bool, Fault> {
        let mut column = 0;
        if self.begin_line(false)? {
            loop {
                match self.byte() {
                    Some(b' ') => column += 1,
                    Some(b'\t') => column = (column / self.tab_size + 1) * self.tab_size,
                    Some(b'\x0c') => column = 0,
                    Some(b'#' | b'\n') => return Ok(true),
                    Some(_) => break,
                    None => {
                        self.begin_line(false)?;
                        break;
                    }
                }
                self.pos += 1;
            }
        }
        if self.depth > 0 {
            return Ok(false);
        }
        let current = self.indents.last().copied().unwrap_or_default();
        if column > current {
            if self.indents.len() >= MAX_INDENTS {
                self.skip_line();
                return Err(Fault::TooManyIndents);
            }
            self.pending += 1;
            self.indents.push(column);
        } else if column < current {
            while self.indents.len() > 1 && self.indents.last().is_some_and(|&top| column < top) {
                self.pending -= 1;
                self.indents.pop();
            }
            if self.indents.last() != Some(&column) {
                self.skip_line();
                return Err(Fault::Unindent);
            }
        }
        Ok(false)
    }

    fn skip_line(&mut self) {
        let rest = self.text.get(self.pos..).unwrap_or_default();
        self.pos += memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    }

    /// Skips blanks, comments and continued line ends; the byte that stands there, which is not consumed.
    fn skip_blanks(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            match self.byte() {
                Some(b' ' | b'\t' | b'\x0c') => self.pos += 1,
                Some(b'#') => self.comment(),
                Some(b'\\') => {
                    if self.text.get(self.pos + 1) != Some(&b'\n') {
                        self.pos += 1;
                        self.skip_line();
                        return Err(Fault::AfterBackslash);
                    }
                    self.pos += 2;
                    if !self.begin_line(false)? {
                        return Ok(None);
                    }
                }
                Some(c) => return Ok(Some(c)),
                None => {
                    self.begin_line(false)?;
                    return Ok(None);
                }
            }
        }
    }

    fn comment(&mut self) {
        let rest = &self.text[self.pos..];
        let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        // The line end is one of the bytes CPython looks at.
        let seen = &rest[1..(len + 1).min(rest.len()).min(1 + TAB_COMMENT_BYTES)];
        if memchr::memchr2(b':', b'=', seen).is_some() {
            self.tab_size_from(seen);
        }
        if let Some(comments) = &mut self.comments {
            let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span {
                start: narrow(self.pos),
                end: narrow(self.pos + len),
            };
            comments.push(Comment {
                span,
                line: self.line,
            });
        }
        self.pos += len;
    }

    /// Obeys the editors' notes on the width of a tab, as CPython 2 does from that line on.
    fn tab_size_from(&mut self, comment: &[u8]) {
        for form in TAB_FORMS {
            if let Some(at) = memchr::memmem::find(comment, form) {
                let size = c_integer(&comment[at + form.len()..]);
                if (1..=40).contains(&size) {
                    self.tab_size = size.unsigned_abs();
                }
            }
        }
    }

    fn token_at(&mut self, c: u8) -> Result<Label, Fault> {
        match CLASSES[c as usize] {
            WORD => self.word(),
            DIGIT => {
                self.number()?;
                Ok(Label::Number)
            }
            QUOTE => self.string(c),
            _ if c == b'.' && self.text.get(self.pos + 1).is_some_and(u8::is_ascii_digit) => {
                self.pos += 1;
                self.fraction()?;
                Ok(Label::Number)
            }
            _ => Ok(self.operator(c)),
        }
    }

    fn word(&mut self) -> Result<Label, Fault> {
        let rest = &self.text[self.pos..];
        let (len, start) = word::measure(rest);
        if len <= 2
            && let Some(&quote @ (b'"' | b'\'')) = rest.get(len)
            && is_string_prefix(&rest[..len])
        {
            self.pos += len;
            return self.string(quote);
        }
        self.pos += len;
        Ok(if len > word::LONGEST_KEYWORD {
            Label::Name
        } else {
            word::label(start)
        })
    }

    fn operator(&mut self, c: u8) -> Label {
        let second = self.text.get(self.pos + 1).copied().unwrap_or_default();
        // Only these can be the second of two.
        let may_pair = second == b'=' || second == b'>' || second == c;
        if may_pair && let Some(pair) = Label::of_pair(c, second) {
            self.pos += 2;
            let triple = if self.byte() == Some(b'=') {
                pair.with_assign()
            } else {
                None
            };
            self.pos += usize::from(triple.is_some());
            return triple.unwrap_or(pair);
        }
        match c {
            b'(' | b'[' | b'{' => self.depth += 1,
            b')' | b']' | b'}' => self.depth -= 1,
            _ => {}
        }
        self.pos += 1;
        Label::of_char(c)
    }
}

/// Classes of bytes that tokens begin with.
const OTHER: u8 = 0;
const WORD: u8 = 1;
const DIGIT: u8 = 2;
const QUOTE: u8 = 3;

const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut b: u8 = 0;
    while b < 128 {
        classes[b as usize] = match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => WORD,
            b'0'..=b'9' => DIGIT,
            b'"' | b'\'' => QUOTE,
            _ => OTHER,
        };
        b += 1;
    }
    classes
};

/// Whether these one or two letters make the quote after them the start of a string literal.
fn is_string_prefix(letters: &[u8]) -> bool {
    matches!(
        letters,
        [b'r' | b'R' | b'b' | b'B' | b'u' | b'U'] | [b'b' | b'B' | b'u' | b'U', b'r' | b'R']
    )
}

/// C's `atoi`, which wraps: blanks, a sign, digits.
fn c_integer(text: &[u8]) -> i32 {
    let mut rest = text
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b' ' | b'\t'..=b'\r'))
        .peekable();
    let negative = rest.peek() == Some(&b'-');
    if let Some(b'+' | b'-') = rest.peek() {
        rest.next();
    }
    let mut value: i64 = 0;
    for digit in rest.take_while(u8::is_ascii_digit) {
        value = value
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'));
    }
    let signed = if negative {
        value.wrapping_neg()
    } else {
        value
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "atoi keeps the low half of a long"
    )]
    let wrapped = signed as i32;
    wrapped
}
