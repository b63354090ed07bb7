//! From what was typed to what is done: one job, its items, its form.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::files::plex_folders::Surroundings;
use plexcore::xml::{Item, Section};
use serde_json::json;

use crate::agents;
use crate::args::Args;
use crate::client::{Call, Client};
use crate::expect;
use crate::items;
use crate::listing::{self, Form, Wanted};
use crate::sections::{self, one_line};
use crate::session;
use crate::{locate, matching, refresh, section_work, verify};

/// The script showed no more than this many items.
const DEFAULT_LIMIT: usize = 20;
/// What `--missing` looks for when it names nothing.
const USUALLY_MISSING: &str = "summary,poster,genre,studio,year";

/// Does the one thing that the arguments ask for.
#[expect(
    clippy::needless_pass_by_value,
    reason = "cli hands the arguments over"
)]
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let job = the_job(&args)?;
    let here = Surroundings::of_process();
    if job == Job::Token {
        return print_token(&args, &here, console);
    }
    check_usage(job, &args)?;
    let client = session::open(&args, &here, console)?;
    let outcome = do_job(job, &args, &client, console);
    session::tell_repairs(&client, console);
    outcome
}

/// What can be asked for, one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Token,
    Check,
    Sections,
    Items,
    Agents,
    Search,
    Locate,
    Refresh,
    Verify,
    Match,
    Unmatch,
    Analyze,
    Stop,
}

/// The job that the arguments name; none and several are both wrong, where the script was silent.
fn the_job(args: &Args) -> Result<Job, Failure> {
    let asked = [
        ("--token", args.token, Job::Token),
        ("--check", args.check, Job::Check),
        ("--sections", args.sections.is_some(), Job::Sections),
        ("--items", args.items.is_some(), Job::Items),
        ("--agents", args.agents, Job::Agents),
        ("--search", args.search.is_some(), Job::Search),
        ("--refresh", args.refresh.is_some(), Job::Refresh),
        ("--verify", args.verify, Job::Verify),
        ("--match", args.fix_match.is_some(), Job::Match),
        ("--unmatch", args.unmatch, Job::Unmatch),
        ("--analyze", args.analyze, Job::Analyze),
        ("--stop", args.stop, Job::Stop),
    ];
    let jobs: Vec<_> = asked
        .into_iter()
        .filter(|(_, is_asked, _)| *is_asked)
        .collect();
    match jobs.as_slice() {
        [] if !args.path.is_empty() => Ok(Job::Locate),
        [] => Err(Failure::nothing_to_do(
            "--sections, --items, --refresh, --verify or another of these",
        )),
        [(_, _, job)] => Ok(*job),
        several => {
            let names: Vec<&str> = several.iter().map(|(name, ..)| *name).collect();
            Err(Failure::usage(format!(
                "{} exclude one another",
                names.join(" and ")
            )))
        }
    }
}

/// What can be known to be wrong before anybody is asked for a token.
fn check_usage(job: Job, args: &Args) -> Result<(), Failure> {
    form(args)?;
    if args.limit == Some(0) {
        return Err(Failure::usage(
            "cannot use 0 for --limit: expected a number above 0",
        ));
    }
    let names_section = args.section.is_some();
    let names_items = names_section
        || !args.rating_key.is_empty()
        || !args.path.is_empty()
        || args.from_report.is_some();
    match job {
        Job::Items => needed_section(args, "--items").map(drop),
        Job::Stop => needed_section(args, "--stop").map(drop),
        Job::Refresh | Job::Verify | Job::Match | Job::Unmatch | Job::Analyze if !names_items => {
            Err(Failure::usage("no item is named")
                .hint("name items by --rating-key, --path, --from-report or --section"))
        }
        _ => Ok(()),
    }?;
    expect::parse(&args.expect)?;
    args.filter
        .iter()
        .try_for_each(|filter| field_and_value(filter).map(drop))
}

fn field_and_value(filter: &str) -> Result<(&str, &str), Failure> {
    filter
        .rsplit_once('=')
        .filter(|(field, _)| !field.is_empty())
        .ok_or_else(|| {
            Failure::usage(format!(
                "cannot use {filter:?} for --filter: expected FIELD=VALUE"
            ))
        })
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
    let mut search = session::search_token(args, here)?;
    if search.found.is_none() && !(args.explain && args.json) {
        if args.explain {
            console.complain_lines(&search.tried.join("\n"));
        }
        search.ask()?;
    } else if args.explain && !args.json {
        console.complain_lines(&search.tried.join("\n"));
    }
    let token = search.found.as_ref().map(|found| found.token.expose());
    if args.json {
        let origin = search.found.as_ref().map(|found| found.origin.as_str());
        console.say_document(json!({ "token": token, "origin": origin, "tried": search.tried }))?;
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

/// What of a list is wanted.
pub(crate) fn wanted(args: &Args) -> Wanted {
    let limit = if args.all {
        args.limit
    } else {
        Some(args.limit.unwrap_or(DEFAULT_LIMIT))
    };
    let missing = match args.missing.as_deref() {
        None => Vec::new(),
        Some("") => names(USUALLY_MISSING),
        Some(fields) => names(fields),
    };
    Wanted { limit, missing }
}

/// Names with commas between them.
pub(crate) fn names(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The request for the items of a section that the arguments describe.
pub(crate) fn section_call(
    args: &Args,
    client: &Client,
    typed: &str,
) -> Result<(Call, Option<Section>), Failure> {
    let is_key = typed.bytes().all(|byte| byte.is_ascii_digit());
    let section = if is_key && !args.leaves {
        None
    } else {
        Some(sections::find(client, typed)?)
    };
    let mut call = match &section {
        None => items::of_section(typed, None),
        Some(section) if args.leaves => items::leaves_of(section),
        Some(section) => items::of_section(&section.key, section.type_number()),
    };
    for filter in &args.filter {
        let (field, value) = field_and_value(filter)?;
        call = call.with(field, value);
    }
    if let Some(order) = &args.sort {
        call = call.with("sort", order);
    }
    Ok((call, section))
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
    let names_items =
        !args.rating_key.is_empty() || !args.path.is_empty() || args.from_report.is_some();
    let is_narrowed = args.missing.is_some() || !args.filter.is_empty() || args.limit.is_some();
    match &args.section {
        Some(section) if args.all && !names_items && !is_narrowed => {
            section_work::refresh(args, client, section, console)
        }
        _ => refresh::run(args, client, console),
    }
}

fn list_items(args: &Args, client: &Client, console: &mut Console) -> Result<Exit, Failure> {
    let form = form(args)?;
    let (call, _) = section_call(args, client, needed_section(args, "--items")?)?;
    listing::print(client, call, &wanted(args), form, console)
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
