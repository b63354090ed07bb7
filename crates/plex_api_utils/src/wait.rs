//! Waits for refreshes to be finished: events, looks at the server, and the plug-in logs, fed to the tracker.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use plexcore::cli::Failure;
use plexcore::xml::{Element, Item};

use crate::client::{Call, Client};
use crate::events::{Listener, Signal, item_of};
use crate::fault::Fault;
use crate::plugin_log::LogWatch;
use crate::server_url::percent_encoded;
use crate::snapshot;
use crate::tracker::{Look, Progress, Running, Seen, Tracker};

/// Items that one look asks for; with more than this many waiting, they take turns.
const ITEMS_PER_LOOK: usize = 20;
/// Longest wait for an event before the time is looked at.
const BEAT: Duration = Duration::from_millis(200);

/// Watches a server while refreshes run.
pub(crate) struct Watch<'a> {
    client: &'a Client,
    listener: Listener,
    is_stream_open: bool,
    logs: Option<LogWatch>,
    tracker: Tracker,
    poll: Duration,
    next_look: Instant,
    until: Instant,
    sections: BTreeSet<String>,
    turn: usize,
}

impl<'a> Watch<'a> {
    /// Begins to watch. `poll` is the time between two looks.
    pub(crate) fn start(
        client: &'a Client,
        poll: Duration,
        log_folder: Option<&Path>,
    ) -> Result<Self, Failure> {
        let left = client.manner.deadline.left();
        // What comes after the wait needs time of its own.
        let reserve = (left / 5).min(Duration::from_secs(10));
        let listener = Listener::start(client)?;
        Ok(Self {
            client,
            is_stream_open: listener.began_open,
            listener,
            logs: log_folder.and_then(LogWatch::start),
            tracker: Tracker::new(poll * 3),
            poll,
            next_look: Instant::now() + poll,
            until: Instant::now() + left.saturating_sub(reserve),
            sections: BTreeSet::new(),
            turn: 0,
        })
    }

    /// A refresh of this item is about to be sent.
    pub(crate) fn begin(&mut self, item: &Item, section: Option<&str>) {
        let section = item.section().or(section);
        self.sections.extend(section.map(str::to_owned));
        if let (Some(logs), Some(guid)) = (&mut self.logs, item.element().get("guid")) {
            logs.name(guid, item.key());
        }
        self.tracker.begin(item.key(), section, item.updated_at());
    }

    /// The refresh could not be sent.
    pub(crate) fn forget(&mut self, key: &str) {
        self.tracker.forget(key);
    }

    /// How far an item is.
    pub(crate) fn progress(&self, key: &str) -> Progress {
        self.tracker.progress(key)
    }

    /// Items that are not finished.
    pub(crate) fn waiting(&self) -> Vec<&str> {
        self.tracker.waiting()
    }

    /// Watches for this long, but not beyond the deadline.
    pub(crate) fn pass(&mut self, time: Duration) -> Result<(), Fault> {
        let until = (Instant::now() + time).min(self.until);
        while Instant::now() < until {
            self.step(until)?;
        }
        Ok(())
    }

    /// Watches until everything is finished or the deadline comes; true if everything is finished.
    pub(crate) fn finish(&mut self) -> Result<bool, Fault> {
        while !self.tracker.waiting().is_empty() && Instant::now() < self.until {
            self.step(self.until)?;
        }
        self.read_logs();
        Ok(self.tracker.waiting().is_empty())
    }

    fn step(&mut self, until: Instant) -> Result<(), Fault> {
        let now = Instant::now();
        let patience = BEAT
            .min(self.next_look.saturating_duration_since(now))
            .min(until.saturating_duration_since(now));
        match self.listener.next(patience) {
            Some(Signal::Open) => self.is_stream_open = true,
            // A restart breaks the stream, and may be over before the next look.
            Some(Signal::Lost) => {
                if std::mem::take(&mut self.is_stream_open) {
                    self.tracker.interrupted();
                }
            }
            Some(signal) => {
                if self.tracker.signal(&signal) {
                    self.next_look = now;
                }
            }
            // A listener that has given up answers at once.
            None => {
                if !self.client.cancel.sleep(
                    patience.min(self.next_look.saturating_duration_since(Instant::now())) / 4,
                ) {
                    return Err(Fault::Cancelled);
                }
            }
        }
        if self.client.cancel.is_set() {
            return Err(Fault::Cancelled);
        }
        if Instant::now() >= self.next_look {
            self.look()?;
            self.next_look = Instant::now() + self.poll;
        }
        Ok(())
    }

    fn look(&mut self) -> Result<(), Fault> {
        self.read_logs();
        match self.gather() {
            Ok(look) => self.tracker.look(&look, Instant::now()),
            Err(fault) if fault.is_passing() => self.tracker.interrupted(),
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    fn read_logs(&mut self) {
        let outcomes = self.logs.as_mut().map(LogWatch::read).unwrap_or_default();
        for (key, outcome) in outcomes {
            self.tracker
                .logged(&key, outcome.map_err(|error| self.client.cleared(&error)));
        }
    }

    fn gather(&mut self) -> Result<Look, Fault> {
        let waiting: Vec<String> = self
            .tracker
            .waiting()
            .into_iter()
            .map(str::to_owned)
            .collect();
        if waiting.is_empty() {
            return Ok(Look::default());
        }
        // Items first: what runs now may end before they are asked for, and would be missed the other way round.
        let mut items = BTreeMap::new();
        for key in waiting
            .iter()
            .cycle()
            .skip(self.turn % waiting.len())
            .take(waiting.len().min(ITEMS_PER_LOOK))
        {
            match snapshot::take_once(self.client, key) {
                Ok(item) => items.insert(key.clone(), Seen::There(item.updated_at())),
                Err(fault) if fault.is_not_found() => items.insert(key.clone(), Seen::Gone),
                Err(fault) => return Err(fault),
            };
        }
        self.turn += ITEMS_PER_LOOK;
        let queue = queue_size(self.client, &self.sections)?;
        Ok(Look {
            running: running(self.client)?,
            queue,
            items,
        })
    }
}

/// What a server is doing. One that does not tell is taken to do nothing.
pub(crate) fn running(client: &Client) -> Result<Vec<Running>, Fault> {
    let root = match client.fetch_once(&Call::get("/activities")) {
        Ok(root) => root,
        Err(fault) if fault.is_not_found() => return Ok(Vec::new()),
        Err(fault) => return Err(fault),
    };
    Ok(root
        .children
        .iter()
        .filter(|child| child.name == "Activity")
        .map(of_element)
        .collect())
}

fn of_element(activity: &Element) -> Running {
    let context = activity
        .children
        .iter()
        .find(|child| child.name == "Context");
    let in_context = |name: &str| context.and_then(|context| context.get(name));
    Running {
        uuid: activity.get("uuid").unwrap_or_default().to_owned(),
        kind: activity.get("type").unwrap_or_default().to_owned(),
        item: in_context("key").and_then(item_of).map(str::to_owned),
        section: in_context("librarySectionID").map(str::to_owned),
    }
}

/// How many updates wait in these sections; `None` if the server doesn't say.
pub(crate) fn queue_size(
    client: &Client,
    sections: &BTreeSet<String>,
) -> Result<Option<u64>, Fault> {
    let mut sum = None;
    for section in sections {
        let call = Call::get(format!(
            "/library/sections/{}/timeline",
            percent_encoded(section)
        ));
        match client.fetch_once(&call) {
            Ok(root) => {
                let size = root.number("updateQueueSize");
                sum = size.map(|n| sum.unwrap_or(0) + n).or(sum);
            }
            Err(fault) if fault.is_not_found() => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(sum)
}
