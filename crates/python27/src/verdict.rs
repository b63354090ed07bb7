//! The answer: compiles, or the error that CPython raises.

use std::fmt;

/// What CPython 2.7.18 says of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It compiles.
    Compiles,
    /// It does not.
    Error(Error),
}

impl Verdict {
    /// Whether it compiles.
    pub fn compiles(&self) -> bool {
        matches!(self, Verdict::Compiles)
    }

    /// The error, if there is one.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Verdict::Compiles => None,
            Verdict::Error(error) => Some(error),
        }
    }
}

impl From<Result<(), Error>> for Verdict {
    fn from(result: Result<(), Error>) -> Verdict {
        result.map_or_else(Verdict::Error, |()| Verdict::Compiles)
    }
}

/// The exception that CPython raises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Its class.
    pub class: ErrorClass,
    /// Its message, word for word. One that is no UTF-8 is taken for Latin-1.
    pub message: String,
    /// Its `lineno`; 0 when CPython gives 0, none when it gives none.
    pub line: Option<u32>,
    /// Its `offset`: bytes up to and with the last one read, where CPython gives one.
    pub offset: Option<u32>,
}

impl Error {
    /// An exception that carries no place.
    pub(crate) fn without_place(class: ErrorClass, message: &str) -> Error {
        Error {
            class,
            message: message.to_owned(),
            line: None,
            offset: None,
        }
    }

    /// A `SyntaxError` raised before the first line was read.
    pub(crate) fn at_start(message: &str) -> Error {
        Error {
            class: ErrorClass::SyntaxError,
            message: message.to_owned(),
            line: Some(0),
            offset: Some(0),
        }
    }

    /// A `SyntaxError` of the stages after the parser, which know the line only.
    pub(crate) fn on_line(line: u32, message: impl Into<String>) -> Error {
        Error {
            class: ErrorClass::SyntaxError,
            message: message.into(),
            line: Some(line),
            offset: None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.message)?;
        match self.line {
            Some(line) => write!(f, " (line {line})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// The classes of exception that a source can raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are Python's")]
pub enum ErrorClass {
    SyntaxError,
    IndentationError,
    TypeError,
    ValueError,
    MemoryError,
    OverflowError,
    SystemError,
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            ErrorClass::SyntaxError => "SyntaxError",
            ErrorClass::IndentationError => "IndentationError",
            ErrorClass::TypeError => "TypeError",
            ErrorClass::ValueError => "ValueError",
            ErrorClass::MemoryError => "MemoryError",
            ErrorClass::OverflowError => "OverflowError",
            ErrorClass::SystemError => "SystemError",
        };
        f.write_str(name)
    }
}
