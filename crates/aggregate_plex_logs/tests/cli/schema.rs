//! What the tool writes as JSON is what `docs/report.schema.json` says, no field more and none less.

use std::fs;

use serde_json::Value;
use testkit::loggen::{Layout, Platform, Pms, Spec, generate};

use super::{log_folder, run_in};

fn schema() -> Value {
    let path = testkit::fixtures().join("../docs/report.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn assert_valid(report: &Value, what: &str) {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(report)
        .take(5)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:#?}");
}

fn report(folder: &std::path::Path, more: &[&str]) -> Value {
    let mut args = vec!["--format", "json", "--output", "-"];
    args.extend(more);
    serde_json::from_str(&run_in(folder, &args).stdout).unwrap()
}

#[test]
fn reports_of_every_sort_are_valid() {
    let here = tempfile::tempdir().unwrap();
    assert_valid(&report(here.path(), &["--sample"]), "sample");
    for (seed, platform, pms, layout) in [
        (81, Platform::Linux, Pms::New, Layout::Gz),
        (82, Platform::Windows, Pms::Old, Layout::Plain),
        (83, Platform::Mixed, Pms::Ancient, Layout::Mixed),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            platform,
            pms,
            layout,
            bytes: 1_500_000,
            restarts: 2,
            ..Spec::new(seed)
        };
        let generated = generate(&spec, folder.path()).unwrap();
        let place = generated.plugin_logs.to_str().unwrap();
        let now = ["--log-dir", place, "--now", "2026-02-05 18:00:00"];
        let with = |more: &[&str]| report(here.path(), &[&now[..], more].concat());
        let whole = with(&["--hours", "all", "--patterns", "all", "--all-plugins"]);
        assert_valid(&whole, "whole");
        let earlier = here.path().join("earlier.json");
        fs::write(&earlier, whole.to_string()).unwrap();
        let since = ["--since-report", earlier.to_str().unwrap()];
        assert_valid(&with(&since), "against an earlier one");
        assert_valid(&with(&["--pseudonymise", "--current-only"]), "pseudonyms");
        assert_valid(&with(&["--no-redact", "--agent", "a"]), "not redacted");
        assert_valid(&with(&["--since", "3h", "--until", "1h"]), "between");
    }
}

#[test]
fn reports_of_next_to_nothing_are_valid() {
    let odd: &[(&str, &[u8])] = &[
        ("com.plexapp.agents.Alder.log", b""),
        ("com.plexapp.agents.Beacon.log", b"no head\xff\n"),
        ("com.plexapp.agents.Cinder.log.1.gz", b"no archive"),
    ];
    for files in [&[], odd] {
        let folder = log_folder(files);
        let place = folder.path().to_str().unwrap();
        assert_valid(&report(folder.path(), &["--log-dir", place]), place);
    }
}

/// Every object of a document, with its path.
fn objects(at: String, value: &mut Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                objects(format!("{at}/{key}"), member, found);
            }
            found.push(at);
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate().take(1) {
                objects(format!("{at}/{index}"), item, found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_field_that_the_schema_does_not_know_or_that_is_missing_is_a_fault() {
    let here = tempfile::tempdir().unwrap();
    let mut report = report(here.path(), &["--sample"]);
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut places = Vec::new();
    objects(String::new(), &mut report, &mut places);
    assert!(places.len() > 20, "{places:?}");
    for place in places {
        let members = |report: &Value| report.pointer(&place).unwrap().as_object().unwrap().clone();
        let mut more = report.clone();
        let object = more.pointer_mut(&place).unwrap().as_object_mut().unwrap();
        object.insert("a_new_field".to_owned(), Value::Null);
        assert!(!validator.is_valid(&more), "a field more in {place:?}");
        for name in members(&report).keys() {
            // An item's counts of nought are left out.
            if place.contains("/items/") && name != "item" {
                continue;
            }
            let mut less = report.clone();
            let object = less.pointer_mut(&place).unwrap().as_object_mut().unwrap();
            object.remove(name);
            assert!(!validator.is_valid(&less), "without {name} in {place:?}");
        }
    }
}
