//! Help pages, made from the definitions that argh parses with.

use std::fmt::Write as _;

use argh::{CommandInfoWithArgs, FlagInfo, FlagInfoKind, Optionality};

use super::Tool;
use super::options;

/// Where descriptions begin.
const COLUMN: usize = 28;
/// Our own words stay within this many columns.
const WIDTH: usize = 96;

/// The help page of a tool.
pub(super) fn page(tool: &Tool, info: &CommandInfoWithArgs) -> String {
    let mut text = format!(
        "{}\n\nUsage: {}\n",
        wrapped(info.description, 0),
        usage(tool, info)
    );
    if !info.positionals.is_empty() {
        text.push_str("\nArguments:\n");
        for positional in info.positionals {
            text.push_str(&entry(
                &positional.name.to_uppercase(),
                positional.description,
            ));
        }
    }
    text.push_str("\nOptions:\n");
    for option in options::shown(info) {
        text.push_str(&entry(&option.usage(), option.description));
    }
    section(&mut text, "Examples", info.examples);
    section(&mut text, "Notes", info.notes);
    if !info.error_codes.is_empty() {
        text.push_str("\nExit codes:\n");
        for code in info.error_codes {
            text.push_str(&entry(&code.code.to_string(), code.description));
        }
    }
    text
}

/// The tool with what it needs and takes, in one line.
pub(super) fn usage(tool: &Tool, info: &CommandInfoWithArgs) -> String {
    let mut line = tool.name.to_owned();
    let is_required = |flag: &&FlagInfo<'_>| {
        matches!(flag.kind, FlagInfoKind::Option { .. })
            && flag.optionality == Optionality::Required
    };
    for flag in info.flags.iter().filter(is_required) {
        let FlagInfoKind::Option { arg_name } = flag.kind else {
            continue;
        };
        let _ = write!(line, " {} {arg_name}", flag.long);
    }
    line.push_str(" [OPTIONS]");
    for positional in info.positionals {
        let name = positional.name.to_uppercase();
        let _ = match positional.optionality {
            Optionality::Required => write!(line, " {name}"),
            Optionality::Optional => write!(line, " [{name}]"),
            Optionality::Repeating | Optionality::Greedy => write!(line, " [{name}...]"),
        };
    }
    line
}

fn entry(head: &str, description: &str) -> String {
    let text = wrapped(description, COLUMN);
    let padded = format!("  {head:<width$}", width = COLUMN - 2);
    if padded.chars().count() > COLUMN || head.chars().count() + 4 > COLUMN {
        format!("  {head}\n{:COLUMN$}{text}\n", "")
    } else {
        format!("{padded}{text}\n")
    }
}

fn section(text: &mut String, title: &str, paragraphs: &[&str]) {
    if paragraphs.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}:");
    for line in paragraphs.iter().flat_map(|paragraph| paragraph.lines()) {
        let _ = writeln!(text, "  {}", wrapped(line, 2));
    }
}

/// Words folded to the page's width, every line after the first indented.
fn wrapped(words: &str, indent: usize) -> String {
    let mut text = String::new();
    let mut column = indent;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > WIDTH {
            let _ = write!(text, "\n{:indent$}", "");
            column = indent;
        }
        if column > indent {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_descriptions_fold_under_their_column() {
        let text = entry("--output FILE", &"word ".repeat(40));
        assert!(
            text.lines().all(|line| line.chars().count() <= WIDTH),
            "{text}"
        );
        assert!(
            text.lines()
                .nth(1)
                .unwrap()
                .starts_with(&" ".repeat(COLUMN))
        );
    }

    #[test]
    fn a_long_option_gets_a_line_of_its_own() {
        assert_eq!(
            entry("--a-very-long-option-name PLACEHOLDER", "x")
                .lines()
                .count(),
            2
        );
    }
}
