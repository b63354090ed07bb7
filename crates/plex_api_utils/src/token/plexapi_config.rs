//! The settings of python-plexapi: `[auth] server_baseurl, server_token` of its `config.ini`.

use std::path::PathBuf;

use plexcore::files::plex_folders::Surroundings;
use plexcore::secret::Secret;

use super::Look;

/// Looks at the file.
pub(super) fn look(here: &Surroundings) -> (String, Look) {
    let named = here.variable("PLEXAPI_CONFIG_PATH").map(PathBuf::from);
    let usual = || {
        here.home()
            .map(|home| home.join(".config").join("plexapi").join("config.ini"))
    };
    let Some(path) = named.or_else(usual) else {
        return (
            "python-plexapi's config.ini".to_owned(),
            Look::Nothing("there is no home folder".to_owned()),
        );
    };
    let place = path.display().to_string();
    let look = match std::fs::read(&path) {
        Ok(bytes) => read(&String::from_utf8_lossy(&bytes)),
        Err(error) => Look::Nothing(super::server_files::why(&error)),
    };
    (place, look)
}

/// The token in the text of a file, as Python's `configparser` would read it.
fn read(text: &str) -> Look {
    let mut is_auth = false;
    let (mut token, mut server) = (None, None);
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            is_auth = name
                .split(']')
                .next()
                .is_some_and(|name| name.trim() == "auth");
            continue;
        }
        if !is_auth || line.starts_with(['#', ';']) {
            continue;
        }
        let Some((key, value)) = line.split_once(['=', ':']) else {
            continue;
        };
        match key.trim().to_ascii_lowercase().as_str() {
            "server_token" => token = Secret::new(value),
            "server_baseurl" => {
                server = Some(value.trim().to_owned()).filter(|url| !url.is_empty());
            }
            _ => {}
        }
    }
    match (token, server) {
        (None, _) => Look::Nothing("has no server_token".to_owned()),
        (Some(token), None) => Look::Token(token),
        (Some(token), Some(server)) => Look::TokenFor(token, server),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_decides_which_token_it_is() {
        let text = "# x\n[plexapi]\nserver_token = wrong0\n[auth]\n; c\nServer_Token: right0\nserver_baseurl = http://nas:32400\n[x]\nserver_token=wrong1\n";
        let Look::TokenFor(token, server) = read(text) else {
            panic!("no token")
        };
        assert_eq!(
            (token.expose(), server.as_str()),
            ("right0", "http://nas:32400")
        );
        assert!(matches!(read("[auth]\nserver_token =\n"), Look::Nothing(_)));
    }
}
