//! The report as JSON, and back.

use std::io::{self, BufWriter, Write};

use super::model::{Report, SCHEMA};

/// Bytes that are written on together.
const BUFFER: usize = 1 << 16;

/// Writes the report as one JSON document.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    // The serializer writes a few bytes at a time, which is quick only into a buffer that it knows.
    let mut buffer = BufWriter::with_capacity(BUFFER, out);
    serde_json::to_writer_pretty(&mut buffer, report).map_err(io::Error::from)?;
    writeln!(buffer)?;
    buffer.flush()
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
