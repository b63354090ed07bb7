//! The story: two rounds of the workflow, phase by phase.

use std::path::Path;
use std::time::Duration;

use time::{OffsetDateTime, UtcOffset};

use crate::play::{Show, Stage, Step};
use crate::scene::{BUNDLE, HASTY, LOGS, RIGHT, SOURCE, Scene, WRONG};

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
    diagnose(&stage)?;
    let mended = mend(&stage, &scene, zone)?;
    prove(&stage, &mended)?;
    hasty_change(&stage, &scene, zone)
}

fn broken_night(stage: &Stage) -> Result<(), String> {
    Stage::say(
        "Last night the site changed its pages. The server refreshes its films, and the agent fails on each.",
    )?;
    stage.run(&Step {
        tool: "plex_api_utils",
        args: &REFRESH,
        code: 4,
        says: &[],
        show: Show::Nothing,
    })?;
    Ok(())
}

fn diagnose(stage: &Stage) -> Result<(), String> {
    Stage::say("Phase 1: read the plug-in logs.")?;
    stage.run(&Step {
        tool: "aggregate_plex_logs",
        args: &[
            "--log-dir",
            LOGS,
            "--quiet",
            "--output",
            "iterations/1/aggregated_logs.txt",
            "--output",
            "iterations/1/aggregated_logs.json",
            "--output",
            "iterations/1/aggregated_logs.html",
        ],
        code: 0,
        says: &["Report generated: iterations/1/aggregated_logs.txt"],
        show: Show::All,
    })?;
    stage.look("iterations/1/aggregated_logs.txt", "ERROR CATALOGUE", 14)?;

    Stage::say("Phase 2: what went wrong, and where in the code.")?;
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
        code: 0,
        says: &[],
        show: Show::All,
    })?;
    stage.look(
        "iterations/1/error_categorization.md",
        "//h1[@class=\"title\"]",
        0,
    )
}

/// Phase 3; gives the time from which the mended code runs.
fn mend(stage: &Stage, scene: &Scene, zone: UtcOffset) -> Result<String, String> {
    Stage::say("Phase 3: back up, edit, validate. The first try is Python 3 and would not load.")?;
    backup(stage, "before_heading", "iterations/1/backup.json")?;
    scene.edit(WRONG).map_err(|error| error.to_string())?;
    stage.run(&Step {
        tool: "safety_validator",
        args: &["--file", SOURCE],
        code: 1,
        says: &["invalid syntax"],
        show: Show::All,
    })?;
    Stage::say("The second try is what the site asks for now.")?;
    scene.edit(RIGHT).map_err(|error| error.to_string())?;
    stage.run(&Step {
        tool: "safety_validator",
        args: &[BUNDLE],
        code: 0,
        says: &[],
        show: Show::All,
    })?;
    Ok(next_second(zone))
}

fn prove(stage: &Stage, mended: &str) -> Result<(), String> {
    Stage::say("Phase 4: refresh the films that failed, wait, and look at each.")?;
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
        code: 0,
        says: &[],
        show: Show::From("as expected", 2),
    })?;
    let report = "iterations/2/aggregated_logs.json";
    stage.run(&aggregate_since(&[
        "--log-dir",
        LOGS,
        "--since",
        mended,
        "--quiet",
        "--output",
        report,
    ]))?;
    stage.run(&Step {
        tool: "compare_metrics",
        args: &[
            "--baseline",
            "iterations/1/aggregated_logs.json",
            "--current",
            report,
            "--fix-name",
            "heading",
            "--output",
            "iterations/2/test_report_heading.md",
            "--output",
            "iterations/2/test_report_heading.html",
        ],
        code: 0,
        says: &["KEEP"],
        show: Show::All,
    })?;
    Stage::say("Phase 6: what the next round must know.")?;
    for (key, value) in [("iteration", "2"), ("heading", "KEEP")] {
        stage.run(&Step {
            tool: "state_manager",
            args: &["--set", key, value],
            code: 0,
            says: &[],
            show: Show::Nothing,
        })?;
    }
    Ok(())
}

/// A second round: a change that parses and is wrong all the same.
fn hasty_change(stage: &Stage, scene: &Scene, zone: UtcOffset) -> Result<(), String> {
    Stage::say("Round 2: one thing more. It is valid Python, and still wrong.")?;
    let good = scene.source().map_err(|error| error.to_string())?;
    let backup = backup(stage, "before_year", "iterations/2/backup.json")?;
    scene.edit(HASTY).map_err(|error| error.to_string())?;
    stage.run(&Step {
        tool: "safety_validator",
        args: &[BUNDLE],
        code: 0,
        says: &[],
        show: Show::Nothing,
    })?;
    let since = next_second(zone);
    stage.run(&Step {
        tool: "plex_api_utils",
        args: &REFRESH,
        code: 4,
        says: &[],
        show: Show::Nothing,
    })?;
    let report = "iterations/3/aggregated_logs.json";
    stage.run(&aggregate_since(&[
        "--log-dir",
        LOGS,
        "--since",
        &since,
        "--quiet",
        "--output",
        report,
    ]))?;
    stage.run(&Step {
        tool: "compare_metrics",
        args: &[
            "--baseline",
            "iterations/2/aggregated_logs.json",
            "--current",
            report,
            "--fix-name",
            "year",
            "--output",
            "iterations/3/test_report_year.md",
        ],
        code: 1,
        says: &["ROLLBACK"],
        show: Show::All,
    })?;
    Stage::say("Back to the code that worked.")?;
    stage.run(&Step {
        tool: "backup_utils",
        args: &["--restore", &backup],
        code: 0,
        says: &[],
        show: Show::All,
    })?;
    if scene.source().map_err(|error| error.to_string())? != good {
        return Err(format!(
            "{SOURCE} is not what it was before the second change"
        ));
    }
    stage.run(&Step {
        tool: "state_manager",
        args: &["--set", "year", "ROLLBACK"],
        code: 0,
        says: &[],
        show: Show::Nothing,
    })?;
    stage.run(&Step {
        tool: "state_manager",
        args: &["--load"],
        code: 0,
        says: &["\"heading\": \"KEEP\"", "\"year\": \"ROLLBACK\""],
        show: Show::All,
    })?;
    Ok(())
}

fn aggregate_since<'a>(args: &'a [&'a str]) -> Step<'a> {
    Step {
        tool: "aggregate_plex_logs",
        args,
        code: 0,
        says: &[],
        show: Show::Nothing,
    }
}

/// Backs the agent's code up and gives the backup's folder.
fn backup(stage: &Stage, name: &str, list: &str) -> Result<String, String> {
    let said = stage.run(&Step {
        tool: "backup_utils",
        args: &["--create", SOURCE, "--name", name],
        code: 0,
        says: &["Backup created: "],
        show: Show::All,
    })?;
    let folder = said
        .lines()
        .find_map(|line| line.strip_prefix("Backup created: "));
    let folder = folder.unwrap_or_default().to_owned();
    let _ = list;
    Ok(folder)
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
