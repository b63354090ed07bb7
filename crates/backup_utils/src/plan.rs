//! What is to be backed up: the files and folders named, walked, before anything is written.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::cli::{Exit, Failure};
use plexcore::files::{parent_of, real_path};
use walkdir::WalkDir;

use crate::layout;
use crate::place::look;

/// One file, folder or link to be kept.
#[derive(Debug)]
pub(crate) struct Item {
    /// Where it is: absolute, no links in its folders.
    pub(crate) source: PathBuf,
    /// Where it lies in the backup.
    pub(crate) stored: PathBuf,
    pub(crate) kind: ItemKind,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// A file of this many bytes.
    File(u64),
    Folder,
    Link,
}

impl Item {
    /// An item for what was found at `source`. `None` if it is a pipe, a socket or a device.
    pub(crate) fn new(source: PathBuf, stored: PathBuf, found: &Metadata) -> Option<Self> {
        let kind = if found.is_file() {
            ItemKind::File(found.len())
        } else if found.is_dir() {
            ItemKind::Folder
        } else if found.is_symlink() {
            ItemKind::Link
        } else {
            return None;
        };
        Some(Self {
            source,
            stored,
            kind,
        })
    }

    /// The size of a file, 0 for anything else.
    pub(crate) fn bytes(&self) -> u64 {
        match self.kind {
            ItemKind::File(bytes) => bytes,
            _ => 0,
        }
    }
}

/// A thing that was named, for the person to read.
#[derive(Debug)]
pub(crate) struct Named {
    /// Its place in the backup.
    pub(crate) place: PathBuf,
    /// How many files it holds; 1 for a file.
    pub(crate) n_files: usize,
    /// It is a folder.
    pub(crate) is_folder: bool,
}

/// Everything that a backup will hold.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) root: PathBuf,
    pub(crate) items: Vec<Item>,
    pub(crate) named: Vec<Named>,
    /// Named, but not there.
    pub(crate) missing: Vec<PathBuf>,
    /// Links inside a folder that lead out of it: what they lead to is not backed up.
    pub(crate) links_out: Vec<PathBuf>,
}

impl Plan {
    /// Sizes of all files together.
    pub(crate) fn bytes(&self) -> u64 {
        self.items.iter().map(Item::bytes).sum()
    }

    /// How many files.
    pub(crate) fn n_files(&self) -> usize {
        self.items
            .iter()
            .filter(|item| matches!(item.kind, ItemKind::File(_)))
            .count()
    }
}

/// Walks what was named. `excluded` (the folder of the backups) is left out wherever it is met.
pub(crate) fn plan(named: &[PathBuf], excluded: &Path) -> Result<Plan, Failure> {
    let (sources, missing) = resolved(named)?;
    let sources = outermost(sources);
    let excluded = real_path(excluded).ok();
    if let Some(inside) = sources
        .iter()
        .find(|source| excluded.as_ref().is_some_and(|e| source.starts_with(e)))
    {
        let message = format!(
            "cannot back up {}: it lies in the folder of the backups",
            inside.display()
        );
        return Err(Failure::new(Exit::Data, message));
    }
    let root = match layout::common_parent(sources.iter().map(PathBuf::as_path)) {
        Some(root) => root,
        None if sources.is_empty() => PathBuf::new(),
        None => {
            return Err(
                Failure::usage("cannot keep files of different drives in one backup")
                    .hint("make a backup for each drive"),
            );
        }
    };
    let places = layout::places(&sources);
    let mut plan = Plan {
        root,
        items: Vec::new(),
        named: Vec::new(),
        missing,
        links_out: Vec::new(),
    };
    for (source, place) in sources.iter().zip(places) {
        let before = plan.n_files();
        walk(source, &place, excluded.as_deref(), &mut plan)?;
        let is_folder = plan
            .items
            .iter()
            .any(|item| item.source == *source && item.kind == ItemKind::Folder);
        plan.named.push(Named {
            place,
            n_files: plan.n_files() - before,
            is_folder,
        });
    }
    Ok(plan)
}

/// The absolute paths of what was named, and what is missing. A link that was named stands for
/// itself and for what it leads to: the script kept only the latter, and both may be edited.
fn resolved(named: &[PathBuf]) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Failure> {
    let (mut sources, mut missing) = (Vec::new(), Vec::new());
    for path in named {
        let Some(found) = look(path).map_err(Error::read(path))? else {
            missing.push(path.clone());
            continue;
        };
        let real = real_path(path);
        if found.is_symlink() {
            sources.push(beside_its_parent(path).map_err(Error::read(path))?);
            sources.extend(real);
        } else {
            sources.push(real.map_err(Error::read(path))?);
        }
    }
    Ok((sources, missing))
}

/// A link's own path, its folders without links.
fn beside_its_parent(link: &Path) -> io::Result<PathBuf> {
    let name = link
        .file_name()
        .ok_or_else(|| io::Error::other("it has no name"))?;
    Ok(real_path(parent_of(link))?.join(name))
}

/// Each source once, and none that another one holds; in the order in which they were named.
fn outermost(sources: Vec<PathBuf>) -> Vec<PathBuf> {
    let all: BTreeSet<PathBuf> = sources.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    let is_held = |path: &Path| path.ancestors().skip(1).any(|above| all.contains(above));
    sources
        .into_iter()
        .filter(|path| !is_held(path) && seen.insert(path.clone()))
        .collect()
}

fn walk(
    source: &Path,
    place: &Path,
    excluded: Option<&Path>,
    plan: &mut Plan,
) -> Result<(), Failure> {
    if source.parent().is_none() {
        return Err(Failure::new(Exit::Data, "cannot back up the root folder"));
    }
    let walker = WalkDir::new(source)
        .follow_links(false)
        .follow_root_links(false)
        .sort_by_file_name();
    let entries = walker
        .into_iter()
        .filter_entry(|entry| Some(entry.path()) != excluded);
    for entry in entries {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(source).to_owned();
            Error::read(&path)(
                error
                    .into_io_error()
                    .unwrap_or_else(|| io::Error::other("its folders form a loop")),
            )
        })?;
        let path = entry.path();
        let metadata = fs::symlink_metadata(path).map_err(Error::read(path))?;
        if metadata.is_symlink() && entry.depth() > 0 && leads_out(path, source) {
            plan.links_out.push(path.to_owned());
        }
        let stored = match path.strip_prefix(source) {
            Ok(below) if !below.as_os_str().is_empty() => place.join(below),
            _ => place.to_owned(),
        };
        let Some(item) = Item::new(path.to_owned(), stored, &metadata) else {
            let message = format!(
                "cannot back up {}: expected a file, a folder or a link, found a pipe, a socket or a device",
                path.display()
            );
            return Err(Failure::new(Exit::Data, message));
        };
        plan.items.push(item);
    }
    Ok(())
}

fn leads_out(link: &Path, folder: &Path) -> bool {
    real_path(link).is_ok_and(|real| !real.starts_with(folder))
}
