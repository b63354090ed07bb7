//! The key of a text of ASCII in one pass, which stops only where something may be replaced.
//!
//! Bytes above 0x7f stand for themselves, which is right for all signs that are no part of a word.

use memchr::{memchr, memchr2};

use super::candidates::Candidates;

/// The bytes of a time.
const TIME_BYTES: usize = 23;

/// Adds the key of a text whose words, digits and blanks are ASCII.
pub(super) fn add_key(line: &[u8], out: &mut Vec<u8>) {
    let mut text = Text {
        line,
        out,
        at: 0,
        copied: 0,
    };
    let mut candidates = Candidates::new(line);
    while let Some(at) = candidates.next(text.at) {
        match line[at] {
            b'-' => text.take_time(at),
            b'0'..=b'9' => text.take_word(at),
            _ => text.take_opened(at),
        }
    }
    text.out.extend_from_slice(&line[text.copied..]);
}

/// A text and how far its key is.
struct Text<'a> {
    line: &'a [u8],
    out: &'a mut Vec<u8>,
    /// Everything before is decided.
    at: usize,
    /// Everything before is in the key.
    copied: usize,
}

impl Text<'_> {
    fn replace(&mut self, at: usize, length: usize, by: &[u8]) {
        self.out.extend_from_slice(&self.line[self.copied..at]);
        self.out.extend_from_slice(by);
        self.at = at + length;
        self.copied = self.at;
    }

    /// A word that begins with a digit: a number, a time, or a number and a time.
    fn take_word(&mut self, at: usize) {
        let (end, is_number) = word(self.line, at);
        let time = time_at_end(self.line, at, end);
        let stop = time.unwrap_or(end);
        if is_number && stop > at {
            self.replace(at, stop - at, b"[NUM]");
        }
        self.at = stop;
        if time.is_some() {
            self.replace_time(stop);
        }
    }

    /// A dash after a digit: the end of a time's year. A time needs no boundary before it.
    fn take_time(&mut self, dash: usize) {
        match dash.checked_sub(4).filter(|at| *at >= self.at) {
            Some(at) if is_time(&self.line[at..]) => self.replace_time(at),
            _ => self.at = dash + 1,
        }
    }

    /// What follows a time begins a word, whatever the time ended in.
    fn replace_time(&mut self, at: usize) {
        self.replace(at, TIME_BYTES, b"[TIMESTAMP]");
        if self.line.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.take_word(self.at);
        }
    }

    /// What begins with a sign, if it is whole.
    fn take_opened(&mut self, at: usize) {
        let rest = &self.line[at + 1..];
        let found: Option<(&[u8], usize)> = match self.line[at] {
            b'\'' => memchr(b'\'', rest).map(|length| (&b"'[STR]'"[..], length + 2)),
            b'"' => double_quoted_length(rest).map(|length| (&b"\"[STR]\""[..], length + 1)),
            b'(' => thread_length(&self.line[at..]).map(|length| (&b"[THREAD]"[..], length)),
            _ => colon_number_length(self.line, at).map(|length| (&b": [NUM]"[..], length)),
        };
        match found {
            Some((by, length)) => self.replace(at, length, by),
            None => self.at = at + 1,
        }
    }
}

/// Where the word that begins here ends, and whether it is a number.
fn word(line: &[u8], at: usize) -> (usize, bool) {
    let rest = &line[at..];
    let digits = count(rest, |byte| byte.is_ascii_digit());
    let more = count(&rest[digits..], is_word_byte);
    (at + digits + more, more == 0)
}

fn count(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| wanted(**byte)).count()
}

/// Where the time begins whose year ends the word.
fn time_at_end(line: &[u8], at: usize, end: usize) -> Option<usize> {
    if line.get(end) != Some(&b'-') || end - at < 4 {
        return None;
    }
    is_time(&line[end - 4..]).then_some(end - 4)
}

/// Whether a text begins with `2026-02-05 15:30:55,155`.
fn is_time(text: &[u8]) -> bool {
    text.len() >= TIME_BYTES
        && text
            .iter()
            .zip(b"0000-00-00 00:00:00,000")
            .all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                _ => byte == form,
            })
}

/// `(af09)`.
pub(super) fn thread_length(bytes: &[u8]) -> Option<usize> {
    let digits = bytes[1..]
        .iter()
        .take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        .count();
    (digits > 0 && bytes.get(1 + digits) == Some(&b')')).then_some(digits + 2)
}

/// The bytes up to and with the double quote that closes; what stands between single quotes was
/// replaced before, so that a double quote there closes nothing.
fn double_quoted_length(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr2(b'"', b'\'', &rest[at..])?;
        if rest[at] == b'"' {
            return Some(at + 1);
        }
        at += 1;
        at += memchr(b'\'', &rest[at..]).map_or(0, |length| length + 1);
    }
}

/// A colon, blanks, digits. Times were replaced before, so their years are no numbers.
fn colon_number_length(line: &[u8], at: usize) -> Option<usize> {
    let from = at + 1 + count(&line[at + 1..], is_blank);
    let end = from + count(&line[from..], |byte| byte.is_ascii_digit());
    let end = time_at_end(line, from, end).unwrap_or(end);
    (end > from).then(|| end - at)
}

/// What Python takes for a blank.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | 0x1c..=0x1f | b' ')
}

/// What Python takes for a part of a word.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
