//! `demo`: one round of the workflow and a half, on an invented server and a broken agent.
//!
//! Every tool runs as a process, as a person would start it; what is shown is what it said. The
//! demo ends with an error as soon as a tool does not do what the story needs, so it is also the
//! end-to-end test of the workspace. It needs no network but loopback, and no Plex.

mod play;
mod scene;
mod story;

use std::path::PathBuf;
use std::process::ExitCode;

use argh::FromArgs;

/// Plays the whole loop on an invented Plex server: a broken agent is found, mended, proved and kept; a second change makes things worse and is taken back.
#[derive(FromArgs)]
struct Args {
    /// folder for what the loop writes, new or empty (default: a folder for temporary files, deleted at the end)
    #[argh(option, arg_name = "DIR")]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&argh::from_env::<Args>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            #[expect(
                clippy::print_stderr,
                reason = "the program's one edge to the terminal"
            )]
            {
                eprintln!("demo: {message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    let Some(out) = &args.out else {
        let folder = tempfile::tempdir()
            .map_err(|error| format!("cannot make a folder for temporary files: {error}"))?;
        return story::tell(folder.path());
    };
    let cannot = |error| format!("cannot make {}: {error}", out.display());
    std::fs::create_dir_all(out).map_err(cannot)?;
    if std::fs::read_dir(out).map_err(cannot)?.next().is_some() {
        return Err(format!(
            "expected an empty folder, found something in {}",
            out.display()
        ));
    }
    let out = dunce::canonicalize(out).map_err(cannot)?;
    story::tell(&out)
}
