//! The comparison's findings as drawings: rates side by side, a change with its interval, how long
//! things took, the reports in a row.

use plexcore::report::html::chart::{self, Columns, Panel, Series};
use plexcore::report::html::markup::{Markup, put};
use plexcore::report::number::duration;

use super::super::words;
use crate::comparison::{Direction, DurationFinding, MetricFinding};
use crate::trend::{Trend, TrendLine, TrendPoint};

/// Both sides of each rate beside each other, for a hundred of what it is counted in.
pub(super) fn before_and_after(markup: &mut Markup, findings: &[&MetricFinding]) {
    if findings.is_empty() {
        return;
    }
    let mut labels = Vec::new();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut ticks = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        // A tick stands between two columns, and so in the middle of a pair.
        ticks.push((at * 3 + 1, finding.words.to_owned()));
        for side in ["before", "after", ""] {
            labels.push(format!(
                "{} {side}, for 100 {}",
                finding.words, finding.unit
            ));
        }
        let of_100 = |rate: f64| rounded(rate * 100.0);
        before.extend([of_100(finding.before.rate()), 0, 0]);
        after.extend([0, of_100(finding.after.rate()), 0]);
    }
    let series = [
        ("before", "c-empty", before),
        ("after", "c-searches", after),
    ]
    .map(|(name, class, values)| Series {
        name,
        class,
        values,
    });
    chart::legend(
        markup,
        series.iter().map(|series| (series.class, series.name)),
    );
    chart::columns(
        markup,
        &Columns {
            description: "Rates before and after".to_owned(),
            width: 960,
            panels: vec![Panel {
                title: "Events for 100 of what each is counted in".to_owned(),
                height: 150,
                series: series.into(),
            }],
            labels,
            ticks,
            bands: Vec::new(),
            marks: Vec::new(),
        },
    );
}

pub(super) fn interval(markup: &mut Markup, finding: &MetricFinding) {
    let is_difference = finding.method.is_difference();
    let (low, high) = (
        place(finding.interval.low, is_difference),
        place(finding.interval.high, is_difference),
    );
    let class = match finding.direction {
        Direction::Better => "c-good",
        Direction::Worse => "c-failed",
        Direction::Undecided => "c-empty",
    };
    put!(
        markup,
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\"><rect class=\"c-missing\" width=\"1000\" height=\"10\"/>",
        finding.direction.word()
    );
    put!(
        markup,
        "<rect class=\"{}\" x=\"{}\" y=\"2\" width=\"{}\" height=\"6\"/>",
        class,
        low,
        (high - low).max(6.0)
    );
    if let Some(effect) = finding.effect {
        put!(
            markup,
            "<rect class=\"c-open\" x=\"{}\" width=\"8\" height=\"10\"/>",
            place(effect, is_difference) - 4.0
        );
    }
    put!(
        markup,
        "<rect class=\"c-covered\" x=\"498\" width=\"4\" height=\"10\"/></svg>"
    );
}

/// Where on a bar of a thousand a change lies: a difference of half the whole, or an eightfold
/// ratio, reaches its end.
fn place(value: f64, is_difference: bool) -> f64 {
    let share = if is_difference {
        value / 0.5
    } else if value <= 0.0 {
        -1.0
    } else {
        value.log2() / 3.0
    };
    (500.0 + 500.0 * share.clamp(-1.0, 1.0)).round()
}

pub(super) fn durations(markup: &mut Markup, found: &DurationFinding) {
    let starts = std::iter::once(0).chain(found.buckets.iter().map(|(up_to, ..)| *up_to));
    let labels: Vec<String> = starts
        .zip(&found.buckets)
        .map(|(from, (up_to, ..))| format!("{} to {}", duration(from), duration(*up_to)))
        .collect();
    let each = found.buckets.len().div_ceil(5).max(1);
    let ticks = found
        .buckets
        .iter()
        .enumerate()
        .filter(|(at, _)| (at + 1) % each == 0)
        .map(|(at, (up_to, ..))| (at + 1, duration(*up_to)))
        .collect();
    let panel = |title: &str, name, class, values: Vec<u64>| Panel {
        title: format!("{} {title}", found.what),
        height: 90,
        series: vec![Series {
            name,
            class,
            values,
        }],
    };
    let chart = Columns {
        description: format!("How long {} took, before and after", found.what),
        width: 470,
        panels: vec![
            panel(
                "before",
                "before",
                "c-empty",
                found.buckets.iter().map(|(_, b, _)| *b).collect(),
            ),
            panel(
                "after",
                "after",
                "c-searches",
                found.buckets.iter().map(|(.., a)| *a).collect(),
            ),
        ],
        labels,
        ticks,
        bands: Vec::new(),
        marks: Vec::new(),
    };
    put!(markup, "<div><p>{}</p>\n", words::took(found));
    chart::columns(markup, &chart);
    put!(markup, "</div>\n");
}

pub(super) fn trend(markup: &mut Markup, trend: &Trend, line: &TrendLine) {
    let of_1000 =
        |point: &Option<TrendPoint>| point.map_or(0, |point| rounded(point.rate() * 1000.0));
    let values: Vec<u64> = line.points.iter().map(of_1000).collect();
    let chart = Columns {
        description: format!("{} over the reports", line.words),
        width: 960,
        panels: vec![Panel {
            title: format!("{} for 1,000 searches", line.words),
            height: 90,
            series: vec![Series {
                name: "for 1,000 searches",
                class: "c-searches",
                values,
            }],
        }],
        labels: trend
            .reports
            .iter()
            .map(|report| report.name.clone())
            .collect(),
        ticks: Vec::new(),
        bands: Vec::new(),
        marks: line
            .points
            .iter()
            .enumerate()
            .filter_map(|(at, point)| {
                let place = point.as_ref()?.place();
                (place != "within").then(|| (at, format!("{place} the usual")))
            })
            .collect(),
    };
    chart::columns(markup, &chart);
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is not negative, and a chart has no use for more"
)]
fn rounded(rate: f64) -> u64 {
    rate.round().min(1e15) as u64
}
