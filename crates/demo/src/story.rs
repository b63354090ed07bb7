//! The story: two changes to an agent, one good and one not, phase by phase.

use std::path::Path;
use std::time::Duration;

use time::{OffsetDateTime, UtcOffset};

use crate::play::{Show, Stage, Step};
use crate::scene::{BUNDLE, Edit, FILMS, HASTY, LOGS, RIGHT, SOURCE, Scene, WRONG};

/// The command that sets off a refresh of all films and waits for its end.
const REFRESH: [&str; 11] = [
    "--refresh",
    "--section",
    "1",
    "--limit",
    "40",
    "--rate",
    "0",
    "--wait",
    "--log-dir",
    LOGS,
    "--quiet",
];

/// Plays everything below `folder`.
pub(crate) fn tell(folder: &Path) -> Result<(), String> {
    // A process can ask for its zone only while it has one thread, and the server will start some.
    let zone = UtcOffset::current_local_offset().unwrap_or(UtcOffset::UTC);
    let cannot = |error| format!("cannot set the scene in {}: {error}", folder.display());
    let scene = Scene::new(folder).map_err(cannot)?;
    let stage = Stage::new(folder, scene.url())?;
    broken_night(&stage)?;
    aggregate(&stage)?;
    diagnose(&stage)?;
    let since = mend(&stage, &scene, zone)?;
    prove(&stage)?;
    keep(&stage, &since)?;
    let (backup, good) = hasty_change(&stage, &scene, zone)?;
    take_back(&stage, &scene, &backup, &good)
}

fn broken_night(stage: &Stage) -> Result<(), String> {
    Stage::say(&format!(
        "An invented server with {FILMS} films, and ExampleDB, an agent that reads a site.\n\
         Last night the site changed its pages: now every refresh fails, which exit code 4 says."
    ))?;
    stage.run(&Step {
        tool: "plex_api_utils",
        args: &REFRESH,
        code: 4,
        show: Show::Parts(&[("1001:", 0)]),
        ..Step::default()
    })?;
    Ok(())
}

fn aggregate(stage: &Stage) -> Result<(), String> {
    Stage::say(
        "Phase 1, aggregate: what do the plug-in logs say?\n\
         One error, 40 times, with the line of the agent that it comes from.",
    )?;
    stage.run(&Step {
        tool: "aggregate_plex_logs",
        args: &[
            "--log-dir",
            LOGS,
            "--output",
            "iterations/1/aggregated_logs.txt",
            "--output",
            "iterations/1/aggregated_logs.json",
            "--output",
            "iterations/1/aggregated_logs.html",
            "--quiet",
        ],
        says: &["Report generated: iterations/1/aggregated_logs.txt"],
        show: Show::Parts(&[("Report generated", 2)]),
        ..Step::default()
    })?;
    stage.look(
        "iterations/1/aggregated_logs.txt",
        &[
            ("Processing Errors:", 0),
            ("Updates:", 0),
            ("ERROR CATALOGUE", 8),
        ],
    )
}

fn diagnose(stage: &Stage) -> Result<(), String> {
    Stage::say("Phase 2, diagnose: where does that line stand in the code?")?;
    stage.run(&Step {
        tool: "diagnose_from_report",
        args: &[
            "--report",
            "iterations/1/aggregated_logs.json",
            "--codebase",
            "Plug-ins",
            "--output",
            "iterations/1/error_categorization.md",
        ],
        says: &["Diagnostic report generated: iterations/1/error_categorization.md"],
        ..Step::default()
    })?;
    stage.look(
        "iterations/1/error_categorization.md",
        &[("In the codebase", 9)],
    )
}

/// Phase 3; gives the time from which the mended code runs.
fn mend(stage: &Stage, scene: &Scene, zone: UtcOffset) -> Result<String, String> {
    Stage::say(
        "Phase 3, implement: a backup, an edit, and a look at the edit before Plex sees it.\n\
         This one is Python 3. Plex runs 2.7 and would not load the agent at all.",
    )?;
    backup(stage, "before_heading", "iterations/1/backup.json")?;
    edit(scene, WRONG)?;
    stage.run(&Step {
        tool: "safety_validator",
        args: &["--file", SOURCE],
        code: 1,
        says: &["invalid syntax"],
        show: Show::Parts(&[("Valid Python", 1), ("[f-string]", 4)]),
        ..Step::default()
    })?;
    Stage::say("Once more: the class that the site's headings have now.")?;
    edit(scene, RIGHT)?;
    stage.run(&Step {
        tool: "safety_validator",
        args: &[BUNDLE],
        says: &["1 of 1"],
        ..Step::default()
    })?;
    Ok(next_second(zone))
}

fn prove(stage: &Stage) -> Result<(), String> {
    Stage::say(
        "Phase 4, test: refresh the films that failed, wait until the server is finished with each,\n\
         and look at what it has now.",
    )?;
    stage.run(&Step {
        tool: "plex_api_utils",
        args: &[
            "--verify",
            "--from-report",
            "iterations/1/aggregated_logs.json",
            "--limit",
            "40",
            "--rate",
            "0",
            "--expect",
            "summary,studio",
            "--log-dir",
            LOGS,
            "--quiet",
        ],
        says: &["as expected"],
        show: Show::Parts(&[("1001:", 3)]),
        ..Step::default()
    })?;
    Ok(())
}

/// Phases 5 and 6 of the first round.
fn keep(stage: &Stage, since: &str) -> Result<(), String> {
    Stage::say(
        "Phase 5, decide: aggregate again, only what was logged since the fix, and compare.\n\
         The reports of a round lie in iterations/N; the second round begins with this one.",
    )?;
    aggregate_since(stage, since, "iterations/2")?;
    stage.run(&Step {
        tool: "compare_metrics",
        args: &[
            "--baseline",
            "iterations/1/aggregated_logs.json",
            "--current",
            "iterations/2/aggregated_logs.json",
            "--fix-name",
            "heading",
            "--output",
            "iterations/2/test_report_heading.md",
        ],
        says: &["DECISION: KEEP"],
        show: Show::Parts(&[("DECISION", 1), ("other errors: 40", 0), ("  gone ", 0)]),
        ..Step::default()
    })?;
    Stage::say("Phase 6, next round: note what it must know.")?;
    stage.run(&Step {
        tool: "state_manager",
        args: &[
            "--set",
            "iteration",
            "2",
            "--set",
            "heading",
            "KEEP",
            "--reason",
            "phase 6",
        ],
        says: &["State saved"],
        ..Step::default()
    })?;
    Ok(())
}

/// A second change, which parses and is wrong all the same. Gives the backup from before it, and
/// the code as it was then.
fn hasty_change(stage: &Stage, scene: &Scene, zone: UtcOffset) -> Result<(String, String), String> {
    Stage::say("Round 2: the year of each film, in a hurry. It is valid Python 2.7.")?;
    let good = scene.source().map_err(|error| error.to_string())?;
    let backup = backup(stage, "before_year", "iterations/2/backup.json")?;
    edit(scene, HASTY)?;
    stage.run(&Step {
        tool: "safety_validator",
        args: &["--changed-since", &backup],
        show: Show::Parts(&[("Files:", 0)]),
        ..Step::default()
    })?;
    Stage::say("But the site writes (1999), with brackets: every refresh fails again.")?;
    let since = next_second(zone);
    stage.run(&Step {
        tool: "plex_api_utils",
        args: &REFRESH,
        code: 4,
        show: Show::Nothing,
        ..Step::default()
    })?;
    aggregate_since(stage, &since, "iterations/3")?;
    stage.run(&Step {
        tool: "compare_metrics",
        args: &[
            "--baseline",
            "iterations/2/aggregated_logs.json",
            "--current",
            "iterations/3/aggregated_logs.json",
            "--fix-name",
            "year",
            "--output",
            "iterations/3/test_report_year.md",
        ],
        code: 1,
        says: &["DECISION: ROLLBACK"],
        show: Show::Parts(&[("DECISION", 1)]),
        ..Step::default()
    })?;
    Ok((backup, good))
}

fn take_back(stage: &Stage, scene: &Scene, backup: &str, good: &str) -> Result<(), String> {
    Stage::say("Back to the code that worked; what is overwritten is kept as a backup, too.")?;
    stage.run(&Step {
        tool: "backup_utils",
        args: &["--restore", backup],
        says: &["Restore complete"],
        ..Step::default()
    })?;
    if scene.source().map_err(|error| error.to_string())? != good {
        return Err(format!(
            "{SOURCE} is not what it was before the second change"
        ));
    }
    Stage::say(&format!(
        "{SOURCE}\nis again what it was, byte for byte. Where one stands, for whoever goes on:"
    ))?;
    stage.run(&Step {
        tool: "state_manager",
        args: &["--set", "year", "ROLLBACK"],
        show: Show::Nothing,
        ..Step::default()
    })?;
    stage.run(&Step {
        tool: "state_manager",
        args: &["--load"],
        says: &["\"heading\": \"KEEP\"", "\"year\": \"ROLLBACK\""],
        ..Step::default()
    })?;
    Ok(())
}

/// What was logged since then, as the three reports of a round.
fn aggregate_since(stage: &Stage, since: &str, round: &str) -> Result<(), String> {
    let [text, json, html] =
        ["txt", "json", "html"].map(|ending| format!("{round}/aggregated_logs.{ending}"));
    stage.run(&Step {
        tool: "aggregate_plex_logs",
        args: &[
            "--log-dir",
            LOGS,
            "--since",
            since,
            "--output",
            &text,
            "--output",
            &json,
            "--output",
            &html,
            "--quiet",
        ],
        show: Show::Nothing,
        ..Step::default()
    })?;
    Ok(())
}

/// Backs the agent's code up and gives the backup's folder.
fn backup(stage: &Stage, name: &str, list: &str) -> Result<String, String> {
    let said = stage.run(&Step {
        tool: "backup_utils",
        args: &["--create", SOURCE, "--name", name, "--json"],
        into: Some(list),
        ..Step::default()
    })?;
    let made: serde_json::Value =
        serde_json::from_str(&said).map_err(|error| format!("cannot read {list}: {error}"))?;
    let folder = made["backup"].as_str();
    folder
        .map(str::to_owned)
        .ok_or_else(|| format!("expected the backup's folder in {list}"))
}

/// Changes the agent's code and shows the change.
fn edit(scene: &Scene, edit: Edit) -> Result<(), String> {
    let before = scene.source().map_err(|error| error.to_string())?;
    scene.edit(edit).map_err(|error| error.to_string())?;
    let after = scene.source().map_err(|error| error.to_string())?;
    Stage::edited(SOURCE, &before, &after)
}

/// Waits for the next whole second and gives it as the aggregator wants it: what is logged from now
/// on is not older, and what was logged before is.
fn next_second(zone: UtcOffset) -> String {
    let now = OffsetDateTime::now_utc();
    std::thread::sleep(Duration::from_millis(
        1001_u64.saturating_sub(u64::from(now.millisecond())),
    ));
    let now = OffsetDateTime::now_utc().to_offset(zone);
    format!(
        "{} {:02}:{:02}:{:02}",
        now.date(),
        now.hour(),
        now.minute(),
        now.second()
    )
}
