//! What a report needs beside the plug-in logs: rules, the server's log, an earlier report.

use std::collections::BTreeSet;
use std::fs;
use std::io::BufReader;
use std::path::Path;

use plexcore::Error;
use plexcore::cli::Console;
use plexcore::files::log_file::LogFile;
use plexcore::files::server_logs;
use plexcore::log::rules::Rules;
use plexcore::log::server::{Trigger, Triggers};
use plexcore::report::json;

use crate::options::Options;

/// The rules that come with the program, and the user's own.
pub(crate) fn rules(options: &Options) -> Result<Rules, Error> {
    let Some(path) = &options.rules else {
        return Ok(Rules::builtin());
    };
    let text = fs::read_to_string(path).map_err(Error::read(path))?;
    Rules::with_file(path, &text)
}

/// What set agents to work, in order of time. A server log that was named must be readable; one
/// that merely stands beside the plug-in logs is read as far as it can be.
pub(crate) fn triggers(options: &Options, console: &mut Console) -> Result<Vec<Trigger>, Error> {
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

/// The ids of an earlier report's catalogue.
pub(crate) fn known(path: Option<&Path>) -> Result<Option<BTreeSet<String>>, Error> {
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
