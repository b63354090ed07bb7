//! Answers as XML, and the same as JSON.
//!
//! An answer is built once as a [`Node`]; what differs between the two forms (names of lists,
//! types of values) is decided here.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::http::Response;
use super::library::{FakeItem, FakeSection, Kind};
use super::setup::Setup;

const XML: &str = "text/xml;charset=utf-8";

/// An element on its way out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    name: &'static str,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

impl Node {
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.attributes.push((name.to_owned(), value.to_string()));
        self
    }

    #[must_use]
    pub(crate) fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub(crate) fn push(&mut self, child: Self) {
        self.children.push(child);
    }

    fn write_xml(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"");
            escape(value, out);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push_str(">\n");
        for child in &self.children {
            child.write_xml(out);
        }
        let _ = writeln!(out, "</{}>", self.name);
    }

    fn to_json(&self) -> Value {
        let mut object = Map::new();
        for (name, value) in &self.attributes {
            object.insert(name.clone(), typed(name, value));
        }
        for child in &self.children {
            let list = object
                .entry(child.json_name())
                .or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(entries) = list {
                entries.push(child.to_json());
            }
        }
        Value::Object(object)
    }

    /// Items are `Metadata` in JSON, whatever their element is called in XML.
    fn json_name(&self) -> &'static str {
        let is_item = self.attributes.iter().any(|(name, _)| name == "ratingKey");
        if is_item { "Metadata" } else { self.name }
    }

    /// The answer in the form that was asked for.
    pub(crate) fn into_response(self, json: bool) -> Response {
        if json {
            let mut document = Map::new();
            document.insert(self.name.to_owned(), self.to_json());
            Response::new(200, "application/json", Value::Object(document).to_string())
        } else {
            let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            self.write_xml(&mut text);
            Response::new(200, XML, text)
        }
    }
}

fn escape(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            other => out.push(other),
        }
    }
}

fn typed(name: &str, value: &str) -> Value {
    const NUMBERS: [&str; 12] = [
        "size",
        "totalSize",
        "offset",
        "year",
        "addedAt",
        "updatedAt",
        "scannedAt",
        "duration",
        "index",
        "parentIndex",
        "progress",
        "updateQueueSize",
    ];
    const FLAGS: [&str; 4] = ["refreshing", "allowSync", "cancellable", "claimed"];
    if NUMBERS.contains(&name) {
        value
            .parse::<i64>()
            .map_or_else(|_| Value::from(value), Value::from)
    } else if FLAGS.contains(&name) {
        Value::Bool(value == "1")
    } else {
        Value::from(value)
    }
}

/// A list of items in the form that was asked for.
pub(crate) fn list(mut head: Node, items: &[&FakeItem], json: bool) -> Response {
    if json || items.is_empty() {
        for one in items {
            head.push(item(one));
        }
        return head.into_response(json);
    }
    let name = head.name;
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    head.write_xml(&mut text);
    // The head was written as an element without children.
    text.truncate(text.trim_end().len() - "/>".len());
    text.push_str(">\n");
    for one in items {
        text.push_str(one.xml.get_or_init(|| {
            let mut xml = String::new();
            item(one).write_xml(&mut xml);
            xml
        }));
    }
    let _ = writeln!(text, "</{name}>");
    Response::new(200, XML, text)
}

/// A section as `/library/sections` lists it.
pub(crate) fn section(section: &FakeSection) -> Node {
    Node::new("Directory")
        .with("allowSync", 1)
        .with("art", "/:/resources/movie-fanart.jpg")
        .with("filters", 1)
        .with("refreshing", u8::from(section.refreshing))
        .with("thumb", "/:/resources/movie.png")
        .with("key", section.key)
        .with("type", section.kind.name())
        .with("title", section.title)
        .with("agent", section.agent)
        .with("scanner", section.scanner)
        .with("language", "en")
        .with(
            "uuid",
            format!("00000000-0000-0000-0000-{:012}", section.key),
        )
        .with("updatedAt", 1_590_245_989)
        .with("createdAt", 1_377_829_261)
        .with("scannedAt", section.scanned_at)
        .child(
            Node::new("Location")
                .with("id", section.key)
                .with("path", section.folder),
        )
}

/// An item as lists and `/library/metadata` give it.
pub(crate) fn item(item: &FakeItem) -> Node {
    let suffix = match item.kind {
        Kind::Show | Kind::Season | Kind::Artist | Kind::Album | Kind::PhotoAlbum => "/children",
        _ => "",
    };
    let mut node = Node::new(item.kind.element())
        .with("ratingKey", item.key)
        .with("key", format!("/library/metadata/{}{suffix}", item.key))
        .with("type", item.kind.name())
        .with("librarySectionID", item.section);
    node.attributes.extend(item.attributes.iter().cloned());
    if let Some(file) = &item.file {
        let part = Node::new("Part")
            .with("id", item.key)
            .with("key", format!("/library/parts/{}/file.mkv", item.key));
        let part = part.with("file", file).with("size", 734_003_200);
        node.push(
            Node::new("Media")
                .with("id", item.key)
                .with("duration", 5_400_000)
                .child(part),
        );
    }
    for (kind, tag) in &item.tags {
        let name = [
            "Genre",
            "Director",
            "Writer",
            "Role",
            "Country",
            "Collection",
            "Label",
        ]
        .into_iter()
        .find(|name| name == kind)
        .unwrap_or("Genre");
        node.push(Node::new(name).with("tag", tag));
    }
    node
}

/// The `MediaContainer` of a page, with what the setup lets it say.
pub(crate) fn page(setup: &Setup, size: usize, offset: usize, total: usize) -> Node {
    let mut node = Node::new("MediaContainer").with("size", size);
    if !setup.hides_total {
        node = node.with("totalSize", total);
    }
    if !setup.ignores_paging {
        node = node.with("offset", offset);
    }
    node.with("allowSync", 1)
        .with("identifier", "com.plexapp.plugins.library")
}
