//! One step: a command is run, must end as the story needs it, and a part of what it says is shown.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What of a command's output is worth a look in the demo.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Show {
    /// Everything.
    All,
    /// The line with this text and as many lines after it.
    From(&'static str, usize),
    /// Nothing; the exit code says it.
    Nothing,
}

/// A command of the story.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) tool: &'static str,
    pub(crate) args: &'a [&'a str],
    /// The exit code that the story needs.
    pub(crate) code: i32,
    /// What the output must say.
    pub(crate) says: &'a [&'a str],
    pub(crate) show: Show,
}

/// Runs commands in one folder, against one server.
pub(crate) struct Stage {
    /// Where the tools lie: beside the demo's own program.
    tools: PathBuf,
    folder: PathBuf,
    url: String,
}

impl Stage {
    pub(crate) fn new(folder: &Path, url: String) -> Result<Self, String> {
        let own = std::env::current_exe()
            .map_err(|error| format!("cannot find the demo's own program: {error}"))?;
        let tools = own.parent().unwrap_or(Path::new(".")).to_owned();
        Ok(Self {
            tools,
            folder: folder.to_owned(),
            url,
        })
    }

    /// Says what happens next.
    pub(crate) fn say(text: &str) -> Result<(), String> {
        print(&format!("\n# {}\n", text.replace('\n', "\n# ")))
    }

    /// Runs a command and shows it.
    pub(crate) fn run(&self, step: &Step<'_>) -> Result<String, String> {
        let line = std::iter::once(step.tool)
            .chain(step.args.iter().copied())
            .map(quoted)
            .collect::<Vec<_>>()
            .join(" ");
        print(&format!("$ {line}\n"))?;
        let path = self
            .tools
            .join(format!("{}{}", step.tool, std::env::consts::EXE_SUFFIX));
        let ended = Command::new(&path)
            .args(step.args)
            .current_dir(&self.folder)
            .env("PLEX_URL", &self.url)
            .env("PLEX_TOKEN", "fake-Token_0123456789")
            .output()
            .map_err(|error| {
                format!(
                    "cannot run {}: {error}; cargo build --workspace --bins makes it",
                    path.display()
                )
            })?;
        let stdout = String::from_utf8_lossy(&ended.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
        if ended.status.code() != Some(step.code) {
            return Err(format!(
                "{line}: expected exit code {}, found {}\n{stdout}{stderr}",
                step.code, ended.status
            ));
        }
        if let Some(missing) = step.says.iter().find(|text| !stdout.contains(**text)) {
            return Err(format!("{line}: expected {missing:?} in\n{stdout}{stderr}"));
        }
        print(&shown(&stdout, step.show)?)?;
        if step.code != 0 {
            print(&format!("[exit {}]\n", step.code))?;
        }
        Ok(stdout)
    }

    /// Shows a part of a file that a tool wrote, as `sed -n` would.
    pub(crate) fn look(&self, file: &str, from: &'static str, lines: usize) -> Result<(), String> {
        let path = self.folder.join(file);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        print(&format!("[{file}]\n"))?;
        print(&shown(&text, Show::From(from, lines))?)
    }
}

fn shown(text: &str, show: Show) -> Result<String, String> {
    let lines: Vec<&str> = match show {
        Show::All => text.lines().collect(),
        Show::Nothing => Vec::new(),
        Show::From(marker, more) => {
            let from = text.lines().position(|line| line.contains(marker));
            let from = from.ok_or_else(|| format!("expected a line with {marker:?} in\n{text}"))?;
            text.lines().skip(from).take(more + 1).collect()
        }
    };
    let mut text = String::new();
    for line in lines {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    Ok(text)
}

/// A word as a shell would want it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./,=:~".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{word}'")
    }
}

/// A closed pipe ends the demo quietly, like any other command.
fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write: {error}"))
}
