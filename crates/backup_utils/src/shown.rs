//! Paths as a person sees them.

use std::path::Path;

use plexcore::printable::one_line_name;

/// A path on one line, whatever is in it.
pub(crate) fn one_line(path: &Path) -> String {
    one_line_name(&path.to_string_lossy()).into_owned()
}
