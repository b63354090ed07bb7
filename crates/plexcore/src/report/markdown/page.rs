//! A Markdown page that grows: lines, headings, tables, warnings, an example from a log. Knows
//! nothing of what the page is about, and leaves it to `escape` to make texts from logs harmless.
//!
//! Invariant: a table of a page with a budget leaves what the budget keeps for what follows it.

use std::fmt::Write as _;

use super::escape::{fenced, words};
use crate::report::understanding::Example;

/// How long a page may become.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// The most bytes.
    pub most: usize,
    /// Of these, what tables leave to the sections after them.
    pub kept: usize,
}

/// The text so far.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
    budget: Option<Budget>,
}

impl Page {
    /// An empty page that is to stay within a budget.
    pub fn within(budget: Budget) -> Self {
        Self {
            text: String::new(),
            budget: Some(budget),
        }
    }

    /// What has been written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What has been written, to keep.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Whether so many bytes may still be written when `kept` are kept for what follows.
    pub fn has_room(&self, bytes: usize, kept: usize) -> bool {
        self.budget
            .is_none_or(|budget| self.text.len() + bytes + kept <= budget.most)
    }

    /// One line.
    pub fn line(&mut self, line: &str) {
        self.block(line);
        self.block("\n");
    }

    /// Lines as they are, with their ends.
    pub fn block(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// The heading of a section.
    pub fn section(&mut self, title: &str) {
        let _ = write!(self.text, "\n## {title}\n\n");
    }

    /// What must be known before reading on.
    pub fn attention(&mut self, sentences: &[String]) {
        for sentence in sentences {
            self.line(&format!("> **ATTENTION:** {}\n>", words(sentence)));
        }
        if !sentences.is_empty() {
            self.line("");
        }
    }

    /// A table; a column whose head begins with `#` holds numbers.
    pub fn table(&mut self, heads: &[impl AsRef<str>], rows: impl Iterator<Item = Vec<String>>) {
        let heads = heads.iter().map(AsRef::as_ref);
        let names: Vec<&str> = heads
            .clone()
            .map(|head| head.trim_start_matches("# "))
            .collect();
        let rules: Vec<&str> = heads
            .map(|head| if head.starts_with('#') { "---:" } else { "---" })
            .collect();
        self.line(&format!("| {} |", names.join(" | ")));
        self.line(&format!("| {} |", rules.join(" | ")));
        let kept = self.budget.map_or(0, |budget| budget.kept);
        for row in rows {
            let row = format!("| {} |", row.join(" | "));
            if !self.has_room(row.len(), kept) {
                self.line("\nThe rest of the table is left out.");
                return;
            }
            self.line(&row);
        }
    }
}

/// An example as a block of code; the lines of the event itself are marked.
pub fn example(example: &Example) -> String {
    let behind = |mark: char, lines: &[String]| -> Vec<String> {
        lines
            .iter()
            .map(|line| format!("{mark} {}", line.replace('\n', " ")))
            .collect()
    };
    fenced(
        &[
            behind(' ', &example.before),
            behind('>', &example.lines),
            behind(' ', &example.after),
        ]
        .concat(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> impl Iterator<Item = Vec<String>> {
        (0..count).map(|row| vec![format!("row {row}"), "1".to_owned()])
    }

    #[test]
    fn a_head_with_a_number_sign_is_a_column_of_numbers() {
        let mut page = Page::default();
        page.table(&["What", "# Events"], rows(1));
        assert_eq!(
            page.as_str(),
            "| What | Events |\n| --- | ---: |\n| row 0 | 1 |\n"
        );
    }

    #[test]
    fn a_table_leaves_room_for_what_follows_it() {
        let budget = Budget {
            most: 300,
            kept: 100,
        };
        let mut page = Page::within(budget);
        page.table(&["What", "# Events"], rows(100));
        let text = page.as_str();
        assert!(text.contains("| row 0 | 1 |") && !text.contains("row 99"));
        assert!(
            text.ends_with("\n\nThe rest of the table is left out.\n"),
            "{text}"
        );
        assert!(page.has_room(10, 0) && text.len() < 250, "{text}");
    }

    #[test]
    fn a_line_of_an_example_stays_one_line_behind_its_mark() {
        let lines = |text: &str| vec![text.to_owned()];
        let shown = example(&Example {
            before: lines("a"),
            lines: lines("b\nc"),
            ..Example::default()
        });
        assert_eq!(shown, "```text\n  a\n> b c\n```\n");
    }
}
