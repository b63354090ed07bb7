//! Lines of `Plex Media Server.log` become triggers: what set the agents to work.
//!
//! Server and plug-ins are other processes with other thread ids, so a trigger is joined to events
//! and sessions by time and item. The scanner's logs have the same form.

pub mod line;
mod request;

use std::io::{self, BufRead};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::stamp::Stamp;
use crate::utf8::lossy;
use line::ServerLine;

/// What the server was asked for or did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A whole library section is refreshed; `None` is all sections.
    SectionRefresh {
        /// The section's number.
        section: Option<u32>,
        /// Also what has metadata already.
        force: bool,
    },
    /// A section is scanned for new files.
    Scan {
        /// The section's number, where the line tells.
        section: Option<u32>,
    },
    /// Single items are refreshed.
    ItemRefresh {
        /// Also what has metadata already.
        force: bool,
    },
    /// Agents are asked for candidates for an item.
    MatchSearch {
        /// A person asked, not the server itself.
        manual: bool,
    },
    /// A person chose one of the candidates.
    MatchChosen,
    /// An update of an item is handed to the agents.
    AgentUpdate {
        /// Also what has metadata already.
        force: bool,
    },
    /// A plug-in is started.
    PluginStart {
        /// Its bundle's identifier.
        identifier: String,
    },
    /// A plug-in did not answer and is killed.
    PluginKilled {
        /// Its bundle's identifier.
        identifier: String,
    },
    /// Something was asked of a plug-in that does not exist.
    PluginMissing {
        /// Its bundle's identifier.
        identifier: String,
    },
    /// A bundle could not be read.
    BundleUnreadable,
}

impl What {
    /// What happened, in a few words and without what is private.
    pub fn title(&self) -> String {
        let forced = |force: &bool| if *force { ", forced" } else { "" };
        match self {
            Self::SectionRefresh {
                section: Some(section),
                force,
            } => format!("refresh of section {section}{}", forced(force)),
            Self::SectionRefresh { force, .. } => {
                format!("refresh of all sections{}", forced(force))
            }
            Self::Scan {
                section: Some(section),
            } => format!("scan of section {section}"),
            Self::Scan { section: None } => "scan".to_owned(),
            Self::ItemRefresh { force } => format!("refresh of an item{}", forced(force)),
            Self::MatchSearch { manual: true } => "match search by a person".to_owned(),
            Self::MatchSearch { manual: false } => "automatic match search".to_owned(),
            Self::MatchChosen => "match chosen by a person".to_owned(),
            Self::AgentUpdate { force } => format!("update by agents{}", forced(force)),
            Self::PluginStart { identifier } => format!("start of {identifier}"),
            Self::PluginKilled { identifier } => format!("{identifier} killed"),
            Self::PluginMissing { identifier } => format!("{identifier} does not exist"),
            Self::BundleUnreadable => "a bundle could not be read".to_owned(),
        }
    }

    /// Whether it can set off many searches and updates. The updates that the server hands on one
    /// by one are the work itself, not what set it off.
    pub fn sets_off_work(&self) -> bool {
        self.is_work() && !matches!(self, Self::AgentUpdate { .. })
    }

    /// Whether it makes agents search or update.
    pub fn is_work(&self) -> bool {
        matches!(
            self,
            Self::SectionRefresh { .. }
                | Self::Scan { .. }
                | Self::ItemRefresh { .. }
                | Self::MatchSearch { .. }
                | Self::MatchChosen
                | Self::AgentUpdate { .. }
        )
    }
}

/// An HTTP request to the server; the URL is not redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `PUT`, `POST` or `DELETE`.
    pub method: String,
    /// Path and query.
    pub url: String,
}

/// Something that makes agents work, or keeps one from working.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// When the server wrote it.
    pub at: Stamp,
    /// What it is.
    pub what: What,
    /// The Plex items that it names.
    pub items: Vec<u64>,
    /// The agent that it names.
    pub agent: Option<String>,
    /// The request, where the line is one.
    pub request: Option<Request>,
    /// The line's message, cut at 400 bytes; not redacted.
    pub text: String,
}

/// What was read of a server log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Lines.
    pub lines: u64,
    /// Lines that are no log line and not empty.
    pub unknown: u64,
    /// The first time in the log.
    pub first: Option<Stamp>,
    /// The last time in the log.
    pub last: Option<Stamp>,
}

/// The server tells the same thing in several lines; within so many milliseconds it is one trigger.
const SAME_MS: i64 = 5000;
const TEXT_BYTES: usize = 400;

/// Finds the triggers in a server log, its files read oldest first.
#[derive(Debug, Default)]
pub struct Triggers {
    recent: Vec<(Stamp, What, Vec<u64>)>,
}

/// A line without one of these is no trigger.
const WORDS: [&str; 15] = [
    "/refresh",
    "/matches",
    "/match?",
    "Library Updater: Requested",
    "/system/agents/update?",
    "/system/agents/search?",
    "Spawned plug-in",
    "we're killing it",
    "Plex Media Scanner ",
    "Scanning section",
    "Refreshing metadata for",
    "\"Scanning\"",
    "Performing a scan with",
    "but it doesn't exist",
    "Unable to scan bundle",
];

impl Triggers {
    /// Begins with no lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one file and gives its triggers to `sink`.
    pub fn read(
        &mut self,
        mut source: impl BufRead,
        sink: &mut impl FnMut(Trigger),
    ) -> io::Result<Coverage> {
        let mut coverage = Coverage::default();
        let mut line = Vec::new();
        while source.read_until(b'\n', &mut line)? > 0 {
            coverage.lines += 1;
            let text = line.trim_ascii_end();
            match self.take(text, sink) {
                Some(at) => {
                    coverage.first = Some(coverage.first.map_or(at, |first| first.min(at)));
                    coverage.last = Some(coverage.last.map_or(at, |last| last.max(at)));
                }
                None => coverage.unknown += u64::from(!text.is_empty()),
            }
            line.clear();
        }
        Ok(coverage)
    }

    /// Takes one line; gives its time, or `None` if it is no log line.
    pub fn take(&mut self, line: &[u8], sink: &mut impl FnMut(Trigger)) -> Option<Stamp> {
        static SEARCHER: LazyLock<Option<AhoCorasick>> =
            LazyLock::new(|| AhoCorasick::new(WORDS).ok());
        let line = ServerLine::parse(line)?;
        let may_be = SEARCHER.as_ref().is_none_or(|s| s.is_match(line.text));
        if may_be && let Some(trigger) = request::trigger(&line) {
            self.pass_on(trigger, sink);
        }
        Some(line.at)
    }

    fn pass_on(&mut self, trigger: Trigger, sink: &mut impl FnMut(Trigger)) {
        let at = trigger.at.0;
        self.recent
            .retain(|(seen, ..)| at.saturating_sub(seen.0).saturating_abs() <= SAME_MS);
        let is_echo = trigger.request.is_none()
            && self.recent.iter().any(|(_, what, items)| {
                request::tells_same(what, &trigger.what)
                    && (trigger.items.is_empty() || *items == trigger.items)
            });
        if is_echo {
            return;
        }
        self.recent
            .push((trigger.at, trigger.what.clone(), trigger.items.clone()));
        sink(trigger);
    }
}

fn head_of(text: &[u8]) -> String {
    lossy(&text[..text.len().min(TEXT_BYTES)]).into_owned()
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
