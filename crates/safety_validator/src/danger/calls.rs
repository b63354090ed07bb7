//! Calls that run a command or delete a folder -> what is dangerous about them.

use std::collections::HashSet;

use python27::tree::{Arg, ArgKind, ExprId, ExprKind, List};

use super::fold::Folder;
use super::{judge, shown};
use crate::finding::Found;
use crate::names::Names;
use crate::rules::{self, Rule};

/// How a function takes the command that it runs.
#[derive(Clone, Copy)]
enum Takes {
    /// The first argument, a text for the shell or a list of words.
    Command,
    /// All arguments from this one on are the words.
    WordsFrom(usize),
    /// This argument is the list of words.
    ListAt(usize),
    /// The first argument is a folder that is deleted.
    Folder,
}

/// Functions that run what they are given.
fn sink(name: &str) -> Option<Takes> {
    Some(match name {
        "os.system"
        | "os.popen"
        | "os.popen2"
        | "os.popen3"
        | "os.popen4"
        | "popen2.popen2"
        | "popen2.popen3"
        | "popen2.popen4"
        | "popen2.Popen3"
        | "popen2.Popen4"
        | "commands.getoutput"
        | "commands.getstatusoutput"
        | "subprocess.call"
        | "subprocess.check_call"
        | "subprocess.check_output"
        | "subprocess.Popen"
        | "subprocess.run"
        | "subprocess.getoutput"
        | "subprocess.getstatusoutput"
        | "subprocess32.call"
        | "subprocess32.check_call"
        | "subprocess32.check_output"
        | "subprocess32.Popen"
        | "subprocess32.run"
        | "pty.spawn"
        | "pexpect.run"
        | "pexpect.spawn"
        | "os.startfile" => Takes::Command,
        "os.execl" | "os.execle" | "os.execlp" | "os.execlpe" => Takes::WordsFrom(1),
        "os.execv" | "os.execve" | "os.execvp" | "os.execvpe" => Takes::ListAt(1),
        "os.spawnl" | "os.spawnle" | "os.spawnlp" | "os.spawnlpe" => Takes::WordsFrom(2),
        "os.spawnv" | "os.spawnve" | "os.spawnvp" | "os.spawnvpe" => Takes::ListAt(2),
        "shutil.rmtree" => Takes::Folder,
        _ => return None,
    })
}

/// Names of functions and methods that are likely to run a command.
const LIKELY: [&str; 14] = [
    "run",
    "execute",
    "exec_command",
    "run_command",
    "runcmd",
    "shell",
    "sh",
    "cmd",
    "command",
    "system",
    "popen",
    "Popen",
    "check_call",
    "check_output",
];

/// Adds what calls run; gives back the string literals that were judged on the way.
pub(super) fn check(names: &Names<'_, '_>, found: &mut Vec<Found>) -> HashSet<ExprId> {
    let mut judged = HashSet::new();
    for (_, expr) in names.module.exprs() {
        let ExprKind::Call { func, args } = expr.kind else {
            continue;
        };
        let name = names.qualified(func);
        let mut folder = Folder::new(names);
        let at = expr.span.start;
        let reported = if let Some((name, takes)) =
            name.as_deref().and_then(|name| Some((name, sink(name)?)))
        {
            known(&mut folder, name, takes, args, at, found)
        } else {
            likely(names, &mut folder, func, args, at, found)
        };
        if reported {
            judged.extend(folder.used);
        }
    }
    judged
}

/// A function that is known to run its argument.
fn known(
    folder: &mut Folder<'_, '_, '_>,
    name: &str,
    takes: Takes,
    args: List<Arg>,
    at: u32,
    found: &mut Vec<Found>,
) -> bool {
    let positional = positional(folder.module(), args);
    let first = positional.first().copied().or_else(|| {
        ["args", "cmd", "command", "path"]
            .iter()
            .find_map(|label| folder.keyword(args, label))
    });
    let (dangers, command) = match takes {
        Takes::Command => first.map_or_else(Default::default, |id| command(folder, id)),
        Takes::ListAt(index) => match positional.get(index).and_then(|&id| folder.words(id)) {
            Some(words) => (judge::argv(&words), words.join(" ")),
            None => Default::default(),
        },
        Takes::WordsFrom(index) => {
            let words: Vec<String> = positional
                .iter()
                .skip(index)
                .map(|&id| folder.text(id))
                .collect();
            (judge::argv(&words), words.join(" "))
        }
        Takes::Folder => {
            let path = first.map_or_else(String::new, |id| folder.text(id));
            let rules: Vec<&'static Rule> = if judge::is_root(&path) {
                vec![&rules::DANGER_RMTREE]
            } else {
                Vec::new()
            };
            (rules, path)
        }
    };
    for rule in &dangers {
        let verb = if rule.id == rules::DANGER_RMTREE.id {
            "deletes"
        } else {
            "runs"
        };
        found.push(Found {
            rule,
            at,
            message: format!("{name} {verb} {}", shown(&command)),
        });
    }
    !dangers.is_empty()
}

/// A function whose name says that it may run its argument.
fn likely(
    names: &Names<'_, '_>,
    folder: &mut Folder<'_, '_, '_>,
    func: ExprId,
    args: List<Arg>,
    at: u32,
    found: &mut Vec<Found>,
) -> bool {
    let last = match names.module.expr(func).kind {
        ExprKind::Name(name) | ExprKind::Attribute { name, .. } => names.module.name(name),
        _ => return false,
    };
    if !LIKELY.contains(&last) {
        return false;
    }
    let Some(&first) = positional(names.module, args).first() else {
        return false;
    };
    let (dangers, command) = command(folder, first);
    for rule in &dangers {
        found.push(Found {
            rule: &rules::DANGER_LIKELY,
            at,
            message: format!("{last} is given {} ({})", shown(&command), rule.id),
        });
    }
    !dangers.is_empty()
}

/// A text for the shell, or a list of words.
fn command(folder: &mut Folder<'_, '_, '_>, id: ExprId) -> (Vec<&'static Rule>, String) {
    if let Some(words) = folder.words(id) {
        return (judge::argv(&words), words.join(" "));
    }
    let text = folder.text(id);
    (judge::line(&text), text)
}

fn positional(module: &python27::tree::Module<'_>, args: List<Arg>) -> Vec<ExprId> {
    let args = module.list(args).iter();
    args.take_while(|arg| arg.kind == ArgKind::Positional)
        .map(|arg| arg.value)
        .collect()
}
