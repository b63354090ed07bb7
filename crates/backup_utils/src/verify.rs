//! Reading a backup again: is everything there, bit by bit?

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use indicatif::ProgressBar;
use plexcore::cli;
use walkdir::WalkDir;

use crate::copy::content_of;
use crate::manifest::{self, Entry, Kind, Manifest};
use crate::place::no_links_above;
use crate::restore::Source;
use crate::shelf::{Found, Origin};
use crate::workers::{Buffers, for_each};

/// What is wrong with a backup; nothing if both lists are empty.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Copies that are missing or damaged.
    pub(crate) damaged: Vec<String>,
    /// Files that the backup does not know; they do no harm.
    pub(crate) unknown: Vec<String>,
}

/// How a backup fared when it was read again.
pub(crate) struct Verdict {
    /// What is missing or damaged.
    pub(crate) damaged: Vec<String>,
    /// Files that are no part of it; they do no harm.
    pub(crate) unknown: Vec<String>,
    pub(crate) files: u64,
    /// There was something to compare it with.
    pub(crate) is_known: bool,
}

impl Verdict {
    /// Reads a backup again; one without a manifest can only be read, not compared.
    pub(crate) fn of(found: &Found, progress: &ProgressBar) -> Self {
        match &found.origin {
            Origin::Damaged(reason) => Self {
                damaged: vec![reason.clone()],
                unknown: Vec::new(),
                files: 0,
                is_known: true,
            },
            Origin::Script => {
                let read = Source::open(&found.path, Some(Path::new(".")));
                let files = read
                    .as_ref()
                    .map_or(0, |source| source.manifest.header.files);
                let damaged = read
                    .err()
                    .map(|failure| failure.message)
                    .into_iter()
                    .collect();
                Self {
                    damaged,
                    unknown: Vec::new(),
                    files,
                    is_known: false,
                }
            }
            Origin::Tool(header) => match Manifest::read(&found.path) {
                Ok(manifest) => {
                    let faults = verify(&found.path, &manifest, progress);
                    Self {
                        damaged: faults.damaged,
                        unknown: faults.unknown,
                        files: header.files,
                        is_known: true,
                    }
                }
                Err(error) => Self {
                    damaged: vec![cli::chain(&error)],
                    unknown: Vec::new(),
                    files: 0,
                    is_known: true,
                },
            },
        }
    }
}

/// Reads every copy and compares it with the manifest.
pub(crate) fn verify(backup: &Path, manifest: &Manifest, progress: &ProgressBar) -> Faults {
    let entries = &manifest.entries;
    let checked: Result<Vec<Option<String>>, std::convert::Infallible> =
        for_each(entries.len(), |index, buffers| {
            let fault = fault_of(backup, &entries[index], buffers);
            progress.inc(entries[index].size().unwrap_or(0));
            Ok(fault)
        });
    let damaged = checked.into_iter().flatten().flatten().collect();
    Faults {
        damaged,
        unknown: unknown(backup, entries),
    }
}

fn fault_of(backup: &Path, entry: &Entry, buffers: &mut Buffers) -> Option<String> {
    let path = backup.join(&entry.stored.0);
    let shown = entry.stored.0.display();
    if let Err(failure) = no_links_above(backup, &entry.stored.0) {
        return Some(failure.message);
    }
    match &entry.kind {
        Kind::File { size, sha256 } => match content_of(&path, buffers) {
            Err(error) => Some(cli::chain(&error)),
            Ok(found) if found.size != *size => Some(format!(
                "{shown}: expected {size} bytes, found {}",
                found.size
            )),
            Ok(found) if found.sha256 != *sha256 => Some(format!(
                "{shown}: expected SHA-256 {sha256}, found {}",
                found.sha256
            )),
            Ok(_) => None,
        },
        Kind::Folder => (!path.is_dir()).then(|| format!("{shown}: expected a folder")),
        // Elsewhere links are kept in the manifest alone.
        Kind::Link { target } if cfg!(unix) => {
            let found = fs::read_link(&path).ok();
            (found.as_ref() != Some(&target.0))
                .then(|| format!("{shown}: expected a link to {}", target.0.display()))
        }
        Kind::Link { .. } => None,
    }
}

fn unknown(backup: &Path, entries: &[Entry]) -> Vec<String> {
    let known: BTreeSet<&Path> = entries
        .iter()
        .map(|entry| entry.stored.0.as_path())
        .collect();
    let files = WalkDir::new(backup)
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter(|entry| !entry.file_type().is_dir());
    let below =
        files.filter_map(|entry| entry.path().strip_prefix(backup).map(Path::to_owned).ok());
    let is_unknown = |path: &std::path::PathBuf| {
        path != Path::new(manifest::FILE) && !known.contains(path.as_path())
    };
    below
        .filter(is_unknown)
        .map(|path| path.display().to_string())
        .collect()
}
