//! Why something fails: the last line of a traceback, what it counts as, and the frames that lead there.

use super::category::{Category, Via};
use super::names::pick;
use super::record::{Mark, Source};
use super::script::Script;
use super::spec::Failure;
use super::traceback::{self, Frame, Root, critical};
use super::truth::{Culprit, Event};

/// Last line of a traceback, its category and the frames below the agent's entry function.
pub(super) struct Cause {
    pub(super) exception: String,
    pub(super) category: Category,
    pub(super) http: Option<u16>,
    pub(super) frames: &'static [Frame<'static>],
}

impl Cause {
    fn new(
        category: Category,
        exception: impl Into<String>,
        frames: &'static [Frame<'static>],
    ) -> Self {
        Self {
            exception: exception.into(),
            category,
            http: None,
            frames,
        }
    }
}

/// An event whose own traceback has these frames and ends with this exception.
pub(super) fn traced(
    script: &Script,
    (category, via): (Category, Via),
    exception: &str,
    frames: &[&[Frame]],
) -> Event {
    let (kind, _) = exception.split_once(':').unwrap_or((exception, ""));
    Event {
        exception: Some(kind.to_owned()),
        errno: errno(exception),
        culprit: culprit(script, frames),
        ..script.event(category, via)
    }
}

/// A CRITICAL of the Framework that is an event by itself.
pub(super) fn framework_exception(
    script: &mut Script,
    (category, source): (Category, Source),
    message: &str,
    frames: &[&[Frame]],
    exception: &str,
) {
    let mark = Mark::event(traced(
        script,
        (category, Via::Framework),
        exception,
        frames,
    ));
    let text = critical(script, message, frames, exception);
    script.exception(source, text, mark);
}

fn errno(exception: &str) -> Option<i32> {
    let (_, rest) = exception.split_once("[Errno ")?;
    rest.split_once(']')?.0.parse().ok()
}

fn culprit(script: &Script, frames: &[&[Frame]]) -> Option<Culprit> {
    let own = |frame: &&Frame| matches!(frame.0, Root::Code | Root::Libraries);
    let &(root, path, line, function, _) = frames.iter().copied().flatten().rfind(own)?;
    let (folder, shift) = match root {
        Root::Code => ("Contents/Code", script.agent.spec.line_shift),
        _ => ("Contents/Libraries/Shared", 0),
    };
    Some(Culprit {
        file: format!("{folder}/{path}"),
        line: line + shift,
        function: function.to_owned(),
    })
}

/// What stands behind a failure that raises.
pub(super) fn cause(script: &mut Script, failure: Failure) -> Cause {
    let rng = &mut *script.rng;
    match failure {
        Failure::Http(status) => Cause {
            exception: format!("HTTPError: {}", http_error(status)),
            category: Category::Http,
            http: Some(status),
            frames: traceback::FETCH,
        },
        Failure::Cloudflare => Cause::new(
            Category::Cloudflare,
            "CloudflareChallengeError: Detected a Cloudflare version 2 Captcha challenge",
            traceback::LIBRARY,
        ),
        Failure::Dns => Cause::new(Category::Dns, pick(rng, &DNS), traceback::FETCH),
        Failure::Connect => Cause::new(Category::Connect, pick(rng, &CONNECT), traceback::FETCH),
        Failure::Ssl => Cause::new(Category::Ssl, pick(rng, &SSL), traceback::FETCH),
        Failure::Attr => {
            let (exception, frames) = pick(rng, &ATTR);
            Cause::new(Category::Attr, exception, frames)
        }
        Failure::Index => Cause::new(
            Category::Parse,
            "IndexError: list index out of range",
            traceback::PARSE,
        ),
        Failure::Name => Cause::new(Category::Name, pick(rng, &NAME), traceback::CODE),
        Failure::Unicode => Cause::new(Category::Unicode, pick(rng, &UNICODE), traceback::CODEC),
        Failure::Io(errno) => {
            let path = format!(
                "{}/Plug-in Support/Data/{}/cover.jpg",
                script.data(),
                script.agent.identifier
            );
            let path = script.agent.place.native(&path);
            Cause::new(
                Category::Storage,
                io_error(errno, &path),
                traceback::OWN_FILE,
            )
        }
        _ => Cause::new(Category::Timeout, pick(rng, &TIMEOUT), traceback::FETCH),
    }
}

const TIMEOUT: [&str; 4] = [
    "URLError: <urlopen error timed out>",
    "SSLError: ('The read operation timed out',)",
    "timeout: timed out",
    "ReadTimeout: HTTPSConnectionPool(host='www.example.org', port=443): Read timed out. (read timeout=20)",
];
const DNS: [&str; 4] = [
    "URLError: <urlopen error [Errno -2] Name or service not known>",
    "URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
    "URLError: <urlopen error [Errno 8] nodename nor servname provided, or not known>",
    "URLError: <urlopen error [Errno 11001] getaddrinfo failed>",
];
const CONNECT: [&str; 5] = [
    "URLError: <urlopen error [Errno 111] Connection refused>",
    "error: [Errno 104] Connection reset by peer",
    "URLError: <urlopen error [Errno 10061] No connection could be made>",
    "IncompleteRead: IncompleteRead(8192 bytes read, 5120 more expected)",
    "BadStatusLine: ''",
];
const SSL: [&str; 3] = [
    "URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed (_ssl.c:727)>",
    "URLError: <urlopen error [Errno 1] _ssl.c:510: error:14077410:SSL routines:SSL23_GET_SERVER_HELLO:sslv3 alert handshake failure>",
    "SSLError: [SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (_ssl.c:590)",
];
const ATTR: [(&str, &[Frame<'static>]); 4] = [
    (
        "AttributeError: 'NoneType' object has no attribute 'xpath'",
        traceback::CODE,
    ),
    ("KeyError: 'Duration'", traceback::GETITEM),
    (
        "UnboundLocalError: local variable 'filmDate' referenced before assignment",
        traceback::CODE,
    ),
    (
        "AttributeError: 'str' object has no attribute '__iter__'",
        traceback::CODE,
    ),
];
const NAME: [&str; 3] = [
    "NameError: global name 'open' is not defined",
    "NameError: global name 'sum' is not defined",
    "NameError: global name 'siteTitel' is not defined",
];
const UNICODE: [&str; 2] = [
    "UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 in position 14: ordinal not in range(128)",
    "UnicodeEncodeError: 'ascii' codec can't encode character u'\\u017a' in position 3: ordinal not in range(128)",
];

pub(super) fn http_error(status: u16) -> String {
    let reason = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Temporarily Unavailable",
        522 => "Origin Connection Time-out",
        _ => "Unknown",
    };
    format!("HTTP Error {status}: {reason}")
}

pub(super) fn io_error(errno: u8, path: &str) -> String {
    let reason = match errno {
        2 => "No such file or directory",
        13 => "Permission denied",
        28 => "No space left on device",
        _ => "Input/output error",
    };
    format!("IOError: [Errno {errno}] {reason}: '{path}'")
}
