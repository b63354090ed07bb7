//! Hostile text made harmless for a terminal or a text file.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text that can't move a terminal's cursor, change its colours or reverse its reading order:
/// control characters become `\x1b`-like escapes. Line ends and tabs are kept.
pub fn printable(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) {
            let code = u32::from(c);
            let _ = if code < 0x100 {
                write!(safe, "\\x{code:02x}")
            } else {
                write!(safe, "\\u{{{code:x}}}")
            };
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// A text on one line, with blanks for line ends and tabs, and without what a terminal would obey:
/// nothing in it can pass for a line of ours.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    if text.contains(['\n', '\r', '\t']) {
        return Cow::Owned(printable(&text.replace(['\n', '\r', '\t'], " ")).into_owned());
    }
    printable(text)
}

/// A name or a path on one line, as [`one_line`], but with line ends spelled out, since they are part
/// of the name.
pub fn one_line_name(name: &str) -> Cow<'_, str> {
    if name.contains(['\n', '\r', '\t']) {
        let spelled = name
            .replace('\n', "\\n")
            .replace('\r', "\\r")
            .replace('\t', "\\t");
        return Cow::Owned(printable(&spelled).into_owned());
    }
    printable(name)
}

/// Whether a text is of letters, digits, signs and blanks of ASCII, as nearly all are. Looked at in pieces
/// without a way out of their middle, which a processor does many bytes at a time.
fn is_plain(text: &str) -> bool {
    let all_in = |piece: &[u8]| {
        piece
            .iter()
            .fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
    };
    text.as_bytes().chunks(64).all(all_in)
}

fn is_unsafe(c: char) -> bool {
    let is_control = c.is_control() && c != '\n' && c != '\t';
    let reorders = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
    is_control || reorders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_reach_a_terminal() {
        assert_eq!(
            printable("a\x1b[31mb\u{9b}c\u{202e}d\te"),
            "a\\x1b[31mb\\x9bc\\u{202e}d\te"
        );
        assert!(matches!(printable("plain \u{e9}"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_text_and_a_name_stay_on_their_line() {
        assert_eq!(one_line("a\nb\r\tc\u{1b}[31m"), "a b  c\\x1b[31m");
        assert_eq!(
            one_line_name("a\nb\r\tc\u{202e}d"),
            "a\\nb\\r\\tc\\u{202e}d"
        );
        assert!(matches!(one_line_name("plain \u{e9}.py"), Cow::Borrowed(_)));
    }
}
