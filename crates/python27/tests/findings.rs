//! What is told beyond the verdict: constructs of Python 3, changed meanings, further errors.

use python27::{FindingKind, analyse};

/// Identifiers and lines of the findings of a source.
fn found(source: &str) -> Vec<(&'static str, u32)> {
    analyse(source.as_bytes(), "sample.py")
        .findings
        .iter()
        .map(|finding| (finding.id, finding.line))
        .collect()
}

fn since(source: &str) -> Option<(u8, u8)> {
    match analyse(source.as_bytes(), "sample.py")
        .findings
        .first()?
        .kind
    {
        FindingKind::Python3Only { since } => Some(since),
        _ => None,
    }
}

#[test]
fn constructs_of_python_3_are_named() {
    let cases = [
        ("x = f'{a}'\n", "f-string", (3, 6)),
        ("x = Rb'a'\n", "bytes-prefix", (3, 3)),
        ("def f(a: int): pass\n", "annotation", (3, 0)),
        ("def f(a) -> int: pass\n", "annotation", (3, 0)),
        ("def f(a, *, b): pass\n", "keyword-only", (3, 0)),
        ("def f(a, /, b): pass\n", "positional-only", (3, 8)),
        ("count: int = 1\n", "variable-annotation", (3, 6)),
        ("self.count: int = 1\n", "variable-annotation", (3, 6)),
        ("async def f(): pass\n", "async", (3, 5)),
        ("x = await f()\n", "await", (3, 5)),
        ("if (n := 1): pass\n", "walrus", (3, 8)),
        ("nonlocal x\n", "nonlocal", (3, 0)),
        ("raise E from e\n", "raise-from", (3, 0)),
        ("x = a @ b\n", "matrix-product", (3, 5)),
        ("x @= b\n", "matrix-product", (3, 5)),
        ("x = 1_000\n", "number-underscore", (3, 6)),
        ("print('a', end='')\n", "print-function", (3, 0)),
        ("print(*a)\n", "print-function", (3, 0)),
        ("def f():\n    yield from x\n", "yield-from", (3, 3)),
        ("a, *b = c\n", "starred-target", (3, 0)),
        ("x = [*a, *b]\n", "unpacking", (3, 5)),
        ("x = {**a}\n", "unpacking", (3, 5)),
        ("f(*a, *b)\n", "call-unpacking", (3, 5)),
        ("class C(metaclass=M): pass\n", "class-keyword", (3, 0)),
        ("def f(): ...\n", "ellipsis", (3, 0)),
        ("try: pass\nexcept* E: pass\n", "except-star", (3, 11)),
        ("match x:\n    case 1: pass\n", "match", (3, 10)),
        ("type X = int\n", "type-alias", (3, 12)),
        ("def f[T](x): pass\n", "type-parameters", (3, 12)),
        ("with (a as b): pass\n", "with-parentheses", (3, 9)),
        ("@a[0]\ndef f(): pass\n", "decorator-expression", (3, 9)),
        ("\u{e9}t\u{e9} = 1\n", "unicode-name", (3, 0)),
    ];
    for (source, id, version) in cases {
        let found = found(source);
        assert!(
            found.iter().any(|&(other, _)| other == id),
            "{source:?}: {found:?}"
        );
        assert_eq!(since(source), Some(version), "{source:?}");
    }
}

#[test]
fn every_refused_line_is_told_with_its_line() {
    let source = "x = f'a'\ny = 1\nz: int = 2\nif y:\n    w = 1 2\nprint 'fine'\n";
    assert_eq!(
        found(source),
        [
            ("f-string", 1),
            ("variable-annotation", 3),
            ("further-error", 5)
        ]
    );
}

#[test]
fn the_first_error_is_not_told_again() {
    assert_eq!(found("x = 1 2\ny = 3 4\n"), [("further-error", 2)]);
}

#[test]
fn an_open_bracket_does_not_swallow_the_rest() {
    assert_eq!(
        found("x = (1,\ndef f():\n    return f'a'\n"),
        [("further-error", 1), ("f-string", 3)]
    );
}

#[test]
fn what_means_something_else_is_noted() {
    let cases = [
        ("print(a, b)\n", "print-tuple"),
        ("print()\n", "print-tuple"),
        ("with (a, b): pass\n", "with-tuple"),
        (
            "class C(B):\n    def f(self):\n        super().f()\n",
            "super-without-arguments",
        ),
        ("True = 1\n", "keyword-as-name"),
        ("async = 1\n", "keyword-as-name"),
        ("x = b'\u{e9}'\n", "bytes-beyond-ascii"),
    ];
    for (source, id) in cases {
        let analysis = analyse(source.as_bytes(), "sample.py");
        assert!(analysis.string.compiles(), "{source:?}");
        let ids: Vec<_> = analysis
            .findings
            .iter()
            .map(|finding| (finding.id, finding.kind))
            .collect();
        assert_eq!(ids, [(id, FindingKind::OtherMeaning)], "{source:?}");
    }
}

#[test]
fn ordinary_python_2_has_no_findings() {
    let source = "import os\nprint 'a', 'b'\nprint('a')\nprint (1), 2\nexec 'x' in {}\nx = 0777L\nraise E, 'x'\n";
    assert_eq!(found(source), []);
}

#[test]
fn what_cpython_never_answers_is_told() {
    let chain = |head: &str, link: &str, n: usize| format!("x = {head}{}\n", link.repeat(n));
    let elifs = |n: usize| format!("if x: pass\n{}", "elif x: pass\n".repeat(n));
    for (source, id) in [
        (chain("x", "+x", 87_262), None),
        (chain("x", "+x", 90_000), Some("cpython-crashes")),
        (chain("x", ".y", 90_000), Some("cpython-crashes")),
        (chain("x", "[0]()", 45_000), Some("cpython-crashes")),
        (chain("x", "<x", 116_400), Some("cpython-crashes")),
        (elifs(24_000), None),
        (elifs(25_000), Some("cpython-crashes")),
        ("x = 9**999999999\n".to_owned(), Some("cpython-never-ends")),
        ("x = 0x10L**(9**9)\n".to_owned(), Some("cpython-never-ends")),
        ("x = 2*3**2**99\n".to_owned(), Some("cpython-never-ends")),
        (
            "x = 1**999999999\ny = 2**64\nz = 9.5**999999999\nw = 9**n\n".to_owned(),
            None,
        ),
    ] {
        let analysis = analyse(source.as_bytes(), "sample.py");
        assert!(analysis.string.compiles());
        let ids: Vec<_> = analysis.findings.iter().map(|found| found.id).collect();
        let expected: Vec<_> = id.into_iter().collect();
        assert_eq!(ids, expected, "{}...", &source[..source.len().min(40)]);
    }
}

#[test]
fn letters_beyond_ascii_are_told_once_a_name_and_other_signs_not_at_all() {
    for (source, n) in [
        ("gr\u{f6}\u{df}e = 1\n", 1),
        ("\u{e9}t\u{e9} = na\u{ef}ve\n", 2),
        ("x = \u{201c}hello\u{201d}\n", 0),
        ("x = 1 \u{2013} 2\n", 0),
        ("x = \u{20ac}\n", 0),
    ] {
        let names = found(source);
        let n_found = names.iter().filter(|(id, _)| *id == "unicode-name").count();
        assert_eq!(n_found, n, "{source}: {names:?}");
    }
}

#[test]
fn what_stands_before_an_open_literal_is_no_error_of_its_own() {
    assert_eq!(found("x = '''abc\ny = 1\n"), []);
    assert_eq!(found("x = 1\ny = f(a, 'abc\nz = 1\n"), []);
    // What is wrong before it still is.
    assert_eq!(
        found("x = 1\ny = g h 'abc\nz = w ) v\n"),
        [("further-error", 3)]
    );
}
