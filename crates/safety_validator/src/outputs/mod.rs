//! Outcomes -> bytes, in the form that was asked for. Nothing is decided here.

mod github;
mod json;
mod sarif;
mod text;

use std::io::{self, Write};

use crate::finding::{Finding, Level, Place};
use crate::outcome::{Outcome, Raised, Verdict};
use crate::rules::{self, Rule};

/// The forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
    Sarif,
    Github,
}

impl Format {
    /// The one that was asked for; `None` when it was more than one.
    pub(crate) fn of(json: bool, sarif: bool, github: bool) -> Option<Self> {
        match (json, sarif, github) {
            (false, false, false) => Some(Self::Text),
            (true, false, false) => Some(Self::Json),
            (false, true, false) => Some(Self::Sarif),
            (false, false, true) => Some(Self::Github),
            _ => None,
        }
    }
}

/// Writes the outcomes of a run.
pub(crate) fn write(
    format: Format,
    outcomes: &[Outcome],
    is_single: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::write(outcomes, is_single, out),
        Format::Json => json::write(outcomes, out),
        Format::Sarif => sarif::write(outcomes, out),
        Format::Github => github::write(outcomes, out),
    }
}

/// Something to tell about a file, the verdict included: one line of any list.
struct Told<'a> {
    rule: &'static Rule,
    level: Level,
    place: Option<&'a Place>,
    message: String,
}

/// Everything to tell about a file, its verdict first.
fn all_told(outcome: &Outcome) -> Vec<Told<'_>> {
    let mut told = Vec::new();
    if let Verdict::Python(python) = &outcome.verdict {
        told.extend(python.syntax_error.as_ref().map(|error| Told {
            rule: rule_of(error),
            level: Level::Error,
            place: error.line.filter(|&line| line > 0).map(|_| &error.place),
            message: format!("{}: {}", error.class, error.message),
        }));
    }
    told.extend(outcome.findings().iter().map(of_finding));
    told
}

/// Which mistake it is likely to be. Only a NUL makes it a `TypeError`.
fn rule_of(error: &Raised) -> &'static Rule {
    let line = error.place.text.trim_start().to_ascii_lowercase();
    if error.class == "TypeError" {
        &rules::NUL_BYTE
    } else if line.starts_with("<<<<<<<") {
        &rules::MERGE_CONFLICT
    } else if line.starts_with("<!doctype") || line.starts_with("<html") {
        &rules::WEB_PAGE
    } else {
        &rules::SYNTAX_ERROR
    }
}

fn of_finding(finding: &Finding) -> Told<'_> {
    Told {
        rule: finding.rule,
        level: finding.level,
        place: Some(&finding.place),
        message: finding.message.clone(),
    }
}
