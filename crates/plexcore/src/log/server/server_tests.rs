//! Lines of the server's own log, and the triggers that they are.

use super::*;
use crate::log::head::Level;

fn read(lines: &[&str]) -> Vec<Trigger> {
    let mut triggers = Triggers::new();
    let mut found = Vec::new();
    for line in lines {
        assert!(
            triggers
                .take(line.as_bytes(), &mut |t| found.push(t))
                .is_some(),
            "{line}"
        );
    }
    found
}

fn one(text: &str) -> Option<Trigger> {
    let line = format!("Feb 06, 2026 10:11:12.123 [140363466406712] DEBUG - {text}");
    read(&[&line]).pop()
}

#[test]
fn every_form_of_a_server_line_is_read() {
    for (line, level, thread) in [
        (
            "Feb 06, 2026 10:11:12.123 [140363466406712] DEBUG - x",
            Level::Debug,
            "140363466406712",
        ),
        (
            "Feb 06, 2026 10:11:12.123 [0x7f52a3b3f700] VERBOSE - x\r",
            Level::Debug,
            "0x7f52a3b3f700",
        ),
        (
            "Feb  6, 2026 10:11:12:123 [5728] ERROR - x",
            Level::Error,
            "5728",
        ),
        (
            "Feb 06, 2026 10:11:12.123 [5728] Warning \u{2014} x",
            Level::Warning,
            "5728",
        ),
        (
            "#118 | Feb 06, 2026 10:11:12.123 [5728] INFO - x",
            Level::Info,
            "5728",
        ),
        (
            "./Plex Media Server.log:Feb 06, 2026 10:11:12.123 [5728] WARN - x",
            Level::Warning,
            "5728",
        ),
    ] {
        let read = ServerLine::parse(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(read.at.to_log(), "2026-02-06 10:11:12,123");
        assert_eq!(
            (read.level, read.thread, read.text),
            (level, thread.as_bytes(), &b"x"[..])
        );
    }
    for line in [
        "",
        "Feb 30, 2026 10:11:12.123 [5728] INFO - x",
        "Feb 06, 2026 10:11:12.123 5728 INFO - x",
        "Feb 06, 2026 10:11:12.123 [5728] LOUD - x",
        "Feb 06, 2026 10:11 [5728] INFO - x",
        "Mai 06, 2026 10:11:12.123 [5728] INFO - x",
        "2026-02-06 10:11:12,123 (12) :  INFO (a:1) - x",
    ] {
        assert_eq!(ServerLine::parse(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn what_sets_agents_to_work_is_known() {
    let text = std::fs::read_to_string(testkit::fixtures().join("events/triggers.tsv")).unwrap();
    for (line, row) in (1..)
        .zip(text.lines())
        .filter(|(_, row)| !row.starts_with('#'))
    {
        let cells: Vec<&str> = row.splitn(3, '\t').collect();
        let found = one(cells[2]).map_or(("-".to_owned(), String::new()), |trigger| {
            let items: Vec<String> = trigger.items.iter().map(u64::to_string).collect();
            (trigger.what.title(), items.join(","))
        });
        assert_eq!(
            found,
            (cells[0].to_owned(), cells[1].to_owned()),
            "line {line}"
        );
    }
}

#[test]
fn a_trigger_names_its_agent_and_its_request() {
    let trigger = one("Request: [10.0.0.5:1] GET /library/metadata/7/matches?manual=1&agent=com.plexapp.agents.alder (1 live)").unwrap();
    assert_eq!(trigger.agent.as_deref(), Some("com.plexapp.agents.alder"));
    let request = trigger.request.unwrap();
    assert_eq!(request.method, "GET");
    assert!(
        request
            .url
            .starts_with("/library/metadata/7/matches?manual=1")
    );
    let inner = one("HTTP requesting GET http://127.0.0.1:32400/system/agents/update?guid=com.plexapp.agents.birch%3A%2F%2F5%3Flang%3Den&id=5").unwrap();
    assert_eq!(
        (inner.agent.as_deref(), inner.request),
        (Some("com.plexapp.agents.birch"), None)
    );
}

#[test]
fn what_follows_a_request_is_the_same_trigger_until_later() {
    let at =
        |second: u32, text: &str| format!("Feb 06, 2026 10:11:{second:02}.123 [1] DEBUG - {text}");
    let request = "Request: [10.0.0.5:1] GET /library/sections/1/refresh?force=1 (3 live) #57";
    let told = "[Req#57] Library Updater: Requested that section 1 be updated, force=1";
    let job = "Job running: Plex Media Scanner --scan --refresh --force --section 1";
    let scan = "Scanning section 1";
    let lines = [
        at(1, request),
        at(1, told),
        at(2, job),
        at(3, scan),
        at(40, told),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let found = read(&lines);
    let times: Vec<i64> = found.iter().map(|t| t.at.0 / 1000 % 60).collect();
    assert_eq!(times, [1, 40]);
    // Two requests are two, however close.
    assert_eq!(read(&[&at(1, request), &at(1, request)]).len(), 2);
}

#[test]
fn lines_of_another_form_are_counted() {
    let text = "Feb 06, 2026 10:11:12.123 [1] DEBUG - a\nnonsense\n\nFeb 06, 2026 10:11:13.123 [1] DEBUG - b";
    let coverage = Triggers::new().read(text.as_bytes(), &mut |_| {}).unwrap();
    assert_eq!((coverage.lines, coverage.unknown), (4, 1));
    assert_eq!(
        coverage.last.map(|at| at.0 - coverage.first.unwrap().0),
        Some(1000)
    );
}
