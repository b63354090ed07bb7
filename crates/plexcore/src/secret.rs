//! A secret that can be used but not shown.
//!
//! Whatever prints, logs or compares a [`Secret`] by accident gets a placeholder. Text that came
//! from elsewhere and may hold the secret goes through [`Secret::conceal`].

use std::borrow::Cow;
use std::fmt;

/// What stands where a secret stood.
pub const CONCEALED: &str = "[token]";

/// A token or password. It has no `Display`, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret from text that may be surrounded by white space; `None` if nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The secret itself, for the one place that must send or store it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the secret may stand in an HTTP header: visible ASCII and nothing else.
    pub fn fits_a_header(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// Text with every occurrence of the secret replaced. Secrets of fewer than four bytes are left:
    /// they would turn ordinary words into placeholders and protect nothing.
    pub fn conceal<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let holds_it = self.0.len() >= 4
            && text.len() >= self.0.len()
            // Asked for every value of every item, so not by the slower search of the standard library.
            && memchr::memmem::find(text.as_bytes(), self.0.as_bytes()).is_some();
        if holds_it {
            Cow::Owned(text.replace(&self.0, CONCEALED))
        } else {
            Cow::Borrowed(text)
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        let secret = Secret::new(" abcdEFGH1234 \n").unwrap();
        assert_eq!(
            (format!("{secret:?}"), secret.expose()),
            ("Secret".to_owned(), "abcdEFGH1234")
        );
    }

    #[test]
    fn blank_text_is_no_secret() {
        assert_eq!(Secret::new(" \t\n"), None);
    }

    #[test]
    fn text_that_holds_it_is_cleared_of_it() {
        let secret = Secret::new("abcdEFGH").unwrap();
        assert_eq!(secret.conceal("x=abcdEFGH&abcdEFGHi"), "x=[token]&[token]i");
        assert!(matches!(secret.conceal("abcd"), Cow::Borrowed(_)));
    }

    #[test]
    fn line_ends_and_other_scripts_do_not_fit_a_header() {
        for (text, fits) in [
            ("ab-_9", true),
            ("a\nb", false),
            ("a b", false),
            ("t\u{f6}ken", false),
        ] {
            assert_eq!(Secret::new(text).unwrap().fits_a_header(), fits, "{text:?}");
        }
    }
}
