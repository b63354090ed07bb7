//! When is a refresh really finished? Evidence in, verdict out; no clock and no network of its own.
//!
//! The server's 200 says only that a refresh was queued, and its `refreshing` says no too early. What counts,
//! best first: the end of the item's own activity; a timeline entry that says done, once no activity of the
//! item is left; a change of `updatedAt` with nothing running and nothing waiting; an agent's own word in the
//! log. Where nothing at all is seen of the work, a quiet time without any library activity counts as its
//! end (the agent found nothing), unless the connection was lost meanwhile: then the work may be lost too.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use plexcore::cli::Exit;

use crate::events::Signal;
use crate::plugin_log::REPORTED;

/// By what the end of the work was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The item's activity ended.
    Activity,
    /// The event stream said so.
    Event,
    /// The item changed, and nothing was running any more.
    Updated,
    /// The plug-in log said so.
    Log,
    /// Nothing was running or waiting for a while.
    Quiet,
}

impl How {
    /// The word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Event => "event",
            Self::Updated => "change",
            Self::Log => "log",
            Self::Quiet => "quiet",
        }
    }
}

/// How far an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Not finished yet.
    Waiting,
    /// Finished.
    Finished(How),
    /// The agent failed; its error, if the log has it.
    Failed(String),
    /// The item does not exist any more.
    Gone,
    /// The connection was lost, and since then nothing was seen of the work.
    Lost,
}

impl Progress {
    /// The end that it is, if the run ends now.
    pub(crate) fn end(&self) -> End {
        match self {
            Self::Finished(_) => End::Finished,
            Self::Failed(_) => End::AgentFailed,
            Self::Gone => End::NotFound,
            Self::Waiting => End::NeverFinished,
            Self::Lost => End::Lost,
        }
    }
}

/// How the work on an item or a section ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Finished,
    /// Of a whole section: it is quiet, and no work was seen.
    Unseen,
    AgentFailed,
    NotFound,
    NeverFinished,
    Lost,
}

impl End {
    /// The end in words, and how a run ends with it.
    pub(crate) fn meaning(self) -> (&'static str, Exit) {
        match self {
            Self::Finished => ("finished", Exit::Done),
            Self::Unseen => ("finished, nothing was seen of it", Exit::Unchanged),
            Self::AgentFailed => ("agent failed", Exit::AgentFailed),
            Self::NotFound => ("not found", Exit::NoInput),
            Self::NeverFinished => ("never finished", Exit::Unfinished),
            Self::Lost => ("lost when the server went away", Exit::Unfinished),
        }
    }
}

/// An activity that is running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Running {
    pub(crate) uuid: String,
    pub(crate) kind: String,
    pub(crate) item: Option<String>,
    pub(crate) section: Option<String>,
}

impl Running {
    /// Whether it is work on a library, rather than one of the rows that an idle server keeps.
    fn is_library_work(&self) -> bool {
        self.kind.starts_with("library.")
    }
}

/// What a look at the server showed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    pub(crate) running: Vec<Running>,
    /// How many updates wait, where the server says.
    pub(crate) queue: Option<u64>,
    /// The items that were asked for.
    pub(crate) items: BTreeMap<String, Seen>,
}

/// An item as a look found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is there; its `updatedAt`.
    There(Option<u64>),
    /// It is not there any more.
    Gone,
}

struct Tracked {
    section: Option<String>,
    /// `updatedAt` before.
    baseline: Option<u64>,
    running: BTreeSet<String>,
    is_said_done: bool,
    is_log_done: bool,
    is_interrupted: bool,
    quiet_since: Option<Instant>,
    progress: Progress,
}

/// Follows the refreshes of a run.
pub(crate) struct Tracker {
    items: BTreeMap<String, Tracked>,
    quiet_time: Duration,
}

impl Tracker {
    /// A tracker for which this much quiet is the end of work of which nothing was seen.
    pub(crate) fn new(quiet_time: Duration) -> Self {
        Self {
            items: BTreeMap::new(),
            quiet_time,
        }
    }

    /// A refresh is about to be sent. What was known of an earlier one is forgotten.
    pub(crate) fn begin(&mut self, key: &str, section: Option<&str>, baseline: Option<u64>) {
        let tracked = Tracked {
            section: section.map(str::to_owned),
            baseline,
            running: BTreeSet::new(),
            is_said_done: false,
            is_log_done: false,
            is_interrupted: false,
            quiet_since: None,
            progress: Progress::Waiting,
        };
        self.items.insert(key.to_owned(), tracked);
    }

    /// The refresh could not be sent after all.
    pub(crate) fn forget(&mut self, key: &str) {
        self.items.remove(key);
    }

    /// The items that are not finished, in the order of their keys.
    pub(crate) fn waiting(&self) -> Vec<&str> {
        let waiting = self
            .items
            .iter()
            .filter(|(_, item)| item.progress == Progress::Waiting);
        waiting.map(|(key, _)| key.as_str()).collect()
    }

    /// How far an item is.
    pub(crate) fn progress(&self, key: &str) -> Progress {
        self.items
            .get(key)
            .map_or(Progress::Waiting, |item| item.progress.clone())
    }

    /// Takes in a signal; true if a look at the server would settle something now.
    pub(crate) fn signal(&mut self, signal: &Signal) -> bool {
        let (Signal::Timeline { item: key, .. }
        | Signal::Began { item: key, .. }
        | Signal::Ended { item: key, .. }) = signal
        else {
            return false;
        };
        let Some(item) = self
            .items
            .get_mut(key)
            .filter(|item| item.progress == Progress::Waiting)
        else {
            return false;
        };
        item.quiet_since = None;
        match signal {
            Signal::Timeline { state: 9, .. } => item.progress = Progress::Gone,
            Signal::Timeline {
                state: 5,
                is_busy: false,
                ..
            } => item.is_said_done = true,
            Signal::Began { uuid, .. } => {
                item.running.insert(uuid.clone());
            }
            Signal::Ended { uuid, .. } => {
                // One that began before the refresh was sent is somebody else's.
                let was_ours = item.running.remove(uuid);
                if was_ours && item.running.is_empty() {
                    item.progress = Progress::Finished(How::Activity);
                }
            }
            _ => {}
        }
        item.progress == Progress::Waiting && item.is_said_done
    }

    /// The server could not be reached: it may have restarted and forgotten what it was to do.
    pub(crate) fn interrupted(&mut self) {
        for item in self
            .items
            .values_mut()
            .filter(|item| item.progress == Progress::Waiting)
        {
            item.is_interrupted = true;
            item.is_said_done = false;
            item.running.clear();
            item.quiet_since = None;
        }
    }

    /// The log tells how an agent did with an item.
    pub(crate) fn logged(&mut self, key: &str, outcome: Result<(), String>) {
        let Some(item) = self.items.get_mut(key) else {
            return;
        };
        match outcome {
            // The first word of an error says more than the report of it that follows.
            Err(error) if error == REPORTED && matches!(item.progress, Progress::Failed(_)) => {}
            // Other signs may have come first, but an error is not undone by them.
            Err(error) if item.progress != Progress::Gone => {
                item.progress = Progress::Failed(error);
            }
            Ok(()) if item.progress == Progress::Waiting => item.is_log_done = true,
            _ => {}
        }
    }

    /// Takes in what a look at the server showed.
    pub(crate) fn look(&mut self, look: &Look, now: Instant) {
        let is_idle = look.queue.unwrap_or(0) == 0;
        for (key, item) in self
            .items
            .iter_mut()
            .filter(|(_, item)| item.progress == Progress::Waiting)
        {
            item.look(key, look, is_idle, self.quiet_time, now);
        }
    }
}

impl Tracked {
    fn look(&mut self, key: &str, look: &Look, is_idle: bool, quiet_time: Duration, now: Instant) {
        let found = look.items.get(key);
        if found == Some(&Seen::Gone) {
            self.progress = Progress::Gone;
            return;
        }
        let own = look.running.iter().filter(|one| {
            one.kind == "library.update.item.metadata" && one.item.as_deref() == Some(key)
        });
        let running: BTreeSet<String> = own.map(|one| one.uuid.clone()).collect();
        if !running.is_empty() {
            self.running = running;
            self.quiet_since = None;
            return;
        }
        let was_running = !std::mem::take(&mut self.running).is_empty();
        let is_newer = match found {
            Some(Seen::There(Some(at))) => self.baseline.is_none_or(|before| *at > before),
            _ => false,
        };
        let is_quiet = is_idle && !look.running.iter().any(|one| self.concerns(one));
        let how = match () {
            () if was_running => Some(How::Activity),
            () if self.is_log_done => Some(How::Log),
            () if self.is_said_done => Some(How::Event),
            () if is_newer && is_quiet => Some(How::Updated),
            () => None,
        };
        if let Some(how) = how {
            self.progress = Progress::Finished(how);
        } else if is_quiet {
            let since = *self.quiet_since.get_or_insert(now);
            if now.duration_since(since) >= quiet_time {
                let is_lost = self.is_interrupted;
                self.progress = if is_lost {
                    Progress::Lost
                } else {
                    Progress::Finished(How::Quiet)
                };
            }
        } else {
            self.quiet_since = None;
        }
    }

    /// Whether an activity could be about this item: its section's, or one that names no section.
    fn concerns(&self, running: &Running) -> bool {
        let same_section = match (&running.section, &self.section) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        running.is_library_work() && same_section
    }
}

#[cfg(test)]
#[path = "tracker_tests.rs"]
mod tests;
