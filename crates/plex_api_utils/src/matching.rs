//! `--match`, `--unmatch`, `--analyze`: single calls on items.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::xml::Element;
use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::form::Form;
use crate::server_url::percent_encoded;
use crate::shown::one_line;
use crate::targets::{self, Named, Target};

fn call(target: &Target, verb: &str) -> Call {
    Call::put(format!(
        "/library/metadata/{}/{verb}",
        percent_encoded(&target.key)
    ))
}

/// What an item is to be matched with.
#[derive(Debug)]
pub(crate) struct Aim {
    /// The match; without it the possible ones are listed.
    pub(crate) guid: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) year: Option<u16>,
}

/// Lists what an item could be, or makes it what the GUID says.
pub(crate) fn fix_match(
    item: &Named,
    aim: &Aim,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let targets = targets::gather(item, client, console)?;
    let [target] = targets.as_slice() else {
        return Err(Failure::usage(format!(
            "--match takes one item, found {}",
            targets.len()
        )));
    };
    let Some(guid) = &aim.guid else {
        return list_matches(target, aim, form, client, console);
    };
    let mut request = call(target, "match").with("guid", guid);
    if let Some(title) = &aim.title {
        request = request.with("name", title);
    }
    client.send(&request)?;
    if form.is_text() {
        let key = one_line(&target.key);
        console.say(format_args!("  {key}: matched to {}", one_line(guid)))?;
    } else {
        let document = json!({ "ratingKey": target.key, "matched_to": guid });
        form.say_one(document, console)?;
    }
    Ok(Exit::Done)
}

fn list_matches(
    target: &Target,
    aim: &Aim,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    // Clients ask for matches by GET, whatever the published description of the API says.
    let mut request = Call {
        verb: crate::client::Verb::Get,
        ..call(target, "matches")
    }
    .with("manual", 1);
    if let Some(title) = &aim.title {
        request = request.with("title", title);
    }
    if let Some(year) = aim.year {
        request = request.with("year", year);
    }
    // An agent asks its site first, so this takes as long as that does.
    request.is_long = true;
    let root = client.fetch(&request)?;
    let found: Vec<&Element> = root
        .children
        .iter()
        .filter(|child| child.name == "SearchResult")
        .collect();
    if form.is_text() {
        console.say("Matches:")?;
        for one in &found {
            let text = |name: &str| one_line(one.get(name).unwrap_or("-"));
            console.say(format_args!(
                "  {} {} ({}): {}",
                text("score"),
                text("name"),
                text("year"),
                text("guid")
            ))?;
        }
    } else {
        let rows: Vec<Value> = found.iter().map(|one| row(one)).collect();
        if form == Form::Json {
            console.say_document(json!({ "ratingKey": target.key, "matches": rows }))?;
        } else {
            form.say_list("matches", &rows, console)?;
        }
    }
    Ok(if found.is_empty() {
        Exit::NoInput
    } else {
        Exit::Done
    })
}

fn row(found: &Element) -> Value {
    json!({
        "guid": found.get("guid"),
        "name": found.get("name"),
        "year": found.number("year"),
        "score": found.number("score"),
    })
}

/// Sends one verb to every item that is named.
pub(crate) fn each(
    items: &Named,
    verb: &str,
    done: &str,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut rows = Vec::new();
    for target in targets::gather(items, client, console)? {
        let row = match client.send(&call(&target, verb)) {
            Ok(()) => json!({ "ratingKey": target.key, "outcome": done }),
            Err(fault) if fault.ends_the_run() => return Err(fault.into()),
            Err(fault) => {
                console.complain(&fault);
                exit = exit.or(fault.exit());
                json!({ "ratingKey": target.key, "error": fault.to_string() })
            }
        };
        match form {
            Form::Text if row.get("error").is_none() => {
                console.say(format_args!("  {}: {done}", one_line(&target.key)))?;
            }
            Form::Text => {}
            Form::Json => rows.push(row),
            Form::JsonLines => Form::say_line(&row, console)?,
        }
    }
    if form == Form::Json {
        console.say_document(json!({ "items": rows, "exit": exit.code() }))?;
    }
    Ok(exit)
}
