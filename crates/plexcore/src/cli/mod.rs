//! The edge to the process: arguments, streams, the clock, exit codes.
//!
//! A tool's `main.rs` hands its definition and its `run` to [`main`]; nothing else reads argv,
//! prints an error or decides how the process ends.

mod argv;
mod completion;
mod console;
mod exit;
mod failure;
mod help;
mod man;
mod options;
pub mod output;
mod raw;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use argh::{ArgsInfo, FromArgs};
use time::OffsetDateTime;

pub use console::Console;
pub use exit::Exit;
pub use failure::{Failure, chain};
pub use raw::RawPath;

use crate::stamp::Stamp;
use argv::{Kind, Request};

/// What sets a tool apart on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The binary's name, which was the script's.
    pub name: &'static str,
    /// The version that `--version` prints.
    pub version: &'static str,
    /// The options that the script had; a prefix that was unique there stays so.
    pub script_options: &'static [&'static str],
}

/// Runs a tool: reads the command line, calls `run`, prints what failed, gives back the exit code.
pub fn main<A: FromArgs + ArgsInfo>(
    tool: &Tool,
    run: impl FnOnce(A, &mut Console) -> Result<Exit, Failure>,
) -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().skip(1).collect();
    let name = tool.name;
    std::panic::set_hook(Box::new(move |panic| {
        let line = format!("internal fault: {panic}");
        Console::of_process(name, false).complain(line);
    }));
    let outcome = catch_unwind(AssertUnwindSafe(|| run_on(tool, &argv, run)));
    outcome.unwrap_or(Exit::Internal).into()
}

fn run_on<A: FromArgs + ArgsInfo>(
    tool: &Tool,
    argv: &[OsString],
    run: impl FnOnce(A, &mut Console) -> Result<Exit, Failure>,
) -> Exit {
    let info = A::get_args_info();
    let request = argv::rewrite(&info, tool.script_options, argv)
        .and_then(|request| parse::<A>(tool, request));
    let quiet = matches!(request, Ok(Parsed::Run { quiet: true, .. }));
    let mut console = Console::of_process(tool.name, quiet);
    let outcome = match request {
        Ok(Parsed::Page(page)) => write!(console.out(), "{}", page.text(tool, &info))
            .map_err(Failure::from)
            .map(|()| Exit::Done),
        Ok(Parsed::Version) => console
            .say(format_args!("{} {}", tool.name, tool.version))
            .map(|()| Exit::Done),
        Ok(Parsed::Run { args, .. }) => run(args, &mut console),
        Err(message) => Err(Failure::usage(message)),
    };
    let outcome = outcome.and_then(|exit| console.flush().map(|()| exit));
    match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            let failure = failure.with_the_options_page(tool.name);
            if !failure.closed_pipe {
                // What was said before the failure comes before it; if even that fails, the failure is what matters.
                let _ = console.flush();
                if failure.wants_help {
                    console.complain_lines(&help::page(tool, &info));
                    console.complain_lines(" ");
                }
                console.report(&failure);
            }
            failure.exit
        }
    }
}

enum Parsed<A> {
    Page(Page),
    Version,
    Run { args: A, quiet: bool },
}

/// A text about the tool itself.
#[derive(Clone, Copy)]
enum Page {
    Help,
    Generated(Kind),
}

impl Page {
    fn text(self, tool: &Tool, info: &argh::CommandInfoWithArgs) -> String {
        match self {
            Self::Help => help::page(tool, info),
            Self::Generated(Kind::Man) => man::page(tool, info),
            Self::Generated(Kind::Bash) => completion::bash(tool, info),
            Self::Generated(Kind::Zsh) => completion::zsh(tool, info),
            Self::Generated(Kind::Fish) => completion::fish(tool, info),
            Self::Generated(Kind::PowerShell) => completion::powershell(tool, info),
        }
    }
}

fn parse<A: FromArgs>(tool: &Tool, request: Request) -> Result<Parsed<A>, String> {
    match request {
        Request::Help => Ok(Parsed::Page(Page::Help)),
        Request::Generate(kind) => Ok(Parsed::Page(Page::Generated(kind))),
        Request::Version => Ok(Parsed::Version),
        Request::Run { args, quiet } => {
            let words: Vec<&str> = args.iter().map(String::as_str).collect();
            match A::from_args(&[tool.name], &words) {
                Ok(args) => Ok(Parsed::Run { args, quiet }),
                Err(early) => Err(in_our_words(&early.output)),
            }
        }
    }
}

/// argh's messages begin with a capital and end in a line feed.
fn in_our_words(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(refused) = refused_value(&line) {
        return refused;
    }
    let mut chars = line.chars();
    chars
        .next()
        .map(|c| c.to_lowercase().collect::<String>() + chars.as_str())
        .unwrap_or_default()
}

/// `Error parsing option '--keep' with value 'x': invalid digit found in string` as we say it.
fn refused_value(line: &str) -> Option<String> {
    let rest = line.strip_prefix("Error parsing option '")?;
    let (option, rest) = rest.split_once("' with value '")?;
    let (value, reason) = rest.rsplit_once("': ")?;
    // The words are those of the standard library's `FromStr`.
    let expected = match reason {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "expected a whole number"
        }
        "number too large to fit in target type" => "expected a smaller number",
        "invalid float literal" | "cannot parse float from empty string" => "expected a number",
        other => other,
    };
    Some(format!("cannot use {value:?} for {option}: {expected}"))
}

/// The local time now, as a log would write it; UTC where the system won't say its zone.
pub fn now() -> Stamp {
    let now = OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc());
    Stamp::from(time::PrimitiveDateTime::new(now.date(), now.time()))
}

/// The time now in UTC, for moments that are compared across zones and summer time.
pub fn utc_now() -> Stamp {
    let now = OffsetDateTime::now_utc();
    Stamp::from(time::PrimitiveDateTime::new(now.date(), now.time()))
}
