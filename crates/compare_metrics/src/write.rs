//! The comparison written down. Every form is made from the same struct and computes nothing.

pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod text;
mod words;
