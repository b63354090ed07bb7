//! What a person wrote into a document, found again by the entries' ids.
//!
//! In Markdown and HTML a place for notes stands between two comments that name the id; in JSON it
//! is the field `notes`. A check of everything else tells whether the person wrote elsewhere too.
//!
//! Invariant: every character of an old document is in a note that is carried over, or was
//! written by this tool, or is in a copy beside the new document.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::cli::output::DocumentForm;
use plexcore::report::html::markup::unescaped;
use xxhash_rust::xxh3::xxh3_64;

use crate::document;

/// The id of the notes on the document as a whole.
pub(crate) const GENERAL: &str = "general";
/// What the last line of a document begins with.
const CHECK: &str = "<!-- diagnose_from_report, check of all but the notes: ";

/// A person's notes on one entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Note {
    /// What the entry was called when the note was read.
    pub(crate) title: String,
    /// The person's words, without the blank lines around them.
    pub(crate) text: String,
}

/// What is kept of an old document.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Notes that are not empty, by the entry's id.
    pub(crate) notes: BTreeMap<String, Note>,
    /// Whether everything else is as this tool wrote it.
    pub(crate) is_untouched: bool,
}

impl Kept {
    /// The notes on an entry.
    pub(crate) fn text(&self, id: &str) -> &str {
        self.notes
            .get(&plain_id(id))
            .map_or("", |note| note.text.as_str())
    }

    /// The notes on what is not among these ids.
    pub(crate) fn others<'k>(
        &'k self,
        shown: &BTreeSet<String>,
    ) -> impl Iterator<Item = (&'k str, &'k Note)> {
        let is_other = move |id: &str| id != GENERAL && !shown.contains(id);
        self.notes
            .iter()
            .map(|(id, note)| (id.as_str(), note))
            .filter(move |(id, _)| is_other(id))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Whether another document holds every one of these notes.
    pub(crate) fn is_all_in(&self, other: &Self) -> bool {
        self.notes.iter().all(|(id, note)| {
            other
                .notes
                .get(id)
                .is_some_and(|held| held.text == note.text)
        })
    }

    fn add(&mut self, id: &str, title: &str, text: &str) {
        let text = text.trim_matches('\n').trim_end();
        if text.trim().is_empty() {
            return;
        }
        let note = self.notes.entry(id.to_owned()).or_default();
        if note.text.is_empty() {
            title.clone_into(&mut note.title);
            text.clone_into(&mut note.text);
        } else if note.text != text {
            // Somebody has doubled the place; both are theirs.
            note.text.push_str("\n\n");
            note.text.push_str(text);
        }
    }
}

/// Reads the notes of a document.
pub(crate) fn of(bytes: &[u8], form: DocumentForm) -> Kept {
    let text = String::from_utf8_lossy(bytes);
    let is_text = matches!(text, std::borrow::Cow::Borrowed(_));
    // A carriage return of its own is no line end, so it would be lost; then a copy is kept.
    let plain = text.replace("\r\n", "\n");
    let is_text = is_text && !plain.contains('\r');
    let mut kept = match form {
        DocumentForm::Json => of_json(&plain),
        DocumentForm::Markdown => of_marked(&plain, str::to_owned),
        DocumentForm::Html => of_marked(&plain, unescaped),
    };
    kept.is_untouched &= is_text;
    kept
}

/// An id as it may stand in a comment; those of our own reports are left as they are.
pub(crate) fn plain_id(id: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    // Two dashes would end the comment.
    id.chars()
        .filter(is_plain)
        .collect::<String>()
        .replace("--", "-")
}

/// A title as it may stand in a comment: no two dashes, no angle bracket, nothing that is escaped.
pub(crate) fn plain_title(title: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || " .,:;/()_".contains(*c);
    let title: String = title.chars().filter(is_plain).take(100).collect();
    title.trim().to_owned()
}

/// The line that opens a place for notes.
pub(crate) fn opening(id: &str, title: &str) -> String {
    format!("<!-- notes {} | {} -->", plain_id(id), plain_title(title))
}

/// The line that closes it.
pub(crate) fn closing(id: &str) -> String {
    format!("<!-- end of notes {} -->", plain_id(id))
}

/// The last line of a document, which tells later what else a person wrote.
pub(crate) fn check_line(text: &str) -> String {
    format!("{CHECK}{} -->\n", check(text))
}

/// A number for a document without its notes and without the blanks at the ends of lines, which
/// editors take away.
pub(crate) fn check(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut open: Option<String> = None;
    for line in text.lines() {
        if let Some(closing) = &open {
            if line.trim() != closing {
                continue;
            }
            open = None;
        } else if let Some((id, _)) = opened(line) {
            open = Some(closing(id));
        }
        bare.push_str(line.trim_end());
        bare.push('\n');
    }
    format!("{:016x}", xxh3_64(bare.trim_end().as_bytes()))
}

/// The id and title of a line that opens a place for notes.
fn opened(line: &str) -> Option<(&str, &str)> {
    let inner = line
        .trim_end()
        .strip_prefix("<!-- notes ")?
        .strip_suffix(" -->")?;
    Some(
        inner
            .split_once(" | ")
            .unwrap_or((inner.trim_end_matches(" |"), "")),
    )
}

fn of_marked(text: &str, own: impl Fn(&str) -> String) -> Kept {
    let mut kept = Kept::default();
    let lines: Vec<&str> = text.lines().collect();
    let mut is_damaged = false;
    let mut at = 0;
    while at < lines.len() {
        let Some((id, title)) = opened(lines[at]) else {
            at += 1;
            continue;
        };
        let (from, closing) = (at + 1, closing(id));
        let end = (from..lines.len()).find(|&end| lines[end].trim() == closing);
        is_damaged |= end.is_none();
        // A place that lost its end reaches to the next one, for want of better.
        let is_next =
            |&next: &usize| opened(lines[next]).is_some() || lines[next].starts_with(CHECK);
        let to = end
            .or_else(|| (from..lines.len()).find(is_next))
            .unwrap_or(lines.len());
        kept.add(id, title, &own(&lines[from..to].join("\n")));
        at = to;
    }
    let (body, last) = match text.trim_end().rsplit_once('\n') {
        Some((body, last)) => (format!("{body}\n"), last),
        None => (String::new(), ""),
    };
    kept.is_untouched = !is_damaged && format!("{last}\n") == check_line(&body);
    kept
}

fn of_json(text: &str) -> Kept {
    let mut kept = Kept::default();
    let is_untouched = document::notes(text, &mut |id, title, text| kept.add(id, title, text));
    kept.is_untouched = is_untouched == Some(true);
    kept
}

/// Keeps a copy of an old document beside it, under a name that is free.
pub(crate) fn keep_copy(path: &Path, old: &[u8]) -> Result<PathBuf, Error> {
    for number in 1_u32.. {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".kept-{number}"));
        let copy = path.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&copy) {
            Ok(mut file) => {
                file.write_all(old)
                    .and_then(|()| file.sync_all())
                    .map_err(Error::write(&copy))?;
                return Ok(copy);
            }
            // What was kept before may be this very document.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read(&copy).is_ok_and(|known| known == old) {
                    return Ok(copy);
                }
            }
            Err(error) => return Err(Error::create(&copy)(error)),
        }
    }
    Ok(path.to_owned())
}
