//! One task, its items, its form: which room does it.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::plex_folders::Surroundings;
use plexcore::xml::Item;
use serde_json::json;

use crate::agents;
use crate::args::Args;
use crate::choice::Listed;
use crate::client::{Call, Client};
use crate::form::Form;
use crate::listing;
use crate::locate::{self, Files};
use crate::options::{Options, Task};
use crate::session::{self, Access};
use crate::shown::one_line;
use crate::{matching, refresh, section_work, sections, verify};

/// Does the one thing that the arguments ask for.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let Options { task, form, access } = Options::of(args)?;
    let here = Surroundings::of_process();
    if let Task::Token { is_explained } = task {
        return print_token(is_explained, form, &access, &here, console);
    }
    let client = session::open(&access, &here, console)?;
    let outcome = perform(&task, form, &client, console);
    session::tell_repairs(&client, console);
    outcome
}

fn perform(
    task: &Task,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    match task {
        Task::Token { .. } => Ok(Exit::Done),
        Task::Check => check(form, client, console),
        Task::Sections => sections::list(form, client, console),
        Task::Agents => agents::list(form, client, console),
        Task::Items(listed) => list_items(listed, form, client, console),
        Task::Search {
            text,
            section,
            limit,
        } => search(text, section.as_deref(), *limit, form, client, console),
        Task::Locate(files) => locate_only(files, form, client, console),
        Task::RefreshSection { section, poll } => {
            section_work::refresh(section, *poll, form, client, console)
        }
        Task::Refresh { items, plan } => refresh::run(items, plan, form, client, console),
        Task::Verify {
            items,
            plan,
            expectations,
        } => verify::run(items, plan, expectations, form, client, console),
        Task::Match { item, aim } => matching::fix_match(item, aim, form, client, console),
        Task::Unmatch(items) => {
            matching::each(items, "unmatch", "unmatched", form, client, console)
        }
        Task::Analyze(items) => matching::each(
            items,
            "analyze",
            "analysis triggered",
            form,
            client,
            console,
        ),
        Task::Stop { section } => section_work::stop(section, form, client, console),
    }
}

fn print_token(
    is_explained: bool,
    form: Form,
    access: &Access,
    here: &Surroundings,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let mut search = session::search_token(access, here)?;
    if search.found.is_none() && (form.is_text() || !is_explained) {
        if is_explained {
            console.complain_lines(&search.tried.join("\n"));
        }
        search.ask()?;
    } else if is_explained && form.is_text() {
        console.complain_lines(&search.tried.join("\n"));
    }
    let token = search.found.as_ref().map(|found| found.token.expose());
    if !form.is_text() {
        let origin = search.found.as_ref().map(|found| found.origin.as_str());
        let document = json!({ "token": token, "origin": origin, "tried": search.tried });
        form.say_one(document, console)?;
    } else if let Some(token) = token {
        console.say(format_args!("Plex Token: {token}"))?;
    }
    Ok(if token.is_some() {
        Exit::Done
    } else {
        Exit::NoInput
    })
}

/// Whether the server is there, and whether it takes the token.
fn check(form: Form, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let root = client.fetch(&Call::get("/"))?;
    let text = |name: &str| one_line(root.get(name).unwrap_or("unknown"));
    if !form.is_text() {
        let document = json!({
            "url": client.server.origin(),
            "name": root.get("friendlyName"),
            "version": root.get("version"),
            "machine": root.get("machineIdentifier"),
            "signed_in": root.get("myPlexSigninState"),
        });
        form.say_one(document, console)?;
        return Ok(Exit::Done);
    }
    console.say(format_args!(
        "Connected to {} at {}",
        text("friendlyName"),
        client.server.origin()
    ))?;
    console.say(format_args!(
        "  version {}, machine {}",
        text("version"),
        text("machineIdentifier")
    ))?;
    console.say(format_args!(
        "  token from {} accepted",
        client.token_origin()
    ))?;
    Ok(Exit::Done)
}

fn list_items(
    listed: &Listed,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let (call, _) = listed.call(client)?;
    listing::print(client, call, &listed.wanted, form, console)
}

/// Items whose titles match, over all sections or one.
fn search(
    wanted: &str,
    section: Option<&str>,
    limit: usize,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let mut call = Call::get("/hubs/search")
        .with("query", wanted)
        .with("limit", limit);
    if let Some(typed) = section {
        call = call.with("sectionId", sections::find(client, typed)?.key);
    }
    let hubs = client.fetch(&call)?;
    let found: Vec<Item> = hubs
        .children
        .into_iter()
        .flat_map(|hub| hub.children)
        .filter_map(|e| Item::of(e).ok())
        .take(limit)
        .collect();
    listing::print_found(&found, form, console)?;
    if found.is_empty() {
        console.warn("nothing found");
        return Ok(Exit::NoInput);
    }
    Ok(Exit::Done)
}

fn locate_only(
    files: &Files,
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let found = locate::find(client, files)?;
    listing::print_found(&found, form, console)?;
    Ok(Exit::Done)
}
