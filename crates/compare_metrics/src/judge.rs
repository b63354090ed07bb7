//! Counts on both sides become findings: the effect, its interval, and whether chance is enough.

pub(crate) mod agents;
pub(crate) mod durations;
pub(crate) mod entries;

use evidence::Interval;
use evidence::cluster::Worth;
use evidence::multiple::holm;
use evidence::power::{
    USUAL, detectable_fall, detectable_fall_in_rate, exposure_per_side, trials_per_side,
};
use evidence::proportion::{Share, Table, newcombe, newcombe_p};
use evidence::rate::{Rate, Ratio};
use evidence::special::{normal_quantile, t_of, t_two_sided, z_of};

use crate::comparison::{Amount, Direction, Method, MetricFinding, Needed};
use crate::measure::{Measured, Weighed};

/// An effect, its interval, and the probability that chance alone is behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tested {
    pub(crate) effect: Option<f64>,
    pub(crate) interval: Interval,
    pub(crate) p: f64,
}

impl Weighed {
    pub(crate) fn design_effect(self) -> f64 {
        match self {
            Self::Seen(worth) => worth.design_effect,
            Self::Assumed(effect) => effect,
        }
    }

    /// Degrees of freedom of a spread that was measured over titles.
    fn freedom(self) -> Option<f64> {
        match self {
            Self::Seen(Worth { clusters, .. }) if clusters < 10_000 => {
                Some((clusters as f64 - 2.0).max(1.0))
            }
            _ => None,
        }
    }
}

/// How many standard errors an interval reaches: more where the spread was measured over few titles.
fn reach(confidence: f64, worth: Weighed) -> f64 {
    match worth.freedom() {
        Some(freedom) => t_of(confidence, freedom),
        None => z_of(confidence),
    }
}

/// A probability that takes the spread as known becomes one that takes it as measured.
fn as_measured(p: f64, worth: Weighed) -> f64 {
    match worth.freedom() {
        Some(freedom) if p > 0.0 && p < 1.0 => t_two_sided(-normal_quantile(p / 2.0), freedom),
        _ => p,
    }
}

/// Tests a share in trials.
pub(crate) fn test_share(before: Amount, after: Amount, worth: Weighed, confidence: f64) -> Tested {
    let share = |amount: Amount| Share {
        events: amount.events as f64,
        of: amount.exposure,
    };
    let effect = worth.design_effect();
    let (b, a) = (share(before), share(after));
    let (thin_b, thin_a) = (b.thinned(effect), a.thinned(effect));
    let p = if effect > 1.0 {
        newcombe_p(thin_b, thin_a)
    } else {
        Table {
            before: (before.events, whole(before.exposure)),
            after: (after.events, whole(after.exposure)),
        }
        .mid_p()
    };
    Tested {
        effect: Some(a.value() - b.value()),
        interval: newcombe(thin_b, thin_a, reach(confidence, worth)),
        p: as_measured(p, worth),
    }
}

/// Tests a rate of events.
pub(crate) fn test_rate(before: Amount, after: Amount, worth: Weighed, confidence: f64) -> Tested {
    let ratio = ratio(before, after, worth);
    // The exact interval has no place for a spread that was measured; a wider one stands for it.
    let confidence = match worth.freedom() {
        Some(_) => 1.0 - 2.0 * evidence::special::normal_cdf(-reach(confidence, worth)),
        None => confidence,
    };
    Tested {
        effect: ratio.value(),
        interval: ratio.interval(confidence),
        p: rate_p(before, after, worth),
    }
}

/// The probability that chance alone is behind a rate's change, without the interval, which costs
/// far more.
pub(crate) fn rate_p(before: Amount, after: Amount, worth: Weighed) -> f64 {
    as_measured(ratio(before, after, worth).mid_p(), worth)
}

fn ratio(before: Amount, after: Amount, worth: Weighed) -> Ratio {
    let rate = |amount: Amount| Rate {
        events: amount.events as f64 / worth.design_effect(),
        exposure: amount.exposure,
    };
    Ratio::new(rate(before), rate(after))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a number of trials"
)]
fn whole(exposure: f64) -> u64 {
    exposure as u64
}

pub(crate) fn test(measured: &Measured, confidence: f64) -> Tested {
    let (before, after) = (measured.before, measured.after);
    match (measured.method, measured.pairs) {
        (Method::Paired, Some(pairs)) => Tested {
            effect: Some(pairs.after().value() - pairs.before().value()),
            interval: pairs.interval(z_of(confidence)),
            p: pairs.mid_p(),
        },
        (Method::Rate, _) => test_rate(before, after, measured.worth, confidence),
        _ => test_share(before, after, measured.worth, confidence),
    }
}

/// Which way a change goes, if it is real.
pub(crate) fn direction(before: Amount, after: Amount, is_real: bool) -> Direction {
    match after.rate().total_cmp(&before.rate()) {
        std::cmp::Ordering::Less if is_real => Direction::Better,
        std::cmp::Ordering::Greater if is_real => Direction::Worse,
        _ => Direction::Undecided,
    }
}

/// Judges metrics together: Holm's correction over those that decide and have an event at all.
pub(crate) fn metrics(measured: &[Measured], level: f64, confidence: f64) -> Vec<MetricFinding> {
    let tested: Vec<Tested> = measured
        .iter()
        .map(|metric| test(metric, confidence))
        .collect();
    let counts =
        |metric: &Measured| metric.decides && metric.before.events + metric.after.events > 0;
    let together: Vec<f64> = measured
        .iter()
        .zip(&tested)
        .filter(|(metric, _)| counts(metric))
        .map(|(_, tested)| tested.p)
        .collect();
    let mut adjusted = holm(&together).into_iter();
    measured
        .iter()
        .zip(&tested)
        .map(|(metric, tested)| {
            let p_adjusted = if counts(metric) {
                adjusted.next().unwrap_or(1.0)
            } else {
                tested.p
            };
            finding(metric, *tested, p_adjusted, level)
        })
        .collect()
}

/// One metric's finding, its probability already corrected.
pub(crate) fn finding(
    metric: &Measured,
    tested: Tested,
    p_adjusted: f64,
    level: f64,
) -> MetricFinding {
    let direction = direction(metric.before, metric.after, p_adjusted <= level);
    let sees_repeats = matches!(metric.worth, Weighed::Seen(_));
    MetricFinding {
        key: metric.key,
        words: metric.words,
        unit: metric.unit,
        method: metric.method,
        before: metric.before,
        after: metric.after,
        pairs: metric.pairs,
        design_effect: metric.worth.design_effect(),
        sees_repeats,
        effect: tested.effect,
        interval: tested.interval,
        p: tested.p,
        p_adjusted,
        direction,
        decides: metric.decides,
        needed: needed(metric, level),
        detectable: detectable(metric, level),
        withstands: (!sees_repeats && direction != Direction::Undecided)
            .then(|| withstands(metric, p_adjusted / tested.p.max(f64::MIN_POSITIVE), level)),
    }
}

/// How much it takes to see the rate before halved; with no event before, the rate on both sides.
fn needed(metric: &Measured, level: f64) -> Option<Needed> {
    let (before, after) = (metric.before, metric.after);
    let all = Amount {
        events: before.events + after.events,
        exposure: before.exposure + after.exposure,
    };
    let from = if before.events > 0 {
        before.rate()
    } else {
        all.rate()
    };
    let per_side = match metric.method {
        Method::Rate => exposure_per_side(from, from / 2.0, 1.0 - level, USUAL),
        _ => trials_per_side(from, from / 2.0, 1.0 - level, USUAL),
    }?;
    Some(Needed {
        per_side: whole((per_side as f64 * metric.worth.design_effect()).ceil()),
        smaller_side: whole(before.exposure.min(after.exposure)),
    })
}

fn detectable(metric: &Measured, level: f64) -> Option<f64> {
    let effect = metric.worth.design_effect();
    let (before, after) = (
        metric.before.exposure / effect,
        metric.after.exposure / effect,
    );
    if before <= 0.0 || after <= 0.0 {
        return None;
    }
    let from = metric.before.rate();
    match metric.method {
        Method::Rate => detectable_fall_in_rate(from, before, after, 1.0 - level, USUAL),
        _ => detectable_fall(from, before, after, 1.0 - level, USUAL),
    }
}

/// The largest design effect at which the finding would still be real.
fn withstands(metric: &Measured, correction: f64, level: f64) -> f64 {
    let is_real = |effect: f64| {
        let worth = Weighed::Assumed(effect);
        let p = match metric.method {
            Method::Rate => test_rate(metric.before, metric.after, worth, 0.95).p,
            _ => test_share(metric.before, metric.after, worth, 0.95).p,
        };
        p * correction <= level
    };
    let (mut low, mut high) = (metric.worth.design_effect(), 1e4);
    if is_real(high) {
        return high;
    }
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if is_real(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}
