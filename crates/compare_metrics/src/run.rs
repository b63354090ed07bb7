//! The run, step by step: read the reports, compare, decide, write.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::mem;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use plexcore::Error;
use plexcore::cli::output::{DocumentForm, Output, Target};
use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::real_path;

use crate::args::Args;
use crate::comparable;
use crate::comparison::{Comparison, EntryFinding, MetricFinding};
use crate::expect::{self, Expectation};
use crate::input::Side;
use crate::judge::{self, entries::Levels};
use crate::measure::{Units, measure};
use crate::options::{Options, Rule, Thresholds};
use crate::script::Evaluation;
use crate::trend::trend;
use crate::verdict::{Decision, Verdict};
use crate::write;

/// Runs the tool.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let options = Options::of(args)?;
    let expectations = match &options.expect {
        Some(path) => expect::read(path)?,
        None => Vec::new(),
    };
    let sides = sides(&options, console)?;
    let comparison = compare(&options, &expectations, &sides)?;
    put(&comparison, &options, console)?;
    // The process ends now, and to give back each of a million strings would only delay that.
    mem::forget(sides);
    Ok(comparison.verdict.decision.exit())
}

/// Writes the files, and on standard output the result, unless a document was asked for there.
fn put(comparison: &Comparison, options: &Options, console: &mut Console) -> Result<(), Failure> {
    let mut speaks = !options.json;
    for Output { target, form } in &options.outputs {
        let document = |out: &mut dyn Write| match form {
            DocumentForm::Markdown => write::markdown::write(comparison, out),
            DocumentForm::Html => write::html::write(comparison, out),
            DocumentForm::Json => write::json::write(comparison, out),
        };
        target.put(console, document)?;
        speaks &= *target != Target::Stdout;
    }
    if options.json {
        write::json::write(comparison, console.out())?;
    }
    if speaks {
        write::text::write(comparison, console.out())?;
        for output in &options.outputs {
            console.say(format_args!("Report generated: {}", output.target))?;
        }
    }
    Ok(())
}

/// All reports, the oldest first; the last two are compared.
fn sides(options: &Options, console: &mut Console) -> Result<Vec<Side>, Failure> {
    let mut sides = Vec::new();
    if let Some(folder) = &options.history {
        sides = history(folder, options, console)?;
    }
    let named: Vec<&Path> = options
        .baselines
        .iter()
        .chain([&options.current])
        .map(PathBuf::as_path)
        .collect();
    if sides.is_empty() && options.baselines.is_empty() {
        let folder = options.history.as_deref().unwrap_or(Path::new("."));
        return Err(Failure::from(Error::Data {
            path: folder.to_owned(),
            found: "expected at least one older report to compare with, found none".to_owned(),
        }));
    }
    for side in read_all(&named) {
        sides.push(side?);
    }
    Ok(sides)
}

/// Reads reports side by side; they come in the order of their paths.
fn read_all(paths: &[&Path]) -> Vec<Result<Side, Failure>> {
    let at_once = thread::available_parallelism().map_or(1, NonZero::get);
    let mut sides = Vec::with_capacity(paths.len());
    for some in paths.chunks(at_once) {
        thread::scope(|scope| {
            let others: Vec<_> = some[1..]
                .iter()
                .map(|path| scope.spawn(|| Side::read(path)))
                .collect();
            sides.push(Side::read(some[0]));
            sides.extend(
                others
                    .into_iter()
                    .map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))),
            );
        });
    }
    sides
}

/// The reports of a folder but for those named on the command line, by the times they were made.
fn history(folder: &Path, options: &Options, console: &mut Console) -> Result<Vec<Side>, Failure> {
    let named: BTreeSet<PathBuf> = options
        .baselines
        .iter()
        .chain([&options.current])
        .filter_map(|path| real_path(path).ok())
        .collect();
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(Error::read(folder))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(Error::read(folder))?;
    paths.sort();
    let is_named = |path: &Path| real_path(path).is_ok_and(|path| named.contains(&path));
    let others: Vec<&Path> = paths
        .iter()
        .map(PathBuf::as_path)
        .filter(|path| !is_named(path) && path.is_file())
        .collect();
    let mut sides = Vec::new();
    for side in read_all(&others) {
        match side.and_then(|side| comparable::check(&side, options.rule).map(|()| side)) {
            Ok(side) => sides.push(side),
            Err(failure) => {
                console.warn(format_args!("left out of the history: {}", failure.message));
            }
        }
    }
    // Times are written from the year down, so their texts are in order too.
    sides.sort_by(|a, b| a.reading.generated.cmp(&b.reading.generated));
    Ok(sides)
}

/// The levels that the parts of the decision get, so that together they keep the one promised.
struct Shares {
    metrics: f64,
    entries: f64,
    expectations: f64,
    /// For what is shown and does not decide by itself.
    shown: f64,
}

impl Shares {
    fn of(thresholds: &Thresholds, has_entries: bool, has_expectations: bool) -> Self {
        let look = evidence::multiple::level_of_a_look(thresholds.alpha, thresholds.looks);
        // What was named beforehand gets half; of the rest the catalogue gets a fifth.
        let rest = if has_expectations { look / 2.0 } else { look };
        let (metrics, entries) = if has_entries {
            (rest * 0.8, rest * 0.2)
        } else {
            (rest, 0.0)
        };
        Self {
            metrics,
            entries,
            expectations: look / 2.0,
            shown: look,
        }
    }
}

fn compare(
    options: &Options,
    expectations: &[Expectation],
    sides: &[Side],
) -> Result<Comparison, Failure> {
    let [.., before, after] = sides else {
        return Err(Failure::new(Exit::Internal, "two reports were expected"));
    };
    comparable::check(before, options.rule)?;
    comparable::check(after, options.rule)?;
    let thresholds = &options.thresholds;
    let has_entries = before.reading.entries.is_some() && after.reading.entries.is_some();
    let shares = Shares::of(thresholds, has_entries, !expectations.is_empty());
    let confidence = 1.0 - shares.shown;
    let (source_b, source_a) = (before.source(), after.source());
    let units = Units::of(&source_b, &source_a);
    let measured = measure(
        &source_b,
        &source_a,
        units.as_ref(),
        thresholds.design_effect,
    );
    let metrics = judge::metrics(&measured, shares.metrics, confidence);
    let levels = Levels {
        level: shares.shown,
        strict: shares.entries,
        min_events: thresholds.min_new,
        assumed: thresholds.design_effect,
    };
    let entries = judge::entries::entries(&before.reading, &after.reading, units.as_ref(), levels);
    let points = match &options.expect {
        Some(path) => expect::check(
            expectations,
            path,
            &metrics,
            entries.as_deref(),
            shares.expectations,
        )?,
        None => Vec::new(),
    };
    let stops = comparable::stops(before, after, units.as_ref(), thresholds);
    let mut comparison = assemble(options, (before, after), metrics, entries, confidence);
    comparison.stops = stops;
    comparison.expectations = points;
    let sides: Vec<&Side> = sides.iter().collect();
    comparison.trend = trend(&sides);
    comparison.evidence_verdict = Verdict::of(&comparison);
    comparison.verdict = match options.rule {
        Rule::Evidence => comparison.evidence_verdict.clone(),
        Rule::Script => Verdict {
            decision: comparison.script.decision,
            reason: comparison.script.reason.to_owned(),
        },
    };
    Ok(comparison)
}

/// Everything but what needs the whole: expectations, trend, what forbids a verdict, verdict.
fn assemble(
    options: &Options,
    (before, after): (&Side, &Side),
    metrics: Vec<MetricFinding>,
    entries: Option<Vec<EntryFinding>>,
    confidence: f64,
) -> Comparison {
    let thresholds = &options.thresholds;
    let shown = 1.0 - confidence;
    let has_entries = entries.is_some();
    let entries = entries.unwrap_or_default();
    let agents = judge::agents::agents(
        (&before.reading, before.hours),
        (&after.reading, after.hours),
        thresholds.design_effect,
        shown,
        confidence,
    );
    let durations = match (&before.reading.report, &after.reading.report) {
        (Some(b), Some(a)) => {
            let effect = metrics.first().map_or(1.0, |metric| metric.design_effect);
            judge::durations::durations(&b.outcomes, &a.outcomes, effect, shown)
        }
        _ => Vec::new(),
    };
    let nothing = Verdict {
        decision: Decision::Monitor,
        reason: String::new(),
    };
    Comparison {
        fix_name: options.fix_name.clone(),
        made_by: concat!("compare_metrics ", env!("CARGO_PKG_VERSION")),
        at: options.now.to_seconds(),
        before: before.head(),
        after: after.head(),
        rule: options.rule,
        script: Evaluation::of(&before.metrics(), &after.metrics()),
        alpha: thresholds.alpha,
        looks: thresholds.looks,
        confidence,
        notes: comparable::notes(before, after, &agents),
        stops: Vec::new(),
        doubts: comparable::doubts(before, after, &entries, &agents, thresholds),
        broken: comparable::broken(before, after, &entries, thresholds),
        rollback_on: thresholds.rollback_on.clone(),
        metrics,
        entries,
        has_entries,
        agents,
        durations,
        expectations: Vec::new(),
        trend: None,
        verdict: nothing.clone(),
        evidence_verdict: nothing,
    }
}
