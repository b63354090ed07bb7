//! The totals that the workflow's older readers look for, counted by event.

use serde::{Deserialize, Serialize};

use crate::log::event::{Event, Markers};

/// How often each of the nine things happened; the names are those of the old JSON report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// `Searching for matches for ...`: searches that the Framework handed to an agent.
    pub search_operations: u64,
    /// `Titles Found`: result pages with candidates.
    pub titles_found: u64,
    /// `Title Match Failure`: candidates that did not match; an outcome, not an error.
    pub title_failures: u64,
    /// `Cannot read model from`: nothing stored yet for an item.
    pub model_errors: u64,
    /// `Error opening URL`: fetches that failed, the Framework's own noise left out.
    pub url_errors: u64,
    /// Events that name HTTP status 403, noise left out.
    pub http_403: u64,
    /// Events that name HTTP status 404, noise left out.
    pub http_404: u64,
    /// Errors that are none of the above and no noise.
    pub processing_errors: u64,
    /// Records with a check mark.
    pub success_indicators: u64,
}

impl Totals {
    /// Counts an event.
    pub fn add_event(&mut self, event: &Event) {
        let markers = event.markers;
        self.title_failures += u64::from(markers.has(Markers::TITLE_MATCH_FAILURE));
        self.model_errors += u64::from(markers.has(Markers::MODEL_READ_ERROR));
        self.url_errors += u64::from(event.is_url_fetch_error());
        self.http_403 += u64::from(event.is_http(403));
        self.http_404 += u64::from(event.is_http(404));
        self.processing_errors += u64::from(event.is_processing_error());
    }

    /// Counts the marks of a record, which count by themselves.
    pub fn add_markers(&mut self, markers: Markers) {
        self.search_operations += u64::from(markers.has(Markers::SEARCH_OPERATION));
        self.titles_found += u64::from(markers.has(Markers::TITLES_FOUND));
        self.title_failures += u64::from(markers.has(Markers::TITLE_MATCH_FAILURE));
        self.success_indicators += u64::from(markers.has(Markers::SUCCESS));
    }

    /// Adds another plug-in's.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.fields_mut().into_iter().zip(other.fields()) {
            *mine += theirs.1;
        }
    }

    /// Each total with its label, in the order of the reports.
    pub fn fields(&self) -> [(&'static str, u64); 9] {
        [
            ("Search operations", self.search_operations),
            ("Titles found events", self.titles_found),
            ("Title match failures", self.title_failures),
            ("Model read errors", self.model_errors),
            ("URL fetch errors", self.url_errors),
            ("HTTP 403 errors", self.http_403),
            ("HTTP 404 errors", self.http_404),
            ("Processing errors", self.processing_errors),
            ("Success indicators", self.success_indicators),
        ]
    }

    /// The same fields, to be filled.
    pub fn fields_mut(&mut self) -> [&mut u64; 9] {
        [
            &mut self.search_operations,
            &mut self.titles_found,
            &mut self.title_failures,
            &mut self.model_errors,
            &mut self.url_errors,
            &mut self.http_403,
            &mut self.http_404,
            &mut self.processing_errors,
            &mut self.success_indicators,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_of_fields_are_in_one_order() {
        let mut totals = Totals::default();
        for (value, field) in (1..).zip(totals.fields_mut()) {
            *field = value;
        }
        assert_eq!(
            totals.fields().map(|(_, value)| value),
            [1, 2, 3, 4, 5, 6, 7, 8, 9]
        );
        assert_eq!(
            (
                totals.search_operations,
                totals.http_403,
                totals.success_indicators
            ),
            (1, 6, 9)
        );
        let mut twice = totals;
        twice.merge(&totals);
        assert_eq!(
            twice.fields().map(|(_, value)| value),
            [2, 4, 6, 8, 10, 12, 14, 16, 18]
        );
    }
}
