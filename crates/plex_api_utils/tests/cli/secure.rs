//! TLS, other origins, proxies, and the places that a token comes from.

use std::fs;

use testkit::fake_plex::Setup;
use testkit::fake_plex::fault::{Fault, Rule};
use testkit::fake_plex::tls::Wanted;
use testkit::process::Run;

use super::{BINARY, TOKEN, command, json, run, run_checked, server};

const CERTIFICATE_ID: &str = "0123456789abcdef0123456789abcdef";

fn with_tls(names: &[&str], self_signed: bool) -> Setup {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Setup {
        tls: Some(Wanted { names, self_signed }),
        ..Setup::default()
    }
}

#[test]
fn a_plain_address_is_verified_under_its_certificate_s_name_without_dns() {
    let name = format!("127-0-0-1.{CERTIFICATE_ID}.plex.direct");
    let server = server(with_tls(&[&name], false));
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    fs::write(&authority, server.authority_pem().unwrap()).unwrap();
    let authority = authority.to_str().unwrap();
    let good = run(
        &server,
        &[
            "--check",
            "--cacert",
            authority,
            "--certificate-id",
            CERTIFICATE_ID,
        ],
    );
    assert_eq!(good.code, Some(0), "{good:?}");
    let named = format!("https://{name}:{}", server.port());
    let args = ["--check", "--cacert", authority];
    assert_eq!(run_checked(command(&named, &args), &args).code, Some(0));
    let nameless = run(&server, &["--check", "--cacert", authority]);
    assert_eq!(nameless.code, Some(69), "{nameless:?}");
    let strangers = run(
        &server,
        &[
            "--check",
            "--certificate-id",
            CERTIFICATE_ID,
            "--retries",
            "0",
        ],
    );
    assert_eq!(strangers.code, Some(69), "{strangers:?}");
}

#[test]
fn the_hint_s_pin_opens_the_way_and_another_does_not() {
    let server = server(with_tls(&["some.name.invalid"], true));
    let refused = run(&server, &["--check"]);
    assert_eq!(refused.code, Some(69), "{refused:?}");
    let fingerprint = server.fingerprint().unwrap();
    assert!(
        refused.stderr.contains(&format!("--pin {fingerprint}")),
        "{}",
        refused.stderr
    );
    assert_eq!(
        run(&server, &["--check", "--pin", fingerprint]).code,
        Some(0)
    );
    let other = run(&server, &["--check", "--pin", &"0".repeat(64)]);
    assert_eq!(other.code, Some(69));
    assert!(
        other.stderr.contains("not the pinned one"),
        "{}",
        other.stderr
    );
    assert_eq!(
        server.requests().len(),
        1,
        "a server that is not trusted gets no request, let alone a token"
    );
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.pem");
    fs::write(&own, server.authority_pem().unwrap()).unwrap();
    assert_eq!(
        run(&server, &["--check", "--cacert", own.to_str().unwrap()]).code,
        Some(0)
    );
    let insecure = run(&server, &["--check", "--insecure", "--quiet"]);
    assert_eq!(insecure.code, Some(0));
    assert!(
        insecure
            .stderr
            .contains("--insecure: the server's certificate is not verified"),
        "{}",
        insecure.stderr
    );
}

#[test]
fn https_and_http_are_not_mistaken_for_each_other() {
    let plain = server(Setup::default());
    let url = plain.url().replace("http://", "https://");
    let args = ["--check", "--retries", "0", "--timeout", "2"];
    let ended = run_checked(command(&url, &args), &args);
    assert_eq!(ended.code, Some(69), "{ended:?}");
    let secure = server(with_tls(&["localhost"], true));
    let url = secure.url().replace("https://", "http://");
    let ended = run_checked(command(&url, &args), &args);
    assert!(matches!(ended.code, Some(65 | 69)), "{ended:?}");
}

#[test]
fn another_origin_never_sees_a_request() {
    let other = server(Setup::default());
    for (status, to) in [
        (301, other.url()),
        (302, other.url()),
        (307, other.url()),
        (308, other.url()),
        (302, format!("//127.0.0.1:{}", other.port())),
        (302, format!("http://127.0.0.1:{}@x", other.port())),
    ] {
        let server = server(Setup {
            faults: vec![Rule::always(
                "/",
                Fault::Redirect {
                    status,
                    to: to.clone(),
                },
            )],
            ..Setup::default()
        });
        for args in [
            &["--sections"][..],
            &["--refresh", "--rating-key", "1001"],
            &["--verify", "--rating-key", "1001"],
        ] {
            let ended = run(&server, &[args, &["--retries", "0"]].concat());
            assert_eq!(ended.code, Some(69), "{status} {to} {args:?}: {ended:?}");
            assert!(
                !ended.stdout.contains("triggered successfully"),
                "{ended:?}"
            );
        }
    }
    assert_eq!(other.requests(), []);
}

#[test]
fn a_redirect_within_the_server_is_followed() {
    let here = Rule::first(
        1,
        "/library/sections",
        Fault::Answer {
            status: 302,
            headers: vec![("Location".into(), "/library/sections/all".into())],
            body: String::new(),
        },
    );
    let server = server(Setup {
        faults: vec![here],
        ..Setup::default()
    });
    assert_eq!(run(&server, &["--sections"]).code, Some(0));
}

#[test]
fn a_proxy_has_no_business_with_this_machine() {
    let (proxy, plex) = (server(Setup::default()), server(Setup::default()));
    let args = ["--sections"];
    let mut run = command(&plex.url(), &args);
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
    ] {
        run = run.env(name, proxy.url());
    }
    assert_eq!(run_checked(run, &args).code, Some(0));
    assert_eq!((proxy.requests().len(), proxy.n_connections()), (0, 0));
}

#[test]
fn the_token_comes_from_each_place_and_is_shown_only_when_asked_for() {
    let server = server(Setup::default());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let file = file.to_str().unwrap();
    let url = server.url();
    let bare = |args: &[&str]| Run::new(BINARY).args(["--url", &url]).args(args);
    let args = ["--check", "--token-file", file];
    assert_eq!(run_checked(bare(&args), &args).code, Some(0));
    let args = ["--check"];
    assert_eq!(
        run_checked(bare(&args).stdin(format!("{TOKEN}\n")), &args).code,
        Some(0),
        "as the script did, from standard input"
    );
    let nothing = run_checked(bare(&args), &args);
    assert_eq!(nothing.code, Some(66));
    assert!(
        nothing.stderr.contains("cannot find a token") && nothing.stderr.contains("PLEX_TOKEN"),
        "{}",
        nothing.stderr
    );
    let data = folder.path().join("Plex Media Server");
    fs::create_dir(&data).unwrap();
    fs::write(
        data.join("Preferences.xml"),
        format!("<Preferences PlexOnlineToken=\"{TOKEN}\"/>"),
    )
    .unwrap();
    let with_data =
        bare(&["--check"]).env("PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR", folder.path());
    assert_eq!(run_checked(with_data, &args).code, Some(0));
    let shown = bare(&["--token", "--explain"])
        .env("PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR", folder.path())
        .run()
        .unwrap();
    assert_eq!(
        (shown.code, shown.stdout),
        (Some(0), format!("Plex Token: {TOKEN}\n"))
    );
    assert!(
        shown.stderr.contains("$PLEX_TOKEN: not set\n")
            && shown.stderr.contains("Preferences.xml ($PLEX_MEDIA_SERVER"),
        "{}",
        shown.stderr
    );
    assert!(!shown.stderr.contains(TOKEN));
    for form in ["--json", "--json-lines"] {
        let explained = bare(&["--token", "--explain", form])
            .env("PLEX_TOKEN", TOKEN)
            .run()
            .unwrap();
        assert_eq!(json(&explained)["origin"], "$PLEX_TOKEN", "{form}");
        let is_one_line = explained.stdout.lines().count() == 1;
        assert_eq!(is_one_line, form == "--json-lines");
    }
}

#[test]
fn a_token_that_is_bound_to_another_server_is_not_sent() {
    let (mine, other) = (server(Setup::default()), server(Setup::default()));
    let args = ["--sections"];
    let ended = run_checked(
        command(&other.url(), &args).env("PLEX_URL", mine.url()),
        &args,
    );
    assert_eq!(ended.code, Some(66), "{ended:?}");
    assert_eq!(other.requests(), []);
    let paired = Run::new(BINARY)
        .env("PLEX_TOKEN", TOKEN)
        .env("PLEX_URL", mine.url())
        .args(args);
    assert_eq!(run_checked(paired, &args).code, Some(0));
}

#[test]
fn a_token_in_an_address_is_refused_and_not_repeated() {
    let args = ["--sections"];
    let url = format!("http://127.0.0.1:1/?X-Plex-Token={TOKEN}");
    let ended = run_checked(command(&url, &args), &args);
    assert_eq!(ended.code, Some(64));
}
