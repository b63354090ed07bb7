//! The files under `fixtures/xml`: what is valid is read, what is broken is refused.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::fs;
use std::path::PathBuf;

use plexcore::xml::{Container, Element, Fault, Item, Reader, Section};

fn files(kind: &str) -> Vec<PathBuf> {
    let folder =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/xml")).join(kind);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn read(bytes: &[u8]) -> Result<(Element, usize), Fault> {
    let mut reader = Reader::new(bytes);
    let mut root = reader.root()?;
    while let Some(child) = reader.next_child()? {
        root.children.push(child);
    }
    Ok((root, reader.repaired()))
}

fn valid(name: &str) -> (Element, usize) {
    let path = files("valid").into_iter().find(|path| path.ends_with(name));
    read(&fs::read(path.unwrap()).unwrap()).unwrap()
}

#[test]
fn every_valid_file_is_read_and_every_broken_one_refused() {
    for path in files("valid") {
        let (root, _) = read(&fs::read(&path).unwrap()).unwrap();
        let size = Some(root.children.len() as u64);
        assert_eq!(root.number("size"), size, "{}", path.display());
    }
    for path in files("broken") {
        assert!(
            read(&fs::read(&path).unwrap()).is_err(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn items_are_the_same_in_both_forms() {
    let item = |name: &str| Item::of(valid(name).0.children.remove(0)).unwrap();
    for item in [item("items.xml"), item("items.json")] {
        assert_eq!(
            (item.key(), item.title(), item.kind()),
            ("1", Some("A & B"), "movie")
        );
        assert_eq!(item.files().collect::<Vec<_>>(), ["/media/movies/a.mkv"]);
        assert_eq!(
            (item.values("genre"), item.values("year")),
            (vec!["Drama"], vec!["2000"])
        );
    }
}

#[test]
fn a_page_says_where_it_stands() {
    let container = Container::of(&valid("items.xml").0);
    assert_eq!(
        (container.size, container.total, container.offset),
        (Some(3), Some(50_000), Some(100))
    );
}

#[test]
fn sections_come_with_their_folders() {
    let root = valid("sections.xml").0;
    let sections: Vec<Section> = root.children.iter().filter_map(Section::of).collect();
    assert_eq!(sections[1].folders, ["/media/tv", "D:\\Series"]);
    assert_eq!(
        (sections[0].refreshing, sections[1].refreshing),
        (false, true)
    );
}

#[test]
fn what_was_repaired_is_counted_and_latin_1_is_no_repair() {
    let (root, repaired) = valid("forbidden_characters.xml");
    assert_eq!(
        (root.children[0].get("title"), repaired),
        (Some("raw  and reference "), 2)
    );
    assert_eq!(root.children[1].get("title"), Some("bad \u{fffd} byte"));
    let (root, repaired) = valid("latin1.xml");
    assert_eq!(
        (root.children[0].get("title"), repaired),
        (Some("caf\u{e9}"), 0)
    );
}
