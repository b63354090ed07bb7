//! What the lists print.

use testkit::fake_plex::Setup;
use testkit::fake_plex::fault::{Fault, Rule};
use testkit::fake_plex::setup::Events;

use super::{json, run, server};

#[test]
fn the_script_s_lines_are_printed_with_and_without_the_value_it_ignored() {
    let server = server(Setup::default());
    let first = run(&server, &["--sections", "x"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first
            .stdout
            .starts_with("Library Sections:\n  1: Films (movie)\n"),
        "{}",
        first.stdout
    );
    assert!(first.stdout.contains("\n  2: TV: Series & more (show)\n"));
    assert_eq!(run(&server, &["--sections"]).stdout, first.stdout);
    let items = run(&server, &["--items", "x", "--section", "1"]);
    assert!(
        items
            .stdout
            .starts_with("Library Items:\n  1001: Salt & Pepper <Uncut> \"Director's\"\n"),
        "{}",
        items.stdout
    );
    assert_eq!(items.stdout.lines().count(), 21);
    assert!(items.stderr.contains("20 of 25 items shown"));
}

#[test]
fn every_kind_of_section_is_listed() {
    let server = server(Setup::default());
    for (args, n) in [
        (vec!["--section", "1", "--all"], 25),
        (vec!["--section", "2"], 2),
        (vec!["--section", "2", "--leaves"], 12),
        (vec!["--section", "music", "--leaves"], 8),
        (vec!["--section", "Pictures"], 3),
        (vec!["--section", "1", "--filter", "year=1963"], 1),
        (
            vec![
                "--section",
                "1",
                "--filter",
                "title=film",
                "studio=Studio 3",
            ],
            2,
        ),
        (vec!["--section", "1", "--missing"], 2),
        (vec!["--section", "1", "--missing", "match"], 1),
        (vec!["--section", "1", "--limit", "3"], 3),
    ] {
        let all = [&["--items", "--json"][..], &args].concat();
        let found = json(&run(&server, &all));
        assert_eq!(found["items"].as_array().map(Vec::len), Some(n), "{args:?}");
    }
}

#[test]
fn the_order_is_the_server_s_and_can_be_chosen() {
    let server = server(Setup::default());
    let keys = |args: &[&str]| -> Vec<String> {
        let ended = run(
            &server,
            &[
                &["--items", "--section", "1", "--json-lines", "--limit", "2"],
                args,
            ]
            .concat(),
        );
        let line = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["ratingKey"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        ended.stdout.lines().map(line).collect()
    };
    assert_eq!(keys(&[]), ["1001", "1002"]);
    assert_eq!(keys(&["--sort", "addedAt:desc"]), ["1025", "1024"]);
}

/// Whatever the job: as many objects as there are things, each on its line, in the form of the document.
#[test]
fn json_lines_are_the_entries_of_the_document() {
    let server = server(Setup::default());
    for (args, list, key, n) in [
        (&["--sections"][..], "sections", "key", 4),
        (&["--agents"], "agents", "identifier", 3),
        (
            &["--items", "--section", "2", "--leaves", "--all"],
            "items",
            "ratingKey",
            12,
        ),
        (&["--search", "Film"], "items", "ratingKey", 17),
        (&["--path", "/media/movies"], "items", "ratingKey", 25),
        (&["--match", "--rating-key", "1012"], "matches", "guid", 2),
        (
            &["--analyze", "--rating-key", "1012,9999"],
            "items",
            "ratingKey",
            2,
        ),
        (
            &["--unmatch", "--rating-key", "1012,1013"],
            "items",
            "ratingKey",
            2,
        ),
        (
            &["--refresh", "--rating-key", "1012,9999"],
            "items",
            "ratingKey",
            2,
        ),
    ] {
        let document = run(&server, &[args, &["--json"]].concat());
        let entries = json(&document)[list].as_array().cloned().unwrap();
        let lines = run(&server, &[args, &["--json-lines"]].concat());
        let told: Vec<serde_json::Value> = lines
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{args:?}: {line}")))
            .collect();
        assert_eq!(told, entries, "{args:?}");
        assert_eq!(lines.code, document.code, "{args:?}");
        assert_eq!(told.len(), n, "{args:?}: {told:?}");
        assert!(told.iter().all(|one| one[key].is_string()), "{told:?}");
    }
}

#[test]
fn one_thing_in_json_lines_is_one_line() {
    let server = server(Setup::default());
    for (args, member) in [
        (&["--check"][..], "machine"),
        (&["--stop", "--section", "1"], "section"),
        (&["--refresh", "--section", "1", "--all"], "section"),
        (
            &["--match", "local://5", "--rating-key", "1012"],
            "ratingKey",
        ),
    ] {
        let ended = run(&server, &[args, &["--json-lines"]].concat());
        assert_eq!(
            ended.stdout.lines().count(),
            1,
            "{args:?}: {}",
            ended.stdout
        );
        assert!(
            json(&ended)[member].is_string(),
            "{args:?}: {}",
            ended.stdout
        );
    }
}

/// Every way in which servers page, and the same list each time.
#[test]
fn no_item_is_lost_or_doubled_however_the_server_pages() {
    let base = || Setup {
        movies: 1203,
        ..Setup::default()
    };
    for (name, setup) in [
        ("kind", base()),
        (
            "caps pages",
            Setup {
                page_cap: Some(100),
                ..base()
            },
        ),
        (
            "caps pages and hides the total",
            Setup {
                page_cap: Some(70),
                hides_total: true,
                ..base()
            },
        ),
        (
            "ignores paging",
            Setup {
                ignores_paging: true,
                ..base()
            },
        ),
        (
            "ignores paging and hides the total",
            Setup {
                ignores_paging: true,
                hides_total: true,
                ..base()
            },
        ),
        (
            "hides the total",
            Setup {
                hides_total: true,
                ..base()
            },
        ),
        (
            "speaks JSON",
            Setup {
                always_json: true,
                ..base()
            },
        ),
        (
            "breaks off once",
            Setup {
                faults: vec![Rule::first(
                    1,
                    "/library/sections/1/all",
                    Fault::Truncate(40_000),
                )],
                ..base()
            },
        ),
        (
            "ignores paging and breaks off twice",
            Setup {
                ignores_paging: true,
                faults: vec![Rule::first(
                    2,
                    "/library/sections/1/all",
                    Fault::Truncate(900_000),
                )],
                ..base()
            },
        ),
        (
            "closes the first connection",
            Setup {
                faults: vec![Rule::first(1, "/", Fault::Close)],
                ..base()
            },
        ),
        (
            "restarts in between",
            Setup {
                page_cap: Some(300),
                faults: vec![Rule {
                    skip: 2,
                    ..Rule::first(1, "/library/sections/1/all", Fault::Restart(100))
                }],
                ..base()
            },
        ),
    ] {
        let server = server(setup);
        let found = json(&run(
            &server,
            &["--items", "--section", "1", "--all", "--json"],
        ));
        let keys: Vec<String> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["ratingKey"].as_str().unwrap().to_owned())
            .collect();
        let expected: Vec<String> = (0..1203).map(|n| (1001 + n).to_string()).collect();
        assert_eq!(
            (keys, &found["complete"]),
            (expected, &serde_json::json!(true)),
            "{name}"
        );
    }
}

#[test]
fn an_item_is_found_by_its_file() {
    let server = server(Setup::default());
    for (path, keys) in [
        ("/media/movies/Film 00003/film-00003.mkv", vec!["1004"]),
        (
            "/media/tv/Show 1",
            vec!["201101", "201102", "201103", "201201", "201202", "201203"],
        ),
        ("/somewhere/else/Film 00003/film-00003.mkv", vec!["1004"]),
    ] {
        let found = json(&run(&server, &["--path", path, "--json"]));
        let found: Vec<&str> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["ratingKey"].as_str().unwrap())
            .collect();
        assert_eq!(found, keys, "{path}");
    }
    let missing = run(&server, &["--path", "/media/movies/nothing.mkv"]);
    assert_eq!(missing.code, Some(66));
    assert!(
        missing
            .stderr
            .contains("hint: the server's sections cover /media/movies"),
        "{}",
        missing.stderr
    );
}

#[test]
fn agents_and_search_and_check_say_what_there_is() {
    let server = server(Setup {
        events: Events::Off,
        ..Setup::default()
    });
    let agents = run(&server, &["--agents"]);
    assert!(
        agents
            .stdout
            .contains("  com.plexapp.agents.exampledb: ExampleDB (legacy, primary)\n"),
        "{}",
        agents.stdout
    );
    assert!(
        run(&server, &["--search", "episode 1.2"])
            .stdout
            .contains("  200102: Episode 1.2\n")
    );
    assert_eq!(run(&server, &["--search", "no such thing"]).code, Some(66));
    let check = run(&server, &["--check"]);
    assert_eq!(check.code, Some(0));
    assert!(
        check
            .stdout
            .starts_with("Connected to Fake & Server at http://127.0.0.1:"),
        "{}",
        check.stdout
    );
    assert!(check.stdout.contains("token from $PLEX_TOKEN accepted"));
}

#[test]
fn a_section_that_is_not_there_is_named_with_those_that_are() {
    let server = server(Setup::default());
    let by_title = run(&server, &["--items", "--section", "Filme"]);
    assert_eq!((by_title.code, by_title.stdout.as_str()), (Some(66), ""));
    assert!(
        by_title.stderr.contains("the server has 1 (Films)"),
        "{}",
        by_title.stderr
    );
    assert_eq!(run(&server, &["--items", "--section", "99"]).code, Some(66));
}

#[test]
fn what_the_server_repairs_for_us_is_told() {
    let server = server(Setup {
        faults: vec![Rule::always(
            "/library/sections/1/all",
            Fault::ControlCharacters,
        )],
        ..Setup::default()
    });
    let ended = run(&server, &["--items", "--section", "1", "--limit", "2"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stdout.contains("  1001: Salt & Pepper"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains("2 elements were repaired"),
        "{}",
        ended.stderr
    );
}

#[test]
fn every_request_names_its_client_and_asks_for_pages() {
    let server = server(Setup::default());
    run(&server, &["--sections"]);
    run(&server, &["--items", "--section", "2", "--leaves"]);
    run(&server, &["--search", "x"]);
    for request in server.requests() {
        for name in ["x-plex-client-identifier", "x-plex-product", "x-plex-token"] {
            assert!(
                request.header(name).is_some_and(|value| !value.is_empty()),
                "{} lacks {name}",
                request.target
            );
        }
        assert!(
            !request.target.contains(super::TOKEN) && !request.target.contains("Token"),
            "{}",
            request.target
        );
        if request.path.ends_with("/all") {
            assert!(
                request.header("x-plex-container-size").is_some(),
                "{}",
                request.target
            );
        }
    }
}
