//! What was typed becomes what it means; nothing after this sees raw arguments.

use std::path::PathBuf;

use plexcore::cli::output::{DocumentForm, Output, Target};
use plexcore::cli::{self, Failure, RawPath};
use plexcore::log::rules::Kind;
use plexcore::stamp::Stamp;

use crate::args::Args;

/// What decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Evidence,
    Script,
}

impl Rule {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Script => "script",
        }
    }
}

/// The thresholds of the rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Thresholds {
    /// The chance of a false verdict.
    pub(crate) alpha: f64,
    /// Looks planned.
    pub(crate) looks: u32,
    pub(crate) min_searches: u64,
    pub(crate) min_new: u64,
    /// Of reports that don't show repeats.
    pub(crate) design_effect: f64,
    /// Groups of errors whose real increase calls for ROLLBACK.
    pub(crate) rollback_on: Vec<String>,
}

/// All that a run needs to know.
#[derive(Debug)]
pub(crate) struct Options {
    /// The oldest first; the last is compared.
    pub(crate) baselines: Vec<PathBuf>,
    pub(crate) current: PathBuf,
    pub(crate) fix_name: String,
    pub(crate) outputs: Vec<Output<DocumentForm>>,
    /// JSON on standard output instead of text.
    pub(crate) json: bool,
    pub(crate) now: Stamp,
    pub(crate) rule: Rule,
    pub(crate) expect: Option<PathBuf>,
    pub(crate) thresholds: Thresholds,
    pub(crate) history: Option<PathBuf>,
}

impl Options {
    pub(crate) fn of(args: Args) -> Result<Self, Failure> {
        let thresholds = thresholds(&args)?;
        let rule = rule(args.rule.as_deref())?;
        let history = args.history.map(RawPath::into_path);
        if args.baseline.is_empty() && history.is_none() {
            return Err(
                Failure::required("--baseline").because("it is the report from before the fix")
            );
        }
        let current = args
            .current
            .ok_or_else(|| {
                Failure::required("--current").because("it is the report from after the fix")
            })?
            .into_path();
        let mut paths: Vec<PathBuf> = args.output.into_iter().map(RawPath::into_path).collect();
        if paths.is_empty() {
            paths.push(default_output(&args.fix_name));
        }
        let outputs = Output::all(paths, None)?;
        if args.json && outputs.iter().any(|output| output.target == Target::Stdout) {
            return Err(Failure::conflict(&["--json", "--output -"])
                .because("both write on standard output"));
        }
        Ok(Self {
            baselines: args.baseline.into_iter().map(RawPath::into_path).collect(),
            current,
            outputs,
            json: args.json,
            now: match &args.now {
                Some(text) => Stamp::parse_typed(text, cli::now(), "--now")?,
                None => cli::now(),
            },
            rule,
            expect: args.expect.map(RawPath::into_path),
            thresholds,
            history,
            fix_name: args.fix_name,
        })
    }
}

fn rule(name: Option<&str>) -> Result<Rule, Failure> {
    match name {
        None | Some("evidence") => Ok(Rule::Evidence),
        Some("script" | "classic") => Ok(Rule::Script),
        Some(other) => Err(Failure::value("--rule", other, "evidence or script")),
    }
}

fn thresholds(args: &Args) -> Result<Thresholds, Failure> {
    if !(args.alpha > 0.0 && args.alpha < 0.5) {
        let expected = "a chance between 0 and 0.5, such as 0.05";
        return Err(Failure::value(
            "--alpha",
            format_args!("{}", args.alpha),
            expected,
        ));
    }
    if args.looks == 0 {
        return Err(Failure::value("--looks", 0, "at least 1"));
    }
    if !(args.design_effect >= 1.0 && args.design_effect.is_finite()) {
        let effect = format_args!("{}", args.design_effect);
        return Err(Failure::value(
            "--design-effect",
            effect,
            "a number of at least 1",
        ));
    }
    let rollback_on = match args.rollback_on.as_deref() {
        None => vec!["agent".to_owned(), "site-changed".to_owned()],
        Some(names) => names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(group)
            .collect::<Result<_, _>>()?,
    };
    Ok(Thresholds {
        alpha: args.alpha,
        looks: args.looks,
        min_searches: args.min_searches.max(1),
        min_new: args.min_new.max(1),
        design_effect: args.design_effect,
        rollback_on,
    })
}

fn group(name: &str) -> Result<String, Failure> {
    Kind::from_name(name)
        .filter(|kind| kind.is_failure())
        .map(|kind| kind.name().to_owned())
        .ok_or_else(|| {
            let expected = "remote, agent, site-changed, environment or server";
            Failure::value("--rollback-on", name, expected)
        })
}

/// As the script names it. What no file name may hold on some platform becomes `_` too.
fn default_output(fix_name: &str) -> PathBuf {
    let name: String = fix_name
        .chars()
        .map(|c| {
            let is_unfit = c.is_control() || " /\\:*?\"<>|".contains(c);
            if is_unfit { '_' } else { c }
        })
        .take(150)
        .collect();
    PathBuf::from(format!("test_report_{name}.md"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_output_is_named_after_the_fix() {
        assert_eq!(
            default_output("retry on 403/429"),
            PathBuf::from("test_report_retry_on_403_429.md")
        );
        assert_eq!(
            default_output("..\\x\n"),
            PathBuf::from("test_report_.._x_.md")
        );
    }
}
