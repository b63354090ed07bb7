//! The ordinary lines that fill logs, and those that give secrets away.

use super::names::{pick, studio};
use super::record::{Level, Mark};
use super::script::Script;
use super::secrets::Slot;
use super::{names, pgma};

const COMMON: [&str; 8] = [
    "Cast: list read from page",
    "Rating: none found, left as it is",
    "Poster: kept the one in the library",
    "Genres: ['Comedy', 'Drama', 'Travel']",
    "Collections: nothing to add",
    "Directors: one name read",
    "Release date: taken from the page",
    "Summary: text is shorter than the one stored",
];

/// Up to `most` ordinary lines of the agent.
pub(super) fn lines(script: &mut Script, most: u32) {
    for _ in 0..script.rng.u32(1..=most) {
        let unique = script.agent.unique_share;
        let text = if script.chance(unique) {
            unique_line(script)
        } else {
            pick(script.rng, &COMMON).to_owned()
        };
        say(script, &text);
        script.wait(0, 12);
    }
}

fn unique_line(script: &mut Script) -> String {
    let rng = &mut *script.rng;
    match rng.u8(0..6) {
        0 => format!(
            "Entry {} of the index, checksum {:08x}",
            rng.u32(..),
            rng.u32(..)
        ),
        1 => format!("Fingerprint {} for {}", names::hex(rng, 24), studio(rng)),
        2 => format!(
            "Duration {} ms, stored {} ms",
            rng.u32(..9_000_000),
            rng.u32(..9_000_000)
        ),
        3 => format!(
            "Scene {{'id': {}, 'tags': ['{}', '{}'], 'parts': [{{'n': 1}}, {{'n': 2}}, {{'n': 3}}]}}",
            rng.u32(..),
            names::alphanumeric(rng, 8),
            names::hex(rng, 12)
        ),
        4 => format!(
            "Cover ./covers/{}.jpg, {}x{}",
            names::hex(rng, 16),
            rng.u32(300..4000),
            rng.u32(300..4000)
        ),
        _ => multi_line(rng),
    }
}

/// A dictionary over several lines, as `pprint` makes it.
fn multi_line(rng: &mut fastrand::Rng) -> String {
    format!(
        "Entry read:\n{{'code': '{}',\n 'length': {},\n 'people': ['{}',\n            '{}'],\n 'rating': {}}}",
        names::hex(rng, 10),
        rng.u32(3..200),
        names::alphanumeric(rng, 9),
        names::alphanumeric(rng, 7),
        rng.u32(1..100)
    )
}

fn say(script: &mut Script, text: &str) {
    if script.agent.is_pgma() {
        pgma::line(script, "UTILS ::", text);
    } else {
        script.agent_line(
            Level::Debug,
            ("__init__", 545),
            text.to_owned(),
            Mark::default(),
        );
    }
}

/// How a line gives something away.
#[derive(Clone, Copy)]
enum Way {
    /// The agent says it.
    Say,
    /// It is part of a URL that is fetched.
    Fetch,
}

/// Lines that hold secrets; `{0}` and `{1}` are those of the slots, `{site}` the agent's site, `{item}` the Plex item.
const LEAKS: [(Way, &[Slot], &str); 21] = [
    (Way::Say, &[Slot::Token], "\tPlex Token     {0}"),
    (
        Way::Fetch,
        &[Slot::Token],
        "http://127.0.0.1:32400/library/metadata/{item}?X-Plex-Token={0}",
    ),
    (
        Way::Fetch,
        &[Slot::Token],
        "http://127.0.0.1:32400/photo/:/transcode?url=%2Flibrary%2F{item}%3FX-Plex-Token%3D{0}",
    ),
    (
        Way::Fetch,
        &[Slot::Token],
        "http://127.0.0.1:32400/proxy?u=%252Fitems%253FX-Plex-Token%253D{0}%2526n%253D1",
    ),
    (
        Way::Say,
        &[Slot::AccountToken, Slot::ClientId],
        "Headers: {'X-Plex-Token': '{0}', 'X-Plex-Client-Identifier': '{1}', 'Accept': 'text/html'}",
    ),
    (Way::Say, &[Slot::AccountToken], "X-Plex-Token: {0}"),
    (
        Way::Say,
        &[Slot::AccountToken],
        "accessToken=\"{0}\" auth_token={0}",
    ),
    (
        Way::Fetch,
        &[Slot::ApiKey],
        "https://{site}/graphql?query=item&apikey={0}",
    ),
    (
        Way::Say,
        &[Slot::Account, Slot::Password],
        "login with username={0}&password={1}",
    ),
    (
        Way::Fetch,
        &[Slot::UrlPassword],
        "https://reader:{0}@{site}/private/feed.xml",
    ),
    (Way::Say, &[Slot::Jwt], "Authorization: Bearer {0}"),
    (
        Way::Say,
        &[Slot::Cookie],
        "Extracted cookie headers: {'Cookie': 'sid={0}; theme=dark'}",
    ),
    (Way::Say, &[Slot::Email], "signed in as {0}"),
    (Way::Say, &[Slot::User], "folder /Users/{0}/Movies/Season 1"),
    (
        Way::Say,
        &[Slot::User],
        "folder C:\\Users\\{0}\\Videos\\Season 1",
    ),
    (
        Way::Say,
        &[Slot::User],
        "file %2FUsers%2F{0}%2FMovies%2F{item}%2Emkv",
    ),
    (
        Way::Say,
        &[Slot::PublicIp],
        "address seen from outside: {0}",
    ),
    (
        Way::Fetch,
        &[Slot::PlexDirect, Slot::Token],
        "https://{0}:32400/identity?X-Plex-Token={1}",
    ),
    (Way::Say, &[Slot::Machine], "MachineIdentifier {0}"),
    (Way::Say, &[Slot::LocalToken], "environment PLEXTOKEN={0}"),
    (
        Way::Fetch,
        &[Slot::SessionId],
        "https://{site}/browse?page=2&sessionid={0}",
    ),
];

/// Sometimes one line that holds a secret.
pub(super) fn secrets(script: &mut Script) {
    if !script.agent.plant || !script.chance(0.4) {
        return;
    }
    let (way, slots, template) = pick(script.rng, &LEAKS);
    let item = script.item.unwrap_or_default().to_string();
    let mut text = template
        .replace("{item}", &item)
        .replace("{site}", &script.agent.site);
    for (place, &slot) in ["{0}", "{1}"].iter().zip(slots) {
        text = text.replace(place, script.secret(slot));
    }
    match way {
        Way::Say => say(script, &text),
        Way::Fetch => script.request(&text),
    }
}
