//! A command -> what is dangerous in it.

use super::HOLE;
use super::shell::{self, Pipeline, Simple};
use crate::rules::{self, Rule};

/// Programs that run the program named after them, with what may stand between.
const WRAPPERS: [&str; 11] = [
    "env", "nohup", "nice", "ionice", "time", "exec", "command", "xargs", "setsid", "stdbuf",
    "busybox",
];
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "zsh", "ksh", "ash"];
const FETCHERS: [&str; 3] = ["curl", "wget", "fetch"];
const INTERPRETERS: [&str; 6] = ["python", "python2", "python3", "perl", "ruby", "php"];
/// Names of shell functions that are longer than this, in characters, are not looked at whole.
const MAX_NAME: usize = 64;
/// Folders that are somebody's all.
const ROOTS: &[&str] = &[
    "/",
    "/*",
    "~",
    "~/",
    "~/*",
    "$HOME",
    "${HOME}",
    "$HOME/",
    "$HOME/*",
    "/home",
    "/home/*",
    "/root",
    "/etc",
    "/usr",
    "/var",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/opt",
    "/boot",
    "/dev",
    "/proc",
    "/sys",
    "/mnt",
    "/media",
    "/Users",
    "/System",
    "/Library",
    "/Applications",
    "/Volumes",
    ".",
    "./",
    "./*",
    "*",
    "..",
    "../",
];

/// What is dangerous in a command line for a shell.
pub(super) fn line(command: &str) -> Vec<&'static Rule> {
    let mut found = Vec::new();
    let squeezed: String = command.chars().filter(|c| !c.is_whitespace()).collect();
    if is_fork_bomb(&squeezed) {
        found.push(&rules::DANGER_FORK_BOMB);
    }
    for pipeline in shell::parse(command) {
        let mut here = Vec::new();
        judge_pipeline(&pipeline, &mut here);
        for rule in here {
            if !found.contains(&rule) {
                found.push(rule);
            }
        }
    }
    found
}

/// What is dangerous in a program with its arguments.
pub(super) fn argv(words: &[String]) -> Vec<&'static Rule> {
    let mut found = Vec::new();
    let command = Simple {
        words: words.to_vec(),
        outputs: Vec::new(),
    };
    judge_command(&command, &mut found);
    found
}

/// Whether a folder is somebody's all: a home, a disk, a part of the system.
pub(super) fn is_root(path: &str) -> bool {
    let plain = path.trim_end_matches(['/', '\\']);
    let is_drive = |path: &str| {
        let bytes = path.as_bytes();
        bytes.len() == 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
    };
    ROOTS.contains(&path)
        || !plain.is_empty() && ROOTS.contains(&plain)
        || path.starts_with('/') && plain.is_empty()
        || is_drive(plain)
}

/// `name(){ name|name& };name`, whatever the name.
fn is_fork_bomb(squeezed: &str) -> bool {
    squeezed.match_indices("(){").any(|(at, _)| {
        let before = squeezed[..at].char_indices().rev().take(MAX_NAME);
        let start = before
            .take_while(|&(_, c)| !matches!(c, ';' | '&' | '|'))
            .last()
            .map_or(at, |(start, _)| start);
        let name = &squeezed[start..at];
        !name.is_empty() && squeezed[at..].starts_with(&format!("(){{{name}|{name}&"))
    })
}

fn judge_pipeline(pipeline: &Pipeline, found: &mut Vec<&'static Rule>) {
    for command in &pipeline.commands {
        judge_command(command, found);
    }
    let fetches = pipeline
        .commands
        .iter()
        .position(|command| FETCHERS.contains(&program(&command.words).as_str()));
    if let Some(at) = fetches {
        let runs = pipeline.commands[at + 1..].iter().any(|command| {
            let program = program(unwrapped(&command.words));
            SHELLS.contains(&program.as_str()) || INTERPRETERS.contains(&program.as_str())
        });
        if runs {
            found.push(&rules::DANGER_PIPE_TO_SHELL);
        }
    }
}

/// The words from the program on: assignments and wrappers are taken off.
fn unwrapped(words: &[String]) -> &[String] {
    let mut rest = words;
    loop {
        let Some(first) = rest.first() else {
            return rest;
        };
        let is_assignment = first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|b| b == b'_' || b.is_ascii_alphanumeric())
        });
        if is_assignment {
            rest = &rest[1..];
        } else if WRAPPERS.contains(&program(rest).as_str()) || is_super_user(&program(rest)) {
            let options = rest[1..]
                .iter()
                .take_while(|word| {
                    word.starts_with('-') || word.bytes().all(|b| b.is_ascii_digit())
                })
                .count();
            rest = &rest[1 + options..];
        } else {
            return rest;
        }
    }
}

fn is_super_user(program: &str) -> bool {
    matches!(program, "sudo" | "doas" | "pkexec" | "gksudo" | "kdesudo")
}

/// The name of the program without its folder.
fn program(words: &[String]) -> String {
    let first = words.first().map_or("", String::as_str);
    let name = first.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name).to_owned()
}

fn judge_command(command: &Simple, found: &mut Vec<&'static Rule>) {
    if command.outputs.iter().any(|path| is_disk(path)) {
        found.push(&rules::DANGER_DISK);
    }
    let mut words = command.words.as_slice();
    // `sudo` may stand behind other wrappers, and `sudo -u x` hides the program behind its options.
    while !words.is_empty() && WRAPPERS.contains(&program(words).as_str()) {
        words = &words[1..];
    }
    if is_super_user(&program(words)) && words.len() > 1 {
        found.push(&rules::DANGER_SUDO);
    }
    let words = unwrapped(&command.words);
    let Some((_, arguments)) = words.split_first() else {
        return;
    };
    let name = program(words);
    match name.as_str() {
        "rm" => {
            let (flags, paths) = options(arguments);
            let recursive = flags
                .iter()
                .any(|flag| is_flag(flag, &['r', 'R'], "--recursive"));
            let force = flags.iter().any(|flag| is_flag(flag, &['f'], "--force"));
            let is_own = !paths.is_empty() && paths.iter().all(|path| is_own_folder(path));
            if recursive && force && is_own {
                found.push(&rules::DANGER_RM_OWN);
            } else if recursive && (force || paths.iter().any(|path| is_root(path))) {
                found.push(&rules::DANGER_RM);
            }
        }
        "dd" if arguments.iter().any(|word| word.starts_with("of=")) => {
            found.push(&rules::DANGER_DD);
        }
        "mkfs" | "mke2fs" | "mkswap" | "wipefs" | "newfs" => found.push(&rules::DANGER_DISK),
        _ if name.starts_with("mkfs.") || name.starts_with("newfs_") => {
            found.push(&rules::DANGER_DISK);
        }
        "shred" | "tee" | "cp" | "mv" if arguments.iter().any(|path| is_disk(path)) => {
            found.push(&rules::DANGER_DISK);
        }
        "chmod" | "chown" | "chgrp" => {
            let (flags, paths) = options(arguments);
            let recursive = flags
                .iter()
                .any(|flag| is_flag(flag, &['R'], "--recursive"));
            if recursive && paths.iter().any(|path| is_root(path)) {
                found.push(&rules::DANGER_RIGHTS);
            }
        }
        "find" => {
            let deletes = arguments.iter().any(|word| word == "-delete");
            if deletes && arguments.first().is_some_and(|path| is_root(path)) {
                found.push(&rules::DANGER_RM);
            }
        }
        "rd" | "rmdir" | "del" | "erase"
            if arguments.iter().any(|word| word.eq_ignore_ascii_case("/s")) =>
        {
            found.push(&rules::DANGER_RM);
        }
        "format"
            if arguments
                .first()
                .is_some_and(|word| is_root(word) && word.contains(':')) =>
        {
            found.push(&rules::DANGER_DISK);
        }
        _ if SHELLS.contains(&name.as_str()) => {
            let script = arguments
                .iter()
                .position(|word| {
                    word.starts_with('-') && !word.starts_with("--") && word.contains('c')
                })
                .and_then(|at| arguments.get(at + 1));
            if let Some(script) = script {
                found.extend(line(script));
            }
        }
        _ => {}
    }
}

/// The words that begin with a minus, and the others; after `--` nothing is an option.
fn options(arguments: &[String]) -> (Vec<&str>, Vec<&str>) {
    let mut words = arguments.iter().map(String::as_str);
    let (mut flags, mut paths) = (Vec::new(), Vec::new());
    for word in words.by_ref() {
        if word == "--" {
            break;
        }
        if word.starts_with('-') && word.len() > 1 {
            flags.push(word);
        } else {
            paths.push(word);
        }
    }
    paths.extend(words);
    (flags, paths)
}

fn is_flag(word: &str, letters: &[char], long: &str) -> bool {
    word == long || !word.starts_with("--") && word.contains(letters) && !word.contains(HOLE)
}

/// A fixed folder at least two levels below the user's home: it may hold anything, but not everything.
fn is_own_folder(path: &str) -> bool {
    let below = ["~/", "$HOME/", "${HOME}/"]
        .iter()
        .find_map(|home| path.strip_prefix(home));
    below.is_some_and(|below| {
        let parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
        parts.len() >= 2
            && !below.contains(['*', '?', '[', '$', '`', HOLE])
            && !parts.contains(&"..")
    })
}

/// A whole disk or a partition.
fn is_disk(path: &str) -> bool {
    [
        "/dev/sd",
        "/dev/hd",
        "/dev/nvme",
        "/dev/vd",
        "/dev/xvd",
        "/dev/mmcblk",
        "/dev/disk",
        "/dev/rdisk",
        "/dev/md",
    ]
    .iter()
    .any(|disk| path.starts_with(disk))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(command: &str) -> Vec<&'static str> {
        line(command).iter().map(|rule| rule.id).collect()
    }

    #[test]
    fn dangerous_commands_are_named() {
        for (command, id) in [
            ("sudo reboot", "danger-sudo"),
            ("/usr/bin/sudo -n ls", "danger-sudo"),
            ("cd /tmp && nohup sudo ls", "danger-sudo"),
            ("rm -rf x", "danger-rm"),
            ("rm -fr x", "danger-rm"),
            ("rm -r -f x", "danger-rm"),
            ("rm x --force -v --recursive", "danger-rm"),
            ("A=1 nice -n 5 /bin/rm -Rf x", "danger-rm"),
            ("rm -r /", "danger-rm"),
            ("rm -rf $HOME/Mail/test", "danger-rm-own"),
            ("rm -rf $HOME/Mail/*", "danger-rm"),
            ("rm -rf ~/Mail", "danger-rm"),
            ("rm -rf ~/a/b /x", "danger-rm"),
            ("rm -rf ~/a/b/../..", "danger-rm"),
            ("find / -delete", "danger-rm"),
            ("bash -c 'rm -rf x'", "danger-rm"),
            ("echo $(rm -rf x)", "danger-rm"),
            ("cat list | xargs rm -rf", "danger-rm"),
            ("rd /s /q C:\\x", "danger-rm"),
            ("dd if=a of=b", "danger-dd"),
            ("mkfs.ext4 /dev/sdb1", "danger-disk"),
            ("cat x > /dev/sda", "danger-disk"),
            (":(){ :|:& };:", "danger-fork-bomb"),
            ("b() { b | b & }; b", "danger-fork-bomb"),
            ("curl -s http://x | sh", "danger-pipe-to-shell"),
            ("wget -O- x | tee log | /bin/bash", "danger-pipe-to-shell"),
            ("chmod -R 777 /", "danger-rights"),
        ] {
            assert!(ids(command).contains(&id), "{command}: {:?}", ids(command));
        }
    }

    #[test]
    fn ordinary_commands_are_not() {
        for command in [
            "sudoku",
            "ls -rf",
            "rm -r build",
            "rm -f x",
            "rm x",
            "add if=x",
            "dd if=x",
            "echo sudo",
            "echo 'rm -rf x'",
            "curl x > y; sh y.sh",
            "chmod -R 755 build",
            "cat x > /dev/null",
            "x 2>&1",
            "git rm -r --cached x",
            "rmdir x",
            "man sudo",
            "perform -rf",
            "sudo",
        ] {
            assert_eq!(ids(command), [""; 0], "{command}");
        }
    }

    #[test]
    fn roots_are_known_on_every_system() {
        for root in [
            "/", "//", "~", "~/", "/etc", "/etc/", "C:\\", "c:", "/home/", "$HOME",
        ] {
            assert!(is_root(root), "{root}");
        }
        for other in ["", "/tmp/x", "~/x", "C:\\x", "build", "/home/me/x"] {
            assert!(!is_root(other), "{other}");
        }
    }
}
