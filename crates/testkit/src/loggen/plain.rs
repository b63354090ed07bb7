//! How agents with plain `Log('...')` lines write.

use super::names::studio;
use super::record::{Level, Mark};
use super::script::Script;

fn log(script: &mut Script, line: u32, text: String) {
    script.agent_line(Level::Debug, ("__init__", line), text, Mark::default());
    script.tick();
}

pub(super) fn search_header(script: &mut Script, title: &str) {
    log(
        script,
        84,
        format!("***MEDIA TITLE [from media.name]*** {title}"),
    );
    log(script, 97, format!("Search Title: {title}"));
    log(script, 101, "Language: en".to_owned());
}

pub(super) fn update_header(script: &mut Script) {
    log(script, 233, "******UPDATE CALLED*******".to_owned());
    log(script, 240, "Provider: 0".to_owned());
}

/// Candidates with a score; gives how many are kept.
pub(super) fn candidates(script: &mut Script, title: &str, wanted: bool) -> u32 {
    let count = script.rng.u32(1..8);
    for n in 1..=count {
        let score = if wanted { 100 - n } else { 40 - n };
        let studio = studio(script.rng);
        log(
            script,
            130,
            format!("Provider: {n} | {studio} | {title} | score {score}"),
        );
        script.candidate();
    }
    if wanted { count } else { 0 }
}
