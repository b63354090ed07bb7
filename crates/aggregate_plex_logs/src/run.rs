//! The run, step by step: find the logs, read them, report, write.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use plexcore::Error;
use plexcore::cli::output::Target;
use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::log_set::{LogSet, PluginLogs};
use plexcore::files::plex_folders;
use plexcore::log::rules::Rules;
use plexcore::log::server::Trigger;
use plexcore::metrics::deliveries::Deliveries;
use plexcore::printable::one_line;
use plexcore::redact::Redactor;
use plexcore::report::assemble::{Findings, PluginFindings, report};
use plexcore::report::attention;

use crate::args::Args;
use crate::follow;
use crate::options::{Format, Options};
use crate::outputs::Material;
use crate::sample;
use crate::scan::{self, Plan, Scanned, scan};
use crate::surroundings;

/// What a report needs beside the plug-in logs.
struct Surroundings {
    rules: Rules,
    triggers: Vec<Trigger>,
    known: Option<BTreeSet<String>>,
    redactor: Redactor,
    /// What the server was told of updates.
    deliveries: Option<Deliveries>,
}

/// Runs the tool.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let mut options = Options::of(args)?;
    if options.follow.is_some() {
        return match find_places(&mut options) {
            Ok(()) => follow::run(&options, console),
            Err(error) => Err(error.into()),
        };
    }
    let logs = if options.sample {
        sample::logs(&options.selection)
    } else {
        match find(&mut options) {
            Err(Error::Read { path, source }) if source.kind() == io::ErrorKind::NotFound => {
                return missing(&path, console);
            }
            found => found?,
        }
    };
    let speaks = !options.writes_to_stdout();
    if speaks {
        announce(&logs, console)?;
    }
    let rules = surroundings::rules(&options)?;
    let surroundings = Surroundings {
        triggers: if options.wants_records() {
            surroundings::triggers(&options, console)?
        } else {
            Vec::new()
        },
        deliveries: deliveries(&logs, &options, &rules, console),
        rules,
        known: surroundings::known(options.since_report.as_deref())?,
        redactor: Redactor::new(options.redaction),
    };
    if options.wants(Format::Legacy) {
        console.warn(
            "the legacy report holds what the logs hold, secrets included; do not pass it on",
        );
    }
    let scanned = read(&logs, &options, &surroundings, console);
    let exit = complain_of_unreadable(&logs, &scanned, console);
    let report = report(&findings(&logs, &scanned, &options, &surroundings));
    if options.wants_records() && report.coverage.whole.counts.records_in_window == 0 {
        // Who looks at the terminal alone would take an empty report for a quiet night.
        for sentence in attention::sentences(&report) {
            console.warn(one_line(sentence.trim_end_matches('.')));
        }
    }
    let material = Material::of(report, scanned);
    for output in &options.outputs {
        material.put(output, &options, console)?;
        if let (true, Target::File(path)) = (speaks, &output.target) {
            console.say(format_args!("Report generated: {}", path.display()))?;
        }
    }
    if speaks {
        console.say("\nConsolidation complete!")?;
    }
    Ok(exit)
}

fn find(options: &mut Options) -> Result<LogSet, Error> {
    find_places(options)?;
    LogSet::find(&options.places, &options.selection)
}

/// Without a place given, the server's own folder is meant.
pub(crate) fn find_places(options: &mut Options) -> Result<(), Error> {
    if options.places.is_empty() {
        options
            .places
            .push(plex_folders::Surroundings::of_process().find_log_folder()?);
    }
    Ok(())
}

/// The script says this on standard output and ends with 1.
fn missing(path: &Path, console: &mut Console) -> Result<Exit, Failure> {
    console.say(format_args!("Log directory not found: {}", path.display()))?;
    Ok(Exit::Negative)
}

fn announce(logs: &LogSet, console: &mut Console) -> Result<(), Failure> {
    console.say(format_args!("Processing {} log files...", logs.n_files()))?;
    for file in logs
        .plugins
        .iter()
        .flat_map(|plugin| plugin.series.iter().flatten())
    {
        console.say(format_args!("  Parsing: {}", file.name()))?;
    }
    Ok(())
}

/// A log of the system plug-in that stands beside the agents' is read as far as it can be.
fn deliveries(
    logs: &LogSet,
    options: &Options,
    rules: &Rules,
    console: &mut Console,
) -> Option<Deliveries> {
    let system = logs.system.as_ref().filter(|_| options.wants_records())?;
    let (found, failures) = scan::deliveries(system, rules);
    for failure in failures {
        console.warn(format_args!("cannot read {failure}"));
    }
    Some(found)
}

fn read(
    logs: &LogSet,
    options: &Options,
    beside: &Surroundings,
    console: &Console,
) -> Vec<Scanned> {
    let plan = Plan {
        rules: &beside.rules,
        window: options.window,
        deliveries: beside.deliveries.as_ref(),
        patterns: options.wants_records().then_some(options.patterns),
        legacy: options.wants(Format::Legacy),
    };
    let total = logs.plugins.iter().map(PluginLogs::size).sum();
    let progress = console.progress(total, "reading");
    let scanned = scan(&logs.plugins, plan, options.threads, &|bytes| {
        progress.inc(bytes);
    });
    progress.finish_and_clear();
    scanned
}

/// Says what could not be read; the run goes on, and the exit code remembers.
fn complain_of_unreadable(logs: &LogSet, scanned: &[Scanned], console: &mut Console) -> Exit {
    let listed = logs
        .unreadable
        .iter()
        .map(|found| (&found.path, &found.reason));
    let opened = scanned.iter().flat_map(|plugin| {
        plugin
            .unreadable
            .iter()
            .map(|(path, reason)| (path, reason))
    });
    let mut exit = Exit::Done;
    for (path, reason) in listed.chain(opened) {
        console.complain(format_args!("cannot read {path}: {reason}"));
        exit = Exit::NoInput;
    }
    exit
}

fn findings<'a>(
    logs: &LogSet,
    scanned: &'a [Scanned],
    options: &'a Options,
    beside: &'a Surroundings,
) -> Findings<'a> {
    let listed = logs
        .unreadable
        .iter()
        .map(|found| (found.path.clone(), found.reason.clone()));
    let opened = scanned
        .iter()
        .flat_map(|plugin| plugin.unreadable.iter().cloned());
    Findings {
        made_by: concat!("aggregate_plex_logs ", env!("CARGO_PKG_VERSION")),
        now: options.now,
        window: options.window,
        asked: &options.asked,
        plugins: scanned
            .iter()
            .map(|plugin| PluginFindings {
                name: &plugin.name,
                tally: &plugin.tally,
                patterns: &plugin.patterns,
                examples: &plugin.examples,
            })
            .collect(),
        unreadable: listed.chain(opened).collect(),
        triggers: &beside.triggers,
        delivered: beside
            .deliveries
            .as_ref()
            .map(|told| told.in_window(&options.window)),
        left_out: logs.left_out as u64,
        known: beside.known.as_ref(),
        redactor: &beside.redactor,
    }
}
