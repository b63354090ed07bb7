//! Folders that a test looks into, and files that it lets grow.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// The names in a folder, sorted; what is no Unicode is replaced.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Removes a file that may be read-only, which Windows would rather keep.
pub fn remove_protected(path: &Path) -> io::Result<()> {
    #[cfg(windows)]
    {
        let mut permissions = fs::metadata(path)?.permissions();
        permissions.set_readonly(false);
        fs::set_permissions(path, permissions)?;
    }
    fs::remove_file(path)
}

/// Writes at the end of a file, which is made if it is not there.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.create(true).append(true).open(path)?;
    file.write_all(text.as_bytes())
}
