//! Bytes of a plug-in log become lines, lines become records, records become events.
//!
//! Parsing never fails: what is no record is kept, counted and passed on as such. Nothing in here
//! knows which records are wanted; the window and the counting belong to others.

pub mod event;
pub mod excerpt;
pub(crate) mod familiar;
mod find;
pub mod growing;
pub mod head;
mod lanes;
pub mod notice;
pub mod outer;
pub mod pattern;
pub mod record;
pub mod rules;
pub mod server;
pub mod session;
pub mod stream;
pub mod template;
pub mod traceback;
