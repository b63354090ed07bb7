//! The former contents of a state file, in a folder beside it.
//!
//! `.NAME.history/` holds files `000042.json` (what the file held, the highest number last) and
//! `000043.undone.json` (what `undo` took away, likewise). They are former versions of the file
//! itself, byte for byte; an empty one stands for "there was no file". They get there by a hard
//! link, before the file is replaced: so there is no moment at which a version has no name.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::files::rename;

/// How many former states are kept.
pub const KEPT: usize = 50;
/// Beyond this many bytes fewer are kept, but never less than [`FEWEST`].
const MOST_BYTES: u64 = 64 << 20;
const FEWEST: usize = 3;

/// A former content of the state file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Counts up; the highest is the newest.
    pub number: u64,
    /// Whether `undo` took it away, so that `redo` can bring it back.
    pub is_undone: bool,
    /// Where it lies.
    pub path: PathBuf,
}

impl Entry {
    /// Its size; 0 stands for "there was no file".
    pub(super) fn bytes(&self) -> io::Result<u64> {
        fs::metadata(&self.path).map(|found| found.len())
    }
}

/// The folder with the former contents.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub(super) folder: PathBuf,
}

impl History {
    /// All entries, by rising number. A folder that is not there is empty.
    pub(super) fn entries(&self) -> io::Result<Vec<Entry>> {
        let listing = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listing => listing?,
        };
        let mut entries = Vec::new();
        for item in listing {
            let item = item?;
            if let Some((number, is_undone)) = meaning(&item.file_name()) {
                entries.push(Entry {
                    number,
                    is_undone,
                    path: item.path(),
                });
            }
        }
        entries.sort();
        Ok(entries)
    }

    /// Keeps what `file` holds now. Nothing is added if the newest entry of this kind holds the
    /// same bytes: that is what a run leaves that was stopped between keeping and replacing.
    pub(super) fn keep(&self, file: &Path, undone: bool, entries: &[Entry]) -> io::Result<()> {
        let newest = entries.iter().rev().find(|entry| entry.is_undone == undone);
        if newest.is_some_and(|entry| is_same(&entry.path, file)) {
            return Ok(());
        }
        let number = entries.last().map_or(1, |entry| entry.number + 1);
        let suffix = if undone { ".undone.json" } else { ".json" };
        let path = self.folder.join(format!("{number:06}{suffix}"));
        match fs::hard_link(file, &path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                File::create_new(&path)?.sync_all()
            }
            Err(_) => {
                // A file system without hard links: a copy, durable before the file goes.
                fs::copy(file, &path)?;
                File::open(&path)?.sync_all()
            }
        }
    }

    /// After a new change nothing is left to redo; what was undone becomes history like the rest.
    pub(super) fn forget_undone(&self, entries: &[Entry]) -> io::Result<()> {
        for entry in entries.iter().filter(|entry| entry.is_undone) {
            let name = format!("{:06}.json", entry.number);
            rename(&entry.path, &self.folder.join(name))?;
        }
        Ok(())
    }
}

/// Removes the oldest of `entries` beyond the bounds, where one more was just added that is as
/// large as the file, `newest_bytes`.
pub(super) fn prune(entries: &[Entry], newest_bytes: u64) -> io::Result<()> {
    // Their sizes are only asked for where they could matter.
    let is_heavy = newest_bytes.saturating_mul(KEPT as u64) > MOST_BYTES;
    let (mut count, mut bytes) = (1, newest_bytes);
    for entry in entries.iter().rev() {
        count += 1;
        bytes += if is_heavy { entry.bytes()? } else { 0 };
        if count > KEPT || (count > FEWEST && bytes > MOST_BYTES) {
            fs::remove_file(&entry.path)?;
        }
    }
    Ok(())
}

fn meaning(name: &OsStr) -> Option<(u64, bool)> {
    let stem = name.to_str()?.strip_suffix(".json")?;
    let (number, is_undone) = stem
        .strip_suffix(".undone")
        .map_or((stem, false), |number| (number, true));
    number.parse().ok().map(|number| (number, is_undone))
}

/// Whether two files hold the same; an absent file is as an empty entry.
fn is_same(entry: &Path, file: &Path) -> bool {
    let size = |path: &Path| fs::metadata(path).map(|found| found.len());
    match (size(entry), size(file)) {
        (Ok(0), Err(_)) => true,
        (Ok(a), Ok(b)) if a == b => {
            matches!((fs::read(entry), fs::read(file)), (Ok(a), Ok(b)) if a == b)
        }
        _ => false,
    }
}
