//! How fast the stages of a report are, each over the same log in memory: MB a second, the best of
//! some rounds. `cargo run --release -p plexcore --example bench_stages -- LOG [ROUNDS]`.

use std::io::{self, Write};
use std::time::Instant;

use plexcore::log::notice::Notice;
use plexcore::log::pattern::KeyMaker;
use plexcore::log::record::{Record, Records, lines_of};
use plexcore::log::rules::Rules;
use plexcore::log::template::{Masked, mask};
use plexcore::metrics::plugin_tally::PluginCounter;
use plexcore::stamp::Window;

fn each_record(log: &[u8], mut take: impl FnMut(&Record<'_>)) {
    let mut records = Records::new(log);
    while let Ok(Some(record)) = records.next() {
        take(&record);
    }
}

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args
        .next()
        .ok_or_else(|| io::Error::other("no log named"))?;
    let rounds = args
        .next()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(5);
    let log = std::fs::read(path)?;
    let rules = Rules::builtin();
    let mut sum = 0_usize;
    let stages: [(&str, &mut dyn FnMut() -> usize); 6] = [
        ("lines", &mut || lines_of(&log).count()),
        ("records", &mut || {
            let mut n = 0;
            each_record(&log, |_| n += 1);
            n
        }),
        ("records and their words", &mut || {
            let mut n = 0;
            each_record(&log, |record| {
                n += usize::from(Notice::of(record, &rules).is_some());
            });
            n
        }),
        ("records and the script's keys", &mut || {
            let (mut n, mut keys) = (0, KeyMaker::default());
            each_record(&log, |record| n += keys.key_of(record).len());
            n
        }),
        ("records and their templates' words", &mut || {
            let (mut n, mut masked) = (0, Masked::default());
            each_record(&log, |record| {
                mask(record.text(), &mut masked);
                n += 1;
            });
            n
        }),
        ("everything that a report counts", &mut || {
            let mut counter = PluginCounter::new(&rules, Window::default());
            each_record(&log, |record| counter.take(record, 0));
            counter.finish().catalogue.entries.len()
        }),
    ];
    let mut out = io::stdout().lock();
    for (name, run) in stages {
        let mut best = f64::INFINITY;
        for _ in 0..rounds {
            let begun = Instant::now();
            sum += run();
            best = best.min(begun.elapsed().as_secs_f64());
        }
        writeln!(out, "{name:<34}{:>8.0} MB/s", log.len() as f64 / 1e6 / best)?;
    }
    // What was counted must be used, or the compiler might leave the work out.
    writeln!(out, "({sum})")
}
