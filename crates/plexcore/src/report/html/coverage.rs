//! What was read, how much of the window it covers for each agent, and the totals.

use super::markup::{Markup, put};
use super::page::{Column, table_begin, table_end};
use super::{agents, chart};
use crate::metrics::totals::Totals;
use crate::report::model::{AgentReport, Report};
use crate::report::number::{bytes, counted, grouped};
use crate::report::text::SUMMARY_LABELS;
use crate::report::wording::to_second;
use crate::stamp::Stamp;

pub(super) fn coverage(markup: &mut Markup, report: &Report) {
    let coverage = &report.coverage;
    let counts = &coverage.whole.counts;
    put!(
        markup,
        "<p>Read {} of {}: {}, {}, {}, of which {} lie in the window.",
        counted(counts.files, "file", "files"),
        counted(coverage.agents, "agent", "agents"),
        bytes(counts.bytes),
        counted(counts.lines, "line", "lines"),
        counted(counts.records, "record", "records"),
        grouped(counts.records_in_window),
    );
    let odd = [
        (
            counts.orphan_lines,
            "line belongs to no record",
            "lines belong to no record",
        ),
        (counts.cut_files, "file ends mid-line", "files end mid-line"),
        (
            counts.long_records,
            "record was read in pieces",
            "records were read in pieces",
        ),
        (
            coverage.left_out,
            "log was left out by the options",
            "logs were left out by the options",
        ),
    ];
    for (count, one, many) in odd.into_iter().filter(|odd| odd.0 > 0) {
        put!(markup, " {}.", counted(count, one, many));
    }
    put!(markup, "</p>\n");
    if !coverage.unreadable.is_empty() {
        put!(
            markup,
            "<h3>Not read, or not to the end</h3>\n<ul class=\"plain\">\n"
        );
        for file in &coverage.unreadable {
            put!(
                markup,
                "<li><code>{}</code>: {}</li>\n",
                file.path,
                file.reason
            );
        }
        put!(markup, "</ul>\n");
    }
    if !report.agents.is_empty() {
        put!(markup, "<h3>What of the window each log covers</h3>\n");
        covered(markup, report);
    }
    put!(markup, "<h3>Totals</h3>\n");
    totals(markup, report);
}

fn covered(markup: &mut Markup, report: &Report) {
    let columns = [
        Column::Words("Agent"),
        Column::Words("Log begins"),
        Column::Words("Log ends"),
        Column::Drawing("Covers of the window"),
        Column::Number("Records in the window"),
        Column::Number("Files"),
        Column::Number("Read"),
    ];
    table_begin(markup, "Coverage by agent", &columns);
    for (number, agent) in report.agents.iter().enumerate() {
        let coverage = &agent.coverage;
        agents::row_head(markup, number, &agent.name);
        put!(
            markup,
            "<td>{}",
            coverage.first.as_deref().map_or("-", to_second)
        );
        if coverage.falls_short {
            put!(markup, " <span class=\"flag\">late</span>");
        }
        put!(
            markup,
            "</td><td>{}</td><td class=\"draw\">",
            coverage.last.as_deref().map_or("-", to_second)
        );
        stretch(markup, report, agent);
        put!(
            markup,
            "</td><td class=\"num\">{}</td>",
            grouped(coverage.counts.records_in_window)
        );
        put!(
            markup,
            "<td class=\"num\">{}</td>",
            grouped(coverage.counts.files)
        );
        put!(
            markup,
            "<td class=\"num\" data-value=\"{}\">{}</td></tr>\n",
            coverage.counts.bytes,
            bytes(coverage.counts.bytes)
        );
    }
    table_end(markup);
}

/// The log's stretch within the window; an open end of the window is that of all logs.
fn stretch(markup: &mut Markup, report: &Report, agent: &AgentReport) {
    let whole = &report.coverage.whole;
    let at = |text: &Option<String>| {
        text.as_deref()
            .and_then(Stamp::parse_report)
            .map(|at| at.0 as f64)
    };
    let begin = at(&report.window.since).or(at(&whole.first));
    let end = at(&report.window.until)
        .or(at(&Some(report.generated.clone())).filter(|_| report.window.since.is_some()))
        .or(at(&whole.last));
    let covered = (at(&agent.coverage.first), at(&agent.coverage.last));
    let ((Some(begin), Some(end)), (Some(first), Some(last))) = ((begin, end), covered) else {
        return;
    };
    let span = (end - begin).max(1.0);
    let (from, to) = (
        ((first - begin) / span).clamp(0.0, 1.0),
        ((last - begin) / span).clamp(0.0, 1.0),
    );
    chart::stretch(
        markup,
        from,
        to,
        &format!("{:.0}% of the window", (to - from) * 100.0),
    );
}

fn totals(markup: &mut Markup, report: &Report) {
    let totals = Totals::from(report.summary);
    put!(markup, "<dl class=\"totals\">\n");
    for (label, (_, value)) in SUMMARY_LABELS.iter().zip(totals.fields()) {
        put!(
            markup,
            "<div><dt>{}</dt><dd>{}</dd></div>\n",
            label,
            grouped(value)
        );
    }
    put!(markup, "</dl>\n");
}
