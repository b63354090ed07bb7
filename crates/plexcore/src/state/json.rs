//! Where values begin and end in JSON text, as Python's `json` module writes it.
//!
//! That is JSON with `NaN`, `Infinity`, `-Infinity`, numbers of any size, unpaired surrogates in
//! escapes, keys that occur twice (the last one counts) and nesting of any depth. Nothing is turned into values:
//! the result is always a span of the text. No function here recurses.

use std::fmt;
use std::ops::Range;

/// Why a text is no JSON, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What was found, in words.
    pub found: String,
    /// What should have stood there.
    pub expected: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            found,
            expected,
        } = self;
        write!(
            out,
            "line {line} column {column}: expected {expected}, found {found}"
        )
    }
}

/// A member of an object: spans of its key (with the quotes) and of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

/// Checks that a text is one JSON value and gives back its span, without the white space and the
/// byte order mark around it.
pub fn check(text: &str) -> Result<Range<usize>, Fault> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let reader = Scan(text);
    let begin = reader.blank(start);
    let end = reader.value(begin).map_err(|miss| miss.in_text(text))?;
    let rest = reader.blank(end);
    if rest < text.len() {
        let miss = Miss {
            at: rest,
            expected: "the end of the file",
        };
        return Err(miss.in_text(text));
    }
    Ok(begin..end)
}

/// The members of the object at `span`; none if there is no object.
pub(super) fn members(text: &str, span: &Range<usize>) -> Vec<Member> {
    let reader = Scan(text);
    items(text, span, b'{', |at| {
        let key_end = reader.string(at)?;
        let begin = reader.blank(reader.blank(key_end) + 1);
        let end = reader.value(begin)?;
        let member = Member {
            key: at..key_end,
            value: begin..end,
        };
        Ok((member, end))
    })
}

/// The elements of the list at `span`; none if there is no list.
pub(super) fn elements(text: &str, span: &Range<usize>) -> Vec<Range<usize>> {
    let reader = Scan(text);
    items(text, span, b'[', |at| {
        let end = reader.value(at)?;
        Ok((at..end, end))
    })
}

fn items<T>(
    text: &str,
    span: &Range<usize>,
    opening: u8,
    read: impl Fn(usize) -> Result<(T, usize), Miss>,
) -> Vec<T> {
    let (reader, bytes) = (Scan(text), text.as_bytes());
    let mut found = Vec::new();
    if bytes.get(span.start) != Some(&opening) {
        return found;
    }
    let mut at = reader.blank(span.start + 1);
    // A span comes out of `check`, so that a miss can only mean the end of what is there.
    while let Ok((item, end)) = read(at) {
        found.push(item);
        at = reader.blank(end);
        if bytes.get(at) != Some(&b',') {
            break;
        }
        at = reader.blank(at + 1);
    }
    found
}

/// The characters that a string with its quotes stands for; `None` if it holds half a surrogate
/// pair, which no argument can name.
pub(super) fn decoded(quoted: &str) -> Option<String> {
    let mut units = Vec::new();
    let mut chars = quoted.get(1..quoted.len().checked_sub(1)?)?.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            chars.next()?
        } else {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            continue;
        };
        units.push(match c {
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'u' => {
                let digits: String = chars.by_ref().take(4).collect();
                u16::from_str_radix(&digits, 16).ok()?
            }
            other => u16::try_from(u32::from(other)).ok()?,
        });
    }
    String::from_utf16(&units).ok()
}

struct Miss {
    at: usize,
    expected: &'static str,
}

impl Miss {
    fn in_text(&self, text: &str) -> Fault {
        let before = &text[..self.at];
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        let found = match text[self.at..].chars().next() {
            Some(c) => format!("{c:?}"),
            None if text.is_empty() => "an empty file".to_owned(),
            None => "the end of the file".to_owned(),
        };
        Fault {
            line,
            column,
            found,
            expected: self.expected,
        }
    }
}

/// A text, read at positions that are handed in and out.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.0.as_bytes().get(at).copied()
    }

    fn blank(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    /// The end of the value that begins at `at`. Keeps its own stack, since Python wrote files
    /// a hundred thousand levels deep that it could not read back.
    fn value(&self, mut at: usize) -> Result<usize, Miss> {
        let mut open = Vec::new();
        loop {
            match self.byte(at) {
                Some(opening @ (b'{' | b'[')) => {
                    let inside = self.blank(at + 1);
                    // In ASCII a closing bracket comes two places after its opening one.
                    if self.byte(inside) == Some(opening + 2) {
                        at = inside + 1;
                    } else {
                        open.push(opening);
                        at = self.item_start(opening, inside)?;
                        continue;
                    }
                }
                _ => at = self.scalar(at)?,
            }
            loop {
                let Some(&opening) = open.last() else {
                    return Ok(at);
                };
                at = self.blank(at);
                match self.byte(at) {
                    Some(b',') => {
                        at = self.item_start(opening, self.blank(at + 1))?;
                        break;
                    }
                    Some(byte) if byte == opening + 2 => {
                        open.pop();
                        at += 1;
                    }
                    _ if opening == b'{' => {
                        return Err(Miss {
                            at,
                            expected: "a comma or }",
                        });
                    }
                    _ => {
                        return Err(Miss {
                            at,
                            expected: "a comma or ]",
                        });
                    }
                }
            }
        }
    }

    /// From the start of an item of an object or a list to the start of its value.
    fn item_start(&self, opening: u8, at: usize) -> Result<usize, Miss> {
        if opening == b'[' {
            return Ok(at);
        }
        if self.byte(at) != Some(b'"') {
            return Err(Miss {
                at,
                expected: "a key in double quotes",
            });
        }
        let colon = self.blank(self.string(at)?);
        if self.byte(colon) != Some(b':') {
            return Err(Miss {
                at: colon,
                expected: "a colon",
            });
        }
        Ok(self.blank(colon + 1))
    }

    fn scalar(&self, at: usize) -> Result<usize, Miss> {
        if self.byte(at) == Some(b'"') {
            return self.string(at);
        }
        for word in ["null", "true", "false", "NaN", "Infinity", "-Infinity"] {
            if self.0[at..].starts_with(word) {
                return Ok(at + word.len());
            }
        }
        self.number(at)
    }

    fn string(&self, at: usize) -> Result<usize, Miss> {
        let mut end = at + 1;
        loop {
            match self.byte(end) {
                Some(b'"') => return Ok(end + 1),
                Some(b'\\') => end = self.escape(end)?,
                Some(byte) if byte >= 0x20 => end += 1,
                Some(_) => {
                    return Err(Miss {
                        at: end,
                        expected: "a string without control characters",
                    });
                }
                None => {
                    return Err(Miss {
                        at: end,
                        expected: "the end of a string",
                    });
                }
            }
        }
    }

    fn escape(&self, at: usize) -> Result<usize, Miss> {
        match self.byte(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => {
                let is_digit = |i| self.byte(i).is_some_and(|byte| byte.is_ascii_hexdigit());
                if (at + 2..at + 6).all(is_digit) {
                    Ok(at + 6)
                } else {
                    Err(Miss {
                        at,
                        expected: "four hexadecimal digits after \\u",
                    })
                }
            }
            _ => Err(Miss {
                at,
                expected: "a known escape",
            }),
        }
    }

    fn number(&self, at: usize) -> Result<usize, Miss> {
        let miss = Miss {
            at,
            expected: "a value",
        };
        let mut end = at + usize::from(self.byte(at) == Some(b'-'));
        end = match self.byte(end) {
            Some(b'0') => end + 1,
            Some(b'1'..=b'9') => self.digits(end),
            _ => return Err(miss),
        };
        if self.byte(end) == Some(b'.') {
            let after = self.digits(end + 1);
            if after == end + 1 {
                return Err(miss);
            }
            end = after;
        }
        if matches!(self.byte(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.byte(end + 1), Some(b'+' | b'-')));
            let after = self.digits(end + 1 + sign);
            if after == end + 1 + sign {
                return Err(miss);
            }
            end = after;
        }
        Ok(end)
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(|byte| byte.is_ascii_digit()) {
            at += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn everything_that_python_writes_is_read() {
        for text in [
            "{}",
            "[]",
            " [1, -0, 1.5e-7, 1E400] ",
            "\u{feff}{\"a\": NaN}",
            "[Infinity, -Infinity]",
            r#""\ud800 \udce9""#,
            "123456789012345678901234567890",
            "{\"a\": 1, \n \"b\": [{}, [[]]]}",
            "null",
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_named_with_its_place() {
        for (text, expected) in [
            ("", "line 1 column 1: expected a value, found an empty file"),
            (
                "{\"a\": 1,}",
                "line 1 column 9: expected a key in double quotes, found '}'",
            ),
            ("{\"a\" 1}", "line 1 column 6: expected a colon, found '1'"),
            (
                "{\n \"\u{e9}\": tru}",
                "line 2 column 7: expected a value, found 't'",
            ),
            ("[1 2]", "line 1 column 4: expected a comma or ], found '2'"),
            (
                "[1",
                "line 1 column 3: expected a comma or ], found the end of the file",
            ),
            (
                "{} {}",
                "line 1 column 4: expected the end of the file, found '{'",
            ),
            (
                "\"a",
                "line 1 column 3: expected the end of a string, found the end of the file",
            ),
            (
                "\"\\x\"",
                "line 1 column 2: expected a known escape, found '\\\\'",
            ),
            ("[01]", "line 1 column 3: expected a comma or ], found '1'"),
            ("[1.]", "line 1 column 2: expected a value, found '1'"),
        ] {
            assert_eq!(check(text).unwrap_err().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn depth_has_no_limit() {
        let deep = "[".repeat(300_000) + &"]".repeat(300_000);
        assert_eq!(check(&deep), Ok(0..600_000));
    }

    #[test]
    fn strings_stand_for_their_characters() {
        assert_eq!(
            decoded(r#""a\n\"\\\/\u00e9\ud83d\ude00""#).unwrap(),
            "a\n\"\\/\u{e9}\u{1f600}"
        );
        assert_eq!(decoded(r#""\udce9""#), None);
    }

    proptest! {
        #[test]
        fn no_text_stops_the_scanner(text in r#"[\[\]{}":,0-9a-z\\ .eE+-]{0,40}"#) {
            if let Ok(span) = check(&text) {
                members(&text, &span);
                elements(&text, &span);
            }
        }

        #[test]
        fn what_another_reader_takes_is_taken(text in r#"[\[\]{}":,0-9\\ .eE+-]{0,24}"#) {
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                prop_assert!(check(&text).is_ok());
            }
        }
    }
}
