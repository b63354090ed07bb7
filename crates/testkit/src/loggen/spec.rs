//! What to generate: every knob of the generator, with defaults that show all categories.

use std::str::FromStr;

use time::PrimitiveDateTime;
use time::macros::datetime;

use super::names;
use super::record::Level;

/// Size at which the Framework rolls a log over.
pub const ROTATION_BYTES: usize = 1_048_576;
/// Files that the Framework keeps per plug-in: `.log` and `.log.1` to `.log.5`.
pub const ROTATION_FILES: usize = 6;

/// Whose server wrote the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Debian paths.
    Linux,
    /// CRLF, backslashes, `(logkit:N)` and `(core:574)`.
    Windows,
    /// `/Users/<name>/` paths.
    MacOs,
    /// Each agent's log comes from another server.
    Mixed,
}

impl FromStr for Platform {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "linux" => Ok(Self::Linux),
            "windows" => Ok(Self::Windows),
            "macos" => Ok(Self::MacOs),
            "mixed" => Ok(Self::Mixed),
            _ => Err(format!(
                "expected linux, windows, macos or mixed, found {name:?}"
            )),
        }
    }
}

/// Which Framework wrote the logs; its line numbers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pms {
    /// PMS 0.9.12.
    Ancient,
    /// PMS 1.18.0.
    Old,
    /// PMS 1.43.
    New,
}

impl FromStr for Pms {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "ancient" => Ok(Self::Ancient),
            "old" => Ok(Self::Old),
            "new" => Ok(Self::New),
            _ => Err(format!("expected ancient, old or new, found {name:?}")),
        }
    }
}

/// How files are stored; the records are the same in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Text.
    Plain,
    /// Rotated files as `.log.N.gz`.
    Gz,
    /// Every other rotated file as `.log.N.gz`.
    Mixed,
}

impl FromStr for Layout {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "plain" => Ok(Self::Plain),
            "gz" => Ok(Self::Gz),
            "mixed" => Ok(Self::Mixed),
            _ => Err(format!("expected plain, gz or mixed, found {name:?}")),
        }
    }
}

/// When a new file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// As the Framework does: at 1 MiB and at each plug-in start, six files at most.
    Framework,
    /// Never: one file per agent, however large.
    Never,
}

/// How an agent logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Columns, `AREA::` tags, marker and message pairs, levels decided by the text.
    Pgma,
    /// `Log('...')` where it happens.
    Plain,
    /// `=== Search() ===` and separators of 157 characters.
    Banner,
}

/// What can go wrong in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A site answers with this status and the agent's function raises.
    Http(u16),
    /// A site answers with this status and the agent says so in a message.
    HttpMessage(u16),
    /// A fetch fails and a second try works.
    Retry,
    /// A challenge page.
    Cloudflare,
    /// No answer in time.
    Timeout,
    /// Name resolution.
    Dns,
    /// Refused, reset or cut off.
    Connect,
    /// TLS.
    Ssl,
    /// `AttributeError`, `KeyError`, `UnboundLocalError`.
    Attr,
    /// `IndexError`: the page has another form.
    Index,
    /// `NameError`.
    Name,
    /// `UnicodeDecodeError` or `UnicodeEncodeError`.
    Unicode,
    /// `IOError` with this errno in the agent's own code.
    Io(u8),
    /// The Framework could not write a file, with this errno.
    Storage(u8),
    /// The server would not give the item's tree.
    Tree,
    /// The agent says that the query gave nothing.
    NoResults,
    /// The agent says that the page has another form.
    Parse,
    /// The agent logs a whole traceback and goes on.
    Embedded,
    /// `AttributeError` in one of so many functions of the agent, each an error of its own.
    Own(u16),
}

impl Failure {
    /// Every failure but [`Failure::Own`], with a weight near to how often it is seen.
    pub const ALL: &'static [(Self, u32)] = &[
        (Self::Http(403), 6),
        (Self::Http(404), 6),
        (Self::Http(429), 2),
        (Self::Http(500), 2),
        (Self::Http(503), 3),
        (Self::Http(522), 1),
        (Self::HttpMessage(403), 5),
        (Self::HttpMessage(404), 4),
        (Self::Retry, 4),
        (Self::Cloudflare, 2),
        (Self::Timeout, 5),
        (Self::Dns, 2),
        (Self::Connect, 3),
        (Self::Ssl, 2),
        (Self::Attr, 6),
        (Self::Index, 4),
        (Self::Name, 2),
        (Self::Unicode, 3),
        (Self::Io(2), 1),
        (Self::Io(13), 1),
        (Self::Io(28), 1),
        (Self::Storage(2), 1),
        (Self::Storage(13), 1),
        (Self::Storage(28), 1),
        (Self::Tree, 6),
        (Self::NoResults, 5),
        (Self::Parse, 4),
        (Self::Embedded, 3),
    ];
}

/// One agent.
#[derive(Clone, Debug)]
pub struct AgentSpec {
    /// Short name, as in `com.plexapp.agents.<Name>.log`.
    pub name: String,
    /// How it logs.
    pub style: Style,
    /// With [`Spec::restarts`] at 0 exactly this many searches are begun (a restart may lose one);
    /// without it as many sessions as fill the agent's share of the bytes.
    /// So counted, what happens depends on neither platform, PMS version nor `line_shift`.
    pub searches: Option<u32>,
    /// Share of sessions in which something fails.
    pub failure_rate: f64,
    /// Share of searches that find nothing though nothing fails.
    pub none_rate: f64,
    /// Share of candidates whose title matches.
    pub match_rate: f64,
    /// Share of sessions that are updates; with `searches` given, updates come on top.
    pub update_share: f64,
    /// What can fail; empty: everything in [`Failure::ALL`].
    pub failures: Vec<Failure>,
    /// Lowest level that the plug-in logs. Above DEBUG its sessions leave no Framework markers, so none is in the truth.
    pub level: Level,
    /// Lines inserted above the agent's code: every line number of its own in frames and heads is higher by this.
    pub line_shift: u32,
}

impl AgentSpec {
    /// An agent with ordinary rates.
    pub fn new(name: impl Into<String>, style: Style) -> Self {
        Self {
            name: name.into(),
            style,
            searches: None,
            failure_rate: 0.22,
            none_rate: 0.15,
            match_rate: 0.25,
            update_share: 0.35,
            failures: Vec::new(),
            level: Level::Debug,
            line_shift: 0,
        }
    }
}

/// Everything that decides what is generated: the same `Spec` gives the same bytes.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each named where it is set"
)]
pub struct Spec {
    /// Seed of all chance.
    pub seed: u64,
    /// Local time at which the logs end.
    pub now: PrimitiveDateTime,
    /// Hours that the logs reach back from `now`.
    pub hours: u32,
    /// Size of all agents' logs together, aimed at within a few per cent.
    pub bytes: u64,
    /// The agents; those that the rotation can't hold the bytes of are topped up by invented ones.
    pub agents: Vec<AgentSpec>,
    /// Whose server wrote the logs.
    pub platform: Platform,
    /// Which Framework wrote the logs.
    pub pms: Pms,
    /// How files are stored.
    pub layout: Layout,
    /// When a new file begins.
    pub rotation: Rotation,
    /// Share of the agents' ordinary lines whose text occurs once.
    pub unique_share: f64,
    /// Share of sessions followed by something broken; above 0 files may also begin with orphans or end cut.
    pub broken_rate: f64,
    /// Bursts over the whole time.
    pub bursts: u32,
    /// Restarts of each agent inside the time, besides the start that some logs begin with.
    pub restarts: u32,
    /// Distinct titles per agent; fewer titles mean more repeated searches.
    pub titles: u32,
    /// Whether tokens, user names and the like are planted.
    pub secrets: bool,
    /// Whether `com.plexapp.system.log` is written.
    pub system_log: bool,
    /// Whether `Plex Media Server.log` and its rotations are written.
    pub server_log: bool,
    /// Whether `Function call` arguments are 2 to 3 kB, as real ones can be, instead of a few hundred bytes.
    pub long_calls: bool,
}

impl Spec {
    /// Six agents, 24 hours, 4 MB, everything switched on.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            now: datetime!(2026-02-05 18:00:00),
            hours: 24,
            bytes: 4_000_000,
            agents: names::agents(6),
            platform: Platform::Linux,
            pms: Pms::New,
            layout: Layout::Plain,
            rotation: Rotation::Framework,
            unique_share: 0.3,
            broken_rate: 0.02,
            bursts: 2,
            restarts: 1,
            titles: 60,
            secrets: true,
            system_log: true,
            server_log: true,
            long_calls: true,
        }
    }

    /// A gigabyte class set for measuring: agents with one file of about 10 MB each, no rotation.
    pub fn large(seed: u64, bytes: u64) -> Self {
        let agents = usize::try_from(bytes / 10_000_000)
            .unwrap_or(usize::MAX)
            .clamp(1, 400);
        Self {
            bytes,
            agents: names::agents(agents),
            rotation: Rotation::Never,
            system_log: false,
            server_log: false,
            ..Self::new(seed)
        }
    }

    /// Bytes that one agent's files may hold together without a seventh file being needed.
    pub(super) fn bytes_per_agent(&self) -> u64 {
        let share = self.bytes / self.agents.len().max(1) as u64;
        match self.rotation {
            Rotation::Never => share,
            Rotation::Framework => share.min(self.rotation_room()),
        }
    }

    /// A restart leaves its file partly filled, and a burst at the end may go past the aim.
    fn rotation_room(&self) -> u64 {
        let whole_files = (ROTATION_FILES as u64 - 1)
            .saturating_sub(u64::from(self.restarts))
            .max(1);
        whole_files * ROTATION_BYTES as u64
    }

    /// The same with as many agents as the bytes need.
    pub(super) fn with_room(&self) -> Self {
        let mut spec = self.clone();
        let bound = spec.agents.iter().any(|agent| agent.searches.is_some());
        if spec.rotation == Rotation::Framework && !bound {
            let needed =
                usize::try_from(spec.bytes.div_ceil(spec.rotation_room())).unwrap_or(usize::MAX);
            let more = names::agents(needed.min(400));
            let first_new = spec.agents.len();
            spec.agents.extend(more.into_iter().skip(first_new));
        }
        spec
    }
}
