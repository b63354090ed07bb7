//! Phase 4, proving a fix: lists what a Plex server has, refreshes items, and checks what became of them.
//!
//! Replaces `plex_api_utils.py`. Reads: the server's HTTP API, the token's places (`token`), with
//! `--from-report` a report of the aggregator, with `--log-dir` the plug-in logs. Writes: nothing but
//! standard output and the journal that `--journal` names; on the server it sets off refreshes, matches and
//! analyses, and never deletes anything.
//! Exit codes: 0 done (all as expected), 1 a refresh did not work or the result is not as expected, 3 the agent
//! finished and changed nothing, 4 the agent failed, 5 never finished, 64 usage, 65 an answer that is no Plex
//! server's, 66 not found, 69 unavailable, 75 starting or cancelled, 77 not allowed.

mod agents;
mod args;
mod campaign;
mod cancel;
mod choice;
mod client;
mod events;
mod expect;
mod fault;
mod form;
mod items;
mod journal;
mod listing;
mod locate;
mod matching;
mod options;
mod pace;
mod plugin_log;
mod refresh;
mod report_items;
mod resolver;
mod retry;
mod run;
mod section_work;
mod sections;
mod server_url;
mod session;
mod shown;
mod snapshot;
mod targets;
mod tls;
mod token;
mod tracker;
mod verify;
mod wait;

use std::process::ExitCode;

use plexcore::cli::Tool;

const TOOL: Tool = Tool {
    name: "plex_api_utils",
    version: env!("CARGO_PKG_VERSION"),
    script_options: &[
        "--token",
        "--sections",
        "--items",
        "--refresh",
        "--url",
        "--section",
        "--rating-key",
    ],
};

fn main() -> ExitCode {
    plexcore::cli::main(&TOOL, run::run)
}
