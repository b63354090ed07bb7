//! Values of a state as people and programs read them.

use std::fmt::Write as _;

use super::json;

/// A text as a JSON string, in ASCII as Python's `json.dump` writes it, so that any Python reads it back.
pub fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='~' => json.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
    json
}

/// A value in the words that the script printed after `KEY: `: text without quotes, `True`, `None`,
/// `nan`. Lists and objects stay JSON on one line (the script showed Python's own notation).
pub fn as_script_prints(json: &str) -> String {
    match json {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        "null" => "None".to_owned(),
        "NaN" => "nan".to_owned(),
        "Infinity" => "inf".to_owned(),
        "-Infinity" => "-inf".to_owned(),
        _ if json.starts_with('"') => {
            // Half a surrogate pair is no character; its escape says more than a replacement would.
            json::decoded(json).unwrap_or_else(|| json[1..json.len() - 1].to_owned())
        }
        _ if json.starts_with(['{', '[']) => tokens(json, &Layout::OneLine),
        _ => json.to_owned(),
    }
}

/// A value with two blanks for each level, as `json.dump(indent=2)` lays it out; lines after the
/// first begin with `indent`.
pub fn laid_out(json: &str, indent: &str) -> String {
    tokens(
        json,
        &Layout::Indented {
            indent,
            strict: false,
        },
    )
}

/// A value as any JSON reader takes it: `NaN` and the infinities, which are none, become strings.
pub fn strict(json: &str, indent: &str) -> String {
    tokens(
        json,
        &Layout::Indented {
            indent,
            strict: true,
        },
    )
}

/// Values deeper than this stay on one line.
const DEEPEST_INDENTED: usize = 64;

enum Layout<'a> {
    OneLine,
    Indented { indent: &'a str, strict: bool },
}

/// Writes valid JSON anew, token by token; strings and numbers keep their bytes.
fn tokens(json: &str, layout: &Layout<'_>) -> String {
    let bytes = json.as_bytes();
    let (mut text, mut depth, mut at) = (String::with_capacity(json.len()), 0, 0);
    let line = |text: &mut String, depth: usize, or: &str| match layout {
        Layout::OneLine => text.push_str(or),
        // Indenting without end would turn a deep file of kilobytes into gigabytes.
        Layout::Indented { .. } if depth > DEEPEST_INDENTED => text.push_str(or),
        Layout::Indented { indent, .. } => {
            text.push('\n');
            text.push_str(indent);
            text.extend(std::iter::repeat_n("  ", depth));
        }
    };
    while let Some(&byte) = bytes.get(at) {
        let begin = at;
        at += 1;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'{' | b'[' => {
                let next = at
                    + bytes[at..]
                        .iter()
                        .take_while(|b| b.is_ascii_whitespace())
                        .count();
                text.push(char::from(byte));
                if matches!(bytes.get(next), Some(b'}' | b']')) {
                    text.push(char::from(bytes[next]));
                    at = next + 1;
                } else {
                    depth += 1;
                    line(&mut text, depth, "");
                }
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth, "");
                text.push(char::from(byte));
            }
            b',' => {
                text.push(',');
                line(&mut text, depth, " ");
            }
            b':' => text.push_str(": "),
            _ => {
                at = token_end(bytes, begin);
                let token = &json[begin..at];
                let is_foreign = matches!(token, "NaN" | "Infinity" | "-Infinity");
                if is_foreign && matches!(layout, Layout::Indented { strict: true, .. }) {
                    text.push_str(&quoted(token));
                } else {
                    text.push_str(token);
                }
            }
        }
    }
    text
}

fn token_end(bytes: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    if bytes[begin] != b'"' {
        while bytes.get(at).is_some_and(|b| !b" \t\r\n,]}:".contains(b)) {
            at += 1;
        }
        return at;
    }
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'\\' => 2,
            b'"' => return at + 1,
            _ => 1,
        };
    }
    at.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_ascii_as_python_writes_them() {
        assert_eq!(
            quoted("a\"\\\n\u{7f}\u{e9}\u{1f600}"),
            r#""a\"\\\n\u007f\u00e9\ud83d\ude00""#
        );
    }

    #[test]
    fn values_print_as_the_script_printed_them() {
        for (json, printed) in [
            ("\"a\\nb\"", "a\nb"),
            ("true", "True"),
            ("null", "None"),
            ("NaN", "nan"),
            ("1e400", "1e400"),
            ("[1,\n 2]", "[1, 2]"),
            ("{\"a\": {}}", "{\"a\": {}}"),
            (r#""\udce9""#, "\\udce9"),
        ] {
            assert_eq!(as_script_prints(json), printed);
        }
    }

    #[test]
    fn the_layout_is_that_of_an_indented_dump() {
        let json = "{\"a\":[1,{\"b\": \"x,y:{\\\"\"}, [ ], NaN]}";
        let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,y:{\\\"\"\n    },\n    [],\n    NaN\n  ]\n}";
        assert_eq!(laid_out(json, ""), expected);
        assert_eq!(strict(json, ""), expected.replace("NaN", "\"NaN\""));
    }
}
