//! A tree -> the dangerous commands in it.
//!
//! What counts is a command that reaches a function which runs it: `calls` finds these and `fold` puts the command
//! together from joined, formatted and listed pieces; `shell` takes it apart as a shell would, and `judge` says what
//! is dangerous in it. What only looks like such a command, in a comment, a docstring or any other text, is a note
//! from `mentions`.

mod calls;
mod fold;
mod judge;
mod mentions;
mod shell;

use crate::finding::{Finding, Found};
use crate::names::Names;
use crate::source::Lines;

/// Text that is not known before the program runs, inside a folded text.
const HOLE: char = '\u{10fffe}';

/// Everything dangerous in a file.
pub(crate) fn check(names: &Names<'_, '_>) -> Vec<Found> {
    let mut found = Vec::new();
    let judged = calls::check(names, &mut found);
    mentions::check(names, &judged, &mut found);
    found
}

/// What the lines of a file mention that is not valid Python.
pub(crate) fn unparsed(lines: &Lines<'_>) -> Vec<Finding> {
    mentions::in_lines(lines)
}

/// A command for a message: one line, not too long, with an ellipsis where it is not known.
fn shown(command: &str) -> String {
    const MOST: usize = 70;
    let line = command
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(HOLE, "\u{2026}");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain("...".chars()).collect()
}

/// The three substrings that the script looked for, of those that a file holds.
pub(crate) fn substrings(source: &[u8]) -> Vec<&'static str> {
    ["sudo", "rm -rf", "dd if="]
        .into_iter()
        .filter(|text| memchr::memmem::find(source, text.as_bytes()).is_some())
        .collect()
}
