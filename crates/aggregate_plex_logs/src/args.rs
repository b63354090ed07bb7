//! What may be typed; the words here are the help page.
#![expect(
    clippy::doc_markdown,
    reason = "the help page shows these words as they are"
)]

use argh::{ArgsInfo, FromArgs};
use plexcore::cli::RawPath;

/// Reads the logs of Plex metadata agents and reports what was done, what failed and how much of
/// the time asked for the logs really cover.
#[derive(FromArgs, ArgsInfo, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[argh(
    example = "aggregate_plex_logs --sample",
    example = "aggregate_plex_logs --hours 48 --output report.html --output report.txt",
    example = "aggregate_plex_logs --follow --agent alder --kind remote",
    example = "aggregate_plex_logs --log-dir \"Plex Media Server Logs.zip\" --hours all --output -",
    note = "Times are local, as in the logs. A relative --output is relative to the current folder.",
    note = "An ending of --output decides its format (.md, .html, .json; others are text) unless --format does.",
    note = "Secrets are taken out of every format but legacy, which gives the script's bytes.",
    error_code(0, "the report was written"),
    error_code(1, "the folder given with --log-dir is not there"),
    error_code(64, "wrong usage"),
    error_code(66, "no log folder was found, or some logs could not be read"),
    error_code(73, "a report can't be created"),
    error_code(74, "a report can't be written in full")
)]
pub(crate) struct Args {
    /// folder with plug-in logs, a single log or a .zip from Plex Web; may be repeated (default:
    /// the server's own folder)
    #[argh(option, arg_name = "DIR")]
    pub(crate) log_dir: Vec<RawPath>,
    /// where to write; "-" is standard output; may be repeated (default:
    /// aggregated_logs_iteration_1.txt)
    #[argh(option, arg_name = "FILE")]
    pub(crate) output: Vec<RawPath>,
    /// only logs whose file name contains TEXT, in any case; may be repeated
    #[argh(option, arg_name = "TEXT")]
    pub(crate) agent: Vec<String>,
    /// only what is at most N hours old; "all" for everything (default: 24)
    #[argh(option, arg_name = "N")]
    pub(crate) hours: Option<String>,
    /// the older name of --hours
    #[argh(option, arg_name = "N")]
    pub(crate) timeframe: Option<String>,
    /// only what is not older than TIME: 2026-02-01 18:30, or 30m, 2h, 3d ago
    #[argh(option, arg_name = "TIME")]
    pub(crate) since: Option<String>,
    /// only what is older than TIME
    #[argh(option, arg_name = "TIME")]
    pub(crate) until: Option<String>,
    /// take TIME for now, so that a run can be repeated
    #[argh(option, arg_name = "TIME")]
    pub(crate) now: Option<String>,
    /// text, markdown (for an issue), html (for a browser), json, or legacy (the script's own report,
    /// byte for byte)
    #[argh(option, arg_name = "NAME")]
    pub(crate) format: Option<String>,
    /// the server's own log, or the folder it is in, to show what set off bursts of work (default:
    /// the one beside the plug-in logs)
    #[argh(option, arg_name = "FILE")]
    pub(crate) server_log: Option<RawPath>,
    /// an earlier JSON report; errors that are not in it are marked as new
    #[argh(option, arg_name = "FILE")]
    pub(crate) since_report: Option<RawPath>,
    /// a JSON file with rules of your own for what log messages mean
    #[argh(option, arg_name = "FILE")]
    pub(crate) rules: Option<RawPath>,
    /// how many patterns to list for each agent; "all" lists every one (default: 200)
    #[argh(option, arg_name = "N")]
    pub(crate) patterns: Option<String>,
    /// print what happens from now on, one line for each event, until Ctrl-C, which ends with a
    /// summary
    #[argh(switch)]
    pub(crate) follow: bool,
    /// with --follow: only events of these kinds (remote, agent, site-changed, environment, server,
    /// noise, outcome, or a rule such as http-403); may be repeated (default: all but noise)
    #[argh(option, arg_name = "KIND...")]
    pub(crate) kind: Vec<String>,
    /// logs of every plug-in, not of agents only
    #[argh(switch)]
    pub(crate) all_plugins: bool,
    /// without rotated logs (.log.1 to .log.5)
    #[argh(switch)]
    pub(crate) current_only: bool,
    /// leave names, addresses and the like in the report; tokens and passwords are taken out all
    /// the same
    #[argh(switch)]
    pub(crate) no_redact: bool,
    /// put short hashes in the place of titles and file names too, so that the report can be shown
    /// to anyone
    #[argh(switch)]
    pub(crate) pseudonymise: bool,
    /// how many logs to read at once (default: one for each processor)
    #[argh(option, arg_name = "N")]
    pub(crate) threads: Option<usize>,
    /// report on a small set of logs within the program, to see what a report looks like
    #[argh(switch)]
    pub(crate) sample: bool,
}
