//! A report of any size with everything in it, the same for the same number of entries.
//!
//! The numbers hang together where a format could show that they don't: kinds add up to their
//! agents, a trend to its entry's count, duration buckets to the finished sessions.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the numbers are this file's own and small"
)]

use plexcore::metrics::coverage::Coverage;
use plexcore::metrics::totals::Totals;
use plexcore::report::model::{
    AgentReport, AskedWindow, CoverageReport, LevelCount, PatternLine, PatternReport, Report,
    SCHEMA, Samples, Summary, TotalCoverage, UnreadableFile,
};
use plexcore::report::understanding::{
    AgentCount, Before, Bucket, Burst, CulpritPlace, Delivered, DurationBucket, Entry, Example,
    FailedHost, Finding, KindCount, OpenSession, Outcomes, RaisedException, SessionCounts,
    Timeline,
};
use plexcore::stamp::{Stamp, Window};

const AGENTS: [&str; 6] = ["Alder", "Beacon", "Cinder", "Dune", "Ember Films", "Fjord"];
/// Kind, group, title, events, and whether the log shows a traceback for it.
const KINDS: [(&str, &str, &str, u64, bool); 14] = [
    ("http-403", "remote", "HTTP 403 Forbidden", 1204, true),
    ("http-404", "remote", "HTTP 404 Not Found", 377, true),
    (
        "exception-KeyError",
        "agent",
        "KeyError in the agent's code",
        263,
        true,
    ),
    (
        "parse",
        "site-changed",
        "the page has no element where the agent looks",
        148,
        true,
    ),
    ("timeout", "remote", "no answer in time", 96, true),
    (
        "exception-AttributeError",
        "agent",
        "AttributeError in the agent's code",
        41,
        true,
    ),
    (
        "disk-full",
        "environment",
        "no space left on the device",
        17,
        true,
    ),
    ("dns", "remote", "name not resolved", 12, true),
    (
        "server-http-500",
        "server",
        "the Plex server answered 500",
        6,
        false,
    ),
    ("ssl", "remote", "no TLS connection", 3, true),
    (
        "no-match",
        "outcome",
        "a candidate did not match",
        1548,
        false,
    ),
    (
        "hashes",
        "noise",
        "hosted resource hashes not available",
        840,
        false,
    ),
    (
        "no-model",
        "noise",
        "nothing stored for the item yet",
        312,
        false,
    ),
    (
        "no-validate-prefs",
        "noise",
        "plug-in has no ValidatePrefs function",
        24,
        false,
    ),
];
const N_BUCKETS: usize = 96;
const BUCKET_S: u64 = 900;
/// 2026-02-01 01:00:00.
const START: i64 = 1_769_907_600_000;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }
}

/// The report, with so many entries in its catalogue.
pub(crate) fn sample_report(n_entries: usize) -> Report {
    let mut dice = Dice(7);
    let kinds = kinds();
    let agents: Vec<AgentReport> = AGENTS
        .iter()
        .enumerate()
        .map(|(i, name)| agent(i, name, &mut dice))
        .collect();
    let mut totals = Totals::default();
    let mut counts = Coverage::default();
    for agent in &agents {
        totals.merge(&agent.statistics);
        counts.merge(&agent.coverage.counts);
    }
    let failures: u64 = kinds
        .iter()
        .filter(|kind| kind.share.is_some())
        .map(|kind| kind.events)
        .sum();
    Report {
        schema: SCHEMA,
        made_by: "sample 0.0.0".to_owned(),
        generated: "2026-02-02 01:07:10".to_owned(),
        window: AskedWindow::new("24 hours".to_owned(), &window()),
        coverage: TotalCoverage {
            whole: covered(counts, 0),
            agents: agents.len() as u64,
            short_agents: vec!["Beacon".to_owned(), "Ember Films".to_owned()],
            unreadable: vec![UnreadableFile {
                path: "Logs/com.plexapp.agents.Dune.log.3".to_owned(),
                reason: "permission denied".to_owned(),
            }],
            left_out: 4,
        },
        summary: Summary::from(totals),
        outcomes: outcomes(99, 412, &mut dice),
        timeline: timeline(failures, &mut dice),
        catalogue: catalogue(n_entries, &mut dice),
        findings: findings(),
        kinds,
        agents,
    }
}

fn window() -> Window {
    Window {
        since: Some(Stamp(START)),
        until: None,
    }
}

fn at(minute: i64) -> Stamp {
    Stamp(START + minute * 60_000)
}

fn covered(counts: Coverage, from_minute: i64) -> CoverageReport {
    let counts = Coverage {
        span: Some((at(from_minute), at(24 * 60 - 2))),
        ..counts
    };
    CoverageReport::new(counts, &window())
}

fn shares(events: u64) -> Vec<AgentCount> {
    let mut left = events;
    let mut counts = Vec::new();
    for agent in AGENTS {
        let mine = if agent == "Fjord" { left } else { left * 3 / 5 };
        if mine > 0 {
            counts.push(AgentCount {
                agent: agent.to_owned(),
                events: mine,
            });
        }
        left -= mine;
    }
    counts
}

fn kinds() -> Vec<KindCount> {
    let is_failure = |group: &str| !matches!(group, "noise" | "outcome");
    let all: u64 = KINDS
        .iter()
        .filter(|kind| is_failure(kind.1))
        .map(|kind| kind.3)
        .sum();
    KINDS
        .iter()
        .enumerate()
        .map(|(i, &(kind, group, title, events, _))| {
            let mut agents = shares(events);
            let n_agents = agents.len();
            // Not every agent has every kind.
            if i % 3 == 1 && n_agents > 2 {
                let gone = agents.remove(n_agents / 2).events;
                agents[0].events += gone;
            }
            agents.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.agent.cmp(&b.agent)));
            KindCount {
                kind: kind.to_owned(),
                group: group.to_owned(),
                title: title.to_owned(),
                events,
                share: is_failure(group)
                    .then(|| format!("{:.1}", events as f64 * 100.0 / all as f64)),
                agents,
            }
        })
        .collect()
}

fn agent(index: usize, name: &str, dice: &mut Dice) -> AgentReport {
    let n = index as u64 + 1;
    let late = matches!(name, "Beacon" | "Ember Films");
    let counts = Coverage {
        files: 6 - n.min(5),
        bytes: 1_048_576 * n,
        lines: 9000 * n,
        records: 8120 * n,
        records_in_window: 4616 * n,
        orphan_lines: n * 3,
        cut_files: u64::from(late),
        long_records: 0,
        span: None,
    };
    let statistics = Totals {
        search_operations: 9 * n,
        titles_found: 15 * n,
        title_failures: 193 * n,
        model_errors: 5 * n,
        url_errors: 60 * n,
        http_403: 31 * n,
        http_404: 12 * n,
        processing_errors: 20 * n,
        success_indicators: 171 * n,
    };
    AgentReport {
        name: name.to_owned(),
        coverage: covered(counts, if late { 17 * 60 } else { -30 }),
        statistics,
        levels: [("DEBUG", 3000), ("INFO", 1400), ("ERROR", 180), ("CRITICAL", 36)]
            .map(|(level, records)| LevelCount { level: level.to_owned(), records: records * n })
            .to_vec(),
        outcomes: outcomes(9 * n, 40 * n, dice),
        items: Vec::new(),
        samples: Samples {
            search_ops: vec![format!("2026-02-01 18:00:00,123 (7f01) :  INFO (agentkit:961) - Searching for matches for {{'name': 'The {name} Harbour', 'year': '1961'}}"); 3],
            success_patterns: vec![format!("2026-02-01 18:00:02,456 (7f01) :  INFO (__init__:120) - ✓ found \"The {name} Harbour\""); 2],
            failure_patterns: vec!["2026-02-01 18:00:02,460 (7f01) :  INFO (utils:88) - Title Match Failure: Harbour <Lights> & \"Sons\"".to_owned()],
        },
        urls: (0..8).map(|i| format!("https://films.example/{name}/title/{i}?page=1&sort=asc")).collect(),
        n_urls: 60 * n,
        patterns: PatternReport {
            entries: 4616 * n,
            unique: 373,
            listed: (0..40u64)
                .map(|i| PatternLine {
                    count: 1 + (40 - i) * (40 - i) / 3,
                    first: format!("2026-02-01 18:{i:02}:00,001 (7f01) :  DEBUG (networking:144) - Fetching 'https://films.example/{i}' from the HTTP cache"),
                })
                .collect(),
        },
    }
}

fn sessions(total: u64, dice: &mut Dice) -> SessionCounts {
    let (empty, failed, unfinished) = (total / 5, total / 9, total / 30);
    let finished = total - unfinished;
    let ends = [
        100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000,
    ];
    let weights = [1, 2, 6, 14, 20, 16, 8, 5, 2, 1];
    let mut durations: Vec<DurationBucket> = ends
        .iter()
        .zip(weights)
        .map(|(&up_to_ms, weight)| DurationBucket {
            up_to_ms,
            sessions: finished * weight / 75,
        })
        .collect();
    let counted: u64 = durations.iter().map(|bucket| bucket.sessions).sum();
    durations[4].sessions += finished - counted;
    SessionCounts {
        total,
        succeeded: total - empty - failed - unfinished,
        empty,
        failed,
        unfinished,
        requests: total * 3 + dice.below(total),
        median_ms: (finished > 0).then(|| 1400 + dice.below(900)),
        p95_ms: (finished > 0).then(|| 12_000 + dice.below(9000)),
        max_ms: (finished > 0).then(|| 61_000 + dice.below(30_000)),
        durations,
    }
}

fn outcomes(searches: u64, updates: u64, dice: &mut Dice) -> Outcomes {
    Outcomes {
        delivered: Some(Delivered {
            succeeded: updates / 2,
            failed: updates / 4,
            untold: 1,
        }),
        searches: sessions(searches, dice),
        updates: sessions(updates, dice),
        open: (0..3u64)
            .map(|i| OpenSession {
                agent: AGENTS[i as usize].to_owned(),
                kind: if i == 1 { "search" } else { "update" }.to_owned(),
                start: at(1200 + i as i64 * 7).to_log(),
                open_ms: 7_200_000 - i * 900_000,
                item: (i != 1).then(|| (4410 + i).to_string()),
                thread: format!("7f0{i}9a3c"),
            })
            .collect(),
    }
}

fn timeline(failures: u64, dice: &mut Dice) -> Timeline {
    let mut buckets: Vec<Bucket> = (0..N_BUCKETS)
        .map(|i| {
            let night = (12..36).contains(&i);
            let busy = (66..71).contains(&i);
            Bucket {
                start: at(i as i64 * 15).to_seconds(),
                records: if night {
                    0
                } else {
                    200 + dice.below(300) + if busy { 1900 } else { 0 }
                },
                searches: if night {
                    0
                } else {
                    dice.below(3) + if busy { 11 } else { 0 }
                },
                updates: if night {
                    0
                } else {
                    dice.below(5) + if busy { 38 } else { 0 }
                },
                errors: if night {
                    0
                } else {
                    dice.below(14) + if busy { 240 } else { 0 }
                },
                noise: if night { 0 } else { 4 + dice.below(9) },
                starts: u64::from(matches!(i, 0 | 36 | 65)),
            }
        })
        .collect();
    let counted: u64 = buckets.iter().map(|bucket| bucket.errors).sum();
    buckets[67].errors += failures.saturating_sub(counted);
    let before = |minute: i64, what: &str, text: &str| Before {
        at: at(minute).to_log(),
        what: what.to_owned(),
        text: text.to_owned(),
    };
    let burst = |what: &str, events: u64, from: i64, to: i64| Burst {
        what: what.to_owned(),
        start: at(from).to_seconds(),
        end: at(to).to_seconds(),
        events,
        per_minute: "24.1".to_owned(),
        usual_per_minute: "0.4".to_owned(),
        before: vec![
            before(from - 2, "plug-in start", "Alder, Beacon"),
            before(
                from - 1,
                "request",
                "GET /library/sections/1/refresh?force=1",
            ),
            before(from, "searches", "11 searches in a minute"),
        ],
    };
    Timeline {
        bucket_s: BUCKET_S,
        bursts: vec![
            burst("work", 245, 66 * 15, 71 * 15),
            burst("errors", 1207, 67 * 15, 70 * 15),
        ],
        buckets,
    }
}

fn findings() -> Vec<Finding> {
    [
        (
            "largest-kind",
            "55.6% of all failures are HTTP 403 Forbidden, most of them in Alder.",
        ),
        (
            "never-finishes",
            "3 of 99 searches of Beacon never finished; the longest has been open for 2 h.",
        ),
        (
            "short-coverage",
            "The logs of Beacon and Ember Films begin 17 h later than the window.",
        ),
        (
            "over",
            "No \"no space left on the device\" in the last 6 h of the window.",
        ),
    ]
    .map(|(about, text)| Finding {
        about: about.to_owned(),
        text: text.to_owned(),
        entries: if about == "largest-kind" {
            vec![entry_id(0)]
        } else {
            Vec::new()
        },
    })
    .to_vec()
}

fn entry_id(index: usize) -> String {
    format!(
        "E-{:08x}",
        (index as u64 + 1).wrapping_mul(2_654_435_761) & 0xffff_ffff
    )
}

fn catalogue(n_entries: usize, dice: &mut Dice) -> Vec<Entry> {
    let mut entries: Vec<Entry> = (0..n_entries)
        .map(|index| entry(index, n_entries, dice))
        .collect();
    let is_noise = |entry: &Entry| matches!(entry.group.as_str(), "noise" | "outcome");
    entries.sort_by(|a, b| {
        is_noise(a)
            .cmp(&is_noise(b))
            .then_with(|| b.count.cmp(&a.count))
            .then_with(|| a.id.cmp(&b.id))
    });
    entries
}

fn entry(index: usize, n_entries: usize, dice: &mut Dice) -> Entry {
    let (kind, group, title, _, has_traceback) = KINDS[index % KINDS.len()];
    let name = AGENTS[dice.below(AGENTS.len() as u64) as usize];
    let mut trend = vec![0u64; N_BUCKETS];
    for _ in 0..=(4 * (n_entries - index) / n_entries.max(1)) {
        let bucket = if index.is_multiple_of(4) {
            64 + dice.below(8)
        } else {
            dice.below(N_BUCKETS as u64)
        };
        trend[bucket as usize] += 1 + dice.below(1 + 40 / (index as u64 + 1));
    }
    let count: u64 = trend.iter().sum();
    let first = trend.iter().position(|&n| n > 0).unwrap_or(0) as i64;
    let last = trend.iter().rposition(|&n| n > 0).unwrap_or(0) as i64;
    let status = kind
        .rsplit('-')
        .next()
        .and_then(|status| status.parse::<u16>().ok());
    let raised = (group == "agent" || status.is_some()).then(|| match status {
        Some(status) => RaisedException {
            name: "HTTPError".to_owned(),
            message: format!("HTTP Error {status}"),
        },
        None => RaisedException {
            name: kind.trim_start_matches("exception-").to_owned(),
            message: format!("'field_{index}'"),
        },
    });
    Entry {
        id: entry_id(index),
        kind: kind.to_owned(),
        group: group.to_owned(),
        severity: match group { "noise" | "outcome" => "info", "environment" => "warning", _ => "error" }.to_owned(),
        title: if n_entries > KINDS.len() && index >= KINDS.len() { format!("{title}, place {index}") } else { title.to_owned() },
        template: (group == "site-changed").then(|| format!("could not read page <*> of {title}")),
        count,
        agents: vec![AgentCount { agent: name.to_owned(), events: count }],
        first: at(first * 15).to_log(),
        last: at(last * 15 + 9).to_log(),
        trend,
        culprit: has_traceback.then(|| CulpritPlace {
            bundle: name.to_owned(),
            file: "Contents/Code/__init__.py".to_owned(),
            line: 100 + (index % 800) as u32,
            function: Some("search".to_owned()),
            source: Some("page = HTML.ElementFromURL(url, headers={'Referer': \"a & b\"}, sleep=1 if x < 2 else 0)".to_owned()),
        }),
        exception: raised,
        status,
        errno: (group == "environment").then_some(28),
        urls: (group == "remote")
            .then(|| FailedHost {
                host: "films.example".to_owned(),
                status,
                events: count,
                example: format!("https://films.example/title/{index}?q=a&page=2"),
            })
            .into_iter()
            .collect(),
        items: (0..(index as u64 % 30)).map(|item| (4400 + item * 7).to_string()).collect(),
        n_items: if index % 30 == 29 { 312 } else { index as u64 % 30 },
        example: Some(example(index, name, title, has_traceback)),
        is_new: (index % 5 != 3).then_some(index.is_multiple_of(7)),
    }
}

fn example(index: usize, name: &str, title: &str, has_traceback: bool) -> Example {
    let line = |second: usize, level: &str, text: &str| {
        format!(
            "2026-02-01 17:45:{:02},{:03} (7f01) :  {level} (agentkit:1018) - {text}",
            second % 60,
            index % 1000
        )
    };
    let mut lines = vec![line(4, "ERROR", &format!("{title} <{index}> & 'more'"))];
    if has_traceback {
        lines.extend(
            [
                "Traceback (most recent call last):",
                "  File \"Framework.bundle/Contents/Resources/Versions/2/Python/Framework/api/agentkit.py\", line 1011, in _search",
                "    agent.search(*args, **kwargs)",
                "...",
                "  File \"Contents/Code/__init__.py\", line 142, in search",
                "    page = HTML.ElementFromURL(url)",
                "...",
                "  File \"python27.zip/urllib2.py\", line 558, in http_error_default",
                "    raise HTTPError(req.get_full_url(), code, msg, hdrs, fp)",
                "HTTPError: HTTP Error 403: Forbidden",
            ]
            .map(str::to_owned),
        );
    }
    Example {
        agent: name.to_owned(),
        file: format!("com.plexapp.agents.{name}.log.1"),
        offset: 4096 * index as u64,
        before: vec![
            line(
                1,
                "INFO",
                "Searching for matches for {'name': 'The Harbour'}",
            ),
            line(3, "DEBUG", "Requesting 'https://films.example/title/7'"),
        ],
        lines,
        after: vec![line(5, "INFO", "no candidates")],
    }
}
