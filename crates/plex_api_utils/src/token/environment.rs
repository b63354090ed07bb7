//! Tokens in environment variables, with the address that goes with them.

use plexcore::files::plex_folders::Surroundings;
use plexcore::secret::Secret;

use super::Look;

/// A variable for the token, and those for the address of its server: Plex's own habit, that of
/// `PlexTraktSync` and plex-axi, python-plexapi's, Kometa's, and what the server gives its plug-ins.
const VARIABLES: [(&str, &[&str]); 4] = [
    ("PLEX_TOKEN", &["PLEX_URL", "PLEX_BASEURL"]),
    (
        "PLEXAPI_AUTH_SERVER_TOKEN",
        &["PLEXAPI_AUTH_SERVER_BASEURL"],
    ),
    ("KOMETA_PLEX_TOKEN", &["KOMETA_PLEX_URL"]),
    ("PLEXTOKEN", &[]),
];

/// Looks at every variable.
pub(super) fn look(here: &Surroundings) -> Vec<(String, Look)> {
    let one = |(name, addresses): (&str, &[&str])| {
        let token = here
            .variable(name)
            .map(|value| Secret::new(&value.to_string_lossy()));
        let server = addresses.iter().find_map(|name| here.variable(name));
        let look = match (token, server) {
            (None, _) => Look::Nothing("not set".to_owned()),
            (Some(None), _) => Look::Nothing("blank".to_owned()),
            (Some(Some(token)), None) => Look::Token(token),
            (Some(Some(token)), Some(server)) => {
                Look::TokenFor(token, server.to_string_lossy().into_owned())
            }
        };
        (format!("${name}"), look)
    };
    VARIABLES.into_iter().map(one).collect()
}
