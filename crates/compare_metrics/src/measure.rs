//! Two reports become counts that can be tested: what, in how much, over which titles.
//!
//! Which counts are made depends on what both reports tell. Testing them is for `judge`.

pub(crate) mod source;
mod units;

use evidence::cluster::{Happens, Worth};
use evidence::paired::Pairs;

use crate::comparison::{Amount, Method};
use source::Source;
pub(crate) use units::{ErrorTitles, Selection, Units};

/// Titles searched on both sides that it takes for a pairing.
const LEAST_PAIRS: u64 = 10;

/// One metric, counted on both sides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measured {
    pub(crate) key: &'static str,
    pub(crate) words: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) method: Method,
    pub(crate) before: Amount,
    pub(crate) after: Amount,
    pub(crate) pairs: Option<Pairs>,
    /// What the data is worth.
    pub(crate) worth: Weighed,
    pub(crate) decides: bool,
}

/// How many times less the data is worth than it counts, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Weighed {
    /// Measured over titles.
    Seen(Worth),
    /// The report does not tell; assumed.
    Assumed(f64),
}

/// What is counted, and what for.
struct Metric {
    key: &'static str,
    words: &'static str,
    total: fn(&Source<'_>) -> Option<u64>,
    of_item: fn(&plexcore::report::understanding::ItemOutcome) -> u64,
}

const URL_ERRORS: Metric = Metric {
    key: "url_errors",
    words: "failed fetches",
    total: |source| source.counts.url_errors,
    of_item: |item| item.url_errors,
};
const MODEL_ERRORS: Metric = Metric {
    key: "model_errors",
    words: "model read errors",
    total: |source| source.counts.model_errors,
    of_item: |item| item.model_errors,
};
const OTHER_ERRORS: Metric = Metric {
    key: "processing_errors",
    words: "other errors",
    total: |source| source.counts.processing_errors,
    of_item: |item| item.processing_errors,
};
const TITLE_FAILURES: Metric = Metric {
    key: "title_failures",
    words: "title match failures",
    total: |source| source.counts.title_failures,
    of_item: |item| item.title_failures,
};

/// Counts what both sides tell, over the titles that they tell of. `assumed` is the design effect
/// where repeats are not seen.
pub(crate) fn measure(
    before: &Source<'_>,
    after: &Source<'_>,
    units: Option<&Units<'_>>,
    assumed: f64,
) -> Vec<Measured> {
    if before.sessions.is_some() && after.sessions.is_some() {
        return by_sessions(before, after, units, assumed);
    }
    match (
        before.counts.search_operations,
        after.counts.search_operations,
    ) {
        (Some(b), Some(a)) => by_searches((before, b), (after, a), assumed),
        _ => by_hours(before, after),
    }
}

/// Both reports know how each search and update ended.
fn by_sessions(
    before: &Source<'_>,
    after: &Source<'_>,
    units: Option<&Units<'_>>,
    assumed: f64,
) -> Vec<Measured> {
    let mut found = Vec::new();
    if let (Some(b), Some(a)) = (before.without_result(), after.without_result()) {
        found.push(without_result(b, a, units, assumed));
    }
    let (b, a) = (before.work(), after.work());
    for (metric, decides) in [
        (URL_ERRORS, true),
        (OTHER_ERRORS, true),
        (MODEL_ERRORS, true),
        // A search with a result has candidates that did not match, too; the searches decide.
        (TITLE_FAILURES, false),
    ] {
        let (Some(events_b), Some(events_a)) = ((metric.total)(before), (metric.total)(after))
        else {
            continue;
        };
        let before = Amount {
            events: events_b,
            exposure: b as f64,
        };
        let after = Amount {
            events: events_a,
            exposure: a as f64,
        };
        let worth = units.map_or(
            Weighed::Assumed(assumed * crowding(&before, &after)),
            |units| {
                let clusters = units.clusters(
                    metric.of_item,
                    |item| item.searches + item.updates,
                    &before,
                    &after,
                );
                Weighed::Seen(evidence::cluster::worth(&clusters, Happens::Often))
            },
        );
        found.push(Measured {
            key: metric.key,
            words: metric.words,
            unit: "searches and updates",
            method: Method::Rate,
            before,
            after,
            pairs: None,
            worth,
            decides,
        });
    }
    found
}

fn without_result(
    before: Amount,
    after: Amount,
    units: Option<&Units<'_>>,
    assumed: f64,
) -> Measured {
    let share = Measured {
        key: "searches_without_result",
        words: "searches without a result",
        unit: "searches",
        method: Method::Share,
        before,
        after,
        pairs: None,
        worth: Weighed::Assumed(assumed),
        decides: true,
    };
    let Some(units) = units else {
        return share;
    };
    let pairs = units.pairs();
    if pairs.total() >= LEAST_PAIRS && 2 * pairs.total() >= units.fewer_titles() {
        let amount = |share: evidence::proportion::Share| Amount {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is a count of titles"
            )]
            events: share.events as u64,
            exposure: share.of,
        };
        return Measured {
            words: "titles whose latest search found nothing",
            unit: "titles searched in both",
            method: Method::Paired,
            before: amount(pairs.before()),
            after: amount(pairs.after()),
            pairs: Some(pairs),
            // Titles are the unit, so repeats do not count.
            worth: Weighed::Seen(Worth {
                design_effect: 1.0,
                clusters: usize::MAX,
            }),
            ..share
        };
    }
    let clusters = units.clusters(
        |item| item.without_result,
        |item| item.searches,
        &before,
        &after,
    );
    Measured {
        worth: Weighed::Seen(evidence::cluster::worth(&clusters, Happens::Once)),
        ..share
    }
}

/// Both reports have totals and no more.
fn by_searches(
    (before, n_before): (&Source<'_>, u64),
    (after, n_after): (&Source<'_>, u64),
    assumed: f64,
) -> Vec<Measured> {
    let mut found = Vec::new();
    for metric in [TITLE_FAILURES, URL_ERRORS, MODEL_ERRORS, OTHER_ERRORS] {
        let (Some(b), Some(a)) = ((metric.total)(before), (metric.total)(after)) else {
            continue;
        };
        let before = Amount {
            events: b,
            exposure: n_before as f64,
        };
        let after = Amount {
            events: a,
            exposure: n_after as f64,
        };
        // One failure a search at most, unless there are more of them than searches.
        let is_share = metric.key == TITLE_FAILURES.key && b <= n_before && a <= n_after;
        found.push(Measured {
            key: metric.key,
            words: metric.words,
            unit: "searches",
            method: if is_share {
                Method::Share
            } else {
                Method::Rate
            },
            before,
            after,
            pairs: None,
            worth: Weighed::Assumed(
                assumed
                    * if is_share {
                        1.0
                    } else {
                        crowding(&before, &after)
                    },
            ),
            // More of them than searches are candidates: a search with a result has some as well.
            decides: is_share || metric.key != TITLE_FAILURES.key,
        });
    }
    found
}

/// Errors come in groups, and totals do not show which belong together. A search that fails tries
/// again, so two are worth one at most; where there are more than searches, the spread of a
/// geometric count with that mean comes on top.
fn crowding(before: &Amount, after: &Amount) -> f64 {
    2.0 + before.rate().max(after.rate())
}

/// Searches are unknown on a side: errors by the hour, which tell of traffic as much as of the fix
/// and so decide nothing.
fn by_hours(before: &Source<'_>, after: &Source<'_>) -> Vec<Measured> {
    let (Some(b), Some(a)) = (before.hours, after.hours) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for metric in [TITLE_FAILURES, URL_ERRORS, MODEL_ERRORS, OTHER_ERRORS] {
        let (Some(events_b), Some(events_a)) = ((metric.total)(before), (metric.total)(after))
        else {
            continue;
        };
        found.push(Measured {
            key: metric.key,
            words: metric.words,
            unit: "hours",
            method: Method::Rate,
            before: Amount {
                events: events_b,
                exposure: b,
            },
            after: Amount {
                events: events_a,
                exposure: a,
            },
            pairs: None,
            worth: Weighed::Assumed(1.0),
            decides: false,
        });
    }
    found
}
