//! The options of a tool as one list: its own, then those that every tool has.
//!
//! The help page, the man page and the completions are all made from this list, so that none of
//! them can know an option that another lacks.

use argh::{CommandInfoWithArgs, FlagInfoKind, Optionality};

use super::argv::{Arity, GENERATE, HELP, QUIET, VERSION};

/// One option, as every page and completion shows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown<'a> {
    /// With its dashes.
    pub(super) long: &'a str,
    /// What stands for its value; empty for a switch.
    pub(super) placeholder: &'a str,
    pub(super) description: &'a str,
    pub(super) arity: Arity,
    pub(super) is_repeatable: bool,
}

/// The options that every tool has, as (option, placeholder, description).
const COMMON: [(&str, &str, &str); 4] = [
    (QUIET, "", "no progress and no warnings on standard error"),
    (HELP, "", "show this page (also -h)"),
    (VERSION, "", "show the version"),
    (
        GENERATE,
        "NAME",
        "print a man page (man) or completions for a shell (bash, zsh, fish, powershell)",
    ),
];

/// What a value is, which a shell can complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    File,
    Folder,
    /// Anything else.
    Text,
}

impl<'a> Shown<'a> {
    /// The option as one types it: `--output FILE`.
    pub(super) fn usage(&self) -> String {
        if self.placeholder.is_empty() {
            self.long.to_owned()
        } else {
            format!("{} {}", self.long, self.placeholder)
        }
    }

    /// What its value is, by its placeholder.
    pub(super) fn value(&self) -> Value {
        let is = |words: &[&str]| words.iter().any(|word| self.placeholder.starts_with(word));
        if is(&["DIR", "[DIR"]) {
            Value::Folder
        } else if is(&["FILE", "PATH", "LIST"]) && !self.placeholder.contains("FIELD") {
            Value::File
        } else {
            Value::Text
        }
    }

    /// The first line of what it does, short enough for a menu.
    pub(super) fn in_short(&self) -> &'a str {
        let end = self
            .description
            .find("; ")
            .unwrap_or(self.description.len());
        &self.description[..end]
    }
}

/// Every option of a tool that is shown to a person.
pub(super) fn shown(info: &CommandInfoWithArgs) -> Vec<Shown<'static>> {
    let own = info
        .flags
        .iter()
        // argh lists its own --help among the tool's options.
        .filter(|flag| !flag.hidden && flag.long != HELP)
        .map(|flag| Shown {
            long: flag.long,
            placeholder: match flag.kind {
                FlagInfoKind::Switch => "",
                FlagInfoKind::Option { arg_name } => arg_name,
            },
            description: flag.description,
            arity: Arity::of(flag),
            is_repeatable: flag.optionality == Optionality::Repeating,
        });
    let common = COMMON.iter().map(|(long, placeholder, description)| Shown {
        long,
        placeholder,
        description,
        arity: if placeholder.is_empty() {
            Arity::Switch
        } else {
            Arity::One
        },
        is_repeatable: false,
    });
    own.chain(common).collect()
}
