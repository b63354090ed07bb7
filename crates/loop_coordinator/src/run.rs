//! One command against `state.json`.

use std::path::Path;

use plexcore::cli::{self, Console, Exit, Failure};
use plexcore::state::{Store, as_script_prints, quoted, sentences};

use crate::args::{Args, Command};

/// The script's file, in the folder that it was started in.
const FILE: &str = "state.json";
/// The script's reason where the person gives none.
const REASON: &str = "checkpoint";

/// Runs the tool.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let command = args.command()?;
    let store = Store::at(Path::new(FILE));
    let done = match command {
        Command::Save { reason } => change(&store, &[], &reason, console),
        Command::Set { pairs } => change(&store, &pairs, REASON, console),
        Command::Load => load(&store, console),
        Command::Get { key } => get(&store, &key, console),
    };
    done.map(|()| Exit::Done).map_err(|failure| match failure.exit {
        Exit::Data => failure.hint(format!("the file is left as it is; state_manager --state-file {FILE} --undo puts it aside and brings back the last good state")),
        _ => failure,
    })
}

fn change(
    store: &Store,
    pairs: &[(String, String)],
    reason: &str,
    console: &mut Console,
) -> Result<(), Failure> {
    let saved_at = cli::now().to_iso();
    let outcome = store.change::<Failure>(|document| {
        for (key, value) in pairs {
            document.set(key, &quoted(value));
        }
        document.stamp(&saved_at, reason);
        Ok(())
    })?;
    if outcome.existed {
        console.say(sentences::loaded(Path::new(FILE)))?;
    }
    console.say(sentences::saved(Path::new(FILE)))
}

fn load(store: &Store, console: &mut Console) -> Result<(), Failure> {
    let file = Path::new(FILE);
    let Some(document) = store.read()? else {
        console.warn(sentences::no_state_yet(file));
        return Ok(());
    };
    console.say(sentences::whole(file, &document))
}

fn get(store: &Store, key: &str, console: &mut Console) -> Result<(), Failure> {
    let file = Path::new(FILE);
    let document = store.read()?;
    if document.is_some() {
        console.say(sentences::loaded(file))?;
    }
    let value = document.as_ref().and_then(|document| document.get(key));
    console.say(sentences::value(
        key,
        value.map(as_script_prints).as_deref(),
    ))?;
    if value.is_none() {
        console.warn(sentences::no_such_key(key, file));
    }
    Ok(())
}
