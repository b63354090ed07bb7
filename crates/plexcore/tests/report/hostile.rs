//! Texts of a log that try to get out of their place.

use plexcore::report::model::Report;
use proptest::prelude::*;
use serde_json::Value;

/// The report with every text in it replaced; `of` is given a running number.
pub(crate) fn with_texts(report: &Report, of: &dyn Fn(usize) -> String) -> Report {
    let mut value = serde_json::to_value(report).unwrap();
    let mut n = 0;
    replace(&mut value, of, &mut n);
    serde_json::from_value(value).unwrap()
}

fn replace(value: &mut Value, of: &dyn Fn(usize) -> String, n: &mut usize) {
    match value {
        Value::String(text) => {
            *text = of(*n);
            *n += 1;
        }
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, of, n)),
        Value::Object(fields) => fields.values_mut().for_each(|value| replace(value, of, n)),
        _ => {}
    }
}

/// Texts out of the pieces that mean something to a terminal, Markdown or HTML, and any others.
pub(crate) fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "<script>alert(1)</script>",
            "</details>",
            "</pre></article>",
            "\" onclick=\"x()",
            "' x='",
            "-->",
            "<!--",
            "]]>",
            "&lt;",
            "&#60;",
            "&",
            "`",
            "```",
            "~~~",
            "\n",
            "\r\n",
            "\t",
            "|",
            " | ",
            "@someone",
            "#12",
            "www.evil.example",
            "https://evil.example/",
            "[a](b)",
            "![a](b)",
            "\u{1b}[31m",
            "\u{202e}",
            "\u{0}",
            "AGENT: X",
            "Total Search Operations: 7",
            "\n====\nAGENT: X\n====\n",
            "__x__",
            "**",
            "<img src=x onerror=x()>",
            "\\",
            "$x$",
            "javascript:x()",
            "é",
            "漢",
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}
