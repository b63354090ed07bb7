//! How agents with one shared log function write: columns, area tags, and levels decided by the text.

use super::category::{Category, Via};
use super::names::{pick, studio};
use super::record::{Level, Mark};
use super::script::Script;

/// The record of the log function that writes the marker; the message is written one line below it.
const MARKER_LINE: u32 = 5551;

/// Marker, then message, in one millisecond; the mark goes with the message.
pub(super) fn pair(script: &mut Script, area: &str, level: Level, message: &str, mark: Mark) {
    let name = &script.agent.spec.name;
    let sign = if level == Level::Warning {
        '⚠'
    } else {
        '❌'
    };
    let place = pick(
        script.rng,
        &[
            "File: __init__.py, Line: 178, Function: search",
            "File: utils.py, Line: 1311, Function: _search -> search -> readEntry",
            "File: , Line: , Function: update -> updateMetadata -> readPage",
        ],
    );
    script.agent_line(
        level,
        ("utils", MARKER_LINE),
        format!("{name} - {area} {sign} {place}"),
        Mark::default(),
    );
    script.agent_line(
        level,
        ("utils", MARKER_LINE + 1),
        format!("{name} - {area}    {message}"),
        mark,
    );
}

/// A line of the agent; one with "error" or "warning" in it, be it inside a title, becomes a pair.
pub(super) fn line(script: &mut Script, area: &str, text: &str) {
    let lower = text.to_lowercase();
    if lower.contains("error") {
        script.settle();
        let mut event = script.event(Category::FalseError, Via::Message);
        event.level = Level::Error;
        pair(script, area, Level::Error, text, Mark::event(event));
    } else if lower.contains("warning") {
        pair(script, area, Level::Warning, text, Mark::default());
    } else {
        let name = &script.agent.spec.name;
        script.agent_line(
            Level::Info,
            ("sandbox", 19),
            format!("{name} - {area} {text}"),
            Mark::default(),
        );
    }
}

/// A line that carries an event of its own and holds no title.
pub(super) fn event_line(script: &mut Script, area: &str, text: &str, category: Category) {
    let mark = Mark::event(script.event(category, Via::Message));
    let name = &script.agent.spec.name;
    script.agent_line(
        Level::Info,
        ("sandbox", 19),
        format!("{name} - {area} {text}"),
        mark,
    );
}

/// The block of settings at the top of a search or update.
pub(super) fn header(script: &mut Script, area: &str) {
    let rule = "-".repeat(120);
    let name = script.agent.spec.name.clone();
    line(script, area, &rule);
    line(script, area, &format!("Agent:                     {name}"));
    line(script, area, "Version:                   v2.4.1");
    line(script, area, "Python:                    2.7.12 (default)");
    for (n, setting) in ["matchiafd", "matchsiteduration", "detect"]
        .into_iter()
        .enumerate()
    {
        let padded = format!("{setting:<20} Default = false    Set As = true");
        script.tick();
        if n == 1 {
            let sign = pick(script.rng, &['✅', '✓', '✔']);
            event_line(script, area, &format!("{sign} {padded}"), Category::Success);
        } else {
            line(script, area, &format!("   {padded}"));
        }
    }
    line(script, area, &rule);
}

/// One page of candidates; gives the number whose title matched.
pub(super) fn candidates(script: &mut Script, title: &str, wanted: Option<bool>) -> u32 {
    let count = script.rng.u32(1..10);
    let found = format!("Titles Found               {count} Processing Results Page: 1");
    event_line(script, "SEARCH::", &found, Category::TitlesFound);
    let mut matched = 0;
    for n in 1..=count {
        script.wait(3, 40);
        let studio = studio(script.rng);
        let year = script.rng.u16(1950..2026);
        line(
            script,
            "SEARCH::",
            &format!(
                "Processing                 Page 1: {n} of {count} for {studio} - {title} ({year})"
            ),
        );
        script.candidate();
        script.tick();
        let rate = script.agent.spec.match_rate;
        let hit = wanted != Some(false)
            && (script.chance(rate) || (n == count && matched == 0 && wanted == Some(true)));
        if hit {
            matched += 1;
            event_line(
                script,
                "SEARCH::",
                "Site Title                 ✅ matches",
                Category::Success,
            );
        } else {
            script.settle();
            let (what, category) = if script.chance(0.75) {
                ("Title", Category::TitleMatch)
            } else {
                ("Studio", Category::NoMatch)
            };
            let message = format!("Error getting Site {what}: < {what} Match Failure! >");
            let mark = Mark::event(script.event(category, Via::Message));
            pair(script, "SEARCH::", Level::Error, &message, mark);
        }
    }
    matched
}

/// The lines at the end of a routine that was not left early.
pub(super) fn footer(script: &mut Script, routine: &str, title: &str, done: bool) {
    let name = script.agent.spec.name.clone();
    let area = if routine == "Search" {
        "SEARCH::"
    } else {
        "UPDATE::"
    };
    line(
        script,
        area,
        &format!(">> {name}: Finished {routine} Routine <<"),
    );
    let studio = studio(script.rng);
    line(script, area, &format!(">> ({studio}) - {title} <<"));
    line(
        script,
        area,
        if done {
            ">> Successful!! <<"
        } else {
            ">> Failed <<"
        },
    );
}
