//! The library under the Plex metadata improvement tools.
//!
//! Data moves one way: bytes of a log become lines, records and events (`log`), events become
//! counts (`metrics`), counts become a report (`report`); a report of any generation is read back
//! by [`reading`]. Four rooms touch the outside world: [`cli`] (arguments, streams, exit codes),
//! [`files`] (folders, atomic writes), [`state`] (the person's notes between two sessions, with their
//! history) and [`backup`] (copies that are whole or absent). Nothing else opens a file, prints, reads
//! the clock or ends the process.

pub mod backup;
pub mod cli;
pub mod error;
pub mod files;
pub mod log;
pub mod metrics;
pub mod printable;
pub mod reading;
pub mod redact;
pub mod report;
pub mod secret;
pub mod stamp;
pub mod state;
mod utf8;
pub mod xml;

pub use error::Error;
