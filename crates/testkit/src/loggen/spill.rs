//! The ordinary lines that fill logs, and those that give secrets away.

use super::coding::percent;
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
        let text = if script.chance(unique) { unique_line(script) } else { pick(script.rng, &COMMON).to_owned() };
        say(script, &text);
        script.wait(0, 12);
    }
}

fn unique_line(script: &mut Script) -> String {
    let rng = &mut *script.rng;
    match rng.u8(0..6) {
        0 => format!("Entry {} of the index, checksum {:08x}", rng.u32(..), rng.u32(..)),
        1 => format!("Fingerprint {} for {}", names::hex(rng, 24), studio(rng)),
        2 => format!("Duration {} ms, stored {} ms", rng.u32(..9_000_000), rng.u32(..9_000_000)),
        3 => format!("Scene {{'id': {}, 'tags': ['{}', '{}'], 'parts': [{{'n': 1}}, {{'n': 2}}, {{'n': 3}}]}}", rng.u32(..), names::alphanumeric(rng, 8), names::hex(rng, 12)),
        4 => format!("Cover ./covers/{}.jpg, {}x{}", names::hex(rng, 16), rng.u32(300..4000), rng.u32(300..4000)),
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
        script.agent_line(Level::Debug, ("__init__", 545), text.to_owned(), Mark::default());
    }
}

/// Sometimes one line that holds a secret.
pub(super) fn secrets(script: &mut Script) {
    if !script.agent.plant || !script.chance(0.4) {
        return;
    }
    let item = script.item.unwrap_or_default();
    match script.rng.u8(0..18) {
        0 => {
            let token = script.secret(Slot::Token);
            say(script, &format!("\tPlex Token     {token}"));
        }
        1 => {
            let token = script.secret(Slot::Token);
            script.request(&format!("http://127.0.0.1:32400/library/metadata/{item}?X-Plex-Token={token}"));
        }
        2 => {
            let token = script.secret(Slot::Token);
            script.request(&format!("http://127.0.0.1:32400/photo/:/transcode?url=%2Flibrary%2F{item}%3FX-Plex-Token%3D{token}"));
        }
        3 => {
            let token = script.secret(Slot::Token);
            script.request(&format!("http://127.0.0.1:32400/proxy?u=%252Fitems%253FX-Plex-Token%253D{token}%2526n%253D1"));
        }
        4 => {
            let (token, client) = (script.secret(Slot::AccountToken), script.secret(Slot::ClientId));
            say(script, &format!("Headers: {{'X-Plex-Token': '{token}', 'X-Plex-Client-Identifier': '{client}', 'Accept': 'text/html'}}"));
        }
        5 => {
            let key = script.secret(Slot::ApiKey);
            let site = &script.agent.site;
            script.request(&format!("https://{site}/graphql?query=item&apikey={key}"));
        }
        6 => {
            let password = script.secret(Slot::Password);
            let account = script.secret(Slot::Account);
            say(script, &format!("login with username={account}&password={password}"));
        }
        7 => {
            let password = script.secret(Slot::UrlPassword);
            let site = &script.agent.site;
            script.request(&format!("https://reader:{password}@{site}/private/feed.xml"));
        }
        8 => {
            let jwt = script.secret(Slot::Jwt);
            say(script, &format!("Authorization: Bearer {jwt}"));
        }
        9 => {
            let cookie = script.secret(Slot::Cookie);
            say(script, &format!("Extracted cookie headers: {{'Cookie': 'sid={cookie}; theme=dark'}}"));
        }
        10 => {
            let email = script.secret(Slot::Email);
            say(script, &format!("signed in as {email}"));
        }
        11 => {
            let media = script.media();
            say(script, &format!("folder {}", script.agent.place.native(&format!("{media}/Season 1"))));
        }
        12 => {
            let user = script.secret(Slot::User);
            let path = percent(&format!("/Users/{user}/Movies/{item}.mkv"));
            say(script, &format!("file {path}"));
        }
        13 => {
            let ip = script.secret(Slot::PublicIp);
            say(script, &format!("address seen from outside: {ip}"));
        }
        14 => {
            let host = script.secret(Slot::PlexDirect);
            let token = script.secret(Slot::Token);
            script.request(&format!("https://{host}:32400/identity?X-Plex-Token={token}"));
        }
        15 => {
            let machine = script.secret(Slot::Machine);
            say(script, &format!("MachineIdentifier {machine}"));
        }
        16 => {
            let token = script.secret(Slot::LocalToken);
            say(script, &format!("environment PLEXTOKEN={token}"));
        }
        _ => {
            let session = script.secret(Slot::SessionId);
            let site = &script.agent.site;
            script.request(&format!("https://{site}/browse?page=2&sessionid={session}"));
        }
    }
}
