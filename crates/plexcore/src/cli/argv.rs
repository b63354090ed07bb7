//! Command lines as Python's `argparse` takes them, turned into what argh takes.
//!
//! argh knows `--option value` and nothing else. The scripts took `--option=value`, unique
//! prefixes, options with several values, two values or a value that may be left out, and `-h`.
//! This module rewrites the one into the other; what an option takes is read off its placeholder
//! in the help (`FILE...`, `KEY VALUE`, `[X]`), so that help and behaviour can't differ.
//! Whatever comes after `--` is left alone.

use std::collections::BTreeMap;
use std::ffi::OsString;

use argh::{CommandInfoWithArgs, FlagInfo, FlagInfoKind, Optionality};

use super::{Failure, raw};

/// Options that every tool has; they never reach the tool.
pub(super) const HELP: &str = "--help";
pub(super) const VERSION: &str = "--version";
pub(super) const QUIET: &str = "--quiet";
pub(super) const GENERATE: &str = "--generate";

/// How many values an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arity {
    /// None: it is there or not.
    Switch,
    /// One.
    One,
    /// One or none (`[X]`).
    Optional,
    /// Two (`KEY VALUE`).
    Two,
    /// One or more (`FILE...`).
    Many,
}

impl Arity {
    /// Reads the arity off an option's placeholder in the help.
    pub(super) fn of(flag: &FlagInfo<'_>) -> Self {
        match flag.kind {
            FlagInfoKind::Switch => Self::Switch,
            FlagInfoKind::Option { arg_name } if arg_name.ends_with("...") => Self::Many,
            FlagInfoKind::Option { arg_name } if arg_name.starts_with('[') => Self::Optional,
            FlagInfoKind::Option { arg_name } if arg_name.contains(' ') => Self::Two,
            FlagInfoKind::Option { .. } => Self::One,
        }
    }
}

/// What a command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The help page.
    Help,
    /// The version line.
    Version,
    /// A man page or completions.
    Generate(Kind),
    /// A run with these arguments, in a form that argh takes.
    Run {
        /// Options first, then `--` and what is not an option.
        args: Vec<String>,
        /// `--quiet` was given.
        quiet: bool,
    },
}

/// What `--generate` makes from a tool's definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Man,
    Bash,
    Zsh,
    Fish,
    PowerShell,
}

impl Kind {
    const NAMES: [(&'static str, Self); 5] = [
        ("man", Self::Man),
        ("bash", Self::Bash),
        ("zsh", Self::Zsh),
        ("fish", Self::Fish),
        ("powershell", Self::PowerShell),
    ];

    fn named(word: Option<&str>) -> Result<Self, String> {
        let found = Self::NAMES.iter().find(|(name, _)| Some(*name) == word);
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            let names: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
            format!("{GENERATE} expects one of {}", names.join(", "))
        })
    }
}

/// Rewrites one command line. `script_options` are the options that the script had: where a prefix
/// could mean several options, it means the only one that the script knew.
/// The error is a message for the person.
pub(super) fn rewrite(
    info: &CommandInfoWithArgs,
    script_options: &[&str],
    argv: &[OsString],
) -> Result<Request, String> {
    let words = argv
        .iter()
        .map(|word| raw::encode(word))
        .collect::<Result<Vec<_>, _>>()?;
    let mut rewriting = Rewriting {
        info,
        script_options,
        ..Rewriting::new(info)
    };
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_str();
        at += 1;
        if word == "--" {
            rewriting.operands.extend_from_slice(&words[at..]);
            break;
        }
        if !rewriting.is_option(word) {
            rewriting.operands.push(word.to_owned());
            continue;
        }
        let (name, glued) = match word.split_once('=') {
            Some((name, value)) if word.starts_with("--") => (name, Some(value)),
            _ => (word, None),
        };
        match rewriting.resolve(name)? {
            HELP if glued.is_none() => return Ok(Request::Help),
            VERSION if glued.is_none() => return Ok(Request::Version),
            QUIET if glued.is_none() => rewriting.quiet = true,
            GENERATE => {
                let word = glued.or(words.get(at).map(String::as_str));
                return Kind::named(word).map(Request::Generate);
            }
            name => at += rewriting.take(name, glued, &words[at..])?,
        }
    }
    rewriting.finish()
}

/// The options of one command line as they are gathered.
struct Rewriting<'a> {
    info: &'a CommandInfoWithArgs,
    script_options: &'a [&'a str],
    /// Values by position of the option in the tool's list, so that the order is the tool's own.
    values: BTreeMap<usize, Vec<String>>,
    operands: Vec<String>,
    quiet: bool,
}

impl<'a> Rewriting<'a> {
    fn new(info: &'a CommandInfoWithArgs) -> Self {
        Self {
            info,
            script_options: &[],
            values: BTreeMap::new(),
            operands: Vec::new(),
            quiet: false,
        }
    }

    fn flag(&self, name: &str) -> Option<(usize, &'a FlagInfo<'static>)> {
        self.info
            .flags
            .iter()
            .enumerate()
            .find(|(_, flag)| flag.long == name)
    }

    /// Whether a word stands where `argparse` would see an option rather than a value.
    fn is_option(&self, word: &str) -> bool {
        if !word.starts_with('-') || word == "-" || is_negative_number(word) {
            return false;
        }
        let name = word.split_once('=').map_or(word, |(name, _)| name);
        !word.contains(' ') || self.resolve(name).is_ok()
    }

    /// The full name of an option from a unique prefix of it.
    fn resolve(&self, typed: &str) -> Result<&'a str, String> {
        if typed == "-h" {
            return Ok(HELP);
        }
        // argh lists its own --help among the tool's options.
        let of_tool = || {
            self.info
                .flags
                .iter()
                .map(|flag| flag.long)
                .filter(|name| *name != HELP)
        };
        let known = || of_tool().chain([HELP, VERSION, QUIET, GENERATE]);
        if let Some(exact) = known().find(|name| *name == typed) {
            return Ok(exact);
        }
        let unknown = || format!("there is no option {typed}");
        if !typed.starts_with("--") || typed == "--" {
            return Err(unknown());
        }
        let meant: Vec<&str> = known().filter(|name| name.starts_with(typed)).collect();
        let of_script: Vec<&str> = meant
            .iter()
            .copied()
            .filter(|name| *name == HELP || self.script_options.contains(name))
            .collect();
        match (meant.as_slice(), of_script.as_slice()) {
            ([], _) => Err(unknown()),
            ([one], _) | (_, [one]) => Ok(one),
            _ => Err(format!("{typed} could mean {}", meant.join(" or "))),
        }
    }

    /// Takes an option's values from the words that follow; gives back how many words it took.
    fn take(&mut self, name: &str, glued: Option<&str>, rest: &[String]) -> Result<usize, String> {
        let Some((position, flag)) = self.flag(name) else {
            return Err(format!("{name} takes no value"));
        };
        let arity = Arity::of(flag);
        let (values, taken) = match (arity, glued) {
            (Arity::Switch, None) => (Vec::new(), 0),
            (Arity::Switch, Some(_)) => return Err(format!("{name} takes no value")),
            (Arity::Two, Some(_)) => {
                return Err(format!(
                    "{name} expects two values, each as a word of its own"
                ));
            }
            (_, Some(value)) => (vec![value.to_owned()], 0),
            (_, None) => self.following(name, arity, rest)?,
        };
        check_encoding(name, flag, &values)?;
        let slot = self.values.entry(position).or_default();
        if flag.optionality == Optionality::Repeating {
            slot.extend(values);
        } else {
            // Given twice, the last one counts, as it did in the scripts.
            *slot = values;
        }
        Ok(taken)
    }

    fn following(
        &self,
        name: &str,
        arity: Arity,
        rest: &[String],
    ) -> Result<(Vec<String>, usize), String> {
        let available = rest
            .iter()
            .take_while(|word| *word != "--" && !self.is_option(word))
            .count();
        let (least, most) = match arity {
            Arity::Switch => (0, 0),
            Arity::One => (1, 1),
            Arity::Optional => (0, 1),
            Arity::Two => (2, 2),
            Arity::Many => (1, usize::MAX),
        };
        if available < least {
            let wanted = if least == 1 { "a value" } else { "two values" };
            return Err(match rest.get(available) {
                Some(word) if word != "--" => {
                    format!(
                        "{name} expects {wanted}, but {word} follows (a value that begins with - is written {name}={word})"
                    )
                }
                _ => format!("{name} expects {wanted}"),
            });
        }
        let taken = available.min(most);
        let values = if arity == Arity::Optional && taken == 0 {
            vec![String::new()]
        } else {
            rest[..taken].to_vec()
        };
        Ok((values, taken))
    }

    fn finish(self) -> Result<Request, String> {
        for (position, flag) in self.info.flags.iter().enumerate() {
            let is_option = matches!(flag.kind, FlagInfoKind::Option { .. });
            if is_option
                && flag.optionality == Optionality::Required
                && !self.values.contains_key(&position)
            {
                return Err(Failure::required(flag.long).message);
            }
        }
        if let (Some(first), true) = (self.operands.first(), self.info.positionals.is_empty()) {
            return Err(format!("{:?} belongs to no option", raw::shown(first)));
        }
        let mut args = Vec::new();
        for (position, values) in self.values {
            let name = self.info.flags[position].long;
            if Arity::of(&self.info.flags[position]) == Arity::Switch {
                args.push(name.to_owned());
            }
            args.extend(
                values
                    .into_iter()
                    .flat_map(|value| [name.to_owned(), value]),
            );
        }
        if !self.operands.is_empty() {
            args.push("--".to_owned());
            args.extend(self.operands);
        }
        Ok(Request::Run {
            args,
            quiet: self.quiet,
        })
    }
}

/// Bytes that are no UTF-8 are welcome in paths and nowhere else.
fn check_encoding(name: &str, flag: &FlagInfo<'_>, values: &[String]) -> Result<(), String> {
    let FlagInfoKind::Option { arg_name } = flag.kind else {
        return Ok(());
    };
    let is_path = ["FILE", "DIR", "PATH", "LIST"]
        .iter()
        .any(|word| arg_name.contains(word));
    match values.iter().find(|value| !is_path && raw::is_raw(value)) {
        Some(value) => Err(format!(
            "{name} expects text in UTF-8, found {:?}",
            raw::shown(value)
        )),
        None => Ok(()),
    }
}

fn is_negative_number(word: &str) -> bool {
    let Some(number) = word.strip_prefix('-') else {
        return false;
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !fraction.is_empty()
        && (!whole.is_empty() || number.contains('.'))
}

#[cfg(test)]
#[path = "argv_tests.rs"]
mod tests;
