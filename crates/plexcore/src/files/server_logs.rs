//! The server's own log, which stands beside the folder of plug-in logs.
//!
//! The server puts a rotated file's number before the ending: `Plex Media Server.1.log`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::log_file::{LogFile, Source, zip_entries};
use super::real_path;
use crate::Error;

const NAME: &str = "Plex Media Server";

/// The number of a server log by its file name, 0 for the newest; `None` if it is none.
fn rotation(name: &str) -> Option<u32> {
    let number = name.strip_prefix(NAME)?.strip_suffix(".log")?;
    if number.is_empty() {
        Some(0)
    } else {
        number.strip_prefix('.')?.parse().ok()
    }
}

/// The server logs that stand beside plug-in logs, the oldest first.
///
/// `places` are what was read for plug-in logs: folders, archives or files. That there is no server
/// log is no error.
pub fn beside(places: &[PathBuf]) -> Vec<LogFile> {
    let mut found = BTreeMap::new();
    for place in places {
        if place.is_dir() {
            // `PMS Plugin Logs` lies in the folder of the server's logs; somebody may have named either.
            in_folder(place, &mut found);
            if let Some(above) = real_path(place).ok().as_deref().and_then(Path::parent) {
                in_folder(above, &mut found);
            }
        } else {
            in_archive(place, &mut found);
        }
    }
    oldest_first(found)
}

/// The server logs in a folder, or one file.
pub fn at(path: &Path) -> Result<Vec<LogFile>, Error> {
    let metadata = fs::metadata(path).map_err(Error::read(path))?;
    if !metadata.is_dir() {
        return Ok(vec![LogFile::on_disk(
            path,
            path.extension().is_some_and(|e| e == "gz"),
            metadata.len(),
        )]);
    }
    let mut found = BTreeMap::new();
    in_folder(path, &mut found);
    if found.is_empty() {
        return Err(Error::Data {
            path: path.to_owned(),
            found: format!("expected {NAME}.log in this folder, found none"),
        });
    }
    Ok(oldest_first(found))
}

fn in_folder(folder: &Path, found: &mut BTreeMap<(u32, String), LogFile>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let (Some(rotation), Ok(metadata)) = (rotation(&name), entry.metadata())
            && metadata.is_file()
        {
            let file = LogFile::on_disk(&entry.path(), false, metadata.len());
            let real = real_path(&entry.path()).unwrap_or_else(|_| entry.path());
            found.insert((rotation, real.to_string_lossy().into_owned()), file);
        }
    }
}

fn in_archive(archive: &Path, found: &mut BTreeMap<(u32, String), LogFile>) {
    for entry in zip_entries(archive).unwrap_or_default() {
        let name = entry.name.rsplit('/').next().unwrap_or_default();
        if let (Some(rotation), Ok(place)) = (rotation(name), entry.source) {
            let shown = format!("{}/{}", archive.display(), entry.name);
            let source = Source::InZip {
                archive: archive.to_owned(),
                entry: place,
                is_gz: false,
            };
            found.insert(
                (rotation, shown.clone()),
                LogFile {
                    shown,
                    source,
                    size: entry.size,
                },
            );
        }
    }
}

fn oldest_first(found: BTreeMap<(u32, String), LogFile>) -> Vec<LogFile> {
    found.into_values().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_are_numbered_before_the_ending() {
        for (name, number) in [
            ("Plex Media Server.log", Some(0)),
            ("Plex Media Server.5.log", Some(5)),
            ("Plex Media Scanner.log", None),
            ("Plex Media Server.log.1", None),
            ("Plex Media Server x.log", None),
        ] {
            assert_eq!(rotation(name), number, "{name}");
        }
    }

    #[test]
    fn the_log_beside_the_plug_in_logs_is_found_once() {
        let folder = tempfile::tempdir().unwrap();
        let plugins = folder.path().join("PMS Plugin Logs");
        fs::create_dir(&plugins).unwrap();
        for name in [
            "Plex Media Server.log",
            "Plex Media Server.1.log",
            "Plex Media Scanner.log",
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let names = |places: &[PathBuf]| {
            beside(places)
                .iter()
                .map(|f| f.name().to_owned())
                .collect::<Vec<_>>()
        };
        let expected = ["Plex Media Server.1.log", "Plex Media Server.log"];
        assert_eq!(names(std::slice::from_ref(&plugins)), expected);
        assert_eq!(names(&[folder.path().to_owned()]), expected);
        assert_eq!(
            names(&[plugins.clone(), folder.path().to_owned()]),
            expected
        );
        assert!(at(&plugins).is_err());
    }
}
