//! Planted secrets never survive, ordinary lines stay as they are, twice is once.

use std::borrow::Cow;

use proptest::prelude::*;
use proptest::sample::select;

use super::percent::decode;
use super::{Level, Options, Redactor};

/// Where a secret of a kind is planted: `{}` is its place.
struct Planting {
    secret: &'static str,
    credential: bool,
    places: &'static [&'static str],
}

const PLANTINGS: [Planting; 14] = [
    Planting {
        secret: "[A-Za-z0-9]{1}[A-Za-z0-9_-]{16}[0-9][A-Za-z][0-9]",
        credential: true,
        places: &[
            "http://127.0.0.1:32400/library?X-Plex-Token={}&type=1",
            "/library?type=1&x-plex-token={}",
            "X-Plex-Token: {}",
            "X-PLEX-TOKEN: {}\nAccept: */*",
            "{'X-Plex-Token': '{}', 'a': 1}",
            "{u'X-Plex-Token': u'{}'}",
            "{\"authToken\":\"{}\",\"id\":1}",
            "{\\\"authToken\\\":\\\"{}\\\"}",
            "[('X-Plex-Token', '{}')]",
            "{'X-Plex-Token': ['{}']}",
            "<Preferences PlexOnlineToken=\"{}\" b=\"1\"/>",
            "<authToken>{}</authToken>",
            "accessToken={}; b=1",
            "PLEXTOKEN={}",
        ],
    },
    Planting {
        secret: "[A-Za-z]{10}[0-9][A-Za-z0-9]{6}[0-9][A-Z][0-9]",
        credential: true,
        places: &[
            "UTILS :: \tPlex Token     {}",
            "Plex Token\t{}",
            "the token is {} today",
            "--token {} --section 1",
            "token = {}",
            "Authorization: Bearer {}",
            "{'Authorization': 'Bearer {}'}",
            "sent bearer {} twice",
        ],
    },
    Planting {
        secret: "local-[0-9a-f]{8}-[0-9a-f]{4}-[0-9]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        credential: true,
        places: &["{}", "with {} here", "({})", "'{}'", "a={}&b=1", "/{}/"],
    },
    Planting {
        secret: "eyJ[A-Za-z0-9_-]{20,40}\\.[A-Za-z0-9_-]{20,60}\\.[A-Za-z0-9_-]{20,43}",
        credential: true,
        places: &["{}", "got {} back", "jwt={}&b=1", "\"{}\"", "<{}>"],
    },
    Planting {
        secret: "[A-Za-z0-9!$*+._~/-]{5,12}[A-Za-z0-9]",
        credential: true,
        places: &[
            "password={}&b=1",
            "PassWord: {}",
            "login(name=1, password='{}')",
            "{\"password\":\"{}\"}",
            "{'user_password': u'{}'}",
            "passwd={};database=films",
            "<password>{}</password>",
            "--password {} -v",
            "user[password]={}&b=1",
            "client_secret={}&b=1",
        ],
    },
    Planting {
        secret: "[A-Za-z0-9!$*+._~-]{6,12}[0-9]",
        credential: true,
        places: &[
            "http://somebody:{}@example.com/x",
            "ftp://somebody:{}@10.0.0.4:21/",
            "proxy somebody:{}@proxy.example.com:8080",
        ],
    },
    Planting {
        secret: "[a-f]{4}[0-9a-f]{26}[0-9][0-9]",
        credential: true,
        places: &[
            "api_key={}&b=1",
            "http://h/?apikey={}",
            "/x?key={}&b=1",
            "X-Api-Key: {}",
            "{'ApiKey': '{}'}",
            "sid={}",
            "session_id={}&b",
            "PHPSESSID={}; path=/",
            "{'session': '{}'}",
        ],
    },
    Planting {
        secret: "[a-z]{3}=[A-Za-z0-9]{12}; [a-z]{3}=[A-Za-z0-9%]{12}",
        credential: true,
        places: &[
            "Cookie: {}",
            "Set-Cookie: {}\nAccept: */*",
            "{'Cookie': '{}'}",
            "-H 'Cookie: {}' -v",
            "Extracted cookie headers: {'Cookie': '{}'}",
            "cookies={'{}'}",
        ],
    },
    Planting {
        secret: "[q-z]{6,9}\\.[q-z]{6,9}@[q-z]{6,9}\\.(com|org|co\\.uk)",
        credential: false,
        places: &[
            "{}",
            "to {}, please",
            "<{}>",
            "email={}&b=1",
            "'{}'",
            "mailto:{}",
        ],
    },
    Planting {
        secret: "[a-z]{7,12}",
        credential: false,
        places: &[
            "/Users/{}/Movies/A.mkv",
            "'/home/{}/.config'",
            "C:\\Users\\{}\\Videos",
            "C:\\\\Users\\\\{}\\\\Videos",
            "file:///Users/{}/A.mkv",
            "C:\\Documents and Settings\\{}\\Videos",
            "/volume1/homes/{}/films",
            "username={}&b=1",
        ],
    },
    Planting {
        secret: "(20[3-9]|19[3-7]|8[0-9])\\.(1[0-9]{2})\\.(1[0-9]{2})\\.(1[0-9]{2})",
        credential: false,
        places: &[
            "{}",
            "Request: [{}:8753 (WAN)] GET /",
            "http://{}:32400/x",
            "from {}.",
            "'{}'",
        ],
    },
    Planting {
        secret: "2[0-9a-f]{3}:[1-9a-f][0-9a-f]{3}:[1-9a-f][0-9a-f]{3}::[1-9a-f][0-9a-f]{3}:[1-9][0-9a-f]{3}",
        credential: false,
        places: &[
            "{}",
            "Request: [[{}]:8753 (WAN)] GET /",
            "http://[{}]:32400/x",
            "from {} on",
        ],
    },
    Planting {
        secret: "[0-9a-f]{39}[a-f]",
        credential: false,
        places: &[
            "machineIdentifier=\"{}\"",
            "Machine identifier is {}",
            "https://app.example/#!/server/{}/details",
            "server://{}/com.plexapp.plugins.library",
            "X-Plex-Client-Identifier={}&b=1",
            "X-Plex-Client-Identifier: {}",
            "certificate fingerprint {}",
        ],
    },
    Planting {
        secret: "1[0-9]{2}-1[0-9]{2}-1[0-9]{2}-1[0-9]{2}\\.[0-9a-f]{32}",
        credential: false,
        places: &[
            "https://{}.plex.direct:32400/x",
            "{}.PLEX.direct",
            "host {}.plex.direct;",
        ],
    },
];

/// Percent-encodes what URLs do not keep, in either case of digits.
fn percent(text: &str, upper: bool) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                char::from(byte).to_string()
            } else if upper {
                format!("%{byte:02X}")
            } else {
                format!("%{byte:02x}")
            }
        })
        .collect::<Vec<_>>()
        .concat()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| {
            (bits << 8) | usize::from(chunk.get(at).copied().unwrap_or(0))
        });
        for sign in 0..=chunk.len() {
            out.push(char::from(SIGNS[(bits >> (18 - 6 * sign)) & 63]));
        }
        out.push_str(&"="[..usize::from(chunk.len() == 2)]);
        out.push_str(&"=="[..2 * usize::from(chunk.len() == 1)]);
    }
    out
}

/// The first piece of the secret that can still be read in the text, in any encoding.
fn survivor(secret: &str, text: &str) -> Option<String> {
    let mut readings = vec![text.to_ascii_lowercase()];
    for _ in 0..3 {
        let next = decode(readings.last()?.as_bytes());
        readings.push(next.to_ascii_lowercase());
    }
    let bytes = secret.as_bytes();
    let plain = bytes.windows(6).find(|window| {
        let window = String::from_utf8_lossy(window).to_ascii_lowercase();
        readings.iter().any(|reading| reading.contains(&window))
    });
    if let Some(window) = plain {
        return Some(String::from_utf8_lossy(window).into_owned());
    }
    bytes.windows(9).find_map(|window| {
        (0..3).find_map(|shift| {
            let padded = [&vec![0_u8; shift][..], window].concat();
            let whole = base64(&padded);
            let piece = whole
                .get((shift * 8).div_ceil(6)..padded.len() * 8 / 6)?
                .to_owned();
            text.contains(&piece).then_some(piece)
        })
    })
}

fn planted() -> impl Strategy<Value = (String, String, bool)> {
    (0..PLANTINGS.len()).prop_flat_map(|kind| {
        let planting = &PLANTINGS[kind];
        (planting.secret, select(planting.places), 0..4_usize).prop_map(
            move |(secret, place, encoding)| {
                let plain = place.replace("{}", &secret);
                let text = match encoding {
                    0 => plain,
                    1 => percent(&plain, true),
                    2 => percent(&plain, false),
                    _ => percent(&percent(&plain, true), true),
                };
                (secret, text, planting.credential)
            },
        )
    })
}

/// What may stand right before or after a planted secret.
const EDGES: [&str; 14] = [
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    "é",
    "“",
    "”",
    "日本",
    "(",
    ") ",
    "] ",
    ", ",
    "2026-02-05 15:30:55,155 (7fe5) :  DEBUG (networking:144) - ",
];

proptest! {
    #[test]
    fn no_planted_secret_survives((secret, text, _) in planted(), before in select(&EDGES[..]), after in select(&EDGES[..9])) {
        let text = format!("{before}{text}{after}");
        let out = full().redact(&text).into_owned();
        prop_assert_eq!(survivor(&secret, &out), None, "{} became {}", text, out);
    }

    #[test]
    fn no_planted_credential_survives_with_redaction_off((secret, text, credential) in planted(), before in select(&EDGES[..])) {
        let text = format!("{before}{text}");
        if credential {
            let out = secrets_only().redact(&text).into_owned();
            prop_assert_eq!(survivor(&secret, &out), None, "{} became {}", text, out);
        }
    }

    #[test]
    fn no_secret_survives_in_the_arguments_of_a_call((secret, text, credential) in planted(), shift in 0..3_usize) {
        let args = base64(format!("{}{text}", &"\n \n"[..shift]).as_bytes());
        let args = percent(&args.replace('/', "@").replace('+', "*").replace('=', "_"), true);
        let text = format!("Handling request GET /:/plugins/x/messaging/function/X0FnZW50S2l0OlNlYXJjaA__/{args}/{args}");
        let out = full().redact(&text).into_owned();
        prop_assert_eq!(survivor(&secret, &out), None, "{} became {}", text, out);
        prop_assert!(out.contains("[call _AgentKit:Search, "));
        if credential {
            let out = secrets_only().redact(&text).into_owned();
            prop_assert_eq!(survivor(&secret, &out), None, "{} became {}", text, out);
        }
    }

    #[test]
    fn several_secrets_in_one_text_all_go(list in prop::collection::vec((planted(), select(&EDGES[1..5])), 2..6)) {
        let text: String = list.iter().flat_map(|((_, text, _), edge)| [text.as_str(), edge]).collect();
        let out = full().redact(&text).into_owned();
        for ((secret, ..), _) in &list {
            prop_assert_eq!(survivor(secret, &out), None, "{} became {}", text, out);
        }
    }

    #[test]
    fn redacting_twice_is_redacting_once(text in rough_text()) {
        for redactor in [full(), secrets_only(), pseudonyms()] {
            let once = redactor.redact(&text).into_owned();
            let twice = redactor.redact(&once).into_owned();
            prop_assert_eq!(&once, &twice, "from {}", text);
        }
    }

    #[test]
    fn any_text_is_taken(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for redactor in [full(), secrets_only(), pseudonyms()] {
            let once = redactor.redact(&text).into_owned();
            prop_assert_eq!(&redactor.redact(&once), &once);
            redactor.redact_bytes(&bytes);
        }
    }

    #[test]
    fn ordinary_lines_are_borrowed_unchanged(line in ordinary_line()) {
        let out = full().redact(&line);
        prop_assert_eq!(&out, &line);
        prop_assert!(matches!(out, Cow::Borrowed(_)));
    }
}

fn full() -> &'static Redactor {
    static REDACTOR: std::sync::LazyLock<Redactor> =
        std::sync::LazyLock::new(|| Redactor::new(Options::default()));
    &REDACTOR
}

fn secrets_only() -> &'static Redactor {
    static REDACTOR: std::sync::LazyLock<Redactor> = std::sync::LazyLock::new(|| {
        Redactor::new(Options {
            level: Level::SecretsOnly,
            ..Options::default()
        })
    });
    &REDACTOR
}

fn pseudonyms() -> &'static Redactor {
    static REDACTOR: std::sync::LazyLock<Redactor> = std::sync::LazyLock::new(|| {
        Redactor::new(Options {
            pseudonymise: true,
            ..Options::default()
        })
    });
    &REDACTOR
}

/// Pieces that parsers look for, put together in every wrong way.
fn rough_text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 66] = [
        "token",
        "X-Plex-Token",
        "=",
        "%3D",
        "%253D",
        ": ",
        ":",
        "'",
        "\"",
        "\\",
        "\\\"",
        "[token]",
        "[password]",
        "[user]",
        "[ip]",
        "password",
        "key",
        "user",
        "Users",
        "/",
        "%2F",
        "\\\\",
        "home",
        "@",
        "%40",
        "example.com",
        "http://",
        "https%3A%2F%2F",
        "203.0.113.7",
        ".",
        "2001:db8:1::2",
        "plex.direct",
        "a1b2c3d4e5f6a7b8",
        "jo",
        "hunter2",
        "Bearer ",
        "Basic ",
        "eyJhbGciOi.eyJ.abc",
        "local-0123456789ab",
        "Cookie: ",
        "cookies={",
        "}",
        "]",
        "(",
        ")",
        ",",
        ";",
        "&",
        "&quot;",
        " ",
        "\n",
        "\t",
        "é",
        "Token (",
        "--token ",
        "/messaging/function/",
        "X0FnZW50S2l0OlNlYXJjaA__/YWJj",
        "server://",
        "0123456789abcdef0123456789abcdef01234567",
        "[call _A:B, 3 bytes]",
        "Plex Token  ",
        "%",
        "%25",
        "None",
        "name='",
        "A Film (2020).mkv",
    ];
    prop::collection::vec(select(&PIECES[..]), 0..14).prop_map(|pieces| pieces.concat())
}

fn ordinary_line() -> impl Strategy<Value = String> {
    const MESSAGES: [&str; 24] = [
        "Requesting 'http://127.0.0.1:32400/library/metadata/{n}/tree'",
        "Response: [200] str, {n} bytes",
        "Starting framework core - Version: 2.6.3, Build: {h}",
        "Plex Media Server v1.43.0.{n}-{h} - Linux",
        "HTTPError: HTTP Error {s}: Reason",
        "URLError: <urlopen error [Errno {s}] Connection refused>",
        "File \"/config/Plug-ins-{h}/Demo.bundle/Contents/Code/__init__.py\", line {n}, in search",
        "KeyError: '{w}'",
        "score: {s}.5, id: {n}, took {s}.{n} s",
        "SEARCH:: Titles Found  {s} Processing Results Page: {s}",
        "GET /library/metadata/{n}?ratingKey={n}&key=%2Flibrary%2Fmetadata%2F{n}",
        "Serializing to /config/Metadata/Movies/{h}.bundle/Contents/com.plexapp.agents.demo/Info.xml",
        "Searching for matches for {'id': '{n}', 'year': '1999', 'name': '{w} {w}', 'openSubtitlesHash': '{h}{h}'}",
        "Adding com.plexapp.agents.demo://{h}?lang=en to the update list",
        "{w} token {w}: {w}",
        "the {w} session of {w} was {w}",
        "wrong key {w} in {w}",
        "[Req#{h}/HCl#{h}] Completed: [192.168.1.{s}:{n}] 200 GET /library/sections/{s}/all 14ms {n} bytes",
        "Plug-in running on port {n}.",
        "user {w} of the home {w}",
        "Fetching 'https://site.example/{w}/{w}-{w}-{n}.html'",
        "Image 'https://img.site.example/{h}/{n}x{n}/{w}@2x.png'",
        "Loaded in 0:00:0{s} at 12:34:56.{n}",
        "MediaContainer size={s} totalSize={n} offset=0 identifier=com.plexapp.plugins.library",
    ];
    // Chance would sooner or later write `pwd: pwd`, which is no ordinary line.
    const WORDS: [&str; 12] = [
        "film", "wrong", "missing", "found", "studio", "none", "user", "page", "the", "session",
        "keyword", "title",
    ];
    (
        select(&MESSAGES[..]),
        0..4_000_000_u32,
        1..255_u32,
        "[0-9a-f]{8,9}",
        select(&WORDS[..]),
        "-?[0-9a-f]{4,12}",
    )
        .prop_map(|(message, number, small, hex, word, thread)| {
            let message = message
                .replace("{n}", &number.to_string())
                .replace("{s}", &small.to_string())
                .replace("{h}", &hex)
                .replace("{w}", word);
            format!("2026-02-05 15:30:55,155 ({thread}) :  DEBUG (networking:{small}) - {message}")
        })
}
