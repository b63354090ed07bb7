//! Culprits found again in the source of the bundles: the lines around them, and whether the line
//! that the log shows still stands there.
//!
//! Files are only read, and only below the bundle that a culprit names: what a log says about
//! paths is not to be trusted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use plexcore::Error;
use plexcore::files::real_path;
use plexcore::redact::Redactor;
use plexcore::report::understanding::CulpritPlace;
use serde::Serialize;
use walkdir::WalkDir;

/// How deep below the folder a bundle may lie.
const DEPTH: usize = 4;
/// Lines shown before and after.
const AROUND: usize = 4;
/// A source file is never larger.
const MOST_BYTES: u64 = 8 << 20;

/// The bundles below a folder.
#[derive(Debug)]
pub(crate) struct Codebase<'r> {
    /// By name without `.bundle`, in lower case; the first in order of paths.
    bundles: BTreeMap<String, PathBuf>,
    redactor: &'r Redactor,
}

/// A culprit in the source, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub(crate) enum Found {
    /// The line that the log shows stands where the log says.
    Same { excerpt: Excerpt },
    /// It stands elsewhere in the file: lines were inserted or removed since.
    Moved { line: usize, excerpt: Excerpt },
    /// It no longer stands there: the file has changed since the log was written.
    Changed { excerpt: Excerpt },
    /// The log does not show the source line, so nothing can be said about changes.
    Unchecked { excerpt: Excerpt },
    /// There are no source lines to show, and why.
    Missing { reason: String },
}

/// Lines of a source file, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Excerpt {
    /// The file.
    pub(crate) path: String,
    /// The number of the first line shown.
    pub(crate) from: usize,
    /// The number of the line that is meant.
    pub(crate) line: usize,
    /// The lines.
    pub(crate) lines: Vec<String>,
}

impl Excerpt {
    /// The lines with their numbers; the one that is meant is marked.
    pub(crate) fn numbered(&self) -> Vec<String> {
        let last = self.from + self.lines.len();
        let width = last.to_string().len();
        self.lines
            .iter()
            .enumerate()
            .map(|(index, line)| {
                let number = self.from + index;
                let mark = if number == self.line { '>' } else { ' ' };
                format!("{mark} {number:>width$} | {line}")
            })
            .collect()
    }
}

impl Found {
    /// What is to be known about it, in words; true if it is a warning.
    pub(crate) fn words(&self, logged: u32) -> (String, bool) {
        match self {
            Self::Same { .. } => ("the logged line stands there".to_owned(), false),
            Self::Moved { line, .. } => (
                format!(
                    "the file has changed since the log was written: the logged line stands at \
                     {line} now, not at {logged}"
                ),
                true,
            ),
            Self::Changed { .. } => (
                format!(
                    "the file has changed since the log was written: the logged line does not \
                     stand at {logged}, nor once elsewhere in the file"
                ),
                true,
            ),
            Self::Unchecked { .. } => (
                "the log does not show its source line, so whether the file has changed since \
                 can't be told"
                    .to_owned(),
                false,
            ),
            Self::Missing { reason } => (reason.clone(), true),
        }
    }

    /// The lines to show.
    pub(crate) fn excerpt(&self) -> Option<&Excerpt> {
        match self {
            Self::Same { excerpt }
            | Self::Moved { excerpt, .. }
            | Self::Changed { excerpt }
            | Self::Unchecked { excerpt } => Some(excerpt),
            Self::Missing { .. } => None,
        }
    }
}

impl<'r> Codebase<'r> {
    /// Looks for bundles in a folder: that of the plug-ins, one above it, or a bundle itself.
    pub(crate) fn of(folder: &Path, redactor: &'r Redactor) -> Result<Self, Error> {
        fs::read_dir(folder).map_err(Error::read(folder))?;
        let mut bundles = BTreeMap::new();
        let mut walk = WalkDir::new(folder)
            .max_depth(DEPTH)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = walk.next() {
            // A folder that can't be looked into holds no bundle that could be read.
            let Ok(entry) = entry else { continue };
            // `.` has no name of its own.
            let name = if entry.depth() == 0 {
                real_path(folder).ok().and_then(|path| bundle_name(&path))
            } else {
                bundle_name(entry.path())
            };
            if let Some(name) = name
                && entry.path().is_dir()
            {
                bundles
                    .entry(name)
                    .or_insert_with(|| entry.path().to_owned());
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            }
        }
        Ok(Self { bundles, redactor })
    }

    /// Finds a culprit.
    pub(crate) fn find(&self, culprit: &CulpritPlace) -> Found {
        match self.read(culprit) {
            Ok((path, text)) => self.compare(culprit, &path, &text),
            Err(reason) => Found::Missing { reason },
        }
    }

    fn read(&self, culprit: &CulpritPlace) -> Result<(PathBuf, String), String> {
        let name = format!("{}.bundle", culprit.bundle);
        let bundle = self
            .bundles
            .get(&culprit.bundle.to_lowercase())
            .ok_or_else(|| format!("there is no {name} in the codebase"))?;
        let inside = Path::new(&culprit.file);
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !inside.components().all(is_plain) {
            return Err("the log names a path that leads out of the bundle".to_owned());
        }
        // Part by part, so that it has the system's own separators throughout.
        let path = bundle.join(inside.components().collect::<PathBuf>());
        let missing = |_| format!("{name} in the codebase has no {}", culprit.file);
        let real = real_path(&path).map_err(missing)?;
        let root = real_path(bundle).map_err(missing)?;
        if !real.starts_with(&root) {
            return Err(format!("{} leads out of {name}", culprit.file));
        }
        let about = fs::metadata(&real).map_err(missing)?;
        if !about.is_file() || about.len() > MOST_BYTES {
            return Err(format!("{} in {name} is no source file", culprit.file));
        }
        let bytes = fs::read(&real)
            .map_err(|error| format!("cannot read {} in {name}: {error}", culprit.file))?;
        Ok((path, String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn compare(&self, culprit: &CulpritPlace, path: &Path, text: &str) -> Found {
        let lines: Vec<&str> = text.lines().collect();
        let logged = culprit.line as usize;
        let excerpt = |line: usize| self.excerpt(path, &lines, line);
        let Some(source) = &culprit.source else {
            return Found::Unchecked {
                excerpt: excerpt(logged),
            };
        };
        let wanted = plain(source);
        // What the log showed was redacted, so the file's line is compared as it would have been.
        let is_it =
            |line: &str| plain(line) == wanted || plain(&self.redactor.redact(line)) == wanted;
        if logged > 0 && lines.get(logged - 1).is_some_and(|line| is_it(line)) {
            return Found::Same {
                excerpt: excerpt(logged),
            };
        }
        let mut elsewhere = (0..lines.len()).filter(|&at| is_it(lines[at]));
        match (elsewhere.next(), elsewhere.next()) {
            (Some(at), None) => Found::Moved {
                line: at + 1,
                excerpt: excerpt(at + 1),
            },
            _ => Found::Changed {
                excerpt: excerpt(logged),
            },
        }
    }

    fn excerpt(&self, path: &Path, lines: &[&str], line: usize) -> Excerpt {
        let last = lines.len();
        let from = line.saturating_sub(AROUND).clamp(1, last.max(1));
        let to = (line + AROUND).min(last);
        Excerpt {
            path: self.redactor.redact(&path.to_string_lossy()).into_owned(),
            from,
            line,
            lines: lines
                .get(from - 1..to.max(from - 1))
                .unwrap_or_default()
                .iter()
                .map(|line| self.redactor.redact(line).into_owned())
                .collect(),
        }
    }
}

fn bundle_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.to_lowercase();
    name.strip_suffix(".bundle").map(str::to_owned)
}

/// A line without what an editor changes by itself.
fn plain(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
