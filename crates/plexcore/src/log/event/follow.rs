//! One event of several records: what each thread is waiting for after a record that is half a story.
//!
//! | first record | what may follow on the thread |
//! |---|---|
//! | marker (`File: .., Line: .., Function: ..` behind a sign) | the message that is counted |
//! | `Error opening URL` | the CRITICAL or the agent's message that says why |
//! | metadata tree | the agent falling over the missing tree |
//! | storage | the agent's own word that the file is not there |
//! | route, no `Start`, bundle | the second record of the pair |
//!
//! The wait ends when the thread goes on to something else, with the plug-in's restart, after two
//! seconds, and at the end of the logs.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::class::Classes;
use super::draft::{Draft, add_facts, head_of, severity_of};
use super::facts::{Facts, numbers};
use super::fingerprint::{Room, grouping};
use super::marks::{event_markers, is_false_alarm, is_marker, markers};
use super::{Event, GroupedBy, Markers, RecordPlace, Url};
use crate::log::find::holds;
use crate::log::head::Level;
use crate::log::notice::{Notice, Step, ThreadKey};
use crate::log::rules::{Follow, GroupBy, Kind, Rules, Scratch, Seen};
use crate::log::traceback::Traceback;
use crate::stamp::Stamp;
use crate::utf8::owned;

/// How long a story may be left half told, in milliseconds.
const PATIENCE_MS: i64 = 2000;

/// So many messages are remembered with their rules.
const MOST_KNOWN: usize = 4096;

/// Makes events of the records of one log, read in order.
#[derive(Debug)]
pub struct Events<'r> {
    rules: &'r Rules,
    classes: Classes,
    pending: Vec<Pending>,
    scratch: Scratch,
    room: Room,
    /// The rules of messages met before, by hash: agents repeat themselves.
    known: FxHashMap<u64, usize>,
}

/// A thread's unfinished story.
#[derive(Debug)]
struct Pending {
    thread: ThreadKey,
    /// The time of its last record.
    last: Stamp,
    /// A marker whose message is still to come.
    marker: Option<Marker>,
    draft: Option<Draft>,
}

#[derive(Debug, Clone, Copy)]
struct Marker {
    place: RecordPlace,
    level: Level,
}

impl<'r> Events<'r> {
    /// Begins with no records.
    pub fn new(rules: &'r Rules) -> Self {
        Self {
            rules,
            classes: Classes::default(),
            pending: Vec::new(),
            scratch: Scratch::default(),
            room: Room::default(),
            known: FxHashMap::default(),
        }
    }

    /// Takes the next record and gives what it completes to `sink`.
    ///
    /// `item` is the Plex item that the thread works on, if that is known. What comes back are the
    /// marks of this record that belong to no event.
    pub fn take(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        item: Option<u64>,
        sink: &mut impl FnMut(Event),
    ) -> Markers {
        if !self.pending.is_empty() {
            self.expire(notice, sink);
        }
        if notice.is_event {
            self.take_loud(notice, place, item, sink);
        } else if !self.pending.is_empty() {
            self.take_quiet(notice, sink);
        }
        markers(notice)
    }

    /// Whether some thread's story is half told, which any record may end.
    pub fn are_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Gives out what is still waiting; the logs have ended.
    pub fn finish(&mut self, sink: &mut impl FnMut(Event)) {
        self.flush_where(|_| true, sink);
    }

    /// Ends the waits that a new record ends whatever its thread.
    fn expire(&mut self, notice: &Notice<'_>, sink: &mut impl FnMut(Event)) {
        if notice.step == Step::StartingCore {
            self.finish(sink);
            return;
        }
        let at = notice.at.0;
        // The clock may also have been set back, by the end of summer time for one.
        let is_over =
            |pending: &Pending| at.saturating_sub(pending.last.0).saturating_abs() > PATIENCE_MS;
        if self.pending.iter().any(is_over) {
            self.flush_where(is_over, sink);
        }
    }

    /// Gives out the waiting events of some threads, by time, then by place.
    fn flush_where(&mut self, chosen: impl Fn(&Pending) -> bool, sink: &mut impl FnMut(Event)) {
        let mut ended: Vec<Event> = self
            .pending
            .extract_if(.., |pending| chosen(pending))
            .filter_map(|pending| pending.draft.map(|draft| draft.event))
            .collect();
        ended.sort_by_key(|event| (event.at, event.first));
        ended.into_iter().for_each(sink);
    }

    fn position(&self, notice: &Notice<'_>) -> Option<usize> {
        let thread = notice.thread();
        self.pending.iter().position(|p| p.thread == thread)
    }

    /// A record that is no event itself may end a thread's story or belong to it.
    fn take_quiet(&mut self, notice: &Notice<'_>, sink: &mut impl FnMut(Event)) {
        let Some(index) = self.position(notice) else {
            return;
        };
        let pending = &mut self.pending[index];
        pending.marker = None;
        let Some(draft) = &mut pending.draft else {
            self.pending.swap_remove(index);
            return;
        };
        let is_whole = match (draft.waits_for, notice.step) {
            (Follow::Started, Step::StartedPlugin) => {
                draft.event.records += 1;
                true
            }
            (Follow::Reason, Step::Other) => {
                return self.take_reason_said_quietly(index, notice, sink);
            }
            (Follow::Reason, Step::Requesting | Step::SearchingForMatches | Step::LoadingModel)
            | (_, Step::HandlingRequest | Step::Response) => true,
            _ => false,
        };
        if is_whole {
            self.flush(index, sink);
        }
    }

    /// An agent may tell the status of a failed request at level INFO.
    fn take_reason_said_quietly(
        &mut self,
        index: usize,
        notice: &Notice<'_>,
        sink: &mut impl FnMut(Event),
    ) {
        if numbers(notice.text).0.is_none() {
            return;
        }
        let facts = Facts::of(notice, None);
        self.merge(index, notice, &facts, 1);
        self.flush(index, sink);
    }

    fn flush(&mut self, index: usize, sink: &mut impl FnMut(Event)) {
        if let Some(draft) = self.pending.swap_remove(index).draft {
            sink(draft.event);
        }
    }

    fn take_loud(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        item: Option<u64>,
        sink: &mut impl FnMut(Event),
    ) {
        let index = self.position(notice);
        if is_marker(notice.text) {
            self.keep_marker(index, notice, place);
            return;
        }
        let traceback = Traceback::of(notice.record);
        let marker = index
            .and_then(|index| self.pending[index].marker.take())
            .filter(|marker| marker.level == notice.level);
        if traceback.is_none() && is_false_alarm(notice.text, marker.is_some()) {
            if let Some(index) = index
                && self.pending[index].draft.is_none()
            {
                self.pending.swap_remove(index);
            }
            return;
        }
        let facts = Facts::of(notice, traceback.as_ref());
        let records = 1 + u32::from(marker.is_some());
        if let Some(index) = index {
            if self.belongs(index, notice, &facts) {
                self.merge(index, notice, &facts, records);
                self.flush_unless_waiting(index, notice, sink);
                return;
            }
            self.flush(index, sink);
        }
        let mut draft = self.draft(notice, &facts, place, item);
        if let Some(marker) = marker {
            draft.event.first = marker.place;
            draft.event.records = records;
        }
        if draft.waits_for == Follow::Nothing {
            sink(draft.event);
        } else {
            self.pending.push(Pending {
                thread: notice.thread(),
                last: notice.at,
                marker: None,
                draft: Some(draft),
            });
        }
    }

    fn keep_marker(&mut self, index: Option<usize>, notice: &Notice<'_>, place: RecordPlace) {
        let marker = Some(Marker {
            place,
            level: notice.level,
        });
        if let Some(index) = index {
            self.pending[index].marker = marker;
            self.pending[index].last = notice.at;
        } else {
            self.pending.push(Pending {
                thread: notice.thread(),
                last: notice.at,
                marker,
                draft: None,
            });
        }
    }

    /// Whether a record tells more of what its thread is waiting to have told.
    fn belongs(&mut self, index: usize, notice: &Notice<'_>, facts: &Facts<'_>) -> bool {
        let Some(draft) = &self.pending[index].draft else {
            return false;
        };
        if notice.step == Step::ErrorOpening {
            return false;
        }
        match draft.waits_for {
            Follow::Nothing | Follow::Started => false,
            Follow::Reason => self.is_reason(notice, facts),
            Follow::TreeEcho => {
                let said = facts.exception.map_or(facts.text, |e| e.message);
                holds(said, b"'NoneType' object")
            }
            Follow::StorageEcho => {
                let is_own_story = [
                    b"Exception writing to ".as_slice(),
                    b"Exception reading file ",
                ]
                .iter()
                .any(|words| facts.text.starts_with(words));
                let is_same = facts.errno.is_some() && facts.errno == draft.event.errno;
                !is_own_story && (is_same || holds(facts.text, b" to Disk"))
            }
            Follow::RouteEcho => facts.text.starts_with(b"Could not find route matching"),
            Follow::BundleEcho => facts.text.starts_with(b"Exception reading file"),
        }
    }

    /// Whether a record says why a URL could not be opened.
    fn is_reason(&mut self, notice: &Notice<'_>, facts: &Facts<'_>) -> bool {
        if facts.status.is_some() {
            return true;
        }
        let rule = self.rule_of(notice, facts, None);
        let row = &self.rules.all()[rule];
        match row.kind {
            Kind::Remote | Kind::Server => true,
            Kind::Noise => row.follow == Follow::Nothing && facts.exception.is_some(),
            Kind::Environment => matches!(row.id.as_str(), "dns" | "ssl"),
            Kind::Agent | Kind::SiteChanged | Kind::Outcome => false,
        }
    }

    fn flush_unless_waiting(
        &mut self,
        index: usize,
        notice: &Notice<'_>,
        sink: &mut impl FnMut(Event),
    ) {
        let pending = &mut self.pending[index];
        pending.last = notice.at;
        let waits = pending
            .draft
            .as_ref()
            .is_some_and(|draft| draft.waits_for != Follow::Nothing);
        if !waits {
            self.flush(index, sink);
        }
    }

    /// The rule that a record obeys; with the URL of a record before it, it says why that failed.
    fn rule_of(&mut self, notice: &Notice<'_>, facts: &Facts<'_>, url: Option<&[u8]>) -> usize {
        let is_message_alone = facts.exception.is_none() && facts.url.is_none() && url.is_none();
        let key = xxh3_64_with_seed(facts.text, notice.level as u64);
        if is_message_alone && let Some(rule) = self.known.get(&key) {
            return *rule;
        }
        let seen = Seen {
            text: facts.text,
            exception: facts.exception,
            url: facts.url.or(url),
            status: facts.status,
            errno: facts.errno,
            is_quiet: url.is_none()
                && matches!(notice.level, Level::Debug | Level::Info | Level::Other),
        };
        let rule = self.rules.recognise(&seen, &mut self.scratch).rule;
        if is_message_alone && self.known.len() < MOST_KNOWN {
            self.known.insert(key, rule);
        }
        rule
    }

    /// A new event of one record.
    fn draft(
        &mut self,
        notice: &Notice<'_>,
        facts: &Facts<'_>,
        place: RecordPlace,
        item: Option<u64>,
    ) -> Draft {
        let rule = self.rule_of(notice, facts, None);
        let class = self.classes.of(self.rules, rule, facts);
        let row = &self.rules.all()[rule];
        let mut event = Event {
            severity: row.severity.unwrap_or(severity_of(notice.level)),
            class,
            level: notice.level,
            at: notice.at,
            thread: owned(notice.record.thread()),
            message: head_of(facts.text),
            raised: None,
            culprit: None,
            status: None,
            errno: None,
            url: facts.url.map(Url::of),
            item: None,
            guid: None,
            fingerprint: 0,
            grouped_by: GroupedBy::Rule,
            wording: None,
            markers: event_markers(notice, &row.id),
            records: 1,
            first: place,
            counted: place,
        };
        add_facts(&mut event, facts);
        event.item = event.item.or(item);
        group(&mut event, row.group, facts, &mut self.room);
        let waits_for = if notice.step == Step::ErrorOpening {
            Follow::Reason
        } else {
            row.follow
        };
        Draft { event, waits_for }
    }

    /// Adds a later record to a waiting event. A reason names the event; an echo does not.
    fn merge(&mut self, index: usize, notice: &Notice<'_>, facts: &Facts<'_>, records: u32) {
        let Some(mut draft) = self.pending[index].draft.take() else {
            return;
        };
        let event = &mut draft.event;
        event.records += records;
        if draft.waits_for == Follow::Reason {
            let url = event
                .url
                .as_ref()
                .map(|url| format!("http://{}{}", url.host, url.path));
            let rule = self.rule_of(notice, facts, url.as_ref().map(String::as_bytes));
            let row = &self.rules.all()[rule];
            event.class = self.classes.of(self.rules, rule, facts);
            event.severity = row
                .severity
                .unwrap_or(severity_of(notice.level).max(event.severity));
            event.message = head_of(facts.text);
            add_facts(event, facts);
            group(event, row.group, facts, &mut self.room);
            draft.waits_for = row.follow;
        } else {
            event.guid = event.guid.take().or_else(|| facts.guid.map(owned));
            event.item = event.item.or(facts.item);
            if draft.waits_for == Follow::BundleEcho || draft.waits_for == Follow::RouteEcho {
                draft.waits_for = Follow::Nothing;
            }
        }
        self.pending[index].draft = Some(draft);
    }
}

/// Notes what makes the event the same as others.
fn group(event: &mut Event, by: GroupBy, facts: &Facts<'_>, room: &mut Room) {
    let found = grouping(&event.class.id, by, facts, event.url.as_ref(), room);
    event.fingerprint = found.fingerprint;
    event.grouped_by = found.by;
    event.wording = found.wording;
}
