//! Plug-in logs as a Plex server writes them, of any size, from a seed, and the truth about them.
//!
//! [`generate`] turns a [`Spec`] into a folder as the server's `Logs` folder is: `PMS Plugin Logs` with each agent's log
//! and its rotations, the system plug-in's log, and the server's own log beside that folder. What it wrote is counted
//! while it writes and handed back as [`Truth`]; nothing is ever read back. Reading logs is left to those under test.
//!
//! One direction: `spec`, `names`, `coding`, `secrets`, `framework` (words) -> `script` (one thread's records) ->
//! `session`, `startup`, `ambient` with `pgma`, `plain`, `banner`, `spill`, `failure`, `traceback` (what happens) ->
//! `plan`, `agent_log`, `broker`, `server` (when it happens) -> `segment`, `store` (bytes, files).
//!
//! Two runs to compare are two specs that differ in what a fix would change:
//!
//! ```
//! use testkit::loggen::{Failure, Spec, Window, generate};
//!
//! let folder = tempfile::tempdir()?;
//! let mut before = Spec { restarts: 0, titles: 10, ..Spec::new(1) };
//! for agent in &mut before.agents {
//!     agent.searches = Some(20);
//!     agent.failures = vec![Failure::Http(403)];
//!     agent.failure_rate = 0.5;
//! }
//! let mut after = Spec { seed: 2, ..before.clone() };
//! after.agents.iter_mut().for_each(|agent| agent.failure_rate = 0.05);
//! let [before, after] = [generate(&before, &folder.path().join("before"))?, generate(&after, &folder.path().join("after"))?];
//! assert!(after.truth.totals(Window::ALL).http_403 < before.truth.totals(Window::ALL).http_403);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The same `Spec` gives the same bytes on every platform, whatever the number of processors: every log has a
//! source of chance of its own.

mod agent_log;
mod ambient;
mod banner;
mod broker;
mod category;
mod cause;
mod clock;
mod coding;
mod failure;
mod framework;
mod names;
mod pgma;
mod plain;
mod plan;
mod record;
mod script;
mod secrets;
mod segment;
mod server;
mod session;
mod spec;
mod spill;
mod startup;
mod store;
#[cfg(test)]
mod tests;
mod traceback;
mod truth;
mod work;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;

pub use self::category::{Category, Group, Via};
pub use self::clock::{moment, stamp};
pub use self::names::agents as invented_agents;
pub use self::record::Level;
pub use self::spec::{
    AgentSpec, Failure, Layout, Platform, Pms, ROTATION_BYTES, ROTATION_FILES, Rotation, Spec,
    Style,
};
pub use self::store::PLUGIN_LOGS;
pub use self::truth::{
    AgentTruth, Culprit, Event, FileTruth, Secret, ServerTruth, Stamp, Totals, Truth, Window,
};
pub use self::work::{Burst, Outcome, Session, SessionKind, Trigger};

use self::framework::{Framework, Place};
use self::plan::Plan;
use self::script::Agent;
use self::secrets::{Secrets, Slot};

/// What was written where.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The folder of server logs, as given.
    pub logs: PathBuf,
    /// The folder of plug-in logs inside it.
    pub plugin_logs: PathBuf,
    /// What the files hold.
    pub truth: Truth,
}

impl Generated {
    /// Packs the logs as Plex Web's download does.
    pub fn write_zip(&self, zip: &Path) -> io::Result<()> {
        store::write_zip(&self.logs, zip)
    }
}

/// Writes the logs into the folder, which is made if need be; files of the same names are replaced.
pub fn generate(spec: &Spec, logs: &Path) -> io::Result<Generated> {
    let spec = spec.with_room();
    let plugin_logs = logs.join(PLUGIN_LOGS);
    fs::create_dir_all(&plugin_logs)?;
    let mut rng = Rng::with_seed(spec.seed);
    let secrets = Secrets::new(&mut rng);
    let plan = Plan::new(&spec, stamp(spec.now), &mut rng);
    let run = Run {
        spec: &spec,
        secrets: &secrets,
        plan: &plan,
        folder: &plugin_logs,
    };
    let mut written = run.agents()?;
    let mut used = 0;
    let mut truth = Truth {
        seed: spec.seed,
        now_ms: plan.end,
        bursts: plan.bursts.clone(),
        ..Truth::default()
    };
    for log in written.drain(..) {
        used |= log.secrets;
        truth.titles.extend(log.titles);
        truth.agents.push(log.truth);
    }
    truth.titles.sort();
    truth.titles.dedup();
    if spec.system_log {
        let log = run.system(&truth.agents)?;
        used |= log.secrets;
        truth.system = Some(log.truth);
    }
    if spec.server_log {
        used |= run.server(logs, &mut truth)?;
    }
    truth.secrets = secrets.written(used);
    Ok(Generated {
        logs: logs.to_owned(),
        plugin_logs,
        truth,
    })
}

/// What all logs of one run share.
struct Run<'a> {
    spec: &'a Spec,
    secrets: &'a Secrets,
    plan: &'a Plan,
    folder: &'a Path,
}

/// One plug-in's log after it was stored.
struct Stored {
    truth: AgentTruth,
    secrets: u64,
    titles: Vec<String>,
}

impl Run<'_> {
    /// All agents' logs, several at a time, in order of the agents.
    fn agents(&self) -> io::Result<Vec<Stored>> {
        let count = self.spec.agents.len();
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::with_capacity(count));
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return;
                }
                let stored = self.agent(number);
                if let Ok(mut results) = results.lock() {
                    results.push((number, stored));
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(work);
            }
        });
        let mut results = results.into_inner().unwrap_or_default();
        results.sort_by_key(|(number, _)| *number);
        results.into_iter().map(|(_, stored)| stored).collect()
    }

    fn agent(&self, number: usize) -> io::Result<Stored> {
        let spec = &self.spec.agents[number];
        let mut rng = self.chance(number as u64 + 1);
        let platform = self.platform(number);
        let titles = names::titles(&mut rng, self.spec.titles.max(1) as usize);
        let mut agent = self.context(
            spec,
            format!("com.plexapp.agents.{}", spec.name),
            platform,
            number,
        );
        agent.titles.clone_from(&titles);
        let written = agent_log::write(self.spec, &agent, platform, self.plan, number, rng);
        self.store(written, titles)
    }

    fn system(&self, agents: &[AgentTruth]) -> io::Result<Stored> {
        let spec = AgentSpec::new("System", Style::Plain);
        let agent = self.context(&spec, "com.plexapp.system".to_owned(), self.platform(0), 0);
        let mut rng = self.chance(0);
        let written = broker::write(&agent, agents, (self.plan.begin, self.plan.end), &mut rng);
        self.store(written, Vec::new())
    }

    /// The server's log; gives the bits of the secrets in it.
    fn server(&self, logs: &Path, truth: &mut Truth) -> io::Result<u64> {
        let windows = self.platform(0) == Platform::Windows;
        let pms = Framework::of(self.spec.pms).pms;
        let log = server::write(
            self.plan,
            self.secrets,
            pms,
            windows,
            &mut self.chance(u64::MAX),
        );
        truth.server = Some(ServerTruth {
            files: store::write_server(logs, log.segments)?,
        });
        truth.triggers = log.triggers;
        Ok(log.secrets)
    }

    fn store(&self, written: segment::Written, titles: Vec<String>) -> io::Result<Stored> {
        let mut truth = written.truth;
        let log = format!("{}.log", truth.identifier);
        truth.files = store::write_plugin(self.folder, &log, self.spec.layout, written.segments)?;
        Ok(Stored {
            truth,
            secrets: written.secrets,
            titles,
        })
    }

    fn context<'a>(
        &'a self,
        spec: &'a AgentSpec,
        identifier: String,
        platform: Platform,
        number: usize,
    ) -> Agent<'a> {
        let framework = Framework::of(self.spec.pms);
        Agent {
            spec,
            identifier,
            framework,
            place: Place::of(platform, self.secrets.text(Slot::User), framework.build),
            secrets: self.secrets,
            plant: self.spec.secrets,
            titles: Vec::new(),
            site: names::site(&spec.name),
            first_item: 10_000 * (1 + u32::try_from(number).unwrap_or_default()),
            unique_share: self.spec.unique_share,
            long_calls: self.spec.long_calls,
            pace: agent_log::pace(self.spec, spec, self.plan),
        }
    }

    fn platform(&self, number: usize) -> Platform {
        match self.spec.platform {
            Platform::Mixed => [Platform::Linux, Platform::Windows, Platform::MacOs][number % 3],
            one => one,
        }
    }

    /// A source of chance for one log, the same whichever thread asks.
    fn chance(&self, log: u64) -> Rng {
        let mixed = (self.spec.seed ^ log.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(log);
        Rng::with_seed(mixed)
    }
}
