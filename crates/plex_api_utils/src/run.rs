//! From what was typed to what is done: one job, its items, its form.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::plex_folders::Surroundings;
use plexcore::xml::Item;
use serde_json::json;

use crate::agents;
use crate::args::Args;
use crate::choice::{self, DEFAULT_LIMIT};
use crate::client::{Call, Client};
use crate::expect;
use crate::job::Job;
use crate::listing::{self, Form};
use crate::session;
use crate::shown::one_line;
use crate::{locate, matching, refresh, section_work, sections, verify};

/// Does the one thing that the arguments ask for.
#[expect(
    clippy::needless_pass_by_value,
    reason = "cli hands the arguments over"
)]
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let job = Job::of(&args)?;
    check_usage(job, &args)?;
    let here = Surroundings::of_process();
    if job == Job::Token {
        return print_token(&args, &here, console);
    }
    let client = session::open(&args, &here, console)?;
    let outcome = do_job(job, &args, &client, console);
    session::tell_repairs(&client, console);
    outcome
}

/// What can be known to be wrong before anybody is asked for a token.
fn check_usage(job: Job, args: &Args) -> Result<(), Failure> {
    job.check_belongings(args)?;
    form(args)?;
    if args.limit == Some(0) {
        return Err(Failure::usage(
            "cannot use 0 for --limit: expected a number above 0",
        ));
    }
    let names_items = args.section.is_some()
        || !args.rating_key.is_empty()
        || !args.path.is_empty()
        || args.from_report.is_some();
    match job {
        Job::Items => needed_section(args, "--items").map(drop),
        Job::Stop => needed_section(args, "--stop").map(drop),
        job if job.takes_items() && !names_items => Err(Failure::usage("no item is named")
            .hint("name items by --rating-key, --path, --from-report or --section")),
        _ => Ok(()),
    }?;
    expect::parse(&args.expect)?;
    args.filter
        .iter()
        .try_for_each(|filter| choice::field_and_value(filter).map(drop))
}

fn do_job(job: Job, args: &Args, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    match job {
        Job::Token => Ok(Exit::Done),
        Job::Check => check(args, client, console),
        Job::Sections => sections::list(client, args.json || args.json_lines, console),
        Job::Items => list_items(args, client, console),
        Job::Agents => agents::list(client, args.json || args.json_lines, console),
        Job::Search => search(args, client, console),
        Job::Locate => locate_only(args, client, console),
        Job::Refresh => refresh_items_or_section(args, client, console),
        Job::Verify => verify::run(args, client, console),
        Job::Match => matching::fix_match(
            args,
            client,
            args.fix_match.as_deref().unwrap_or_default(),
            console,
        ),
        Job::Unmatch => matching::each(args, client, "unmatch", "unmatched", console),
        Job::Analyze => matching::each(args, client, "analyze", "analysis triggered", console),
        Job::Stop => section_work::stop(args, client, needed_section(args, "--stop")?, console),
    }
}

fn print_token(args: &Args, here: &Surroundings, console: &mut Console) -> Result<Exit, Failure> {
    let is_json = args.json || args.json_lines;
    let mut search = session::search_token(args, here)?;
    if search.found.is_none() && !(args.explain && is_json) {
        if args.explain {
            console.complain_lines(&search.tried.join("\n"));
        }
        search.ask()?;
    } else if args.explain && !is_json {
        console.complain_lines(&search.tried.join("\n"));
    }
    let token = search.found.as_ref().map(|found| found.token.expose());
    if is_json {
        let origin = search.found.as_ref().map(|found| found.origin.as_str());
        let document = json!({ "token": token, "origin": origin, "tried": search.tried });
        if args.json_lines {
            console.say(document)?;
        } else {
            console.say_document(document)?;
        }
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
fn check(args: &Args, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let root = client.fetch(&Call::get("/"))?;
    let text = |name: &str| one_line(root.get(name).unwrap_or("unknown"));
    if args.json || args.json_lines {
        console.say_document(json!({
            "url": client.server.origin(),
            "name": root.get("friendlyName"),
            "version": root.get("version"),
            "machine": root.get("machineIdentifier"),
            "signed_in": root.get("myPlexSigninState"),
        }))?;
    } else {
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
    }
    Ok(Exit::Done)
}

/// How lists are to be printed.
fn form(args: &Args) -> Result<Form, Failure> {
    match (args.json, args.json_lines) {
        (false, false) => Ok(Form::Text),
        (true, false) => Ok(Form::Json),
        (false, true) => Ok(Form::JsonLines),
        (true, true) => Err(Failure::usage(
            "--json and --json-lines exclude one another",
        )),
    }
}

fn needed_section<'a>(args: &'a Args, job: &str) -> Result<&'a str, Failure> {
    args.section.as_deref().ok_or_else(|| {
        Failure::usage(format!("{job} needs --section K"))
            .hint("plex_api_utils --sections lists the sections and their numbers")
    })
}

/// With `--all` and no narrower choice the server refreshes the section by itself; else item by item.
fn refresh_items_or_section(
    args: &Args,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    match &args.section {
        Some(section) if Job::Refresh.is_whole_section(args) => {
            section_work::refresh(args, client, section, console)
        }
        _ => refresh::run(args, client, console),
    }
}

fn list_items(args: &Args, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let form = form(args)?;
    let (call, _) = choice::section_call(args, client, needed_section(args, "--items")?)?;
    listing::print(client, call, &choice::wanted(args), form, console)
}

/// Items whose titles match, over all sections or one.
fn search(args: &Args, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let form = form(args)?;
    let limit = args.limit.unwrap_or(DEFAULT_LIMIT);
    let mut call = Call::get("/hubs/search")
        .with("query", args.search.as_deref().unwrap_or_default())
        .with("limit", limit);
    if let Some(typed) = &args.section {
        call = call.with("sectionId", sections::find(client, typed)?.key);
    }
    let hubs = client.fetch(&call)?;
    let found: Vec<Item> = hubs
        .children
        .into_iter()
        .flat_map(|hub| hub.children)
        .filter_map(|e| Item::of(e).ok())
        .collect();
    let found: Vec<Item> = found.into_iter().take(limit).collect();
    listing::print_found(&found, form, console)?;
    if found.is_empty() {
        console.warn("nothing found");
        return Ok(Exit::NoInput);
    }
    Ok(Exit::Done)
}

fn locate_only(args: &Args, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let form = form(args)?;
    let paths: Vec<String> = args
        .path
        .iter()
        .map(|path| path.0.to_string_lossy().into_owned())
        .collect();
    let found = locate::find(client, args.section.as_deref(), &paths)?;
    listing::print_found(&found, form, console)?;
    Ok(Exit::Done)
}
