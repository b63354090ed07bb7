//! What was done so far, so that an interrupted run goes on where it stopped.
//!
//! One JSON object a line: the first names the server and the job, each other one a key and what became
//! of it. Lines are appended and flushed as things happen; a last line that broke off is passed over.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::cli::{Exit, Failure};
use plexcore::stamp::Stamp;
use serde_json::{Value, json};

/// An open journal.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    done: BTreeMap<String, String>,
}

impl Journal {
    /// Opens or begins a journal; one of another server or job is refused.
    pub(crate) fn open(path: &Path, machine: &str, job: &str) -> Result<Self, Failure> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(Error::create(path))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(Error::read(path))?;
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let mut journal = Self {
            path: path.to_owned(),
            file,
            done: BTreeMap::new(),
        };
        match lines.next() {
            None => journal.append(&json!({ "journal": 1, "machine": machine, "job": job }))?,
            Some(head) => check_head(path, head, machine, job)?,
        }
        for line in lines {
            let Ok(entry) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            let text = |name: &str| entry.get(name).and_then(Value::as_str);
            if let (Some(key), Some("done"), outcome) =
                (text("key"), text("state"), text("outcome"))
            {
                journal
                    .done
                    .insert(key.to_owned(), outcome.unwrap_or_default().to_owned());
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            journal
                .file
                .seek(SeekFrom::End(0))
                .map_err(Error::write(path))?;
            journal.file.write_all(b"\n").map_err(Error::write(path))?;
        }
        Ok(journal)
    }

    /// Whether an item needs no work any more.
    pub(crate) fn is_done(&self, key: &str) -> bool {
        self.done.contains_key(key)
    }

    /// A refresh was sent, and its end is not known yet.
    pub(crate) fn sent(&mut self, key: &str, now: Stamp) -> Result<(), Failure> {
        self.append(&json!({ "key": key, "state": "sent", "at": now.to_iso() }))
    }

    /// An item needs no work any more.
    pub(crate) fn finished(&mut self, key: &str, outcome: &str, now: Stamp) -> Result<(), Failure> {
        self.done.insert(key.to_owned(), outcome.to_owned());
        self.append(&json!({ "key": key, "state": "done", "outcome": outcome, "at": now.to_iso() }))
    }

    fn append(&mut self, entry: &Value) -> Result<(), Failure> {
        self.file
            .seek(SeekFrom::End(0))
            .map_err(Error::write(&self.path))?;
        let line = format!("{entry}\n");
        self.file
            .write_all(line.as_bytes())
            .map_err(|error| Error::write(&self.path)(error).into())
    }
}

fn check_head(path: &Path, head: &str, machine: &str, job: &str) -> Result<(), Failure> {
    let wrong = |what: String| {
        let failure = Failure::new(Exit::Data, format!("cannot use {}: {what}", path.display()));
        Err(failure
            .hint("give the journal of this job, or the name of a file that does not exist yet"))
    };
    let entry: Value = serde_json::from_str(head).unwrap_or_default();
    if entry.get("journal") != Some(&json!(1)) {
        return wrong("expected a journal of this tool".to_owned());
    }
    for (name, expected) in [("machine", machine), ("job", job)] {
        let found = entry.get(name).and_then(Value::as_str).unwrap_or_default();
        if found != expected {
            return wrong(format!("expected the {name} {expected}, found {found}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Stamp = Stamp(0);

    #[test]
    fn what_is_done_is_known_again_and_what_was_only_sent_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path, "m1", "refresh").unwrap();
        journal.sent("1", NOW).unwrap();
        journal.finished("1", "triggered", NOW).unwrap();
        journal.sent("2", NOW).unwrap();
        drop(journal);
        let again = Journal::open(&path, "m1", "refresh").unwrap();
        assert_eq!((again.is_done("1"), again.is_done("2")), (true, false));
    }

    #[test]
    fn a_line_that_broke_off_is_passed_over_and_not_continued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        Journal::open(&path, "m1", "refresh")
            .unwrap()
            .finished("1", "x", NOW)
            .unwrap();
        OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"{\"key\":\"2\",\"sta")
            .unwrap();
        Journal::open(&path, "m1", "refresh")
            .unwrap()
            .finished("3", "x", NOW)
            .unwrap();
        let again = Journal::open(&path, "m1", "refresh").unwrap();
        assert_eq!(
            ["1", "2", "3"].map(|key| again.is_done(key)),
            [true, false, true]
        );
    }

    #[test]
    fn another_servers_journal_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        drop(Journal::open(&path, "m1", "refresh").unwrap());
        let before = std::fs::read(&path).unwrap();
        assert!(Journal::open(&path, "m2", "refresh").is_err());
        assert!(Journal::open(&path, "m1", "verify").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), before);
        std::fs::write(&path, "notes\n").unwrap();
        assert!(Journal::open(&path, "m1", "refresh").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"notes\n");
    }
}
