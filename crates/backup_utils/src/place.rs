//! Files taking their places, and giving them back: each step can be done twice, so that a run
//! that was stopped can be brought to an end by the next.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::cli::{Exit, Failure};
use plexcore::files::{rename, sync_folder};
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
        let found = look(&folder).map_err(Error::read(&folder))?;
        if found.is_some_and(|found| found.is_symlink()) {
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
        if strict && !is_as_it_was(step).map_err(Error::read(&step.target.0))? {
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

fn is_as_it_was(step: &Step) -> io::Result<bool> {
    Ok(look(&step.target.0)?.map(|found| Was::of(&found)) == step.was)
}

fn place(step: &Step) -> io::Result<()> {
    let target = &step.target.0;
    let aside_is_free = match &step.aside {
        Some(aside) => exists(target)? && !exists(&aside.0)?,
        None => false,
    };
    match (&step.staged, &step.aside) {
        (Some(staged), _) if !exists(&staged.0)? => Ok(()),
        (Some(staged), Some(aside)) if aside_is_free => {
            // A second name for the old file: its place is never empty. Some disks have no such names.
            let is_link = fs::symlink_metadata(target)?.is_symlink();
            if is_link || fs::hard_link(target, &aside.0).is_err() {
                rename(target, &aside.0)?;
            }
            rename(&staged.0, target)
        }
        (Some(staged), _) => rename(&staged.0, target),
        (None, Some(aside)) if aside_is_free => rename(target, &aside.0),
        (None, _) => Ok(()),
    }
}

/// Puts everything back as it was, and removes what was staged.
pub(crate) fn undo_all(journal: &Journal) -> Result<(), Failure> {
    for step in journal.steps.iter().rev() {
        undo(step).map_err(Error::write(&step.target.0))?;
    }
    remove_new_folders(journal)?;
    for folder in journal.folders.iter().rev() {
        if let Some(before) = &folder.before {
            before
                .apply(&folder.path.0)
                .map_err(Error::write(&folder.path.0))?;
        }
    }
    sync(journal)
}

fn remove_new_folders(journal: &Journal) -> Result<(), Failure> {
    for folder in journal.new_folders.iter().rev() {
        remove_if_empty(&folder.0).map_err(Error::write(&folder.0))?;
    }
    Ok(())
}

fn undo(step: &Step) -> io::Result<()> {
    let target = &step.target.0;
    if let Some(aside) = &step.aside {
        if exists(&aside.0)? {
            rename(&aside.0, target)?;
            // Renaming one name of a file to another name of it does nothing.
            remove_file(&aside.0)?;
        }
    } else if let Some(staged) = &step.staged
        && !exists(&staged.0)?
    {
        // Nothing was there before, and the new file has left its waiting place.
        remove_file(target)?;
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
    remove_new_folders(journal)?;
    sync(journal)
}

/// Gives the folders their attributes and makes everything durable; until then all can go back.
pub(crate) fn confirm(journal: &Journal) -> Result<(), Failure> {
    // The outer folders come first in the list, and writing into a folder changes its time.
    for folder in journal.folders.iter().rev() {
        folder
            .attributes
            .apply(&folder.path.0)
            .map_err(Error::write(&folder.path.0))?;
    }
    sync(journal)
}

/// Lets go of the old files; what can't be done now does no harm and is told.
pub(crate) fn settle(journal: &Journal) -> Vec<String> {
    let mut told = Vec::new();
    let mut note = |path: &Path, done: io::Result<()>| {
        if let Err(error) = done {
            told.push(format!("cannot clear up {}: {error}", path.display()));
        }
    };
    let mut kept = Vec::new();
    for step in &journal.steps {
        let Some(aside) = &step.aside else { continue };
        match look(&aside.0) {
            Ok(Some(found)) if Some(Was::of(&found)) != step.was => kept.push(&aside.0),
            Ok(Some(_)) => note(&aside.0, remove_file(&aside.0)),
            Ok(None) => {}
            Err(error) => note(&aside.0, Err(error)),
        }
    }
    for folder in &journal.old_folders {
        note(&folder.0, remove_if_empty(&folder.0));
    }
    for folder in journal.folders.iter().rev() {
        note(&folder.path.0, folder.attributes.apply(&folder.path.0));
    }
    let words = |path: &PathBuf| {
        format!(
            "{} was changed while the restore was stopped, and is kept",
            path.display()
        )
    };
    told.extend(kept.into_iter().map(words));
    told
}

fn sync(journal: &Journal) -> Result<(), Failure> {
    for folder in &journal.folders_touched() {
        if exists(folder).map_err(Error::read(folder))? {
            sync_folder(folder).map_err(Error::write(folder))?;
        }
    }
    Ok(())
}

/// What is at a path, links not followed. That it can't be looked at does not mean that nothing is.
pub(crate) fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if says_nothing_is_there(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether an error means that nothing is at a path: not it, or not a folder above it.
pub(crate) fn says_nothing_is_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn exists(path: &Path) -> io::Result<bool> {
    look(path).map(|found| found.is_some())
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn remove_if_empty(folder: &Path) -> io::Result<()> {
    match fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        Err(error) if !says_nothing_is_there(&error) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::PathText;

    /// One file replaced, one made, one removed.
    fn journal(folder: &Path) -> Journal {
        let at = |name: &str| folder.join(name);
        for (name, content) in [
            ("a", "old a"),
            ("a.new", "new a"),
            ("b.new", "new b"),
            ("c", "old c"),
        ] {
            fs::write(at(name), content).unwrap();
        }
        let step = |target: &str, staged: bool, is_there: bool| Step {
            target: PathText(at(target)),
            staged: staged.then(|| PathText(at(&format!("{target}.new")))),
            aside: is_there.then(|| PathText(at(&format!("{target}.old")))),
            was: fs::symlink_metadata(at(target))
                .ok()
                .map(|found| Was::of(&found)),
        };
        Journal {
            backup: PathText(at("backup")),
            steps: vec![
                step("a", true, true),
                step("b", true, false),
                step("c", false, true),
            ],
            new_folders: Vec::new(),
            old_folders: Vec::new(),
            folders: Vec::new(),
        }
    }

    fn contents(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let mut all: Vec<_> = entries
            .map(|path| (name(&path), fs::read_to_string(&path).unwrap()))
            .collect();
        all.sort();
        all
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, content)| ((*name).to_owned(), (*content).to_owned()))
            .collect()
    }

    #[test]
    fn whatever_was_done_can_be_undone_twice_over() {
        for n_done in 0..=3 {
            let folder = tempfile::tempdir().unwrap();
            let journal = journal(folder.path());
            for step in &journal.steps[..n_done] {
                place(step).unwrap();
            }
            undo_all(&journal).unwrap();
            undo_all(&journal).unwrap();
            assert_eq!(
                contents(folder.path()),
                pairs(&[("a", "old a"), ("c", "old c")]),
                "{n_done}"
            );
        }
    }

    #[test]
    fn a_step_that_stopped_between_its_two_names_can_go_either_way() {
        for forwards in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let journal = journal(folder.path());
            fs::hard_link(folder.path().join("a"), folder.path().join("a.old")).unwrap();
            if forwards {
                place_all(&journal, false).unwrap();
                assert_eq!(settle(&journal), Vec::<String>::new());
                assert_eq!(
                    contents(folder.path()),
                    pairs(&[("a", "new a"), ("b", "new b")])
                );
            } else {
                undo_all(&journal).unwrap();
                assert_eq!(
                    contents(folder.path()),
                    pairs(&[("a", "old a"), ("c", "old c")])
                );
            }
        }
    }

    #[test]
    fn what_was_changed_meanwhile_stops_a_restore_and_survives_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let journal = journal(folder.path());
        fs::write(folder.path().join("a"), "edited since").unwrap();
        assert!(place_all(&journal, true).is_err());
        undo_all(&journal).unwrap();
        assert_eq!(contents(folder.path())[0].1, "edited since");

        let folder = tempfile::tempdir().unwrap();
        let journal = self::journal(folder.path());
        fs::write(folder.path().join("a"), "edited since").unwrap();
        place_all(&journal, false).unwrap();
        assert_eq!(settle(&journal).len(), 1);
        assert_eq!(
            contents(folder.path()),
            pairs(&[("a", "new a"), ("a.old", "edited since"), ("b", "new b")])
        );
    }

    #[test]
    fn a_link_above_a_path_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("real/x")).unwrap();
        assert!(no_links_above(folder.path(), Path::new("real/x/file")).is_ok());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
            assert!(no_links_above(folder.path(), Path::new("link/x/file")).is_err());
            assert!(
                no_links_above(folder.path(), Path::new("link")).is_ok(),
                "the link itself may be replaced"
            );
        }
    }
}
