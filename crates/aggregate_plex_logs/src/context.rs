//! What a report needs beside the plug-in logs: rules, the server's log, what the system plug-in
//! told the server, an earlier report.

use std::collections::BTreeSet;
use std::fs;
use std::io::BufReader;
use std::path::Path;

use plexcore::Error;
use plexcore::cli::Console;
use plexcore::files::log_file::LogFile;
use plexcore::files::log_set::LogSet;
use plexcore::files::server_logs;
use plexcore::log::rules::Rules;
use plexcore::log::server::{Trigger, Triggers};
use plexcore::metrics::deliveries::Deliveries;
use plexcore::redact::Redactor;
use plexcore::report::json;

use crate::options::Options;
use crate::scan;

/// All of it.
pub(crate) struct Context {
    pub(crate) rules: Rules,
    /// What set agents to work.
    pub(crate) triggers: Vec<Trigger>,
    /// The ids of an earlier report.
    pub(crate) known: Option<BTreeSet<String>>,
    pub(crate) redactor: Redactor,
    /// What the server was told of updates.
    pub(crate) deliveries: Option<Deliveries>,
}

impl Context {
    /// Reads it. What was named must be readable; what merely stands beside the logs is read as far
    /// as it can be.
    pub(crate) fn of(
        options: &Options,
        logs: &LogSet,
        console: &mut Console,
    ) -> Result<Self, Error> {
        let rules = rules(options)?;
        let (triggers, deliveries) = if options.wants_records() {
            let triggers = triggers(options, console)?;
            (triggers, deliveries(logs, &rules, console))
        } else {
            (Vec::new(), None)
        };
        Ok(Self {
            rules,
            triggers,
            known: known(options.since_report.as_deref())?,
            redactor: Redactor::new(options.redaction),
            deliveries,
        })
    }
}

/// The rules that come with the program, and the user's own.
pub(crate) fn rules(options: &Options) -> Result<Rules, Error> {
    let Some(path) = &options.rules else {
        return Ok(Rules::builtin());
    };
    let text = fs::read_to_string(path).map_err(Error::read(path))?;
    Rules::with_file(path, &text)
}

/// What set agents to work, in order of time.
fn triggers(options: &Options, console: &mut Console) -> Result<Vec<Trigger>, Error> {
    let logs = match &options.server_log {
        Some(path) => server_logs::at(path)?,
        None => server_logs::beside(&options.places),
    };
    let mut found = Vec::new();
    for log in &logs {
        if let Err(error) = read(log, &mut found) {
            console.warn(format_args!("cannot read {}: {error}", log.shown));
        }
    }
    found.sort_by_key(|trigger| trigger.at);
    Ok(found)
}

fn read(log: &LogFile, found: &mut Vec<Trigger>) -> std::io::Result<()> {
    let open = log.open()?;
    let mut keep = |trigger: Trigger| {
        if trigger.what.sets_off_work() {
            found.push(trigger);
        }
    };
    Triggers::new().read(BufReader::with_capacity(1 << 16, open.reader()?), &mut keep)?;
    Ok(())
}

/// What the system plug-in's log tells of updates.
fn deliveries(logs: &LogSet, rules: &Rules, console: &mut Console) -> Option<Deliveries> {
    let (found, failures) = scan::deliveries(logs.system.as_ref()?, rules);
    for failure in failures {
        console.warn(format_args!("cannot read {failure}"));
    }
    Some(found)
}

/// The ids of an earlier report's catalogue.
fn known(path: Option<&Path>) -> Result<Option<BTreeSet<String>>, Error> {
    let Some(path) = path else { return Ok(None) };
    let text = fs::read(path).map_err(Error::read(path))?;
    let report = json::read(&text).map_err(|reason| Error::Data {
        path: path.to_owned(),
        found: format!("expected a JSON report of aggregate_plex_logs: {reason}"),
    })?;
    Ok(Some(
        report.catalogue.into_iter().map(|entry| entry.id).collect(),
    ))
}
