//! Lists of items on standard output: the script's lines, one JSON document, or a JSON object a line.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::xml::Item;
use serde_json::{Map, Value, json};

use crate::client::{Call, Client};
use crate::fault::Fault;
use crate::form::Form;
use crate::items::Items;
use crate::shown::one_line;

/// What of a list is wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// At most this many; `None` is all.
    pub(crate) limit: Option<usize>,
    /// Only items that lack one of these; empty is any item.
    pub(crate) missing: Vec<String>,
}

impl Wanted {
    /// The fields that an item lacks; `None` if it is not wanted.
    pub(crate) fn lacking(&self, item: &Item) -> Option<Vec<&str>> {
        let lacking: Vec<&str> = self
            .missing
            .iter()
            .filter(|field| !item.has(field))
            .map(String::as_str)
            .collect();
        (self.missing.is_empty() || !lacking.is_empty()).then_some(lacking)
    }
}

/// A page size that suits a request, given what is wanted of its list.
fn pages<'a>(client: &'a Client, call: Call, wanted: &Wanted) -> Items<'a> {
    let most = if wanted.missing.is_empty() {
        wanted.limit
    } else {
        None
    };
    Items::new(client, call, most)
}

/// The wanted items of a list, all at once: for what follows a list, not for printing it.
pub(crate) fn collect(client: &Client, call: Call, wanted: &Wanted) -> Result<Vec<Item>, Fault> {
    let mut items = pages(client, call, wanted);
    let mut found = Vec::new();
    while wanted.limit.is_none_or(|limit| found.len() < limit) {
        let Some(item) = items.next()? else { break };
        if wanted.lacking(&item).is_some() {
            found.push(item);
        }
    }
    items.close();
    Ok(found)
}

/// Prints a list as it comes.
pub(crate) fn print(
    client: &Client,
    call: Call,
    wanted: &Wanted,
    form: Form,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let mut items = pages(client, call, wanted);
    // A list that can't even begin prints nothing.
    let mut next = items.next()?;
    let mut printer = Printer::begin(form, console)?;
    let mut is_cut = false;
    let outcome = loop {
        let Some(item) = next else { break Ok(()) };
        if let Some(lacking) = wanted.lacking(&item) {
            printer.item(&item, &lacking, console)?;
        }
        if wanted.limit.is_some_and(|limit| printer.n_printed >= limit) {
            break items.has_more().map(|more| is_cut = more);
        }
        next = match items.next() {
            Ok(next) => next,
            Err(fault) => break Err(fault),
        };
    };
    let total = items.total();
    let is_complete = outcome.is_ok() && !is_cut;
    printer.end(total, is_complete, console)?;
    outcome?;
    if form == Form::Text && !is_complete {
        console.warn(match total.filter(|_| wanted.missing.is_empty()) {
            Some(total) => format!(
                "{} of {total} items shown; --all shows the rest",
                printer.n_printed
            ),
            None => format!(
                "the first {} items shown; --all shows all",
                printer.n_printed
            ),
        });
    }
    Ok(Exit::Done)
}

/// Prints items that are at hand already.
pub(crate) fn print_found(
    items: &[Item],
    form: Form,
    console: &mut Console,
) -> Result<(), Failure> {
    let mut printer = Printer::begin(form, console)?;
    for item in items {
        printer.item(item, &[], console)?;
    }
    printer.end(Some(items.len() as u64), true, console)
}

struct Printer {
    form: Form,
    n_printed: usize,
}

impl Printer {
    fn begin(form: Form, console: &mut Console) -> Result<Self, Failure> {
        match form {
            Form::Text => console.say("Library Items:")?,
            Form::Json => write!(console.out(), "{{\"schema\":1,\"items\":[")?,
            Form::JsonLines => {}
        }
        Ok(Self { form, n_printed: 0 })
    }

    fn item(
        &mut self,
        item: &Item,
        lacking: &[&str],
        console: &mut Console,
    ) -> Result<(), Failure> {
        match self.form {
            Form::Text => {
                // The script printed Python's None for an item without a title.
                let title = one_line(item.title().unwrap_or("None"));
                let key = one_line(item.key());
                if lacking.is_empty() {
                    console.say(format_args!("  {key}: {title}"))?;
                } else {
                    console.say(format_args!(
                        "  {key}: {title} [lacks {}]",
                        lacking.join(", ")
                    ))?;
                }
            }
            Form::Json => {
                let comma = if self.n_printed == 0 { "" } else { "," };
                write!(console.out(), "{comma}\n{}", row(item, lacking))?;
            }
            Form::JsonLines => console.say(row(item, lacking))?,
        }
        self.n_printed += 1;
        Ok(())
    }

    fn end(
        &self,
        total: Option<u64>,
        is_complete: bool,
        console: &mut Console,
    ) -> Result<(), Failure> {
        if self.form == Form::Json {
            let total = json!(total);
            console.say(format_args!(
                "\n],\"shown\":{},\"total\":{total},\"complete\":{is_complete}}}",
                self.n_printed
            ))?;
        }
        Ok(())
    }
}

/// An item in JSON: what identifies it, and what it lacks.
pub(crate) fn row(item: &Item, lacking: &[&str]) -> Value {
    const TEXTS: [&str; 4] = [
        "guid",
        "grandparentTitle",
        "parentTitle",
        "librarySectionID",
    ];
    const NUMBERS: [&str; 5] = ["year", "parentIndex", "index", "addedAt", "updatedAt"];
    let element = item.element();
    let mut row = Map::new();
    row.insert("ratingKey".to_owned(), Value::from(item.key()));
    row.insert("title".to_owned(), Value::from(item.title()));
    row.insert("type".to_owned(), Value::from(item.kind()));
    for name in TEXTS {
        row.extend(
            element
                .get(name)
                .map(|value| (name.to_owned(), Value::from(value))),
        );
    }
    for name in NUMBERS {
        row.extend(
            element
                .number(name)
                .map(|value| (name.to_owned(), Value::from(value))),
        );
    }
    let files: Vec<&str> = item.files().collect();
    if !files.is_empty() {
        row.insert("files".to_owned(), Value::from(files));
    }
    if !lacking.is_empty() {
        row.insert("lacks".to_owned(), Value::from(lacking));
    }
    Value::Object(row)
}
