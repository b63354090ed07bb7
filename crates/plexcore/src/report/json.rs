//! The report as JSON, and back.

use std::io::{self, Write};

use super::model::{Report, SCHEMA};

/// Writes the report as one JSON document.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report).map_err(io::Error::from)?;
    writeln!(out)
}

/// Reads a report of this program back. The error says what was expected and found.
pub fn read(text: &[u8]) -> Result<Report, String> {
    let report: Report = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if report.schema == SCHEMA {
        Ok(report)
    } else {
        Err(format!(
            "expected schema {SCHEMA}, found schema {}",
            report.schema
        ))
    }
}
