//! Records to the bytes of files, rolled over as the Framework does, with the truth counted on the way.

use std::collections::BTreeMap;

use super::clock::{Clock, Form, MINUTE};
use super::record::{Level, Mark, Rec, Shape, Step};
use super::truth::{AgentTruth, FileTruth};

/// One file's text and what it holds.
pub(super) struct Segment {
    pub(super) bytes: Vec<u8>,
    pub(super) truth: FileTruth,
}

/// The log of one plug-in while it is written.
pub(super) struct LogWriter {
    clock: Clock,
    newline: &'static [u8],
    logger: String,
    threads: Vec<String>,
    level: Level,
    limit: usize,
    most_files: usize,
    current: Segment,
    done: Vec<Segment>,
    line: Vec<u8>,
    /// From the number of a session to its place in the truth.
    places: BTreeMap<u32, usize>,
    truth: AgentTruth,
    secrets: u64,
    bytes: u64,
}

/// What a log amounts to once it is whole.
pub(super) struct Written {
    /// Oldest first.
    pub(super) segments: Vec<Segment>,
    /// Its files are still without names.
    pub(super) truth: AgentTruth,
    /// Bits of the secrets that were written.
    pub(super) secrets: u64,
}

impl LogWriter {
    pub(super) fn new(
        name: &str,
        identifier: &str,
        windows: bool,
        limit: usize,
        most_files: usize,
    ) -> Self {
        Self {
            clock: Clock::new(Form::Plugin),
            newline: if windows { b"\r\n" } else { b"\n" },
            logger: format!(" - {identifier:<32}"),
            threads: Vec::new(),
            level: Level::Debug,
            limit,
            most_files,
            current: Segment {
                bytes: Vec::new(),
                truth: FileTruth::default(),
            },
            done: Vec::new(),
            line: Vec::with_capacity(8192),
            places: BTreeMap::new(),
            truth: AgentTruth {
                name: name.to_owned(),
                identifier: identifier.to_owned(),
                ..AgentTruth::default()
            },
            secrets: 0,
            bytes: 0,
        }
    }

    /// Records below the level are not written.
    pub(super) fn set_level(&mut self, level: Level) {
        self.level = level;
    }

    /// The names of the threads that records refer to by number.
    pub(super) fn set_threads(&mut self, threads: Vec<String>) {
        self.threads = threads;
    }

    /// Bytes written so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether another file can still be begun.
    pub(super) fn has_room_for_a_file(&self) -> bool {
        self.done.len() + 1 < self.most_files
    }

    /// Begins a new file, unless the current one is still empty.
    pub(super) fn roll_over(&mut self) {
        if !self.current.bytes.is_empty() {
            let next = Segment {
                bytes: Vec::new(),
                truth: FileTruth::default(),
            };
            self.done.push(std::mem::replace(&mut self.current, next));
        }
    }

    /// Writes one record; false when it would need a file more than are kept, and nothing was written.
    pub(super) fn put(&mut self, rec: &Rec) -> bool {
        if rec.level < self.level {
            return true;
        }
        self.compose(rec);
        if !self.current.bytes.is_empty() && self.current.bytes.len() + self.line.len() > self.limit
        {
            if !self.has_room_for_a_file() {
                return false;
            }
            self.roll_over();
        }
        self.current.bytes.extend_from_slice(&self.line);
        self.bytes += self.line.len() as u64;
        self.count(rec);
        true
    }

    /// Lines without a head, only at the beginning of a file.
    pub(super) fn orphans(&mut self, lines: &[&str]) {
        if self.current.bytes.is_empty() {
            for line in lines {
                self.current.bytes.extend_from_slice(line.as_bytes());
                self.current.bytes.extend_from_slice(self.newline);
            }
            self.current.truth.lines += lines.len() as u64;
            self.current.truth.orphan_lines += lines.len() as u64;
            self.bytes += self.current.bytes.len() as u64;
            self.broken("orphan-lines");
        }
    }

    /// A last line that was cut inside its head: no record, no newline.
    pub(super) fn cut_line(&mut self) {
        if !self.current.bytes.is_empty() {
            self.current.bytes.extend_from_slice(b"2026-02-0");
            self.current.truth.lines += 1;
            self.bytes += 9;
            self.broken("cut-line");
        }
    }

    pub(super) fn finish(mut self) -> Written {
        self.roll_over();
        for segment in &mut self.done {
            segment.truth.bytes = segment.bytes.len() as u64;
        }
        Written {
            segments: self.done,
            truth: self.truth,
            secrets: self.secrets,
        }
    }

    fn broken(&mut self, name: &str) {
        *self.truth.broken.entry(name.to_owned()).or_default() += 1;
    }

    fn compose(&mut self, rec: &Rec) {
        let line = &mut self.line;
        line.clear();
        self.clock.write(rec.at, line);
        if rec.shape == Shape::Console {
            line.extend_from_slice(self.logger.as_bytes());
        }
        line.extend_from_slice(b" (");
        line.extend_from_slice(self.threads[usize::from(rec.thread)].as_bytes());
        line.extend_from_slice(if rec.shape == Shape::Collapsed {
            b") : "
        } else {
            b") :  "
        });
        line.extend_from_slice(rec.level.name().as_bytes());
        line.extend_from_slice(b" (");
        line.extend_from_slice(rec.source.0.as_bytes());
        line.push(b':');
        line.extend_from_slice(rec.source.1.to_string().as_bytes());
        line.extend_from_slice(b") - ");
        push_text(line, &rec.text, self.newline);
        if rec.shape == Shape::BadBytes {
            line.extend_from_slice(b"\xe9 \xff\xfe\xc3");
        }
        let end: &[u8] = if rec.shape == Shape::StrayReturn {
            b"\r\n"
        } else {
            self.newline
        };
        line.extend_from_slice(end);
    }

    fn count(&mut self, rec: &Rec) {
        let newlines = rec.text.bytes().filter(|&byte| byte == b'\n').count() as u64;
        let file = &mut self.current.truth;
        file.lines += newlines + 1;
        file.records += 1;
        *file.levels.entry(rec.level).or_default() += 1;
        file.first_ms.get_or_insert(rec.at);
        file.last_ms = Some(rec.at);
        let minute = self
            .truth
            .minutes
            .entry(rec.at.div_euclid(MINUTE))
            .or_default();
        minute[rec.level as usize] += 1;
        self.count_mark(rec, &rec.mark);
    }

    fn count_mark(&mut self, rec: &Rec, mark: &Mark) {
        self.secrets |= mark.secrets;
        if let Some(name) = mark.broken {
            self.broken(name);
        }
        if mark.start {
            self.truth.starts.push(rec.at);
        }
        if let Some(event) = &mark.event {
            self.truth.events.push(event.clone());
        }
        if let Some(id) = rec.session {
            self.step(rec, id, &mark.step);
        }
    }

    fn step(&mut self, rec: &Rec, id: u32, step: &Step) {
        if let Step::Begin(session) = step {
            self.places.insert(id, self.truth.sessions.len());
            self.truth.sessions.push(session.as_ref().clone());
            return;
        }
        // A session whose beginning was not written is none that a reader could know.
        let Some(session) = self
            .places
            .get(&id)
            .and_then(|&place| self.truth.sessions.get_mut(place))
        else {
            return;
        };
        match step {
            Step::Request => session.requests += 1,
            Step::Candidate => session.candidates += 1,
            Step::End(outcome, bytes) => {
                session.response_bytes = Some(*bytes);
                session.end_ms = Some(rec.at);
                session.outcome = *outcome;
                self.places.remove(&id);
            }
            Step::Inside | Step::Begin(_) => {}
        }
    }
}

fn push_text(line: &mut Vec<u8>, text: &str, newline: &[u8]) {
    if newline == b"\n" || !text.contains('\n') {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    for (n, part) in text.split('\n').enumerate() {
        if n > 0 {
            line.extend_from_slice(newline);
        }
        line.extend_from_slice(part.as_bytes());
    }
}
