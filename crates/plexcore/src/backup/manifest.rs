//! The manifest: what a backup holds and where it came from, in a file beside the copies.
//!
//! One JSON document, a line for each entry, sealed by a SHA-256 of everything before the seal: a
//! flipped bit in a path would otherwise put a file in the wrong place. Paths are relative to the
//! recorded root and are checked before anything uses them.

use std::fs;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::path_text::PathText;
use super::sealed::{Fault, Lines, Sealing};
use crate::Error;
use crate::stamp::Stamp;

/// The manifest's name in a backup.
pub const FILE: &str = "backup-manifest.json";
/// The form of the manifest that is written.
pub(super) const VERSION: u32 = 1;
/// How the first line begins.
pub(super) const HEADER: &str = "{\"header\": ";

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
        let mut sealing = Sealing::of(out);
        sealing.write_all(HEADER.as_bytes())?;
        serde_json::to_writer(&mut sealing, &self.header)?;
        sealing.write_all(b",\n\"entries\": [\n")?;
        for (number, entry) in self.entries.iter().enumerate() {
            serde_json::to_writer(&mut sealing, entry)?;
            let is_last = number + 1 == self.entries.len();
            sealing.write_all(if is_last { b"\n" } else { b",\n" })?;
        }
        sealing.write_all(b"]")?;
        sealing.finish()
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
        let mut lines = Lines::of(BufReader::with_capacity(1 << 16, file));
        read(&mut lines).map_err(|fault| match fault {
            Fault::Unreadable(source) => Error::Read { path, source },
            Fault::Damaged(found) => Error::Data { path, found },
        })
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
        let mut lines = Lines::of(text);
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
        let mut lines = Lines::of(&text[..]);
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
        let mut lines = Lines::of(&text[..]);
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
}
