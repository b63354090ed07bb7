//! Names for what can happen, and whose concern each is.

use serde::{Deserialize, Serialize};

/// The cause of an event, by the names that people who repair agents use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// A search began.
    Search,
    /// A result page listed titles.
    TitlesFound,
    /// A record with a check mark.
    Success,
    /// A candidate's title did not match.
    TitleMatch,
    /// A candidate's studio did not match.
    NoMatch,
    /// An ERROR only because a title holds the letters "error".
    FalseError,
    /// Hosted resource hashes could not be read at plug-in start.
    Hashes,
    /// The plug-in has no `Start` function.
    NoStart,
    /// No stored model yet.
    NoModel,
    /// A ping of an agent without a route for it.
    Route,
    /// The server would not give an item's tree.
    Tree,
    /// A site answered with an HTTP error; the status is in the event.
    Http,
    /// `Error opening URL` and nothing that says why.
    Fetch,
    /// No answer in time.
    Timeout,
    /// No such host, or no name server.
    Dns,
    /// Refused, reset or cut off.
    Connect,
    /// TLS failed.
    Ssl,
    /// A challenge page instead of an answer.
    Cloudflare,
    /// The search query gave no results.
    NoResults,
    /// The page did not have the expected form.
    Parse,
    /// Reading or writing a file failed.
    Storage,
    /// A module is missing.
    Import,
    /// The plug-in's code did not compile.
    CodeLoad,
    /// An unknown name.
    Name,
    /// `AttributeError`, `KeyError`, `UnboundLocalError`.
    Attr,
    /// A codec failed.
    Unicode,
    /// An exception in a thread.
    ThreadExc,
    /// A bundle could not be read.
    Bundle,
    /// The server could not be notified.
    Notify,
    /// The broker waited in vain for an agent.
    BrokerUpdate,
    /// A preference does not exist.
    Prefs,
    /// The server gave no hash for a media item.
    Hash,
}

/// Whose concern an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Not an error.
    Outcome,
    /// The Framework's own noise.
    Noise,
    /// A remote site.
    Remote,
    /// A site whose pages changed.
    Site,
    /// The agent's code.
    Agent,
    /// Disk, rights, network.
    Environment,
    /// The Plex server.
    Server,
}

impl Category {
    /// The group that the category belongs to.
    pub fn group(self) -> Group {
        match self {
            Self::Search
            | Self::TitlesFound
            | Self::Success
            | Self::TitleMatch
            | Self::NoMatch
            | Self::FalseError => Group::Outcome,
            Self::Hashes | Self::NoStart | Self::NoModel | Self::Route => Group::Noise,
            Self::Http
            | Self::Fetch
            | Self::Timeout
            | Self::Connect
            | Self::Cloudflare
            | Self::NoResults => Group::Remote,
            Self::Parse => Group::Site,
            Self::Import
            | Self::CodeLoad
            | Self::Name
            | Self::Attr
            | Self::Unicode
            | Self::ThreadExc
            | Self::Prefs => Group::Agent,
            Self::Dns | Self::Ssl | Self::Storage | Self::Bundle => Group::Environment,
            Self::Tree | Self::Notify | Self::BrokerUpdate | Self::Hash => Group::Server,
        }
    }
}

/// What kind of record tells of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// A record of the Framework.
    Framework,
    /// CRITICAL `Exception in the search function of agent named`.
    SearchExc,
    /// CRITICAL `Exception in the update function of agent named`.
    UpdateExc,
    /// A message of the agent, with a marker record before it if the agent logs as PGMA does.
    Message,
    /// An ERROR of the agent that holds a whole Python traceback.
    Embedded,
}
