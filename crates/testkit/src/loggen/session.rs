//! One search or update on one thread, from `Handling request` to `Response:`.

use super::category::{Category, Via};
use super::coding::{align, call_argument, percent, py_repr};
use super::failure::{Effect, Subject, fail, hash_of};
use super::names::{alphanumeric, hex, pick};
use super::record::{Level, Mark, Step};
use super::script::Script;
use super::secrets::Slot;
use super::spec::{Failure, Style};
use super::work::{Outcome, Session, SessionKind};
use super::{banner, pgma, plain, spill};

/// What the schedule decides about a session before it begins.
pub(super) struct Order {
    pub(super) id: u32,
    pub(super) kind: SessionKind,
    pub(super) thread_name: String,
    pub(super) burst: Option<u32>,
    /// The item that a request to the server named.
    pub(super) item: Option<u32>,
}

/// How the agent's own part of a session ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Found(u32),
    Nothing,
    Raised,
    /// It hangs: no further line of this session is ever written.
    Hung,
}

/// Share of sessions that hang in a fetch.
const HANGS: f64 = 0.012;
/// Share of updates whose item has no stored model yet.
const FIRST_UPDATES: f64 = 0.35;

/// Writes the whole session; the script's time is its end then.
pub(super) fn write(script: &mut Script, order: Order) {
    let title_index = script.rng.usize(..script.agent.titles.len());
    let title = script.agent.titles[title_index].clone();
    // The same title is the same library item, unless a request named one.
    let item = order
        .item
        .unwrap_or(script.agent.first_item + u32::try_from(title_index).unwrap_or_default());
    script.session = Some(order.id);
    script.item = Some(item);
    match order.kind {
        SessionKind::Search => search(script, order, &title, item),
        SessionKind::Update => update(script, order, &title, item),
    }
    script.session = None;
    script.item = None;
}

fn search(script: &mut Script, order: Order, title: &str, item: u32) {
    begin(script, order, "_AgentKit:Search", title, item);
    let call = keywords(script, title, item);
    let mark = Mark::event(script.event(Category::Search, Via::Framework));
    let source = script.agent.framework.search_start;
    script.framework(
        Level::Info,
        source,
        format!("Searching for matches for {call}"),
        mark,
    );
    script.tick();
    script.request(&format!(
        "http://127.0.0.1:32400/library/metadata/{item}/tree"
    ));
    script.wait(3, 30);
    let url = search_url(script, title);
    let subject = Subject {
        kind: SessionKind::Search,
        call: &call,
        guid: "",
        url: &url,
    };
    let outcome = match search_body(script, title, &subject) {
        Ending::Found(count) => (
            Outcome::Results,
            320 + 290 * count.max(1) + script.rng.u32(0..80),
        ),
        Ending::Nothing => (Outcome::None, 320),
        Ending::Raised => (Outcome::Failed, 16),
        Ending::Hung => return,
    };
    end(script, outcome);
}

fn search_body(script: &mut Script, title: &str, subject: &Subject) -> Ending {
    let failure = chosen_failure(script, SessionKind::Search);
    if failure == Some(Failure::Tree) {
        fail(script, Failure::Tree, subject);
        return Ending::Raised;
    }
    let style = script.agent.spec.style;
    match style {
        Style::Pgma => pgma::header(script, "SEARCH::"),
        Style::Plain => plain::search_header(script, title),
        Style::Banner => banner::open(script, "Search"),
    }
    spill::secrets(script);
    spill::lines(script, 6);
    if style == Style::Pgma {
        pgma::line(
            script,
            "SEARCH::",
            &format!("Search Query               {}", subject.url),
        );
    }
    script.request(subject.url);
    if script.chance(HANGS) {
        return Ending::Hung;
    }
    script.wait(150, 2500);
    let effect = failure.map(|failure| fail(script, failure, subject));
    match effect {
        Some(Effect::Raised) => return Ending::Raised,
        Some(Effect::GaveUp) => return Ending::Nothing,
        Some(Effect::WentOn) | None => {}
    }
    let nothing = script.agent.spec.none_rate;
    let wanted = !script.chance(nothing);
    let count = match style {
        Style::Pgma => pgma::candidates(script, title, Some(wanted)),
        Style::Plain => plain::candidates(script, title, wanted),
        Style::Banner => banner::candidates(script, title, wanted),
    };
    spill::lines(script, 10);
    script.wait(20, 1500);
    match style {
        Style::Pgma => pgma::footer(script, "Search", title, count > 0),
        Style::Plain => {}
        Style::Banner => banner::close(script),
    }
    if count > 0 {
        Ending::Found(count)
    } else {
        Ending::Nothing
    }
}

fn update(script: &mut Script, order: Order, title: &str, item: u32) {
    begin(script, order, "_AgentKit:UpdateMetadata", title, item);
    let identifier = script.agent.identifier.clone();
    let guid = format!("{identifier}://{item}?lang=en");
    let hash = hash_of(&guid);
    let data = script.data();
    let bundle = format!(
        "{data}/Metadata/Movies/{}/{}.bundle/Contents/{identifier}",
        &hash[..1],
        &hash[1..]
    );
    let bundle = script.agent.place.native(&bundle);
    script.debug(("model", 32), format!("Loading model with GUID {guid}"));
    script.tick();
    script.data();
    if script.chance(FIRST_UPDATES) {
        let mark = Mark::event(script.event(Category::NoModel, Via::Framework));
        let source = script.agent.framework.model;
        script.framework(
            Level::Error,
            source,
            format!("Cannot read model from {bundle}"),
            mark,
        );
    } else {
        let info = script.agent.place.native("/Info.xml");
        script.debug(("model", 234), format!("Deserializing from {bundle}{info}"));
    }
    script.tick();
    script.request(&format!(
        "http://127.0.0.1:32400/library/metadata/{item}/tree"
    ));
    script.wait(3, 30);
    let url = format!("https://{}/title/{item}", script.agent.site);
    let call = format!("{{'force': True, 'id': '{item}'}}");
    let subject = Subject {
        kind: SessionKind::Update,
        call: &call,
        guid: &guid,
        url: &url,
    };
    match update_body(script, title, &subject) {
        Ending::Hung => return,
        Ending::Raised => {
            end(script, (Outcome::Failed, 16));
            return;
        }
        Ending::Found(_) | Ending::Nothing => {}
    }
    script.data();
    let info = script.agent.place.native("/Info.xml");
    script.debug(("model", 239), format!("Serializing to {bundle}{info}"));
    script.tick();
    end(script, (Outcome::Updated, 16));
}

fn update_body(script: &mut Script, title: &str, subject: &Subject) -> Ending {
    let failure = chosen_failure(script, SessionKind::Update);
    if failure == Some(Failure::Tree) {
        fail(script, Failure::Tree, subject);
        return Ending::Raised;
    }
    let style = script.agent.spec.style;
    match style {
        Style::Pgma => pgma::header(script, "UPDATE::"),
        Style::Plain => plain::update_header(script),
        Style::Banner => banner::open(script, "Update"),
    }
    spill::secrets(script);
    script.request(subject.url);
    if script.chance(HANGS) {
        return Ending::Hung;
    }
    script.wait(150, 1800);
    if failure.is_some_and(|failure| fail(script, failure, subject) == Effect::Raised) {
        return Ending::Raised;
    }
    spill::lines(script, 14);
    for picture in 1..=script.rng.u32(1..4) {
        let url = format!("{}/pictures/{picture}.jpg", subject.url);
        script.request(&url);
        script.wait(50, 400);
    }
    match style {
        Style::Pgma => pgma::footer(script, "Update", title, true),
        Style::Plain => {}
        Style::Banner => banner::close(script),
    }
    Ending::Found(0)
}

/// What fails, if anything, in a form that fits the kind of session.
fn chosen_failure(script: &mut Script, kind: SessionKind) -> Option<Failure> {
    let rate = script.agent.spec.failure_rate;
    if !script.chance(rate) {
        return None;
    }
    let failure = script.agent.failure(script.rng);
    Some(match (kind, failure) {
        (SessionKind::Search, Failure::Storage(errno)) => Failure::Io(errno),
        (SessionKind::Update, Failure::HttpMessage(status)) => Failure::Http(status),
        (SessionKind::Update, Failure::NoResults) => Failure::Parse,
        (_, other) => other,
    })
}

fn begin(script: &mut Script, order: Order, function: &str, title: &str, item: u32) {
    let arguments = call_argument("cereal1\n1\nlist\n0\nr0\n");
    let kwargs = call_text(script, title, item);
    let path = format!(
        "/:/plugins/{}/messaging/function/{}/{arguments}/{}",
        script.agent.identifier,
        call_argument(function),
        call_argument(&kwargs)
    );
    let session = Session {
        kind: order.kind,
        thread: order.thread_name,
        start_ms: script.at,
        end_ms: None,
        outcome: Outcome::NeverFinished,
        requests: 0,
        candidates: 0,
        response_bytes: None,
        item,
        query: title.to_owned(),
        burst: order.burst,
    };
    let framework = script.agent.framework;
    let mark = Mark::step(Step::Begin(Box::new(session)));
    mark_call(script);
    script.framework(
        Level::Debug,
        framework.handling,
        format!("Handling request GET {path}"),
        mark,
    );
    script.at += script.rng.i64(1..4);
    let bytes = script.rng.u32(70..130);
    script.debug(
        ("runtime", 49),
        format!("Received packed state data ({bytes} bytes)"),
    );
    script.tick();
    mark_call(script);
    script.debug(framework.route, format!("Found route matching {path}"));
    script.tick();
}

/// The call's arguments hold the file's path and, when secrets are planted, a token.
fn mark_call(script: &mut Script) {
    script.secret(Slot::User);
    if script.agent.plant {
        script.secret(Slot::Token);
    }
}

/// The arguments of the function call before coding; secrets begin at a multiple of three bytes.
fn call_text(script: &mut Script, title: &str, item: u32) -> String {
    let mut text = String::with_capacity(2400);
    text.push_str("cereal1\n2\ndict\ndict\n10\ns2\nens4\nlangb0s6\nmanualb1s7\nprimaryi0\ns7\nversionr1\ns6\nkwargss5\nMovies10\nmedia_type10\n");
    text.push_str("nns17\nopenSubtitlesHashs8\nfilename");
    let place = &script.agent.place;
    let (head, tail) = match place.media.split_once("quill") {
        Some((head, tail)) => (percent(head), format!("quill{tail}")),
        None => (percent(&place.media), String::new()),
    };
    text.push_str(&head);
    align(&mut text);
    text.push_str(&tail);
    text.push_str(&percent(&format!("/{title}/{title}.mkv")));
    if script.agent.plant {
        text.push_str("\ns12\nX-Plex-Token");
        align(&mut text);
        text.push_str(script.secret(Slot::Token));
    }
    let id = item.to_string();
    text.push_str("\nns4\nyears");
    text.push_str(&id.len().to_string());
    text.push('\n');
    text.push_str(&id);
    text.push_str("\ns2\nid");
    if script.agent.long_calls {
        text.push_str("\ns5\nhints");
        let length = script.rng.usize(300..1500);
        text.push_str(&alphanumeric(script.rng, length));
    }
    text.push_str("r0\n");
    text
}

fn keywords(script: &mut Script, title: &str, item: u32) -> String {
    let media = script.media();
    let path = script
        .agent
        .place
        .native(&format!("{media}/{title}/{title}.mkv"));
    let name = py_repr(title);
    let hash = hex(script.rng, 16);
    let duration = script.rng.u32(600_000..9_000_000);
    format!(
        "{{'openSubtitlesHash': '{hash}', 'name': {name}, 'year': None, 'filename': '{}', 'plexHash': '{hash}', 'duration': '{duration}', 'id': '{item}'}}",
        percent(&path)
    )
}

fn search_url(script: &mut Script, title: &str) -> String {
    let site = &script.agent.site;
    let query = percent(title);
    match script.rng.u8(0..4) {
        0 => format!("https://{site}/search?q={query}"),
        1 => format!("https://{site}/search/{query}/page/1"),
        2 => format!(
            "http://api.{}/v2/find?query={query}&lang=en",
            site.trim_start_matches("www.")
        ),
        _ => format!(
            "https://{site}/titles?title={query}&sort={}",
            pick(script.rng, &["asc", "desc"])
        ),
    }
}

fn end(script: &mut Script, (outcome, bytes): (Outcome, u32)) {
    let packed = script.rng.u32(60..140);
    script.debug(
        ("runtime", 106),
        format!("Sending packed state data ({packed} bytes)"),
    );
    script.tick();
    let source = script.agent.framework.response;
    let text = format!("Response: [200] str, {bytes} bytes");
    script.framework(
        Level::Debug,
        source,
        text,
        Mark::step(Step::End(outcome, bytes)),
    );
}

/// The end of a session whose beginning was rotated away.
pub(super) fn tail(script: &mut Script) {
    end(script, (Outcome::None, 320));
}
