//! Hostile text made harmless for a terminal or a text file.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text that can't move a terminal's cursor, change its colours or reverse its reading order:
/// control characters become `\x1b`-like escapes. Line ends and tabs are kept.
pub fn printable(text: &str) -> Cow<'_, str> {
    // Nearly all text is of plain ASCII, which is soon seen.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.bytes().all(is_plain) || !text.chars().any(is_unsafe) {
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
}
