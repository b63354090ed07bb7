//! Which request gets which answer.

use std::sync::Arc;

use super::http::{Request, Response};
use super::library::{FakeItem, Kind};
use super::render::{self, Node};
use super::{Server, agent, events, lock};

/// The server's name for itself.
pub(super) const MACHINE: &str = "fa4e0000000000000000000000000000000000ff";

/// Why a request is turned away before anything is looked up.
pub(crate) fn refusal(server: &Server, request: &Request) -> Option<Response> {
    if server.refuses_as_starting() {
        let body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response code=\"503\" title=\"Maintenance\" status=\"Plex Media Server is currently running database migrations.\"/>\n";
        return Some(Response::new(503, "text/xml", body));
    }
    let token = request
        .header("x-plex-token")
        .or_else(|| request.argument("X-Plex-Token"));
    if token != Some(server.setup.token.as_str()) {
        return Some(Response::html(401));
    }
    let changes = request.method != "GET" || request.path.ends_with("/refresh");
    (changes && !server.setup.is_owner).then(|| Response::html(403))
}

/// The answer to a request.
pub(crate) fn answer(server: &Arc<Server>, request: &Request) -> Response {
    let json = server.setup.always_json
        || request
            .header("accept")
            .is_some_and(|accept| accept.starts_with("application/json"));
    if request.path == "/identity" {
        return identity(server).into_response(json);
    }
    if let Some(refusal) = refusal(server, request) {
        return refusal;
    }
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", [""]) => root().into_response(json),
        ("GET", ["library"]) => Node::new("MediaContainer")
            .with("size", 1)
            .with("title1", "Plex Library")
            .into_response(json),
        ("GET", ["library", "sections"] | ["library", "sections", "all"]) => {
            sections(server).into_response(json)
        }
        ("GET", ["library", "sections", key, "all"]) => list(server, request, key, false, json),
        ("GET", ["library", "sections", key, "allLeaves"]) => {
            list(server, request, key, true, json)
        }
        ("GET", ["library", "sections", key, "timeline"]) => timeline(server, key, json),
        ("GET" | "POST", ["library", "sections", key, "refresh"]) => {
            refresh_section(server, request, key)
        }
        ("DELETE", ["library", "sections", key, "refresh"]) => stop_section(server, key),
        ("GET", ["library", "metadata", keys]) => metadata(server, keys, json),
        (method, ["library", "metadata", key, verb]) => {
            item_verb(server, request, method, key, verb, json)
        }
        ("GET", ["activities"]) => activities(server).into_response(json),
        ("DELETE", ["activities", uuid]) => cancel(server, uuid),
        ("GET", ["system", "agents"]) => agents().into_response(json),
        ("GET", ["hubs", "search"]) => search(server, request).into_response(json),
        ("GET", [":", "eventsource", "notifications"]) => events::absent(),
        _ => Response::html(404),
    }
}

fn identity(server: &Server) -> Node {
    let generation = server.generation.load(std::sync::atomic::Ordering::SeqCst);
    Node::new("MediaContainer")
        .with("size", 0)
        .with("claimed", 1)
        .with("machineIdentifier", MACHINE)
        .with("version", "1.43.0.10467-fake")
        .with("startedAt", generation)
}

fn root() -> Node {
    Node::new("MediaContainer")
        .with("size", 0)
        .with("friendlyName", "Fake & Server")
        .with("machineIdentifier", MACHINE)
        .with("version", "1.43.0.10467-fake")
        .with("myPlexSigninState", "ok")
        .with("eventStream", 1)
        .with("platform", "Linux")
}

fn sections(server: &Server) -> Node {
    let library = lock(&server.library);
    let mut node = Node::new("MediaContainer")
        .with("size", library.sections.len())
        .with("allowSync", 0)
        .with("title1", "Plex Library");
    for section in &library.sections {
        node.push(render::section(section));
    }
    node
}

fn list(server: &Server, request: &Request, key: &str, leaves: bool, json: bool) -> Response {
    let library = lock(&server.library);
    let Some(section) = key.parse().ok().and_then(|key| library.section(key)) else {
        return Response::html(404);
    };
    let asked = |name: &str| {
        let value = request
            .header(&name.to_ascii_lowercase())
            .or_else(|| request.argument(name))?;
        value.parse::<usize>().ok()
    };
    let size = asked("X-Plex-Container-Size");
    if size.is_none() && server.setup.requires_paging && !server.setup.ignores_paging {
        return Response::new(400, "text/html", "Missing X-Plex-Container-Size header");
    }
    let top = if leaves {
        leaf_of(section.kind)
    } else {
        section.kind
    };
    let wanted = request
        .argument("type")
        .and_then(|n| n.parse::<u8>().ok())
        .unwrap_or(top.number());
    let mut found: Vec<&FakeItem> = library
        .items
        .values()
        .filter(|item| item.section == section.key && item.kind.number() == wanted)
        .filter(|item| {
            request
                .query
                .iter()
                .all(|(field, value)| passes(item, field, value))
        })
        .collect();
    sort(&mut found, request.argument("sort"));
    let total = found.len();
    let start = asked("X-Plex-Container-Start").unwrap_or(0);
    let (start, size) = if server.setup.ignores_paging {
        (0, total)
    } else {
        (start, size.unwrap_or(total))
    };
    let size = server.setup.page_cap.map_or(size, |cap| size.min(cap));
    let part: Vec<&FakeItem> = found.into_iter().skip(start).take(size).collect();
    let head =
        render::page(&server.setup, part.len(), start, total).with("librarySectionID", section.key);
    render::list(head, &part, json)
        .with("X-Plex-Container-Start", start)
        .with("X-Plex-Container-Total-Size", total)
}

fn leaf_of(kind: Kind) -> Kind {
    match kind {
        Kind::Show => Kind::Episode,
        Kind::Artist => Kind::Track,
        other => other,
    }
}

/// Whether an item passes one argument of a query; arguments that are no filter are passed by all.
fn passes(item: &FakeItem, field: &str, value: &str) -> bool {
    let (field, operator) = match field.strip_suffix(['!', '=']) {
        Some(name) => (name, &field[name.len()..]),
        None => (field, ""),
    };
    match field {
        "title" | "studio" | "year" => {
            let own = item.get(field).unwrap_or_default().to_lowercase();
            let value = value.to_lowercase();
            match operator {
                "!" => own != value,
                "=" => own == value,
                _ if field == "year" => own == value,
                _ => own.contains(&value),
            }
        }
        "genre" => item
            .tags
            .iter()
            .any(|(kind, tag)| kind == "Genre" && tag == value),
        _ => true,
    }
}

fn sort(items: &mut [&FakeItem], order: Option<&str>) {
    let Some(order) = order else { return };
    let (field, descending) = match order.split_once(':') {
        Some((field, direction)) => (field, direction == "desc"),
        None => (order, false),
    };
    let field = if field == "titleSort" { "title" } else { field };
    let key = |item: &FakeItem| {
        let text = item.get(field).unwrap_or_default().to_lowercase();
        (text.parse::<u64>().unwrap_or(0), text)
    };
    items.sort_by_key(|item| key(item));
    if descending {
        items.reverse();
    }
}

fn timeline(server: &Server, key: &str, json: bool) -> Response {
    let size = key
        .parse()
        .map_or(0, |section: u32| agent::queue_size(server, section));
    Node::new("MediaContainer")
        .with("size", 0)
        .with("updateQueueSize", size)
        .with("viewGroup", "secondary")
        .into_response(json)
}

fn refresh_section(server: &Arc<Server>, request: &Request, key: &str) -> Response {
    let known = key
        .parse()
        .ok()
        .filter(|key| lock(&server.library).section(*key).is_some());
    let Some(section) = known else {
        return Response::html(404);
    };
    agent::scan(server, section, request.argument("force") == Some("1"));
    Response::empty(200)
}

fn stop_section(server: &Server, key: &str) -> Response {
    if let Ok(section) = key.parse() {
        agent::stop(server, section);
    }
    Response::empty(200)
}

fn metadata(server: &Server, keys: &str, json: bool) -> Response {
    let library = lock(&server.library);
    let found: Vec<&FakeItem> = keys
        .split(',')
        .filter_map(|key| library.items.get(&key.parse().ok()?))
        .collect();
    if found.is_empty() {
        return Response::html(404);
    }
    let mut node = Node::new("MediaContainer").with("size", found.len());
    for item in found {
        node.push(render::item(item));
    }
    node.into_response(json)
}

fn item_verb(
    server: &Arc<Server>,
    request: &Request,
    method: &str,
    key: &str,
    verb: &str,
    json: bool,
) -> Response {
    let item = key
        .parse()
        .ok()
        .and_then(|key| lock(&server.library).items.get(&key).cloned());
    let Some(item) = item else {
        return Response::html(404);
    };
    match (method, verb) {
        ("PUT", "refresh") => {
            agent::refresh(server, &item);
            Response::empty(200)
        }
        ("PUT", "analyze") => Response::empty(200),
        ("PUT", "match") => match request.argument("guid") {
            Some(guid) => {
                if let Some(item) = lock(&server.library).items.get_mut(&item.key) {
                    item.set("guid", guid);
                }
                agent::refresh(server, &item);
                Response::empty(200)
            }
            None => Response::html(400),
        },
        ("PUT", "unmatch") => {
            if let Some(item) = lock(&server.library).items.get_mut(&item.key) {
                let guid = format!("local://{}", item.key);
                item.set("guid", &guid);
            }
            Response::empty(200)
        }
        ("GET" | "PUT", "matches") => {
            if let Some(folder) = &server.log_folder {
                // A log that can't be written is no reason for a server to stop.
                drop(super::plugin_log::write_search(
                    folder,
                    &item,
                    MATCHES.len(),
                ));
            }
            matches(&item, request).into_response(json)
        }
        ("GET", "children") => children(server, &item).into_response(json),
        (_, "refresh" | "analyze" | "match" | "unmatch") => Response::html(405),
        _ => Response::html(404),
    }
}

/// The scores of what a search finds.
const MATCHES: [u64; 2] = [100, 62];

fn matches(item: &FakeItem, request: &Request) -> Node {
    let title = request
        .argument("title")
        .or(item.get("title"))
        .unwrap_or_default();
    let mut node = Node::new("MediaContainer").with("size", 2);
    for (n, score) in (1_u64..).zip(MATCHES) {
        let guid = format!("{}://{}?lang=en", super::library::AGENT, item.key * 10 + n);
        node.push(
            Node::new("SearchResult")
                .with("guid", guid)
                .with("name", title)
                .with("score", score)
                .with("year", 2000 + n),
        );
    }
    node
}

fn children(server: &Server, parent: &FakeItem) -> Node {
    let library = lock(&server.library);
    let found: Vec<Node> = library
        .items
        .values()
        .filter(|item| item.parent == Some(parent.key))
        .map(render::item)
        .collect();
    found
        .into_iter()
        .fold(Node::new("MediaContainer"), Node::child)
}

fn activities(server: &Server) -> Node {
    let activities = lock(&server.activities);
    let mut node = Node::new("MediaContainer").with("size", activities.len());
    for activity in activities.iter() {
        node.push(activity.to_node());
    }
    node
}

fn cancel(server: &Server, uuid: &str) -> Response {
    let mut activities = lock(&server.activities);
    match activities.iter().position(|activity| activity.uuid == uuid) {
        None => Response::html(404),
        Some(at) if !activities[at].cancellable => Response::html(400),
        Some(at) => {
            activities.remove(at);
            Response::empty(200)
        }
    }
}

fn agents() -> Node {
    let agent = |name: &str, identifier: &str, primary: u8, kind: u8| {
        let media = Node::new("MediaType")
            .with("name", "Movies")
            .with("mediaType", kind);
        Node::new("Agent")
            .with("name", name)
            .with("identifier", identifier)
            .with("primary", primary)
            .with("hasPrefs", primary)
            .with("hasAttribution", 0)
            .child(media.child(Node::new("Language").with("code", "en")))
    };
    Node::new("MediaContainer")
        .with("size", 3)
        .child(agent("ExampleDB", super::library::AGENT, 1, 1))
        .child(agent("Plex Movie", "tv.plex.agents.movie", 1, 1))
        .child(agent(
            "Local Media Assets",
            "com.plexapp.agents.localmedia",
            0,
            1,
        ))
}

fn search(server: &Server, request: &Request) -> Node {
    let query = request.argument("query").unwrap_or_default().to_lowercase();
    let section = request
        .argument("sectionId")
        .and_then(|key| key.parse::<u32>().ok());
    let limit = request
        .argument("limit")
        .and_then(|n| n.parse().ok())
        .unwrap_or(3);
    let library = lock(&server.library);
    let mut node = Node::new("MediaContainer").with("size", 2);
    for kind in [
        Kind::Movie,
        Kind::Show,
        Kind::Episode,
        Kind::Artist,
        Kind::Track,
    ] {
        let found = library.items.values().filter(|item| {
            item.kind == kind
                && section.is_none_or(|section| item.section == section)
                && item
                    .get("title")
                    .is_some_and(|title| title.to_lowercase().contains(&query))
        });
        let hub = Node::new("Hub")
            .with("type", kind.name())
            .with("hubIdentifier", kind.name())
            .with("title", kind.name());
        node.push(found.take(limit).map(render::item).fold(hub, Node::child));
    }
    node
}
