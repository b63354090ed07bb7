//! The command line, and the one command that it asks for.

use argh::{ArgsInfo, FromArgs};
use plexcore::cli::Failure;

/// Remembers in state.json where you are in the improvement loop. It decides nothing.
#[derive(Debug, FromArgs, ArgsInfo)]
#[argh(
    example = "loop_coordinator --set iteration 3\nloop_coordinator --load",
    note = "state_manager --state-file state.json does more with the same file: --undo, --history, --delete, --json.",
    error_code(0, "done"),
    error_code(64, "wrong usage"),
    error_code(65, "the file is no state file; it is left as it is"),
    error_code(66, "the file can't be read"),
    error_code(73, "the file can't be created"),
    error_code(74, "the file can't be written"),
    error_code(75, "another process has held the lock for 30 seconds")
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
}

/// What a command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Save { reason: String },
    Load,
    Get { key: String },
    Set { pairs: Vec<(String, String)> },
}

impl Args {
    /// Settles on one command; the script did the first of several, and nothing without one.
    pub(crate) fn command(self) -> Result<Command, Failure> {
        let mut commands = Vec::new();
        commands.extend(self.save.map(|reason| ("--save", Command::Save { reason })));
        commands.extend(self.load.then_some(("--load", Command::Load)));
        commands.extend(self.get.map(|key| ("--get", Command::Get { key })));
        if !self.set.is_empty() {
            let pairs = self
                .set
                .chunks_exact(2)
                .map(|pair| (pair[0].clone(), pair[1].clone()));
            let pairs = pairs.collect();
            commands.push(("--set", Command::Set { pairs }));
        }
        let all = "one of --save, --load, --get or --set";
        let names: Vec<&str> = commands.iter().map(|(name, _)| *name).collect();
        let conflict = Failure::conflict(&names);
        match (commands.pop(), commands.is_empty()) {
            (Some((_, command)), true) => Ok(command),
            (None, _) => Err(Failure::nothing_to_do(all)),
            _ => Err(conflict),
        }
    }
}
