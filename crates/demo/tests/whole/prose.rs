//! What README and docs show is so: console blocks are run and their output compared, commands of
//! other blocks are looked up in the help pages and the justfile, links lead somewhere.
//!
//! A document's `console` blocks are run from the first to the last in one folder, which begins as
//! a copy of `fixtures/docs/<document>` where there is one, by `sh` as a reader would. A line
//! `<!-- meanwhile: COMMAND -->` between blocks is run without being shown. A shown line `...`
//! stands for any lines. `BLESS=1` rewrites blocks that differ and have no such line.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use super::generated::options;
use super::siblings::say;
use super::{TOOLS, read, workspace};

/// The documents, by their paths below the workspace.
fn documents() -> Vec<String> {
    let mut names: Vec<String> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        .map(str::to_owned)
        .into();
    for entry in fs::read_dir(workspace().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if Path::new(&name)
            .extension()
            .is_some_and(|ending| ending == "md")
        {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    names
}

/// The fenced blocks of a language: where each one's body begins, and the body.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<(usize, &'a str)> {
    let opening = format!("```{language}\n");
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(&opening) {
        let from = at + next + opening.len();
        let body = &text[from..from + text[from..].find("```").unwrap()];
        found.push((from, body));
        at = from + body.len() + 3;
    }
    found
}

/// A command of `cargo run` as the tool that it runs; others as they are.
fn tool_itself(command: &str) -> String {
    static CARGO: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^cargo run( --release)?( -p (?<tool>\w+))( --features \w+)?( --bin (?<bin>\w+))?( --)?").unwrap()
    });
    let Some(found) = CARGO.captures(command) else {
        return command.to_owned();
    };
    let tool = found.name("bin").unwrap_or(found.name("tool").unwrap());
    format!("{}{}", tool.as_str(), &command[found[0].len()..])
}

/// The commands of a block that is not run, with continued lines joined.
fn commands(body: &str) -> Vec<String> {
    let joined = body.replace("\\\n", " ");
    let lines = joined.lines().map(|line| {
        let line = line.trim_start_matches("$ ");
        line.split(" # ").next().unwrap().trim().to_owned()
    });
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// Words that stand where a command would, and are the reader's own affair.
const OTHERS: [&str; 23] = [
    "cargo",
    "cd",
    "git",
    "sudo",
    "rustup",
    "npm",
    "python",
    "python3",
    "man",
    "sh",
    "bash",
    "cat",
    "ls",
    "mkdir",
    "tar",
    "sha256sum",
    "apt-get",
    "dpkg",
    "PYTHON27=python2.7",
    "demo",
    "sort",
    "fake_plex",
    "generate_logs",
];

#[test]
fn every_command_and_option_that_a_document_shows_exists() {
    let recipes = recipes(&read("justfile"));
    let helps: Vec<(&str, String)> = TOOLS
        .iter()
        .map(|tool| (*tool, say(tool, &["--help"])))
        .collect();
    let mut checked = 0;
    for name in documents() {
        let text = read(&name);
        let bodies = ["sh", "console"].map(|language| blocks(&text, language));
        let of_blocks = bodies.iter().flatten();
        for command in of_blocks.flat_map(|(_, body)| {
            let is_console = body.starts_with("$ ");
            let lines = body
                .lines()
                .filter(|line| !is_console || line.starts_with("$ "));
            commands(&lines.collect::<Vec<_>>().join("\n"))
        }) {
            let command = tool_itself(&command);
            let words: Vec<&str> = command
                .split_whitespace()
                .skip_while(|word| word.contains('=') && !word.starts_with('-'))
                .collect();
            let Some(first) = words.first() else { continue };
            let binary = first.rsplit('/').next().unwrap();
            if let Some((tool, help)) = helps.iter().find(|(tool, _)| *tool == binary) {
                let known = options(help);
                for word in words.iter().skip(1).filter(|word| word.starts_with("--")) {
                    let option = word.trim_start_matches('-').split('=').next().unwrap();
                    assert!(
                        option.is_empty() || known.contains(&option),
                        "{name}: {tool} has no --{option}: {command}"
                    );
                    checked += 1;
                }
            } else if *first == "just" {
                let recipe = words[1..].iter().find(|word| !word.contains('='));
                if let Some(recipe) = recipe {
                    assert!(
                        recipes.iter().any(|known| known == recipe),
                        "{name}: no recipe {recipe}: {command}"
                    );
                }
            } else {
                assert!(OTHERS.contains(&binary), "{name}: {command}");
            }
        }
    }
    assert!(checked > 40, "only {checked} options were looked up");
}

/// The names of the recipes of a justfile.
fn recipes(text: &str) -> Vec<String> {
    let head =
        Regex::new(r"(?m)^@?(?<name>[a-z][a-z0-9-]*)( [^:=\n]*(=[^:\n]*)?)*:([^=]|$)").unwrap();
    head.captures_iter(text)
        .map(|found| found["name"].to_owned())
        .collect()
}

#[test]
fn links_lead_somewhere() {
    for name in documents() {
        let text = read(&name);
        let beside = workspace().join(&name);
        let beside = beside.parent().unwrap();
        let outside_code: String = text.split("```").step_by(2).collect();
        for link in outside_code.split("](").skip(1) {
            let link = link.split([')', '#']).next().unwrap();
            assert!(
                link.is_empty() || link.starts_with("http") || beside.join(link).exists(),
                "{name} links to {link}"
            );
        }
    }
}

/// A file of this repository that a document names in back quotes, from its root.
#[test]
fn files_that_are_named_exist() {
    let folders = ["crates/", "docs/", "fixtures/", "scripts/"];
    let mut named = 0;
    for name in documents() {
        let text = read(&name);
        let outside_blocks: String = text.split("```").step_by(2).collect();
        for quoted in outside_blocks.split('`').skip(1).step_by(2) {
            let is_path = folders.iter().any(|folder| quoted.starts_with(folder));
            if is_path && !quoted.contains(['<', '*', ' ']) {
                named += 1;
                assert!(workspace().join(quoted).exists(), "{name} names {quoted}");
            }
        }
    }
    assert!(named > 5, "documents name files");
}

#[cfg(unix)]
mod run {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use regex::Regex;
    use testkit::fake_plex::{FakePlex, Setup};

    use super::super::normal::{agrees, normal};
    use super::super::{is_blessing, read, siblings, workspace};
    use super::{blocks, documents, tool_itself};

    /// What is done with one part of a document, in the document's order.
    enum Part<'a> {
        /// Commands with the output that the document shows for each.
        Shown(&'a str),
        /// A command between blocks.
        Meanwhile(&'a str),
    }

    fn parts(text: &str) -> Vec<(usize, Part<'_>)> {
        const OPENING: &str = "<!-- meanwhile: ";
        let mut parts: Vec<(usize, Part<'_>)> = blocks(text, "console")
            .into_iter()
            .map(|(from, body)| (from, Part::Shown(body)))
            .collect();
        for (from, _) in text.match_indices(OPENING) {
            let command = text[from + OPENING.len()..].split(" -->").next().unwrap();
            parts.push((from, Part::Meanwhile(command)));
        }
        parts.sort_by_key(|(from, _)| *from);
        parts
    }

    /// A folder for the commands of one document, and a server for them.
    struct Scene {
        folder: tempfile::TempDir,
        root: PathBuf,
        server: FakePlex,
    }

    impl Scene {
        fn new(document: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let root = dunce::canonicalize(folder.path()).unwrap();
            let stem = Path::new(document).file_stem().unwrap();
            let prepared = testkit::fixtures().join("docs").join(stem);
            if prepared.is_dir() {
                testkit::cases::copy_tree(&prepared, &root).unwrap();
            }
            let server = FakePlex::start(Setup {
                log_folder: Some(root.join("Logs")),
                ..Setup::default()
            });
            Self {
                folder,
                root,
                server: server.unwrap(),
            }
        }

        /// What a command says on both streams.
        fn run(&self, command: &str) -> String {
            let command = self.with_todays_folders(&tool_itself(command));
            let path = std::env::var("PATH").unwrap_or_default();
            let ended = Command::new("sh")
                .arg("-c")
                .arg(format!("{{ {command}\n}} 2>&1"))
                .current_dir(&self.root)
                .env_clear()
                .env("PATH", format!("{}:{path}", siblings::folder().display()))
                .env("HOME", self.folder.path())
                .env("TZ", "UTC")
                .env("LC_ALL", "C.UTF-8")
                .env("PLEX_URL", self.server.url())
                .env("PLEX_TOKEN", "fake-Token_0123456789")
                .output()
                .unwrap();
            String::from_utf8_lossy(&ended.stdout).into_owned()
        }

        /// A document names a backup by the time of its own run; here it is the newest of the name.
        fn with_todays_folders(&self, command: &str) -> String {
            let named = Regex::new(r"(?<start>[\w./-]+_)\d{8}_\d{6}").unwrap();
            let today = |found: &regex::Captures<'_>| {
                let start = self.root.join(&found["start"]);
                let prefix = start.file_name().unwrap().to_str().unwrap().to_owned();
                let entries = fs::read_dir(start.parent().unwrap()).unwrap();
                let present =
                    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
                let newest = present.filter(|name| name.starts_with(&prefix)).max();
                let newest = newest.unwrap_or_else(|| panic!("no {prefix}... for {command}"));
                let folder = Path::new(&found["start"]).parent().unwrap();
                folder.join(newest).display().to_string()
            };
            named.replace_all(command, today).into_owned()
        }
    }

    /// A block's commands with what is shown for each.
    fn steps(body: &str) -> Vec<(&str, Vec<&str>)> {
        let mut steps: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in body.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push((command, Vec::new()));
            } else {
                let last = steps.last_mut();
                last.unwrap_or_else(|| panic!("{line} stands before any command"))
                    .1
                    .push(line);
            }
        }
        steps
    }

    /// The body of a block as this run would have it, if it shows something else. What agrees stays
    /// as it is, and so does what leaves lines out: only a person knows which.
    fn replayed(scene: &Scene, body: &str) -> Result<(), (String, String)> {
        let mut text = String::new();
        let mut differences = String::new();
        for (command, shown) in steps(body) {
            let said = scene
                .run(command)
                .replace(&scene.root.display().to_string(), "/srv");
            let lines = normal(&said, &scene.root);
            let lines: Vec<&str> = lines.lines().collect();
            let wanted = normal(&shown.join("\n"), &scene.root);
            let wanted: Vec<&str> = wanted.lines().collect();
            let agrees = agrees(&lines, &wanted);
            if !agrees {
                let most = said
                    .char_indices()
                    .nth(3000)
                    .map_or(said.len(), |(at, _)| at);
                differences.extend(["$ ", command, "\n", &said[..most], "\n"]);
            }
            text.extend(["$ ", command, "\n"]);
            if agrees || shown.contains(&"...") {
                text.extend(shown.iter().flat_map(|line| [line, "\n"]));
            } else {
                text += &said;
            }
        }
        if differences.is_empty() {
            Ok(())
        } else {
            Err((text, differences))
        }
    }

    #[test]
    fn every_console_block_says_what_the_document_shows() {
        let mut wrong = Vec::new();
        let mut n_blocks = 0;
        for name in documents() {
            let mut text = read(&name);
            if blocks(&text, "console").is_empty() {
                continue;
            }
            let scene = Scene::new(&name);
            let mut edits = Vec::new();
            for (from, part) in parts(&text) {
                match part {
                    Part::Meanwhile(command) => drop(scene.run(command)),
                    Part::Shown(body) => {
                        n_blocks += 1;
                        if let Err((said, differences)) = replayed(&scene, body) {
                            let shows = format!("{name} shows\n{body}\n");
                            wrong.push(format!("{shows}and the run says\n{differences}"));
                            edits.push((from, body.len(), said));
                        }
                    }
                }
            }
            if is_blessing() {
                for (from, length, said) in edits.into_iter().rev() {
                    text.replace_range(from..from + length, &said);
                }
                fs::write(workspace().join(&name), text).unwrap();
            }
        }
        assert!(n_blocks > 10, "only {n_blocks} blocks were found");
        assert!(
            wrong.is_empty(),
            "BLESS=1 rewrites those of these that leave no lines out:\n\n{}",
            wrong.join("\n")
        );
    }
}
