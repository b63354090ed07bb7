//! The folder that holds the backups: what lies there, who may build, what may go.
//!
//! Whatever begins with a dot is no backup: `.partial-*` is being built, `.deleted-*` is being
//! removed. Builders hold a shared lock; who gets it alone knows that nobody builds, and clears what
//! runs that were stopped have left.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use plexcore::cli::{Exit, Failure};
use plexcore::files::{rename, sync_folder};
use plexcore::stamp::{DAY_MS, Stamp};
use plexcore::{Error, cli};

use crate::args::Keep;
use crate::manifest::{self, Header, Manifest};
use crate::name::{Name, parse_folder};

/// The folder of the backups, whether it exists or not.
#[derive(Debug, Clone)]
pub(crate) struct Shelf {
    pub(crate) folder: PathBuf,
}

/// Who made a backup.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// This tool.
    Tool(Header),
    /// The script, or somebody by hand: there is no manifest.
    Script,
    /// This tool, but its manifest can't be used.
    Damaged(String),
}

/// A backup on the shelf.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    /// In UTC; for backups of the script worked out from the local time in the folder's name.
    pub(crate) created: Option<Stamp>,
    pub(crate) origin: Origin,
}

/// A lock, until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Guard(#[expect(dead_code, reason = "it is held, not used")] File);

impl Shelf {
    /// All backups, the newest first; those without a time come last.
    pub(crate) fn backups(&self) -> Result<Vec<Found>, Failure> {
        let listing = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listing => listing.map_err(Error::read(&self.folder))?,
        };
        let mut found = Vec::new();
        for entry in listing {
            let entry = entry.map_err(Error::read(&self.folder))?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                found.push(Found::at(self.folder.join(entry.file_name())));
            }
        }
        // Among backups of one moment the later counter is the newer one.
        found.sort_by(|a, b| {
            (b.created, b.path.as_os_str().len(), &b.path).cmp(&(
                a.created,
                a.path.as_os_str().len(),
                &a.path,
            ))
        });
        Ok(found)
    }

    /// Makes the folder if need be and waits until building is allowed.
    pub(crate) fn building(&self) -> Result<Guard, Failure> {
        fs::create_dir_all(&self.folder).map_err(Error::create(&self.folder))?;
        let alone = self.lock_file(".lock")?;
        match alone.try_lock() {
            Ok(()) => self.clear_leftovers(),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(Error::write(&self.folder)(error).into()),
        }
        // Opened again, since systems differ in what it means to unlock a file and lock it once more.
        drop(alone);
        let file = self.lock_file(".lock")?;
        file.lock_shared().map_err(Error::write(&self.folder))?;
        Ok(Guard(file))
    }

    /// The right to put files back, which one process has at a time.
    pub(crate) fn restoring(&self) -> Result<Guard, Failure> {
        fs::create_dir_all(&self.folder).map_err(Error::create(&self.folder))?;
        let file = self.lock_file(".restore-lock")?;
        match file.try_lock() {
            Ok(()) => Ok(Guard(file)),
            Err(TryLockError::WouldBlock) => {
                let message = format!(
                    "cannot restore: another restore from {} is running",
                    self.folder.display()
                );
                Err(Failure::new(Exit::TryAgain, message))
            }
            Err(TryLockError::Error(error)) => Err(Error::write(&self.folder)(error).into()),
        }
    }

    fn lock_file(&self, name: &str) -> Result<File, Failure> {
        let path = self.folder.join(name);
        // A network folder's shared lock needs a file that can be read, its other one a file that can
        // be written (flock(2), of NFS).
        let mut options = File::options();
        options.create(true).truncate(false).read(true).write(true);
        Ok(options.open(&path).map_err(Error::create(&path))?)
    }

    /// Removes what stopped runs have left; what can't be removed now is for the next run.
    fn clear_leftovers(&self) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.as_encoded_bytes();
            if name.starts_with(b".partial-") || name.starts_with(b".deleted-") {
                let _ = remove_tree(&entry.path());
            }
        }
    }

    /// A new folder of its own for a backup that is being built.
    pub(crate) fn new_partial(&self) -> Result<PathBuf, Failure> {
        self.hidden(".partial", |path| fs::create_dir(path))
    }

    /// Gives a built backup its name: the first that is free for this second.
    pub(crate) fn publish(
        &self,
        partial: &Path,
        name: &Name,
        local: Stamp,
    ) -> Result<PathBuf, Failure> {
        for nth in 1.. {
            let path = self.folder.join(name.folder(local, nth));
            if path.symlink_metadata().is_ok() {
                continue;
            }
            match rename_to_free(partial, &path) {
                Ok(()) => {
                    sync_folder(&self.folder).map_err(Error::write(&self.folder))?;
                    return Ok(path);
                }
                Err(_) if path.symlink_metadata().is_ok() => {}
                Err(error) => return Err(Error::create(&path)(error).into()),
            }
        }
        Err(Failure::new(
            Exit::Internal,
            "cannot find a free name for the backup",
        ))
    }

    /// Takes a backup away: at once out of sight, then piece by piece.
    pub(crate) fn delete(&self, backup: &Path) -> Result<(), Failure> {
        let _guard = self.building()?;
        let hidden = self.hidden(".deleted", |path| rename_to_free(backup, path))?;
        sync_folder(&self.folder).map_err(Error::write(&self.folder))?;
        Ok(remove_tree(&hidden).map_err(Error::write(&hidden))?)
    }

    fn hidden(
        &self,
        prefix: &str,
        make: impl Fn(&Path) -> io::Result<()>,
    ) -> Result<PathBuf, Failure> {
        for nth in 1.. {
            let path = self
                .folder
                .join(format!("{prefix}-{}-{nth}", std::process::id()));
            match make(&path) {
                Ok(()) => return Ok(path),
                Err(_) if path.symlink_metadata().is_ok() => {}
                Err(error) => return Err(Error::create(&path)(error).into()),
            }
        }
        Err(Failure::new(Exit::Internal, "cannot find a free name"))
    }

    /// The backups that may go. Those without a time and damaged ones stay: somebody should look.
    pub(crate) fn to_prune(&self, keep: &Keep, now: Stamp) -> Result<Vec<Found>, Failure> {
        let oldest = keep.days.map(|days| now.0 - i64::from(days) * DAY_MS);
        let mut seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        let mut going = Vec::new();
        for found in self.backups()? {
            let Some(created) = found
                .created
                .filter(|_| !matches!(found.origin, Origin::Damaged(_)))
            else {
                continue;
            };
            if keep
                .name
                .as_ref()
                .is_some_and(|name| name.as_str() != found.name)
            {
                continue;
            }
            let newer = seen.entry(found.name.clone()).or_default();
            let is_among_newest = keep.newest.is_some_and(|n| *newer < n);
            let is_young = oldest.is_some_and(|oldest| created.0 >= oldest);
            *newer += 1;
            if !is_among_newest && !is_young {
                going.push(found);
            }
        }
        Ok(going)
    }
}

impl Found {
    /// Files and bytes: as the manifest has them, else counted.
    pub(crate) fn size(&self) -> (u64, u64) {
        if let Origin::Tool(header) = &self.origin {
            return (header.files, header.bytes);
        }
        let files = walkdir::WalkDir::new(&self.path)
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file());
        (
            files.count() as u64,
            fs_extra::dir::get_size(&self.path).unwrap_or(0),
        )
    }

    /// What lies at a path, which is a folder.
    pub(crate) fn at(path: PathBuf) -> Self {
        let folder = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let parsed = parse_folder(&folder);
        let origin = match Manifest::read_header(&path) {
            Ok(header) => Origin::Tool(header),
            Err(Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Origin::Script
            }
            Err(error) => Origin::Damaged(cli::chain(&error)),
        };
        match &origin {
            Origin::Tool(header) => Self {
                created: Stamp::parse_log(header.created.replace('T', " ").as_bytes()),
                name: header.name.clone(),
                path,
                origin,
            },
            _ => Self {
                created: parsed.map(|(_, local)| to_utc(local)),
                name: parsed.map_or(folder.as_str(), |(name, _)| name).to_owned(),
                path,
                origin,
            },
        }
    }

    /// Whether this is a backup at all: `--delete` of the script took any folder.
    pub(crate) fn is_backup(&self) -> bool {
        !matches!(self.origin, Origin::Script) || self.created.is_some()
    }

    /// What is missing or has the wrong size; nothing is read. `None` if there is no way to know.
    pub(crate) fn missing(&self) -> Option<usize> {
        match &self.origin {
            Origin::Script => None,
            Origin::Damaged(_) => Some(1),
            Origin::Tool(_) => Some(Manifest::read(&self.path).map_or(1, |manifest| {
                let is_there = |entry: &&manifest::Entry| {
                    let found = fs::symlink_metadata(self.path.join(&entry.stored.0));
                    found.is_ok_and(|found| {
                        entry
                            .size()
                            .is_none_or(|size| found.is_file() && found.len() == size)
                    })
                };
                let needs_a_file = |entry: &&manifest::Entry| entry.size().is_some();
                manifest
                    .entries
                    .iter()
                    .filter(needs_a_file)
                    .filter(|entry| !is_there(entry))
                    .count()
            })),
        }
    }
}

/// A local time in UTC, by the difference of today: the time zone of then is not recorded.
fn to_utc(local: Stamp) -> Stamp {
    let offset = cli::now().0 - cli::utc_now().0;
    // The two clocks are read one after the other; zones differ by whole minutes.
    let minutes = (offset + 30_000).div_euclid(60_000);
    Stamp(local.0 - minutes * 60_000)
}

/// Renames, but never over something. A folder that is not empty is safe from a rename anyway.
#[cfg(target_os = "linux")]
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS) => rename(from, to),
        renamed => Ok(renamed?),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    rename(from, to)
}

/// Removes a folder with all that is in it, read-only files too.
#[cfg(not(windows))]
fn remove_tree(folder: &Path) -> io::Result<()> {
    fs::remove_dir_all(folder)
}

/// Removes a folder with all that is in it, read-only files too. Copies that backups share are read-only,
/// and on some disks, those of other machines among them, Windows removes no such file. Those that other
/// backups hold as well lose their protection with that, until they are shared again.
#[cfg(windows)]
fn remove_tree(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
                let mut permissions = fs::symlink_metadata(entry.path())?.permissions();
                if permissions.readonly() {
                    permissions.set_readonly(false);
                    fs::set_permissions(entry.path(), permissions)?;
                }
            }
            fs::remove_dir_all(folder)
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn a_lock_can_be_shared_in_a_network_folder() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf {
            folder: folder.path().to_owned(),
        };
        let mut file = shelf.lock_file(".lock").unwrap();
        // Either kind of lock needs its own kind of access there.
        assert_eq!(file.read(&mut [0]).unwrap(), 0);
        assert_eq!(file.write(b"").unwrap(), 0);
    }
}
