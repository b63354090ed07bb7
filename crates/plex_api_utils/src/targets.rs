//! Which items a job is about: keys, files, a report of failures, or a section.

use std::collections::BTreeSet;

use plexcore::cli::{Console, Exit, Failure};
use plexcore::xml::Item;

use crate::choice::Listed;
use crate::client::Client;
use crate::locate::{self, Files};
use crate::report_items::Choice;
use crate::{listing, report_items};

/// An item to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) key: String,
    pub(crate) title: Option<String>,
    pub(crate) section: Option<String>,
}

impl Target {
    fn of_key(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            title: None,
            section: None,
        }
    }

    fn of_item(item: &Item) -> Self {
        Self {
            key: item.key().to_owned(),
            title: item.title().map(str::to_owned),
            section: item.section().map(str::to_owned),
        }
    }
}

/// The items that a job is about, as they were named.
#[derive(Debug)]
pub(crate) struct Named {
    /// Rating keys.
    pub(crate) keys: Vec<String>,
    pub(crate) report: Option<Choice>,
    pub(crate) place: Option<Place>,
    /// At most this many of those that were not typed one by one; `None` is all.
    pub(crate) limit: Option<usize>,
}

/// Where items are looked for.
#[derive(Debug)]
pub(crate) enum Place {
    Files(Files),
    Section(Listed),
}

/// The items that are named, each once. Keys that were typed are all taken; of the others no more than the
/// limit, since a mass refresh can bring a server down.
pub(crate) fn gather(
    named: &Named,
    client: &Client,
    console: &mut Console,
) -> Result<Vec<Target>, Failure> {
    let mut typed: Vec<Target> = named.keys.iter().map(|key| Target::of_key(key)).collect();
    let mut found: Vec<Target> = Vec::new();
    if let Some(choice) = &named.report {
        let failed = report_items::read(choice)?;
        if failed.names_only_some {
            console.warn(format_args!(
                "{} names only some of the items that failed",
                choice.path.display()
            ));
        }
        found.extend(failed.keys.iter().map(|key| Target::of_key(key)));
    }
    match &named.place {
        Some(Place::Files(files)) => {
            found.extend(locate::find(client, files)?.iter().map(Target::of_item));
        }
        Some(Place::Section(listed)) => found.extend(of_section(listed, client)?),
        None => {}
    }
    let limit = named.limit.unwrap_or(usize::MAX);
    if found.len() > limit {
        console.warn(format_args!(
            "the first {limit} of {} items are taken; --limit N or --all takes more",
            found.len()
        ));
        found.truncate(limit);
    }
    typed.append(&mut found);
    let mut seen = BTreeSet::new();
    typed.retain(|target| seen.insert(target.key.clone()));
    if typed.is_empty() {
        return Err(Failure::new(Exit::NoInput, "no item fits"));
    }
    Ok(typed)
}

fn of_section(listed: &Listed, client: &Client) -> Result<Vec<Target>, Failure> {
    let (call, known) = listed.call(client)?;
    let items = listing::collect(client, call, &listed.wanted)?;
    let section = known.map_or_else(|| listed.section.clone(), |section| section.key);
    let target = |item: &Item| Target {
        section: Some(section.clone()),
        ..Target::of_item(item)
    };
    Ok(items.iter().map(target).collect())
}
