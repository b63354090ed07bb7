//! The nine counts of a report, each there or not.

use serde::Serialize;

use crate::metrics::totals::Totals;

/// How often each of the nine things was counted; `None` where a report does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[expect(missing_docs, reason = "each is the field of `Totals` with that name")]
pub struct Counts {
    pub search_operations: Option<u64>,
    pub titles_found: Option<u64>,
    pub title_failures: Option<u64>,
    pub model_errors: Option<u64>,
    pub url_errors: Option<u64>,
    pub http_403: Option<u64>,
    pub http_404: Option<u64>,
    pub processing_errors: Option<u64>,
    pub success_indicators: Option<u64>,
}

impl Counts {
    /// Each count with its label, in the order of [`Totals::fields`].
    pub fn fields(&self) -> [(&'static str, Option<u64>); 9] {
        let values = [
            self.search_operations,
            self.titles_found,
            self.title_failures,
            self.model_errors,
            self.url_errors,
            self.http_403,
            self.http_404,
            self.processing_errors,
            self.success_indicators,
        ];
        let mut at = 0;
        Totals::default().fields().map(|(label, _)| {
            at += 1;
            (label, values[at - 1])
        })
    }

    /// The same fields, to be filled.
    pub fn fields_mut(&mut self) -> [&mut Option<u64>; 9] {
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

    /// Whether the report tells none of them.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<Totals> for Counts {
    fn from(totals: Totals) -> Self {
        let mut counts = Self::default();
        for (field, (_, value)) in counts.fields_mut().into_iter().zip(totals.fields()) {
            *field = Some(value);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_carry_the_totals_under_their_own_names() {
        let totals = Totals {
            search_operations: 1,
            http_403: 6,
            success_indicators: 9,
            ..Totals::default()
        };
        let counts = Counts::from(totals);
        assert_eq!(
            (
                counts.search_operations,
                counts.http_403,
                counts.success_indicators
            ),
            (Some(1), Some(6), Some(9))
        );
        assert_eq!(
            counts
                .fields()
                .map(|(label, value)| (label, value.unwrap())),
            totals.fields()
        );
        assert!(Counts::default().is_empty() && !counts.is_empty());
    }
}
