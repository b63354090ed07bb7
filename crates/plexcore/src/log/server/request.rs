//! What one line of the server's log asks for.

use super::line::ServerLine;
use super::{Request, Trigger, What, head_of};
use crate::log::session::broker::percent_decoded;
use crate::utf8::lossy;

/// The trigger that a line tells of, if it does.
pub(super) fn trigger(line: &ServerLine<'_>) -> Option<Trigger> {
    let text = lossy(line.text);
    // What is said of an answer was said of its request before.
    let said = without_request_number(&text);
    if said.starts_with("Completed: ") {
        return None;
    }
    let (what, items, agent, request) = of_request(said)
        .or_else(|| of_plugin(said).map(|what| (what, Vec::new(), None, None)))
        .or_else(|| of_work(said))?;
    Some(Trigger {
        at: line.at,
        what,
        items,
        agent,
        request,
        text: head_of(line.text),
    })
}

/// Whether a second line tells only what a first one told: the request and what the server does of it.
pub(super) fn tells_same(first: &What, second: &What) -> bool {
    match (first, second) {
        (What::SectionRefresh { section, .. }, What::Scan { section: other }) => {
            section.is_none() || other.is_none() || section == other
        }
        (What::Scan { section }, What::Scan { section: other }) => {
            other.is_none() || section == other
        }
        (What::ItemRefresh { .. }, What::ItemRefresh { .. }) => true,
        _ => first == second,
    }
}

type Told = (What, Vec<u64>, Option<String>, Option<Request>);

/// `[Req#57/a/b] text` is `text`.
fn without_request_number(text: &str) -> &str {
    let mut text = text;
    while let Some((prefix, rest)) = text.strip_prefix('[').and_then(|t| t.split_once("] ")) {
        if !prefix.contains('#') && !prefix.contains("Req") {
            break;
        }
        text = rest;
    }
    text
}

/// A request to the server, or one that the server makes of itself.
fn of_request(text: &str) -> Option<Told> {
    let (method, url) = ["GET ", "PUT ", "POST ", "DELETE "]
        .into_iter()
        .find_map(|method| {
            let at = text.find(method)?;
            let rest = &text[at + method.len()..];
            let is_apart = at == 0 || text[..at].ends_with(' ');
            let url = rest.split_whitespace().next()?;
            is_apart.then_some((method.trim_end(), url))
        })
        .or_else(|| {
            // `Issuing search query: http://...` names no method.
            let at = text.find("http://127.0.0.1:32400/system/agents/")?;
            Some(("GET", text[at..].split_whitespace().next()?))
        })?;
    let is_inner = url.contains("://");
    let path = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    let (what, items) = of_path(method, path)?;
    let agent = parameter(path, "agent")
        .or_else(|| parameter(path, "identifier"))
        .or_else(|| {
            let guid = parameter(path, "guid")?;
            guid.split_once("://").map(|(agent, _)| agent.to_owned())
        })
        .filter(|agent| !agent.is_empty());
    let request = (!is_inner).then(|| Request {
        method: method.to_owned(),
        url: url.to_owned(),
    });
    Some((what, items, agent, request))
}

fn of_path(method: &str, path: &str) -> Option<(What, Vec<u64>)> {
    let (bare, _) = path.split_once('?').unwrap_or((path, ""));
    let is_set = |name: &str| parameter(path, name).is_some_and(|value| value != "0");
    let mut parts = bare.trim_start_matches('/').split('/');
    let four = [parts.next(), parts.next(), parts.next(), parts.next()];
    match (method, four) {
        ("DELETE", _) => None,
        (
            _,
            [
                Some("library"),
                Some("sections"),
                Some(section),
                Some("refresh"),
            ],
        ) => Some((
            What::SectionRefresh {
                section: section.parse().ok(),
                force: is_set("force"),
            },
            Vec::new(),
        )),
        (
            _,
            [
                Some("library"),
                Some("metadata"),
                Some(ids),
                Some("refresh"),
            ],
        ) => Some((
            What::ItemRefresh {
                force: is_set("force"),
            },
            numbers(ids),
        )),
        (
            _,
            [
                Some("library"),
                Some("metadata"),
                Some(ids),
                Some("matches"),
            ],
        ) => Some((
            What::MatchSearch {
                manual: is_set("manual"),
            },
            numbers(ids),
        )),
        (_, [Some("library"), Some("metadata"), Some(ids), Some("match")]) => {
            Some((What::MatchChosen, numbers(ids)))
        }
        (_, [Some("system"), Some("agents"), Some("update"), _]) => Some((
            What::AgentUpdate {
                force: is_set("force"),
            },
            parameter(path, "id")
                .map(|id| numbers(&id))
                .unwrap_or_default(),
        )),
        (_, [Some("system"), Some("agents"), Some("search"), _]) => Some((
            What::MatchSearch {
                manual: is_set("manual"),
            },
            parameter(path, "id")
                .map(|id| numbers(&id))
                .unwrap_or_default(),
        )),
        _ => None,
    }
}

/// `10488,10489` as numbers.
fn numbers(ids: &str) -> Vec<u64> {
    ids.split(',').filter_map(|id| id.parse().ok()).collect()
}

/// The value of one parameter of a URL's query.
fn parameter(path: &str, name: &str) -> Option<String> {
    let (_, query) = path.split_once('?')?;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| percent_decoded(value))
}

fn of_plugin(text: &str) -> Option<What> {
    if let Some(rest) = text.strip_prefix("Spawned plug-in ") {
        let identifier = rest.split_whitespace().next()?.to_owned();
        return Some(What::PluginStart { identifier });
    }
    if text.contains("we're killing it") {
        return Some(What::PluginKilled {
            identifier: in_brackets(text)?,
        });
    }
    if text.contains("Request for plug-in [") && text.contains("but it doesn't exist") {
        return Some(What::PluginMissing {
            identifier: in_brackets(text)?,
        });
    }
    text.contains("Unable to scan bundle")
        .then_some(What::BundleUnreadable)
}

fn in_brackets(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('[')?;
    let (identifier, _) = rest.split_once(']')?;
    (!identifier.is_empty()).then(|| identifier.to_owned())
}

/// What the server says that it does.
fn of_work(text: &str) -> Option<Told> {
    let plain = |what| Some((what, Vec::new(), None, None));
    if let Some(rest) = after(text, "Library Updater: Requested that section ") {
        return plain(What::SectionRefresh {
            section: first_number(rest),
            force: rest.contains("force=1"),
        });
    }
    if let Some(rest) = after(text, "Plex Media Scanner ") {
        let section = after(rest, "--section ").and_then(first_number);
        let has = |option: &str| rest.split_whitespace().any(|word| word == option);
        return if has("--refresh") {
            plain(What::SectionRefresh {
                section,
                force: has("--force"),
            })
        } else if has("--scan") {
            plain(What::Scan { section })
        } else {
            None
        };
    }
    if let Some(rest) = after(text, "Scanning section ") {
        return plain(What::Scan {
            section: first_number(rest),
        });
    }
    if let Some(rest) = after(text, "Refreshing metadata for '") {
        let agent = after(rest, "(agent: ").and_then(|rest| rest.split_once(')'));
        let agent = agent.map(|(agent, _)| agent.to_owned());
        return Some((What::ItemRefresh { force: false }, Vec::new(), agent, None));
    }
    let is_activity = text.contains("registered new activity") && text.contains("\"Scanning\"");
    if is_activity || text.contains("Performing a scan with") {
        return plain(What::Scan { section: None });
    }
    None
}

fn after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    text.split_once(words).map(|(_, rest)| rest)
}

fn first_number(text: &str) -> Option<u32> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..end].parse().ok()
}
