//! Writes a report of any size, for looking at the formats and for the browser test:
//! `cargo run -p plexcore --example sample_report -- 5000 report.html report.md report.txt`.

#[path = "../tests/report/sample_report.rs"]
mod sample;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use plexcore::report::{html, json, markdown, text};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args_os().skip(1);
    let n_entries = args
        .next()
        .ok_or("expected a number of entries and files")?;
    let n_entries: usize = n_entries.to_string_lossy().parse()?;
    let report = sample::sample_report(n_entries);
    for file in args {
        let began = Instant::now();
        let mut bytes = Vec::new();
        match Path::new(&file)
            .extension()
            .and_then(|ending| ending.to_str())
        {
            Some("html") => html::write(&report, &mut bytes)?,
            Some("md") => markdown::write(&report, &mut bytes)?,
            Some("json") => json::write(&report, &mut bytes)?,
            _ => text::write(&report, &mut bytes)?,
        }
        let took = began.elapsed();
        std::fs::write(&file, &bytes)?;
        #[expect(clippy::print_stderr, reason = "an example speaks for itself")]
        {
            eprintln!(
                "{}: {} bytes in {took:.1?}",
                Path::new(&file).display(),
                bytes.len()
            );
        }
    }
    Ok(())
}
