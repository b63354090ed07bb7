//! A fake Plex server for use by hand: try a tool on it before it meets a real server.

use std::path::PathBuf;
use std::process::ExitCode;

use argh::FromArgs;
use testkit::fake_plex::{FakePlex, Setup};

/// A Plex server with a made-up library on 127.0.0.1. It prints its address and runs until Ctrl-C.
///
/// Its library, its metadata agent and its faults can be described in a JSON file (--setup); the
/// fields are those of `testkit::fake_plex::Setup`.
#[derive(FromArgs)]
struct Args {
    /// port to listen on (default 32499; 0 takes a free one)
    #[argh(option, default = "32499")]
    port: u16,
    /// the token that it accepts (default fake-Token_0123456789)
    #[argh(option)]
    token: Option<String>,
    /// number of films in section 1
    #[argh(option)]
    movies: Option<usize>,
    /// folder that the scripted agent writes plug-in logs to
    #[argh(option)]
    log_dir: Option<PathBuf>,
    /// JSON file with everything else
    #[argh(option)]
    setup: Option<PathBuf>,
    /// file for the certificate authority in PEM, when the setup asks for TLS
    #[argh(option)]
    authority: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(argh::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            #[expect(
                clippy::print_stderr,
                reason = "a test server's own edge to the terminal"
            )]
            {
                eprintln!("fake_plex: {message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), String> {
    let mut setup = match &args.setup {
        Some(path) => read_setup(path)?,
        None => Setup::default(),
    };
    setup.port = args.port;
    setup.movies = args.movies.unwrap_or(setup.movies);
    setup.token = args.token.unwrap_or(setup.token);
    setup.log_folder = args.log_dir.or(setup.log_folder);
    let token = setup.token.clone();
    let server = FakePlex::start(setup)
        .map_err(|error| format!("cannot listen on port {}: {error}", args.port))?;
    if let (Some(path), Some(pem)) = (&args.authority, server.authority_pem()) {
        std::fs::write(path, pem)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    #[expect(
        clippy::print_stdout,
        reason = "a test server's own edge to the terminal"
    )]
    {
        println!("{} token {token}", server.url());
    }
    server.serve_for_ever();
    Ok(())
}

fn read_setup(path: &std::path::Path) -> Result<Setup, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("cannot use {}: {error}", path.display()))
}
