//! The key of a text whose digits and blanks are ASCII, in one pass, which stops only where something
//! may be replaced.
//!
//! Bytes above 0x7f stand for themselves; what they are matters only next to a number.

use fearless_simd::{Level, Simd, dispatch};
use memchr::{memchr, memchr2};

use super::candidates::Candidates;
use super::general::{begins_with_word, ends_in_word};
use super::key::{COLON_NUMBER, DOUBLE_QUOTED, Key, NUMBER, QUOTED, Stand, THREAD, TIME};

/// The bytes of a time.
pub(super) const TIME_BYTES: usize = 23;
/// The bytes of a time before its month.
const YEAR_BYTES: usize = 5;

/// Adds the key of a line from a place on, if its digits and blanks are ASCII; says whether they are. What
/// is before that place ends in a blank, and is given so that a short text can be looked at with it.
pub(super) fn add_key(line: &[u8], from: usize, key: &mut Key) -> bool {
    dispatch!(Level::new(), simd => add_key_with(simd, line, from, key))
}

#[expect(
    clippy::inline_always,
    reason = "what is called as a function is compiled for the oldest processor"
)]
#[inline(always)]
fn add_key_with<S: Simd>(simd: S, line: &[u8], from: usize, key: &mut Key) -> bool {
    let before = key.length();
    let mut text = Text {
        line,
        key,
        at: from,
        copied: from,
    };
    let mut candidates = Candidates::new(simd, line, from);
    while let Some(at) = candidates.next(text.at) {
        match line[at] {
            b'0'..=b'9' => text.take_word(at),
            // Most colons have no number behind them, which a look at the next byte tells.
            b':' if !line.get(at + 1).copied().is_some_and(begins_number) => text.at = at + 1,
            _ => text.take_opened(at),
        }
    }
    let copied = text.copied;
    if candidates.is_foreign {
        key.shorten(before);
    } else {
        key.part(line, copied, line.len());
    }
    !candidates.is_foreign
}

/// A text and how far its key is.
struct Text<'a> {
    line: &'a [u8],
    key: &'a mut Key,
    /// Everything before is decided.
    at: usize,
    /// Everything before is in the key.
    copied: usize,
}

impl Text<'_> {
    #[inline]
    fn replace(&mut self, at: usize, length: usize, by: &Stand) {
        self.key.part_and_stand(self.line, self.copied, at, by);
        self.at = at + length;
        self.copied = self.at;
    }

    /// A word that begins with a digit: a number, a time, or a number and a time. The month of a time
    /// whose year did not begin a word is one too: a time needs no boundary before it.
    fn take_word(&mut self, at: usize) {
        if let Some(time) = self.time_of_month(at) {
            return self.replace_time(time);
        }
        let (end, is_number) = self.word(at);
        let time = time_at_end(self.line, at, end);
        let stop = time.unwrap_or(end);
        if is_number && stop > at {
            self.replace(at, stop - at, &NUMBER);
        }
        self.at = stop;
        if time.is_some() {
            self.replace_time(stop);
        }
    }

    /// Where the time begins whose month begins here.
    fn time_of_month(&self, month: usize) -> Option<usize> {
        if month == 0 || self.line[month - 1] != b'-' {
            return None;
        }
        let begin = month.checked_sub(YEAR_BYTES)?;
        (begin >= self.at && is_time(&self.line[begin..])).then_some(begin)
    }

    /// What follows a time begins a word, whatever the time ended in.
    fn replace_time(&mut self, at: usize) {
        self.replace(at, TIME_BYTES, &TIME);
        if self.line.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.take_word(self.at);
        }
    }

    /// What begins with a sign, if it is whole.
    fn take_opened(&mut self, at: usize) {
        let rest = &self.line[at + 1..];
        let found = match self.line[at] {
            b'\'' => memchr(b'\'', rest).map(|length| (&QUOTED, length + 2)),
            b'"' => double_quoted_length(rest).map(|length| (&DOUBLE_QUOTED, length + 1)),
            b'(' => thread_length(&self.line[at..]).map(|length| (&THREAD, length)),
            _ => colon_number_length(self.line, at).map(|length| (&COLON_NUMBER, length)),
        };
        match found {
            Some((by, length)) => self.replace(at, length, by),
            None => self.at = at + 1,
        }
    }

    /// Where the word that begins here ends, and whether it is a number.
    fn word(&self, at: usize) -> (usize, bool) {
        let (before, rest) = self.line.split_at(at);
        let digits = count(rest, |byte| byte.is_ascii_digit());
        let more = count(&rest[digits..], is_word_byte);
        let is_alone = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii);
        let is_number = more == 0
            && (is_alone(rest.get(digits)) || !begins_with_word(&rest[digits..]))
            && (is_alone(before.last()) || !ends_in_word(before));
        (at + digits + more, is_number)
    }
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
pub(super) fn is_time(text: &[u8]) -> bool {
    const DATE: Form = Form::of(*b"0000-00-");
    const HOUR: Form = Form::of(*b"00 00:00");
    const END: Form = Form::of(*b"0:00,000");
    let Some(text) = text.first_chunk::<TIME_BYTES>() else {
        return false;
    };
    let (parts, _) = text.as_chunks::<8>();
    let [date, hour] = [0, 1].map(|at| u64::from_le_bytes(parts[at]));
    let end = text
        .last_chunk::<8>()
        .map_or(0, |end| u64::from_le_bytes(*end));
    DATE.fits(date) && HOUR.fits(hour) && END.fits(end)
}

/// Eight bytes, `0` for any digit.
struct Form {
    /// The form's bytes.
    bytes: u64,
    /// All bits of the bytes that are no digits.
    signs: u64,
}

impl Form {
    const fn of(form: [u8; 8]) -> Self {
        let (mut signs, mut at) = ([0; 8], 0);
        while at < form.len() {
            signs[at] = if form[at] == b'0' { 0 } else { u8::MAX };
            at += 1;
        }
        Self {
            bytes: u64::from_le_bytes(form),
            signs: u64::from_le_bytes(signs),
        }
    }

    /// A digit is 0x30 to 0x39: its upper half is 3, and stays 3 when six is added.
    fn fits(&self, text: u64) -> bool {
        const UPPER: u64 = u64::from_le_bytes([0xf0; 8]);
        const SIX: u64 = u64::from_le_bytes([6; 8]);
        let compared = self.signs | UPPER;
        let raised = (text & !UPPER) + SIX;
        (text ^ self.bytes) & compared == 0 && raised & UPPER & !self.signs == 0
    }
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

/// Whether a colon's number may begin here, behind blanks or at once.
fn begins_number(byte: u8) -> bool {
    byte.is_ascii_digit() || is_blank(byte)
}

/// What Python takes for a blank.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | 0x1c..=0x1f | b' ')
}

/// What Python takes for a part of a word.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
