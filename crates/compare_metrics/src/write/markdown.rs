//! The Markdown report: the script's sections, and the evidence beneath them.

use std::io::{self, Write};

use plexcore::report::markdown::escape::{code, words as escaped};

use super::words;
use crate::comparison::{Comparison, Direction};
use crate::script::Evaluation;

/// Entries listed in all.
const MOST_ENTRIES: usize = 100;

/// Writes the report.
pub(crate) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let verdict = &comparison.verdict;
    let fix = escaped(&comparison.fix_name);
    writeln!(out, "# Fix Testing Report: {fix}\n")?;
    writeln!(out, "**Test Date**: {}", comparison.at)?;
    writeln!(out, "**Status**: {}\n", verdict.decision.word())?;
    writeln!(out, "## Executive Summary\n")?;
    writeln!(out, "**Decision**: {}", verdict.decision.word())?;
    writeln!(out, "**Reason**: {}\n", escaped(&verdict.reason))?;
    writeln!(
        out,
        "Decided by the {}; {}.\n",
        comparison.rule.name(),
        escaped(&words::other_rule(comparison))
    )?;
    writeln!(out, "## Test Configuration\n")?;
    writeln!(out, "- **Fix**: {fix}")?;
    writeln!(
        out,
        "- **Baseline Report**: {}",
        code(&comparison.before.path)
    )?;
    writeln!(
        out,
        "- **Current Report**: {}\n",
        code(&comparison.after.path)
    )?;
    script_table(&comparison.script, out)?;
    script_criteria(&comparison.script, out)?;
    evidence(comparison, out)?;
    writeln!(out, "## Decision and Rationale\n")?;
    writeln!(
        out,
        "**{}**: {}\n",
        verdict.decision.word(),
        escaped(&verdict.reason)
    )?;
    writeln!(
        out,
        "`~` is undecided: chance alone may be behind it. The chance of a false verdict is held at {}, over {} planned. Made by {}.",
        comparison.alpha,
        plexcore::report::number::counted(u64::from(comparison.looks), "look", "looks"),
        comparison.made_by
    )
}

fn script_table(script: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Metric Comparison\n")?;
    writeln!(
        out,
        "| Metric | Baseline | Current | Change | % Change | Status |"
    )?;
    writeln!(
        out,
        "|--------|----------|---------|--------|----------|--------|"
    )?;
    for line in &script.lines {
        writeln!(
            out,
            "| {} | {} | {} | {:+} | {:+.1}% | {} |",
            line.metric.replace('_', "\\_"),
            line.baseline,
            line.current,
            line.change,
            line.percent_change.value,
            line.status.mark()
        )?;
    }
    let overall = &script.overall;
    writeln!(out, "\n## Overall Improvement\n")?;
    writeln!(out, "- **Error Reduction**: {}%", overall.error_reduction)?;
    writeln!(
        out,
        "- **Baseline Success Rate**: {}%",
        overall.baseline_success_rate
    )?;
    writeln!(
        out,
        "- **Current Success Rate**: {}%",
        overall.current_success_rate
    )?;
    writeln!(
        out,
        "- **Success Rate Improvement**: {}%\n",
        overall.success_rate_improvement
    )
}

fn script_criteria(script: &Evaluation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Success Criteria Evaluation\n")?;
    for (name, is_met) in script.successes {
        writeln!(
            out,
            "- {} {}",
            if is_met { "✓" } else { "✗" },
            escaped(name)
        )?;
    }
    for (name, is_there) in script.failures {
        writeln!(
            out,
            "- {} {}",
            if is_there { "✗" } else { "○ not detected:" },
            escaped(name)
        )?;
    }
    writeln!(
        out,
        "\n**Success Rate**: {}/{} ({}%)\n",
        script.n_met(),
        script.successes.len(),
        script.success_rate()
    )
}

fn evidence(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Evidence\n")?;
    writeln!(
        out,
        "- **Before**: {}",
        escaped(&words::side(&comparison.before))
    )?;
    writeln!(
        out,
        "- **After**: {}\n",
        escaped(&words::side(&comparison.after))
    )?;
    list(out, "To know", &comparison.notes)?;
    list(out, "In doubt", &comparison.doubts)?;
    metrics(comparison, out)?;
    expectations(comparison, out)?;
    entries(comparison, out)?;
    agents(comparison, out)?;
    let durations: Vec<String> = comparison.durations.iter().map(words::took).collect();
    list(out, "How long they took", &durations)?;
    trend(comparison, out)
}

fn list(out: &mut dyn Write, title: &str, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "### {title}\n")?;
    for line in lines {
        writeln!(out, "- {}", escaped(line))?;
    }
    writeln!(out)
}

fn metrics(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### Rates\n")?;
    writeln!(out, "| What | Before | After | Change | Chance alone | |")?;
    writeln!(out, "| --- | ---: | ---: | --- | ---: | --- |")?;
    for finding in &comparison.metrics {
        let change = if finding.direction == Direction::Undecided {
            words::undecided(finding)
        } else {
            words::effect(finding, comparison.confidence)
        };
        writeln!(
            out,
            "| {} (in {}) | {} | {} | {} | {} | {} |",
            finding.words,
            finding.unit,
            words::amount(finding.before, finding.method),
            words::amount(finding.after, finding.method),
            escaped(&change),
            words::chance(finding.p),
            escaped(finding.direction.word())
        )?;
    }
    writeln!(out)?;
    for finding in &comparison.metrics {
        if let Some(worth) = words::worth(finding) {
            writeln!(out, "- {}: {}", finding.words, escaped(&worth))?;
        }
    }
    writeln!(out)
}

fn expectations(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    if comparison.expectations.is_empty() {
        return Ok(());
    }
    writeln!(out, "### What the fix was meant to do\n")?;
    writeln!(
        out,
        "| Expected | Found | Come about |\n| --- | --- | --- |"
    )?;
    for point in &comparison.expectations {
        let mark = match point.is_met {
            Some(true) => "yes",
            Some(false) => "no",
            None => "&#126;",
        };
        writeln!(
            out,
            "| {} | {} | {mark} |",
            escaped(&point.expected),
            escaped(&point.found)
        )?;
    }
    writeln!(out)
}

fn entries(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let failures: Vec<_> = comparison
        .entries
        .iter()
        .filter(|entry| entry.is_failure)
        .collect();
    if failures.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Errors by id\n")?;
    writeln!(
        out,
        "| | Id | Error | Before | After | Chance alone | Agents |"
    )?;
    writeln!(out, "| --- | --- | --- | ---: | ---: | ---: | --- |")?;
    for entry in failures.iter().take(MOST_ENTRIES) {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            escaped(&words::entry_state(entry)),
            code(&entry.id),
            escaped(&entry.title),
            words::amount(entry.before, crate::comparison::Method::Rate),
            words::amount(entry.after, crate::comparison::Method::Rate),
            words::chance(entry.p),
            escaped(&entry.agents.join(", "))
        )?;
    }
    if failures.len() > MOST_ENTRIES {
        writeln!(
            out,
            "\n{} more are in the JSON form.",
            failures.len() - MOST_ENTRIES
        )?;
    }
    writeln!(out)
}

fn agents(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let agents = words::agents_in_order(comparison);
    if agents.len() < 2 {
        return Ok(());
    }
    writeln!(out, "### By agent\n")?;
    writeln!(
        out,
        "| Agent | What | Before and after |\n| --- | --- | --- |"
    )?;
    for agent in agents {
        for (metric, q) in agent.metrics.iter().zip(&agent.q) {
            if metric.before.events + metric.after.events > 0 {
                writeln!(
                    out,
                    "| {} | {} | {} |",
                    escaped(&agent.name),
                    metric.words,
                    escaped(&words::agent_metric(metric, *q))
                )?;
            }
        }
    }
    writeln!(out)
}

fn trend(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let Some(trend) = &comparison.trend else {
        return Ok(());
    };
    writeln!(out, "### Over {} reports\n", trend.reports.len())?;
    write!(out, "| Report | Made |")?;
    for line in &trend.lines {
        write!(out, " {} |", line.words)?;
    }
    write!(out, "\n| --- | --- |")?;
    for _ in &trend.lines {
        write!(out, " ---: |")?;
    }
    writeln!(out)?;
    for (at, report) in trend.reports.iter().enumerate() {
        write!(
            out,
            "| {} | {} |",
            escaped(&report.name),
            escaped(report.generated.as_deref().unwrap_or("-"))
        )?;
        for line in &trend.lines {
            write!(out, " {} |", words::trend_point(line.points[at]))?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "\nAbove and below: outside three standard errors of the reports before the last.\n"
    )
}
