//! The text of a file -> its lines, and places in them.
//!
//! Line ends are as Python sees them: `\n`, `\r\n` and a lone `\r`. Columns are told in characters from 1, since that is
//! what editors show.

use std::borrow::Cow;
use std::cell::Cell;

use crate::finding::Place;

/// A line that is longer than this is shown in part, in characters.
const SHOWN: usize = 160;
/// Bytes of a line that are kept on each side of a place: enough for what is shown, in whatever characters.
const KEPT: usize = 4 * SHOWN;

/// A text with the offsets of its lines.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: Cow<'t, [u8]>,
    starts: Vec<u32>,
    /// The place that was asked for last: places come in order, and a line may be as long as the file.
    last: Cell<Counted>,
}

/// How many characters stand before a byte of a line.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    line: u32,
    byte: usize,
    n_chars: usize,
}

impl<'t> Lines<'t> {
    /// The lines of a text whose line ends are `\n` already.
    pub(crate) fn of(text: &'t [u8]) -> Self {
        Self::over(Cow::Borrowed(text))
    }

    /// The lines of a file as it is on disk.
    pub(crate) fn of_raw(bytes: &'t [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if memchr::memchr(b'\r', bytes).is_none() {
            return Self::of(bytes);
        }
        let mut text = Vec::with_capacity(bytes.len());
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
                b'\r' => text.push(b'\n'),
                _ => text.push(byte),
            }
        }
        Self::over(Cow::Owned(text))
    }

    fn over(text: Cow<'t, [u8]>) -> Self {
        let ends = memchr::memchr_iter(b'\n', &text);
        let starts = std::iter::once(0)
            .chain(ends.map(|end| u32::try_from(end + 1).unwrap_or(u32::MAX)))
            .collect();
        let last = Cell::default();
        Self { text, starts, last }
    }

    /// The place of an offset.
    pub(crate) fn at(&self, offset: u32) -> Place {
        let line = self.number(offset);
        let start = self.starts.get((line as usize).saturating_sub(1)).copied();
        self.on(line, offset - start.unwrap_or(0))
    }

    /// The number of the line that an offset is in.
    pub(crate) fn number(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|&start| start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// All lines with their numbers.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let n_lines = u32::try_from(self.starts.len()).unwrap_or(u32::MAX);
        (1..=n_lines).map(|line| (line, self.line(line)))
    }

    /// The place of a byte (from 0) of a line (from 1). A line that does not exist has no text.
    pub(crate) fn on(&self, line: u32, byte: u32) -> Place {
        let bytes = self.line(line);
        let mut byte = bytes.len().min(byte as usize);
        // A place inside a character is that of the character.
        let back = bytes[..byte].iter().rev().take(3);
        if bytes.get(byte).is_some_and(|b| b & 0xc0 == 0x80) {
            let n_inside = back.take_while(|&&b| b & 0xc0 == 0x80).count() + 1;
            byte = byte.saturating_sub(n_inside);
        }
        let n_chars = self.chars_before(line, bytes, byte);
        let is_inside = |&at: &usize| bytes.get(at).is_some_and(|b| b & 0xc0 == 0x80);
        let mut start = byte.saturating_sub(KEPT);
        start += (start..start + 3).take_while(is_inside).count();
        let start = if start > byte { byte } else { start };
        let mut end = bytes.len().min(byte + KEPT);
        end -= (end.saturating_sub(3)..=end)
            .rev()
            .take_while(is_inside)
            .count()
            .min(end - byte);
        let kept = n_chars_of(&bytes[start..byte]);
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place {
            line,
            column: narrow(n_chars + 1),
            text: String::from_utf8_lossy(&bytes[start..end]).into_owned(),
            n_before: narrow(n_chars.saturating_sub(kept)),
            goes_on: end < bytes.len(),
        }
    }

    /// How many characters stand before a byte of a line.
    fn chars_before(&self, line: u32, bytes: &[u8], byte: usize) -> usize {
        let last = self.last.get();
        let from = if last.line == line && last.byte <= byte {
            last
        } else {
            Counted::default()
        };
        let n_chars = from.n_chars + n_chars_of(&bytes[from.byte..byte]);
        self.last.set(Counted {
            line,
            byte,
            n_chars,
        });
        n_chars
    }

    /// The place of a line as a whole: where its text begins.
    pub(crate) fn beginning(&self, line: u32) -> Place {
        let bytes = self.line(line);
        let blanks = bytes.len() - bytes.trim_ascii_start().len();
        self.on(line, u32::try_from(blanks).unwrap_or(0))
    }

    fn line(&self, line: u32) -> &[u8] {
        let Some(index) = (line as usize).checked_sub(1) else {
            return b"";
        };
        let Some(&start) = self.starts.get(index) else {
            return b"";
        };
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.text.len(), |&next| next as usize - 1);
        self.text.get(start as usize..end).unwrap_or_default()
    }
}

fn n_chars_of(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).chars().count()
}

impl Place {
    /// The line and, below it, a caret under the column; a long line is cut around it.
    pub(crate) fn excerpt(&self) -> Option<(String, String)> {
        if self.text.trim().is_empty() {
            return None;
        }
        let chars: Vec<char> = self.text.chars().collect();
        let caret = (self.column.max(1) - 1).saturating_sub(self.n_before) as usize;
        let caret = caret.min(chars.len());
        let start = if chars.len() <= SHOWN {
            0
        } else {
            caret.saturating_sub(SHOWN / 2).min(chars.len() - SHOWN)
        };
        let end = chars.len().min(start + SHOWN);
        let cut = |yes: bool| if yes { "..." } else { "" };
        let head = cut(start > 0 || self.n_before > 0);
        let shown: String = chars[start..end].iter().collect();
        let indent: String = chars[start..caret.max(start)]
            .iter()
            .map(|&c| blank_for(c))
            .collect();
        Some((
            format!(
                "{head}{}{}",
                plexcore::printable::printable(&shown),
                cut(end < chars.len() || self.goes_on)
            ),
            format!("{}{indent}^", " ".repeat(head.len())),
        ))
    }
}

/// Blanks as wide as a character is shown: a tab moves as far, an escape takes its length.
fn blank_for(c: char) -> String {
    if c == '\t' {
        return "\t".to_owned();
    }
    let width = plexcore::printable::printable(c.encode_utf8(&mut [0; 4]))
        .chars()
        .count();
    " ".repeat(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_of_python_ends_a_line() {
        let lines = Lines::of_raw(b"\xef\xbb\xbfa\r\nb\rc\nd");
        let texts: Vec<String> = (1..=5).map(|line| lines.on(line, 0).text).collect();
        assert_eq!(texts, ["a", "b", "c", "d", ""]);
    }

    #[test]
    fn columns_count_characters() {
        let lines = Lines::of("x\n\u{e9}\u{e9}y\n".as_bytes());
        let place = lines.at(6);
        assert_eq!((place.line, place.column), (2, 3));
        assert_eq!(place.excerpt().unwrap().1, "  ^");
        // A byte inside of a character stands for the whole.
        let inside = lines.at(5);
        assert_eq!((inside.line, inside.column), (2, 2));
        assert_eq!(
            inside.excerpt().unwrap(),
            ("\u{e9}\u{e9}y".to_owned(), " ^".to_owned())
        );
    }

    #[test]
    fn a_caret_stands_under_its_column_whatever_comes_before() {
        let place = Place {
            line: 1,
            column: 4,
            text: "\t\u{1b}[x".to_owned(),
            ..Place::default()
        };
        let (line, caret) = place.excerpt().unwrap();
        assert_eq!((line.as_str(), caret.as_str()), ("\t\\x1b[x", "\t     ^"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let place = Place {
            line: 1,
            column: 500,
            text: "a".repeat(499) + "b" + &"a".repeat(500),
            ..Place::default()
        };
        let (line, caret) = place.excerpt().unwrap();
        assert_eq!(line.chars().nth(caret.len() - 1), Some('b'));
        assert!(line.len() < 200, "{line}");
    }

    #[test]
    fn of_a_very_long_line_only_what_is_around_the_place_is_kept() {
        let long = "\u{e9}".repeat(100_000) + "b" + &"\u{e9}".repeat(100_000);
        let lines = Lines::of(long.as_bytes());
        for _ in 0..2 {
            let place = lines.at(200_000);
            assert_eq!(place.column, 100_001);
            assert!(place.text.len() < 2_000 && !place.text.contains('\u{fffd}'));
            let (line, caret) = place.excerpt().unwrap();
            assert_eq!(line.chars().nth(caret.chars().count() - 1), Some('b'));
            assert!(line.starts_with("...") && line.ends_with("..."), "{line}");
        }
        assert_eq!(lines.at(2).column, 2);
    }
}
