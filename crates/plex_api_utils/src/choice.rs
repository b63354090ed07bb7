//! Which items of a section are meant: the request that asks for them, and how many are taken.

use plexcore::cli::Failure;
use plexcore::xml::Section;

use crate::args::Args;
use crate::client::{Call, Client};
use crate::listing::Wanted;
use crate::{items, sections};

/// The script showed no more than this many items.
pub(crate) const DEFAULT_LIMIT: usize = 20;
/// What `--missing` looks for when it names nothing.
const USUALLY_MISSING: &str = "summary,poster,genre,studio,year";

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

/// The two sides of a `--filter`; the other sign of an operator stays with the field (`genre!=Drama`).
pub(crate) fn field_and_value(filter: &str) -> Result<(&str, &str), Failure> {
    filter
        .rsplit_once('=')
        .filter(|(field, _)| !field.is_empty())
        .ok_or_else(|| {
            Failure::usage(format!(
                "cannot use {filter:?} for --filter: expected FIELD=VALUE"
            ))
        })
}
