//! A log that is being written, read on from where it was last time.
//!
//! No file is held open between two looks, so nothing keeps a server from rotating its logs. Which
//! file is which is told by its first bytes: a log's begin with a time, so no two are the same. It
//! works alike for a log that was renamed and begun anew, for one that was copied and emptied, and
//! for one that was rotated several times since the last look.
//!
//! What is lost: the end of a file that was rotated away, over all its numbers, since the last look.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// So many first bytes of a file are remembered.
const HEAD: usize = 512;
/// So much is read at once.
const PIECE: u64 = 1 << 20;
/// How far back the beginning of a line is looked for when a log is met.
const LINE: u64 = 64 << 10;
/// Rotated files that are looked at.
const ROTATIONS: u32 = 9;

/// A growing log, and how far it was read.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    /// The file's first bytes, as far as they were there at the last look.
    head: Vec<u8>,
    /// Bytes read of it.
    at: u64,
    /// Length and time of change at the last look, so that a quiet file costs no reading.
    seen: Option<(u64, Option<SystemTime>)>,
}

/// What was written since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth<'a> {
    /// Bytes that go on where the last ones ended.
    More(&'a [u8]),
    /// A new file begins; what comes next are its bytes.
    NewFile,
    /// A new file begins, and the end of the one before was not to be found.
    Gap,
}

impl Tail {
    /// A log of which everything is new.
    pub fn from_start(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            head: Vec::new(),
            at: 0,
            seen: None,
        }
    }

    /// A log of which only what is written from now on is new, from the beginning of a line on.
    pub fn from_end(path: &Path) -> io::Result<Self> {
        let mut tail = Self::from_start(path);
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        tail.head = head_of(&mut file)?;
        let from = length.saturating_sub(LINE);
        let mut end = Vec::new();
        file.seek(SeekFrom::Start(from))?;
        file.take(length - from).read_to_end(&mut end)?;
        tail.at = match memchr::memrchr(b'\n', &end) {
            Some(newline) => from + newline as u64 + 1,
            None => from,
        };
        Ok(tail)
    }

    /// Where the log is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives what was written since the last look to `sink`.
    ///
    /// A log that is not there at the moment, as between the steps of a rotation, is no error.
    pub fn look(&mut self, sink: &mut impl FnMut(Growth<'_>)) -> io::Result<()> {
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened?,
        };
        let metadata = file.metadata()?;
        let seen = Some((metadata.len(), metadata.modified().ok()));
        if seen == self.seen && metadata.len() == self.at {
            return Ok(());
        }
        let head = head_of(&mut file)?;
        if !head.starts_with(&self.head) || metadata.len() < self.at {
            self.finish_rotated(sink);
            self.at = 0;
        }
        self.head = head;
        self.at = read_on(&mut file, self.at, sink)?;
        self.seen = seen;
        Ok(())
    }

    /// Reads what was rotated away since the last look: the rest of the file that was read last, and
    /// all newer ones whole.
    fn finish_rotated(&self, sink: &mut impl FnMut(Growth<'_>)) {
        let rotated = |number: u32| {
            let mut name = self.path.as_os_str().to_owned();
            name.push(format!(".{number}"));
            File::open(PathBuf::from(name))
        };
        // An empty file has no first bytes to be known by, and nothing to be missed.
        let known = (1..=ROTATIONS).find(|number| {
            !self.head.is_empty()
                && rotated(*number)
                    .and_then(|mut file| head_of(&mut file))
                    .is_ok_and(|head| head.starts_with(&self.head))
        });
        let Some(known) = known else {
            sink(if self.head.is_empty() {
                Growth::NewFile
            } else {
                Growth::Gap
            });
            return;
        };
        let mut is_whole = true;
        let mut from = self.at;
        for number in (1..=known).rev() {
            let read = rotated(number).and_then(|mut file| read_on(&mut file, from, sink));
            is_whole &= read.is_ok();
            from = 0;
            sink(if is_whole {
                Growth::NewFile
            } else {
                Growth::Gap
            });
        }
    }
}

fn head_of(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    file.rewind()?;
    file.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Reads from a place to the end; gives how far that is.
fn read_on(file: &mut File, from: u64, sink: &mut impl FnMut(Growth<'_>)) -> io::Result<u64> {
    let mut at = from;
    let mut piece = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    loop {
        piece.clear();
        let count = file.take(PIECE).read_to_end(&mut piece)?;
        if count == 0 {
            return Ok(at);
        }
        at += count as u64;
        sink(Growth::More(&piece));
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;

    use super::*;

    /// What a look gives: the bytes, `|` for a new file, `!` for a gap.
    fn seen(tail: &mut Tail) -> String {
        let mut found = String::new();
        tail.look(&mut |growth| match growth {
            Growth::More(bytes) => found.push_str(std::str::from_utf8(bytes).unwrap()),
            Growth::NewFile => found.push('|'),
            Growth::Gap => found.push('!'),
        })
        .unwrap();
        found
    }

    fn append(path: &Path, text: &str) {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    #[test]
    fn what_is_appended_comes_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a.log");
        append(&log, "1 old\n2 half");
        let mut tail = Tail::from_end(&log).unwrap();
        append(&log, " a line\n");
        assert_eq!(seen(&mut tail), "2 half a line\n");
        assert_eq!(seen(&mut tail), "");
        append(&log, "3 new\n");
        append(&log, "4 new\n");
        assert_eq!(seen(&mut tail), "3 new\n4 new\n");
    }

    #[test]
    fn a_renamed_log_is_read_to_its_end_and_the_new_one_from_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a.log");
        let rotated = |n: u32| folder.path().join(format!("a.log.{n}"));
        append(&log, "1\n");
        let mut tail = Tail::from_end(&log).unwrap();
        append(&log, "2\n");
        fs::rename(&log, rotated(1)).unwrap();
        assert_eq!(seen(&mut tail), "", "there is no log at this moment");
        append(&log, "3\n");
        assert_eq!(seen(&mut tail), "2\n|3\n");
        // Twice since the last look.
        append(&log, "4\n");
        fs::rename(rotated(1), rotated(2)).unwrap();
        fs::rename(&log, rotated(1)).unwrap();
        append(&log, "5\n");
        fs::rename(rotated(2), rotated(3)).unwrap();
        fs::rename(rotated(1), rotated(2)).unwrap();
        fs::rename(&log, rotated(1)).unwrap();
        append(&log, "6\n");
        assert_eq!(seen(&mut tail), "4\n|5\n|6\n");
    }

    #[test]
    fn a_log_that_was_copied_and_emptied_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a.log");
        append(&log, "1\n");
        let mut tail = Tail::from_end(&log).unwrap();
        append(&log, "2\n");
        fs::copy(&log, folder.path().join("a.log.1")).unwrap();
        fs::write(&log, "").unwrap();
        assert_eq!(seen(&mut tail), "2\n|");
        append(&log, "3 longer than all that was there before\n");
        assert_eq!(seen(&mut tail), "3 longer than all that was there before\n");
        // Emptied and already longer again, so that its length tells nothing.
        fs::copy(&log, folder.path().join("a.log.1")).unwrap();
        fs::write(
            &log,
            "4 which is even longer than what was there before it\n",
        )
        .unwrap();
        assert_eq!(
            seen(&mut tail),
            "|4 which is even longer than what was there before it\n"
        );
    }

    #[test]
    fn what_is_gone_for_good_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a.log");
        append(&log, "1\n");
        let mut tail = Tail::from_end(&log).unwrap();
        fs::write(&log, "2\n").unwrap();
        assert_eq!(seen(&mut tail), "!2\n");
    }
}
