//! What happens between sessions: pings, threads, preferences, and lines that are broken on purpose.

use super::category::{Category, Via};
use super::cause::framework_exception;
use super::names::pick;
use super::record::{Level, Mark, Shape};
use super::script::Script;
use super::traceback;

/// Now and then one of the small things that a server and a plug-in say to each other.
pub(super) fn write(script: &mut Script) {
    script.settle();
    match script.rng.u8(0..60) {
        0..=3 => route(script),
        4 => thread_exception(script),
        5 => no_preference(script),
        6 => missing_hash(script),
        7..=20 => ping(script),
        _ => {}
    }
}

fn ping(script: &mut Script) {
    let framework = script.agent.framework;
    script.debug(framework.handling, "Handling request GET /:/prefixes");
    script.tick();
    script.debug(framework.route, "Found route matching /:/prefixes");
    script.tick();
    script.debug(
        framework.response,
        "Response: [200] MediaContainer, 148 bytes",
    );
}

/// The Framework has no route for the ping of an agent: one event, and noise.
pub(super) fn route(script: &mut Script) {
    let framework = script.agent.framework;
    let identifier = &script.agent.identifier;
    script.debug(
        framework.handling,
        format!("Handling request GET /:/plugins/{identifier}"),
    );
    let exception = "AttributeError: 'NoneType' object has no attribute 'match'";
    let kind = (Category::Route, ("runtime", 831));
    let message = "Exception matching route for path \"/\"";
    framework_exception(script, kind, message, &[traceback::ROUTING], exception);
    script.tick();
    let text = format!("Could not find route matching /:/plugins/{identifier}");
    script.framework(Level::Error, ("runtime", 838), text, Mark::default());
    script.debug(framework.response, "Response: [404] str, 0 bytes");
}

pub(super) fn thread_exception(script: &mut Script) {
    let kind = (Category::ThreadExc, ("runtime", 1155));
    let message = "Exception in thread named '_handle_request'";
    let exception = "error: [Errno 32] Broken pipe";
    framework_exception(script, kind, message, &[traceback::HANDLER], exception);
}

pub(super) fn no_preference(script: &mut Script) {
    let mark = Mark::event(script.event(Category::Prefs, Via::Framework));
    let text = "No preference named 'posterwidth' found.".to_owned();
    script.framework(Level::Error, ("preferences", 290), text, mark);
}

pub(super) fn missing_hash(script: &mut Script) {
    let mark = Mark::event(script.event(Category::Hash, Via::Framework));
    let media = script.media();
    let path = script.agent.place.native(&format!("{media}/short.mkv"));
    let text = format!("We seem to be missing the hash for media item [{path}]");
    script.framework(Level::Error, ("media", 88), text, mark);
}

/// A record that a careless reader stumbles over; never one that tells of an event.
pub(super) fn broken(script: &mut Script) {
    let kinds = [
        (
            "console-form",
            Shape::Console,
            "Setting the default network timeout to 20.0",
        ),
        ("collapsed-blank", Shape::Collapsed, "=== Start() ==="),
        ("bad-utf8", Shape::BadBytes, "Title read: Caf"),
        ("nul", Shape::Plain, "Read \0 from the index"),
        (
            "stray-return",
            Shape::StrayReturn,
            "Sending command: GET /:/prefixes",
        ),
        (
            "lone-return",
            Shape::Plain,
            "Progress 10%\rProgress 60%\rProgress 100%",
        ),
        ("blank-lines", Shape::Plain, "Answer:\n\n\n"),
        (
            "looks-like-head",
            Shape::Plain,
            "Copied from elsewhere:\n2026-02-30 nothing (more) : here\n  File \"no traceback\", line 3",
        ),
    ];
    let (name, shape, text) = pick(script.rng, &kinds);
    script.shaped(Level::Debug, ("__init__", 77), text.to_owned(), shape, name);
}
