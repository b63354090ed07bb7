//! One agent's log from its first record to its last: sessions on several threads, restarts, noise.

use std::collections::BinaryHeap;

use fastrand::Rng;

use super::clock::SECOND;
use super::names::{chance, hex};
use super::plan::Plan;
use super::record::Rec;
use super::script::{Agent, Script, scaled};
use super::segment::{LogWriter, Written};
use super::session::{self, Order};
use super::spec::{AgentSpec, Platform, ROTATION_BYTES, ROTATION_FILES, Rotation, Spec};
use super::truth::Stamp;
use super::work::SessionKind;
use super::{ambient, startup};

/// Threads that a plug-in serves requests with.
const THREADS: usize = 8;
/// Share of starts at which the code does not load, in logs that have a file to spare for it.
const BAD_STARTS: f64 = 0.3;
/// Logs up to this size have files to spare.
const ROOMY: u64 = 3 * ROTATION_BYTES as u64;
/// Bytes of a session before one was written.
const FIRST_GUESS: u64 = 7000;
/// Milliseconds that a session takes, about, when nothing hurries it.
const SESSION_MS: f64 = 3500.0;

/// How much work an agent has still to do.
enum Quota {
    /// So many bytes.
    Bytes(u64),
    /// So many searches and updates.
    Sessions { searches: u32, updates: u32 },
}

struct Simulation<'a> {
    spec: &'a Spec,
    agent: &'a Agent<'a>,
    plan: &'a Plan,
    rng: Rng,
    writer: LogWriter,
    heap: BinaryHeap<Rec>,
    fresh: Vec<Rec>,
    seq: u64,
    free_at: Vec<Stamp>,
    thread_names: Vec<String>,
    platform: Platform,
    next_session: u32,
    quota: Quota,
    /// Set when the files that are kept are full.
    full: bool,
}

/// Writes the whole log of the agent with that number.
pub(super) fn write(
    spec: &Spec,
    agent: &Agent,
    platform: Platform,
    plan: &Plan,
    number: usize,
    rng: Rng,
) -> Written {
    let (limit, files) = match spec.rotation {
        Rotation::Framework => (ROTATION_BYTES, ROTATION_FILES),
        Rotation::Never => (usize::MAX, 1),
    };
    let mut writer = LogWriter::new(
        &agent.spec.name,
        &agent.identifier,
        agent.place.windows,
        limit,
        files,
    );
    writer.set_level(agent.spec.level);
    let mut simulation = Simulation {
        spec,
        agent,
        plan,
        rng,
        writer,
        heap: BinaryHeap::new(),
        fresh: Vec::new(),
        seq: 0,
        free_at: Vec::new(),
        thread_names: Vec::new(),
        platform,
        next_session: 0,
        quota: quota(spec, agent),
        full: false,
    };
    simulation.run(number);
    simulation.finish()
}

fn quota(spec: &Spec, agent: &Agent) -> Quota {
    match agent.spec.searches {
        None => Quota::Bytes(spec.bytes_per_agent()),
        Some(searches) => {
            let share = agent.spec.update_share.clamp(0.0, 0.95);
            let updates = scaled(Stamp::from(searches), share / (1.0 - share));
            Quota::Sessions {
                searches,
                updates: u32::try_from(updates).unwrap_or_default(),
            }
        }
    }
}

/// Factor on waits that lets the threads do the sessions that fill the bytes.
pub(super) fn pace(spec: &Spec, agent: &AgentSpec, plan: &Plan) -> f64 {
    let counted = agent
        .searches
        .map(|searches| f64::from(searches) / (1.0 - agent.update_share.clamp(0.0, 0.95)));
    let sessions = counted.unwrap_or(spec.bytes_per_agent() as f64 / FIRST_GUESS as f64);
    let busy = sessions * SESSION_MS / plan.weight_after(plan.begin).max(1) as f64 * 16.0;
    (THREADS as f64 * 0.5 / busy.max(0.001)).min(1.0)
}

impl Simulation<'_> {
    fn run(&mut self, number: usize) {
        let restarts = self.restarts();
        let mut errands = self
            .plan
            .errands
            .iter()
            .filter(|errand| errand.agent == number)
            .peekable();
        let mut restarts = restarts.into_iter().peekable();
        let mut at = self.begin();
        while !self.full {
            let next = self.next_start(at);
            let errand = errands
                .peek()
                .map(|errand| errand.at)
                .filter(|&due| due <= next.unwrap_or(Stamp::MAX));
            let due = errand.or(next);
            if let Some(restart) = restarts.next_if(|&restart| due.is_none_or(|due| restart <= due))
            {
                at = self.restart(restart.max(at));
                continue;
            }
            let Some(due) = due.filter(|&due| due < self.plan.end) else {
                break;
            };
            let item = errand
                .and_then(|_| errands.next())
                .map(|errand| errand.item);
            at = self.session(due.max(at), item);
        }
    }

    /// Half of all logs begin with a start; the others' older files were rotated away.
    fn begin(&mut self) -> Stamp {
        self.new_threads(self.plan.begin);
        let at = self.plan.begin + self.rng.i64(0..SECOND);
        if self.spec.broken_rate > 0.0 && self.rng.bool() {
            self.writer.orphans(&[
                "    title = html.xpath('//h1/text()')[0].strip()",
                "IndexError: list index out of range",
                "",
            ]);
        }
        if self.rng.bool() {
            return self.start_up(at);
        }
        let mut script = Script::new(
            self.agent,
            &mut self.rng,
            &mut self.seq,
            &mut self.fresh,
            (at, 0),
        );
        session::tail(&mut script);
        let end = script.at;
        self.keep_fresh();
        self.free_at[0] = end + 1;
        at
    }

    /// Restarts, at whole seconds, far enough apart that each has some log of its own.
    fn restarts(&mut self) -> Vec<Stamp> {
        let count = Stamp::from(self.spec.restarts);
        let part = (self.plan.end - self.plan.begin) / (count + 1);
        (1..=count)
            .map(|n| {
                let at = self.plan.begin + n * part + self.rng.i64(-part / 4..=part / 4);
                at - at.rem_euclid(SECOND)
            })
            .collect()
    }

    /// Everything not yet written by the moment is lost, and a new file begins.
    fn restart(&mut self, at: Stamp) -> Stamp {
        let at = at + (SECOND - at.rem_euclid(SECOND)) % SECOND;
        self.flush_before(at);
        self.heap.clear();
        if self.spec.rotation == Rotation::Framework {
            if !self.writer.has_room_for_a_file() {
                self.full = true;
                return at;
            }
            self.writer.roll_over();
        }
        self.new_threads(at);
        let delay = self.rng.i64(200..900);
        self.start_up(at + delay)
    }

    fn start_up(&mut self, mut at: Stamp) -> Stamp {
        if self.spec.bytes_per_agent() < ROOMY && chance(&mut self.rng, BAD_STARTS) {
            at = self.bad_start(at);
        }
        let mut script = Script::new(
            self.agent,
            &mut self.rng,
            &mut self.seq,
            &mut self.fresh,
            (at, 0),
        );
        startup::write(&mut script);
        let end = script.at;
        self.keep_fresh();
        self.free_at.fill(end + 1);
        end + 1
    }

    /// A start whose code does not load; the server starts the plug-in again, into a new file.
    fn bad_start(&mut self, at: Stamp) -> Stamp {
        let mut script = Script::new(
            self.agent,
            &mut self.rng,
            &mut self.seq,
            &mut self.fresh,
            (at, 0),
        );
        startup::write_bad(&mut script);
        let end = script.at;
        self.keep_fresh();
        self.flush_before(end + 1);
        if self.spec.rotation == Rotation::Framework {
            self.writer.roll_over();
        }
        end + 1500
    }

    fn new_threads(&mut self, at: Stamp) {
        // Names have chance of their own, so that what happens does not depend on the platform.
        let mut rng = self.rng.fork();
        self.thread_names.clear();
        while self.thread_names.len() < THREADS {
            let name = thread_name(self.platform, &mut rng);
            if !self.thread_names.contains(&name) {
                self.thread_names.push(name);
            }
        }
        // Heads of records still waiting were flushed before, so numbers may be given anew.
        self.writer.set_threads(self.thread_names.clone());
        self.free_at = vec![at; THREADS];
    }

    /// When the next session should begin, or none when the work is done.
    fn next_start(&mut self, at: Stamp) -> Option<Stamp> {
        let weight = self.plan.weight_after(at) as f64;
        let sessions = match self.quota {
            Quota::Bytes(aim) => {
                let left = aim.saturating_sub(self.writer.bytes());
                left as f64 / self.bytes_per_session()
            }
            Quota::Sessions { searches, updates } => f64::from(searches + updates),
        };
        if sessions < 0.5 {
            return None;
        }
        let jitter = 0.4 + 1.2 * self.rng.f64();
        // Spread so that the last session begins before the end even if all the chances are late.
        let gap = scaled(1, weight * 0.98 / sessions * jitter);
        let next = self.plan.advance(at, gap.max(1));
        let counted = matches!(self.quota, Quota::Sessions { .. });
        Some(if counted {
            next.min(self.plan.end - SECOND)
        } else {
            next
        })
    }

    fn bytes_per_session(&self) -> f64 {
        let waiting: usize = self.heap.iter().map(|rec| rec.text.len() + 70).sum();
        let made = self.writer.bytes() + waiting as u64;
        if self.next_session < 4 {
            FIRST_GUESS as f64
        } else {
            (made as f64 / f64::from(self.next_session)).max(500.0)
        }
    }

    /// Puts one session on the thread that is free first; gives the time at which it began.
    fn session(&mut self, due: Stamp, item: Option<u32>) -> Stamp {
        let at = self.free_at.iter().copied().min().unwrap_or(due).max(due);
        let idle: Vec<usize> = (0..THREADS)
            .filter(|&thread| self.free_at[thread] <= at)
            .collect();
        let thread = idle[self.rng.usize(..idle.len())];
        self.flush_before(at);
        if self.full || at >= self.plan.end {
            return at;
        }
        let kind = self.kind(item);
        let order = Order {
            id: self.next_session,
            kind,
            thread_name: self.thread_names[thread].clone(),
            burst: self.plan.burst_at(at),
            item,
        };
        self.next_session += 1;
        let number = u16::try_from(thread).unwrap_or_default();
        let mut script = Script::new(
            self.agent,
            &mut self.rng,
            &mut self.seq,
            &mut self.fresh,
            (at, number),
        );
        session::write(&mut script, order);
        script.at += 1;
        ambient::write(&mut script);
        if script.chance(self.spec.broken_rate) {
            ambient::broken(&mut script);
        }
        let end = script.at;
        self.keep_fresh();
        self.free_at[thread] = end + self.rng.i64(1..40);
        at
    }

    fn kind(&mut self, item: Option<u32>) -> SessionKind {
        if item.is_some() {
            return SessionKind::Update;
        }
        match &mut self.quota {
            Quota::Bytes(_) => {
                let update = chance(&mut self.rng, self.agent.spec.update_share);
                if update {
                    SessionKind::Update
                } else {
                    SessionKind::Search
                }
            }
            Quota::Sessions { searches, updates } => {
                let update = self.rng.u32(..(*searches + *updates).max(1)) >= *searches;
                let left = if update { updates } else { searches };
                *left = left.saturating_sub(1);
                if update {
                    SessionKind::Update
                } else {
                    SessionKind::Search
                }
            }
        }
    }

    fn keep_fresh(&mut self) {
        self.heap.extend(self.fresh.drain(..));
    }

    fn flush_before(&mut self, at: Stamp) {
        while let Some(rec) = self.heap.peek() {
            if rec.at >= at || self.full {
                return;
            }
            if self.writer.put(rec) {
                self.heap.pop();
            } else {
                self.full = true;
            }
        }
    }

    fn finish(mut self) -> Written {
        self.flush_before(self.plan.end);
        if self.spec.broken_rate > 0.0 && self.rng.bool() {
            self.writer.cut_line();
        }
        self.writer.finish()
    }
}

/// A thread id as the platform writes it.
fn thread_name(platform: Platform, rng: &mut Rng) -> String {
    match platform {
        Platform::Windows => format!("{:x}", rng.u32(0x400..0x9fff)),
        Platform::MacOs => format!("{:x}000", rng.u32(0x1_0000..0x3_0000)),
        Platform::Linux | Platform::Mixed => match rng.u8(0..8) {
            0 => format!("-{}", hex(rng, 7).replace('0', "8")),
            _ => format!("7f{}700", hex(rng, 7)),
        },
    }
}
