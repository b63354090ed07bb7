//! What a server does to a whole section: its own refresh of everything in it, and stopping that.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use plexcore::cli::{Console, Exit, Failure};
use plexcore::xml::Section;
use serde_json::json;

use crate::client::{Call, Client};
use crate::fault::Fault;
use crate::form::Form;
use crate::refresh::TRIGGERED;
use crate::sections;
use crate::server_url::percent_encoded;
use crate::shown::one_line;
use crate::tracker::End;
use crate::wait::{queue_size, running};

fn path(section: &Section) -> String {
    format!(
        "/library/sections/{}/refresh",
        percent_encoded(&section.key)
    )
}

/// Has the server refresh all of a section, and waits for it if wanted: `poll` is the time between two looks.
pub(crate) fn refresh(
    typed: &str,
    poll: Option<Duration>,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let section = sections::find(client, typed)?;
    client.send(&Call::get(path(&section)).with("force", 1))?;
    let outcome = poll.map(|poll| watch(client, &section, poll));
    let end = match outcome.transpose() {
        Ok(end) => end,
        Err(Fault::Cancelled) => {
            let is_stopped = client
                .for_cleaning_up()
                .is_ok_and(|client| client.send(&Call::delete(path(&section))).is_ok());
            let word = if is_stopped {
                "was stopped"
            } else {
                "could not be stopped"
            };
            return Err(Failure::new(
                Exit::TryAgain,
                format!("cancelled; the refresh of section {} {word}", section.key),
            ));
        }
        Err(fault) => return Err(fault.into()),
    };
    let (word, exit) = match end {
        None => ("triggered", Exit::Done),
        Some(end) => end.meaning(),
    };
    if form.is_text() {
        console.say(format_args!(
            "  section {} ({}): {word}",
            one_line(&section.key),
            one_line(&section.title)
        ))?;
        console.say(TRIGGERED)?;
    } else {
        let document = json!({ "section": section.key, "title": section.title, "outcome": word, "exit": exit.code() });
        form.say_one(document, console)?;
    }
    Ok(exit)
}

/// Stops what the server is doing to a section.
pub(crate) fn stop(
    typed: &str,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let section = sections::find(client, typed)?;
    client.send(&Call::delete(path(&section)))?;
    if form.is_text() {
        let (key, title) = (one_line(&section.key), one_line(&section.title));
        console.say(format_args!(
            "Stopped what was running in section {key} ({title})"
        ))?;
    } else {
        let document = json!({ "section": section.key, "outcome": "stopped" });
        form.say_one(document, console)?;
    }
    Ok(Exit::Done)
}

/// Waits for the end of the work on a section.
///
/// Its `refreshing` is not asked: it is known to say no too early. Two looks in a row must show nothing running
/// and nothing waiting, after a scan was seen to end (`scannedAt` has moved: a short one falls between two
/// looks) or work was seen to run.
fn watch(client: &Client, before: &Section, poll: Duration) -> Result<End, Fault> {
    let keys: BTreeSet<String> = [before.key.clone()].into();
    let (mut is_seen, mut is_interrupted, mut n_idle) = (false, false, 0);
    let mut quiet_since = None;
    while client.manner.deadline.left() > poll {
        if !client.cancel.sleep(poll) {
            return Err(Fault::Cancelled);
        }
        let (is_busy, has_scanned) = match look(client, before, &keys) {
            Ok(seen) => seen,
            Err(fault) if fault.is_passing() => {
                (is_interrupted, n_idle, quiet_since, is_seen) = (true, 0, None, false);
                continue;
            }
            Err(fault) => return Err(fault),
        };
        is_seen |= is_busy || has_scanned;
        n_idle = if is_busy { 0 } else { n_idle + 1 };
        if n_idle >= 2 && is_seen {
            return Ok(End::Finished);
        }
        if is_busy {
            quiet_since = None;
        } else if quiet_since.get_or_insert_with(Instant::now).elapsed() >= poll * 3 {
            return Ok(if is_interrupted {
                End::Lost
            } else {
                End::Unseen
            });
        }
    }
    Ok(End::NeverFinished)
}

/// Whether something is running or waiting for the section, and whether it was scanned since.
fn look(client: &Client, before: &Section, keys: &BTreeSet<String>) -> Result<(bool, bool), Fault> {
    let now = client.fetch_once(&Call::get("/library/sections"))?;
    let section = now
        .children
        .iter()
        .filter_map(Section::of)
        .find(|section| section.key == before.key);
    let has_scanned = section.is_some_and(|section| section.scanned_at > before.scanned_at);
    let is_waiting = queue_size(client, keys)?.unwrap_or(0) > 0;
    let concerns = |section: &Option<String>| {
        section
            .as_ref()
            .is_none_or(|section| *section == before.key)
    };
    let is_running = running(client)?
        .iter()
        .any(|one| one.kind.starts_with("library.") && concerns(&one.section));
    Ok((is_running || is_waiting, has_scanned))
}
