//! Bytes of a log that is being written become records, each when it is whole.
//!
//! A record is whole when the next one begins, or when the caller says that nothing has come for a
//! while. What comes later still and belongs to it is then lost to it, as an orphan.

use std::io;

use super::record::{Record, Records};

/// The end of a growing log that is not yet known to be whole.
#[derive(Debug, Default)]
pub struct Growing {
    held: Vec<u8>,
    /// Bytes of the file before what is held.
    offset: u64,
}

impl Growing {
    /// Adds bytes and gives every record that is whole to `sink`.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(&Record<'_>)) -> io::Result<()> {
        self.held.extend_from_slice(bytes);
        let mut last = 0;
        let mut records = Records::of(&self.held);
        while let Some(record) = records.next()? {
            last = record.offset;
        }
        self.give(last, sink)
    }

    /// Shows the whole lines that are held without giving them out: more of their record may come.
    pub fn show(&self, sink: &mut impl FnMut(&Record<'_>)) -> io::Result<()> {
        let whole = memchr::memrchr(b'\n', &self.held).map_or(0, |at| at + 1);
        let mut records = Records::of(&self.held[..whole]);
        while let Some(mut record) = records.next()? {
            record.offset += self.offset;
            sink(&record);
        }
        Ok(())
    }

    /// Gives the record that is held, if its last line is whole: nothing has come for a while.
    pub fn rest(&mut self, sink: &mut impl FnMut(&Record<'_>)) -> io::Result<()> {
        if self.held.ends_with(b"\n") {
            self.give(self.held.len() as u64, sink)?;
        }
        Ok(())
    }

    /// Gives all that is held: the file has ended, and another begins.
    pub fn end_file(&mut self, sink: &mut impl FnMut(&Record<'_>)) -> io::Result<()> {
        self.give(self.held.len() as u64, sink)?;
        self.offset = 0;
        Ok(())
    }

    fn give(&mut self, end: u64, sink: &mut impl FnMut(&Record<'_>)) -> io::Result<()> {
        let whole = usize::try_from(end)
            .unwrap_or(usize::MAX)
            .min(self.held.len());
        let mut records = Records::of(&self.held[..whole]);
        while let Some(mut record) = records.next()? {
            record.offset += self.offset;
            sink(&record);
        }
        self.held.drain(..whole);
        self.offset += whole as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LOG: &str = "orphan\n2026-02-05 15:30:55,155 (12) :  ERROR (x:1) - one\nmore of one\n\
        2026-02-05 15:30:56,155 (12) :  INFO (x:1) - two\n2026-02-05 15:30:57,155 (13) :  INFO (x:1) - three\r\n";

    fn text(record: &Record<'_>) -> (u64, String) {
        let bytes = String::from_utf8_lossy(record.bytes).into_owned();
        (record.offset, bytes)
    }

    #[test]
    fn a_record_waits_for_the_next_or_for_silence() {
        let mut growing = Growing::default();
        let mut found = Vec::new();
        let head = "2026-02-05 15:30:55,155 (12) :  ERROR (x:1) - one\n";
        growing
            .push(head.as_bytes(), &mut |r| found.push(text(r)))
            .unwrap();
        growing.push(b"more", &mut |r| found.push(text(r))).unwrap();
        growing.show(&mut |r| found.push(text(r))).unwrap();
        assert_eq!(found, [(0, head.to_owned())], "half a line is not shown");
        found.clear();
        growing.rest(&mut |r| found.push(text(r))).unwrap();
        assert_eq!(found, [], "half a line is no whole record");
        growing
            .push(b" of one\n", &mut |r| found.push(text(r)))
            .unwrap();
        assert_eq!(found, []);
        growing.rest(&mut |r| found.push(text(r))).unwrap();
        assert_eq!(found, [(0, format!("{head}more of one\n"))]);
    }

    proptest! {
        #[test]
        fn the_pieces_in_which_a_log_comes_do_not_matter(
            cuts in proptest::collection::vec(0..LOG.len(), 0..8),
        ) {
            let mut cuts = cuts;
            cuts.extend([0, LOG.len()]);
            cuts.sort_unstable();
            let (mut growing, mut found) = (Growing::default(), Vec::new());
            for pair in cuts.windows(2) {
                growing.push(&LOG.as_bytes()[pair[0]..pair[1]], &mut |r| found.push(text(r))).unwrap();
            }
            growing.end_file(&mut |r| found.push(text(r))).unwrap();
            let whole: Vec<String> = found.iter().map(|(_, text)| text.clone()).collect();
            prop_assert_eq!(whole.concat(), LOG);
            let (mut expected, mut records) = (Vec::new(), Records::new(LOG.as_bytes()));
            while let Some(record) = records.next().unwrap() {
                expected.push(text(&record));
            }
            // Orphan lines at the start may come in pieces; records never do.
            let heads = |found: &[(u64, String)]| -> Vec<(u64, String)> {
                found.iter().filter(|(_, text)| text.starts_with("2026")).cloned().collect()
            };
            prop_assert_eq!(heads(&found), heads(&expected));
        }
    }
}
