//! How fast texts are redacted: megabytes per second of clean lines, of lines with finds, and of
//! a file named on the command line.
//!
//! `cargo run --release -p plexcore --example bench_redact [FILE]`

use std::io::Write;
use std::time::Instant;

use plexcore::redact::{Level, Options, Redactor};

const CLEAN: [&str; 8] = [
    "2026-02-05 15:30:55,155 (7fe5d2ffd700) :  DEBUG (networking:144) - Requesting 'http://127.0.0.1:32400/library/metadata/10488/tree'\n",
    "2026-02-05 15:30:55,233 (7fe5d2ffd700) :  DEBUG (runtime:924) - Response: [200] str, 9672 bytes\n",
    "2026-02-05 15:30:56,001 (170513000) :  ERROR (utils:5552) - DEMO - SEARCH::    Error getting Site Title: < Title Match Failure! >\n",
    "2026-02-05 15:30:56,417 (16fbab000) :  INFO (sandbox:19) - score: 98.5, id: 12, title: A Film of Some Kind (1999)\n",
    "2026-02-05 15:30:56,500 (7fe5d2ffd700) :  DEBUG (model:205) - Cannot read model from /config/Library/Application Support/Plex Media Server/Metadata/Movies/a/0123456789abcdef0123456789abcdef0123456.bundle/Contents/com.plexapp.agents.demo\n",
    "  File \"/config/Library/Application Support/Plex Media Server/Plug-ins/Demo.bundle/Contents/Code/__init__.py\", line 178, in search\n",
    "    raise KeyError(key)\n",
    "2026-02-05 15:30:57,001 (170513000) :  DEBUG (networking:144) - Requesting 'https://site.example/films/a-film-of-some-kind-1999.html'\n",
];

const SECRET: [&str; 3] = [
    "2026-02-05 15:30:55,155 (7fe5d2ffd700) :  DEBUG (networking:144) - Requesting 'http://127.0.0.1:32400/library/sections?X-Plex-Token=t0kenT0kenT0kenT0ken'\n",
    "2026-02-05 15:30:56,001 (170513000) :  INFO (utils:100) - UTILS :: \tPlex Token     t0kenT0kenT0kenT0ken\n",
    "2026-02-05 15:30:56,500 (7fe5d2ffd700) :  DEBUG (storage:89) - Loading /Users/somebody/Movies/A Film (1999)/A Film (1999).mkv\n",
];

fn main() -> std::io::Result<()> {
    let clean = CLEAN.concat().repeat(20_000);
    let mixed = [CLEAN.concat(), SECRET.concat()].concat().repeat(8_000);
    let mut texts = vec![("clean", clean), ("mixed", mixed)];
    if let Some(path) = std::env::args_os().nth(1) {
        let bytes = std::fs::read(path)?;
        texts.push(("file", String::from_utf8_lossy(&bytes).into_owned()));
    }
    let mut out = std::io::stdout().lock();
    for (level, pseudonymise) in [
        (Level::Full, false),
        (Level::SecretsOnly, false),
        (Level::Full, true),
    ] {
        let options = Options {
            level,
            pseudonymise,
        };
        let redactor = Redactor::new(options);
        for (name, text) in &texts {
            let start = Instant::now();
            let whole = redactor.redact(text);
            let whole_s = start.elapsed().as_secs_f64();
            let start = Instant::now();
            let changed = text
                .lines()
                .filter(|line| *redactor.redact(line) != **line)
                .count();
            let lines_s = start.elapsed().as_secs_f64();
            let megabytes = text.len() as f64 / 1e6;
            writeln!(
                out,
                "{level:?} pseudonymise={pseudonymise} {name}: {megabytes:.0} MB, {:.0} MB/s whole, \
                 {:.0} MB/s by line, {changed} lines changed, {} bytes out",
                megabytes / whole_s,
                megabytes / lines_s,
                whole.len(),
            )?;
        }
    }
    Ok(())
}
