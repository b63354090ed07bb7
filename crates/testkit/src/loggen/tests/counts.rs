//! The truth about events, sessions and secrets against plain text search.

use std::collections::BTreeSet;

use super::super::clock::{Clock, Form, MINUTE};
use super::super::secrets::Slot;
use super::*;

#[test]
fn every_category_group_and_outcome_occurs_in_a_large_run() {
    let (_dir, generated) = made(&Spec {
        bytes: 12_000_000,
        agents: invented_agents(24),
        ..Spec::new(2)
    });
    let truth = &generated.truth;
    let system = truth.system.as_ref().unwrap();
    let mut seen: BTreeSet<String> = truth
        .categories(Window::ALL)
        .keys()
        .map(|category| format!("{category:?}"))
        .collect();
    seen.extend(
        system
            .events
            .iter()
            .map(|event| format!("{:?}", event.category)),
    );
    let all = [
        "Search",
        "TitlesFound",
        "Success",
        "TitleMatch",
        "NoMatch",
        "FalseError",
        "Hashes",
        "NoStart",
        "NoModel",
        "Route",
        "Tree",
        "Http",
        "Fetch",
        "Timeout",
        "Dns",
        "Connect",
        "Ssl",
        "Cloudflare",
        "NoResults",
        "Parse",
        "Storage",
        "Import",
        "CodeLoad",
        "Name",
        "Attr",
        "Unicode",
        "ThreadExc",
        "Bundle",
        "Notify",
        "BrokerUpdate",
        "Prefs",
        "Hash",
    ];
    assert_eq!(seen, all.into_iter().map(str::to_owned).collect());
    assert_eq!(truth.groups(Window::ALL).len(), 7);
    let vias: BTreeSet<Via> = truth
        .events_in(Window::ALL)
        .map(|event| event.via)
        .collect();
    assert_eq!(vias.len(), 5);
    let statuses: BTreeSet<u16> = truth
        .events_in(Window::ALL)
        .filter_map(|event| event.http)
        .collect();
    assert!(
        statuses.is_superset(&BTreeSet::from([401, 403, 404, 429, 500, 503, 522])),
        "{statuses:?}"
    );
    let outcomes: BTreeSet<String> = truth
        .agents
        .iter()
        .flat_map(|agent| &agent.sessions)
        .map(|session| format!("{:?}", session.outcome))
        .collect();
    assert_eq!(
        outcomes.into_iter().collect::<Vec<_>>(),
        ["Failed", "NeverFinished", "None", "Results", "Updated"]
    );
}

#[test]
fn totals_are_what_plain_text_search_finds() {
    for platform in [Platform::Linux, Platform::Windows] {
        let (_dir, generated) = made(&Spec {
            platform,
            bytes: 3_000_000,
            ..small(9)
        });
        for agent in &generated.truth.agents {
            let text = whole(&generated, agent);
            let heads = |part: &str| {
                text.lines()
                    .filter(|line| is_head(line.as_bytes()) && line.contains(part))
                    .count() as u64
            };
            let totals = agent.totals(Window::ALL);
            assert_eq!(
                totals.search_operations,
                heads("- Searching for matches for ")
            );
            assert_eq!(totals.titles_found, heads("Titles Found  "));
            assert_eq!(totals.title_failures, heads("< Title Match Failure! >"));
            assert_eq!(totals.model_errors, heads("- Cannot read model from "));
            assert_eq!(
                totals.url_errors + totals.noise_urls,
                heads("- Error opening URL '")
            );
            assert_eq!(
                totals.success_indicators,
                heads("✓") + heads("✔") + heads("✅")
            );
            assert_eq!(
                totals.http_403,
                text.matches("HTTP Error 403").count() as u64
            );
            assert_eq!(
                totals.http_404 + totals.noise_404,
                text.matches("HTTP Error 404").count() as u64
            );
            let begun = text.lines().filter(|line| {
                line.contains("Handling request GET ") && line.contains("/messaging/function/")
            });
            assert_eq!(agent.sessions.len(), begun.count());
            let told = ["Page 1: ", "| score ", "Index - score: "];
            let candidates: u32 = agent
                .sessions
                .iter()
                .map(|session| session.candidates)
                .sum();
            let found: u64 = told.into_iter().map(heads).sum();
            assert_eq!(u64::from(candidates), found);
            let answered = agent
                .sessions
                .iter()
                .filter(|session| session.response_bytes.is_some());
            let tail = u64::from(
                agent
                    .starts
                    .first()
                    .is_none_or(|&start| Some(start) != agent.first_ms()),
            );
            assert_eq!(
                answered.count() as u64 + tail,
                heads("- Response: [200] str, ")
            );
        }
    }
}

#[test]
fn windows_cut_no_event_and_add_up() {
    let (_dir, generated) = made(&small(10));
    let truth = &generated.truth;
    let middle = truth.now_ms - 9 * 60 * MINUTE;
    let early = truth.totals(Window {
        since: Stamp::MIN,
        until: middle,
    });
    let late = truth.totals(Window {
        since: middle,
        until: Stamp::MAX,
    });
    let all = truth.totals(Window::ALL);
    assert_eq!(
        early.search_operations + late.search_operations,
        all.search_operations
    );
    assert_eq!(
        early.processing_errors + late.processing_errors,
        all.processing_errors
    );
    assert!(early.search_operations > 0 && late.search_operations > 0);
    // A fetch error and what it leads to stand in one second of one thread.
    for agent in &truth.agents {
        let text = whole(&generated, agent);
        for event in agent
            .events
            .iter()
            .filter(|event| event.url && event.http.is_some())
        {
            let mut clock = Vec::new();
            Clock::new(Form::Plugin).write(event.at_ms, &mut clock);
            let second = String::from_utf8(clock).unwrap()[..19].to_owned();
            let status = format!("HTTP Error {}", event.http.unwrap());
            let (_, from) = text.split_once(&second).unwrap();
            let at = from.find(&status).unwrap();
            let before = from[..at]
                .lines()
                .rfind(|line| is_head(line.as_bytes()))
                .unwrap_or(&second);
            assert!(before.starts_with(&second), "{second}: {before}");
        }
    }
}

#[test]
fn planted_secrets_are_in_the_files_in_every_coding() {
    let (dir, generated) = made(&Spec {
        bytes: 5_000_000,
        ..small(12)
    });
    let all: Vec<u8> = tree(dir.path()).into_values().flatten().collect();
    let all = String::from_utf8_lossy(&all);
    assert_eq!(generated.truth.secrets.len(), Slot::ALL.len());
    for secret in &generated.truth.secrets {
        assert!(all.contains(&secret.raw), "{} is not planted", secret.kind);
        for coded in &secret.encoded {
            assert!(
                all.contains(coded),
                "{} is not planted in base64",
                secret.kind
            );
        }
    }
    for form in [
        "X-Plex-Token=",
        "X-Plex-Token%3D",
        "%253D",
        "Plex Token     ",
        "X-Plex-Token: ",
        "apikey=",
        "%2FUsers%2F",
        "C:\\Users\\",
    ] {
        assert!(all.contains(form), "{form}");
    }
}

#[test]
fn without_secrets_only_the_users_folder_is_personal() {
    let (dir, generated) = made(&Spec {
        secrets: false,
        server_log: false,
        ..small(12)
    });
    let kinds: Vec<&str> = generated
        .truth
        .secrets
        .iter()
        .map(|secret| secret.kind.as_str())
        .collect();
    assert_eq!(kinds, ["user"]);
    let all: Vec<u8> = tree(dir.path()).into_values().flatten().collect();
    assert!(!String::from_utf8_lossy(&all).contains("X-Plex-Token"));
}

#[test]
fn the_truth_survives_json() {
    let (_dir, generated) = made(&small(19));
    let json = serde_json::to_string(&generated.truth).unwrap();
    let back: Truth = serde_json::from_str(&json).unwrap();
    assert_eq!(back, generated.truth);
}

#[test]
fn exceptions_and_culprits_stand_in_the_tracebacks() {
    for platform in [Platform::Linux, Platform::Windows] {
        let (_dir, generated) = made(&Spec {
            platform,
            bytes: 3_000_000,
            ..small(21)
        });
        for agent in &generated.truth.agents {
            let text = whole(&generated, agent).replace('\\', "/");
            let traced = agent
                .events
                .iter()
                .filter(|event| event.exception.is_some());
            for event in traced {
                let exception = event.exception.as_deref().unwrap();
                assert!(
                    text.lines()
                        .any(|line| line.starts_with(&format!("{exception}: "))),
                    "{exception}"
                );
                if let Some(errno) = event.errno {
                    assert!(text.contains(&format!("[Errno {errno}]")));
                }
                if let Some(Culprit {
                    file,
                    line,
                    function,
                }) = &event.culprit
                {
                    let frame = format!(".bundle/{file}\", line {line}, in {function}");
                    assert!(text.contains(&frame), "{frame}");
                }
            }
        }
        let all = |pick: fn(&Event) -> bool| {
            generated
                .truth
                .events_in(Window::ALL)
                .filter(|event| pick(event))
                .count()
        };
        assert!(all(|event| event.exception.is_some()) > 60);
        assert_eq!(
            all(|event| event.via == Via::SearchExc && event.culprit.is_none()),
            0
        );
        assert!(
            all(|event| event.errno == Some(13)
                || event.errno == Some(28)
                || event.errno == Some(2))
                > 0
        );
    }
}
