//! The tool as a process, against a fake server on loopback.
//!
//! [`lists`]: what is printed. [`jobs`]: refresh, verify, journal, Ctrl-C. [`finish`]: when a refresh is taken to be
//! finished. [`hostile`]: servers that lie, stall and break. [`secure`]: TLS, redirects, proxies, the token.
//! Cases that need no server are files under `fixtures/cases/plex_api_utils`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "helpers of tests may fail loudly, and a table is as long as its cases are many"
)]

mod finish;
mod hostile;
mod jobs;
mod lists;
mod secure;

use std::time::{Duration, Instant};

use testkit::fake_plex::{FakePlex, Setup};
use testkit::process::{Ended, Run};

const BINARY: &str = env!("CARGO_BIN_EXE_plex_api_utils");
/// The fake server's token; it must never be seen again.
const TOKEN: &str = "fake-Token_0123456789";
/// Longer than any deadline that a test sets: who takes longer, hangs.
const HANGS: Duration = Duration::from_secs(30);

/// A server that the test can't do without.
fn server(setup: Setup) -> FakePlex {
    FakePlex::start(setup).expect("a port on loopback is free")
}

/// A run with the token in the environment, as everybody would do it.
fn command(url: &str, args: &[&str]) -> Run {
    Run::new(BINARY)
        .env("PLEX_TOKEN", TOKEN)
        .args(["--url", url])
        .args(args)
}

/// Runs the tool and checks what must hold of every run, whatever the server does.
fn run(server: &FakePlex, args: &[&str]) -> Ended {
    run_checked(command(&server.url(), args), args)
}

fn run_checked(command: Run, args: &[&str]) -> Ended {
    let start = Instant::now();
    let ended = command.run().expect("the tool starts");
    assert!(start.elapsed() < HANGS, "{args:?} hangs");
    for (stream, text) in [("stdout", &ended.stdout), ("stderr", &ended.stderr)] {
        assert!(
            !text.contains(TOKEN),
            "{args:?}: the token is on {stream}:\n{text}"
        );
        let raw = text
            .chars()
            .find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
        assert_eq!(
            raw, None,
            "{args:?}: a control character on {stream}:\n{text:?}"
        );
    }
    assert!(
        !ended.stderr.contains("internal fault"),
        "{args:?}:\n{}",
        ended.stderr
    );
    assert!(
        ended.code.is_some_and(|code| code != 70 && code != 101),
        "{args:?}: {ended:?}"
    );
    ended
}

/// What a run printed as one JSON document.
fn json(ended: &Ended) -> serde_json::Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

#[test]
fn cases_without_a_server() {
    let n = testkit::cases::run_all("plex_api_utils", BINARY)
        .unwrap_or_else(|faults| panic!("{faults}"));
    assert!(n >= 10, "only {n} cases ran");
}

/// Nothing on this machine gives one, and standard input is empty. Each system has its own places to look at.
#[test]
fn a_token_that_is_nowhere_is_missing_and_the_way_out_is_said() {
    let ended = Run::new(BINARY)
        .args(["--sections"])
        .run()
        .expect("it starts");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(66), ""));
    let places = ended
        .stderr
        .strip_prefix("plex_api_utils: cannot find a token; ")
        .and_then(|rest| rest.split_once(' '))
        .and_then(|(number, _)| number.parse::<u32>().ok());
    assert!(places.is_some_and(|places| places > 3), "{}", ended.stderr);
    assert!(
        ended.stderr.ends_with(
            "\nhint: set PLEX_TOKEN, or name a file that holds the token by --token-file; \
             --token --explain shows every place\n"
        ),
        "{}",
        ended.stderr
    );
}
