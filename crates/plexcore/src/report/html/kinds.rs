//! What went wrong, by kind: whose concern it is, a table of kinds and agents as a heat map; what
//! is no failure stands apart.

use super::chart::{self, Part};
use super::entry::heat_cell;
use super::group_class;
use super::markup::{Markup, put};
use super::page::{Column, table_begin, table_end};
use crate::log::rules::Kind;
use crate::report::model::Report;
use crate::report::number::{counted, grouped, percent};
use crate::report::understanding::KindCount;
use crate::report::wording::{failures, group_words, is_failure, share_words};

pub(super) fn kinds(markup: &mut Markup, report: &Report) {
    let (failed, apart): (Vec<&KindCount>, Vec<&KindCount>) = report
        .kinds
        .iter()
        .partition(|kind| is_failure(&kind.group));
    if failed.is_empty() {
        put!(
            markup,
            "<p class=\"quiet\">Nothing failed in the window.</p>\n"
        );
    } else {
        groups(markup, &failed, failures(&report.kinds));
        put!(markup, "<h3>By kind and agent</h3>\n");
        table(markup, "Failures by kind and agent", &failed);
    }
    if !apart.is_empty() {
        let events: u64 = apart.iter().map(|kind| kind.events).sum();
        put!(
            markup,
            "<details class=\"apart\"><summary><h3>No failures: outcomes and framework noise</h3> <span class=\"quiet\">{}, counted apart so that nobody chases them</span></summary>\n",
            counted(events, "event", "events")
        );
        table(markup, "Outcomes and noise by kind and agent", &apart);
        put!(markup, "</details>\n");
    }
}

/// Whose concern the failures are, as one bar with its legend.
fn groups(markup: &mut Markup, failed: &[&KindCount], all: u64) {
    let known = Kind::ALL.map(Kind::name);
    let of = |group: &str| -> u64 {
        failed
            .iter()
            .filter(|kind| kind.group == group)
            .map(|kind| kind.events)
            .sum()
    };
    let mut parts: Vec<Part<'_>> = known
        .into_iter()
        .map(|group| Part {
            class: group_class(group),
            name: group_words(group),
            value: of(group),
        })
        .filter(|part| part.value > 0)
        .collect();
    let rest = all - parts.iter().map(|part| part.value).sum::<u64>();
    if rest > 0 {
        parts.push(Part {
            class: "g-other",
            name: "other",
            value: rest,
        });
    }
    put!(markup, "<div class=\"groups\">");
    chart::stacked(markup, &parts, all);
    put!(markup, "<ul class=\"legend\">");
    for part in parts {
        put!(
            markup,
            "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{}\" width=\"10\" height=\"10\" rx=\"2\"/></svg>{} <strong>{}</strong> <span class=\"quiet\">{}</span></li>",
            part.class,
            part.name,
            grouped(part.value),
            percent(part.value, all).unwrap_or_default()
        );
    }
    put!(markup, "</ul></div>\n");
}

fn table(markup: &mut Markup, caption: &str, kinds: &[&KindCount]) {
    let agents = agents_by_weight(kinds);
    let largest = kinds
        .iter()
        .flat_map(|kind| &kind.agents)
        .map(|count| count.events)
        .max()
        .unwrap_or(0);
    let most = kinds.iter().map(|kind| kind.events).max().unwrap_or(0);
    let mut columns = vec![
        Column::Words("What"),
        Column::Words("Whose"),
        Column::Number("Events"),
        Column::Number("Share"),
        Column::Drawing(""),
    ];
    columns.extend(agents.iter().map(|agent| Column::Number(agent)));
    table_begin(markup, caption, &columns);
    for kind in kinds {
        put!(
            markup,
            "<tr><th scope=\"row\"><a class=\"kind-link\" href=\"#catalogue\" data-kind=\"{}\">{}</a> <code class=\"quiet\">{}</code></th>",
            kind.kind,
            kind.title,
            kind.kind
        );
        put!(
            markup,
            "<td class=\"whose\"><span class=\"chip {}\">{}</span></td>",
            group_class(&kind.group),
            group_words(&kind.group)
        );
        put!(
            markup,
            "<td class=\"num\">{}</td><td class=\"num\">{}</td><td class=\"draw\">",
            grouped(kind.events),
            share_words(kind.share.as_deref())
        );
        let part = Part {
            class: group_class(&kind.group),
            name: "events",
            value: kind.events,
        };
        chart::stacked(markup, &[part], most);
        put!(markup, "</td>");
        for agent in &agents {
            let events = kind
                .agents
                .iter()
                .find(|count| &count.agent == agent)
                .map_or(0, |count| count.events);
            heat_cell(markup, events, largest);
        }
        put!(markup, "</tr>\n");
    }
    table_end(markup);
}

/// Every agent that has one of these kinds, the most affected first.
fn agents_by_weight<'a>(kinds: &[&'a KindCount]) -> Vec<&'a str> {
    let mut weights: Vec<(&str, u64)> = Vec::new();
    for count in kinds.iter().flat_map(|kind| &kind.agents) {
        match weights.iter_mut().find(|(agent, _)| *agent == count.agent) {
            Some((_, weight)) => *weight += count.events,
            None => weights.push((&count.agent, count.events)),
        }
    }
    weights.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    weights.into_iter().map(|(agent, _)| agent).collect()
}
