//! Records become sessions: each search and update of an agent, from the server's request to the answer.
//!
//! The Framework marks both ends at level DEBUG: `Handling request` and `Response:` on one thread.
//! Where an agent logs at INFO only, a session begins at `Searching for matches for` or at the
//! agent's own mark and ends at the agent's own mark, if it has one.
//!
//! Invariant: a session that is open at a restart, or when its thread is given another request, is
//! closed there; what is open at the end of the logs comes out of [`Sessions::finish`].

pub mod broker;

use std::sync::LazyLock;

use memchr::memmem::Finder;
use rustc_hash::FxHashMap;

use super::event::RecordPlace;
use super::head::Level;
use super::notice::{Notice, Step, ThreadKey, Words};
use crate::stamp::Stamp;
use crate::utf8::{lossy, owned};

/// What an agent was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionKind {
    /// To find candidates for an item.
    Search,
    /// To fill in an item's metadata.
    Update,
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// A search with about so many results, judged by the size of the answer.
    Results(u32),
    /// A search that found nothing.
    NoResult,
    /// An update that stored what it found.
    Updated,
    /// The agent had no answer, without having raised: no agent for the type, or nothing stored.
    NoAnswer,
    /// The agent's function raised, or the answer was an error.
    Failed,
    /// The thread was given another request before an end was logged.
    Lost,
    /// Still open at a restart or at the end of the logs.
    NeverFinished,
}

/// What showed the ends of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkedBy {
    /// The Framework's `Handling request` and `Response:`.
    Framework,
    /// The agent's own marks.
    Agent,
}

/// A search or an update of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What was asked for.
    pub kind: SessionKind,
    /// What showed its ends.
    pub marked_by: MarkedBy,
    /// The thread's id as written.
    pub thread: String,
    /// When it began.
    pub start: Stamp,
    /// When it was answered, lost or cut off by a restart; `None` if it was open when the logs ended.
    pub end: Option<Stamp>,
    /// How it ended.
    pub outcome: Outcome,
    /// The Plex item.
    pub item: Option<u64>,
    /// The GUID of an update.
    pub guid: Option<String>,
    /// Fetches from other hosts than the server itself.
    pub requests: u32,
    /// Candidates that the agent says it looked at.
    pub candidates: u32,
    /// Size of the answer in bytes, as the Framework packs it.
    pub response_bytes: Option<u64>,
    /// The record that began it.
    pub first: RecordPlace,
}

impl Session {
    /// How long it took, in milliseconds, if its end is known. The clock may have been set back.
    pub fn duration_ms(&self) -> Option<i64> {
        if matches!(self.outcome, Outcome::Lost | Outcome::NeverFinished) {
            return None;
        }
        self.end.map(|end| end.0.saturating_sub(self.start.0))
    }

    /// How long it has been open at `now`, in milliseconds, if it never finished.
    pub fn open_for_ms(&self, now: Stamp) -> Option<i64> {
        let is_open = self.outcome == Outcome::NeverFinished;
        let until = self.end.unwrap_or(now);
        is_open.then(|| until.0.saturating_sub(self.start.0).max(0))
    }
}

/// A session that has not ended.
#[derive(Debug)]
struct Open {
    session: Session,
    /// The session's own `Searching for matches for` or `Loading model` was seen.
    is_told: bool,
    has_raised: bool,
    has_stored: bool,
}

/// Makes sessions of the records of one agent's log, read in order.
#[derive(Debug, Default)]
pub struct Sessions {
    open: FxHashMap<ThreadKey, Open>,
}

/// `_AgentKit:` at the beginning of a function's name, as the Framework codes it.
static AGENT_KIT: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(b"/messaging/function/X0FnZW50S2l0Ol"));
/// The rest of the names of the two functions that are followed.
const SEARCH: &[u8] = b"NlYXJjaA";
const UPDATE: &[u8] = b"VwZGF0ZU1ldGFkYXRh";

impl Sessions {
    /// Begins with no records.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next record and gives a session that it ends to `sink`.
    pub fn take(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        sink: &mut impl FnMut(Session),
    ) {
        match notice.step {
            Step::Other | Step::Framework | Step::StartedPlugin | Step::ErrorOpening => {
                self.take_agents_own(notice, place, sink);
            }
            Step::StartingCore => self.restart(notice.at, sink),
            Step::HandlingRequest => self.handle_request(notice, place, sink),
            Step::Requesting => self.request(notice),
            Step::Response => self.respond(notice, sink),
            Step::SearchingForMatches => self.tell(SessionKind::Search, notice, place, sink),
            Step::LoadingModel => self.tell(SessionKind::Update, notice, place, sink),
            Step::Serializing => {
                if let Some(open) = self.open.get_mut(&notice.thread()) {
                    open.has_stored |= notice.text.ends_with(b"Info.xml");
                }
            }
        }
    }

    /// Gives out what is still open; the logs have ended.
    pub fn finish(&mut self, sink: &mut impl FnMut(Session)) {
        self.close_all(None, sink);
    }

    /// The Plex item that a thread works on.
    pub fn item_of(&self, thread: ThreadKey) -> Option<u64> {
        self.open.get(&thread)?.session.item
    }

    /// Whether a thread works on an item that the log has not told yet.
    pub fn is_without_item(&self, thread: ThreadKey) -> bool {
        self.open
            .get(&thread)
            .is_some_and(|open| open.session.item.is_none())
    }

    /// A restart ends everything.
    fn restart(&mut self, at: Stamp, sink: &mut impl FnMut(Session)) {
        if !self.open.is_empty() {
            self.close_all(Some(at), sink);
        }
    }

    fn close_all(&mut self, end: Option<Stamp>, sink: &mut impl FnMut(Session)) {
        let mut ended: Vec<Session> = self.open.drain().map(|(_, open)| open.session).collect();
        ended.sort_by_key(|session| (session.start, session.first));
        for mut session in ended {
            session.end = end;
            session.outcome = Outcome::NeverFinished;
            sink(session);
        }
    }

    fn handle_request(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        sink: &mut impl FnMut(Session),
    ) {
        self.lose(notice, sink);
        let Some(at) = AGENT_KIT.find(notice.text) else {
            return;
        };
        let function = &notice.text[at + AGENT_KIT.needle().len()..];
        let kind = if function.starts_with(SEARCH) {
            SessionKind::Search
        } else if function.starts_with(UPDATE) {
            SessionKind::Update
        } else {
            return;
        };
        self.begin(kind, MarkedBy::Framework, notice, place);
    }

    /// The thread goes on to something else: what it had open has lost its end.
    fn lose(&mut self, notice: &Notice<'_>, sink: &mut impl FnMut(Session)) {
        if self.open.is_empty() {
            return;
        }
        if let Some(open) = self.open.remove(&notice.thread()) {
            let mut session = open.session;
            session.end = Some(notice.at);
            session.outcome = if open.has_raised {
                Outcome::Failed
            } else {
                Outcome::Lost
            };
            sink(session);
        }
    }

    fn begin(
        &mut self,
        kind: SessionKind,
        marked_by: MarkedBy,
        notice: &Notice<'_>,
        place: RecordPlace,
    ) -> &mut Open {
        let session = Session {
            kind,
            marked_by,
            thread: owned(notice.record.thread()),
            start: notice.at,
            end: None,
            outcome: Outcome::NeverFinished,
            item: None,
            guid: None,
            requests: 0,
            candidates: 0,
            response_bytes: None,
            first: place,
        };
        let open = Open {
            session,
            is_told: false,
            has_raised: false,
            has_stored: false,
        };
        self.open
            .entry(notice.thread())
            .insert_entry(open)
            .into_mut()
    }

    /// What the session is about; it begins here if the log has no DEBUG lines.
    fn tell(
        &mut self,
        kind: SessionKind,
        notice: &Notice<'_>,
        place: RecordPlace,
        sink: &mut impl FnMut(Session),
    ) {
        let fits = self
            .open
            .get(&notice.thread())
            .is_some_and(|open| open.session.kind == kind && !open.is_told);
        let open = if fits {
            self.open.get_mut(&notice.thread())
        } else if kind == SessionKind::Search {
            self.lose(notice, sink);
            Some(self.begin(kind, MarkedBy::Agent, notice, place))
        } else {
            // Models are loaded outside of updates too.
            None
        };
        let Some(open) = open else { return };
        open.is_told = true;
        match kind {
            SessionKind::Search => open.session.item = super::event::item_of_text(notice.text),
            SessionKind::Update => {
                let guid = &notice.text[b"Loading model with GUID ".len()..];
                open.session.guid = Some(owned(guid));
            }
        }
    }

    fn request(&mut self, notice: &Notice<'_>) {
        if self.open.is_empty() {
            return;
        }
        let Some(open) = self.open.get_mut(&notice.thread()) else {
            return;
        };
        let url = super::event::quoted(notice.text).unwrap_or_default();
        if !is_own_server(url) {
            open.session.requests += 1;
        } else if open.session.item.is_none() {
            open.session.item = super::event::item_of_url(url);
        }
    }

    fn respond(&mut self, notice: &Notice<'_>, sink: &mut impl FnMut(Session)) {
        let Some(open) = self.open.remove(&notice.thread()) else {
            return;
        };
        let (status, bytes) = answer(notice.text);
        let mut session = open.session;
        session.end = Some(notice.at);
        session.response_bytes = bytes;
        session.outcome = match session.kind {
            _ if status.is_some_and(|status| status >= 400) || open.has_raised => Outcome::Failed,
            SessionKind::Search => search_outcome(bytes),
            SessionKind::Update if open.has_stored => Outcome::Updated,
            SessionKind::Update => Outcome::NoAnswer,
        };
        sink(session);
    }

    /// Lines that are not the Framework's marks: exceptions, candidates, and the agent's own marks.
    fn take_agents_own(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        sink: &mut impl FnMut(Session),
    ) {
        let is_critical = notice.level == Level::Critical;
        if notice.words.is_empty() && !is_critical {
            return;
        }
        let words = notice.words;
        if words.has(Words::SEARCH_BEGINS) {
            self.begin_by_agent(SessionKind::Search, notice, place, sink);
        } else if words.has(Words::UPDATE_BEGINS) {
            self.begin_by_agent(SessionKind::Update, notice, place, sink);
        }
        let Some(open) = self.open.get_mut(&notice.thread()) else {
            return;
        };
        open.session.candidates += u32::from(words.has(Words::CANDIDATE));
        open.has_raised |= is_critical && is_raised(notice.text);
        if open.session.marked_by == MarkedBy::Framework {
            return;
        }
        let found = open.session.candidates.max(1);
        let outcome = match open.session.kind {
            _ if words.has(Words::FAILED) || words.has(Words::QUITS) => Some(Outcome::NoResult),
            SessionKind::Search if words.has(Words::SUCCEEDED) => Some(Outcome::Results(found)),
            SessionKind::Update if words.has(Words::SUCCEEDED) => Some(Outcome::Updated),
            _ if !words.has(Words::ENDED) && !words.has(Words::CLOSING_RULE) => None,
            SessionKind::Search if open.session.candidates > 0 => Some(Outcome::Results(found)),
            SessionKind::Search => Some(Outcome::NoResult),
            SessionKind::Update => Some(Outcome::Updated),
        };
        if let Some(outcome) = outcome
            && let Some(open) = self.open.remove(&notice.thread())
        {
            let mut session = open.session;
            session.end = Some(notice.at);
            session.outcome = if open.has_raised {
                Outcome::Failed
            } else {
                outcome
            };
            sink(session);
        }
    }

    /// An agent's own mark begins a session only where nothing else has begun it.
    fn begin_by_agent(
        &mut self,
        kind: SessionKind,
        notice: &Notice<'_>,
        place: RecordPlace,
        sink: &mut impl FnMut(Session),
    ) {
        if let Some(open) = self.open.get(&notice.thread()) {
            let is_same = open.session.kind == kind;
            if open.session.marked_by == MarkedBy::Framework || (is_same && open.is_told) {
                return;
            }
            self.lose(notice, sink);
        }
        self.begin(kind, MarkedBy::Agent, notice, place).is_told = true;
    }
}

fn is_raised(text: &[u8]) -> bool {
    text.starts_with(b"Exception in the search function of agent")
        || text.starts_with(b"Exception in the update function of agent")
}

fn is_own_server(url: &[u8]) -> bool {
    [
        b"http://127.0.0.1:32400/".as_slice(),
        b"http://localhost:32400/",
        b"http://[::1]:32400/",
    ]
    .iter()
    .any(|server| url.starts_with(server))
}

/// Status and size in `Response: [200] str, 320 bytes`.
fn answer(text: &[u8]) -> (Option<u16>, Option<u64>) {
    let text = lossy(text);
    let status = text
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .and_then(|(status, _)| status.parse().ok());
    let bytes = text
        .trim_end()
        .strip_suffix(" bytes")
        .and_then(|rest| rest.rsplit(' ').next())
        .and_then(|bytes| bytes.parse().ok());
    (status, bytes)
}

/// A packed answer without results has 320 bytes; each result adds 280 to 390.
const EMPTY_BYTES: u64 = 320;
const RESULT_BYTES: u64 = 335;

fn search_outcome(bytes: Option<u64>) -> Outcome {
    match bytes {
        None => Outcome::NoAnswer,
        Some(bytes) if bytes < EMPTY_BYTES => Outcome::NoAnswer,
        Some(EMPTY_BYTES) => Outcome::NoResult,
        Some(bytes) => {
            let more = bytes - EMPTY_BYTES;
            let results = (more + RESULT_BYTES / 2) / RESULT_BYTES;
            Outcome::Results(u32::try_from(results.max(1)).unwrap_or(u32::MAX))
        }
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
