//! Writes what a failure leaves in a log; each call is one event.

use super::category::{Category, Via};
use super::names::pick;
use super::record::{Level, Mark};
use super::script::Script;
use super::spec::Failure;
use super::traceback::{self, Frame, critical, embedded};
use super::truth::SessionKind;

/// What a failure does to its session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// The agent's function raised: the session failed.
    Raised,
    /// The agent caught it and gives up: a search finds nothing, an update writes what it has.
    GaveUp,
    /// The agent goes on as if nothing had been.
    WentOn,
}

/// What the session that fails is about.
pub(super) struct Subject<'a> {
    pub(super) kind: SessionKind,
    /// What stands after the colon or comma in the CRITICAL line: the keyword arguments or the GUID.
    pub(super) call: &'a str,
    pub(super) guid: &'a str,
    pub(super) url: &'a str,
}

/// Last line of a traceback, its category and the frames below the agent's entry function.
struct Cause {
    exception: String,
    category: Category,
    http: Option<u16>,
    frames: &'static [Frame],
}

impl Cause {
    fn new(category: Category, exception: impl Into<String>, frames: &'static [Frame]) -> Self {
        Self {
            exception: exception.into(),
            category,
            http: None,
            frames,
        }
    }
}

/// Writes the failure into the session.
pub(super) fn fail(script: &mut Script, failure: Failure, subject: &Subject) -> Effect {
    script.settle();
    match failure {
        Failure::HttpMessage(status) => {
            opening(
                script,
                subject.url,
                Category::Http,
                Via::Message,
                Some(status),
            );
            script.tick();
            let reason = http_error(status);
            say(
                script,
                &format!("Error: Search Query did not pull any results: < {reason} >"),
                None,
            );
            Effect::GaveUp
        }
        Failure::Retry => {
            opening(script, subject.url, Category::Fetch, Via::Framework, None);
            script.wait(200, 900);
            script.request(subject.url);
            Effect::WentOn
        }
        Failure::NoResults => {
            let tail = pick(script.rng, &["< No Film Titles >", "< No Films! >"]);
            let text = format!("Error: Search Query did not pull any results: {tail}");
            say(script, &text, Some(Category::NoResults));
            Effect::GaveUp
        }
        Failure::Parse => {
            let text = pick(
                script.rng,
                &[
                    "Error matching Site Entry Contents: list index out of range",
                    "Error parsing with lxml, falling back to soupparser",
                ],
            );
            say(script, text, Some(Category::Parse));
            Effect::GaveUp
        }
        Failure::Embedded => {
            log_traceback(script, subject);
            Effect::GaveUp
        }
        Failure::Storage(errno) => {
            storage(script, errno, subject);
            Effect::WentOn
        }
        Failure::Tree => {
            tree(script, subject);
            Effect::Raised
        }
        _ => {
            raise(script, failure, subject);
            Effect::Raised
        }
    }
}

/// The tree of the item can't be had: up to three records, one event.
fn tree(script: &mut Script, subject: &Subject) {
    let item = script.item.unwrap_or_default();
    let url = format!("http://127.0.0.1:32400/library/metadata/{item}/tree");
    let status = if script.chance(0.9) { 404 } else { 401 };
    opening(script, &url, Category::Tree, Via::Framework, Some(status));
    script.tick();
    let dbid = if script.chance(0.5) {
        format!(" for dbid {item}")
    } else {
        String::new()
    };
    let message = format!("Exception when constructing media object{dbid}");
    let text = critical(
        script,
        &message,
        &[traceback::TREE],
        &format!("HTTPError: {}", http_error(status)),
    );
    let framework = script.agent.framework;
    let source = match subject.kind {
        SessionKind::Search => framework.search_tree,
        SessionKind::Update => framework.update_tree,
    };
    script.exception(source, text, Mark::default());
    script.at += script.rng.i64(2..20);
    let exception = "AttributeError: 'NoneType' object has no attribute 'title'";
    agent_exception(
        script,
        subject,
        &[entry(subject.kind)],
        exception,
        Mark::default(),
    );
}

/// The agent's function raises: `Error opening URL` first where an HTTP error is the cause.
fn raise(script: &mut Script, failure: Failure, subject: &Subject) {
    let cause = cause(script, failure);
    let via = via(subject.kind);
    let mut mark = Mark::default();
    if cause.category == Category::Http {
        opening(script, subject.url, cause.category, via, cause.http);
        script.tick();
    } else {
        let mut event = script.event(cause.category, via);
        event.http = cause.http;
        mark = Mark::event(event);
    }
    agent_exception(
        script,
        subject,
        &[entry(subject.kind), cause.frames],
        &cause.exception,
        mark,
    );
}

fn entry(kind: SessionKind) -> &'static [Frame] {
    match kind {
        SessionKind::Search => traceback::SEARCH,
        SessionKind::Update => traceback::UPDATE,
    }
}

fn via(kind: SessionKind) -> Via {
    match kind {
        SessionKind::Search => Via::SearchExc,
        SessionKind::Update => Via::UpdateExc,
    }
}

fn agent_exception(
    script: &mut Script,
    subject: &Subject,
    frames: &[&[Frame]],
    exception: &str,
    mark: Mark,
) {
    let name = &script.agent.spec.name;
    let framework = script.agent.framework;
    let (message, source) = match subject.kind {
        SessionKind::Search => (
            format!(
                "Exception in the search function of agent named '{name}', called with keyword arguments {}",
                subject.call
            ),
            framework.search_exc,
        ),
        SessionKind::Update => (
            format!(
                "Exception in the update function of agent named '{name}', called with guid '{}'",
                subject.guid
            ),
            framework.update_exc,
        ),
    };
    // Keyword arguments hold the file's path and with it the user's name.
    script.media();
    let text = critical(script, &message, frames, exception);
    script.exception(source, text, mark);
}

fn cause(script: &mut Script, failure: Failure) -> Cause {
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
const ATTR: [(&str, &[Frame]); 4] = [
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

fn io_error(errno: u8, path: &str) -> String {
    let reason = match errno {
        2 => "No such file or directory",
        13 => "Permission denied",
        28 => "No space left on device",
        _ => "Input/output error",
    };
    format!("IOError: [Errno {errno}] {reason}: '{path}'")
}

/// The Framework's ERROR that a fetch failed; it carries the event.
fn opening(script: &mut Script, url: &str, category: Category, via: Via, http: Option<u16>) {
    let mut event = script.event(category, via);
    event.url = true;
    event.http = http;
    let source = script.agent.framework.opening;
    script.framework(
        Level::Error,
        source,
        format!("Error opening URL '{url}'"),
        Mark::event(event),
    );
}

/// The agent says something went wrong: under PGMA-like logging a marker first, then the message.
fn say(script: &mut Script, message: &str, category: Option<Category>) {
    let mark = match category {
        Some(category) => Mark::event(script.event(category, Via::Message)),
        None => Mark::default(),
    };
    if script.agent.is_pgma() {
        super::pgma::pair(script, "SEARCH::", Level::Error, message, mark);
    } else {
        script.agent_line(
            Level::Error,
            ("__init__", 355),
            format!("search() - {message}"),
            mark,
        );
    }
}

/// The agent logs a whole traceback at ERROR.
fn log_traceback(script: &mut Script, subject: &Subject) {
    let mark = Mark::event(script.event(Category::Attr, Via::Embedded));
    let exception = "AttributeError: 'NoneType' object has no attribute 'text'";
    let function: &[Frame] = match subject.kind {
        SessionKind::Search => &traceback::SEARCH[1..],
        SessionKind::Update => &traceback::UPDATE[1..],
    };
    let text = embedded(
        script,
        "could not read the page: ",
        &[function, traceback::CODE],
        exception,
    );
    script.agent_line(Level::Error, ("__init__", 361), text, mark);
}

/// The Framework can't write a file under its temporary name; PGMA-like agents echo it as a warning.
fn storage(script: &mut Script, errno: u8, subject: &Subject) {
    let data = script.data();
    let identifier = &script.agent.identifier;
    let folder = format!(
        "{data}/Metadata/Movies/3/{}.bundle/Contents/{identifier}/posters",
        &hash_of(subject.guid)
    );
    let path = script.agent.place.native(&format!("{folder}/._poster-1"));
    let text = critical(
        script,
        &format!("Exception writing to {path}"),
        &[traceback::WRITE],
        &io_error(errno, &path),
    );
    let mark = Mark::event(script.event(Category::Storage, Via::Framework));
    script.exception(script.agent.framework.storage, text, mark);
    if script.agent.is_pgma() {
        script.tick();
        let message = "Warning: Saving Poster to Disk: poster-1";
        super::pgma::pair(script, "UPDATE::", Level::Warning, message, Mark::default());
    }
}

/// Forty hex digits that depend on the GUID alone.
pub(super) fn hash_of(guid: &str) -> String {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in guid.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let next = state.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let last = u32::try_from(next >> 40).unwrap_or_default();
    format!("{state:016x}{next:016x}{last:08x}")
}
