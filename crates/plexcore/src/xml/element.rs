//! One element with its attributes and children, parsed and if need be repaired.
//!
//! Plex has sent raw control characters, references to them (`&#4;`) and bytes that are no UTF-8.
//! Such text is cleared of what XML forbids and parsed once more; anything else stays an error.

use std::borrow::Cow;

use super::Fault;

/// How the bytes of a document stand for characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, which is what a server sends.
    #[default]
    Utf8,
    /// ISO 8859-1, when the document's first line says so.
    Latin1,
}

/// An element; text between tags is not kept, since Plex says everything in attributes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// The tag's name, or the member's name in JSON.
    pub name: String,
    /// Attributes in the order in which they were written.
    pub attributes: Vec<(String, String)>,
    /// Child elements in order.
    pub children: Vec<Element>,
}

impl Element {
    /// An attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// An attribute that is a whole number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.trim().parse().ok()
    }

    /// An attribute that is a yes or no.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some("1" | "true"))
    }

    /// Changes every attribute value, here and below.
    pub fn for_each_value(&mut self, change: &mut dyn FnMut(&mut String)) {
        for (_, value) in &mut self.attributes {
            change(value);
        }
        for child in &mut self.children {
            child.for_each_value(change);
        }
    }
}

/// Parses the bytes of one element; the flag says whether they had to be repaired.
pub(super) fn parse(bytes: &[u8], encoding: Encoding) -> Result<(Element, bool), Fault> {
    let decoded = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Latin1 => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    };
    let lost_bytes = encoding == Encoding::Utf8 && matches!(decoded, Cow::Owned(_));
    if let Ok(document) = roxmltree::Document::parse(&decoded) {
        return Ok((from_node(document.root_element()), lost_bytes));
    }
    let repaired = without_forbidden(&decoded);
    let document = roxmltree::Document::parse(&repaired)
        .map_err(|error| Fault::Malformed(error.to_string()))?;
    Ok((from_node(document.root_element()), true))
}

/// Recursion is safe: the reader has refused what is nested too deeply.
fn from_node(node: roxmltree::Node<'_, '_>) -> Element {
    Element {
        name: node.tag_name().name().to_owned(),
        attributes: node
            .attributes()
            .map(|a| (a.name().to_owned(), a.value().to_owned()))
            .collect(),
        children: node
            .children()
            .filter(roxmltree::Node::is_element)
            .map(from_node)
            .collect(),
    }
}

/// Whether XML 1.0 allows a character.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The text without the characters that XML forbids, written out or as references.
fn without_forbidden(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        clean.extend(rest[..at].chars().filter(|c| is_allowed(*c)));
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let Some(end) = end else {
            clean.push_str("&#");
            rest = &rest[2..];
            continue;
        };
        let (reference, after) = rest.split_at(end + 1);
        if referenced(&reference[2..end]).is_some_and(is_allowed) {
            clean.push_str(reference);
        }
        rest = after;
    }
    clean.extend(rest.chars().filter(|c| is_allowed(*c)));
    clean
}

fn referenced(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(bytes: &[u8]) -> (String, bool) {
        let (element, repaired) = parse(bytes, Encoding::Utf8).unwrap();
        (element.get("title").unwrap().to_owned(), repaired)
    }

    #[test]
    fn entities_and_line_feeds_come_out_as_characters() {
        let (text, repaired) = title(b"<Video title=\"A &amp; B&#10;&quot;q&quot; &lt;\"/>");
        assert_eq!((text.as_str(), repaired), ("A & B\n\"q\" <", false));
    }

    #[test]
    fn forbidden_characters_are_dropped_and_told() {
        for bytes in [
            &b"<Video title=\"a\x04b\"/>"[..],
            b"<Video title=\"a&#4;b\"/>",
            b"<Video title=\"a&#x1F;b\"/>",
            b"<Video title=\"a\xef\xbf\xbeb\"/>",
        ] {
            assert_eq!(
                title(bytes),
                ("ab".to_owned(), true),
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn allowed_references_survive_a_repair() {
        assert_eq!(
            title(b"<Video title=\"\x01&#233;&#x1F600;\"/>").0,
            "\u{e9}\u{1f600}"
        );
    }

    #[test]
    fn bytes_that_are_no_utf8_are_replaced_and_told() {
        assert_eq!(
            title(b"<Video title=\"a\xffb\"/>"),
            ("a\u{fffd}b".to_owned(), true)
        );
    }

    #[test]
    fn latin_1_is_read_when_declared() {
        let (element, repaired) = parse(b"<Video title=\"\xe9\"/>", Encoding::Latin1).unwrap();
        assert_eq!((element.get("title"), repaired), (Some("\u{e9}"), false));
    }

    #[test]
    fn a_duplicate_attribute_stays_an_error() {
        assert!(matches!(
            parse(b"<Video a=\"1\" a=\"2\"/>", Encoding::Utf8),
            Err(Fault::Malformed(_))
        ));
    }
}
