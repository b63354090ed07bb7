//! Where a token comes from: a file, the environment, other tools' settings, the server's own files,
//! and at last the person.
//!
//! Every place looked at leaves a line that says why it gave a token or none ([`Search::tried`]).
//! No place is on the network, and none is the command line, which other users can read.

mod environment;
mod plexapi_config;
mod prompt;
mod server_files;

use std::path::Path;

use plexcore::cli::{Exit, Failure};
use plexcore::files::plex_folders::Surroundings;
use plexcore::secret::Secret;

use crate::server_url::ServerUrl;

/// A token and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) token: Secret,
    /// The place it was found at, for people.
    pub(crate) origin: String,
    /// The server it belongs to, where its place names one.
    pub(crate) server: Option<String>,
}

/// The outcome of a search.
#[derive(Debug, Default)]
pub(crate) struct Search {
    pub(crate) found: Option<Found>,
    /// One line for each place, in the order in which they were looked at.
    pub(crate) tried: Vec<String>,
    /// The server's certificate id, where its settings could be read.
    pub(crate) certificate_id: Option<String>,
}

/// What one place gave.
enum Look {
    Token(Secret),
    /// A token that belongs to the server named.
    TokenFor(Secret, String),
    /// None, and why.
    Nothing(String),
}

/// What decides where to look.
pub(crate) struct Places<'a> {
    pub(crate) here: &'a Surroundings,
    pub(crate) file: Option<&'a Path>,
    /// The server that was named on the command line, if one was.
    pub(crate) server: Option<&'a ServerUrl>,
}

impl Search {
    /// Looks at every place until one gives a token; asks nobody.
    pub(crate) fn run(places: &Places<'_>) -> Result<Self, Failure> {
        let mut search = Self::default();
        if let Some(path) = places.file {
            // A file that was named is not one place among others: if it fails, that is the failure.
            let token = read_token_file(path)?;
            search.take(
                &format!("--token-file {}", path.display()),
                Look::Token(token),
                places,
            );
            return Ok(search);
        }
        for (place, look) in environment::look(places.here) {
            search.take(&place, look, places);
        }
        if search.found.is_none() {
            let (place, look) = plexapi_config::look(places.here);
            search.take(&place, look, places);
        }
        if search.found.is_none() {
            server_files::look(places, &mut search);
        }
        Ok(search)
    }

    /// Asks the person, or reads a line of standard input, as the script did.
    pub(crate) fn ask(&mut self) -> Result<(), Failure> {
        match prompt::ask() {
            Ok(Some(token)) => {
                self.found = Some(Found {
                    token,
                    origin: "the question".to_owned(),
                    server: None,
                });
                self.tried.push("the question: answered".to_owned());
                Ok(())
            }
            Ok(None) => Err(self.nothing_found()),
            Err(error) => Err(Failure::new(
                Exit::NoInput,
                format!("cannot read the token: {error}"),
            )),
        }
    }

    /// Names the places that held something; the many that don't exist are for `--explain`.
    fn nothing_found(&self) -> Failure {
        let is_of_interest =
            |line: &&String| !line.ends_with(": not there") && !line.ends_with(": not set");
        let near: Vec<&str> = self
            .tried
            .iter()
            .filter(is_of_interest)
            .map(String::as_str)
            .collect();
        let mut message = format!(
            "cannot find a token; {} places were looked at",
            self.tried.len()
        );
        if !near.is_empty() {
            message = format!("{message}, among them {}", near.join("; "));
        }
        Failure::new(Exit::NoInput, message)
            .hint("set PLEX_TOKEN, or name a file that holds the token by --token-file; --token --explain shows every place")
    }

    fn take(&mut self, place: &str, look: Look, places: &Places<'_>) {
        if self.found.is_some() {
            return;
        }
        let (token, server) = match look {
            Look::Nothing(why) => return self.tried.push(format!("{place}: {why}")),
            Look::Token(token) => (token, None),
            Look::TokenFor(token, server) => (token, Some(server)),
        };
        if !token.fits_a_header() {
            return self.tried.push(format!(
                "{place}: not a token (it holds characters that no token has)"
            ));
        }
        if let Some((other, wanted)) = differs(server.as_deref(), places.server) {
            return self
                .tried
                .push(format!("{place}: belongs to {other}, not to {wanted}"));
        }
        self.tried.push(format!("{place}: found"));
        self.found = Some(Found {
            token,
            origin: place.to_owned(),
            server,
        });
    }
}

/// The two origins, if a token belongs to another server than the one that is to be talked to.
fn differs(belongs_to: Option<&str>, wanted: Option<&ServerUrl>) -> Option<(String, String)> {
    let wanted = wanted?;
    let Ok(own) = ServerUrl::parse(belongs_to?) else {
        return Some(("an address that cannot be read".to_owned(), wanted.origin()));
    };
    let is_same_loopback = own.is_loopback() && wanted.is_loopback() && own.port == wanted.port;
    (own.origin() != wanted.origin() && !is_same_loopback).then(|| (own.origin(), wanted.origin()))
}

fn read_token_file(path: &Path) -> Result<Secret, Failure> {
    let bytes = std::fs::read(path).map_err(plexcore::Error::read(path))?;
    let text = String::from_utf8_lossy(&bytes);
    let wrong =
        |what: &str| Failure::new(Exit::Data, format!("cannot use {}: {what}", path.display()));
    let token =
        Secret::new(text.trim_start_matches('\u{feff}')).ok_or_else(|| wrong("it is empty"))?;
    if token.fits_a_header() {
        Ok(token)
    } else {
        Err(wrong("expected a token and nothing else"))
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
