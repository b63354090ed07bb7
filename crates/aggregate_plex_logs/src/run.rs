//! The run, step by step: find the logs, read them, report, write.

use std::io;
use std::path::Path;

use plexcore::Error;
use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::log_set::{LogSet, PluginLogs};
use plexcore::files::plex_folders;
use plexcore::printable::one_line;
use plexcore::report::assemble::{Findings, Scope, report};
use plexcore::report::attention;
use plexcore::report::legacy::Gathered;

use crate::args::Args;
use crate::context::Context;
use crate::follow;
use crate::options::{Format, Options};
use crate::outputs::Material;
use crate::sample;
use crate::scan::{Plan, Scan, Scanned, scan};

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
    let context = Context::of(&options, &logs, console)?;
    if options.wants(Format::Legacy) {
        console.warn(
            "the legacy report holds what the logs hold, secrets included; do not pass it on",
        );
    }
    let scan = read(&logs, &options, &context, console);
    let exit = complain_of_unreadable(&logs, &scan.plugins, console);
    let (findings, legacy) = findings(&logs, scan, &options, &context);
    let report = report(findings);
    if options.wants_records() && report.coverage.whole.counts.records_in_window == 0 {
        // Who looks at the terminal alone would take an empty report for a quiet night.
        for sentence in attention::sentences(&report) {
            console.warn(one_line(sentence.trim_end_matches('.')));
        }
    }
    let material = Material { report, legacy };
    material.put(&options, console)?;
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

fn read(logs: &LogSet, options: &Options, context: &Context, console: &Console) -> Scan {
    let plan = Plan {
        rules: &context.rules,
        scope: scope(options, context),
        deliveries: context.deliveries.as_ref(),
        patterns: options.wants_records().then_some(options.patterns),
        legacy: options.wants(Format::Legacy),
    };
    let total = logs.plugins.iter().map(PluginLogs::size).sum();
    let progress = console.progress(total, "reading");
    let found = scan(&logs.plugins, plan, options.threads, &|bytes| {
        progress.inc(bytes);
    });
    progress.finish_and_clear();
    found
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

fn scope<'a>(options: &Options, context: &'a Context) -> Scope<'a> {
    Scope {
        now: options.now,
        window: options.window,
        redactor: &context.redactor,
    }
}

/// What the report is made from, and what the script would have gathered of each plug-in.
fn findings<'a>(
    logs: &LogSet,
    scan: Scan,
    options: &'a Options,
    context: &'a Context,
) -> (Findings<'a>, Vec<(String, Gathered)>) {
    let listed = logs.unreadable.iter();
    let mut unreadable: Vec<(String, String)> = listed
        .map(|found| (found.path.clone(), found.reason.clone()))
        .collect();
    let mut legacy = Vec::new();
    let mut plugins = Vec::new();
    for scanned in scan.plugins {
        unreadable.extend(scanned.unreadable);
        legacy.extend(scanned.legacy.map(|gathered| (scanned.name, gathered)));
        plugins.push(scanned.share);
    }
    let findings = Findings {
        made_by: concat!("aggregate_plex_logs ", env!("CARGO_PKG_VERSION")),
        scope: scope(options, context),
        asked: &options.asked,
        plugins,
        minutes: scan.minutes,
        unreadable,
        triggers: &context.triggers,
        delivered: context
            .deliveries
            .as_ref()
            .map(|told| told.in_window(&options.window)),
        left_out: logs.left_out as u64,
        known: context.known.as_ref(),
    };
    (findings, legacy)
}
