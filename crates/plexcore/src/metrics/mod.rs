//! Records and events become counts, by plug-in. Counts add up in any order to the same sums.

pub mod activity;
pub mod burst;
pub mod catalogue;
pub mod coverage;
pub mod deliveries;
pub mod items;
pub mod outcomes;
pub mod patterns;
pub mod plugin_tally;
pub mod samples;
pub mod totals;
pub mod wording;
