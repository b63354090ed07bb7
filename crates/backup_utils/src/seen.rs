//! The marks that a disk itself keeps of a file, by which a later backup knows it untouched.
//!
//! A mark holds the file's number and the time of its last change of any kind (`ctime`), which no
//! program can set: whoever writes to a file, or sets its time back, changes it. Git, rsync and
//! restic trust the same. Where a mark is missing or differs, contents are compared instead.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

use crate::attributes::Moment;

/// A change that is younger than this when it is looked at leaves no mark: a second one within the
/// same tick of the disk's clock could not be told from it.
#[cfg(unix)]
const SETTLED_S: u64 = 2;

/// What a disk knows of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The disk it lies on.
    disk: u64,
    /// Its number there.
    file: u64,
    /// In bytes.
    size: u64,
    /// The last change of its content, name or rights.
    changed: Moment,
}

/// The marks of a live file and of its copy, at a time when they held the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    live: Mark,
    copy: Mark,
}

impl Seen {
    /// The marks of a file whose metadata were the same before and after it was read, and of the
    /// copy that equals it. `None` where the system keeps none, or the file changed just now.
    #[cfg(unix)]
    pub(crate) fn of(live: &Metadata, copy: &Metadata) -> Option<Self> {
        let live = Mark::of(live)?;
        live.changed.is_older_than(SETTLED_S).then_some(Self {
            live,
            copy: Mark::of(copy)?,
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn of(_: &Metadata, _: &Metadata) -> Option<Self> {
        None
    }

    /// Whether neither file was touched since.
    pub(crate) fn holds(&self, live: &Metadata, copy: &Metadata) -> bool {
        Mark::of(live) == Some(self.live) && Mark::of(copy) == Some(self.copy)
    }
}

impl Mark {
    #[cfg(unix)]
    fn of(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        found.is_file().then(|| Self {
            disk: found.dev(),
            file: found.ino(),
            size: found.len(),
            changed: Moment::new(found.ctime(), found.ctime_nsec()),
        })
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }
}
