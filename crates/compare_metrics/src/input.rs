//! Files become readings, and readings become the two sides of a comparison.

use std::fs;
use std::path::Path;

use plexcore::Error;
use plexcore::cli::Failure;
use plexcore::reading::{self, Counts, Generation, Reading};
use plexcore::redact::{self, Redactor};
use plexcore::report::text::SUMMARY_LABELS;
use plexcore::stamp::Stamp;

use crate::comparison::SideHead;
use crate::measure::source::Source;
use crate::redaction::Redaction;
use crate::script::Metrics;

const MS_PER_HOUR: f64 = 3_600_000.0;

/// One report, read.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) reading: Reading,
    /// How long the stretch of time is that it covers.
    pub(crate) hours: Option<f64>,
    /// What was taken out of its texts, where they show it.
    pub(crate) redaction: Option<Redaction>,
    /// What it is, in words.
    form: &'static str,
}

impl Side {
    /// Reads a report of any generation.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(Error::read(path))?;
        let redactor = Redactor::new(redact::Options::default());
        let (reading, form) = match reading::read(path, &bytes, &redactor) {
            Ok(reading) => {
                let form = reading.generation.words();
                (reading, form)
            }
            Err(error) => {
                let reading = by_labels(path, &bytes).ok_or_else(|| Failure::from(error))?;
                (reading, "text with the script's totals")
            }
        };
        let hours = hours(&reading);
        let redaction = Redaction::of(&reading, &redactor);
        Ok(Self {
            reading,
            hours,
            redaction,
            form,
        })
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source::of(&self.reading, self.hours)
    }

    /// The script's five totals, nought where there is none, as the script has it.
    pub(crate) fn metrics(&self) -> Metrics {
        let counts = &self.reading.totals;
        Metrics {
            total_search_ops: counts.search_operations.unwrap_or(0),
            titles_found: counts.titles_found.unwrap_or(0),
            title_failures: counts.title_failures.unwrap_or(0),
            model_errors: counts.model_errors.unwrap_or(0),
            url_errors: counts.url_errors.unwrap_or(0),
        }
    }

    /// Whether it has any of the totals that errors are counted by.
    pub(crate) fn has_error_totals(&self) -> bool {
        let counts = &self.reading.totals;
        [
            counts.title_failures,
            counts.model_errors,
            counts.url_errors,
            counts.processing_errors,
        ]
        .iter()
        .any(Option::is_some)
    }

    pub(crate) fn head(&self) -> SideHead {
        let source = self.source();
        let titles: u64 = source
            .items
            .iter()
            .flat_map(|(_, items)| *items)
            .filter(|item| item.searches > 0)
            .count() as u64;
        SideHead {
            path: self.reading.path.display().to_string(),
            form: self.form,
            generated: self.reading.generated.clone(),
            window: self.reading.window.asked.clone(),
            covered: self.reading.covered.clone(),
            hours: self.hours,
            searches: source.searches(),
            updates: source.sessions.map(|outcomes| outcomes.updates.total),
            titles: (titles > 0).then_some(titles),
        }
    }
}

/// How much of its window a report's logs cover, in hours; the window's length where it does not say.
fn hours(reading: &Reading) -> Option<f64> {
    let asked = reading.window.hours.map(|hours| hours as f64);
    let Some((since, until)) = span(reading) else {
        return asked;
    };
    let covered = hours_between(since, until);
    Some(asked.map_or(covered, |asked| asked.min(covered))).filter(|hours| *hours > 0.0)
}

/// How many hours lie between two moments.
pub(crate) fn hours_between(from: Stamp, to: Stamp) -> f64 {
    (to.0 - from.0) as f64 / MS_PER_HOUR
}

/// The stretch of time that a report tells of: what its logs cover of its window.
pub(crate) fn span(reading: &Reading) -> Option<(Stamp, Stamp)> {
    let (first, last) = reading.covered.as_ref()?;
    let (first, last) = (Stamp::parse_report(first)?, Stamp::parse_report(last)?);
    let window = &reading.window;
    Some((
        window.since.map_or(first, |since| since.max(first)),
        window.until.map_or(last, |until| until.min(last)),
    ))
}

/// A text of which only the totals are known by their labels, as the script took any text; `None`
/// without searches and a count of errors. A label counts at the start of a line only, so that a
/// quoted line of a log is none.
fn by_labels(path: &Path, bytes: &[u8]) -> Option<Reading> {
    let text = String::from_utf8_lossy(bytes);
    let mut totals = Counts::default();
    for (total, label) in totals.fields_mut().into_iter().zip(SUMMARY_LABELS) {
        *total = text.lines().find_map(|line| count_after(line, label));
    }
    let has_errors = [
        totals.title_failures,
        totals.model_errors,
        totals.url_errors,
    ];
    if totals.search_operations.is_none() || has_errors.iter().all(Option::is_none) {
        return None;
    }
    Some(Reading {
        path: path.to_owned(),
        gaps: Vec::new(),
        totals,
        ..Reading::of(Generation::Enhanced)
    })
}

/// The number after a label and its colon at the start of a line; thousands may be set apart.
fn count_after(line: &str, label: &str) -> Option<u64> {
    let rest = line.trim_start().strip_prefix(label)?.strip_prefix(':')?;
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(|c| *c != ',')
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_read_whole_and_only_where_its_line_begins() {
        assert_eq!(
            count_after("  URL Fetch Errors:   1,234", "URL Fetch Errors"),
            Some(1234)
        );
        assert_eq!(
            count_after("URL Fetch Errors: none", "URL Fetch Errors"),
            None
        );
        assert_eq!(
            count_after("seen: URL Fetch Errors: 9", "URL Fetch Errors"),
            None
        );
        assert_eq!(
            count_after("URL Fetch Errors:99999999999999999999", "URL Fetch Errors"),
            None
        );
    }

    #[test]
    fn a_text_without_searches_has_no_totals() {
        let read = |text: &str| by_labels(Path::new("a"), text.as_bytes()).is_some();
        assert!(read("Total Search Operations: 3\nModel Read Errors: 0\n"));
        assert!(!read("Total Search Operations: 3\n"));
        assert!(!read("Model Read Errors: 0\nURL Fetch Errors: 2\n"));
    }
}
