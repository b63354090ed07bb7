//! Tallies to reports, and reports to where they were asked for.

use std::io::{self, Write};
use std::thread::ScopedJoinHandle;

use plexcore::Error;
use plexcore::cli::output::{Output, Target};
use plexcore::cli::{Console, Failure};
use plexcore::files::write_atomically;
use plexcore::report::model::Report;
use plexcore::report::{html, json, legacy, markdown, text};

use crate::options::{Format, Options};

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

    /// Writes all outputs, those to files at the same time where there is more than one thread, and says
    /// which are there. What goes wrong with one keeps no other from being written.
    pub(crate) fn put(&self, options: &Options, console: &mut Console) -> Result<(), Failure> {
        let file = |output: &Output<Format>| match &output.target {
            Target::File(path) => Some(write_atomically(path, |out| {
                self.write(output.form, options, out)
            })),
            Target::Stdout => None,
        };
        let outputs = &options.outputs;
        let written: Vec<Option<Result<(), Error>>> = if options.threads == 1 {
            outputs.iter().map(file).collect()
        } else {
            std::thread::scope(|scope| {
                let writing = outputs
                    .iter()
                    .map(|output| scope.spawn(move || file(output)));
                let writing: Vec<_> = writing.collect();
                let ended = writing.into_iter().map(ScopedJoinHandle::join);
                ended
                    .map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                    .collect()
            })
        };
        let mut result = Ok(());
        for (output, written) in outputs.iter().zip(written) {
            let done = match written {
                Some(written) => written.map_err(Failure::from),
                None => self
                    .write(output.form, options, console.out())
                    .map_err(Failure::from),
            };
            match (&output.target, done) {
                (Target::File(path), Ok(())) if !options.writes_to_stdout() => {
                    console.say(format_args!("Report generated: {}", path.display()))?;
                }
                (_, done) => result = result.and(done),
            }
        }
        result
    }
}
