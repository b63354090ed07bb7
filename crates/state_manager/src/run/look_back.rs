//! Former states: listing them, comparing with them, going back to them.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::report::number::counted;
use plexcore::state::{Document, Entry, KEPT, Undone, laid_out, quoted, sentences, strict};
use similar::TextDiff;

use super::{Session, stamp};

impl Session<'_> {
    pub(super) fn history(&self, console: &mut Console) -> Result<Exit, Failure> {
        let mut entries = self.store.history()?;
        entries.reverse();
        if self.json {
            let rows: Vec<String> = entries.iter().map(|entry| self.row(entry)).collect();
            let list = if rows.is_empty() {
                "[]".to_owned()
            } else {
                format!("[\n    {}\n  ]", rows.join(",\n    "))
            };
            return self.say_json(&format!("  \"history\": {list}"), console);
        }
        console.say(format_args!(
            "States kept before {} (at most {KEPT}):",
            self.file.display()
        ))?;
        for entry in &entries {
            let undone = if entry.is_undone {
                ", undone (--redo)"
            } else {
                ""
            };
            let line = match self.store.read_entry(entry) {
                Ok(Some(document)) => describe(&document),
                Ok(None) => "no state file".to_owned(),
                Err(error) => plexcore::cli::chain(&error),
            };
            console.say(format_args!("  {}: {line}{undone}", entry.number))?;
        }
        Ok(Exit::Done)
    }

    fn row(&self, entry: &Entry) -> String {
        let document = self.store.read_entry(entry);
        let of = |key| match &document {
            Ok(Some(document)) => strict(document.header(key).unwrap_or("null"), "    "),
            _ => "null".to_owned(),
        };
        let keys = match &document {
            Ok(Some(document)) => document.n_keys().to_string(),
            Ok(None) => "0".to_owned(),
            Err(_) => "null".to_owned(),
        };
        format!(
            "{{\"number\": {}, \"saved_at\": {}, \"reason\": {}, \"keys\": {keys}, \"undone\": {}, \"readable\": {}, \"path\": {}}}",
            entry.number,
            of("saved_at"),
            of("reason"),
            entry.is_undone,
            document.is_ok(),
            quoted(&entry.path.to_string_lossy()),
        )
    }

    pub(super) fn undo(&self, console: &mut Console) -> Result<Exit, Failure> {
        let undone = self.store.undo(&stamp())?;
        self.say_where(undone, "nothing to undo: no former state is kept", console)
    }

    pub(super) fn redo(&self, console: &mut Console) -> Result<Exit, Failure> {
        let redone = self.store.redo(&stamp())?;
        self.say_where(redone, "nothing to redo: no undo came last", console)
    }

    fn say_where(
        &self,
        step: Option<Undone>,
        nothing: &str,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let Some(step) = step else {
            return Err(Failure::new(Exit::Negative, nothing));
        };
        self.warn_of_set_aside(&step.outcome, console);
        if self.json {
            return self.say_document_json(step.document.as_ref(), console);
        }
        match &step.document {
            Some(document) => console.say(format_args!(
                "State restored: {} ({})",
                self.file.display(),
                describe(document)
            ))?,
            None => console.say(format_args!(
                "State restored: {} (no state file)",
                self.file.display()
            ))?,
        }
        Ok(Exit::Done)
    }

    pub(super) fn diff(&self, number: Option<u64>, console: &mut Console) -> Result<Exit, Failure> {
        let entries = self.store.history()?;
        let entry = match number {
            Some(number) => entries.iter().find(|entry| entry.number == number),
            None => entries.iter().rev().find(|entry| !entry.is_undone),
        };
        let Some(entry) = entry else {
            let message = match number {
                Some(number) => format!("cannot compare: no state {number} is kept"),
                None => "cannot compare: no former state is kept".to_owned(),
            };
            return Err(Failure::new(Exit::Negative, message)
                .hint("state_manager --history lists the states"));
        };
        let text = |document: Option<Document>| {
            document.map_or_else(String::new, |d| laid_out(d.state(), "") + "\n")
        };
        let (before, after) = (
            text(self.store.read_entry(entry)?),
            text(self.store.read()?),
        );
        let diff = TextDiff::from_lines(&before, &after);
        let mut unified = diff.unified_diff();
        let file = self.file.display();
        let patch = unified
            .header(
                &format!("{file} (state {})", entry.number),
                &format!("{file} (now)"),
            )
            .to_string();
        if self.json {
            let body = format!(
                "  \"against\": {},\n  \"diff\": {}",
                entry.number,
                quoted(&patch)
            );
            return self.say_json(&body, console);
        }
        write!(console.out(), "{patch}")?;
        Ok(Exit::Done)
    }
}

fn describe(document: &Document) -> String {
    format!(
        "{} ({}), {}",
        sentences::header(document, "saved_at"),
        sentences::header(document, "reason"),
        counted(document.n_keys() as u64, "key", "keys")
    )
}
