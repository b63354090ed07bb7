//! How agents that set off their routines with lines of `=` write.

use super::names::studio;
use super::record::{Level, Mark};
use super::script::Script;

fn log(script: &mut Script, line: u32, text: String) {
    script.agent_line(Level::Info, ("__init__", line), text, Mark::default());
    script.tick();
}

pub(super) fn open(script: &mut Script, routine: &str) {
    log(
        script,
        107,
        format!("{:=<157}", format!("=== {routine}() ")),
    );
}

pub(super) fn close(script: &mut Script) {
    log(script, 214, "=".repeat(157));
}

/// Candidates with a score; gives how many are kept.
pub(super) fn candidates(script: &mut Script, title: &str, wanted: bool) -> u32 {
    let count = script.rng.u32(1..6);
    for n in 1..=count {
        let score = if wanted { 101 - n } else { 30 - n };
        let id = script.rng.u32(100..20_000);
        log(
            script,
            213,
            format!("Index - score: '{score:>3}', id: '{id:>6}', title: '{title}'"),
        );
        script.candidate();
    }
    let studio = studio(script.rng);
    log(
        script,
        215,
        format!(
            "[=] studio: '{studio}', kept: '{}'",
            if wanted { count } else { 0 }
        ),
    );
    if wanted { count } else { 0 }
}
