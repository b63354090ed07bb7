//! The document as JSON: everything, and a field for notes on each error.
//!
//! It is written from the evidence as it goes, never built up in memory first: a large report has
//! tens of megabytes of it.

use plexcore::reading::{Counts, ReadEntry};
use plexcore::report::understanding::{AgentCount, KindCount};
use plexcore::stamp::Stamp;
use serde::Serialize;
use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use crate::codebase::Found;
use crate::diagnosis::{Diagnosis, Group, Shown};
use crate::notes::{GENERAL, Kept};
use crate::summary;

/// The version of the JSON form; it changes when a reader of the old one would stumble.
const SCHEMA: u32 = 1;
const CHECK: &str = "check";
const NOTES: &str = "notes";

#[derive(Serialize)]
struct Whole<'a> {
    schema: u32,
    document: &'static str,
    made_by: &'static str,
    generated: &'a str,
    report: ReportForm<'a>,
    only: &'a [String],
    attention: &'a [String],
    gaps: &'a [String],
    summary: Vec<String>,
    failures: u64,
    distinct_errors: u64,
    not_shown: NotShown,
    totals: Counts,
    types: Option<&'a [KindCount]>,
    no_failures: &'a [KindCount],
    agents: Vec<AgentForm<'a>>,
    errors_in_several_agents: Vec<GroupForm<'a>>,
    errors_of_one_agent: Vec<OfAgent<'a>>,
    noise: Vec<NoiseForm<'a>>,
    notes: &'a str,
    notes_on_others: Vec<OtherForm<'a>>,
}

#[derive(Serialize)]
struct ReportForm<'a> {
    path: String,
    generation: &'static str,
    generated: Option<&'a str>,
    window: WindowForm<'a>,
    covered: Option<&'a (String, String)>,
}

#[derive(Serialize)]
struct WindowForm<'a> {
    asked: Option<&'a str>,
    hours: Option<u64>,
    since: Option<String>,
    until: Option<String>,
}

#[derive(Serialize)]
struct NotShown {
    errors: u64,
    events: u64,
}

#[derive(Serialize)]
struct AgentForm<'a> {
    name: &'a str,
    counts: &'a Counts,
    others: &'a [(String, u64)],
    records: Option<u64>,
}

#[derive(Serialize)]
struct OfAgent<'a> {
    agent: &'a str,
    causes: Vec<GroupForm<'a>>,
}

#[derive(Serialize)]
struct GroupForm<'a> {
    events: u64,
    agents: &'a [AgentCount],
    errors: Vec<ErrorForm<'a>>,
}

#[derive(Serialize)]
struct ErrorForm<'a> {
    #[serde(flatten)]
    entry: &'a ReadEntry,
    codebase: Option<&'a Found>,
    notes: &'a str,
    comes_along: Vec<ErrorForm<'a>>,
}

#[derive(Serialize)]
struct NoiseForm<'a> {
    #[serde(flatten)]
    entry: &'a ReadEntry,
    notes: &'a str,
}

#[derive(Serialize)]
struct OtherForm<'a> {
    id: &'a str,
    title: &'a str,
    notes: &'a str,
}

/// Writes the document.
pub(crate) fn write(diagnosis: &Diagnosis, kept: &Kept) -> String {
    // Strings and numbers can always be written.
    let mut text = serde_json::to_string_pretty(&form(diagnosis, kept)).unwrap_or_default();
    let check = check(&text).number;
    text.truncate(text.trim_end_matches(['\n', '}']).len());
    text + &format!(",\n  \"{CHECK}\": \"{check}\"\n}}\n")
}

fn form<'a>(diagnosis: &'a Diagnosis, kept: &'a Kept) -> Whole<'a> {
    let reading = &diagnosis.reading;
    let groups = |groups: &'a [Group]| groups.iter().map(|of| group(of, kept)).collect();
    let mut shown = summary::shown_ids(diagnosis);
    shown.insert(GENERAL.to_owned());
    Whole {
        schema: SCHEMA,
        document: "diagnosis",
        made_by: diagnosis.made_by,
        generated: &diagnosis.generated,
        report: ReportForm {
            path: reading.path.to_string_lossy().into_owned(),
            generation: reading.generation.name(),
            generated: reading.generated.as_deref(),
            window: WindowForm {
                asked: reading.window.asked.as_deref(),
                hours: reading.window.hours,
                since: reading.window.since.map(Stamp::to_iso),
                until: reading.window.until.map(Stamp::to_iso),
            },
            covered: reading.covered.as_ref(),
        },
        only: &diagnosis.filtered,
        attention: &diagnosis.attention,
        gaps: &diagnosis.gaps,
        summary: summary::sentences(diagnosis),
        failures: diagnosis.failures,
        distinct_errors: diagnosis.n_distinct,
        not_shown: NotShown {
            errors: diagnosis.left_out.errors,
            events: diagnosis.left_out.events,
        },
        totals: diagnosis.totals,
        types: diagnosis.kinds.as_deref(),
        no_failures: &diagnosis.apart,
        agents: diagnosis
            .agents
            .iter()
            .map(|agent| AgentForm {
                name: &agent.name,
                counts: &agent.counts,
                others: &agent.others,
                records: agent.records,
            })
            .collect(),
        errors_in_several_agents: groups(&diagnosis.across),
        errors_of_one_agent: diagnosis
            .single
            .iter()
            .map(|(agent, of_agent)| OfAgent {
                agent,
                causes: groups(of_agent),
            })
            .collect(),
        noise: diagnosis
            .noise
            .iter()
            .map(|entry| NoiseForm {
                entry,
                notes: kept.text(&entry.id),
            })
            .collect(),
        notes: kept.text(GENERAL),
        notes_on_others: kept
            .others(&shown)
            .map(|(id, note)| OtherForm {
                id,
                title: &note.title,
                notes: &note.text,
            })
            .collect(),
    }
}

fn group<'a>(group: &'a Group, kept: &'a Kept) -> GroupForm<'a> {
    GroupForm {
        events: group.events,
        agents: &group.agents,
        errors: group.errors.iter().map(|of| error(of, kept)).collect(),
    }
}

fn error<'a>(shown: &'a Shown, kept: &'a Kept) -> ErrorForm<'a> {
    ErrorForm {
        entry: &shown.entry,
        codebase: shown.source.as_ref(),
        notes: kept.text(&shown.entry.id),
        comes_along: shown.companions.iter().map(|of| error(of, kept)).collect(),
    }
}

/// What a document is without its notes, and how many places for notes it has.
#[derive(Debug, PartialEq, Eq)]
struct Check {
    number: String,
    n_notes: usize,
}

/// A number for the lines of a document but for its notes and its check. This tool writes a field
/// a line, so a person's note is one line; white space and commas at the ends are nobody's words.
fn check(text: &str) -> Check {
    let mut hash = Xxh3::new();
    let (mut n_notes, mut has_check) = (0, false);
    for line in text.lines() {
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == ',');
        if is_field(line, NOTES) {
            n_notes += 1;
        } else if is_field(line, CHECK) && !has_check {
            has_check = true;
        } else {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
    }
    Check {
        number: format!("{:016x}", hash.digest()),
        n_notes,
    }
}

fn is_field(line: &str, name: &str) -> bool {
    line.strip_prefix('"')
        .and_then(|line| line.strip_prefix(name))
        .is_some_and(|line| line.starts_with("\":"))
}

/// Takes the notes out of a document, as `(id, title, text)`; the second part says whether all the
/// rest is as this tool wrote it. `None` where the text is no JSON.
pub(crate) fn notes(text: &str, take: &mut dyn FnMut(&str, &str, &str)) -> Option<bool> {
    let value: Value = serde_json::from_str(text).ok()?;
    let mut n_taken = 0;
    let mut count = |id: &str, title: &str, text: &str| {
        n_taken += 1;
        take(id, title, text);
    };
    if let Some(Value::String(text)) = value.get(NOTES) {
        count(GENERAL, "", text);
    }
    of_entries(&value, &mut count);
    let stored = value.get(CHECK).and_then(Value::as_str);
    let check = check(text);
    Some(stored == Some(&check.number) && n_taken == check.n_notes)
}

fn of_entries(value: &Value, take: &mut dyn FnMut(&str, &str, &str)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| of_entries(value, take)),
        Value::Object(fields) => {
            if let (Some(Value::String(id)), Some(Value::String(text))) =
                (fields.get("id"), fields.get(NOTES))
            {
                let title = fields.get("title").and_then(Value::as_str);
                take(id, title.unwrap_or_default(), text);
            }
            fields.values().for_each(|value| of_entries(value, take));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{
  "noise": [
    {
      "id": "E-1",
      "lines": [
        "notes",
        "check"
      ],
      "notes": ""
    }
  ]
}
"#;

    #[test]
    fn only_notes_and_the_check_may_change_unseen() {
        let whole = check(DOCUMENT);
        assert_eq!(whole.n_notes, 1);
        let noted = DOCUMENT.replace(
            "\"notes\": \"\"",
            "\"notes\": \"mine\",\n  \"check\": \"0\"",
        );
        assert_eq!(check(&noted), whole);
        assert_eq!(
            check(&DOCUMENT.replace("    ", "\t").replace('\n', "\r\n")),
            whole
        );
        for other in [
            DOCUMENT.replace("E-1", "E-2"),
            DOCUMENT.replace("\"check\"\n", "\"check\",\n\"mine\"\n"),
            DOCUMENT.replace("\"notes\",", "\"notes\": \"mine\","),
            noted.replace(
                "\"check\": \"0\"",
                "\"check\": \"0\",\n  \"check\": \"mine\"",
            ),
        ] {
            assert_ne!(check(&other), whole, "{other}");
        }
    }

    #[test]
    fn a_place_for_notes_that_belongs_to_no_error_is_a_persons() {
        let mut taken = Vec::new();
        let mut take = |id: &str, _: &str, text: &str| taken.push(format!("{id} {text}"));
        let text = format!(
            "{},\n  \"check\": \"{}\"\n}}\n",
            DOCUMENT.strip_suffix("\n}\n").unwrap(),
            check(DOCUMENT).number
        );
        assert_eq!(notes(&text, &mut take), Some(true));
        let astray = text.replace(
            "\"lines\": [",
            "\"more\": {\n\"notes\": \"mine\"\n},\n\"lines\": [",
        );
        assert_eq!(notes(&astray, &mut take), Some(false));
        assert_eq!(notes("{", &mut take), None);
        assert_eq!(taken, ["E-1 ", "E-1 "]);
    }
}
