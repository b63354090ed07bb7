//! Distinct errors: those of a catalogue as they are, those of old reports judged by their lines.
//!
//! Old reports group lines by their words and don't say which are errors, or whose. Their lines
//! are records of a log, so the same rules that make our catalogue name them.

use std::collections::BTreeMap;

use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use crate::log::event::{Event, Events, RecordPlace};
use crate::log::notice::Notice;
use crate::log::record::Records;
use crate::log::rules::{Kind, Rules};
use crate::redact::Redactor;
use crate::report::number::percent;
use crate::report::understanding::{
    AgentCount, CulpritPlace, Entry, Example, FailedHost, KindCount, RaisedException,
};
use crate::report::wording::is_failure;

/// One distinct error, as far as a report tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReadEntry {
    /// `E-3f2a9c01` in our reports; `L-...` for lines judged here, `C-...` for a cluster. Ids of
    /// one letter are the same for the same error in another report of that form.
    pub id: String,
    /// The kind: `http-403`.
    pub kind: String,
    /// Whose concern it is, as in [`KindCount::group`]; `unknown` where nothing tells.
    pub group: String,
    /// `error`, `warning`, ...; empty where nothing tells.
    pub severity: String,
    /// In words.
    pub title: String,
    /// How many events; in old reports lines.
    pub count: u64,
    /// By agent, the most affected first.
    pub agents: Vec<AgentCount>,
    /// When it was first seen.
    pub first: Option<String>,
    /// When it was last seen.
    pub last: Option<String>,
    /// Events in each bucket of the report's timeline; of our JSON.
    pub trend: Vec<u64>,
    /// The place in the agent's own code.
    pub culprit: Option<CulpritPlace>,
    /// What was raised.
    pub exception: Option<RaisedException>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The error number of the operating system.
    pub errno: Option<i32>,
    /// Where fetches failed, by host.
    pub urls: Vec<FailedHost>,
    /// Plex item ids touched, as far as they are listed.
    pub items: Vec<String>,
    /// How many different items in all.
    pub n_items: u64,
    /// One event with its surroundings.
    pub example: Option<Example>,
    /// The template that a v2 report mined.
    pub template: Option<String>,
    /// Whether it is absent from the earlier report that the report was compared with.
    pub is_new: Option<bool>,
}

impl ReadEntry {
    /// Whether it is a failure; noise and outcomes are none.
    pub fn is_failure(&self) -> bool {
        is_failure(&self.group)
    }
}

impl From<Entry> for ReadEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            kind: entry.kind,
            group: entry.group,
            severity: entry.severity,
            title: entry.title,
            count: entry.count,
            agents: entry.agents,
            first: Some(entry.first),
            last: Some(entry.last),
            trend: entry.trend,
            culprit: entry.culprit,
            exception: entry.exception,
            status: entry.status,
            errno: entry.errno,
            urls: entry.urls,
            items: entry.items,
            n_items: entry.n_items,
            example: entry.example,
            template: None,
            is_new: entry.is_new,
        }
    }
}

/// What a line of an old report is.
pub(super) enum Judged {
    /// A record that the rules name.
    Event(Box<Event>),
    /// A record that nothing is wrong with.
    Quiet,
    /// No record of a log.
    Unknown,
}

/// Judges lines by the rules that come with the program.
pub(super) struct Judge<'r> {
    rules: &'r Rules,
    events: Events<'r>,
}

impl<'r> Judge<'r> {
    pub(super) fn new(rules: &'r Rules) -> Self {
        Self {
            rules,
            events: Events::new(rules),
        }
    }

    pub(super) fn judge(&mut self, line: &str) -> Judged {
        let mut records = Records::of(line.as_bytes());
        // Reading from memory does not fail.
        let Ok(Some(record)) = records.next() else {
            return Judged::Unknown;
        };
        let Some(notice) = Notice::of(&record, self.rules) else {
            return Judged::Unknown;
        };
        let mut judged = Judged::Quiet;
        let mut keep = |event| judged = Judged::Event(Box::new(event));
        self.events
            .take(&notice, RecordPlace::default(), None, &mut keep);
        self.events.finish(&mut keep);
        judged
    }
}

/// An entry for an event, with what its one line tells.
pub(super) fn of_event(event: &Event, redactor: &Redactor) -> ReadEntry {
    let redacted = |text: &str| redactor.redact(text).into_owned();
    let url = event.url.as_ref();
    ReadEntry {
        id: format!("L-{:08x}", event.fingerprint >> 32),
        kind: event.id().to_owned(),
        group: event.kind().name().to_owned(),
        severity: event.severity.name().to_owned(),
        title: redacted(event.title()),
        first: Some(event.at.to_log()),
        exception: event.raised.as_ref().map(|raised| RaisedException {
            name: redacted(&raised.name),
            message: redactor.redact_bytes(&raised.message).into_owned(),
        }),
        status: event.status,
        errno: event.errno,
        urls: url
            .map(|url| FailedHost {
                host: redacted(&url.host),
                status: event.status,
                events: 0,
                example: redacted(&format!("{}{}", url.host, url.path)),
            })
            .into_iter()
            .collect(),
        ..ReadEntry::default()
    }
}

/// A short id for a text, the same in every run.
pub(super) fn text_id(letter: char, text: &str) -> String {
    format!("{letter}-{:08x}", xxh3_64(text.as_bytes()) >> 32)
}

/// Adds an agent's events to an entry.
pub(super) fn add(entry: &mut ReadEntry, agent: &str, events: u64) {
    entry.count += events;
    match entry.agents.iter_mut().find(|known| known.agent == agent) {
        Some(known) => known.events += events,
        None => entry.agents.push(AgentCount {
            agent: agent.to_owned(),
            events,
        }),
    }
}

/// Puts agents and entries in the order of a report: failures by count, then the rest.
pub(super) fn put_in_order(entries: &mut [ReadEntry]) {
    for entry in entries.iter_mut() {
        by_weight(&mut entry.agents);
    }
    entries.sort_by(|a, b| {
        let noise_last = (!a.is_failure()).cmp(&!b.is_failure());
        noise_last
            .then(b.count.cmp(&a.count))
            .then_with(|| a.id.cmp(&b.id))
    });
}

fn by_weight(agents: &mut [AgentCount]) {
    agents.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.agent.cmp(&b.agent)));
}

/// How often each kind of thing happened, from the entries.
pub(super) fn kinds_of(entries: &[ReadEntry]) -> Vec<KindCount> {
    let mut kinds: BTreeMap<(&str, &str), KindCount> = BTreeMap::new();
    for entry in entries {
        let kind = kinds
            .entry((&entry.group, &entry.kind))
            .or_insert_with(|| KindCount {
                kind: entry.kind.clone(),
                group: entry.group.clone(),
                title: entry.title.clone(),
                events: 0,
                share: None,
                agents: Vec::new(),
            });
        kind.events += entry.count;
        for count in &entry.agents {
            match kind
                .agents
                .iter_mut()
                .find(|known| known.agent == count.agent)
            {
                Some(known) => known.events += count.events,
                None => kind.agents.push(count.clone()),
            }
        }
    }
    let mut kinds: Vec<KindCount> = kinds.into_values().collect();
    let failures: u64 = kinds
        .iter()
        .filter(|kind| is_failure(&kind.group))
        .map(|kind| kind.events)
        .sum();
    for kind in &mut kinds {
        by_weight(&mut kind.agents);
        if is_failure(&kind.group) {
            kind.share = percent(kind.events, failures);
        }
    }
    let rank = |kind: &KindCount| match kind.group.as_str() {
        group if group == Kind::Noise.name() => 2,
        group if group == Kind::Outcome.name() => 1,
        _ => 0,
    };
    kinds.sort_by(|a, b| {
        rank(a)
            .cmp(&rank(b))
            .then(b.events.cmp(&a.events))
            .then_with(|| a.kind.cmp(&b.kind))
    });
    kinds
}
