//! More than two reports: each measure over the iterations, with the limits of a control chart.

use evidence::chart::{p_limits, u_limits};

use crate::input::Side;
use crate::measure::source::Source;

/// A measure over several reports.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trend {
    /// What each report is called, when it was made, its searches; the oldest first.
    pub(crate) reports: Vec<TrendReport>,
    pub(crate) lines: Vec<TrendLine>,
}

/// One of several reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrendReport {
    pub(crate) name: String,
    pub(crate) generated: Option<String>,
    pub(crate) searches: Option<u64>,
}

/// One measure over all reports.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TrendLine {
    pub(crate) words: &'static str,
    /// The rate over all reports but the last, which the limits are around.
    pub(crate) usual: f64,
    /// A report that does not tell has none.
    pub(crate) points: Vec<Option<TrendPoint>>,
}

/// One measure in one report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TrendPoint {
    pub(crate) events: u64,
    pub(crate) exposure: u64,
    /// Three standard errors around the usual rate, for so much exposure.
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl TrendPoint {
    pub(crate) fn rate(&self) -> f64 {
        self.events as f64 / (self.exposure as f64).max(1.0)
    }

    /// `above`, `below` or `within` the limits.
    pub(crate) fn place(&self) -> &'static str {
        if self.rate() > self.high {
            "above"
        } else if self.rate() < self.low {
            "below"
        } else {
            "within"
        }
    }
}

/// How to count a measure: events and trials.
type Count = fn(&Source<'_>) -> Option<(u64, u64)>;

const MEASURES: [(&str, bool, Count); 4] = [
    ("searches without a result", true, |source| {
        let found = source.without_result()?;
        Some((found.events, source.searches()?))
    }),
    ("title match failures", false, |source| {
        Some((source.counts.title_failures?, source.searches()?))
    }),
    ("failed fetches", false, |source| {
        Some((source.counts.url_errors?, source.searches()?))
    }),
    ("other errors", false, |source| {
        Some((source.counts.processing_errors?, source.searches()?))
    }),
];

/// The trend over reports in their order; `None` with fewer than three, where a comparison says more.
pub(crate) fn trend(sides: &[&Side]) -> Option<Trend> {
    if sides.len() < 3 {
        return None;
    }
    let sources: Vec<Source<'_>> = sides.iter().map(|side| side.source()).collect();
    let reports = sides
        .iter()
        .zip(&sources)
        .map(|(side, source)| TrendReport {
            name: side.reading.path.file_name().map_or_else(
                || side.reading.path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            ),
            generated: side.reading.generated.clone(),
            searches: source.searches(),
        })
        .collect();
    let lines = MEASURES
        .into_iter()
        .filter_map(|(words, is_share, count)| {
            let counts: Vec<Option<(u64, u64)>> = sources
                .iter()
                .map(|source| count(source).filter(|(_, trials)| *trials > 0))
                .collect();
            line(words, is_share, &counts)
        })
        .collect();
    Some(Trend { reports, lines })
}

fn line(words: &'static str, is_share: bool, counts: &[Option<(u64, u64)>]) -> Option<TrendLine> {
    let (_, earlier) = counts.split_last()?;
    let (events, trials) = earlier
        .iter()
        .flatten()
        .fold((0, 0), |(events, trials), (e, t)| (events + e, trials + t));
    if trials == 0 {
        return None;
    }
    let usual = events as f64 / trials as f64;
    let point = |(events, exposure): (u64, u64)| {
        let limits = if is_share {
            p_limits(usual, exposure as f64)
        } else {
            u_limits(usual, exposure as f64)
        };
        TrendPoint {
            events,
            exposure,
            low: limits.low,
            high: limits.high,
        }
    };
    Some(TrendLine {
        words,
        usual,
        points: counts.iter().map(|count| count.map(point)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_is_what_came_before_the_last() {
        let found = line(
            "x",
            true,
            &[Some((10, 100)), None, Some((14, 100)), Some((1, 80))],
        )
        .unwrap();
        assert!((found.usual - 0.12).abs() < 1e-12);
        let last = found.points[3].unwrap();
        assert!((last.low - 0.011_004_6).abs() < 1e-6 && (last.high - 0.228_995).abs() < 1e-5);
        assert_eq!(last.place(), "within");
        assert_eq!(found.points[1], None);
        assert_eq!(line("x", true, &[None, Some((3, 10))]), None);
    }
}
