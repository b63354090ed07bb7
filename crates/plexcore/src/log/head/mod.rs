//! The first line of a record: time, thread, level, place, message.
//!
//! The form is that of the plug-in Framework's formatter, the same in all 212 versions read
//! (`core.py`): `%(asctime)-15s (%(thread)x) :  %(levelname)s (%(module)s:%(lineno)d) - %(message)s`.
//! Beside it stand the forms met in public logs and pastes: console output with a logger's name,
//! trakt's dotted modules, two forms of HAMA, and blanks collapsed by paste sites.

pub(super) mod plain;

use crate::stamp::Stamp;

/// How grave a record says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `DEBUG`, and `TRACE` of plug-ins that add it.
    Debug,
    /// `INFO`.
    Info,
    /// `WARNING`.
    Warning,
    /// `ERROR`.
    Error,
    /// `CRITICAL`.
    Critical,
    /// Any other word in capitals, or none.
    Other,
}

impl Level {
    /// Every level, from the least grave on.
    pub const ALL: [Self; 6] = [
        Self::Debug,
        Self::Info,
        Self::Warning,
        Self::Error,
        Self::Critical,
        Self::Other,
    ];

    fn of(word: &[u8]) -> Self {
        match word {
            b"DEBUG" | b"TRACE" => Self::Debug,
            b"INFO" => Self::Info,
            b"WARNING" | b"WARN" => Self::Warning,
            b"ERROR" => Self::Error,
            b"CRITICAL" => Self::Critical,
            _ => Self::Other,
        }
    }

    /// The level's usual word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Critical => "CRITICAL",
            Self::Other => "OTHER",
        }
    }

    /// Whether a record of this level is an event by its level alone.
    pub fn is_loud(self) -> bool {
        matches!(self, Self::Warning | Self::Error | Self::Critical)
    }

    /// Whether a record of this level reports that something failed.
    pub fn is_error(self) -> bool {
        matches!(self, Self::Error | Self::Critical)
    }
}

/// A part of a line: where it begins and ends, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    fn new(start: usize, end: usize) -> Self {
        // Lines are cut far below 4 GiB (`record::MOST_BYTES`).
        Self {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
        }
    }

    /// The bytes of this part.
    pub fn of(self, line: &[u8]) -> &[u8] {
        line.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// The same part of a line that has `by` more bytes in front.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start as usize + by, self.end as usize + by)
    }
}

/// The parts of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// When it was written, in the log's own local time.
    pub at: Stamp,
    /// The thread's id: hexadecimal, at times negative, and text even when all its digits are decimal.
    pub thread: Span,
    /// How grave.
    pub level: Level,
    /// The module that the record says it comes from; never match on it (see [`crate::log`]).
    pub module: Span,
    /// Where the message begins in the line.
    pub text_start: u32,
    /// Whether it has the form that the Framework writes today, to the byte.
    pub is_plain: bool,
}

impl Head {
    /// Reads the head of a line, which begins at its time. `None` if it is no head.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let at = Stamp::parse_log(line)?;
        plain::read(at, line).or_else(|| Self::of_any_form(at, line))
    }

    /// The head of a line whose time has been read, in any of the forms.
    pub(super) fn of_any_form(at: Stamp, line: &[u8]) -> Option<Self> {
        let mut cursor = Cursor { line, at: 23 };
        cursor.blanks_at_least_one()?;
        if cursor.eat(b'-') {
            cursor.blanks_at_least_one()?;
            let word = cursor.word();
            cursor.blanks();
            if cursor.eat(b'-') {
                return Self::hama_agent_file(at, word, &mut cursor);
            }
        }
        if !cursor.eat(b'(') {
            return None;
        }
        let thread = cursor.thread()?;
        if cursor.eat(b')') {
            Self::framework(at, thread, &mut cursor)
        } else {
            Self::hama_columns(at, thread, &mut cursor)
        }
    }

    /// `:  LEVEL (module:line) - message`, after the thread.
    fn framework(at: Stamp, thread: Span, cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.blanks();
        if !cursor.eat(b':') {
            return None;
        }
        cursor.blanks();
        let level = cursor.level()?;
        cursor.blanks_at_least_one()?;
        if !cursor.eat(b'(') {
            return None;
        }
        let module = cursor.module_and_line()?;
        cursor.blanks();
        if !cursor.eat(b'-') {
            return None;
        }
        // One blank belongs to the form; more of them are the message's own.
        cursor.eat(b' ');
        Some(Self {
            at,
            thread,
            level,
            module,
            text_start: cursor.here(),
            is_plain: false,
        })
    }

    /// HAMA of 2016: `(-beee4c0/common         /UpdateMeta        / 345) INFO     message`.
    fn hama_columns(at: Stamp, thread: Span, cursor: &mut Cursor<'_>) -> Option<Self> {
        if !cursor.eat(b'/') {
            return None;
        }
        let start = cursor.at;
        let length = memchr::memchr(b')', &cursor.line[start..])?;
        let columns = &cursor.line[start..start + length];
        let mut parts = columns.split(|b| *b == b'/');
        let module = parts.next()?.trim_ascii();
        let number = parts.next_back()?.trim_ascii();
        if module.is_empty() || number.is_empty() || !number.iter().all(u8::is_ascii_digit) {
            return None;
        }
        cursor.at = start + length + 1;
        cursor.blanks_at_least_one()?;
        let level = cursor.level()?;
        cursor.blanks();
        let module = Span::new(start, start + module.len());
        Some(Self {
            at,
            thread,
            level,
            module,
            text_start: cursor.here(),
            is_plain: false,
        })
    }

    /// HAMA's `_root_.agent.log`: `TIME - thread - message`.
    fn hama_agent_file(at: Stamp, thread: Span, cursor: &mut Cursor<'_>) -> Option<Self> {
        if !is_thread(thread.of(cursor.line)) || cursor.blanks_at_least_one().is_none() {
            return None;
        }
        let none = Span::new(cursor.at, cursor.at);
        Some(Self {
            at,
            thread,
            level: Level::Other,
            module: none,
            text_start: cursor.here(),
            is_plain: false,
        })
    }

    /// The same head in a line that has `by` more bytes in front.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        let text_start = Span::new(self.text_start as usize, 0).shifted(by).start;
        Self {
            thread: self.thread.shifted(by),
            module: self.module.shifted(by),
            text_start,
            is_plain: false,
            ..self
        }
    }
}

fn is_thread(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    !digits.is_empty()
        && digits
            .iter()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// A place in a line that only moves forward.
struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn here(&self) -> u32 {
        Span::new(self.at, 0).start
    }

    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> Span {
        let start = self.at;
        let rest = self.line.get(start..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| wanted(**byte)).count();
        Span::new(start, self.at)
    }

    fn blanks(&mut self) {
        self.skip_while(|b| b == b' ' || b == b'\t');
    }

    fn blanks_at_least_one(&mut self) -> Option<()> {
        let start = self.at;
        self.blanks();
        (self.at > start).then_some(())
    }

    fn word(&mut self) -> Span {
        self.skip_while(|b| !b.is_ascii_whitespace())
    }

    fn thread(&mut self) -> Option<Span> {
        let start = self.at;
        self.eat(b'-');
        let digits = self.skip_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        (digits.start < digits.end).then(|| Span::new(start, self.at))
    }

    fn level(&mut self) -> Option<Level> {
        let word = self.skip_while(|b| b.is_ascii_uppercase());
        (word.start < word.end).then(|| Level::of(word.of(self.line)))
    }

    /// `module:line)`; the closing parenthesis is taken too.
    fn module_and_line(&mut self) -> Option<Span> {
        let module =
            self.skip_while(|b| !matches!(b, b'(' | b')' | b':') && !b.is_ascii_whitespace());
        if module.start == module.end || !self.eat(b':') {
            return None;
        }
        let number = self.skip_while(|b| b.is_ascii_digit());
        (number.start < number.end && self.eat(b')')).then_some(module)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> Option<(String, Level, String, String)> {
        let bytes = line.as_bytes();
        let head = Head::parse(bytes)?;
        let text = |span: Span| String::from_utf8_lossy(span.of(bytes)).into_owned();
        let message = String::from_utf8_lossy(&bytes[head.text_start as usize..]).into_owned();
        Some((text(head.thread), head.level, text(head.module), message))
    }

    #[test]
    fn every_form_met_in_public_logs_is_a_head() {
        for (line, thread, level, module, message) in [
            (
                "2026-02-05 15:30:55,155 (170513000) :  ERROR (utils:5552) - Alder - SEARCH::    Error x",
                "170513000",
                Level::Error,
                "utils",
                "Alder - SEARCH::    Error x",
            ),
            (
                "2020-02-04 01:12:02,937 (2108) : CRITICAL (core:574) - Exception in x",
                "2108",
                Level::Critical,
                "core",
                "Exception in x",
            ),
            (
                "2015-02-04 01:12:02,937 (-490f4450) :  DEBUG (networking:144) -  two blanks",
                "-490f4450",
                Level::Debug,
                "networking",
                " two blanks",
            ),
            (
                "2015-02-04 01:12:02,937 (7fe5d2ffd700):INFO (a/b:1) - x",
                "7fe5d2ffd700",
                Level::Info,
                "a/b",
                "x",
            ),
            (
                "2018-04-30 13:04:49,960 - com.plexapp.agents.subzero       (7f0) :  WARNING (core:5) - x",
                "7f0",
                Level::Warning,
                "core",
                "x",
            ),
            (
                "2026-04-30 13:04:49,960 - plex_metadata.guid               (7f0) :  TRACE (plex_metadata.guid:115) - x",
                "7f0",
                Level::Debug,
                "plex_metadata.guid",
                "x",
            ),
            (
                "2016-04-30 13:04:49,960 (-8f27900) : INFO (__init__/Start:68) - x",
                "-8f27900",
                Level::Info,
                "__init__/Start",
                "x",
            ),
            (
                "2016-04-30 13:04:49,960 (-beee4c0/common         /UpdateMeta        / 345) INFO     x",
                "-beee4c0",
                Level::Info,
                "common",
                "x",
            ),
            (
                "2019-04-30 13:04:49,960 - 7f3c - x y",
                "7f3c",
                Level::Other,
                "",
                "x y",
            ),
            (
                "2019-04-30 13:04:49,960 (7f) :  INFO (a:1) -",
                "7f",
                Level::Info,
                "a",
                "",
            ),
        ] {
            let expected = (
                thread.to_owned(),
                level,
                module.to_owned(),
                message.to_owned(),
            );
            assert_eq!(parts(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_a_head_is_none() {
        for line in [
            "",
            "2026-02-05 15:30:55,155",
            "2026-02-05 15:30:55,155 no thread",
            "2026-02-05 15:30:55,155 (XYZ) :  ERROR (utils:1) - x",
            "2026-02-05 15:30:55,155 (-) :  ERROR (utils:1) - x",
            "2026-02-05 15:30:55,155 (12) :  error (utils:1) - x",
            "2026-02-05 15:30:55,155 (12) :  ERROR (utils) - x",
            "2026-02-05 15:30:55,155 (12) :  ERROR utils:1 - x",
            "2026-02-05 15:30:55,155(12) :  ERROR (utils:1) - x",
            "026-02-05 15:30:55,155 (12) :  ERROR (utils:1) - x",
        ] {
            assert_eq!(parts(line), None, "{line}");
        }
    }
}
