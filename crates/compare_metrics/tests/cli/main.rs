//! The binary run as a process.
//!
//! `script` holds what the script printed and decided, `evidence` what the decision goes by,
//! `inputs` files that are cut, foreign or hostile, `trend` more than two reports, `generated` the
//! whole way from logs, `prose` what the documents say.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod evidence;
mod generated;
mod inputs;
mod prose;
mod script;
mod trend;

use std::path::{Path, PathBuf};

use serde_json::Value;
use testkit::process::{Ended, Run};

fn tool() -> Run {
    Run::new(env!("CARGO_BIN_EXE_compare_metrics"))
}

fn run_in(folder: &Path, args: &[&str]) -> Ended {
    tool().current_dir(folder).args(args).run().unwrap()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// The five totals as the script found them in a text: searches, found, title, model, url.
fn totals(counts: [u64; 5]) -> String {
    let [searches, found, title, model, url] = counts;
    format!(
        "Total Search Operations:     {searches}\nTitles Found Events:         {found}\nTitle Match Failures:        {title}\n\
         Model Read Errors:           {model}\nURL Fetch Errors:            {url}\n"
    )
}

/// Two reports compared, as JSON, with the exit code.
fn compared(before: &str, after: &str, more: &[&str]) -> (Value, i32) {
    let folder = folder(&[("before", before), ("after", after)]);
    let mut args = vec!["--baseline", "before", "--current", "after", "--json"];
    args.extend(more);
    let ended = run_in(folder.path(), &args);
    let document = serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr));
    (document, ended.code.unwrap())
}

/// A finding of the comparison by its metric.
fn metric<'a>(document: &'a Value, name: &str) -> &'a Value {
    document["evidence"]["metrics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|metric| metric["metric"] == name)
        .unwrap_or_else(|| panic!("no metric {name} in {document}"))
}

/// A JSON report of invented logs in `folder`, by the aggregator's own library.
struct World {
    titles: Vec<Title>,
    agent: &'static str,
    day: u8,
}

/// One title: its searches, how many found nothing, whether the last of them did, its errors by id.
#[derive(Clone)]
struct Title {
    item: u32,
    searches: u64,
    without: u64,
    last_without: bool,
    errors: Vec<(&'static str, u64)>,
}

impl Title {
    fn new(item: u32, failed: bool) -> Self {
        Self {
            item,
            searches: 1,
            without: u64::from(failed),
            last_without: failed,
            errors: Vec::new(),
        }
    }
}

impl World {
    fn new(day: u8, titles: Vec<Title>) -> Self {
        Self {
            titles,
            agent: "Alder",
            day,
        }
    }

    /// `group` is that of every error.
    fn json(&self, group: &str) -> String {
        let sum = |of: fn(&Title) -> u64| self.titles.iter().map(of).sum::<u64>();
        let (searches, without) = (sum(|t| t.searches), sum(|t| t.without));
        let mut errors: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
        for (id, events) in self.titles.iter().flat_map(|title| &title.errors) {
            *errors.entry(id).or_default() += events;
        }
        let all: u64 = errors.values().sum();
        let agent = self.agent;
        let day = self.day;
        let catalogue: Vec<Value> = errors
            .iter()
            .map(|(id, events)| serde_json::json!({
                "id": id, "kind": "exception-KeyError", "group": group, "severity": "error",
                "title": "KeyError in the agent's code", "count": events,
                "agents": [{"agent": agent, "events": events}], "first": "", "last": "", "trend": [],
                "culprit": null, "exception": null, "status": null, "errno": null, "urls": [],
                "items": [], "n_items": 0, "example": null, "is_new": null,
            }))
            .collect();
        let items: Vec<Value> = self
            .titles
            .iter()
            .map(|title| serde_json::json!({
                "item": title.item.to_string(), "searches": title.searches,
                "without_result": title.without, "last_without_result": title.last_without,
                "processing_errors": title.errors.iter().map(|(_, n)| n).sum::<u64>(),
                "errors": title.errors.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
            }))
            .collect();
        let coverage = serde_json::json!({
            "files": 1, "bytes": 1, "lines": 1, "records": 1, "records_in_window": 1, "orphan_lines": 0,
            "cut_files": 0, "long_records": 0, "first": format!("2026-02-{day:02} 00:00:00,000"),
            "last": format!("2026-02-{day:02} 18:00:00,000"), "falls_short": false,
            "agents": 1, "short_agents": [], "unreadable": [], "left_out": 0,
        });
        let outcomes = serde_json::json!({
            "searches": {"total": searches, "succeeded": searches - without, "empty": without},
        });
        serde_json::json!({
            "schema": 1, "made_by": "test", "generated": format!("2026-02-{day:02} 18:00:00"),
            "window": {"asked": "24 hours", "since": null, "until": null},
            "coverage": coverage, "outcomes": outcomes, "kinds": [], "catalogue": catalogue,
            "summary": {"total_search_operations": searches, "total_titles_found": searches - without,
                        "total_title_failures": without, "total_processing_errors": all},
            "timeline": {}, "findings": [],
            "agents": [{
                "name": agent, "coverage": coverage, "outcomes": outcomes, "items": items, "levels": [],
                "statistics": {"search_operations": searches, "title_failures": without, "processing_errors": all},
                "samples": {}, "urls": [], "n_urls": 0, "patterns": {"entries": 0, "unique": 0, "listed": []},
            }],
        })
        .to_string()
    }
}

#[test]
fn the_cases_under_fixtures_hold() {
    let n_cases = testkit::cases::run_all("compare_metrics", env!("CARGO_BIN_EXE_compare_metrics"));
    assert!(n_cases.unwrap_or_else(|differences| panic!("{differences}")) > 0);
}

fn fixture(name: &str) -> PathBuf {
    testkit::fixtures().join("compare_metrics").join(name)
}
