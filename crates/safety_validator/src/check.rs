//! The bytes of one file -> its verdict.

use std::path::Path;

use python27::Analysis;

use crate::allow;
use crate::args::{PolicyChoice, Rigour};
use crate::bundle::{Part, Policies, place};
use crate::constructs;
use crate::danger;
use crate::finding::{Finding, Found, Level};
use crate::names::Names;
use crate::outcome::{Python, Raised, Sandbox};
use crate::rules;
use crate::sandbox;
use crate::source::Lines;

/// What is decided before a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    part: Part,
    sandbox: Option<Sandbox>,
}

impl Setting {
    /// The setting of a file at a path.
    pub(crate) fn of(path: &Path, rigour: Rigour, policies: &mut Policies) -> Self {
        let (part, contents) = place(path);
        // A file by itself is taken for the main one by its name alone.
        let is_main = match part {
            Part::Code { is_main } => is_main,
            Part::Libraries => false,
            Part::Elsewhere => path.file_name().is_some_and(|name| name == "__init__.py"),
        };
        let fixed = |elevated: bool| {
            Some(Sandbox {
                is_elevated: elevated && !is_main,
                plugin_is_elevated: elevated,
            })
        };
        let sandbox = match (rigour.policy, part, contents) {
            (Some(PolicyChoice::Standard), ..) => fixed(false),
            (Some(PolicyChoice::Elevated), ..) => fixed(true),
            (None, Part::Code { is_main }, Some(contents)) => {
                Some(policies.sandbox(&contents, is_main))
            }
            _ => None,
        };
        Self { part, sandbox }
    }

    fn is_main(self) -> bool {
        self.part == Part::Code { is_main: true }
    }
}

/// Judges a Python file.
pub(crate) fn python(name: &str, source: &[u8], setting: Setting, rigour: Rigour) -> Python {
    let analysis = python27::analyse(source, name);
    let lines = match &analysis.tree {
        Some(module) => Lines::of(module.text()),
        None => Lines::of_raw(source),
    };
    let mut findings = constructs::findings(&analysis.findings, &lines);
    let import_error = analysis.file.error().map(|error| raised(error, &lines));
    if let (true, Some(error)) = (analysis.compiles_but_cannot_be_imported(), &import_error) {
        findings.push(not_importable(error, setting.part));
    }
    let allowed = if analysis.tree.is_some() {
        check_tree(&analysis, source, setting, &lines, &mut findings)
    } else {
        findings.extend(danger::unparsed(&lines));
        0
    };
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.place.line, finding.place.column, finding.rule.id);
        key(a).cmp(&key(b))
    });
    Python {
        syntax_error: analysis.string.error().map(|error| raised(error, &lines)),
        is_parsed: analysis.tree.is_some(),
        import_error,
        sandbox: setting.sandbox,
        substrings: if rigour.compat_substrings {
            danger::substrings(source)
        } else {
            Vec::new()
        },
        findings,
        allowed,
        strict: rigour.strict,
    }
}

/// Adds what the tree shows; gives back how many findings comments have silenced.
fn check_tree(
    analysis: &Analysis<'_>,
    source: &[u8],
    setting: Setting,
    lines: &Lines<'_>,
    findings: &mut Vec<Finding>,
) -> usize {
    let Some(module) = &analysis.tree else {
        return 0;
    };
    let names = Names::of(module);
    let mut found: Vec<Found> = danger::check(&names);
    if let Some(sandbox) = setting.sandbox {
        found.extend(sandbox::check(&names, source, sandbox, setting.is_main()));
    }
    findings.extend(found.into_iter().map(|found| allow::located(found, lines)));
    allow::apply(module, lines, findings)
}

fn raised(error: &python27::Error, lines: &Lines<'_>) -> Raised {
    let line = error.line.unwrap_or(0);
    Raised {
        class: error.class.to_string(),
        message: error.message.clone(),
        line: error.line,
        offset: error.offset,
        place: match error.offset {
            Some(offset) => lines.on(line, offset.saturating_sub(1)),
            None => lines.beginning(line),
        },
    }
}

/// Code below `Contents/Code` is compiled from memory, so it does not matter there; a library is imported as a file.
fn not_importable(error: &Raised, part: Part) -> Finding {
    let level = match part {
        Part::Code { .. } => Level::Note,
        Part::Libraries => Level::Error,
        Part::Elsewhere => rules::IMPORT_ERROR.level,
    };
    Finding {
        rule: &rules::IMPORT_ERROR,
        level,
        place: error.place.clone(),
        message: format!("{}: {}", error.class, error.message),
    }
}
