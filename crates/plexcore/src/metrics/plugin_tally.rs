//! What one plug-in's logs add up to, record by record.

use super::coverage::Coverage;
use super::patterns::{LinePlace, Patterns};
use super::totals::Totals;
use crate::log::head::Level;
use crate::log::record::Record;
use crate::stamp::Window;

/// Counts of one plug-in's logs, for one window.
#[derive(Debug, Default)]
pub struct PluginTally {
    /// What was read.
    pub coverage: Coverage,
    /// The totals in the window.
    pub totals: Totals,
    /// Records in the window by level, as in [`Level::ALL`].
    pub levels: [u64; Level::ALL.len()],
    /// First lines in the window by the script's keys.
    pub patterns: Patterns,
    window: Window,
}

impl PluginTally {
    /// Nothing counted yet.
    pub fn new(window: Window) -> Self {
        Self {
            window,
            ..Self::default()
        }
    }

    /// Counts a record; `file` numbers the plug-in's files in reading order.
    pub fn take(&mut self, record: &Record<'_>, file: u32) {
        let inside = self.coverage.take(record, &self.window);
        let Some(head) = record.head().filter(|_| inside) else {
            return;
        };
        self.levels[head.level as usize] += 1;
        self.patterns.take(
            record.first_line(),
            LinePlace {
                file,
                offset: record.offset,
            },
        );
    }

    /// Counts the end of a file: whether its last line had a line end.
    pub fn end_file(&mut self, is_cut: bool) {
        self.coverage.files += 1;
        self.coverage.cut_files += u64::from(is_cut);
    }
}
