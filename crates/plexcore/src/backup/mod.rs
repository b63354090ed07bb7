//! The manifest of a backup: what it holds and where it came from, written and read.
//!
//! `backup_utils` makes backups; whoever asks what changed since one reads the manifest here. What else belongs to a
//! file (rights, times, owner) is the maker's own business: it is a type parameter, and [`Ignored`] passes over it.

mod digest;
mod manifest;
mod path_text;
mod sealed;

use serde::{Deserialize, Serialize};

pub use digest::{Digest, hex, unhex};
pub use manifest::{CopyEntry, Entry, FILE as MANIFEST, Header, Kind, Manifest, Purpose};
pub use path_text::PathText;

/// Attributes that nobody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {}
