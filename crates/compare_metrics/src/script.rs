//! The script's own arithmetic and rule, as it was meant: three of its checks took no threshold but
//! were given one, so it never reached a decision; here they do what they say.
//!
//! Rounding is Python's, to two places, and the rounded values are what the rule tests.

use crate::verdict::Decision;

/// The five totals that the script reads, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Metrics {
    pub(crate) total_search_ops: u64,
    pub(crate) titles_found: u64,
    pub(crate) title_failures: u64,
    pub(crate) model_errors: u64,
    pub(crate) url_errors: u64,
}

impl Metrics {
    fn fields(&self) -> [(&'static str, u64); 5] {
        [
            ("total_search_ops", self.total_search_ops),
            ("titles_found", self.titles_found),
            ("title_failures", self.title_failures),
            ("model_errors", self.model_errors),
            ("url_errors", self.url_errors),
        ]
    }

    fn errors(&self) -> u64 {
        self.title_failures
            .saturating_add(self.url_errors)
            .saturating_add(self.model_errors)
    }

    /// Below nought where one search has many candidates that did not match.
    fn success_rate(&self) -> Percent {
        if self.total_search_ops == 0 {
            return Percent::NONE;
        }
        let searches = self.total_search_ops as f64;
        Percent::rounded((searches - self.errors() as f64) / searches * 100.0)
    }
}

/// A percentage as the script has it: rounded to two places, or the whole number 0 or 100 that
/// stands for what can't be worked out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Percent {
    pub(crate) value: f64,
    /// Printed without a decimal, as Python prints an int.
    pub(crate) is_whole: bool,
}

impl Percent {
    const NONE: Self = Self {
        value: 0.0,
        is_whole: true,
    };

    fn rounded(value: f64) -> Self {
        Self {
            value: round2(value),
            is_whole: false,
        }
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_whole {
            write!(f, "{:.0}", self.value)
        } else {
            write!(f, "{:?}", self.value)
        }
    }
}

impl serde::Serialize for Percent {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if self.is_whole {
            #[expect(clippy::cast_possible_truncation, reason = "it is 0 or 100")]
            out.serialize_i64(self.value as i64)
        } else {
            out.serialize_f64(self.value)
        }
    }
}

/// Python's `round(value, 2)`: the nearest decimal of the exact binary value, ties to even.
fn round2(value: f64) -> f64 {
    let rounded: f64 = format!("{value:.2}").parse().unwrap_or(value);
    // A negative nought would print its sign.
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// How a metric stands against before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Improved,
    Unchanged,
    Worsened,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Improved => "IMPROVED",
            Self::Unchanged => "UNCHANGED",
            Self::Worsened => "WORSENED",
        }
    }

    /// As the Markdown report marks it.
    pub(crate) fn mark(self) -> &'static str {
        match self {
            Self::Improved => "✓",
            Self::Unchanged => "→",
            Self::Worsened => "✗",
        }
    }
}

/// One line of the script's table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) metric: &'static str,
    pub(crate) baseline: u64,
    pub(crate) current: u64,
    pub(crate) change: i128,
    pub(crate) percent_change: Percent,
    pub(crate) status: Status,
}

impl Line {
    fn new(metric: &'static str, baseline: u64, current: u64) -> Self {
        let change = i128::from(current) - i128::from(baseline);
        let percent_change = match (baseline, current) {
            (0, 0) => Percent::NONE,
            (0, _) => Percent {
                value: 100.0,
                is_whole: true,
            },
            _ => Percent::rounded(change as f64 / baseline as f64 * 100.0),
        };
        // The script called every rise a worsening, more titles found among them.
        let higher_is_better = matches!(metric, "total_search_ops" | "titles_found");
        let status = match change.signum() * if higher_is_better { -1 } else { 1 } {
            -1 => Status::Improved,
            0 => Status::Unchanged,
            _ => Status::Worsened,
        };
        Self {
            metric,
            baseline,
            current,
            change,
            percent_change,
            status,
        }
    }
}

/// The script's summary over all metrics.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Overall {
    pub(crate) baseline_errors: u64,
    pub(crate) current_errors: u64,
    pub(crate) error_reduction: Percent,
    pub(crate) baseline_success_rate: Percent,
    pub(crate) current_success_rate: Percent,
    pub(crate) success_rate_improvement: Percent,
}

/// All that the script would have said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evaluation {
    pub(crate) lines: Vec<Line>,
    pub(crate) overall: Overall,
    pub(crate) successes: [(&'static str, bool); 4],
    pub(crate) failures: [(&'static str, bool); 2],
    pub(crate) decision: Decision,
    pub(crate) reason: &'static str,
}

impl Evaluation {
    pub(crate) fn of(before: &Metrics, after: &Metrics) -> Self {
        let overall = overall(before, after);
        let reduction = overall.error_reduction.value;
        let successes = [
            ("Error reduction >= 10%", reduction >= 10.0),
            (
                "No new error types introduced",
                !(before.model_errors == 0 && after.model_errors > 0),
            ),
            (
                "URL errors reduced (if applicable)",
                after.url_errors <= before.url_errors,
            ),
            (
                "Title failures reduced (if applicable)",
                after.title_failures <= before.title_failures,
            ),
        ];
        let has_doubled =
            |(before, after): (u64, u64)| before > 0 && u128::from(after) > 2 * u128::from(before);
        let errors = [
            (before.title_failures, after.title_failures),
            (before.model_errors, after.model_errors),
            (before.url_errors, after.url_errors),
        ];
        let failures = [
            (
                "Error rate increased significantly (>10%)",
                reduction < -10.0,
            ),
            (
                "New critical errors introduced",
                errors.into_iter().any(has_doubled),
            ),
        ];
        let mut evaluation = Self {
            lines: before
                .fields()
                .into_iter()
                .zip(after.fields())
                .map(|((metric, b), (_, a))| Line::new(metric, b, a))
                .collect(),
            overall,
            successes,
            failures,
            decision: Decision::Monitor,
            reason: "",
        };
        (evaluation.decision, evaluation.reason) = evaluation.decide();
        evaluation
    }

    pub(crate) fn n_met(&self) -> usize {
        self.successes.iter().filter(|(_, is_met)| *is_met).count()
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failures.iter().any(|(_, is_there)| *is_there)
    }

    /// The share of success indicators that are met, in percent: 0, 25, 50, 75 or 100.
    pub(crate) fn success_rate(&self) -> usize {
        self.n_met() * 100 / self.successes.len()
    }

    fn decide(&self) -> (Decision, &'static str) {
        if self.has_failed() {
            return (Decision::Rollback, "Critical failure indicators detected");
        }
        match self.success_rate() {
            75.. => (Decision::Keep, "Met >=75% of success criteria"),
            50.. => (
                Decision::Monitor,
                "Partial success - need more time or tweaking",
            ),
            _ => (
                Decision::Rollback,
                "Failed to meet minimum success criteria (<50%)",
            ),
        }
    }
}

fn overall(before: &Metrics, after: &Metrics) -> Overall {
    let (was, is) = (before.errors(), after.errors());
    let (baseline, current) = (before.success_rate(), after.success_rate());
    Overall {
        baseline_errors: was,
        current_errors: is,
        error_reduction: if was > 0 {
            Percent::rounded((was as f64 - is as f64) / was as f64 * 100.0)
        } else {
            Percent::NONE
        },
        baseline_success_rate: baseline,
        current_success_rate: current,
        success_rate_improvement: if baseline.is_whole && current.is_whole {
            Percent::NONE
        } else {
            Percent::rounded(current.value - baseline.value)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_is_better_for_what_should_be_more() {
        let status = |metric, before, after| Line::new(metric, before, after).status;
        assert_eq!(status("titles_found", 50, 90), Status::Improved);
        assert_eq!(status("total_search_ops", 100, 20), Status::Worsened);
        assert_eq!(status("url_errors", 3, 2), Status::Improved);
        assert_eq!(status("url_errors", 3, 3), Status::Unchanged);
    }

    #[test]
    fn percentages_print_as_python_prints_them() {
        let shown = |before, after| {
            Line::new("url_errors", before, after)
                .percent_change
                .to_string()
        };
        assert_eq!(
            [
                shown(0, 0),
                shown(0, 7),
                shown(200, 100),
                shown(3, 2),
                shown(8, 7)
            ],
            ["0", "100", "-50.0", "-33.33", "-12.5"]
        );
        // 0.125 is a tie and exact in binary: Python 3 goes to the even neighbour.
        assert_eq!((round2(0.125), round2(-0.001)), (0.12, 0.0));
    }

    #[test]
    fn sums_beyond_a_double_do_not_wrap() {
        let most = Metrics {
            title_failures: u64::MAX,
            url_errors: u64::MAX,
            ..Metrics::default()
        };
        assert_eq!(most.errors(), u64::MAX);
        assert_eq!(
            Line::new("url_errors", u64::MAX, 0).change,
            -i128::from(u64::MAX)
        );
    }
}
