//! Runs a binary as a user's shell would, with home, locale and time zone held fixed.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// One run of a binary, described before it starts.
#[derive(Debug)]
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// All of standard output; bytes that are no UTF-8 are replaced.
    pub stdout: String,
    /// All of standard error, likewise.
    pub stderr: String,
}

impl Run {
    /// A run of the binary at `path`, as `env!("CARGO_BIN_EXE_name")` gives it.
    pub fn new(path: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(path);
        // An empty environment but for what a process can't do without, so that neither a developer's
        // home nor a server on the machine leaks into a test.
        command.env_clear();
        for name in [
            "PATH",
            "SystemRoot",
            "TEMP",
            "TMP",
            "TMPDIR",
            "LLVM_PROFILE_FILE",
        ] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", "/nonexistent")
            .env("NO_COLOR", "1");
        Self {
            command,
            stdin: Vec::new(),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets the folder that the binary runs in.
    #[must_use]
    pub fn current_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives bytes on standard input; without this it is empty.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Runs to the end.
    pub fn run(mut self) -> io::Result<Ended> {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = self.command.spawn()?;
        let stdin = child.stdin.take();
        let bytes = self.stdin;
        // Fed from a thread of its own: a child that writes before it reads would block both.
        let feeder = std::thread::spawn(move || stdin.map(|mut pipe| pipe.write_all(&bytes)));
        let output = child.wait_with_output()?;
        // A child that does not read its input closes the pipe; that is its right.
        drop(feeder.join());
        Ok(Ended {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Starts the binary and leaves it running, its streams piped.
    pub fn start(mut self) -> io::Result<Child> {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

/// A path of a binary of this workspace that is not the one under test, built beside it.
///
/// `beside` is the path of the binary under test; `None` if the other one was not built.
pub fn sibling_binary(beside: impl AsRef<Path>, name: &str) -> Option<PathBuf> {
    let path = beside
        .as_ref()
        .with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    path.is_file().then_some(path)
}

/// A text with the paths in it as they are written where the separator is a slash.
pub fn with_slashes(text: &str) -> String {
    if cfg!(windows) {
        text.replace("\\\\", "/").replace('\\', "/")
    } else {
        text.to_owned()
    }
}

/// Arguments from strings, for the places where mixed types would need it.
pub fn words(text: &str) -> Vec<OsString> {
    text.split_whitespace().map(OsString::from).collect()
}

/// Sends a signal by its name, as `INT`, to a process that was started; fails if it was not sent.
///
/// By the shell's own `kill`: the command of that name is a package that a small system lacks.
#[cfg(unix)]
pub fn signal(child: &Child, name: &str) -> io::Result<()> {
    let sent = Command::new("sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", name])
        .arg(child.id().to_string())
        .status()?;
    if sent.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{name} was not sent: {sent}")))
    }
}
