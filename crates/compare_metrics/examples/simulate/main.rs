//! How often the decision of `compare_metrics` is wrong, over pairs of reports whose truth is known.
//!
//! `simulate BINARY [--pairs N] [--seed S] [--only TEXT] [--logs N]` runs the built tool on N seeded
//! pairs for each design and prints the table of `docs/compare_metrics.md`. `--logs` adds pairs of
//! generated logs, each read by `aggregate_plex_logs` beside the binary. Exit code 1 if a design in
//! which nothing changed is called KEEP or ROLLBACK more often than promised.

mod design;
mod logs;
mod report;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use design::{DESIGNS, Design, Truth};

/// What is promised, in per cent.
const PROMISED: f64 = 5.0;

struct Asked {
    binary: PathBuf,
    pairs: u64,
    seed: u64,
    only: String,
    logs: u64,
}

/// How many pairs came to which verdict: KEEP, ROLLBACK, MONITOR.
#[derive(Debug, Clone, Copy, Default)]
struct Verdicts([u64; 3]);

impl Verdicts {
    fn percent(&self, which: usize) -> f64 {
        self.0[which] as f64 * 100.0 / self.0.iter().sum::<u64>().max(1) as f64
    }
}

fn main() -> ExitCode {
    let outcome = asked().and_then(|asked| run(&asked));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Nothing is left to do when the error stream is gone too.
            let _ = writeln!(io::stderr(), "simulate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> io::Result<Asked> {
    let mut words = std::env::args_os().skip(1);
    let binary = words.next().map(PathBuf::from);
    let binary = binary.ok_or_else(|| io::Error::other("expected the path of compare_metrics"))?;
    let mut asked = Asked {
        binary,
        pairs: 1000,
        seed: 1,
        only: String::new(),
        logs: 0,
    };
    while let Some(word) = words.next() {
        let value = words
            .next()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let number = || {
            value
                .parse()
                .map_err(|_| io::Error::other(format!("expected a number, found {value:?}")))
        };
        match word.to_str() {
            Some("--pairs") => asked.pairs = number()?,
            Some("--seed") => asked.seed = number()?,
            Some("--logs") => asked.logs = number()?,
            Some("--only") => asked.only = value,
            _ => {
                return Err(io::Error::other(format!(
                    "unknown option {}",
                    word.to_string_lossy()
                )));
            }
        }
    }
    Ok(asked)
}

fn run(asked: &Asked) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    let mut kept = true;
    writeln!(
        out,
        "| design | truth | KEEP | ROLLBACK | MONITOR | wrong |"
    )?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: |")?;
    for design in DESIGNS
        .iter()
        .filter(|design| design.name.contains(&asked.only))
    {
        let found = simulate(design, asked)?;
        kept &= row(
            &mut out,
            design.name,
            design.truth,
            design.is_promised,
            found,
        )?;
    }
    if asked.logs > 0 {
        for truth in [Truth::Nothing, Truth::Better, Truth::Worse] {
            let found = logs::simulate(truth, &asked.binary, asked.logs, asked.seed)?;
            let name = format!("generated logs, {} pairs", asked.logs);
            kept &= row(&mut out, &name, truth, false, found)?;
        }
    }
    Ok(kept)
}

fn row(
    out: &mut impl Write,
    name: &str,
    truth: Truth,
    is_promised: bool,
    found: Verdicts,
) -> io::Result<bool> {
    let [keep, rollback, monitor] = [0, 1, 2].map(|which| found.percent(which));
    let wrong = match truth {
        Truth::Nothing => keep + rollback,
        Truth::Better => rollback,
        Truth::Worse => keep,
    };
    let holds = truth != Truth::Nothing || !is_promised || wrong <= PROMISED;
    let mark = if holds { "" } else { " **over**" };
    writeln!(
        out,
        "| {name} | {} | {keep:.1} | {rollback:.1} | {monitor:.1} | {wrong:.1}{mark} |",
        truth.words()
    )?;
    out.flush()?;
    Ok(holds)
}

fn simulate(design: &Design, asked: &Asked) -> io::Result<Verdicts> {
    let next = AtomicU64::new(0);
    let found = Mutex::new(Verdicts::default());
    let failed = Mutex::new(None);
    let work = || {
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => return set(&failed, error),
        };
        loop {
            let pair = next.fetch_add(1, Ordering::Relaxed);
            if pair >= asked.pairs {
                return;
            }
            let seed = asked.seed.wrapping_mul(1_000_003).wrapping_add(pair);
            match one(design, &asked.binary, folder.path(), seed) {
                Ok(verdict) => {
                    if let Ok(mut found) = found.lock() {
                        found.0[verdict] += 1;
                    }
                }
                Err(error) => return set(&failed, error),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    if let Some(error) = failed.into_inner().ok().flatten() {
        return Err(error);
    }
    Ok(found.into_inner().unwrap_or_default())
}

fn set(failed: &Mutex<Option<io::Error>>, error: io::Error) {
    if let Ok(mut failed) = failed.lock() {
        *failed = Some(error);
    }
}

/// One pair, looked at as often as the design says; the first verdict that is not MONITOR stands.
fn one(design: &Design, binary: &Path, folder: &Path, seed: u64) -> io::Result<usize> {
    let baseline = folder.join("before.report");
    let mut pair = design.pair(seed);
    std::fs::write(&baseline, pair.before())?;
    let mut verdict = 2;
    for look in 1..=design.looks {
        let current = folder.join("after.report");
        std::fs::write(&current, pair.after(look))?;
        verdict = decide(binary, &baseline, &current, design.looks, design.options)?;
        if verdict != 2 {
            break;
        }
    }
    Ok(verdict)
}

/// What the tool says of two reports: 0 KEEP, 1 ROLLBACK, 2 MONITOR.
fn decide(
    binary: &Path,
    before: &Path,
    after: &Path,
    looks: u32,
    options: &[&str],
) -> io::Result<usize> {
    let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let ended = Command::new(binary)
        .args(["--output", nowhere, "--json", "--looks", &looks.to_string()])
        .args(options)
        .arg("--baseline")
        .arg(before)
        .arg("--current")
        .arg(after)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    match ended.status.code() {
        Some(0) => Ok(0),
        Some(1) => Ok(1),
        // 65: nothing went on at all in a very small pair, so there is no verdict, as it should be.
        Some(2 | 65) => Ok(2),
        _ => Err(io::Error::other(
            String::from_utf8_lossy(&ended.stderr).into_owned(),
        )),
    }
}
