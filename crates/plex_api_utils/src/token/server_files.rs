//! Tokens that a server on this machine keeps: its settings, and the one for local use.

use std::fs;
use std::io;
use std::path::Path;

use plexcore::files::plex_folders::Platform;
use plexcore::files::registry;
use plexcore::secret::Secret;
use plexcore::xml::Preferences;

use super::{Look, Places, Search};

/// Looks at the settings of every known data folder, then at the local tokens.
pub(super) fn look(places: &Places<'_>, search: &mut Search) {
    match places.here.platform {
        Platform::MacOs => look_at_plist(places, search),
        Platform::Windows => look_at_registry(places, search),
        _ => {}
    }
    let folders = places.here.data_folders();
    for folder in &folders {
        let path = folder.path.join("Preferences.xml");
        let (look, certificate_id) = preferences(&path);
        search.certificate_id = search.certificate_id.take().or(certificate_id);
        search.take(
            &format!("{} ({})", path.display(), folder.reason),
            look,
            places,
        );
        if search.found.is_some() {
            return;
        }
    }
    for folder in &folders {
        let path = folder.path.join(".LocalAdminToken");
        search.take(
            &format!("{} ({})", path.display(), folder.reason),
            local_token(&path, places),
            places,
        );
    }
}

/// Why a file could not be read, in the words that help: Plex's files are often for the user `plex` only.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "not there".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "permission denied (it may be readable by the server's user only)".to_owned()
        }
        _ => error.to_string(),
    }
}

fn preferences(path: &Path) -> (Look, Option<String>) {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return (Look::Nothing(why(&error)), None),
    };
    match Preferences::parse(&bytes) {
        Ok(Preferences {
            token: Some(token),
            certificate_id,
        }) => (Look::Token(token), certificate_id),
        Ok(Preferences {
            token: None,
            certificate_id,
        }) => (
            Look::Nothing("holds no PlexOnlineToken: the server is signed out".to_owned()),
            certificate_id,
        ),
        Err(fault) => (Look::Nothing(fault.to_string()), None),
    }
}

/// The server makes this token anew at every start; it is good for that server alone.
fn local_token(path: &Path, places: &Places<'_>) -> Look {
    match fs::read(path) {
        Err(error) => Look::Nothing(why(&error)),
        Ok(_) if !places.server.is_none_or(super::ServerUrl::is_loopback) => {
            Look::Nothing("is for the server on this machine only".to_owned())
        }
        Ok(bytes) => match Secret::new(&String::from_utf8_lossy(&bytes)) {
            Some(token) => Look::Token(token),
            None => Look::Nothing("empty".to_owned()),
        },
    }
}

fn look_at_plist(places: &Places<'_>, search: &mut Search) {
    let Some(home) = places.here.home() else {
        return;
    };
    let path = home.join("Library/Preferences/com.plexapp.plexmediaserver.plist");
    let (look, certificate_id) = match fs::read(&path) {
        Ok(bytes) => plist_settings(&bytes),
        Err(error) => (Look::Nothing(why(&error)), None),
    };
    search.certificate_id = search.certificate_id.take().or(certificate_id);
    search.take(&path.display().to_string(), look, places);
}

/// macOS keeps the server's settings as a binary property list.
fn plist_settings(bytes: &[u8]) -> (Look, Option<String>) {
    let parsed = plist::Value::from_reader(io::Cursor::new(bytes));
    let Some(settings) = parsed.as_ref().ok().and_then(plist::Value::as_dictionary) else {
        return (
            Look::Nothing("not a property list with settings".to_owned()),
            None,
        );
    };
    let text = |name: &str| settings.get(name).and_then(plist::Value::as_string);
    let look = match text("PlexOnlineToken").and_then(Secret::new) {
        Some(token) => Look::Token(token),
        None => Look::Nothing("holds no PlexOnlineToken: the server is signed out".to_owned()),
    };
    (
        look,
        text("CertificateUUID")
            .filter(|id| !id.is_empty())
            .map(str::to_owned),
    )
}

fn look_at_registry(places: &Places<'_>, search: &mut Search) {
    let look = match registry::value(places.here, "PlexOnlineToken")
        .and_then(|value| Secret::new(&value))
    {
        Some(token) => Look::Token(token),
        None => Look::Nothing(
            "holds no PlexOnlineToken (a server that runs as a service has a registry of its own)"
                .to_owned(),
        ),
    };
    search.certificate_id = search
        .certificate_id
        .take()
        .or_else(|| registry::value(places.here, "CertificateUUID"));
    search.take(registry::KEY, look, places);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_property_list_is_read() {
        let mut settings = plist::Dictionary::new();
        settings.insert(
            "PlexOnlineToken".to_owned(),
            plist::Value::from("mac-token-1"),
        );
        settings.insert("CertificateUUID".to_owned(), plist::Value::from("0f"));
        let mut bytes = Vec::new();
        plist::Value::Dictionary(settings)
            .to_writer_binary(&mut bytes)
            .unwrap();
        let (look, id) = plist_settings(&bytes);
        assert!(matches!(look, Look::Token(token) if token.expose() == "mac-token-1"));
        assert_eq!(id.as_deref(), Some("0f"));
        assert!(matches!(plist_settings(b"bplist00").0, Look::Nothing(_)));
    }
}
