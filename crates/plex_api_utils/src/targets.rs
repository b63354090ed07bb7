//! Which items a job is about: keys, files, a report of failures, or a section.

use plexcore::cli::{Console, Exit, Failure, RawPath};
use plexcore::xml::Item;

use crate::args::Args;
use crate::client::Client;
use crate::listing;
use crate::{choice, locate, report_items};

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

/// The items that the arguments name, each once. Keys that were typed are all taken; of the others no more
/// than `--limit`, since a mass refresh can bring a server down.
pub(crate) fn gather(
    args: &Args,
    client: &Client,
    console: &mut Console,
) -> Result<Vec<Target>, Failure> {
    let mut typed: Vec<Target> = args
        .rating_key
        .iter()
        .flat_map(|text| choice::names(text))
        .map(|key| Target::of_key(&key))
        .collect();
    let mut found: Vec<Target> = Vec::new();
    if let Some(RawPath(path)) = &args.from_report {
        let chosen = report_items::Choice {
            entries: &args.entry,
            kinds: &args.kind,
        };
        let failed = report_items::read(path, &chosen)?;
        if failed.names_only_some {
            console.warn(format_args!(
                "{} names only some of the items that failed",
                path.display()
            ));
        }
        found.extend(failed.keys.iter().map(|key| Target::of_key(key)));
    }
    let paths: Vec<String> = args
        .path
        .iter()
        .map(|path| path.0.to_string_lossy().into_owned())
        .collect();
    if !paths.is_empty() {
        found.extend(
            locate::find(client, args.section.as_deref(), &paths)?
                .iter()
                .map(Target::of_item),
        );
    } else if let Some(section) = &args.section {
        let (call, known) = choice::section_call(args, client, section)?;
        let items = listing::collect(client, call, &choice::wanted(args))?;
        let section = known.map_or_else(|| section.clone(), |section| section.key);
        found.extend(items.iter().map(|item| Target {
            section: Some(section.clone()),
            ..Target::of_item(item)
        }));
    }
    let limit = choice::wanted(args).limit.unwrap_or(usize::MAX);
    if found.len() > limit {
        console.warn(format_args!(
            "the first {limit} of {} items are taken; --limit N or --all takes more",
            found.len()
        ));
        found.truncate(limit);
    }
    typed.append(&mut found);
    let mut seen = std::collections::BTreeSet::new();
    typed.retain(|target| seen.insert(target.key.clone()));
    if typed.is_empty() {
        return Err(Failure::new(Exit::NoInput, "no item fits"));
    }
    Ok(typed)
}
