//! The comparison as one HTML page that stands alone, in the look of the aggregate report.
//!
//! Here is the page with its decision; `tables` and `charts` write what it rests on.

mod charts;
mod tables;

use std::io::{self, Write};

use plexcore::report::html::markup::{Markup, put};
use plexcore::report::html::page::{self, Contents, Head};
use plexcore::report::number::grouped;

use super::words;
use crate::comparison::{Comparison, Direction};

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
        tables::rates(markup, comparison);
    });
    if !comparison.expectations.is_empty() {
        page::section(markup, "expected", "What was expected", |markup| {
            tables::expected(markup, comparison);
        });
    }
    if comparison.has_entries {
        page::section(markup, "errors", "Errors by id", |markup| {
            tables::errors(markup, comparison);
        });
    }
    page::section(markup, "agents", "Agents", |markup| {
        tables::agents(markup, comparison);
    });
    if !comparison.durations.is_empty() {
        page::section(markup, "durations", "How long they took", |markup| {
            put!(markup, "<div class=\"side-by-side\">\n");
            for found in &comparison.durations {
                charts::durations(markup, found);
            }
            put!(markup, "</div>\n");
        });
    }
    if let Some(trend) = &comparison.trend {
        page::section(markup, "trend", "Over the reports", |markup| {
            tables::trend(markup, trend);
        });
    }
    page::section(markup, "script", "The script's table", |markup| {
        tables::script(markup, comparison);
    });
}

fn decision(markup: &mut Markup, comparison: &Comparison) {
    let verdict = &comparison.verdict;
    page::notice(markup, verdict.decision.word(), &verdict.reason);
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
