//! Searches and updates: how they ended, by agent, how long they took, and what never finished.

use super::agents;
use super::chart::{self, Columns, Panel, Part, Series};
use super::markup::{Markup, put};
use super::page::{Column, table_begin, table_end};
use crate::report::model::Report;
use crate::report::number::{counted, duration, grouped};
use crate::report::understanding::{OpenSession, Outcomes, SessionCounts};
use crate::report::wording::{delivered_words, requests_each, to_second};

/// The ends of a session with their colours, in the order of the bars.
const ENDS: [(&str, &str); 4] = [
    ("c-good", "with results"),
    ("c-empty", "nothing"),
    ("c-failed", "failed"),
    ("c-open", "never finished"),
];

pub(super) fn sessions(markup: &mut Markup, report: &Report) {
    let outcomes = &report.outcomes;
    if outcomes.searches.total + outcomes.updates.total == 0 {
        put!(
            markup,
            "<p class=\"quiet\">No search and no update began in the window.</p>\n"
        );
        return;
    }
    chart::legend(markup, ENDS.into_iter());
    by_agent(markup, report, "Searches", |outcomes| &outcomes.searches);
    by_agent(markup, report, "Updates", |outcomes| &outcomes.updates);
    if let Some(told) = &outcomes.delivered {
        put!(
            markup,
            "<p>Updates, as the server was told by the system plug-in: {}.</p>\n",
            delivered_words(told)
        );
        delivered(markup, report);
    }
    put!(
        markup,
        "<h3>How long they took</h3>\n<div class=\"side-by-side\">\n"
    );
    durations(markup, "Searches", "c-searches", &outcomes.searches);
    durations(markup, "Updates", "c-updates", &outcomes.updates);
    put!(markup, "</div>\n");
    open(markup, outcomes);
}

/// Where an agent's own word and what the server was told can be compared.
fn delivered(markup: &mut Markup, report: &Report) {
    let columns = [
        Column::Words("Agent"),
        Column::Number("Stored something"),
        Column::Number("success=1"),
        Column::Number("success=0"),
        Column::Number("Not told of"),
    ];
    table_begin(markup, "What the server was told of updates", &columns);
    for (number, agent) in report.agents.iter().enumerate() {
        let outcomes = &agent.outcomes;
        if let (Some(told), 1..) = (&outcomes.delivered, outcomes.updates.total) {
            agents::row_head(markup, number, &agent.name);
            let own = outcomes.updates.succeeded;
            for value in [own, told.succeeded, told.failed, told.untold] {
                put!(markup, "<td class=\"num\">{}</td>", grouped(value));
            }
            put!(markup, "</tr>\n");
        }
    }
    table_end(markup);
}

fn by_agent(
    markup: &mut Markup,
    report: &Report,
    title: &str,
    of: fn(&Outcomes) -> &SessionCounts,
) {
    let all = of(&report.outcomes);
    if all.total == 0 {
        return;
    }
    let columns = [
        Column::Words("Agent"),
        Column::Number("All"),
        Column::Drawing("How they ended"),
        Column::Number("Results"),
        Column::Number("Nothing"),
        Column::Number("Failed"),
        Column::Number("Never finished"),
        Column::Number("Median"),
        Column::Number("95%"),
        Column::Number("Longest"),
        Column::Number("Fetches each"),
    ];
    put!(markup, "<h3>{}</h3>\n", title);
    table_begin(markup, &format!("{title} by agent"), &columns);
    for (number, agent) in report.agents.iter().enumerate() {
        let counts = of(&agent.outcomes);
        if counts.total > 0 {
            agents::row_head(markup, number, &agent.name);
            cells(markup, counts);
        }
    }
    put!(
        markup,
        "<tr class=\"sum\"><th scope=\"row\">All agents</th>"
    );
    cells(markup, all);
    table_end(markup);
}

fn cells(markup: &mut Markup, counts: &SessionCounts) {
    put!(
        markup,
        "<td class=\"num\">{}</td><td class=\"draw\">",
        grouped(counts.total)
    );
    let values = [
        counts.succeeded,
        counts.empty,
        counts.failed,
        counts.unfinished,
    ];
    let parts: Vec<Part<'_>> = ENDS
        .into_iter()
        .zip(values)
        .map(|((class, name), value)| Part { class, name, value })
        .collect();
    chart::stacked(markup, &parts, counts.total);
    put!(markup, "</td>");
    for value in values {
        put!(markup, "<td class=\"num\">{}</td>", grouped(value));
    }
    for ms in [counts.median_ms, counts.p95_ms, counts.max_ms] {
        // What has no duration sorts below every duration.
        let value = ms.map_or_else(|| "-1".to_owned(), |ms| ms.to_string());
        let shown = ms.map_or_else(|| "-".to_owned(), duration);
        put!(
            markup,
            "<td class=\"num\" data-value=\"{}\">{}</td>",
            value,
            shown
        );
    }
    put!(
        markup,
        "<td class=\"num\">{}</td></tr>\n",
        requests_each(counts).unwrap_or_default()
    );
}

fn durations(markup: &mut Markup, title: &str, class: &'static str, counts: &SessionCounts) {
    let buckets = &counts.durations;
    if buckets.is_empty() {
        return;
    }
    let starts = std::iter::once(0).chain(buckets.iter().map(|bucket| bucket.up_to_ms));
    let labels = starts
        .zip(buckets)
        .map(|(from, bucket)| format!("{} to {}", duration(from), duration(bucket.up_to_ms)))
        .collect();
    let each = buckets.len().div_ceil(6).max(1);
    let chart = Columns {
        description: format!("{title} by how long they took"),
        width: 470,
        panels: vec![Panel {
            title: format!("{title} by duration"),
            height: 110,
            series: vec![Series {
                name: "sessions",
                class,
                values: buckets.iter().map(|bucket| bucket.sessions).collect(),
            }],
        }],
        labels,
        ticks: buckets
            .iter()
            .enumerate()
            .filter(|(at, _)| (at + 1) % each == 0)
            .map(|(at, bucket)| (at + 1, short_duration(bucket.up_to_ms)))
            .collect(),
        bands: Vec::new(),
        marks: Vec::new(),
    };
    chart::columns(markup, &chart);
}

/// A length of time that ends a bucket, as short as an axis wants it.
fn short_duration(ms: u64) -> String {
    match ms {
        ms if ms < 1000 => format!("{ms} ms"),
        ms if ms < 120_000 => format!("{} s", ms as f64 / 1000.0),
        ms if ms < 7_200_000 => format!("{} min", ms / 60_000),
        ms => format!("{} h", ms / 3_600_000),
    }
}

fn open(markup: &mut Markup, outcomes: &Outcomes) {
    let open: &[OpenSession] = &outcomes.open;
    if open.is_empty() {
        return;
    }
    let all = (outcomes.searches.unfinished + outcomes.updates.unfinished).max(open.len() as u64);
    put!(
        markup,
        "<h3>Never finished</h3>\n<p class=\"quiet\">{}",
        counted(
            all,
            "session has no end in the log",
            "sessions have no end in the log"
        )
    );
    if all > open.len() as u64 {
        put!(
            markup,
            "; the {} open longest are listed",
            grouped(open.len() as u64)
        );
    }
    put!(markup, ".</p>\n");
    let columns = [
        Column::Words("Agent"),
        Column::Words("What"),
        Column::Words("Began"),
        Column::Number("Open for"),
        Column::Words("Item"),
        Column::Words("Thread"),
    ];
    table_begin(markup, "Sessions that never finished", &columns);
    for session in open {
        put!(
            markup,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
            session.agent,
            session.kind,
            to_second(&session.start)
        );
        put!(
            markup,
            "<td class=\"num\" data-value=\"{}\">{}</td>",
            session.open_ms,
            duration(session.open_ms)
        );
        put!(
            markup,
            "<td>{}</td><td><code>{}</code></td></tr>\n",
            session.item.as_deref().unwrap_or("-"),
            session.thread
        );
    }
    table_end(markup);
}
