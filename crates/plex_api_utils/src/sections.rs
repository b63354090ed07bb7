//! The library sections of a server.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::report::number::counted;
use plexcore::xml::{Container, Section};
use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::fault::Fault;
use crate::form::Form;
use crate::server_url::percent_encoded;
use crate::shown::{moment, one_line};

/// All sections, in the server's order.
pub(crate) fn fetch(client: &Client) -> Result<Vec<Section>, Fault> {
    let root = client.fetch(&Call::get("/library/sections"))?;
    Ok(root.children.iter().filter_map(Section::of).collect())
}

/// The section that a person means by its number or its title.
pub(crate) fn find(client: &Client, typed: &str) -> Result<Section, Failure> {
    let sections = fetch(client)?;
    let by_key = sections.iter().find(|section| section.key == typed);
    let mut by_title = sections
        .iter()
        .filter(|section| section.title.eq_ignore_ascii_case(typed));
    let found = match (by_key, by_title.next(), by_title.next()) {
        (Some(section), ..) | (None, Some(section), None) => section,
        (None, Some(_), Some(_)) => {
            return Err(Failure::new(
                Exit::NoInput,
                format!("several sections are named {typed:?}; give the number"),
            ));
        }
        (None, None, _) => {
            let known: Vec<String> = sections
                .iter()
                .map(|s| format!("{} ({})", s.key, s.title))
                .collect();
            return Err(Failure::new(
                Exit::NoInput,
                format!(
                    "there is no section {typed:?}; the server has {}",
                    known.join(", ")
                ),
            ));
        }
    };
    Ok(found.clone())
}

/// How many items a section lists; `None` if the server doesn't say.
fn count(client: &Client, section: &Section) -> Result<Option<u64>, Fault> {
    let mut call = Call::get(format!(
        "/library/sections/{}/all",
        percent_encoded(&section.key)
    ));
    if let Some(kind) = section.type_number() {
        call = call.with("type", kind);
    }
    call.page = Some((0, 0));
    call.is_long = true;
    let answer = client.open(&call)?;
    Ok(Container::of(&answer.root).total.or(answer.header_total))
}

/// Whether an agent is one of those in a bundle, which new servers are about to drop.
pub(crate) fn is_legacy(agent: &str) -> bool {
    !agent.starts_with("tv.plex.")
}

/// Prints the list: the script's line for each section, and below it what else is known.
pub(crate) fn list(form: Form, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let sections = fetch(client)?;
    let mut counts = Vec::new();
    for section in &sections {
        counts.push(match count(client, section) {
            Ok(count) => count,
            Err(fault) if fault.ends_the_run() => return Err(fault.into()),
            // A section whose items can't be counted is still a section.
            Err(_) => None,
        });
    }
    if !form.is_text() {
        let rows: Vec<Value> = sections
            .iter()
            .zip(&counts)
            .map(|(section, count)| row(section, *count))
            .collect();
        form.say_list("sections", &rows, console)?;
        return Ok(Exit::Done);
    }
    console.say("Library Sections:")?;
    for (section, count) in sections.iter().zip(counts) {
        let title = one_line(&section.title);
        console.say(format_args!(
            "  {}: {title} ({})",
            one_line(&section.key),
            one_line(&section.kind)
        ))?;
        console.say(format_args!("      {}", one_line(&details(section, count))))?;
    }
    Ok(Exit::Done)
}

fn details(section: &Section, count: Option<u64>) -> String {
    let agent = section.agent.as_deref().unwrap_or("none");
    let kind = if section.agent.as_deref().is_some_and(is_legacy) {
        "legacy agent"
    } else {
        "agent"
    };
    let mut parts = vec![format!("{kind} {agent}")];
    parts.extend(
        section
            .language
            .as_ref()
            .map(|language| format!("language {language}")),
    );
    parts.extend(count.map(|n| counted(n, "item", "items")));
    parts.extend(
        section
            .scanned_at
            .map(|at| format!("scanned {}", moment(at))),
    );
    if section.refreshing {
        parts.push("refreshing".to_owned());
    }
    parts.join(", ")
}

fn row(section: &Section, count: Option<u64>) -> Value {
    json!({
        "key": section.key,
        "title": section.title,
        "type": section.kind,
        "agent": section.agent,
        "legacy_agent": section.agent.as_deref().map(is_legacy),
        "language": section.language,
        "count": count,
        "refreshing": section.refreshing,
        "scanned_at": section.scanned_at,
        "folders": section.folders,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_of_bundles_are_told_from_the_others() {
        assert!(is_legacy("com.plexapp.agents.exampledb") && is_legacy("org.example.agents.music"));
        assert!(!is_legacy("tv.plex.agents.movie"));
    }
}
