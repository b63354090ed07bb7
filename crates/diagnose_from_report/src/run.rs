//! The run, step by step: read the report, work out the evidence, keep the notes, write.

use std::fs;
use std::io;
use std::mem;
use std::path::Path;

use plexcore::Error;
use plexcore::cli::output::{DocumentForm, Target};
use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::write_atomically;
use plexcore::reading;
use plexcore::redact::{self, Redactor};

use crate::args::Args;
use crate::codebase::Codebase;
use crate::diagnosis::{self, Diagnosis, Request};
use crate::notes::{self, Kept};
use crate::options::Options;
use crate::{document, html, markdown};

/// Runs the tool.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let options = Options::of(args)?;
    let redactor = Redactor::new(redact::Options::default());
    let bytes = fs::read(&options.report).map_err(Error::read(&options.report))?;
    let reading = reading::read(&options.report, &bytes, &redactor)?;
    drop(bytes);
    let codebase = options
        .codebase
        .as_deref()
        .map(|folder| Codebase::of(folder, &redactor))
        .transpose()?;
    let diagnosis = diagnosis::of(
        reading,
        &Request {
            filter: &options.filter,
            top: options.top,
            now: options.now,
            codebase: codebase.as_ref(),
        },
    );
    warn_of_nothing(&diagnosis, console);
    let form = options.output.form;
    match &options.output.target {
        Target::Stdout => {
            let text = written(&diagnosis, form, &Kept::default());
            console.out().write_all(text.as_bytes())?;
        }
        Target::File(path) => {
            put(&diagnosis, form, path, console)?;
            console.say(format_args!(
                "Diagnostic report generated: {}",
                path.display()
            ))?;
        }
    }
    // The process ends now, and to give back each of a million strings would only delay that.
    mem::forget(diagnosis);
    Ok(Exit::Done)
}

/// A filter that nothing passed is more often a slip of the fingers than good news.
fn warn_of_nothing(diagnosis: &Diagnosis, console: &mut Console) {
    for sentence in &diagnosis.unmatched {
        console.warn(sentence);
    }
}

/// Writes the document, with the notes of the one that stands there.
fn put(
    diagnosis: &Diagnosis,
    form: DocumentForm,
    path: &Path,
    console: &mut Console,
) -> Result<(), Failure> {
    let old = match fs::read(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        // A device or a folder has nothing to keep; writing says what is wrong with it.
        Err(_) if !path.is_file() => None,
        Err(error) => return Err(Error::read(path)(error).into()),
    };
    let (text, loses) = renewed(diagnosis, form, old.as_deref());
    if let (Some(old), true) = (&old, loses) {
        let copy = notes::keep_copy(path, old)?;
        console.warn(format_args!(
            "{} holds more than its notes or was not written by this tool; what it held is kept in {}",
            path.display(),
            copy.display()
        ));
    }
    write_atomically(path, |out| out.write_all(text.as_bytes())).map_err(Failure::from)
}

/// The document with the notes of the old one, and whether the old one holds more than that.
fn renewed(diagnosis: &Diagnosis, form: DocumentForm, old: Option<&[u8]>) -> (String, bool) {
    let Some(old) = old else {
        return (written(diagnosis, form, &Kept::default()), false);
    };
    let kept = notes::of(old, form);
    let text = written(diagnosis, form, &kept);
    // Whatever a person may have written: what can't be read back from the new document stays in a copy.
    let is_whole = kept.is_untouched
        && (kept.notes.is_empty() || kept.is_all_in(&notes::of(text.as_bytes(), form)));
    (text, !is_whole)
}

fn written(diagnosis: &Diagnosis, form: DocumentForm, kept: &Kept) -> String {
    match form {
        DocumentForm::Markdown => markdown::page(diagnosis, kept),
        DocumentForm::Html => html::page(diagnosis, kept),
        DocumentForm::Json => document::write(diagnosis, kept),
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
