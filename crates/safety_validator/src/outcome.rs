//! What is known of one file after it was judged.

use std::path::PathBuf;

use crate::finding::{Finding, Level, Place};

/// A file and its verdict.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// As it was named, or found below what was named.
    pub(crate) path: PathBuf,
    pub(crate) verdict: Verdict,
}

/// The verdict on a file.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// It could not be read; the reason.
    Unreadable(String),
    /// `Info.plist` or `DefaultPrefs.json` of a bundle.
    Bundle {
        findings: Vec<Finding>,
        strict: bool,
    },
    Python(Box<Python>),
}

/// The verdict on a Python file.
#[derive(Debug, Clone)]
pub(crate) struct Python {
    /// What `compile()` of 2.7 raises.
    pub(crate) syntax_error: Option<Raised>,
    /// Whether there is a tree to look at. The sandbox was not asked where there is none.
    pub(crate) is_parsed: bool,
    /// What importing the file raises.
    pub(crate) import_error: Option<Raised>,
    /// The sandbox that it was held against: `standard` or `elevated`.
    pub(crate) sandbox: Option<Sandbox>,
    /// The three substrings of the script that it holds, with `--compat-substrings`.
    pub(crate) substrings: Vec<&'static str>,
    /// In the order of their lines.
    pub(crate) findings: Vec<Finding>,
    /// How many findings comments have silenced.
    pub(crate) allowed: usize,
    /// Whether warnings count as errors.
    pub(crate) strict: bool,
}

/// An exception of Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) class: String,
    pub(crate) message: String,
    /// As Python gives it.
    pub(crate) line: Option<u32>,
    /// As Python gives it: bytes, from 1.
    pub(crate) offset: Option<u32>,
    /// Where to show it.
    pub(crate) place: Place,
}

/// A sandbox of Plex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sandbox {
    /// How this file is compiled: `__init__.py` is always compiled non-elevated.
    pub(crate) is_elevated: bool,
    /// What the whole plug-in may do at run time.
    pub(crate) plugin_is_elevated: bool,
}

impl Sandbox {
    pub(crate) fn word(self) -> &'static str {
        if self.is_elevated {
            "elevated"
        } else {
            "standard"
        }
    }
}

impl Outcome {
    /// Whether nothing is wrong with the file.
    pub(crate) fn passed(&self) -> bool {
        match &self.verdict {
            Verdict::Unreadable(_) => false,
            Verdict::Bundle { findings, strict } => !any_fails(findings, *strict),
            Verdict::Python(python) => python.passed(),
        }
    }

    /// What was found, the verdict itself not counted.
    pub(crate) fn findings(&self) -> &[Finding] {
        match &self.verdict {
            Verdict::Unreadable(_) => &[],
            Verdict::Bundle { findings, .. } => findings,
            Verdict::Python(python) => &python.findings,
        }
    }

    pub(crate) fn python(&self) -> Option<&Python> {
        match &self.verdict {
            Verdict::Python(python) => Some(python),
            _ => None,
        }
    }

    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self.verdict, Verdict::Unreadable(_))
    }
}

impl Python {
    pub(crate) fn passed(&self) -> bool {
        self.syntax_error.is_none()
            && self.substrings.is_empty()
            && !any_fails(&self.findings, self.strict)
    }

    /// Whether it has no construct that only Python 3 has.
    pub(crate) fn is_compatible(&self) -> bool {
        !self.has_error(crate::rules::Family::Python3)
    }

    /// Whether nothing dangerous is run.
    pub(crate) fn is_harmless(&self) -> bool {
        self.substrings.is_empty() && !self.has_error(crate::rules::Family::Danger)
    }

    /// Whether the sandbox takes it.
    pub(crate) fn suits_sandbox(&self) -> bool {
        !self.has_error(crate::rules::Family::Sandbox)
    }

    fn has_error(&self, family: crate::rules::Family) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.level == Level::Error && finding.rule.family == family)
    }
}

fn any_fails(findings: &[Finding], strict: bool) -> bool {
    let least = if strict { Level::Warning } else { Level::Error };
    findings.iter().any(|finding| finding.level >= least)
}
