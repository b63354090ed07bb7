//! Files taking their places, and giving them back: each step can be done twice, so that a run
//! that was stopped can be brought to an end by the next.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::cli::{Exit, Failure};
use plexcore::files::sync_folder;
use serde::{Deserialize, Serialize};

use crate::attributes::Moment;
use crate::journal::{Journal, Step};

/// What a file is recognised by when its place is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Was {
    pub(crate) bytes: u64,
    pub(crate) mtime: Moment,
}

/// Refuses a path below `root` that leads through a link, so that nothing outside is touched.
pub(crate) fn no_links_above(root: &Path, below: &Path) -> Result<(), Failure> {
    for part in below
        .ancestors()
        .skip(1)
        .take_while(|part| !part.as_os_str().is_empty())
    {
        let folder = root.join(part);
        if fs::symlink_metadata(&folder).is_ok_and(|found| found.is_symlink()) {
            let message = format!(
                "cannot use {}: {} is a link",
                root.join(below).display(),
                folder.display()
            );
            return Err(Failure::new(Exit::Data, message));
        }
    }
    Ok(())
}

/// Does every step. A file that is not what it was when the restore was planned is an error if
/// `strict`; otherwise, in a run that finishes another's work, it is kept beside its target.
pub(crate) fn place_all(journal: &Journal, strict: bool) -> Result<(), Failure> {
    for step in &journal.steps {
        if strict && !is_as_it_was(step) {
            let message = format!(
                "cannot restore {}: it was changed meanwhile",
                step.target.0.display()
            );
            return Err(
                Failure::new(Exit::TryAgain, message).hint("nothing was changed; try again")
            );
        }
        place(step).map_err(Error::write(&step.target.0))?;
    }
    Ok(())
}

fn is_as_it_was(step: &Step) -> bool {
    fs::symlink_metadata(&step.target.0)
        .ok()
        .map(|found| Was::of(&found))
        == step.was
}

fn place(step: &Step) -> io::Result<()> {
    let target = &step.target.0;
    let Some(staged) = &step.staged else {
        return match &step.aside {
            Some(aside) if exists(target) && !exists(&aside.0) => fs::rename(target, &aside.0),
            _ => Ok(()),
        };
    };
    if !exists(&staged.0) {
        return Ok(());
    }
    if let Some(aside) = &step.aside
        && exists(target)
        && !exists(&aside.0)
    {
        // A second name for the old file: its place is never empty. Some disks have no such names.
        let is_link = fs::symlink_metadata(target)?.is_symlink();
        if is_link || fs::hard_link(target, &aside.0).is_err() {
            fs::rename(target, &aside.0)?;
        }
    }
    fs::rename(&staged.0, target)
}

/// Puts everything back as it was, and removes what was staged.
pub(crate) fn undo_all(journal: &Journal) -> Result<(), Failure> {
    for step in journal.steps.iter().rev() {
        undo(step).map_err(Error::write(&step.target.0))?;
    }
    for folder in &journal.folders {
        if let Some(before) = &folder.before {
            before
                .apply(&folder.path.0)
                .map_err(Error::write(&folder.path.0))?;
        }
    }
    for folder in journal.new_folders.iter().rev() {
        remove_if_empty(&folder.0).map_err(Error::write(&folder.0))?;
    }
    sync(journal)
}

fn undo(step: &Step) -> io::Result<()> {
    let target = &step.target.0;
    match (&step.aside, &step.staged) {
        (Some(aside), _) if exists(&aside.0) => {
            fs::rename(&aside.0, target)?;
            // Renaming one name of a file to another name of it does nothing.
            remove_file(&aside.0)?;
        }
        // Nothing was there before, and the new file has left its waiting place.
        (None, Some(staged)) if !exists(&staged.0) => remove_file(target)?,
        _ => {}
    }
    step.staged
        .as_ref()
        .map_or(Ok(()), |staged| remove_file(&staged.0))
}

/// Removes what was staged; nothing else has happened yet.
pub(crate) fn unstage(journal: &Journal) -> Result<(), Failure> {
    for staged in journal.steps.iter().filter_map(|step| step.staged.as_ref()) {
        remove_file(&staged.0).map_err(Error::write(&staged.0))?;
    }
    for folder in journal.new_folders.iter().rev() {
        remove_if_empty(&folder.0).map_err(Error::write(&folder.0))?;
    }
    sync(journal)
}

/// Lets go of the old files once the new ones are in place; gives back those that were kept since
/// they are not what the restore had seen.
pub(crate) fn finish(journal: &Journal) -> Result<Vec<PathBuf>, Failure> {
    sync(journal)?;
    let mut kept = Vec::new();
    for step in &journal.steps {
        let Some(aside) = &step.aside else { continue };
        match fs::symlink_metadata(&aside.0) {
            Ok(found) if Some(Was::of(&found)) != step.was => kept.push(aside.0.clone()),
            Ok(_) => remove_file(&aside.0).map_err(Error::write(&aside.0))?,
            Err(_) => {}
        }
    }
    for folder in &journal.old_folders {
        remove_if_empty(&folder.0).map_err(Error::write(&folder.0))?;
    }
    // The outer folders come first in the list, and writing into a folder changes its time.
    for folder in journal.folders.iter().rev() {
        folder
            .attributes
            .apply(&folder.path.0)
            .map_err(Error::write(&folder.path.0))?;
    }
    sync(journal)?;
    Ok(kept)
}

fn sync(journal: &Journal) -> Result<(), Failure> {
    for folder in journal
        .folders_touched()
        .iter()
        .filter(|folder| folder.is_dir())
    {
        sync_folder(folder).map_err(Error::write(folder))?;
    }
    Ok(())
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn remove_if_empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir(folder) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::DirectoryNotEmpty
                    | io::ErrorKind::NotADirectory
            ) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}
