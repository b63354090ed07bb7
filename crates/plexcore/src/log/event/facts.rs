//! What a record says of an error: exception, HTTP status, error number, URL, item, GUID.

use memchr::memmem;

use super::Url;
use crate::log::notice::{Notice, Step};
use crate::log::traceback::{Exception, Traceback};

/// What one record tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts<'a> {
    pub(super) text: &'a [u8],
    pub(super) traceback: Option<Traceback<'a>>,
    pub(super) exception: Option<Exception<'a>>,
    pub(super) status: Option<u16>,
    pub(super) errno: Option<i32>,
    pub(super) url: Option<&'a [u8]>,
    pub(super) item: Option<u64>,
    pub(super) guid: Option<&'a [u8]>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(notice: &Notice<'a>, traceback: Option<Traceback<'a>>) -> Self {
        let text = notice.text;
        let exception = traceback.as_ref().and_then(|t| t.exception);
        let said = exception.map_or(text, |e| e.message);
        let url = match notice.step {
            Step::ErrorOpening => quoted(text),
            _ => None,
        };
        Self {
            text,
            status: if url.is_some() { None } else { status(said) },
            errno: if url.is_some() { None } else { errno(said) },
            item: url.and_then(item_of_url).or_else(|| item_of_text(text)),
            guid: guid(text),
            url,
            exception,
            traceback,
        }
    }
}

/// The text between the first two single quotes.
pub(in crate::log) fn quoted(text: &[u8]) -> Option<&[u8]> {
    let start = memchr::memchr(b'\'', text)? + 1;
    let length = memchr::memrchr(b'\'', &text[start..])?;
    Some(&text[start..start + length])
}

/// The HTTP status that a text names, in the words of Python's libraries and of common agents.
pub(super) fn status(text: &[u8]) -> Option<u16> {
    const BEFORE: [&[u8]; 5] = [
        b"HTTP Error ",
        b"HTTP status ",
        b"status code: ",
        b"status code ",
        b"HTTP code ",
    ];
    let after_words = BEFORE.iter().find_map(|words| {
        let at = memmem::find(text, words)? + words.len();
        status_number(text.get(at..)?)
    });
    after_words.or_else(|| {
        [b" Client Error: ".as_slice(), b" Server Error: "]
            .iter()
            .find_map(|words| {
                let at = memmem::find(text, words)?;
                status_number(text.get(at.checked_sub(3)?..)?)
            })
    })
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

/// `[Errno 13]`, and `[Error 5]` of Windows.
pub(super) fn errno(text: &[u8]) -> Option<i32> {
    [b"[Errno ".as_slice(), b"[Error "]
        .iter()
        .find_map(|words| {
            let rest = &text[memmem::find(text, words)? + words.len()..];
            let end = memchr::memchr(b']', rest)?;
            let number: i32 = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
            Some(if words.starts_with(b"[Error") {
                of_windows(number)
            } else {
                number
            })
        })
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
    let at = memmem::find(url, BEFORE)? + BEFORE.len();
    number(&url[at..])
}

/// The item in `for dbid 10488` and in `'id': '10488'` of keyword arguments.
pub(in crate::log) fn item_of_text(text: &[u8]) -> Option<u64> {
    [b" dbid ".as_slice(), b"'id': '", b"'id': u'"]
        .iter()
        .find_map(|words| number(&text[memmem::rfind(text, words)? + words.len()..]))
}

/// The GUID in `called with guid 'G'` and `Exception in update for G`.
fn guid(text: &[u8]) -> Option<&[u8]> {
    const CALLED: &[u8] = b", called with guid '";
    const UPDATE: &[u8] = b"Exception in update for ";
    if let Some(at) = memmem::find(text, CALLED) {
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
        let text = String::from_utf8_lossy(url);
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
