//! The streams of a running tool: standard output, messages, progress.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use super::Failure;
use crate::printable::printable;

/// Where a tool speaks: what the script printed goes to standard output, all else to standard error.
pub struct Console {
    tool: &'static str,
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    quiet: bool,
    progress_target: fn() -> ProgressDrawTarget,
}

impl Console {
    /// The process's own streams. Output that goes to a terminal has its control characters escaped.
    pub(super) fn of_process(tool: &'static str, quiet: bool) -> Self {
        let out: Box<dyn Write> = if io::stdout().is_terminal() {
            Box::new(TerminalSafe {
                inner: io::BufWriter::new(io::stdout().lock()),
                held: false,
            })
        } else {
            Box::new(io::BufWriter::with_capacity(1 << 16, io::stdout().lock()))
        };
        Self {
            tool,
            out,
            err: Box::new(io::stderr()),
            quiet,
            progress_target: ProgressDrawTarget::stderr,
        }
    }

    /// A console over streams of the caller's, for tests; it shows no progress.
    pub fn over(tool: &'static str, out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        Self {
            tool,
            out,
            err,
            quiet: false,
            progress_target: ProgressDrawTarget::hidden,
        }
    }

    /// Standard output, for whole documents.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// One line on standard output.
    pub fn say(&mut self, line: impl Display) -> Result<(), Failure> {
        writeln!(self.out, "{line}").map_err(Failure::from)
    }

    /// A JSON document on standard output, an object with the version of its form: `"schema": 1`.
    pub fn say_document(&mut self, mut document: Value) -> Result<(), Failure> {
        if let Value::Object(members) = &mut document {
            members.insert("schema".to_owned(), Value::from(1));
        }
        self.say(format_args!("{document:#}"))
    }

    /// One line on standard error, after the tool's name; `--quiet` silences it.
    pub fn warn(&mut self, message: impl Display) {
        if !self.quiet {
            self.complain(message);
        }
    }

    /// One line on standard error that `--quiet` does not silence: something failed.
    pub fn complain(&mut self, message: impl Display) {
        let line = format!("{}: {message}", self.tool);
        // Standard error is the last resort; if it is gone there is nobody left to tell.
        let _ = writeln!(self.err, "{}", printable(&line));
    }

    /// Several lines on standard error as they are: a help page, a list of what was tried.
    pub fn complain_lines(&mut self, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.err, "{}", printable(line));
        }
    }

    /// A failure and its way out, on standard error.
    pub fn report(&mut self, failure: &Failure) {
        self.complain(&failure.message);
        if let Some(hint) = &failure.hint {
            let _ = writeln!(self.err, "hint: {}", printable(hint));
        }
    }

    /// A progress bar over `total` units, drawn on standard error when that is a terminal.
    pub fn progress(&self, total: u64, what: &'static str) -> ProgressBar {
        if self.quiet {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::with_draw_target(Some(total), (self.progress_target)())
            .with_style(style)
            .with_message(what)
    }

    /// Whether `--quiet` was given.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes out what is still buffered.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::from)
    }
}

/// Passes bytes on to a terminal with the control bytes escaped.
struct TerminalSafe<W> {
    inner: W,
    /// The last byte was `0xC2`, which begins the two-byte form of the C1 controls.
    held: bool,
}

impl<W: Write> Write for TerminalSafe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for &byte in bytes {
            if self.held {
                self.held = false;
                if (0x80..0xa0).contains(&byte) {
                    write!(self.inner, "\\x{byte:02x}")?;
                    continue;
                }
                self.inner.write_all(&[0xc2])?;
            }
            match byte {
                0xc2 => self.held = true,
                b'\n' | b'\t' | 0x20..=0x7e | 0x80.. => self.inner.write_all(&[byte])?,
                _ => write!(self.inner, "\\x{byte:02x}")?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.held) {
            self.inner.write_all(&[0xc2])?;
        }
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_to_a_terminal_is_escaped_across_writes() {
        let mut stream = TerminalSafe {
            inner: Vec::new(),
            held: false,
        };
        for part in [
            &b"a\x1b]0;t\x07"[..],
            b"\xc2",
            b"\x9b1m",
            "\u{e9}\n".as_bytes(),
            b"\xc2",
            b"\xa9",
        ] {
            stream.write_all(part).unwrap();
        }
        stream.flush().unwrap();
        assert_eq!(
            String::from_utf8(stream.inner).unwrap(),
            "a\\x1b]0;t\\x07\\x9b1m\u{e9}\n\u{a9}"
        );
    }
}
