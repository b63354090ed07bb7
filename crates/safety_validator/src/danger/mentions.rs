//! Comments, docstrings and other texts -> notes on the dangerous commands that they mention.

use std::collections::HashSet;

use python27::tree::{ExprId, ExprKind};

use crate::finding::{Finding, Found};
use crate::names::Names;
use crate::rules;
use crate::source::Lines;

/// Adds a note for each comment and literal that mentions a dangerous command. `judged` are the literals that were
/// found to reach a function that runs them.
pub(super) fn check(names: &Names<'_, '_>, judged: &HashSet<ExprId>, found: &mut Vec<Found>) {
    let module = names.module;
    let idle: HashSet<ExprId> = names.idle_strings().map(|(_, expr)| expr).collect();
    for comment in module.comments() {
        if let Some(what) = mention(&String::from_utf8_lossy(module.slice(comment.span))) {
            found.push(note("a comment", what, comment.span.start));
        }
    }
    for (id, expr) in module.exprs() {
        let ExprKind::Str(literal) = expr.kind else {
            continue;
        };
        if judged.contains(&id) {
            continue;
        }
        let raw = module.slice(expr.span);
        if !may_mention(raw) {
            continue;
        }
        let Some(value) = module.string_value(literal) else {
            continue;
        };
        if let Some(what) = mention(&String::from_utf8_lossy(&value.bytes)) {
            let where_ = if idle.contains(&id) {
                "a docstring"
            } else {
                "a text"
            };
            found.push(note(where_, what, expr.span.start));
        }
    }
}

/// A warning for each line that mentions a dangerous command.
pub(super) fn in_lines(lines: &Lines<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in lines.all() {
        if !may_mention(line) {
            continue;
        }
        if let Some(what) = mention(&String::from_utf8_lossy(line)) {
            found.push(Finding {
                rule: &rules::DANGER_UNPARSED,
                level: rules::DANGER_UNPARSED.level,
                place: lines.beginning(number),
                message: format!("the line mentions {what}"),
            });
        }
    }
    found
}

fn note(place: &str, what: &str, at: u32) -> Found {
    Found {
        rule: &rules::DANGER_MENTION,
        at,
        message: format!("{place} mentions {what}"),
    }
}

/// A quick look that spares most literals the slow one.
fn may_mention(raw: &[u8]) -> bool {
    [&b"sudo"[..], b"rm", b"dd", b"mkfs"]
        .iter()
        .any(|word| memchr::memmem::find(raw, word).is_some())
}

/// The dangerous command that a text mentions as words of their own.
fn mention(text: &str) -> Option<&'static str> {
    let is_edge = |c: char| c.is_whitespace() || "'\"`;,()[]<>|&".contains(c);
    let words: Vec<&str> = text
        .split(is_edge)
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().enumerate().find_map(|(at, &word)| {
        let rest = &words[at + 1..];
        match word {
            "sudo" if !rest.is_empty() => Some("sudo"),
            "rm" => {
                let flags: String = rest
                    .iter()
                    .take_while(|word| word.starts_with('-'))
                    .copied()
                    .collect();
                let recursive = flags.contains(['r', 'R']);
                (recursive && flags.contains('f')).then_some("rm -rf")
            }
            "dd" => rest
                .iter()
                .take(4)
                .any(|word| word.starts_with("if=") || word.starts_with("of="))
                .then_some("dd"),
            "mkfs" => Some("mkfs"),
            _ if word.starts_with("mkfs.") => Some("mkfs"),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_mentions() {
        assert_eq!(mention("# never use `sudo rm x`"), Some("sudo"));
        assert_eq!(mention("first rm -f -r x"), Some("rm -rf"));
        assert_eq!(mention("dd bs=1 of=/x"), Some("dd"));
        for none in [
            "sudoku",
            "pseudo code",
            "add if=x",
            "rm -f x",
            "add",
            "perform -rf",
            "a sudo",
        ] {
            assert_eq!(mention(none), None, "{none}");
        }
    }
}
