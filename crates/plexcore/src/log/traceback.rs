//! Tracebacks of Python 2.7: frames, the final exception, and whose code it was.
//!
//! The Framework ends the record's first line in ` (most recent call last):` and lets the frames
//! follow; agents that log a traceback themselves have `Traceback (most recent call last):` in the
//! message or in a line below it. The last traceback of a record is the one that counts.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::{Finder, FinderRev};

use super::record::Record;
use crate::utf8::lossy;

const ENDING: &[u8] = b"(most recent call last):";
static FIND_ENDING: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(ENDING));
static FIND_LINE_NUMBER: LazyLock<FinderRev<'static>> =
    LazyLock::new(|| FinderRev::new(b"\", line "));

/// One level of the call stack, outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The file, as the interpreter named it; `\` on Windows.
    pub path: &'a [u8],
    /// The line in that file.
    pub line: u32,
    /// The function; a `SyntaxError` frame has none.
    pub function: Option<&'a [u8]>,
    /// The source line, when the interpreter could read the file.
    pub source: Option<&'a [u8]>,
}

/// What was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception<'a> {
    /// The type, without its module: `HTTPError`.
    pub name: &'a [u8],
    /// The first line of what it says; may be empty.
    pub message: &'a [u8],
}

/// A traceback.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Traceback<'a> {
    /// From the outermost call to the place where it was raised.
    pub frames: Vec<Frame<'a>>,
    /// What was raised, unless the log ends before it.
    pub exception: Option<Exception<'a>>,
}

impl<'a> Traceback<'a> {
    /// Whether a record may hold a traceback, at the cost of one look at its end.
    pub fn is_announced(record: &Record<'_>) -> bool {
        record.has_continuation() && FIND_ENDING.find(record.bytes).is_some()
    }

    /// The last traceback of a record.
    pub fn of(record: &Record<'a>) -> Option<Self> {
        if !Self::is_announced(record) {
            return None;
        }
        let mut found: Option<Self> = None;
        for line in std::iter::once(record.text()).chain(record.continuation()) {
            if line.trim_ascii_end().ends_with(ENDING) {
                found = Some(Self::default());
            } else if let Some(traceback) = &mut found {
                traceback.take(line);
            }
        }
        found
    }

    fn take(&mut self, line: &'a [u8]) {
        if self.exception.is_some() {
            return;
        }
        if let Some(frame) = Frame::parse(line) {
            self.frames.push(frame);
            return;
        }
        let is_indented = line.first().is_some_and(u8::is_ascii_whitespace);
        let words = line.trim_ascii();
        match self.frames.last_mut() {
            // The source line, and below it the caret of a SyntaxError.
            Some(frame) if is_indented => {
                if frame.source.is_none() && !words.is_empty() {
                    frame.source = Some(words);
                }
            }
            _ => self.exception = Exception::parse(line),
        }
    }

    /// The deepest frame in an agent's own code, which is where a person begins to read.
    pub fn culprit(&self) -> Option<(&Frame<'a>, Place)> {
        self.frames
            .iter()
            .rev()
            .find_map(|frame| Some((frame, Place::of(frame)?)))
    }
}

impl<'a> Frame<'a> {
    /// `  File "path", line 12, in name`; the indentation may have been lost on the way.
    fn parse(line: &'a [u8]) -> Option<Self> {
        let rest = line.trim_ascii().strip_prefix(b"File \"")?;
        let end = FIND_LINE_NUMBER.rfind(rest)?;
        let (path, rest) = (&rest[..end], &rest[end + 8..]);
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let line = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
        let function = rest[digits..].strip_prefix(b", in ");
        (function.is_some() || rest.len() == digits).then_some(Self {
            path,
            line,
            function,
            source: None,
        })
    }
}

impl<'a> Exception<'a> {
    /// `Name: message`, or `Name` alone.
    fn parse(line: &'a [u8]) -> Option<Self> {
        let line = line.trim_ascii();
        let end = line
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
            .count();
        let (name, rest) = line.split_at(end);
        if !name
            .first()
            .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        {
            return None;
        }
        let name = name.rsplit(|b| *b == b'.').next().unwrap_or(name);
        match rest.strip_prefix(b":") {
            Some(message) => Some(Self {
                name,
                message: message.trim_ascii(),
            }),
            None if rest.is_empty() => Some(Self { name, message: b"" }),
            None => None,
        }
    }
}

/// A place in an agent's own code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The bundle, without `.bundle`.
    pub bundle: String,
    /// The file below the bundle, with `/` on every platform: `Contents/Code/__init__.py`.
    pub file: String,
}

impl Place {
    /// Where a frame stands in an agent's bundle; `None` for the Framework and the interpreter.
    pub fn of(frame: &Frame<'_>) -> Option<Self> {
        let path = with_single_slashes(lossy(frame.path));
        let (before, file) = path.split_once(".bundle/")?;
        let bundle = before.rsplit('/').next()?;
        let is_own = file.starts_with("Contents/Code/") || file.starts_with("Contents/Libraries/");
        // The server's own bundles are the Framework and what it runs on.
        let is_server = matches!(bundle, "Framework" | "System");
        (is_own && !is_server && !bundle.is_empty()).then(|| Self {
            bundle: bundle.to_owned(),
            file: file.to_owned(),
        })
    }
}

/// A path of any platform with `/` between its parts, once each.
fn with_single_slashes(path: Cow<'_, str>) -> Cow<'_, str> {
    if !path.contains('\\') && !path.contains("//") {
        return path;
    }
    let mut text = String::with_capacity(path.len());
    for c in path.chars() {
        let c = if c == '\\' { '/' } else { c };
        if c != '/' || !text.ends_with('/') {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::log::record::Records;

    fn with_traceback(lines: &str, check: impl FnOnce(Traceback<'_>)) {
        let text = format!("2026-02-05 15:30:55,155 (12) : CRITICAL (core:574) - {lines}");
        let mut records = Records::new(Cursor::new(text));
        let record = records.next().unwrap().unwrap();
        check(Traceback::of(&record).unwrap());
    }

    #[test]
    fn frames_the_exception_and_the_culprit_are_read() {
        let text = "Exception in the search function of agent named 'Alder' (most recent call last):\n  \
             File \"/x/Framework.bundle/Contents/Resources/Versions/2/Python/Framework/api/agentkit.py\", line 1012, in _search\n    \
             agent.search(*args)\n  \
             File \"/x/Plug-ins//Alder.bundle/Contents/Code/__init__.py\", line 178, in search\n    \
             html = fetch(url)\n  \
             File \"/x/python27.zip/urllib2.py\", line 435, in open\nHTTPError: HTTP Error 403: Forbidden\n\n";
        with_traceback(text, |traceback| {
            assert_eq!(traceback.frames.len(), 3);
            assert_eq!(traceback.frames[2].source, None);
            assert_eq!(
                traceback.exception,
                Some(Exception {
                    name: b"HTTPError",
                    message: b"HTTP Error 403: Forbidden"
                })
            );
            let (frame, place) = traceback.culprit().unwrap();
            assert_eq!(
                (place.bundle.as_str(), place.file.as_str()),
                ("Alder", "Contents/Code/__init__.py")
            );
            assert_eq!(
                (frame.line, frame.source),
                (178, Some(&b"html = fetch(url)"[..]))
            );
        });
    }

    #[test]
    fn windows_paths_and_crlf_lead_to_the_same_place() {
        let text = "x (most recent call last):\r\n  File \"C:\\\\P\\Plug-ins\\Alder.bundle\\Contents\\Code\\utils.py\", line 5, in f\r\n    a()\r\nKeyError: 'a'\r\n\r\n";
        with_traceback(text, |traceback| {
            let (_, place) = traceback.culprit().unwrap();
            assert_eq!(
                (place.bundle.as_str(), place.file.as_str()),
                ("Alder", "Contents/Code/utils.py")
            );
            assert_eq!(traceback.exception.unwrap().message, b"'a'");
        });
    }

    #[test]
    fn a_syntax_error_has_a_frame_without_a_function_and_a_caret() {
        let text = "x\nTraceback (most recent call last):\n  File \"/x/B.bundle/Contents/Code/a.py\", line 3\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n";
        with_traceback(text, |traceback| {
            assert_eq!(traceback.frames[0].function, None);
            assert_eq!(traceback.frames[0].source, Some(&b"x = = 1"[..]));
            assert_eq!(traceback.exception.unwrap().name, b"SyntaxError");
        });
    }

    #[test]
    fn the_last_traceback_counts_and_a_name_may_stand_alone() {
        let text = "x\nTraceback (most recent call last):\n  File \"a\", line 1, in f\nKeyError: 1\nTraceback (most recent call last):\n  File \"b\", line 2, in <module>\nmodule.KeyboardInterrupt\n";
        with_traceback(text, |traceback| {
            assert_eq!(traceback.frames[0].path, b"b");
            assert_eq!(
                traceback.exception,
                Some(Exception {
                    name: b"KeyboardInterrupt",
                    message: b""
                })
            );
        });
    }

    #[test]
    fn the_framework_itself_is_never_the_culprit() {
        let text = "x (most recent call last):\n  File \"/x/Framework.bundle/Contents/Resources/a.py\", line 1, in f\nKeyError\n";
        with_traceback(text, |traceback| assert!(traceback.culprit().is_none()));
    }
}
