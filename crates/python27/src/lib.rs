//! Says what CPython 2.7 would say of a source file, without CPython.
//!
//! [`check`] answers as `compile(bytes, name, "exec", 0, 1)` of CPython 2.7.18 does, or as `import` of the file does:
//! it compiles, or the class, message, line and offset of the exception. [`analyse`] gives both answers, the syntax
//! tree for checks of one's own, and findings that CPython has no words for: which construct only Python 3 has, and
//! what means something else there.
//!
//! ```
//! use python27::{Mode, Verdict, check};
//!
//! assert!(check(b"print 'hello'\n", Mode::String).compiles());
//! let Verdict::Error(error) = check(b"x = f'hello'\n", Mode::String) else { unreachable!() };
//! assert_eq!((error.message.as_str(), error.line, error.offset), ("invalid syntax", Some(1), Some(12)));
//! ```
//!
//! The stages are CPython's: `encoding` makes bytes a text; `tokenizer`, `parser` and `build` run side by side in
//! `reading` and leave a [`tree`]; `ast_checks`, `future`, `symtable` and `compile` walk it in CPython's order. What
//! goes beyond CPython's answer comes from `recover`, `py3`, `notes` and `limits`.
//!
//! Nothing here reads a file, runs code, or recurses deeper than CPython's own limits allow. A source that CPython
//! crashes on (tens of thousands of operators in one chain) or never finishes with (`9**999999999`, as it folds
//! constants) compiles here, and [`analyse`] says so in a finding.

mod ast_checks;
mod build;
mod codecs;
mod compile;
mod encoding;
mod future;
mod grammar;
mod label;
mod limits;
mod literals;
mod notes;
mod parser;
mod py3;
mod reading;
mod recover;
mod symtable;
mod tokenizer;
pub mod tree;
mod unicode52;
mod verdict;

pub use literals::StrValue;
pub use verdict::{Error, ErrorClass, Verdict};

use std::borrow::Cow;

use encoding::Source;
use tree::Module;

/// Which of CPython's two ways in is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode<'a> {
    /// `compile(bytes, ...)`: what `py_compile`, `exec` and most loaders do.
    String,
    /// The file as `import` and `python file.py` read it. The name appears in some messages.
    File {
        /// The path as CPython would have been given it.
        name: &'a str,
    },
}

/// What CPython 2.7.18 says of a source.
pub fn check(source: &[u8], mode: Mode<'_>) -> Verdict {
    prepare(source, mode)
        .and_then(|source| judge(&source))
        .into()
}

fn prepare<'s>(source: &'s [u8], mode: Mode<'_>) -> Result<Source<'s>, Error> {
    match mode {
        Mode::String => encoding::from_string(source),
        Mode::File { name } => encoding::from_file(source, name),
    }
}

fn judge(source: &Source<'_>) -> Result<(), Error> {
    let reading = reading::read(source, false);
    match reading.error {
        Some(error) => Err(error),
        None => judge_tree(&Module {
            text: Cow::Borrowed(&source.text),
            nodes: reading.nodes,
        }),
    }
}

/// The stages after the parser.
fn judge_tree(module: &Module<'_>) -> Result<(), Error> {
    ast_checks::check(module)?;
    let future_line = future::last_line(module)?;
    let facts = symtable::check(module)?;
    compile::check(module, &facts, future_line)
}

/// Everything there is to say of a source.
#[derive(Clone, Debug)]
pub struct Analysis<'s> {
    /// What `compile(bytes, ...)` says.
    pub string: Verdict,
    /// What `import` of the file says.
    pub file: Verdict,
    /// The tree, when the source could be read and parsed; later stages may still have refused it.
    pub tree: Option<Module<'s>>,
    /// Constructs of Python 3, changed meanings, and further errors, in the order of their lines.
    pub findings: Vec<Finding>,
}

impl Analysis<'_> {
    /// The third answer: it compiles as a string, but cannot be imported as a file.
    pub fn compiles_but_cannot_be_imported(&self) -> bool {
        self.string.compiles() && !self.file.compiles()
    }
}

/// Something worth knowing beyond the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which kind of thing it is.
    pub kind: FindingKind,
    /// A name that stays the same, such as `f-string`.
    pub id: &'static str,
    /// A sentence for the reader.
    pub message: String,
    /// Line from 1.
    pub line: u32,
    /// Bytes from the start of the line, from 0.
    pub column: u32,
}

/// The kinds of [`Finding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// Syntax that 2.7 refuses; the version of Python that brought it, such as `(3, 6)`.
    Python3Only {
        /// Major and minor number.
        since: (u8, u8),
    },
    /// Code that 2.7 accepts and reads differently from Python 3.
    OtherMeaning,
    /// A further error, found by going on after the first: CPython itself reports only the first.
    FurtherError,
    /// Code that CPython itself crashes on or never ends with; the verdict here is that it compiles.
    CPythonLimit,
}

/// The verdicts of both modes, the tree, and the findings. `name` is the file's name in messages.
pub fn analyse<'s>(source: &'s [u8], name: &str) -> Analysis<'s> {
    let file = check(source, Mode::File { name });
    let source = match encoding::from_string(source) {
        Ok(source) => source,
        Err(error) => {
            return Analysis {
                string: Verdict::Error(error),
                file,
                tree: None,
                findings: Vec::new(),
            };
        }
    };
    let reading = reading::read(&source, true);
    if let Some(error) = reading.error {
        let findings = recover::findings(&source, &error);
        return Analysis {
            string: Verdict::Error(error),
            file,
            tree: None,
            findings,
        };
    }
    let module = Module {
        text: source.text,
        nodes: reading.nodes,
    };
    let mut findings = notes::notes(&module);
    findings.extend(limits::findings(&module));
    findings.sort_by_key(|finding| (finding.line, finding.column));
    Analysis {
        string: judge_tree(&module).into(),
        file,
        tree: Some(module),
        findings,
    }
}
