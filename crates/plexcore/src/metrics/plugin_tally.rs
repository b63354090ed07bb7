//! What one plug-in's logs add up to, record by record.

use std::collections::BTreeMap;

use super::activity::{Activity, Minute};
use super::catalogue::Catalogue;
use super::coverage::Coverage;
use super::deliveries::{Deliveries, DeliveryTally};
use super::items::ItemTally;
use super::outcomes::OutcomeTally;
use super::patterns::{GroupId, LinePlace, Patterns};
use super::samples::SampleLines;
use super::totals::Totals;
use crate::log::event::{Event, Markers, RecordPlace};
use crate::log::familiar::{self, Familiar};
use crate::log::head::Level;
use crate::log::notice::Look;
use crate::log::record::Record;
use crate::log::rules::{Kind, Rules};
use crate::log::session::{Session, SessionKind};
use crate::log::stream::{Listener, Stream};
use crate::stamp::{Stamp, Window};

/// The Framework's first words in a log after each start of a plug-in.
const START: &[u8] = b"Starting framework core";

/// Reads one plug-in's records, oldest first, and counts them.
#[derive(Debug)]
pub struct PluginCounter<'r> {
    rules: &'r Rules,
    stream: Stream<'r>,
    familiar: Familiar<Found>,
    following: Following<'r>,
    /// What was seen of the records being taken.
    seen: Vec<Seen>,
}

/// What was found in a message.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    /// What its bytes say; nothing if it is met for the first time.
    look: Option<Look>,
    /// Its group, if it was counted.
    group: Option<GroupId>,
}

/// What a record's bytes say by themselves.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// By what the message is remembered.
    message: Option<u64>,
    look: Option<Look>,
}

/// Counts of one plug-in's logs, for one window.
#[derive(Debug, Default)]
pub struct PluginTally {
    /// What was read.
    pub coverage: Coverage,
    /// The totals in the window.
    pub totals: Totals,
    /// Records in the window by level, as in [`Level::ALL`].
    pub levels: [u64; Level::ALL.len()],
    /// First lines in the window by the script's keys.
    pub patterns: Patterns,
    /// Lines to look at.
    pub samples: SampleLines,
    /// Searches and updates that began in the window.
    pub outcomes: OutcomeTally,
    /// Events in the window by what makes them the same error.
    pub catalogue: Catalogue,
    /// What became of each Plex item.
    pub items: BTreeMap<u64, ItemTally>,
    /// Work and errors by minutes since 1970.
    pub minutes: BTreeMap<i64, Minute>,
}

#[derive(Debug, Default)]
struct Following<'r> {
    deliveries: Option<&'r Deliveries>,
    tally: PluginTally,
    activity: Activity,
    window: Window,
    /// What the record being followed is marked with.
    markers: Markers,
}

impl<'r> PluginCounter<'r> {
    /// Nothing counted yet.
    pub fn new(rules: &'r Rules, window: Window) -> Self {
        Self {
            rules,
            stream: Stream::new(rules),
            familiar: Familiar::default(),
            following: Following {
                window,
                ..Following::default()
            },
            seen: Vec::new(),
        }
    }

    /// The same, with what the system plug-in told the server of updates.
    #[must_use]
    pub fn with_deliveries(mut self, deliveries: &'r Deliveries) -> Self {
        self.following.deliveries = Some(deliveries);
        self.following.tally.outcomes.delivered = Some(DeliveryTally::default());
        self
    }

    /// Counts a record; `file` numbers the plug-in's files in reading order.
    pub fn take(&mut self, record: &Record<'_>, file: u32) {
        self.take_all(std::iter::once(*record), file);
    }

    /// Counts records, each step for all of them before the next step, whose code takes its place in the
    /// processor's cache.
    ///
    /// A record outside the window is followed too: what began before it may end inside.
    pub fn take_all<'a>(&mut self, records: impl Iterator<Item = Record<'a>> + Clone, file: u32) {
        let mut seen = std::mem::take(&mut self.seen);
        seen.clear();
        seen.extend(records.clone().map(|record| self.look_at(&record)));
        for (record, seen) in records.clone().zip(&seen) {
            self.count(&record, seen, file);
        }
        for (record, seen) in records.zip(&seen) {
            self.follow(&record, seen, file);
        }
        self.seen = seen;
    }

    fn look_at(&mut self, record: &Record<'_>) -> Seen {
        let message = familiar::message_of(record).and_then(familiar::hash_of);
        let mut slot = message.and_then(|message| self.familiar.slot(message));
        let look = slot
            .as_deref()
            .and_then(|slot| slot.look)
            .or_else(|| Look::of(record, self.rules));
        if let Some(slot) = &mut slot {
            slot.look = look;
        }
        Seen { message, look }
    }

    fn count(&mut self, record: &Record<'_>, seen: &Seen, file: u32) {
        let mut unknown = None;
        let slot = seen.message.and_then(|message| self.familiar.slot(message));
        let group = slot.map_or(&mut unknown, |slot| &mut slot.group);
        self.following.count(record, file, group);
    }

    fn follow(&mut self, record: &Record<'_>, seen: &Seen, file: u32) {
        let Some(look) = seen.look else { return };
        let place = RecordPlace {
            file,
            offset: record.offset,
        };
        self.following.markers = Markers::default();
        self.stream
            .take_looked_at(record, look, place, &mut self.following);
        self.following.keep_samples(record);
    }

    /// Counts the end of a file: whether its last line had a line end.
    pub fn end_file(&mut self, is_cut: bool) {
        let coverage = &mut self.following.tally.coverage;
        coverage.files += 1;
        coverage.cut_files += u64::from(is_cut);
    }

    /// The counts, once all records are taken.
    pub fn finish(mut self) -> PluginTally {
        self.stream.finish(&mut self.following);
        let mut tally = self.following.tally;
        tally.minutes = self.following.activity.into_minutes();
        tally
    }
}

impl Following<'_> {
    fn count(&mut self, record: &Record<'_>, file: u32, group: &mut Option<GroupId>) {
        let inside = self.tally.coverage.take(record, &self.window);
        let Some(head) = record.head().filter(|_| inside) else {
            return;
        };
        self.tally.levels[head.level as usize] += 1;
        self.tally.patterns.take(
            group,
            record,
            LinePlace {
                file,
                offset: record.offset,
            },
        );
        self.activity.record(head.at);
        let text = record.bytes.get(head.text_start as usize..);
        if text.is_some_and(|text| text.starts_with(START)) {
            self.activity.at(head.at).starts += 1;
        }
    }

    fn keep_samples(&mut self, record: &Record<'_>) {
        if self.markers.is_empty() || !record.at().is_some_and(|at| self.window.holds(at)) {
            return;
        }
        let samples = &mut self.tally.samples;
        if self.markers.has(Markers::SEARCH_OPERATION) {
            SampleLines::keep(&mut samples.searches, record.first_line());
        }
        if self.markers.has(Markers::SUCCESS) {
            SampleLines::keep(&mut samples.successes, record.first_line());
        }
        if self.markers.has(Markers::TITLE_MATCH_FAILURE) {
            SampleLines::keep(&mut samples.failures, record.first_line());
        }
    }
}

impl Listener for Following<'_> {
    fn event(&mut self, event: Event) {
        if !self.window.holds(event.at) {
            self.tally.catalogue.note_outside(event);
            return;
        }
        self.tally.totals.add_event(&event);
        if event.markers.has(Markers::TITLE_MATCH_FAILURE) {
            SampleLines::keep(&mut self.tally.samples.failures, &event.message);
        }
        if event.is_url_fetch_error()
            && let Some(url) = &event.url
        {
            self.tally.samples.note_url(url);
        }
        let minute = self.activity.at(event.at);
        minute.errors += u64::from(event.is_error());
        minute.noise += u64::from(event.kind() == Kind::Noise);
        if let Some(item) = event.item {
            self.tally.items.entry(item).or_default().take_event(&event);
        }
        self.tally.catalogue.take(event);
    }

    fn session(&mut self, session: Session) {
        if !self.window.holds(session.start) {
            return;
        }
        let minute = self.activity.at(session.start);
        match session.kind {
            SessionKind::Search => minute.searches += 1,
            SessionKind::Update => minute.updates += 1,
        }
        if let Some(item) = session.item {
            self.tally
                .items
                .entry(item)
                .or_default()
                .take_session(&session);
        }
        let outcomes = &mut self.tally.outcomes;
        if let (Some(deliveries), Some(tally), SessionKind::Update) =
            (self.deliveries, &mut outcomes.delivered, session.kind)
        {
            tally.take(deliveries.of(&session));
        }
        outcomes.take(session);
    }

    fn markers(&mut self, at: Stamp, markers: Markers) {
        self.markers = markers;
        if self.window.holds(at) {
            self.tally.totals.add_markers(markers);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::log::record::Records;

    fn tally(log: &str, familiar: Familiar<Found>) -> PluginTally {
        let rules = Rules::builtin();
        let mut counter = PluginCounter::new(&rules, Window::default());
        counter.familiar = familiar;
        let mut records = Records::of(log.as_bytes());
        loop {
            let few = records.next_few().unwrap();
            if few.len() == 0 {
                return counter.finish();
            }
            counter.take_all(few, 0);
        }
    }

    /// The same, record by record and with nothing remembered.
    fn tally_one_by_one(log: &str) -> PluginTally {
        let rules = Rules::builtin();
        let mut counter = PluginCounter::new(&rules, Window::default());
        counter.familiar = Familiar::none();
        let mut records = Records::of(log.as_bytes());
        while let Some(record) = records.next().unwrap() {
            counter.take(&record, 0);
        }
        counter.finish()
    }

    /// Few messages, so that they come again, with all that a message's meaning may depend on.
    fn line() -> impl Strategy<Value = String> {
        (
            prop::sample::select(vec!["", "", "", "", "", "\u{feff}", "118:", "> "]),
            prop::sample::select(vec![",", ",", ",", "."]),
            prop::sample::select(vec!["17a0", "1", "17a0", "-17a0", "-5", "5"]),
            prop::sample::select(vec![
                "DEBUG (runtime:106) - ",
                "INFO (utils:7) - ",
                "INFO (utils:7) -",
                "ERROR (utils:7) - ",
                "CRITICAL (agentkit:9) - ",
            ]),
            prop::sample::select(vec![
                "Sending packed state data (116 bytes)",
                "Handling request GET /:/plugins/a/messaging/function/X0FnZW50S2l0OlNlYXJjaA/x",
                "Response: [200] str, 320 bytes",
                "Searching for matches for {'name': 'x'}",
                "Titles Found: 3 \u{2713}",
                "SEARCH:: Title Match Failure: 'a' 5",
                "Detected a Cloudflare version 2 Captcha challenge",
                "list index out of range",
                "Exception in the update function of agent named 'A', called with guid 'g'",
            ]),
            prop::sample::select(vec![
                "\n",
                "\n",
                "\n",
                "\r\n",
                "\n\n",
                "\nTraceback (most recent call last):\n  File \"a.py\", line 5, in f\nIndexError: x\n",
                " \n Title Match Failure\n",
            ]),
        )
            .prop_map(|(before, mark, thread, head, text, end)| {
                format!("{before}2026-02-05 15:30:55{mark}155 ({thread}) :  {head}{text}{end}")
            })
    }

    proptest! {
        #[test]
        fn neither_what_is_remembered_nor_how_many_come_at_a_time_changes_a_count(
            lines in prop::collection::vec(line(), 0..60)
        ) {
            let log = lines.concat();
            let (mut with, mut without) = (tally(&log, Familiar::default()), tally_one_by_one(&log));
            prop_assert_eq!(with.patterns.total(), without.patterns.total());
            prop_assert_eq!(with.patterns.take_largest(99), without.patterns.take_largest(99));
            // What each group is found by has no order.
            (with.patterns, without.patterns) = Default::default();
            prop_assert_eq!(format!("{with:?}"), format!("{without:?}"));
        }
    }

    #[test]
    fn what_is_remembered_of_a_message_is_as_small_as_it_can_be() {
        assert_eq!(size_of::<Found>(), 8);
    }

    #[test]
    fn what_is_remembered_is_forgotten_for_something_else_and_no_count_changes() {
        // Every message comes three times, with many more between than are remembered.
        let line = |round: u32, n: u32| {
            let (second, level) = (n % 60, if n.is_multiple_of(7) { "ERROR" } else { "INFO" });
            format!(
                "2026-02-05 15:30:{second:02},{round}55 (17a{round}) :  {level} (utils:7) - {n:x} seen\n"
            )
        };
        let log: String = (0..3)
            .flat_map(|round| (0..20_000).map(move |n| line(round, n)))
            .collect();
        let (mut with, mut without) = (tally(&log, Familiar::default()), tally_one_by_one(&log));
        assert_eq!(with.patterns.total(), 60_000);
        assert_eq!(
            with.patterns.take_largest(99_999),
            without.patterns.take_largest(99_999)
        );
        assert_eq!(with.levels, without.levels);
    }
}
