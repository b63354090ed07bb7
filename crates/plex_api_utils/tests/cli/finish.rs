//! When a refresh is taken to be finished: scripted servers, and what the tool makes of them.

use std::collections::BTreeMap;

use testkit::fake_plex::Setup;
use testkit::fake_plex::agent::{Outcome, Script};
use testkit::fake_plex::fault::{Fault, Rule};
use testkit::fake_plex::setup::Events;

use super::{json, run, server};

/// A server, how the tool must end, what it must call the outcome, and by what it may have seen the end.
struct Story {
    name: &'static str,
    setup: Setup,
    code: i32,
    outcome: &'static str,
    seen_by: &'static [&'static str],
}

const ANY: &[&str] = &["activity", "event", "change", "log", "quiet"];

fn script(outcome: Outcome) -> Script {
    Script {
        outcome,
        duration_ms: 150,
        ..Script::default()
    }
}

fn with(events: Events, agent: Script) -> Setup {
    Setup {
        events,
        agent,
        ..Setup::default()
    }
}

fn stories() -> Vec<Story> {
    use Events::{Lost, Off, On};
    use Outcome::{Changes, Deletes, Never, Nothing, Restarts};
    let hidden = |outcome| Script {
        shows_activity: false,
        ..script(outcome)
    };
    let story = |name, setup, code, outcome, seen_by| Story {
        name,
        setup,
        code,
        outcome,
        seen_by,
    };
    let restart_between = |path: &str| {
        vec![Rule {
            skip: 1,
            ..Rule::first(1, path, Fault::Restart(80))
        }]
    };
    vec![
        story(
            "refreshing says no early, events tell",
            with(On, script(Changes)),
            0,
            "changed",
            &["activity"],
        ),
        story(
            "refreshing says no early, events are lost",
            with(Lost, script(Changes)),
            0,
            "changed",
            &["activity", "change"],
        ),
        story(
            "refreshing says no early, there are no events",
            with(Off, script(Changes)),
            0,
            "changed",
            &["activity", "change"],
        ),
        story(
            "refreshing never says yes",
            with(
                Off,
                Script {
                    refreshing_percent: 0,
                    ..script(Changes)
                },
            ),
            0,
            "changed",
            ANY,
        ),
        story(
            "no activity is shown, events tell",
            with(On, hidden(Changes)),
            0,
            "changed",
            &["event", "change"],
        ),
        story(
            "no activity is shown, events are lost",
            with(Lost, hidden(Changes)),
            0,
            "changed",
            &["change"],
        ),
        story(
            "work shorter than a poll",
            with(
                Off,
                Script {
                    duration_ms: 0,
                    ..script(Changes)
                },
            ),
            0,
            "changed",
            ANY,
        ),
        story(
            "a timeline says done while the activity runs",
            with(
                On,
                Script {
                    says_done_early: true,
                    ..script(Changes)
                },
            ),
            0,
            "changed",
            &["activity"],
        ),
        story(
            "a file check ends first",
            with(
                On,
                Script {
                    checks_file_first: true,
                    ..script(Changes)
                },
            ),
            0,
            "changed",
            &["activity"],
        ),
        story(
            "a file check ends first, without events",
            with(
                Off,
                Script {
                    checks_file_first: true,
                    ..script(Changes)
                },
            ),
            0,
            "changed",
            &["activity", "change"],
        ),
        story(
            "the agent finds nothing",
            with(On, script(Nothing)),
            3,
            "finished, unchanged",
            &["activity"],
        ),
        story(
            "the agent finds nothing, events are lost",
            with(Lost, script(Nothing)),
            3,
            "finished, unchanged",
            &["activity", "quiet"],
        ),
        story(
            "the agent finds nothing and nothing is seen",
            with(Off, hidden(Nothing)),
            3,
            "finished, unchanged",
            &["quiet"],
        ),
        story(
            "the work never ends",
            with(On, script(Never)),
            5,
            "never finished",
            &[],
        ),
        story(
            "the work never ends, there are no events",
            with(Off, script(Never)),
            5,
            "never finished",
            &[],
        ),
        story(
            "the server restarts in the work",
            with(On, script(Restarts)),
            5,
            "lost when the server went away",
            &[],
        ),
        story(
            "the server restarts between two looks",
            with(
                On,
                Script {
                    duration_ms: 40,
                    ..script(Restarts)
                },
            ),
            5,
            "lost when the server went away",
            &[],
        ),
        story(
            "the server restarts, there are no events",
            with(Off, script(Restarts)),
            5,
            "lost when the server went away",
            &[],
        ),
        story(
            "the item goes away",
            with(On, script(Deletes)),
            66,
            "not found",
            &[],
        ),
        story(
            "the item goes away, there are no events",
            with(Off, script(Deletes)),
            66,
            "not found",
            &[],
        ),
        story(
            "one look fails, the work goes on",
            Setup {
                faults: vec![Rule::first(1, "/activities", Fault::Close)],
                ..with(Off, script(Changes))
            },
            0,
            "changed",
            &["activity", "change"],
        ),
        story(
            "the event stream breaks, the work goes on",
            Setup {
                faults: vec![Rule::first(1, "/:/eventsource", Fault::Close)],
                ..with(On, script(Changes))
            },
            0,
            "changed",
            &["activity", "change", "event"],
        ),
        story(
            "the server restarts while it is looked at",
            Setup {
                faults: restart_between("/activities"),
                ..with(Off, script(Never))
            },
            5,
            "lost when the server went away",
            &[],
        ),
        story(
            "activities are not told, the timeline neither",
            Setup {
                faults: vec![
                    Rule::always("/activities", Fault::Status(404)),
                    Rule::always("/library/sections/1/timeline", Fault::Status(404)),
                ],
                ..with(Off, script(Changes))
            },
            0,
            "changed",
            &["change"],
        ),
    ]
}

#[test]
fn the_end_is_seen_when_it_is_there_and_not_before() {
    std::thread::scope(|scope| {
        let stories: Vec<_> = stories()
            .into_iter()
            .map(|story| scope.spawn(move || check(&story)))
            .collect();
        let faults: Vec<String> = stories
            .into_iter()
            .filter_map(|story| story.join().expect("no panic"))
            .collect();
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    });
}

fn check(story: &Story) -> Option<String> {
    let server = server(story.setup.clone());
    let ended = run(
        &server,
        &[
            "--verify",
            "--rating-key",
            "1013",
            "--json",
            "--poll",
            "0.15",
            "--deadline",
            "4",
            "--rate",
            "0",
        ],
    );
    let item = json(&ended)["items"][0].clone();
    let seen_by = item["seen_by"].as_str().unwrap_or("");
    let is_seen_right =
        story.seen_by.contains(&seen_by) || (story.seen_by.is_empty() && seen_by.is_empty());
    let is_right =
        ended.code == Some(story.code) && item["outcome"] == story.outcome && is_seen_right;
    (!is_right).then(|| {
        format!(
            "{}: expected {} {:?}, found {ended:?}",
            story.name, story.code, story.outcome
        )
    })
}

#[test]
fn an_agent_s_failure_is_read_off_the_log() {
    for events in [Events::On, Events::Off] {
        let folder = tempfile::tempdir().unwrap();
        let server = server(Setup {
            log_folder: Some(folder.path().to_owned()),
            ..with(events, script(Outcome::Fails))
        });
        let logs = folder.path().to_str().unwrap();
        let args = [
            "--verify",
            "--rating-key",
            "1013",
            "--json",
            "--poll",
            "0.1",
            "--log-dir",
            logs,
        ];
        let ended = run(&server, &args);
        let item = json(&ended)["items"][0].clone();
        assert_eq!(
            (ended.code, item["outcome"].as_str()),
            (Some(4), Some("agent failed")),
            "{ended:?}"
        );
        assert_eq!(
            item["agent_error"], "HTTPError: HTTP Error 403: Forbidden",
            "{ended:?}"
        );
    }
}

#[test]
fn several_items_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let items: BTreeMap<String, Vec<Script>> = [
        ("1013", Outcome::Changes),
        ("1014", Outcome::Nothing),
        ("1015", Outcome::Fails),
        ("1016", Outcome::Deletes),
        ("1017", Outcome::Never),
    ]
    .into_iter()
    .map(|(key, outcome)| {
        (
            key.to_owned(),
            vec![Script {
                duration_ms: 20,
                ..script(outcome)
            }],
        )
    })
    .collect();
    let server = server(Setup {
        items,
        log_folder: Some(folder.path().to_owned()),
        ..Setup::default()
    });
    let logs = folder.path().to_str().unwrap();
    let args = [
        "--verify",
        "--rating-key",
        "1013,1014,1015,1016,1017,9",
        "--json",
        "--poll",
        "0.1",
        "--rate",
        "0",
        "--deadline",
        "3",
        "--log-dir",
        logs,
    ];
    let ended = run(&server, &args);
    let found: Vec<String> = json(&ended)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["outcome"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        found,
        [
            "changed",
            "finished, unchanged",
            "agent failed",
            "not found",
            "never finished",
            "not found"
        ],
        "{ended:?}"
    );
    assert_eq!(ended.code, Some(66));
}

#[test]
fn a_section_s_own_refresh_is_waited_for() {
    for (name, setup, code, outcome) in [
        (
            "a scan shorter than a poll",
            Setup {
                scan_ms: 1,
                ..Setup::default()
            },
            0,
            "finished",
        ),
        (
            "a scan of several polls",
            Setup {
                scan_ms: 500,
                ..Setup::default()
            },
            0,
            "finished",
        ),
        (
            "the server restarts",
            Setup {
                scan_ms: 400,
                faults: vec![Rule {
                    skip: 1,
                    ..Rule::first(1, "/activities", Fault::Restart(50))
                }],
                ..Setup::default()
            },
            5,
            "lost when the server went away",
        ),
        (
            "the queue does not empty",
            Setup {
                scan_ms: 1,
                agent: Script {
                    duration_ms: 60_000,
                    ..Script::default()
                },
                ..Setup::default()
            },
            5,
            "never finished",
        ),
    ] {
        let server = server(setup);
        let ended = run(
            &server,
            &[
                "--refresh",
                "--section",
                "1",
                "--all",
                "--wait",
                "--json",
                "--poll",
                "0.1",
                "--deadline",
                "3",
            ],
        );
        assert_eq!(
            (ended.code, json(&ended)["outcome"].as_str()),
            (Some(code), Some(outcome)),
            "{name}: {ended:?}"
        );
        if code == 0 {
            let library = server.library();
            let fresh = library
                .items
                .values()
                .filter(|item| item.section == 1 && item.get("studio") == Some("Fresh Studio"));
            assert_eq!(
                fresh.count(),
                25,
                "{name}: it was called finished before it was"
            );
        }
    }
}
