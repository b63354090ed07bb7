//! Titles in dictionaries, queries, marker lines and quotes to pseudonyms.
//!
//! Where a title stands is a matter of convention: the framework's `Searching for matches for
//! {..}`, the columns and markers that agents share (`>> (Studio) - Title (1999) <<`,
//! `2 of 7 for Studio - Title`, `Title Found: T Score: S`, `Site Title    T`), and quoted words.

use super::assignment::{self, Located};
use super::media_path::{self, ENDINGS};
use super::percent::{decode, is_name_byte, name_around, skip_blanks, unit_before};
use super::pseudonym::{Thing, pseudonym, query_pseudonym};
use super::span::{Found, placeholder_len};
use super::value::{is_void, line_end};
use super::words::WordFinder;
use crate::utf8::lossy;

/// Names whose value is a title.
const NAMES: [&str; 16] = [
    "name",
    "filename",
    "show",
    "episode",
    "album",
    "artist",
    "track",
    "studio",
    "collection",
    "summary",
    "tagline",
    "query",
    "search",
    "keyword",
    "keywords",
    "term",
];

/// Names that mean a title in the query of a URL only.
const QUERY_NAMES: [&str; 2] = ["q", "s"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    File(&'static str),
    Named,
    Footer,
    Candidate,
    Provider,
    Web,
}

/// The automaton over everything that a title can stand after.
#[derive(Debug, Clone)]
pub(super) struct TitleFinder(WordFinder<Marker>);

impl TitleFinder {
    pub(super) fn new() -> Self {
        let files = ENDINGS
            .iter()
            .map(|ending| (format!(".{ending}"), Marker::File(ending)));
        let named = [
            "name", "title", "show", "episode", "album", "artist", "track", "studio",
        ]
        .iter()
        .chain(&[
            "collection",
            "summary",
            "tagline",
            "query",
            "search",
            "keyword",
            "term",
        ])
        .chain(&["?q=", "&q=", "?s=", "&s="])
        .map(|word| ((*word).to_owned(), Marker::Named));
        let others = [
            (">> (", Marker::Footer),
            (" of ", Marker::Candidate),
            ("provider: ", Marker::Provider),
            ("http://", Marker::Web),
            ("https://", Marker::Web),
        ]
        .map(|(word, marker)| (word.to_owned(), marker));
        Self(WordFinder::new(files.chain(named).chain(others).collect()))
    }

    /// Reports every title of the text.
    pub(super) fn find_all(&self, text: &[u8], found: &mut Found) {
        let mut at = 0;
        let (mut name_end, mut web_end) = (0, 0);
        while let Some((word, marker, hit)) = self.0.next(text, at) {
            at = hit + 1;
            if hit < found.covered() {
                continue;
            }
            match marker {
                Marker::File(ending) => media_path::file(text, hit, ending, found),
                Marker::Footer => footer(text, hit + word.len(), found),
                Marker::Candidate => candidate(text, hit + word.len(), found),
                Marker::Provider => provider(text, hit + word.len(), found),
                Marker::Web if hit < web_end => {}
                Marker::Web => web_end = media_path::web_path(text, hit + word.len(), found),
                Marker::Named => {
                    let inner = hit + usize::from(!is_name_byte(text[hit]));
                    if inner >= name_end {
                        name_end = named(text, inner, found);
                    }
                }
            }
        }
        quoted(text, found);
    }
}

/// A name that titles follow, in a pair or in a column.
fn named(text: &[u8], hit: usize, found: &mut Found) -> usize {
    let Some(name) = name_around(text, hit) else {
        return hit + 1;
    };
    let word = lossy(&text[name.0..name.1]).to_ascii_lowercase();
    let is_title = word.ends_with("title") || word == "titlesort";
    if is_title && column(text, name.1, found) {
        return name.1;
    }
    let in_query = unit_before(text, name.0).is_some_and(|unit| matches!(unit.byte, b'?' | b'&'));
    let is_known = is_title
        || NAMES.contains(&word.as_str())
        || (in_query && QUERY_NAMES.contains(&word.as_str()));
    if !is_known {
        return name.1;
    }
    if let Some(located) = assignment::locate(text, name) {
        pair(text, &word, located, in_query, found);
    }
    name.1
}

/// `'name': 'A Film'`, `title="A Film"`, `?name=A%20Film`.
fn pair(text: &[u8], word: &str, located: Located, in_query: bool, found: &mut Found) {
    let value = &text[located.value.0..located.value.1];
    let is_number = value.iter().all(u8::is_ascii_digit);
    let is_loose_name = word == "name" && !located.name_is_quoted && !in_query;
    if is_void(value)
        || is_number
        || holds_pseudonym(value)
        || !(located.is_quoted || in_query)
        || (is_loose_name && !decode(value).trim().contains(' '))
        || is_identifier(value)
        || has_media_ending(value)
    {
        return;
    }
    let replacement = if in_query {
        query_pseudonym(value)
    } else {
        let thing = if word == "filename" {
            Thing::File
        } else {
            Thing::Title
        };
        pseudonym(thing, value)
    };
    found.replace(located.value.0, located.value.1, replacement);
}

/// Whether a part of the value is a pseudonym already.
fn holds_pseudonym(value: &[u8]) -> bool {
    [&b"[title"[..], b"[file", b"[folder", b"[slug"]
        .iter()
        .any(|head| memchr::memmem::find(value, head).is_some())
}

/// `com.plexapp.agents.demo` and web addresses are no titles.
fn is_identifier(value: &[u8]) -> bool {
    let dots = memchr::memchr_iter(b'.', value).count();
    let plain = |byte: &u8| is_name_byte(*byte) || *byte == b'.';
    (dots >= 2 && value.iter().all(plain)) || memchr::memmem::find(value, b"://").is_some()
}

fn has_media_ending(value: &[u8]) -> bool {
    let Some(dot) = memchr::memrchr(b'.', value) else {
        return false;
    };
    ENDINGS
        .iter()
        .any(|ending| value[dot + 1..].eq_ignore_ascii_case(ending.as_bytes()))
}

/// `Title: A Film`, `Site Title    A Film`, `Title Found: A Film Score: 98`.
fn column(text: &[u8], after: usize, found: &mut Found) -> bool {
    let Some(start) = column_start(text, after) else {
        return false;
    };
    let rest = &text[start..line_end(text, start)];
    let stop = memchr::memmem::find(rest, b" Score:").unwrap_or(rest.len());
    let value = rest[..stop].trim_ascii_end();
    let opens = value.first().is_none_or(|byte| b"<'\"[{(=:".contains(byte));
    if opens || is_void(value) {
        return false;
    }
    let value = without_next_pair(value);
    found.replace(start, start + value.len(), pseudonym(Thing::Title, value));
    true
}

/// Where the title starts that a column named title holds.
fn column_start(text: &[u8], after: usize) -> Option<usize> {
    const STARS: usize = 36;
    let near = &text[after..text.len().min(after + STARS)];
    // `***MEDIA TITLE [from media.name]*** A Film`
    if let Some(stars) = memchr::memmem::find(near, b"*** ") {
        let is_marker = !near[..stars].contains(&b'\n') && matches!(near[0], b' ' | b'*');
        return is_marker.then_some(after + stars + 4);
    }
    let is_found = near
        .get(..6)
        .is_some_and(|word| word.eq_ignore_ascii_case(b" found"));
    let sign = after + if is_found { 6 } else { 0 };
    let at = skip_blanks(text, sign + usize::from(text.get(sign) == Some(&b':')));
    (at - sign >= 2 || text.get(sign) == Some(&b'\t')).then_some(at)
}

/// Cuts `A Film, year: 1999` before the next pair.
fn without_next_pair(value: &[u8]) -> &[u8] {
    let mut from = 0;
    while let Some(comma) = memchr::memmem::find(&value[from..], b", ") {
        let at = from + comma;
        let name = value[at + 2..]
            .iter()
            .take_while(|&&byte| is_name_byte(byte))
            .count();
        if name > 0 && matches!(value.get(at + 2 + name), Some(b':' | b'=')) {
            return &value[..at];
        }
        from = at + 2;
    }
    value
}

/// The end of a row with titles in it; no row is longer, and a line may be a megabyte.
fn row_end(text: &[u8], at: usize) -> usize {
    const LONGEST: usize = 2000;
    line_end(&text[..text.len().min(at + LONGEST)], at)
}

/// `>> (Studio) - Title (1999) <<`
fn footer(text: &[u8], start: usize, found: &mut Found) {
    let end = row_end(text, start);
    let line = &text[start..end];
    let Some(close) = memchr::memmem::find(line, b") - ") else {
        return;
    };
    let Some(stop) = memchr::memmem::rfind(line, b" <<").filter(|&stop| stop > close + 4) else {
        return;
    };
    replace_title(text, start, start + close, found);
    title_with_year(text, start + close + 4, start + stop, found);
}

/// `Processing  Page 1: 2 of 7 for Studio - Title (1999)`, from after the ` of `.
fn candidate(text: &[u8], at: usize, found: &mut Found) {
    let end = row_end(text, at);
    let line = &text[at..end];
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || !line[digits..].starts_with(b" for ") {
        return;
    }
    let start = at + digits + 5;
    let rest = text[start..end].trim_ascii_end();
    let title = memchr::memmem::find(rest, b" - ").map_or(0, |dash| {
        replace_title(text, start, start + dash, found);
        dash + 3
    });
    title_with_year(text, start + title, start + rest.len(), found);
}

/// `Provider: 2 | Studio | Title | score 98`: the cells that are words.
fn provider(text: &[u8], start: usize, found: &mut Found) {
    let line = &text[start..row_end(text, start)];
    if memchr::memmem::find(line, b" | ").is_none() {
        return;
    }
    let mut at = start;
    for cell in line.split(|&byte| byte == b'|') {
        let leading = cell.len() - cell.trim_ascii_start().len();
        let word = cell.trim_ascii();
        let is_measure = word.iter().all(u8::is_ascii_digit) || word.starts_with(b"score");
        if !is_measure {
            replace_title(text, at + leading, at + leading + word.len(), found);
        }
        at += cell.len() + 1;
    }
}

/// A title whose year in parentheses stays.
fn title_with_year(text: &[u8], start: usize, end: usize, found: &mut Found) {
    let whole = &text[start..end];
    let year = memchr::memmem::rfind(whole, b" (").filter(|&at| {
        whole[at..].ends_with(b")") && whole[at + 2..].first().is_some_and(u8::is_ascii_digit)
    });
    replace_title(text, start, year.map_or(end, |at| start + at), found);
}

fn replace_title(text: &[u8], start: usize, end: usize, found: &mut Found) {
    let title = &text[start..end];
    if !title.is_empty() && placeholder_len(title) == 0 {
        found.replace(start, end, pseudonym(Thing::Title, title));
    }
}

/// Quoted words that read like a title: several of them, or one after `for` or `result`.
fn quoted(text: &[u8], found: &mut Found) {
    const LONGEST: usize = 160;
    let mut next = 0;
    for open in memchr::memchr2_iter(b'\'', b'"', text) {
        let before = &text[..open];
        if open < next || before.last().is_some_and(|byte| !b" ([".contains(byte)) {
            continue;
        }
        let near = &text[open + 1..text.len().min(open + 2 + LONGEST)];
        let rest = &near[..line_end(near, 0)];
        let quote = text[open];
        let Some(len) = memchr::memchr_iter(quote, rest)
            .find(|&at| !rest.get(at + 1).is_some_and(u8::is_ascii_alphanumeric))
        else {
            continue;
        };
        let value = &rest[..len];
        next = open + len + 2;
        if reads_like_title(before, value) && !is_source_line(before) {
            found.replace(open + 1, open + 1 + len, pseudonym(Thing::Title, value));
        }
    }
}

fn reads_like_title(before: &[u8], value: &[u8]) -> bool {
    const OTHER_THINGS: [&[u8]; 7] = [
        b"named ",
        b"File ",
        b"module ",
        b"attribute ",
        b"function ",
        b"name ",
        b"key ",
    ];
    const TITLES: [&[u8]; 4] = [b" for ", b"result ", b"matched ", b"title "];
    let starts_well = value
        .first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
    let is_text = !value.iter().any(|byte| b"/\\={<[%".contains(byte)) && !is_identifier(value);
    let several = value.contains(&b' ') || TITLES.iter().any(|word| before.ends_with(word));
    starts_well && is_text && several && !OTHER_THINGS.iter().any(|word| before.ends_with(word))
}

/// Whether the line up to here is an indented line of a traceback.
fn is_source_line(before: &[u8]) -> bool {
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    before[start..].starts_with(b"  ")
}
