//! A path from the bytes of its name, as files and lists hold it.

use std::path::PathBuf;

/// The path with this name; `None` where the system has no such names.
#[cfg(unix)]
pub fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

/// The path with this name; `None` where the system has no such names.
#[cfg(not(unix))]
pub fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}
