//! `--output` and `--format`: what was typed becomes a place for a document and the form it takes.
//!
//! The ending of a path names a form, `-` is standard output. What a form looks like is the tool's
//! own; which forms there are, it says by [`Form`].
//!
//! Invariant: no two outputs of a run have one target.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::failure::listed;
use super::{Console, Failure};
use crate::files::write_atomically;

/// Where a document goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Standard output, typed as `-`.
    Stdout,
    /// A file, which a new document replaces.
    File(PathBuf),
}

impl Target {
    fn of(path: PathBuf) -> Self {
        if path == Path::new("-") {
            Self::Stdout
        } else {
            Self::File(path)
        }
    }

    /// Puts there what `document` writes; a file holds all of it, or what it held before.
    pub fn put(
        &self,
        console: &mut Console,
        document: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match self {
            Self::Stdout => document(console.out()).map_err(Failure::from),
            Self::File(path) => write_atomically(path, document).map_err(Failure::from),
        }
    }
}

/// As it is typed.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// A form that a tool's documents can take.
pub trait Form: Copy + Eq + 'static {
    /// Every form with its name for `--format` and the endings of files that mean it, in lower
    /// case. The first is what any other ending stands for.
    const FORMS: &'static [(Self, &'static str, &'static [&'static str])];

    /// The form that `--format` names.
    fn named(name: &str) -> Result<Self, Failure> {
        let found = Self::FORMS.iter().find(|(_, known, _)| *known == name);
        found.map(|(form, ..)| *form).ok_or_else(|| {
            let names: Vec<&str> = Self::FORMS.iter().map(|(_, name, _)| *name).collect();
            Failure::value("--format", name, listed(&names, "or"))
        })
    }

    /// The form that the ending of a path means.
    fn of_ending(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        let found = Self::FORMS
            .iter()
            .find(|(.., endings)| endings.contains(&ending.as_str()));
        found.map(|(form, ..)| *form)
    }

    /// The form of paths whose ending means none.
    fn usual() -> Self {
        Self::FORMS[0].0
    }
}

/// The forms of a document that tells of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentForm {
    /// For an issue, or to be written into.
    Markdown,
    /// For a browser.
    Html,
    /// For programs.
    Json,
}

impl Form for DocumentForm {
    const FORMS: &'static [(Self, &'static str, &'static [&'static str])] = &[
        (Self::Markdown, "markdown", &["md", "markdown"]),
        (Self::Html, "html", &["html", "htm"]),
        (Self::Json, "json", &["json"]),
    ];
}

/// One document to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<F> {
    /// Where it goes.
    pub target: Target,
    /// The form it takes.
    pub form: F,
}

impl<F: Form> Output<F> {
    /// The only output of a run; what `--format` asked for counts more than the path's ending.
    pub fn alone(path: PathBuf, asked: Option<F>) -> Self {
        let form = asked.or_else(|| F::of_ending(&path));
        Self {
            form: form.unwrap_or_else(F::usual),
            target: Target::of(path),
        }
    }

    /// The outputs of a run, in the order typed. Of several, an ending that means a form means it,
    /// and `--format` decides for the rest.
    pub fn all(mut paths: Vec<PathBuf>, asked: Option<F>) -> Result<Vec<Self>, Failure> {
        if paths.len() == 1 {
            let alone = paths.pop().map(|path| Self::alone(path, asked));
            return Ok(alone.into_iter().collect());
        }
        let mut outputs: Vec<Self> = Vec::new();
        for path in paths {
            let form = F::of_ending(&path).or(asked).unwrap_or_else(F::usual);
            let target = Target::of(path);
            if outputs.iter().any(|known| known.target == target) {
                return Err(Failure::twice("--output", target));
            }
            outputs.push(Self { target, form });
        }
        Ok(outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Outputs as typed, with their forms.
    fn outputs(paths: &[&str], asked: Option<DocumentForm>) -> Vec<(String, DocumentForm)> {
        let paths = paths.iter().map(PathBuf::from).collect();
        let outputs = Output::all(paths, asked).unwrap();
        outputs
            .into_iter()
            .map(|output| (output.target.to_string(), output.form))
            .collect()
    }

    #[test]
    fn an_ending_decides_the_form() {
        use DocumentForm::{Html, Json, Markdown};
        for (path, form) in [
            ("a.HTML", Html),
            ("a.htm", Html),
            ("a.json", Json),
            ("a.md", Markdown),
            ("a", Markdown),
            ("a.txt", Markdown),
            ("-", Markdown),
        ] {
            assert_eq!(outputs(&[path], None), [(path.to_owned(), form)]);
        }
    }

    #[test]
    fn a_form_asked_for_decides_for_one_output_and_of_several_for_those_without_an_ending() {
        use DocumentForm::{Html, Json};
        assert_eq!(
            outputs(&["a.json"], Some(Html)),
            [("a.json".to_owned(), Html)]
        );
        assert_eq!(
            outputs(&["a.json", "-"], Some(Html)),
            [("a.json".to_owned(), Json), ("-".to_owned(), Html)]
        );
    }

    #[test]
    fn a_target_given_twice_and_a_form_that_is_none_are_refused() {
        let twice = ["-", "a.md", "-"].map(PathBuf::from).to_vec();
        let refused = Output::<DocumentForm>::all(twice, None).unwrap_err();
        assert_eq!(refused.message, "--output - is given twice");
        let refused = DocumentForm::named("xml").unwrap_err();
        assert_eq!(
            refused.message,
            "cannot use \"xml\" for --format: expected markdown, html or json"
        );
        assert_eq!(DocumentForm::named("html").unwrap(), DocumentForm::Html);
    }
}
