//! One log followed from its oldest record on: events, sessions and marks, each told of the others.

use super::event::{Event, Events, Markers, RecordPlace};
use super::notice::Notice;
use super::record::Record;
use super::rules::Rules;
use super::session::{Session, Sessions};
use crate::stamp::Stamp;

/// Who wants to know what a log tells.
pub trait Listener {
    /// Something happened. Comes when its last record is known, so not strictly in order of time.
    fn event(&mut self, event: Event);
    /// A search or update ended.
    fn session(&mut self, session: Session);
    /// A record has marks that count by themselves.
    fn markers(&mut self, at: Stamp, markers: Markers);
}

/// Follows one log over all its files, oldest first.
#[derive(Debug)]
pub struct Stream<'r> {
    events: Events<'r>,
    sessions: Sessions,
}

impl<'r> Stream<'r> {
    /// Begins with no records.
    pub fn new(rules: &'r Rules) -> Self {
        Self {
            events: Events::new(rules),
            sessions: Sessions::new(),
        }
    }

    /// Takes the next record. Records without a head tell nothing.
    pub fn take(&mut self, record: &Record<'_>, place: RecordPlace, listener: &mut impl Listener) {
        let Some(notice) = Notice::of(record) else {
            return;
        };
        self.take_notice(&notice, place, listener);
    }

    /// Takes the next record, already looked at.
    pub fn take_notice(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        listener: &mut impl Listener,
    ) {
        let item = if notice.may_be_event() {
            self.sessions.item_of(notice.thread())
        } else {
            None
        };
        let markers = self
            .events
            .take(notice, place, item, &mut |event| listener.event(event));
        if !markers.is_empty() {
            listener.markers(notice.at, markers);
        }
        self.sessions
            .take(notice, place, &mut |session| listener.session(session));
    }

    /// The logs have ended: what is open comes out.
    pub fn finish(&mut self, listener: &mut impl Listener) {
        self.events.finish(&mut |event| listener.event(event));
        self.sessions
            .finish(&mut |session| listener.session(session));
    }
}
