//! `Contents/DefaultPrefs.json` -> what is wrong with it.
//!
//! The Framework wants a list of objects, each with an `id`; the other keys have a meaning by their `type`.

use serde_json::{Map, Value};

use crate::finding::{Finding, Place};
use crate::rules::{self, Rule};
use crate::source::Lines;

/// Its name in `Contents`.
pub(crate) const NAME: &str = "DefaultPrefs.json";

/// What is wrong with a file.
pub(crate) fn check(bytes: &[u8]) -> Vec<Finding> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = Lines::of(bytes);
    let whole = match serde_json::from_slice::<Value>(bytes) {
        Ok(whole) => whole,
        Err(error) => {
            let line = u32::try_from(error.line()).unwrap_or(1);
            let byte = u32::try_from(error.column().saturating_sub(1)).unwrap_or(0);
            let text = error.to_string();
            let what = text.split(" at line ").next().unwrap_or(&text).to_owned();
            return vec![found(
                &rules::PREFS_INVALID,
                lines.on(line, byte),
                format!("it is no JSON: {what}"),
            )];
        }
    };
    let Value::Array(entries) = whole else {
        let message = "expected a list of preferences".to_owned();
        return vec![found(&rules::PREFS_INVALID, lines.at(0), message)];
    };
    let starts = element_offsets(bytes);
    let mut ids = Vec::new();
    let mut findings = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let place = || lines.at(starts.get(number).copied().unwrap_or(0));
        let Value::Object(entry) = entry else {
            let message = format!("preference {}: expected an object", number + 1);
            findings.push(found(&rules::PREFS_INVALID, place(), message));
            continue;
        };
        let Some(id) = entry.get("id").and_then(Value::as_str) else {
            let message = format!(
                "preference {} has no id: KeyError when it is loaded",
                number + 1
            );
            findings.push(found(&rules::PREFS_INVALID, place(), message));
            continue;
        };
        let mut problems = problems(entry);
        if ids.contains(&id) {
            problems.push("its id is there twice".to_owned());
        }
        ids.push(id);
        for problem in problems {
            let message = format!("preference {id:?}: {problem}");
            findings.push(found(&rules::PREFS_ENTRY, place(), message));
        }
    }
    findings
}

/// What is wrong with one preference, apart from its id.
fn problems(entry: &Map<String, Value>) -> Vec<String> {
    let mut problems = Vec::new();
    if !entry.contains_key("label") {
        problems.push("it has no label".to_owned());
    }
    let default = entry.get("default");
    match entry.get("type").and_then(Value::as_str) {
        Some("text") => {}
        Some("bool") => {
            let is_bool = match default {
                None | Some(Value::Bool(_)) => true,
                Some(Value::String(text)) => {
                    matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "")
                }
                Some(_) => false,
            };
            if !is_bool {
                problems.push(format!(
                    "expected true or false as default, found {}",
                    shown(default)
                ));
            }
        }
        Some("enum") => match entry.get("values").and_then(Value::as_array) {
            None => problems.push("an enum needs a list of values".to_owned()),
            Some(values) => {
                let is_known = default
                    .is_none_or(|default| default.as_str() == Some("") || values.contains(default));
                if !is_known {
                    problems.push(format!(
                        "its default {} is not among its values",
                        shown(default)
                    ));
                }
            }
        },
        Some(other) => problems.push(format!(
            "expected the type text, bool or enum, found {other:?}"
        )),
        None => problems.push("it has no type".to_owned()),
    }
    problems
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("nothing".to_owned(), Value::to_string)
}

/// Where the elements of the outermost list begin, in a text that is known to be JSON.
fn element_offsets(bytes: &[u8]) -> Vec<u32> {
    let mut offsets = Vec::new();
    let (mut depth, mut in_text, mut escaped, mut awaits) = (0, false, false, false);
    for (at, &byte) in bytes.iter().enumerate() {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        if awaits && !byte.is_ascii_whitespace() {
            awaits = false;
            if byte != b']' {
                offsets.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
        }
        match byte {
            b'"' => in_text = true,
            b'[' | b'{' => {
                depth += 1;
                awaits |= depth == 1;
            }
            b']' | b'}' => depth -= 1,
            b',' if depth == 1 => awaits = true,
            _ => {}
        }
    }
    offsets
}

fn found(rule: &'static Rule, place: Place, message: String) -> Finding {
    Finding {
        rule,
        level: rule.level,
        place,
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<(u32, String)> {
        let found = check(text.as_bytes()).into_iter();
        found
            .map(|finding| (finding.place.line, finding.message))
            .collect()
    }

    #[test]
    fn preferences_in_order_have_no_findings() {
        let text = r#"[
            {"id": "a", "label": "A", "type": "text", "default": "", "option": "hidden"},
            {"id": "b", "label": "B", "type": "bool", "default": "true"},
            {"id": "c", "label": "C", "type": "enum", "values": ["x", "y,]"], "default": "y,]"}
        ]"#;
        assert_eq!(messages(text), []);
        assert_eq!(messages("\u{feff}[]"), []);
    }

    #[test]
    fn each_mistake_is_told_on_its_line() {
        let text = "[\n {\"id\": \"a\", \"label\": \"[,\\\"\", \"type\": \"enum\", \"values\": [\"x\"], \"default\": \"z\"},\n {\"label\": \"B\"},\n {\"id\": \"a\", \"label\": \"\", \"type\": \"text\"},\n 5,\n {\"id\": \"e\", \"type\": \"bool\", \"default\": 3}\n]";
        let found = messages(text);
        let lines: Vec<u32> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 6], "{found:?}");
    }

    #[test]
    fn what_is_no_list_of_json_fails() {
        assert_eq!(messages("{}")[0].1, "expected a list of preferences");
        assert_eq!(messages("[\n{,}]")[0].0, 2);
    }
}
