//! Deadlines, and the wish to stop: Ctrl-C, or the signal of whoever started us.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::Agent;

/// Set by Ctrl-C; wakes whoever sleeps, and breaks the connections on which somebody waits.
#[derive(Default)]
pub(crate) struct Cancel {
    is_set: AtomicBool,
    sleepers: (Mutex<()>, Condvar),
    agents: Mutex<Vec<Agent>>,
}

impl Cancel {
    /// Listens for Ctrl-C, and for the signals that ask a process to end.
    pub(crate) fn on_signal() -> Arc<Self> {
        let cancel = Arc::new(Self::default());
        let for_handler = Arc::clone(&cancel);
        // Without a handler Ctrl-C ends the process as it always did, which is no reason to fail.
        drop(ctrlc::set_handler(move || for_handler.set()));
        cancel
    }

    pub(crate) fn set(&self) {
        self.is_set.store(true, Ordering::SeqCst);
        let _sleeping = self
            .sleepers
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.sleepers.1.notify_all();
        let agents =
            std::mem::take(&mut *self.agents.lock().unwrap_or_else(PoisonError::into_inner));
        agents.into_iter().for_each(Agent::shutdown);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.is_set.load(Ordering::SeqCst)
    }

    /// Breaks this agent's connections when the wish comes.
    pub(crate) fn watch(&self, agent: &Agent) {
        self.agents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(agent.clone());
    }

    /// Sleeps; false if the wish to stop came before the time was over.
    pub(crate) fn sleep(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut guard = self
            .sleepers
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while !self.is_set() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            guard = self
                .sleepers
                .1
                .wait_timeout(guard, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        false
    }
}

/// When the whole run has to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(pub(crate) Instant);

impl Deadline {
    pub(crate) fn after(time: Duration) -> Self {
        let now = Instant::now();
        // A deadline beyond what the clock can hold is as good as one in ten years.
        Self(
            now.checked_add(time)
                .unwrap_or(now + Duration::from_secs(315_360_000)),
        )
    }

    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    pub(crate) fn is_over(self) -> bool {
        self.left().is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wish_to_stop_ends_a_sleep() {
        let cancel = Arc::new(Cancel::default());
        let other = Arc::clone(&cancel);
        let sleeper = std::thread::spawn(move || other.sleep(Duration::from_secs(600)));
        cancel.set();
        assert!(!sleeper.join().unwrap());
    }
}
