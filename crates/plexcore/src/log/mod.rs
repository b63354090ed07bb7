//! Bytes of a log to what they say.

pub mod template;
