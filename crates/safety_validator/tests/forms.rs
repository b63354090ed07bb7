//! SARIF and GitHub's annotations hold together for every input that a case has.
#![expect(clippy::unwrap_used, reason = "a helper of a test may stop the test")]

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use testkit::process::Run;

const TOOL: &str = env!("CARGO_BIN_EXE_safety_validator");

/// What a run says of the inputs of each case, and a source whose error has no line.
fn said(form: &str) -> Vec<String> {
    let cases = testkit::fixtures().join("cases/safety_validator");
    let mut all = Vec::new();
    for case in fs::read_dir(cases).unwrap() {
        let inputs = case.unwrap().path().join("in");
        if inputs.is_dir() {
            let run = Run::new(TOOL).args([form, ".", "missing.py"]);
            all.push(run.current_dir(inputs).run().unwrap().stdout);
        }
    }
    for source in [
        &b"# coding: utf8\nx = 1\n\xff\n"[..],
        b"# coding: nope\n",
        b"x\0",
        b"\n# coding: punycode\nx = 1\n",
    ] {
        let run = Run::new(TOOL).args([form, "-", "--stdin-name", "a b%,:.py"]);
        all.push(run.stdin(source.to_vec()).run().unwrap().stdout);
    }
    assert!(all.len() > 25, "only {} runs", all.len());
    all
}

#[test]
fn every_annotation_is_one_command_with_a_place() {
    let mut n = 0;
    for text in said("--github") {
        let (summary, commands): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.ends_with(" files pass"));
        assert_eq!(summary.len(), 1, "{text}");
        for line in commands {
            let (head, message) = line
                .strip_prefix("::")
                .and_then(|rest| rest.split_once("::"))
                .unwrap_or_else(|| panic!("no command: {line:?}"));
            let (word, properties) = head.split_once(' ').unwrap();
            assert!(["error", "warning", "notice"].contains(&word), "{line}");
            for property in properties.split(',') {
                let (name, value) = property.split_once('=').unwrap();
                match name {
                    "file" | "title" => assert!(!value.is_empty(), "{line}"),
                    "line" | "col" => assert!(value.parse::<u32>().unwrap() > 0, "{line}"),
                    _ => panic!("{name}: {line}"),
                }
            }
            assert!(
                !message.is_empty() && !line.contains(char::is_control),
                "{line:?}"
            );
            n += 1;
        }
    }
    assert!(n > 60, "only {n} commands");
}

#[test]
fn every_sarif_result_has_its_rule_and_its_place() {
    let mut n = 0;
    for text in said("--sarif") {
        let log: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let ids = |key: &Value, field: &str| -> BTreeSet<String> {
            let all = key.as_array().unwrap().iter();
            all.map(|one| one[field].as_str().unwrap().to_owned())
                .collect()
        };
        let rules = ids(&run["tool"]["driver"]["rules"], "id");
        assert_eq!(rules, ids(&run["results"], "ruleId"));
        let notes = run["invocations"][0]["toolExecutionNotifications"].as_array();
        assert_eq!(
            run["invocations"][0]["executionSuccessful"],
            notes.unwrap().is_empty()
        );
        for result in run["results"].as_array().unwrap() {
            let level = result["level"].as_str().unwrap();
            assert!(["error", "warning", "note"].contains(&level), "{result}");
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            let is_plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|} ".contains(&b);
            assert!(!uri.is_empty() && uri.bytes().all(is_plain), "{uri}");
            if let Some(region) = place.get("region") {
                assert!(region["startLine"].as_u64().unwrap() > 0, "{result}");
                assert!(region["startColumn"].as_u64().unwrap() > 0, "{result}");
            }
            n += 1;
        }
    }
    assert!(n > 60, "only {n} results");
}
