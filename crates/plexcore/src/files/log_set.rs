//! Which log files belong together, and in what order: one series per plug-in and folder.
//!
//! The Framework rotates `X.log` to `X.log.1` up to `X.log.5` (`RotatingFileHandler`, 1 MiB each), so
//! a series is read from the highest number down. A `.gz` beside them is read too, and a `.zip` as
//! Plex Web offers for download counts as a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::log_file::{LogFile, Source, zip_entries};
use super::plex_folders::PLUGIN_LOGS;
use super::real_path;
use crate::Error;

/// The identifiers of metadata agents begin with this.
pub const AGENT_PREFIX: &str = "com.plexapp.agents.";
/// The system plug-in, which hands work to the agents and tells the server how it ended.
pub const SYSTEM_PLUGIN: &str = "com.plexapp.system";

/// Which logs of a folder are wanted.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Parts of file names, in any case; an empty list wants all.
    pub agents: Vec<String>,
    /// Plug-ins that are no agents, too.
    pub all_plugins: bool,
    /// Without rotated files.
    pub current_only: bool,
}

impl Selection {
    /// Whether a file of this name is wanted.
    pub fn wants(&self, name: &str) -> bool {
        LogName::parse(name).is_some_and(|parsed| self.wants_parsed(&parsed, name))
    }

    fn wants_parsed(&self, parsed: &LogName, name: &str) -> bool {
        let name = name.to_lowercase();
        (self.all_plugins || parsed.identifier.starts_with(AGENT_PREFIX))
            && !(self.current_only && parsed.rotation > 0)
            && (self.agents.is_empty()
                || self
                    .agents
                    .iter()
                    .any(|part| name.contains(&part.to_lowercase())))
    }
}

/// The logs of one plug-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginLogs {
    /// `AEBN` for `com.plexapp.agents.AEBN`, the whole identifier for what is no agent.
    pub name: String,
    /// One for each folder that has logs of it; each from the oldest file to the newest.
    pub series: Vec<Vec<LogFile>>,
}

impl PluginLogs {
    /// Size on disk of all files, in bytes.
    pub fn size(&self) -> u64 {
        self.series.iter().flatten().map(|file| file.size).sum()
    }
}

/// Something in a log folder that should have been read and could not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unreadable {
    /// The file.
    pub path: String,
    /// Why, in words.
    pub reason: String,
}

/// All logs found.
#[derive(Debug, Clone, Default)]
pub struct LogSet {
    /// By name.
    pub plugins: Vec<PluginLogs>,
    /// Those of the system plug-in that stand beside them, wanted themselves or not.
    pub system: Option<PluginLogs>,
    /// What looks like a log and can't be read.
    pub unreadable: Vec<Unreadable>,
    /// Logs that were there and not wanted.
    pub left_out: usize,
}

/// What a log's file name says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogName {
    /// The bundle identifier: `com.plexapp.agents.alder`.
    pub identifier: String,
    /// 0 for the newest, 5 for the oldest that the Framework keeps.
    pub rotation: u32,
    /// Whether the file is compressed.
    pub is_gz: bool,
}

impl LogName {
    /// Takes a file name apart; `None` if it is no plug-in log's.
    pub fn parse(name: &str) -> Option<Self> {
        let (plain, is_gz) = match name.strip_suffix(".gz") {
            Some(plain) => (plain, true),
            None => (name, false),
        };
        if let Some(identifier) = plain.strip_suffix(".log") {
            return Self::new(identifier, 0, is_gz);
        }
        let (front, number) = plain.rsplit_once('.')?;
        let is_number =
            (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        let rotation = number.parse().ok().filter(|_| is_number)?;
        Self::new(front.strip_suffix(".log")?, rotation, is_gz)
    }

    fn new(identifier: &str, rotation: u32, is_gz: bool) -> Option<Self> {
        // A bundle identifier has no blanks; the server's own logs (`Plex Media Server.log`) do.
        let is_identifier = !identifier.is_empty() && !identifier.contains(' ');
        is_identifier.then(|| Self {
            identifier: identifier.to_owned(),
            rotation,
            is_gz,
        })
    }

    /// The plug-in's name as reports show it.
    pub fn plugin(&self) -> String {
        self.identifier
            .strip_prefix(AGENT_PREFIX)
            .unwrap_or(&self.identifier)
            .to_owned()
    }
}

impl LogSet {
    /// Finds the logs in folders, archives and single files.
    ///
    /// A place that does not exist or can't be listed is an error; a file in it that can't be read
    /// is kept as [`Unreadable`].
    pub fn find(places: &[PathBuf], selection: &Selection) -> Result<Self, Error> {
        let mut gathering = Gathering {
            selection,
            ..Gathering::default_for(selection)
        };
        let mut seen = BTreeSet::new();
        for place in places {
            let real = real_path(place).map_err(Error::read(place))?;
            if seen.insert(real) {
                gathering.place(place)?;
            }
        }
        Ok(gathering.finish())
    }

    /// How many files will be read.
    pub fn n_files(&self) -> usize {
        self.plugins
            .iter()
            .flat_map(|plugin| &plugin.series)
            .map(Vec::len)
            .sum()
    }
}

/// Series by plug-in and folder, files by rotation, the highest number first.
type Series =
    BTreeMap<String, BTreeMap<PathBuf, BTreeMap<(std::cmp::Reverse<u32>, bool), LogFile>>>;

struct Gathering<'a> {
    selection: &'a Selection,
    series: Series,
    system: Series,
    unreadable: Vec<Unreadable>,
    left_out: usize,
}

impl<'a> Gathering<'a> {
    fn default_for(selection: &'a Selection) -> Self {
        Self {
            selection,
            series: Series::new(),
            system: Series::new(),
            unreadable: Vec::new(),
            left_out: 0,
        }
    }

    fn place(&mut self, place: &Path) -> Result<(), Error> {
        let metadata = fs::metadata(place).map_err(Error::read(place))?;
        if metadata.is_dir() {
            return self.folder(&plugin_log_folder(place)?);
        }
        if has_ending(place, "zip") {
            return self.archive(place);
        }
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        // A file that was named outright is read whatever it is called.
        let parsed = LogName::parse(&name).unwrap_or_else(|| LogName {
            identifier: place
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            rotation: 0,
            is_gz: has_ending(place, "gz"),
        });
        let file = LogFile::on_disk(place, parsed.is_gz, metadata.len());
        keep(&mut self.series, &parsed, place.to_owned(), file);
        Ok(())
    }

    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        for entry in fs::read_dir(folder).map_err(Error::read(folder))? {
            let path = entry.map_err(Error::read(folder))?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let Some(parsed) = LogName::parse(&name) else {
                continue;
            };
            let is_wanted = self.is_wanted(&parsed, &name);
            if !is_wanted && !self.is_system(&parsed) {
                continue;
            }
            match fs::metadata(&path) {
                Ok(found) if found.is_dir() => {
                    self.refuse(&path.display().to_string(), "it is a folder");
                }
                Ok(found) => {
                    let file = LogFile::on_disk(&path, parsed.is_gz, found.len());
                    self.keep(&parsed, is_wanted, folder.to_owned(), file);
                }
                Err(error) => self.refuse(&path.display().to_string(), &error.to_string()),
            }
        }
        Ok(())
    }

    fn archive(&mut self, archive: &Path) -> Result<(), Error> {
        let entries = zip_entries(archive).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => Error::Data {
                path: archive.to_owned(),
                found: format!("expected a zip archive of logs, found {error}"),
            },
            _ => Error::read(archive)(error),
        })?;
        for entry in entries {
            let (folder, name) = entry.name.rsplit_once('/').unwrap_or(("", &entry.name));
            let Some(parsed) = LogName::parse(name) else {
                continue;
            };
            let is_wanted = self.is_wanted(&parsed, name);
            if !is_wanted && !self.is_system(&parsed) {
                continue;
            }
            match entry.source {
                Ok(source) => {
                    let source = Source::InZip {
                        archive: archive.to_owned(),
                        entry: source,
                        is_gz: parsed.is_gz,
                    };
                    let shown = format!("{}/{}", archive.display(), entry.name);
                    let file = LogFile {
                        shown,
                        source,
                        size: entry.size,
                    };
                    self.keep(&parsed, is_wanted, archive.join(folder), file);
                }
                Err(reason) => {
                    self.refuse(&format!("{}/{}", archive.display(), entry.name), &reason);
                }
            }
        }
        Ok(())
    }

    fn is_wanted(&mut self, parsed: &LogName, name: &str) -> bool {
        let wanted = self.selection.wants_parsed(parsed, name);
        self.left_out += usize::from(!wanted);
        wanted
    }

    /// Whether it is a log of the system plug-in that is read for what it says of the agents.
    fn is_system(&self, parsed: &LogName) -> bool {
        parsed.identifier == SYSTEM_PLUGIN && !(self.selection.current_only && parsed.rotation > 0)
    }

    fn keep(&mut self, parsed: &LogName, is_wanted: bool, folder: PathBuf, file: LogFile) {
        if self.is_system(parsed) {
            keep(&mut self.system, parsed, folder.clone(), file.clone());
        }
        if is_wanted {
            keep(&mut self.series, parsed, folder, file);
        }
    }

    fn refuse(&mut self, path: &str, reason: &str) {
        self.unreadable.push(Unreadable {
            path: path.to_owned(),
            reason: reason.to_owned(),
        });
    }

    fn finish(mut self) -> LogSet {
        self.unreadable.sort();
        LogSet {
            plugins: plugins(self.series).collect(),
            system: plugins(self.system).next(),
            unreadable: self.unreadable,
            left_out: self.left_out,
        }
    }
}

fn keep(series: &mut Series, parsed: &LogName, folder: PathBuf, file: LogFile) {
    let files = series
        .entry(parsed.plugin())
        .or_default()
        .entry(folder)
        .or_default();
    // Where a file stands beside its own compressed copy, the plain one is read.
    let plain = (std::cmp::Reverse(parsed.rotation), false);
    if parsed.is_gz && files.contains_key(&plain) {
        return;
    }
    files.remove(&(std::cmp::Reverse(parsed.rotation), true));
    files.insert((std::cmp::Reverse(parsed.rotation), parsed.is_gz), file);
}

fn plugins(series: Series) -> impl Iterator<Item = PluginLogs> {
    series.into_iter().map(|(name, folders)| PluginLogs {
        name,
        series: folders
            .into_values()
            .map(|files| files.into_values().collect())
            .collect(),
    })
}

/// The plug-in logs below a folder that somebody named one or two levels too high.
fn plugin_log_folder(folder: &Path) -> Result<PathBuf, Error> {
    let mut entries = fs::read_dir(folder).map_err(Error::read(folder))?;
    let holds_logs = entries.any(|entry| {
        entry.is_ok_and(|entry| {
            LogName::parse(&entry.file_name().to_string_lossy())
                .is_some_and(|n| n.identifier.starts_with("com.plexapp."))
        })
    });
    if !holds_logs {
        for below in [
            Path::new(PLUGIN_LOGS).to_owned(),
            Path::new("Logs").join(PLUGIN_LOGS),
        ] {
            let below = folder.join(below);
            if below.is_dir() {
                return Ok(below);
            }
        }
    }
    Ok(folder.to_owned())
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        folder
    }

    fn shown(set: &LogSet) -> Vec<(String, Vec<String>)> {
        let name = |file: &LogFile| file.shown.rsplit(['/', '\\']).next().unwrap().to_owned();
        set.plugins
            .iter()
            .map(|plugin| {
                (
                    plugin.name.clone(),
                    plugin.series.iter().flatten().map(name).collect(),
                )
            })
            .collect()
    }

    #[test]
    fn names_are_taken_apart() {
        for (name, expected) in [
            (
                "com.plexapp.agents.alder.log",
                Some(("com.plexapp.agents.alder", 0, false)),
            ),
            (
                "com.plexapp.agents.alder.log.5",
                Some(("com.plexapp.agents.alder", 5, false)),
            ),
            (
                "com.plexapp.agents.alder.log.2.gz",
                Some(("com.plexapp.agents.alder", 2, true)),
            ),
            ("a.log.gz", Some(("a", 0, true))),
            ("Plex Media Server.1.log", None),
            ("a.log.bak", None),
            ("a.txt", None),
            (".log", None),
            ("a.log.", None),
            ("a.log.99999", None),
        ] {
            let found = LogName::parse(name);
            let found = found
                .as_ref()
                .map(|n| (n.identifier.as_str(), n.rotation, n.is_gz));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn a_series_goes_from_the_oldest_file_to_the_newest() {
        let folder = folder_with(&[
            "com.plexapp.agents.alder.log",
            "com.plexapp.agents.alder.log.1",
            "com.plexapp.agents.alder.log.2.gz",
            "com.plexapp.agents.alder.log.1.gz",
            "com.plexapp.agents.Birch.log",
            "com.plexapp.system.log",
            "notes.txt",
        ]);
        let all = LogSet::find(&[folder.path().to_owned()], &Selection::default()).unwrap();
        let expected = [
            "com.plexapp.agents.alder.log.2.gz",
            "com.plexapp.agents.alder.log.1",
            "com.plexapp.agents.alder.log",
        ];
        assert_eq!(
            shown(&all)[1],
            ("alder".into(), expected.map(String::from).to_vec())
        );
        assert_eq!((all.plugins.len(), all.left_out), (2, 1));
        let current = Selection {
            current_only: true,
            agents: vec!["ALD".into()],
            ..Selection::default()
        };
        let current = LogSet::find(&[folder.path().to_owned()], &current).unwrap();
        assert_eq!(
            shown(&current),
            [("alder".into(), vec!["com.plexapp.agents.alder.log".into()])]
        );
        let everything = Selection {
            all_plugins: true,
            ..Selection::default()
        };
        assert_eq!(
            LogSet::find(&[folder.path().to_owned()], &everything)
                .unwrap()
                .plugins
                .len(),
            3
        );
    }

    #[test]
    fn a_folder_above_the_logs_leads_to_them() {
        let folder = folder_with(&[
            "Logs/PMS Plugin Logs/com.plexapp.agents.alder.log",
            "Logs/Plex Media Server.log",
        ]);
        for place in [folder.path().to_owned(), folder.path().join("Logs")] {
            assert_eq!(
                LogSet::find(&[place], &Selection::default())
                    .unwrap()
                    .n_files(),
                1
            );
        }
    }

    #[test]
    fn a_folder_that_looks_like_a_log_is_named() {
        let folder = folder_with(&[
            "com.plexapp.agents.alder.log",
            "com.plexapp.agents.birch.log/x",
        ]);
        let set = LogSet::find(&[folder.path().to_owned()], &Selection::default()).unwrap();
        assert_eq!((set.n_files(), set.unreadable.len()), (1, 1));
        assert_eq!(set.unreadable[0].reason, "it is a folder");
    }

    #[test]
    fn one_place_named_twice_counts_once_and_a_single_file_may_have_any_name() {
        let folder = folder_with(&["com.plexapp.agents.alder.log", "pasted.txt"]);
        let place = folder.path().to_owned();
        let set = LogSet::find(
            &[place.clone(), place.join("."), place.join("pasted.txt")],
            &Selection::default(),
        )
        .unwrap();
        assert_eq!(
            shown(&set),
            [
                ("alder".into(), vec!["com.plexapp.agents.alder.log".into()]),
                ("pasted".into(), vec!["pasted.txt".into()]),
            ]
        );
    }

    #[test]
    fn what_is_missing_is_an_error() {
        assert!(matches!(
            LogSet::find(&[PathBuf::from("/no/such")], &Selection::default()),
            Err(Error::Read { .. })
        ));
    }
}
