//! The command line, and what it asks for.
#![expect(
    clippy::doc_markdown,
    reason = "the help page shows these words as they are"
)]

use std::path::PathBuf;

use argh::{ArgsInfo, FromArgValue, FromArgs};
use plexcore::cli::{Failure, RawPath};

use crate::outputs::Format;

/// Says whether files are valid Python 2.7, whether Plex would load them, and what in them is dangerous.
#[derive(Debug, FromArgs, ArgsInfo)]
#[argh(
    example = "safety_validator --file Plug-ins/Agent.bundle/Contents/Code/utils.py\nsafety_validator Plug-ins/*.bundle\nsafety_validator --changed-since Plug-ins/_BACKUPS/before_fix_20260201_183000",
    note = "Files below Contents/Code are also held against Plex's sandbox; Info.plist says how strict it is.\n# plex: allow(ID) at the end of a line silences what is found there.\nNothing is run and nothing is written.",
    error_code(0, "every file passes"),
    error_code(1, "a file fails"),
    error_code(64, "wrong usage"),
    error_code(65, "the backup is not what it should be"),
    error_code(66, "a file is missing or can't be read; the others were judged")
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Args {
    /// a file to validate; may be repeated
    #[argh(option, arg_name = "FILE")]
    file: Vec<RawPath>,
    /// files, folders and bundles to validate; - is standard input
    #[argh(positional, arg_name = "PATH")]
    paths: Vec<RawPath>,
    /// the name that standard input is to be judged under
    #[argh(option, arg_name = "PATH")]
    stdin_name: Option<RawPath>,
    /// validate the files listed in this file, one a line; - is standard input
    #[argh(option, arg_name = "LIST")]
    files_from: Option<RawPath>,
    /// the list of --files-from is separated by NUL bytes instead of line ends
    #[argh(switch)]
    null: bool,
    /// validate only what differs from this backup of backup_utils
    #[argh(option, arg_name = "DIR")]
    changed_since: Option<RawPath>,
    /// hold every file against this code policy: none, standard or elevated (default: what its bundle says)
    #[argh(option, arg_name = "POLICY")]
    policy: Option<PolicyChoice>,
    /// a text anywhere with sudo, rm -rf or dd if= is dangerous, as in the script
    #[argh(switch)]
    compat_substrings: bool,
    /// warnings let a file fail too
    #[argh(switch)]
    strict: bool,
    /// one JSON document on standard output instead of text
    #[argh(switch)]
    json: bool,
    /// SARIF 2.1.0 on standard output instead of text
    #[argh(switch)]
    sarif: bool,
    /// annotations for GitHub Actions instead of text
    #[argh(switch)]
    github: bool,
}

/// Which sandbox files are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PolicyChoice {
    /// No sandbox.
    None,
    Standard,
    Elevated,
}

impl FromArgValue for PolicyChoice {
    fn from_arg_value(value: &str) -> Result<Self, String> {
        match value.to_ascii_lowercase().as_str() {
            "none" => Ok(Self::None),
            "standard" => Ok(Self::Standard),
            "elevated" => Ok(Self::Elevated),
            _ => Err("expected none, standard or elevated".to_owned()),
        }
    }
}

/// Where a list of files comes from.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) path: PathBuf,
    pub(crate) null: bool,
}

/// What decides a verdict, the same for all files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rigour {
    /// `None`: what the bundle says.
    pub(crate) policy: Option<PolicyChoice>,
    pub(crate) compat_substrings: bool,
    pub(crate) strict: bool,
}

/// What was asked for, and how to answer.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) list: Option<List>,
    pub(crate) stdin_name: Option<PathBuf>,
    pub(crate) changed_since: Option<PathBuf>,
    pub(crate) rigour: Rigour,
    pub(crate) format: Format,
}

impl Args {
    /// Settles on what to do. The script did nothing, without a word, when `--file` was missing.
    pub(crate) fn request(self) -> Result<Request, Failure> {
        let given = self.file.into_iter().chain(self.paths);
        let paths: Vec<PathBuf> = given.map(RawPath::into_path).collect();
        if paths.is_empty() && self.files_from.is_none() && self.changed_since.is_none() {
            return Err(Failure::nothing_to_do(
                "files, folders or bundles, --files-from or --changed-since",
            ));
        }
        if self.null && self.files_from.is_none() {
            return Err(Failure::belongs("--null", &["--files-from"]));
        }
        let n_stdin = paths.iter().filter(|path| is_stdin(path)).count();
        let list_is_stdin = matches!(&self.files_from, Some(list) if is_stdin(&list.0));
        if n_stdin + usize::from(list_is_stdin) > 1 {
            return Err(Failure::usage("standard input can be read only once"));
        }
        if self.stdin_name.is_some() && n_stdin == 0 {
            return Err(Failure::belongs("--stdin-name", &["-"]));
        }
        let format = Format::of(self.json, self.sarif, self.github)
            .ok_or_else(|| Failure::conflict(&["--json", "--sarif", "--github"]))?;
        let null = self.null;
        Ok(Request {
            paths,
            list: self.files_from.map(|list| List {
                path: list.into_path(),
                null,
            }),
            stdin_name: self.stdin_name.map(RawPath::into_path),
            changed_since: self.changed_since.map(RawPath::into_path),
            rigour: Rigour {
                policy: self.policy,
                compat_substrings: self.compat_substrings,
                strict: self.strict,
            },
            format,
        })
    }
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &std::path::Path) -> bool {
    path.as_os_str() == "-"
}
