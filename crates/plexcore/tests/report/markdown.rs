//! What the Markdown promises: short enough for an issue, and no text of a log is markup in it.

use plexcore::report::markdown::{self, MOST_BYTES};
use proptest::prelude::*;

use crate::hostile::{hostile_text, with_texts};
use crate::sample_report::sample_report;
use crate::written;

#[test]
fn five_thousand_errors_still_fit_into_an_issue() {
    let text = written(&sample_report(5000), markdown::write);
    assert!(text.len() <= MOST_BYTES, "{}", text.len());
    assert!(text.contains("errors more."), "what is left out is said");
    for section in [
        "## Totals",
        "## Outcomes",
        "## Error catalogue",
        "## When",
        "## Findings",
        "## Agents",
    ] {
        assert!(text.contains(section), "{section}");
    }
}

#[test]
fn every_table_row_has_as_many_cells_as_its_head() {
    let text = written(&sample_report(50), markdown::write);
    let mut cells = 0;
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let here = line.split(" | ").count();
        cells = if cells == 0 || line.contains("---") {
            here
        } else {
            cells
        };
        if line.contains("---") {
            assert_eq!(here, cells, "{line}");
        }
    }
    assert!(cells > 0);
}

/// The text without its blocks and spans of code, and how many blocks there were.
fn without_code(text: &str) -> (String, usize) {
    let (mut rest, mut blocks, mut fence) = (String::new(), 0, None::<String>);
    for line in text.lines() {
        match &fence {
            Some(end) if line == end => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => {
                blocks += 1;
                fence = Some(line.trim_end_matches("text").to_owned());
            }
            None => {
                rest.push_str(&without_spans(line));
                rest.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a block is left open");
    (rest, blocks)
}

fn without_spans(line: &str) -> String {
    // A span ends at the next run of ticks that is exactly as long as the one that opened it.
    let mut runs = line.split_inclusive(|c| c != '`').flat_map(|piece| {
        let ticks = piece.trim_end_matches(|c| c != '`');
        [ticks, &piece[ticks.len()..]]
    });
    let mut rest = String::new();
    while let Some(piece) = runs.next() {
        if piece.starts_with('`') {
            assert!(
                runs.any(|end| end == piece),
                "a span is left open in {line}"
            );
        } else {
            rest.push_str(piece);
        }
    }
    rest
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_logs_text_is_never_markup(texts in prop::collection::vec(hostile_text(), 1..30)) {
        let report = sample_report(6);
        let plain = written(&with_texts(&report, &|_| "word".to_owned()), markdown::write);
        let hostile = written(&with_texts(&report, &|n| texts[n % texts.len()].clone()), markdown::write);
        prop_assert!(hostile.len() <= MOST_BYTES);
        let ((plain, _), (hostile, _)) = (without_code(&plain), without_code(&hostile));
        let count = |text: &str, mark: &str| text.matches(mark).count();
        for mark in ["<details>", "</details>", "<summary>", "</summary>", "**", "\n#", "[", "]", "~", "\\"] {
            prop_assert_eq!(count(&plain, mark), count(&hostile, mark), "{}", mark);
        }
        for mark in ["<script", "<img", "://", "www.", "@someone", "#12 "] {
            prop_assert_eq!(count(&hostile, mark), 0, "{}", mark);
        }
    }
}
