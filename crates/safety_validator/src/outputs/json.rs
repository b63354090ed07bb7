//! Outcomes -> one JSON document, the form that other programs read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::finding::Level;
use crate::outcome::{Outcome, Raised, Verdict};

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    summary: Summary,
    files: Vec<File<'a>>,
    rules: BTreeMap<&'a str, Rule<'a>>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    passed: usize,
    failed: usize,
    unreadable: usize,
}

/// A file. The verdicts are null where they do not apply: for what could not be read, and what is no Python.
#[derive(Serialize)]
struct File<'a> {
    path: String,
    valid_python: Option<bool>,
    importable: Option<bool>,
    python27_compatible: Option<bool>,
    no_dangerous_commands: Option<bool>,
    passed: bool,
    syntax_error: Option<Error<'a>>,
    import_error: Option<Error<'a>>,
    findings: Vec<Finding<'a>>,
    /// The sandbox that it was held against.
    policy: Option<&'a str>,
    /// How many findings comments have silenced.
    allowed: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    dangerous_substrings: Option<&'a [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<&'a str>,
}

#[derive(Serialize)]
struct Error<'a> {
    class: &'a str,
    message: &'a str,
    line: Option<u32>,
    offset: Option<u32>,
}

#[derive(Serialize)]
struct Finding<'a> {
    id: &'a str,
    level: Level,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct Rule<'a> {
    why: &'a str,
    way_out: &'a str,
}

/// Writes the document.
pub(super) fn write(outcomes: &[Outcome], out: &mut dyn Write) -> io::Result<()> {
    let findings = outcomes.iter().flat_map(Outcome::findings);
    let rules = findings
        .map(|finding| {
            let (why, way_out) = (finding.rule.why, finding.rule.way_out);
            (finding.rule.id, Rule { why, way_out })
        })
        .collect();
    let unreadable = outcomes.iter().filter(|one| one.is_unreadable()).count();
    let passed = outcomes.iter().filter(|one| one.passed()).count();
    let document = Document {
        schema: 1,
        summary: Summary {
            files: outcomes.len(),
            passed,
            failed: outcomes.len() - passed - unreadable,
            unreadable,
        },
        files: outcomes.iter().map(file).collect(),
        rules,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn file(outcome: &Outcome) -> File<'_> {
    let python = outcome.python();
    let unreadable = match &outcome.verdict {
        Verdict::Unreadable(reason) => Some(reason.as_str()),
        _ => None,
    };
    File {
        path: outcome.path.to_string_lossy().into_owned(),
        valid_python: python.map(|python| python.syntax_error.is_none()),
        importable: python.map(|python| python.import_error.is_none()),
        python27_compatible: python.map(crate::outcome::Python::is_compatible),
        no_dangerous_commands: python.map(crate::outcome::Python::is_harmless),
        passed: outcome.passed(),
        syntax_error: python.and_then(|python| python.syntax_error.as_ref().map(error)),
        import_error: python.and_then(|python| python.import_error.as_ref().map(error)),
        findings: outcome
            .findings()
            .iter()
            .map(|finding| Finding {
                id: finding.rule.id,
                level: finding.level,
                line: finding.place.line,
                column: finding.place.column,
                message: &finding.message,
            })
            .collect(),
        policy: python.and_then(|python| python.sandbox.map(crate::outcome::Sandbox::word)),
        allowed: python.map_or(0, |python| python.allowed),
        dangerous_substrings: python
            .map(|python| python.substrings.as_slice())
            .filter(|texts| !texts.is_empty()),
        unreadable,
    }
}

fn error(raised: &Raised) -> Error<'_> {
    Error {
        class: &raised.class,
        message: &raised.message,
        line: raised.line,
        offset: raised.offset,
    }
}
