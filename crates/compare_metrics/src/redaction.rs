//! How a report was redacted, told by its texts, since no form of it says so.
//!
//! Reports of two sorts still compare, for errors and titles are known by ids that no redaction
//! touches; but what a person reads in them differs where nothing has changed.

use plexcore::reading::{Generation, ReadAgent, ReadEntry, Reading};
use plexcore::redact::Redactor;

/// Texts that are looked at; a report that hides something shows it long before.
const MOST_TEXTS: usize = 2_000;
/// Texts of this many characters may have been cut in the middle of a placeholder.
const MAY_BE_CUT: usize = 120;

/// What was taken out of a report's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Redaction {
    /// Secrets, names and addresses.
    Usual,
    /// Titles and file names as well (`--pseudonymise`).
    Titles,
    /// Secrets only (`--no-redact`).
    SecretsOnly,
}

impl Redaction {
    /// What the texts of our own reports show; the scripts' reports are redacted when read.
    pub(crate) fn of(reading: &Reading, redactor: &Redactor) -> Option<Self> {
        if !matches!(reading.generation, Generation::Json | Generation::Text) {
            return None;
        }
        let of_entries = reading.entries.iter().flatten().flat_map(of_entry);
        let texts: Vec<&str> = of_entries
            .chain(reading.agents.iter().flat_map(of_agent))
            .take(MOST_TEXTS)
            .collect();
        if texts.is_empty() {
            return None;
        }
        let is_open = |text: &&str| redactor.redact(text) != **text;
        Some(if texts.iter().any(|text| has_pseudonym(text)) {
            Self::Titles
        } else if texts.iter().any(is_open) {
            Self::SecretsOnly
        } else {
            Self::Usual
        })
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Usual => "names and addresses are taken out",
            Self::Titles => "titles and file names are pseudonyms (--pseudonymise)",
            Self::SecretsOnly => "names and addresses stand in it (--no-redact)",
        }
    }
}

fn of_entry(entry: &ReadEntry) -> impl Iterator<Item = &str> {
    let example = entry.example.iter().flat_map(|example| {
        let lines = example.lines.iter().chain(&example.before);
        lines.chain(&example.after)
    });
    let urls = entry.urls.iter().map(|failed| &failed.example);
    let raised = entry.exception.iter().map(|raised| &raised.message);
    example.chain(urls).chain(raised).map(String::as_str)
}

fn of_agent(agent: &ReadAgent) -> impl Iterator<Item = &str> {
    let samples = &agent.samples;
    let lines = samples.search_ops.iter().chain(&samples.success_patterns);
    let is_whole = |line: &&String| line.chars().count() < MAY_BE_CUT;
    lines
        .chain(&samples.failure_patterns)
        .filter(is_whole)
        .chain(&agent.urls)
        .map(String::as_str)
}

/// Whether `[title 0a1b2c3d]` or the like is in a text.
fn has_pseudonym(text: &str) -> bool {
    ["[title ", "[folder ", "[slug ", "[file "]
        .iter()
        .flat_map(|head| text.split(head).skip(1))
        .any(|rest| {
            let hash = rest.get(..8).unwrap_or_default();
            hash.len() == 8
                && hash.bytes().all(|b| b.is_ascii_hexdigit())
                && rest[8..].starts_with([']', '.'])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_a_head_and_eight_digits() {
        assert!(has_pseudonym("Searching for [title 0a1b2c3d] in"));
        assert!(has_pseudonym("[file 0a1b2c3d.mkv]"));
        for text in [
            "[title of it]",
            "title 0a1b2c3d",
            "[title 0a1b2c3d4]",
            "[file ä",
        ] {
            assert!(!has_pseudonym(text), "{text}");
        }
    }
}
