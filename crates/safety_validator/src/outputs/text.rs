//! Outcomes -> text for a person: the script's lines for one file, a summary for many.
//!
//! Files that say the same are told once, with the list of their paths: the usual task is one change in many bundles.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::path::Path;

use plexcore::printable::printable;

use super::{Told, all_told};
use crate::constructs;
use crate::finding::Level;
use crate::outcome::{Outcome, Python, Raised, Verdict};
use crate::rules::Family;

/// More paths than this are not listed one by one.
const MOST_PATHS: usize = 25;

/// Writes what the script would have, and what it did not know.
pub(super) fn write(outcomes: &[Outcome], is_single: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Text {
        out,
        explained: HashSet::new(),
    };
    match outcomes {
        [one] if is_single => text.single(one),
        _ => text.many(outcomes),
    }
}

struct Text<'o> {
    out: &'o mut dyn Write,
    /// Rules whose reason was told already.
    explained: HashSet<&'static str>,
}

impl Text<'_> {
    fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{}", printable(line))
    }

    fn single(&mut self, outcome: &Outcome) -> io::Result<()> {
        if outcome.is_unreadable() {
            return Ok(());
        }
        self.line("Safety Check Results:")?;
        if let Some(python) = outcome.python() {
            self.verdicts(python)?;
            if !outcome.passed() {
                self.line("\nIssues:")?;
                self.issues(python, &outcome.path)?;
            }
        } else {
            let word = verdict(outcome.passed());
            self.line(&format!("  Bundle File: {word}"))?;
        }
        let told = all_told(outcome);
        if !told.is_empty() {
            self.line("\nDetails:")?;
            self.details(&told, &outcome.path, Level::Note)?;
        }
        self.silenced(outcome)
    }

    fn verdicts(&mut self, python: &Python) -> io::Result<()> {
        let valid = verdict(python.syntax_error.is_none());
        self.line(&format!("  Valid Python: {valid}"))?;
        let compatible = verdict(python.is_compatible());
        self.line(&format!("  Python 2.7 Compatible: {compatible}"))?;
        let harmless = verdict(python.is_harmless());
        self.line(&format!("  No Dangerous Commands: {harmless}"))?;
        if let Some(sandbox) = python.sandbox {
            let word = if python.is_parsed {
                verdict(python.suits_sandbox())
            } else {
                "not checked"
            };
            self.line(&format!("  Plex Sandbox ({}): {word}", sandbox.word()))?;
        }
        Ok(())
    }

    /// The lines that the script printed under `Issues:`, in its words, then ours.
    fn issues(&mut self, python: &Python, path: &Path) -> io::Result<()> {
        if let Some(error) = &python.syntax_error {
            self.line(&format!(
                "  - Syntax Error: {}",
                as_python_prints(error, path)
            ))?;
        }
        let of = |family: Family| {
            let findings = python.findings.iter();
            findings.filter(move |finding| {
                finding.level == Level::Error && finding.rule.family == family
            })
        };
        let mut labels: Vec<&str> = Vec::new();
        for finding in of(Family::Python3) {
            let label = constructs::label(finding.rule);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        if !labels.is_empty() {
            self.line(&format!("  - Compatibility Issues: {}", labels.join(", ")))?;
        }
        let mut dangers: Vec<String> = Vec::new();
        for text in &python.substrings {
            dangers.push(format!("Contains: {text}"));
        }
        for finding in of(Family::Danger) {
            if !dangers.contains(&finding.message) {
                dangers.push(finding.message.clone());
            }
        }
        if !dangers.is_empty() {
            self.line(&format!("  - Dangerous Commands: {}", dangers.join(", ")))?;
        }
        let refused = of(Family::Sandbox).count();
        if refused > 0 {
            self.line(&format!("  - Plex Sandbox: {refused} refused"))?;
        }
        let warnings = python.findings.iter();
        let n_warnings = warnings.filter(|one| one.level == Level::Warning).count();
        if python.strict && n_warnings > 0 {
            self.line(&format!("  - Warnings: {n_warnings}"))?;
        }
        let not_importable = of(Family::Syntax).find(|finding| finding.rule.id == "import-error");
        if let Some(finding) = not_importable {
            self.line(&format!("  - Import Error: {}", finding.message))?;
        }
        Ok(())
    }

    fn details(&mut self, told: &[Told<'_>], path: &Path, least: Level) -> io::Result<()> {
        let shown = path.display();
        for one in told.iter().filter(|one| one.level >= least) {
            let place = one.place.map_or_else(String::new, |place| {
                format!(":{}:{}", place.line, place.column)
            });
            let (word, id) = (one.level.word(), one.rule.id);
            self.line(&one_line(&format!(
                "  {shown}{place}: {word}: {} [{id}]",
                one.message
            )))?;
            if let Some((text, caret)) = one.place.and_then(crate::finding::Place::excerpt) {
                writeln!(self.out, "      {text}\n      {caret}")?;
            }
            if self.explained.insert(id) {
                self.line(&format!("    why: {}", one.rule.why))?;
                self.line(&format!("    way out: {}", one.rule.way_out))?;
            }
        }
        Ok(())
    }

    fn silenced(&mut self, outcome: &Outcome) -> io::Result<()> {
        match outcome.python().map_or(0, |python| python.allowed) {
            0 => Ok(()),
            n => self.line(&format!("\nSilenced by comments: {n}")),
        }
    }

    fn many(&mut self, outcomes: &[Outcome]) -> io::Result<()> {
        let mut groups: BTreeMap<usize, Vec<&Outcome>> = BTreeMap::new();
        let mut first_of: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for (number, outcome) in outcomes.iter().enumerate() {
            let worst = all_told(outcome).iter().map(|told| told.level).max();
            if outcome.is_unreadable()
                || outcome.passed() && worst.unwrap_or(Level::Note) == Level::Note
            {
                continue;
            }
            let first = *first_of.entry(signature(outcome)).or_insert(number);
            groups.entry(first).or_default().push(outcome);
        }
        for group in groups.values() {
            self.group(group)?;
        }
        self.summary(outcomes)
    }

    /// Files that say the same, told once.
    fn group(&mut self, group: &[&Outcome]) -> io::Result<()> {
        let Some((first, others)) = group.split_first() else {
            return Ok(());
        };
        let word = verdict(first.passed());
        self.line(&one_line(&format!("{word} {}", first.path.display())))?;
        if !others.is_empty() {
            self.line(&format!("  and the same in {} more:", others.len()))?;
            for other in others.iter().take(MOST_PATHS) {
                self.line(&one_line(&format!("    {}", other.path.display())))?;
            }
            if others.len() > MOST_PATHS {
                self.line(&format!("    ... {} more", others.len() - MOST_PATHS))?;
            }
        }
        if let (Some(python), false) = (first.python(), first.passed()) {
            self.issues(python, &first.path)?;
        }
        self.details(&all_told(first), &first.path, Level::Warning)?;
        self.line("")
    }

    fn summary(&mut self, outcomes: &[Outcome]) -> io::Result<()> {
        let python: Vec<&Python> = outcomes.iter().filter_map(Outcome::python).collect();
        let n = python.len();
        self.line("Safety Check Results:")?;
        if n == 0 {
            return self.totals(outcomes);
        }
        for (label, fine) in [
            (
                "Valid Python",
                python
                    .iter()
                    .filter(|one| one.syntax_error.is_none())
                    .count(),
            ),
            (
                "Python 2.7 Compatible",
                python.iter().filter(|one| one.is_compatible()).count(),
            ),
            (
                "No Dangerous Commands",
                python.iter().filter(|one| one.is_harmless()).count(),
            ),
        ] {
            self.line(&format!(
                "  {label}: {} ({fine} of {n})",
                verdict(fine == n)
            ))?;
        }
        let boxed: Vec<&&Python> = python.iter().filter(|one| one.sandbox.is_some()).collect();
        if !boxed.is_empty() {
            self.sandbox(&boxed)?;
        }
        let bundle: Vec<&Outcome> = outcomes
            .iter()
            .filter(|one| matches!(one.verdict, Verdict::Bundle { .. }))
            .collect();
        if !bundle.is_empty() {
            let fine = bundle.iter().filter(|one| one.passed()).count();
            let word = verdict(fine == bundle.len());
            self.line(&format!(
                "  Bundle Files: {word} ({fine} of {})",
                bundle.len()
            ))?;
        }
        self.totals(outcomes)
    }

    /// Files without a tree are not held against the sandbox.
    fn sandbox(&mut self, boxed: &[&&Python]) -> io::Result<()> {
        let parsed: Vec<_> = boxed.iter().filter(|one| one.is_parsed).collect();
        let fine = parsed.iter().filter(|one| one.suits_sandbox()).count();
        let word = verdict(fine == parsed.len());
        let count = match boxed.len() - parsed.len() {
            0 => format!("{fine} of {}", parsed.len()),
            n => format!("{fine} of {}, {n} not checked", parsed.len()),
        };
        if parsed.is_empty() {
            return self.line(&format!("  Plex Sandbox: not checked ({})", boxed.len()));
        }
        self.line(&format!("  Plex Sandbox: {word} ({count})"))
    }

    fn totals(&mut self, outcomes: &[Outcome]) -> io::Result<()> {
        let count = |level: Level| {
            let told = outcomes.iter().flat_map(all_told);
            told.filter(|one| one.level == level).count()
        };
        let unreadable = outcomes.iter().filter(|one| one.is_unreadable()).count();
        let passed = outcomes.iter().filter(|one| one.passed()).count();
        let failed = outcomes.len() - passed - unreadable;
        self.line(&format!(
            "\nFiles: {} in all, {passed} passed, {failed} failed, {unreadable} unreadable",
            outcomes.len()
        ))?;
        self.line(&format!(
            "Findings: errors {}, warnings {}, notes {}",
            count(Level::Error),
            count(Level::Warning),
            count(Level::Note)
        ))?;
        let silenced: usize = outcomes
            .iter()
            .filter_map(Outcome::python)
            .map(|python| python.allowed)
            .sum();
        if silenced > 0 {
            self.line(&format!("Silenced by comments: {silenced}"))?;
        }
        Ok(())
    }
}

/// Everything that is told of a file but its path: equal for files that are to be told once.
fn signature(outcome: &Outcome) -> Vec<String> {
    let mut parts = vec![format!("{:?}", outcome.path.file_name())];
    if let Some(python) = outcome.python() {
        parts.push(format!("{:?} {:?}", python.sandbox, python.substrings));
    }
    parts.extend(all_told(outcome).iter().map(|told| {
        let place = told
            .place
            .map(|place| (place.line, place.column, &place.text));
        format!(
            "{} {:?} {place:?} {}",
            told.rule.id, told.level, told.message
        )
    }));
    parts
}

/// As `str()` of the exception gives it: the file without its folder.
fn as_python_prints(error: &Raised, path: &Path) -> String {
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    match error.line {
        Some(line) => format!("{} ({name}, line {line})", error.message),
        None => error.message.clone(),
    }
}

/// A message or a path must not begin a line of its own.
fn one_line(text: &str) -> String {
    text.replace('\n', "\\n")
}

fn verdict(passed: bool) -> &'static str {
    if passed { "PASS" } else { "FAIL" }
}
