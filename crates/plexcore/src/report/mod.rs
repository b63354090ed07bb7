//! Counts become a report; a report becomes text, Markdown, HTML, JSON and the script's own form.
//!
//! [`model::Report`] is computed whole; the formats only write it down and compute nothing.

pub mod assemble;
pub mod attention;
pub mod html;
pub mod json;
pub mod legacy;
pub mod markdown;
pub mod model;
pub mod number;
pub mod text;
pub mod trend;
pub mod understanding;
pub mod wording;
