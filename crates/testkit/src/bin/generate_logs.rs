//! Writes Plex plug-in logs of any size from a seed, and the truth about them as JSON.
//!
//! Reads nothing. Writes the folder `--out` as a server's `Logs` folder is, and on demand a zip and the truth.
//! Exit code 0, or 1 with a message.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use argh::FromArgs;
use testkit::loggen::{
    Failure, Generated, Layout, Platform, Pms, Rotation, Spec, Window, generate, invented_agents,
};
use time::PrimitiveDateTime;
use time::macros::format_description;

/// write invented Plex plug-in logs of any size, the same for the same options
#[derive(FromArgs)]
struct Args {
    /// folder to write into, as a server's "Logs" folder is
    #[argh(option)]
    out: PathBuf,
    /// seed of all chance (default 1)
    #[argh(option, default = "1")]
    seed: u64,
    /// size of all agents' logs together in MB (default 4)
    #[argh(option, default = "4.0")]
    mb: f64,
    /// number of agents (default 6, and as many more as the rotation needs for the size)
    #[argh(option)]
    agents: Option<usize>,
    /// hours that the logs reach back (default 24)
    #[argh(option, default = "24")]
    hours: u32,
    /// local time at which the logs end, as 2026-02-05T18:00:00 (the default)
    #[argh(option, from_str_fn(local_time))]
    now: Option<PrimitiveDateTime>,
    /// linux (default), windows, macos or mixed
    #[argh(option, default = "Platform::Linux")]
    platform: Platform,
    /// framework of the server: new (1.43, default), old (1.18) or ancient (0.9.12)
    #[argh(option, default = "Pms::New")]
    pms: Pms,
    /// rotated files: plain (default), gz or mixed
    #[argh(option, default = "Layout::Plain")]
    layout: Layout,
    /// one file per agent however large, about 10 MB each unless --agents says otherwise
    #[argh(switch)]
    large: bool,
    /// share of ordinary lines that occur once (default 0.3)
    #[argh(option)]
    unique: Option<f64>,
    /// share of sessions followed by something broken (default 0.02; 0 leaves files whole)
    #[argh(option)]
    broken: Option<f64>,
    /// share of sessions in which something fails (default 0.22)
    #[argh(option)]
    failures: Option<f64>,
    /// exactly so many searches per agent, instead of a size
    #[argh(option)]
    searches: Option<u32>,
    /// every failure is an error of its own, one of so many (for reports with long catalogues)
    #[argh(option)]
    distinct_errors: Option<u16>,
    /// bursts of work (default 2)
    #[argh(option)]
    bursts: Option<u32>,
    /// restarts of each agent (default 1)
    #[argh(option)]
    restarts: Option<u32>,
    /// distinct titles per agent (default 60)
    #[argh(option)]
    titles: Option<u32>,
    /// also write a zip as Plex Web gives it out
    #[argh(option)]
    zip: Option<PathBuf>,
    /// also write what the logs hold, as JSON
    #[argh(option)]
    truth: Option<PathBuf>,
}

fn local_time(text: &str) -> Result<PrimitiveDateTime, String> {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    PrimitiveDateTime::parse(text, form)
        .map_err(|err| format!("expected a time such as 2026-02-05T18:00:00: {err}"))
}

fn main() -> ExitCode {
    let args: Args = argh::from_env();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            // Nothing is left to do when the error stream is gone too.
            let _ = writeln!(io::stderr(), "generate_logs: {err}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> io::Result<()> {
    let spec = spec(args);
    let generated =
        generate(&spec, &args.out).map_err(|err| named("cannot write logs to", &args.out, &err))?;
    if let Some(zip) = &args.zip {
        generated
            .write_zip(zip)
            .map_err(|err| named("cannot write", zip, &err))?;
    }
    if let Some(path) = &args.truth {
        write_truth(&generated, path).map_err(|err| named("cannot write", path, &err))?;
    }
    summary(&generated)
}

fn spec(args: &Args) -> Spec {
    let bytes = megabytes(args.mb);
    let mut spec = if args.large {
        Spec::large(args.seed, bytes)
    } else {
        Spec {
            bytes,
            ..Spec::new(args.seed)
        }
    };
    if let Some(agents) = args.agents {
        spec.agents = invented_agents(agents);
    }
    spec.hours = args.hours;
    spec.now = args.now.unwrap_or(spec.now);
    spec.platform = args.platform;
    spec.pms = args.pms;
    spec.layout = args.layout;
    spec.rotation = if args.large {
        Rotation::Never
    } else {
        Rotation::Framework
    };
    spec.unique_share = args.unique.unwrap_or(spec.unique_share);
    spec.broken_rate = args.broken.unwrap_or(spec.broken_rate);
    spec.bursts = args.bursts.unwrap_or(spec.bursts);
    spec.restarts = args.restarts.unwrap_or(spec.restarts);
    spec.titles = args.titles.unwrap_or(spec.titles);
    for agent in &mut spec.agents {
        agent.searches = args.searches;
        agent
            .failures
            .extend(args.distinct_errors.map(Failure::Own));
        agent.failure_rate = args.failures.unwrap_or(agent.failure_rate);
    }
    spec
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what fits"
)]
fn megabytes(mb: f64) -> u64 {
    (mb.clamp(0.0, 1e6) * 1e6) as u64
}

fn named(what: &str, path: &Path, err: &io::Error) -> io::Error {
    io::Error::other(format!("{what} {}: {err}", path.display()))
}

fn write_truth(generated: &Generated, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    serde_json::to_writer(&mut out, &generated.truth)?;
    out.flush()
}

fn summary(generated: &Generated) -> io::Result<()> {
    let truth = &generated.truth;
    let mut out = io::stdout().lock();
    writeln!(out, "logs:     {}", generated.plugin_logs.display())?;
    writeln!(out, "agents:   {}", truth.agents.len())?;
    writeln!(
        out,
        "files:    {}",
        truth
            .agents
            .iter()
            .map(|agent| agent.files.len())
            .sum::<usize>()
    )?;
    writeln!(out, "bytes:    {}", truth.sum(|file| file.bytes))?;
    writeln!(out, "lines:    {}", truth.sum(|file| file.lines))?;
    writeln!(out, "records:  {}", truth.sum(|file| file.records))?;
    writeln!(
        out,
        "sessions: {}",
        truth
            .agents
            .iter()
            .map(|agent| agent.sessions.len())
            .sum::<usize>()
    )?;
    writeln!(out, "totals:   {:?}", truth.totals(Window::ALL))
}
