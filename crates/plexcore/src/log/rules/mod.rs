//! What is known about messages: one table of rules, which a file can extend.
//!
//! A rule says how an event is recognised (by its message, its exception, its URL; never by
//! `module:line`, which moves with every release and platform), whose concern it is, and what it is
//! called. The first rule that holds wins; the last one of the table takes everything.

mod builtin;
mod file;
mod matcher;
mod row;

use std::fmt;
use std::path::Path;

use regex::bytes::Regex;

pub use matcher::{Recognised, Scratch, Seen};

use crate::Error;
use matcher::Matcher;

/// Whose concern an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A remote site: it refuses, fails, blocks or does not answer.
    Remote,
    /// A defect of the agent.
    Agent,
    /// A site that no longer looks as the agent expects.
    SiteChanged,
    /// The machine: disk, rights, name service, TLS.
    Environment,
    /// The Plex server.
    Server,
    /// The Framework's own noise, which nobody needs to chase.
    Noise,
    /// Not an error but how things went.
    Outcome,
}

impl Kind {
    /// Every kind, in the order in which a report tells them.
    pub const ALL: [Self; 7] = [
        Self::Remote,
        Self::Agent,
        Self::SiteChanged,
        Self::Environment,
        Self::Server,
        Self::Noise,
        Self::Outcome,
    ];

    /// The kind's name in files: `site-changed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Remote => "remote",
            Self::Agent => "agent",
            Self::SiteChanged => "site-changed",
            Self::Environment => "environment",
            Self::Server => "server",
            Self::Noise => "noise",
            Self::Outcome => "outcome",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether events of this kind are failures; noise and outcomes are not.
    pub fn is_failure(self) -> bool {
        !matches!(self, Self::Noise | Self::Outcome)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How grave an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth counting, not worth a look.
    Info,
    /// Something was worked around.
    Warning,
    /// Something failed.
    Error,
    /// A whole function of the agent, or the plug-in, failed.
    Critical,
}

impl Severity {
    /// Every severity, from the least grave on.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// The severity's name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }

    /// The severity with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// Which events of one rule are the same error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// All of them.
    Rule,
    /// Those from one place in the agent's code, else with one exception, else with one message.
    Place,
    /// Those that failed at one host.
    Host,
}

impl GroupBy {
    const ALL: [Self; 3] = [Self::Rule, Self::Place, Self::Host];

    fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Place => "place",
            Self::Host => "host",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// What a later record of the same thread may add to the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// Nothing: the event is whole.
    Nothing,
    /// Why the URL could not be opened.
    Reason,
    /// The agent falls over what the server did not give it.
    TreeEcho,
    /// The agent, too, says that a file could not be written or read.
    StorageEcho,
    /// The server's answer to a ping without a route.
    RouteEcho,
    /// `Started plug-in`, which shows that nothing was amiss.
    Started,
    /// The file of the bundle that could not be read.
    BundleEcho,
}

/// What must have been found besides words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// An HTTP status.
    Status,
    /// An error number of the operating system.
    Errno,
    /// An exception.
    Exception,
}

/// One way to recognise an event. Every list that is not empty must have a word that is found.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// The message begins with one of these.
    pub starts: Vec<String>,
    /// The message holds one of these.
    pub contains: Vec<String>,
    /// What the exception says (without an exception: the message) holds one of these.
    pub says: Vec<String>,
    /// The exception is of one of these types.
    pub exception: Vec<String>,
    /// The URL that could not be opened holds one of these.
    pub url: Vec<String>,
    /// The message, and on a line of its own the exception as `Name: words`, matches.
    pub regex: Option<Regex>,
    /// Records of all levels are looked at, not only those from WARNING up.
    pub any_level: bool,
    needs: Option<Needs>,
}

/// A rule: how an event is recognised, whose concern it is and what it is called.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The stable id. `{status}`, `{errno}` and `{exception}` stand for what was found.
    pub id: String,
    /// Whose concern it is.
    pub kind: Kind,
    /// How grave; `None` takes it from the record's level.
    pub severity: Option<Severity>,
    /// What a person reads; the same placeholders as in `id`.
    pub title: String,
    /// Which of its events are the same error.
    pub group: GroupBy,
    /// The ways to recognise it; one is enough.
    pub when: Vec<When>,
    pub(super) follow: Follow,
}

/// The rules in force, in the order in which they are tried.
#[derive(Debug, Clone)]
pub struct Rules {
    rules: Vec<Rule>,
    matcher: Matcher,
}

impl Rules {
    /// The rules that come with the tools.
    pub fn builtin() -> Self {
        Self::from_rules(builtin::rules())
    }

    /// The built-in rules with those of a `--rules` file: an id that exists changes that rule, a new
    /// one is tried before all others.
    ///
    /// `path` is only for the message if something in the `text` is not as it should be.
    pub fn with_file(path: &Path, text: &str) -> Result<Self, Error> {
        let rules = file::extend(builtin::rules(), text).map_err(|found| Error::Data {
            path: path.to_owned(),
            found,
        })?;
        Ok(Self::from_rules(rules))
    }

    fn from_rules(rules: Vec<Rule>) -> Self {
        let matcher = Matcher::new(&rules);
        Self { rules, matcher }
    }

    /// All rules, in the order in which they are tried.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule that an event obeys.
    pub fn recognise(&self, seen: &Seen<'_>, scratch: &mut Scratch) -> Recognised {
        self.matcher.recognise(&self.rules, seen, scratch)
    }

    /// Whether a record of a level below WARNING may be an event by one of the rules.
    pub fn may_be_quiet_event(&self, text: &[u8]) -> bool {
        self.matcher.is_quiet_candidate(text)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::builtin()
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
