//! The manifest: what a backup holds and where it came from, in a file beside the copies.
//!
//! One JSON document, a line for each entry, sealed by a SHA-256 of everything before the seal: a
//! flipped bit in a path would otherwise put a file in the wrong place. Paths are relative to the
//! recorded root and are checked before anything uses them.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Component, Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::digest::{Digest, hex, unhex};
use crate::Error;
use crate::stamp::Stamp;

/// The manifest's name in a backup.
pub const FILE: &str = "backup-manifest.json";
/// The form of the manifest that is written.
const VERSION: u32 = 1;
/// How the first line begins, and what comes before the seal.
const HEADER: &str = "{\"header\": ";
const SEAL: &str = ",\n\"seal\": \"";

/// A path in JSON: text where it is text, otherwise its bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathText(
    /// The path.
    pub PathBuf,
);

impl fmt::Debug for PathText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl Serialize for PathText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            // Below the root a path is written the same everywhere; an absolute one is the system's own.
            Some(text) if cfg!(windows) && self.0.is_relative() => {
                serializer.serialize_str(&text.replace('\\', "/"))
            }
            Some(text) => serializer.serialize_str(text),
            None => Raw {
                bytes: hex(self.0.as_os_str().as_encoded_bytes()),
            }
            .serialize(serializer),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Raw {
    bytes: String,
}

impl<'de> Deserialize<'de> for PathText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrRaw)
    }
}

/// Takes both forms of a path as they come; serde's own way with two forms copies each first.
struct TextOrRaw;

impl<'de> de::Visitor<'de> for TextOrRaw {
    type Value = PathText;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a path")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<PathText, E> {
        Ok(PathText(text.into()))
    }

    fn visit_map<M: de::MapAccess<'de>>(self, map: M) -> Result<PathText, M::Error> {
        let raw = Raw::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let bytes =
            unhex(&raw.bytes).ok_or_else(|| de::Error::custom("expected hexadecimal digits"))?;
        path_of(bytes).map(PathText).map_err(de::Error::custom)
    }
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere such a path can be refused"
)]
fn path_of(bytes: Vec<u8>) -> Result<PathBuf, &'static str> {
    use std::os::unix::ffi::OsStringExt;
    Ok(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_of(_: Vec<u8>) -> Result<PathBuf, &'static str> {
    Err("the name of a file can't exist on this system")
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// A file with its content.
    File {
        /// In bytes.
        size: u64,
        /// Of the content.
        sha256: Digest,
    },
    /// A folder; what it holds are entries of their own.
    Folder,
    /// A symbolic link.
    Link {
        /// Where it leads, as it is written.
        target: PathText,
    },
}

/// One thing that was backed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<A, M = super::Ignored> {
    /// Where it was, below the root.
    pub path: PathText,
    /// Where it lies in the backup.
    pub stored: PathText,
    /// What it is.
    #[serde(flatten)]
    pub kind: Kind,
    /// What else belongs to it.
    #[serde(flatten)]
    pub attributes: A,
    /// By what the maker may know that neither the file nor its copy was touched.
    #[serde(skip_serializing_if = "Option::is_none", default = "Option::default")]
    pub seen: Option<M>,
}

/// What a later backup wants to know of a file's entry; read sooner than all of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CopyEntry<M> {
    /// Where it was, below the root.
    pub path: PathText,
    /// Where it lies in the backup.
    pub stored: PathText,
    /// In bytes; nothing for what is no file.
    #[serde(default)]
    pub size: Option<u64>,
    /// Of the content; nothing for what is no file.
    #[serde(default)]
    pub sha256: Option<Digest>,
    /// By what the maker may know that neither the file nor its copy was touched.
    #[serde(default = "Option::default")]
    pub seen: Option<M>,
}

/// What is read of an entry.
trait Listed: DeserializeOwned {
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

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Somebody asked for it.
    Backup,
    /// A restore was about to overwrite these files.
    PreRestore,
}

/// What is known of a backup before its entries are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The form of the manifest.
    pub version: u32,
    /// The tool that wrote it, with its version.
    pub tool: String,
    /// The backup's name, without the time.
    pub name: String,
    /// When it was made, in UTC (`2026-02-01T17:30:00.123`).
    pub created: String,
    /// Why it was made.
    pub purpose: Purpose,
    /// How many entries follow.
    pub n_entries: usize,
    /// Files among them.
    pub files: u64,
    /// Their content.
    pub bytes: u64,
    /// The folder below which everything was.
    pub root: PathText,
    /// What did not exist below the root when the backup was made; restoring removes it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub absent: Vec<PathText>,
}

/// A whole manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest<A, M = super::Ignored> {
    /// What is known before the entries are read.
    pub header: Header,
    /// What was backed up.
    pub entries: Vec<Entry<A, M>>,
}

impl Header {
    /// The header of a backup of these entries; `tool` names its maker with the version.
    pub fn new<A, M>(
        tool: &str,
        name: &str,
        created: Stamp,
        purpose: Purpose,
        root: PathBuf,
        entries: &[Entry<A, M>],
    ) -> Self {
        let sizes = || entries.iter().filter_map(Entry::size);
        Self {
            version: VERSION,
            tool: tool.to_owned(),
            name: name.to_owned(),
            created: created.to_iso(),
            purpose,
            n_entries: entries.len(),
            files: sizes().count() as u64,
            bytes: sizes().sum(),
            root: PathText(root),
            absent: Vec::new(),
        }
    }
}

impl<A, M> Entry<A, M> {
    /// The size of a file.
    pub fn size(&self) -> Option<u64> {
        match self.kind {
            Kind::File { size, .. } => Some(size),
            _ => None,
        }
    }
}

impl<A, M> Manifest<A, M>
where
    A: Serialize + DeserializeOwned,
    M: Serialize + DeserializeOwned,
{
    /// Writes the manifest as text and gives back its seal.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<Digest> {
        let mut sealing = Sealing {
            out,
            hasher: sha2::Sha256::default(),
        };
        sealing.write_all(HEADER.as_bytes())?;
        serde_json::to_writer(&mut sealing, &self.header)?;
        sealing.write_all(b",\n\"entries\": [\n")?;
        for (number, entry) in self.entries.iter().enumerate() {
            serde_json::to_writer(&mut sealing, entry)?;
            let is_last = number + 1 == self.entries.len();
            sealing.write_all(if is_last { b"\n" } else { b",\n" })?;
        }
        sealing.write_all(b"]")?;
        let seal = Digest::finish(sealing.hasher);
        writeln!(out, "{SEAL}{seal}\"}}")?;
        Ok(seal)
    }

    /// Reads the manifest of a backup and checks it.
    pub fn read(backup: &Path) -> Result<Self, Error> {
        let mut entries = Vec::new();
        let (header, _) = Self::read_each(backup, |entry| entries.push(entry))?;
        Ok(Self { header, entries })
    }

    /// Reads the manifest of a backup line by line and gives each entry away. What was given away
    /// counts for nothing if the end of the manifest shows that it is damaged.
    pub fn read_each(
        backup: &Path,
        take: impl FnMut(Entry<A, M>),
    ) -> Result<(Header, Digest), Error> {
        Self::open(backup, |lines| lines.parse(take))
    }

    /// The same with what a later backup wants to know of each entry.
    pub fn read_copies(
        backup: &Path,
        take: impl FnMut(CopyEntry<M>),
    ) -> Result<(Header, Digest), Error> {
        Self::open(backup, |lines| lines.parse(take))
    }

    /// Reads a manifest back and gives its seal, which fits its content.
    pub fn read_seal(backup: &Path) -> Result<Digest, Error> {
        Self::open(backup, Lines::skim)
    }

    /// Reads the header alone, which is the first line.
    pub fn read_header(backup: &Path) -> Result<Header, Error> {
        Self::open(backup, Lines::header)
    }

    fn open<T>(
        backup: &Path,
        read: impl FnOnce(&mut Lines<BufReader<fs::File>>) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let path = backup.join(FILE);
        let file = fs::File::open(&path).map_err(Error::read(&path))?;
        let mut lines = Lines {
            input: BufReader::with_capacity(1 << 16, file),
            hasher: sha2::Sha256::default(),
            line: Vec::new(),
        };
        read(&mut lines).map_err(|fault| match fault {
            Fault::Unreadable(source) => Error::Read { path, source },
            Fault::Damaged(found) => Error::Data { path, found },
        })
    }
}

enum Fault {
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
struct Lines<R> {
    input: R,
    hasher: sha2::Sha256,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
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

    fn header(&mut self) -> Result<Header, Fault> {
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

    fn parse<E: Listed>(&mut self, mut take: impl FnMut(E)) -> Result<(Header, Digest), Fault> {
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
    fn skim(&mut self) -> Result<Digest, Fault> {
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
struct Sealing<'a> {
    out: &'a mut dyn Write,
    hasher: sha2::Sha256,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Attributes {
        mtime: String,
    }

    fn manifest(path: &str) -> Manifest<Attributes> {
        let attributes = Attributes {
            mtime: "1.000000002".to_owned(),
        };
        let kind = Kind::File {
            size: 3,
            sha256: Digest::of(b"abc"),
        };
        let entry = Entry {
            path: PathText(path.into()),
            stored: PathText("x".into()),
            kind,
            attributes,
            seen: None,
        };
        let entries = vec![entry];
        let header = Header::new(
            "t",
            "n",
            Stamp(0),
            Purpose::Backup,
            "/root".into(),
            &entries,
        );
        Manifest { header, entries }
    }

    fn text(manifest: &Manifest<Attributes>) -> Vec<u8> {
        let mut text = Vec::new();
        manifest.write(&mut text).unwrap();
        text
    }

    fn parse(text: &[u8]) -> Result<Manifest<Attributes>, String> {
        let mut lines = Lines {
            input: text,
            hasher: sha2::Sha256::default(),
            line: Vec::new(),
        };
        let mut entries = Vec::new();
        match lines.parse(|entry| entries.push(entry)) {
            Ok((header, _)) => Ok(Manifest { header, entries }),
            Err(Fault::Damaged(found)) => Err(found),
            Err(Fault::Unreadable(error)) => Err(error.to_string()),
        }
    }

    #[test]
    fn what_was_written_is_read_back_and_is_one_json_document() {
        let manifest = manifest("A.bundle/Contents/Code/utils.py");
        assert_eq!(parse(&text(&manifest)).unwrap(), manifest);
        let document: serde_json::Value = serde_json::from_slice(&text(&manifest)).unwrap();
        assert_eq!(
            document["entries"][0]["path"],
            "A.bundle/Contents/Code/utils.py"
        );
        let empty = Manifest {
            header: Header {
                n_entries: 0,
                ..manifest.header
            },
            entries: Vec::new(),
        };
        assert_eq!(parse(&text(&empty)).unwrap(), empty);
    }

    #[test]
    fn attributes_may_be_passed_over() {
        let text = text(&manifest("a"));
        let mut lines = Lines {
            input: &text[..],
            hasher: sha2::Sha256::default(),
            line: Vec::new(),
        };
        let mut paths = Vec::new();
        let take = |entry: Entry<crate::backup::Ignored>| paths.push(entry.path);
        assert!(lines.parse(take).is_ok());
        assert_eq!(paths, [PathText("a".into())]);
    }

    #[test]
    fn a_later_backup_is_told_what_the_entry_says() {
        let mut manifest = manifest("a");
        manifest.entries.push(Entry {
            path: PathText("b".into()),
            stored: PathText("from/b".into()),
            kind: Kind::Link {
                target: PathText("a".into()),
            },
            ..manifest.entries[0].clone()
        });
        manifest.header.n_entries = 2;
        let text = text(&manifest);
        let mut lines = Lines {
            input: &text[..],
            hasher: sha2::Sha256::default(),
            line: Vec::new(),
        };
        let mut copies = Vec::new();
        let take = |copy: CopyEntry<crate::backup::Ignored>| copies.push(copy);
        assert!(lines.parse(take).is_ok());
        for (copy, entry) in copies.iter().zip(&manifest.entries) {
            let Kind::File { size, sha256 } = entry.kind else {
                assert_eq!((copy.size, copy.sha256), (None, None));
                continue;
            };
            assert_eq!((copy.size, copy.sha256), (Some(size), Some(sha256)));
            assert_eq!((&copy.path, &copy.stored), (&entry.path, &entry.stored));
        }
        assert_eq!(copies.len(), 2);
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let good = text(&manifest("a"));
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert!(parse(&bad).is_err(), "bit {at}");
        }
        for length in 0..good.len() {
            assert!(parse(&good[..length]).is_err(), "cut at {length}");
        }
        assert!(parse(&[&good[..], b"x"].concat()).is_err());
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for bad in ["", "..", "../x", "a/../../x", "/etc/passwd", "./x"] {
            let found = parse(&text(&manifest(bad))).unwrap_err();
            assert!(
                found.starts_with("expected a path below the root"),
                "{bad}: {found}"
            );
        }
        let mut twice = manifest("a");
        twice.entries.push(twice.entries[0].clone());
        twice.header.n_entries = 2;
        assert!(
            parse(&text(&twice))
                .unwrap_err()
                .starts_with("expected each path once")
        );
    }

    #[cfg(unix)]
    #[test]
    fn names_of_any_bytes_are_kept() {
        use std::os::unix::ffi::OsStringExt;
        let path = PathText(std::ffi::OsString::from_vec(vec![b'a', 0xff]).into());
        let json = serde_json::to_string(&path).unwrap();
        assert_eq!(json, "{\"bytes\":\"61ff\"}");
        assert_eq!(serde_json::from_str::<PathText>(&json).unwrap(), path);
    }
}
