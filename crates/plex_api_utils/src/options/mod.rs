//! What was typed becomes what is meant; nothing after this sees raw arguments.
//!
//! Everything that can be known to be wrong without a server is refused here, before anybody is asked
//! for a token. What each room needs is a type of that room; this one only fills it in.

mod job;

use std::time::Duration;

use plexcore::cli::{Failure, RawPath};

use crate::args::Args;
use crate::campaign::Plan;
use crate::choice::Listed;
use crate::expect::{self, Expectation};
use crate::form::Form;
use crate::listing::Wanted;
use crate::locate::Files;
use crate::matching::Aim;
use crate::report_items::Choice;
use crate::server_url::ServerUrl;
use crate::session::Access;
use crate::targets::{Named, Place};
use crate::tls::Trust;
use job::Job;

/// The script showed no more than this many items.
const DEFAULT_LIMIT: usize = 20;
/// What `--missing` looks for when it names nothing.
const USUALLY_MISSING: &str = "summary,poster,genre,studio,year";
const DEFAULT_TIMEOUT: f64 = 30.0;
const DEFAULT_DEADLINE: f64 = 1800.0;
const DEFAULT_RETRIES: u32 = 3;
const DEFAULT_RATE: f64 = 2.0;
const DEFAULT_MAX_QUEUE: u64 = 20;
const DEFAULT_POLL: f64 = 2.0;
const LONGEST: Duration = Duration::from_secs(31_536_000);

/// One run.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) task: Task,
    pub(crate) form: Form,
    pub(crate) access: Access,
}

/// What is to be done, with all that it needs.
#[derive(Debug)]
pub(crate) enum Task {
    Token {
        is_explained: bool,
    },
    Check,
    Sections,
    Agents,
    Items(Listed),
    Search {
        text: String,
        section: Option<String>,
        limit: usize,
    },
    Locate(Files),
    /// The server's own refresh of a whole section; `poll` is the time between two looks if its end is
    /// waited for.
    RefreshSection {
        section: String,
        poll: Option<Duration>,
    },
    Refresh {
        items: Named,
        plan: Plan,
    },
    Verify {
        items: Named,
        plan: Plan,
        expectations: Vec<Expectation>,
    },
    Match {
        item: Named,
        aim: Aim,
    },
    Unmatch(Named),
    Analyze(Named),
    Stop {
        section: String,
    },
}

impl Options {
    pub(crate) fn of(args: Args) -> Result<Self, Failure> {
        let job = Job::of(&args)?;
        job.check_belongings(&args)?;
        Ok(Self {
            form: form(&args)?,
            access: access(&args)?,
            task: task(job, args)?,
        })
    }
}

fn task(job: Job, args: Args) -> Result<Task, Failure> {
    if args.limit == Some(0) {
        return Err(Failure::value("--limit", 0, "a number above 0"));
    }
    Ok(match job {
        Job::Token => Task::Token {
            is_explained: args.explain,
        },
        Job::Check => Task::Check,
        Job::Sections => Task::Sections,
        Job::Agents => Task::Agents,
        Job::Items => Task::Items(listed(&args, needed_section(&args, "--items")?)?),
        Job::Search => Task::Search {
            limit: args.limit.unwrap_or(DEFAULT_LIMIT),
            text: args.search.unwrap_or_default(),
            section: args.section,
        },
        Job::Locate => Task::Locate(files(&args)),
        Job::Refresh if job.is_whole_section(&args) => Task::RefreshSection {
            section: needed_section(&args, "--refresh")?,
            poll: Some(poll(&args)?).filter(|_| args.wait),
        },
        Job::Refresh => Task::Refresh {
            items: named(job, &args)?,
            plan: plan(&args, args.wait)?,
        },
        Job::Verify => Task::Verify {
            items: named(job, &args)?,
            plan: plan(&args, true)?,
            expectations: expect::parse(&args.expect)?,
        },
        Job::Match => Task::Match {
            item: named(job, &args)?,
            aim: Aim {
                guid: args.fix_match.filter(|guid| !guid.is_empty()),
                title: args.title,
                year: args.year,
            },
        },
        Job::Unmatch => Task::Unmatch(named(job, &args)?),
        Job::Analyze => Task::Analyze(named(job, &args)?),
        Job::Stop => Task::Stop {
            section: needed_section(&args, "--stop")?,
        },
    })
}

fn form(args: &Args) -> Result<Form, Failure> {
    match (args.json, args.json_lines) {
        (false, false) => Ok(Form::Text),
        (true, false) => Ok(Form::Json),
        (false, true) => Ok(Form::JsonLines),
        (true, true) => Err(Failure::conflict(&["--json", "--json-lines"])),
    }
}

fn access(args: &Args) -> Result<Access, Failure> {
    let url = |text: &String| {
        ServerUrl::parse(text).map_err(|expected| {
            Failure::usage(format!("cannot use the value of --url: {expected}"))
        })
    };
    Ok(Access {
        url: args.url.as_ref().map(url).transpose()?,
        certificate_id: args.certificate_id.clone(),
        token_file: args.token_file.clone().map(RawPath::into_path),
        trust: trust(args)?,
        timeout: seconds("--timeout", args.timeout, DEFAULT_TIMEOUT)?,
        deadline: seconds("--deadline", args.deadline, DEFAULT_DEADLINE)?,
        retries: args.retries.unwrap_or(DEFAULT_RETRIES),
    })
}

fn trust(args: &Args) -> Result<Trust, Failure> {
    match (&args.cacert, &args.pin, args.insecure) {
        (None, None, false) => Ok(Trust::Public),
        (Some(path), None, false) => Trust::from_file(&path.0),
        (None, Some(pin), false) => Trust::from_pin(pin).ok_or_else(|| {
            Failure::usage("cannot use the value of --pin: expected the 64 hex digits of a SHA-256")
        }),
        (None, None, true) => Ok(Trust::Anything),
        _ => Err(Failure::conflict(&["--cacert", "--pin", "--insecure"])),
    }
}

/// The items that a job is about, of which at least one must be named.
fn named(job: Job, args: &Args) -> Result<Named, Failure> {
    let report = args.from_report.clone().map(|path| Choice {
        path: path.into_path(),
        entries: args.entry.clone(),
        kinds: args.kind.clone(),
    });
    let place = match &args.section {
        _ if !args.path.is_empty() => Some(Place::Files(files(args))),
        Some(section) if job.lists_section(args) => {
            Some(Place::Section(listed(args, section.clone())?))
        }
        _ => None,
    };
    if args.rating_key.is_empty() && report.is_none() && place.is_none() {
        return Err(Failure::usage("no item is named")
            .hint("name items by --rating-key, --path, --from-report or --section"));
    }
    Ok(Named {
        keys: args
            .rating_key
            .iter()
            .flat_map(|text| names(text))
            .collect(),
        report,
        place,
        limit: limit(args),
    })
}

fn files(args: &Args) -> Files {
    let text = |path: &RawPath| path.0.to_string_lossy().into_owned();
    Files {
        paths: args.path.iter().map(text).collect(),
        section: args.section.clone(),
    }
}

fn listed(args: &Args, section: String) -> Result<Listed, Failure> {
    let filters: Result<_, Failure> = args.filter.iter().map(|text| sides(text)).collect();
    Ok(Listed {
        section,
        filters: filters?,
        sort: args.sort.clone(),
        leaves: args.leaves,
        wanted: Wanted {
            limit: limit(args),
            missing: match args.missing.as_deref() {
                None => Vec::new(),
                Some("") => names(USUALLY_MISSING),
                Some(fields) => names(fields),
            },
        },
    })
}

fn limit(args: &Args) -> Option<usize> {
    if args.all {
        args.limit
    } else {
        Some(args.limit.unwrap_or(DEFAULT_LIMIT))
    }
}

fn plan(args: &Args, is_watched: bool) -> Result<Plan, Failure> {
    Ok(Plan {
        interval: interval(args.rate.unwrap_or(DEFAULT_RATE))?,
        max_queue: args.max_queue.unwrap_or(DEFAULT_MAX_QUEUE),
        poll: poll(args)?,
        is_watched,
        journal: args.journal.clone().map(RawPath::into_path),
        log_dir: args.log_dir.clone().map(RawPath::into_path),
    })
}

/// The time between two refreshes at a rate; none at a rate of 0.
fn interval(rate: f64) -> Result<Duration, Failure> {
    let interval = match rate {
        0.0 => Some(Duration::ZERO),
        rate if rate > 0.0 => Duration::try_from_secs_f64(1.0 / rate).ok(),
        _ => None,
    };
    interval.ok_or_else(|| {
        Failure::usage(format!(
            "cannot use {rate} for --rate: expected refreshes per second"
        ))
    })
}

fn poll(args: &Args) -> Result<Duration, Failure> {
    seconds("--poll", args.poll, DEFAULT_POLL)
}

/// A time that was typed in seconds.
fn seconds(option: &str, typed: Option<f64>, default: f64) -> Result<Duration, Failure> {
    let value = typed.unwrap_or(default);
    Duration::try_from_secs_f64(value)
        .ok()
        .filter(|time| !time.is_zero() && *time <= LONGEST)
        .ok_or_else(|| {
            Failure::usage(format!(
                "cannot use {value} for {option}: expected seconds above 0, a year at most"
            ))
        })
}

fn needed_section(args: &Args, job: &str) -> Result<String, Failure> {
    args.section.clone().ok_or_else(|| {
        Failure::needs(job, "--section K")
            .hint("plex_api_utils --sections lists the sections and their numbers")
    })
}

/// Names with commas between them.
fn names(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The two sides of a `--filter`; the other sign of an operator stays with the field (`genre!=Drama`).
fn sides(filter: &str) -> Result<(String, String), Failure> {
    filter
        .rsplit_once('=')
        .filter(|(field, _)| !field.is_empty())
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .ok_or_else(|| Failure::value("--filter", filter, "FIELD=VALUE"))
}
