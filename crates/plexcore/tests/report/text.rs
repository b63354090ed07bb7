//! What the text promises its readers, old and new.

use plexcore::report::text::{self, SUMMARY_LABELS};
use proptest::prelude::*;

use crate::hostile::{hostile_text, with_texts};
use crate::sample_report::sample_report;
use crate::written;

/// Our own words: not a log's lines, nor what is quoted from one.
fn our_words(text: &str) -> impl Iterator<Item = &str> {
    let quotes = [
        "  URLs ",
        "  raised ",
        "  culprit ",
        "  • 2026",
        "  ✓ 2026",
        "  ✗ 2026",
        "  ! ",
    ];
    text.lines()
        .filter(move |line| {
            !line.contains(" | ") && !quotes.iter().any(|quote| line.starts_with(quote))
        })
        .filter(|line| !line.contains("occurrences]") && !line.starts_with("  2026"))
}

#[test]
fn our_own_words_stay_within_100_columns() {
    let text = written(&sample_report(300), text::write);
    let too_long: Vec<&str> = our_words(&text)
        .filter(|line| line.chars().count() > 100)
        .collect();
    assert_eq!(too_long, Vec::<&str>::new());
}

#[test]
fn sections_stand_in_the_order_of_the_questions_a_person_asks() {
    let text = written(&sample_report(20), text::write);
    let sections = [
        "\nCOVERAGE\n",
        "\nEXECUTIVE SUMMARY\n",
        "\nAGENTS\n",
        "\nOUTCOMES\n",
        "\nWHAT WENT WRONG, BY KIND\n",
        "\nERROR CATALOGUE\n",
        "\nWHEN\n",
        "\nAGENT: Alder\n",
        "\nKEY FINDINGS\n",
    ];
    let places: Vec<usize> = sections
        .iter()
        .map(|section| text.find(section).unwrap())
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn every_entry_of_the_catalogue_is_there_with_its_count_and_its_trend() {
    let report = sample_report(300);
    let text = written(&report, text::write);
    for entry in &report.catalogue {
        let at = text.find(&format!("\n{}  ", entry.id)).unwrap();
        let block = text[at..].split("\n\n").next().unwrap();
        assert!(block.contains(&format!("{:>7}  ", entry.count)), "{block}");
        assert!(block.contains("  trend     "), "{block}");
        for line in &entry.example.as_ref().unwrap().lines {
            assert!(block.contains(&format!("  > | {line}")), "{block}");
        }
    }
}

#[test]
fn a_bar_is_as_long_as_its_share_of_the_largest() {
    let report = sample_report(1);
    let text = written(&report, text::write);
    let bars = |start: &str| {
        let line = text.lines().find(|line| line.starts_with(start)).unwrap();
        line.split(' ')
            .find(|word| word.starts_with('█'))
            .map_or(0, |bar| bar.chars().count())
    };
    let largest = report
        .timeline
        .buckets
        .iter()
        .max_by_key(|bucket| bucket.errors)
        .unwrap();
    assert_eq!(bars(&largest.start[..16]), 26);
    assert_eq!(bars("2026-02-01 01:00"), 1);
}

#[test]
fn an_empty_report_says_so() {
    let mut report = sample_report(0);
    report.timeline.buckets.clear();
    report.timeline.bursts.clear();
    report.findings.clear();
    report.kinds.clear();
    report.agents.clear();
    let text = written(&report, text::write);
    assert!(text.contains("Nothing lies in the window."), "{text}");
    assert!(text.contains("Nothing stands out."), "{text}");
    assert!(text.contains("Failures:                    0"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_old_reader_finds_the_true_totals_whatever_the_logs_say(texts in prop::collection::vec(hostile_text(), 1..30)) {
        let report = with_texts(&sample_report(6), &|n| texts[n % texts.len()].clone());
        let text = written(&report, text::write);
        let totals = plexcore::metrics::totals::Totals::from(report.summary);
        // The head holds the window's words, which come from the command line and are one line.
        let summary = &text[text.find("\nEXECUTIVE SUMMARY\n").unwrap()..];
        for (label, (_, value)) in SUMMARY_LABELS.iter().zip(totals.fields()) {
            let after = &summary[summary.find(&format!("{label}:")).unwrap() + label.len() + 1..];
            prop_assert_eq!(after.split_whitespace().next().map(str::to_owned), Some(value.to_string()));
        }
        let is_obeyed = |c: char| c.is_control() && c != '\n' && c != '\t';
        prop_assert!(!text.contains(is_obeyed));
    }
}
