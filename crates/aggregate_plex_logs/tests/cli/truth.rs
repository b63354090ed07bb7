//! The counts against what the generator says it wrote, for every way in which logs can lie about.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use testkit::loggen::{
    AgentTruth, Generated, Group, Layout, Outcome, Platform, Pms, SessionKind, Spec, Totals,
    Window, generate,
};

use super::run_in;

const NOW: &str = "2026-02-05 18:00:00";
/// 18:00 of that day in milliseconds since 1970.
const NOW_MS: i64 = 1_770_314_400_000;

fn report(place: &Path, more: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec![
        "--log-dir",
        place.to_str().unwrap(),
        "--now",
        NOW,
        "--output",
        "-",
        "--format",
        "json",
    ];
    args.extend(more);
    let ended = run_in(folder.path(), &args);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).unwrap()
}

fn expected_statistics(totals: &Totals) -> Value {
    serde_json::json!({
        "search_operations": totals.search_operations,
        "titles_found": totals.titles_found,
        "title_failures": totals.title_failures,
        "model_errors": totals.model_errors,
        "url_errors": totals.url_errors,
        "http_403": totals.http_403,
        "http_404": totals.http_404,
        "processing_errors": totals.processing_errors,
        "success_indicators": totals.success_indicators,
    })
}

fn assert_true(report: &Value, generated: &Generated, window: Window) {
    let truth = &generated.truth;
    let names: Vec<&str> = report["agents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        truth
            .agents
            .iter()
            .map(|a| a.name.as_str())
            .collect::<Vec<_>>()
    );
    for (found, agent) in report["agents"]
        .as_array()
        .unwrap()
        .iter()
        .zip(&truth.agents)
    {
        let name = &agent.name;
        let coverage = &found["coverage"];
        for (key, value) in [
            ("files", agent.files.len() as u64),
            ("bytes", agent.sum(|f| f.bytes)),
            ("lines", agent.sum(|f| f.lines)),
            ("records", agent.sum(|f| f.records)),
            ("orphan_lines", agent.sum(|f| f.orphan_lines)),
            ("records_in_window", agent.records_in(window)),
        ] {
            assert_eq!(coverage[key], value, "{key} of {name}");
        }
        assert_eq!(
            found["statistics"],
            expected_statistics(&agent.totals(window)),
            "{name}"
        );
    }
    let summary = &report["summary"];
    let expected = expected_statistics(&truth.totals(window));
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&summary[&format!("total_{key}")], value, "total_{key}");
    }
}

fn hours(n: i64) -> Window {
    Window {
        since: NOW_MS - n * 3_600_000,
        until: i64::MAX,
    }
}

#[test]
fn totals_equal_the_truth_for_every_layout_platform_and_version() {
    for (seed, platform, pms, layout) in [
        (11, Platform::Linux, Pms::New, Layout::Plain),
        (12, Platform::Windows, Pms::New, Layout::Gz),
        (13, Platform::MacOs, Pms::Old, Layout::Mixed),
        (14, Platform::Mixed, Pms::Ancient, Layout::Mixed),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            platform,
            pms,
            layout,
            bytes: 1_500_000,
            ..Spec::new(seed)
        };
        let generated = generate(&spec, folder.path()).unwrap();
        let whole = report(
            &generated.plugin_logs,
            &["--hours", "all", "--threads", "1"],
        );
        assert_true(&whole, &generated, Window::ALL);
        let archive = folder.path().join("logs.zip");
        generated.write_zip(&archive).unwrap();
        assert_true(
            &report(&archive, &["--hours", "all"]),
            &generated,
            Window::ALL,
        );
        for n in [1, 6, 24] {
            assert_true(
                &report(folder.path(), &["--hours", &n.to_string()]),
                &generated,
                hours(n),
            );
        }
    }
}

#[test]
fn neither_threads_nor_the_order_of_files_change_a_byte() {
    let folder = tempfile::tempdir().unwrap();
    let spec = Spec {
        bytes: 800_000,
        layout: Layout::Mixed,
        ..Spec::new(21)
    };
    let generated = generate(&spec, folder.path()).unwrap();
    // The same files made again in the opposite order, so that a folder lists them otherwise.
    let again = folder.path().join("again");
    fs::create_dir(&again).unwrap();
    let mut files: Vec<_> = fs::read_dir(&generated.plugin_logs)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for file in files.iter().rev() {
        fs::copy(file, again.join(file.file_name().unwrap())).unwrap();
    }
    for format in ["text", "json", "legacy"] {
        let bytes = |place: &Path, threads: &str| {
            let args = [
                "--log-dir",
                place.to_str().unwrap(),
                "--now",
                NOW,
                "--output",
                "-",
                "--format",
                format,
                "--threads",
                threads,
            ];
            run_in(folder.path(), &args).stdout
        };
        let one = bytes(&generated.plugin_logs, "1");
        assert!(one.len() > 1000, "{format}");
        for threads in ["1", "2", "7"] {
            assert_eq!(
                bytes(&again, threads),
                one,
                "{format} with {threads} threads"
            );
        }
    }
}

#[test]
fn plain_gz_and_zip_give_the_same_report() {
    let mut seen: Vec<Value> = Vec::new();
    for layout in [Layout::Plain, Layout::Gz, Layout::Mixed] {
        let folder = tempfile::tempdir().unwrap();
        let generated = generate(
            &Spec {
                bytes: 2_500_000,
                layout,
                ..Spec::new(31)
            },
            folder.path(),
        )
        .unwrap();
        let archive = folder.path().join("logs.zip");
        generated.write_zip(&archive).unwrap();
        for place in [&generated.plugin_logs, &archive] {
            // An example names its file, which is called otherwise when it is compressed.
            let text = report(place, &[]).to_string().replace(".gz\"", "\"");
            seen.push(serde_json::from_str(&text).unwrap());
        }
    }
    for other in &seen[1..] {
        for (key, value) in seen[0].as_object().unwrap() {
            // Compared as a truth value: two whole reports are no message to read.
            assert!(other[key] == *value, "{key} differs");
        }
    }
}

#[test]
fn without_rotated_logs_the_report_says_that_it_covers_less() {
    let folder = tempfile::tempdir().unwrap();
    let generated = generate(
        &Spec {
            bytes: 3_000_000,
            ..Spec::new(41)
        },
        folder.path(),
    )
    .unwrap();
    let report = report(&generated.plugin_logs, &["--current-only", "--hours", "24"]);
    let short = report["coverage"]["short_agents"].as_array().unwrap();
    assert!(!short.is_empty());
    let args = [
        "--log-dir",
        generated.plugin_logs.to_str().unwrap(),
        "--now",
        NOW,
        "--current-only",
        "--output",
        "-",
    ];
    let text = run_in(folder.path(), &args).stdout;
    let first_lines: String = text.lines().take(8).collect();
    assert!(
        first_lines.contains("ATTENTION") && first_lines.contains("begin later than the window"),
        "{first_lines}"
    );
}

fn assert_sessions(report: &Value, generated: &Generated) {
    for (found, agent) in report["agents"]
        .as_array()
        .unwrap()
        .iter()
        .zip(&generated.truth.agents)
    {
        for (key, kind) in [
            ("searches", SessionKind::Search),
            ("updates", SessionKind::Update),
        ] {
            let of_kind = || agent.sessions.iter().filter(|session| session.kind == kind);
            let ended =
                |outcomes: &[Outcome]| of_kind().filter(|s| outcomes.contains(&s.outcome)).count();
            let counts = &found["outcomes"][key];
            let mut took: Vec<i64> = of_kind()
                .filter(|session| session.outcome != Outcome::NeverFinished)
                .filter_map(|session| Some(session.end_ms? - session.start_ms))
                .collect();
            took.sort_unstable();
            for (field, expected) in [
                ("total", of_kind().count()),
                ("succeeded", ended(&[Outcome::Results, Outcome::Updated])),
                ("empty", ended(&[Outcome::None])),
                ("failed", ended(&[Outcome::Failed])),
                ("unfinished", ended(&[Outcome::NeverFinished])),
                (
                    "requests",
                    of_kind().map(|session| session.requests as usize).sum(),
                ),
            ] {
                assert_eq!(
                    counts[field], expected,
                    "{field} of {key} of {}",
                    agent.name
                );
            }
            let median = took.get((took.len() * 50).div_ceil(100).max(1) - 1);
            assert_eq!(
                counts["median_ms"],
                serde_json::json!(median),
                "median of {key} of {}",
                agent.name
            );
            assert_eq!(
                counts["max_ms"],
                serde_json::json!(took.last()),
                "{key} of {}",
                agent.name
            );
        }
    }
}

/// What the server was told of each agent's updates: (success=1, success=0, nothing).
fn told(generated: &Generated, agent: &AgentTruth, window: Window) -> [u64; 3] {
    let system = generated.truth.system.as_ref().unwrap();
    let mut told = [0; 3];
    let updates = agent
        .sessions
        .iter()
        .filter(|session| session.kind == SessionKind::Update && window.contains(session.start_ms));
    for update in updates {
        // The system plug-in begins an update twelve milliseconds before the agent hears of it.
        let known = system
            .sessions
            .iter()
            .find(|known| known.item == update.item && known.start_ms + 12 == update.start_ms);
        told[match known.map(|known| known.outcome) {
            Some(Outcome::Updated) => 0,
            Some(Outcome::Failed) => 1,
            _ => 2,
        }] += 1;
    }
    told
}

fn assert_delivered(report: &Value, generated: &Generated, window: Window) {
    let words = ["succeeded", "failed", "untold"];
    let mut untold = 0;
    let agents = report["agents"].as_array().unwrap();
    for (found, agent) in agents.iter().zip(&generated.truth.agents) {
        let expected = told(generated, agent, window);
        untold += expected[2];
        let found = words.map(|word| found["outcomes"]["delivered"][word].as_u64().unwrap());
        assert_eq!(found, expected, "{}", agent.name);
    }
    let of_all = |outcome| {
        let sessions = &generated.truth.system.as_ref().unwrap().sessions;
        let inside = sessions
            .iter()
            .filter(|known| window.contains(known.start_ms));
        inside.filter(|known| known.outcome == outcome).count() as u64
    };
    let expected = [of_all(Outcome::Updated), of_all(Outcome::Failed), untold];
    assert!(expected[0] > 10 && expected[1] > 3, "{expected:?}");
    let found = words.map(|word| report["outcomes"]["delivered"][word].as_u64().unwrap());
    assert_eq!(found, expected);
}

#[test]
fn what_the_server_was_told_of_updates_equals_the_truth() {
    for (seed, platform, layout) in [
        (54, Platform::Linux, Layout::Gz),
        (55, Platform::Windows, Layout::Plain),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            platform,
            layout,
            bytes: 2_000_000,
            restarts: 2,
            ..Spec::new(seed)
        };
        let generated = generate(&spec, folder.path()).unwrap();
        let archive = folder.path().join("logs.zip");
        generated.write_zip(&archive).unwrap();
        for place in [&generated.plugin_logs, &archive] {
            let all = report(place, &["--hours", "all"]);
            assert_delivered(&all, &generated, Window::ALL);
        }
        assert_delivered(&report(folder.path(), &[]), &generated, hours(24));
        // Without that log nothing is claimed.
        let system = fs::read_dir(&generated.plugin_logs)
            .unwrap()
            .map(|e| e.unwrap().path());
        let system = system.filter(|path| path.to_str().unwrap().contains("com.plexapp.system"));
        system.for_each(|path| fs::remove_file(path).unwrap());
        let without = report(&generated.plugin_logs, &["--hours", "all"]);
        assert_eq!(without["outcomes"]["delivered"], Value::Null);
        assert_eq!(without["agents"][0]["outcomes"]["delivered"], Value::Null);
    }
}

#[test]
fn sessions_equal_the_truth() {
    for (seed, platform, pms) in [
        (51, Platform::Linux, Pms::New),
        (52, Platform::Windows, Pms::Old),
        (53, Platform::Mixed, Pms::Ancient),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            platform,
            pms,
            bytes: 2_000_000,
            restarts: 2,
            ..Spec::new(seed)
        };
        let generated = generate(&spec, folder.path()).unwrap();
        assert_sessions(
            &report(&generated.plugin_logs, &["--hours", "all"]),
            &generated,
        );
    }
}

/// The generator's name for what a rule recognises; nothing for outcomes, which have totals of their own.
fn category(kind: &str, group: &str) -> Option<String> {
    let name = match kind {
        _ if group == "outcome" => return None,
        "url-error" => "fetch",
        "refused" | "reset" | "incomplete" | "connect" | "unreachable" => "connect",
        "blocked" => "cloudflare",
        "sandbox-name" | "exception-NameError" => "name",
        "exception-UnicodeDecodeError" | "exception-UnicodeEncodeError" => "unicode",
        _ if kind.starts_with("http-") => "http",
        _ if kind.starts_with("errno-") => "storage",
        _ if kind.starts_with("exception-") || kind == "sandbox-iter" => "attr",
        other => other,
    };
    Some(name.to_owned())
}

#[test]
fn kinds_and_items_equal_the_truth() {
    for (seed, platform, pms) in [
        (56, Platform::Linux, Pms::New),
        (57, Platform::Windows, Pms::Old),
        (58, Platform::Mixed, Pms::Ancient),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let spec = Spec {
            platform,
            pms,
            bytes: 2_000_000,
            ..Spec::new(seed)
        };
        let generated = generate(&spec, folder.path()).unwrap();
        let report = report(&generated.plugin_logs, &["--hours", "all"]);
        let (mut counts, mut items) = (Counts::new(), Items::new());
        for agent in &generated.truth.agents {
            let failures = agent.events.iter();
            for event in failures.filter(|event| event.category.group() != Group::Outcome) {
                let name = serde_json::to_value(event.category).unwrap();
                let name = name.as_str().unwrap().to_owned();
                *counts
                    .entry((agent.name.clone(), name.clone()))
                    .or_default() += 1;
                let of_category = items.entry(name).or_default();
                of_category.extend(event.item.map(|item| item.to_string()));
            }
        }
        assert!(counts.len() > 40);
        assert_eq!(found_counts(&report), counts, "seed {seed}");
        assert_eq!(found_items(&report), items, "seed {seed}");
    }
}

/// Events by agent and category.
type Counts = BTreeMap<(String, String), u64>;
/// Items by category.
type Items = BTreeMap<String, BTreeSet<String>>;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn found_counts(report: &Value) -> Counts {
    let mut counts = Counts::new();
    for kind in report["kinds"].as_array().unwrap() {
        let Some(name) = category(&text(&kind["kind"]), &text(&kind["group"])) else {
            continue;
        };
        for agent in kind["agents"].as_array().unwrap() {
            let key = (text(&agent["agent"]), name.clone());
            *counts.entry(key).or_default() += agent["events"].as_u64().unwrap();
        }
    }
    counts
}

fn found_items(report: &Value) -> Items {
    let mut items = Items::new();
    for entry in report["catalogue"].as_array().unwrap() {
        if let Some(name) = category(&text(&entry["kind"]), &text(&entry["group"])) {
            let listed = entry["items"].as_array().unwrap();
            assert_eq!(entry["n_items"], listed.len());
            items
                .entry(name)
                .or_default()
                .extend(listed.iter().map(text));
        }
    }
    items
}

#[test]
fn bursts_of_work_are_named_with_the_request_that_set_them_off() {
    for seed in 61..66 {
        let folder = tempfile::tempdir().unwrap();
        let generated = generate(
            &Spec {
                bytes: 4_000_000,
                ..Spec::new(seed)
            },
            folder.path(),
        )
        .unwrap();
        let report = report(&generated.plugin_logs, &["--hours", "all"]);
        let bursts = report["timeline"]["bursts"].as_array().unwrap();
        let work: Vec<&Value> = bursts
            .iter()
            .filter(|burst| burst["what"] == "work")
            .collect();
        assert_eq!(
            work.len(),
            generated.truth.bursts.len(),
            "seed {seed}: {work:#?}"
        );
        for (found, burst) in work.iter().zip(&generated.truth.bursts) {
            let trigger = &generated.truth.triggers[burst.trigger];
            let text = format!("{} {}", trigger.method, trigger.url);
            let before = found["before"].as_array().unwrap();
            assert!(
                before.iter().any(|seen| seen["text"] == text),
                "seed {seed}: {text} not in {before:#?}"
            );
        }
    }
}

pub(super) fn assert_without_secrets(found: &str, generated: &Generated, what: &str) {
    for secret in &generated.truth.secrets {
        for form in std::iter::once(&secret.raw).chain(&secret.encoded) {
            let at = found.find(form.as_str());
            let around = at.map(|at| found[..at].lines().last().unwrap_or_default().to_owned());
            assert_eq!(around, None, "{} {form} in {what}", secret.kind);
        }
    }
}

#[test]
fn no_planted_secret_is_in_any_report() {
    for (seed, platform) in [
        (71, Platform::Linux),
        (72, Platform::Windows),
        (73, Platform::MacOs),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let generated = generate(
            &Spec {
                platform,
                bytes: 2_000_000,
                ..Spec::new(seed)
            },
            folder.path(),
        )
        .unwrap();
        assert!(generated.truth.secrets.len() > 5);
        for format in ["text", "json", "markdown", "html"] {
            let args = [
                "--log-dir",
                generated.plugin_logs.to_str().unwrap(),
                "--hours",
                "all",
                "--patterns",
                "all",
                "--format",
                format,
                "--output",
                "-",
            ];
            let found = run_in(folder.path(), &args).stdout;
            assert_without_secrets(&found, &generated, &format!("{format} of seed {seed}"));
        }
    }
}

/// Messages that differ by a title alone are one error, of each item too.
#[test]
fn an_items_errors_are_named_as_in_the_catalogue() {
    let titles = [
        "Harbor", "Meadow", "Lantern", "Orchard", "Pebble", "Thistle", "Saffron", "Rookery",
        "Quarry", "Nimbus", "Kestrel", "Juniper",
    ];
    let record = |(n, title): (usize, &&str)| {
        let at = format!("2026-02-05 15:30:{n:02},100 (12) : ");
        format!(
            "{at} INFO (agent:1) - Searching for matches for {{'id': '{}', 'name': 'X'}}\n\
             {at} ERROR (__init__:88) - the list of {title} could not be taken apart\n\
             {at} DEBUG (runtime:88) - Response: [200] str, 20 bytes\n",
            100 + n
        )
    };
    let log: String = titles.iter().enumerate().map(record).collect();
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("com.plexapp.agents.alder.log"), log).unwrap();
    let report = report(place.path(), &["--hours", "all"]);
    let entries = report["catalogue"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{entries:?}");
    let items = report["agents"][0]["items"].as_array().unwrap();
    assert_eq!(items.len(), titles.len());
    for item in items {
        let expected = serde_json::json!({ entries[0]["id"].as_str().unwrap(): 1 });
        assert_eq!(item["errors"], expected);
    }
}
