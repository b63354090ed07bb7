//! Documents whole, cut and hostile, in pieces of any size.

use std::io::{self, Cursor};

use proptest::prelude::*;

use super::*;

/// Gives its bytes in pieces of a few, as a slow network would.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(self.0.len()).min(out.len());
        out[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn read_all(input: impl Read) -> Result<(Element, Vec<Element>, usize), Fault> {
    let mut reader = Reader::new(input);
    let root = reader.root()?;
    let mut children = Vec::new();
    while let Some(child) = reader.next_child()? {
        children.push(child);
    }
    Ok((root, children, reader.repaired()))
}

const DOCUMENT: &str = concat!(
    "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- <a> -->\n",
    "<MediaContainer size=\"3\" title1='a > \"b\"'>\n",
    "<Video ratingKey=\"1\" title=\"a > b '/>' c\"><Media id=\"9\"><Part file=\"/m/a.mkv\"/></Media></Video>",
    "<!-- </MediaContainer> --><![CDATA[<Video/>]]>text\n",
    "<Directory ratingKey=\"2\"/>\n<Track ratingKey=\"3\"></Track></MediaContainer>\n"
);

#[test]
fn the_cut_does_not_depend_on_where_the_bytes_break() {
    let whole = read_all(Cursor::new(DOCUMENT)).unwrap();
    assert_eq!(whole.0.get("title1"), Some("a > \"b\""));
    let keys: Vec<_> = whole
        .1
        .iter()
        .map(|child| child.get("ratingKey").unwrap())
        .collect();
    assert_eq!(keys, ["1", "2", "3"]);
    assert_eq!(
        whole.1[0].children[0].children[0].get("file"),
        Some("/m/a.mkv")
    );
    for size in 1..40 {
        assert_eq!(
            read_all(Pieces(DOCUMENT.as_bytes(), size)).unwrap(),
            whole,
            "pieces of {size}"
        );
    }
}

#[test]
fn every_document_that_breaks_off_is_told_from_a_whole_one() {
    let end = DOCUMENT.trim_end().len();
    for cut in 1..end {
        let outcome = read_all(Cursor::new(&DOCUMENT.as_bytes()[..cut]));
        assert!(
            matches!(outcome, Err(Fault::Truncated(_) | Fault::Malformed(_))),
            "cut at {cut}: {outcome:?}"
        );
    }
}

#[test]
fn an_empty_root_has_no_children() {
    for text in [
        "<MediaContainer size=\"0\"/>",
        "<MediaContainer size=\"0\"></MediaContainer>",
    ] {
        assert_eq!(read_all(Cursor::new(text)).unwrap().1, []);
    }
}

#[test]
fn json_gives_the_same_shape() {
    let text = r#"{"MediaContainer":{"size":1,"Metadata":[{"ratingKey":"1","title":"A"}]}}"#;
    let (root, children, _) = read_all(Cursor::new(text)).unwrap();
    assert_eq!(
        (root.name.as_str(), root.get("size")),
        ("MediaContainer", Some("1"))
    );
    assert_eq!(children[0].get("ratingKey"), Some("1"));
}

#[test]
fn deep_nesting_is_refused_before_it_costs_anything() {
    let text = format!("<a>{}", "<b>".repeat(300_000));
    assert!(matches!(
        read_all(Cursor::new(text)),
        Err(Fault::Excessive(_))
    ));
}

#[test]
fn an_endless_element_is_refused() {
    let endless = Cursor::new(&b"<a><b c=\""[..]).chain(io::repeat(b'x'));
    assert!(matches!(read_all(endless), Err(Fault::Excessive(_))));
}

#[test]
fn what_is_no_xml_is_named() {
    for (text, word) in [
        ("", "empty"),
        ("  \n", "empty"),
        ("Not found", "no XML"),
        ("\u{1}\u{2}", "no XML"),
    ] {
        let message = read_all(Cursor::new(text)).unwrap_err().to_string();
        assert!(message.contains(word), "{text:?}: {message}");
    }
}

#[test]
fn a_page_of_html_gives_its_root() {
    let mut reader = Reader::new(Cursor::new("<!DOCTYPE html>\n<html lang=\"en\"><body>"));
    assert_eq!(reader.root().unwrap().name, "html");
}

#[test]
fn repairs_are_counted() {
    let text = b"<M><V title=\"a\x04\"/><V title=\"b\"/><V title=\"c&#1;\"/></M>";
    assert_eq!(read_all(Cursor::new(&text[..])).unwrap().2, 2);
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_result(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_all(Cursor::new(bytes));
    }

    #[test]
    fn bytes_that_look_like_xml_end_in_a_result(text in "[<>/!\\-\\[\\]?a\"'= &#;x0-9{}]{0,200}", size in 1_usize..9) {
        let whole = read_all(Cursor::new(text.clone())).map_err(|e| e.to_string());
        let pieces = read_all(Pieces(text.as_bytes(), size)).map_err(|e| e.to_string());
        prop_assert_eq!(whole, pieces);
    }

    #[test]
    fn values_come_back_as_they_were(values in proptest::collection::vec("[^\u{0}-\u{1f}\u{fffe}\u{ffff}]{0,30}", 0..6)) {
        let mut text = String::from("<M>");
        for value in &values {
            let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            text += "<V title=\"";
            text += &escaped;
            text += "\"/>";
        }
        text.push_str("</M>");
        let (_, children, repaired) = read_all(Pieces(text.as_bytes(), 7)).unwrap();
        let found: Vec<_> = children.iter().map(|c| c.get("title").unwrap().to_owned()).collect();
        prop_assert_eq!((found, repaired), (values, 0));
    }
}
