//! Pairs of generated logs, read by the real aggregator: that the whole pipeline agrees.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use testkit::loggen::{Failure, Spec, generate};

use crate::Verdicts;
use crate::design::Truth;

pub(crate) fn simulate(truth: Truth, binary: &Path, pairs: u64, seed: u64) -> io::Result<Verdicts> {
    let aggregator =
        testkit::process::sibling_binary(binary, "aggregate_plex_logs").ok_or_else(|| {
            io::Error::other("aggregate_plex_logs is not built beside compare_metrics")
        })?;
    let mut found = Verdicts::default();
    for pair in 0..pairs {
        let folder = tempfile::tempdir()?;
        let seed = seed.wrapping_mul(1_000_003).wrapping_add(2 * pair);
        let before = report(&aggregator, folder.path(), "before", seed, 0.3)?;
        let rate = match truth {
            Truth::Nothing => 0.3,
            Truth::Better => 0.06,
            Truth::Worse => 0.7,
        };
        let after = report(&aggregator, folder.path(), "after", seed + 1, rate)?;
        found.0[crate::decide(binary, &before, &after, 1, &[])?] += 1;
    }
    Ok(found)
}

/// Logs in which so many sessions fail at a site, and the JSON report of them.
fn report(
    aggregator: &Path,
    folder: &Path,
    name: &str,
    seed: u64,
    failing: f64,
) -> io::Result<std::path::PathBuf> {
    let mut spec = Spec {
        restarts: 0,
        titles: 40,
        bursts: 0,
        broken_rate: 0.0,
        system_log: false,
        server_log: false,
        ..Spec::new(seed)
    };
    spec.agents.truncate(3);
    for agent in &mut spec.agents {
        agent.searches = Some(80);
        agent.failures = vec![Failure::Http(403), Failure::Attr];
        agent.failure_rate = failing;
        agent.none_rate = 0.05;
    }
    let logs = folder.join(name);
    generate(&spec, &logs)?;
    let report = folder.join(format!("{name}.json"));
    let status = Command::new(aggregator)
        .args([
            "--hours",
            "all",
            "--now",
            "2026-02-05 18:00:00",
            "--quiet",
            "--log-dir",
        ])
        .arg(&logs)
        .arg("--output")
        .arg(&report)
        .stdout(Stdio::null())
        .status()?;
    if status.success() {
        Ok(report)
    } else {
        Err(io::Error::other(format!(
            "aggregate_plex_logs ended with {status}"
        )))
    }
}
