//! The document as JSON: everything, and a field for notes on each error.

use plexcore::stamp::Stamp;
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::diagnosis::{Diagnosis, Group, Shown};
use crate::notes::{GENERAL, Kept, Note};
use crate::summary;

/// The version of the JSON form; it changes when a reader of the old one would stumble.
const SCHEMA: u32 = 1;
const CHECK: &str = "check";
const NOTES: &str = "notes";

/// Writes the document.
pub(crate) fn write(diagnosis: &Diagnosis, kept: &Kept) -> String {
    let mut value = value(diagnosis, kept);
    let mut bare = value.clone();
    take_notes(&mut bare, &mut |_, _, _| {});
    value[CHECK] = json!(check(&bare));
    // A value of strings and numbers can always be written.
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text + "\n"
}

fn value(diagnosis: &Diagnosis, kept: &Kept) -> Value {
    let reading = &diagnosis.reading;
    let window = &reading.window;
    let groups = |groups: &[Group]| -> Value { groups.iter().map(|g| group(g, kept)).collect() };
    let mut shown = summary::shown_ids(diagnosis);
    shown.insert(GENERAL.to_owned());
    json!({
        "schema": SCHEMA,
        "document": "diagnosis",
        "made_by": diagnosis.made_by,
        "generated": diagnosis.generated,
        "report": {
            "path": reading.path.to_string_lossy(),
            "generation": reading.generation.name(),
            "generated": reading.generated,
            "window": {
                "asked": window.asked,
                "hours": window.hours,
                "since": window.since.map(Stamp::to_iso),
                "until": window.until.map(Stamp::to_iso),
            },
            "covered": reading.covered,
        },
        "only": diagnosis.filtered,
        "attention": diagnosis.attention,
        "gaps": diagnosis.gaps,
        "summary": summary::sentences(diagnosis),
        "failures": diagnosis.failures,
        "distinct_errors": diagnosis.n_distinct,
        "not_shown": {
            "errors": diagnosis.left_out.errors,
            "events": diagnosis.left_out.events,
        },
        "totals": diagnosis.totals,
        "types": diagnosis.kinds,
        "no_failures": diagnosis.apart,
        "agents": diagnosis.agents.iter().map(|agent| json!({
            "name": agent.name,
            "counts": agent.counts,
            "others": agent.others,
            "records": agent.records,
        })).collect::<Value>(),
        "errors_in_several_agents": groups(&diagnosis.across),
        "errors_of_one_agent": diagnosis.single.iter().map(|(agent, of_agent)| json!({
            "agent": agent,
            "causes": groups(of_agent),
        })).collect::<Value>(),
        "noise": diagnosis.noise.iter().map(|entry| {
            let mut value = json!(entry);
            value[NOTES] = json!(kept.text(&entry.id));
            value
        }).collect::<Value>(),
        NOTES: kept.text(GENERAL),
        "notes_on_others": kept.others(&shown).map(other).collect::<Value>(),
    })
}

fn other((id, note): (&str, &Note)) -> Value {
    json!({"id": id, "title": note.title, NOTES: note.text})
}

fn group(group: &Group, kept: &Kept) -> Value {
    json!({
        "events": group.events,
        "agents": group.agents,
        "errors": group.errors.iter().map(|e| error(e, kept)).collect::<Value>(),
    })
}

fn error(shown: &Shown, kept: &Kept) -> Value {
    let mut value = json!(shown.entry);
    value["codebase"] = json!(shown.source);
    value["comes_along"] = shown.companions.iter().map(|e| error(e, kept)).collect();
    value[NOTES] = json!(kept.text(&shown.entry.id));
    value
}

/// Takes the stored check out of a document.
pub(crate) fn take_check(value: &mut Value) -> Option<String> {
    let check = value.as_object_mut()?.remove(CHECK)?;
    check.as_str().map(str::to_owned)
}

/// A number for a document without its notes.
pub(crate) fn check(value: &Value) -> String {
    format!("{:016x}", xxh3_64(value.to_string().as_bytes()))
}

/// Takes the notes out of a document; `take` is given id, title and text.
pub(crate) fn take_notes(value: &mut Value, take: &mut dyn FnMut(&str, &str, &str)) {
    if let Some(notes) = value.get_mut(NOTES)
        && let Value::String(text) = notes
    {
        take(GENERAL, "", text);
        *notes = json!("");
    }
    take_entries(value, take);
}

fn take_entries(value: &mut Value, take: &mut dyn FnMut(&str, &str, &str)) {
    match value {
        Value::Array(values) => values
            .iter_mut()
            .for_each(|value| take_entries(value, take)),
        Value::Object(fields) => {
            if let (Some(Value::String(id)), Some(Value::String(text))) =
                (fields.get("id"), fields.get(NOTES))
            {
                let title = fields.get("title").and_then(Value::as_str);
                take(id, title.unwrap_or_default(), text);
                fields[NOTES] = json!("");
            }
            fields
                .values_mut()
                .for_each(|value| take_entries(value, take));
        }
        _ => {}
    }
}
