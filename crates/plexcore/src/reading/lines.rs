//! A report's lines by number, and the few shapes that all text forms share: bars, labelled
//! values, counts with thousands set apart.

use super::Counts;
use crate::metrics::totals::Totals;
use crate::printable::printable;
use crate::report::model::Samples;

/// The lines of a report.
pub(super) struct Lines<'a> {
    lines: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    /// Lines end at line feeds; a carriage return before one belongs to the end.
    pub(super) fn of(text: &'a str) -> Self {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let lines = text
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .collect();
        Self { lines }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The line at an index from 0; nothing beyond the last.
    pub(super) fn get(&self, at: usize) -> &'a str {
        self.lines.get(at).copied().unwrap_or_default()
    }

    /// The first line at or after `from` that begins with `label`, blanks before it left aside,
    /// and what follows the label.
    pub(super) fn find(&self, from: usize, to: usize, label: &str) -> Option<(usize, &'a str)> {
        (from..to.min(self.len())).find_map(|at| {
            let value = self.get(at).trim_start().strip_prefix(label)?;
            Some((at, value))
        })
    }

    /// What is missing at the end of a report that was cut off.
    pub(super) fn cut(&self, expected: &str) -> String {
        format!(
            "line {}, the last: expected {expected}; the report is cut off",
            self.len()
        )
    }

    /// Whether a line is a bar of `=` or `-`.
    pub(super) fn is_bar(&self, at: usize, of: char) -> bool {
        const SHORTEST: usize = 10;
        let line = self.get(at);
        line.len() >= SHORTEST && line.chars().all(|c| c == of)
    }

    /// The indices of lines `AGENT: NAME` between bars, with their names.
    pub(super) fn agents(&self) -> Vec<(usize, &'a str)> {
        (1..self.len())
            .filter(|&at| self.is_bar(at - 1, '=') && self.is_bar(at + 1, '='))
            .filter_map(|at| Some((at, self.get(at).strip_prefix("AGENT:")?)))
            .map(|(at, name)| (at, name.strip_prefix(' ').unwrap_or(name)))
            .collect()
    }

    /// The nine counts below a heading, by the labels of a statistics block. `is_whole`: each must
    /// be there.
    pub(super) fn statistics(
        &self,
        from: usize,
        to: usize,
        labels: [&str; 9],
        is_whole: bool,
    ) -> Result<Counts, String> {
        let mut counts = Counts::default();
        for (label, field) in labels.into_iter().zip(counts.fields_mut()) {
            match self.find(from, to, &format!("{label}:")) {
                Some((at, value)) => *field = Some(count(value, at, label)?),
                None if is_whole => {
                    return Err(format!(
                        "line {}: expected \"{label}:\" in the lines below, found none",
                        from + 1
                    ));
                }
                None => {}
            }
        }
        Ok(counts)
    }

    /// Sample lines by the marks that stand before them.
    pub(super) fn samples(&self, from: usize, to: usize) -> Samples {
        let marked = |mark: &str| -> Vec<String> {
            (from..to)
                .filter_map(|at| self.get(at).strip_prefix(mark))
                .map(str::to_owned)
                .collect()
        };
        Samples {
            search_ops: marked("  • "),
            success_patterns: marked("  ✓ "),
            failure_patterns: marked("  ✗ "),
        }
    }

    /// Failed URLs, which stand behind a `!`.
    pub(super) fn urls(&self, from: usize, to: usize) -> Vec<String> {
        (from..to)
            .filter_map(|at| self.get(at).strip_prefix("  ! "))
            .map(str::to_owned)
            .collect()
    }
}

/// The labels of an agent's statistics.
pub(super) fn agent_labels() -> [&'static str; 9] {
    Totals::default().fields().map(|(label, _)| label)
}

/// A count as a report writes it, thousands set apart or not; `at` is the line's index.
pub(super) fn count(text: &str, at: usize, what: &str) -> Result<u64, String> {
    leading_count(text.trim())
        .filter(|(_, rest)| rest.is_empty())
        .map(|(count, _)| count)
        .ok_or_else(|| {
            format!(
                "line {}: expected a count after \"{what}\", found {}",
                at + 1,
                excerpt(text.trim())
            )
        })
}

/// A count that a text begins with, and the text after it.
pub(super) fn leading_count(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(text.len());
    // A comma that ends a clause is no mark of thousands.
    let digits = text[..end].trim_end_matches(',');
    let mut groups = digits.split(',');
    let first = groups.next()?;
    let is_plain = !digits.contains(',') && !first.is_empty();
    let is_grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if !is_plain && !is_grouped {
        return None;
    }
    let count = digits.replace(',', "").parse().ok()?;
    Some((count, &text[digits.len()..]))
}

/// A piece of what was found, for a message.
pub(super) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = printable(text).chars().take(MOST).collect();
    if shown.len() < printable(text).len() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_may_be_set_apart_and_nothing_else() {
        for (text, expected) in [
            ("4616", Some((4616, ""))),
            ("4,616 of 4,772", Some((4616, " of 4,772"))),
            ("1,234,567", Some((1_234_567, ""))),
            ("99, of these", Some((99, ", of these"))),
            ("12,34", None),
            ("1234,567", None),
            (",123", None),
            ("n/a", None),
            ("-3", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(leading_count(text), expected, "{text}");
        }
    }

    #[test]
    fn a_bad_count_is_named_with_its_line() {
        assert_eq!(
            count(" n/a\u{1b}", 13, "Model read errors").unwrap_err(),
            "line 14: expected a count after \"Model read errors\", found \"n/a\\x1b\""
        );
        assert!(count("7 of 9", 0, "x").is_err());
    }

    #[test]
    fn a_name_counts_as_an_agent_only_between_bars() {
        let bar = "=".repeat(100);
        let text = format!("{bar}\nAGENT: Ember Films\n{bar}\n\nAGENT: no\n{bar}\nAGENT: no\n");
        let lines = Lines::of(&text);
        assert_eq!(lines.agents(), [(1, "Ember Films")]);
    }
}
