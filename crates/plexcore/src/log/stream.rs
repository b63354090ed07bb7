//! One log followed from its oldest record on: events, sessions and marks, each told of the others.

use super::event::{Event, Events, Markers, RecordPlace};
use super::notice::{Look, Notice, ThreadKey};
use super::record::Record;
use super::rules::Rules;
use super::session::broker::{Broker, Delivery};
use super::session::{Session, Sessions};
use crate::stamp::Stamp;

/// Who wants to know what a log tells.
pub trait Listener {
    /// Something happened. Comes when its last record is known, so not strictly in order of time.
    fn event(&mut self, event: Event);
    /// A search or update ended.
    fn session(&mut self, session: Session);
    /// The system plug-in has told the server how an update ended.
    fn delivery(&mut self, _: Delivery) {}
    /// A record has marks that count by themselves.
    fn markers(&mut self, at: Stamp, markers: Markers);
}

/// Follows one log over all its files, oldest first.
#[derive(Debug)]
pub struct Stream<'r> {
    rules: &'r Rules,
    events: Events<'r>,
    sessions: Sessions,
    /// In the log of the system plug-in, which has no sessions of its own.
    broker: Option<Broker>,
    /// Events of sessions whose item is not told yet.
    itemless: Vec<(ThreadKey, Event)>,
}

impl<'r> Stream<'r> {
    /// Begins with no records of an agent.
    pub fn new(rules: &'r Rules) -> Self {
        Self {
            rules,
            events: Events::new(rules),
            sessions: Sessions::new(),
            broker: None,
            itemless: Vec::new(),
        }
    }

    /// Begins with no records of the system plug-in (`com.plexapp.system.log`).
    pub fn of_system(rules: &'r Rules) -> Self {
        Self {
            broker: Some(Broker::new()),
            ..Self::new(rules)
        }
    }

    /// Takes the next record. Records without a head tell nothing.
    pub fn take(&mut self, record: &Record<'_>, place: RecordPlace, listener: &mut impl Listener) {
        let Some(notice) = Notice::of(record, self.rules) else {
            return;
        };
        self.take_notice(&notice, place, listener);
    }

    /// Takes the next record, already looked at; nothing is done for one that tells nobody anything.
    #[inline]
    pub fn take_looked_at(
        &mut self,
        record: &Record<'_>,
        look: Look,
        place: RecordPlace,
        listener: &mut impl Listener,
    ) {
        let is_awaited = self.events.are_waiting() || self.broker.is_some();
        if look.is_silent() && !is_awaited {
            return;
        }
        if let Some(notice) = Notice::again(record, look) {
            self.take_notice(&notice, place, listener);
        }
    }

    fn take_notice(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        listener: &mut impl Listener,
    ) {
        let item = if notice.may_be_event() {
            let thread = notice.thread();
            let broker = self.broker.as_ref();
            self.sessions
                .item_of(thread)
                .or_else(|| broker?.item_of(thread))
        } else {
            None
        };
        if let Some(broker) = &mut self.broker {
            broker.take(notice, place, &mut |delivery| listener.delivery(delivery));
        }
        let (sessions, itemless, broker) =
            (&self.sessions, &mut self.itemless, self.broker.as_ref());
        let markers = self.events.take(notice, place, item, &mut |mut event| {
            if let (Some(broker), Some(guid)) = (broker, &event.guid) {
                event.item = broker.item_of_guid(guid).or(event.item);
            }
            if event.item.is_none() {
                let thread = ThreadKey::of(event.thread.as_bytes());
                if sessions.is_without_item(thread) {
                    itemless.push((thread, event));
                    return;
                }
            }
            listener.event(event);
        });
        if !markers.is_empty() {
            listener.markers(notice.at, markers);
        }
        self.sessions
            .take(notice, place, &mut |session| listener.session(session));
        if !self.itemless.is_empty() {
            self.give_items(listener);
        }
    }

    /// Passes on the events whose sessions have told their item, or have ended without.
    fn give_items(&mut self, listener: &mut impl Listener) {
        let sessions = &self.sessions;
        for (thread, mut event) in self
            .itemless
            .extract_if(.., |(thread, _)| !sessions.is_without_item(*thread))
        {
            event.item = sessions.item_of(thread);
            listener.event(event);
        }
    }

    /// Nothing has come for a while: what waits for more to be told of it comes out as it is.
    /// Sessions stay open.
    pub fn pause(&mut self, listener: &mut impl Listener) {
        for (_, event) in self.itemless.drain(..) {
            listener.event(event);
        }
        self.events.finish(&mut |event| listener.event(event));
    }

    /// The logs have ended: what is open comes out.
    pub fn finish(&mut self, listener: &mut impl Listener) {
        self.pause(listener);
        self.sessions
            .finish(&mut |session| listener.session(session));
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
