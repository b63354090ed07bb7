//! From what was typed to a client that can talk: address, token, trust, limits.

use std::time::Duration;

use plexcore::cli::{Console, Failure};
use plexcore::files::plex_folders::Surroundings;
use plexcore::report::number::counted;

use crate::args::Args;
use crate::cancel::{Cancel, Deadline};
use crate::client::{Client, Manner};
use crate::retry::Retry;
use crate::server_url::ServerUrl;
use crate::tls::Trust;
use crate::token::{Places, Search};

const DEFAULT_URL: &str = "http://127.0.0.1:32400";
const DEFAULT_TIMEOUT: f64 = 30.0;
const DEFAULT_DEADLINE: f64 = 1800.0;
const DEFAULT_RETRIES: u32 = 3;
const LONGEST: Duration = Duration::from_secs(31_536_000);

/// The address on the command line, if there is one.
pub(crate) fn typed_url(args: &Args) -> Result<Option<ServerUrl>, Failure> {
    let parse = |text: &String| {
        ServerUrl::parse(text).map_err(|expected| {
            Failure::usage(format!("cannot use the value of --url: {expected}"))
        })
    };
    args.url.as_ref().map(parse).transpose()
}

/// Looks for the token without asking anybody.
pub(crate) fn search_token(args: &Args, here: &Surroundings) -> Result<Search, Failure> {
    let server = typed_url(args)?;
    let file = args
        .token_file
        .clone()
        .map(plexcore::cli::RawPath::into_path);
    Search::run(&Places {
        here,
        file: file.as_deref(),
        server: server.as_ref(),
    })
}

/// A client for the server and the token that are to be used.
pub(crate) fn open(
    args: &Args,
    here: &Surroundings,
    console: &mut Console,
) -> Result<Client, Failure> {
    let manner = manner(args, console)?;
    let mut search = search_token(args, here)?;
    if search.found.is_none() {
        search.ask()?;
    }
    let server = match (
        typed_url(args)?,
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
    let server = under_certificate_name(args, search.certificate_id.as_deref(), server);
    let token = search.found.map(|found| (found.token, found.origin));
    Client::new(server, token, manner, Cancel::on_signal())
}

/// Where the id of the server's certificate is known, https at a plain address is verified under its name.
fn under_certificate_name(args: &Args, known: Option<&str>, server: ServerUrl) -> ServerUrl {
    let is_id = |id: &&str| !id.is_empty() && id.chars().all(|c| c.is_ascii_hexdigit());
    // An id found in this machine's settings is that of this machine's server.
    let known = known.filter(|_| {
        server.is_local() && args.pin.is_none() && args.cacert.is_none() && !args.insecure
    });
    let id = args.certificate_id.as_deref().or(known).filter(is_id);
    id.and_then(|id| server.with_certificate_name(id))
        .unwrap_or(server)
}

fn manner(args: &Args, console: &mut Console) -> Result<Manner, Failure> {
    let trust = match (&args.cacert, &args.pin, args.insecure) {
        (None, None, false) => Trust::Public,
        (Some(path), None, false) => Trust::from_file(&path.0)?,
        (None, Some(pin), false) => Trust::from_pin(pin).ok_or_else(|| {
            Failure::usage("cannot use the value of --pin: expected the 64 hex digits of a SHA-256")
        })?,
        (None, None, true) => {
            console.complain("--insecure: the server's certificate is not verified; whoever is in between can read the token");
            Trust::Anything
        }
        _ => {
            return Err(Failure::usage(
                "--cacert, --pin and --insecure exclude one another",
            ));
        }
    };
    Ok(Manner {
        trust,
        timeout: seconds("--timeout", args.timeout, DEFAULT_TIMEOUT)?,
        deadline: Deadline::after(seconds("--deadline", args.deadline, DEFAULT_DEADLINE)?),
        retry: Retry {
            times: args.retries.unwrap_or(DEFAULT_RETRIES),
        },
    })
}

/// A time that was typed in seconds.
pub(crate) fn seconds(option: &str, typed: Option<f64>, default: f64) -> Result<Duration, Failure> {
    let value = typed.unwrap_or(default);
    Duration::try_from_secs_f64(value)
        .ok()
        .filter(|time| !time.is_zero() && *time <= LONGEST)
        .ok_or_else(|| {
            Failure::usage(format!(
                "cannot use {value} for {option}: expected seconds above 0, a year at most"
            ))
        })
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
