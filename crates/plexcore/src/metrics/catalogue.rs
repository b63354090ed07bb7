//! Events counted by what makes them the same error.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::wording;
use crate::log::event::{Class, Culprit, Event, Raised, RecordPlace, Url};
use crate::log::rules::Severity;
use crate::stamp::Stamp;

/// Milliseconds of a minute, the grain in which times are counted.
pub const MINUTE_MS: i64 = 60_000;
/// Hosts kept apart for one error; beyond that only their events are counted.
const MOST_HOSTS: usize = 200;

/// All events of one error.
#[derive(Debug, Clone)]
pub struct EntryTally {
    /// What it is called.
    pub class: Arc<Class>,
    /// How grave, at its gravest.
    pub severity: Severity,
    /// How many events.
    pub count: u64,
    /// When it was first seen.
    pub first: Stamp,
    /// When it was last seen.
    pub last: Stamp,
    /// How many in each minute since 1970.
    pub minutes: BTreeMap<i64, u64>,
    /// The place in the agent's code, of the last event that has one.
    pub culprit: Option<(Stamp, Culprit)>,
    /// What was raised, the first time.
    pub raised: Option<Raised>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The error number of the operating system.
    pub errno: Option<i32>,
    /// Failed fetches by host and status, with one URL of each.
    pub hosts: BTreeMap<(String, Option<u16>), (u64, Url)>,
    /// Plex items touched, with the events of each.
    pub items: BTreeMap<u64, u64>,
    /// The first event's record, and the thread that wrote it.
    pub example: (RecordPlace, String),
    /// The first event's message; not redacted.
    pub message: Box<[u8]>,
    /// What their messages have in common, where only that tells them from others; not redacted.
    pub wording: Option<Box<[u8]>>,
}

impl EntryTally {
    fn new(event: Event) -> Self {
        Self {
            severity: event.severity,
            count: 0,
            first: event.at,
            last: event.at,
            minutes: BTreeMap::new(),
            culprit: None,
            raised: event.raised,
            status: event.status,
            errno: event.errno,
            hosts: BTreeMap::new(),
            items: BTreeMap::new(),
            example: (event.counted, event.thread),
            message: event.message,
            wording: event.wording,
            class: event.class,
        }
    }

    fn count(&mut self, seen: Seen) {
        self.count += 1;
        self.first = self.first.min(seen.at);
        self.last = self.last.max(seen.at);
        *self
            .minutes
            .entry(seen.at.0.div_euclid(MINUTE_MS))
            .or_default() += 1;
        self.severity = self.severity.max(seen.severity);
        if let Some(item) = seen.item {
            *self.items.entry(item).or_default() += 1;
        }
        if let Some(culprit) = seen.culprit {
            self.note_culprit(seen.at, culprit);
        }
        if let Some(url) = seen.url {
            let key = (url.host.clone(), seen.status);
            if self.hosts.len() < MOST_HOSTS || self.hosts.contains_key(&key) {
                self.hosts.entry(key).or_insert((0, url)).0 += 1;
            }
        }
    }

    /// Adds the events of another entry that turned out to be the same error.
    pub(super) fn merge(&mut self, other: Self) {
        if (other.first, other.example.0) < (self.first, self.example.0) {
            self.example = other.example;
            self.message = other.message;
            self.raised = other.raised.or(self.raised.take());
        } else {
            self.raised = self.raised.take().or(other.raised);
        }
        self.wording = self.wording.take().min(other.wording);
        self.severity = self.severity.max(other.severity);
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for (minute, events) in other.minutes {
            *self.minutes.entry(minute).or_default() += events;
        }
        self.status = self.status.or(other.status);
        self.errno = self.errno.or(other.errno);
        for (item, events) in other.items {
            *self.items.entry(item).or_default() += events;
        }
        if let Some((at, culprit)) = other.culprit {
            self.note_culprit(at, culprit);
        }
        for (key, (events, url)) in other.hosts {
            if self.hosts.len() < MOST_HOSTS || self.hosts.contains_key(&key) {
                self.hosts.entry(key).or_insert((0, url)).0 += events;
            }
        }
    }

    fn note_culprit(&mut self, at: Stamp, culprit: Culprit) {
        if self.culprit.as_ref().is_none_or(|(known, _)| *known <= at) {
            self.culprit = Some((at, culprit));
        }
    }
}

/// What counting needs of an event.
struct Seen {
    at: Stamp,
    severity: Severity,
    item: Option<u64>,
    culprit: Option<Culprit>,
    status: Option<u16>,
    url: Option<Url>,
}

/// The errors of one plug-in, by fingerprint.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By fingerprint.
    pub entries: BTreeMap<u64, EntryTally>,
    /// Messages outside the window, which show what varies as well as those inside do.
    pub(super) outside: BTreeMap<u64, (Arc<Class>, Box<[u8]>)>,
    /// How many entries only their message tells apart.
    pub(super) n_worded: usize,
}

impl Catalogue {
    /// Counts an event.
    pub fn take(&mut self, mut event: Event) {
        let seen = Seen {
            at: event.at,
            severity: event.severity,
            item: event.item,
            culprit: event.culprit.take(),
            status: event.status,
            url: event.url.take(),
        };
        let is_worded = event.wording.is_some();
        let mut is_new = false;
        self.entries
            .entry(event.fingerprint)
            .or_insert_with(|| {
                is_new = true;
                EntryTally::new(event)
            })
            .count(seen);
        if is_new && is_worded {
            self.n_worded += 1;
            if self.n_worded > wording::MOST {
                wording::compress(self);
            }
        }
    }

    /// Notes the message of an event outside the window.
    pub fn note_outside(&mut self, event: Event) {
        if let Some(wording) = event.wording
            && self.outside.len() < wording::MOST
        {
            self.outside
                .entry(event.fingerprint)
                .or_insert((event.class, wording));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::log::record::Records;
    use crate::log::rules::Rules;
    use crate::metrics::plugin_tally::PluginCounter;
    use crate::stamp::Window;

    #[test]
    fn repeats_of_one_error_are_one_entry() {
        let text = "\
2026-02-05 15:30:55,155 (12) :  ERROR (networking:197) - Error opening URL 'http://site.example/a/1'
2026-02-05 15:30:55,160 (12) :  CRITICAL (agentkit:1018) - Exception in the search function of agent named 'Alder', called with keyword arguments {'id': '7'} (most recent call last):
  File \"/x/Plug-ins/Alder.bundle/Contents/Code/__init__.py\", line 178, in search
    html = fetch(url)
HTTPError: HTTP Error 403: Forbidden

2026-02-05 15:40:55,155 (13) :  ERROR (networking:197) - Error opening URL 'http://site.example/b/2'
2026-02-05 15:40:55,160 (13) :  CRITICAL (agentkit:1018) - Exception in the search function of agent named 'Alder', called with keyword arguments {'id': '8'} (most recent call last):
  File \"/x/Plug-ins/Alder.bundle/Contents/Code/__init__.py\", line 181, in search
    html = fetch(url)
HTTPError: HTTP Error 403: Forbidden

";
        let rules = Rules::builtin();
        let mut counter = PluginCounter::new(&rules, Window::default());
        let mut records = Records::new(Cursor::new(text));
        while let Some(record) = records.next().unwrap() {
            counter.take(&record, 0);
        }
        let tally = counter.finish();
        let entries: Vec<&EntryTally> = tally.catalogue.entries.values().collect();
        assert_eq!(entries.len(), 1);
        let entry = entries[0];
        assert_eq!(
            (entry.count, entry.status, entry.minutes.len()),
            (2, Some(403), 2)
        );
        assert_eq!(
            entry.culprit.as_ref().map(|(_, culprit)| culprit.line),
            Some(181)
        );
        let hosts: Vec<_> = entry
            .hosts
            .iter()
            .map(|((host, status), (n, _))| (host.as_str(), *status, *n))
            .collect();
        assert_eq!(hosts, [("site.example", Some(403), 2)]);
    }
}
