//! What may be typed; the words here are the help page.
#![expect(
    clippy::doc_markdown,
    reason = "the help page shows these words as they are"
)]

use argh::{ArgsInfo, FromArgs};
use plexcore::cli::RawPath;

/// Compares a report from before a fix with one from after it: what changed beyond chance, and
/// whether to keep the fix.
#[derive(FromArgs, ArgsInfo, Debug)]
#[argh(
    example = "compare_metrics --baseline before.json --current after.json --fix-name \"retry on 403\"",
    example = "compare_metrics --baseline before.json --current after.json --expect fix.json --output fix.html",
    example = "compare_metrics --history reports --current after.json --json",
    note = "JSON reports give the most: titles before and after are paired, repeats of one title don't count as new evidence, errors are followed by their ids.",
    note = "~ stands for undecided: chance alone may be behind it.",
    error_code(0, "KEEP: better beyond chance, and nothing worse"),
    error_code(1, "ROLLBACK: something is worse beyond chance"),
    error_code(
        2,
        "MONITOR: too little data, or something in doubt; says how many more searches are needed"
    ),
    error_code(64, "wrong usage"),
    error_code(
        65,
        "nothing to compare: not a report, no totals, or no searches on a side"
    ),
    error_code(66, "a report is missing or can't be read"),
    error_code(73, "the comparison can't be created"),
    error_code(74, "the comparison can't be written in full")
)]
pub(crate) struct Args {
    /// report from before the fix; may be repeated, the oldest first: the last is compared, the
    /// others are its history
    #[argh(option, arg_name = "FILE")]
    pub(crate) baseline: Vec<RawPath>,
    /// report from after the fix
    #[argh(option, arg_name = "FILE")]
    pub(crate) current: Option<RawPath>,
    /// what the fix is called (default: Unknown Fix)
    #[argh(option, arg_name = "TEXT", default = "\"Unknown Fix\".to_owned()")]
    pub(crate) fix_name: String,
    /// where to write the comparison: HTML or JSON by the ending, Markdown with any other; - is
    /// standard output, in place of the text; may be repeated (default: test_report_NAME.md)
    #[argh(option, arg_name = "FILE")]
    pub(crate) output: Vec<RawPath>,
    /// one JSON document on standard output instead of text
    #[argh(switch)]
    pub(crate) json: bool,
    /// what decides: evidence (default), or script (also classic) for the script's own rule
    #[argh(option, arg_name = "NAME")]
    pub(crate) rule: Option<String>,
    /// a JSON file with what the fix was meant to do; checked point by point
    #[argh(option, arg_name = "FILE")]
    pub(crate) expect: Option<RawPath>,
    /// how often you mean to look before you decide, this time included (default: 1)
    #[argh(option, arg_name = "N", default = "1")]
    pub(crate) looks: u32,
    /// the chance of a false verdict you accept (default: 0.05)
    #[argh(option, arg_name = "P", default = "0.05")]
    pub(crate) alpha: f64,
    /// fewer searches than this on a side decide nothing (default: 10)
    #[argh(option, arg_name = "N", default = "10")]
    pub(crate) min_searches: u64,
    /// a new error that happened less often than this decides nothing (default: 3)
    #[argh(option, arg_name = "N", default = "3")]
    pub(crate) min_new: u64,
    /// where reports don't show repeats: how many times less the searches are worth than they
    /// count, such as the searches of one title (default: 1)
    #[argh(option, arg_name = "D", default = "1.0")]
    pub(crate) design_effect: f64,
    /// whose new errors call for ROLLBACK, separated by commas (default: agent,site-changed);
    /// others turn KEEP into MONITOR
    #[argh(option, arg_name = "GROUPS")]
    pub(crate) rollback_on: Option<String>,
    /// a folder of older reports: a trend over all of them, by the times they were made
    #[argh(option, arg_name = "DIR")]
    pub(crate) history: Option<RawPath>,
    /// take TIME for now, so that a run can be repeated
    #[argh(option, arg_name = "TIME")]
    pub(crate) now: Option<String>,
}
