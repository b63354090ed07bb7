//! What the system plug-in told the server of each update (`success=0|1`), to be asked by item and time.
//!
//! An agent's own log says what the agent did; the server is told how the whole update ended, which
//! takes in every agent that had a part and what the system plug-in could make of it. The two are
//! joined by Plex item and time, since threads of two processes have nothing to do with each other.

use std::collections::BTreeMap;

use crate::log::event::{Event, Markers, RecordPlace};
use crate::log::record::Record;
use crate::log::rules::Rules;
use crate::log::session::broker::Delivery;
use crate::log::session::{Session, SessionKind};
use crate::log::stream::{Listener, Stream};
use crate::stamp::{Stamp, Window};

/// The system plug-in waits so long for an agent before it tells the server that the update failed.
const PATIENCE_MS: i64 = 600_000;
/// How far the clocks' last digits of two processes may be apart.
const SLACK_MS: i64 = 1000;

/// How updates ended, as the server was told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryTally {
    /// `success=1`.
    pub succeeded: u64,
    /// `success=0`.
    pub failed: u64,
    /// Updates of which nothing was told, or the telling is no longer in the log.
    pub untold: u64,
}

impl DeliveryTally {
    /// Counts what is known of an update.
    pub fn take(&mut self, success: Option<bool>) {
        match success {
            Some(true) => self.succeeded += 1,
            Some(false) => self.failed += 1,
            None => self.untold += 1,
        }
    }

    /// Adds another.
    pub fn merge(&mut self, other: &Self) {
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.untold += other.untold;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    at: Stamp,
    start: Stamp,
    is_success: bool,
}

/// Every update that the system plug-in's log tells the end of.
#[derive(Debug, Default)]
pub struct Deliveries {
    by_item: BTreeMap<u64, Vec<Told>>,
    without_item: Vec<Told>,
}

impl Deliveries {
    /// How the updates that were begun in the window ended.
    pub fn in_window(&self, window: &Window) -> DeliveryTally {
        let mut tally = DeliveryTally::default();
        for told in self.by_item.values().flatten().chain(&self.without_item) {
            if window.holds(told.start) {
                tally.take(Some(told.is_success));
            }
        }
        tally
    }

    /// What the server was told of the update that an agent's session was part of.
    pub fn of(&self, session: &Session) -> Option<bool> {
        if session.kind != SessionKind::Update {
            return None;
        }
        let of_item = self.by_item.get(&session.item?)?;
        of_item
            .iter()
            .filter(|told| told.at >= session.start && told.start.0 <= session.start.0 + SLACK_MS)
            .min()
            .map(|told| told.is_success)
    }
}

/// Reads the system plug-in's records, oldest first.
#[derive(Debug)]
pub struct DeliveryReader<'r> {
    stream: Stream<'r>,
    found: Deliveries,
}

impl<'r> DeliveryReader<'r> {
    /// Nothing read yet.
    pub fn new(rules: &'r Rules) -> Self {
        Self {
            stream: Stream::of_system(rules),
            found: Deliveries::default(),
        }
    }

    /// Takes the next record.
    pub fn take(&mut self, record: &Record<'_>, place: RecordPlace) {
        self.stream.take(record, place, &mut self.found);
    }

    /// What was told.
    pub fn finish(self) -> Deliveries {
        self.found
    }
}

impl Listener for Deliveries {
    fn event(&mut self, _: Event) {}

    fn session(&mut self, _: Session) {}

    fn delivery(&mut self, delivery: Delivery) {
        let told = Told {
            at: delivery.at,
            // The line that put it on the list may have been rotated away.
            start: delivery.start.unwrap_or(Stamp(delivery.at.0 - PATIENCE_MS)),
            is_success: delivery.is_success,
        };
        match delivery.item {
            Some(item) => self.by_item.entry(item).or_default().push(told),
            None => self.without_item.push(told),
        }
    }

    fn markers(&mut self, _: Stamp, _: Markers) {}
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::log::record::Records;
    use crate::log::session::{MarkedBy, Outcome};

    const LOG: &str = "\
2026-02-05 15:30:00,000 (1) :  INFO (agentservice:700) - Adding com.plexapp.agents.alder://7?lang=en to the update list
2026-02-05 15:30:00,001 (1) :  INFO (agentservice:512) - Preparing metadata for Movie in com.plexapp.agents.alder (7)
2026-02-05 15:30:09,000 (1) :  DEBUG (networking:144) - Requesting 'http://127.0.0.1:32400/:/metadata/notify?guid=com.plexapp.agents.alder%3A%2F%2F7%3Flang%3Den&force=1&queueSize=0&id=7&success=0&async=1'
2026-02-05 15:40:00,000 (2) :  INFO (agentservice:700) - Adding com.plexapp.agents.alder://7?lang=en to the update list
2026-02-05 15:40:00,001 (2) :  INFO (agentservice:512) - Preparing metadata for Movie in com.plexapp.agents.alder (7)
2026-02-05 15:40:09,000 (2) :  DEBUG (networking:144) - Requesting 'http://127.0.0.1:32400/:/metadata/notify?guid=com.plexapp.agents.alder%3A%2F%2F7%3Flang%3Den&force=1&queueSize=0&id=7&success=1&async=1'
2026-02-05 15:41:09,000 (3) :  DEBUG (networking:144) - Requesting 'http://127.0.0.1:32400/:/metadata/notify?guid=x&id=8&success=1'
";

    fn read() -> Deliveries {
        let rules = Rules::builtin();
        let mut reader = DeliveryReader::new(&rules);
        let mut records = Records::new(Cursor::new(LOG));
        while let Some(record) = records.next().unwrap() {
            reader.take(&record, RecordPlace::default());
        }
        reader.finish()
    }

    fn session(at: &str, item: Option<u64>, kind: SessionKind) -> Session {
        Session {
            kind,
            marked_by: MarkedBy::Framework,
            thread: "9".to_owned(),
            start: Stamp::parse_typed(at, Stamp(0), "test").unwrap(),
            end: None,
            outcome: Outcome::Updated,
            item,
            guid: None,
            requests: 0,
            candidates: 0,
            response_bytes: None,
            first: RecordPlace::default(),
        }
    }

    #[test]
    fn an_update_is_joined_by_item_and_time() {
        let told = read();
        let of = |at: &str, item| {
            let at = format!("2026-02-05 {at}");
            told.of(&session(&at, item, SessionKind::Update))
        };
        assert_eq!(of("15:30:01", Some(7)), Some(false));
        assert_eq!(of("15:40:01", Some(7)), Some(true));
        assert_eq!(of("15:35:00", Some(7)), None, "between two updates");
        assert_eq!(of("15:50:00", Some(7)), None, "after the last");
        assert_eq!(of("15:30:01", Some(9)), None);
        assert_eq!(of("15:30:01", None), None);
        assert_eq!(
            of("15:41:00", Some(8)),
            Some(true),
            "its start is not in the log"
        );
        let search = session("2026-02-05 15:30:01", Some(7), SessionKind::Search);
        assert_eq!(told.of(&search), None);
    }

    #[test]
    fn the_window_holds_updates_by_their_start() {
        let told = read();
        let all = told.in_window(&Window::default());
        assert_eq!((all.succeeded, all.failed, all.untold), (2, 1, 0));
        let since = Stamp::parse_typed("2026-02-05 15:35:00", Stamp(0), "test").unwrap();
        let late = told.in_window(&Window {
            since: Some(since),
            until: None,
        });
        assert_eq!((late.succeeded, late.failed), (1, 0));
    }
}
