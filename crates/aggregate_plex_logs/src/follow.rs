//! `--follow`: growing logs become lines on standard output, one for each event, until Ctrl-C.
//!
//! The folders are looked at four times a second and a log is opened only when it has changed. A
//! watch by the system would tell sooner, but none works on network shares, where many servers keep
//! their logs, and each has a limit on watches; four looks at some dozens of files cost next to nothing.

mod line;
mod summary;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::log_file::Source;
use plexcore::files::log_set::{LogSet, Selection};
use plexcore::files::tail::{Growth, Tail};
use plexcore::log::event::{Event, Markers, RecordPlace};
use plexcore::log::growing::Growing;
use plexcore::log::record::Record;
use plexcore::log::rules::Rules;
use plexcore::log::session::Session;
use plexcore::log::stream::{Listener, Stream};
use plexcore::redact::Redactor;
use plexcore::report::number::counted;
use plexcore::stamp::Stamp;

use self::line::{Wanted, of_event, of_session};
use self::summary::Summary;
use crate::context;
use crate::options::Options;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// After so long without a new line a record, and what it began to tell, count as whole.
const SILENCE: Duration = Duration::from_millis(2500);

/// Prints what happens until the wish to end comes.
pub(crate) fn run(options: &Options, console: &mut Console) -> Result<Exit, Failure> {
    let rules = context::rules(options)?;
    let kinds = options.follow.as_deref().unwrap_or_default();
    let wanted = Wanted::of(kinds, &rules)?;
    let redactor = Redactor::new(options.redaction);
    let mut watch = Watch {
        places: &options.places,
        selection: Selection {
            current_only: true,
            ..options.selection.clone()
        },
        rules: &rules,
        logs: BTreeMap::new(),
        is_first_look: true,
    };
    let mut teller = Teller {
        wanted: &wanted,
        redactor: &redactor,
        agent: String::new(),
        lines: Vec::new(),
        summary: Summary::default(),
    };
    let (_alive, ends) = ends_by_signal();
    watch.find(console)?;
    console.warn(format_args!(
        "following {}; Ctrl-C ends",
        counted(watch.logs.len() as u64, "log", "logs")
    ));
    loop {
        watch.look(&mut teller, console);
        teller.tell(console)?;
        match ends.recv_timeout(PAUSE) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
        }
        watch.find(console)?;
    }
    watch.look(&mut teller, console);
    watch.finish(&mut teller);
    teller.tell(console)?;
    teller.summary.write(&redactor, console)?;
    Ok(Exit::Done)
}

/// Hears of Ctrl-C, and of the signals that ask a process to end. The sender is to be kept: without
/// a handler Ctrl-C ends the process as it always did, and nothing else may be taken for the wish.
fn ends_by_signal() -> (Sender<()>, Receiver<()>) {
    let (sender, receiver) = channel();
    let for_handler = sender.clone();
    // A second signal finds nobody listening any more, which is fine.
    let handler = move || for_handler.send(()).unwrap_or_default();
    ctrlc::set_handler(handler).unwrap_or_default();
    (sender, receiver)
}

/// The logs that are followed.
struct Watch<'a> {
    places: &'a [PathBuf],
    selection: Selection,
    rules: &'a Rules,
    logs: BTreeMap<PathBuf, Followed<'a>>,
    is_first_look: bool,
}

/// One plug-in's log.
struct Followed<'a> {
    agent: String,
    tail: Tail,
    growing: Growing,
    stream: Stream<'a>,
    grew: Instant,
    is_silent: bool,
    /// Whether the last look failed, so that one failure is told once.
    is_failing: bool,
}

impl<'a> Watch<'a> {
    /// Takes up logs that are new. Of those that were there before, only what is written from now on.
    fn find(&mut self, console: &mut Console) -> Result<(), Failure> {
        let found = match LogSet::find(self.places, &self.selection) {
            Ok(found) => found,
            // The folder may be away for a moment while the server is updated.
            Err(_) if !self.is_first_look => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for plugin in found.plugins {
            for file in plugin.series.into_iter().flatten() {
                let Source::OnDisk { path, is_gz: false } = &file.source else {
                    if self.is_first_look {
                        console.warn(format_args!("{} does not grow; left out", file.shown));
                    }
                    continue;
                };
                if self.logs.contains_key(path) {
                    continue;
                }
                match self.follow(path, &plugin.name) {
                    Ok(followed) => drop(self.logs.insert(path.clone(), followed)),
                    Err(error) if self.is_first_look => {
                        console.complain(format_args!("cannot read {}: {error}", file.shown));
                    }
                    Err(_) => {}
                }
            }
        }
        self.is_first_look = false;
        Ok(())
    }

    fn follow(&self, path: &Path, agent: &str) -> std::io::Result<Followed<'a>> {
        Ok(Followed {
            agent: agent.to_owned(),
            tail: if self.is_first_look {
                Tail::from_end(path)?
            } else {
                Tail::from_start(path)
            },
            growing: Growing::default(),
            stream: Stream::new(self.rules),
            grew: Instant::now(),
            is_silent: true,
            is_failing: false,
        })
    }

    fn look(&mut self, teller: &mut Teller<'_>, console: &mut Console) {
        for log in self.logs.values_mut() {
            teller.agent.clone_from(&log.agent);
            match log.look(teller) {
                Ok(is_whole) => {
                    log.is_failing = false;
                    if !is_whole {
                        console.warn(format_args!(
                            "{} was rotated away before its end was read",
                            log.tail.path().display()
                        ));
                    }
                }
                Err(error) if !log.is_failing => {
                    log.is_failing = true;
                    let path = log.tail.path().display();
                    console.complain(format_args!("cannot read {path}: {error}"));
                }
                Err(_) => {}
            }
        }
        teller.summary.logs = self.logs.len() as u64;
    }

    fn finish(&mut self, teller: &mut Teller<'_>) {
        for log in self.logs.values_mut() {
            teller.agent.clone_from(&log.agent);
            log.end(teller);
        }
    }
}

impl Followed<'_> {
    /// Reads what is new; false if something was lost.
    fn look(&mut self, teller: &mut Teller<'_>) -> std::io::Result<bool> {
        let (mut is_whole, mut has_grown) = (true, false);
        let (growing, stream) = (&mut self.growing, &mut self.stream);
        let mut failed = Ok(());
        self.tail.look(&mut |growth| {
            let mut take = |record: &Record<'_>| take(stream, record, teller);
            let taken = match growth {
                Growth::More(bytes) => {
                    has_grown = true;
                    growing.push(bytes, &mut take)
                }
                Growth::NewFile => growing.end_file(&mut take),
                Growth::Gap => {
                    is_whole = false;
                    growing.end_file(&mut take)
                }
            };
            if taken.is_err() {
                failed = taken;
            }
        })?;
        failed?;
        if has_grown {
            self.grew = Instant::now();
            self.is_silent = false;
        } else if !self.is_silent && self.grew.elapsed() >= SILENCE {
            self.is_silent = true;
            self.growing
                .rest(&mut |record| take(&mut self.stream, record, teller))?;
            self.stream.pause(teller);
        }
        Ok(is_whole)
    }

    fn end(&mut self, teller: &mut Teller<'_>) {
        // What is in memory can be read.
        drop(
            self.growing
                .end_file(&mut |record| take(&mut self.stream, record, teller)),
        );
        self.stream.pause(teller);
    }
}

fn take(stream: &mut Stream<'_>, record: &Record<'_>, teller: &mut Teller<'_>) {
    let place = RecordPlace {
        file: 0,
        offset: record.offset,
    };
    stream.take(record, place, teller);
}

/// Turns events into lines and counts them.
struct Teller<'a> {
    wanted: &'a Wanted,
    redactor: &'a Redactor,
    /// Whose log is being read.
    agent: String,
    lines: Vec<String>,
    summary: Summary,
}

impl Teller<'_> {
    /// Prints the lines, so that whoever watches sees them at once.
    fn tell(&mut self, console: &mut Console) -> Result<(), Failure> {
        if self.lines.is_empty() {
            return Ok(());
        }
        for line in self.lines.drain(..) {
            console.say(line)?;
        }
        console.flush()
    }
}

impl Listener for Teller<'_> {
    fn event(&mut self, event: Event) {
        self.summary.count_event(&event);
        if self.wanted.event(&event) {
            self.lines
                .push(of_event(&self.agent, &event, self.redactor));
        }
    }

    fn session(&mut self, session: Session) {
        self.summary.count_session(&session);
        if self.wanted.sessions() {
            self.lines
                .push(of_session(&self.agent, &session, self.redactor));
        }
    }

    fn markers(&mut self, _: Stamp, _: Markers) {}
}
