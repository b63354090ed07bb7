//! What the page promises: well-formed, every text of a log in its place, nothing from outside.

use plexcore::printable::printable;
use plexcore::report::html;
use proptest::prelude::*;

use crate::hostile::{hostile_text, with_texts};
use crate::sample_report::sample_report;
use crate::written;

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A start tag with its attributes' names, and their values.
    Start(String, Vec<(String, String)>),
    /// An end tag.
    End(String),
    /// What stands between tags.
    Text(String),
}

/// Elements without an end tag.
const VOID: [&str; 3] = ["meta", "link", "input"];

/// The pieces of a page as strictly as this program writes it: every attribute double-quoted, no
/// comment, references only those that the escaping makes.
fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap();
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            pieces.push(Piece::Text(unescaped(&rest[..end])));
            rest = &rest[end..];
            continue;
        };
        if let Some(tag) = tag.strip_prefix('/') {
            let (name, after) = tag.split_once('>').unwrap();
            pieces.push(Piece::End(name.to_owned()));
            rest = after;
            continue;
        }
        let name: String = tag
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        assert!(
            !name.is_empty(),
            "no tag after < in {}",
            &tag[..tag.len().min(40)]
        );
        rest = &tag[name.len()..];
        let mut attributes = Vec::new();
        loop {
            if let Some(after) = rest.strip_prefix("/>") {
                pieces.push(Piece::Start(name.clone(), attributes));
                pieces.push(Piece::End(name.clone()));
                rest = after;
                break;
            }
            if let Some(after) = rest.strip_prefix('>') {
                pieces.push(Piece::Start(name.clone(), attributes));
                rest = after;
                break;
            }
            let attribute = rest.strip_prefix(' ').unwrap();
            let end = attribute
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                .unwrap();
            let key = attribute[..end].to_owned();
            rest = &attribute[end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let (inside, after) = quoted.split_once('"').unwrap();
                value = if key == "content" {
                    inside.to_owned()
                } else {
                    unescaped(inside)
                };
                rest = after;
            }
            attributes.push((key, value));
        }
        if name == "style" || name == "script" {
            let end = format!("</{name}>");
            let (_, after) = rest.split_once(&end).unwrap();
            pieces.push(Piece::End(name));
            rest = after;
        }
    }
    pieces
}

/// An apostrophe of our own words may stand as it is: no attribute ends at one.
fn unescaped(text: &str) -> String {
    assert!(!text.contains(['<', '>', '"', '`']), "unescaped: {text}");
    let mut plain = text.to_owned();
    for (reference, mark) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#96;", "`"),
        ("&amp;", "&"),
    ] {
        plain = plain.replace(reference, mark);
    }
    plain
}

/// The page without any text: its tags and the names of their attributes.
fn skeleton(pieces: &[Piece]) -> Vec<String> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Start(name, attributes) => {
                let names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
                Some(format!("<{name} {}>", names.join(" ")))
            }
            Piece::End(name) => Some(format!("</{name}>")),
            Piece::Text(_) => None,
        })
        .collect()
}

#[test]
fn every_element_is_closed_in_its_place() {
    let page = written(&sample_report(60), html::write);
    let mut open = Vec::new();
    for piece in pieces(&page) {
        match piece {
            Piece::Start(name, _) if !VOID.contains(&name.as_str()) => open.push(name),
            Piece::End(name) => assert_eq!(open.pop(), Some(name)),
            _ => {}
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

#[test]
fn nothing_is_loaded_and_no_element_carries_code_or_style() {
    let page = written(&sample_report(60), html::write);
    for piece in pieces(&page) {
        let Piece::Start(name, attributes) = piece else {
            continue;
        };
        for (attribute, value) in attributes {
            assert!(
                !attribute.starts_with("on") && attribute != "style" && attribute != "src",
                "{name} {attribute}"
            );
            assert!(
                attribute != "href" || value.starts_with('#') || value == "data:,",
                "{value}"
            );
        }
    }
}

#[test]
fn every_entry_stands_in_the_page_with_its_example() {
    let report = sample_report(60);
    let page = pieces(&written(&report, html::write));
    let texts: String = page
        .iter()
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    for entry in &report.catalogue {
        let has_row = page.iter().any(|piece| {
            matches!(piece, Piece::Start(_, attributes) if attributes.contains(&("id".to_owned(), entry.id.clone())))
        });
        assert!(has_row, "{}", entry.id);
        for line in &entry.example.as_ref().unwrap().lines {
            assert!(texts.contains(printable(line).as_ref()), "{line}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_text_of_a_log_gets_out_of_its_place(texts in prop::collection::vec(hostile_text(), 1..30)) {
        let report = sample_report(6);
        // A text is never empty here: what is drawn at all may depend on that.
        let hostile = |n: usize| format!("{}{n}", texts[n % texts.len()]);
        let plain_page = pieces(&written(&with_texts(&report, &|n| format!("word{n}")), html::write));
        let hostile_page = pieces(&written(&with_texts(&report, &hostile), html::write));
        let (plain, hostile) = (skeleton(&plain_page), skeleton(&hostile_page));
        let differs = plain.iter().zip(&hostile).position(|(a, b)| a != b);
        prop_assert_eq!(differs.map(|at| (&plain[at.saturating_sub(9)..=at], &hostile[at..=at])), None);
        prop_assert_eq!(plain.len(), hostile.len());
    }
}
