//! Generated logs, whose truth was counted while they were written, against what is read from them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use testkit::loggen::{
    self, AgentTruth, Category, FileTruth, Group, Outcome as Told, Platform, Pms, Rotation,
    SessionKind as ToldKind, Spec, Window,
};

use super::*;
use crate::log::head::Level;
use crate::log::record::Records;
use crate::log::rules::Kind;
use crate::log::server::{Request, Triggers};
use crate::log::session::{Outcome, SessionKind};
use crate::metrics::totals::Totals;

#[derive(Debug, Default, PartialEq)]
struct Heard {
    events: Vec<Event>,
    sessions: Vec<Session>,
    deliveries: Vec<Delivery>,
    totals: Totals,
}

impl Listener for Heard {
    fn event(&mut self, event: Event) {
        self.totals.add_event(&event);
        self.events.push(event);
    }

    fn session(&mut self, session: Session) {
        self.sessions.push(session);
    }

    fn delivery(&mut self, delivery: Delivery) {
        self.deliveries.push(delivery);
    }

    fn markers(&mut self, _: Stamp, markers: Markers) {
        self.totals.add_markers(markers);
    }
}

/// Gives bytes in pieces of a fixed size.
struct Dripping<R>(R, usize);

impl<R: Read> Read for Dripping<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

fn each_record(
    folder: &Path,
    files: &[FileTruth],
    piece: usize,
    mut take: impl FnMut(&Record<'_>, RecordPlace),
) {
    for (number, file) in (0..).zip(files) {
        let source = File::open(folder.join(&file.name)).unwrap();
        let mut records = Records::new(Dripping(source, piece));
        while let Some(record) = records.next().unwrap() {
            let place = RecordPlace {
                file: number,
                offset: record.offset,
            };
            take(&record, place);
        }
    }
}

fn hear(folder: &Path, files: &[FileTruth], piece: usize) -> Heard {
    let rules = Rules::builtin();
    let is_system = files[0].name.starts_with("com.plexapp.system.");
    let new = || {
        if is_system {
            Stream::of_system(&rules)
        } else {
            Stream::new(&rules)
        }
    };
    let (mut stream, mut heard) = (new(), Heard::default());
    // The same with records that tell nothing left out.
    let (mut sparing, mut heard_sparingly) = (new(), Heard::default());
    each_record(folder, files, piece, |record, place| {
        stream.take(record, place, &mut heard);
        if let Some(look) = Look::of(record, &rules) {
            sparing.take_looked_at(record, look, place, &mut heard_sparingly);
        }
    });
    stream.finish(&mut heard);
    sparing.finish(&mut heard_sparingly);
    assert_eq!(heard, heard_sparingly);
    heard
}

/// The generator's name for what a rule recognises.
fn category(id: &str) -> &str {
    match id {
        "no-title-match" => "title-match",
        "no-studio-match" => "no-match",
        "url-error" => "fetch",
        "refused" | "reset" | "incomplete" | "connect" | "unreachable" => "connect",
        "blocked" => "cloudflare",
        "storage" => "storage",
        "sandbox-name" | "exception-NameError" => "name",
        "sandbox-iter" => "attr",
        "exception-UnicodeDecodeError" | "exception-UnicodeEncodeError" => "unicode",
        _ if id.starts_with("http-") => "http",
        _ if id.starts_with("errno-") => "storage",
        _ if id.starts_with("exception-") => "attr",
        other => other,
    }
}

fn kind(group: Group) -> Kind {
    match group {
        Group::Outcome => Kind::Outcome,
        Group::Noise => Kind::Noise,
        Group::Remote => Kind::Remote,
        Group::Site => Kind::SiteChanged,
        Group::Agent => Kind::Agent,
        Group::Environment => Kind::Environment,
        Group::Server => Kind::Server,
    }
}

/// What both sides tell of an event, as text that sorts by time.
fn told(event: &loggen::Event) -> String {
    let category = serde_json::to_string(&event.category).unwrap();
    let culprit = event
        .culprit
        .as_ref()
        .map(|c| (c.file.clone(), c.line, c.function.clone()));
    format!(
        "{} {} {} http {:?} url {} {:?} item {:?} {:?} errno {:?} {culprit:?}",
        Stamp(event.at_ms).to_log(),
        category.trim_matches('"'),
        kind(event.category.group()),
        event.http,
        event.url,
        event.level,
        event.item,
        event.exception,
        event.errno,
    )
}

fn read(event: &Event) -> String {
    let culprit = event.culprit.as_ref().map(|c| {
        (
            c.place.file.clone(),
            c.line,
            c.function.clone().unwrap_or_default(),
        )
    });
    format!(
        "{} {} {} http {:?} url {} {:?} item {:?} {:?} errno {:?} {culprit:?}",
        event.at.to_log(),
        category(event.id()),
        event.kind(),
        event.status,
        event.markers.has(Markers::URL_FETCH_ERROR),
        event.level,
        event.item,
        event.raised.as_ref().map(|raised| &raised.name),
        event.errno,
    )
}

/// Not told by an event of ours but by a mark or not at all.
fn is_mark(event: &loggen::Event) -> bool {
    matches!(
        event.category,
        Category::Search | Category::TitlesFound | Category::Success | Category::FalseError
    )
}

fn assert_same(what: &str, mut told: Vec<String>, mut read: Vec<String>) {
    told.sort();
    read.sort();
    let missing: Vec<&String> = told.iter().filter(|t| !read.contains(t)).take(5).collect();
    let extra: Vec<&String> = read.iter().filter(|r| !told.contains(r)).take(5).collect();
    assert!(
        told == read,
        "{what}: told {}, read {}\nmissing {missing:#?}\nextra {extra:#?}",
        told.len(),
        read.len()
    );
}

fn assert_events(agent: &AgentTruth, heard: &Heard) {
    let expected = agent
        .events
        .iter()
        .filter(|event| !is_mark(event))
        .map(told);
    let found = heard
        .events
        .iter()
        .filter(|event| event.level != Level::Warning)
        .map(read);
    assert_same(&agent.name, expected.collect(), found.collect());
}

fn assert_totals(agent: &AgentTruth, heard: &Heard) {
    let told = agent.totals(Window::ALL);
    let expected = Totals {
        search_operations: told.search_operations,
        titles_found: told.titles_found,
        title_failures: told.title_failures,
        model_errors: told.model_errors,
        url_errors: told.url_errors,
        http_403: told.http_403,
        http_404: told.http_404,
        processing_errors: told.processing_errors,
        success_indicators: told.success_indicators,
    };
    assert_eq!(heard.totals, expected, "{}", agent.name);
}

fn assert_sessions(agent: &AgentTruth, heard: &Heard) {
    let expected = agent.sessions.iter().map(|s| {
        let kind = match s.kind {
            ToldKind::Search => SessionKind::Search,
            ToldKind::Update => SessionKind::Update,
        };
        format!(
            "{} {} {kind:?} {} end {:?} {} requests {}",
            Stamp(s.start_ms).to_log(),
            s.thread,
            s.item,
            s.end_ms,
            match s.outcome {
                Told::Results => "results",
                Told::None => "none",
                Told::Failed => "failed",
                Told::Updated => "updated",
                Told::NeverFinished => "never",
            },
            s.requests
        )
    });
    let found = heard.sessions.iter().map(|s| {
        let never = matches!(s.outcome, Outcome::Lost | Outcome::NeverFinished);
        format!(
            "{} {} {:?} {} end {:?} {} requests {}",
            s.start.to_log(),
            s.thread,
            s.kind,
            s.item.unwrap_or_default(),
            s.end.filter(|_| !never).map(|end| end.0),
            match s.outcome {
                Outcome::Results(_) => "results",
                Outcome::NoResult => "none",
                Outcome::Failed => "failed",
                Outcome::Updated => "updated",
                Outcome::NoAnswer => "no answer",
                Outcome::Lost | Outcome::NeverFinished => "never",
            },
            s.requests
        )
    });
    assert_same(&agent.name, expected.collect(), found.collect());
}

fn small(seed: u64, platform: Platform, pms: Pms) -> Spec {
    Spec {
        platform,
        pms,
        bytes: 1_200_000,
        ..Spec::new(seed)
    }
}

#[test]
fn what_the_generator_wrote_is_what_is_heard() {
    for (seed, platform, pms) in [
        (1, Platform::Linux, Pms::New),
        (2, Platform::Windows, Pms::Old),
        (3, Platform::MacOs, Pms::New),
        (4, Platform::Mixed, Pms::Ancient),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let made = loggen::generate(&small(seed, platform, pms), folder.path()).unwrap();
        for agent in made.truth.agents.iter().chain(&made.truth.system) {
            let heard = hear(&made.plugin_logs, &agent.files, usize::MAX);
            assert_events(agent, &heard);
            assert_totals(agent, &heard);
        }
        for agent in &made.truth.agents {
            let heard = hear(&made.plugin_logs, &agent.files, usize::MAX);
            assert_sessions(agent, &heard);
        }
    }
}

/// So many searches, not so many bytes, so that the form of paths and heads does not count.
fn day(platform: Platform, pms: Pms) -> Spec {
    let mut spec = Spec {
        restarts: 0,
        rotation: Rotation::Never,
        ..small(11, platform, pms)
    };
    for agent in &mut spec.agents {
        agent.searches = Some(120);
    }
    spec
}

/// Every id of a run with the rule it stands for.
fn ids(spec: &Spec) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let made = loggen::generate(spec, folder.path()).unwrap();
    let heard = made
        .truth
        .agents
        .iter()
        .flat_map(|agent| hear(&made.plugin_logs, &agent.files, usize::MAX).events);
    heard
        .map(|event| format!("{} {}", event.short_id(), event.id()))
        .collect()
}

#[test]
fn the_same_day_on_another_server_has_the_same_ids() {
    let here = ids(&day(Platform::Linux, Pms::New));
    assert!(here.len() > 30);
    for (shift, platform, pms) in [
        (0, Platform::Windows, Pms::New),
        (0, Platform::MacOs, Pms::Ancient),
        (7, Platform::Windows, Pms::Old),
    ] {
        let mut spec = day(platform, pms);
        for agent in &mut spec.agents {
            agent.line_shift = shift;
        }
        let there = ids(&spec);
        assert_eq!(there, here, "{platform:?} {pms:?}");
    }
}

#[test]
fn how_the_bytes_arrive_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let spec = Spec {
        bytes: 300_000,
        ..small(5, Platform::Linux, Pms::New)
    };
    let made = loggen::generate(&spec, folder.path()).unwrap();
    for agent in &made.truth.agents {
        let whole = hear(&made.plugin_logs, &agent.files, usize::MAX);
        assert!(!whole.events.is_empty());
        for piece in [1, 7, 4096] {
            let heard = hear(&made.plugin_logs, &agent.files, piece);
            assert_eq!(heard, whole, "{} in pieces of {piece}", agent.name);
        }
    }
}

#[test]
fn requests_to_the_server_are_found_in_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let made = loggen::generate(&Spec::new(6), folder.path()).unwrap();
    let mut found = Vec::new();
    let mut triggers = Triggers::new();
    for file in &made.truth.server.as_ref().unwrap().files {
        let source = io::BufReader::new(File::open(made.logs.join(&file.name)).unwrap());
        let coverage = triggers.read(source, &mut |t| found.push(t)).unwrap();
        assert_eq!((coverage.lines, coverage.unknown), (file.lines, 0));
        assert_eq!(coverage.first.map(|at| at.0), file.first_ms);
        assert_eq!(coverage.last.map(|at| at.0), file.last_ms);
    }
    let expected = made.truth.triggers.iter().map(|t| {
        format!(
            "{} {:?} {:?}",
            t.at_ms,
            Request {
                method: t.method.clone(),
                url: t.url.clone()
            },
            t.item.map(u64::from)
        )
    });
    let requests = found.iter().filter_map(|t| {
        let request = t.request.as_ref()?;
        Some(format!(
            "{} {request:?} {:?}",
            t.at.0,
            t.items.first().copied()
        ))
    });
    assert_same("triggers", expected.collect(), requests.collect());
}

#[test]
fn the_broker_tells_which_updates_worked() {
    let folder = tempfile::tempdir().unwrap();
    let made = loggen::generate(&Spec::new(7), folder.path()).unwrap();
    let system = made.truth.system.unwrap();
    let heard = hear(&made.plugin_logs, &system.files, usize::MAX);
    let expected = system
        .sessions
        .iter()
        .filter_map(|s| Some((s.end_ms?, s.item, s.outcome == Told::Updated)))
        .map(|told| format!("{told:?}"));
    let read = heard
        .deliveries
        .iter()
        .map(|d| (d.at.0, d.item.unwrap_or_default(), d.is_success))
        .map(|read| format!("{read:?}"));
    assert_same("broker", expected.collect(), read.collect());
}
