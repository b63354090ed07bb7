//! What a report, or one agent of it, has to be compared by.

use plexcore::reading::{Counts, ReadSessions, Reading};
use plexcore::report::understanding::{ItemOutcome, Outcomes, SessionCounts};

use crate::comparison::Amount;

/// Counts of a report or of one agent, with the titles behind them where they are told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source<'a> {
    pub(crate) counts: Counts,
    /// How searches and updates ended.
    pub(crate) sessions: Option<Sessions>,
    /// By agent; empty where the report does not tell.
    pub(crate) items: Vec<(&'a str, &'a [ItemOutcome])>,
    /// How long the stretch of time was that the logs cover.
    pub(crate) hours: Option<f64>,
}

/// Searches and updates by how they ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sessions {
    pub(crate) searches: ReadSessions,
    pub(crate) updates: ReadSessions,
}

impl Sessions {
    fn of(outcomes: &Outcomes) -> Self {
        let counts = |counts: &SessionCounts| ReadSessions {
            total: counts.total,
            succeeded: counts.succeeded,
            empty: counts.empty,
            failed: counts.failed,
            unfinished: counts.unfinished,
        };
        Self {
            searches: counts(&outcomes.searches),
            updates: counts(&outcomes.updates),
        }
    }
}

impl<'a> Source<'a> {
    /// A whole report.
    pub(crate) fn of(reading: &'a Reading, hours: Option<f64>) -> Self {
        let report = reading.report.as_deref();
        Self {
            counts: reading.totals,
            sessions: reading
                .searches
                .zip(reading.updates)
                .map(|(searches, updates)| Sessions { searches, updates })
                .filter(|sessions| sessions.searches.total + sessions.updates.total > 0),
            items: report.map_or_else(Vec::new, |report| {
                report
                    .agents
                    .iter()
                    .filter(|agent| !agent.items.is_empty())
                    .map(|agent| (agent.name.as_str(), agent.items.as_slice()))
                    .collect()
            }),
            hours,
        }
    }

    /// One agent of a report.
    pub(crate) fn of_agent(reading: &'a Reading, at: usize, hours: Option<f64>) -> Self {
        let agent = reading
            .report
            .as_deref()
            .and_then(|report| report.agents.get(at));
        Self {
            counts: reading
                .agents
                .get(at)
                .map(|agent| agent.counts)
                .unwrap_or_default(),
            sessions: agent.map(|agent| Sessions::of(&agent.outcomes)),
            items: agent
                .filter(|agent| !agent.items.is_empty())
                .map(|agent| (agent.name.as_str(), agent.items.as_slice()))
                .into_iter()
                .collect(),
            hours,
        }
    }

    /// Searches and updates.
    pub(crate) fn work(&self) -> u64 {
        self.sessions.map_or(0, |sessions| {
            sessions.searches.total + sessions.updates.total
        })
    }

    /// Searches, by their ends where these are known.
    pub(crate) fn searches(&self) -> Option<u64> {
        self.sessions
            .map(|sessions| sessions.searches.total)
            .or(self.counts.search_operations)
    }

    /// Searches that found nothing, failed or never finished; `None` without a search.
    pub(crate) fn without_result(&self) -> Option<Amount> {
        let searches = self.sessions?.searches;
        (searches.total > 0).then(|| Amount {
            events: searches.total.saturating_sub(searches.succeeded),
            exposure: searches.total as f64,
        })
    }
}
