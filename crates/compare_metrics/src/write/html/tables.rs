//! The comparison's findings as tables that can be sorted.

use plexcore::report::html::group_class;
use plexcore::report::html::markup::{Markup, put};
use plexcore::report::html::page::{Column, table_begin, table_end};
use plexcore::report::number::grouped;

use super::super::words;
use super::charts;
use crate::comparison::{Comparison, Direction, EntryFinding, Method, MetricFinding, State};
use crate::trend::Trend;

pub(super) fn rates(markup: &mut Markup, comparison: &Comparison) {
    let drawn: Vec<&MetricFinding> = comparison
        .metrics
        .iter()
        .filter(|metric| metric.decides)
        .collect();
    charts::before_and_after(markup, &drawn);
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
    charts::interval(markup, finding);
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

pub(super) fn expected(markup: &mut Markup, comparison: &Comparison) {
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

pub(super) fn errors(markup: &mut Markup, comparison: &Comparison) {
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
                words::amount(amount, Method::Rate)
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

pub(super) fn agents(markup: &mut Markup, comparison: &Comparison) {
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

pub(super) fn trend(markup: &mut Markup, trend: &Trend) {
    put!(
        markup,
        "<p class=\"quiet\">The oldest first; the last is the report after the fix. Above and below: outside three standard errors of the reports before it.</p>\n"
    );
    for line in &trend.lines {
        charts::trend(markup, trend, line);
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

pub(super) fn script(markup: &mut Markup, comparison: &Comparison) {
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
