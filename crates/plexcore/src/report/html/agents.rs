//! One block for each agent: statistics, samples, failed URLs, and its lines grouped by the
//! script's keys.

use super::markup::{Markup, put};
use super::page::{Column, table_begin, table_end};
use crate::report::model::{AgentReport, Report};
use crate::report::number::{bytes, counted, grouped, percent};
use crate::report::wording::to_second;

pub(super) fn agents(markup: &mut Markup, report: &Report) {
    if report.agents.is_empty() {
        put!(markup, "<p class=\"quiet\">No agent's log was read.</p>\n");
    }
    for (number, agent) in report.agents.iter().enumerate() {
        block(markup, number + 1, agent);
    }
}

/// The head of a table's row on an agent, which leads to its block; agents are numbered from 0.
pub(super) fn row_head(markup: &mut Markup, number: usize, name: &str) {
    put!(
        markup,
        "<tr><th scope=\"row\"><a href=\"#agent-{}\">{}</a></th>",
        number + 1,
        name
    );
}

fn block(markup: &mut Markup, number: usize, agent: &AgentReport) {
    let totals = &agent.statistics;
    put!(
        markup,
        "<details class=\"agent\" id=\"agent-{}\"><summary><h3>{}</h3>",
        number,
        agent.name
    );
    if agent.coverage.falls_short {
        put!(markup, " <span class=\"flag\">log begins late</span>");
    }
    put!(
        markup,
        " <span class=\"quiet\">{}, {}, {}</span></summary>\n",
        counted(agent.coverage.counts.records_in_window, "record", "records"),
        counted(totals.search_operations, "search", "searches"),
        counted(
            totals.url_errors + totals.processing_errors,
            "error",
            "errors"
        )
    );
    statistics(markup, agent);
    let samples = &agent.samples;
    lines(
        markup,
        "Sample search operations",
        &samples.search_ops,
        None,
    );
    lines(
        markup,
        "Sample success patterns",
        &samples.success_patterns,
        None,
    );
    lines(
        markup,
        "Sample failure patterns",
        &samples.failure_patterns,
        None,
    );
    lines(markup, "Failed URLs", &agent.urls, Some(agent.n_urls));
    patterns(markup, agent);
    put!(markup, "</details>\n");
}

fn statistics(markup: &mut Markup, agent: &AgentReport) {
    let totals = &agent.statistics;
    let counts = &agent.coverage.counts;
    put!(markup, "<dl class=\"totals\">\n");
    for (label, value) in totals.fields() {
        put!(
            markup,
            "<div><dt>{}</dt><dd>{}</dd></div>\n",
            label,
            grouped(value)
        );
    }
    if let Some(rate) = percent(
        totals.titles_found,
        totals.titles_found + totals.title_failures,
    ) {
        put!(
            markup,
            "<div><dt>Estimated success rate</dt><dd>{}</dd></div>\n",
            rate
        );
    }
    put!(markup, "</dl>\n<p class=\"quiet\">");
    for (index, level) in agent.levels.iter().enumerate() {
        put!(
            markup,
            "{}{} {}",
            if index == 0 {
                "Records by level: "
            } else {
                ", "
            },
            grouped(level.records),
            level.level
        );
    }
    if let (Some(first), Some(last)) = (&agent.coverage.first, &agent.coverage.last) {
        put!(
            markup,
            ". The log covers {} to {}",
            to_second(first),
            to_second(last)
        );
    }
    put!(
        markup,
        ". Read: {}, {}, {}, {}.</p>\n",
        counted(counts.files, "file", "files"),
        bytes(counts.bytes),
        counted(counts.lines, "line", "lines"),
        counted(counts.records, "record", "records")
    );
}

fn lines(markup: &mut Markup, title: &str, lines: &[String], of: Option<u64>) {
    if lines.is_empty() {
        return;
    }
    put!(markup, "<h4>{}", title);
    let shown = lines.len() as u64;
    let all = of.filter(|&all| all > shown);
    let all = all.map_or_else(String::new, |all| format!(" of {}", grouped(all)));
    put!(
        markup,
        " <span class=\"quiet\">{}{}</span>",
        grouped(shown),
        all
    );
    put!(markup, "</h4>\n<ul class=\"lines\">\n");
    for line in lines {
        put!(markup, "<li>{}</li>\n", line);
    }
    put!(markup, "</ul>\n");
}

fn patterns(markup: &mut Markup, agent: &AgentReport) {
    let patterns = &agent.patterns;
    if patterns.listed.is_empty() {
        return;
    }
    put!(
        markup,
        "<h4>Consolidated patterns</h4>\n<p class=\"quiet\">{} in {}",
        counted(patterns.entries, "log entry", "log entries"),
        counted(patterns.unique, "pattern", "patterns")
    );
    let more = patterns.unique.saturating_sub(patterns.listed.len() as u64);
    if more > 0 {
        put!(
            markup,
            "; the {} largest are listed, --patterns all lists them all",
            grouped(patterns.listed.len() as u64)
        );
    }
    put!(markup, ".</p>\n");
    let columns = [Column::Number("Entries"), Column::Words("First of them")];
    table_begin(markup, "Consolidated patterns", &columns);
    for pattern in &patterns.listed {
        put!(
            markup,
            "<tr><td class=\"num\">{}</td><td class=\"line\">{}</td></tr>\n",
            grouped(pattern.count),
            pattern.first
        );
    }
    table_end(markup);
}
