//! Why a tool could not do its job, as the person at the terminal reads it.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::io;

use super::Exit;
use crate::Error;

/// A failure with its exit code, its message (causes joined by `: `) and, at times, a way out.
#[derive(Debug)]
pub struct Failure {
    /// How the process ends.
    pub exit: Exit,
    /// `cannot read after.txt: No such file or directory (os error 2)`: lower case, no full stop.
    pub message: String,
    /// What the person could do about it.
    pub hint: Option<String>,
    /// Nothing was asked for: the help page says what can be.
    pub(super) wants_help: bool,
    /// Standard output was closed by its reader; nothing is to be said about it.
    pub(super) closed_pipe: bool,
}

impl Failure {
    /// A failure in the words given.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: None,
            wants_help: false,
            closed_pipe: false,
        }
    }

    /// Wrong usage of the command line.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Options that exclude one another: `--json and --output - exclude one another`.
    pub fn conflict(options: &[&str]) -> Self {
        Self::usage(format!("{} exclude one another", listed(options, "and")))
    }

    /// An option that has to be there: `--current is required`.
    pub fn required(option: &str) -> Self {
        Self::usage(format!("{option} is required"))
    }

    /// An option that can't do without another: `--create needs --name`.
    pub fn needs(option: &str, other: &str) -> Self {
        Self::usage(format!("{option} needs {other}"))
    }

    /// An option that would be passed over: `--kind belongs to --follow`.
    pub fn belongs(option: &str, owners: &[&str]) -> Self {
        Self::usage(format!("{option} belongs to {}", listed(owners, "and")))
    }

    /// An option that may be repeated, but not with the same value.
    pub fn twice(option: &str, value: impl Display) -> Self {
        Self::usage(format!("{option} {value} is given twice"))
    }

    /// A value that an option can't take: `cannot use 0 for --threads: expected at least 1`. Words
    /// stand in quotes, numbers without.
    pub fn value(option: &str, value: impl Debug, expected: impl Display) -> Self {
        Self::usage(format!(
            "cannot use {value:?} for {option}: expected {expected}"
        ))
    }

    /// The same with what explains it: `...: both write on standard output`.
    #[must_use]
    pub fn because(mut self, reason: impl Display) -> Self {
        self.message = format!("{}: {reason}", self.message);
        self
    }

    /// Wrong usage without a way out of its own is told where the options stand.
    pub(super) fn with_the_options_page(self, tool: &str) -> Self {
        if self.exit == Exit::Usage && self.hint.is_none() && !self.wants_help {
            return self.hint(format!("{tool} --help lists the options"));
        }
        self
    }

    /// A command line that asks for nothing, and what it could have asked for: `one of --create,
    /// --list`. The help page stands above the message.
    pub fn nothing_to_do(expected: impl Display) -> Self {
        Self {
            wants_help: true,
            ..Self::usage(format!("nothing to do: expected {expected}"))
        }
    }

    /// The same with a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A failure from an error of any kind, its causes joined by `: `.
    pub fn from_chain(exit: Exit, error: &(dyn StdError + 'static)) -> Self {
        Self::new(exit, chain(error))
    }
}

/// Words as a list: `a, b and c`.
pub(super) fn listed(words: &[&str], last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [others @ .., end] => format!("{} {last} {end}", others.join(", ")),
    }
}

/// An error and its causes, joined by `: `.
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            Error::Read { .. } | Error::NotFound { .. } => Exit::NoInput,
            Error::Create { .. } => Exit::CannotCreate,
            Error::Write { .. } => Exit::InputOutput,
            Error::Data { .. } => Exit::Data,
            Error::Value { .. } => Exit::Usage,
            Error::Busy { .. } => Exit::TryAgain,
        };
        Self::from_chain(exit, &error)
    }
}

/// A failure of standard output: a closed pipe is the reader's wish, anything else an I/O error.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        let exit = if closed_pipe {
            Exit::Done
        } else {
            Exit::InputOutput
        };
        Self {
            exit,
            message: format!("cannot write standard output: {error}"),
            hint: None,
            wants_help: false,
            closed_pipe,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn causes_are_joined_once() {
        let source = io::Error::new(io::ErrorKind::NotFound, "no such file");
        let failure = Failure::from(Error::Read {
            path: PathBuf::from("a.txt"),
            source,
        });
        assert_eq!(
            (failure.exit, failure.message.as_str()),
            (Exit::NoInput, "cannot read a.txt: no such file")
        );
    }

    #[test]
    fn wrong_usage_is_said_in_one_way() {
        for (failure, message) in [
            (
                Failure::conflict(&["--a", "--b", "--c"]),
                "--a, --b and --c exclude one another",
            ),
            (
                Failure::conflict(&["--a", "--b"]).because("both are odd"),
                "--a and --b exclude one another: both are odd",
            ),
            (Failure::required("--a"), "--a is required"),
            (Failure::needs("--a", "--b"), "--a needs --b"),
            (
                Failure::belongs("--a", &["--b", "--c"]),
                "--a belongs to --b and --c",
            ),
            (Failure::belongs("--a", &["--b"]), "--a belongs to --b"),
            (Failure::twice("--a", "-"), "--a - is given twice"),
            (
                Failure::value("--a", "x", "a number"),
                "cannot use \"x\" for --a: expected a number",
            ),
            (
                Failure::value("--a", 0, "at least 1"),
                "cannot use 0 for --a: expected at least 1",
            ),
        ] {
            assert_eq!(
                (failure.exit, failure.message.as_str()),
                (Exit::Usage, message)
            );
        }
    }

    #[test]
    fn a_closed_pipe_is_success() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((failure.exit, failure.closed_pipe), (Exit::Done, true));
    }
}
