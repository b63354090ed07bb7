//! The whole way: invented logs, the aggregate report, the comparison.
//!
//! The aggregator is another package's binary, which `cargo test --workspace` builds beside this
//! one; run alone, this package's tests build the reports with the library instead.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plexcore::log::record::Records;
use plexcore::log::rules::Rules;
use plexcore::metrics::activity;
use plexcore::metrics::plugin_tally::{PluginCounter, PluginTally};
use plexcore::redact::{Options, Redactor};
use plexcore::report::assemble::{Findings, PluginFindings, PluginShare, Scope, report};
use plexcore::report::{json, text};
use plexcore::stamp::{Stamp, Window};
use testkit::loggen::{Failure, Spec, generate};

use super::{metric, run_in};

/// Logs in which so many sessions fail, and the reports of them beside the folder.
fn reports(folder: &Path, name: &str, seed: u64, failing: f64, failure: Failure) {
    let mut spec = Spec {
        restarts: 0,
        titles: 60,
        bursts: 0,
        broken_rate: 0.0,
        system_log: false,
        server_log: false,
        ..Spec::new(seed)
    };
    spec.agents.truncate(2);
    for agent in &mut spec.agents {
        agent.searches = Some(150);
        agent.failures = vec![failure];
        agent.failure_rate = failing;
        agent.none_rate = 0.02;
    }
    let generated = generate(&spec, &folder.join(name)).unwrap();
    let rules = Rules::builtin();
    let mut tallies: Vec<(String, PluginTally)> = Vec::new();
    for agent in &generated.truth.agents {
        let mut counter = PluginCounter::new(&rules, Window::default());
        // The oldest file is the one with the highest number.
        let mut files: Vec<&str> = agent.files.iter().map(|file| file.name.as_str()).collect();
        files.sort_by_key(|name| {
            std::cmp::Reverse(
                name.rsplit('.')
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(0_u32),
            )
        });
        for (number, name) in files.iter().enumerate() {
            let file = fs::File::open(generated.plugin_logs.join(name)).unwrap();
            let mut records = Records::new(std::io::BufReader::new(file));
            while let Some(record) = records.next().unwrap() {
                counter.take(&record, u32::try_from(number).unwrap());
            }
            counter.end_file(false);
        }
        tallies.push((agent.name.clone(), counter.finish()));
    }
    let redactor = Redactor::new(Options::default());
    let scope = Scope {
        now: Stamp(i64::try_from(seed).unwrap() * 86_400_000),
        window: Window::default(),
        redactor: &redactor,
    };
    let mut minutes = BTreeMap::new();
    let mut plugins = Vec::new();
    for (name, tally) in tallies {
        activity::merge(&mut minutes, &tally.minutes);
        let found = PluginFindings {
            name: &name,
            tally,
            patterns: &[],
            examples: BTreeMap::new(),
        };
        plugins.push(PluginShare::of(found, &scope));
    }
    let made = report(Findings {
        made_by: "test",
        scope,
        asked: "all",
        plugins,
        minutes,
        triggers: &[],
        delivered: None,
        unreadable: Vec::new(),
        left_out: 0,
        known: None,
    });
    let mut out = Vec::new();
    json::write(&made, &mut out).unwrap();
    fs::write(folder.join(format!("{name}.json")), out).unwrap();
    let mut out = Vec::new();
    text::write(&made, &mut out).unwrap();
    fs::write(folder.join(format!("{name}.txt")), out).unwrap();
}

fn compare(folder: &Path, before: &str, after: &str) -> (serde_json::Value, Option<i32>) {
    let ended = run_in(
        folder,
        &["--baseline", before, "--current", after, "--json"],
    );
    let found = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    (found, ended.code)
}

#[test]
fn a_fix_that_mends_is_kept_one_that_breaks_is_rolled_back_and_nothing_is_neither() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    reports(place, "before", 1, 0.4, Failure::Http(403));
    reports(place, "mended", 2, 0.02, Failure::Http(403));
    reports(place, "same", 3, 0.4, Failure::Http(403));
    let (found, code) = compare(place, "before.json", "mended.json");
    assert_eq!(code, Some(0), "{}", found["evaluation"]);
    let paired = metric(&found, "searches_without_result");
    assert_eq!(paired["method"], "mcnemar-mid-p", "{paired}");
    let gone = found["evidence"]["entries"].as_array().unwrap();
    assert!(
        gone.iter()
            .any(|entry| entry["kind"] == "http-403" && entry["direction"] == "better"),
        "{}",
        found["evidence"]["entries"]
    );
    assert_eq!(compare(place, "before.json", "same.json").1, Some(2));
    assert_eq!(compare(place, "mended.json", "before.json").1, Some(1));
}

#[test]
fn our_text_report_is_compared_by_its_totals_and_with_json_of_the_same_run() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    reports(place, "before", 1, 0.4, Failure::Http(403));
    reports(place, "mended", 2, 0.02, Failure::Http(403));
    let (found, code) = compare(place, "before.txt", "mended.txt");
    assert_eq!(
        metric(&found, "url_errors")["direction"],
        "better",
        "{}",
        found["evaluation"]
    );
    assert_eq!(code, Some(0), "{}", found["evaluation"]);
    let (found, _) = compare(place, "before.txt", "mended.json");
    assert!(found["evidence"]["notes"].to_string().contains("two forms"));
}
