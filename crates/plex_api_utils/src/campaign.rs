//! Refreshing many items: at a pace, with a journal, watched if wanted, and taken back on Ctrl-C.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use plexcore::cli::{Exit, Failure};
use plexcore::files::plex_folders::Surroundings;
use plexcore::report::number::counted;
use plexcore::xml::Item;

use crate::client::{Call, Client};
use crate::fault::Fault;
use crate::journal::Journal;
use crate::pace::Pace;
use crate::server_url::percent_encoded;
use crate::snapshot;
use crate::targets::Target;
use crate::wait::{Watch, running};

/// How refreshes are sent and followed.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Time between two; zero is as fast as possible, without looks at the queue.
    pub(crate) interval: Duration,
    /// While more than this many wait on the server, none is sent.
    pub(crate) max_queue: u64,
    /// Time between two looks.
    pub(crate) poll: Duration,
    /// Their end is waited for.
    pub(crate) is_watched: bool,
    pub(crate) journal: Option<PathBuf>,
    /// The folder of the plug-in logs, if one was named.
    pub(crate) log_dir: Option<PathBuf>,
}

/// A run of refreshes.
pub(crate) struct Campaign<'a> {
    client: &'a Client,
    pace: Pace,
    pub(crate) journal: Option<Journal>,
    pub(crate) watch: Option<Watch<'a>>,
    sections: BTreeSet<String>,
    sent: Vec<String>,
}

/// What became of one request.
pub(crate) enum Sent {
    /// The server took it; the item as it was before, if it was looked at.
    Queued(Option<Box<Item>>),
    /// The journal says that it was done before.
    DoneBefore,
    /// The server did not take it.
    Refused(Fault),
}

impl<'a> Campaign<'a> {
    /// Prepares a run; `job` is what the journal calls it.
    pub(crate) fn prepare(plan: &Plan, client: &'a Client, job: &str) -> Result<Self, Failure> {
        let journal = match &plan.journal {
            None => None,
            Some(path) => {
                let identity = client.fetch(&Call::get("/identity"))?;
                let machine = identity.get("machineIdentifier").unwrap_or("unknown");
                Some(Journal::open(path, machine, job)?)
            }
        };
        let logs = log_folder(plan, client)?;
        let watch = if plan.is_watched {
            Some(Watch::start(client, plan.poll, logs.as_deref())?)
        } else {
            None
        };
        Ok(Self {
            client,
            pace: Pace::new(plan.interval, plan.max_queue, plan.poll),
            journal,
            watch,
            sections: BTreeSet::new(),
            sent: Vec::new(),
        })
    }

    /// Sends the refresh of one item. The error is one that ends the run.
    pub(crate) fn send(&mut self, target: &Target) -> Result<Sent, Failure> {
        if self
            .journal
            .as_ref()
            .is_some_and(|journal| journal.is_done(&target.key))
        {
            return Ok(Sent::DoneBefore);
        }
        self.sections.extend(target.section.clone());
        self.pace
            .wait(self.client, &self.sections, &mut self.watch)?;
        let before = match self.begin(target) {
            Ok(before) => before,
            Err(fault) if fault.ends_the_run() => return Err(fault.into()),
            Err(fault) => return Ok(Sent::Refused(fault)),
        };
        if let Some(journal) = &mut self.journal {
            journal.sent(&target.key, plexcore::cli::now())?;
        }
        let call = Call::put(format!(
            "/library/metadata/{}/refresh",
            percent_encoded(&target.key)
        ));
        match self.client.send(&call) {
            Ok(()) => {
                self.sent.push(target.key.clone());
                Ok(Sent::Queued(before))
            }
            Err(fault) => {
                if let Some(watch) = &mut self.watch {
                    watch.forget(&target.key);
                }
                if fault.ends_the_run() {
                    Err(fault.into())
                } else {
                    Ok(Sent::Refused(fault))
                }
            }
        }
    }

    /// Looks at the item before its refresh, where its end will be waited for.
    fn begin(&mut self, target: &Target) -> Result<Option<Box<Item>>, Fault> {
        let Some(watch) = &mut self.watch else {
            return Ok(None);
        };
        let item = snapshot::take(self.client, &target.key)?;
        watch.begin(&item, target.section.as_deref());
        self.sections.extend(item.section().map(str::to_owned));
        Ok(Some(Box::new(item)))
    }

    /// Waits for what was sent; true if all of it is finished.
    pub(crate) fn wait(&mut self) -> Result<bool, Failure> {
        match &mut self.watch {
            Some(watch) => Ok(watch.finish()?),
            None => Ok(true),
        }
    }

    /// After Ctrl-C: takes back what this run set off and is still running. Gives back how many.
    pub(crate) fn take_back(&self) -> usize {
        let Ok(client) = self.client.for_cleaning_up() else {
            return 0;
        };
        let still_waiting: Option<BTreeSet<&str>> = self
            .watch
            .as_ref()
            .map(|watch| watch.waiting().into_iter().collect());
        let is_ours = |key: &str| match &still_waiting {
            Some(waiting) => waiting.contains(key),
            None => self.sent.iter().any(|sent| sent == key),
        };
        let activities = running(&client).unwrap_or_default();
        let ours = activities
            .iter()
            .filter(|one| one.item.as_deref().is_some_and(is_ours));
        let cancel = |uuid: &str| {
            client.send(&Call::delete(format!(
                "/activities/{}",
                percent_encoded(uuid)
            )))
        };
        ours.filter(|one| cancel(&one.uuid).is_ok()).count()
    }

    /// Passes a failure on, after taking back what was set off if it was Ctrl-C.
    pub(crate) fn or_take_back(&self, failure: Failure) -> Failure {
        if !self.client.cancel.is_set() {
            return failure;
        }
        let n = self.take_back();
        let hint = match &self.journal {
            Some(_) => "the same command goes on from its journal",
            None => "with --journal FILE a run can go on where it stopped",
        };
        let sent = counted(self.sent.len() as u64, "refresh", "refreshes");
        Failure::new(
            Exit::TryAgain,
            format!("cancelled after {sent}; {n} that still ran were taken back"),
        )
        .hint(hint)
    }
}

/// The plug-in logs: those that were named, or those of a server on this machine.
fn log_folder(plan: &Plan, client: &Client) -> Result<Option<PathBuf>, Failure> {
    match &plan.log_dir {
        Some(path) => {
            std::fs::read_dir(path).map_err(plexcore::Error::read(Path::new(path)))?;
            Ok(Some(path.clone()))
        }
        None if client.server.is_loopback() => {
            Ok(Surroundings::of_process().find_log_folder().ok())
        }
        None => Ok(None),
    }
}
