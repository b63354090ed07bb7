//! What was typed becomes what is meant; nothing after this sees raw arguments.

use std::path::{Path, PathBuf};

use plexcore::cli::output::{DocumentForm, Form, Output};
use plexcore::cli::{self, Failure, RawPath};
use plexcore::stamp::Stamp;

use crate::args::Args;

/// The script's default for `--output`, less its ending.
const DEFAULT_OUTPUT: &str = "error_categorization";
/// What the script's long form read when nothing was named.
const DEFAULT_REPORT: &str = "aggregated_logs_enhanced.txt";
const DEFAULT_TOP: usize = 50;

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
    pub(crate) output: Output<DocumentForm>,
    pub(crate) codebase: Option<PathBuf>,
    pub(crate) top: usize,
    pub(crate) filter: Filter,
    pub(crate) now: Stamp,
}

impl Options {
    pub(crate) fn of(args: Args) -> Result<Self, Failure> {
        let asked = args
            .format
            .as_deref()
            .map(DocumentForm::named)
            .transpose()?;
        let path = args.output.map_or_else(
            || default_output(asked.unwrap_or_else(DocumentForm::usual)),
            RawPath::into_path,
        );
        let output = Output::alone(path, asked);
        let lower = |texts: Vec<String>| texts.iter().map(|text| text.to_lowercase()).collect();
        Ok(Self {
            report: report(args.report)?,
            top: top(args.top.as_deref(), output.form)?,
            output,
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
        None => Err(Failure::required("--report")
            .because(format_args!(
                "{DEFAULT_REPORT}, which would be read without it, is not here"
            ))
            .hint("aggregate_plex_logs --output report.json makes one")),
    }
}

fn default_output(form: DocumentForm) -> PathBuf {
    let ending = match form {
        DocumentForm::Markdown => "md",
        DocumentForm::Html => "html",
        DocumentForm::Json => "json",
    };
    PathBuf::from(format!("{DEFAULT_OUTPUT}.{ending}"))
}

fn top(text: Option<&str>, form: DocumentForm) -> Result<usize, Failure> {
    match text {
        None if form == DocumentForm::Json => Ok(usize::MAX),
        None => Ok(DEFAULT_TOP),
        Some("all") => Ok(usize::MAX),
        Some(text) => text
            .parse()
            .ok()
            .filter(|&top| top > 0)
            .ok_or_else(|| Failure::value("--top", text, "a number from 1 up, or \"all\"")),
    }
}
