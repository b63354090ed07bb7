//! What was read, and which stretch of time it covers.

use serde::{Deserialize, Serialize};

use crate::log::record::{Record, Shape};
use crate::stamp::{Stamp, Window};

/// How much of a log was read, and what of it lies in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Files read.
    pub files: u64,
    /// Bytes read, decompressed.
    pub bytes: u64,
    /// Lines read; a last line without its line end counts.
    pub lines: u64,
    /// Records read.
    pub records: u64,
    /// Records whose time lies in the window.
    pub records_in_window: u64,
    /// Lines that belong to no record, since no head came before them in their file.
    pub orphan_lines: u64,
    /// Files whose last line has no line end: cut off, or still being written.
    pub cut_files: u64,
    /// Records too long to be held at once (`crate::log::record::MOST_BYTES`), read in pieces.
    pub long_records: u64,
    /// The first and the last time seen.
    #[serde(skip)]
    pub span: Option<(Stamp, Stamp)>,
}

impl Coverage {
    /// Counts a record; says whether it lies in the window. What has no time lies in none.
    pub fn take(&mut self, record: &Record<'_>, window: &Window) -> bool {
        self.bytes += record.bytes.len() as u64;
        self.lines += record.lines;
        match record.shape {
            Shape::Record(head) => {
                self.records += 1;
                self.widen(head.at, head.at);
                let inside = window.holds(head.at);
                self.records_in_window += u64::from(inside);
                inside
            }
            Shape::Orphan => {
                self.orphan_lines += record.lines;
                false
            }
            Shape::Remainder => {
                self.long_records += 1;
                false
            }
        }
    }

    /// Adds another part of the same log, or another log.
    pub fn merge(&mut self, other: &Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.records += other.records;
        self.records_in_window += other.records_in_window;
        self.orphan_lines += other.orphan_lines;
        self.cut_files += other.cut_files;
        self.long_records += other.long_records;
        if let Some((first, last)) = other.span {
            self.widen(first, last);
        }
    }

    fn widen(&mut self, first: Stamp, last: Stamp) {
        self.span = Some(
            self.span
                .map_or((first, last), |(a, b)| (a.min(first), b.max(last))),
        );
    }

    /// Whether the log begins after the window does, so that a part of what was asked is missing.
    pub fn falls_short_of(&self, window: &Window) -> bool {
        match (window.since, self.span) {
            (Some(since), Some((first, _))) => first > since,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::log::record::Records;

    fn coverage(text: &str, window: &Window) -> Coverage {
        let mut coverage = Coverage::default();
        let mut records = Records::new(Cursor::new(text));
        while let Some(record) = records.next().unwrap() {
            coverage.take(&record, window);
        }
        coverage
    }

    #[test]
    fn what_has_no_time_lies_in_no_window() {
        let text = "lost\nlost\n2026-02-05 15:30:55,155 (12) :  INFO (a:1) - x\n tail\n";
        let found = coverage(text, &Window::default());
        assert_eq!(
            (
                found.lines,
                found.records,
                found.records_in_window,
                found.orphan_lines
            ),
            (4, 1, 1, 2)
        );
    }

    #[test]
    fn a_log_that_begins_late_falls_short() {
        let text = "2026-02-05 15:30:55,155 (12) :  INFO (a:1) - x\n";
        let since = |text: &str| Window {
            since: Stamp::parse_log(text.as_bytes()),
            until: None,
        };
        let found = coverage(text, &Window::default());
        assert!(found.falls_short_of(&since("2026-02-05 15:00:00,000")));
        assert!(!found.falls_short_of(&since("2026-02-05 16:00:00,000")));
        assert!(!found.falls_short_of(&Window::default()));
        assert!(Coverage::default().falls_short_of(&since("2026-02-05 15:00:00,000")));
    }

    fn any_coverage() -> impl Strategy<Value = Coverage> {
        (
            proptest::array::uniform8(0_u64..1000),
            proptest::option::of((0_i64..99, 0_i64..99)),
        )
            .prop_map(|(n, span)| Coverage {
                files: n[0],
                bytes: n[1],
                lines: n[2],
                records: n[3],
                records_in_window: n[4],
                orphan_lines: n[5],
                cut_files: n[6],
                long_records: n[7],
                span: span.map(|(first, length)| (Stamp(first), Stamp(first + length))),
            })
    }

    proptest! {
        #[test]
        fn merging_is_associative_and_free_of_order(a in any_coverage(), b in any_coverage(), c in any_coverage()) {
            let merged = |parts: [&Coverage; 3]| {
                let mut sum = Coverage::default();
                for part in parts {
                    sum.merge(part);
                }
                sum
            };
            prop_assert_eq!(merged([&a, &b, &c]), merged([&c, &a, &b]));
            let mut right = b;
            right.merge(&c);
            let mut left = a;
            left.merge(&right);
            prop_assert_eq!(merged([&a, &b, &c]), left);
        }
    }
}
