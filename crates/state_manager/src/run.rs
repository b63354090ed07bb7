//! One command against the state file.

mod look_back;

use std::path::Path;

use plexcore::cli::{self, Console, Exit, Failure};
use plexcore::state::{
    Deleted, Document, Outcome, Store, as_script_prints, quoted, sentences, strict,
};

use crate::args::{Args, Command, Edit, Request};

/// Runs the tool.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let request = args.request()?;
    let session = Session {
        store: Store::at(&request.file),
        file: &request.file,
        json: request.json,
    };
    session
        .run(&request, console)
        .map_err(|failure| session.offering_a_way_out(failure))
}

/// A state file, and how to speak about it.
pub(crate) struct Session<'a> {
    store: Store,
    file: &'a Path,
    json: bool,
}

impl Session<'_> {
    fn run(&self, request: &Request, console: &mut Console) -> Result<Exit, Failure> {
        match &request.command {
            Command::Save { reason } => self.change(&[], reason, console),
            Command::Change { edits, reason } => self.change(edits, reason, console),
            Command::Load => self.load(console),
            Command::Get { key, default, raw } => self.get(key, default.as_deref(), *raw, console),
            Command::Clear => self.clear(console),
            Command::History => self.history(console),
            Command::Undo => self.undo(console),
            Command::Redo => self.redo(console),
            Command::Diff { number } => self.diff(*number, console),
        }
    }

    /// What to do about a file that is no state file.
    fn offering_a_way_out(&self, failure: Failure) -> Failure {
        if failure.exit != Exit::Data || failure.hint.is_some() {
            return failure;
        }
        let hint = match self.store.newest_good() {
            Some((entry, document)) => format!(
                "the file is left as it is; --undo puts it aside and brings back state {} of {}",
                entry.number,
                sentences::header(&document, "saved_at"),
            ),
            None => "the file is left as it is; --clear puts it aside, so that you can begin anew"
                .to_owned(),
        };
        failure.hint(hint)
    }

    fn change(&self, edits: &[Edit], reason: &str, console: &mut Console) -> Result<Exit, Failure> {
        let saved_at = cli::now().to_iso();
        let outcome = self.store.change::<Failure>(|document| {
            for edit in edits {
                apply(edit, document)?;
            }
            document.stamp(&saved_at, reason);
            Ok(())
        })?;
        if self.json {
            let body = format!(
                "  \"saved_at\": {},\n  \"reason\": {}",
                quoted(&saved_at),
                quoted(reason)
            );
            return self.say_json(&body, console);
        }
        self.say_loaded(&outcome, console)?;
        console.say(sentences::saved(self.file))?;
        Ok(Exit::Done)
    }

    fn load(&self, console: &mut Console) -> Result<Exit, Failure> {
        let found = self.store.read()?;
        if self.json {
            return self.say_document_json(found.as_ref(), console);
        }
        let Some(document) = found else {
            console.warn(sentences::no_state_yet(self.file));
            return Ok(Exit::Done);
        };
        console.say(sentences::whole(self.file, &document))?;
        Ok(Exit::Done)
    }

    fn get(
        &self,
        key: &str,
        default: Option<&str>,
        raw: bool,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let document = self.store.read()?;
        let value = document.as_ref().and_then(|document| document.get(key));
        let verdict = if value.is_none() && default.is_none() {
            Exit::Negative
        } else {
            Exit::Done
        };
        if self.json {
            let default = default.map(quoted);
            let shown = value.or(default.as_deref()).unwrap_or("null");
            let body = format!(
                "  \"key\": {},\n  \"found\": {},\n  \"value\": {}",
                quoted(key),
                value.is_some(),
                strict(shown, "  "),
            );
            return self.say_json(&body, console).map(|done| done.or(verdict));
        }
        let shown = value.map(as_script_prints).or(default.map(str::to_owned));
        if raw {
            if let Some(shown) = shown {
                console.say(shown)?;
            }
            return Ok(verdict);
        }
        if document.is_some() {
            console.say(sentences::loaded(self.file))?;
        }
        console.say(sentences::value(key, shown.as_deref()))?;
        if verdict == Exit::Negative {
            console.warn(sentences::no_such_key(key, self.file));
        }
        Ok(Exit::Done)
    }

    fn clear(&self, console: &mut Console) -> Result<Exit, Failure> {
        let outcome = self.store.clear(&stamp())?;
        self.warn_of_set_aside(&outcome, console);
        if self.json {
            return self.say_json(&format!("  \"cleared\": {}", outcome.existed), console);
        }
        if outcome.set_aside.is_none() {
            self.say_loaded(&outcome, console)?;
        }
        console.say("State cleared")?;
        Ok(Exit::Done)
    }

    fn say_loaded(&self, outcome: &Outcome, console: &mut Console) -> Result<(), Failure> {
        if outcome.existed {
            console.say(sentences::loaded(self.file))?;
        }
        Ok(())
    }

    fn warn_of_set_aside(&self, outcome: &Outcome, console: &mut Console) {
        if let Some(aside) = &outcome.set_aside {
            console.warn(format_args!(
                "{} was no state file; it is kept as {}",
                self.file.display(),
                aside.display()
            ));
        }
    }

    /// A document, or what an empty one would be.
    fn say_document_json(
        &self,
        document: Option<&Document>,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let empty = Document::empty();
        let document = document.unwrap_or(&empty);
        let body = ["saved_at", "reason", "state"]
            .map(|key| {
                format!(
                    "  \"{key}\": {}",
                    strict(document.header(key).unwrap_or("null"), "  ")
                )
            })
            .join(",\n");
        self.say_json(&body, console)
    }

    /// One JSON object, which begins with the file that it is about.
    fn say_json(&self, body: &str, console: &mut Console) -> Result<Exit, Failure> {
        let file = quoted(&self.file.to_string_lossy());
        console.say(format_args!(
            "{{\n  \"schema\": 1,\n  \"state_file\": {file},\n{body}\n}}"
        ))?;
        Ok(Exit::Done)
    }
}

fn apply(edit: &Edit, document: &mut Document) -> Result<(), Failure> {
    match edit {
        Edit::Set { key, value } => document.set(key, value),
        Edit::Delete { key } if document.delete(key) == Deleted::Absent => {
            return Err(Failure::new(
                Exit::Negative,
                format!("cannot delete {key:?}: there is no such key"),
            ));
        }
        Edit::Delete { .. } => {}
    }
    Ok(())
}

/// Now, for use in a file's name.
fn stamp() -> String {
    cli::now()
        .to_seconds()
        .replace(['-', ':'], "")
        .replace(' ', "_")
}
