//! What a server set its agents to do and what became of it: sessions, bursts, triggers.

use serde::{Deserialize, Serialize};

use super::truth::Stamp;

/// Search or update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SessionKind {
    Search,
    Update,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A search that answered 600 bytes or more.
    Results,
    /// A search that answered 320 bytes: nothing found.
    None,
    /// A search or update whose function raised; answered 16 bytes.
    Failed,
    /// An update that wrote its model and did not raise; answered 16 bytes.
    Updated,
    /// No `Response:` on its thread before a restart, the next request of the thread, or the end of the log.
    NeverFinished,
}

/// One call of an agent's search or update function, from `Handling request` to `Response:`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Search or update.
    pub kind: SessionKind,
    /// Thread as written in the log.
    pub thread: String,
    /// Time of `Handling request`.
    pub start_ms: Stamp,
    /// Time of `Response:`.
    pub end_ms: Option<Stamp>,
    /// How it ended.
    pub outcome: Outcome,
    /// `Requesting` records to other hosts than the server itself.
    pub requests: u32,
    /// Records in which the agent tells of a candidate; only searches have them.
    pub candidates: u32,
    /// Bytes in `Response: [200] str, N bytes`.
    pub response_bytes: Option<u32>,
    /// The Plex item id.
    pub item: u32,
    /// The title asked for.
    pub query: String,
    /// Index into [`Truth::bursts`](super::Truth::bursts) when a burst made it.
    pub burst: Option<u32>,
}

/// A stretch in which agents had far more work than before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Burst {
    /// The first extra session starts at or after this.
    pub start_ms: Stamp,
    /// No extra session starts at or after this.
    pub end_ms: Stamp,
    /// Index into [`Truth::triggers`](super::Truth::triggers); without the server log, of the trigger that would be there.
    pub trigger: usize,
    /// How many times the usual rate.
    pub rate: u32,
}

/// A request to the server that made agents work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// Time of the request's line in the server log.
    pub at_ms: Stamp,
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub url: String,
    /// The item it names, if it names one.
    pub item: Option<u32>,
    /// Name of the agent that served it, if one did alone.
    pub agent: Option<String>,
}
