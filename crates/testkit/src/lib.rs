//! What the tests of this workspace share; never part of a shipped binary.
//!
//! [`process`] runs a binary with everything that could vary held fixed, [`cases`] runs the
//! data-driven cases under `fixtures/cases`, [`folder`] looks into folders, [`loggen`]
//! writes Plex logs of any size and the truth about them, `fake_plex` answers as a Plex server would.

pub mod cases;
#[cfg(feature = "fake_plex")]
pub mod fake_plex;
pub mod folder;
pub mod loggen;
pub mod process;

use std::path::PathBuf;

/// The workspace's `fixtures` folder.
pub fn fixtures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures"))
}
