//! The library under the Plex metadata improvement tools.
pub mod log;
