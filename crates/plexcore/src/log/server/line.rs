//! One line of a server or scanner log: `Feb 06, 2026 10:11:12.123 [140363466406712] DEBUG - message`.
//!
//! Before about 2016 a colon stood before the milliseconds. Plex Web's console writes `Error \u{2014} `
//! for the level; viewers and pastes put numbers or file names in front.

use crate::log::head::Level;
use crate::log::outer::Outer;
use crate::stamp::Stamp;

/// A line of the server's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerLine<'a> {
    /// When it was written, in the server's local time.
    pub at: Stamp,
    /// The thread, as written.
    pub thread: &'a [u8],
    /// How grave; `VERBOSE` counts as DEBUG.
    pub level: Level,
    /// The message.
    pub text: &'a [u8],
}

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

impl<'a> ServerLine<'a> {
    /// Reads a line without its end. `None` if it has not the form of a server log.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        Self::bare(line).or_else(|| {
            Outer::candidates(line).find_map(|(_, prefix)| Self::bare(line.get(prefix..)?))
        })
    }

    fn bare(line: &'a [u8]) -> Option<Self> {
        let (at, rest) = stamp(line)?;
        let rest = rest.trim_ascii_start().strip_prefix(b"[")?;
        let end = memchr::memchr(b']', rest)?;
        let (thread, rest) = (&rest[..end], rest[end + 1..].trim_ascii_start());
        let length = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let level = level(&rest[..length])?;
        let rest = rest[length..].trim_ascii_start();
        let text = [
            b"-".as_slice(),
            "\u{2014}".as_bytes(),
            "\u{2013}".as_bytes(),
        ]
        .iter()
        .find_map(|dash| rest.strip_prefix(*dash))?;
        Some(Self {
            at,
            thread,
            level,
            text: text.trim_ascii(),
        })
    }
}

/// `Feb 06, 2026 10:11:12.123` and what follows it.
fn stamp(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let name: &[u8; 3] = line.first_chunk()?;
    let month = MONTHS.iter().position(|month| *month == name)? + 1;
    let mut rest = line.get(3..)?;
    let day = number(&mut rest, b" ")?;
    let year = number(&mut rest, b", ")?;
    let hour = number(&mut rest, b" ")?;
    let minute = number(&mut rest, b":")?;
    let second = number(&mut rest, b":")?;
    let millis = number(&mut rest, b".").or_else(|| number(&mut rest, b":"))?;
    let small = |value: u32| u8::try_from(value).ok();
    let at = Stamp::from_parts(
        (
            i32::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            small(day)?,
        ),
        (small(hour)?, small(minute)?, small(second)?),
        u16::try_from(millis).ok()?,
    )?;
    Some((at, rest))
}

/// The number after some bytes; `rest` is left as it was if they are not there.
fn number(rest: &mut &[u8], before: &[u8]) -> Option<u32> {
    let digits = rest.strip_prefix(before)?;
    // Days below ten are at times padded with a blank.
    let digits = digits.trim_ascii_start();
    let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    if count == 0 || count > 4 {
        return None;
    }
    let value = digits[..count]
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    *rest = &digits[count..];
    Some(value)
}

fn level(word: &[u8]) -> Option<Level> {
    const WORDS: [(&str, Level); 7] = [
        ("ERROR", Level::Error),
        ("WARN", Level::Warning),
        ("WARNING", Level::Warning),
        ("INFO", Level::Info),
        ("DEBUG", Level::Debug),
        ("VERBOSE", Level::Debug),
        ("FATAL", Level::Critical),
    ];
    WORDS
        .iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, level)| *level)
}
