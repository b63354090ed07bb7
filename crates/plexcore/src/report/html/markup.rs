//! Markup being written. Only literals of this program become markup; every value is escaped on
//! its way in, so there is nothing to forget.

use std::fmt::{self, Display, Write};

use crate::printable::printable;

/// HTML that grows. `put!` is the way in.
#[derive(Debug, Default)]
pub struct Markup {
    text: String,
}

impl Markup {
    /// Appends what `put!` made.
    pub fn append(&mut self, pieces: fmt::Arguments<'_>) {
        // Writing into a `String` cannot fail.
        let _ = self.text.write_fmt(pieces);
    }

    /// Appends a stylesheet or script of this program as it stands.
    pub(super) fn append_source(&mut self, source: &'static str) {
        self.text.push_str(&unix_lines(source));
    }

    /// What has been written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A source file with the line ends that a browser makes of any; its hash is that of this form.
pub(super) fn unix_lines(source: &str) -> String {
    source.replace("\r\n", "\n")
}

/// A value as it may stand between tags and in a double-quoted attribute.
#[derive(Debug, Clone, Copy)]
pub struct Escaped<T>(pub T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaper(f), "{}", self.0)
    }
}

struct Escaper<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaper<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let is_plain = |b: u8| matches!(b, b' '..=b'~') && reference(b).is_none();
        if text.bytes().all(is_plain) {
            return self.0.write_str(text);
        }
        let text = printable(text);
        let mut left = text.as_ref();
        while let Some(at) = left.bytes().position(|b| reference(b).is_some()) {
            self.0.write_str(&left[..at])?;
            self.0
                .write_str(reference(left.as_bytes()[at]).unwrap_or_default())?;
            left = &left[at + 1..];
        }
        self.0.write_str(left)
    }
}

fn reference(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        b'`' => Some("&#96;"),
        _ => None,
    }
}

/// The marks that have a reference. The ampersand is the last, so that what it brings to light is
/// not read again.
const MARKS: &[u8; 6] = b"<>\"'`&";

/// Text that was escaped on its way in, as a person sees it.
pub fn unescaped(text: &str) -> String {
    let references = MARKS
        .iter()
        .filter_map(|&mark| Some((reference(mark)?, char::from(mark))));
    references.fold(text.to_owned(), |text, (reference, mark)| {
        text.replace(reference, mark.encode_utf8(&mut [0; 4]))
    })
}

/// Whether a template names no value: one named inside it would go past the escaping.
pub const fn names_nothing(template: &str) -> bool {
    let bytes = template.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{' {
            if at + 1 == bytes.len() || bytes[at + 1] != b'}' {
                return false;
            }
            at += 1;
        }
        at += 1;
    }
    true
}

/// `put!(markup, "<td>{}</td>", value)`: the literal is markup, every value is escaped.
///
/// A value named inside the literal does not compile, nor does anything but a literal. It is known
/// as [`markup::put`](crate::report::html::markup::put); exported macros stand at the crate's root.
#[doc(hidden)]
#[macro_export]
macro_rules! put_markup {
    ($markup:expr, $template:literal $(, $value:expr)* $(,)?) => {{
        const {
            assert!(
                $crate::report::html::markup::names_nothing($template),
                "values come after the template, so that they are escaped"
            );
        }
        $markup.append(format_args!($template $(, $crate::report::html::markup::Escaped(&$value))*));
    }};
}
pub use crate::put_markup as put;

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        Escaped(text).to_string()
    }

    #[test]
    fn no_mark_of_html_survives() {
        assert_eq!(
            escaped("<a href=\"x\" b='y'>&amp;`</a>"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&#96;&lt;/a&gt;"
        );
        assert_eq!(escaped("plain text, 12%"), "plain text, 12%");
    }

    #[test]
    fn what_was_escaped_can_be_read_back() {
        let marked: Vec<u8> = (0..=u8::MAX)
            .filter(|&byte| reference(byte).is_some())
            .collect();
        let mut known = *MARKS;
        known.sort_unstable();
        assert_eq!(marked, known);
        for text in ["<a b='c'>\"`&", "&lt;", "&amp;amp;lt;", "plain, 12%"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(
            escaped("a\0b\x1b[1m\r\u{202e}é\n"),
            "a\\x00b\\x1b[1m\\x0d\\u{202e}é\n"
        );
    }

    #[test]
    fn a_template_that_names_a_value_is_recognised() {
        assert!(names_nothing("<td>{}</td>{}") && names_nothing(""));
        assert!(
            !names_nothing("<td>{name}</td>")
                && !names_nothing("{0}")
                && !names_nothing("{{")
                && !names_nothing("{")
        );
    }

    #[test]
    fn values_go_in_escaped_wherever_they_stand() {
        let mut markup = Markup::default();
        put!(markup, "<p title=\"{}\">{}</p>", "\"><script>", 7);
        assert_eq!(
            markup.as_str(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">7</p>"
        );
    }
}
