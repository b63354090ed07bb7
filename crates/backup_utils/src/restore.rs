//! A restore: verified, kept before it is overwritten, and done whole or not at all.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use plexcore::Error;
use plexcore::cli::{Exit, Failure};
#[cfg(windows)]
use plexcore::files::parent_of;
use plexcore::files::real_path;

use crate::args::DEFAULT_TARGET;
use crate::attributes::Attributes;
use crate::compare::{Change, Comparison};
use crate::copy::Copier;
use crate::create::{Made, Order, create};
use crate::journal::{FolderStep, Journal, Phase, Step};
use crate::manifest::{self, Entry, Header, Kind, Manifest, PathText, Purpose};
use crate::name::Name;
use crate::place::{confirm, look, place_all, settle, undo_all, unstage};
use crate::plan::Item;
use crate::shelf::{Found, Origin, Shelf};
use crate::workers::{Buffers, for_each};

/// The name of the backups that a restore makes of what it overwrites.
const PRE_RESTORE: &str = "pre-restore";

/// A backup that is to be put back, and where to.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) root: PathBuf,
    /// It has no manifest: only the script knows where its files were, and it did not.
    pub(crate) is_scripts: bool,
}

impl Source {
    /// Reads the manifest and settles where the files go.
    pub(crate) fn open(backup: &Path, target: Option<&Path>) -> Result<Self, Failure> {
        if !backup.is_dir() {
            let message = format!(
                "cannot restore {}: there is no such backup",
                backup.display()
            );
            return Err(Failure::new(Exit::NoInput, message)
                .hint("backup_utils --list shows what there is"));
        }
        let found = Found::at(backup.to_owned());
        let is_scripts = matches!(found.origin, Origin::Script);
        let root = match (&found.origin, target) {
            (Origin::Damaged(reason), _) => return Err(Failure::new(Exit::Data, reason.clone())),
            (Origin::Tool(header), None) => recorded_root(&header.root.0)?,
            (Origin::Script, None) if !Path::new(DEFAULT_TARGET).is_dir() => {
                let message = format!(
                    "cannot restore {}: there is no folder {DEFAULT_TARGET} here",
                    backup.display()
                );
                return Err(Failure::new(Exit::NoInput, message).hint("it has no manifest that says where its files were; name their folder with --target-dir"));
            }
            (Origin::Script, None) => real(Path::new(DEFAULT_TARGET))?,
            (_, Some(target)) => real(target)?,
        };
        let manifest = if is_scripts {
            without_manifest(backup, &found)?
        } else {
            Manifest::read(backup)?
        };
        Ok(Self {
            path: backup.to_owned(),
            manifest,
            root,
            is_scripts,
        })
    }
}

/// The recorded root, if it is still no link and lies below none.
fn recorded_root(root: &Path) -> Result<PathBuf, Failure> {
    let existing = root
        .ancestors()
        .find(|path| fs::symlink_metadata(path).is_ok());
    let is_plain = existing.is_some_and(|path| real_path(path).is_ok_and(|real| real == path));
    if root.is_absolute() && is_plain {
        return Ok(root.to_owned());
    }
    let message = format!(
        "cannot restore below {}: it is not the plain folder that was backed up",
        root.display()
    );
    Err(Failure::new(Exit::Data, message)
        .hint("if that is as you want it, name the folder with --target-dir"))
}

/// A folder of the user's choice, which may not exist yet.
fn real(folder: &Path) -> Result<PathBuf, Failure> {
    match real_path(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(std::path::absolute(folder).map_err(Error::read(folder))?)
        }
        real => Ok(real.map_err(Error::read(folder))?),
    }
}

/// What a manifest of the script would have said: each file flat below the target.
fn without_manifest(backup: &Path, found: &Found) -> Result<Manifest, Failure> {
    let mut entries = Vec::new();
    let mut buffers = Buffers::new();
    for item in walkdir::WalkDir::new(backup)
        .min_depth(1)
        .sort_by_file_name()
    {
        let item = item.map_err(|error| {
            Failure::new(
                Exit::NoInput,
                format!("cannot read {}: {error}", backup.display()),
            )
        })?;
        let path = item.path();
        let metadata = fs::symlink_metadata(path).map_err(Error::read(path))?;
        if metadata.is_dir() {
            continue;
        }
        if !metadata.is_file() {
            let message = format!(
                "cannot restore {}: expected a file, found something else",
                path.display()
            );
            return Err(Failure::new(Exit::Data, message));
        }
        let below = PathText(path.strip_prefix(backup).unwrap_or(path).to_owned());
        let content = crate::copy::content_of(path, &mut buffers)?;
        let kind = Kind::File {
            size: content.size,
            sha256: content.sha256,
        };
        let attributes = Attributes::read(path, &metadata).map_err(Error::read(path))?;
        entries.push(Entry {
            path: below.clone(),
            stored: below,
            kind,
            attributes,
            seen: None,
        });
    }
    let created = found.created.unwrap_or(plexcore::stamp::Stamp(0));
    let header = Header::new(
        &manifest::maker(),
        &found.name,
        created,
        Purpose::Backup,
        PathBuf::new(),
        &entries,
    );
    Ok(Manifest { header, entries })
}

/// A restore that was done.
#[derive(Debug, Default)]
pub(crate) struct Restored {
    /// The backup of what was overwritten, if anything was.
    pub(crate) safety: Option<Made>,
    /// What could not be cleared up afterwards; the next run tries once more.
    pub(crate) left: Vec<String>,
}

/// Does what a comparison found, all of it or nothing.
pub(crate) fn restore(
    source: &Source,
    comparison: &Comparison,
    shelf: &Shelf,
    progress: &ProgressBar,
) -> Result<Restored, Failure> {
    if comparison.is_empty() {
        return Ok(Restored::default());
    }
    let safety = keep_what_goes(source, comparison, shelf)?;
    let journal = journal_of(source, comparison)?;
    let folder = &shelf.folder;
    let done = journal
        .begin(folder)
        .map_err(Failure::from)
        .and_then(|()| stage(source, comparison, &journal, progress))
        .and_then(|()| Ok(Journal::turn(folder, Phase::Staging, Phase::Placing)?))
        .and_then(|()| place_all(&journal, true))
        .and_then(|()| confirm(&journal))
        .and_then(|()| Ok(Journal::turn(folder, Phase::Placing, Phase::Settling)?));
    if let Err(failure) = done {
        give_up(folder, &journal)?;
        return Err(
            failure.hint_if_none("nothing was changed, or everything was put back as it was")
        );
    }
    let left = settle(&journal);
    if left.is_empty() {
        // Otherwise the journal stays, and the next run tries once more.
        Journal::end(folder)?;
    }
    Ok(Restored {
        safety: Some(safety),
        left,
    })
}

/// Leaves everything as it was before the restore.
fn give_up(shelf: &Path, journal: &Journal) -> Result<(), Failure> {
    match Journal::phase(shelf)? {
        None => {}
        Some(Phase::Staging) => unstage(journal)?,
        Some(phase) => {
            // If not even the phase can be changed, the way back is tried all the same.
            let _ = Journal::turn(shelf, phase, Phase::Undoing);
            undo_all(journal)?;
        }
    }
    Ok(Journal::end(shelf)?)
}

/// Ends a restore that was stopped; tells what it did.
pub(crate) fn resume(shelf: &Shelf) -> Result<Vec<String>, Failure> {
    let folder = &shelf.folder;
    let Some((phase, journal)) = Journal::open(folder)? else {
        return Ok(Vec::new());
    };
    let done = match phase {
        Phase::Placing => place_all(&journal, false)
            .and_then(|()| confirm(&journal))
            .and_then(|()| Ok(Journal::turn(folder, Phase::Placing, Phase::Settling)?)),
        Phase::Settling => Ok(()),
        Phase::Staging | Phase::Undoing => Err(Failure::new(Exit::InputOutput, "it was stopped")),
    };
    let (how, mut told) = if done.is_ok() {
        ("it is finished now", settle(&journal))
    } else {
        give_up(folder, &journal)?;
        ("everything is as it was before it", Vec::new())
    };
    Journal::end(folder)?;
    told.insert(
        0,
        format!(
            "a restore of {} was stopped; {how}",
            journal.backup.0.display()
        ),
    );
    Ok(told)
}

/// Backs up everything that the restore will overwrite or remove, and notes what it will add.
fn keep_what_goes(
    source: &Source,
    comparison: &Comparison,
    shelf: &Shelf,
) -> Result<Made, Failure> {
    let root = &comparison.root;
    let mut items = Vec::new();
    let mut absent: Vec<PathBuf> = comparison.new_folders.clone();
    let folders = folders_of(source, comparison)
        .into_iter()
        .map(|(_, path)| path);
    let there = comparison
        .changes
        .iter()
        .filter(|change| change.was().is_some())
        .map(|change| change.target().to_owned());
    for path in folders.chain(there) {
        let Some(metadata) = look(&path).map_err(Error::read(&path))? else {
            continue;
        };
        let below = path.strip_prefix(root).unwrap_or(&path);
        let stored = if below == Path::new(manifest::FILE) {
            Path::new("from").join(below)
        } else {
            below.to_owned()
        };
        items.extend(Item::new(path.clone(), stored, &metadata));
    }
    absent.extend(
        comparison
            .changes
            .iter()
            .filter(|change| change.was().is_none())
            .map(|change| change.target().to_owned()),
    );
    let absent = absent
        .into_iter()
        .filter_map(|path| path.strip_prefix(root).map(Path::to_owned).ok());
    let absent = absent.filter(|path| !path.as_os_str().is_empty()).collect();
    let name = Name::new(PRE_RESTORE).map_err(|message| Failure::new(Exit::Internal, message))?;
    let order = Order {
        name,
        purpose: Purpose::PreRestore,
        root: root.clone(),
        items,
        absent,
        reread: false,
    };
    create(shelf, order, &ProgressBar::hidden())
}

/// The folders that get their attributes back: all of the backup, since a change in a folder changes its time.
fn folders_of(source: &Source, comparison: &Comparison) -> Vec<(usize, PathBuf)> {
    let is_folder = |(_, entry): &(usize, &Entry)| matches!(entry.kind, Kind::Folder);
    let folders = source.manifest.entries.iter().enumerate().filter(is_folder);
    folders
        .map(|(index, entry)| (index, comparison.root.join(&entry.path.0)))
        .collect()
}

fn journal_of(source: &Source, comparison: &Comparison) -> Result<Journal, Failure> {
    let id = format!("{}-{}", std::process::id(), plexcore::cli::utc_now().0);
    let beside = |target: &Path, index: usize, suffix: &str| {
        PathText(target.with_file_name(format!(".restore-{id}-{index}.{suffix}")))
    };
    let mut steps = Vec::new();
    for (index, change) in comparison.changes.iter().enumerate() {
        let target = change.target();
        steps.push(Step {
            target: PathText(target.to_owned()),
            staged: matches!(change, Change::Put { .. }).then(|| beside(target, index, "new")),
            aside: change.was().map(|_| beside(target, index, "old")),
            was: change.was().copied(),
        });
    }
    let mut folders = Vec::new();
    for (index, path) in folders_of(source, comparison) {
        let before = match look(&path).map_err(Error::read(&path))? {
            Some(found) => Some(Attributes::read(&path, &found).map_err(Error::read(&path))?),
            None => None,
        };
        let attributes = source.manifest.entries[index].attributes.clone();
        folders.push(FolderStep {
            path: PathText(path),
            attributes,
            before,
        });
    }
    Ok(Journal {
        backup: PathText(source.path.clone()),
        steps,
        new_folders: comparison
            .new_folders
            .iter()
            .cloned()
            .map(PathText)
            .collect(),
        old_folders: comparison
            .old_folders
            .iter()
            .cloned()
            .map(PathText)
            .collect(),
        folders,
    })
}

/// Writes every new file beside its target, complete with its attributes, and makes it durable.
fn stage(
    source: &Source,
    comparison: &Comparison,
    journal: &Journal,
    progress: &ProgressBar,
) -> Result<(), Failure> {
    for folder in &comparison.new_folders {
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::create(folder)(error).into());
            }
            _ => {}
        }
    }
    let copier = Copier::new(false);
    for_each(journal.steps.len(), |index, buffers| {
        let (Change::Put { entry, .. }, Some(staged)) =
            (&comparison.changes[index], &journal.steps[index].staged)
        else {
            return Ok(());
        };
        let entry = &source.manifest.entries[*entry];
        progress.inc(entry.size().unwrap_or(0));
        stage_one(&source.path, entry, &staged.0, &copier, buffers)
    })?;
    for folder in journal.folders_touched() {
        plexcore::files::sync_folder(&folder).map_err(Error::write(&folder))?;
    }
    Ok(())
}

fn stage_one(
    backup: &Path,
    entry: &Entry,
    staged: &Path,
    copier: &Copier,
    buffers: &mut Buffers,
) -> Result<(), Failure> {
    let stored = backup.join(&entry.stored.0);
    match &entry.kind {
        Kind::Folder => {}
        Kind::Link { target } => {
            make_link(&target.0, staged).map_err(Error::create(staged))?;
            entry
                .attributes
                .apply_to_link(staged)
                .map_err(Error::write(staged))?;
        }
        Kind::File { sha256, .. } => {
            let content = copier.copy(&stored, staged, buffers)?.content;
            if content.sha256 != *sha256 {
                let found = format!("expected SHA-256 {sha256}, found {}", content.sha256);
                return Err(Error::Data {
                    path: stored,
                    found,
                }
                .into());
            }
            // Opened before it gets its rights, which may forbid that. Windows makes nothing durable
            // through a file that is only read; elsewhere the copy may be one that can only be read.
            let mut options = File::options();
            let open = options.read(true).write(cfg!(windows)).open(staged);
            let open = open.map_err(Error::read(staged))?;
            let settled = entry
                .attributes
                .apply(staged)
                .and_then(|()| open.sync_all());
            settled.map_err(Error::write(staged))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn make_link(target: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(windows)]
fn make_link(target: &Path, at: &Path) -> io::Result<()> {
    // Windows tells links to folders from links to files; what it leads to decides, if it is there.
    if parent_of(at).join(target).is_dir() {
        std::os::windows::fs::symlink_dir(target, at)
    } else {
        std::os::windows::fs::symlink_file(target, at)
    }
}

/// A way out for failures that name none.
trait HintIfNone {
    fn hint_if_none(self, hint: &str) -> Self;
}

impl HintIfNone for Failure {
    fn hint_if_none(self, hint: &str) -> Self {
        if self.hint.is_some() {
            self
        } else {
            self.hint(hint)
        }
    }
}

/// Whether a restore was stopped and waits to be ended.
pub(crate) fn is_open(shelf: &Shelf) -> Result<bool, Failure> {
    Ok(Journal::open(&shelf.folder)?.is_some())
}
