//! Writes what a failure leaves in a log; each call is one event.

use super::category::{Category, Via};
use super::cause::{cause, framework_exception, http_error, io_error, traced};
use super::names::pick;
use super::record::{Level, Mark};
use super::script::Script;
use super::spec::Failure;
use super::traceback::{self, Frame, Root, critical, embedded};
use super::truth::Event;
use super::work::SessionKind;

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

/// Writes the failure into the session.
pub(super) fn fail(script: &mut Script, failure: Failure, subject: &Subject) -> Effect {
    script.settle();
    match failure {
        Failure::HttpMessage(status) => {
            let event = script.event(Category::Http, Via::Message);
            opening(script, subject.url, event, Some(status));
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
            let event = script.event(Category::Fetch, Via::Framework);
            opening(script, subject.url, event, None);
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
        Failure::Own(count) => {
            own(script, count, subject);
            Effect::Raised
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
    let exception = format!("HTTPError: {}", http_error(status));
    let kind = (Category::Tree, Via::Framework);
    let event = traced(script, kind, &exception, &[traceback::TREE]);
    opening(script, &url, event, Some(status));
    script.tick();
    let dbid = if script.chance(0.5) {
        format!(" for dbid {item}")
    } else {
        String::new()
    };
    let message = format!("Exception when constructing media object{dbid}");
    let text = critical(script, &message, &[traceback::TREE], &exception);
    let framework = script.agent.framework;
    let source = match subject.kind {
        SessionKind::Search => framework.search_tree,
        SessionKind::Update => framework.update_tree,
    };
    script.exception(source, text, Mark::default());
    script.at += script.rng.i64(2..20);
    let echo = "AttributeError: 'NoneType' object has no attribute 'title'";
    agent_exception(
        script,
        subject,
        &[entry(subject.kind)],
        echo,
        Mark::default(),
    );
}

/// The agent's function raises: `Error opening URL` first where an HTTP error is the cause.
fn raise(script: &mut Script, failure: Failure, subject: &Subject) {
    let cause = cause(script, failure);
    let frames = [entry(subject.kind), cause.frames];
    let kind = (cause.category, via(subject.kind));
    let event = traced(script, kind, &cause.exception, &frames);
    let mut mark = Mark::default();
    if cause.category == Category::Http {
        opening(script, subject.url, event, cause.http);
        script.tick();
    } else {
        mark = Mark::event(event);
    }
    agent_exception(script, subject, &frames, &cause.exception, mark);
}

/// One of so many errors that have nothing in common but the type of their exception.
fn own(script: &mut Script, count: u16, subject: &Subject) {
    let number = script.rng.u16(..count.max(1));
    let (file, function) = (
        format!("parts/part{}.py", number / 50),
        format!("read_{}", letters(number)),
    );
    let source = format!("value = entry.{}", letters(number));
    let frames = [(
        Root::Code,
        file.as_str(),
        20 + u32::from(number % 50) * 9,
        function.as_str(),
        source.as_str(),
    )];
    let frames = [entry(subject.kind), &frames];
    let exception = format!(
        "AttributeError: 'NoneType' object has no attribute '{}'",
        letters(number)
    );
    let mark = Mark::event(traced(
        script,
        (Category::Attr, via(subject.kind)),
        &exception,
        &frames,
    ));
    agent_exception(script, subject, &frames, &exception, mark);
}

/// A word that no other number has.
fn letters(number: u16) -> String {
    number
        .to_string()
        .bytes()
        .map(|digit| char::from(b'a' + (digit - b'0')))
        .collect()
}

fn entry(kind: SessionKind) -> &'static [Frame<'static>] {
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
    if subject.kind == SessionKind::Search {
        // Keyword arguments hold the file's path and with it the user's name.
        script.media();
    }
    let text = critical(script, &message, frames, exception);
    script.exception(source, text, mark);
}

/// The Framework's ERROR that a fetch failed; it carries the event.
fn opening(script: &mut Script, url: &str, mut event: Event, http: Option<u16>) {
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
    let exception = "AttributeError: 'NoneType' object has no attribute 'text'";
    let own = &entry(subject.kind)[1..];
    let frames = [own, traceback::CODE];
    let mark = Mark::event(traced(
        script,
        (Category::Attr, Via::Embedded),
        exception,
        &frames,
    ));
    let text = embedded(script, "could not read the page: ", &frames, exception);
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
    let exception = io_error(errno, &path);
    let frames: &[&[Frame]] = &[traceback::WRITE];
    let kind = (Category::Storage, script.agent.framework.storage);
    framework_exception(
        script,
        kind,
        &format!("Exception writing to {path}"),
        frames,
        &exception,
    );
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
