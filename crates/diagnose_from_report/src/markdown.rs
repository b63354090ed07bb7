//! The document as Markdown, to be read, worked through and written into.
//!
//! `tables` writes the counts and `errors` the errors; here is what stands around them. Every line
//! of a log stands in a block of code behind a mark of its own, so none of them can pass for a
//! heading, a link or a place for notes.

mod errors;
mod tables;

use plexcore::report::markdown::escape::{code, words};
use plexcore::report::markdown::page::Page;
use plexcore::report::number::counted;

use crate::diagnosis::Diagnosis;
use crate::notes::{GENERAL, Kept, check_line, closing, opening};
use crate::summary;
use crate::wording::{capital, covered, window};

/// Writes the document.
pub(crate) fn page(diagnosis: &Diagnosis, kept: &Kept) -> String {
    let mut document = Document {
        page: Page::default(),
        kept,
        failures: diagnosis.failures,
        bucket_s: diagnosis.bucket_s,
    };
    document.head(diagnosis);
    document.summary(diagnosis);
    document.types(diagnosis);
    document.totals(diagnosis);
    document.agents(diagnosis);
    document.across(diagnosis);
    document.single(diagnosis);
    document.samples(diagnosis);
    document.noise(diagnosis);
    document.gaps(diagnosis);
    document.other_notes(diagnosis);
    let check = check_line(document.page.as_str());
    document.page.block(&check);
    document.page.into_text()
}

/// The page with what its parts look up.
struct Document<'a> {
    page: Page,
    kept: &'a Kept,
    failures: u64,
    bucket_s: Option<u64>,
}

impl Document<'_> {
    /// A place for a person's words.
    fn notes(&mut self, id: &str, title: &str) {
        let text = self.kept.text(id);
        self.page.line(&format!("{}\n", opening(id, title)));
        if !text.is_empty() {
            self.page.line(&format!("{text}\n"));
        }
        self.page.line(&closing(id));
    }

    fn head(&mut self, diagnosis: &Diagnosis) {
        let reading = &diagnosis.reading;
        self.page.line("# Error categorization\n");
        self.page.attention(&diagnosis.attention);
        self.page.line(&format!(
            "- Report: {}, a {}",
            code(&reading.path.to_string_lossy()),
            reading.generation.words()
        ));
        let generated = reading.generated.as_deref().unwrap_or("not told");
        self.page
            .line(&format!("- Report generated: {}", words(generated)));
        self.page
            .line(&format!("- Window asked for: {}", words(&window(reading))));
        self.page
            .line(&format!("- The logs cover: {}", words(&covered(reading))));
        for words_of_filter in &diagnosis.filtered {
            self.page
                .line(&format!("- Shown here: {}", words(words_of_filter)));
        }
        self.page.line(&format!(
            "- This document: {}, {}",
            words(&diagnosis.generated),
            diagnosis.made_by
        ));
    }

    fn summary(&mut self, diagnosis: &Diagnosis) {
        self.page.section("Executive summary");
        for sentence in summary::sentences(diagnosis) {
            self.page
                .line(&format!("- {}.", words(&capital(&sentence))));
        }
        if diagnosis.left_out.errors > 0 {
            self.page.line(&format!(
                "- {} with {} not shown below; `--top all` shows every one.",
                counted(diagnosis.left_out.errors, "error", "errors"),
                counted(diagnosis.left_out.events, "event", "events")
            ));
        }
        self.page.line(
            "\nNo cause and no fix is claimed here. What you write between a `notes` comment and \
             its end stays when this document is made again.\n\n**Notes on the whole**\n",
        );
        self.notes(GENERAL, "");
    }

    fn gaps(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.gaps.is_empty() {
            return;
        }
        self.page.section("What this report cannot tell");
        self.page.line(&format!(
            "It is a {}.\n",
            diagnosis.reading.generation.words()
        ));
        for gap in &diagnosis.gaps {
            self.page.line(&format!("- {}.", words(&capital(gap))));
        }
    }

    /// Notes whose entries have gone, or are not shown this time.
    fn other_notes(&mut self, diagnosis: &Diagnosis) {
        let shown = summary::shown_ids(diagnosis);
        let others: Vec<(String, String)> = self
            .kept
            .others(&shown)
            .map(|(id, note)| (id.to_owned(), note.title.clone()))
            .collect();
        if others.is_empty() {
            return;
        }
        self.page.section("Notes on errors that are not shown here");
        self.page
            .line("They are gone from the report, or left aside by an option.");
        for (id, title) in others {
            self.page
                .line(&format!("\n### {} {}\n", code(&id), words(&title)));
            self.notes(&id, &title);
        }
    }
}
