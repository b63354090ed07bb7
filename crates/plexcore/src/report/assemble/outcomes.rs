//! Session tallies become counts, percentiles and a distribution.

use super::{Findings, Scope};
use crate::log::session::SessionKind;
use crate::metrics::deliveries::DeliveryTally;
use crate::metrics::outcomes::{OutcomeTally, SessionTally, open_ms, percentile};
use crate::report::understanding::{
    Delivered, DurationBucket, OpenSession, Outcomes, SessionCounts,
};

/// The upper ends of the duration buckets in milliseconds: a tenth of a second to ten minutes, which
/// is where the server gives up on a plug-in.
const EDGES_MS: [u64; 13] = [
    100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
];

/// One plug-in's.
pub(super) fn of(name: &str, tally: &OutcomeTally, scope: &Scope<'_>) -> Outcomes {
    let mut open = open(name, tally, scope);
    open.truncate(Outcomes::MOST_OPEN);
    Outcomes {
        searches: counts(&tally.searches),
        updates: counts(&tally.updates),
        delivered: tally.delivered.map(delivered),
        open,
    }
}

/// All plug-ins'.
pub(super) fn all(findings: &Findings<'_>) -> Outcomes {
    let (mut searches, mut updates) = (SessionTally::default(), SessionTally::default());
    let mut unfinished = Vec::new();
    for plugin in &findings.plugins {
        searches.merge(&plugin.outcomes.searches);
        updates.merge(&plugin.outcomes.updates);
        unfinished.extend(open(&plugin.name, &plugin.outcomes, &findings.scope));
    }
    sort(&mut unfinished);
    unfinished.truncate(Outcomes::MOST_OPEN);
    Outcomes {
        searches: counts(&searches),
        updates: counts(&updates),
        delivered: findings.delivered.map(|told| {
            let of_agents = findings.plugins.iter();
            let untold = of_agents
                .filter_map(|plugin| plugin.outcomes.delivered)
                .map(|tally| tally.untold)
                .sum();
            delivered(DeliveryTally { untold, ..told })
        }),
        open: unfinished,
    }
}

fn delivered(tally: DeliveryTally) -> Delivered {
    Delivered {
        succeeded: tally.succeeded,
        failed: tally.failed,
        untold: tally.untold,
    }
}

fn open(name: &str, tally: &OutcomeTally, scope: &Scope<'_>) -> Vec<OpenSession> {
    let mut open: Vec<OpenSession> = tally
        .open
        .iter()
        .map(|session| OpenSession {
            agent: scope.redactor.redact(name).into_owned(),
            kind: match session.kind {
                SessionKind::Search => "search".to_owned(),
                SessionKind::Update => "update".to_owned(),
            },
            start: session.start.to_log(),
            open_ms: u64::try_from(open_ms(session, scope.now)).unwrap_or(0),
            item: session.item.map(|item| item.to_string()),
            thread: session.thread.clone(),
        })
        .collect();
    sort(&mut open);
    open
}

fn sort(open: &mut [OpenSession]) {
    open.sort_by(|a, b| {
        b.open_ms
            .cmp(&a.open_ms)
            .then_with(|| (&a.start, &a.agent, &a.thread).cmp(&(&b.start, &b.agent, &b.thread)))
    });
}

fn counts(tally: &SessionTally) -> SessionCounts {
    let mut sorted = tally.durations.clone();
    sorted.sort_unstable();
    SessionCounts {
        total: tally.total,
        succeeded: tally.succeeded,
        empty: tally.empty,
        failed: tally.failed,
        unfinished: tally.unfinished,
        requests: tally.requests,
        median_ms: percentile(&sorted, 50).map(u64::from),
        p95_ms: percentile(&sorted, 95).map(u64::from),
        max_ms: sorted.last().copied().map(u64::from),
        durations: durations(&sorted),
    }
}

/// How many fall in each bucket, from the first filled one to the last.
fn durations(sorted: &[u32]) -> Vec<DurationBucket> {
    let longest = sorted.last().copied().map_or(0, u64::from);
    let edges = EDGES_MS
        .into_iter()
        .chain((longest > EDGES_MS[EDGES_MS.len() - 1]).then_some(longest));
    let mut below = 0;
    let mut buckets: Vec<DurationBucket> = edges
        .map(|up_to_ms| {
            let reached = sorted.partition_point(|took| u64::from(*took) <= up_to_ms);
            let sessions = (reached - below) as u64;
            below = reached;
            DurationBucket { up_to_ms, sessions }
        })
        .collect();
    while buckets.last().is_some_and(|bucket| bucket.sessions == 0) {
        buckets.pop();
    }
    let empty = buckets
        .iter()
        .take_while(|bucket| bucket.sessions == 0)
        .count();
    buckets.drain(..empty);
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_in_one_bucket_and_gaps_are_shown() {
        let found = durations(&[50, 100, 101, 4000, 700_000]);
        assert_eq!(found.iter().map(|bucket| bucket.sessions).sum::<u64>(), 5);
        assert_eq!(
            found.first(),
            Some(&DurationBucket {
                up_to_ms: 100,
                sessions: 2
            })
        );
        assert_eq!(
            found.last(),
            Some(&DurationBucket {
                up_to_ms: 700_000,
                sessions: 1
            })
        );
        assert_eq!(found.len(), 14);
        assert_eq!(durations(&[]), []);
        assert_eq!(
            durations(&[3000]),
            [DurationBucket {
                up_to_ms: 5000,
                sessions: 1
            }]
        );
    }
}
