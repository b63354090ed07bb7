//! Plex's XML, and the JSON that says the same, turned into sections, items and preferences.
//!
//! [`reader`] cuts a stream of bytes into the children of its root, [`element`] parses each of them
//! (and repairs what Plex is known to get wrong), [`json`] makes the same elements from JSON;
//! [`container`], [`section`], [`item`] and [`preferences`] give them their meaning.
//! Nothing here knows HTTP. A reply is never held whole: memory is bounded by its largest child.

pub mod container;
pub mod element;
pub mod item;
pub mod json;
pub mod preferences;
pub mod reader;
pub mod section;

pub use container::Container;
pub use element::Element;
pub use item::Item;
pub use preferences::Preferences;
pub use reader::Reader;
pub use section::Section;

use std::io;

use thiserror::Error;

/// Why bytes are not the document they should be.
#[derive(Debug, Error)]
pub enum Fault {
    /// The stream itself failed.
    #[error("it broke off")]
    Stream(#[source] io::Error),
    /// The bytes end before the document does.
    #[error("it ends in the middle, after {0} elements")]
    Truncated(usize),
    /// The bytes are no XML, even after a repair.
    #[error("not well-formed: {0}")]
    Malformed(String),
    /// One part is larger, or nested more deeply, than any server would send.
    #[error("it holds {0}")]
    Excessive(String),
}
