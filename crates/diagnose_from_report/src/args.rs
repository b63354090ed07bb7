//! What may be typed; the words here are the help page.
#![expect(
    clippy::doc_markdown,
    reason = "the help page shows these words as they are"
)]

use argh::{ArgsInfo, FromArgs};
use plexcore::cli::RawPath;

/// Reads a log report, of aggregate_plex_logs or of the old scripts, and writes down what went
/// wrong: which errors, how many, in which agents, since when, with an example of each and a place
/// for your own notes, which the next run on the same output file keeps.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(
    example = "diagnose_from_report --report report.json",
    example = "diagnose_from_report --report report.json --codebase \"Plug-ins\" --top 10",
    example = "diagnose_from_report --report report.json --agent alder --output alder.html",
    note = "A JSON report tells the most; what another form can't tell is said in the document.",
    note = "An ending of --output decides the format (.html, .json; others are Markdown) unless --format does.",
    note = "What you wrote outside the places for notes is kept in a copy beside the output file.",
    error_code(0, "the document was written"),
    error_code(64, "wrong usage"),
    error_code(65, "the report is empty, cut off, or no report"),
    error_code(66, "the report can't be read, or --codebase is no folder"),
    error_code(73, "the document can't be created"),
    error_code(74, "the document can't be written in full")
)]
pub(crate) struct Args {
    /// the report to read (default: aggregated_logs_enhanced.txt, if it is there)
    #[argh(option, arg_name = "FILE")]
    pub(crate) report: Option<RawPath>,
    /// where to write; "-" is standard output (default: error_categorization.md)
    #[argh(option, arg_name = "FILE")]
    pub(crate) output: Option<RawPath>,
    /// a folder with plug-in bundles; shows the source lines around each culprit
    #[argh(option, arg_name = "DIR")]
    pub(crate) codebase: Option<RawPath>,
    /// markdown, html or json
    #[argh(option, arg_name = "NAME")]
    pub(crate) format: Option<String>,
    /// how many errors to show, the most frequent first; "all" shows every one (default: 50, in
    /// JSON all)
    #[argh(option, arg_name = "N")]
    pub(crate) top: Option<String>,
    /// only errors of agents whose name contains TEXT, in any case; may be repeated
    #[argh(option, arg_name = "TEXT")]
    pub(crate) agent: Vec<String>,
    /// only errors of these kinds (http-403) or groups (remote); may be repeated
    #[argh(option, arg_name = "KIND...")]
    pub(crate) kind: Vec<String>,
    /// take TIME for now, so that a run can be repeated
    #[argh(option, arg_name = "TIME")]
    pub(crate) now: Option<String>,
}
