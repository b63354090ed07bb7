//! Compares this crate's verdicts with a table of CPython's, and lists what differs by cause.
//!
//! ```text
//! parity [--mode string|file] [--root DIR] [--show N] TABLE...
//! ```
//!
//! A table has one source a line: path, verdict, line, offset and message between tabs, as `parity/oracle.py` prints
//! it. Paths are taken from `--root`. Exits 1 when anything differs in verdict, class, message, line or offset.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use python27::{Mode, Verdict, check};

#[derive(Default)]
struct Totals {
    files: usize,
    unreadable: usize,
    no_verdict: usize,
    compiles: usize,
    other_verdict: usize,
    other_class: usize,
    other_message: usize,
    other_line: usize,
    other_offset: usize,
    causes: BTreeMap<String, Vec<String>>,
}

struct Options {
    file_mode: bool,
    root: PathBuf,
    show: usize,
    tables: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("parity: {message}");
            return ExitCode::from(64);
        }
    };
    let mut totals = Totals::default();
    for table in &options.tables {
        if let Err(message) = compare_table(table, &options, &mut totals) {
            eprintln!("parity: {message}");
            return ExitCode::from(66);
        }
    }
    print!("{}", summary(&totals, options.show));
    if totals.causes.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        file_mode: false,
        root: PathBuf::new(),
        show: 3,
        tables: Vec::new(),
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--mode" => {
                options.file_mode = match value()?.as_str() {
                    "string" => false,
                    "file" => true,
                    other => return Err(format!("expected string or file, found {other:?}")),
                }
            }
            "--root" => options.root = PathBuf::from(value()?),
            "--show" => {
                options.show = value()?
                    .parse()
                    .map_err(|_| "--show takes a number".to_owned())?;
            }
            _ => options.tables.push(PathBuf::from(arg)),
        }
    }
    Ok(options)
}

fn compare_table(table: &Path, options: &Options, totals: &mut Totals) -> Result<(), String> {
    let text = std::fs::read_to_string(table)
        .map_err(|err| format!("cannot read {}: {err}", table.display()))?;
    for row in text.lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        if let [path, verdict, line, offset, message, ..] = columns[..] {
            compare_row(path, [verdict, line, offset, message], options, totals);
        }
    }
    Ok(())
}

fn compare_row(path: &str, oracle: [&str; 4], options: &Options, totals: &mut Totals) {
    totals.files += 1;
    let full = options.root.join(unescape(path));
    let Ok(source) = std::fs::read(&full) else {
        totals.unreadable += 1;
        return;
    };
    if oracle[0].starts_with("crash") || oracle[0] == "timeout" {
        totals.no_verdict += 1;
        return;
    }
    let name = full.to_string_lossy();
    let mode = if options.file_mode {
        Mode::File { name: &name }
    } else {
        Mode::String
    };
    let ours = row(&check(&source, mode));
    totals.compiles += usize::from(oracle[0] == "ok");
    let what = if (oracle[0] == "ok") != (ours[0] == "ok") {
        totals.other_verdict += 1;
        "verdict"
    } else if oracle[0] != ours[0] {
        totals.other_class += 1;
        "class"
    } else if oracle[3] != ours[3] {
        totals.other_message += 1;
        "message"
    } else if oracle[1] != ours[1] {
        totals.other_line += 1;
        "line"
    } else if oracle[2] != ours[2] {
        totals.other_offset += 1;
        "offset"
    } else {
        return;
    };
    let cause = format!(
        "{what}: CPython {} {:?}, here {} {:?}",
        oracle[0], oracle[3], ours[0], ours[3]
    );
    let place = format!(
        "{path}  CPython {}:{}, here {}:{}",
        oracle[1], oracle[2], ours[1], ours[2]
    );
    totals.causes.entry(cause).or_default().push(place);
}

/// A verdict in the columns of the table.
fn row(verdict: &Verdict) -> [String; 4] {
    let Verdict::Error(error) = verdict else {
        return ["ok".to_owned(), String::new(), String::new(), String::new()];
    };
    let number = |n: Option<u32>| n.map_or_else(String::new, |n| n.to_string());
    [
        error.class.to_string(),
        number(error.line),
        number(error.offset),
        escape(&error.message),
    ]
}

fn escape(message: &str) -> String {
    let mut out = String::new();
    for byte in message.bytes() {
        match byte {
            b'\\' => out.push_str("\\\\"),
            32..=126 => out.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out
}

fn unescape(path: &str) -> String {
    path.replace("\\\\", "\\")
}

fn summary(totals: &Totals, show: usize) -> String {
    let mut out = String::new();
    let differ = totals.other_verdict
        + totals.other_class
        + totals.other_message
        + totals.other_line
        + totals.other_offset;
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "{} files, {} compile, {} without an answer of CPython's, {} unreadable",
        totals.files, totals.compiles, totals.no_verdict, totals.unreadable
    ));
    line(format!(
        "{differ} differ: verdict {}, class {}, message {}, line {}, offset {}",
        totals.other_verdict,
        totals.other_class,
        totals.other_message,
        totals.other_line,
        totals.other_offset
    ));
    let mut causes: Vec<_> = totals.causes.iter().collect();
    causes.sort_by_key(|(cause, places)| (std::cmp::Reverse(places.len()), cause.as_str()));
    for (cause, places) in causes {
        line(format!("{:6}  {cause}", places.len()));
        for place in places.iter().take(show) {
            line(format!("        {place}"));
        }
    }
    out
}
