//! Bytes, lines, rotation and layouts: what a trivially simple count of the files shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use super::*;

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
    let mut spanning = 0;
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
        spanning += agent.files[..agent.files.len() - 1]
            .iter()
            .filter(|file| open_at_end(file))
            .count();
    }
    assert!(spanning > 0, "no file ends inside a session");
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
