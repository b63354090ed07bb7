//! What a record says of an error: exception, HTTP status, error number, URL, item, GUID.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

use super::Url;
use crate::log::find::find;
use crate::log::notice::{Notice, Step};
use crate::log::traceback::{Exception, Frame, Place, Traceback};
use crate::utf8::lossy;

/// What one record tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts<'a> {
    pub(super) text: &'a [u8],
    pub(super) exception: Option<Exception<'a>>,
    pub(super) status: Option<u16>,
    pub(super) errno: Option<i32>,
    pub(super) url: Option<&'a [u8]>,
    pub(super) item: Option<u64>,
    pub(super) guid: Option<&'a [u8]>,
    /// The frames in the agent's own code, outermost first.
    pub(super) own_frames: Vec<(Frame<'a>, Place)>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(notice: &Notice<'a>, traceback: Option<&Traceback<'a>>) -> Self {
        let text = notice.text;
        let exception = traceback.and_then(|t| t.exception);
        let said = exception.map_or(text, |e| e.message);
        let is_failure_told = text.starts_with(b"Exception ");
        let url = match notice.step {
            Step::ErrorOpening => quoted(text),
            _ => None,
        };
        let (status, errno) = if url.is_some() {
            (None, None)
        } else {
            numbers(said)
        };
        Self {
            text,
            status,
            errno,
            item: match url {
                Some(url) => item_of_url(url),
                None if is_failure_told => item_of_text(text),
                None => None,
            },
            guid: is_failure_told.then(|| guid(text)).flatten(),
            own_frames: own_frames(traceback),
            url,
            exception,
        }
    }
}

fn own_frames<'a>(traceback: Option<&Traceback<'a>>) -> Vec<(Frame<'a>, Place)> {
    static FRAMEWORK: LazyLock<Finder<'static>> =
        LazyLock::new(|| Finder::new(b"Framework.bundle"));
    let frames = traceback.map_or(&[][..], |traceback| &traceback.frames);
    frames
        .iter()
        // Most frames are the Framework's, and this is quicker than to take their paths apart.
        .filter(|frame| FRAMEWORK.find(frame.path).is_none())
        .filter_map(|frame| Some((*frame, Place::of(frame)?)))
        .collect()
}

/// The text between the first single quotes.
pub(in crate::log) fn quoted(text: &[u8]) -> Option<&[u8]> {
    let start = memchr::memchr(b'\'', text)? + 1;
    let length = memchr::memrchr(b'\'', &text[start..])?;
    Some(&text[start..start + length])
}

/// Words around numbers that tell what failed, in the words of Python's libraries and of common agents.
const NUMBERS: [(&str, Number); 8] = [
    ("HTTP Error ", Number::StatusAfter),
    ("HTTP status ", Number::StatusAfter),
    ("status code: ", Number::StatusAfter),
    ("status code ", Number::StatusAfter),
    (" Client Error: ", Number::StatusBefore),
    (" Server Error: ", Number::StatusBefore),
    ("[Errno ", Number::Errno),
    ("[Error ", Number::WindowsError),
];

#[derive(Clone, Copy)]
enum Number {
    StatusAfter,
    StatusBefore,
    Errno,
    WindowsError,
}

/// The HTTP status and the error number that a text names, the first of each.
pub(super) fn numbers(text: &[u8]) -> (Option<u16>, Option<i32>) {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            .build(NUMBERS.iter().map(|(words, _)| words))
            .ok()
    });
    let (mut status, mut errno) = (None, None);
    for hit in WORDS.iter().flat_map(|words| words.find_iter(text)) {
        let after = &text[hit.end()..];
        match NUMBERS[hit.pattern().as_usize()].1 {
            Number::StatusAfter => status = status.or_else(|| status_number(after)),
            Number::StatusBefore => {
                let digits = hit.start().checked_sub(3).map(|at| &text[at..hit.start()]);
                status = status.or_else(|| status_number(digits?));
            }
            Number::Errno => errno = errno.or_else(|| errno_number(after)),
            Number::WindowsError => {
                errno = errno.or_else(|| errno_number(after).map(of_windows));
            }
        }
    }
    (status, errno)
}

fn status_number(text: &[u8]) -> Option<u16> {
    let digits = text.get(..3).filter(|d| d.iter().all(u8::is_ascii_digit))?;
    if text.get(3).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let number = digits
        .iter()
        .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    (100..600).contains(&number).then_some(number)
}

/// The number before the bracket of `[Errno 13]`.
fn errno_number(text: &[u8]) -> Option<i32> {
    let end = memchr::memchr(b']', &text[..text.len().min(12)])?;
    std::str::from_utf8(&text[..end]).ok()?.parse().ok()
}

/// Error numbers of Windows that mean what another number means elsewhere (`winerror.h`, `errno.h`).
fn of_windows(number: i32) -> i32 {
    match number {
        2 | 3 => 2,
        5 | 32 | 33 => 13,
        39 | 112 => 28,
        80 | 183 => 17,
        other => other,
    }
}

/// The item in `/library/metadata/10488/tree`.
pub(in crate::log) fn item_of_url(url: &[u8]) -> Option<u64> {
    const BEFORE: &[u8] = b"/library/metadata/";
    let at = find(url, BEFORE)? + BEFORE.len();
    number(&url[at..])
}

/// The item in `for dbid 10488` and in `'id': '10488'` of keyword arguments.
pub(in crate::log) fn item_of_text(text: &[u8]) -> Option<u64> {
    const DBID: &[u8] = b" for dbid ";
    static ARGUMENT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"'id': "));
    if let Some(at) = ARGUMENT.find(text) {
        let value = &text[at + b"'id': ".len()..];
        let value = value.strip_prefix(b"u").unwrap_or(value);
        return number(value.strip_prefix(b"'").unwrap_or(value));
    }
    let head = &text[..text.len().min(100)];
    number(&head[find(head, DBID)? + DBID.len()..])
}

/// The GUID in `called with guid 'G'` and `Exception in update for G`.
fn guid(text: &[u8]) -> Option<&[u8]> {
    const CALLED: &[u8] = b", called with guid '";
    const UPDATE: &[u8] = b"Exception in update for ";
    if let Some(at) = find(text, CALLED) {
        let rest = &text[at + CALLED.len()..];
        return memchr::memchr(b'\'', rest).map(|end| &rest[..end]);
    }
    let rest = text.strip_prefix(UPDATE)?;
    let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|guid| !guid.is_empty())
}

fn number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 || digits > 18 {
        return None;
    }
    std::str::from_utf8(&text[..digits]).ok()?.parse().ok()
}

impl Url {
    /// Splits a URL; what has no scheme is all path.
    pub(in crate::log) fn of(url: &[u8]) -> Self {
        let text = lossy(url);
        let Some((_, rest)) = text.split_once("://") else {
            return Self {
                host: String::new(),
                path: text.into_owned(),
            };
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        Self {
            host: host.to_ascii_lowercase(),
            path: path.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_and_error_numbers_are_read_in_every_wording() {
        for (text, expected) in [
            ("HTTP Error 403: Forbidden", (Some(403), None)),
            ("no page (status code: 503)", (Some(503), None)),
            ("answered with status code 429", (Some(429), None)),
            ("404 Client Error: Not Found for url: x", (Some(404), None)),
            ("502 Server Error: Bad Gateway", (Some(502), None)),
            ("HTTP Error 4040", (None, None)),
            ("HTTP Error 999", (None, None)),
            ("HTTP Error ", (None, None)),
            ("4 Client Error: x", (None, None)),
            ("[Errno 13] Permission denied", (None, Some(13))),
            ("<urlopen error [Errno -2] x>", (None, Some(-2))),
            ("[Error 5] Access is denied", (None, Some(13))),
            ("[Errno thirteen]", (None, None)),
            ("[Errno 13", (None, None)),
            ("HTTP Error 403 after [Errno 2]", (Some(403), Some(2))),
            ("", (None, None)),
        ] {
            assert_eq!(numbers(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn items_and_guids_are_read_where_the_framework_writes_them() {
        let item = |text: &str| item_of_text(text.as_bytes());
        assert_eq!(
            item("Searching for matches for {'year': None, 'id': '10488'}"),
            Some(10488)
        );
        assert_eq!(item("x {'id': u'7', 'parentID': '9'}"), Some(7));
        assert_eq!(
            item("Exception when constructing media object for dbid 55"),
            Some(55)
        );
        assert_eq!(item("{'id': None}"), None);
        assert_eq!(
            item_of_url(b"http://127.0.0.1:32400/library/metadata/12/tree"),
            Some(12)
        );
        assert_eq!(
            item_of_url(b"http://127.0.0.1:32400/library/sections/12"),
            None
        );
        let called = b"Exception in the update function of agent named 'x', called with guid 'y://5?lang=en' (most";
        assert_eq!(guid(called), Some(&b"y://5?lang=en"[..]));
        assert_eq!(
            guid(b"Exception in update for y://5 (most"),
            Some(&b"y://5"[..])
        );
        assert_eq!(guid(b"Exception in update for "), None);
    }

    #[test]
    fn a_url_is_split_and_its_password_left_out() {
        let url = Url::of(b"https://user:secret@WWW.example.org:8080?q=1");
        assert_eq!(
            (url.host.as_str(), url.path.as_str()),
            ("www.example.org:8080", "?q=1")
        );
        assert_eq!(Url::of(b"/a/b").host, "");
    }
}
