//! What a restore would change: a backup against the files as they are now. Changes nothing.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::cli::{Exit, Failure};
use plexcore::files::real_path;
use walkdir::WalkDir;

use crate::attributes::{Attributes, Moment};
use crate::copy::content_of;
use crate::manifest::{Entry, Kind, Manifest, Purpose};
use crate::place::{Was, look, no_links_above};
use crate::workers::{Buffers, for_each};

/// Why something is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is compiled from a file that is replaced; a 2.7 host would go on running it.
    Compiled,
    /// It was added to a folder since the backup.
    Added,
    /// It did not exist when the backup was made, and the backup says so.
    NotThere,
}

/// One thing that a restore would do.
#[derive(Debug)]
pub(crate) enum Change {
    /// Put entry number `entry` in the place of what `was` there, or where nothing was.
    Put {
        entry: usize,
        target: PathBuf,
        was: Option<Was>,
    },
    /// Take something away.
    Remove {
        target: PathBuf,
        was: Was,
        reason: Reason,
    },
}

/// Everything that a restore would do.
#[derive(Debug)]
pub(crate) struct Comparison {
    /// The folder below which everything happens.
    pub(crate) root: PathBuf,
    pub(crate) changes: Vec<Change>,
    /// Folders that do not exist yet, the outer ones first.
    pub(crate) new_folders: Vec<PathBuf>,
    /// Folders of the backup by entry number, which get their rights and times back.
    pub(crate) folders: Vec<(usize, PathBuf)>,
    /// Folders that go if they are empty then, the inner ones first.
    pub(crate) old_folders: Vec<PathBuf>,
    /// Files that were added since the backup and would stay.
    pub(crate) added: Vec<PathBuf>,
}

impl Comparison {
    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.new_folders.is_empty() && self.folders.is_empty()
    }
}

impl Change {
    /// The file in question.
    pub(crate) fn target(&self) -> &Path {
        match self {
            Self::Put { target, .. } | Self::Remove { target, .. } => target,
        }
    }

    /// What is there now.
    pub(crate) fn was(&self) -> Option<&Was> {
        match self {
            Self::Put { was, .. } => was.as_ref(),
            Self::Remove { was, .. } => Some(was),
        }
    }
}

/// Compares a backup with what is below `root`, leaving out `shelf`, the folder of the backups.
/// With `exact`, what was added since is to go.
pub(crate) fn compare(
    manifest: &Manifest,
    root: &Path,
    shelf: &Path,
    exact: bool,
) -> Result<Comparison, Failure> {
    let entries = &manifest.entries;
    for entry in entries {
        no_links_above(root, &entry.path.0)?;
    }
    let found = for_each(entries.len(), |index, buffers| {
        state_of(&entries[index], root, buffers)
    })?;
    let mut comparison = Comparison {
        root: root.to_owned(),
        changes: Vec::new(),
        new_folders: Vec::new(),
        folders: Vec::new(),
        old_folders: Vec::new(),
        added: Vec::new(),
    };
    let mut new_folders = BTreeSet::new();
    for (index, (entry, state)) in entries.iter().zip(found).enumerate() {
        let target = root.join(&entry.path.0);
        let is_folder = matches!(entry.kind, Kind::Folder);
        if state != State::Same {
            let inner = if is_folder {
                Some(target.as_path())
            } else {
                target.parent()
            };
            new_folders.extend(missing_folders(inner)?);
        }
        match state {
            State::Same => {}
            _ if is_folder => comparison.folders.push((index, target)),
            State::Different(was) => comparison.changes.push(Change::Put {
                entry: index,
                target,
                was: Some(was),
            }),
            State::Absent => comparison.changes.push(Change::Put {
                entry: index,
                target,
                was: None,
            }),
        }
    }
    comparison.new_folders = new_folders.into_iter().collect();
    removals(manifest, shelf, exact, &mut comparison)?;
    Ok(comparison)
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Same,
    Different(Was),
    Absent,
}

fn state_of(entry: &Entry, root: &Path, buffers: &mut Buffers) -> Result<State, Failure> {
    let target = root.join(&entry.path.0);
    let Some(found) = look(&target).map_err(Error::read(&target))? else {
        return Ok(State::Absent);
    };
    let wanted_folder = matches!(entry.kind, Kind::Folder);
    if found.is_dir() != wanted_folder {
        let words = |is_folder| if is_folder { "a folder" } else { "a file" };
        let message = format!(
            "cannot restore {}: expected {}, found {}",
            target.display(),
            words(wanted_folder),
            words(found.is_dir())
        );
        return Err(
            Failure::new(Exit::Data, message).hint("move it away first; nothing was changed")
        );
    }
    let is_same = match &entry.kind {
        Kind::Folder => attributes_agree(entry, &target, &found),
        Kind::Link { target: leads_to } => {
            found.is_symlink() && fs::read_link(&target).is_ok_and(|path| path == leads_to.0)
        }
        Kind::File { size, sha256 } => {
            found.is_file()
                && found.len() == *size
                && attributes_agree(entry, &target, &found)
                && content_of(&target, buffers)?.sha256 == *sha256
        }
    };
    Ok(if is_same {
        State::Same
    } else {
        State::Different(Was::of(&found))
    })
}

fn attributes_agree(entry: &Entry, target: &Path, found: &Metadata) -> bool {
    Attributes::read(target, found).is_ok_and(|now| entry.attributes.agree(&now, true))
}

/// The folders above and at `path` that do not exist.
fn missing_folders(path: Option<&Path>) -> Result<Vec<PathBuf>, Error> {
    let mut missing = Vec::new();
    for folder in path.into_iter().flat_map(Path::ancestors) {
        if look(folder).map_err(Error::read(folder))?.is_some() {
            break;
        }
        missing.push(folder.to_owned());
    }
    Ok(missing)
}

/// Adds what is to be taken away: stale compiled files, what was not there, what was added.
fn removals(
    manifest: &Manifest,
    shelf: &Path,
    exact: bool,
    comparison: &mut Comparison,
) -> Result<(), Failure> {
    let root = comparison.root.clone();
    let known: BTreeSet<PathBuf> = manifest
        .entries
        .iter()
        .map(|entry| root.join(&entry.path.0))
        .collect();
    let mut going: BTreeSet<PathBuf> = BTreeSet::new();
    let mut remove =
        |target: PathBuf, found: &Metadata, reason: Reason, changes: &mut Vec<Change>| {
            if going.insert(target.clone()) {
                changes.push(Change::Remove {
                    target,
                    was: Was::of(found),
                    reason,
                });
            }
        };
    for path in &manifest.header.absent {
        no_links_above(&root, &path.0)?;
        let target = root.join(&path.0);
        match look(&target).map_err(Error::read(&target))? {
            Some(found) if found.is_dir() => comparison.old_folders.push(target),
            Some(found) if !known.contains(&target) => {
                remove(target, &found, Reason::NotThere, &mut comparison.changes);
            }
            _ => {}
        }
    }
    let sources: Vec<PathBuf> = comparison
        .changes
        .iter()
        .map(|change| change.target().to_owned())
        .collect();
    for target in sources
        .iter()
        .flat_map(|source| compiled_from(source))
        .filter(|target| !known.contains(target))
    {
        if let Some(found) = look(&target).map_err(Error::read(&target))?
            && found.is_file()
        {
            remove(target, &found, Reason::Compiled, &mut comparison.changes);
        }
    }
    for (path, found) in added(manifest, &root, shelf, &known)? {
        if found.is_dir() {
            if exact {
                comparison.old_folders.push(path);
            }
        } else if exact {
            remove(path, &found, Reason::Added, &mut comparison.changes);
        } else {
            comparison.added.push(path);
        }
    }
    let gone: BTreeSet<&Path> = comparison.changes.iter().map(Change::target).collect();
    comparison
        .added
        .retain(|path| !gone.contains(path.as_path()));
    // A folder comes after what it holds.
    comparison.old_folders.sort_by(|a, b| b.cmp(a));
    Ok(())
}

/// What CPython 2.7 makes beside a source, and runs as long as its noted time fits the source's.
fn compiled_from(source: &Path) -> Vec<PathBuf> {
    if source
        .extension()
        .is_some_and(|extension| extension == "py")
    {
        vec![source.with_extension("pyc"), source.with_extension("pyo")]
    } else {
        Vec::new()
    }
}

/// What lies in folders that were backed up whole, but not in the backup.
fn added(
    manifest: &Manifest,
    root: &Path,
    shelf: &Path,
    known: &BTreeSet<PathBuf>,
) -> Result<Vec<(PathBuf, Metadata)>, Failure> {
    let mut added = Vec::new();
    if manifest.header.purpose == Purpose::PreRestore {
        // It holds what was overwritten, and no folder whole.
        return Ok(added);
    }
    let shelf = real_path(shelf).ok();
    let folders: BTreeSet<PathBuf> = manifest
        .entries
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::Folder))
        .map(|entry| root.join(&entry.path.0))
        .collect();
    let is_inner = |folder: &&PathBuf| {
        folder
            .parent()
            .is_some_and(|parent| folders.contains(parent))
    };
    for folder in folders.iter().filter(|folder| !is_inner(folder)) {
        if look(folder).map_err(Error::read(folder))?.is_none() {
            continue;
        }
        let walker = WalkDir::new(folder)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter();
        let outside = |path: &Path| shelf.as_deref() != Some(path);
        for entry in walker.filter_entry(|entry| outside(entry.path())) {
            let entry = entry.map_err(|error| {
                Failure::new(
                    Exit::NoInput,
                    format!("cannot read {}: {error}", folder.display()),
                )
            })?;
            if !known.contains(entry.path()) {
                let found =
                    fs::symlink_metadata(entry.path()).map_err(Error::read(entry.path()))?;
                added.push((entry.into_path(), found));
            }
        }
    }
    Ok(added)
}

impl Was {
    /// What there is to recognise a file by.
    pub(crate) fn of(found: &Metadata) -> Self {
        Self {
            bytes: found.len(),
            mtime: found.modified().map(Moment::from).unwrap_or_default(),
        }
    }
}
