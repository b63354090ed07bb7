//! The text of a manifest, line by line and hashed on the way, up to the seal that must fit.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::path::{Component, Path};

use serde::de::DeserializeOwned;

use super::digest::Digest;
use super::manifest::{CopyEntry, Entry, FILE, HEADER, Header, VERSION};
use super::path_text::PathText;

/// What comes before the seal.
const SEAL: &str = ",\n\"seal\": \"";

/// What is read of an entry.
pub(super) trait Listed: DeserializeOwned {
    /// Where it was, and where it lies.
    fn places(&self) -> (&PathText, &PathText);
}

impl<A: DeserializeOwned, M: DeserializeOwned> Listed for Entry<A, M> {
    fn places(&self) -> (&PathText, &PathText) {
        (&self.path, &self.stored)
    }
}

impl<M: DeserializeOwned> Listed for CopyEntry<M> {
    fn places(&self) -> (&PathText, &PathText) {
        (&self.path, &self.stored)
    }
}

/// Why a manifest can't be used.
pub(super) enum Fault {
    Unreadable(io::Error),
    Damaged(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl From<String> for Fault {
    fn from(found: String) -> Self {
        Self::Damaged(found)
    }
}

/// A manifest, read line by line and hashed on the way.
pub(super) struct Lines<R> {
    input: R,
    hasher: sha2::Sha256,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn of(input: R) -> Self {
        Self {
            input,
            hasher: sha2::Sha256::default(),
            line: Vec::new(),
        }
    }

    /// The next line without its end.
    fn next(&mut self) -> Result<&[u8], Fault> {
        self.line.clear();
        self.input.read_until(b'\n', &mut self.line)?;
        if self.line.pop() != Some(b'\n') {
            return Err(damaged("it ends too early"));
        }
        Ok(&self.line)
    }

    /// The next line, which counts for the seal.
    fn sealed(&mut self) -> Result<&[u8], Fault> {
        self.next()?;
        sha2::Digest::update(&mut self.hasher, &self.line);
        sha2::Digest::update(&mut self.hasher, b"\n");
        Ok(&self.line)
    }

    /// The header, which is the first line.
    pub(super) fn header(&mut self) -> Result<Header, Fault> {
        let line = self.sealed()?;
        let json = line
            .strip_prefix(HEADER.as_bytes())
            .and_then(|rest| rest.strip_suffix(b","));
        let json = json.ok_or_else(|| damaged("it has no header"))?;
        let header: Header =
            serde_json::from_slice(json).map_err(|error| damaged(&error.to_string()))?;
        if header.version != VERSION {
            return Err(format!(
                "expected version {VERSION} of the manifest, found {} (written by {})",
                header.version, header.tool
            )
            .into());
        }
        header
            .absent
            .iter()
            .try_for_each(|path| check_relative(&path.0))?;
        Ok(header)
    }

    /// Everything; what was given away counts for nothing if the end is wrong.
    pub(super) fn parse<E: Listed>(
        &mut self,
        mut take: impl FnMut(E),
    ) -> Result<(Header, Digest), Fault> {
        let header = self.header()?;
        if self.sealed()? != b"\"entries\": [" {
            return Err(damaged("it has no entries"));
        }
        let (mut paths, mut places) = (BTreeSet::new(), BTreeSet::new());
        for number in 0..header.n_entries {
            let line = self.sealed()?;
            let json = if number + 1 == header.n_entries {
                Some(line)
            } else {
                line.strip_suffix(b",")
            };
            let json = json.ok_or_else(|| damaged("an entry is missing"))?;
            let entry: E =
                serde_json::from_slice(json).map_err(|error| damaged(&error.to_string()))?;
            let (path, stored) = entry.places();
            check_places(path, stored)?;
            if !paths.insert(Digest::of(path.0.as_os_str().as_encoded_bytes()).short())
                || !places.insert(Digest::of(stored.0.as_os_str().as_encoded_bytes()).short())
            {
                return Err(format!("expected each path once, found {path:?} again").into());
            }
            take(entry);
        }
        self.end().map(|seal| (header, seal))
    }

    /// The seal of a manifest whose content is known to be right.
    pub(super) fn skim(&mut self) -> Result<Digest, Fault> {
        while self.next()? != b"]," {
            sha2::Digest::update(&mut self.hasher, &self.line);
            sha2::Digest::update(&mut self.hasher, b"\n");
        }
        self.seal()
    }

    fn end(&mut self) -> Result<Digest, Fault> {
        if self.next()? != b"]," {
            return Err(damaged("there are more entries than it says"));
        }
        self.seal()
    }

    /// What follows the entries.
    fn seal(&mut self) -> Result<Digest, Fault> {
        sha2::Digest::update(&mut self.hasher, b"]");
        let seal = Digest::finish(std::mem::take(&mut self.hasher));
        let expected = format!("{}{seal}\"}}", &SEAL[2..]);
        if self.next()? != expected.as_bytes() {
            return Err(damaged("its seal does not fit its content"));
        }
        if !self.input.fill_buf()?.is_empty() {
            return Err(damaged("something follows its end"));
        }
        Ok(seal)
    }
}

fn damaged(how: &str) -> Fault {
    Fault::Damaged(format!("the manifest is damaged or was edited: {how}"))
}

fn check_places(path: &PathText, stored: &PathText) -> Result<(), String> {
    check_relative(&path.0)?;
    check_relative(&stored.0)?;
    if stored.0 == Path::new(FILE) {
        return Err(format!(
            "expected a file, found the manifest itself under {stored:?}"
        ));
    }
    Ok(())
}

/// A path that stays below what it is joined to.
fn check_relative(path: &Path) -> Result<(), String> {
    let is_plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if is_plain && !path.as_os_str().is_empty() {
        Ok(())
    } else {
        Err(format!(
            "expected a path below the root, found {}",
            path.display()
        ))
    }
}

/// Hashes what passes through.
pub(super) struct Sealing<'a> {
    out: &'a mut dyn Write,
    hasher: sha2::Sha256,
}

impl<'a> Sealing<'a> {
    pub(super) fn of(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            hasher: sha2::Sha256::default(),
        }
    }

    /// Writes the seal of all that passed and gives it back.
    pub(super) fn finish(self) -> io::Result<Digest> {
        let seal = Digest::finish(self.hasher);
        writeln!(self.out, "{SEAL}{seal}\"}}")?;
        Ok(seal)
    }
}

impl Write for Sealing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        sha2::Digest::update(&mut self.hasher, &bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
