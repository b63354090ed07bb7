//! What the plug-in logs say of the items that are being refreshed.
//!
//! The API never tells whether an agent succeeded; the logs do: `success=0|1` in the request by which the
//! agent service reports back, and the exception of an agent's update function. Only what is written
//! after the watch began is read, through rotations.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// What is known of a failure when only the agent service tells of it.
pub(crate) const REPORTED: &str = "the agent service reports success=0";

/// What the log says of one item.
pub(crate) type Outcome = (String, Result<(), String>);

/// Follows the logs of a folder.
pub(crate) struct LogWatch {
    folder: PathBuf,
    files: BTreeMap<PathBuf, Followed>,
    /// GUIDs of the items followed, and their rating keys.
    keys: BTreeMap<String, String>,
}

#[derive(Default)]
struct Followed {
    position: u64,
    /// A line that is not yet whole.
    partial: Vec<u8>,
    /// The item whose traceback is being read, and its last line so far.
    traceback: Option<(String, String)>,
}

impl LogWatch {
    /// Follows the logs of a folder from now on; `None` if it can't be read.
    pub(crate) fn start(folder: &Path) -> Option<Self> {
        fs::read_dir(folder).ok()?;
        let mut watch = Self {
            folder: folder.to_owned(),
            files: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        for path in watch.logs() {
            let position = fs::metadata(&path).map_or(0, |found| found.len());
            watch.files.insert(
                path,
                Followed {
                    position,
                    ..Followed::default()
                },
            );
        }
        Some(watch)
    }

    /// Names an item, so that log lines that know only its GUID can be told to be about it.
    pub(crate) fn name(&mut self, guid: &str, key: &str) {
        self.keys.insert(guid.to_owned(), key.to_owned());
    }

    /// What was written since the last call. A log that can't be read says nothing.
    pub(crate) fn read(&mut self) -> Vec<Outcome> {
        let mut found = Vec::new();
        for path in self.logs() {
            let mut followed = self.files.remove(&path).unwrap_or_default();
            let bytes = new_bytes(&path, &mut followed);
            followed.partial.extend_from_slice(&bytes);
            let end = followed
                .partial
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            let whole: Vec<u8> = followed.partial.drain(..end).collect();
            for line in String::from_utf8_lossy(&whole).lines() {
                self.read_line(line, &mut followed, &mut found);
            }
            // A traceback at the end of what is there may be all there is.
            found.extend(
                followed
                    .traceback
                    .clone()
                    .filter(|(_, last)| !last.is_empty())
                    .map(|(key, last)| (key, Err(last))),
            );
            self.files.insert(path, followed);
        }
        found
    }

    fn logs(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let is_log = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".log") && (name.contains("agents") || name == "com.plexapp.system.log")
        };
        let mut logs: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_log).collect();
        logs.sort();
        logs
    }

    fn read_line(&self, line: &str, followed: &mut Followed, found: &mut Vec<Outcome>) {
        if is_head(line) {
            if let Some((key, last)) = followed.traceback.take() {
                let error = if last.is_empty() {
                    "an exception".to_owned()
                } else {
                    last
                };
                found.push((key, Err(error)));
            }
            followed.traceback = self.failed_update(line).map(|key| (key, String::new()));
            found.extend(notification(line));
        } else if let Some((_, last)) = &mut followed.traceback
            && !line.trim().is_empty()
            && !line.starts_with(' ')
        {
            line.trim().clone_into(last);
        }
    }

    /// The item whose update a line reports as failed.
    fn failed_update(&self, line: &str) -> Option<String> {
        let (_, after) = line.split_once("Exception in the update function of agent named ")?;
        let (_, guid) = after.split_once("called with guid '")?;
        self.keys.get(guid.split('\'').next()?).cloned()
    }
}

/// A record begins with a date; everything else continues the one before.
fn is_head(line: &str) -> bool {
    let begins = line
        .as_bytes()
        .get(..10)
        .is_some_and(|date| date[4] == b'-' && date[7] == b'-' && date[0].is_ascii_digit());
    begins && line.contains(") - ")
}

/// `.../:/metadata/notify?guid=...&id=10488&success=1&async=1`
fn notification(line: &str) -> Option<Outcome> {
    let (_, query) = line.split_once("/:/metadata/notify?")?;
    let query = query.split(['\'', ' ']).next()?;
    let value = |name: &str| {
        query
            .split('&')
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
    };
    let key = value("id")?.to_owned();
    match value("success")? {
        "1" => Some((key, Ok(()))),
        "0" => Some((key, Err(REPORTED.to_owned()))),
        _ => None,
    }
}

/// The bytes that a log has grown by; a log that has shrunk was rotated, and the rest of the old one
/// is in the file of the next number.
fn new_bytes(path: &Path, followed: &mut Followed) -> Vec<u8> {
    let length = fs::metadata(path).map_or(0, |found| found.len());
    let mut bytes = Vec::new();
    if length < followed.position {
        let mut rotated = path.as_os_str().to_owned();
        rotated.push(".1");
        bytes.extend(read_from(Path::new(&rotated), followed.position));
        followed.position = 0;
    }
    let rest = read_from(path, followed.position);
    followed.position += rest.len() as u64;
    bytes.extend(rest);
    bytes
}

fn read_from(path: &Path, position: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|mut file| {
        file.seek(SeekFrom::Start(position))?;
        file.read_to_end(&mut bytes)
    });
    // What was read before an error is as good as ever.
    drop(read);
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const FAILURE: &str = "2026-02-05 15:30:55,155 (7f) : CRITICAL (agentkit:1095) - Exception in the update function of agent named 'X', called with guid 'com.x://7?lang=en' (most recent call last):\n  File \"/a/b.py\", line 3, in update\n    x()\nHTTPError: HTTP Error 403: Forbidden\n\n";

    fn notify(key: u32, success: u8) -> String {
        format!(
            "2026-02-05 15:30:56,001 (7f) :    DEBUG (networking:144) - Requesting 'http://127.0.0.1:32400/:/metadata/notify?guid=com.x&force=1&queueSize=0&id={key}&success={success}&async=1'\n"
        )
    }

    fn append(path: &Path, text: &str) {
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn only_what_comes_after_the_start_is_read_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("com.plexapp.system.log");
        append(&log, &notify(7, 0));
        let mut watch = LogWatch::start(folder.path()).unwrap();
        assert_eq!(watch.read(), []);
        let line = notify(8, 1);
        append(&log, &line[..40]);
        assert_eq!(watch.read(), []);
        append(&log, &line[40..]);
        assert_eq!(watch.read(), [("8".to_owned(), Ok(()))]);
        assert_eq!(watch.read(), []);
    }

    #[test]
    fn an_agents_exception_is_told_with_its_last_line() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = LogWatch::start(folder.path()).unwrap();
        watch.name("com.x://7?lang=en", "7");
        append(&folder.path().join("com.plexapp.agents.x.log"), FAILURE);
        assert_eq!(
            watch.read(),
            [(
                "7".to_owned(),
                Err("HTTPError: HTTP Error 403: Forbidden".to_owned())
            )]
        );
    }

    #[test]
    fn a_rotation_in_between_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("com.plexapp.system.log");
        append(&log, &notify(1, 1).repeat(3));
        let mut watch = LogWatch::start(folder.path()).unwrap();
        append(&log, &notify(2, 1));
        fs::rename(&log, folder.path().join("com.plexapp.system.log.1")).unwrap();
        append(&log, &notify(3, 0));
        let keys: Vec<String> = watch.read().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["2", "3"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_followed() {
        assert!(LogWatch::start(Path::new("/nonexistent/logs")).is_none());
    }
}
