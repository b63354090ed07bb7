//! Searches and updates from their request to their end, or without one.

use std::io::Cursor;

use super::*;
use crate::log::record::Records;
use crate::log::rules::Rules;

fn read(log: &str) -> Vec<Session> {
    let rules = Rules::builtin();
    let mut sessions = Sessions::new();
    let mut records = Records::new(Cursor::new(log));
    let mut found = Vec::new();
    while let Some(record) = records.next().unwrap() {
        if let Some(notice) = Notice::of(&record, &rules) {
            sessions.take(&notice, RecordPlace::default(), &mut |s| found.push(s));
        }
    }
    sessions.finish(&mut |s| found.push(s));
    found
}

fn line(ms: u32, thread: &str, level: &str, text: &str) -> String {
    format!(
        "2026-02-05 15:30:{:02},{:03} ({thread}) :  {level} (x:1) - {text}\n",
        ms / 1000,
        ms % 1000
    )
}

fn debug(ms: u32, text: &str) -> String {
    line(ms, "12", "DEBUG", text)
}

const SEARCH_CALL: &str = "Handling request GET /:/plugins/com.plexapp.agents.alder/messaging/function/X0FnZW50S2l0OlNlYXJjaA__/Y2Vy/Y2Vy";
const UPDATE_CALL: &str = "Handling request GET /:/plugins/com.plexapp.agents.alder/messaging/function/X0FnZW50S2l0OlVwZGF0ZU1ldGFkYXRh/Y2Vy/Y2Vy";

#[test]
fn a_search_runs_from_the_request_to_the_answer() {
    let log = debug(0, SEARCH_CALL)
        + &line(
            1,
            "12",
            "INFO",
            "Searching for matches for {'year': None, 'id': '10488', 'name': 'Quiet Harbour'}",
        )
        + &debug(
            2,
            "Requesting 'http://127.0.0.1:32400/library/metadata/10488/tree'",
        )
        + &debug(3, "Requesting 'https://www.example.org/search?q=a'")
        + &line(4, "77", "DEBUG", "Requesting 'https://www.example.org/b'")
        + &line(
            5,
            "12",
            "INFO",
            "Alder - SEARCH:: Processing    Page 1: 1 of 7 for Studio - Title (2020)",
        )
        + &debug(2500, "Response: [200] str, 968 bytes");
    let sessions = read(&log);
    assert_eq!(sessions.len(), 1);
    let session = &sessions[0];
    assert_eq!(
        (session.kind, session.marked_by, session.outcome),
        (
            SessionKind::Search,
            MarkedBy::Framework,
            Outcome::Results(2)
        )
    );
    assert_eq!(
        (session.item, session.requests, session.candidates),
        (Some(10488), 1, 1)
    );
    assert_eq!(
        (session.duration_ms(), session.response_bytes),
        (Some(2500), Some(968))
    );
}

#[test]
fn the_size_of_the_answer_tells_the_outcome_of_a_search() {
    for (answer, outcome) in [
        ("[200] str, 16 bytes", Outcome::NoAnswer),
        ("[200] str, 320 bytes", Outcome::NoResult),
        ("[200] str, 600 bytes", Outcome::Results(1)),
        ("[200] str, 668 bytes", Outcome::Results(1)),
        ("[200] str, 9672 bytes", Outcome::Results(28)),
        ("[500] str, 320 bytes", Outcome::Failed),
        ("[404]", Outcome::Failed),
    ] {
        let log = debug(0, SEARCH_CALL) + &debug(1, &format!("Response: {answer}"));
        assert_eq!(read(&log)[0].outcome, outcome, "{answer}");
    }
}

#[test]
fn an_update_worked_if_it_stored_something_and_did_not_raise() {
    let stored = debug(3, "Serializing to /x/com.plexapp.agents.alder/Info.xml");
    let raised = line(
        2,
        "12",
        "CRITICAL",
        "Exception in the update function of agent named 'Alder', called with guid 'x://5'",
    );
    let end = debug(9, "Response: [200] str, 16 bytes");
    for (middle, outcome) in [
        (stored.clone(), Outcome::Updated),
        (String::new(), Outcome::NoAnswer),
        (
            debug(3, "Serializing to /x/_stored/Other.xml"),
            Outcome::NoAnswer,
        ),
        (raised + &stored, Outcome::Failed),
    ] {
        let log = debug(0, UPDATE_CALL)
            + &debug(
                1,
                "Loading model with GUID com.plexapp.agents.alder://5?lang=en",
            )
            + &middle
            + &end;
        let sessions = read(&log);
        assert_eq!(sessions[0].outcome, outcome, "{middle}");
        assert_eq!(
            sessions[0].guid.as_deref(),
            Some("com.plexapp.agents.alder://5?lang=en")
        );
    }
}

#[test]
fn a_thread_that_is_given_another_request_has_lost_its_session() {
    let log = debug(0, SEARCH_CALL) + &debug(50, "Handling request GET /:/prefixes");
    let sessions = read(&log);
    assert_eq!(sessions[0].outcome, Outcome::Lost);
    assert_eq!((sessions[0].duration_ms(), sessions.len()), (None, 1));
}

#[test]
fn a_restart_ends_every_open_session_in_the_order_of_their_starts() {
    let log = line(0, "1", "DEBUG", UPDATE_CALL)
        + &line(1, "2", "DEBUG", SEARCH_CALL)
        + &line(2, "3", "DEBUG", SEARCH_CALL)
        + &line(
            900,
            "9",
            "DEBUG",
            "Starting framework core - Version: 2.6.3, Build: x",
        )
        + &line(950, "2", "DEBUG", "Response: [200] str, 320 bytes");
    let sessions = read(&log);
    let threads: Vec<&str> = sessions.iter().map(|s| s.thread.as_str()).collect();
    assert_eq!(threads, ["1", "2", "3"]);
    assert!(sessions.iter().all(|s| s.outcome == Outcome::NeverFinished));
    assert_eq!(sessions[1].open_for_ms(Stamp(0)), Some(899));
}

#[test]
fn what_is_open_when_the_logs_end_has_been_open_until_now() {
    let sessions = read(&debug(0, SEARCH_CALL));
    let now = Stamp(sessions[0].start.0 + 60_000);
    assert_eq!(
        (sessions[0].end, sessions[0].outcome),
        (None, Outcome::NeverFinished)
    );
    assert_eq!(sessions[0].open_for_ms(now), Some(60_000));
    assert_eq!(sessions[0].duration_ms(), None);
}

#[test]
fn without_debug_lines_the_marks_of_the_agent_count() {
    let info = |ms, text: &str| line(ms, "12", "INFO", text);
    let search = info(0, "Searching for matches for {'id': '5'}");
    for (lines, outcome) in [
        (
            info(1, "Alder - SEARCH:: Agent:    Alder")
                + &info(2, "Alder - SEARCH:: Processing   Page 1: 1 of 2 for x")
                + &info(3, "Alder - SEARCH:: Processing   Page 1: 2 of 2 for y")
                + &info(4, "Alder - SEARCH:: >> Alder: Finished Search Routine <<")
                + &info(5, "Alder - SEARCH:: >> Successful!! <<"),
            Outcome::Results(2),
        ),
        (info(1, "Alder - SEARCH:: >> Failed <<"), Outcome::NoResult),
        (
            info(1, "Alder - SEARCH:: No name in the file name QUIT"),
            Outcome::NoResult,
        ),
        (
            info(1, "=== Search() ===================================")
                + &info(2, "AniDB - score: '100', id: '5', title: 'x'")
                + &info(3, &"=".repeat(157)),
            Outcome::Results(1),
        ),
        (
            info(1, "=== Search - Begin - x") + &info(2, "=== Search - End - x"),
            Outcome::NoResult,
        ),
    ] {
        let sessions = read(&(search.clone() + &lines));
        assert_eq!(sessions.len(), 1, "{lines}");
        assert_eq!(
            (sessions[0].outcome, sessions[0].marked_by, sessions[0].item),
            (outcome, MarkedBy::Agent, Some(5))
        );
    }
}

#[test]
fn with_debug_lines_the_marks_of_the_agent_end_nothing() {
    let log = debug(0, SEARCH_CALL)
        + &line(1, "12", "INFO", "Alder - SEARCH:: Agent:    Alder")
        + &line(2, "12", "INFO", "Alder - SEARCH:: >> Failed <<")
        + &debug(9, "Response: [200] str, 644 bytes");
    let sessions = read(&log);
    assert_eq!(
        (sessions.len(), sessions[0].outcome),
        (1, Outcome::Results(1))
    );
}
