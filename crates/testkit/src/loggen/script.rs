//! Writes the records of one thread's doings, keeping its time.

use fastrand::Rng;

use super::category::{Category, Via};
use super::framework::{Framework, Place};
use super::names::{chance, pick};
use super::record::{Level, Mark, Rec, Shape, Source, Step};
use super::secrets::{Secrets, Slot};
use super::spec::{AgentSpec, Failure, Style};
use super::truth::{Event, Stamp};

/// What stays the same through one agent's log.
pub(super) struct Agent<'a> {
    pub(super) spec: &'a AgentSpec,
    pub(super) identifier: String,
    pub(super) framework: &'static Framework,
    pub(super) place: Place,
    pub(super) secrets: &'a Secrets,
    pub(super) plant: bool,
    pub(super) titles: Vec<String>,
    pub(super) site: String,
    /// Plex item id of the first title; no two agents share items.
    pub(super) first_item: u32,
    pub(super) unique_share: f64,
    pub(super) long_calls: bool,
    /// Waits inside sessions are multiplied by this, so that many sessions fit into little time.
    pub(super) pace: f64,
}

impl Agent<'_> {
    pub(super) fn failure(&self, rng: &mut Rng) -> Failure {
        if !self.spec.failures.is_empty() {
            return pick(rng, &self.spec.failures);
        }
        let total: u32 = Failure::ALL.iter().map(|(_, weight)| weight).sum();
        let mut at = rng.u32(..total);
        for &(failure, weight) in Failure::ALL {
            if at < weight {
                return failure;
            }
            at -= weight;
        }
        Failure::Timeout
    }

    pub(super) fn is_pgma(&self) -> bool {
        self.spec.style == Style::Pgma
    }
}

pub(super) struct Script<'a> {
    pub(super) agent: &'a Agent<'a>,
    pub(super) rng: &'a mut Rng,
    pub(super) at: Stamp,
    pub(super) thread: u16,
    pub(super) session: Option<u32>,
    pub(super) item: Option<u32>,
    pub(super) seq: &'a mut u64,
    pub(super) out: &'a mut Vec<Rec>,
    pending_secrets: u64,
}

impl<'a> Script<'a> {
    pub(super) fn new(
        agent: &'a Agent<'a>,
        rng: &'a mut Rng,
        seq: &'a mut u64,
        out: &'a mut Vec<Rec>,
        (at, thread): (Stamp, u16),
    ) -> Self {
        Self {
            agent,
            rng,
            at,
            thread,
            session: None,
            item: None,
            seq,
            out,
            pending_secrets: 0,
        }
    }

    /// Lets real time pass: a fetch, a long computation.
    pub(super) fn wait(&mut self, low: Stamp, high: Stamp) {
        let millis = self.rng.i64(low..=high);
        self.at += scaled(millis, self.agent.pace);
    }

    /// Lets the time between two lines of code pass.
    pub(super) fn tick(&mut self) {
        self.at += self.rng.i64(0..=2);
    }

    /// Makes room in the running second for all records of one event.
    pub(super) fn settle(&mut self) {
        if self.at.rem_euclid(1000) > 900 {
            self.at += 1000 - self.at.rem_euclid(1000);
        }
    }

    pub(super) fn event(&self, category: Category, via: Via) -> Event {
        Event {
            at_ms: 0,
            category,
            via,
            http: None,
            url: false,
            level: Level::Error,
            item: self.item,
            exception: None,
            errno: None,
            culprit: None,
        }
    }

    pub(super) fn secret(&mut self, slot: Slot) -> &'a str {
        self.pending_secrets |= slot.bit();
        self.agent.secrets.text(slot)
    }

    /// The data folder, which may hold the user's name.
    pub(super) fn data(&mut self) -> &'a str {
        if self.agent.place.personal {
            self.pending_secrets |= Slot::User.bit();
        }
        &self.agent.place.data
    }

    pub(super) fn media(&mut self) -> &'a str {
        self.pending_secrets |= Slot::User.bit();
        &self.agent.place.media
    }

    /// A record of the Framework.
    pub(super) fn framework(&mut self, level: Level, source: Source, text: String, mark: Mark) {
        self.push(level, source, text, mark);
    }

    pub(super) fn debug(&mut self, source: Source, text: impl Into<String>) {
        self.push(Level::Debug, source, text.into(), Mark::default());
    }

    /// A CRITICAL with a traceback; `text` is whole, the empty last line included.
    pub(super) fn exception(&mut self, source: Source, text: String, mark: Mark) {
        let windows = self.agent.framework.windows_exception;
        let source = if self.agent.place.windows {
            windows
        } else {
            source
        };
        self.push(Level::Critical, source, text, mark);
    }

    /// A record of the agent's own code.
    pub(super) fn agent_line(&mut self, level: Level, source: Source, text: String, mark: Mark) {
        let source = if self.agent.place.windows {
            ("logkit", level.logkit_line())
        } else if source.0 == "sandbox" {
            source
        } else {
            (source.0, source.1 + self.agent.spec.line_shift)
        };
        self.push(level, source, text, mark);
    }

    /// A fetch by the Framework; those to other hosts count as the session's requests.
    pub(super) fn request(&mut self, url: &str) {
        let local = url.starts_with("http://127.0.0.1");
        let step = if local { Step::Inside } else { Step::Request };
        let source = self.agent.framework.requesting;
        self.push(
            Level::Debug,
            source,
            format!("Requesting '{url}'"),
            Mark::step(step),
        );
    }

    /// The record just written tells of a candidate.
    pub(super) fn candidate(&mut self) {
        if let Some(rec) = self.out.last_mut() {
            rec.mark.step = Step::Candidate;
        }
    }

    pub(super) fn shaped(
        &mut self,
        level: Level,
        source: Source,
        text: String,
        shape: Shape,
        name: &'static str,
    ) {
        let mark = Mark {
            broken: Some(name),
            ..Mark::default()
        };
        self.push(level, source, text, mark);
        if let Some(rec) = self.out.last_mut() {
            rec.shape = shape;
        }
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        chance(self.rng, share)
    }

    fn push(&mut self, level: Level, source: Source, text: String, mut mark: Mark) {
        mark.secrets |= std::mem::take(&mut self.pending_secrets);
        if let Some(event) = &mut mark.event {
            event.at_ms = self.at;
            event.level = level;
        }
        *self.seq += 1;
        self.out.push(Rec {
            at: self.at,
            seq: *self.seq,
            thread: self.thread,
            level,
            source,
            shape: Shape::Plain,
            text,
            session: self.session,
            mark,
        });
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a wait is far below 2^52 milliseconds"
)]
pub(super) fn scaled(millis: Stamp, factor: f64) -> Stamp {
    (millis as f64 * factor) as Stamp
}
