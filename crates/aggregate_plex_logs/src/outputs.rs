//! Tallies to reports, and reports to where they were asked for.

use std::io::{self, Write};

use plexcore::cli::output::Output;
use plexcore::cli::{Console, Failure};
use plexcore::report::model::Report;
use plexcore::report::{html, json, legacy, markdown, text};

use crate::options::{Format, Options};
use crate::scan::Scanned;

/// All that an output can be made from.
pub(crate) struct Material {
    pub(crate) report: Report,
    pub(crate) legacy: Vec<(String, legacy::Gathered)>,
}

impl Material {
    /// `scanned` is given by name.
    pub(crate) fn of(report: Report, scanned: Vec<Scanned>) -> Self {
        Self {
            report,
            legacy: scanned
                .into_iter()
                .filter_map(|s| Some((s.name, s.legacy?)))
                .collect(),
        }
    }

    fn write(&self, format: Format, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(&self.report, out),
            Format::Markdown => markdown::write(&self.report, out),
            Format::Html => html::write(&self.report, out),
            Format::Json => json::write(&self.report, out),
            Format::Legacy => legacy::write(out, options.now, &options.hours, &self.legacy),
        }
    }

    /// Writes one output.
    pub(crate) fn put(
        &self,
        output: &Output<Format>,
        options: &Options,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let document = |out: &mut dyn Write| self.write(output.form, options, out);
        output.target.put(console, document)
    }
}
