//! Paths of media files, and addresses of pages about them, to pseudonyms.
//!
//! A file name with the ending of a film, song, picture or subtitle is hashed, and so is each
//! folder above it that is no ordinary word (`Movies`, `Season 1`), because folders carry titles
//! too. Paths of code, logs and Plex's own bundles stay readable.

use super::percent::{decode, unit, unit_before};
use super::pseudonym::{Thing, file_pseudonym, pseudonym};
use super::span::{Found, placeholder_len};
use crate::utf8::lossy;

/// Endings of files that are somebody's media, without the dot.
pub(super) const ENDINGS: [&str; 43] = [
    "mkv", "mp4", "avi", "m4v", "mov", "wmv", "mpg", "mpeg", "m2ts", "webm", "flv", "divx", "ogm",
    "3gp", "asf", "rmvb", "vob", "iso", "strm", "mp3", "flac", "m4a", "m4b", "aac", "ogg", "opus",
    "wav", "wma", "aiff", "ape", "jpg", "jpeg", "png", "gif", "webp", "tbn", "bmp", "srt", "sub",
    "ass", "ssa", "idx", "nfo",
];

/// Folders and file names that say nothing about what is in them.
const ORDINARY: [&str; 84] = [
    "mnt",
    "media",
    "data",
    "volume1",
    "volume2",
    "volumes",
    "share",
    "shares",
    "srv",
    "opt",
    "var",
    "lib",
    "tmp",
    "usr",
    "config",
    "users",
    "user",
    "home",
    "homes",
    "root",
    "public",
    "shared",
    "nas",
    "storage",
    "pool",
    "tank",
    "disk",
    "disk1",
    "disk2",
    "films",
    "film",
    "movies",
    "movie",
    "tv",
    "tv shows",
    "tv series",
    "tvshows",
    "series",
    "shows",
    "anime",
    "music",
    "audio",
    "audiobooks",
    "books",
    "photos",
    "pictures",
    "images",
    "videos",
    "video",
    "downloads",
    "documents",
    "desktop",
    "library",
    "libraries",
    "application support",
    "plex",
    "plexmediaserver",
    "plex media server",
    "metadata",
    "artists",
    "albums",
    "contents",
    "posters",
    "poster",
    "art",
    "banners",
    "banner",
    "thumbs",
    "thumb",
    "themes",
    "_stored",
    "_combined",
    "cover",
    "covers",
    "folder",
    "fanart",
    "background",
    "logo",
    "specials",
    "extras",
    "subs",
    "subtitles",
    "seasons",
    "localhost",
];

/// Hashes the file whose ending starts after the dot at `dot`, and the folders above it.
pub(super) fn file(text: &[u8], dot: usize, ending: &str, found: &mut Found) {
    let end = dot + 1 + ending.len();
    if unit(text, end).is_some_and(|unit| unit.level == 0 && is_word(unit.byte)) {
        return;
    }
    let zone = zone_start(text, dot);
    if inside_placeholder(text, zone, dot) {
        return;
    }
    let slash = last_slash(text, zone, dot);
    let start = slash.map_or_else(|| bare_start(text, zone, dot), |(_, after)| after);
    let stem = &text[start..dot];
    if stem.is_empty() || placeholder_len(stem) > 0 {
        return;
    }
    if let Some((slash, _)) = slash {
        folders(text, zone, slash, found);
    }
    if !is_ordinary(stem) {
        let written = lossy(&text[dot + 1..end]);
        found.replace(start, end, file_pseudonym(stem, &written));
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The place before `at` that no path crosses: a quote, a line start, a sign of a URL's query.
fn zone_start(text: &[u8], at: usize) -> usize {
    const REACH: usize = 600;
    let mut start = at;
    while let Some(before) = unit_before(text, start).filter(|_| at - start < REACH) {
        let closes = before.byte.is_ascii_control()
            || b"\"<>|*?=&`".contains(&before.byte)
            || (before.byte == b'\'' && opens_quote(text, start - before.len));
        if closes {
            break;
        }
        start -= before.len;
    }
    start
}

/// Whether the apostrophe at `at` opens a quote rather than standing in `Bob's`.
fn opens_quote(text: &[u8], at: usize) -> bool {
    let Some(before) = unit_before(text, at) else {
        return true;
    };
    let prefix =
        before.byte == b'u' && unit_before(text, at - 1).is_none_or(|unit| !is_word(unit.byte));
    prefix || (!is_word(before.byte) && before.byte.is_ascii())
}

fn inside_placeholder(text: &[u8], from: usize, at: usize) -> bool {
    memchr::memrchr(b'[', &text[from..at])
        .is_some_and(|offset| placeholder_len(&text[from + offset..]) > at - from - offset)
}

/// The last slash between `from` and `to`: where it starts and where the text goes on.
fn last_slash(text: &[u8], from: usize, to: usize) -> Option<(usize, usize)> {
    let mut at = to;
    while at > from {
        let before = unit_before(text, at)?;
        if matches!(before.byte, b'/' | b'\\') {
            return Some((at - before.len, at));
        }
        at -= before.len;
    }
    None
}

/// Where a file name without a path starts: after the last colon, wide gap or line head.
fn bare_start(text: &[u8], from: usize, to: usize) -> usize {
    let zone = &text[from..to];
    [&b": "[..], b") - ", b"  "]
        .iter()
        .filter_map(|sign| Some(memchr::memmem::rfind(zone, sign)? + sign.len()))
        .max()
        .map_or(from, |offset| from + offset)
}

/// Hashes the folders that end at the slash at `slash`, from the innermost outwards.
fn folders(text: &[u8], zone: usize, slash: usize, found: &mut Found) {
    let reported = found.covered();
    let mut spans = Vec::new();
    let mut end = slash;
    while end > reported {
        let Some((before, start)) = last_slash(text, zone, end) else {
            // What stands before the first slash: a drive, a relative folder, or other words.
            let start = memchr::memrchr3(b' ', b'(', b'[', &text[zone..end])
                .map_or(zone, |offset| zone + offset + 1);
            spans.push((start, end));
            break;
        };
        if start == end {
            // `//`: what was taken for a folder is the host of a URL or a share.
            if unit_before(text, before).is_some_and(|unit| unit.byte == b':') {
                spans.pop();
                break;
            }
        } else {
            spans.push((start, end));
        }
        if before <= zone || unit_before(text, before).is_some_and(|unit| unit.byte == b' ') {
            break;
        }
        end = before;
    }
    for (start, end) in spans {
        let folder = &text[start..end];
        if !is_ordinary(folder) {
            found.replace(start, end, pseudonym(Thing::Folder, folder));
        }
    }
}

/// Whether a folder or file name is an ordinary word, a number, or Plex's own.
fn is_ordinary(name: &[u8]) -> bool {
    let plain = decode(name);
    let plain = plain.trim().to_ascii_lowercase();
    let numbered = ["season ", "series ", "disc ", "disk ", "cd", "part "]
        .iter()
        .any(|word| plain.strip_prefix(word).is_some_and(is_number));
    let is_bundle = plain.ends_with(".bundle") || plain.contains("com.plexapp.");
    let is_drive = plain.len() == 2 && plain.ends_with(':');
    plain.is_empty()
        || numbered
        || is_bundle
        || is_drive
        || is_number(&plain)
        || plain.len() == 1
        || placeholder_len(name) > 0
        || ORDINARY.contains(&plain.as_str())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Hashes the parts of a web address's path that are written-out titles (`a-film-of-1999`).
///
/// So is whatever follows `search/`. `at` is after the `//`; tells where the address ends. Addresses of this machine and of private networks name no titles.
pub(super) fn web_path(text: &[u8], at: usize, found: &mut Found) -> usize {
    let is_end = |byte: u8| byte.is_ascii_whitespace() || b"\"'<>?#`".contains(&byte);
    let len = text[at..].iter().take_while(|&&byte| !is_end(byte)).count();
    let address = &text[at..at + len];
    let slash = memchr::memchr(b'/', address).unwrap_or(len);
    let host = &address[..slash];
    if slash == len
        || host.iter().all(|byte| !byte.is_ascii_alphabetic())
        || host.starts_with(b"localhost")
    {
        return at + len;
    }
    let mut start = slash + 1;
    let mut is_search = false;
    for part in address[slash + 1..].split(|&byte| byte == b'/') {
        let end = start + part.len();
        slug(text, at + start, at + end, is_search, found);
        is_search = part.eq_ignore_ascii_case(b"search");
        start = end + 1;
    }
    at + len
}

fn slug(text: &[u8], start: usize, end: usize, is_search: bool, found: &mut Found) {
    let whole = &text[start..end];
    let stem_len = [&b".html"[..], b".htm", b".php", b".aspx"]
        .iter()
        .find(|ending| whole.ends_with(ending))
        .map_or(whole.len(), |ending| whole.len() - ending.len());
    let stem = &whole[..stem_len];
    let letters = stem
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .count();
    let joined = decode(stem).contains(['-', '_', '+', ' ']);
    let is_file = ENDINGS.iter().any(|ending| {
        let dot = whole.len().saturating_sub(ending.len() + 1);
        whole.get(dot) == Some(&b'.') && whole[dot + 1..].eq_ignore_ascii_case(ending.as_bytes())
    });
    let is_title = (joined && letters >= 6) || (is_search && letters > 0);
    if is_title && !is_file && !stem.contains(&b'[') {
        found.replace(start, start + stem_len, pseudonym(Thing::Slug, stem));
    }
}
