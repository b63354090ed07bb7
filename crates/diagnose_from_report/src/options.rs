//! What was typed becomes what is meant; nothing after this sees raw arguments.

use std::path::{Path, PathBuf};

use plexcore::cli::{self, Failure, RawPath};
use plexcore::stamp::Stamp;

use crate::args::Args;

/// The script's default for `--output`, less its ending.
const DEFAULT_OUTPUT: &str = "error_categorization";
/// What the script's long form read when nothing was named.
const DEFAULT_REPORT: &str = "aggregated_logs_enhanced.txt";
const DEFAULT_TOP: usize = 50;

/// A form that the document can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Markdown,
    Html,
    Json,
}

/// Which errors are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Parts of agents' names, in lower case; none means all.
    pub(crate) agents: Vec<String>,
    /// Kinds or groups, in lower case; none means all.
    pub(crate) kinds: Vec<String>,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) report: PathBuf,
    /// `None` is standard output.
    pub(crate) output: Option<PathBuf>,
    pub(crate) format: Format,
    pub(crate) codebase: Option<PathBuf>,
    pub(crate) top: usize,
    pub(crate) filter: Filter,
    pub(crate) now: Stamp,
}

impl Options {
    pub(crate) fn of(args: Args) -> Result<Self, Failure> {
        let format = match args.format.as_deref() {
            Some(name) => format_named(name)?,
            None => args
                .output
                .as_ref()
                .and_then(|path| format_of_ending(&path.0))
                .unwrap_or(Format::Markdown),
        };
        let output = match args.output.map(RawPath::into_path) {
            Some(path) if path == Path::new("-") => None,
            Some(path) => Some(path),
            None => Some(PathBuf::from(format!(
                "{DEFAULT_OUTPUT}.{}",
                ending(format)
            ))),
        };
        let lower = |texts: Vec<String>| texts.iter().map(|text| text.to_lowercase()).collect();
        Ok(Self {
            report: report(args.report)?,
            output,
            top: top(args.top.as_deref(), format)?,
            format,
            codebase: args.codebase.map(RawPath::into_path),
            filter: Filter {
                agents: lower(args.agent),
                kinds: lower(args.kind),
            },
            now: match &args.now {
                Some(text) => Stamp::parse_typed(text, cli::now(), "--now")?,
                None => cli::now(),
            },
        })
    }
}

/// The script's reduced form wants `--report`, its long form has a default; a default that is not
/// there is a missing option.
fn report(named: Option<RawPath>) -> Result<PathBuf, Failure> {
    match named {
        Some(path) => Ok(path.into_path()),
        None if Path::new(DEFAULT_REPORT).is_file() => Ok(PathBuf::from(DEFAULT_REPORT)),
        None => Err(Failure::usage(format!(
            "--report is needed; {DEFAULT_REPORT}, which would be read without it, is not here"
        ))
        .hint("aggregate_plex_logs --output report.json makes one")),
    }
}

fn format_named(name: &str) -> Result<Format, Failure> {
    match name {
        "markdown" => Ok(Format::Markdown),
        "html" => Ok(Format::Html),
        "json" => Ok(Format::Json),
        _ => Err(Failure::usage(format!(
            "cannot use {name:?} for --format: expected markdown, html or json"
        ))),
    }
}

fn format_of_ending(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "html" | "htm" => Some(Format::Html),
        "json" => Some(Format::Json),
        _ => None,
    }
}

fn ending(format: Format) -> &'static str {
    match format {
        Format::Markdown => "md",
        Format::Html => "html",
        Format::Json => "json",
    }
}

fn top(text: Option<&str>, format: Format) -> Result<usize, Failure> {
    match text {
        None if format == Format::Json => Ok(usize::MAX),
        None => Ok(DEFAULT_TOP),
        Some("all") => Ok(usize::MAX),
        Some(text) => text.parse().ok().filter(|&top| top > 0).ok_or_else(|| {
            Failure::usage(format!(
                "cannot use {text:?} for --top: expected a number from 1 up, or \"all\""
            ))
        }),
    }
}
