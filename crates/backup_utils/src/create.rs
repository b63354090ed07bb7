//! A backup: built out of sight, made durable, read back, and only then given its name.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use plexcore::Error;
use plexcore::cli::{self, Failure};

use crate::attributes::Attributes;
use crate::copy::{Copier, EarlierCopy};
use crate::manifest::{self, Entry, Header, Kind, Manifest, PathText, Purpose};
use crate::name::Name;
use crate::plan::{Item, ItemKind};
use crate::seen::Seen;
use crate::shelf::{Origin, Shelf};
use crate::workers::{Buffers, for_each};
use plexcore::backup::Digest;

/// With fewer files than this, each is synced by itself; with more, the whole file system is.
const FEW_FILES: usize = 32;

/// What a backup is to be made of.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) name: Name,
    pub(crate) purpose: Purpose,
    pub(crate) root: PathBuf,
    pub(crate) items: Vec<Item>,
    /// What does not exist now, below the root; restoring the backup will remove it.
    pub(crate) absent: Vec<PathBuf>,
    /// Compare every file with its earlier copy by content, whatever the disk's marks say.
    pub(crate) reread: bool,
}

/// A backup that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) path: PathBuf,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    /// Files that share their space with an earlier backup.
    pub(crate) shared: usize,
}

/// Makes a backup. On failure nothing is left, or at most a hidden folder that the next run clears.
pub(crate) fn create(shelf: &Shelf, order: Order, progress: &ProgressBar) -> Result<Made, Failure> {
    let _guard = shelf.building()?;
    let earlier = Earlier::find(shelf, &order)?;
    let partial = shelf.new_partial()?;
    let name = order.name.clone();
    let built = build(&partial, order, earlier, progress).and_then(|(header, shared)| {
        shelf
            .publish(&partial, &name, cli::now())
            .map(|path| (header, shared, path))
    });
    match built {
        Ok((header, shared, path)) => Ok(Made {
            path,
            files: header.files,
            bytes: header.bytes,
            shared,
        }),
        Err(failure) => {
            // The failure is what matters; the next run clears what stays.
            let _ = fs::remove_dir_all(&partial);
            Err(failure)
        }
    }
}

fn build(
    partial: &Path,
    order: Order,
    earlier: Option<Earlier>,
    progress: &ProgressBar,
) -> Result<(Header, usize), Failure> {
    let file_system = FileSystem::open(partial)?;
    let sync_all_at_once = cfg!(target_os = "linux") && order.items.len() >= FEW_FILES;
    let folders = make_folders(partial, &order.items)?;
    let copier = Copier::new(!sync_all_at_once);
    let items = order.items;
    let kept = for_each(items.len(), |index, buffers| {
        let kept = keep(
            &items[index],
            &order.root,
            partial,
            earlier.as_ref(),
            &copier,
            buffers,
        );
        progress.inc(items[index].bytes());
        kept
    })?;
    // The memory is wanted for the entries.
    drop(earlier);
    let shared = kept.iter().filter(|kept| kept.is_shared).count();
    let entry = |(item, kept): (Item, Kept)| {
        let path = item
            .source
            .strip_prefix(&order.root)
            .unwrap_or(&item.source)
            .to_owned();
        Entry {
            path: PathText(path),
            stored: PathText(item.stored),
            kind: kept.kind,
            attributes: kept.attributes,
            seen: kept.seen,
        }
    };
    let entries: Vec<Entry> = items.into_iter().zip(kept).map(entry).collect();
    let mut header = Header::new(
        &manifest::maker(),
        order.name.as_str(),
        cli::utc_now(),
        order.purpose,
        order.root,
        &entries,
    );
    header.absent = order.absent.into_iter().map(PathText).collect();
    let manifest = Manifest { header, entries };
    let seal = write_manifest(partial, &manifest)?;
    if sync_all_at_once {
        file_system.sync().map_err(Error::write(partial))?;
    } else {
        for folder in folders.iter().rev() {
            plexcore::files::sync_folder(folder).map_err(Error::write(folder))?;
        }
    }
    check_manifest(partial, seal)?;
    Ok((manifest.header, shared))
}

/// Makes every folder that copies will lie in; gives back all of them, the partial one first.
fn make_folders(partial: &Path, items: &[Item]) -> Result<Vec<PathBuf>, Failure> {
    let mut folders = vec![partial.to_owned()];
    let mut made = std::collections::BTreeSet::new();
    for item in items {
        let folder = if item.kind == ItemKind::Folder {
            Some(item.stored.as_path())
        } else {
            item.stored.parent()
        };
        let mut missing: Vec<&Path> = folder
            .into_iter()
            .flat_map(Path::ancestors)
            .take_while(|path| !path.as_os_str().is_empty() && !made.contains(*path))
            .collect();
        while let Some(path) = missing.pop() {
            let folder = partial.join(path);
            fs::create_dir(&folder).map_err(Error::create(&folder))?;
            made.insert(path);
            folders.push(folder);
        }
    }
    Ok(folders)
}

/// What became of one item.
struct Kept {
    kind: Kind,
    attributes: Attributes,
    seen: Option<Seen>,
    /// It shares its space with an earlier backup.
    is_shared: bool,
}

fn keep(
    item: &Item,
    root: &Path,
    partial: &Path,
    earlier: Option<&Earlier>,
    copier: &Copier,
    buffers: &mut Buffers,
) -> Result<Kept, Failure> {
    let source = &item.source;
    let to = partial.join(&item.stored);
    if let ItemKind::File(_) = item.kind {
        let before = earlier
            .and_then(|earlier| earlier.copy_of(source.strip_prefix(root).unwrap_or(source)));
        let shared = match before {
            Some(before) => Copier::share(source, &before, &to, buffers)?,
            None => None,
        };
        let is_shared = shared.is_some();
        let copy = match shared {
            Some(copy) => copy,
            None => copier.copy(source, &to, buffers)?,
        };
        return Ok(Kept {
            kind: Kind::File {
                size: copy.content.size,
                sha256: copy.content.sha256,
            },
            attributes: copy.attributes,
            seen: copy.seen,
            is_shared,
        });
    }
    let found = fs::symlink_metadata(source).map_err(Error::read(source))?;
    let attributes = Attributes::read(source, &found).map_err(Error::read(source))?;
    let kind = if item.kind == ItemKind::Folder {
        Kind::Folder
    } else {
        let target = fs::read_link(source).map_err(Error::read(source))?;
        keep_link(&target, &to).map_err(Error::create(&to))?;
        Kind::Link {
            target: PathText(target),
        }
    };
    Ok(Kept {
        kind,
        attributes,
        seen: None,
        is_shared: false,
    })
}

/// A link in the backup is for people to see; what counts is the manifest.
#[cfg(unix)]
fn keep_link(target: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, to)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn keep_link(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

fn write_manifest(partial: &Path, manifest: &Manifest) -> Result<Digest, Failure> {
    let path = partial.join(manifest::FILE);
    let file = File::create_new(&path).map_err(Error::create(&path))?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    let written = manifest.write(&mut out).and_then(|seal| {
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(seal)
    });
    Ok(written.map_err(Error::write(&path))?)
}

/// The manifest is read back like everything else.
fn check_manifest(partial: &Path, seal: Digest) -> Result<(), Failure> {
    if Manifest::read_seal(partial)? == seal {
        return Ok(());
    }
    let path = partial.join(manifest::FILE);
    Err(Error::Data {
        path,
        found: "expected the manifest just written, found another".to_owned(),
    }
    .into())
}

/// The file system that a backup is written to, so that all of it can be synced at once.
struct FileSystem {
    /// Opened before anything is written, so that the system reports every write that failed since.
    #[cfg(target_os = "linux")]
    folder: File,
}

#[cfg(target_os = "linux")]
impl FileSystem {
    fn open(folder: &Path) -> Result<Self, Error> {
        File::open(folder)
            .map(|folder| Self { folder })
            .map_err(Error::read(folder))
    }

    fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.folder)?)
    }
}

/// Elsewhere each file is synced by itself.
#[cfg(not(target_os = "linux"))]
#[expect(
    clippy::unnecessary_wraps,
    clippy::unused_self,
    reason = "on Linux they do something that can fail"
)]
impl FileSystem {
    fn open(_: &Path) -> Result<Self, Error> {
        Ok(Self {})
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The copies of an earlier backup, by where they came from.
struct Earlier {
    folder: PathBuf,
    /// By the bytes of the path: a map ordered by paths compares them part by part.
    stored: HashMap<OsString, Box<StoredCopy>>,
}

/// A copy of an earlier backup. There are as many as files, so they are kept small.
struct StoredCopy {
    /// Where it lies in the backup, unless that is where it was below the root.
    place: Option<PathBuf>,
    sha256: Digest,
    seen: Option<Seen>,
}

impl Earlier {
    /// The newest backup with the same root, of the same name if there is one.
    fn find(shelf: &Shelf, order: &Order) -> Result<Option<Self>, Failure> {
        let with_root =
            |origin: &Origin| matches!(origin, Origin::Tool(header) if header.root.0 == order.root);
        let backups: Vec<_> = shelf
            .backups()?
            .into_iter()
            .filter(|found| with_root(&found.origin))
            .collect();
        let same_name = backups
            .iter()
            .find(|found| found.name == order.name.as_str());
        let Some(found) = same_name.or(backups.first()) else {
            return Ok(None);
        };
        let mut stored = HashMap::new();
        let read = Manifest::read_copies(&found.path, |entry| {
            if let (Some(1..), Some(sha256)) = (entry.size, entry.sha256) {
                let copy = StoredCopy {
                    place: (entry.stored != entry.path).then_some(entry.stored.0),
                    sha256,
                    seen: entry.seen.filter(|_| !order.reread),
                };
                stored.insert(entry.path.0.into_os_string(), Box::new(copy));
            }
        });
        // A damaged backup is nothing to build on.
        Ok(read.is_ok().then(|| Self {
            folder: found.path.clone(),
            stored,
        }))
    }

    fn copy_of(&self, path: &Path) -> Option<EarlierCopy> {
        let copy = self.stored.get(path.as_os_str())?;
        Some(EarlierCopy {
            path: self.folder.join(copy.place.as_deref().unwrap_or(path)),
            sha256: copy.sha256,
            seen: copy.seen,
        })
    }
}
