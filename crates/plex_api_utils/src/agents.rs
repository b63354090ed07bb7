//! The metadata agents of a server.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::xml::Element;
use serde_json::{Value, json};

use crate::client::{Call, Client};
use crate::form::Form;
use crate::sections::is_legacy;
use crate::shown::one_line;

/// Prints the list of agents, with what tells one that new servers still run from one that they drop.
pub(crate) fn list(form: Form, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let root = client.fetch(&Call::get("/system/agents"))?;
    let agents: Vec<&Element> = root
        .children
        .iter()
        .filter(|child| child.name == "Agent")
        .collect();
    if !form.is_text() {
        let rows: Vec<Value> = agents.iter().map(|agent| row(agent)).collect();
        form.say_list("agents", &rows, console)?;
        return Ok(Exit::Done);
    }
    console.say("Metadata Agents:")?;
    for agent in agents {
        let identifier = agent.get("identifier").unwrap_or_default();
        let kind = if is_legacy(identifier) {
            "legacy"
        } else {
            "current"
        };
        let primary = if agent.flag("primary") {
            "primary"
        } else {
            "contributing"
        };
        let name = one_line(agent.get("name").unwrap_or_default());
        console.say(format_args!(
            "  {}: {name} ({kind}, {primary})",
            one_line(identifier)
        ))?;
    }
    Ok(Exit::Done)
}

fn row(agent: &Element) -> Value {
    let identifier = agent.get("identifier").unwrap_or_default();
    json!({
        "identifier": identifier,
        "name": agent.get("name"),
        "primary": agent.flag("primary"),
        "has_settings": agent.flag("hasPrefs"),
        "legacy": is_legacy(identifier),
    })
}
