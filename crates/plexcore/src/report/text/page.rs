//! The page: bars, headings, rows of label and value, folded paragraphs.

use std::io::{self, Write};

use crate::printable::one_line;

/// Columns that our own words keep to.
pub(super) const WIDTH: usize = 100;
/// Where the numbers of a statistics block stand.
pub(super) const NUMBER_COLUMN: usize = 29;

pub(super) struct Page<'a> {
    pub(super) out: &'a mut dyn Write,
}

impl Page<'_> {
    pub(super) fn section(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}")?;
        self.bar('-')
    }

    pub(super) fn row(&mut self, label: &str, value: &str) -> io::Result<()> {
        writeln!(self.out, "{label:<NUMBER_COLUMN$}{}", one_line(value))
    }

    pub(super) fn bar(&mut self, c: char) -> io::Result<()> {
        writeln!(self.out, "{}", c.to_string().repeat(WIDTH))
    }

    /// A paragraph of our own words, folded.
    pub(super) fn notice(&mut self, words: &str) -> io::Result<()> {
        self.folded("", words, 2)
    }

    /// A label and a paragraph; the paragraph's further lines begin at column `indent`. A word that
    /// is longer than a line stays whole.
    pub(super) fn folded(&mut self, label: &str, words: &str, indent: usize) -> io::Result<()> {
        write!(self.out, "{}", one_line(label))?;
        let words = one_line(words);
        let mut column = label.chars().count();
        let mut begins = true;
        for word in words.split(' ') {
            let length = word.chars().count();
            if !begins && column + 1 + length > WIDTH {
                write!(self.out, "\n{:indent$}", "")?;
                column = indent;
            } else if !begins {
                write!(self.out, " ")?;
                column += 1;
            }
            begins = false;
            write!(self.out, "{word}")?;
            column += length;
        }
        writeln!(self.out)
    }
}
