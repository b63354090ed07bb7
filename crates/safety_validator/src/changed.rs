//! A backup of `backup_utils` -> which files differ from it.
//!
//! The manifest has the size and the SHA-256 of every file that was backed up, so the copies are not read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use plexcore::backup::{Digest, Entry, Ignored, Kind, MANIFEST, Manifest};
use plexcore::cli::{Exit, Failure};
use plexcore::files::real_path;
use walkdir::WalkDir;

/// What is known of a backup.
pub(crate) struct Backup {
    /// Size and content of each file, by where it was.
    files: BTreeMap<PathBuf, (u64, Digest)>,
    /// Folders that were backed up whole.
    folders: BTreeSet<PathBuf>,
}

impl Backup {
    /// Reads the manifest of a backup.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        if folder.is_dir() && !folder.join(MANIFEST).exists() {
            let message = format!(
                "cannot compare with {}: it has no {MANIFEST}, so it does not say where its files came from",
                folder.display()
            );
            return Err(Failure::new(Exit::Data, message).hint(
                "backups of the script have none; backup_utils --create makes one that has",
            ));
        }
        let manifest = Manifest::<Ignored>::read(folder)?;
        let root = &manifest.header.root.0;
        let (mut files, mut folders) = (BTreeMap::new(), BTreeSet::new());
        for Entry { path, kind, .. } in &manifest.entries {
            let place = root.join(&path.0);
            match kind {
                Kind::File { size, sha256 } => {
                    files.insert(place, (*size, *sha256));
                }
                Kind::Folder => {
                    folders.insert(place);
                }
                Kind::Link { .. } => {}
            }
        }
        Ok(Self { files, folders })
    }

    /// Whether a file is not as it is in the backup; one that is not there, or can't be read, is not.
    pub(crate) fn differs(&self, path: &Path) -> bool {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let real = real_path(&whole);
        let known = self
            .files
            .get(&whole)
            .or_else(|| real.ok().and_then(|real| self.files.get(&real)));
        let Some((size, digest)) = known else {
            return true;
        };
        let is_same = fs::metadata(&whole).is_ok_and(|found| found.len() == *size)
            && fs::read(&whole).is_ok_and(|bytes| Digest::of(&bytes) == *digest);
        !is_same
    }

    /// The files that differ: those that were backed up, and those that were added to a folder since. What is gone is
    /// not among them.
    pub(crate) fn changed_files(&self) -> Vec<PathBuf> {
        let mut found: BTreeSet<PathBuf> = self
            .files
            .keys()
            .filter(|path| path.exists() && self.differs(path))
            .cloned()
            .collect();
        for folder in &self.folders {
            let walk = WalkDir::new(folder).max_depth(1).into_iter().flatten();
            let files = walk.filter(|entry| entry.file_type().is_file());
            let added = files.map(walkdir::DirEntry::into_path);
            found.extend(added.filter(|path| !self.files.contains_key(path)));
        }
        found.into_iter().collect()
    }
}
