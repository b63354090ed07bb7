//! Rules from a person's file: JSON, checked on load, with the rule and the field in every message.
//!
//! ```json
//! {"rules": [
//!   {"id": "quota", "kind": "remote", "title": "daily quota used up", "severity": "warning",
//!    "regex": "quota .* exceeded"},
//!   {"id": "parse", "kind": "agent"}
//! ]}
//! ```
//! An id of the built-in table changes that rule and keeps what is not named. A new rule needs `kind`,
//! `title` and a way to be recognised: `starts`, `contains`, `says`, `exception`, `url` (lists of
//! words or one word), `regex`, all of which must hold, or `when`, a list of such ways of which one
//! is enough. `level` is `"warning"` (the default) or `"any"`. `group` is `"rule"` (the default),
//! `"place"` or `"host"`.

use regex::bytes::Regex;
use serde_json::{Map, Value};

use super::{Follow, GroupBy, Kind, Rule, Severity, When, builtin};

type Found<T> = Result<T, String>;
type Object = Map<String, Value>;

const FIELDS: [&str; 6] = ["id", "kind", "severity", "title", "group", "when"];
const WAYS: [&str; 7] = [
    "starts",
    "contains",
    "says",
    "exception",
    "url",
    "regex",
    "level",
];

/// The rules with those of the file; the error is what was found and expected.
pub(super) fn extend(mut rules: Vec<Rule>, text: &str) -> Found<Vec<Rule>> {
    let document: Value =
        serde_json::from_str(text).map_err(|error| format!("expected JSON, but {error}"))?;
    let list = match &document {
        Value::Array(list) => list,
        Value::Object(object) => only_rules(object)?,
        other => return Err(format!("expected a list of rules, found {}", shape(other))),
    };
    let mut new: Vec<Rule> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    for (number, value) in (1..).zip(list) {
        let object = value
            .as_object()
            .ok_or_else(|| format!("rule {number}: expected an object, found {}", shape(value)))?;
        let id = id_of(object, number)?;
        if ids.contains(&id) {
            return Err(format!("rule {id:?}: the id is given twice"));
        }
        let known = rules.iter_mut().find(|rule| rule.id == id);
        let in_rule = |fault: String| format!("rule {id:?}: {fault}");
        match known {
            Some(rule) => change(rule, object).map_err(in_rule)?,
            None => new.push(make(&id, object).map_err(in_rule)?),
        }
        ids.push(id);
    }
    new.append(&mut rules);
    Ok(new)
}

fn only_rules(object: &Object) -> Found<&Vec<Value>> {
    if let Some(field) = object.keys().find(|field| *field != "rules") {
        return Err(format!("unknown field {field:?}, expected \"rules\""));
    }
    match object.get("rules") {
        Some(Value::Array(list)) => Ok(list),
        Some(other) => Err(format!(
            "field \"rules\": expected a list, found {}",
            shape(other)
        )),
        None => Err("expected a field \"rules\", a list".to_owned()),
    }
}

fn id_of(object: &Object, number: usize) -> Found<String> {
    let id = match object.get("id") {
        Some(Value::String(id)) => id,
        Some(other) => {
            return Err(format!(
                "rule {number}: field \"id\": expected text, found {}",
                shape(other)
            ));
        }
        None => return Err(format!("rule {number}: the field \"id\" is missing")),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '{' | '}');
    if id.is_empty() || !id.chars().all(is_plain) {
        return Err(format!(
            "rule {number}: field \"id\": expected letters, digits, \"-\", \"_\" or \".\", found {id:?}"
        ));
    }
    Ok(id.clone())
}

/// A rule that the built-in table does not have.
fn make(id: &str, object: &Object) -> Found<Rule> {
    for field in ["kind", "title"] {
        if !object.contains_key(field) {
            return Err(format!("the field {field:?} is missing"));
        }
    }
    let mut rule = Rule {
        id: id.to_owned(),
        kind: Kind::Agent,
        severity: None,
        title: String::new(),
        group: GroupBy::Rule,
        when: Vec::new(),
        follow: Follow::Nothing,
    };
    change(&mut rule, object)?;
    if rule.when.is_empty() {
        return Err(format!(
            "no way to recognise it, expected one of {} or \"when\"",
            listed(&WAYS[..6])
        ));
    }
    Ok(rule)
}

fn change(rule: &mut Rule, object: &Object) -> Found<()> {
    let is_known =
        |field: &&String| FIELDS.contains(&field.as_str()) || WAYS.contains(&field.as_str());
    if let Some(field) = object.keys().find(|field| !is_known(field)) {
        let known: Vec<&str> = FIELDS.into_iter().chain(WAYS).collect();
        return Err(format!(
            "unknown field {field:?}, expected one of {}",
            listed(&known)
        ));
    }
    let kind = one_of(object, "kind", &Kind::ALL.map(Kind::name))?;
    if let Some(kind) = kind.and_then(Kind::from_name) {
        // The built-in severity of noise and outcomes goes with their kind.
        if rule.severity == Some(Severity::Info) && kind.is_failure() {
            rule.severity = None;
        }
        rule.kind = kind;
    }
    if let Some(name) = one_of(object, "severity", &Severity::ALL.map(Severity::name))? {
        rule.severity = Severity::from_name(name);
    }
    if let Some(name) = one_of(object, "group", &GroupBy::ALL.map(GroupBy::name))? {
        rule.group = GroupBy::from_name(name).unwrap_or(rule.group);
    }
    if let Some(title) = text_of(object, "title")? {
        if title.trim().is_empty() {
            return Err("field \"title\": expected words, found none".to_owned());
        }
        title.clone_into(&mut rule.title);
    }
    change_ways(rule, object)
}

fn change_ways(rule: &mut Rule, object: &Object) -> Found<()> {
    let has_own = WAYS.iter().any(|field| object.contains_key(*field));
    if let Some(value) = object.get("when") {
        if has_own {
            return Err("field \"when\": the other conditions belong into it".to_owned());
        }
        let list = value
            .as_array()
            .filter(|list| !list.is_empty())
            .ok_or_else(|| format!("field \"when\": expected a list, found {}", shape(value)))?;
        rule.when = list.iter().map(way_in_list).collect::<Found<_>>()?;
    } else if has_own {
        if rule.id == builtin::LAST {
            return Err("it takes what no other rule knows, so it has no conditions".to_owned());
        }
        rule.when = vec![way(object)?];
    }
    Ok(())
}

fn way_in_list(value: &Value) -> Found<When> {
    let object = value
        .as_object()
        .ok_or_else(|| format!("field \"when\": expected objects, found {}", shape(value)))?;
    if let Some(field) = object.keys().find(|f| !WAYS.contains(&f.as_str())) {
        return Err(format!(
            "field \"when\": unknown field {field:?}, expected one of {}",
            listed(&WAYS)
        ));
    }
    way(object)
}

fn way(object: &Object) -> Found<When> {
    let when = When {
        starts: words(object, "starts")?,
        contains: words(object, "contains")?,
        says: words(object, "says")?,
        exception: words(object, "exception")?,
        url: words(object, "url")?,
        regex: regex(object)?,
        any_level: one_of(object, "level", &["warning", "any"])? == Some("any"),
        needs: None,
    };
    let lists = [
        &when.starts,
        &when.contains,
        &when.says,
        &when.exception,
        &when.url,
    ];
    if lists.iter().all(|list| list.is_empty()) && when.regex.is_none() {
        return Err(format!(
            "no way to recognise it, expected one of {}",
            listed(&WAYS[..6])
        ));
    }
    Ok(when)
}

fn regex(object: &Object) -> Found<Option<Regex>> {
    let Some(pattern) = text_of(object, "regex")? else {
        return Ok(None);
    };
    let regex = Regex::new(pattern).map_err(|error| {
        // The crate draws a picture of the pattern; its last line is the message.
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default();
        let cause = last.trim().trim_start_matches("error: ");
        format!("field \"regex\": expected a regular expression, but {cause}")
    })?;
    if regex.is_match(b"") {
        return Err("field \"regex\": it matches everything".to_owned());
    }
    Ok(Some(regex))
}

fn words(object: &Object, field: &str) -> Found<Vec<String>> {
    let fault = |value: &Value| {
        format!(
            "field {field:?}: expected text or a list of texts, found {}",
            shape(value)
        )
    };
    match object.get(field) {
        None => Ok(Vec::new()),
        Some(Value::String(word)) if !word.is_empty() => Ok(vec![word.clone()]),
        Some(Value::Array(list)) if !list.is_empty() => list
            .iter()
            .map(|value| match value {
                Value::String(word) if !word.is_empty() => Ok(word.clone()),
                other => Err(fault(other)),
            })
            .collect(),
        Some(other) => Err(fault(other)),
    }
}

fn text_of<'v>(object: &'v Object, field: &str) -> Found<Option<&'v str>> {
    match object.get(field) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!(
            "field {field:?}: expected text, found {}",
            shape(other)
        )),
    }
}

fn one_of<'v>(object: &'v Object, field: &str, names: &[&str]) -> Found<Option<&'v str>> {
    match text_of(object, field)? {
        Some(name) if !names.contains(&name) => Err(format!(
            "field {field:?}: expected one of {}, found {name:?}",
            listed(names)
        )),
        other => Ok(other),
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    quoted.join(", ")
}

/// What a value is, in words.
fn shape(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(text) if text.is_empty() => "empty text",
        Value::String(_) => "text",
        Value::Array(list) if list.is_empty() => "an empty list",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
