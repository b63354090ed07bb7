//! Plex's JSON, turned into the elements that its XML would have given.
//!
//! An object is an element, its plain members are attributes, its objects and lists of objects are
//! children named after the member. `true` and `false` become `1` and `0`, as Plex writes them in XML.

use serde_json::{Map, Value};

use super::{Element, Fault};

/// The root element of a JSON document: its only member, which is named `MediaContainer` or so.
pub fn parse(bytes: &[u8]) -> Result<Element, Fault> {
    let text = String::from_utf8_lossy(bytes);
    let value: Value = serde_json::from_str(&text).map_err(|error| {
        if error.is_eof() {
            Fault::Truncated(0)
        } else {
            Fault::Malformed(error.to_string())
        }
    })?;
    match value {
        Value::Object(members) => Ok(root(members)),
        _ => Err(Fault::Malformed("expected a JSON object".to_owned())),
    }
}

fn root(members: Map<String, Value>) -> Element {
    if members.len() == 1 && members.values().all(Value::is_object) {
        let mut wrapped = element(String::new(), members);
        if let Some(only) = wrapped.children.pop() {
            return only;
        }
        return wrapped;
    }
    element(String::new(), members)
}

fn element(name: String, members: Map<String, Value>) -> Element {
    let mut made = Element {
        name,
        ..Element::default()
    };
    for (key, value) in members {
        match value {
            Value::Object(inner) => made.children.push(element(key, inner)),
            Value::Array(entries) => add_list(&mut made, &key, entries),
            plain => made
                .attributes
                .extend(text_of(&plain).map(|text| (key, text))),
        }
    }
    made
}

fn add_list(parent: &mut Element, key: &str, entries: Vec<Value>) {
    let mut plain = Vec::new();
    for entry in entries {
        match entry {
            Value::Object(inner) => parent.children.push(element(key.to_owned(), inner)),
            other => plain.extend(text_of(&other)),
        }
    }
    if !plain.is_empty() {
        parent.attributes.push((key.to_owned(), plain.join(",")));
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Bool(yes) => Some(u8::from(*yes).to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_become_attributes_and_lists_become_children() {
        let root = parse(br#"{"MediaContainer":{"size":2,"allowSync":true,"title1":null,
            "Directory":[{"key":"1","refreshing":false,"Location":[{"id":1,"path":"/a"}]},{"key":"2"}]}}"#)
        .unwrap();
        assert_eq!(
            (
                root.name.as_str(),
                root.number("size"),
                root.flag("allowSync")
            ),
            ("MediaContainer", Some(2), true)
        );
        assert_eq!(root.get("title1"), None);
        assert_eq!(root.children.len(), 2);
        assert_eq!(root.children[0].get("refreshing"), Some("0"));
        assert_eq!(root.children[0].children[0].get("path"), Some("/a"));
    }

    #[test]
    fn a_document_cut_short_is_told_from_a_wrong_one() {
        assert!(matches!(
            parse(b"{\"MediaContainer\":{"),
            Err(Fault::Truncated(_))
        ));
        assert!(matches!(parse(b"{\"a\":}"), Err(Fault::Malformed(_))));
        assert!(matches!(parse(b"[1]"), Err(Fault::Malformed(_))));
    }
}
