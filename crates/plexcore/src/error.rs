//! What can fail in the library, with the thing that failed.
//!
//! A variant names its subject (a path, an option) and keeps the cause as `source`; the message
//! never repeats the cause, since [`crate::cli`] joins the chain when it prints.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A failure of the library to do its job. A bad log line is not one: it is data.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// An input is missing or can't be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An output, or the folder that should hold it, can't be made.
    #[error("cannot create {}", path.display())]
    Create {
        /// What was to be made.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An output was opened, but not everything could be written to it.
    #[error("cannot write {}", path.display())]
    Write {
        /// What was being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An input was read, but does not hold what it should.
    #[error("cannot use {}: {found}", path.display())]
    Data {
        /// The file in question.
        path: PathBuf,
        /// What was found, what was expected, and where (`line 14: expected a count, found "n/a"`).
        found: String,
    },
    /// Another process holds the lock on something, and has not let go in time.
    #[error("cannot lock {}: another process has held it for {waited_s} seconds", path.display())]
    Busy {
        /// What the lock protects.
        path: PathBuf,
        /// How long it was waited for.
        waited_s: u64,
    },
    /// None of the folders where the platform keeps something exists.
    #[error("cannot find {what}; tried {}", list(tried))]
    NotFound {
        /// What was looked for, in words (`a Plex log folder`).
        what: &'static str,
        /// Every place looked at, in order, with the reason why it was a candidate.
        tried: Vec<String>,
    },
    /// A value given by the user can't be understood.
    #[error("cannot use {value:?} for {option}: {expected}")]
    Value {
        /// The option, as typed in full (`--since`).
        option: &'static str,
        /// What was given.
        value: String,
        /// What is expected instead (`expected a time such as 2026-02-01 18:30, or 2h`).
        expected: String,
    },
}

fn list(tried: &[String]) -> String {
    if tried.is_empty() {
        "nothing: no candidate on this platform".to_owned()
    } else {
        tried.join(", ")
    }
}

impl Error {
    /// An input that can't be read, for use with `map_err`.
    pub fn read(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Read {
            path: path.to_owned(),
            source,
        }
    }

    /// An output that can't be made, for use with `map_err`.
    pub fn create(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Create {
            path: path.to_owned(),
            source,
        }
    }

    /// An output that can't be written in full, for use with `map_err`.
    pub fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Write {
            path: path.to_owned(),
            source,
        }
    }
}
