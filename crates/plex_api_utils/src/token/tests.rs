//! Tokens in every place of invented machines, and which of them is taken.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use plexcore::files::plex_folders::Platform;

use super::*;

/// A machine of its own: a root, a home and variables.
struct Machine {
    root: tempfile::TempDir,
    variables: BTreeMap<OsString, OsString>,
    platform: Platform,
}

impl Machine {
    fn new(platform: Platform) -> Self {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("home").into_os_string();
        let variables = [("HOME".into(), home.clone()), ("USERPROFILE".into(), home)].into();
        Self {
            root,
            variables,
            platform,
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.into(), value.into());
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn search(&self, server: Option<&str>) -> Search {
        let here = Surroundings {
            platform: self.platform,
            variables: self.variables.clone(),
            root: self.root.path().to_owned(),
        };
        let server = server.map(|url| ServerUrl::parse(url).unwrap());
        Search::run(&Places {
            here: &here,
            file: None,
            server: server.as_ref(),
        })
        .unwrap()
    }

    fn token(&self, server: Option<&str>) -> Option<String> {
        self.search(server)
            .found
            .map(|found| found.token.expose().to_owned())
    }
}

const DEBIAN: &str = "var/lib/plexmediaserver/Library/Application Support/Plex Media Server";

#[test]
fn the_places_are_looked_at_in_their_order() {
    let mut machine = Machine::new(Platform::Linux);
    assert_eq!(machine.token(None), None);
    machine.write(&format!("{DEBIAN}/.LocalAdminToken"), "local-0001\n");
    assert_eq!(machine.token(None).as_deref(), Some("local-0001"));
    machine.write(
        &format!("{DEBIAN}/Preferences.xml"),
        "<Preferences PlexOnlineToken=\"prefs-0002\"/>",
    );
    assert_eq!(machine.token(None).as_deref(), Some("prefs-0002"));
    machine.write(
        "home/.config/plexapi/config.ini",
        "[auth]\nserver_token=ini-0003\n",
    );
    assert_eq!(machine.token(None).as_deref(), Some("ini-0003"));
    machine.set("PLEXAPI_AUTH_SERVER_TOKEN", "env-0004");
    assert_eq!(machine.token(None).as_deref(), Some("env-0004"));
    machine.set("PLEX_TOKEN", "env-0005");
    assert_eq!(machine.token(None).as_deref(), Some("env-0005"));
}

#[test]
fn every_place_says_why_it_gave_nothing() {
    let mut machine = Machine::new(Platform::Linux);
    machine.set("PLEX_TOKEN", "  ");
    machine.write(
        &format!("{DEBIAN}/Preferences.xml"),
        "<Preferences PlexOnlineToken=\"\"/>",
    );
    machine.write(
        "config/Library/Application Support/Plex Media Server/Preferences.xml",
        "<Preferences",
    );
    let tried = machine.search(None).tried.join("\n");
    for part in [
        "$PLEX_TOKEN: blank",
        "$PLEXTOKEN: not set",
        "config.ini: not there",
        "signed out",
        "ends in the middle",
        ".LocalAdminToken",
    ] {
        assert!(tried.contains(part), "{part} missing in:\n{tried}");
    }
}

#[test]
fn a_token_of_another_server_is_passed_over() {
    let mut machine = Machine::new(Platform::Linux);
    machine.set("PLEX_TOKEN", "tok-0001");
    machine.set("PLEX_URL", "http://nas:32400");
    assert_eq!(machine.token(Some("http://other:32400")), None);
    assert_eq!(
        machine.token(Some("nas:32400/")).as_deref(),
        Some("tok-0001")
    );
    machine.set("PLEX_URL", "http://localhost:32400");
    assert_eq!(
        machine.token(Some("http://127.0.0.1:32400")).as_deref(),
        Some("tok-0001")
    );
    machine.set("PLEX_URL", "http://nas:32400");
    let found = machine.search(None).found.unwrap();
    assert_eq!(found.server.as_deref(), Some("http://nas:32400"));
}

#[test]
fn the_local_token_is_for_this_machine_only() {
    let machine = Machine::new(Platform::Linux);
    machine.write(&format!("{DEBIAN}/.LocalAdminToken"), "local-0001");
    assert_eq!(machine.token(Some("http://192.168.1.9:32400")), None);
    assert_eq!(
        machine.token(Some("http://127.0.0.1:32400")).as_deref(),
        Some("local-0001")
    );
}

#[test]
fn a_mac_keeps_its_token_in_a_property_list() {
    let machine = Machine::new(Platform::MacOs);
    let xml = "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>PlexOnlineToken</key><string>mac-0001</string></dict></plist>";
    machine.write(
        "home/Library/Preferences/com.plexapp.plexmediaserver.plist",
        xml,
    );
    assert_eq!(machine.token(None).as_deref(), Some("mac-0001"));
}

#[test]
fn a_line_feed_in_a_token_cannot_reach_a_header() {
    let mut machine = Machine::new(Platform::Linux);
    machine.set("PLEX_TOKEN", "a\r\nX-Evil: 1");
    let search = machine.search(None);
    assert_eq!(search.found, None);
    assert!(
        search.tried[0].contains("not a token") && !search.tried[0].contains("Evil"),
        "{:?}",
        search.tried
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_rights_is_told_from_one_that_is_not_there() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new(Platform::Linux);
    let path = machine.write(
        &format!("{DEBIAN}/Preferences.xml"),
        "<Preferences PlexOnlineToken=\"x\"/>",
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&path).is_ok() {
        // Root reads everything; then there is nothing to tell apart.
        return;
    }
    assert!(
        machine
            .search(None)
            .tried
            .iter()
            .any(|line| line.contains("permission denied"))
    );
}
