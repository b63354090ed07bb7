//! Paths without links.

use std::io;
use std::path::{Path, PathBuf};

/// A path without links, whole, and as people write it: Windows' own answer begins with `\\?\`, which
/// many programs do not take.
pub fn real_path(path: &Path) -> io::Result<PathBuf> {
    dunce::canonicalize(path)
}

/// Where a path leads once its links are followed, whether something is there or not; a dangling link
/// leads to the place it names.
pub(crate) fn destination(path: &Path) -> PathBuf {
    if let Ok(real) = real_path(path) {
        return real;
    }
    let named = path
        .read_link()
        .map_or_else(|_| path.to_owned(), |link| parent_of(path).join(link));
    match (real_path(parent_of(&named)), named.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => named,
    }
}

/// The folder that a path is in: `.` for a mere name.
pub fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_path_leads_somewhere_whether_something_is_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let real = real_path(folder.path()).unwrap();
        fs::write(real.join("a"), "").unwrap();
        let below = folder.path().join(".").join("a");
        assert_eq!(destination(&below), real.join("a"));
        assert_eq!(
            destination(&folder.path().join(".").join("b")),
            real.join("b")
        );
        let nowhere = folder.path().join("no/such/file");
        assert_eq!(destination(&nowhere), nowhere);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_what_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let real = real_path(folder.path()).unwrap();
        for (target, link) in [("there", "a"), ("missing", "b")] {
            std::os::unix::fs::symlink(target, real.join(link)).unwrap();
        }
        fs::write(real.join("there"), "").unwrap();
        assert_eq!(destination(&real.join("a")), real.join("there"));
        assert_eq!(destination(&real.join("b")), real.join("missing"));
    }

    #[test]
    fn a_real_path_is_written_as_people_write_it() {
        let real = real_path(Path::new(".")).unwrap();
        assert!(real.is_absolute());
        assert!(!real.to_string_lossy().starts_with(r"\\?\"), "{real:?}");
    }

    #[test]
    fn a_mere_name_lies_in_the_current_folder() {
        assert_eq!(parent_of(Path::new("a")), Path::new("."));
        assert_eq!(parent_of(Path::new("b/a")), Path::new("b"));
    }
}
