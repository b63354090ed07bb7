//! What is printed: the script's lines in the script's order, then the evidence.

use std::io::{self, Write};

use plexcore::printable::{one_line, printable};

use super::words;
use crate::comparison::{Comparison, Direction, State};

const WIDTH: usize = 80;
/// Entries listed of each state.
const MOST_ENTRIES: usize = 15;
/// Those of them that chance alone may be behind.
const MOST_UNDECIDED: usize = 5;
/// Agents listed.
const MOST_AGENTS: usize = 30;

/// Writes everything that stands on standard output.
pub(crate) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out };
    page.script_part(comparison)?;
    page.evidence(comparison)
}

struct Page<'a> {
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn banner(&mut self, title: &str) -> io::Result<()> {
        let line = "=".repeat(WIDTH);
        writeln!(self.out, "\n{line}\n{}\n{line}", printable(title))
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", one_line(text))
    }

    fn script_part(&mut self, comparison: &Comparison) -> io::Result<()> {
        let fix = one_line(&comparison.fix_name);
        self.banner("METRICS COMPARISON")?;
        self.line(&format!("Baseline: {}", comparison.before.path))?;
        self.line(&format!("Current:  {}", comparison.after.path))?;
        self.line(&format!("Fix:      {fix}"))?;
        self.banner("BEFORE/AFTER COMPARISON REPORT")?;
        for line in &comparison.script.lines {
            writeln!(self.out, "\n{}:", line.metric)?;
            writeln!(self.out, "  Before: {}", line.baseline)?;
            writeln!(self.out, "  After:  {}", line.current)?;
            writeln!(
                self.out,
                "  Change: {:+} ({:+.1}%)",
                line.change, line.percent_change.value
            )?;
            writeln!(self.out, "  Status: {}", line.status.word())?;
        }
        let overall = &comparison.script.overall;
        self.banner("OVERALL IMPROVEMENT")?;
        writeln!(self.out, "Baseline Errors: {}", overall.baseline_errors)?;
        writeln!(self.out, "Current Errors:  {}", overall.current_errors)?;
        writeln!(self.out, "Error Reduction: {}%", overall.error_reduction)?;
        writeln!(
            self.out,
            "\nBaseline Success Rate: {}%",
            overall.baseline_success_rate
        )?;
        writeln!(
            self.out,
            "Current Success Rate:  {}%",
            overall.current_success_rate
        )?;
        writeln!(
            self.out,
            "Success Rate Improvement: {}%",
            overall.success_rate_improvement
        )?;
        self.banner(&format!("SUCCESS EVALUATION: {fix}"))?;
        self.evaluation(comparison)
    }

    fn evaluation(&mut self, comparison: &Comparison) -> io::Result<()> {
        let script = &comparison.script;
        writeln!(self.out, "\nSUCCESS INDICATORS:")?;
        for (name, is_met) in script.successes {
            writeln!(self.out, "  {} {name}", if is_met { "✓" } else { "✗" })?;
        }
        writeln!(self.out, "\nFAILURE INDICATORS:")?;
        for (name, is_there) in script.failures {
            if is_there {
                writeln!(self.out, "  ✗ {name}")?;
            } else {
                writeln!(self.out, "  ○ {name} (not detected)")?;
            }
        }
        writeln!(
            self.out,
            "\nSUCCESS RATE: {}/{} ({}%)",
            script.n_met(),
            script.successes.len(),
            script.success_rate()
        )?;
        writeln!(
            self.out,
            "\nDECISION: {}",
            comparison.verdict.decision.word()
        )?;
        self.line(&format!("   Reason: {}", comparison.verdict.reason))?;
        self.line(&format!(
            "   Decided by the {}; {}",
            comparison.rule.name(),
            words::other_rule(comparison)
        ))
    }

    fn evidence(&mut self, comparison: &Comparison) -> io::Result<()> {
        self.banner("EVIDENCE")?;
        self.line(&format!("Before: {}", words::side(&comparison.before)))?;
        self.line(&format!("After:  {}", words::side(&comparison.after)))?;
        self.list("To know:", &comparison.notes)?;
        self.list("In doubt:", &comparison.doubts)?;
        writeln!(self.out)?;
        for finding in &comparison.metrics {
            self.line(&words::metric(finding, comparison.confidence))?;
            if let Some(worth) = words::worth(finding) {
                self.line(&format!("    {worth}"))?;
            }
        }
        self.expectations(comparison)?;
        self.entries(comparison)?;
        self.agents(comparison)?;
        self.list(
            "How long they took:",
            &comparison
                .durations
                .iter()
                .map(words::took)
                .collect::<Vec<_>>(),
        )?;
        self.trend(comparison)?;
        writeln!(self.out)?;
        self.line(&format!(
            "{}: {}",
            comparison.verdict.decision.word(),
            comparison.verdict.reason
        ))?;
        writeln!(self.out, "(~ is undecided: chance alone may be behind it)")
    }

    fn list(&mut self, title: &str, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "\n{title}")?;
        for line in lines {
            self.line(&format!("  - {line}"))?;
        }
        Ok(())
    }

    fn expectations(&mut self, comparison: &Comparison) -> io::Result<()> {
        let lines: Vec<String> = comparison
            .expectations
            .iter()
            .map(|point| {
                let word = match point.is_met {
                    Some(true) => "yes",
                    Some(false) => "no",
                    None => "~",
                };
                format!("{word}  {}: {}", point.expected, point.found)
            })
            .collect();
        self.list("What the fix was meant to do:", &lines)
    }

    fn entries(&mut self, comparison: &Comparison) -> io::Result<()> {
        let failures = || comparison.entries.iter().filter(|entry| entry.is_failure);
        if failures().next().is_none() {
            return Ok(());
        }
        writeln!(
            self.out,
            "\nErrors by id (events in the searches and updates of their agents):"
        )?;
        for state in State::ALL {
            let of_state: Vec<_> = failures().filter(|entry| entry.state == state).collect();
            if state == State::Same {
                if !of_state.is_empty() {
                    writeln!(
                        self.out,
                        "  same   {} more, neither more nor fewer beyond chance",
                        of_state.len()
                    )?;
                }
                continue;
            }
            let n_real = of_state
                .iter()
                .filter(|entry| entry.direction != Direction::Undecided)
                .count();
            let most = MOST_ENTRIES.min(n_real + MOST_UNDECIDED);
            for entry in of_state.iter().take(most) {
                let chance = if entry.direction == Direction::Undecided {
                    String::new()
                } else {
                    format!(", chance alone {}", words::chance(entry.p))
                };
                self.line(&format!(
                    "  {:<7} {}  {}: {}{chance}  [{}]",
                    words::entry_state(entry),
                    entry.id,
                    entry.title,
                    words::entry_counts(entry),
                    entry.agents.join(", ")
                ))?;
            }
            if of_state.len() > most {
                writeln!(
                    self.out,
                    "          and {} more that are {}",
                    of_state.len() - most,
                    state.word()
                )?;
            }
        }
        Ok(())
    }

    fn agents(&mut self, comparison: &Comparison) -> io::Result<()> {
        let agents = words::agents_in_order(comparison);
        if agents.len() < 2 {
            return Ok(());
        }
        writeln!(self.out, "\nBy agent:")?;
        for agent in agents.iter().take(MOST_AGENTS) {
            let metrics: Vec<String> = agent
                .metrics
                .iter()
                .zip(&agent.q)
                .filter(|(metric, _)| metric.before.events + metric.after.events > 0)
                .map(|(metric, q)| format!("{} {}", metric.words, words::agent_metric(metric, *q)))
                .collect();
            let metrics = if metrics.is_empty() {
                "nothing went wrong".to_owned()
            } else {
                metrics.join("; ")
            };
            self.line(&format!("  {}: {metrics}", agent.name))?;
        }
        if agents.len() > MOST_AGENTS {
            writeln!(self.out, "  and {} more", agents.len() - MOST_AGENTS)?;
        }
        Ok(())
    }

    fn trend(&mut self, comparison: &Comparison) -> io::Result<()> {
        let Some(trend) = &comparison.trend else {
            return Ok(());
        };
        writeln!(
            self.out,
            "\nOver {} reports (above and below: outside three standard errors of those before the last):",
            trend.reports.len()
        )?;
        for line in &trend.lines {
            let points: Vec<String> = line
                .points
                .iter()
                .map(|point| words::trend_point(*point))
                .collect();
            self.line(&format!("  {}: {}", line.words, points.join(", ")))?;
        }
        Ok(())
    }
}
