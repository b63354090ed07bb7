//! One line -> the encoding it declares.

/// A declared encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// A name that CPython takes for `utf-8`.
    Utf8,
    /// A name that CPython takes for `iso-8859-1`.
    Latin1,
    /// Any other name, as written.
    Other(String),
}

impl Coding {
    /// The name CPython prints.
    pub(super) fn name(&self) -> &str {
        match self {
            Coding::Utf8 => "utf-8",
            Coding::Latin1 => "iso-8859-1",
            Coding::Other(name) => name,
        }
    }
}

/// The encoding that a line declares, if it is a comment that does. Its last six bytes are not looked at.
pub(super) fn coding(line: &[u8]) -> Option<Coding> {
    let scanned = &line[..line.len().saturating_sub(6)];
    let comment = scanned.iter().position(|&b| !is_blank(b))?;
    if scanned[comment] != b'#' {
        return None;
    }
    for at in memchr::memmem::find_iter(line, b"coding") {
        if at < comment || at >= scanned.len() {
            continue;
        }
        let rest = &line[at + 6..];
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        let rest = &rest[1..];
        let blanks = rest
            .iter()
            .take_while(|&&b| b == b' ' || b == b'\t')
            .count();
        let rest = &rest[blanks..];
        let len = rest.iter().take_while(|&&b| is_name_byte(b)).count();
        if len > 0 {
            return Some(normal(&String::from_utf8_lossy(&rest[..len])));
        }
    }
    None
}

/// Whether the next line may still be a coding line: this one is blank or a comment.
pub(super) fn may_precede_coding(line: &[u8]) -> bool {
    matches!(
        line.iter().find(|&&b| !is_blank(b)),
        None | Some(b'#' | b'\n' | b'\r')
    )
}

fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\x0c')
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
}

/// Sorts a name into the two that CPython knows by heart and the rest, looking at its first twelve characters.
fn normal(name: &str) -> Coding {
    let short: String = name
        .chars()
        .take(12)
        .map(|c| {
            if c == '_' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let is = |known: &str| short == known || short.starts_with(&format!("{known}-"));
    if is("utf-8") {
        Coding::Utf8
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        Coding::Latin1
    } else {
        Coding::Other(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_by_their_first_twelve_characters() {
        assert_eq!(coding(b"# -*- coding: UTF_8 -*-"), Some(Coding::Utf8));
        assert_eq!(coding(b"# coding=utf-8-unix-and-more"), Some(Coding::Utf8));
        assert_eq!(coding(b"# coding: ISO_8859-1\n"), Some(Coding::Latin1));
        assert_eq!(
            coding(b"# coding: iso-8859-15\n"),
            Some(Coding::Other("iso-8859-15".to_owned()))
        );
        assert_eq!(
            coding(b"# coding: utf8\n"),
            Some(Coding::Other("utf8".to_owned()))
        );
    }

    #[test]
    fn only_a_comment_declares() {
        assert_eq!(coding(b"x = 1 # coding: utf8\n"), None);
        assert_eq!(coding(b"# coding utf8\n"), None);
        assert_eq!(coding(b"# encoding = utf8\n"), None);
        assert_eq!(
            coding(b"  # vim: set fileencoding=utf8 :\n"),
            Some(Coding::Other("utf8".to_owned()))
        );
    }
}
