//! Errors and work over time, a bar for each bucket; bursts with what came just before; findings.

use std::io;

use super::page::{NUMBER_COLUMN, Page};
use crate::printable::one_line;
use crate::report::number::{counted, grouped};
use crate::report::trend::step;
use crate::report::understanding::{Bucket, Burst, Finding, Timeline};
use crate::report::wording::{bucket_words, burst_words, to_minute, to_second};

/// Columns of a bar.
const BAR: usize = 26;

impl Page<'_> {
    pub(super) fn when(&mut self, timeline: &Timeline) -> io::Result<()> {
        self.section("WHEN")?;
        if timeline.buckets.is_empty() {
            return writeln!(self.out, "Nothing lies in the window.");
        }
        self.row("A line stands for:", &bucket_words(timeline.bucket_s))?;
        writeln!(
            self.out,
            "\n{:<16} {:>8} {:<BAR$} {:>8} {:<BAR$}",
            "From", "Failures", "", "Work", "(searches and updates)"
        )?;
        let largest = |of: fn(&Bucket) -> u64| timeline.buckets.iter().map(of).max().unwrap_or(0);
        let (most_errors, most_work) = (largest(|bucket| bucket.errors), largest(work));
        for quiet_or_not in timeline.buckets.chunk_by(|a, b| is_quiet(a) == is_quiet(b)) {
            if quiet_or_not.len() > 2 && quiet_or_not.iter().all(is_quiet) {
                let n = quiet_or_not.len() as u64;
                let from = one_line(to_minute(&quiet_or_not[0].start)).into_owned();
                writeln!(
                    self.out,
                    "{from:<16} {:>8} ... {} with nothing",
                    "",
                    counted(n, "line", "lines")
                )?;
                continue;
            }
            for bucket in quiet_or_not {
                self.bucket(bucket, most_errors, most_work)?;
            }
        }
        self.bursts(&timeline.bursts)
    }

    fn bucket(&mut self, bucket: &Bucket, most_errors: u64, most_work: u64) -> io::Result<()> {
        let bar = |count, most| "█".repeat(step(count, most, BAR));
        let starts = match bucket.starts {
            0 => String::new(),
            starts => counted(starts, "start", "starts"),
        };
        let line = format!(
            "{:<16} {:>8} {:<BAR$} {:>8} {:<BAR$} {starts}",
            one_line(to_minute(&bucket.start)),
            grouped(bucket.errors),
            bar(bucket.errors, most_errors),
            grouped(work(bucket)),
            bar(work(bucket), most_work),
        );
        writeln!(self.out, "{}", line.trim_end())
    }

    fn bursts(&mut self, bursts: &[Burst]) -> io::Result<()> {
        writeln!(
            self.out,
            "\n{:<NUMBER_COLUMN$}{}",
            "Bursts:",
            grouped(bursts.len() as u64)
        )?;
        for (index, burst) in bursts.iter().enumerate() {
            let words = format!(
                "{} {} from {} to {}: {} a minute, in the whole window {} a minute",
                grouped(burst.events),
                burst_words(&burst.what),
                to_second(&burst.start),
                to_second(&burst.end),
                burst.per_minute,
                burst.usual_per_minute
            );
            self.folded(&format!("  {}. ", index + 1), &words, 5)?;
            for before in &burst.before {
                let words = format!(
                    "{}  {}: {}",
                    to_second(&before.at),
                    before.what,
                    before.text
                );
                writeln!(self.out, "     | {}", one_line(&words.replace('\n', " ")))?;
            }
        }
        Ok(())
    }

    pub(super) fn findings(&mut self, findings: &[Finding]) -> io::Result<()> {
        self.section("KEY FINDINGS")?;
        if findings.is_empty() {
            return writeln!(self.out, "Nothing stands out.");
        }
        for finding in findings {
            let entries = if finding.entries.is_empty() {
                String::new()
            } else {
                format!(" ({})", finding.entries.join(", "))
            };
            let words = format!("{}{entries}", finding.text);
            self.folded("  • ", &words.replace('\n', " "), 4)?;
        }
        Ok(())
    }
}

fn work(bucket: &Bucket) -> u64 {
    bucket.searches + bucket.updates
}

fn is_quiet(bucket: &Bucket) -> bool {
    bucket.errors == 0 && work(bucket) == 0 && bucket.starts == 0
}
