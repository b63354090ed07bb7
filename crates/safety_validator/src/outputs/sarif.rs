//! Outcomes -> SARIF 2.1.0, which editors and code-scanning services read.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Component, Path};

use serde_json::{Value, json};

use super::{Told, all_told};
use crate::outcome::{Outcome, Verdict};
use crate::rules::Rule;

/// Writes the log.
pub(super) fn write(outcomes: &[Outcome], out: &mut dyn Write) -> io::Result<()> {
    let mut rules: BTreeMap<&str, &Rule> = BTreeMap::new();
    let mut results = Vec::new();
    let mut problems = Vec::new();
    for outcome in outcomes {
        if let Verdict::Unreadable(reason) = &outcome.verdict {
            problems.push(json!({
                "level": "error",
                "message": {"text": format!("cannot read {}: {reason}", outcome.path.display())},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&outcome.path)}}}],
            }));
        }
        for told in all_told(outcome) {
            rules.insert(told.rule.id, told.rule);
            results.push(result(&told, &outcome.path));
        }
        for text in outcome
            .python()
            .map_or(&[][..], |python| &python.substrings)
        {
            results.push(json!({
                "level": "error",
                "message": {"text": format!("Contains: {text}")},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&outcome.path)}}}],
            }));
        }
    }
    let rules: Vec<Value> = rules.values().map(|rule| descriptor(rule)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": crate::TOOL.name,
                "version": crate::TOOL.version,
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": problems.is_empty(),
                "toolExecutionNotifications": problems,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.why},
        "help": {"text": rule.way_out},
        "defaultConfiguration": {"level": rule.level.word()},
    })
}

fn result(told: &Told<'_>, path: &Path) -> Value {
    let mut place = json!({"artifactLocation": {"uri": uri(path)}});
    if let Some(at) = told.place {
        place["region"] = json!({"startLine": at.line.max(1), "startColumn": at.column.max(1)});
    }
    json!({
        "ruleId": told.rule.id,
        "level": told.level.word(),
        "message": {"text": told.message},
        "locations": [{"physicalLocation": place}],
    })
}

/// A relative path stays relative, an absolute one becomes a `file:` address.
fn uri(path: &Path) -> String {
    let mut whole = String::new();
    if path.is_absolute() {
        whole.push_str("file://");
    }
    for part in path.components() {
        match part {
            Component::RootDir | Component::CurDir => continue,
            _ if !whole.is_empty() && !whole.ends_with("//") || path.is_absolute() => {
                whole.push('/');
            }
            _ => {}
        }
        encode(&part.as_os_str().to_string_lossy(), &mut whole);
    }
    whole
}

/// For percent escapes.
const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

fn encode(part: &str, into: &mut String) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_addresses() {
        assert_eq!(uri(Path::new("./a b/c#.py")), "a%20b/c%23.py");
        assert_eq!(uri(Path::new("../x.py")), "../x.py");
        #[cfg(unix)]
        assert_eq!(uri(Path::new("/srv/\u{e9}.py")), "file:///srv/%C3%A9.py");
    }
}
