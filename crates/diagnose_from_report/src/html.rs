//! The document as one HTML page that stands alone, with the look of the aggregate report.
//!
//! The places for notes are the same comments as in Markdown; what a person wrote there is shown
//! escaped, as everything else is.

mod errors;

use plexcore::report::html::entry::heat_cell;
use plexcore::report::html::markup::{Markup, put};
use plexcore::report::html::page::{
    self, Column, Contents, Head, notice, section, table_begin, table_end, tile,
};
use plexcore::report::html::{chart, group_class};
use plexcore::report::number::{counted, grouped};
use plexcore::report::understanding::KindCount;
use plexcore::report::wording::{group_words, share_words};

use crate::diagnosis::Diagnosis;
use crate::notes::{GENERAL, Kept, check, plain_id, plain_title};
use crate::summary;
use crate::wording::{capital, covered, number, window};

/// Writes the page.
pub(crate) fn page(diagnosis: &Diagnosis, kept: &Kept) -> String {
    let mut markup = Markup::default();
    let about = about(diagnosis);
    let contents = contents(diagnosis);
    let head = Head {
        title: "Error categorization",
        about: &about,
        made_by: diagnosis.made_by,
        contents: &contents,
    };
    page::page(&mut markup, &head, |markup| {
        section(markup, "summary", "Executive summary", |markup| {
            overview(markup, diagnosis, kept);
        });
        section(markup, "types", "Error types identified", |markup| {
            types(markup, diagnosis);
        });
        section(markup, "agents", "Affected agents", |markup| {
            agents(markup, diagnosis);
        });
        section(markup, "several", "Errors in several agents", |markup| {
            errors::across(markup, diagnosis, kept);
        });
        section(markup, "single", "Errors of one agent", |markup| {
            errors::single(markup, diagnosis, kept);
        });
        section(markup, "noise", "Framework noise and outcomes", |markup| {
            errors::noise(markup, diagnosis, kept);
        });
        section(markup, "gaps", "What this report cannot tell", |markup| {
            gaps(markup, diagnosis);
        });
        other_notes(markup, diagnosis, kept);
    });
    let check = check(markup.as_str());
    put!(
        markup,
        "<!-- diagnose_from_report, check of all but the notes: {} -->\n",
        check
    );
    markup.as_str().to_owned()
}

fn about(diagnosis: &Diagnosis) -> Vec<(&'static str, String)> {
    let reading = &diagnosis.reading;
    let mut about = vec![
        (
            "Report",
            format!(
                "{}, a {}",
                reading.path.display(),
                reading.generation.words()
            ),
        ),
        ("Window", window(reading)),
        ("Logs cover", covered(reading)),
        (
            "Report generated",
            reading
                .generated
                .clone()
                .unwrap_or_else(|| "not told".to_owned()),
        ),
        ("Generated", diagnosis.generated.clone()),
    ];
    about.extend(
        diagnosis
            .filtered
            .iter()
            .map(|words| ("Shown", words.clone())),
    );
    about
}

fn contents(diagnosis: &Diagnosis) -> [Contents<'static>; 7] {
    let n_kinds = diagnosis.kinds.as_ref().map(|kinds| kinds.len() as u64);
    let n_single: usize = diagnosis
        .single
        .iter()
        .map(|(_, groups)| groups.len())
        .sum();
    [
        ("summary", "Executive summary", None),
        ("types", "Error types identified", n_kinds),
        (
            "agents",
            "Affected agents",
            Some(diagnosis.agents.len() as u64),
        ),
        (
            "several",
            "In several agents",
            Some(diagnosis.across.len() as u64),
        ),
        ("single", "Of one agent", Some(n_single as u64)),
        (
            "noise",
            "Noise and outcomes",
            Some(diagnosis.noise.len() as u64),
        ),
        (
            "gaps",
            "What it cannot tell",
            Some(diagnosis.gaps.len() as u64),
        ),
    ]
    .map(|(id, title, count)| Contents { id, title, count })
}

fn overview(markup: &mut Markup, diagnosis: &Diagnosis, kept: &Kept) {
    for sentence in &diagnosis.attention {
        notice(markup, "Attention:", sentence);
    }
    if diagnosis.kinds.is_some() {
        tiles(markup, diagnosis);
    }
    put!(markup, "<h3>In words</h3>\n<ul class=\"findings\">\n");
    for sentence in summary::sentences(diagnosis) {
        put!(markup, "<li>{}.</li>\n", capital(&sentence));
    }
    if diagnosis.left_out.errors > 0 {
        put!(
            markup,
            "<li>{} with {} not shown below; --top all shows every one.</li>\n",
            counted(diagnosis.left_out.errors, "error", "errors"),
            counted(diagnosis.left_out.events, "event", "events")
        );
    }
    put!(markup, "</ul>\n");
    put!(
        markup,
        "<p class=\"quiet\">No cause and no fix is claimed here.</p>\n"
    );
    notes(markup, GENERAL, "", kept);
}

fn tiles(markup: &mut Markup, diagnosis: &Diagnosis) {
    put!(markup, "<dl class=\"tiles\">\n");
    let kinds = diagnosis.kinds.as_deref().unwrap_or_default();
    let (shared, n_shared) = diagnosis.shared;
    let n_affected = summary::affected(diagnosis).len() as u64;
    let noise: u64 = diagnosis.apart.iter().map(|kind| kind.events).sum();
    // Like the searches in words, these are of all agents.
    let searches = diagnosis
        .reading
        .searches
        .filter(|_| diagnosis.filtered.is_empty());
    if let Some(searches) = searches {
        let note = format!(
            "of {}, and {} never finished",
            grouped(searches.total),
            grouped(searches.unfinished)
        );
        tile(
            markup,
            &grouped(searches.failed),
            "Searches failed",
            &note,
            |_| {},
        );
    }
    let numbers = [
        (
            diagnosis.failures,
            "Failures",
            format!("in {}", counted(kinds.len() as u64, "kind", "kinds")),
        ),
        (
            diagnosis.n_distinct,
            "Distinct errors",
            "each once, whatever its count".to_owned(),
        ),
        (
            n_affected,
            "Agents affected",
            format!("of {}", grouped(diagnosis.agents.len() as u64)),
        ),
        (
            shared,
            "In several agents",
            counted(n_shared, "shared cause", "shared causes"),
        ),
        (
            noise,
            "No failures",
            "outcomes and noise, set apart".to_owned(),
        ),
    ];
    for (value, label, note) in numbers {
        tile(markup, &grouped(value), label, &note, |_| {});
    }
    put!(markup, "</dl>\n");
}

fn types(markup: &mut Markup, diagnosis: &Diagnosis) {
    match diagnosis.kinds.as_deref() {
        None => {}
        Some([]) => put!(markup, "<p class=\"quiet\">None.</p>\n"),
        Some(kinds) => kinds_table(markup, "Error types", kinds),
    }
    let others = diagnosis.reading.others.iter().cloned();
    let told: Vec<(String, u64)> = diagnosis
        .totals
        .fields()
        .into_iter()
        .filter_map(|(label, value)| Some((label.to_owned(), value?)))
        .chain(others)
        .collect();
    if !told.is_empty() {
        put!(
            markup,
            "<h3>Totals of the report</h3>\n<dl class=\"totals\">"
        );
        for (label, value) in told {
            put!(
                markup,
                "<div><dt>{}</dt><dd>{}</dd></div>",
                label,
                grouped(value)
            );
        }
        put!(markup, "</dl>\n");
    }
}

/// Kinds with their shares as bars.
fn kinds_table(markup: &mut Markup, caption: &str, kinds: &[KindCount]) {
    let most = kinds.iter().map(|kind| kind.events).max().unwrap_or(0);
    table_begin(
        markup,
        caption,
        &[
            Column::Words("Type"),
            Column::Words("Whose"),
            Column::Number("Events"),
            Column::Number("Share"),
            Column::Drawing(""),
            Column::Number("Agents"),
        ],
    );
    for kind in kinds {
        put!(
            markup,
            "<tr><th scope=\"row\">{} <code class=\"quiet\">{}</code></th>",
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
        let part = chart::Part {
            class: group_class(&kind.group),
            name: "events",
            value: kind.events,
        };
        chart::stacked(markup, &[part], most);
        put!(
            markup,
            "</td><td class=\"num\">{}</td></tr>\n",
            grouped(kind.agents.len() as u64)
        );
    }
    table_end(markup);
}

fn agents(markup: &mut Markup, diagnosis: &Diagnosis) {
    if diagnosis.kinds.is_some() {
        return agents_by_kind(markup, diagnosis);
    }
    let labels = diagnosis.totals.fields().map(|(label, _)| label);
    let mut columns = vec![Column::Words("Agent")];
    columns.extend(labels.iter().map(|label| Column::Number(label)));
    table_begin(markup, "Counts by agent", &columns);
    for agent in &diagnosis.agents {
        put!(markup, "<tr><th scope=\"row\">{}</th>", agent.name);
        for (_, value) in agent.counts.fields() {
            put!(markup, "<td class=\"num\">{}</td>", number(value));
        }
        put!(markup, "</tr>\n");
    }
    table_end(markup);
    for agent in &diagnosis.agents {
        if !agent.others.is_empty() {
            let counts: Vec<String> = agent
                .others
                .iter()
                .map(|(label, value)| format!("{label} {}", grouped(*value)))
                .collect();
            put!(
                markup,
                "<p><strong>{}</strong>: {}</p>\n",
                agent.name,
                counts.join(", ")
            );
        }
    }
}

/// Agents by kinds of failure, as a heat map.
fn agents_by_kind(markup: &mut Markup, diagnosis: &Diagnosis) {
    let affected = summary::affected(diagnosis);
    if affected.is_empty() {
        put!(markup, "<p class=\"quiet\">None.</p>\n");
        return;
    }
    let (kinds, has_others) = summary::columns(diagnosis);
    let largest = kinds
        .iter()
        .flat_map(|kind| &kind.agents)
        .map(|count| count.events)
        .max()
        .unwrap_or(0);
    let mut columns = vec![Column::Words("Agent"), Column::Number("Failures")];
    columns.extend(kinds.iter().map(|kind| Column::Number(&kind.kind)));
    if has_others {
        columns.push(Column::Number("others"));
    }
    table_begin(markup, "Failures by agent and kind", &columns);
    for agent in &affected {
        put!(
            markup,
            "<tr><th scope=\"row\">{}</th><td class=\"num\">{}</td>",
            agent.agent,
            grouped(agent.events)
        );
        let mut told = 0;
        let counts = kinds
            .iter()
            .map(|kind| summary::of_agent(kind, &agent.agent))
            .inspect(|events| told += events)
            .collect::<Vec<_>>();
        let rest = has_others.then(|| agent.events.saturating_sub(told));
        for events in counts.into_iter().chain(rest) {
            heat_cell(markup, events, largest);
        }
        put!(markup, "</tr>\n");
    }
    table_end(markup);
}

fn gaps(markup: &mut Markup, diagnosis: &Diagnosis) {
    put!(
        markup,
        "<p class=\"quiet\">It is a {}.</p>\n",
        diagnosis.reading.generation.words()
    );
    if diagnosis.gaps.is_empty() {
        put!(markup, "<p>Nothing is missing that is known of.</p>\n");
        return;
    }
    put!(markup, "<ul class=\"findings\">\n");
    for gap in &diagnosis.gaps {
        put!(markup, "<li>{}.</li>\n", capital(gap));
    }
    put!(markup, "</ul>\n");
}

/// A place for a person's words, between two comments at the margin.
fn notes(markup: &mut Markup, id: &str, title: &str, kept: &Kept) {
    let (id, title) = (plain_id(id), plain_title(title));
    let text = kept.text(&id);
    // Between the comments every line end is shown, so there is nothing while they are empty.
    let shape = if text.is_empty() { "quiet" } else { "line" };
    put!(
        markup,
        "<p class=\"sub\">Notes</p>\n<div class=\"{}\">",
        shape
    );
    if text.is_empty() {
        put!(
            markup,
            "None yet; they have their place here in this file, or in the Markdown form."
        );
    }
    put!(markup, "\n");
    put!(markup, "<!-- notes {} | {} -->\n", id, title);
    if !text.is_empty() {
        put!(markup, "{}\n", text);
    }
    put!(markup, "<!-- end of notes {} -->\n</div>\n", id);
}

fn other_notes(markup: &mut Markup, diagnosis: &Diagnosis, kept: &Kept) {
    let shown = summary::shown_ids(diagnosis);
    let mut others = kept.others(&shown).peekable();
    if others.peek().is_none() {
        return;
    }
    let title = "Notes on errors that are not shown here";
    section(markup, "other-notes", title, |markup| {
        for (id, note) in others {
            put!(markup, "<h3>{} {}</h3>\n", id, note.title);
            notes(markup, id, &note.title, kept);
        }
    });
}
