//! Outcomes -> annotations that GitHub Actions shows beside the lines of a change.

use std::io::{self, Write};

use plexcore::printable::printable;

use super::all_told;
use crate::finding::Level;
use crate::outcome::{Outcome, Verdict};

/// Writes a workflow command a line, and a summary that is none.
pub(super) fn write(outcomes: &[Outcome], out: &mut dyn Write) -> io::Result<()> {
    for outcome in outcomes {
        let path = property(&outcome.path.to_string_lossy().replace('\\', "/"));
        if let Verdict::Unreadable(reason) = &outcome.verdict {
            writeln!(
                out,
                "::error file={path}::{}",
                data(&format!("cannot read it: {reason}"))
            )?;
        }
        if let Some(python) = outcome.python() {
            for text in &python.substrings {
                writeln!(out, "::error file={path}::Contains: {text}")?;
            }
        }
        for told in all_told(outcome) {
            let word = match told.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "notice",
            };
            let place = told.place.map_or_else(String::new, |place| {
                format!(",line={},col={}", place.line, place.column)
            });
            writeln!(
                out,
                "::{word} file={path}{place},title={}::{} ({}; {})",
                property(told.rule.id),
                data(&told.message),
                data(told.rule.why),
                data(told.rule.way_out),
            )?;
        }
    }
    let passed = outcomes.iter().filter(|outcome| outcome.passed()).count();
    writeln!(out, "{passed} of {} files pass", outcomes.len())
}

/// The text of a command.
fn data(text: &str) -> String {
    printable(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A value of a command, in which two more characters have a meaning.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_not_end_the_command() {
        assert_eq!(property("a::b,c\n::error"), "a%3A%3Ab%2Cc%0A%3A%3Aerror");
        assert_eq!(data("50%\r\x1b"), "50%25\\x0d\\x1b");
    }
}
