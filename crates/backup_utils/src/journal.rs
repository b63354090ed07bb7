//! The journal of a restore: what is being replaced, so that the next run can bring it to an end.
//!
//! The phase is part of the journal's name. While it is `staging`, nothing has been touched: the
//! new files lie beside their targets under hidden names. While it is `placing`, they take their
//! places, and everything can still go back. `undoing` means that it goes back. Once it is `settling`,
//! the restore is done, and only the old files are still to be removed. Changing the phase is a
//! rename, which needs no space.

use std::fs;
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::files::{rename, sync_folder, write_atomically};
use serde::{Deserialize, Serialize};

use crate::attributes::Attributes;
use crate::manifest::PathText;
use crate::place::{Was, says_nothing_is_there};

/// How far a restore has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// New files are being written beside their targets.
    Staging,
    /// They are taking their places.
    Placing,
    /// The old ones are being put back.
    Undoing,
    /// All is in place; the old files go.
    Settling,
}

impl Phase {
    const ALL: [Self; 4] = [Self::Settling, Self::Undoing, Self::Placing, Self::Staging];

    fn file(self) -> &'static str {
        match self {
            Self::Staging => ".restore-staging.json",
            Self::Placing => ".restore-placing.json",
            Self::Undoing => ".restore-undoing.json",
            Self::Settling => ".restore-settling.json",
        }
    }
}

/// One file that is replaced, made or removed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) target: PathText,
    /// Where the new file waits; none if the target is removed.
    pub(crate) staged: Option<PathText>,
    /// Where the old file goes; none if there is no old file.
    pub(crate) aside: Option<PathText>,
    /// The old file as it was seen.
    pub(crate) was: Option<Was>,
}

/// A folder that gets its rights and times back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FolderStep {
    pub(crate) path: PathText,
    pub(crate) attributes: Attributes,
    /// As they were, if the folder existed.
    pub(crate) before: Option<Attributes>,
}

/// A restore in steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Journal {
    /// The backup that is restored; for messages.
    pub(crate) backup: PathText,
    pub(crate) steps: Vec<Step>,
    /// Folders that are made, the outer ones first.
    pub(crate) new_folders: Vec<PathText>,
    /// Folders that go if they are empty, the inner ones first.
    pub(crate) old_folders: Vec<PathText>,
    pub(crate) folders: Vec<FolderStep>,
}

impl Journal {
    /// Writes the journal of a restore that begins.
    pub(crate) fn begin(&self, folder: &Path) -> Result<(), Error> {
        write_atomically(&folder.join(Phase::Staging.file()), |out| {
            Ok(serde_json::to_writer(out, self)?)
        })
    }

    /// Moves on to another phase, durably.
    pub(crate) fn turn(shelf: &Path, from: Phase, to: Phase) -> Result<(), Error> {
        let path = shelf.join(to.file());
        rename(&shelf.join(from.file()), &path)
            .and_then(|()| sync_folder(shelf))
            .map_err(Error::write(&path))
    }

    /// How far the restore has come by what is on the disk: a step that failed may still have been taken.
    pub(crate) fn phase(shelf: &Path) -> Result<Option<Phase>, Error> {
        for phase in Phase::ALL {
            let path = shelf.join(phase.file());
            if path.try_exists().map_err(Error::read(&path))? {
                return Ok(Some(phase));
            }
        }
        Ok(None)
    }

    /// Says that nothing is open any more.
    pub(crate) fn end(shelf: &Path) -> Result<(), Error> {
        let Some(phase) = Self::phase(shelf)? else {
            return Ok(());
        };
        let path = shelf.join(phase.file());
        fs::remove_file(&path)
            .and_then(|()| sync_folder(shelf))
            .map_err(Error::write(&path))
    }

    /// The journal that a stopped run has left.
    pub(crate) fn open(shelf: &Path) -> Result<Option<(Phase, Self)>, Error> {
        for phase in Phase::ALL {
            let path = shelf.join(phase.file());
            match fs::read(&path) {
                Err(error) if says_nothing_is_there(&error) => {}
                read => {
                    let text = read.map_err(Error::read(&path))?;
                    let journal = serde_json::from_slice(&text).map_err(|error| Error::Data {
                        path,
                        found: error.to_string(),
                    })?;
                    return Ok(Some((phase, journal)));
                }
            }
        }
        Ok(None)
    }

    /// Every folder in which a name changes.
    pub(crate) fn folders_touched(&self) -> std::collections::BTreeSet<PathBuf> {
        let targets = self
            .steps
            .iter()
            .map(|step| &step.target)
            .chain(&self.new_folders)
            .chain(&self.old_folders);
        targets
            .filter_map(|path| path.0.parent().map(Path::to_owned))
            .collect()
    }
}
