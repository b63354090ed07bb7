//! `u''` literals with letters beyond ASCII in a file that declares no encoding.
//!
//! The Framework compiles from a string, where Python 2.7 takes such bytes for Latin-1 without a word.

use python27::tree::{ExprKind, Module};

use crate::finding::Found;
use crate::rules;

/// Adds the literals whose letters come out wrong.
pub(crate) fn check(module: &Module<'_>, source: &[u8], found: &mut Vec<Found>) {
    if source.is_ascii() || declares_encoding(source) {
        return;
    }
    for (_, expr) in module.exprs() {
        let ExprKind::Str(id) = expr.kind else {
            continue;
        };
        let pieces = module.list(module.string(id).pieces);
        let piece = pieces
            .iter()
            .find(|piece| piece.unicode && !module.slice(piece.body).is_ascii());
        if let Some(piece) = piece {
            let message = "letters beyond ASCII in u'' become Latin-1 without a coding line";
            found.push(Found {
                rule: &rules::SANDBOX_ENCODING,
                at: piece.span.start,
                message: message.to_owned(),
            });
        }
    }
}

/// Whether there is a byte order mark, or a coding line where Python looks for one.
fn declares_encoding(source: &[u8]) -> bool {
    if source.starts_with(b"\xef\xbb\xbf") {
        return true;
    }
    let mut lines = source.split(|&b| b == b'\n' || b == b'\r');
    let first = lines.next().unwrap_or_default();
    let second = lines.find(|line| !line.is_empty()).unwrap_or_default();
    is_coding_line(first) || may_precede(first) && is_coding_line(second)
}

/// Whether a coding line may stand below this one.
fn may_precede(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), None | Some(b'#' | b'\x0c'))
}

/// `# ... coding: name` or `coding=name`.
fn is_coding_line(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    if line.first() != Some(&b'#') {
        return false;
    }
    memchr::memmem::find_iter(line, b"coding").any(|at| {
        let after = &line[at + b"coding".len()..];
        let Some((b':' | b'=', name)) = after.split_first() else {
            return false;
        };
        name.trim_ascii_start()
            .first()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_line_counts_where_python_looks_for_it() {
        for yes in [
            "# -*- coding: utf-8 -*-\n",
            "#!/usr/bin/python\n# vim: set fileencoding=utf-8 :\n",
            "\n# coding=latin-1\n",
            "\u{feff}x = 1\n",
        ] {
            assert!(declares_encoding(yes.as_bytes()), "{yes:?}");
        }
        for no in [
            "x = 1\n# coding: utf-8\n",
            "# encoding\n",
            "#\n#\n# coding: utf-8\n",
        ] {
            assert!(!declares_encoding(no.as_bytes()), "{no:?}");
        }
    }
}
