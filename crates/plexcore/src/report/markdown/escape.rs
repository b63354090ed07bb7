//! Texts from logs made harmless in Markdown: as words, as inline code, as a block of code.
//!
//! Invariant: what comes out stays within the cell, item or block that it is put into, and neither
//! links nor mentions anybody.

use std::fmt::Write as _;

use crate::printable::printable;

/// The most characters of a line from a log.
const MOST_CHARS: usize = 400;

/// A text on one line, without what a terminal or an editor would obey, cut where it is too long.
pub fn tamed(text: &str) -> String {
    let text: String = printable(text)
        .chars()
        .map(|c| if matches!(c, '\n' | '\t') { ' ' } else { c })
        .collect();
    match text.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Words in running text, a table's cell or an element: every mark that Markdown or HTML would
/// read is written as a reference, which both take for the mark itself; an empty comment keeps
/// `@name`, `#12`, `www.` and `://` from becoming links.
pub fn words(text: &str) -> String {
    let text = tamed(text);
    let mut safe = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if "\\`*_{}[]<>&|~$@#".contains(c) {
            let _ = write!(safe, "&#{};", u32::from(c));
        } else {
            safe.push(c);
        }
        let ends = |word: &str| {
            safe.len() >= word.len()
                && safe.is_char_boundary(safe.len() - word.len())
                && safe[safe.len() - word.len()..].eq_ignore_ascii_case(word)
        };
        let of_scheme = c == ':' && chars.peek() == Some(&'/');
        if matches!(c, '@' | '#') || of_scheme || ends("www") || ends("gh-") {
            safe.push_str("<!-- -->");
        }
    }
    safe
}

/// A text from a log as inline code: its ticks are longer than any run of ticks in it.
pub fn code(text: &str) -> String {
    // A bar would end a table's cell even inside code, unless it is escaped there.
    let text = tamed(text).replace('|', "\\|");
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.is_empty() || text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Lines of a log as a block of code.
pub fn fenced(lines: &[String]) -> String {
    let longest = lines
        .iter()
        .map(|line| longest_run(line))
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let mut text = format!("{fence}text\n");
    for line in lines {
        for part in line.split('\n') {
            text.push_str(&tamed(part));
            text.push('\n');
        }
    }
    text.push_str(&fence);
    text.push('\n');
    text
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
