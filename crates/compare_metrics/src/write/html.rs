//! The comparison as one HTML page that stands alone, in the look of the aggregate report.

use std::io::{self, Write};

use plexcore::report::html::chart::{self, Columns, Panel, Series};
use plexcore::report::html::group_class;
use plexcore::report::html::markup::{Markup, put};
use plexcore::report::html::page::{self, Column, Contents, Head, table_begin, table_end};
use plexcore::report::number::{duration, grouped};

use super::words;
use crate::comparison::{
    Comparison, Direction, DurationFinding, EntryFinding, MetricFinding, State,
};
use crate::trend::{Trend, TrendLine};

/// Writes the page.
pub(crate) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut markup = Markup::default();
    let n_errors = comparison
        .entries
        .iter()
        .filter(|entry| entry.is_failure)
        .count() as u64;
    let mut contents = vec![
        line("decision", "Decision", None),
        line(
            "rates",
            "Rates before and after",
            Some(comparison.metrics.len() as u64),
        ),
    ];
    if !comparison.expectations.is_empty() {
        contents.push(line(
            "expected",
            "What was expected",
            Some(comparison.expectations.len() as u64),
        ));
    }
    if comparison.has_entries {
        contents.push(line("errors", "Errors by id", Some(n_errors)));
    }
    contents.push(line(
        "agents",
        "Agents",
        Some(comparison.agents.len() as u64),
    ));
    if !comparison.durations.is_empty() {
        contents.push(line("durations", "How long they took", None));
    }
    if let Some(trend) = &comparison.trend {
        contents.push(line(
            "trend",
            "Over the reports",
            Some(trend.reports.len() as u64),
        ));
    }
    contents.push(line("script", "The script's table", None));
    let about = [
        ("Fix", comparison.fix_name.clone()),
        ("Compared", comparison.at.clone()),
    ];
    let head = Head {
        title: "Before and after a fix",
        about: &about,
        made_by: comparison.made_by,
        contents: &contents,
    };
    page::page(&mut markup, &head, |markup| sections(markup, comparison));
    out.write_all(markup.as_str().as_bytes())
}

fn line(id: &'static str, title: &'static str, count: Option<u64>) -> Contents<'static> {
    Contents { id, title, count }
}

fn sections(markup: &mut Markup, comparison: &Comparison) {
    page::section(markup, "decision", "Decision", |markup| {
        decision(markup, comparison);
    });
    page::section(markup, "rates", "Rates before and after", |markup| {
        rates(markup, comparison);
    });
    if !comparison.expectations.is_empty() {
        page::section(markup, "expected", "What was expected", |markup| {
            expected(markup, comparison);
        });
    }
    if comparison.has_entries {
        page::section(markup, "errors", "Errors by id", |markup| {
            errors(markup, comparison);
        });
    }
    page::section(markup, "agents", "Agents", |markup| {
        agents(markup, comparison);
    });
    if !comparison.durations.is_empty() {
        page::section(markup, "durations", "How long they took", |markup| {
            put!(markup, "<div class=\"side-by-side\">\n");
            for found in &comparison.durations {
                durations(markup, found);
            }
            put!(markup, "</div>\n");
        });
    }
    if let Some(trend) = &comparison.trend {
        page::section(markup, "trend", "Over the reports", |markup| {
            trend_section(markup, trend);
        });
    }
    page::section(markup, "script", "The script's table", |markup| {
        script(markup, comparison);
    });
}

fn decision(markup: &mut Markup, comparison: &Comparison) {
    let verdict = &comparison.verdict;
    put!(
        markup,
        "<p class=\"notice\"><strong>{}</strong> {}</p>\n",
        verdict.decision.word(),
        verdict.reason
    );
    put!(
        markup,
        "<p class=\"quiet\">Decided by the {}; {}.</p>\n",
        comparison.rule.name(),
        words::other_rule(comparison)
    );
    put!(markup, "<dl class=\"tiles\">\n");
    for (label, side) in [
        ("Searches before", &comparison.before),
        ("Searches after", &comparison.after),
    ] {
        let number = side.searches.map_or_else(|| "unknown".to_owned(), grouped);
        let mut note: Vec<String> = Vec::new();
        note.extend(
            side.titles
                .map(|titles| format!("of {} titles", grouped(titles))),
        );
        note.extend(side.hours.map(|hours| format!("in {hours:.1} hours")));
        page::tile(markup, &number, label, &note.join(", "), |_| {});
    }
    for (label, direction) in [
        ("Better beyond chance", Direction::Better),
        ("Worse beyond chance", Direction::Worse),
    ] {
        let metrics = comparison
            .metrics
            .iter()
            .filter(|metric| metric.direction == direction)
            .count() as u64;
        let entries = comparison
            .entries
            .iter()
            .filter(|entry| entry.is_failure && entry.direction == direction)
            .count() as u64;
        let note = format!(
            "{} of the rates, {} of the errors",
            grouped(metrics),
            grouped(entries)
        );
        page::tile(markup, &grouped(metrics + entries), label, &note, |_| {});
    }
    put!(markup, "</dl>\n");
    put!(
        markup,
        "<dl class=\"facts\"><dt>Before</dt><dd><code>{}</code> {}</dd>",
        comparison.before.path,
        words::side(&comparison.before)
    );
    put!(
        markup,
        "<dt>After</dt><dd><code>{}</code> {}</dd></dl>\n",
        comparison.after.path,
        words::side(&comparison.after)
    );
    list(markup, "In doubt", &comparison.doubts);
    list(markup, "To know", &comparison.notes);
}

fn list(markup: &mut Markup, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    put!(markup, "<h3>{}</h3>\n<ul class=\"findings\">\n", title);
    for line in lines {
        put!(markup, "<li>{}</li>\n", line);
    }
    put!(markup, "</ul>\n");
}

fn rates(markup: &mut Markup, comparison: &Comparison) {
    let drawn: Vec<&MetricFinding> = comparison
        .metrics
        .iter()
        .filter(|metric| metric.decides)
        .collect();
    before_and_after(markup, &drawn);
    put!(
        markup,
        "<p class=\"quiet\">The bar is the interval of the change ({}), the mark in it the change that was seen; the line in the middle is no change, fewer is to the left. ~ is undecided: chance alone may be behind it.</p>\n",
        words::confidence(comparison.confidence)
    );
    let columns = [
        Column::Words("What"),
        Column::Number("Before"),
        Column::Number("After"),
        Column::Drawing("Fewer, more"),
        Column::Words("Change"),
        Column::Number("Chance alone"),
    ];
    table_begin(markup, "Rates before and after", &columns);
    for finding in &comparison.metrics {
        rate_row(markup, finding, comparison.confidence);
    }
    table_end(markup);
    for finding in &comparison.metrics {
        if let Some(worth) = words::worth(finding) {
            put!(
                markup,
                "<p class=\"quiet\">{}: {}.</p>\n",
                finding.words,
                worth
            );
        }
    }
}

fn rate_row(markup: &mut Markup, finding: &MetricFinding, level: f64) {
    put!(
        markup,
        "<tr><th scope=\"row\">{} <span class=\"quiet\">in {}</span></th><td class=\"num\" data-value=\"{}\">{}</td><td class=\"num\" data-value=\"{}\">{}</td><td class=\"draw\">",
        finding.words,
        finding.unit,
        finding.before.rate(),
        words::amount(finding.before, finding.method),
        finding.after.rate(),
        words::amount(finding.after, finding.method)
    );
    interval(markup, finding);
    let change = if finding.direction == Direction::Undecided {
        words::undecided(finding)
    } else {
        format!(
            "{}: {}",
            finding.direction.word(),
            words::effect(finding, level)
        )
    };
    put!(
        markup,
        "</td><td>{}</td><td class=\"num\" data-value=\"{}\">{}</td></tr>\n",
        change,
        finding.p,
        words::chance(finding.p)
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

fn interval(markup: &mut Markup, finding: &MetricFinding) {
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

/// Both sides of each rate beside each other, for a hundred of what it is counted in.
fn before_and_after(markup: &mut Markup, findings: &[&MetricFinding]) {
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

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is not negative, and a chart has no use for more"
)]
fn rounded(rate: f64) -> u64 {
    rate.round().min(1e15) as u64
}

fn expected(markup: &mut Markup, comparison: &Comparison) {
    table_begin(
        markup,
        "What the fix was meant to do",
        &[
            Column::Words("Expected"),
            Column::Words("Found"),
            Column::Words("Come about"),
        ],
    );
    for point in &comparison.expectations {
        let word = match point.is_met {
            Some(true) => "yes",
            Some(false) => "no",
            None => "~",
        };
        put!(
            markup,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
            point.expected,
            point.found,
            word
        );
    }
    table_end(markup);
}

fn errors(markup: &mut Markup, comparison: &Comparison) {
    let failures: Vec<&EntryFinding> = comparison
        .entries
        .iter()
        .filter(|entry| entry.is_failure)
        .collect();
    if failures.is_empty() {
        put!(markup, "<p class=\"quiet\">No error on either side.</p>\n");
        return;
    }
    put!(markup, "<p class=\"quiet\">");
    for (at, state) in State::ALL.into_iter().enumerate() {
        let n = failures.iter().filter(|entry| entry.state == state).count() as u64;
        put!(
            markup,
            "{}{} {}",
            if at == 0 { "" } else { ", " },
            grouped(n),
            state.word()
        );
    }
    put!(
        markup,
        ". The exposure is the searches and updates of the agents that have the error.</p>\n"
    );
    let columns = [
        Column::Words("What became of it"),
        Column::Words("Error"),
        Column::Words("Id"),
        Column::Number("Before"),
        Column::Number("After"),
        Column::Number("Chance alone"),
        Column::Words("Agents"),
    ];
    table_begin(markup, "Errors by id", &columns);
    for entry in failures {
        put!(
            markup,
            "<tr><th scope=\"row\">{}</th><td><span class=\"dot {}\"></span>{}</td><td class=\"id\"><code>{}</code></td>",
            words::entry_state(entry),
            group_class(&entry.group),
            entry.title,
            entry.id
        );
        for amount in [entry.before, entry.after] {
            put!(
                markup,
                "<td class=\"num\" data-value=\"{}\">{}</td>",
                amount.rate(),
                words::amount(amount, crate::comparison::Method::Rate)
            );
        }
        put!(
            markup,
            "<td class=\"num\" data-value=\"{}\">{}</td><td>{}</td></tr>\n",
            entry.p,
            words::chance(entry.p),
            entry.agents.join(", ")
        );
    }
    table_end(markup);
}

fn agents(markup: &mut Markup, comparison: &Comparison) {
    let columns = [
        Column::Words("Agent"),
        Column::Words("What"),
        Column::Words("Before and after"),
    ];
    let agents = words::agents_in_order(comparison);
    if agents.is_empty() {
        put!(
            markup,
            "<p class=\"quiet\">No agent is in both reports with something to compare.</p>\n"
        );
        return;
    }
    table_begin(markup, "Agents", &columns);
    for agent in agents {
        for (metric, q) in agent.metrics.iter().zip(&agent.q) {
            if metric.before.events + metric.after.events > 0 {
                put!(
                    markup,
                    "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                    agent.name,
                    metric.words,
                    words::agent_metric(metric, *q)
                );
            }
        }
    }
    table_end(markup);
}

fn durations(markup: &mut Markup, found: &DurationFinding) {
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

fn trend_section(markup: &mut Markup, trend: &Trend) {
    put!(
        markup,
        "<p class=\"quiet\">The oldest first; the last is the report after the fix. Above and below: outside three standard errors of the reports before it.</p>\n"
    );
    for line in &trend.lines {
        trend_chart(markup, trend, line);
    }
    let mut columns = vec![
        Column::Words("Report"),
        Column::Words("Made"),
        Column::Number("Searches"),
    ];
    columns.extend(trend.lines.iter().map(|line| Column::Number(line.words)));
    table_begin(markup, "Over the reports", &columns);
    for (at, report) in trend.reports.iter().enumerate() {
        put!(
            markup,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"num\">{}</td>",
            report.name,
            report.generated.as_deref().unwrap_or("-"),
            report.searches.map_or_else(|| "-".to_owned(), grouped)
        );
        for line in &trend.lines {
            let point = line.points[at];
            let value = point.map_or(-1.0, |point| point.rate());
            put!(
                markup,
                "<td class=\"num\" data-value=\"{}\">{}</td>",
                value,
                words::trend_point(point)
            );
        }
        put!(markup, "</tr>\n");
    }
    table_end(markup);
}

fn trend_chart(markup: &mut Markup, trend: &Trend, line: &TrendLine) {
    let of_1000 = |point: &Option<crate::trend::TrendPoint>| {
        point.map_or(0, |point| rounded(point.rate() * 1000.0))
    };
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

fn script(markup: &mut Markup, comparison: &Comparison) {
    let columns = [
        Column::Words("Metric"),
        Column::Number("Baseline"),
        Column::Number("Current"),
        Column::Number("Change"),
        Column::Number("% Change"),
        Column::Words("Status"),
    ];
    table_begin(markup, "The script's table", &columns);
    for line in &comparison.script.lines {
        put!(
            markup,
            "<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td><td>{}</td></tr>\n",
            line.metric,
            line.baseline,
            line.current,
            format_args!("{:+}", line.change),
            format_args!("{:+.1}%", line.percent_change.value),
            line.status.word()
        );
    }
    table_end(markup);
    put!(
        markup,
        "<p class=\"quiet\">These are counts, which rise and fall with the searches; the decision goes by rates.</p>\n"
    );
}
