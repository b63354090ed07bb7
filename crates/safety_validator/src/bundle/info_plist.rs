//! `Contents/Info.plist` -> the code policy, and what is wrong with it.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use plist::{Dictionary, Value};

use crate::finding::{Finding, Place};
use crate::rules::{self, Rule};

/// Its name in `Contents`.
pub(crate) const NAME: &str = "Info.plist";
const POLICY: &str = "PlexPluginCodePolicy";

/// Whether the policy is Elevated; any other name means Standard to Plex. `None` when the file can't be read.
pub(crate) fn is_elevated(path: &Path) -> Option<bool> {
    let bytes = fs::read(path).ok()?;
    let keys = parse(&bytes).ok()?;
    Some(keys.get(POLICY).and_then(Value::as_string) == Some("Elevated"))
}

fn parse(bytes: &[u8]) -> Result<Dictionary, String> {
    let value = Value::from_reader(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    match value {
        Value::Dictionary(keys) => Ok(keys),
        _ => Err("expected a dictionary".to_owned()),
    }
}

/// What is wrong with a file; `contents` is the folder that it is in.
pub(crate) fn check(bytes: &[u8], contents: &Path) -> Vec<Finding> {
    let keys = match parse(bytes) {
        Ok(keys) => keys,
        Err(error) => {
            let message = format!("cannot use the property list: {error}");
            return vec![found(&rules::PLIST_INVALID, bytes, "", message)];
        }
    };
    let mut findings = Vec::new();
    let mut add =
        |rule, key: &str, message: String| findings.push(found(rule, bytes, key, message));
    let text = |key: &str| match keys.get(key) {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        Some(Value::Integer(number)) => Some(number.to_string()),
        _ => None,
    };
    if text("CFBundleIdentifier").is_none_or(|id| id.is_empty()) {
        let message = "CFBundleIdentifier is missing: it names the log, the settings and the agent";
        add(&rules::PLIST_INVALID, "", message.to_owned());
    }
    match text("PlexFrameworkVersion") {
        Some(version) if version == "2" => {}
        found => {
            let found = found.map_or("nothing".to_owned(), |found| format!("{found:?}"));
            let message = format!("PlexFrameworkVersion: expected \"2\", found {found}");
            add(&rules::PLIST_KEY, "PlexFrameworkVersion", message);
        }
    }
    if text("PlexPluginClass").is_none_or(|class| class.is_empty()) {
        let message = "PlexPluginClass is missing: expected \"Agent\" for a metadata agent";
        add(&rules::PLIST_KEY, "", message.to_owned());
    }
    let policy = text(POLICY);
    if let Some(policy) = &policy
        && !matches!(policy.as_str(), "Elevated" | "Standard" | "Cloud")
    {
        let message = format!("{POLICY}: {policy:?} is no policy, so it means Standard");
        add(&rules::PLIST_KEY, POLICY, message);
    }
    if policy.as_deref() != Some("Elevated") && contents.join("Libraries").is_dir() {
        let message = "Contents/Libraries is there, and the policy does not allow it".to_owned();
        add(&rules::PLIST_POLICY, POLICY, message);
    }
    if !contents.join("Code").join("__init__.py").is_file() {
        let message = "there is no Contents/Code/__init__.py".to_owned();
        add(&rules::BUNDLE_CODE, "", message);
    }
    findings
}

/// The finding for an `Info.plist` that is not there.
pub(crate) fn missing() -> Finding {
    let message = "there is no Info.plist".to_owned();
    found(&rules::PLIST_INVALID, b"", "", message)
}

/// A finding on the line of a key, or on the first.
fn found(rule: &'static Rule, bytes: &[u8], key: &str, message: String) -> Finding {
    let at = if key.is_empty() || bytes.starts_with(b"bplist") {
        None
    } else {
        memchr::memmem::find(bytes, key.as_bytes())
    };
    let place = match at {
        Some(at) => crate::source::Lines::of_raw(bytes).at(u32::try_from(at).unwrap_or(0)),
        None => Place {
            line: 1,
            column: 1,
            ..Place::default()
        },
    };
    Finding {
        rule,
        level: rule.level,
        place,
        message,
    }
}
