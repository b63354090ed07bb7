//! The report as JSON, and back.

use std::io::{self, Write};

use super::model::{Report, SCHEMA};

/// Writes the report as one JSON document.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report).map_err(io::Error::from)?;
    writeln!(out)
}

/// Reads a report of this program back. The error says what was expected and found.
pub fn read(bytes: &[u8]) -> Result<Report, String> {
    read_text(str::from_utf8(bytes).map_err(|error| error.to_string())?)
}

/// The same for a text.
pub fn read_text(text: &str) -> Result<Report, String> {
    let report: Report = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if report.schema == SCHEMA {
        Ok(report)
    } else {
        Err(format!(
            "expected schema {SCHEMA}, found schema {}",
            report.schema
        ))
    }
}
