//! The generator held against the files it wrote, counted in the simplest way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use tempfile::TempDir;

use super::clock::{Clock, Form, MINUTE};
use super::secrets::Slot;
use super::*;

fn made(spec: &Spec) -> (TempDir, Generated) {
    let dir = tempfile::tempdir().unwrap();
    let generated = generate(spec, dir.path()).unwrap();
    (dir, generated)
}

fn small(seed: u64) -> Spec {
    Spec {
        bytes: 1_500_000,
        agents: invented_agents(4),
        ..Spec::new(seed)
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    let stored = fs::read(path).unwrap();
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut text = Vec::new();
        GzDecoder::new(stored.as_slice())
            .read_to_end(&mut text)
            .unwrap();
        return text;
    }
    stored
}

/// An agent's files as text, oldest first.
fn texts(generated: &Generated, agent: &AgentTruth) -> Vec<Vec<u8>> {
    agent
        .files
        .iter()
        .map(|file| bytes(&generated.plugin_logs.join(&file.name)))
        .collect()
}

fn whole(generated: &Generated, agent: &AgentTruth) -> String {
    String::from_utf8_lossy(&texts(generated, agent).concat()).into_owned()
}

/// Every file under the folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(
                tree(&path)
                    .into_iter()
                    .map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
            );
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

fn is_head(line: &[u8]) -> bool {
    line.len() > 24
        && line[4] == b'-'
        && line[13] == b':'
        && line[19] == b','
        && line[20..23].iter().all(u8::is_ascii_digit)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let (first, one) = made(&small(7));
    let (second, two) = made(&small(7));
    let (third, _) = made(&small(8));
    assert_eq!(tree(first.path()), tree(second.path()));
    assert_eq!(one.truth, two.truth);
    assert_ne!(tree(first.path()), tree(third.path()));
}

#[test]
fn layouts_and_the_zip_hold_the_same_records() {
    let spec = Spec {
        restarts: 3,
        ..small(11)
    };
    let (_plain_dir, plain) = made(&spec);
    for layout in [Layout::Gz, Layout::Mixed] {
        let (_dir, other) = made(&Spec {
            layout,
            ..spec.clone()
        });
        let mut compressed = 0;
        for (a, b) in plain.truth.agents.iter().zip(&other.truth.agents) {
            assert_eq!(texts(&plain, a), texts(&other, b));
            compressed += b
                .files
                .iter()
                .filter(|file| {
                    Path::new(&file.name)
                        .extension()
                        .is_some_and(|ending| ending == "gz")
                })
                .count();
        }
        assert!(compressed > 3);
    }
    let (dir, mixed) = made(&Spec {
        layout: Layout::Mixed,
        ..spec
    });
    let zip_path = dir.path().join("download.zip");
    mixed.write_zip(&zip_path).unwrap();
    let mut zip = zip::ZipArchive::new(fs::File::open(zip_path).unwrap()).unwrap();
    let mut members = BTreeMap::new();
    for n in 0..zip.len() {
        let mut member = zip.by_index(n).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut text = Vec::new();
        member.read_to_end(&mut text).unwrap();
        members.insert(name, text);
    }
    assert_eq!(members, tree(&plain.logs));
}

#[test]
fn bytes_lines_and_heads_are_those_of_the_files() {
    for platform in [Platform::Linux, Platform::Windows, Platform::MacOs] {
        let (_dir, generated) = made(&Spec {
            platform,
            broken_rate: 0.3,
            ..small(3)
        });
        for agent in generated.truth.agents.iter().chain(&generated.truth.system) {
            for (file, text) in agent.files.iter().zip(texts(&generated, agent)) {
                assert_eq!(file.bytes, text.len() as u64);
                let mut lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
                assert!(lines.len() > 1);
                if lines.last().is_some_and(|last| last.is_empty()) {
                    lines.pop();
                }
                assert_eq!(file.lines, lines.len() as u64, "{}", file.name);
                let heads = lines.iter().filter(|line| is_head(line)).count();
                assert_eq!(file.records, heads as u64, "{}", file.name);
                let orphans = lines.iter().take_while(|line| !is_head(line)).count();
                assert_eq!(file.orphan_lines, orphans as u64);
                assert_eq!(file.levels.values().sum::<u64>(), file.records);
            }
            assert_eq!(
                agent.records_in(Window::ALL),
                agent.sum(|file| file.records)
            );
        }
    }
}

#[test]
fn everything_breakable_gets_broken_and_is_counted() {
    let (_dir, generated) = made(&Spec {
        broken_rate: 0.5,
        agents: invented_agents(8),
        ..small(4)
    });
    let mut broken = BTreeMap::new();
    let mut all = Vec::new();
    for agent in &generated.truth.agents {
        for (name, count) in &agent.broken {
            *broken.entry(name.as_str()).or_insert(0) += count;
        }
        all.extend(texts(&generated, agent).concat());
    }
    let names: Vec<&str> = broken.keys().copied().collect();
    let expected = [
        "bad-utf8",
        "blank-lines",
        "collapsed-blank",
        "console-form",
        "cut-line",
        "lone-return",
        "looks-like-head",
        "nul",
        "orphan-lines",
        "stray-return",
    ];
    assert_eq!(names, expected);
    let nuls = all.split(|&byte| byte == 0).count() as u64 - 1;
    assert_eq!(nuls, broken["nul"]);
    let bad = all
        .windows(3)
        .filter(|three| three == b"\xff\xfe\xc3")
        .count() as u64;
    assert_eq!(bad, broken["bad-utf8"]);
}

#[test]
fn whole_logs_are_rotated_as_the_framework_does() {
    let spec = Spec {
        bytes: 9_000_000,
        agents: invented_agents(3),
        broken_rate: 0.0,
        ..Spec::new(5)
    };
    let (_dir, generated) = made(&spec);
    for agent in &generated.truth.agents {
        assert!(
            (4..=ROTATION_FILES).contains(&agent.files.len()),
            "{} files",
            agent.files.len()
        );
        let log = format!("{}.log", agent.identifier);
        for (age, file) in agent.files.iter().rev().enumerate() {
            let name = if age == 0 {
                log.clone()
            } else {
                format!("{log}.{age}")
            };
            assert_eq!(file.name, name);
            assert!(file.bytes <= ROTATION_BYTES as u64);
        }
        let texts = texts(&generated, agent);
        assert!(texts.iter().all(|text| is_head(text)));
        let starts: usize = texts
            .iter()
            .filter(|text| {
                text[..200]
                    .windows(23)
                    .any(|part| part == b"Starting framework core")
            })
            .count();
        assert_eq!(starts, agent.starts.len(), "each start begins a file");
        let open_at_end = |file: &FileTruth| {
            let last = file.last_ms.unwrap_or_default();
            agent.sessions.iter().any(|session| {
                session.start_ms <= last && session.end_ms.is_some_and(|end| end > last)
            })
        };
        let spanning = agent.files[..agent.files.len() - 1]
            .iter()
            .filter(|file| open_at_end(file))
            .count();
        assert!(spanning > 0, "no session spans two files of {}", agent.name);
    }
    let made = generated.truth.sum(|file| file.bytes);
    assert!(
        made.abs_diff(spec.bytes) < spec.bytes / 20,
        "{made} bytes instead of {}",
        spec.bytes
    );
}

#[test]
fn one_agents_log_never_goes_back_in_time() {
    let (_dir, generated) = made(&Spec {
        platform: Platform::Mixed,
        restarts: 2,
        ..small(6)
    });
    for agent in generated.truth.agents.iter().chain(&generated.truth.system) {
        let text = whole(&generated, agent);
        let times: Vec<&str> = text
            .lines()
            .filter(|line| is_head(line.as_bytes()))
            .map(|line| &line[..23])
            .collect();
        assert!(times.is_sorted());
        let threads: BTreeSet<&str> = agent
            .sessions
            .iter()
            .map(|session| session.thread.as_str())
            .collect();
        assert!(threads.len() > 2);
    }
}

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

/// Totals that plain text search can find without pairing records.
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
fn counted_searches_are_begun_exactly() {
    let mut spec = Spec {
        restarts: 0,
        bursts: 1,
        ..small(13)
    };
    for (n, agent) in (0..).zip(&mut spec.agents) {
        agent.searches = Some(40 + 10 * n);
        agent.failure_rate = 0.0;
    }
    let (_dir, generated) = made(&spec);
    for (n, agent) in (0..).zip(&generated.truth.agents) {
        assert_eq!(
            agent.totals(Window::ALL).search_operations,
            40 + 10 * n,
            "{}",
            agent.name
        );
        assert_eq!(agent.totals(Window::ALL).url_errors, 0);
    }
    for agent in &mut spec.agents {
        agent.failure_rate = 1.0;
        agent.failures = vec![Failure::Http(403)];
    }
    let (_dir, generated) = made(&spec);
    for agent in &generated.truth.agents {
        let totals = agent.totals(Window::ALL);
        let failed = agent
            .sessions
            .iter()
            .filter(|session| session.outcome == Outcome::Failed)
            .count() as u64;
        assert_eq!((totals.http_403, totals.url_errors), (failed, failed));
        assert!(failed > 30);
    }
}

#[test]
fn few_titles_mean_repeated_searches() {
    let (_dir, generated) = made(&Spec {
        titles: 3,
        ..small(14)
    });
    let queries = generated.truth.agents[0]
        .sessions
        .iter()
        .map(|session| session.query.as_str());
    assert_eq!(queries.collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn windows_servers_write_crlf_and_their_own_sources() {
    let (_dir, generated) = made(&Spec {
        platform: Platform::Windows,
        broken_rate: 0.0,
        ..small(15)
    });
    for agent in &generated.truth.agents {
        let text = whole(&generated, agent);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        assert!(text.contains(":  CRITICAL (core:574) - Exception in the "));
        assert!(!text.contains("agentkit:1018") && !text.contains("agentkit:1095"));
        assert!(text.contains("(logkit:"));
        assert!(text.contains(".bundle\\Contents\\Code\\"));
    }
}

#[test]
fn frameworks_differ_in_their_line_numbers_only() {
    let search_exc = |pms, needle: &str| {
        let (_dir, generated) = made(&Spec { pms, ..small(16) });
        whole(&generated, &generated.truth.agents[0]).contains(needle)
    };
    assert!(search_exc(
        Pms::New,
        "CRITICAL (agentkit:1018) - Exception in the search"
    ));
    assert!(search_exc(
        Pms::Old,
        "CRITICAL (agentkit:1014) - Exception in the search"
    ));
    assert!(search_exc(
        Pms::Ancient,
        "CRITICAL (agentkit:993) - Exception in the search"
    ));
}

#[test]
fn inserted_lines_move_the_agents_own_line_numbers() {
    let mut spec = small(17);
    spec.agents
        .iter_mut()
        .for_each(|agent| agent.line_shift = 5);
    let (_dir, generated) = made(&spec);
    let text = whole(&generated, &generated.truth.agents[1]);
    assert!(text.contains("Contents/Code/__init__.py\", line 183, in search"));
    assert!(!text.contains("Contents/Code/__init__.py\", line 178, in search"));
}

#[test]
fn bursts_stand_out_and_their_trigger_is_in_the_server_log() {
    let (_dir, generated) = made(&Spec {
        bytes: 4_000_000,
        ..small(18)
    });
    let truth = &generated.truth;
    let files = &truth.server.as_ref().unwrap().files;
    let server_log: String = files
        .iter()
        .map(|file| fs::read_to_string(generated.logs.join(&file.name)).unwrap())
        .collect();
    assert_eq!(truth.bursts.len(), 2);
    for (n, burst) in (0..).zip(&truth.bursts) {
        let window = Window {
            since: burst.start_ms,
            until: burst.end_ms,
        };
        let inside = truth
            .agents
            .iter()
            .flat_map(|agent| &agent.sessions)
            .filter(|session| window.contains(session.start_ms));
        let (inside, marked) = inside.fold((0, 0), |(all, own), session| {
            (all + 1, own + i64::from(session.burst == Some(n)))
        });
        assert_eq!(inside, marked);
        let all: usize = truth.agents.iter().map(|agent| agent.sessions.len()).sum();
        let usual =
            i64::try_from(all).unwrap() * (burst.end_ms - burst.start_ms) / (24 * 60 * MINUTE);
        assert!(inside > 4 * usual, "{inside} sessions, usually {usual}");
        let trigger = &truth.triggers[burst.trigger];
        let mut line = Vec::new();
        Clock::new(Form::Server).write(trigger.at_ms, &mut line);
        let line = format!("{} [", String::from_utf8(line).unwrap());
        assert!(
            server_log
                .lines()
                .any(|found| found.starts_with(&line) && found.contains(&trigger.url))
        );
        assert!(trigger.at_ms < burst.start_ms);
    }
    let times_sorted = truth
        .triggers
        .iter()
        .map(|trigger| trigger.at_ms)
        .is_sorted();
    assert!(times_sorted);
    for trigger in truth
        .triggers
        .iter()
        .filter(|trigger| trigger.item.is_some())
    {
        let agent = truth.agent(trigger.agent.as_ref().unwrap()).unwrap();
        let served = agent
            .sessions
            .iter()
            .find(|session| Some(session.item) == trigger.item);
        // One that came while the plug-in restarted may be lost.
        assert!(served.is_none_or(|session| session.start_ms > trigger.at_ms));
    }
}

#[test]
fn the_truth_survives_json() {
    let (_dir, generated) = made(&small(19));
    let json = serde_json::to_string(&generated.truth).unwrap();
    let back: Truth = serde_json::from_str(&json).unwrap();
    assert_eq!(back, generated.truth);
}

#[test]
fn large_sets_have_one_file_per_agent_of_about_the_size_asked_for() {
    let spec = Spec::large(20, 20_000_000);
    let (_dir, generated) = made(&spec);
    assert_eq!(generated.truth.agents.len(), 2);
    for agent in &generated.truth.agents {
        assert_eq!(agent.files.len(), 1);
        assert!(
            agent.files[0].bytes.abs_diff(10_000_000) < 500_000,
            "{}",
            agent.files[0].bytes
        );
    }
}
