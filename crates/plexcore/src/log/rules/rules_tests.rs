//! The table of rules, its messages, and the rules that a person adds.

use std::collections::BTreeSet;

use super::*;
use crate::log::traceback::Exception;

fn id_of(rules: &Rules, seen: &Seen<'_>) -> String {
    let found = rules.recognise(seen, &mut Scratch::default());
    rules.all()[found.rule].id.clone()
}

fn of_message(rules: &Rules, text: &str) -> String {
    id_of(
        rules,
        &Seen {
            text: text.as_bytes(),
            ..Seen::default()
        },
    )
}

/// The rows of a table under `fixtures/events`, with their line numbers.
fn table(name: &str) -> Vec<(usize, String)> {
    let path = testkit::fixtures().join("events").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let rows = (1..).zip(text.lines().map(ToOwned::to_owned));
    rows.filter(|(_, row)| !row.starts_with('#')).collect()
}

fn with(text: &str) -> Result<Rules, String> {
    Rules::with_file(Path::new("rules.json"), text).map_err(|error| error.to_string())
}

#[test]
fn ids_are_unique_and_the_last_rule_takes_everything() {
    let rules = Rules::builtin();
    let ids: BTreeSet<&str> = rules.all().iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.len(), rules.all().len());
    assert_eq!(of_message(&rules, "never heard of"), builtin::LAST);
    assert_eq!(of_message(&rules, ""), builtin::LAST);
}

#[test]
fn every_message_of_the_table_obeys_its_rule() {
    let rules = Rules::builtin();
    for (line, row) in table("messages.tsv") {
        let (id, text) = row.split_once('\t').unwrap();
        assert_eq!(of_message(&rules, text), id, "line {line}: {text}");
    }
}

#[test]
fn the_exception_decides_and_titles_in_the_arguments_do_not() {
    let rules = Rules::builtin();
    let seen = |name: &'static str, message: &'static str| {
        id_of(
            &rules,
            &Seen {
                text: b"Exception in the search function of agent named 'x', called with keyword arguments {'name': 'Title Match Failure timed out'}",
                exception: Some(Exception {
                    name: name.as_bytes(),
                    message: message.as_bytes(),
                }),
                ..Seen::default()
            },
        )
    };
    assert_eq!(seen("KeyError", "'timed in'"), "exception-{exception}");
    assert_eq!(
        seen("SSLError", "('The read operation timed out',)"),
        "timeout"
    );
    assert_eq!(seen("SSLError", "bad handshake"), "ssl");
    assert_eq!(seen("ImportError", "No module named x"), "import");
    assert_eq!(
        seen(
            "AttributeError",
            "'RestrictedModule' object has no attribute 'x'"
        ),
        "import"
    );
    assert_eq!(seen("IndexError", "list index out of range"), "parse");
}

#[test]
fn a_quiet_record_is_an_event_only_by_a_rule_for_all_levels() {
    let rules = Rules::builtin();
    assert!(rules.may_be_quiet_event(b"Detected a Cloudflare version 2 Captcha challenge"));
    assert!(!rules.may_be_quiet_event(b"Error: list index out of range"));
    let quiet = Seen {
        text: b"Detected a Cloudflare, list index out of range",
        is_quiet: true,
        ..Seen::default()
    };
    assert_eq!(id_of(&rules, &quiet), "blocked");
}

#[test]
fn a_file_adds_rules_before_all_others_and_changes_those_that_exist() {
    let rules = with(
        r#"{"rules": [
            {"id": "quota", "kind": "remote", "title": "quota used up", "severity": "warning",
             "regex": "quota .* exceeded$", "group": "host"},
            {"id": "two-ways", "kind": "agent", "title": "t", "when": [
                {"starts": "one", "contains": ["a", "b"]}, {"exception": "OddError", "level": "any"}]},
            {"id": "parse", "kind": "agent"},
            {"id": "no-results", "kind": "outcome", "contains": "nothing at all"}
        ]}"#,
    )
    .unwrap();
    let rule = |id: &str| rules.all().iter().find(|rule| rule.id == id).unwrap();
    assert_eq!(of_message(&rules, "daily quota of 5 exceeded"), "quota");
    assert_eq!(of_message(&rules, "quota of 5 exceeded?"), "other");
    assert_eq!(rule("quota").severity, Some(Severity::Warning));
    assert_eq!(rule("quota").group, GroupBy::Host);
    assert_eq!(of_message(&rules, "one b"), "two-ways");
    assert_eq!(of_message(&rules, "one c"), "other");
    assert_eq!(rule("parse").kind, Kind::Agent);
    assert_eq!(of_message(&rules, "list index out of range"), "parse");
    assert_eq!(of_message(&rules, "nothing at all"), "no-results");
    assert_eq!(
        of_message(&rules, "Search Query did not pull any results"),
        "other"
    );
    assert_eq!(rules.all()[0].id, "quota");
}

#[test]
fn a_list_alone_is_a_file_too() {
    let rules = with(r#"[{"id": "a", "kind": "noise", "title": "t", "contains": "x"}]"#).unwrap();
    assert_eq!(of_message(&rules, "max"), "a");
}

#[test]
fn a_fault_names_the_rule_and_the_field() {
    for (text, words) in [
        ("{", "expected JSON"),
        ("7", "expected a list of rules, found a number"),
        (r#"{"rule": []}"#, "unknown field \"rule\""),
        (
            r#"{"rules": 5}"#,
            "field \"rules\": expected a list, found a number",
        ),
        ("[1]", "rule 1: expected an object, found a number"),
        (
            r#"[{"kind": "agent"}]"#,
            "rule 1: the field \"id\" is missing",
        ),
        (
            r#"[{"id": 5}]"#,
            "rule 1: field \"id\": expected text, found a number",
        ),
        (
            r#"[{"id": "a b"}]"#,
            "rule 1: field \"id\": expected letters",
        ),
        (
            r#"[{"id": "a", "title": "t", "contains": "x"}]"#,
            "rule \"a\": the field \"kind\" is missing",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "contains": "x"}]"#,
            "rule \"a\": the field \"title\" is missing",
        ),
        (
            r#"[{"id": "a", "kind": "agents", "title": "t", "contains": "x"}]"#,
            "rule \"a\": field \"kind\": expected one of \"remote\"",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": " ", "contains": "x"}]"#,
            "rule \"a\": field \"title\": expected words",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t"}]"#,
            "rule \"a\": no way to recognise it",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "when": []}]"#,
            "rule \"a\": field \"when\": expected a list, found an empty list",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "when": [{}]}]"#,
            "rule \"a\": no way to recognise it",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "when": [{"kind": "x"}]}]"#,
            "rule \"a\": field \"when\": unknown field \"kind\"",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "when": [], "regex": "x"}]"#,
            "rule \"a\": field \"when\": the other conditions belong into it",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "contains": [1]}]"#,
            "rule \"a\": field \"contains\": expected text or a list of texts, found a number",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "contains": ""}]"#,
            "rule \"a\": field \"contains\": expected text or a list of texts, found empty text",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "regex": "("}]"#,
            "rule \"a\": field \"regex\": expected a regular expression, but unclosed group",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "regex": "x*"}]"#,
            "rule \"a\": field \"regex\": it matches everything",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "contains": "x", "severity": "bad"}]"#,
            "rule \"a\": field \"severity\": expected one of \"info\"",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "contains": "x", "level": "info"}]"#,
            "rule \"a\": field \"level\": expected one of \"warning\", \"any\"",
        ),
        (
            r#"[{"id": "a", "kind": "agent", "title": "t", "contains": "x", "colour": "red"}]"#,
            "rule \"a\": unknown field \"colour\"",
        ),
        (
            r#"[{"id": "parse", "kind": "agent"}, {"id": "parse", "kind": "agent"}]"#,
            "rule \"parse\": the id is given twice",
        ),
        (
            r#"[{"id": "other", "contains": "x"}]"#,
            "rule \"other\": it takes what no other rule knows",
        ),
    ] {
        let error = with(text).unwrap_err();
        assert!(error.contains(words), "{text}\n{error}");
        assert!(error.starts_with("cannot use rules.json: "), "{error}");
    }
}

#[test]
fn what_a_message_or_an_exception_said_before_is_no_reason_for_another() {
    let rules = Rules::builtin();
    let mut scratch = Scratch::default();
    let texts = [
        "x",
        "Detected a Cloudflare",
        "never heard of",
        "HTTP Error 404: Not Found",
    ];
    for _ in 0..2 {
        for text in texts {
            for message in texts {
                let seen = Seen {
                    text: text.as_bytes(),
                    exception: Some(Exception {
                        name: b"Failure",
                        message: message.as_bytes(),
                    }),
                    ..Seen::default()
                };
                let found = rules.recognise(&seen, &mut scratch);
                assert_eq!(
                    rules.all()[found.rule].id,
                    id_of(&rules, &seen),
                    "{text} {message}"
                );
            }
        }
    }
}
