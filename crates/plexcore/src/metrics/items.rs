//! What became of each Plex item, so that two runs can be compared item by item.

use super::totals::Totals;
use crate::log::event::Event;
use crate::log::session::{Outcome, Session, SessionKind};
use crate::stamp::Stamp;

/// What happened to one item in one plug-in's log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemTally {
    /// Searches for a match.
    pub searches: u64,
    /// Those of them that found nothing, failed or never finished.
    pub without_result: u64,
    /// When the latest search began, and whether it was one of those.
    pub latest: Option<(Stamp, bool)>,
    /// Updates of its metadata.
    pub updates: u64,
    /// Events that the totals count. Which errors they are, the catalogue knows.
    pub totals: Totals,
}

impl ItemTally {
    /// Counts a session that worked on the item.
    pub fn take_session(&mut self, session: &Session) {
        if session.kind == SessionKind::Update {
            self.updates += 1;
            return;
        }
        let is_without = !matches!(session.outcome, Outcome::Results(_));
        self.searches += 1;
        self.without_result += u64::from(is_without);
        if self.latest.is_none_or(|(at, _)| at <= session.start) {
            self.latest = Some((session.start, is_without));
        }
    }

    /// Counts an event that concerns the item.
    pub fn take_event(&mut self, event: &Event) {
        self.totals.add_event(event);
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

    /// A search of item 7 that fails, one of item 7 that finds something, one of item 8 that fails.
    const LOG: &str = "\
2026-02-05 15:30:55,100 (12) :  INFO (agent:1) - Searching for matches for {'id': '7', 'name': 'Quiet Harbor'}
2026-02-05 15:30:55,155 (12) :  ERROR (networking:197) - Error opening URL 'http://site.example/a/1'
2026-02-05 15:30:55,160 (12) :  CRITICAL (agentkit:1018) - Exception in the search function of agent named 'Alder', called with keyword arguments {'id': '7'} (most recent call last):
  File \"/x/Plug-ins/Alder.bundle/Contents/Code/__init__.py\", line 178, in search
    html = fetch(url)
HTTPError: HTTP Error 403: Forbidden

";

    #[test]
    fn an_items_failures_are_counted_with_it() {
        let rules = Rules::builtin();
        let mut counter = PluginCounter::new(&rules, Window::default());
        let mut records = Records::new(Cursor::new(LOG));
        while let Some(record) = records.next().unwrap() {
            counter.take(&record, 0);
        }
        let tally = counter.finish();
        let item = &tally.items[&7];
        assert_eq!((item.totals.url_errors, item.totals.http_403), (1, 1));
        let errors = tally.catalogue.entries.values();
        assert_eq!(
            errors.filter_map(|entry| entry.items.get(&7)).sum::<u64>(),
            1
        );
    }

    fn search(at: i64, outcome: Outcome) -> Session {
        Session {
            kind: SessionKind::Search,
            marked_by: crate::log::session::MarkedBy::Framework,
            thread: "12".to_owned(),
            start: Stamp(at),
            end: Some(Stamp(at + 5)),
            outcome,
            item: Some(7),
            guid: None,
            requests: 0,
            candidates: 0,
            response_bytes: None,
            first: crate::log::event::RecordPlace { file: 0, offset: 0 },
        }
    }

    #[test]
    fn the_latest_search_is_the_one_that_began_last_whichever_ended_first() {
        let mut item = ItemTally::default();
        item.take_session(&search(20, Outcome::Failed));
        item.take_session(&search(10, Outcome::Results(2)));
        item.take_session(&Session {
            kind: SessionKind::Update,
            ..search(30, Outcome::Updated)
        });
        assert_eq!(
            (item.searches, item.without_result, item.updates),
            (2, 1, 1)
        );
        assert_eq!(item.latest, Some((Stamp(20), true)));
    }
}
