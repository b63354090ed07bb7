//! The codings that plug-in logs hold: percent, Python `repr`, and the Framework's base64 for function calls.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Everything but ASCII letters and digits as `%XX`, as the server writes file names.
pub(super) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_hex(byte, &mut out, b"0123456789ABCDEF");
        }
    }
    out
}

/// A byte string as Python 2's `repr` writes it: bytes beyond ASCII as `\xNN`, double quotes only around a lone `'`.
pub(super) fn py_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for byte in text.bytes() {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            _ if char::from(byte) == quote => {
                out.push('\\');
                out.push(quote);
            }
            b' '..=b'~' => out.push(char::from(byte)),
            _ => {
                out.push_str("\\x");
                push_hex(byte, &mut out, b"0123456789abcdef");
            }
        }
    }
    out.push(quote);
    out
}

/// Base64 with `@` for `/`, `*` for `+` and `_` for `=`, then percent-coded, as the Framework sends call arguments.
pub(super) fn call_argument(text: &str) -> String {
    let coded = STANDARD.encode(text);
    let mut out = String::with_capacity(coded.len() + 16);
    for letter in coded.chars() {
        match letter {
            '/' => out.push_str("%40"),
            '+' => out.push_str("%2A"),
            '=' => out.push('_'),
            other => out.push(other),
        }
    }
    out
}

/// Fills up with blanks to a multiple of three bytes, so that what follows has its own base64 letters.
pub(super) fn align(text: &mut String) {
    while !text.len().is_multiple_of(3) {
        text.push(' ');
    }
}

fn push_hex(byte: u8, out: &mut String, digits: &[u8; 16]) {
    out.push(char::from(digits[usize::from(byte >> 4)]));
    out.push(char::from(digits[usize::from(byte & 15)]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_codes_even_dots_and_utf8() {
        assert_eq!(percent("/a é.mkv"), "%2Fa%20%C3%A9%2Emkv");
    }

    #[test]
    fn repr_quotes_as_python_2_does() {
        assert_eq!(py_repr("a"), "'a'");
        assert_eq!(py_repr("it's"), "\"it's\"");
        assert_eq!(py_repr("it's \"x\""), "'it\\'s \"x\"'");
        assert_eq!(py_repr("é\\"), "'\\xc3\\xa9\\\\'");
    }

    #[test]
    fn call_arguments_have_the_names_seen_in_logs() {
        assert_eq!(
            call_argument("_AgentKit:Search"),
            "X0FnZW50S2l0OlNlYXJjaA__"
        );
        assert_eq!(
            call_argument("_AgentService:UpdateInfo"),
            "X0FnZW50U2VydmljZTpVcGRhdGVJbmZv"
        );
    }
}
