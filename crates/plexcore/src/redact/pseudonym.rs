//! A title or file name to a short name that is the same wherever the thing is.
//!
//! The short name is the first eight hexadecimal digits of the SHA-256 of the title, decoded, in
//! lower case, runs of blanks made one. There is no key: two reports of two people agree on a
//! title, and anyone may check one (`printf 'a film' | sha256sum`). That also means that a guess
//! can be checked: whoever suspects that a film is in the report can hash its title and look. It
//! hides titles from readers and search engines, not from someone who has a list of titles.

use std::borrow::Cow;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::percent::decode;

/// What kind of thing a pseudonym stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Title,
    Folder,
    Slug,
    File,
}

/// `[title 0a1b2c3d]` for the written, possibly encoded, name.
pub(super) fn pseudonym(thing: Thing, written: &[u8]) -> Cow<'static, str> {
    let head = match thing {
        Thing::Title => "title",
        Thing::Folder => "folder",
        Thing::Slug => "slug",
        Thing::File => "file",
    };
    let name = decode(written);
    let name = match thing {
        Thing::Slug => name.replace(['-', '_', '+'], " "),
        _ => name,
    };
    Cow::Owned(format!("[{head} {}]", short_hash(&name)))
}

/// `[file 0a1b2c3d.mkv]` for a file name without its ending, and the ending.
pub(super) fn file_pseudonym(stem: &[u8], ending: &str) -> Cow<'static, str> {
    Cow::Owned(format!("[file {}.{ending}]", short_hash(&decode(stem))))
}

/// The pseudonym of words written with `+` between them, as in a query.
pub(super) fn query_pseudonym(written: &[u8]) -> Cow<'static, str> {
    let words = decode(written).replace('+', " ");
    Cow::Owned(format!("[title {}]", short_hash(&words)))
}

fn short_hash(name: &str) -> String {
    let lower = name.to_lowercase();
    let folded = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short = String::with_capacity(8);
    for byte in Sha256::digest(folded.as_bytes()).iter().take(4) {
        // Writing to a string cannot fail.
        let _ = write!(short, "{byte:02x}");
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_title_has_one_name_in_every_spelling() {
        let plain = pseudonym(Thing::Title, b"A Film");
        for other in [&b"a film"[..], b"A%20Film", b"A%2520Film", b" A  Film "] {
            assert_eq!(pseudonym(Thing::Title, other), plain);
        }
        assert_eq!(query_pseudonym(b"a+film"), plain);
        assert_ne!(pseudonym(Thing::Title, b"A Film 2"), plain);
    }

    #[test]
    fn a_name_can_be_checked_with_sha256sum() {
        // printf 'a film' | sha256sum | cut -c1-8
        assert_eq!(pseudonym(Thing::Title, b"A Film"), "[title eb4d67fa]");
    }
}
