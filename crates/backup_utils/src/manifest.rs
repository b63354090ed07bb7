//! The manifest of `plexcore::backup`, with the attributes and marks that this tool keeps.

use plexcore::backup;
pub(crate) use plexcore::backup::{Header, Kind, MANIFEST as FILE, PathText, Purpose};

use crate::attributes::Attributes;
use crate::seen::Seen;

/// One thing that was backed up.
pub(crate) type Entry = backup::Entry<Attributes, Seen>;
/// A whole manifest.
pub(crate) type Manifest = backup::Manifest<Attributes, Seen>;

/// The tool that writes manifests, with its version.
pub(crate) fn maker() -> String {
    format!("{} {}", crate::TOOL.name, crate::TOOL.version)
}
