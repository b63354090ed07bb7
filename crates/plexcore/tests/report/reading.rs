//! Reports read back: ours to the numbers that went in, the scripts' to what they tell.
//!
//! `fixtures/reports` holds one report of each old generation, beside it what is read from it;
//! `refused` holds what is no report, or not a whole one. `BLESS=1` rewrites the expectations.

use std::fs;
use std::mem;
use std::path::Path;

use plexcore::reading::{self, Counts, Generation, ReadAgent, ReadEntry, Reading};
use plexcore::redact::{Options, Redactor};
use plexcore::report::model::Report;
use plexcore::report::understanding::{AgentCount, KindCount};
use plexcore::report::{json, text};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::hostile::{hostile_text, with_texts};
use crate::sample_report::sample_report;
use crate::written;

fn read(name: &str, bytes: &[u8]) -> Result<Reading, String> {
    let redactor = Redactor::new(Options::default());
    reading::read(Path::new(name), bytes, &redactor).map_err(|error| error.to_string())
}

fn agents(counts: &[AgentCount]) -> Value {
    counts
        .iter()
        .map(|count| json!([count.agent, count.events]))
        .collect()
}

fn counts(counts: &Counts) -> Value {
    let told = counts
        .fields()
        .into_iter()
        .filter_map(|(label, value)| Some((label.to_owned(), json!(value?))));
    Value::Object(told.collect())
}

fn entry(entry: &ReadEntry) -> Value {
    json!({
        "id": entry.id, "kind": entry.kind, "group": entry.group, "title": entry.title,
        "count": entry.count, "agents": agents(&entry.agents), "first": entry.first,
        "template": entry.template,
        "example": entry.example.as_ref().map(|e| json!([e.before, e.lines, e.after])),
        "urls": entry.urls.iter().map(|u| json!([u.host, u.events, u.example])).collect::<Value>(),
    })
}

fn kind(kind: &KindCount) -> Value {
    json!([
        kind.kind,
        kind.group,
        kind.events,
        kind.share,
        agents(&kind.agents)
    ])
}

fn agent(agent: &ReadAgent) -> Value {
    json!({
        "name": agent.name, "counts": counts(&agent.counts), "others": agent.others,
        "records": agent.records, "urls": agent.urls,
        "samples": [agent.samples.search_ops, agent.samples.success_patterns, agent.samples.failure_patterns],
        "patterns": agent.patterns.as_ref().map(|p| json!({
            "entries": p.entries, "unique": p.unique,
            "listed": p.listed.iter().map(|line| json!([line.count, line.first])).collect::<Value>(),
        })),
    })
}

/// What is told, in a form that a person can review.
fn told(reading: &Reading) -> Value {
    json!({
        "generation": reading.generation.name(),
        "generated": reading.generated,
        "window": [json!(reading.window.asked), json!(reading.window.hours)],
        "totals": counts(&reading.totals),
        "others": reading.others,
        "kinds": reading.kinds.as_ref().map(|kinds| kinds.iter().map(kind).collect::<Value>()),
        "entries": reading.entries.as_ref().map(|entries| entries.iter().map(entry).collect::<Value>()),
        "agents": reading.agents.iter().map(agent).collect::<Value>(),
        "n_gaps": reading.gaps.len(),
    })
}

/// Compares with a file, or rewrites it.
fn holds(file: &Path, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(file, found).unwrap();
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    assert_eq!(found, expected.replace("\r\n", "\n"), "{}", file.display());
}

#[test]
fn every_old_generation_tells_what_it_has_and_nothing_else() {
    let folder = testkit::fixtures().join("reports");
    for (file, generation) in [
        ("consolidation.txt", Generation::Consolidation),
        ("enhanced.txt", Generation::Enhanced),
        ("past_24_hours.txt", Generation::PastDay),
        ("clusters.txt", Generation::Clusters),
        ("old.json", Generation::OldJson),
    ] {
        let bytes = fs::read(folder.join(file)).unwrap();
        let reading = read(file, &bytes).unwrap();
        assert_eq!(reading.generation, generation, "{file}");
        assert!(!reading.gaps.is_empty(), "{file}");
        let found = serde_json::to_string_pretty(&told(&reading)).unwrap() + "\n";
        for secret in ["abcdefghij0123456789", "mwallace", "wallace@"] {
            assert!(!found.contains(secret), "{file}: {found}");
        }
        holds(&folder.join(format!("{file}.read.json")), &found);
        // Other line ends and a byte order mark change nothing.
        let text = String::from_utf8(bytes).unwrap();
        let of_windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(read(file, of_windows.as_bytes()), Ok(reading), "{file}");
    }
}

#[test]
fn what_is_no_whole_report_is_refused_in_words() {
    let folder = testkit::fixtures().join("reports").join("refused");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "expected")
        .collect();
    names.sort();
    let messages: Vec<String> = names
        .iter()
        .map(|name| read(name, &fs::read(folder.join(name)).unwrap()).unwrap_err() + "\n")
        .collect();
    holds(&folder.join("expected"), &messages.concat());
}

#[test]
fn a_report_cut_anywhere_is_refused_or_lacks_only_its_last_words() {
    let report = sample_report(8);
    let text = written(&report, text::write);
    let findings = text.find("\nKEY FINDINGS\n").unwrap();
    let ends = (0..findings)
        .step_by(997)
        .filter(|&end| text.is_char_boundary(end));
    for end in ends {
        assert!(read("r.txt", &text.as_bytes()[..end]).is_err(), "{end}");
    }
    let json = written(&report, json::write);
    for end in (0..json.len() - 2).step_by(4999) {
        assert!(read("r.json", &json.as_bytes()[..end]).is_err(), "{end}");
    }
}

#[test]
fn our_text_tells_of_an_entry_what_it_shows() {
    let report = sample_report(40);
    let reading = read("r.txt", written(&report, text::write).as_bytes()).unwrap();
    assert_eq!(reading.window.hours, Some(24));
    assert_eq!(
        reading
            .window
            .since
            .map(plexcore::stamp::Stamp::to_seconds)
            .as_deref(),
        Some("2026-02-01 01:00:00")
    );
    let entries = reading.entries.unwrap();
    for (found, made) in entries.iter().zip(&report.catalogue) {
        assert_eq!(found.title, made.title);
        assert_eq!(found.culprit, made.culprit);
        assert_eq!(found.exception, made.exception);
        assert_eq!(found.n_items, made.n_items);
        assert_eq!(found.urls, made.urls);
        assert_eq!(found.errno, made.errno);
        let (found, made) = (
            found.example.as_ref().unwrap(),
            made.example.as_ref().unwrap(),
        );
        assert_eq!(
            (&found.before, &found.lines, &found.after),
            (&made.before, &made.lines, &made.after)
        );
        assert_eq!((&found.file, found.offset), (&made.file, made.offset));
    }
    for (found, made) in reading.agents.iter().zip(&report.agents) {
        assert_eq!(found.samples, made.samples);
        assert_eq!(found.urls, made.urls);
        assert_eq!(found.patterns.as_ref(), Some(&made.patterns));
    }
}

/// Replaces the counts in a report; what they count is left alone.
fn with_counts(value: &mut Value, numbers: &mut dyn Iterator<Item = u64>) {
    const COUNTED: [&str; 8] = [
        "events",
        "count",
        "succeeded",
        "empty",
        "failed",
        "unfinished",
        "records_in_window",
        "total",
    ];
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let is_total = key == "summary" || key == "statistics";
                if let (true, Value::Object(totals)) = (is_total, &mut *value) {
                    for total in totals.values_mut() {
                        *total = json!(numbers.next().unwrap());
                    }
                } else if COUNTED.contains(&key.as_str()) && value.is_u64() {
                    *value = json!(numbers.next().unwrap());
                } else if key != "patterns" {
                    with_counts(value, numbers);
                }
            }
        }
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| with_counts(value, numbers)),
        _ => {}
    }
}

/// A report with any numbers and texts; names and ids stay names and ids.
fn any_report() -> impl Strategy<Value = Report> {
    let number = prop_oneof![0_u64..20, 0_u64..2_000_000, Just(u64::from(u32::MAX))];
    (
        0_usize..7,
        prop::collection::vec(number, 1..40),
        prop::collection::vec(hostile_text(), 1..30),
        prop::collection::vec("[A-Z][A-Za-z0-9' .-]{0,24}[a-z]", 6),
    )
        .prop_map(|(n_entries, numbers, texts, names)| {
            let plain = sample_report(n_entries);
            let mut value =
                serde_json::to_value(with_texts(&plain, &|n| texts[n % texts.len()].clone()))
                    .unwrap();
            with_counts(&mut value, &mut numbers.into_iter().cycle());
            let mut report: Report = serde_json::from_value(value).unwrap();
            for counts in [&mut report.outcomes.searches, &mut report.outcomes.updates] {
                counts.total = counts.succeeded + counts.empty + counts.failed + counts.unfinished;
            }
            let rename = |counts: &mut [AgentCount]| {
                for (count, name) in counts.iter_mut().zip(&names) {
                    count.agent.clone_from(name);
                }
            };
            for (entry, from) in report.catalogue.iter_mut().zip(plain.catalogue) {
                entry.id = from.id;
                entry.kind = from.kind;
                entry.group = from.group;
                entry.severity = from.severity;
                rename(&mut entry.agents);
            }
            for (kind, from) in report.kinds.iter_mut().zip(plain.kinds) {
                kind.kind = from.kind;
                kind.group = from.group;
                kind.share = from.share;
                // A kind is there because something of it happened.
                kind.events = kind.events.max(1);
                rename(&mut kind.agents);
            }
            for (agent, name) in report.agents.iter_mut().zip(&names) {
                agent.name.clone_from(name);
            }
            report
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn our_text_is_read_back_to_the_numbers_that_went_in(report in any_report()) {
        let text = written(&report, text::write);
        let found = read("r.txt", text.as_bytes()).unwrap();
        let made = read("r.json", written(&report, json::write).as_bytes()).unwrap();
        prop_assert_eq!(found.totals, made.totals);
        prop_assert_eq!(found.searches, made.searches);
        prop_assert_eq!(found.updates, made.updates);
        let named = |agents: &[ReadAgent]| -> Vec<(String, Counts, Option<u64>)> {
            agents.iter().map(|a| (a.name.clone(), a.counts, a.records)).collect()
        };
        prop_assert_eq!(named(&found.agents), named(&made.agents));
        let numbered = |entries: Option<Vec<ReadEntry>>| -> Vec<_> {
            entries.unwrap().into_iter().map(|e| (e.id, e.count, e.kind, e.group, e.severity, e.agents)).collect()
        };
        prop_assert_eq!(numbered(found.entries), numbered(made.entries));
        let events = |kinds: Option<Vec<KindCount>>| -> Vec<u64> {
            kinds.unwrap().into_iter().map(|kind| kind.events).collect()
        };
        prop_assert_eq!(sorted(events(found.kinds)), sorted(events(made.kinds)));
    }

    #[test]
    fn our_json_is_read_back_whole(report in any_report()) {
        let found = read("r.json", written(&report, json::write).as_bytes()).unwrap();
        let mut rest = report;
        let entries: Vec<ReadEntry> = mem::take(&mut rest.catalogue).into_iter().map(ReadEntry::from).collect();
        prop_assert_eq!(found.entries, Some(entries));
        prop_assert_eq!(found.kinds, Some(mem::take(&mut rest.kinds)));
        for (agent, read) in rest.agents.iter_mut().zip(found.agents) {
            prop_assert_eq!(mem::take(&mut agent.samples), read.samples);
            prop_assert_eq!(mem::take(&mut agent.urls), read.urls);
            prop_assert_eq!(Some(mem::take(&mut agent.patterns)), read.patterns);
        }
        prop_assert_eq!(found.report.as_deref(), Some(&rest));
    }

    #[test]
    fn no_bytes_make_the_reader_fall_over(head in 0_usize..6, body in prop::collection::vec(hostile_text(), 0..12), cut in 0_usize..4000) {
        let folder = testkit::fixtures().join("reports");
        let names = ["consolidation.txt", "enhanced.txt", "past_24_hours.txt", "clusters.txt", "old.json"];
        let mut text = names.get(head).map_or_else(
            || written(&sample_report(2), text::write),
            |name| fs::read_to_string(folder.join(name)).unwrap(),
        );
        let at = (0..=cut.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap();
        text.insert_str(at, &body.concat());
        if let Err(message) = read("any", text.as_bytes()) {
            prop_assert!(!message.contains('\n') && !message.contains('\u{1b}'), "{message}");
        }
    }
}

fn sorted(mut numbers: Vec<u64>) -> Vec<u64> {
    numbers.sort_unstable();
    numbers
}
