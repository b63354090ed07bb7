//! What was typed becomes what is meant; nothing after this sees raw arguments.

use std::num::NonZero;
use std::path::PathBuf;

use plexcore::cli::output::{Form, Output, Target};
use plexcore::cli::{self, Failure, RawPath};
use plexcore::files::log_set::Selection;
use plexcore::redact;
use plexcore::stamp::{Stamp, Window};

use crate::args::Args;
use crate::sample;

/// The script's default for `--output`.
const DEFAULT_OUTPUT: &str = "aggregated_logs_iteration_1.txt";
const DEFAULT_HOURS: u32 = 24;
const DEFAULT_PATTERNS: usize = 200;
const HOUR_MS: i64 = 3_600_000;

/// A form that the report can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Markdown,
    Html,
    Json,
    Legacy,
}

impl Form for Format {
    const FORMS: &'static [(Self, &'static str, &'static [&'static str])] = &[
        (Self::Text, "text", &[]),
        (Self::Markdown, "markdown", &["md", "markdown"]),
        (Self::Html, "html", &["html", "htm"]),
        (Self::Json, "json", &["json"]),
        // Its files end as the script's did, in `.txt`.
        (Self::Legacy, "legacy", &[]),
    ];
}

/// One run.
#[derive(Debug)]
pub(crate) struct Options {
    /// Where to read; empty means the server's own folder.
    pub(crate) places: Vec<PathBuf>,
    pub(crate) selection: Selection,
    pub(crate) outputs: Vec<Output<Format>>,
    pub(crate) now: Stamp,
    pub(crate) window: Window,
    /// The window in words.
    pub(crate) asked: String,
    /// What `legacy` prints as its window.
    pub(crate) hours: String,
    pub(crate) patterns: usize,
    pub(crate) threads: usize,
    pub(crate) sample: bool,
    /// To print what happens instead of reporting what happened; of these kinds.
    pub(crate) follow: Option<Vec<String>>,
    pub(crate) redaction: redact::Options,
    pub(crate) server_log: Option<PathBuf>,
    pub(crate) since_report: Option<PathBuf>,
    pub(crate) rules: Option<PathBuf>,
}

impl Options {
    pub(crate) fn of(args: Args) -> Result<Self, Failure> {
        if args.sample && !args.log_dir.is_empty() {
            return Err(Failure::conflict(&["--sample", "--log-dir"])
                .because("the sample brings its own logs"));
        }
        check_follow(&args)?;
        let now = match &args.now {
            Some(text) => Stamp::parse_typed(text, cli::now(), "--now")?,
            None if args.sample => sample::now(),
            None => cli::now(),
        };
        let hours = hours(&args)?;
        let outputs = outputs(&args)?;
        let wants_legacy = outputs.iter().any(|output| output.form == Format::Legacy);
        if wants_legacy && (args.since.is_some() || args.until.is_some()) {
            let option = if args.since.is_some() {
                "--since"
            } else {
                "--until"
            };
            return Err(Failure::conflict(&["--format legacy", option])
                .because("the script knew neither --since nor --until")
                .hint("use --hours with --format legacy"));
        }
        let (window, asked) = window(&args, now, hours)?;
        Ok(Self {
            server_log: args.server_log.map(RawPath::into_path),
            since_report: args.since_report.map(RawPath::into_path),
            rules: args.rules.map(RawPath::into_path),
            places: args.log_dir.into_iter().map(RawPath::into_path).collect(),
            selection: Selection {
                agents: args.agent,
                all_plugins: args.all_plugins,
                current_only: args.current_only,
            },
            outputs,
            now,
            window,
            asked,
            hours: hours.map_or_else(|| "all".to_owned(), |hours| hours.to_string()),
            patterns: patterns(args.patterns.as_deref())?,
            threads: threads(args.threads)?,
            sample: args.sample,
            follow: args.follow.then_some(args.kind),
            redaction: redact::Options {
                level: if args.no_redact {
                    redact::Level::SecretsOnly
                } else {
                    redact::Level::Full
                },
                pseudonymise: args.pseudonymise,
            },
        })
    }

    /// Whether any output is made from records, as all but the script's own are.
    pub(crate) fn wants_records(&self) -> bool {
        self.outputs
            .iter()
            .any(|output| output.form != Format::Legacy)
    }

    pub(crate) fn wants(&self, format: Format) -> bool {
        self.outputs.iter().any(|output| output.form == format)
    }

    /// Whether standard output belongs to a report, so that nothing else may be said on it.
    pub(crate) fn writes_to_stdout(&self) -> bool {
        self.outputs
            .iter()
            .any(|output| output.target == Target::Stdout)
    }
}

/// What is watched has no window, and its lines go to standard output.
fn check_follow(args: &Args) -> Result<(), Failure> {
    if !args.follow {
        return if args.kind.is_empty() {
            Ok(())
        } else {
            Err(Failure::belongs("--kind", &["--follow"]).because("a report has every kind"))
        };
    }
    let senseless = [
        ("--sample", args.sample),
        ("--output", !args.output.is_empty()),
        ("--format", args.format.is_some()),
        ("--hours", args.hours.is_some()),
        ("--timeframe", args.timeframe.is_some()),
        ("--since", args.since.is_some()),
        ("--until", args.until.is_some()),
        ("--now", args.now.is_some()),
        ("--since-report", args.since_report.is_some()),
        ("--server-log", args.server_log.is_some()),
        ("--patterns", args.patterns.is_some()),
    ];
    match senseless.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(Failure::conflict(&[option, "--follow"])
            .because("what happens from now on is printed as it comes")),
        None => Ok(()),
    }
}

/// `--hours` or its older name; `None` is no limit.
fn hours(args: &Args) -> Result<Option<u32>, Failure> {
    let (option, text) = match (&args.hours, &args.timeframe) {
        (Some(_), Some(_)) => {
            return Err(
                Failure::conflict(&["--hours", "--timeframe"]).because("both mean the same")
            );
        }
        (Some(text), None) => ("--hours", text.trim()),
        (None, Some(text)) => ("--timeframe", text.trim()),
        (None, None) if args.sample => return Ok(None),
        (None, None) => return Ok(Some(DEFAULT_HOURS)),
    };
    if text.eq_ignore_ascii_case("all") {
        return Ok(None);
    }
    text.strip_prefix('+')
        .unwrap_or(text)
        .parse()
        .map(Some)
        .map_err(|_| Failure::value(option, text, "a whole number of hours, or \"all\""))
}

fn window(args: &Args, now: Stamp, hours: Option<u32>) -> Result<(Window, String), Failure> {
    let typed = |text: &Option<String>, option| {
        text.as_deref()
            .map(|text| Stamp::parse_typed(text, now, option))
            .transpose()
    };
    let since = typed(&args.since, "--since")?;
    let until = typed(&args.until, "--until")?;
    if since.is_some() && (args.hours.is_some() || args.timeframe.is_some()) {
        let hours = if args.hours.is_some() {
            "--hours"
        } else {
            "--timeframe"
        };
        return Err(
            Failure::conflict(&["--since", hours]).because("both say where the window begins")
        );
    }
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        return Err(Failure::usage(
            "the window is empty: --since is not before --until",
        ));
    }
    let by_hours = hours.map(|hours| Stamp(now.0 - i64::from(hours) * HOUR_MS));
    let asked = match (since, until) {
        (Some(since), None) => format!("since {}", since.to_seconds()),
        (Some(since), Some(until)) => {
            format!("{} until {}", since.to_seconds(), until.to_seconds())
        }
        (None, Some(until)) if args.hours.is_none() && args.timeframe.is_none() => {
            // Without a start of its own, the window goes back as far as the logs do.
            let asked = format!("until {}", until.to_seconds());
            return Ok((
                Window {
                    since: None,
                    until: Some(until),
                },
                asked,
            ));
        }
        _ => hours.map_or_else(|| "all".to_owned(), |hours| format!("{hours} hours")),
    };
    Ok((
        Window {
            since: since.or(by_hours),
            until,
        },
        asked,
    ))
}

fn outputs(args: &Args) -> Result<Vec<Output<Format>>, Failure> {
    let asked = args.format.as_deref().map(Format::named).transpose()?;
    let mut paths: Vec<PathBuf> = args.output.iter().map(|path| path.0.clone()).collect();
    if paths.is_empty() {
        paths.push(PathBuf::from(if args.sample {
            "-"
        } else {
            DEFAULT_OUTPUT
        }));
    }
    Output::all(paths, asked)
}

fn patterns(text: Option<&str>) -> Result<usize, Failure> {
    match text {
        None => Ok(DEFAULT_PATTERNS),
        Some("all") => Ok(usize::MAX),
        Some(text) => text
            .parse()
            .map_err(|_| Failure::value("--patterns", text, "a number, or \"all\"")),
    }
}

fn threads(asked: Option<usize>) -> Result<usize, Failure> {
    match asked {
        Some(0) => Err(Failure::value("--threads", 0, "at least 1")),
        Some(threads) => Ok(threads),
        None => Ok(std::thread::available_parallelism().map_or(1, NonZero::get)),
    }
}
