//! From a file to the item it belongs to.
//!
//! The API can't be asked for a file, so the sections whose folders hold it are listed and their
//! files compared. A server in a container sees other folders than the person does; a file that
//! no section holds as it was typed is looked for by its last names, and taken if only one item fits.

use plexcore::cli::{Exit, Failure};
use plexcore::xml::{Item, Section};

use crate::client::Client;
use crate::fault::Fault;
use crate::items::{self, Items};
use crate::sections;

/// Files and folders, as the server names them.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) paths: Vec<String>,
    /// The one section to look in, as it was typed.
    pub(crate) section: Option<String>,
}

/// The items to which the files, or everything below the folders, belong.
pub(crate) fn find(client: &Client, files: &Files) -> Result<Vec<Item>, Failure> {
    let sections = match &files.section {
        Some(typed) => vec![sections::find(client, typed)?],
        None => sections::fetch(client)?,
    };
    let mut found = Vec::new();
    for path in &files.paths {
        found.extend(find_one(client, &sections, path)?);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|item| seen.insert(item.key().to_owned()));
    Ok(found)
}

fn find_one(client: &Client, sections: &[Section], typed: &str) -> Result<Vec<Item>, Failure> {
    let wanted = parts(typed);
    let holds = |section: &&Section| {
        section
            .folders
            .iter()
            .any(|folder| begins_with(&wanted, &parts(folder)))
    };
    let likely: Vec<&Section> = sections.iter().filter(holds).collect();
    let is_known = !likely.is_empty();
    let searched: Vec<&Section> = if is_known {
        likely
    } else {
        sections.iter().collect()
    };
    let mut exact = Vec::new();
    let mut alike: Vec<(usize, Item)> = Vec::new();
    for section in searched {
        each_leaf(client, section, |item| {
            let best = item
                .files()
                .map(|file| likeness(&wanted, &parts(file)))
                .max();
            match best {
                Some(Likeness::Same) => exact.push(item),
                Some(Likeness::Tail(n)) if n >= 2 && !is_known => alike.push((n, item)),
                _ => {}
            }
        })?;
    }
    if !exact.is_empty() {
        return Ok(exact);
    }
    let most = alike.iter().map(|(n, _)| *n).max().unwrap_or(0);
    let mut best: Vec<Item> = alike
        .into_iter()
        .filter(|(n, _)| *n == most)
        .map(|(_, item)| item)
        .collect();
    match (best.pop(), best.is_empty()) {
        (Some(item), true) => Ok(vec![item]),
        (Some(_), false) => Err(Failure::new(
            Exit::NoInput,
            format!("several items have a file like {typed}"),
        )
        .hint("give the path as the server sees it; --items --json shows each item's files")),
        (None, _) => Err(not_found(sections, typed)),
    }
}

fn not_found(sections: &[Section], typed: &str) -> Failure {
    let folders: Vec<&str> = sections
        .iter()
        .flat_map(|section| &section.folders)
        .map(String::as_str)
        .collect();
    Failure::new(Exit::NoInput, format!("no item has the file {typed}")).hint(format!(
        "the server's sections cover {}; a new file needs a scan first",
        folders.join(", ")
    ))
}

fn each_leaf(client: &Client, section: &Section, mut see: impl FnMut(Item)) -> Result<(), Fault> {
    let mut items = Items::new(client, items::leaves_of(section), None);
    while let Some(item) = items.next()? {
        see(item);
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// This many of the last names are the same.
    Tail(usize),
    /// The same file, or below the folder.
    Same,
}

fn likeness(wanted: &[String], file: &[String]) -> Likeness {
    if begins_with(file, wanted) {
        return Likeness::Same;
    }
    let same = wanted
        .iter()
        .rev()
        .zip(file.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    Likeness::Tail(same)
}

fn begins_with(path: &[String], folder: &[String]) -> bool {
    !folder.is_empty() && path.len() >= folder.len() && path[..folder.len()] == *folder
}

/// The names in a path of either kind. On Windows case does not count; a drive letter tells such a path.
fn parts(path: &str) -> Vec<String> {
    let is_windows = path.contains('\\') || path.as_bytes().get(1) == Some(&b':');
    let name = |part: &str| {
        if is_windows {
            part.to_lowercase()
        } else {
            part.to_owned()
        }
    };
    let separators: &[char] = if is_windows { &['/', '\\'] } else { &['/'] };
    path.split(separators)
        .filter(|part| !part.is_empty() && *part != ".")
        .map(name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_both_kinds_are_compared_by_their_names() {
        let same = |a: &str, b: &str| likeness(&parts(a), &parts(b));
        assert_eq!(same("/m/a.mkv", "/m/a.mkv"), Likeness::Same);
        assert_eq!(same("/m/", "/m/x/a.mkv"), Likeness::Same);
        assert_eq!(same("S:\\Films\\A.mkv", "s:/films/a.mkv"), Likeness::Same);
        assert_eq!(same("/m/A.mkv", "/m/a.mkv"), Likeness::Tail(0));
        assert_eq!(
            same("/mnt/films/x/a.mkv", "/data/x/a.mkv"),
            Likeness::Tail(2)
        );
        assert_eq!(same("/m/film", "/m/films/a.mkv"), Likeness::Tail(0));
    }
}
