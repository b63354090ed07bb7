//! A tool's definition, turned into a man page.

use std::fmt::Write as _;

use argh::CommandInfoWithArgs;

use super::Tool;
use super::help;
use super::options;

/// The page in the language of `man`, section 1. It has no date, so that it is the same each time.
pub(super) fn page(tool: &Tool, info: &CommandInfoWithArgs) -> String {
    let mut text = format!(
        ".TH {} 1 \"\" \"{} {}\" \"User commands\"\n",
        escaped(&tool.name.to_uppercase()),
        escaped(tool.name),
        escaped(tool.version),
    );
    section(&mut text, "NAME");
    paragraph(&mut text, &format!("{} - {}", tool.name, sentence(info)));
    section(&mut text, "SYNOPSIS");
    paragraph(&mut text, &help::usage(tool, info));
    section(&mut text, "DESCRIPTION");
    paragraph(&mut text, info.description);
    if !info.positionals.is_empty() {
        section(&mut text, "ARGUMENTS");
        for positional in info.positionals {
            entry(
                &mut text,
                &positional.name.to_uppercase(),
                positional.description,
            );
        }
    }
    section(&mut text, "OPTIONS");
    for option in options::shown(info) {
        entry(&mut text, &option.usage(), option.description);
    }
    if !info.examples.is_empty() {
        section(&mut text, "EXAMPLES");
        text.push_str(".nf\n");
        for line in info.examples.iter().flat_map(|example| example.lines()) {
            let _ = writeln!(text, "{}", escaped(line));
        }
        text.push_str(".fi\n");
    }
    if !info.notes.is_empty() {
        section(&mut text, "NOTES");
        for line in info.notes.iter().flat_map(|note| note.lines()) {
            text.push_str(".PP\n");
            paragraph(&mut text, line);
        }
    }
    section(&mut text, "EXIT STATUS");
    for code in info.error_codes {
        entry(&mut text, &code.code.to_string(), code.description);
    }
    text
}

/// The description's first sentence, without its full stop, which is what `apropos` shows.
fn sentence(info: &CommandInfoWithArgs) -> String {
    let words = info.description.split_whitespace().collect::<Vec<_>>();
    let text = words.join(" ");
    let end = text.find(". ").unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

fn section(text: &mut String, title: &str) {
    let _ = writeln!(text, ".SH {title}");
}

fn paragraph(text: &mut String, words: &str) {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = writeln!(text, "{}", escaped(&words));
}

fn entry(text: &mut String, head: &str, description: &str) {
    let _ = writeln!(text, ".TP\n\\fB{}\\fR", escaped(head));
    paragraph(text, description);
}

/// Text that roff shows as it is: no escapes, no requests, and a hyphen that can be copied.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    if text.starts_with(['.', '\'']) {
        safe.push_str("\\&");
    }
    for letter in text.chars() {
        match letter {
            '\\' => safe.push_str("\\e"),
            '-' => safe.push_str("\\-"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_a_request_or_an_escape() {
        assert_eq!(escaped(".so /etc/passwd"), "\\&.so /etc/passwd");
        assert_eq!(escaped("'x"), "\\&'x");
        assert_eq!(escaped("C:\\logs --all"), "C:\\elogs \\-\\-all");
    }
}
