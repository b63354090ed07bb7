//! What a fake server is like; also read from a JSON file by the `fake_plex` binary.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::agent::Script;
use super::code::Code;
use super::fault::Rule;
use super::tls::Wanted;

/// Everything that can be chosen about a fake server. The default is a kind and quick one.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a trait of its own of some real server"
)]
pub struct Setup {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// The token it accepts.
    pub token: String,
    /// Whether that token is the owner's; else what changes something is answered 403.
    pub is_owner: bool,
    /// How many films section 1 has.
    pub movies: usize,
    /// The largest page it gives, whatever was asked for.
    pub page_cap: Option<usize>,
    /// Gives the whole list whatever was asked for, without `offset`.
    pub ignores_paging: bool,
    /// Answers 400 to a list asked for without paging, as servers announce to do.
    pub requires_paging: bool,
    /// Leaves out `totalSize`, as old servers do.
    pub hides_total: bool,
    /// Answers in JSON whatever was asked for.
    pub always_json: bool,
    /// How many requests are answered 503 at first, as by a server that is starting.
    pub starting: u64,
    /// How the event stream behaves.
    pub events: Events,
    /// Milliseconds between pings of the event stream.
    pub ping_ms: u64,
    /// Time added before every answer.
    #[serde(skip)]
    pub latency: Duration,
    /// The metadata agent of section 1.
    pub agent: Script,
    /// Scripts of single items, by rating key; each use takes the next one, the last one stays.
    pub items: std::collections::BTreeMap<String, Vec<Script>>,
    /// The agent's code: where it raises, an update that would change something fails.
    pub code: Option<Code>,
    /// What goes wrong on single paths.
    pub faults: Vec<Rule>,
    /// Serves https.
    pub tls: Option<Wanted>,
    /// The folder for plug-in logs (`PMS Plugin Logs`).
    pub log_folder: Option<PathBuf>,
    /// How long a scan of a section takes, in milliseconds.
    pub scan_ms: u64,
}

/// How the event stream behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Events {
    /// It tells what happens.
    #[default]
    On,
    /// It is there, but tells nothing but pings.
    Lost,
    /// There is none: 404.
    Off,
}

impl Events {
    pub(crate) fn is_served(self) -> bool {
        self != Self::Off
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            port: 0,
            token: "fake-Token_0123456789".to_owned(),
            is_owner: true,
            movies: 25,
            page_cap: None,
            ignores_paging: false,
            requires_paging: true,
            hides_total: false,
            always_json: false,
            starting: 0,
            events: Events::On,
            ping_ms: 10_000,
            latency: Duration::ZERO,
            agent: Script::default(),
            items: std::collections::BTreeMap::new(),
            code: None,
            faults: Vec::new(),
            tls: None,
            log_folder: None,
            scan_ms: 100,
        }
    }
}
