//! Any bytes are records: none is lost, nothing panics, and how they arrive does not matter.
#![no_main]

use std::io::Read;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use plexcore::log::record::Records;
use plexcore::log::rules::Rules;
use plexcore::log::traceback::Traceback;
use plexcore::metrics::plugin_tally::PluginCounter;
use plexcore::stamp::Window;

/// Built once: building them takes longer than reading what a fuzzer gives.
static RULES: LazyLock<Rules> = LazyLock::new(Rules::builtin);

/// Gives bytes a few at a time.
struct Dripping<'a>(&'a [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.len().min(self.1).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn read(source: impl Read) -> (Vec<u8>, u64, u64) {
    let mut counter = PluginCounter::new(&RULES, Window::default());
    let mut records = Records::new(source);
    let mut bytes = Vec::new();
    let mut lines = 0;
    while let Ok(Some(record)) = records.next() {
        bytes.extend_from_slice(record.bytes);
        lines += record.lines;
        let _ = Traceback::of(&record).map(|traceback| traceback.culprit().is_some());
        counter.take(&record, 0);
    }
    let events = counter
        .finish()
        .catalogue
        .entries
        .values()
        .map(|entry| entry.count)
        .sum();
    (bytes, lines, events)
}

fuzz_target!(|data: &[u8]| {
    let whole = read(data);
    assert_eq!(whole.0, data);
    assert_eq!(
        whole.1,
        data.split_inclusive(|b| *b == b'\n').count() as u64
    );
    let step = data.first().map_or(1, |b| usize::from(*b) + 1);
    assert_eq!(read(Dripping(data, step)), whole);
});
