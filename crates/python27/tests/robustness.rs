//! No input makes the library panic, overflow the stack or run on: arbitrary bytes, soups of tokens, and the large
//! and deep ones that are known to hurt parsers.

use proptest::prelude::*;
use python27::{ErrorClass, Mode, Verdict, analyse, check};

fn judge(source: &[u8]) -> Verdict {
    let analysis = analyse(source, "sample.py");
    assert_eq!(analysis.string, check(source, Mode::String));
    analysis.string
}

/// Runs on a thread with the small stack that some platforms give.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(test);
    let ended = thread.map(std::thread::JoinHandle::join);
    assert!(matches!(ended, Ok(Ok(()))), "the thread did not end well");
}

const WORDS: &[&str] = &[
    "if",
    "else",
    "elif",
    "for",
    "in",
    "while",
    "try",
    "except",
    "finally",
    "with",
    "as",
    "def",
    "class",
    "lambda",
    "yield",
    "return",
    "print",
    "exec",
    "import",
    "from",
    "global",
    "del",
    "not",
    "and",
    "or",
    "is",
    "None",
    "__debug__",
    "x",
    "f(",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ".",
    ";",
    "=",
    "+=",
    "**",
    "*",
    "-",
    "<>",
    "`",
    "@",
    "\\",
    "\n",
    "\n ",
    "\n  ",
    "\n\t",
    "0x",
    "1",
    "1e",
    "'",
    "'a'",
    "\"\"\"",
    "u'\\N{",
    "u'\\x4'",
    "ur'\\u1'",
    "# coding: gbk\n",
    "#",
    "\u{e9}",
    "from __future__ import print_function",
    "...",
    ":=",
    "->",
    "$",
    "\u{c}",
    "\r",
    "\r\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_get_an_answer(source in proptest::collection::vec(any::<u8>(), 0..300)) {
        judge(&source);
    }

    #[test]
    fn soups_of_tokens_get_an_answer(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..80),
        spaced in any::<bool>(),
    ) {
        judge(words.join(if spaced { " " } else { "" }).as_bytes());
    }

    #[test]
    fn every_encoding_takes_any_bytes(
        name in proptest::sample::select(&[
            "utf-8", "utf8", "latin1", "cp1252", "gbk", "euc-jp", "shift_jis", "utf-7", "utf-16", "utf-32", "hex", "base64",
            "zlib", "punycode", "idna", "unicode-escape", "raw-unicode-escape", "string-escape", "rot13", "cp424",
            "unicode_internal", "iso-2022-jp", "uu", "gb18030", "undefined",
        ][..]),
        body in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut source = format!("# coding: {name}\n").into_bytes();
        source.extend(body);
        judge(&source);
    }

    #[test]
    fn positions_lie_within_the_text(words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60)) {
        let source = words.join(" ");
        let analysis = analyse(source.as_bytes(), "sample.py");
        let lines = source.matches(['\n', '\r']).count() + 3;
        for verdict in [&analysis.string, &analysis.file] {
            if let Some(line) = verdict.error().and_then(|error| error.line) {
                prop_assert!(line as usize <= lines);
            }
        }
        if let Some(module) = &analysis.tree {
            for (_, expr) in module.exprs() {
                prop_assert!(expr.span.start <= expr.span.end);
                prop_assert!(expr.span.end as usize <= module.text().len());
            }
        }
    }
}

#[test]
fn deep_nesting_is_an_answer_not_an_overflow() {
    on_small_stack(|| {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("f(", ")"),
            ("a[", "]"),
            ("`", "`"),
        ] {
            let source = format!("{}1{}\n", open.repeat(100_000), close.repeat(100_000));
            assert!(!judge(source.as_bytes()).compiles());
        }
        for prefix in [
            "-",
            "not ",
            "lambda: ",
            "1 if 1 else ",
            "x ** ",
            "lambda x=1: ",
        ] {
            for n in [700, 100_000] {
                judge(format!("{}x\n", prefix.repeat(n)).as_bytes());
            }
        }
        let blocks: Vec<String> = (0..300)
            .map(|n| format!("{}if x:", " ".repeat(n)))
            .collect();
        let blocks = blocks.join(
            "
",
        );
        assert!(!judge(blocks.as_bytes()).compiles());
        let params = format!("def f({}a,b{}): pass\n", "(".repeat(740), ")".repeat(740));
        assert!(judge(params.as_bytes()).compiles());
    });
}

#[test]
fn the_parser_stack_ends_where_cpythons_does() {
    let nested = |n: usize| format!("{}1{}\n", "(".repeat(n), ")".repeat(n));
    assert!(judge(nested(98).as_bytes()).compiles());
    let Verdict::Error(error) = judge(nested(99).as_bytes()) else {
        panic!("too deep")
    };
    assert_eq!((error.class, error.line), (ErrorClass::MemoryError, None));
}

#[test]
fn long_chains_are_walked_without_recursion() {
    on_small_stack(|| {
        for (head, link) in [
            ("x", "+x"),
            ("x", ".y"),
            ("x", "()"),
            ("x", "[0]"),
            ("x", "<x"),
            ("x", " and x"),
            ("x", ",x"),
        ] {
            assert!(
                judge(format!("{head}{}\n", link.repeat(100_000)).as_bytes()).compiles(),
                "{link}"
            );
        }
        let elifs = format!("if x: pass\n{}", "elif x: pass\n".repeat(50_000));
        assert!(judge(elifs.as_bytes()).compiles());
        let strings = format!("x = {}\n", "'a' ".repeat(50_000));
        assert!(judge(strings.as_bytes()).compiles());
        let loops = format!("[x {}]\n", "for x in y ".repeat(120));
        assert!(judge(loops.as_bytes()).compiles());
    });
}

#[test]
fn sizes_and_numbers_are_no_trouble() {
    assert!(judge(b"x = 9**999999999\n").compiles());
    assert!(judge(b"x = 'a' * 99999999999\n").compiles());
    assert!(judge(format!("x = {}\n", "9".repeat(300_000)).as_bytes()).compiles());
    assert!(judge(format!("x = '{}'\n", "a".repeat(1 << 20)).as_bytes()).compiles());
    assert!(judge(format!("# {}\n", "a".repeat(1 << 20)).as_bytes()).compiles());
    let params: Vec<String> = (0..20_000).map(|n| format!("a{n}")).collect();
    assert!(judge(format!("def f({}): pass\n", params.join(",")).as_bytes()).compiles());
    let nested = "def f():\n  x = 1\n".to_owned() + &"  lambda: lambda: x\n".repeat(20_000);
    assert!(judge(nested.as_bytes()).compiles());
}

#[test]
fn every_prefix_of_a_source_gets_an_answer() {
    let source = include_bytes!("../parity/seeds/report.py");
    for end in 0..source.len() {
        judge(&source[..end]);
    }
}

#[test]
fn a_nul_is_an_error_for_a_string_and_swallows_a_line_of_a_file() {
    let source = b"x = 1\x00 garbage (((\n + 2\n";
    let analysis = analyse(source, "sample.py");
    assert_eq!(
        analysis.string.error().map(|error| error.class),
        Some(ErrorClass::TypeError)
    );
    assert!(analysis.file.compiles());
}
