//! How fast refreshes are sent: so many a second, and none while too many wait on the server.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use plexcore::cli::{Exit, Failure};

use crate::client::Client;
use crate::wait::{Watch, queue_size};

/// After this many refreshes the server's queue is looked at.
const CHECK_EVERY: usize = 10;
/// After this many looks at a queue that does not shrink the run stops.
const PATIENCE: u32 = 30;

/// The pace of a run.
pub(crate) struct Pace {
    /// Time between two; zero is as fast as possible, without looks at the queue.
    interval: Duration,
    max_queue: u64,
    poll: Duration,
    next: Instant,
    n_sent: usize,
}

impl Pace {
    pub(crate) fn new(interval: Duration, max_queue: u64, poll: Duration) -> Self {
        Self {
            interval,
            max_queue,
            poll,
            next: Instant::now(),
            n_sent: 0,
        }
    }

    /// Waits until the next refresh may be sent.
    pub(crate) fn wait(
        &mut self,
        client: &Client,
        sections: &BTreeSet<String>,
        watch: &mut Option<Watch<'_>>,
    ) -> Result<(), Failure> {
        if self.interval.is_zero() {
            return Ok(());
        }
        let pause = self.next.saturating_duration_since(Instant::now());
        rest(client, watch, pause)?;
        if self.n_sent > 0 && self.n_sent.is_multiple_of(CHECK_EVERY) {
            self.wait_for_queue(client, sections, watch)?;
        }
        self.next = Instant::now() + self.interval;
        self.n_sent += 1;
        Ok(())
    }

    fn wait_for_queue(
        &self,
        client: &Client,
        sections: &BTreeSet<String>,
        watch: &mut Option<Watch<'_>>,
    ) -> Result<(), Failure> {
        let mut least = u64::MAX;
        let mut n_in_vain = 0;
        while let Some(size) = queue_size(client, sections)?.filter(|size| *size > self.max_queue) {
            n_in_vain = if size < least { 0 } else { n_in_vain + 1 };
            least = least.min(size);
            if n_in_vain >= PATIENCE {
                let message = format!(
                    "the server's queue does not shrink: {size} updates wait, {} refreshes sent",
                    self.n_sent
                );
                return Err(Failure::new(Exit::TryAgain, message).hint(
                    "try again later with --journal, or allow a longer queue by --max-queue",
                ));
            }
            if client.manner.deadline.is_over() {
                return Err(crate::fault::Fault::Deadline.into());
            }
            rest(client, watch, self.poll)?;
        }
        Ok(())
    }
}

fn rest(client: &Client, watch: &mut Option<Watch<'_>>, time: Duration) -> Result<(), Failure> {
    match watch {
        Some(watch) => Ok(watch.pass(time)?),
        None if client.cancel.sleep(time) => Ok(()),
        None => Err(crate::fault::Fault::Cancelled.into()),
    }
}
