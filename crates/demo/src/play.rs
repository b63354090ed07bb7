//! One step: a command is run, must end as the story needs it, and a part of what it says is shown.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What of a text is worth a look in the demo.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Show {
    /// Everything.
    All,
    /// For each part the next line with this text and as many lines after it; what is left out
    /// between two parts is a line with three dots.
    Parts(&'static [(&'static str, usize)]),
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
    /// The file that standard output goes to; otherwise it is shown.
    pub(crate) into: Option<&'a str>,
    pub(crate) show: Show,
}

impl Default for Step<'_> {
    fn default() -> Self {
        Self {
            tool: "",
            args: &[],
            code: 0,
            says: &[],
            into: None,
            show: Show::All,
        }
    }
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
        print(&format!("\n# {}\n\n", text.replace('\n', "\n# ")))
    }

    /// Runs a command and shows it.
    pub(crate) fn run(&self, step: &Step<'_>) -> Result<String, String> {
        let line = std::iter::once(step.tool)
            .chain(step.args.iter().copied())
            .map(quoted)
            .collect::<Vec<_>>()
            .join(" ");
        let redirection = step.into.map(|file| format!(" > {file}"));
        let redirection = redirection.unwrap_or_default();
        print(&format!("$ {line}{redirection}\n"))?;
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
        match step.into {
            Some(file) => {
                fs::write(self.folder.join(file), &stdout)
                    .map_err(|error| format!("cannot write {file}: {error}"))?;
                print("\n")?;
            }
            None => print(&shown(&stdout, step.show)?)?,
        }
        if step.code != 0 {
            print(&format!("[exit {}]\n", step.code))?;
        }
        Ok(stdout)
    }

    /// Shows an edit as the lines that went and the lines that came.
    pub(crate) fn edited(file: &str, old: &str, new: &str) -> Result<(), String> {
        let lines_only_in = |text: &str, other: &str, mark: &str| -> String {
            let gone = text.lines();
            gone.filter(|line| !other.lines().any(|kept| kept == *line))
                .flat_map(|line| [mark, line, "\n"])
                .collect()
        };
        print(&format!(
            "[edit of {file}]\n{}{}\n",
            lines_only_in(old, new, "-"),
            lines_only_in(new, old, "+")
        ))
    }

    /// Shows parts of a file that a tool wrote.
    pub(crate) fn look(
        &self,
        file: &str,
        parts: &'static [(&'static str, usize)],
    ) -> Result<(), String> {
        let path = self.folder.join(file);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        print(&format!(
            "\n[in {file}]\n{}",
            shown(&text, Show::Parts(parts))?
        ))
    }
}

fn shown(text: &str, show: Show) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut picked: Vec<&str> = Vec::new();
    match show {
        Show::All => picked = lines,
        Show::Nothing => {}
        Show::Parts(parts) => {
            let mut at = 0;
            for (marker, more) in parts {
                let found = lines[at..].iter().position(|line| line.contains(marker));
                let skipped =
                    found.ok_or_else(|| format!("expected a line with {marker:?} in\n{text}"))?;
                if skipped > 0 {
                    picked.push("...");
                }
                let from = at + skipped;
                at = lines.len().min(from + more + 1);
                picked.extend(&lines[from..at]);
            }
            if at < lines.len() {
                picked.push("...");
            }
        }
    }
    // A screen of empty lines tells nothing.
    picked.dedup_by(|line, before| line.is_empty() && before.is_empty());
    let mut text = picked.join("\n");
    if !text.is_empty() {
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
