//! Comments `# plex: allow(ID, ...)` -> which findings are silenced.
//!
//! Such a comment silences what is found on its own line. No comment can stand at the end of a line that a backslash or
//! an open string literal joins to the next, so there it is the one at the end of the last line that counts. A syntax
//! error can't be silenced: where there is one there is no tree, and so no comment.

use std::collections::HashSet;

use python27::tree::{ExprKind, Module};

use crate::finding::{Finding, Found, Level};
use crate::rules;
use crate::source::Lines;

/// One identifier in one comment.
struct Allowed<'m> {
    id: &'m str,
    /// A line that it silences.
    line: u32,
    /// Which of all comments' identifiers it is.
    n: usize,
    at: u32,
}

/// Takes the findings out that comments silence, adds one for each comment that is idle, and gives back how many it
/// took.
pub(crate) fn apply(module: &Module<'_>, lines: &Lines<'_>, findings: &mut Vec<Finding>) -> usize {
    let mut allowed: Vec<Allowed<'_>> = Vec::new();
    let mut n = 0;
    let mut joined: Option<HashSet<u32>> = None;
    for comment in module.comments() {
        let text = std::str::from_utf8(module.slice(comment.span)).unwrap_or_default();
        for (offset, id) in ids(text) {
            let at = comment.span.start + u32::try_from(offset).unwrap_or(0);
            let joined = joined.get_or_insert_with(|| joined_lines(module, lines));
            let before = (1..comment.line)
                .rev()
                .take_while(|line| joined.contains(line));
            for line in std::iter::once(comment.line).chain(before) {
                allowed.push(Allowed { id, line, n, at });
            }
            n += 1;
        }
    }
    allowed.sort_by_key(|one| (one.line, one.id));
    let mut used = vec![false; n];
    let before = findings.len();
    findings.retain(|finding| {
        let wanted = (finding.place.line, finding.rule.id);
        let start = allowed.partition_point(|one| (one.line, one.id) < wanted);
        let same = allowed[start..].iter();
        let mut silenced = false;
        for one in same.take_while(|one| (one.line, one.id) == wanted) {
            used[one.n] = true;
            silenced = true;
        }
        !silenced
    });
    let n_silenced = before - findings.len();
    for one in &allowed {
        // One that silences several lines is idle when it is so on all of them, and told once.
        if !std::mem::replace(&mut used[one.n], true) {
            findings.push(idle(one, lines));
        }
    }
    n_silenced
}

/// The lines that a backslash or a string literal joins to the next.
fn joined_lines(module: &Module<'_>, lines: &Lines<'_>) -> HashSet<u32> {
    let mut joined = HashSet::new();
    for (_, expr) in module.exprs() {
        if let ExprKind::Str(id) = expr.kind {
            for piece in module.list(module.string(id).pieces) {
                joined.extend(lines.number(piece.span.start)..lines.number(piece.span.end));
            }
        }
    }
    let comments: HashSet<u32> = module.comments().iter().map(|one| one.line).collect();
    let ends_in_backslash = lines.all().filter(|(_, text)| text.ends_with(b"\\"));
    joined.extend(
        ends_in_backslash
            .map(|(line, _)| line)
            .filter(|line| !comments.contains(line)),
    );
    joined
}

fn idle(one: &Allowed<'_>, lines: &Lines<'_>) -> Finding {
    let (rule, message) = if rules::get(one.id).is_some() {
        let message = format!("allow({}) silences nothing here", one.id);
        (&rules::ALLOW_UNUSED, message)
    } else {
        let message = format!("there is no finding with the identifier {:?}", one.id);
        (&rules::ALLOW_UNKNOWN, message)
    };
    located(
        Found {
            rule,
            at: one.at,
            message,
        },
        lines,
    )
}

/// A finding with its place.
pub(crate) fn located(found: Found, lines: &Lines<'_>) -> Finding {
    with_level(found.rule.level, found, lines)
}

/// A finding with its place and a weight of its own.
pub(crate) fn with_level(level: Level, found: Found, lines: &Lines<'_>) -> Finding {
    Finding {
        rule: found.rule,
        level,
        place: lines.at(found.at),
        message: found.message,
    }
}

/// The identifiers of a comment with their offsets.
fn ids(comment: &str) -> Vec<(usize, &str)> {
    const HEAD: &str = "plex:";
    let Some(head) = comment.find(HEAD) else {
        return Vec::new();
    };
    let after = head + HEAD.len();
    let rest = comment[after..].trim_start();
    let Some(list) = rest
        .strip_prefix("allow(")
        .and_then(|rest| rest.split(')').next())
    else {
        return Vec::new();
    };
    let start = comment.len() - rest.len() + "allow(".len();
    let mut at = start;
    let mut found = Vec::new();
    for part in list.split(',') {
        let id = part.trim();
        if !id.is_empty() {
            found.push((at + part.len() - part.trim_start().len(), id));
        }
        at += part.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_read_with_their_places() {
        assert_eq!(
            ids("# plex: allow(a-b, c) because"),
            [(14, "a-b"), (19, "c")]
        );
        assert_eq!(ids("#plex:allow(x)"), [(12, "x")]);
        for none in [
            "# allow(x)",
            "# plex: allowed",
            "# plex: allow()",
            "# plexus",
        ] {
            assert_eq!(ids(none), [], "{none}");
        }
    }
}
