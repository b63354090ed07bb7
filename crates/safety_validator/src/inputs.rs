//! What was named on the command line -> the files to judge, in order.
//!
//! A folder gives every `*.py` below it, and `Info.plist` and `DefaultPrefs.json` of the bundles below it. Folders that
//! hold a backup of `backup_utils` are passed over unless they are named themselves.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use plexcore::Error;
use plexcore::cli::Failure;
use plexcore::files::{parent_of, path_of_bytes, real_path};
use walkdir::{DirEntry, WalkDir};

use crate::args::{List, Request, is_stdin};
use crate::bundle::{info_plist, prefs};
use crate::changed;

/// A file to judge.
#[derive(Debug)]
pub(crate) struct Input {
    /// As it is shown, and as its place in a bundle is read off.
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
}

/// What kind of file it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Python,
    /// Python, from standard input.
    Stdin,
    InfoPlist,
    /// A bundle without the file.
    NoInfoPlist,
    Prefs,
    /// It can't even be looked for; the reason.
    Unreadable(String),
}

/// The files to judge.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) files: Vec<Input>,
    /// Exactly one file was named, by itself: it is answered as the script did.
    pub(crate) is_single: bool,
}

/// Finds the files that a request means.
pub(crate) fn find(request: &Request) -> Result<Inputs, Failure> {
    let mut gathering = Gathering {
        files: Vec::new(),
        seen: HashSet::new(),
    };
    let mut named = request.paths.clone();
    if let Some(list) = &request.list {
        named.extend(read_list(list)?);
    }
    let is_single = request.list.is_none()
        && matches!(named.as_slice(), [one] if !one.is_dir())
        && request.changed_since.is_none();
    for path in &named {
        gathering.named(path, request.stdin_name.as_deref());
    }
    let mut files = gathering.files;
    if let Some(backup) = &request.changed_since {
        let backup = changed::Backup::read(backup)?;
        if named.is_empty() {
            let mut gathering = Gathering {
                files: Vec::new(),
                seen: HashSet::new(),
            };
            for path in backup.changed_files() {
                gathering.by_name(&path);
            }
            files = gathering.files;
        } else {
            files.retain(|file| backup.differs(&file.path));
        }
    }
    Ok(Inputs { files, is_single })
}

struct Gathering {
    files: Vec<Input>,
    seen: HashSet<PathBuf>,
}

impl Gathering {
    fn add(&mut self, path: PathBuf, kind: Kind) {
        if self.seen.insert(real_place(&path)) {
            self.files.push(Input { path, kind });
        }
    }

    fn named(&mut self, path: &Path, stdin_name: Option<&Path>) {
        if is_stdin(path) {
            let shown = stdin_name.unwrap_or(Path::new("<stdin>"));
            self.add(shown.to_owned(), Kind::Stdin);
        } else if path.is_dir() {
            self.folder(path);
        } else {
            let in_bundle = path.parent().and_then(Path::file_name) == Some("Contents".as_ref());
            match path.file_name() {
                Some(name) if in_bundle && name == info_plist::NAME => {
                    self.add(path.to_owned(), Kind::InfoPlist);
                }
                Some(name) if in_bundle && name == prefs::NAME => {
                    self.add(path.to_owned(), Kind::Prefs);
                }
                _ => self.add(path.to_owned(), Kind::Python),
            }
        }
    }

    /// A file that was found, not named: its name says what it is.
    fn by_name(&mut self, path: &Path) {
        let is_python = path.extension().is_some_and(|ending| ending == "py");
        let is_bundle_file = path
            .file_name()
            .is_some_and(|name| name == info_plist::NAME || name == prefs::NAME);
        if is_python || is_bundle_file {
            self.named(path, None);
        }
    }

    fn folder(&mut self, root: &Path) {
        let before = self.files.len();
        let walk = WalkDir::new(root)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_backup(entry)) {
            match entry {
                Ok(entry) => self.found(&entry),
                // A link that leads back up is passed over: what it leads to is looked at anyway.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_owned();
                    let reason = error
                        .io_error()
                        .map_or_else(|| error.to_string(), ToString::to_string);
                    self.add(path, Kind::Unreadable(reason));
                }
            }
        }
        if self.files.len() == before {
            let reason = "there is no Python file in this folder".to_owned();
            self.add(root.to_owned(), Kind::Unreadable(reason));
        }
    }

    fn found(&mut self, entry: &DirEntry) {
        let path = entry.path();
        if entry.file_type().is_dir() {
            if entry.file_name() == "Contents" && path.join("Code").is_dir() {
                self.bundle(path);
            }
        } else if path.extension().is_some_and(|ending| ending == "py") {
            self.add(path.to_owned(), Kind::Python);
        }
    }

    /// The files of a bundle that are no code.
    fn bundle(&mut self, contents: &Path) {
        let plist = contents.join(info_plist::NAME);
        let kind = if plist.exists() {
            Kind::InfoPlist
        } else {
            Kind::NoInfoPlist
        };
        self.add(plist, kind);
        let preferences = contents.join(prefs::NAME);
        if preferences.exists() {
            self.add(preferences, Kind::Prefs);
        }
    }
}

/// A name for a file that is the same by whatever links its folder is reached. A link that is itself the file keeps a
/// name of its own: it may lie in another bundle, with other rules.
fn real_place(path: &Path) -> PathBuf {
    match (real_path(parent_of(path)), path.file_name()) {
        (Ok(real), Some(name)) => real.join(name),
        _ => path.to_owned(),
    }
}

fn is_backup(entry: &DirEntry) -> bool {
    entry.file_type().is_dir() && entry.path().join(plexcore::backup::MANIFEST).is_file()
}

/// The paths of a list.
fn read_list(list: &List) -> Result<Vec<PathBuf>, Failure> {
    let bytes = if is_stdin(&list.path) {
        read_stdin()
    } else {
        fs::read(&list.path)
    };
    let bytes = bytes.map_err(Error::read(&list.path))?;
    let separator = if list.null { b'\0' } else { b'\n' };
    let parts = bytes.split(|&byte| byte == separator);
    parts
        .map(|part| match part.strip_suffix(b"\r") {
            Some(line) if !list.null => line,
            _ => part,
        })
        .filter(|part| !part.is_empty())
        .map(|part| path_of(part, &list.path))
        .collect()
}

/// Everything on standard input.
pub(crate) fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn path_of(bytes: &[u8], list: &Path) -> Result<PathBuf, Failure> {
    path_of_bytes(bytes.to_vec()).ok_or_else(|| {
        Failure::from(Error::Data {
            path: list.to_owned(),
            found: "expected paths in UTF-8".to_owned(),
        })
    })
}
