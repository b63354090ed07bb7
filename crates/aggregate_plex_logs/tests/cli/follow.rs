//! `--follow` while another process writes, rotates and adds logs, until it is told to end.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use plexcore::log::rules::Kind;
use testkit::folder::append;
use testkit::loggen::{Spec, generate};

use super::{log_folder, run_in, tool};

/// Far longer than anything here takes; a test that waits so long has failed.
const DEADLINE: Duration = Duration::from_secs(60);
const LOG: &str = "com.plexapp.agents.Alder.log";

/// A run that is watched.
struct Watched {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

/// Passes the lines of a stream on as they come.
fn pass(stream: impl Read + Send + 'static, sender: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
}

impl Watched {
    /// Starts a run and waits until it watches.
    fn start(folder: &Path, more: &[&str]) -> Self {
        let mut child = tool()
            .args(["--log-dir", folder.to_str().unwrap(), "--follow"])
            .args(more)
            .start()
            .unwrap();
        let (sender, lines) = channel();
        pass(child.stdout.take().unwrap(), sender.clone());
        pass(child.stderr.take().unwrap(), sender);
        let mut watched = Self {
            child,
            lines,
            seen: Vec::new(),
        };
        watched.wait_for("; Ctrl-C ends");
        watched
    }

    /// The next line that holds the words.
    fn wait_for(&mut self, words: &str) -> String {
        let until = Instant::now() + DEADLINE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self
                .lines
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("no {words:?} after {:#?}", self.seen));
            self.seen.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Asks it to end; gives all that it printed.
    #[cfg(unix)]
    fn end(mut self, signal: &str) -> Vec<String> {
        testkit::process::signal(&self.child, signal).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        while let Ok(line) = self.lines.recv_timeout(DEADLINE) {
            self.seen.push(line);
        }
        std::mem::take(&mut self.seen)
    }

    /// There is no way to send Ctrl-C to another process there without code that is not safe.
    #[cfg(not(unix))]
    fn end(mut self, _: &str) -> Vec<String> {
        self.child.kill().unwrap();
        std::mem::take(&mut self.seen)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Only a test that failed leaves it running.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An error that says `what`, and a record after it that makes it whole.
fn error(second: u32, what: &str) -> String {
    format!(
        "2026-02-05 15:30:{second:02},155 (7fe5d2ffd700) :  ERROR (x:1) - {what}\n\
         2026-02-05 15:30:{second:02},156 (7fe5d2ffd700) :  INFO (x:1) - going on\n"
    )
}

#[test]
fn events_come_as_they_happen_and_the_end_has_a_summary() {
    let old = error(1, "old news");
    let folder = log_folder(&[(LOG, old.as_bytes())]);
    let log = folder.path().join(LOG);
    let mut watched = Watched::start(folder.path(), &[]);
    append(&log, &error(2, "could not move the file")).unwrap();
    let line = watched.wait_for("could not move the file");
    assert!(
        line.starts_with("2026-02-05 15:30:02,155  Alder  ERROR  other  E-"),
        "{line}"
    );
    // A record of several lines that nothing follows is told after a while.
    append(
        &log,
        "2026-02-05 15:30:03,155 (7fe5d2ffd700) :  CRITICAL (agentkit:1095) - Exception in the search function of agent named 'Alder', called with keyword arguments {'id': '7'} (most recent call last):\n\
         \x20 File \"/p/Plug-ins/Alder.bundle/Contents/Code/__init__.py\", line 40, in search\n    f()\nKeyError: 'year'\n\n",
    ).unwrap();
    let line = watched.wait_for("exception-KeyError");
    assert!(
        line.ends_with("KeyError: 'year' (item 7, Alder Contents/Code/__init__.py:40)"),
        "{line}"
    );
    let printed = watched.end("INT");
    assert!(!printed.iter().any(|line| line.contains("old news")));
    if cfg!(unix) {
        assert!(
            printed.contains(&"Followed 1 log: 2 events".to_owned()),
            "{printed:#?}"
        );
    }
}

#[test]
fn rotations_of_both_kinds_and_new_agents_lose_nothing() {
    let folder = log_folder(&[(LOG, b"")]);
    let log = folder.path().join(LOG);
    let mut watched = Watched::start(folder.path(), &[]);
    append(&log, &error(1, "before the first rotation")).unwrap();
    watched.wait_for("before the first rotation");
    // As the Framework does: the last words of a file, its new name, a new file.
    append(&log, &error(2, "last words")).unwrap();
    fs::rename(&log, folder.path().join(format!("{LOG}.1"))).unwrap();
    append(&log, &error(3, "in the new file")).unwrap();
    watched.wait_for("last words");
    watched.wait_for("in the new file");
    // As log tools do: a copy, and the file emptied.
    append(&log, &error(4, "copied away")).unwrap();
    fs::copy(&log, folder.path().join(format!("{LOG}.1"))).unwrap();
    fs::write(&log, "").unwrap();
    append(&log, &error(5, "after it was emptied")).unwrap();
    watched.wait_for("copied away");
    watched.wait_for("after it was emptied");
    // A plug-in that starts for the first time.
    let other = folder.path().join("com.plexapp.agents.Beacon.log");
    append(&other, &error(6, "from its first line on")).unwrap();
    let line = watched.wait_for("from its first line on");
    assert!(line.contains("  Beacon  "), "{line}");
    // A restart: the Framework begins anew in a new file.
    fs::rename(&log, folder.path().join(format!("{LOG}.1"))).unwrap();
    append(
        &log,
        "2026-02-05 15:31:00,000 (7fe5d2ffd700) :  INFO (core:349) - Starting framework core - Version: 2.6.3\n",
    ).unwrap();
    append(&log, &error(59, "after the restart")).unwrap();
    watched.wait_for("after the restart");
    let printed = watched.end("TERM");
    let errors = printed.iter().filter(|line| line.contains("  ERROR  "));
    assert_eq!(errors.count(), 7, "each once: {printed:#?}");
}

#[test]
fn only_what_was_asked_for_is_shown() {
    let folder = log_folder(&[(LOG, b""), ("com.plexapp.agents.Beacon.log", b"")]);
    let log = folder.path().join(LOG);
    let more = [
        "--agent",
        "alder",
        "--kind",
        "remote",
        "--kind",
        "exception-KeyError",
    ];
    let mut watched = Watched::start(folder.path(), &more);
    append(
        &folder.path().join("com.plexapp.agents.Beacon.log"),
        &error(1, "no page: HTTP Error 404: Not Found"),
    )
    .unwrap();
    append(&log, &error(1, "something else went wrong")).unwrap();
    append(&log, &error(2, "no page: HTTP Error 403: Forbidden")).unwrap();
    let line = watched.wait_for("  ERROR  ");
    assert!(line.contains("  Alder  ERROR  http-403  "), "{line}");
    let printed = watched.end("INT");
    let lines = printed.iter().filter(|line| line.contains("  ERROR  "));
    assert_eq!(lines.count(), 1, "{printed:#?}");
}

#[test]
fn a_line_has_no_secret_and_nothing_that_a_terminal_obeys() {
    let folder = log_folder(&[(LOG, b"")]);
    let log = folder.path().join(LOG);
    let mut watched = Watched::start(folder.path(), &[]);
    append(
        &log,
        &error(
            1,
            "gone: http://10.0.0.2:32400/x?X-Plex-Token=AbCdEfGhIjKlMnOpQrSt \x1b[2J\u{202e}end",
        ),
    )
    .unwrap();
    let line = watched.wait_for("gone: ");
    assert!(
        !line.contains("AbCdEf") && !line.contains('\x1b') && !line.contains('\u{202e}'),
        "{line}"
    );
    watched.end("INT");
}

#[test]
fn what_makes_no_sense_with_it_is_refused() {
    let folder = log_folder(&[(LOG, b"")]);
    for (args, words) in [
        (
            &["--follow", "--hours", "3"][..],
            "--hours and --follow exclude one another",
        ),
        (
            &["--follow", "--kind", "odd"],
            "cannot use \"odd\" for --kind",
        ),
        (&["--kind", "remote"], "--kind belongs to --follow"),
    ] {
        let mut all = vec!["--log-dir", "."];
        all.extend(args);
        let ended = run_in(folder.path(), &all);
        assert_eq!(ended.code, Some(64), "{}", ended.stderr);
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
}

#[test]
fn no_planted_secret_is_in_any_line() {
    let generated_in = tempfile::tempdir().unwrap();
    let spec = Spec {
        bytes: 1_000_000,
        ..Spec::new(91)
    };
    let generated = generate(&spec, generated_in.path()).unwrap();
    let folder = log_folder(&[(LOG, b"")]);
    let kinds = Kind::ALL.map(|kind| ["--kind", kind.name()]).concat();
    let mut watched = Watched::start(folder.path(), &kinds);
    for agent in &generated.truth.agents {
        let log = folder.path().join(format!("{}.log", agent.identifier));
        for file in &agent.files {
            append(
                &log,
                &fs::read_to_string(generated.plugin_logs.join(&file.name)).unwrap(),
            )
            .unwrap();
        }
    }
    let last = folder.path().join("com.plexapp.agents.Zephyr.log");
    append(&last, &error(1, "the end of all")).unwrap();
    watched.wait_for("the end of all");
    let printed = watched.end("INT");
    assert!(printed.len() > 100, "{}", printed.len());
    super::truth::assert_without_secrets(&printed.join("\n"), &generated, "lines");
}
