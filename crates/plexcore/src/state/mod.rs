//! The state file: what a person wants to remember between two sessions of the workflow.
//!
//! A file of the form `{"saved_at": ..., "reason": ..., "state": {...}}`, which the Python scripts
//! wrote in place and without a lock, becomes one that is changed under a lock, atomically and
//! durably, with its former contents kept beside it. `json` finds values in the text,
//! [`Document`] edits the text, `text` lays values out for people, [`Store`] owns the file,
//! [`sentences`] are what its tools say about it.
//!
//! Invariant: what a change does not name comes back byte for byte, since the text itself is
//! edited and never rebuilt from values; and a file that can't be understood is never written over.

mod document;
mod history;
mod json;
pub mod sentences;
mod store;
mod text;

pub use document::{Deleted, Document, Value};
pub use history::{Entry, KEPT};
pub use json::{Fault, check};
pub use store::{Outcome, Store, Undone};
pub use text::{as_script_prints, laid_out, quoted, strict};
