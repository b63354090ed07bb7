//! The error catalogue: one row for each distinct error, which opens to all that is known of it.
//!
//! Thousands of rows are usual, so a row is few elements and the browser lays out only those in
//! sight (`content-visibility` in the style). The rows are no `<li>`: Chromium numbers those anew
//! for each one that is hidden, and hiding thousands took minutes.

use std::collections::BTreeSet;

use super::chart;
use super::entry;
use super::group_class;
use super::markup::{Markup, put};
use crate::report::model::Report;
use crate::report::number::{counted, grouped};
use crate::report::trend::merged;
use crate::report::understanding::Entry;
use crate::report::wording::{
    agents_words, group_words, heading, is_failure, to_minute, to_second,
};

/// The most columns of an entry's trend.
const TREND: usize = 48;
/// More rows than this, and the browser lays out only those in sight.
const MANY: usize = 300;

pub(super) fn catalogue(markup: &mut Markup, report: &Report) {
    let (failed, apart): (Vec<&Entry>, Vec<&Entry>) = report
        .catalogue
        .iter()
        .partition(|entry| is_failure(&entry.group));
    if report.catalogue.is_empty() {
        put!(markup, "<p class=\"quiet\">No error in the window.</p>\n");
        return;
    }
    put!(
        markup,
        "<p class=\"quiet\">Every distinct error once, the most frequent first. A row opens to its culprit, its addresses and items, and one example between its neighbours on the same thread.</p>\n"
    );
    filters(markup, &report.catalogue);
    list(markup, &failed);
    if !apart.is_empty() {
        let events: u64 = apart.iter().map(|entry| entry.count).sum();
        put!(
            markup,
            "<details class=\"apart\" id=\"noise\"><summary><h3>No failures: outcomes and framework noise</h3> <span class=\"quiet\">{}, {}</span></summary>\n",
            counted(apart.len() as u64, "entry", "entries"),
            counted(events, "event", "events")
        );
        list(markup, &apart);
        put!(markup, "</details>\n");
    }
}

/// Hidden until the script that gives them a meaning shows them.
fn filters(markup: &mut Markup, entries: &[Entry]) {
    let groups: BTreeSet<&str> = entries.iter().map(|entry| entry.group.as_str()).collect();
    let kinds: BTreeSet<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    let agents: BTreeSet<&str> = entries
        .iter()
        .flat_map(|entry| &entry.agents)
        .map(|count| count.agent.as_str())
        .collect();
    put!(
        markup,
        "<form class=\"filters\" id=\"filters\" role=\"search\" aria-label=\"Filter the catalogue\" hidden>\n"
    );
    put!(
        markup,
        "<label class=\"wide\">Text <input type=\"search\" id=\"f-text\" autocomplete=\"off\" spellcheck=\"false\" placeholder=\"message, file, host, item, id\"></label>\n"
    );
    let group_options: Vec<(&str, &str)> = groups
        .iter()
        .map(|group| (*group, group_words(group)))
        .collect();
    select(markup, "f-group", "Whose", "anybody's", &group_options);
    let kind_options: Vec<(&str, &str)> = kinds.iter().map(|kind| (*kind, *kind)).collect();
    select(markup, "f-kind", "Kind", "any", &kind_options);
    let agent_options: Vec<(&str, &str)> = agents.iter().map(|agent| (*agent, *agent)).collect();
    select(markup, "f-agent", "Agent", "all", &agent_options);
    put!(
        markup,
        "<label>Sort by <select id=\"f-sort\"><option value=\"count\">most frequent</option><option value=\"last\">last seen</option><option value=\"first\">first seen</option><option value=\"title\">title</option></select></label>\n"
    );
    if entries.iter().any(|entry| entry.is_new == Some(true)) {
        put!(
            markup,
            "<label class=\"check\"><input type=\"checkbox\" id=\"f-new\"> new only</label>\n"
        );
    }
    put!(
        markup,
        "<button type=\"reset\">Clear</button>\n<output id=\"f-shown\" aria-live=\"polite\"></output>\n</form>\n"
    );
}

fn select(markup: &mut Markup, id: &str, label: &str, all: &str, options: &[(&str, &str)]) {
    put!(
        markup,
        "<label>{} <select id=\"{}\"><option value=\"\">{}</option>",
        label,
        id,
        all
    );
    for (value, words) in options {
        put!(markup, "<option value=\"{}\">{}</option>", value, words);
    }
    put!(markup, "</select></label>\n");
}

fn list(markup: &mut Markup, entries: &[&Entry]) {
    put!(
        markup,
        "<div class=\"entry-head\" aria-hidden=\"true\"><span>Events</span><span>What</span><span>Agents</span><span>Trend</span><span>Last seen</span></div>\n<div class=\"entries{}\" role=\"list\">\n",
        if entries.len() > MANY { " many" } else { "" }
    );
    for entry in entries {
        row(markup, entry);
    }
    put!(markup, "</div>\n");
}

fn row(markup: &mut Markup, entry: &Entry) {
    let names: Vec<&str> = entry
        .agents
        .iter()
        .map(|count| count.agent.as_str())
        .collect();
    put!(
        markup,
        "<div role=\"listitem\" id=\"{}\" data-group=\"{}\" data-kind=\"{}\" data-agents=\"{}\" data-count=\"{}\" data-first=\"{}\" data-last=\"{}\"",
        entry.id,
        entry.group,
        entry.kind,
        names.join("\t"),
        entry.count,
        entry.first,
        entry.last,
    );
    if entry.is_new == Some(true) {
        put!(markup, " data-new=\"1\"");
    }
    put!(
        markup,
        "><details><summary><span class=\"e-n\">{}</span>",
        grouped(entry.count)
    );
    put!(
        markup,
        "<span class=\"e-what\"><span class=\"dot {}\"></span>{}",
        group_class(&entry.group),
        heading(entry)
    );
    if entry.is_new == Some(true) {
        put!(markup, " <span class=\"flag\">new</span>");
    }
    let shown = &names[..names.len().min(2)];
    put!(
        markup,
        "</span><span class=\"e-agents\">{}",
        shown.join(", ")
    );
    if names.len() > shown.len() {
        put!(markup, " +{}", names.len() - shown.len());
    }
    put!(markup, "</span>");
    chart::sparkline(
        markup,
        group_class(&entry.group),
        &merged(&entry.trend, TREND),
    );
    put!(
        markup,
        "<span class=\"e-last\">{}</span></summary>\n",
        to_minute(&entry.last).get(5..).unwrap_or(&entry.last)
    );
    body(markup, entry);
    put!(markup, "</details></div>\n");
}

fn body(markup: &mut Markup, entry: &Entry) {
    put!(markup, "<div class=\"e-body\"><dl class=\"facts\">");
    put!(
        markup,
        "<dt>Id</dt><dd><a href=\"#{}\"><code>{}</code></a></dd>",
        entry.id,
        entry.id
    );
    put!(
        markup,
        "<dt>Kind</dt><dd>{} · <code>{}</code> · {}</dd>",
        group_words(&entry.group),
        entry.kind,
        entry.severity
    );
    if let Some(template) = &entry.template {
        put!(markup, "<dt>Says</dt><dd><code>{}</code></dd>", template);
    }
    put!(
        markup,
        "<dt>Agents</dt><dd>{}</dd>",
        agents_words(&entry.agents)
    );
    put!(
        markup,
        "<dt>Seen</dt><dd>{} to {}</dd>",
        to_second(&entry.first),
        to_second(&entry.last)
    );
    if let Some(culprit) = &entry.culprit {
        entry::culprit(markup, "Culprit", culprit);
    }
    if let Some(raised) = &entry.exception {
        entry::raised(markup, raised);
    }
    if let Some(errno) = entry.errno {
        put!(markup, "<dt>Errno</dt><dd>{}</dd>", errno);
    }
    if !entry.urls.is_empty() {
        put!(markup, "<dt>Failed URLs</dt><dd>");
        for failed in &entry.urls {
            put!(markup, "<span class=\"url\">{}", failed.host);
            if let Some(status) = failed.status {
                put!(markup, " <strong>{}</strong>", status);
            }
            put!(
                markup,
                " {}, such as <code>{}</code></span>",
                counted(failed.events, "time", "times"),
                failed.example
            );
        }
        put!(markup, "</dd>");
    }
    if !entry.items.is_empty() {
        let more = entry.n_items.saturating_sub(entry.items.len() as u64);
        put!(markup, "<dt>Plex items</dt><dd>{}", entry.items.join(", "));
        if more > 0 {
            put!(markup, " and {} more", grouped(more));
        }
        put!(markup, "</dd>");
    }
    put!(markup, "</dl>\n");
    if let Some(example) = &entry.example {
        put!(
            markup,
            "<p class=\"quiet\">Example of {}: <code>{}</code> at byte {}</p>",
            example.agent,
            example.file,
            grouped(example.offset)
        );
        entry::log(markup, "", example);
    }
    put!(markup, "</div>");
}
