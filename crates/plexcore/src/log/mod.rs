//! Log bytes to what they say.
pub mod template;
