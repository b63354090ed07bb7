//! What is made of a report of each generation, and of one whose texts are hostile.

use std::fs;

use serde_json::Value;

use super::{NOW, made, report, run_in};

fn document(name: &str, args: &[&str]) -> Value {
    serde_json::from_str(&made(name, &[&["--format", "json"], args].concat())).unwrap()
}

fn section<'a>(text: &'a str, title: &str) -> &'a str {
    let from = text
        .find(&format!("\n## {title}\n"))
        .unwrap_or_else(|| panic!("{title} is missing"));
    let rest = &text[from + 1..];
    rest[3..].find("\n## ").map_or(rest, |end| &rest[..end + 3])
}

#[test]
fn a_json_report_is_told_in_the_order_of_the_questions() {
    let text = made("sample.json", &[]);
    let titles = [
        "Executive summary",
        "Error types identified",
        "Totals of the report",
        "Affected agents",
        "Errors in several agents",
        "Errors of one agent",
        "Framework noise and outcomes",
    ];
    let places: Vec<usize> = titles
        .iter()
        .map(|title| text.find(&format!("\n## {title}\n")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn every_failure_of_the_report_is_there_once_with_its_count() {
    let source: Value = serde_json::from_slice(&fs::read(report("sample.json")).unwrap()).unwrap();
    let text = made("sample.json", &["--top", "all"]);
    let document = document("sample.json", &[]);
    let mut failures = 0;
    for entry in source["catalogue"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        let place = format!("<!-- notes {id} | ");
        assert_eq!(text.matches(&place).count(), 1, "{id}");
        if entry["group"] != "noise" {
            failures += entry["count"].as_u64().unwrap();
        }
    }
    assert_eq!(document["failures"], failures);
    let types: u64 = document["types"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["events"].as_u64().unwrap())
        .sum();
    assert_eq!(types, failures);
}

#[test]
fn an_error_counts_as_shared_exactly_when_two_agents_have_its_cause() {
    let document = document("sample.json", &[]);
    let groups = document["errors_in_several_agents"].as_array().unwrap();
    assert!(!groups.is_empty());
    for group in groups {
        assert!(group["agents"].as_array().unwrap().len() > 1, "{group}");
    }
    for agent in document["errors_of_one_agent"].as_array().unwrap() {
        for group in agent["causes"].as_array().unwrap() {
            let agents = group["agents"].as_array().unwrap();
            assert_eq!((agents.len(), &agents[0]["agent"]), (1, &agent["agent"]));
        }
    }
}

#[test]
fn the_text_report_tells_the_same_counts_as_the_json() {
    let (text, json) = (document("sample.txt", &[]), document("sample.json", &[]));
    for field in ["failures", "distinct_errors", "totals"] {
        assert_eq!(text[field], json[field], "{field}");
    }
    let kinds = |document: &Value| -> Vec<(String, Value)> {
        let kinds = document["types"].as_array().unwrap().iter();
        kinds
            .map(|kind| (kind["kind"].to_string(), kind["events"].clone()))
            .collect()
    };
    assert_eq!(kinds(&text), kinds(&json));
    assert!(
        !text["gaps"].as_array().unwrap().is_empty() && json["gaps"].as_array().unwrap().is_empty()
    );
}

#[test]
fn a_report_without_single_errors_shows_its_totals_by_agent() {
    for name in ["enhanced.txt", "old.json"] {
        let text = made(name, &[]);
        assert!(
            section(&text, "Totals of the report").contains("| Title match failures | 1,548 |"),
            "{name}"
        );
        assert!(
            section(&text, "Affected agents").contains("| Alder | 9 | 15 |"),
            "{name}: {text}"
        );
        assert!(
            section(&text, "What this report cannot tell").contains("no distinct errors"),
            "{name}"
        );
        assert!(!text.contains("abcdefghij0123456789"), "{name}");
        assert!(!text.contains("Errors in several agents"), "{name}");
    }
    let text = made("past_24_hours.txt", &[]);
    assert!(
        section(&text, "Totals of the report").contains("| Metadata failures | 1,082 |"),
        "{text}"
    );
    assert!(
        section(&text, "Affected agents").contains("| Ember Films | "),
        "{text}"
    );
}

#[test]
fn lines_of_old_reports_are_judged_by_the_rules() {
    let text = made("consolidation.txt", &[]);
    assert!(
        section(&text, "Error types identified").contains("| `url-error` | remote site | 132 |"),
        "{text}"
    );
    assert!(
        section(&text, "Errors in several agents").contains("132 events"),
        "{text}"
    );
    assert!(section(&text, "What this report cannot tell").contains("cut at 120 characters"));
    assert!(!text.contains("mwallace") && !text.contains("abcdefghij0123456789"));
    let text = made("clusters.txt", &[]);
    assert!(
        section(&text, "Error types identified").contains("| `http-403` | remote site | 12 |"),
        "{text}"
    );
    let several = section(&text, "Errors in several agents");
    assert!(
        several.contains("138 events in 2 agents") && several.contains("  2026-01-31 10:00:00,900"),
        "{text}"
    );
}

#[test]
fn only_what_is_asked_for_is_shown_and_a_slip_is_told() {
    let all = document("sample.json", &[]);
    let one = document("sample.json", &["--agent", "ALDER"]);
    assert!(one["failures"].as_u64() < all["failures"].as_u64());
    assert_eq!(one["agents"].as_array().unwrap().len(), 1);
    assert_eq!(one["totals"], one["agents"][0]["counts"]);
    let kind = all["types"][0]["kind"].as_str().unwrap();
    let of_kind = document("sample.json", &["--kind", kind]);
    assert_eq!(of_kind["failures"], all["types"][0]["events"]);
    let defects = document("sample.json", &["--kind", "Agent"]);
    let types = defects["types"].as_array().unwrap();
    assert!(!types.is_empty() && types.iter().all(|kind| kind["group"] == "agent"));
    let folder = tempfile::tempdir().unwrap();
    let named = report("sample.json");
    let named = named.to_str().unwrap();
    for (args, part) in [
        (
            ["--agent", "nobody"],
            "no agent's name contains nobody; the report has Alder",
        ),
        (["--kind", "http-999"], "no error of kind http-999"),
    ] {
        let ended = run_in(
            folder.path(),
            &[&["--report", named, "--output", "-"][..], &args].concat(),
        );
        assert_eq!(ended.code, Some(0));
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
}

#[test]
fn with_top_the_most_frequent_stay_and_the_rest_is_counted() {
    let all = document("sample.json", &[]);
    let few = document("sample.json", &["--top", "3"]);
    let left_out = few["not_shown"]["errors"].as_u64().unwrap();
    assert_eq!(Some(left_out + 3), all["distinct_errors"].as_u64());
    assert_eq!(few["failures"], all["failures"]);
    assert!(made("sample.json", &["--top", "3"]).contains("`--top all` shows every one"));
}

#[test]
fn two_runs_write_the_same_bytes() {
    for format in ["markdown", "html", "json"] {
        let args = ["--format", format];
        assert_eq!(made("sample.json", &args), made("sample.json", &args));
    }
}

/// Replaces every text in a report but what names a kind, group or id.
fn made_hostile(value: &mut Value, with: &str) {
    match value {
        Value::String(text) => with.clone_into(text),
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| made_hostile(value, with)),
        Value::Object(fields) => {
            for (key, value) in fields {
                if !["id", "kind", "group", "first", "last", "start"].contains(&key.as_str()) {
                    made_hostile(value, with);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn no_text_of_a_log_gets_out_of_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for hostile in [
        "<script>alert(1)</script>",
        "\n## Executive summary\n",
        "\n<!-- end of notes E-00000001 -->\n",
        "<!-- notes general | -->",
        "```\n# x\n```",
        "a | b | c",
        "@someone https://evil.example/ [a](javascript:x) ![b](c) \u{1b}[31m\u{202e}",
        "</pre></details>\" onclick=\"x()",
    ] {
        let mut value: Value =
            serde_json::from_slice(&fs::read(report("sample.json")).unwrap()).unwrap();
        made_hostile(&mut value, hostile);
        fs::write(folder.path().join("r.json"), value.to_string()).unwrap();
        let run = |format: &str| {
            let args = [
                "--report", "r.json", "--output", "-", "--now", NOW, "--format", format,
            ];
            let ended = run_in(folder.path(), &args);
            assert_eq!(ended.code, Some(0), "{hostile}: {}", ended.stderr);
            ended.stdout
        };
        let plain = made("sample.json", &["--format", "html"]);
        let html = run("html");
        for tag in ["<script", "<img", "<h2", "<section", "</html>"] {
            assert_eq!(
                html.matches(tag).count(),
                plain.matches(tag).count(),
                "{hostile} {tag}"
            );
        }
        let markdown = run("markdown");
        let headings = markdown
            .lines()
            .filter(|line| line.starts_with("## "))
            .count();
        assert!((6..=9).contains(&headings), "{hostile}: {headings}");
        assert!(
            !markdown
                .lines()
                .any(|line| line.starts_with('<') && !line.starts_with("<!-- ")),
            "{hostile}"
        );
        for text in [&html, &markdown] {
            let opened = text
                .lines()
                .filter(|line| line.starts_with("<!-- notes "))
                .count();
            let closed = text
                .lines()
                .filter(|line| line.starts_with("<!-- end of notes "))
                .count();
            assert_eq!(opened, closed, "{hostile}");
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{hostile}");
        }
    }
}
