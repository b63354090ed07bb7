//! The manifest: what a backup holds and where it came from, in a file beside the copies.
//!
//! One JSON document, a line for each entry, sealed by a SHA-256 of everything before the seal: a
//! flipped bit in a path would otherwise put a file in the wrong place. Paths are relative to the
//! recorded root and are checked before anything uses them.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};

use plexcore::Error;
use plexcore::stamp::Stamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::attributes::Attributes;
use crate::digest::{Digest, hex, unhex};

/// The manifest's name in a backup.
pub(crate) const FILE: &str = "backup-manifest.json";
/// The form of the manifest that is written.
const VERSION: u32 = 1;
const SEAL: &str = ",\n\"seal\": \"";

/// A path in JSON: text where it is text, otherwise its bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PathText(pub(crate) PathBuf);

impl fmt::Debug for PathText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl Serialize for PathText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            Some(text) if cfg!(windows) => serializer.serialize_str(&text.replace('\\', "/")),
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

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrRaw {
    Text(String),
    Raw(Raw),
}

impl<'de> Deserialize<'de> for PathText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match TextOrRaw::deserialize(deserializer)? {
            TextOrRaw::Text(text) => Ok(Self(text.into())),
            TextOrRaw::Raw(raw) => {
                let bytes = unhex(&raw.bytes)
                    .ok_or_else(|| de::Error::custom("expected hexadecimal digits"))?;
                path_of(bytes).map(Self).map_err(de::Error::custom)
            }
        }
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
pub(crate) enum Kind {
    /// A file with its content.
    File {
        /// In bytes.
        size: u64,
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
pub(crate) struct Entry {
    /// Where it was, below the root.
    pub(crate) path: PathText,
    /// Where it lies in the backup.
    pub(crate) stored: PathText,
    #[serde(flatten)]
    pub(crate) kind: Kind,
    #[serde(flatten)]
    pub(crate) attributes: Attributes,
}

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purpose {
    /// Somebody asked for it.
    Backup,
    /// A restore was about to overwrite these files.
    PreRestore,
}

/// What is known of a backup before its entries are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The form of the manifest.
    pub(crate) version: u32,
    /// The tool that wrote it, with its version.
    pub(crate) tool: String,
    /// The backup's name, without the time.
    pub(crate) name: String,
    /// When it was made, in UTC (`2026-02-01T17:30:00.123`).
    pub(crate) created: String,
    pub(crate) purpose: Purpose,
    /// How many entries follow.
    pub(crate) n_entries: usize,
    /// Files among them.
    pub(crate) files: u64,
    /// Their content.
    pub(crate) bytes: u64,
    /// The folder below which everything was.
    pub(crate) root: PathText,
    /// What did not exist below the root when the backup was made; restoring removes it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) absent: Vec<PathText>,
}

/// A whole manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) header: Header,
    pub(crate) entries: Vec<Entry>,
}

impl Header {
    /// The header of a backup of these entries.
    pub(crate) fn new(
        name: &str,
        created: Stamp,
        purpose: Purpose,
        root: PathBuf,
        entries: &[Entry],
    ) -> Self {
        let sizes = || entries.iter().filter_map(Entry::size);
        Self {
            version: VERSION,
            tool: format!("{} {}", crate::TOOL.name, crate::TOOL.version),
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

impl Entry {
    /// The size of a file.
    pub(crate) fn size(&self) -> Option<u64> {
        match self.kind {
            Kind::File { size, .. } => Some(size),
            _ => None,
        }
    }
}

impl Manifest {
    /// Writes the manifest as text.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut sealing = Sealing {
            out,
            hasher: sha2::Sha256::default(),
        };
        sealing.write_all(b"{\"header\": ")?;
        serde_json::to_writer(&mut sealing, &self.header)?;
        sealing.write_all(b",\n\"entries\": [")?;
        for (number, entry) in self.entries.iter().enumerate() {
            sealing.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut sealing, entry)?;
        }
        sealing.write_all(b"\n]")?;
        let seal = Digest::finish(sealing.hasher);
        writeln!(out, "{SEAL}{seal}\"}}")
    }

    /// Reads the manifest of a backup and checks it.
    pub(crate) fn read(backup: &Path) -> Result<Self, Error> {
        let path = backup.join(FILE);
        let text = fs::read(&path).map_err(Error::read(&path))?;
        Self::parse(&text).map_err(|found| Error::Data { path, found })
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let seal_length = SEAL.len() + 64 + 3;
        let (content, seal) = text.split_at(text.len().saturating_sub(seal_length));
        let expected = format!("{SEAL}{}\"}}\n", Digest::of(content));
        if seal != expected.as_bytes() {
            return Err(
                "expected a seal that fits the content: the manifest is damaged or was edited"
                    .to_owned(),
            );
        }
        let manifest: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Reads the header alone, which is the first line.
    pub(crate) fn read_header(backup: &Path) -> Result<Header, Error> {
        /// Longer lines are no header of ours, whatever they are; `absent` can be long.
        const LONGEST: u64 = 64 << 20;
        let path = backup.join(FILE);
        let file = fs::File::open(&path).map_err(Error::read(&path))?;
        let mut line = String::new();
        BufReader::new(file.take(LONGEST))
            .read_line(&mut line)
            .map_err(Error::read(&path))?;
        let json = line
            .trim_end()
            .strip_prefix("{\"header\": ")
            .and_then(|rest| rest.strip_suffix(','));
        let parsed = json
            .ok_or_else(|| "expected a header".to_owned())
            .and_then(|json| {
                serde_json::from_str::<Header>(json).map_err(|error| error.to_string())
            });
        let checked = parsed.and_then(|header| check_version(&header).map(|()| header));
        checked.map_err(|found| Error::Data { path, found })
    }

    fn check(&self) -> Result<(), String> {
        check_version(&self.header)?;
        let (mut paths, mut places) = (BTreeSet::new(), BTreeSet::new());
        for entry in &self.entries {
            check_relative(&entry.path.0)?;
            check_relative(&entry.stored.0)?;
            if entry.stored.0 == Path::new(FILE) {
                return Err(format!(
                    "expected a file, found the manifest itself under {:?}",
                    entry.stored
                ));
            }
            if !paths.insert(&entry.path) || !places.insert(&entry.stored) {
                return Err(format!(
                    "expected each path once, found {:?} again",
                    entry.path
                ));
            }
        }
        self.header
            .absent
            .iter()
            .try_for_each(|path| check_relative(&path.0))
    }
}

fn check_version(header: &Header) -> Result<(), String> {
    if header.version == VERSION {
        return Ok(());
    }
    Err(format!(
        "expected version {VERSION} of the manifest, found {} (written by {})",
        header.version, header.tool
    ))
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

    fn manifest(path: &str) -> Manifest {
        let attributes: Attributes = serde_json::from_str("{\"mtime\": \"1.000000002\"}").unwrap();
        let kind = Kind::File {
            size: 3,
            sha256: Digest::of(b"abc"),
        };
        let entry = Entry {
            path: PathText(path.into()),
            stored: PathText("x".into()),
            kind,
            attributes,
        };
        let entries = vec![entry];
        let header = Header::new("n", Stamp(0), Purpose::Backup, "/root".into(), &entries);
        Manifest { header, entries }
    }

    fn text(manifest: &Manifest) -> Vec<u8> {
        let mut text = Vec::new();
        manifest.write(&mut text).unwrap();
        text
    }

    #[test]
    fn what_was_written_is_read_back() {
        let manifest = manifest("A.bundle/Contents/Code/utils.py");
        assert_eq!(Manifest::parse(&text(&manifest)).unwrap(), manifest);
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let good = text(&manifest("a"));
        for at in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            assert!(Manifest::parse(&bad).is_err(), "bit {at}");
        }
        for length in 0..good.len() {
            assert!(Manifest::parse(&good[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for bad in ["", "..", "../x", "a/../../x", "/etc/passwd", "./x"] {
            let found = Manifest::parse(&text(&manifest(bad))).unwrap_err();
            assert!(
                found.starts_with("expected a path below the root"),
                "{bad}: {found}"
            );
        }
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
