//! Servers that lie, stall and break: none may hang the tool, make it panic, or get the token out of it.

use std::io::{Read, Write};
use std::net::TcpListener;

use proptest::prelude::*;
use testkit::fake_plex::fault::{Fault, Rule};
use testkit::fake_plex::{FakePlex, Setup};

use super::{TOKEN, command, run, run_checked, server};

/// What a server does, what is asked of it, how the tool must end, and a word of what it must say.
struct Case {
    name: &'static str,
    setup: Setup,
    args: &'static [&'static str],
    code: i32,
    says: &'static str,
}

const SECTIONS: &[&str] = &["--sections"];
const ITEMS: &[&str] = &["--items", "--section", "1", "--all"];
const REFRESH: &[&str] = &["--refresh", "--rating-key", "1001"];
const VERIFY: &[&str] = &["--verify", "--rating-key", "1001", "--poll", "0.1"];
/// Short, so that a server that stalls costs the test little.
const LIMITS: &[&str] = &["--timeout", "1", "--deadline", "3", "--retries", "1"];

fn faulty(rule: Rule) -> Setup {
    Setup {
        faults: vec![rule],
        ..Setup::default()
    }
}

fn always(fault: Fault) -> Setup {
    faulty(Rule::always("/library", fault))
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Fault {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Fault::Answer {
        status,
        headers,
        body: body.to_owned(),
    }
}

fn xml(body: &str) -> Setup {
    always(answer(200, &[("Content-Type", "text/xml")], body))
}

fn raw(bytes: &[u8]) -> Setup {
    always(Fault::Raw(bytes.to_vec()))
}

fn statuses() -> Vec<Case> {
    let case = |name, setup, args, code, says| Case {
        name,
        setup,
        args,
        code,
        says,
    };
    let status = |code| always(Fault::Status(code));
    vec![
        case(
            "400 with words",
            always(answer(400, &[], "Missing X-Plex-Container-Size header")),
            ITEMS,
            65,
            "it says: Missing X-Plex",
        ),
        case(
            "401",
            status(401),
            SECTIONS,
            77,
            "it says: 401 Unauthorized",
        ),
        case(
            "403 to a refresh",
            status(403),
            REFRESH,
            77,
            "not the owner's",
        ),
        case("404 to a refresh", status(404), REFRESH, 66, "not found"),
        case(
            "405 to a refresh",
            status(405),
            REFRESH,
            65,
            "does not allow this",
        ),
        case("418", status(418), SECTIONS, 69, "answered 418"),
        case("422", status(422), SECTIONS, 77, "expired"),
        case("498", status(498), SECTIONS, 77, "expired"),
        case(
            "429 for a day",
            always(answer(429, &[("Retry-After", "86400")], "slow down")),
            SECTIONS,
            75,
            "it says: slow down",
        ),
        case(
            "429 once",
            faulty(Rule::first(
                1,
                "/library",
                answer(429, &[("Retry-After", "0")], ""),
            )),
            SECTIONS,
            0,
            "",
        ),
        case("500", status(500), REFRESH, 69, "the server failed"),
        case("502", status(502), SECTIONS, 69, "proxy"),
        case(
            "503 for ever",
            Setup {
                starting: 99,
                ..Setup::default()
            },
            SECTIONS,
            75,
            "Maintenance: Plex Media Server is currently",
        ),
        case(
            "503 once",
            Setup {
                starting: 1,
                ..Setup::default()
            },
            SECTIONS,
            0,
            "",
        ),
        case(
            "status 999",
            raw(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
            SECTIONS,
            69,
            "answered 999",
        ),
        case(
            "an error page with escapes and the token",
            always(answer(
                401,
                &[],
                "<body>\x1b]0;x\x07 \u{9b}31m your token fake-Token_0123456789 is bad</body>",
            )),
            SECTIONS,
            77,
            "your token [token] is bad",
        ),
    ]
}

fn transports() -> Vec<Case> {
    let case = |name, setup, args, code, says| Case {
        name,
        setup,
        args,
        code,
        says,
    };
    vec![
        case(
            "closes without a word",
            always(Fault::Close),
            SECTIONS,
            69,
            "closed the connection",
        ),
        case(
            "says nothing",
            always(Fault::Hang),
            SECTIONS,
            69,
            "took too long",
        ),
        case(
            "says nothing to a refresh",
            always(Fault::Hang),
            REFRESH,
            69,
            "took too long",
        ),
        case(
            "drips a small answer",
            always(Fault::Drip(50)),
            SECTIONS,
            69,
            "took too long",
        ),
        case(
            "drips a list",
            always(Fault::Drip(5)),
            ITEMS,
            75,
            "deadline",
        ),
        case(
            "breaks off for ever",
            always(Fault::Truncate(300)),
            SECTIONS,
            69,
            "cannot read the server's answer",
        ),
        case(
            "breaks off once",
            faulty(Rule::first(1, "/library", Fault::Truncate(300))),
            SECTIONS,
            0,
            "",
        ),
        case(
            "no HTTP",
            raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
            SECTIONS,
            65,
            "expected HTTP",
        ),
        case(
            "binary",
            raw(b"\x00\x01\x02\x15\x03\x01\xff\xfe"),
            SECTIONS,
            65,
            "expected HTTP",
        ),
        case(
            "TLS alert",
            raw(b"\x15\x03\x01\x00\x02\x02\x16"),
            SECTIONS,
            65,
            "expected HTTP",
        ),
        case(
            "endless headers",
            always(Fault::Endless(
                b"HTTP/1.1 200 OK\r\n".to_vec(),
                b"X-A: aaaaaaaaaaaaaaaa\r\n".to_vec(),
            )),
            SECTIONS,
            65,
            "expected HTTP",
        ),
        case(
            "endless interim answers",
            always(Fault::Endless(
                vec![],
                // Many at once: each in a packet of its own would be the slowness of another case.
                b"HTTP/1.1 100 Continue\r\n\r\n".repeat(64),
            )),
            SECTIONS,
            65,
            "",
        ),
        case(
            "a length that is a lie",
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n<MediaContainer>"),
            SECTIONS,
            69,
            "cannot read",
        ),
        case(
            "a length that is no number",
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n<MediaContainer/>"),
            SECTIONS,
            65,
            "",
        ),
        case(
            "chunks that are none",
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n"),
            SECTIONS,
            65,
            "",
        ),
        case(
            "a body that was packed unasked",
            always(answer(
                200,
                &[("Content-Encoding", "gzip")],
                "\u{1f}\u{8b}xxxx",
            )),
            SECTIONS,
            65,
            "it is no XML",
        ),
        case(
            "an endless element",
            always(Fault::Endless(
                b"HTTP/1.1 200 OK\r\n\r\n<MediaContainer><Directory title=\"".to_vec(),
                vec![b'x'; 65536],
            )),
            SECTIONS,
            65,
            "more than 16 MiB",
        ),
        case(
            "an endless list",
            always(Fault::Endless(
                b"HTTP/1.1 200 OK\r\n\r\n<MediaContainer>".to_vec(),
                b"<Video/>".repeat(4096),
            )),
            ITEMS,
            75,
            "deadline",
        ),
    ]
}

fn documents() -> Vec<Case> {
    let case = |name, setup, args, code, says| Case {
        name,
        setup,
        args,
        code,
        says,
    };
    let laughs = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><MediaContainer><Directory key=\"1\" title=\"&b;\"/></MediaContainer>";
    vec![
        case(
            "a login page",
            xml("<!DOCTYPE html><html><body>Sign in</body></html>"),
            SECTIONS,
            65,
            "found a web page",
        ),
        case(
            "another program's XML",
            xml("<feed><entry/></feed>"),
            SECTIONS,
            65,
            "found \"feed\"",
        ),
        case("nothing", xml(""), SECTIONS, 65, "it is empty"),
        case("plain text", xml("OK"), SECTIONS, 65, "it is no XML"),
        case(
            "200 without a container",
            xml("<Response code=\"404\" status=\"gone\"/>"),
            VERIFY,
            65,
            "found \"Response\"",
        ),
        case(
            "an empty container for an item",
            xml("<MediaContainer size=\"0\"/>"),
            VERIFY,
            66,
            "",
        ),
        case(
            "an element twice closed",
            xml("<MediaContainer><a></b></MediaContainer>"),
            SECTIONS,
            65,
            "not well-formed",
        ),
        case(
            "an attribute twice",
            xml("<MediaContainer><Directory key=\"1\" key=\"2\"/></MediaContainer>"),
            SECTIONS,
            65,
            "not well-formed",
        ),
        case("entities that grow", xml(laughs), SECTIONS, 65, ""),
        case(
            "deep nesting",
            xml(&format!("<MediaContainer>{}", "<a>".repeat(100_000))),
            SECTIONS,
            65,
            "nested",
        ),
        case(
            "numbers that are none",
            xml(
                "<MediaContainer size=\"-1\" totalSize=\"99999999999999999999\" offset=\"x\"><Video ratingKey=\"1\" title=\"a\" year=\"?\"/></MediaContainer>",
            ),
            ITEMS,
            0,
            "",
        ),
        case(
            "JSON that breaks off",
            xml("{\"MediaContainer\":{\"Metadata\":[{"),
            ITEMS,
            69,
            "ends in the middle",
        ),
        case(
            "JSON that is none",
            xml("{\"MediaContainer\":nonsense}"),
            ITEMS,
            65,
            "not well-formed",
        ),
        case("UTF-16", xml("\u{feff}"), SECTIONS, 65, ""),
        case(
            "a page that never ends",
            xml(
                "<MediaContainer size=\"1\" totalSize=\"50\" offset=\"0\"><Video ratingKey=\"1\" title=\"a\"/></MediaContainer>",
            ),
            ITEMS,
            65,
            "the list stops after 1 of 50",
        ),
        case(
            "a list that begins later",
            xml(
                "<MediaContainer size=\"1\" totalSize=\"50\" offset=\"7\"><Video ratingKey=\"1\" title=\"a\"/></MediaContainer>",
            ),
            ITEMS,
            65,
            "found it from entry 7",
        ),
        case(
            "escapes and the token in titles",
            xml(
                "<MediaContainer size=\"1\"><Directory key=\"1&#10;9\" type=\"a&#x9b;b\" title=\"x&#27;[2J fake-Token_0123456789 &#102;ake-Token_0123456789\"/></MediaContainer>",
            ),
            SECTIONS,
            0,
            "",
        ),
        case(
            "the token in every title",
            always(Fault::EchoToken),
            ITEMS,
            0,
            "",
        ),
        case(
            "control characters",
            always(Fault::ControlCharacters),
            ITEMS,
            0,
            "repaired",
        ),
        case(
            "a redirect to itself",
            always(answer(302, &[("Location", "/library/sections?again")], "")),
            SECTIONS,
            69,
            "again and again",
        ),
        case(
            "a redirect to nowhere",
            always(answer(302, &[], "")),
            SECTIONS,
            69,
            "it leads nowhere",
        ),
        case(
            "a redirect of a refresh",
            always(answer(302, &[("Location", "/elsewhere")], "")),
            REFRESH,
            69,
            "a mere look",
        ),
        case(
            "a redirect that carries the token",
            always(answer(
                307,
                &[(
                    "Location",
                    "http://evil.invalid/fake-Token_0123456789/?t=fake-Token_0123456789",
                )],
                "",
            )),
            SECTIONS,
            69,
            "http://evil.invalid/[token]/",
        ),
    ]
}

#[test]
fn each_ends_in_time_with_its_code_and_the_server_s_words() {
    let cases: Vec<Case> = statuses()
        .into_iter()
        .chain(transports())
        .chain(documents())
        .collect();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let faults: Vec<String> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..4)
            .map(|lane| {
                let cases = &cases;
                scope.spawn(move || {
                    cases
                        .iter()
                        .skip(lane)
                        .step_by(4)
                        .filter_map(check)
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        lanes
            .into_iter()
            .flat_map(|lane| lane.join().expect("no panic"))
            .collect()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

fn check(case: &Case) -> Option<String> {
    let server = server(case.setup.clone());
    let ended = run(&server, &[case.args, LIMITS].concat());
    let is_right = ended.code == Some(case.code) && ended.stderr.contains(case.says);
    (!is_right).then(|| {
        format!(
            "{}: expected {} and {:?}, found {ended:?}",
            case.name, case.code, case.says
        )
    })
}

/// Answers every connection with these bytes.
fn parrot(
    bytes: Vec<u8>,
) -> (
    String,
    std::thread::JoinHandle<()>,
    std::sync::Arc<std::sync::atomic::AtomicBool>,
) {
    use std::sync::atomic::{AtomicBool, Ordering};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stop = std::sync::Arc::new(AtomicBool::new(false));
    let stopped = std::sync::Arc::clone(&stop);
    let thread = std::thread::spawn(move || {
        for stream in listener.incoming() {
            if stopped.load(Ordering::SeqCst) {
                return;
            }
            let Ok(mut stream) = stream else { continue };
            let mut request = [0; 4096];
            // A client that has gone away is none of this server's business.
            drop(
                stream
                    .read(&mut request)
                    .and_then(|_| stream.write_all(&bytes)),
            );
        }
    });
    (url, thread, stop)
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n",
        "HTTP/1.1 503 No\r\nRetry-After: 0\r\n",
        "HTTP/1.1 401 X\r\n",
        "Content-Type: text/xml\r\n",
        "Content-Type: application/json\r\n",
        "Content-Length: 12\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "\r\n",
        "\r\n\r\n",
        "5\r\nhello\r\n",
        "0\r\n\r\n",
        "<MediaContainer size=\"1\">",
        "</MediaContainer>",
        "<Directory key=\"1\" type=\"movie\" title=\"",
        "fake-Token_0123456789",
        "\"/>",
        "<Video ratingKey=\"1\" title=\"x\"/>",
        "&#27;[2J",
        "\x1b[31m",
        "{\"MediaContainer\":{\"Directory\":[",
        "]}}",
        "<!DOCTYPE html><html>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
    ];
    prop_oneof![
        6 => proptest::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_answer_at_all_ends_in_a_known_code(
        is_begun in any::<bool>(),
        pieces in proptest::collection::vec(piece(), 0..14),
        job in 0_usize..3,
    ) {
        let mut bytes = if is_begun { b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n".to_vec() } else { Vec::new() };
        bytes.extend(pieces.concat());
        let (url, thread, stop) = parrot(bytes);
        let args = [[SECTIONS, ITEMS, REFRESH][job], &["--timeout", "1", "--deadline", "2", "--retries", "0"]].concat();
        let ended = run_checked(command(&url, &args), &args);
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        drop(std::net::TcpStream::connect(url.trim_start_matches("http://")));
        drop(thread.join());
        prop_assert!(matches!(ended.code, Some(0 | 1 | 65 | 66 | 69 | 75 | 77)), "{:?}", ended);
    }
}

#[test]
fn nobody_at_all_is_said_to_be_nobody() {
    let port = FakePlex::start(Setup::default()).unwrap().port();
    let gone = format!("http://127.0.0.1:{port}");
    let args = ["--sections", "--retries", "0", "--timeout", "2"];
    let ended = run_checked(command(&gone, &args), &args);
    assert_eq!(ended.code, Some(69));
    assert!(
        ended.stderr.contains("connection refused")
            && ended.stderr.contains("hint: is the server running"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains(TOKEN));
}
