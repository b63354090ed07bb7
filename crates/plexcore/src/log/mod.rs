//! Bytes of a plug-in log become lines, lines become records, records become events.
//!
//! Parsing never fails: what is no record is kept, counted and passed on as such. Nothing in here
//! knows which records are wanted; the window and the counting belong to others.

pub mod head;
pub mod outer;
pub mod pattern;
pub mod record;
pub mod traceback;
