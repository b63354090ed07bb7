//! Records become events: what is one event, what is none, and what keeps its id.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::log::notice::Notice;
use crate::log::record::Records;
use crate::log::rules::Rules;
use crate::metrics::totals::Totals;

static RULES: LazyLock<Rules> = LazyLock::new(Rules::builtin);

/// The events of a log, and the sum of the marks that belong to none.
fn read(log: &[u8]) -> (Vec<Event>, Totals) {
    let mut events = Events::new(&RULES);
    let mut records = Records::new(Cursor::new(log));
    let (mut found, mut totals) = (Vec::new(), Totals::default());
    while let Some(record) = records.next().unwrap() {
        let place = RecordPlace {
            file: 0,
            offset: record.offset,
        };
        if let Some(notice) = Notice::of(&record, &RULES) {
            let marks = events.take(&notice, place, None, &mut |event| found.push(event));
            totals.add_markers(marks);
        }
    }
    events.finish(&mut |event| found.push(event));
    for event in &found {
        totals.add_event(event);
    }
    (found, totals)
}

/// A record of a thread at a millisecond of one minute.
fn record(ms: u32, thread: &str, level: &str, text: &str) -> String {
    format!(
        "2026-02-05 15:30:{:02},{:03} ({thread}) :  {level} (x:1) - {text}\n",
        ms / 1000,
        ms % 1000
    )
}

/// What each event is called, and of how many records it is made.
fn told(log: &str) -> Vec<String> {
    let (events, _) = read(log.as_bytes());
    events
        .iter()
        .map(|event| format!("{} of {}", event.id(), event.records))
        .collect()
}

const MARKER: &str = "Alder - SEARCH:: \u{274c} File: utils.py, Line: 178, Function: search";

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match (c, c == '\\') {
            (_, false) => c,
            _ => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            },
        });
    }
    out
}

struct Pair {
    line: usize,
    is_same: bool,
    rules: [String; 2],
    logs: [String; 2],
}

fn pairs() -> Vec<Pair> {
    let path = testkit::fixtures().join("events/pairs.tsv");
    let text = std::fs::read_to_string(&path).unwrap();
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.starts_with('#'))
        .map(|(line, row)| {
            let cells: Vec<&str> = row.split('\t').collect();
            let (first, second) = cells[1].split_once('|').unwrap_or((cells[1], cells[1]));
            Pair {
                line,
                is_same: cells[0] == "same",
                rules: [first, second].map(ToOwned::to_owned),
                logs: [cells[3], cells[4]].map(unescaped),
            }
        })
        .collect()
}

#[test]
fn one_event_has_one_id_however_it_is_written_and_others_have_others() {
    let pairs = pairs();
    assert!(pairs.iter().filter(|pair| pair.is_same).count() >= 60);
    assert!(pairs.iter().filter(|pair| !pair.is_same).count() >= 60);
    let mut faults = Vec::new();
    for pair in pairs {
        let events = pair.logs.each_ref().map(|log| read(log.as_bytes()).0);
        let ids = events
            .each_ref()
            .map(|events| events.iter().map(Event::id).collect::<Vec<_>>().join(", "));
        let [first, second] = &events;
        let are_one_each = first.len() == 1 && second.len() == 1 && ids == pair.rules;
        let is_as_told = are_one_each
            && (first[0].fingerprint == second[0].fingerprint) == pair.is_same
            && (first[0].short_id() == second[0].short_id()) == pair.is_same;
        if !is_as_told {
            faults.push(format!(
                "line {}: {:?}, found {ids:?}",
                pair.line, pair.rules
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn events_of_different_rules_never_share_an_id() {
    let mut rule_of: BTreeMap<String, String> = BTreeMap::new();
    for log in pairs().iter().flat_map(|pair| &pair.logs) {
        for event in read(log.as_bytes()).0 {
            let rule = rule_of
                .entry(event.short_id())
                .or_insert_with(|| event.id().to_owned());
            assert_eq!(rule, event.id());
        }
    }
    assert!(rule_of.len() > 40);
}

#[test]
fn a_marker_and_its_message_are_one_event_at_the_message() {
    let log = record(1, "12", "ERROR", MARKER)
        + &record(1, "99", "INFO", "another thread")
        + &record(
            2,
            "12",
            "ERROR",
            "Alder - SEARCH::    Error getting Site Title: < Title Match Failure! >",
        );
    let (events, totals) = read(log.as_bytes());
    assert_eq!(told(&log), ["no-title-match of 2"]);
    assert_eq!(events[0].first.offset, 0);
    assert!(events[0].counted > events[0].first);
    assert_eq!(events[0].at.0 % 1000, 2);
    assert_eq!((totals.title_failures, totals.processing_errors), (1, 0));
}

#[test]
fn a_title_that_holds_the_word_is_no_error() {
    let said = |text: &str| {
        let message = format!("Alder - SEARCH:: {text}");
        told(&(record(1, "12", "ERROR", MARKER) + &record(1, "12", "ERROR", &message)))
    };
    for title in [
        "Title                     Night of Terror",
        "Mirrored warning lights",
    ] {
        assert!(said(title).is_empty(), "{title}");
    }
    assert_eq!(said("   Error reading the date").len(), 1);
    assert_eq!(said("Warning: no date").len(), 1);
    // Of two lines of one message only the first has the word.
    assert!(said("   went on in a second line").is_empty());
    let alone = |text: &str| told(&record(1, "12", "ERROR", text)).len();
    assert_eq!(alone("Alder - SEARCH:: Night of Terror"), 0);
    // Without the word, and without a marker, the level was meant.
    assert_eq!(alone("Alder - SEARCH:: nothing works"), 1);
    assert_eq!(alone("Night of Terror"), 1);
}

#[test]
fn a_false_alarm_does_not_hide_what_its_thread_waited_for() {
    let log = record(
        1,
        "12",
        "ERROR",
        "Error opening URL 'https://www.example.org/a'",
    ) + &record(2, "12", "ERROR", MARKER)
        + &record(
            2,
            "12",
            "ERROR",
            "Alder - SEARCH:: Title      Night of Terror",
        )
        + &record(3, "12", "ERROR", "Error: < HTTP Error 403: Forbidden >");
    assert_eq!(told(&log), ["http-403 of 2"]);
}

#[test]
fn why_a_url_could_not_be_opened_may_be_said_at_any_level() {
    let opening = record(
        1,
        "12",
        "ERROR",
        "Error opening URL 'https://u:p@www.Example.org/a?b=1'",
    );
    for level in ["INFO", "WARNING", "ERROR", "CRITICAL"] {
        let log = opening.clone() + &record(9, "12", level, "no page: HTTP Error 404: Not Found");
        let (events, totals) = read(log.as_bytes());
        assert_eq!(told(&log), ["http-404 of 2"], "{level}");
        let url = events[0].url.as_ref().unwrap();
        assert_eq!(
            (url.host.as_str(), url.path.as_str()),
            ("www.example.org", "/a?b=1")
        );
        assert_eq!(
            (totals.url_errors, totals.http_404, totals.processing_errors),
            (1, 1, 0)
        );
    }
}

#[test]
fn a_thread_that_goes_on_has_told_all_it_will() {
    let opening = record(
        1,
        "12",
        "ERROR",
        "Error opening URL 'https://www.example.org/a'",
    );
    let reason = |ms| record(ms, "12", "ERROR", "no page: HTTP Error 404: Not Found");
    for between in [
        record(2, "12", "DEBUG", "Requesting 'https://www.example.org/a'"),
        record(2, "12", "DEBUG", "Response: [200] str, 320 bytes"),
        record(2, "12", "DEBUG", "Handling request GET /:/prefixes"),
        record(2, "77", "INFO", "Starting framework core - Version: 2.6.3"),
    ] {
        let log = opening.clone() + &between + &reason(9);
        assert_eq!(told(&log), ["url-error of 1", "http-404 of 1"], "{between}");
    }
    let other_thread = record(2, "77", "DEBUG", "Requesting 'https://www.example.org/a'");
    assert_eq!(
        told(&(opening.clone() + &other_thread + &reason(9))),
        ["http-404 of 2"]
    );
    assert_eq!(told(&(opening.clone() + &reason(2002))).len(), 2);
    assert_eq!(told(&(opening.clone() + &reason(2001))).len(), 1);
    // Two failed fetches are two.
    assert_eq!(told(&(opening.clone() + &opening)).len(), 2);
    // A defect right after a failed fetch is another event.
    let defect = record(3, "12", "ERROR", "'NoneType' object has no attribute 'a'");
    assert_eq!(
        told(&(opening + &defect)),
        ["url-error of 1", "exception-AttributeError of 1"]
    );
}

#[test]
fn the_framework_finding_no_start_function_ends_with_the_start() {
    let log = record(
        1,
        "12",
        "CRITICAL",
        "Function named 'Start' couldn't be found in the current environment",
    ) + &record(2, "12", "INFO", "Started plug-in")
        + &record(3, "12", "INFO", "Started plug-in");
    assert_eq!(told(&log), ["no-start of 2"]);
}

#[test]
fn marks_are_counted_once_per_record() {
    let log = record(1, "1", "INFO", "Searching for matches for {'id': '5'}")
        + &record(
            2,
            "1",
            "INFO",
            "Alder - SEARCH:: Titles Found   3 Processing Results Page: 1",
        )
        + &record(3, "1", "INFO", "\u{2705} one \u{2713} two")
        + &record(4, "1", "INFO", "< Title Match Failure! > said quietly")
        + &record(5, "1", "ERROR", "Cannot read model from /x/y.bundle");
    let (_, totals) = read(log.as_bytes());
    let expected = Totals {
        search_operations: 1,
        titles_found: 1,
        success_indicators: 1,
        title_failures: 1,
        model_errors: 1,
        ..Totals::default()
    };
    assert_eq!(totals, expected);
}

#[test]
fn an_event_tells_item_guid_place_and_exception() {
    let log = record(
        1,
        "12",
        "CRITICAL",
        "Exception in the update function of agent named 'Alder', called with guid 'x://7?lang=en' (most recent call last):",
    ) + "  File \"/p/Plug-ins/Alder.bundle/Contents/Code/__init__.py\", line 40, in update\n    f()\nKeyError: 'a'\n\n";
    let (events, _) = read(log.as_bytes());
    let event = &events[0];
    assert_eq!(event.guid.as_deref(), Some("x://7?lang=en"));
    assert_eq!(event.raised.as_ref().unwrap().name, "KeyError");
    let culprit = event.culprit.as_ref().unwrap();
    assert_eq!((culprit.place.bundle.as_str(), culprit.line), ("Alder", 40));
    assert_eq!(event.grouped_by, GroupedBy::Place);
    assert_eq!(event.kind(), Kind::Agent);
}

#[test]
fn a_long_message_is_cut_and_titles_in_arguments_are_not_read() {
    let arguments = format!("{{'name': 'It timed out', 'x': '{}'}}", "y".repeat(5000));
    let log = record(
        1,
        "12",
        "CRITICAL",
        &format!(
            "Exception in the search function of agent named 'Alder', called with keyword arguments {arguments} (most recent call last):"
        ),
    ) + "KeyError: 'a'\n\n";
    let (events, _) = read(log.as_bytes());
    assert_eq!(events[0].id(), "exception-KeyError");
    assert_eq!(events[0].message.len(), MESSAGE_BYTES);
}

/// Lines that mean something, in any order and on any thread.
fn soup() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        Just(MARKER.to_owned()),
        Just("Alder - SEARCH::    Error getting Site Title: < Title Match Failure! >".to_owned()),
        Just("Alder - SEARCH:: Night of Terror".to_owned()),
        Just("Error opening URL 'https://www.example.org/a'".to_owned()),
        Just("Error opening URL 'http://127.0.0.1:32400/library/metadata/5/tree'".to_owned()),
        Just("Exception when constructing media object for dbid 5 (most recent call last):\nHTTPError: HTTP Error 404: Not Found\n".to_owned()),
        Just("Exception writing to /x (most recent call last):\nIOError: [Errno 13] Permission denied\n".to_owned()),
        Just("Exception matching route for path \"/\" (most recent call last):\nKeyError\n".to_owned()),
        Just("Could not find route matching /:/plugins/x".to_owned()),
        Just("Function named 'Start' couldn't be found in the current environment".to_owned()),
        Just("Started plug-in".to_owned()),
        Just("Starting framework core - Version: 2.6.3".to_owned()),
        Just("Requesting 'https://www.example.org/a'".to_owned()),
        Just("Response: [200] str, 320 bytes".to_owned()),
        Just("HTTP Error 403: Forbidden".to_owned()),
        ".{0,40}",
    ];
    let level = prop_oneof![
        Just("DEBUG"),
        Just("INFO"),
        Just("WARNING"),
        Just("ERROR"),
        Just("CRITICAL")
    ];
    proptest::collection::vec((0_u32..60_000, 1_u8..4, level, text), 0..40).prop_map(|rows| {
        rows.iter()
            .map(|(ms, thread, level, text)| record(*ms, &thread.to_string(), level, text))
            .collect()
    })
}

proptest! {
    #[test]
    fn no_soup_of_records_breaks_the_reading_and_no_record_is_told_twice(log in soup()) {
        let (events, _) = read(log.as_bytes());
        let loud = log.lines().count();
        let told: usize = events.iter().map(|event| event.records as usize).sum();
        prop_assert!(told <= loud);
        let mut counted: Vec<u64> = events.iter().map(|event| event.counted.offset).collect();
        counted.sort_unstable();
        counted.dedup();
        prop_assert_eq!(counted.len(), events.len());
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut log = record(1, "1", "ERROR", "").into_bytes();
        log.pop();
        log.extend(&bytes);
        read(&log);
    }

    #[test]
    fn masking_takes_any_text(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut out = Vec::new();
        raised::mask(&text, &mut out);
        prop_assert!(!out.ends_with(b" "));
    }
}
