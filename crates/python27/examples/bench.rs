//! Measures how fast verdicts are, beside CPython's own `compile()` in the same run when one is at hand.
//!
//! ```text
//! bench [--times N] [--python PATH] FILE_OR_FOLDER...
//! ```
//!
//! Reads every `*.py` first, then judges all of them N times (3 unless told) and prints the best. With `--python` the
//! named Python 2.7 compiles the same files in the same way. What is small is judged many times over, as the clock is
//! coarse. At the end it tells the most memory it ever had, beside the longest file. Measured is processor time, which other programs on the
//! machine disturb less; where the system does not tell it (it does on Linux), the time that went by.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use python27::{Mode, check};

/// So much is judged at least between two looks at the clock.
const LEAST_BYTES: usize = 8_000_000;

const PYTHON: &str = "\
import sys, time, warnings
warnings.simplefilter('ignore')
times = int(sys.argv[1])
texts = [(p, open(p, 'rb').read()) for p in sys.stdin.read().split('\\0') if p]
best = None
for _ in range(times):
    ok = 0
    start = time.clock()
    for path, text in texts:
        try:
            compile(text, path, 'exec', 0, 1)
            ok += 1
        except Exception:
            pass
    took = time.clock() - start
    best = took if best is None else min(best, took)
print '%d %.6f' % (ok, best)
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut times: u32 = 3;
    let mut python = None;
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--times" => {
                times = value()?
                    .parse()
                    .map_err(|_| "--times takes a number".to_owned())?;
            }
            "--python" => python = Some(value()?),
            _ => collect(Path::new(&arg), &mut files)?,
        }
    }
    files.sort();
    let texts = files
        .iter()
        .map(|path| {
            std::fs::read(path).map_err(|err| format!("cannot read {}: {err}", path.display()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = texts.iter().map(Vec::len).sum();
    let mut best = f64::INFINITY;
    let mut ok = 0;
    let rounds = LEAST_BYTES.div_ceil(bytes.max(1));
    for _ in 0..times {
        let clock = Clock::start();
        for _ in 0..rounds {
            ok = texts
                .iter()
                .filter(|text| check(text, Mode::String).compiles())
                .count();
        }
        best = best.min(clock.seconds() / rounds as f64);
    }
    report("python27", texts.len(), bytes, ok, best);
    if let Some(peak) = peak_bytes() {
        let longest = texts.iter().map(Vec::len).max().unwrap_or(0);
        println!(
            "python27: at most {peak} bytes of memory, all files among them; the longest has {longest}"
        );
    }
    if let Some(python) = python {
        let (ok, best) = time_python(&python, times, &files)?;
        report("CPython compile()", texts.len(), bytes, ok, best);
    }
    Ok(())
}

/// Processor time of this thread, or else the time that goes by.
struct Clock {
    processor_ns: Option<u64>,
    start: Instant,
}

impl Clock {
    fn start() -> Clock {
        Clock {
            processor_ns: processor_ns(),
            start: Instant::now(),
        }
    }

    fn seconds(&self) -> f64 {
        match (self.processor_ns, processor_ns()) {
            (Some(before), Some(now)) => (now - before) as f64 / 1e9,
            _ => self.start.elapsed().as_secs_f64(),
        }
    }
}

/// What Linux says this thread has used, in nanoseconds.
fn processor_ns() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// The most memory that this process had, as Linux tells it.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

fn report(who: &str, files: usize, bytes: usize, ok: usize, seconds: f64) {
    let rate = bytes as f64 / seconds / 1e6;
    println!(
        "{who}: {files} files, {bytes} bytes, {ok} compile, best {:.2} ms, {rate:.1} MB/s",
        seconds * 1e3
    );
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let entries =
        std::fs::read_dir(path).map_err(|err| format!("cannot list {}: {err}", path.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "py") {
            files.push(path);
        }
    }
    Ok(())
}

fn time_python(python: &str, times: u32, files: &[PathBuf]) -> Result<(usize, f64), String> {
    let mut child = Command::new(python)
        .args(["-c", PYTHON, &times.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|err| format!("cannot run {python}: {err}"))?;
    let list: Vec<String> = files
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(list.join("\0").as_bytes())
            .map_err(|err| format!("cannot write to {python}: {err}"))?;
    }
    let output = child
        .wait_with_output()
        .map_err(|err| format!("cannot run {python}: {err}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.split_whitespace();
    let ok = words.next().and_then(|word| word.parse().ok());
    let best = words.next().and_then(|word| word.parse().ok());
    ok.zip(best)
        .ok_or_else(|| format!("expected a count and a time from {python}, found {text:?}"))
}
