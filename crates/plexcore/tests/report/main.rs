//! The formats made from one synthetic report.
//!
//! `text`, `markdown` and `html` hold what each format promises, `hostile` what none of them may
//! let a log's text do, `reading` the way back.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod hostile;
mod html;
mod markdown;
mod reading;
mod sample_report;
mod text;

use plexcore::report::model::Report;

/// The report in one format.
fn written(
    report: &Report,
    write: fn(&Report, &mut dyn std::io::Write) -> std::io::Result<()>,
) -> String {
    let mut bytes = Vec::new();
    write(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}
