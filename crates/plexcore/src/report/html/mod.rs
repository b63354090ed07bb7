//! The report as one HTML page that stands alone.
//!
//! `markup` lets nothing in unescaped, `page` is the frame, `chart` draws; these three know nothing
//! of reports and serve every page that shares its look. The other rooms write one section each. Whatever the page says is there without
//! scripts; `script.js` only sorts, filters and switches colours.

mod agents;
mod catalogue;
pub mod chart;
mod coverage;
pub mod entry;
mod kinds;
pub mod markup;
mod overview;
pub mod page;
mod sessions;
mod when;

use std::io::{self, Write};

use self::markup::Markup;
use self::page::{Contents, Head};
use super::model::Report;
use super::wording::{distinct_failures, failures, window_ends, window_words};

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut markup = Markup::default();
    let outcomes = &report.outcomes;
    let lines = [
        ("overview", "Overview", None),
        (
            "coverage",
            "Coverage and totals",
            Some(report.coverage.agents),
        ),
        (
            "outcomes",
            "Searches and updates",
            Some(outcomes.searches.total + outcomes.updates.total),
        ),
        ("kinds", "What went wrong", Some(failures(&report.kinds))),
        (
            "catalogue",
            "Error catalogue",
            Some(distinct_failures(&report.catalogue)),
        ),
        ("when", "When", Some(report.timeline.bursts.len() as u64)),
        ("agents", "Agents", Some(report.agents.len() as u64)),
        ("findings", "Findings", Some(report.findings.len() as u64)),
    ];
    let contents = lines.map(|(id, title, count)| Contents { id, title, count });
    let about = about(report);
    let head = Head {
        title: "Plex plug-in log report",
        about: &about,
        made_by: &report.made_by,
        contents: &contents,
    };
    page::page(&mut markup, &head, |markup| {
        page::section(markup, "overview", "Overview", |markup| {
            overview::overview(markup, report);
        });
        page::section(markup, "coverage", "Coverage and totals", |markup| {
            coverage::coverage(markup, report);
        });
        page::section(markup, "outcomes", "Searches and updates", |markup| {
            sessions::sessions(markup, report);
        });
        page::section(markup, "kinds", "What went wrong", |markup| {
            kinds::kinds(markup, report);
        });
        page::section(markup, "catalogue", "Error catalogue", |markup| {
            catalogue::catalogue(markup, report);
        });
        page::section(markup, "when", "When", |markup| {
            when::when(markup, &report.timeline);
        });
        page::section(markup, "agents", "Agents", |markup| {
            agents::agents(markup, report);
        });
        page::section(markup, "findings", "Findings", |markup| {
            overview::findings(markup, &report.findings);
        });
    });
    out.write_all(markup.as_str().as_bytes())
}

fn about(report: &Report) -> Vec<(&'static str, String)> {
    let window = &report.window;
    let ends = window_ends(window.since.as_deref(), window.until.as_deref());
    let asked = window_words(&window.asked, ends);
    vec![("Window", asked), ("Generated", report.generated.clone())]
}

/// The page's class for a group's colour.
pub fn group_class(group: &str) -> &'static str {
    match group {
        "remote" => "g-remote",
        "agent" => "g-agent",
        "site-changed" => "g-site",
        "environment" => "g-environment",
        "server" => "g-server",
        "noise" => "g-noise",
        "outcome" => "g-outcome",
        _ => "g-other",
    }
}
