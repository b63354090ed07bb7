//! An item's metadata at one moment, and what differs between two moments.

use std::collections::BTreeMap;

use plexcore::xml::{Element, Item};

use crate::client::{Call, Client};
use crate::fault::{Fault, Status};
use crate::server_url::percent_encoded;

/// What changes without anybody having changed the metadata.
const VOLATILE: [&str; 9] = [
    "updatedAt",
    "viewCount",
    "lastViewedAt",
    "viewOffset",
    "skipCount",
    "lastRatedAt",
    "allowSync",
    "librarySectionTitle",
    "lastViewedGrandparentAt",
];

/// One field before and after; `None` is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) field: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// Fetches an item; one that does not exist is a 404 whatever way the server says so.
pub(crate) fn take(client: &Client, key: &str) -> Result<Item, Fault> {
    item_in(client.fetch(&call(key))?, key)
}

/// The same without repetition.
pub(crate) fn take_once(client: &Client, key: &str) -> Result<Item, Fault> {
    item_in(client.fetch_once(&call(key))?, key)
}

fn call(key: &str) -> Call {
    Call::get(format!("/library/metadata/{}", percent_encoded(key)))
}

fn item_in(root: Element, key: &str) -> Result<Item, Fault> {
    let found = root
        .children
        .into_iter()
        .find_map(|child| Item::of(child).ok());
    found.ok_or_else(|| {
        Fault::Status(Status {
            code: 404,
            what: format!("GET /library/metadata/{}", percent_encoded(key)),
            words: "an empty list".to_owned(),
            retry_after: None,
            token_origin: String::new(),
        })
    })
}

/// What differs between two moments of an item, by field in alphabetical order.
pub(crate) fn compare(before: &Item, after: &Item) -> Vec<Change> {
    let (before, after) = (fields(before), fields(after));
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| {
        let (old, new) = (before.get(name), after.get(name));
        let is_same = match (old, new) {
            (Some(old), Some(new)) => without_version(name, old) == without_version(name, new),
            _ => false,
        };
        (!is_same).then(|| Change {
            field: name.clone(),
            before: old.cloned(),
            after: new.cloned(),
        })
    };
    names.into_iter().filter_map(change).collect()
}

/// Every field that says something: attributes, tags by their kind, files.
fn fields(item: &Item) -> BTreeMap<String, String> {
    let element = item.element();
    let lasting = element
        .attributes
        .iter()
        .filter(|(name, value)| !VOLATILE.contains(&name.as_str()) && !value.is_empty());
    let mut fields: BTreeMap<String, String> = lasting.cloned().collect();
    for child in &element.children {
        let value = child.get("tag").or_else(|| child.get("id"));
        if let (Some(value), false) = (value, child.name == "Media") {
            let list = fields.entry(child.name.clone()).or_default();
            if !list.is_empty() {
                list.push_str(", ");
            }
            list.push_str(value);
        }
    }
    let files: Vec<&str> = item.files().collect();
    if !files.is_empty() {
        fields.insert("file".to_owned(), files.join(", "));
    }
    fields
}

/// Pictures are named `/library/metadata/1/thumb/1590245989`; the number changes with every update, and says
/// nothing of the picture.
fn without_version<'a>(field: &str, value: &'a str) -> &'a str {
    let is_picture = matches!(
        field,
        "thumb"
            | "art"
            | "banner"
            | "theme"
            | "parentThumb"
            | "grandparentThumb"
            | "grandparentArt"
    );
    match value.rsplit_once('/') {
        Some((path, version))
            if is_picture && version.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            path
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(pairs: &[(&str, &str)], tags: &[(&str, &str)]) -> Item {
        let pair = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
        let attributes = pairs
            .iter()
            .map(pair)
            .chain([("ratingKey".to_owned(), "1".to_owned())])
            .collect();
        let tag = |(name, tag): &(&str, &str)| Element {
            name: (*name).to_owned(),
            attributes: vec![("tag".to_owned(), (*tag).to_owned())],
            children: vec![],
        };
        Item::of(Element {
            name: "Video".into(),
            attributes,
            children: tags.iter().map(tag).collect(),
        })
        .unwrap()
    }

    #[test]
    fn only_what_says_something_is_compared() {
        let before = item(
            &[
                ("updatedAt", "1"),
                ("viewCount", "2"),
                ("thumb", "/m/1/thumb/100"),
                ("summary", ""),
                ("studio", "A"),
            ],
            &[("Genre", "Drama"), ("Genre", "Crime")],
        );
        let after = item(
            &[
                ("updatedAt", "9"),
                ("thumb", "/m/1/thumb/900"),
                ("summary", "text"),
                ("art", "/m/1/art/900"),
            ],
            &[("Genre", "Drama")],
        );
        let text = |change: &Change| {
            format!(
                "{}: {} -> {}",
                change.field,
                change.before.as_deref().unwrap_or("-"),
                change.after.as_deref().unwrap_or("-")
            )
        };
        let found: Vec<String> = compare(&before, &after).iter().map(text).collect();
        assert_eq!(
            found,
            [
                "Genre: Drama, Crime -> Drama",
                "art: - -> /m/1/art/900",
                "studio: A -> -",
                "summary: - -> text"
            ]
        );
        assert_eq!(compare(&before, &before), []);
    }
}
