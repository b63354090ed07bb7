//! The items that failed, from a report of any form that has single errors and their items.

use std::collections::BTreeSet;
use std::path::PathBuf;

use plexcore::cli::{Exit, Failure};
use plexcore::reading::{self, ReadEntry};
use plexcore::redact::{self, Redactor};

/// A report, and which entries of its catalogue are meant; an empty list means any. Entries that are no
/// failures (noise, outcomes) are meant only where they are named, by id, kind or group.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) path: PathBuf,
    pub(crate) entries: Vec<String>,
    /// Kinds (`http-403`) and groups of kinds (`remote`).
    pub(crate) kinds: Vec<String>,
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
pub(crate) fn read(choice: &Choice) -> Result<Failed, Failure> {
    let path = choice.path.as_path();
    let bytes = std::fs::read(path).map_err(plexcore::Error::read(path))?;
    let redactor = Redactor::new(redact::Options::default());
    let report = reading::read(path, &bytes, &redactor)?;
    let catalogue = report.entries.ok_or_else(|| {
        let words = report.generation.words();
        let shown = path.display();
        Failure::new(
            Exit::Data,
            format!("cannot use {shown}: expected single errors, which a {words} does not have"),
        )
        .hint("aggregate_plex_logs --output report.json makes a report that has them")
    })?;
    let chosen: Vec<&ReadEntry> = catalogue
        .iter()
        .filter(|entry| choice.takes(entry))
        .collect();
    if chosen.is_empty() {
        let missed = if choice.names_entries() {
            "fits --entry and --kind"
        } else {
            "is a failure"
        };
        return Err(Failure::new(
            Exit::NoInput,
            format!("no entry of {} {missed}", path.display()),
        )
        .hint(format!("its entries are {}", described(&catalogue))));
    }
    let mut seen = BTreeSet::new();
    let keys: Vec<String> = chosen
        .iter()
        .flat_map(|entry| &entry.items)
        .filter(|key| seen.insert(*key))
        .cloned()
        .collect();
    if keys.is_empty() {
        return Err(Failure::new(
            Exit::NoInput,
            format!("the chosen entries of {} name no items", path.display()),
        ));
    }
    let names_only_some = chosen
        .iter()
        .any(|entry| entry.n_items > entry.items.len() as u64);
    Ok(Failed {
        keys,
        names_only_some,
    })
}

impl Choice {
    fn names_entries(&self) -> bool {
        !self.entries.is_empty() || !self.kinds.is_empty()
    }

    fn takes(&self, entry: &ReadEntry) -> bool {
        let names = |wanted: &[String], names: &[&str]| {
            wanted.is_empty()
                || wanted
                    .iter()
                    .any(|one| names.iter().any(|name| one.eq_ignore_ascii_case(name)))
        };
        names(&self.entries, &[&entry.id])
            && names(&self.kinds, &[&entry.kind, &entry.group])
            && (self.names_entries() || entry.is_failure())
    }
}

fn described(catalogue: &[ReadEntry]) -> String {
    let one = |entry: &ReadEntry| format!("{} ({}, {})", entry.id, entry.kind, entry.group);
    let mut shown: Vec<String> = catalogue.iter().take(10).map(one).collect();
    if catalogue.len() > shown.len() {
        shown.push(format!("{} more", catalogue.len() - shown.len()));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(name: &str) -> String {
        std::fs::read_to_string(testkit::fixtures().join("reports").join(name)).unwrap()
    }

    fn keys(bytes: &[u8], entries: &[&str], kinds: &[&str]) -> Result<Vec<String>, Failure> {
        read_bytes(bytes, entries, kinds).map(|failed| failed.keys)
    }

    fn read_bytes(bytes: &[u8], entries: &[&str], kinds: &[&str]) -> Result<Failed, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let owned = |list: &[&str]| {
            list.iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        read(&Choice {
            path: file.path().to_owned(),
            entries: owned(entries),
            kinds: owned(kinds),
        })
    }

    #[test]
    fn both_forms_of_a_report_in_any_encoding_name_the_same_items() {
        let utf_16: Vec<u8> = [0xfeff]
            .into_iter()
            .chain(sample("sample.json").encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in [
            sample("sample.json").into_bytes(),
            utf_16,
            sample("sample.txt").into_bytes(),
        ] {
            assert_eq!(
                keys(&bytes, &[], &[]).unwrap(),
                ["20056", "6164339", "30033", "20004", "10052"]
            );
            assert_eq!(keys(&bytes, &["e-60b2841e"], &[]).unwrap(), ["20004"]);
            assert_eq!(keys(&bytes, &[], &["errno-28"]).unwrap(), ["30033"]);
            let group = keys(&bytes, &[], &["Site-changed"]).unwrap();
            assert_eq!(group, ["6164339", "20004"]);
        }
    }

    #[test]
    fn what_is_no_failure_names_items_only_where_it_was_asked_for() {
        let report = sample("sample.json");
        let noise = ["10031", "20036", "5871970", "7588475"];
        let by_kind = keys(report.as_bytes(), &[], &["noise"]).unwrap();
        assert_eq!(by_kind, noise);
        let mut document: serde_json::Value = serde_json::from_str(&report).unwrap();
        let catalogue = document["catalogue"].as_array_mut().unwrap();
        catalogue.retain(|entry| entry["group"] == "noise");
        let id = catalogue
            .iter()
            .find(|entry| entry["items"][0] == noise[0])
            .and_then(|entry| entry["id"].as_str())
            .unwrap()
            .to_owned();
        let only_noise = document.to_string();
        assert_eq!(keys(only_noise.as_bytes(), &[&id], &[]).unwrap(), noise);
        let failure = keys(only_noise.as_bytes(), &[], &[]).unwrap_err();
        assert_eq!(failure.exit, Exit::NoInput);
        assert!(
            failure.message.ends_with(" is a failure"),
            "{}",
            failure.message
        );
    }

    #[test]
    fn a_report_that_names_only_some_items_is_told_from_one_that_names_all() {
        let whole = sample("sample.txt");
        let cut = whole.replace("items     20056", "items     20056 and 3 more");
        assert_ne!(whole, cut);
        for (text, is_cut) in [(whole, false), (cut, true)] {
            let failed = read_bytes(text.as_bytes(), &[], &["tree"]).unwrap();
            assert_eq!((failed.keys.len(), failed.names_only_some), (1, is_cut));
        }
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let (report, old) = (sample("sample.json"), sample("old.json"));
        for (text, entries, exit, words) in [
            ("[]", vec![], Exit::Data, "expected one report"),
            ("{", vec![], Exit::Data, "cut off"),
            (&old, vec![], Exit::Data, "expected single errors"),
            (&report, vec!["E-99"], Exit::NoInput, "no entry"),
            (&report, vec!["E-abf400e8"], Exit::NoInput, "name no items"),
        ] {
            let failure = keys(text.as_bytes(), &entries, &[]).unwrap_err();
            assert_eq!(failure.exit, exit);
            assert!(failure.message.contains(words), "{}", failure.message);
        }
    }
}
