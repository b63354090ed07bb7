//! Where Plex keeps its data and its logs, on every platform.
//!
//! The order is the plug-in Framework's own (`core.py` of Framework 2.6.3), then the places of the
//! packages and images as the support script `DBRepair.sh` of ChuckPa/DBRepair tests for them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use super::registry;
use crate::Error;

const SERVER: &str = "Plex Media Server";
/// The folder of plug-in logs, below that of the server's own.
pub(super) const PLUGIN_LOGS: &str = "PMS Plugin Logs";

/// The kinds of systems that Plex lays its folders out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Linux, and the NAS systems built on it.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
    /// FreeBSD and TrueNAS CORE.
    FreeBsd,
}

impl Platform {
    /// The platform of this build.
    pub fn here() -> Self {
        match std::env::consts::OS {
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            "freebsd" => Self::FreeBsd,
            _ => Self::Linux,
        }
    }
}

/// What decides where Plex's folders are. Tests make their own.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Which layout applies.
    pub platform: Platform,
    /// Environment variables.
    pub variables: BTreeMap<OsString, OsString>,
    /// `/`, or the folder that a test sets up in its place.
    pub root: PathBuf,
}

/// A folder that may exist, and why it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The folder.
    pub path: PathBuf,
    /// `$PLEX_MEDIA_SERVER_LOG_DIR`, `Debian, Ubuntu, Fedora`, ...
    pub reason: String,
}

impl Surroundings {
    /// The surroundings of this process.
    pub fn of_process() -> Self {
        Self {
            platform: Platform::here(),
            variables: std::env::vars_os().collect(),
            root: PathBuf::from("/"),
        }
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// The user's own folder.
    pub fn home(&self) -> Option<PathBuf> {
        let name = if self.platform == Platform::Windows {
            "USERPROFILE"
        } else {
            "HOME"
        };
        self.variable(name).map(PathBuf::from)
    }

    fn at(&self, absolute: &str) -> PathBuf {
        self.root.join(absolute.trim_start_matches('/'))
    }

    /// The data folders (`.../Plex Media Server`), in the order in which they are looked at.
    pub fn data_folders(&self) -> Vec<Candidate> {
        let mut folders = Vec::new();
        let mut add = |path: PathBuf, reason: &str| {
            folders.push(Candidate {
                path,
                reason: reason.to_owned(),
            });
        };
        if let Some(base) = self.variable("PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR") {
            add(
                Path::new(base).join(SERVER),
                "$PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR",
            );
        }
        if let Some(base) = self.variable("PLEXLOCALAPPDATA") {
            add(Path::new(base).join(SERVER), "$PLEXLOCALAPPDATA");
        }
        match self.platform {
            Platform::MacOs => {
                if let Some(home) = self.home() {
                    add(
                        home.join("Library/Application Support").join(SERVER),
                        "macOS",
                    );
                }
            }
            Platform::Windows => {
                if let Some(base) = registry::value(self, "LocalAppDataPath") {
                    add(
                        Path::new(&base).join(SERVER),
                        "LocalAppDataPath in the registry",
                    );
                }
                if let Some(base) = self.variable("LOCALAPPDATA") {
                    add(Path::new(base).join(SERVER), "%LOCALAPPDATA%");
                }
                if let Some(home) = self.home() {
                    add(home.join("AppData").join("Local").join(SERVER), "Windows");
                }
            }
            Platform::FreeBsd => self.freebsd_folders(&mut add),
            Platform::Linux => self.linux_folders(&mut add),
        }
        folders
    }

    fn freebsd_folders(&self, add: &mut dyn FnMut(PathBuf, &str)) {
        for base in [
            "/usr/local/plexdata",
            "/usr/local/plexdata-plexpass",
            "/var/db/plexdata",
            "/",
        ] {
            add(self.at(base).join(SERVER), "FreeBSD, TrueNAS");
        }
    }

    fn linux_folders(&self, add: &mut dyn FnMut(PathBuf, &str)) {
        for path in self.configured_by_service() {
            add(path.join(SERVER), "the service's settings");
        }
        let support = format!("Library/Application Support/{SERVER}");
        for (base, reason) in [
            ("/var/lib/plexmediaserver", "Debian, Ubuntu, Fedora, RHEL"),
            ("/var/snap/plexmediaserver/common", "Snap"),
            ("/config", "Docker (plexinc, linuxserver)"),
        ] {
            add(self.at(base).join(&support), reason);
        }
        add(self.at("/var/lib/plex").join(SERVER), "Arch");
        add(self.at("/config").join(SERVER), "Docker (binhex)");
        // hotio's image keeps the data in /config itself: only its settings file tells it from the others.
        if self.at("/config/Preferences.xml").is_file() {
            add(self.at("/config"), "Docker (hotio)");
        }
        if let Some(home) = self.home() {
            add(home.join(&support), "tarball, own account");
            add(home.join(".config").join(SERVER), "tarball, own account");
        }
        self.nas_folders(add);
    }

    fn nas_folders(&self, add: &mut dyn FnMut(PathBuf, &str)) {
        let support = format!("Library/Application Support/{SERVER}");
        add(
            self.at("/var/packages/PlexMediaServer/shares/PlexMediaServer/AppData")
                .join(SERVER),
            "Synology DSM 7",
        );
        for volume in self.matching("/", "volume") {
            add(
                volume.join("PlexMediaServer/AppData").join(SERVER),
                "Synology DSM 7",
            );
            add(volume.join("Plex").join(&support), "Synology DSM 6");
            add(volume.join("Plex/Library").join(SERVER), "ASUSTOR");
        }
        if let Some(install) = self.qnap_install_path() {
            add(install.join("Library").join(SERVER), "QNAP");
        }
        for disk in self.matching("/mnt/HD", "HD") {
            add(disk.join("Nas_Prog/plex_conf").join(SERVER), "WD My Cloud");
        }
        for app in self.matching("/apps", "plexmediaserver") {
            add(app.join("MediaLibrary").join(SERVER), "ReadyNAS");
        }
        add(self.at("/c/.plex").join(&support), "ReadyNAS");
    }

    /// Folders directly below `parent` whose names begin with `prefix`, in order.
    fn matching(&self, parent: &str, prefix: &str) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.at(parent)) else {
            return Vec::new();
        };
        let begins = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        };
        let mut found: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(begins)
            .collect();
        found.sort();
        found
    }

    /// Folders that a systemd drop-in or the old defaults file sets for the service.
    fn configured_by_service(&self) -> Vec<PathBuf> {
        let mut files = self.matching("/etc/systemd/system/plexmediaserver.service.d", "");
        files.push(self.at("/etc/default/plexmediaserver"));
        let texts = files
            .iter()
            .filter_map(|file| fs::read_to_string(file).ok());
        texts
            .flat_map(|text| {
                text.lines()
                    .filter_map(support_dir_setting)
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn qnap_install_path(&self) -> Option<PathBuf> {
        let text = fs::read_to_string(self.at("/etc/config/qpkg.conf")).ok()?;
        let section = text
            .split("\n[")
            .find(|part| part.trim_start_matches('[').starts_with("PlexMediaServer]"))?;
        let line = section
            .lines()
            .find_map(|line| line.trim().strip_prefix("Install_Path"))?;
        let value = line.trim_start().strip_prefix('=')?.trim();
        Some(self.at(value))
    }

    /// The plug-in log folders, in the order in which they are looked at.
    pub fn log_folders(&self) -> Vec<Candidate> {
        let mut folders = Vec::new();
        if let Some(base) = self.variable("PLEX_MEDIA_SERVER_LOG_DIR") {
            let reason = "$PLEX_MEDIA_SERVER_LOG_DIR".to_owned();
            folders.push(Candidate {
                path: Path::new(base).join(PLUGIN_LOGS),
                reason,
            });
        }
        if let (Platform::MacOs, Some(home)) = (self.platform, self.home()) {
            let path = home.join("Library/Logs").join(SERVER).join(PLUGIN_LOGS);
            folders.push(Candidate {
                path,
                reason: "macOS".to_owned(),
            });
        }
        for data in self.data_folders() {
            let path = data.path.join("Logs").join(PLUGIN_LOGS);
            folders.push(Candidate {
                path,
                reason: data.reason,
            });
        }
        folders
    }

    /// The first plug-in log folder that exists.
    pub fn find_log_folder(&self) -> Result<PathBuf, Error> {
        let candidates = self.log_folders();
        match first_existing(&candidates) {
            Some(found) => Ok(found.to_owned()),
            None => Err(Error::NotFound {
                what: "the Plex plug-in logs",
                tried: candidates
                    .iter()
                    .map(|c| format!("{} ({})", c.path.display(), c.reason))
                    .collect(),
            }),
        }
    }
}

fn first_existing(candidates: &[Candidate]) -> Option<&Path> {
    let mut paths = candidates.iter().map(|candidate| candidate.path.as_path());
    paths.find(|path| path.is_dir())
}

/// The value of `PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR` in a line of a unit or defaults file.
fn support_dir_setting(line: &str) -> Option<PathBuf> {
    let line = line.trim();
    let line = line
        .strip_prefix("Environment=")
        .or_else(|| line.strip_prefix("export "))
        .unwrap_or(line);
    let setting = line
        .trim_matches('"')
        .strip_prefix("PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR=")?;
    let value = setting.trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| PathBuf::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surroundings(platform: Platform, variables: &[(&str, &str)], root: &Path) -> Surroundings {
        let variables = variables
            .iter()
            .map(|(k, v)| (OsString::from(k), OsString::from(v)))
            .collect();
        Surroundings {
            platform,
            variables,
            root: root.to_owned(),
        }
    }

    fn make(root: &Path, folder: &str) -> PathBuf {
        let path = root.join(folder);
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn the_log_variable_comes_before_all_else() {
        let root = tempfile::tempdir().unwrap();
        let chosen = make(root.path(), "mine/PMS Plugin Logs");
        make(
            root.path(),
            "var/lib/plexmediaserver/Library/Application Support/Plex Media Server/Logs/PMS Plugin Logs",
        );
        let mine = root.path().join("mine");
        let variables = [("PLEX_MEDIA_SERVER_LOG_DIR", mine.to_str().unwrap())];
        let here = surroundings(Platform::Linux, &variables, root.path());
        assert_eq!(here.find_log_folder().unwrap(), chosen);
    }

    #[test]
    fn each_layout_of_a_linux_system_is_found() {
        for data in [
            "var/lib/plexmediaserver/Library/Application Support/Plex Media Server",
            "var/lib/plex/Plex Media Server",
            "var/snap/plexmediaserver/common/Library/Application Support/Plex Media Server",
            "config/Library/Application Support/Plex Media Server",
            "config/Plex Media Server",
            "var/packages/PlexMediaServer/shares/PlexMediaServer/AppData/Plex Media Server",
            "volume3/PlexMediaServer/AppData/Plex Media Server",
            "volume2/Plex/Library/Application Support/Plex Media Server",
            "volume1/Plex/Library/Plex Media Server",
            "mnt/HD/HD_a2/Nas_Prog/plex_conf/Plex Media Server",
            "apps/plexmediaserver-annex/MediaLibrary/Plex Media Server",
        ] {
            let root = tempfile::tempdir().unwrap();
            let made = make(root.path(), data);
            let here = surroundings(Platform::Linux, &[], root.path());
            assert_eq!(first_existing(&here.data_folders()), Some(made.as_path()));
        }
    }

    #[test]
    fn settings_of_the_service_and_of_qnap_are_read() {
        let root = tempfile::tempdir().unwrap();
        let elsewhere = make(root.path(), "elsewhere/Plex Media Server");
        let unit =
            make(root.path(), "etc/systemd/system/plexmediaserver.service.d").join("override.conf");
        let base = root.path().join("elsewhere");
        let line = format!(
            "[Service]\nEnvironment=\"PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR={}\"\n",
            base.display()
        );
        fs::write(&unit, line).unwrap();
        let here = surroundings(Platform::Linux, &[], root.path());
        assert_eq!(
            first_existing(&here.data_folders()),
            Some(elsewhere.as_path())
        );

        fs::remove_file(unit).unwrap();
        make(root.path(), "etc/config");
        let conf =
            "[Other]\nInstall_Path = /x\n[PlexMediaServer]\nName = p\nInstall_Path = /share/q\n";
        fs::write(root.path().join("etc/config/qpkg.conf"), conf).unwrap();
        let qnap = make(root.path(), "share/q/Library/Plex Media Server");
        assert_eq!(first_existing(&here.data_folders()), Some(qnap.as_path()));
    }

    #[test]
    fn mac_and_windows_have_their_own_places() {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().to_str().unwrap();
        let logs = make(
            root.path(),
            "Library/Logs/Plex Media Server/PMS Plugin Logs",
        );
        assert_eq!(
            surroundings(Platform::MacOs, &[("HOME", home)], root.path())
                .find_log_folder()
                .unwrap(),
            logs
        );
        let windows = make(root.path(), "Plex Media Server/Logs/PMS Plugin Logs");
        let here = surroundings(Platform::Windows, &[("LOCALAPPDATA", home)], root.path());
        assert_eq!(here.find_log_folder().unwrap(), windows);
    }

    #[test]
    fn what_was_tried_is_named_when_nothing_is_there() {
        let root = tempfile::tempdir().unwrap();
        let message = surroundings(Platform::Linux, &[], root.path())
            .find_log_folder()
            .unwrap_err()
            .to_string();
        for part in [
            "var/lib/plexmediaserver",
            "(Debian, Ubuntu, Fedora, RHEL)",
            "Synology DSM 7",
            "PMS Plugin Logs",
        ] {
            assert!(message.contains(part), "{part} missing in {message}");
        }
    }
}
