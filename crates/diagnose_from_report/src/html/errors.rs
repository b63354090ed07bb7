//! Errors as rows that open to all that is known of them.

use plexcore::reading::ReadEntry;
use plexcore::report::html::markup::{Markup, put};
use plexcore::report::html::{chart, entry, group_class};
use plexcore::report::number::{counted, grouped, percent};
use plexcore::report::trend::merged;
use plexcore::report::understanding::Example;
use plexcore::report::wording::{agents_words, group_words, to_minute};

use super::{kinds_table, notes};
use crate::codebase::Found;
use crate::diagnosis::{Diagnosis, Group, Shown};
use crate::notes::Kept;
use crate::wording::{extent, headline, seen};

/// The most columns of a trend.
const TREND: usize = 48;
/// The most errors of the same cause that a row links to.
const MOST_OTHERS: usize = 12;

pub(super) fn across(markup: &mut Markup, diagnosis: &Diagnosis, kept: &Kept) {
    if diagnosis.kinds.is_none() {
        put!(
            markup,
            "<p class=\"quiet\">This report has no single errors.</p>\n"
        );
        return;
    }
    if diagnosis.across.is_empty() {
        put!(markup, "<p class=\"quiet\">None.</p>\n");
        return;
    }
    put!(
        markup,
        "<p class=\"quiet\">The same kind at the same host, with the same exception or the same words, once addresses, numbers and ids are left aside.</p>\n"
    );
    list(markup, &diagnosis.across, diagnosis, kept);
}

pub(super) fn single(markup: &mut Markup, diagnosis: &Diagnosis, kept: &Kept) {
    if diagnosis.kinds.is_none() {
        return samples(markup, diagnosis);
    }
    if diagnosis.single.is_empty() {
        put!(markup, "<p class=\"quiet\">None.</p>\n");
    }
    for (agent, groups) in &diagnosis.single {
        let events = groups.iter().map(|group| group.events).sum();
        put!(
            markup,
            "<h3>{} <span class=\"quiet\">{} of its own</span></h3>\n",
            agent,
            counted(events, "event", "events")
        );
        list(markup, groups, diagnosis, kept);
    }
}

/// Lines that a report without single errors gives as samples.
fn samples(markup: &mut Markup, diagnosis: &Diagnosis) {
    put!(
        markup,
        "<p class=\"quiet\">This report has no single errors, only sample lines.</p>\n"
    );
    for agent in &diagnosis.agents {
        let lines = agent.samples.failure_patterns.iter().chain(&agent.urls);
        put!(markup, "<h3>{}</h3>\n<ul class=\"lines\">", agent.name);
        for line in lines {
            put!(markup, "<li>{}</li>", line);
        }
        put!(markup, "</ul>\n");
    }
}

pub(super) fn noise(markup: &mut Markup, diagnosis: &Diagnosis, kept: &Kept) {
    put!(
        markup,
        "<p class=\"quiet\">No failures: counted apart, so that nobody chases them.</p>\n"
    );
    if !diagnosis.apart.is_empty() {
        kinds_table(markup, "Noise and outcomes", &diagnosis.apart);
    }
    if diagnosis.noise.is_empty() {
        return;
    }
    begin(markup);
    for entry in &diagnosis.noise {
        row(markup, entry, &[], |markup| {
            facts(markup, entry, 0);
            log(markup, entry.example.as_ref());
            notes(markup, &entry.id, &entry.title, kept);
        });
    }
    put!(markup, "</div>\n");
}

fn begin(markup: &mut Markup) {
    put!(
        markup,
        "<div class=\"entry-head\" aria-hidden=\"true\"><span>Events</span><span>What</span><span>Agents</span><span>Trend</span><span>Last seen</span></div>\n<div class=\"entries\" role=\"list\">\n"
    );
}

fn list(markup: &mut Markup, groups: &[Group], diagnosis: &Diagnosis, kept: &Kept) {
    begin(markup);
    for group in groups {
        for error in &group.errors {
            one(markup, error, group, diagnosis, kept);
        }
    }
    put!(markup, "</div>\n");
}

fn one(markup: &mut Markup, error: &Shown, group: &Group, diagnosis: &Diagnosis, kept: &Kept) {
    row(markup, &error.entry, &error.companions, |markup| {
        if group.errors.len() > 1 {
            let others: Vec<&str> = group
                .errors
                .iter()
                .map(|other| other.entry.id.as_str())
                .filter(|id| *id != error.entry.id)
                .take(MOST_OTHERS)
                .collect();
            put!(
                markup,
                "<p>One of {} of one cause, {}; others:",
                counted(group.errors.len() as u64, "error", "errors"),
                extent(group.events, &group.agents)
            );
            for id in others {
                put!(
                    markup,
                    " <a class=\"entry-link\" href=\"#{}\">{}</a>",
                    id,
                    id
                );
            }
            put!(markup, "</p>\n");
        }
        whole(markup, error, diagnosis.failures, kept);
        for companion in &error.companions {
            put!(
                markup,
                "<p class=\"sub\">{}, written next each time</p>\n<p class=\"quiet\">As many events, in the same agents and at the same times, and next to it on the thread.</p>\n",
                headline(&companion.entry)
            );
            whole(markup, companion, diagnosis.failures, kept);
        }
    });
}

fn whole(markup: &mut Markup, error: &Shown, failures: u64, kept: &Kept) {
    facts(markup, &error.entry, failures);
    log(markup, error.entry.example.as_ref());
    source(markup, &error.entry, error.source.as_ref());
    notes(markup, &error.entry.id, &error.entry.title, kept);
}

/// A row that opens.
fn row(
    markup: &mut Markup,
    entry: &ReadEntry,
    companions: &[Shown],
    body: impl FnOnce(&mut Markup),
) {
    put!(
        markup,
        "<div role=\"listitem\" id=\"{}\"><details><summary><span class=\"e-n\">{}</span><span class=\"e-what\"><span class=\"dot {}\"></span>{}",
        entry.id,
        grouped(entry.count),
        group_class(&entry.group),
        headline(entry)
    );
    if entry.is_new == Some(true) {
        put!(markup, " <span class=\"flag\">new</span>");
    }
    if !companions.is_empty() {
        put!(
            markup,
            " <span class=\"quiet\">and {} with it</span>",
            companions.len()
        );
    }
    let names: Vec<&str> = entry
        .agents
        .iter()
        .map(|count| count.agent.as_str())
        .collect();
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
    if entry.trend.len() > 1 {
        chart::sparkline(
            markup,
            group_class(&entry.group),
            &merged(&entry.trend, TREND),
        );
    } else {
        put!(markup, "<span class=\"quiet\">not told</span>");
    }
    let last = entry.last.as_deref().unwrap_or("not told");
    let last = to_minute(last);
    put!(
        markup,
        "<span class=\"e-last\">{}</span></summary>\n<div class=\"e-body\">\n",
        last.get(5..).filter(|_| last.len() == 16).unwrap_or(last)
    );
    body(markup);
    put!(markup, "</div></details></div>\n");
}

fn facts(markup: &mut Markup, entry: &ReadEntry, failures: u64) {
    put!(
        markup,
        "<dl class=\"facts\"><dt>Id</dt><dd><a href=\"#{}\"><code>{}</code></a></dd>",
        entry.id,
        entry.id
    );
    put!(
        markup,
        "<dt>Events</dt><dd>{}",
        counted(entry.count, "event", "events")
    );
    if let Some(share) = percent(entry.count, failures) {
        put!(markup, ", {} of all failures", share);
    }
    put!(
        markup,
        "</dd><dt>Kind</dt><dd>{} · <code>{}</code>",
        group_words(&entry.group),
        entry.kind
    );
    if !entry.severity.is_empty() {
        put!(markup, " · {}", entry.severity);
    }
    put!(
        markup,
        "</dd><dt>Agents</dt><dd>{}</dd><dt>Seen</dt><dd>{}</dd>",
        agents_words(&entry.agents),
        seen(entry)
    );
    if let Some(culprit) = &entry.culprit {
        let label = if entry.agents.len() > 1 {
            "Culprit of the last event"
        } else {
            "Culprit"
        };
        entry::culprit(markup, label, culprit);
    }
    if let Some(raised) = &entry.exception {
        entry::raised(markup, raised);
    }
    for failed in &entry.urls {
        put!(markup, "<dt>Failed host</dt><dd>{}", failed.host);
        if let Some(status) = failed.status {
            put!(markup, " <strong>{}</strong>", status);
        }
        put!(
            markup,
            " {}, such as <code>{}</code></dd>",
            counted(failed.events, "time", "times"),
            failed.example
        );
    }
    if entry.n_items > 0 {
        put!(
            markup,
            "<dt>Plex items</dt><dd>{} in all: {}</dd>",
            grouped(entry.n_items),
            entry.items.join(", ")
        );
    }
    if let Some(template) = &entry.template {
        put!(
            markup,
            "<dt>Template</dt><dd><code>{}</code></dd>",
            template
        );
    }
    put!(markup, "</dl>\n");
}

fn log(markup: &mut Markup, example: Option<&Example>) {
    let Some(example) = example else {
        return;
    };
    put!(markup, "<p class=\"quiet\">Sample of {}", example.agent);
    if !example.file.is_empty() {
        put!(
            markup,
            ": <code>{}</code> at byte {}",
            example.file,
            grouped(example.offset)
        );
    }
    // A line of a log stands behind a blank, so that none can pass for a place for notes.
    put!(markup, "</p>");
    entry::log(markup, " ", example);
    put!(markup, "\n");
}

fn source(markup: &mut Markup, entry: &ReadEntry, found: Option<&Found>) {
    let (Some(found), Some(culprit)) = (found, &entry.culprit) else {
        return;
    };
    put!(markup, "<p class=\"sub\">In the codebase</p>\n");
    let (said, is_warning) = found.words(culprit.line);
    if is_warning {
        put!(
            markup,
            "<p class=\"notice\"><strong>Warning:</strong> {}</p>\n",
            said
        );
    } else {
        put!(markup, "<p class=\"quiet\">{}</p>\n", said);
    }
    let Some(excerpt) = found.excerpt() else {
        return;
    };
    put!(
        markup,
        "<p class=\"quiet\"><code>{}</code></p><pre class=\"log\" tabindex=\"0\">",
        excerpt.path
    );
    for line in excerpt.numbered() {
        if line.starts_with('>') {
            put!(markup, "<b>{}\n</b>", line);
        } else {
            put!(markup, "{}\n", line);
        }
    }
    put!(markup, "</pre>\n");
}
