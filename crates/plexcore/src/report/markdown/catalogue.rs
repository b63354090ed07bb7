//! The errors as a table, and the most frequent of them with all that is known, folded.

use std::fmt::Write as _;

use super::escape::{code, words};
use super::page::{Page, example};
use super::{MOST_ROWS, REST_BYTES, TREND};
use crate::report::model::Report;
use crate::report::number::{counted, grouped};
use crate::report::trend::{merged, sparkline};
use crate::report::understanding::Entry;
use crate::report::wording::{agents_words, group_words, heading, is_failure, to_second};

/// Entries that are shown with their example.
const MOST_EXAMPLES: usize = 15;

pub(super) fn catalogue(page: &mut Page, report: &Report) {
    page.section("Error catalogue");
    let failures: Vec<&Entry> = report
        .catalogue
        .iter()
        .filter(|entry| is_failure(&entry.group))
        .collect();
    let apart = (report.catalogue.len() - failures.len()) as u64;
    page.line(&format!(
        "{}; {} of noise and outcomes not listed here.\n",
        counted(failures.len() as u64, "distinct error", "distinct errors"),
        counted(apart, "entry", "entries"),
    ));
    page.table(
        &["Id", "# Events", "What", "Culprit", "Trend", "Last seen"],
        failures.iter().take(MOST_ROWS).map(|entry| row(entry)),
    );
    let more = failures.len().saturating_sub(MOST_ROWS) as u64;
    if more > 0 {
        page.line(&format!(
            "\nand {}.",
            counted(more, "error more", "errors more")
        ));
    }
    page.line("");
    for entry in failures.iter().take(MOST_EXAMPLES) {
        let details = details(entry);
        if !page.has_room(details.len(), REST_BYTES) {
            break;
        }
        page.block(&details);
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let culprit = entry.culprit.as_ref().map_or_else(String::new, |culprit| {
        code(&format!(
            "{} {}:{}",
            culprit.bundle, culprit.file, culprit.line
        ))
    });
    let is_new = if entry.is_new == Some(true) {
        " **new**"
    } else {
        ""
    };
    vec![
        code(&entry.id),
        grouped(entry.count),
        format!("{}{is_new}", words(&heading(entry))),
        culprit,
        sparkline(&merged(&entry.trend, TREND / 2)),
        words(to_second(&entry.last)),
    ]
}

/// An entry with its example, folded until it is opened.
fn details(entry: &Entry) -> String {
    let mut text = format!(
        "<details><summary>{}: {}, {}</summary>\n\n",
        words(&entry.id),
        words(&heading(entry)),
        counted(entry.count, "event", "events")
    );
    let mut item = |label: &str, value: String| {
        let _ = writeln!(text, "- {label}: {value}");
    };
    item(
        "Kind",
        format!(
            "{}, {}",
            code(&entry.kind),
            words(group_words(&entry.group))
        ),
    );
    if let Some(template) = &entry.template {
        item("Says", code(template));
    }
    item("Agents", words(&agents_words(&entry.agents)));
    item(
        "Seen",
        format!(
            "{} to {}",
            words(to_second(&entry.first)),
            words(to_second(&entry.last))
        ),
    );
    if let Some(culprit) = &entry.culprit {
        let function = culprit
            .function
            .as_deref()
            .map_or_else(String::new, |name| format!(" in {name}"));
        item(
            "Culprit",
            code(&format!(
                "{} {}:{}{function}",
                culprit.bundle, culprit.file, culprit.line
            )),
        );
    }
    if let Some(raised) = &entry.exception {
        item(
            "Raised",
            code(&format!("{}: {}", raised.name, raised.message)),
        );
    }
    for failed in &entry.urls {
        let status = failed
            .status
            .map_or_else(String::new, |status| format!(" {status}"));
        item(
            "Failed host",
            format!(
                "{}{status}, {}",
                code(&failed.host),
                counted(failed.events, "time", "times")
            ),
        );
    }
    if entry.n_items > 0 {
        let shown = &entry.items[..entry.items.len().min(10)];
        item(
            "Items",
            format!(
                "{} in all: {}",
                grouped(entry.n_items),
                words(&shown.join(", "))
            ),
        );
    }
    if let Some(shown) = &entry.example {
        let _ = writeln!(
            text,
            "- From: {} at byte {}\n",
            code(&shown.file),
            shown.offset
        );
        text.push_str(&example(shown));
    }
    text.push_str("\n</details>\n\n");
    text
}
