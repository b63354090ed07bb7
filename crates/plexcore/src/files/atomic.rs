//! Files that are written whole or not at all.
//!
//! The bytes go to a temporary file beside the target, which is flushed, fsynced and renamed over
//! it; then the folder is fsynced, so that the new name survives a power cut. A target that is no
//! regular file (a device, a pipe) is written to directly: renaming over it would replace it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::real_path::{destination, parent_of};
use super::rename::Patience;
use crate::Error;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 16;

/// Writes a file through `write`; until that has succeeded, `path` holds what it held before.
///
/// Missing parent folders are made. An existing file keeps its permissions; a symbolic link is
/// followed, so that the link stays a link.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let target = destination(path);
    match fs::metadata(&target) {
        Ok(found) if found.is_dir() => Err(Error::create(path)(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a folder",
        ))),
        Ok(found) if !found.is_file() => write_in_place(path, &target, write),
        found => replace(path, &target, found.ok().map(|m| m.permissions()), write),
    }
}

fn write_in_place(
    path: &Path,
    target: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let file = OpenOptions::new()
        .write(true)
        .open(target)
        .map_err(Error::create(path))?;
    let mut out = BufWriter::new(file);
    write(&mut out)
        .and_then(|()| out.flush())
        .map_err(Error::write(path))
}

fn replace(
    path: &Path,
    target: &Path,
    permissions: Option<fs::Permissions>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Error> {
    let folder = parent_of(target);
    fs::create_dir_all(folder).map_err(Error::create(path))?;
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(Error::create(path)(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is read-only",
        )));
    }
    let temporary = temporary_beside(folder, target).map_err(Error::create(path))?;
    let mut out = BufWriter::with_capacity(BUFFER, temporary);
    write(&mut out)
        .and_then(|()| out.flush())
        .map_err(Error::write(path))?;
    let temporary = out
        .into_inner()
        .map_err(|error| Error::write(path)(error.into_error()))?;
    if let Some(permissions) = permissions {
        temporary
            .as_file()
            .set_permissions(permissions)
            .map_err(Error::write(path))?;
    }
    temporary.as_file().sync_all().map_err(Error::write(path))?;
    put(temporary, target).map_err(Error::create(path))?;
    sync_folder(folder).map_err(Error::write(path))
}

/// Gives a temporary file its place.
fn put(mut temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    let patience = Patience::begin();
    loop {
        match temporary.persist(target) {
            Ok(_) => return Ok(()),
            Err(failed) if patience.says_again(&failed.error) => temporary = failed.file,
            Err(failed) => return Err(failed.error),
        }
    }
}

fn temporary_beside(folder: &Path, target: &Path) -> io::Result<NamedTempFile> {
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(".");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".partial");
    with_ordinary_mode(&mut builder);
    builder.tempfile_in(folder)
}

/// A new file gets the rights that the user's umask gives, not those of a private temporary file.
#[cfg(unix)]
fn with_ordinary_mode(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn with_ordinary_mode(_: &mut tempfile::Builder<'_, '_>) {}

/// Makes the names in a folder durable. Windows keeps them so without being asked.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn parents_are_made_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/report.txt");
        write_atomically(&path, |out| out.write_all(b"one")).unwrap();
        write_atomically(&path, |out| out.write_all(b"two")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["report.txt"]);
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.txt");
        fs::write(&path, "old").unwrap();
        let failed = write_atomically(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no space"))
        });
        assert!(matches!(failed, Err(Error::Write { .. })));
        assert_eq!(
            (
                fs::read_to_string(&path).unwrap().as_str(),
                names(folder.path())
            ),
            ("old", vec!["report.txt".into()])
        );
    }

    #[test]
    fn a_folder_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            write_atomically(folder.path(), |_| Ok(())),
            Err(Error::Create { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_modes_stay_modes() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("real", &link).unwrap();
        write_atomically(&link, |out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(
            fs::metadata(&real).unwrap().permissions().mode() & 0o777,
            0o640
        );
        let dangling = folder.path().join("dangling");
        symlink("later", &dangling).unwrap();
        write_atomically(&dangling, |out| out.write_all(b"x")).unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join("later")).unwrap(),
            "x"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error_and_stays_a_device() {
        use std::os::unix::fs::FileTypeExt;
        let failed = write_atomically(Path::new("/dev/full"), |out| out.write_all(b"x"));
        assert!(matches!(failed, Err(Error::Write { .. })), "{failed:?}");
        assert!(
            fs::metadata("/dev/full")
                .unwrap()
                .file_type()
                .is_char_device()
        );
    }
}
