//! The command line, and the one command that it asks for.

use argh::{ArgsInfo, FromArgs};
use plexcore::cli::{Failure, RawPath};

/// Where the script kept its state.
pub(crate) const DEFAULT_FILE: &str = "Plug-ins/plex_improvement/state.json";

/// Remembers what you note between two sessions. Every change is atomic, and can be taken back.
#[derive(Debug, FromArgs, ArgsInfo)]
#[argh(
    example = "state_manager --set iteration 3\nstate_manager --load\nstate_manager --undo",
    note = "A key with dots is first looked for as it is, then as a path: agents.0.name.\n--set stores text, as the script did; --set-json stores numbers, lists, objects.\nThe last 50 states are kept in .NAME.history beside the file.",
    error_code(0, "done"),
    error_code(
        1,
        "nothing to undo or redo; no such key (--delete, --get with --raw or --json)"
    ),
    error_code(64, "wrong usage"),
    error_code(65, "the file is no state file; it is left as it is"),
    error_code(66, "the file can't be read"),
    error_code(73, "the file can't be created"),
    error_code(74, "the file can't be written"),
    error_code(75, "another process has held the lock for 30 seconds")
)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct Args {
    /// save the state again, with the time and this reason
    #[argh(option, arg_name = "REASON")]
    save: Option<String>,
    /// show the state
    #[argh(switch)]
    load: bool,
    /// show one value
    #[argh(option, arg_name = "KEY")]
    get: Option<String>,
    /// set a key to a text; may be repeated
    #[argh(option, arg_name = "KEY VALUE")]
    set: Vec<String>,
    /// remove the state file (--undo brings it back)
    #[argh(switch)]
    clear: bool,
    /// the state file (default: Plug-ins/plex_improvement/state.json)
    #[argh(option, arg_name = "FILE")]
    state_file: Option<RawPath>,
    /// set a key to a JSON value; may be repeated
    #[argh(option, arg_name = "KEY JSON")]
    set_json: Vec<String>,
    /// take a key out; may be repeated
    #[argh(option, arg_name = "KEY")]
    delete: Vec<String>,
    /// the reason to save with a change (default: checkpoint)
    #[argh(option, arg_name = "TEXT")]
    reason: Option<String>,
    /// list the states that are kept, the newest first
    #[argh(switch)]
    history: bool,
    /// take the last change back; again to go further
    #[argh(switch)]
    undo: bool,
    /// take the last undo back
    #[argh(switch)]
    redo: bool,
    /// show what the last change changed, or all since the kept state N
    #[argh(option, arg_name = "[N]")]
    diff: Option<String>,
    /// what --get shows for a key that is not there (default: None)
    #[argh(option, arg_name = "TEXT")]
    default: Option<String>,
    /// with --get: the value alone
    #[argh(switch)]
    raw: bool,
    /// one JSON document on standard output instead of text
    #[argh(switch)]
    json: bool,
}

/// What a command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Save {
        reason: String,
    },
    Load,
    Get {
        key: String,
        default: Option<String>,
        raw: bool,
    },
    Change {
        edits: Vec<Edit>,
        reason: String,
    },
    Clear,
    History,
    Undo,
    Redo,
    Diff {
        number: Option<u64>,
    },
}

/// One change to one key.
#[derive(Debug)]
pub(crate) enum Edit {
    /// The value is JSON.
    Set {
        key: String,
        value: String,
    },
    Delete {
        key: String,
    },
}

/// What was asked for, and how to answer.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) command: Command,
    pub(crate) file: std::path::PathBuf,
    pub(crate) json: bool,
}

const COMMANDS: &str = "--save, --load, --get, --set (with --set-json and --delete), --clear, --history, --undo, --redo or --diff";

impl Args {
    /// Settles on one command. The script did the first of several and forgot the others, and did
    /// nothing at all without one; both are usage errors here.
    pub(crate) fn request(self) -> Result<Request, Failure> {
        let changes = !self.set.is_empty() || !self.set_json.is_empty() || !self.delete.is_empty();
        if self.get.is_none() && self.raw {
            return Err(Failure::belongs("--raw", &["--get"]));
        }
        if self.get.is_none() && self.default.is_some() {
            return Err(Failure::belongs("--default", &["--get"]));
        }
        if self.reason.is_some() && !changes {
            let owners = ["--set", "--set-json", "--delete"];
            return Err(
                Failure::belongs("--reason", &owners).because("--save takes its reason itself")
            );
        }
        let file = self
            .state_file
            .map_or_else(|| DEFAULT_FILE.into(), RawPath::into_path);
        let json = self.json;
        let mut commands = Vec::new();
        let changes_by = match (self.set.is_empty(), self.set_json.is_empty()) {
            (false, _) => "--set",
            (true, false) => "--set-json",
            (true, true) => "--delete",
        };
        let edits = edits(&self.set, &self.set_json, self.delete)?;
        if let Some(reason) = self.save {
            commands.push(("--save", Command::Save { reason }));
        }
        if let Some(key) = self.get {
            let (default, raw) = (self.default, self.raw);
            commands.push(("--get", Command::Get { key, default, raw }));
        }
        if !edits.is_empty() {
            let reason = self.reason.unwrap_or_else(|| "checkpoint".to_owned());
            commands.push((changes_by, Command::Change { edits, reason }));
        }
        if let Some(number) = self.diff {
            let number = entry_number(&number)?;
            commands.push(("--diff", Command::Diff { number }));
        }
        for (given, name, command) in [
            (self.load, "--load", Command::Load),
            (self.clear, "--clear", Command::Clear),
            (self.history, "--history", Command::History),
            (self.undo, "--undo", Command::Undo),
            (self.redo, "--redo", Command::Redo),
        ] {
            commands.extend(given.then_some((name, command)));
        }
        let names: Vec<&str> = commands.iter().map(|(name, _)| *name).collect();
        let conflict = Failure::conflict(&names);
        match (commands.pop(), commands.is_empty()) {
            (Some((_, command)), true) => Ok(Request {
                command,
                file,
                json,
            }),
            (None, _) => Err(Failure::nothing_to_do(COMMANDS)),
            _ => Err(conflict),
        }
    }
}

fn entry_number(typed: &str) -> Result<Option<u64>, Failure> {
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong = |_| {
        Failure::usage(format!(
            "cannot use {typed:?} for --diff: expected a number from --history"
        ))
    };
    typed.parse().map(Some).map_err(wrong)
}

fn edits(set: &[String], set_json: &[String], delete: Vec<String>) -> Result<Vec<Edit>, Failure> {
    let mut edits = Vec::new();
    for pair in set.chunks_exact(2) {
        edits.push(Edit::Set {
            key: pair[0].clone(),
            value: plexcore::state::quoted(&pair[1]),
        });
    }
    for pair in set_json.chunks_exact(2) {
        let span = plexcore::state::check(&pair[1]).map_err(|fault| {
            Failure::usage(format!(
                "cannot use {:?} for --set-json {}: {fault}",
                pair[1], pair[0]
            ))
        })?;
        edits.push(Edit::Set {
            key: pair[0].clone(),
            value: pair[1][span].to_owned(),
        });
    }
    edits.extend(delete.into_iter().map(|key| Edit::Delete { key }));
    Ok(edits)
}
