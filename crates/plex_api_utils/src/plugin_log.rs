//! What the plug-in logs say of the items that are being refreshed.
//!
//! The API never tells whether an agent succeeded; the logs do: `success=0|1` in the request by which the
//! agent service reports back, and the exception of an agent's update function. Only what is written
//! after the watch began is read, through rotations; how, is plexcore's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use plexcore::files::tail::{Growth, Tail};
use plexcore::log::growing::Growing;
use plexcore::log::record::Record;
use plexcore::log::session::broker::Notification;
use plexcore::log::traceback::Traceback;

/// What is known of a failure when only the agent service tells of it.
pub(crate) const REPORTED: &str = "the agent service reports success=0";

/// What the log says of one item.
pub(crate) type Outcome = (String, Result<(), String>);

/// Follows the logs of a folder.
pub(crate) struct LogWatch {
    folder: PathBuf,
    logs: BTreeMap<PathBuf, Followed>,
    names: Names,
}

/// The rating keys of the items followed, by their GUIDs.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

/// One log.
struct Followed {
    /// `None` while a log that was there from the beginning can't be opened.
    tail: Option<Tail>,
    growing: Growing,
    /// What was told of the record that may go on.
    told: Option<Outcome>,
}

impl LogWatch {
    /// Follows the logs of a folder from now on; `None` if it can't be read.
    pub(crate) fn start(folder: &Path) -> Option<Self> {
        fs::read_dir(folder).ok()?;
        let from_now_on = |path: PathBuf| {
            let tail = Tail::from_end(&path).ok();
            (path, Followed::by(tail))
        };
        Some(Self {
            folder: folder.to_owned(),
            logs: logs_in(folder).map(from_now_on).collect(),
            names: Names::default(),
        })
    }

    /// Names an item, so that log lines that know only its GUID can be told to be about it.
    pub(crate) fn name(&mut self, guid: &str, key: &str) {
        self.names.0.insert(guid.to_owned(), key.to_owned());
    }

    /// What was written since the last call. A log that can't be read says nothing.
    pub(crate) fn read(&mut self) -> Vec<Outcome> {
        for path in logs_in(&self.folder) {
            let begun = |path: &PathBuf| Followed::by(Some(Tail::from_start(path)));
            self.logs.entry(path).or_insert_with_key(begun);
        }
        let mut found = Vec::new();
        for (path, log) in &mut self.logs {
            // What was read before an error is as good as ever.
            let _ = log.read(path, &self.names, &mut found);
        }
        found
    }
}

/// The logs of agents and of the agent service.
fn logs_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_log = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".log") && (name.contains("agents") || name == "com.plexapp.system.log")
    };
    entries.map(|entry| entry.path()).filter(is_log)
}

impl Followed {
    fn by(tail: Option<Tail>) -> Self {
        Self {
            tail,
            growing: Growing::default(),
            told: None,
        }
    }

    /// Adds what the log's new records say, and what the last one says so far.
    fn read(
        &mut self,
        path: &Path,
        names: &Names,
        found: &mut Vec<Outcome>,
    ) -> std::io::Result<()> {
        let Some(tail) = &mut self.tail else {
            self.tail = Some(Tail::from_end(path)?);
            return Ok(());
        };
        let (growing, told) = (&mut self.growing, &mut self.told);
        let mut take = |record: &Record<'_>| {
            let before = told.take();
            found.extend(
                names
                    .outcome(record, true)
                    .filter(|now| before.as_ref() != Some(now)),
            );
        };
        let mut held = Ok(());
        tail.look(&mut |growth| {
            let taken = match growth {
                Growth::More(bytes) => growing.push(bytes, &mut take),
                Growth::NewFile | Growth::Gap => growing.end_file(&mut take),
            };
            if taken.is_err() {
                held = taken;
            }
        })?;
        held?;
        // A record at the end of what is there may be all there is.
        growing.show(&mut |record| {
            let now = names.outcome(record, false);
            if now.is_some() && now != *told {
                found.extend(now.clone());
                *told = now;
            }
        })
    }
}

impl Names {
    /// What a record says of an item. Of one that may go on, only an exception that is there is told.
    fn outcome(&self, record: &Record<'_>, is_whole: bool) -> Option<Outcome> {
        record.head()?;
        if let Some(told) = Notification::of(record.text()) {
            let key = told.item.map(|item| item.to_string());
            let key = key.or_else(|| self.0.get(&told.guid).cloned())?;
            let outcome = told.is_success.then_some(());
            return Some((key, outcome.ok_or_else(|| REPORTED.to_owned())));
        }
        let key = self.failed_update(&String::from_utf8_lossy(record.text()))?;
        let raised = Traceback::of(record).and_then(|traceback| traceback.exception);
        let error = match raised {
            Some(raised) if raised.message.is_empty() => text(raised.name),
            Some(raised) => format!("{}: {}", text(raised.name), text(raised.message)),
            None if is_whole => "an exception".to_owned(),
            None => return None,
        };
        Some((key, Err(error)))
    }

    /// The item whose update a message reports as failed.
    fn failed_update(&self, message: &str) -> Option<String> {
        let (_, after) = message.split_once("Exception in the update function of agent named ")?;
        let (_, guid) = after.split_once("called with guid '")?;
        self.0.get(guid.split('\'').next()?).cloned()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use testkit::folder::append;

    use super::*;

    const FAILURE: &str = "2026-02-05 15:30:55,155 (7f) : CRITICAL (agentkit:1095) - Exception in the update function of agent named 'X', called with guid 'com.x://7?lang=en' (most recent call last):\n  File \"/a/b.py\", line 3, in update\n    x()\nHTTPError: HTTP Error 403: Forbidden\n\n";

    fn notify(key: u32, success: u8) -> String {
        format!(
            "2026-02-05 15:30:56,001 (7f) :    DEBUG (networking:144) - Requesting 'http://127.0.0.1:32400/:/metadata/notify?guid=com.x&force=1&queueSize=0&id={key}&success={success}&async=1'\n"
        )
    }

    #[test]
    fn only_what_comes_after_the_start_is_read_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("com.plexapp.system.log");
        append(&log, &notify(7, 0)).unwrap();
        let mut watch = LogWatch::start(folder.path()).unwrap();
        assert_eq!(watch.read(), []);
        let line = notify(8, 1);
        append(&log, &line[..40]).unwrap();
        assert_eq!(watch.read(), []);
        append(&log, &line[40..]).unwrap();
        assert_eq!(watch.read(), [("8".to_owned(), Ok(()))]);
        assert_eq!(watch.read(), []);
    }

    #[test]
    fn an_agents_exception_is_told_with_its_last_line() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = LogWatch::start(folder.path()).unwrap();
        watch.name("com.x://7?lang=en", "7");
        append(&folder.path().join("com.plexapp.agents.x.log"), FAILURE).unwrap();
        assert_eq!(
            watch.read(),
            [(
                "7".to_owned(),
                Err("HTTPError: HTTP Error 403: Forbidden".to_owned())
            )]
        );
    }

    #[test]
    fn an_error_that_comes_in_pieces_is_told_when_it_is_there_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("com.plexapp.agents.x.log");
        let mut watch = LogWatch::start(folder.path()).unwrap();
        watch.name("com.x://7?lang=en", "7");
        let (place, raised) = FAILURE.split_at(FAILURE.find("HTTPError").unwrap());
        let forbidden = || {
            (
                "7".to_owned(),
                Err("HTTPError: HTTP Error 403: Forbidden".to_owned()),
            )
        };
        append(&log, place).unwrap();
        assert_eq!(watch.read(), []);
        append(&log, raised).unwrap();
        assert_eq!(watch.read(), [forbidden()]);
        assert_eq!(watch.read(), []);
        append(&log, &notify(7, 0)).unwrap();
        assert_eq!(watch.read(), [("7".to_owned(), Err(REPORTED.to_owned()))]);
        // The same item once more, with no exception but the one that is announced.
        append(&log, FAILURE.lines().next().unwrap()).unwrap();
        append(&log, "\n").unwrap();
        append(&log, &notify(8, 1)).unwrap();
        let nameless = ("7".to_owned(), Err("an exception".to_owned()));
        assert_eq!(watch.read(), [nameless, ("8".to_owned(), Ok(()))]);
    }

    #[test]
    fn a_rotation_in_between_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("com.plexapp.system.log");
        append(&log, &notify(1, 1).repeat(3)).unwrap();
        let mut watch = LogWatch::start(folder.path()).unwrap();
        append(&log, &notify(2, 1)).unwrap();
        fs::rename(&log, folder.path().join("com.plexapp.system.log.1")).unwrap();
        append(&log, &notify(3, 0)).unwrap();
        let keys: Vec<String> = watch.read().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["2", "3"]);
    }

    #[test]
    fn a_rotated_log_that_has_outgrown_the_old_one_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("com.plexapp.system.log");
        append(&log, &notify(1, 1)).unwrap();
        let mut watch = LogWatch::start(folder.path()).unwrap();
        append(&log, &notify(2, 1)).unwrap();
        fs::rename(&log, folder.path().join("com.plexapp.system.log.1")).unwrap();
        for key in 3..9 {
            let noon = notify(key, 0).replace(" 15:30:56", " 15:31:07");
            append(&log, &noon).unwrap();
        }
        let keys: Vec<String> = watch.read().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["2", "3", "4", "5", "6", "7", "8"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_followed() {
        assert!(LogWatch::start(Path::new("/nonexistent/logs")).is_none());
    }
}
