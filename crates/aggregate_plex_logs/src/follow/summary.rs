//! What was seen while the logs were followed, told at the end.

use std::collections::BTreeMap;

use plexcore::cli::{Console, Failure};
use plexcore::log::event::Event;
use plexcore::log::rules::Kind;
use plexcore::log::session::{Outcome, Session, SessionKind};
use plexcore::printable::printable;
use plexcore::redact::Redactor;
use plexcore::report::number::{counted, grouped};
use plexcore::report::wording::group_words;

/// Counts of everything that happened, shown or not.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) logs: u64,
    events: u64,
    /// Kind, id and title, with the number of events.
    classes: BTreeMap<(Kind, String, String), u64>,
    searches: Ended,
    updates: Ended,
}

#[derive(Debug, Default)]
struct Ended {
    total: u64,
    succeeded: u64,
    empty: u64,
    failed: u64,
}

impl Summary {
    pub(super) fn count_event(&mut self, event: &Event) {
        self.events += 1;
        let class = &event.class;
        let key = (class.kind, class.id.clone(), class.title.clone());
        *self.classes.entry(key).or_default() += 1;
    }

    pub(super) fn count_session(&mut self, session: &Session) {
        let ended = match session.kind {
            SessionKind::Search => &mut self.searches,
            SessionKind::Update => &mut self.updates,
        };
        ended.total += 1;
        match session.outcome {
            Outcome::Results(_) | Outcome::Updated => ended.succeeded += 1,
            Outcome::NoResult | Outcome::NoAnswer => ended.empty += 1,
            Outcome::Failed => ended.failed += 1,
            Outcome::Lost | Outcome::NeverFinished => {}
        }
    }

    /// The most frequent first; noise is counted too, last.
    pub(super) fn write(&self, redactor: &Redactor, console: &mut Console) -> Result<(), Failure> {
        console.say(format_args!(
            "\nFollowed {}: {}",
            counted(self.logs, "log", "logs"),
            counted(self.events, "event", "events")
        ))?;
        let mut classes: Vec<_> = self.classes.iter().collect();
        classes.sort_by_key(|((kind, ..), n)| (*kind == Kind::Noise, std::cmp::Reverse(**n)));
        for ((kind, id, title), n) in classes {
            let line = format!(
                "{:>7}  {id}  {title} ({})",
                grouped(*n),
                group_words(kind.name())
            );
            console.say(printable(&redactor.redact(&line)))?;
        }
        for (what, ended, good) in [
            ("Searches", &self.searches, "with results"),
            ("Updates", &self.updates, "stored"),
        ] {
            if ended.total > 0 {
                console.say(format_args!(
                    "{what} ended: {}, {} {good}, {} empty, {} failed",
                    grouped(ended.total),
                    grouped(ended.succeeded),
                    grouped(ended.empty),
                    grouped(ended.failed)
                ))?;
            }
        }
        Ok(())
    }
}
