//! The state file on the disk: one writer at a time, replaced whole, with its history.
//!
//! A change takes the lock, then reads, edits, writes the new content to a file of a fixed name in
//! the history folder, fsyncs it, links the old content into the history, renames the new one over
//! the file and fsyncs the folders. The lock is the system's own, so that it ends with its process.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use super::document::Document;
use super::history::{Entry, History, prune};
use crate::Error;
use crate::files::{destination, parent_of, rename, sync_folder};

/// How long a change waits for the changes before it.
const PATIENCE_S: u64 = 30;

/// A state file, whether it exists or not.
#[derive(Debug, Clone)]
pub struct Store {
    /// As the person named it; for messages.
    shown: PathBuf,
    /// With links followed, so that everybody agrees on the lock and the history.
    file: PathBuf,
    history: History,
}

/// What a change left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// There was a file before.
    pub existed: bool,
    /// Where a file that could not be understood was put.
    pub set_aside: Option<PathBuf>,
}

/// What `undo` or `redo` brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The state that is there again; `None` if there is no file now.
    pub document: Option<Document>,
    /// What else happened.
    pub outcome: Outcome,
}

/// The lock, until it is dropped or the process ends.
struct Locked(#[expect(dead_code, reason = "it is held, not used")] File);

impl Store {
    /// The store of the file at `path`; touches nothing.
    pub fn at(path: &Path) -> Self {
        let file = destination(path);
        let mut name = std::ffi::OsString::from(".");
        name.push(file.file_name().unwrap_or_default());
        name.push(".history");
        let folder = file.with_file_name(name);
        Self {
            shown: path.to_owned(),
            file,
            history: History { folder },
        }
    }

    /// What the file holds; `None` if there is no file.
    pub fn read(&self) -> Result<Option<Document>, Error> {
        read_document(&self.file, &self.shown)
    }

    /// The former contents, the oldest first.
    pub fn history(&self) -> Result<Vec<Entry>, Error> {
        self.history
            .entries()
            .map_err(Error::read(&self.history.folder))
    }

    /// The state that a former content holds; `None` if there was no file then.
    pub fn read_entry(&self, entry: &Entry) -> Result<Option<Document>, Error> {
        if entry.bytes().map_err(Error::read(&entry.path))? == 0 {
            Ok(None)
        } else {
            read_document(&entry.path, &entry.path)
        }
    }

    /// The newest former content that can be understood.
    pub fn newest_good(&self) -> Option<(Entry, Document)> {
        let entries = self.history().ok()?.into_iter().rev();
        entries.filter(|entry| !entry.is_undone).find_map(|entry| {
            let document = self.read_entry(&entry).ok().flatten()?;
            Some((entry, document))
        })
    }

    /// Changes the state through `edit`, which gets an empty one if there is no file. A file that
    /// can't be understood is an error and stays as it is; so does any file when `edit` fails.
    pub fn change<E: From<Error>>(
        &self,
        edit: impl FnOnce(&mut Document) -> Result<(), E>,
    ) -> Result<Outcome, E> {
        let locked = self.lock()?;
        let found = self.read()?;
        let existed = found.is_some();
        let mut document = found.unwrap_or_else(Document::empty);
        edit(&mut document)?;
        self.prepare(document.text().as_bytes())?;
        self.keep_current()?;
        rename(&self.temporary(), &self.file).map_err(Error::create(&self.shown))?;
        self.settle(locked)?;
        Ok(Outcome {
            existed,
            set_aside: None,
        })
    }

    /// Removes the file. A content that can't be understood is set aside beside it, any other goes
    /// into the history.
    pub fn clear(&self, stamp: &str) -> Result<Outcome, Error> {
        if !self.file_exists()? {
            return Ok(Outcome {
                existed: false,
                set_aside: None,
            });
        }
        let locked = self.lock()?;
        let set_aside = self.set_aside_if_bad(stamp)?;
        if set_aside.is_none() && self.file_exists()? {
            self.keep_current()?;
            fs::remove_file(&self.file).map_err(Error::write(&self.shown))?;
        }
        self.settle(locked)?;
        Ok(Outcome {
            existed: true,
            set_aside,
        })
    }

    /// Brings the newest good former content back; what is there now can be had again by
    /// [`Store::redo`]. `None` if there is nothing to go back to.
    pub fn undo(&self, stamp: &str) -> Result<Option<Undone>, Error> {
        self.step(stamp, false)
    }

    /// Takes an undo back.
    pub fn redo(&self, stamp: &str) -> Result<Option<Undone>, Error> {
        self.step(stamp, true)
    }

    fn step(&self, stamp: &str, forwards: bool) -> Result<Option<Undone>, Error> {
        if self.history()?.is_empty() {
            return Ok(None);
        }
        let locked = self.lock()?;
        let entries = self.history()?;
        let Some(entry) = self.newest_usable(&entries, forwards)? else {
            return Ok(None);
        };
        let existed = self.file_exists()?;
        let set_aside = self.set_aside_if_bad(stamp)?;
        if set_aside.is_none() {
            self.history
                .keep(&self.file, !forwards, &entries)
                .map_err(Error::write(&self.history.folder))?;
        }
        if entry.bytes().map_err(Error::read(&entry.path))? == 0 {
            if existed && set_aside.is_none() {
                fs::remove_file(&self.file).map_err(Error::write(&self.shown))?;
            }
            fs::remove_file(&entry.path).map_err(Error::write(&entry.path))?;
        } else {
            rename(&entry.path, &self.file).map_err(Error::create(&self.shown))?;
        }
        let document = self.read()?;
        self.settle(locked)?;
        Ok(Some(Undone {
            document,
            outcome: Outcome { existed, set_aside },
        }))
    }

    /// The newest former content of one kind that can be understood; that it can't be read now is no
    /// reason to go back further.
    fn newest_usable<'a>(
        &self,
        entries: &'a [Entry],
        undone: bool,
    ) -> Result<Option<&'a Entry>, Error> {
        for entry in entries
            .iter()
            .rev()
            .filter(|entry| entry.is_undone == undone)
        {
            match self.read_entry(entry) {
                Ok(_) => return Ok(Some(entry)),
                Err(Error::Data { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn file_exists(&self) -> Result<bool, Error> {
        self.file.try_exists().map_err(Error::read(&self.shown))
    }

    /// Writes the coming content where nobody looks for it, durable and with the file's own rights.
    fn prepare(&self, content: &[u8]) -> Result<(), Error> {
        let permissions = fs::metadata(&self.file)
            .ok()
            .map(|found| found.permissions());
        if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
            let reason = io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only");
            return Err(Error::create(&self.shown)(reason));
        }
        let temporary = self.temporary();
        let write = || {
            // What a stopped run left may have become the file's former content; never write into it.
            match fs::remove_file(&temporary) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = File::create_new(&temporary)?;
            file.write_all(content)?;
            permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions))?;
            file.sync_all()
        };
        write().map_err(Error::write(&self.shown))
    }

    fn temporary(&self) -> PathBuf {
        self.history.folder.join("new")
    }

    /// Puts the present content into the history and lets go of the oldest.
    fn keep_current(&self) -> Result<(), Error> {
        let bytes = fs::metadata(&self.file).map_or(0, |found| found.len());
        let keep = || {
            let mut entries = self.history.entries()?;
            self.history.forget_undone(&entries)?;
            if entries.iter().any(|entry| entry.is_undone) {
                entries = self.history.entries()?;
            }
            self.history.keep(&self.file, false, &entries)?;
            prune(&entries, bytes)
        };
        keep().map_err(Error::write(&self.history.folder))
    }

    /// Lets go of the lock, then makes the new names durable.
    ///
    /// The next writer need not wait for the disk: what it writes builds on our names, so that the
    /// system can't make its names durable without ours; and the disk serves many at once.
    fn settle(&self, locked: Locked) -> Result<(), Error> {
        drop(locked);
        let sync = || {
            sync_folder(parent_of(&self.file))?;
            sync_folder(&self.history.folder)
        };
        sync().map_err(Error::write(&self.shown))
    }

    fn set_aside_if_bad(&self, stamp: &str) -> Result<Option<PathBuf>, Error> {
        if !matches!(self.read(), Err(Error::Data { .. })) {
            return Ok(None);
        }
        let mut number = 1;
        let aside = loop {
            let mut name = self.file.file_name().unwrap_or_default().to_owned();
            name.push(format!(".broken-{stamp}-{number}"));
            let aside = self.file.with_file_name(name);
            if !aside.exists() {
                break aside;
            }
            number += 1;
        };
        rename(&self.file, &aside).map_err(Error::create(&aside))?;
        Ok(Some(aside))
    }

    fn lock(&self) -> Result<Locked, Error> {
        fs::create_dir_all(&self.history.folder).map_err(Error::create(&self.history.folder))?;
        let path = self.history.folder.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(Error::create(&path))?;
        match file.try_lock() {
            Ok(()) => return Ok(Locked(file)),
            Err(TryLockError::Error(error)) => return Err(Error::write(&path)(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        // The system queues those who wait, but can't be told for how long; a thread can be left.
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || send.send(file.lock().map(|()| file)));
        match receive.recv_timeout(Duration::from_secs(PATIENCE_S)) {
            Ok(locked) => locked.map(Locked).map_err(Error::write(&path)),
            Err(_) => Err(Error::Busy {
                path: self.shown.clone(),
                waited_s: PATIENCE_S,
            }),
        }
    }
}

fn read_document(path: &Path, shown: &Path) -> Result<Option<Document>, Error> {
    let data = |found: String| Error::Data {
        path: shown.to_owned(),
        found,
    };
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(Error::read(shown))?,
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        data(format!(
            "expected text in UTF-8, found byte 0x{:02x} at offset {at}",
            error.as_bytes()[at]
        ))
    })?;
    Document::parse(text).map(Some).map_err(data)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
