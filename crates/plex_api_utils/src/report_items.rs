//! The items that failed, from the aggregator's JSON report.
//!
//! Read tolerantly: of the report only the `catalogue` is used, a list of entries with `id`, `kind` and the
//! `items` (rating keys) that the error touched.

use std::path::Path;

use plexcore::cli::{Exit, Failure};
use serde_json::Value;

/// Which entries of the catalogue are meant; an empty list means any.
pub(crate) struct Choice<'a> {
    pub(crate) entries: &'a [String],
    pub(crate) kinds: &'a [String],
}

/// The rating keys of the chosen entries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    /// Each once, in the report's order.
    pub(crate) keys: Vec<String>,
    /// Entries touched more items than the report names.
    pub(crate) names_only_some: bool,
}

/// Reads the chosen entries of a report.
pub(crate) fn read(path: &Path, choice: &Choice<'_>) -> Result<Failed, Failure> {
    let bytes = std::fs::read(path).map_err(plexcore::Error::read(path))?;
    let wrong =
        |what: String| Failure::new(Exit::Data, format!("cannot use {}: {what}", path.display()));
    let text = String::from_utf8_lossy(&bytes);
    let report: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| wrong(error.to_string()))?;
    let catalogue = report
        .get("catalogue")
        .and_then(Value::as_array)
        .ok_or_else(|| wrong("expected a report with a list named catalogue".to_owned()))?;
    let chosen: Vec<&Value> = catalogue
        .iter()
        .filter(|entry| is_chosen(entry, choice))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new(
            Exit::NoInput,
            format!("no entry of {} fits --entry and --kind", path.display()),
        )
        .hint(format!("its entries are {}", described(catalogue))));
    }
    let mut keys: Vec<String> = Vec::new();
    for key in chosen.iter().flat_map(|entry| items_of(entry)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return Err(Failure::new(
            Exit::NoInput,
            format!("the chosen entries of {} name no items", path.display()),
        ));
    }
    let is_cut = |entry: &&Value| {
        let total = entry.get("n_items").and_then(Value::as_u64).unwrap_or(0);
        total > items_of(entry).len() as u64
    };
    let names_only_some = chosen.iter().any(is_cut);
    Ok(Failed {
        keys,
        names_only_some,
    })
}

fn is_chosen(entry: &Value, choice: &Choice<'_>) -> bool {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let by_id = choice.entries.is_empty()
        || choice
            .entries
            .iter()
            .any(|id| id.eq_ignore_ascii_case(text("id")));
    let by_kind = choice.kinds.is_empty()
        || choice
            .kinds
            .iter()
            .any(|kind| kind.eq_ignore_ascii_case(text("kind")));
    by_id && by_kind
}

fn items_of(entry: &Value) -> Vec<String> {
    let items = entry.get("items").and_then(Value::as_array);
    items.into_iter().flatten().filter_map(key_of).collect()
}

/// A key as text, as a number, or in an object.
fn key_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(members) => ["key", "id", "ratingKey"]
            .iter()
            .find_map(|name| key_of(members.get(*name)?)),
        _ => None,
    }
}

fn described(catalogue: &[Value]) -> String {
    let one = |entry: &Value| {
        let text = |name: &str| {
            entry
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or("?")
                .to_owned()
        };
        format!("{} ({})", text("id"), text("kind"))
    };
    let mut shown: Vec<String> = catalogue.iter().take(10).map(one).collect();
    if catalogue.len() > shown.len() {
        shown.push(format!("{} more", catalogue.len() - shown.len()));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"schema":1,"catalogue":[
        {"id":"E-01","kind":"http-403","items":["10488",10490,{"key":"10500"},{"id":7},null,""]},
        {"id":"E-02","kind":"timeout","items":["10488","3"]},
        {"id":"E-03","kind":"parse"}]}"#;

    fn keys(text: &str, entries: &[&str], kinds: &[&str]) -> Result<Vec<String>, Failure> {
        read_text(text, entries, kinds).map(|failed| failed.keys)
    }

    fn read_text(text: &str, entries: &[&str], kinds: &[&str]) -> Result<Failed, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let owned = |list: &[&str]| {
            list.iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        read(
            file.path(),
            &Choice {
                entries: &owned(entries),
                kinds: &owned(kinds),
            },
        )
    }

    #[test]
    fn keys_of_any_form_come_once_and_in_order() {
        assert_eq!(
            keys(REPORT, &[], &[]).unwrap(),
            ["10488", "10490", "10500", "7", "3"]
        );
        assert_eq!(keys(REPORT, &["e-02"], &[]).unwrap(), ["10488", "3"]);
        assert_eq!(keys(REPORT, &[], &["http-403"]).unwrap().len(), 4);
    }

    #[test]
    fn a_report_that_names_only_some_items_is_told_from_one_that_names_all() {
        for (n, is_cut) in [(2, false), (3, true)] {
            let text = format!(
                r#"{{"catalogue":[{{"id":"E","kind":"k","items":["1","2"],"n_items":{n}}}]}}"#
            );
            assert_eq!(read_text(&text, &[], &[]).unwrap().names_only_some, is_cut);
        }
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        for (text, entries, exit, words) in [
            ("[]", vec![], Exit::Data, "catalogue"),
            ("{", vec![], Exit::Data, "EOF"),
            (REPORT, vec!["E-99"], Exit::NoInput, "no entry"),
            (REPORT, vec!["E-03"], Exit::NoInput, "name no items"),
        ] {
            let failure = keys(text, &entries, &[]).unwrap_err();
            assert_eq!(failure.exit, exit);
            assert!(failure.message.contains(words), "{}", failure.message);
        }
    }
}
