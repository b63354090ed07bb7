//! Tallies to reports, and reports to where they were asked for.

use std::io::{self, Write};

use plexcore::cli::{Console, Failure};
use plexcore::files::write_atomically;
use plexcore::report::model::Report;
use plexcore::report::{html, json, legacy, markdown, text};

use crate::options::{Format, Options, Output, Target};

/// All that an output can be made from.
pub(crate) struct Material {
    pub(crate) report: Report,
    /// By the plug-in's name.
    pub(crate) legacy: Vec<(String, legacy::Gathered)>,
}

impl Material {
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
        output: &Output,
        options: &Options,
        console: &mut Console,
    ) -> Result<(), Failure> {
        match &output.target {
            Target::Stdout => self
                .write(output.format, options, console.out())
                .map_err(Failure::from),
            Target::File(path) => {
                write_atomically(path, |out| self.write(output.format, options, out))
                    .map_err(Failure::from)
            }
        }
    }
}
