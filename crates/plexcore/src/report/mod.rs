//! Counts become a report; a report becomes text, JSON and the script's own form.
//!
//! [`model::Report`] is computed whole; the formats only write it down and compute nothing.

pub mod assemble;
pub mod json;
pub mod legacy;
pub mod model;
pub mod number;
pub mod text;
pub mod understanding;
