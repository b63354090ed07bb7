//! What one plug-in's logs add up to, record by record.

use super::coverage::Coverage;
use super::patterns::{LinePlace, Patterns};
use super::totals::Totals;
use crate::log::event::{Event, Markers, RecordPlace};
use crate::log::head::Level;
use crate::log::record::Record;
use crate::log::rules::Rules;
use crate::log::session::Session;
use crate::log::stream::{Listener, Stream};
use crate::stamp::{Stamp, Window};

/// Reads one plug-in's records, oldest first, and counts them.
#[derive(Debug)]
pub struct PluginCounter<'r> {
    stream: Stream<'r>,
    tally: PluginTally,
}

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

impl<'r> PluginCounter<'r> {
    /// Nothing counted yet.
    pub fn new(rules: &'r Rules, window: Window) -> Self {
        Self {
            stream: Stream::new(rules),
            tally: PluginTally {
                window,
                ..PluginTally::default()
            },
        }
    }

    /// Counts a record; `file` numbers the plug-in's files in reading order.
    ///
    /// A record outside the window is followed too: what began before it may end inside.
    pub fn take(&mut self, record: &Record<'_>, file: u32) {
        self.stream.take(
            record,
            RecordPlace {
                file,
                offset: record.offset,
            },
            &mut self.tally,
        );
        self.tally.take(record, file);
    }

    /// Counts the end of a file: whether its last line had a line end.
    pub fn end_file(&mut self, is_cut: bool) {
        self.tally.coverage.files += 1;
        self.tally.coverage.cut_files += u64::from(is_cut);
    }

    /// The counts, once all records are taken.
    pub fn finish(mut self) -> PluginTally {
        self.stream.finish(&mut self.tally);
        self.tally
    }
}

impl PluginTally {
    fn take(&mut self, record: &Record<'_>, file: u32) {
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
}

impl Listener for PluginTally {
    fn event(&mut self, event: Event) {
        if self.window.holds(event.at) {
            self.totals.add_event(&event);
        }
    }

    fn session(&mut self, _: Session) {}

    fn markers(&mut self, at: Stamp, markers: Markers) {
        if self.window.holds(at) {
            self.totals.add_markers(markers);
        }
    }
}
