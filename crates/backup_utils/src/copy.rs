//! One file into the backup: copied, read back, compared; or shared with an earlier backup.
//!
//! `fs_extra` and `std::fs::copy` are not used for it: neither says whether the file changed while
//! it was read, and the first loses times and links. Where the disk can share blocks between
//! files (btrfs, XFS, APFS), the copy costs no space.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use plexcore::Error;
use plexcore::cli::{Exit, Failure};
use sha2::{Digest as _, Sha256};

use crate::attributes::{Attributes, Moment, set_file_time};
use crate::seen::Seen;
use crate::workers::{Buffers, CHUNK};
use plexcore::backup::Digest;

/// How often a file is copied anew that changes while it is read.
const MOST_TRIES: usize = 3;

/// A content that was written and found to be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) size: u64,
    pub(crate) sha256: Digest,
}

/// Copies of one run; remembers what the disk can't do.
#[derive(Debug)]
pub(crate) struct Copier {
    may_clone: AtomicBool,
    /// Whether each file is to be made durable at once, and not all together later.
    pub(crate) sync_each: bool,
}

impl Copier {
    /// A copier for files that are synced one by one, or not.
    pub(crate) fn new(sync_each: bool) -> Self {
        Self {
            may_clone: AtomicBool::new(true),
            sync_each,
        }
    }

    /// Copies `from` to `to`, which must not exist yet, and compares the two. Tries again when the
    /// source changes meanwhile. `to` gets the source's time and rights.
    pub(crate) fn copy(
        &self,
        from: &Path,
        to: &Path,
        buffers: &mut Buffers,
    ) -> Result<Copied, Failure> {
        for _ in 0..MOST_TRIES {
            let (mut source, before) = open(from)?;
            let mut options = OpenOptions::new();
            let copy = options
                .read(true)
                .write(true)
                .create_new(true)
                .open(to)
                .map_err(Error::create(to))?;
            let content = self.transfer(&mut source, copy, (from, to), &before, buffers);
            let content = content.inspect_err(|_| {
                // Nothing half-made stays, wherever this copy was meant for.
                let _ = fs::remove_file(to);
            })?;
            let after = source.metadata().map_err(Error::read(from))?;
            match content {
                Some(content) if is_unchanged(&before, &after) => {
                    return Copied::new((from, &before), to, content);
                }
                _ => fs::remove_file(to).map_err(Error::write(to))?,
            }
        }
        Err(changing(from))
    }

    /// One attempt; `None` if the copy does not equal the source.
    fn transfer(
        &self,
        source: &mut File,
        mut copy: File,
        (from, to): (&Path, &Path),
        before: &Metadata,
        buffers: &mut Buffers,
    ) -> Result<Option<Content>, Failure> {
        let is_clone = self.may_clone.load(Ordering::Relaxed)
            && before.len() > 0
            && self.clone_into(source, &copy);
        let content = if is_clone {
            hash(source, &mut buffers.first).map_err(Error::read(from))?
        } else {
            pump(
                source,
                &mut copy,
                before.len(),
                &mut buffers.first,
                (from, to),
            )?
        };
        if let Ok(time) = before.modified() {
            set_file_time(&copy, Moment::from(time)).map_err(Error::write(to))?;
        }
        set_stored_mode(&copy, before).map_err(Error::write(to))?;
        if self.sync_each {
            copy.sync_all().map_err(Error::write(to))?;
        }
        copy.rewind().map_err(Error::read(to))?;
        let is_equal = if !is_clone && content.size <= CHUNK as u64 {
            let length = chunk_length(content.size);
            let (first, second) = (&buffers.first[..length], &mut buffers.second[..length]);
            fill(&mut copy, second).map_err(Error::read(to))? == length && first == &second[..]
        } else {
            hash(&mut copy, &mut buffers.second).map_err(Error::read(to))? == content
        };
        Ok(is_equal.then_some(content))
    }

    /// Shares blocks with the source where the disk can; asks no more once it could not.
    #[cfg(target_os = "linux")]
    fn clone_into(&self, source: &File, copy: &File) -> bool {
        let is_done = rustix::fs::ioctl_ficlone(copy, source).is_ok();
        if !is_done {
            self.may_clone.store(false, Ordering::Relaxed);
        }
        is_done
    }

    #[cfg(not(target_os = "linux"))]
    fn clone_into(&self, _: &File, _: &File) -> bool {
        self.may_clone.store(false, Ordering::Relaxed);
        false
    }

    /// Makes `to` another name of the earlier copy, if that still holds what the source holds:
    /// either the disk's marks of both are those that were noted when they were equal, or both are
    /// read and compared byte by byte. `None` if it does not, or can't.
    pub(crate) fn share(
        from: &Path,
        earlier: &EarlierCopy,
        to: &Path,
        buffers: &mut Buffers,
    ) -> Result<Option<Copied>, Failure> {
        let before = fs::symlink_metadata(from).map_err(Error::read(from))?;
        let Ok(found) = fs::symlink_metadata(&earlier.path) else {
            return Ok(None);
        };
        let is_known = earlier.seen.is_some_and(|seen| seen.holds(&before, &found));
        let is_same = !are_one_file((from, &before), (&earlier.path, &found))
            && (is_known || holds_the_same((from, &before), &earlier.path, buffers)?);
        if !is_same
            || protect(&earlier.path, &found).is_err()
            || fs::hard_link(&earlier.path, to).is_err()
        {
            return Ok(None);
        }
        let content = Content {
            size: before.len(),
            sha256: earlier.sha256,
        };
        Copied::new((from, &before), to, content).map(Some)
    }
}

/// A copy in an earlier backup.
pub(crate) struct EarlierCopy {
    pub(crate) path: PathBuf,
    pub(crate) sha256: Digest,
    /// Marks by which it and its source are known to be untouched.
    pub(crate) seen: Option<Seen>,
}

/// A file and its copy, which hold the same.
pub(crate) struct Copied {
    pub(crate) content: Content,
    pub(crate) attributes: Attributes,
    pub(crate) seen: Option<Seen>,
}

impl Copied {
    fn new(
        (from, found): (&Path, &Metadata),
        to: &Path,
        content: Content,
    ) -> Result<Self, Failure> {
        let copy = fs::symlink_metadata(to).map_err(Error::read(to))?;
        Ok(Self {
            content,
            attributes: Attributes::read(from, found).map_err(Error::read(from))?,
            seen: Seen::of(found, &copy),
        })
    }
}

/// Whether an earlier copy agrees in time and content with a live file, which stays meanwhile as it
/// was found.
fn holds_the_same(
    (from, before): (&Path, &Metadata),
    earlier: &Path,
    buffers: &mut Buffers,
) -> Result<bool, Failure> {
    let (mut source, _) = open(from)?;
    let Ok((mut kept, found)) = open(earlier) else {
        return Ok(false);
    };
    if found.len() != before.len() || found.modified().ok() != before.modified().ok() {
        return Ok(false);
    }
    let is_same = is_equal(&mut source, &mut kept, before.len(), buffers);
    let is_same = is_same.map_err(Error::read(from))?;
    let after = source.metadata().map_err(Error::read(from))?;
    Ok(is_same && is_unchanged(before, &after))
}

/// Reads a file and gives its content's size and hash.
pub(crate) fn content_of(path: &Path, buffers: &mut Buffers) -> Result<Content, Error> {
    let content = open_plain(path).and_then(|mut file| hash(&mut file, &mut buffers.first));
    content.map_err(Error::read(path))
}

/// A failure that may be over the next time.
pub(crate) fn changing(path: &Path) -> Failure {
    Failure::new(
        Exit::TryAgain,
        format!(
            "cannot back up {}: it changes while it is read",
            path.display()
        ),
    )
}

fn open(path: &Path) -> Result<(File, Metadata), Failure> {
    let open = || open_plain(path).and_then(|file| file.metadata().map(|found| (file, found)));
    let (file, found) = open().map_err(Error::read(path))?;
    if !found.is_file() {
        return Err(changing(path));
    }
    Ok((file, found))
}

/// Opens a file, but no link and no pipe that took its place since it was looked at.
#[cfg(unix)]
fn open_plain(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open_plain(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Copies as many bytes as the source had when it was opened; that it still has them is seen later.
fn pump(
    source: &mut File,
    copy: &mut File,
    length: u64,
    buffer: &mut [u8],
    (from, to): (&Path, &Path),
) -> Result<Content, Failure> {
    let (mut hasher, mut size) = (Sha256::new(), 0);
    while size < length {
        let chunk = &mut buffer[..chunk_length(length - size)];
        let found = fill(source, chunk).map_err(Error::read(from))?;
        copy.write_all(&chunk[..found]).map_err(Error::write(to))?;
        hasher.update(&chunk[..found]);
        size += found as u64;
        if found < chunk.len() {
            break;
        }
    }
    Ok(Content {
        size,
        sha256: Digest::finish(hasher),
    })
}

/// How much of so many bytes goes into a buffer.
fn chunk_length(left: u64) -> usize {
    usize::try_from(left).unwrap_or(CHUNK).min(CHUNK)
}

fn hash(file: &mut File, buffer: &mut [u8]) -> io::Result<Content> {
    let (mut hasher, mut size) = (Sha256::new(), 0);
    loop {
        let length = fill(file, buffer)?;
        hasher.update(&buffer[..length]);
        size += length as u64;
        if length < buffer.len() {
            return Ok(Content {
                size,
                sha256: Digest::finish(hasher),
            });
        }
    }
}

/// Whether two files hold the same in their first `length` bytes.
fn is_equal(
    one: &mut File,
    other: &mut File,
    length: u64,
    buffers: &mut Buffers,
) -> io::Result<bool> {
    let mut left = length;
    while left > 0 {
        let chunk = chunk_length(left);
        let (first, second) = (&mut buffers.first[..chunk], &mut buffers.second[..chunk]);
        if fill(one, first)? < chunk || fill(other, second)? < chunk || first != second {
            return Ok(false);
        }
        left -= chunk as u64;
    }
    Ok(true)
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

#[cfg(unix)]
fn is_unchanged(before: &Metadata, after: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let marks = |found: &Metadata| {
        (
            found.len(),
            found.mtime(),
            found.mtime_nsec(),
            found.ctime(),
            found.ctime_nsec(),
        )
    };
    marks(before) == marks(after)
}

#[cfg(not(unix))]
fn is_unchanged(before: &Metadata, after: &Metadata) -> bool {
    (before.len(), before.modified().ok()) == (after.len(), after.modified().ok())
}

/// Whether two names are names of one file, so far as can be told.
#[cfg(unix)]
fn are_one_file((_, one): (&Path, &Metadata), (_, other): (&Path, &Metadata)) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn are_one_file((one, _): (&Path, &Metadata), (other, _): (&Path, &Metadata)) -> bool {
    same_file::is_same_file(one, other).unwrap_or(true)
}

/// A file that two backups share is made read-only: an edit in place would change both.
fn protect(path: &Path, found: &Metadata) -> io::Result<()> {
    let mut permissions = found.permissions();
    if permissions.readonly() {
        return Ok(());
    }
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions)
}

/// The rights of a copy in the backup: the source's, but readable, and nobody's other self.
#[cfg(unix)]
fn set_stored_mode(copy: &File, source: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = source.permissions().mode() & 0o777 | 0o400;
    copy.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn set_stored_mode(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}
