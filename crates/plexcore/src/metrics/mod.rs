//! Records and events become counts, by plug-in. Counts add up in any order to the same sums.

pub mod coverage;
pub mod patterns;
pub mod plugin_tally;
pub mod totals;
