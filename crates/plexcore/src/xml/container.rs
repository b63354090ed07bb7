//! What the root of an answer says of the list in it.

use super::Element;

/// The name of the root of every proper answer.
pub const ROOT: &str = "MediaContainer";

/// The numbers on a `MediaContainer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Container {
    /// How many entries this answer says it holds.
    pub size: Option<u64>,
    /// How many the whole list has; old servers don't say.
    pub total: Option<u64>,
    /// Where in the list this answer begins; a server that ignores paging doesn't say.
    pub offset: Option<u64>,
}

impl Container {
    /// Reads the numbers off a root element.
    pub fn of(root: &Element) -> Self {
        Self {
            size: root.number("size"),
            total: root.number("totalSize"),
            offset: root.number("offset"),
        }
    }
}
