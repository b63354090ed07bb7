//! Any bytes get the verdict of a real CPython 2.7, as a string and as a file: class, message, line and offset.
//!
//! The environment variable `PYTHON27` names the interpreter. It answers through `parity/serve.py`; what it crashes on,
//! or takes seconds for, has no verdict and is passed over. So is a source that may name one of the East Asian codecs
//! that are only approximated: their verdicts are known to differ.

#![no_main]

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use libfuzzer_sys::fuzz_target;
use python27::{Mode, Verdict, check};

const SERVER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/python27/parity/serve.py"
);
const NAME: &str = "sample.py";

thread_local! {
    static PYTHON: RefCell<Option<Python>> = const { RefCell::new(None) };
}

/// What the names of the approximated codecs have in them.
const APPROXIMATED: [&[u8]; 6] = [b"2022", b"hz", b"18030", b"hkscs", b"2004", b"x0213"];

fuzz_target!(|source: &[u8]| {
    if names_approximated_codec(source) {
        return;
    }
    for (mode, word) in [
        (Mode::String, "string"),
        (Mode::File { name: NAME }, "file"),
    ] {
        if let Some(theirs) = ask(word, source) {
            assert_eq!(row(&check(source, mode)), theirs, "as a {word}");
        }
    }
});

fn names_approximated_codec(source: &[u8]) -> bool {
    let lower = source.to_ascii_lowercase();
    let has = |word: &[u8]| lower.windows(word.len()).any(|window| window == word);
    has(b"coding") && APPROXIMATED.into_iter().any(has)
}

struct Python {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn start() -> Python {
        let python = std::env::var_os("PYTHON27").expect("PYTHON27 names no interpreter");
        let mut child = Command::new(python)
            .args(["-B", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cannot run PYTHON27");
        let requests = child.stdin.take().expect("stdin is a pipe");
        let answers = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        Python {
            child,
            requests,
            answers,
        }
    }

    /// The answer; none when the interpreter ended.
    fn ask(&mut self, mode: &str, source: &[u8]) -> Option<String> {
        writeln!(self.requests, "{mode} {}", source.len()).ok()?;
        self.requests.write_all(source).ok()?;
        self.requests.flush().ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        answer.strip_suffix('\n').map(str::to_owned)
    }
}

fn ask(mode: &str, source: &[u8]) -> Option<String> {
    PYTHON.with_borrow_mut(|python| {
        let answer = python.get_or_insert_with(Python::start).ask(mode, source);
        if answer.is_none()
            && let Some(mut ended) = python.take()
        {
            ended.child.wait().expect("cannot wait for PYTHON27");
        }
        answer
    })
}

/// A verdict as the server writes it.
fn row(verdict: &Verdict) -> String {
    let Verdict::Error(error) = verdict else {
        return "ok\t\t\t".to_owned();
    };
    let number = |n: Option<u32>| n.map_or_else(String::new, |n| n.to_string());
    let mut out = format!(
        "{}\t{}\t{}\t",
        error.class,
        number(error.line),
        number(error.offset)
    );
    for byte in error.message.bytes() {
        match byte {
            b'\\' => out.push_str("\\\\"),
            32..=126 => out.push(char::from(byte)),
            _ => write!(out, "\\x{byte:02x}").expect("a string takes all"),
        }
    }
    out
}
