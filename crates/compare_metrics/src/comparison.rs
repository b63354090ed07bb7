//! The comparison, computed whole; every output is made from it and computes nothing.

use evidence::Interval;
use evidence::paired::Pairs;

use crate::expect::Point;
use crate::options::Rule;
use crate::script::Evaluation;
use crate::trend::Trend;
use crate::verdict::Verdict;

/// Which way something went, beyond chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Better,
    Worse,
    /// Chance alone may be behind it.
    Undecided,
}

impl Direction {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Undecided => "~",
        }
    }
}

/// How a metric was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Title by title; the mid-p of `McNemar`.
    Paired,
    /// At most once in a trial; Newcombe's interval, Fisher's mid-p.
    Share,
    /// Several times in a trial; exact ratio of two Poisson rates, mid-p.
    Rate,
}

impl Method {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Paired => "mcnemar-mid-p",
            Self::Share => "newcombe-wilson",
            Self::Rate => "poisson-rate-ratio",
        }
    }

    /// Whether the effect is a difference of shares; otherwise it is a ratio of rates.
    pub(crate) fn is_difference(self) -> bool {
        self != Self::Rate
    }
}

/// Events in an exposure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Amount {
    pub(crate) events: u64,
    pub(crate) exposure: f64,
}

impl Amount {
    pub(crate) fn rate(&self) -> f64 {
        if self.exposure > 0.0 {
            self.events as f64 / self.exposure
        } else {
            0.0
        }
    }
}

/// How much data it takes to see a halving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needed {
    pub(crate) per_side: u64,
    /// What there is on the side that has less.
    pub(crate) smaller_side: u64,
}

/// What one metric says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetricFinding {
    /// The name in files.
    pub(crate) key: &'static str,
    pub(crate) words: &'static str,
    /// What the exposure is counted in: `searches`.
    pub(crate) unit: &'static str,
    pub(crate) method: Method,
    pub(crate) before: Amount,
    pub(crate) after: Amount,
    /// Of [`Method::Paired`].
    pub(crate) pairs: Option<Pairs>,
    /// How many times less the data is worth than it counts.
    pub(crate) design_effect: f64,
    /// Whether the reports show which title each search was for.
    pub(crate) sees_repeats: bool,
    /// A difference or a ratio, as the method says; `None` for a ratio of nothing to nothing.
    pub(crate) effect: Option<f64>,
    pub(crate) interval: Interval,
    pub(crate) p: f64,
    /// After the correction for the number of metrics.
    pub(crate) p_adjusted: f64,
    pub(crate) direction: Direction,
    /// Whether it is part of the decision.
    pub(crate) decides: bool,
    /// What is needed and, if even nothing after would not have been seen, nothing below it.
    pub(crate) needed: Option<Needed>,
    /// The rate after that these two runs would most likely have told from the rate before.
    pub(crate) detectable: Option<f64>,
    /// Up to which design effect the finding would stand, where repeats are not seen.
    pub(crate) withstands: Option<f64>,
}

/// What became of one distinct error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    New,
    More,
    Gone,
    Fewer,
    Same,
}

impl State {
    pub(crate) const ALL: [Self; 5] = [Self::New, Self::More, Self::Gone, Self::Fewer, Self::Same];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::More => "more",
            Self::Gone => "gone",
            Self::Fewer => "fewer",
            Self::Same => "same",
        }
    }
}

/// What one distinct error says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EntryFinding {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) group: String,
    pub(crate) title: String,
    /// Agents that have it on either side.
    pub(crate) agents: Vec<String>,
    /// The exposure is the work of these agents.
    pub(crate) before: Amount,
    pub(crate) after: Amount,
    pub(crate) design_effect: f64,
    pub(crate) state: State,
    pub(crate) p: f64,
    /// Benjamini and Hochberg's, over all failures of the catalogue.
    pub(crate) q: f64,
    /// By `q`.
    pub(crate) direction: Direction,
    /// Real even if the whole catalogue is to hold no false alarm: part of the decision.
    pub(crate) decides: bool,
    /// Whether it is a failure; noise and outcomes are none.
    pub(crate) is_failure: bool,
}

/// What one agent says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AgentFinding {
    pub(crate) name: String,
    pub(crate) metrics: Vec<MetricFinding>,
    /// Benjamini and Hochberg's over all agents, as `metrics`.
    pub(crate) q: Vec<f64>,
    /// Why there is nothing to compare: it is in one report only, or did nothing on a side.
    pub(crate) absent: Option<&'static str>,
}

/// How long sessions took.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DurationFinding {
    /// `searches` or `updates`.
    pub(crate) what: &'static str,
    pub(crate) before: Took,
    pub(crate) after: Took,
    /// Upper ends of the buckets in milliseconds, and how many sessions of each side are in each.
    pub(crate) buckets: Vec<(u64, u64, u64)>,
    /// The chance that one of after took longer than one of before.
    pub(crate) chance_longer: f64,
    pub(crate) p: f64,
    pub(crate) direction: Direction,
}

/// How long the sessions of one side took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Took {
    pub(crate) sessions: u64,
    pub(crate) median_ms: Option<u64>,
    pub(crate) p95_ms: Option<u64>,
}

/// What a report is, for the head of every output.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SideHead {
    /// The path as typed.
    pub(crate) path: String,
    pub(crate) form: &'static str,
    pub(crate) generated: Option<String>,
    pub(crate) window: Option<String>,
    pub(crate) covered: Option<(String, String)>,
    pub(crate) hours: Option<f64>,
    pub(crate) searches: Option<u64>,
    pub(crate) updates: Option<u64>,
    /// Distinct titles searched, where the report tells.
    pub(crate) titles: Option<u64>,
}

/// Two reports compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) fix_name: String,
    pub(crate) made_by: &'static str,
    /// The local time of the comparison.
    pub(crate) at: String,
    pub(crate) before: SideHead,
    pub(crate) after: SideHead,
    pub(crate) rule: Rule,
    pub(crate) script: Evaluation,
    /// The level of a false verdict, as given.
    pub(crate) alpha: f64,
    pub(crate) looks: u32,
    /// The confidence of the intervals shown.
    pub(crate) confidence: f64,
    /// What is not comparable, or must be known; sentences without their full stop.
    pub(crate) notes: Vec<String>,
    /// Why no verdict is possible.
    pub(crate) stops: Vec<String>,
    /// Why what is better does not decide.
    pub(crate) doubts: Vec<String>,
    /// Agents that stopped working with a new error of their own.
    pub(crate) broken: Vec<String>,
    /// Groups of errors whose real increase calls for ROLLBACK.
    pub(crate) rollback_on: Vec<String>,
    pub(crate) metrics: Vec<MetricFinding>,
    /// Failures first, by state; `None` where a report has no single errors.
    pub(crate) entries: Vec<EntryFinding>,
    pub(crate) has_entries: bool,
    pub(crate) agents: Vec<AgentFinding>,
    pub(crate) durations: Vec<DurationFinding>,
    pub(crate) expectations: Vec<Point>,
    pub(crate) trend: Option<Trend>,
    /// By the rule asked for.
    pub(crate) verdict: Verdict,
    /// By the evidence, whatever the rule.
    pub(crate) evidence_verdict: Verdict,
}
