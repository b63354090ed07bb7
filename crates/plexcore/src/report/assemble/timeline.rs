//! Minutes become buckets, and bursts with what came before them.

use std::collections::BTreeMap;

use super::{Findings, cut};
use crate::log::server::Trigger;
use crate::metrics::activity::Minute;
use crate::metrics::burst::{self, Span};
use crate::metrics::catalogue::MINUTE_MS;
use crate::redact::Redactor;
use crate::report::understanding::{Before, Bucket, Burst, Timeline};
use crate::stamp::Stamp;

/// Lengths of a bucket in minutes; the first that gives at most [`MOST_BUCKETS`] is taken.
const LENGTHS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440, 10_080];
const MOST_BUCKETS: i64 = 96;
/// How long before a burst something may have set it off: the server queues work for a while.
const LEAD_MINUTES: i64 = 2;
const MOST_BEFORE: usize = 8;
const WIDTH: usize = 200;

/// The window's minutes, divided into buckets.
pub(super) struct Buckets {
    minutes: BTreeMap<i64, Minute>,
    /// The first minute of the first bucket.
    first: i64,
    /// The last minute with something in it.
    last: i64,
    length: i64,
}

/// Divides the minutes of all plug-ins.
pub(super) fn buckets(minutes: BTreeMap<i64, Minute>) -> Buckets {
    let first = minutes.keys().next().copied().unwrap_or(0);
    let last = minutes.keys().next_back().copied().unwrap_or(first);
    let fits = |length: &i64| last.div_euclid(*length) - first.div_euclid(*length) < MOST_BUCKETS;
    let length = LENGTHS
        .into_iter()
        .find(fits)
        .unwrap_or(((last - first) / MOST_BUCKETS + 1).max(1));
    Buckets {
        minutes,
        first: first.div_euclid(length) * length,
        last,
        length,
    }
}

impl Buckets {
    fn count(&self) -> usize {
        if self.minutes.is_empty() {
            return 0;
        }
        usize::try_from((self.last - self.first) / self.length + 1).unwrap_or(0)
    }

    /// The bucket of a minute since 1970.
    fn index(&self, minute: i64) -> usize {
        usize::try_from((minute - self.first) / self.length).unwrap_or(0)
    }

    /// Events by minute, divided into this timeline's buckets.
    pub(super) fn trend<'m>(
        &self,
        minutes: impl IntoIterator<Item = (&'m i64, &'m u64)>,
    ) -> Vec<u64> {
        let mut trend = vec![0; self.count()];
        for (minute, events) in minutes {
            if let Some(bucket) = trend.get_mut(self.index(*minute)) {
                *bucket += events;
            }
        }
        trend
    }

    /// The timeline as it is reported.
    pub(super) fn timeline(&self, findings: &Findings<'_>) -> Timeline {
        let mut buckets: Vec<Bucket> = (0_i64..)
            .take(self.count())
            .map(|index| Bucket {
                start: moment(self.first + index * self.length),
                ..Bucket::default()
            })
            .collect();
        for (minute, counts) in &self.minutes {
            if let Some(bucket) = buckets.get_mut(self.index(*minute)) {
                bucket.records += counts.records;
                bucket.searches += counts.searches;
                bucket.updates += counts.updates;
                bucket.errors += counts.errors;
                bucket.noise += counts.noise;
                bucket.starts += counts.starts;
            }
        }
        let mut bursts = self.bursts(findings, "work", |minute| minute.searches + minute.updates);
        bursts.extend(self.bursts(findings, "errors", |minute| minute.errors));
        bursts.sort_by(|a, b| (&a.start, &b.what).cmp(&(&b.start, &a.what)));
        Timeline {
            bucket_s: u64::try_from(self.length * 60).unwrap_or(0),
            buckets,
            bursts,
        }
    }

    fn bursts(
        &self,
        findings: &Findings<'_>,
        what: &str,
        count: impl Fn(&Minute) -> u64,
    ) -> Vec<Burst> {
        let counted: BTreeMap<i64, u64> = self
            .minutes
            .iter()
            .map(|(at, minute)| (*at, count(minute)))
            .filter(|(_, n)| *n > 0)
            .collect();
        let total: u64 = counted.values().sum();
        let usual = total as f64 / (self.last - self.first + 1).max(1) as f64;
        let burst = |span: Span| Burst {
            what: what.to_owned(),
            start: moment(span.start),
            end: moment(span.end),
            events: span.events,
            per_minute: format!("{:.1}", span.events as f64 / (span.end - span.start) as f64),
            usual_per_minute: format!("{usual:.1}"),
            before: self.before(findings, span),
        };
        burst::find(&counted, self.first, self.last)
            .into_iter()
            .map(burst)
            .collect()
    }

    /// What was seen from shortly before a burst to the end of its first minute.
    fn before(&self, findings: &Findings<'_>, span: Span) -> Vec<Before> {
        let from = Stamp((span.start - LEAD_MINUTES) * MINUTE_MS);
        let until = Stamp((span.start + 1) * MINUTE_MS);
        let in_time = |trigger: &&Trigger| {
            trigger.at >= from && trigger.at < until && trigger.what.sets_off_work()
        };
        let mut before: Vec<Before> = findings
            .triggers
            .iter()
            .filter(in_time)
            .take(MOST_BEFORE)
            .map(|t| request(t, findings.scope.redactor))
            .collect();
        let starts: u64 = self
            .minutes
            .range(span.start - LEAD_MINUTES..=span.start)
            .map(|(_, m)| m.starts)
            .sum();
        if starts > 0 {
            let text = if starts == 1 {
                "1 plug-in started".to_owned()
            } else {
                format!("{starts} plug-ins started")
            };
            before.push(Before {
                at: moment(span.start),
                what: "plug-in start".to_owned(),
                text,
            });
        }
        let begun = self
            .minutes
            .get(&span.start)
            .map_or(0, |minute| minute.searches + minute.updates);
        if begun > 0 {
            let text = format!(
                "{begun} searches and updates begun in the first minute, {:.1} a second",
                begun as f64 / 60.0
            );
            before.push(Before {
                at: moment(span.start),
                what: "searches".to_owned(),
                text,
            });
        }
        before.sort_by(|a, b| a.at.cmp(&b.at));
        before
    }
}

fn request(trigger: &Trigger, redactor: &Redactor) -> Before {
    let (what, text) = match &trigger.request {
        Some(request) => ("request", format!("{} {}", request.method, request.url)),
        None => ("scan", trigger.text.clone()),
    };
    Before {
        at: trigger.at.to_log(),
        what: what.to_owned(),
        text: cut(&redactor.redact(&text), WIDTH),
    }
}

fn moment(minute: i64) -> String {
    Stamp(minute * MINUTE_MS).to_seconds()
}
