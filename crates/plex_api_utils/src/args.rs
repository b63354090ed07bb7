//! What can be typed. What goes together is decided in [`crate::options`].

use argh::{ArgsInfo, FromArgs};
use plexcore::cli::RawPath;

/// Lists what a Plex server has, refreshes items, and checks what became of them.
#[derive(FromArgs, ArgsInfo, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
#[argh(
    example = "plex_api_utils --sections\nplex_api_utils --items --section 1 --missing summary,poster --all\nplex_api_utils --refresh --rating-key 10488 --wait\nplex_api_utils --verify --from-report report.json --kind http-403 --expect summary,poster\nplex_api_utils --verify --path /media/film.mkv --expect 'studio~^Example'",
    note = "The token is looked for in --token-file, PLEX_TOKEN and its kin, python-plexapi's config.ini and the server's own files; --token --explain shows each place. It is never taken from the command line, which other users of the machine can read.
Keys, sections and paths may be given several times, and keys with commas between them.",
    error_code(0, "done; with --verify: all is as expected"),
    error_code(1, "a refresh did not work, or the result is not as expected"),
    error_code(3, "--verify: the agent finished and changed nothing"),
    error_code(4, "--verify, --wait: the agent failed"),
    error_code(
        5,
        "--verify, --wait: not finished before the deadline, or lost in a restart"
    ),
    error_code(64, "wrong usage"),
    error_code(
        65,
        "the answer is not a Plex server's, or the request was refused as wrong"
    ),
    error_code(66, "no such item, section or file; no token found"),
    error_code(69, "the server can't be reached, trusted or understood"),
    error_code(75, "the server is starting or busy, or Ctrl-C: try again"),
    error_code(77, "the token is not accepted, or not the owner's")
)]
pub(crate) struct Args {
    /// print the server's token
    #[argh(switch)]
    pub(crate) token: bool,
    /// with --token: every place looked at, and why it gave a token or none
    #[argh(switch)]
    pub(crate) explain: bool,
    /// test the connection and the token
    #[argh(switch)]
    pub(crate) check: bool,
    /// list the library sections
    #[argh(option, arg_name = "[X]")]
    pub(crate) sections: Option<String>,
    /// list the items of a section (--section)
    #[argh(option, arg_name = "[X]")]
    pub(crate) items: Option<String>,
    /// refresh the metadata of items: --rating-key, --path, --from-report or --section
    #[argh(option, arg_name = "[X]")]
    pub(crate) refresh: Option<String>,
    /// refresh the same items and check what changed
    #[argh(switch)]
    pub(crate) verify: bool,
    /// list the metadata agents
    #[argh(switch)]
    pub(crate) agents: bool,
    /// list the items whose titles match
    #[argh(option, arg_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// list an item's possible matches, or fix its match to GUID
    #[argh(option, arg_name = "[GUID]", long = "match")]
    pub(crate) fix_match: Option<String>,
    /// take an item's match away
    #[argh(switch)]
    pub(crate) unmatch: bool,
    /// have the server analyse items' files
    #[argh(switch)]
    pub(crate) analyze: bool,
    /// stop what the server is doing to a section (--section)
    #[argh(switch)]
    pub(crate) stop: bool,

    /// the server's address (default: 127.0.0.1:32400)
    #[argh(option, arg_name = "URL")]
    pub(crate) url: Option<String>,
    /// a section: its number, or its title
    #[argh(option, arg_name = "K")]
    pub(crate) section: Option<String>,
    /// items, by rating key
    #[argh(option, arg_name = "KEY...")]
    pub(crate) rating_key: Vec<String>,
    /// items, by a file or folder as the server names it; alone, lists them
    #[argh(option, arg_name = "FILE...")]
    pub(crate) path: Vec<RawPath>,
    /// items that failed, from the aggregator's report (JSON or text)
    #[argh(option, arg_name = "FILE")]
    pub(crate) from_report: Option<RawPath>,
    /// with --from-report: only these entries of its catalogue
    #[argh(option, arg_name = "ID...")]
    pub(crate) entry: Vec<String>,
    /// with --from-report: only entries of these kinds (http-403) or groups (remote)
    #[argh(option, arg_name = "KIND...")]
    pub(crate) kind: Vec<String>,
    /// only items of a section for which this holds (year=1999, title=x, genre!=Drama); the server decides
    #[argh(option, arg_name = "FIELD=VALUE...")]
    pub(crate) filter: Vec<String>,
    /// only items that lack one of these (default: summary,poster,genre,studio,year)
    #[argh(option, arg_name = "[FIELDS]")]
    pub(crate) missing: Option<String>,
    /// the order: titleSort, addedAt:desc, ...
    #[argh(option, arg_name = "FIELD")]
    pub(crate) sort: Option<String>,
    /// episodes instead of shows, tracks instead of artists
    #[argh(switch)]
    pub(crate) leaves: bool,
    /// at most this many items (default: 20)
    #[argh(option, arg_name = "N")]
    pub(crate) limit: Option<usize>,
    /// all items; with --refresh --section, the server's own refresh of the whole section
    #[argh(switch)]
    pub(crate) all: bool,

    /// refreshes per second (default: 2; 0 as fast as possible)
    #[argh(option, arg_name = "N")]
    pub(crate) rate: Option<f64>,
    /// pause while more than this many refreshes wait on the server (default: 20)
    #[argh(option, arg_name = "N")]
    pub(crate) max_queue: Option<u64>,
    /// remember here what was done, and go on from there next time
    #[argh(option, arg_name = "FILE")]
    pub(crate) journal: Option<RawPath>,
    /// wait until the refreshes are really finished
    #[argh(switch)]
    pub(crate) wait: bool,
    /// with --verify: fields that must have a value afterwards, or match (summary,studio~^Ex,title=X)
    #[argh(option, arg_name = "FIELDS...")]
    pub(crate) expect: Vec<String>,
    /// folder of the plug-in logs, for the agents' own outcome (default: found on this machine)
    #[argh(option, arg_name = "DIR")]
    pub(crate) log_dir: Option<RawPath>,
    /// with --match: look for this title
    #[argh(option, arg_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// with --match: look for this year
    #[argh(option, arg_name = "YEAR")]
    pub(crate) year: Option<u16>,

    /// one JSON document on standard output instead of text
    #[argh(switch)]
    pub(crate) json: bool,
    /// JSON instead of text, one object a line, as it comes
    #[argh(switch)]
    pub(crate) json_lines: bool,
    /// a file that holds the token and nothing else
    #[argh(option, arg_name = "FILE")]
    pub(crate) token_file: Option<RawPath>,
    /// seconds for a connection, a silence, or any answer but a list's (default: 30)
    #[argh(option, arg_name = "S")]
    pub(crate) timeout: Option<f64>,
    /// seconds for the whole run (default: 1800)
    #[argh(option, arg_name = "S")]
    pub(crate) deadline: Option<f64>,
    /// how often a request that may pass is repeated (default: 3)
    #[argh(option, arg_name = "N")]
    pub(crate) retries: Option<u32>,
    /// seconds between two looks while waiting (default: 2)
    #[argh(option, arg_name = "S")]
    pub(crate) poll: Option<f64>,
    /// certificates in PEM to trust besides the public authorities
    #[argh(option, arg_name = "FILE")]
    pub(crate) cacert: Option<RawPath>,
    /// trust the one certificate with this SHA-256
    #[argh(option, arg_name = "HEX")]
    pub(crate) pin: Option<String>,
    /// the id in the server's *.plex.direct names, to verify https at a plain address without DNS
    #[argh(option, arg_name = "ID")]
    pub(crate) certificate_id: Option<String>,
    /// trust any certificate: whoever is in between can read the token
    #[argh(switch)]
    pub(crate) insecure: bool,
}
