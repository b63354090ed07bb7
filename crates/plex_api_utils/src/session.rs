//! A client that can talk: address, token, trust, limits.

use std::path::PathBuf;
use std::time::Duration;

use plexcore::cli::{Console, Failure};
use plexcore::files::plex_folders::Surroundings;
use plexcore::report::number::counted;

use crate::cancel::{Cancel, Deadline};
use crate::client::{Client, Manner};
use crate::retry::Retry;
use crate::server_url::ServerUrl;
use crate::tls::Trust;
use crate::token::{Places, Search};

const DEFAULT_URL: &str = "http://127.0.0.1:32400";

/// Which server is talked to, with which token, and how.
#[derive(Debug)]
pub(crate) struct Access {
    /// The address that was typed, if one was.
    pub(crate) url: Option<ServerUrl>,
    pub(crate) certificate_id: Option<String>,
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) trust: Trust,
    pub(crate) timeout: Duration,
    /// For the whole run.
    pub(crate) deadline: Duration,
    pub(crate) retries: u32,
}

/// Looks for the token without asking anybody.
pub(crate) fn search_token(access: &Access, here: &Surroundings) -> Result<Search, Failure> {
    Search::run(&Places {
        here,
        file: access.token_file.as_deref(),
        server: access.url.as_ref(),
    })
}

/// A client for the server and the token that are to be used.
pub(crate) fn open(
    access: &Access,
    here: &Surroundings,
    console: &mut Console,
) -> Result<Client, Failure> {
    if access.trust == Trust::Anything {
        console.complain("--insecure: the server's certificate is not verified; whoever is in between can read the token");
    }
    let manner = manner(access);
    let mut search = search_token(access, here)?;
    if search.found.is_none() {
        search.ask()?;
    }
    let server = match (
        access.url.clone(),
        search
            .found
            .as_ref()
            .and_then(|found| found.server.as_deref()),
    ) {
        (Some(url), _) => url,
        (None, Some(paired)) => ServerUrl::parse(paired).map_err(|expected| {
            Failure::usage(format!(
                "cannot use the server's address beside the token: {expected}"
            ))
        })?,
        (None, None) => ServerUrl::parse(DEFAULT_URL).map_err(Failure::usage)?,
    };
    let server = under_certificate_name(access, search.certificate_id.as_deref(), server);
    let token = search.found.map(|found| (found.token, found.origin));
    Client::new(server, token, manner, Cancel::on_signal())
}

/// Where the id of the server's certificate is known, https at a plain address is verified under its name.
fn under_certificate_name(access: &Access, known: Option<&str>, server: ServerUrl) -> ServerUrl {
    let is_id = |id: &&str| !id.is_empty() && id.chars().all(|c| c.is_ascii_hexdigit());
    // An id found in this machine's settings is that of this machine's server.
    let known = known.filter(|_| server.is_local() && access.trust == Trust::Public);
    let id = access.certificate_id.as_deref().or(known).filter(is_id);
    id.and_then(|id| server.with_certificate_name(id))
        .unwrap_or(server)
}

fn manner(access: &Access) -> Manner {
    Manner {
        trust: access.trust.clone(),
        timeout: access.timeout,
        deadline: Deadline::after(access.deadline),
        retry: Retry {
            times: access.retries,
        },
    }
}

/// Passes on what the client has noticed.
pub(crate) fn tell_repairs(client: &Client, console: &mut Console) {
    let n = client.n_repaired() as u64;
    if n > 0 {
        let elements = counted(n, "element was", "elements were");
        console.warn(format_args!(
            "the server sent characters that XML forbids; {elements} repaired"
        ));
    }
}
