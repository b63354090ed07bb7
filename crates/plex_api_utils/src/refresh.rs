//! `--refresh`: items one by one, or a whole section by the server's own means.

use plexcore::cli::{Console, Exit, Failure};
use serde_json::{Value, json};

use crate::campaign::{Campaign, Plan, Sent};
use crate::client::Client;
use crate::fault::Fault;
use crate::form::Form;
use crate::shown::one_line;
use crate::targets::{self, Named, Target};
use crate::tracker::Progress;

/// The script's sentence.
pub(crate) const TRIGGERED: &str = "Metadata refresh triggered successfully";
const FAILED: &str = "Failed to trigger metadata refresh";

/// What became of one item.
struct Row {
    target: Target,
    /// `None` if the journal knew it.
    sent: Option<Result<(), Fault>>,
    progress: Option<Progress>,
}

/// Refreshes the items that are named.
pub(crate) fn run(
    items: &Named,
    plan: &Plan,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let targets = match targets::gather(items, client, console) {
        Ok(targets) => targets,
        Err(failure) => return fail_as_the_script(form, failure, console),
    };
    let mut campaign = Campaign::prepare(plan, client, "refresh")?;
    let mut rows = Vec::new();
    let outcome = send_all(&mut campaign, targets, &mut rows, form, console);
    let outcome = outcome
        .and_then(|()| campaign.wait().map(drop))
        .map_err(|failure| campaign.or_take_back(failure));
    settle(&mut campaign, &mut rows)?;
    let ended = outcome.as_ref().err().map(|failure| failure.exit);
    if form == Form::JsonLines && plan.is_watched {
        rows.iter().try_for_each(|row| console.say(row_json(row)))?;
    }
    let exit = report(form, &rows, ended, console)?;
    outcome.map(|()| exit)
}

/// The script said so on standard output, whatever the reason was.
fn fail_as_the_script(
    form: Form,
    failure: Failure,
    console: &mut Console,
) -> Result<Exit, Failure> {
    if form.is_text() && failure.exit != Exit::Usage {
        console.say(FAILED)?;
    }
    Err(failure)
}

fn send_all(
    campaign: &mut Campaign<'_>,
    targets: Vec<Target>,
    rows: &mut Vec<Row>,
    form: Form,
    console: &mut Console,
) -> Result<(), Failure> {
    let is_list = targets.len() > 1 && form.is_text();
    for target in targets {
        let sent = match campaign.send(&target)? {
            Sent::Queued(_) => Some(Ok(())),
            Sent::DoneBefore => None,
            Sent::Refused(fault) => Some(Err(fault)),
        };
        if let (Some(journal), None, Some(Ok(()))) = (&mut campaign.journal, &campaign.watch, &sent)
        {
            journal.finished(&target.key, "triggered", plexcore::cli::now())?;
        }
        let key = one_line(&target.key);
        match &sent {
            Some(Ok(())) if is_list => console.say(format_args!("  {key}: triggered"))?,
            None if is_list => console.say(format_args!("  {key}: done before"))?,
            Some(Err(fault)) => {
                if is_list {
                    console.say(format_args!("  {key}: failed"))?;
                }
                console.complain(fault);
            }
            _ => {}
        }
        let row = Row {
            target,
            sent,
            progress: None,
        };
        if form == Form::JsonLines && campaign.watch.is_none() {
            Form::say_line(&row_json(&row), console)?;
        }
        rows.push(row);
    }
    Ok(())
}

/// Notes how far each item has come, here and in the journal.
fn settle(campaign: &mut Campaign<'_>, rows: &mut [Row]) -> Result<(), Failure> {
    let Some(watch) = &campaign.watch else {
        return Ok(());
    };
    for row in rows
        .iter_mut()
        .filter(|row| matches!(row.sent, Some(Ok(()))))
    {
        let progress = watch.progress(&row.target.key);
        if let (Some(journal), Progress::Finished(_) | Progress::Failed(_) | Progress::Gone) =
            (&mut campaign.journal, &progress)
        {
            journal.finished(
                &row.target.key,
                progress.end().meaning().0,
                plexcore::cli::now(),
            )?;
        }
        row.progress = Some(progress);
    }
    Ok(())
}

fn report(
    form: Form,
    rows: &[Row],
    ended: Option<Exit>,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let is_whole = ended.is_none();
    let mut exit = ended.unwrap_or(Exit::Done);
    for row in rows {
        exit = exit.or(match &row.sent {
            Some(Err(fault)) => fault.exit(),
            _ => row
                .progress
                .as_ref()
                .map_or(Exit::Done, |progress| progress.end().meaning().1),
        });
    }
    match form {
        Form::Text => tell(rows, is_whole, console)?,
        Form::Json => {
            let items: Vec<Value> = rows.iter().map(row_json).collect();
            console.say_document(
                json!({ "items": items, "complete": is_whole, "exit": exit.code() }),
            )?;
        }
        Form::JsonLines => {}
    }
    Ok(exit)
}

fn tell(rows: &[Row], is_whole: bool, console: &mut Console) -> Result<(), Failure> {
    for row in rows {
        if let Some(progress) = &row.progress {
            console.say(format_args!(
                "  {}: {}",
                one_line(&row.target.key),
                described(progress)
            ))?;
        }
    }
    let is_refused = |row: &Row| matches!(row.sent, Some(Err(_)));
    console.say(if is_whole && !rows.iter().any(is_refused) {
        TRIGGERED
    } else {
        FAILED
    })
}

/// How far an item has come, with what is known of it.
pub(crate) fn described(progress: &Progress) -> String {
    let word = progress.end().meaning().0;
    match progress {
        Progress::Finished(how) => format!("{word}, seen by {}", how.name()),
        Progress::Failed(error) => format!("{word}: {}", one_line(error)),
        _ => word.to_owned(),
    }
}

fn row_json(row: &Row) -> Value {
    let (triggered, error) = match &row.sent {
        Some(Ok(())) => (true, None),
        Some(Err(fault)) => (false, Some(fault.to_string())),
        None => (false, None),
    };
    let mut value = json!({ "ratingKey": row.target.key, "triggered": triggered, "done_before": row.sent.is_none() });
    if let Some(error) = error {
        value["error"] = json!(error);
    }
    if let Some(progress) = &row.progress {
        value["outcome"] = json!(progress.end().meaning().0);
    }
    match &row.progress {
        Some(Progress::Failed(error)) => value["agent_error"] = json!(error),
        Some(Progress::Finished(how)) => value["seen_by"] = json!(how.name()),
        _ => {}
    }
    value
}
