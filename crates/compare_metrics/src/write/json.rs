//! The comparison as one JSON document: the script's keys, and the evidence beside them.

use std::io::{self, Write};

use evidence::Interval;
use serde_json::{Map, Value, json};

use crate::comparison::{
    AgentFinding, Amount, Comparison, Direction, EntryFinding, MetricFinding, SideHead,
};
use crate::script::Status;

/// The version of the part that the script did not have.
pub(crate) const SCHEMA: u32 = 1;

/// Writes the document.
pub(crate) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(comparison)).map_err(io::Error::from)?;
    writeln!(out)
}

fn document(comparison: &Comparison) -> Value {
    let script = &comparison.script;
    let results: Vec<Value> = script
        .lines
        .iter()
        .map(|line| {
            json!({
                "metric": line.metric,
                "baseline": line.baseline,
                "current": line.current,
                "change": whole(line.change),
                "percent_change": line.percent_change,
                "improved": line.status == Status::Improved,
            })
        })
        .collect();
    let overall = &script.overall;
    json!({
        "fix_name": comparison.fix_name,
        "baseline_report": comparison.before.path,
        "current_report": comparison.after.path,
        "comparison_results": results,
        "overall_improvement": {
            "baseline_errors": overall.baseline_errors,
            "current_errors": overall.current_errors,
            "error_reduction": overall.error_reduction,
            "baseline_success_rate": overall.baseline_success_rate,
            "current_success_rate": overall.current_success_rate,
            "success_rate_improvement": overall.success_rate_improvement,
        },
        "evaluation": {
            "fix_name": comparison.fix_name,
            "success_rate": script.success_rate(),
            "success_count": script.n_met(),
            "total_indicators": script.successes.len(),
            "failure_detected": script.has_failed(),
            "decision": comparison.verdict.decision.word(),
            "reason": comparison.verdict.reason,
            "rule": comparison.rule.name(),
            "script_decision": script.decision.word(),
            "script_reason": script.reason,
            "evidence_decision": comparison.evidence_verdict.decision.word(),
            "evidence_reason": comparison.evidence_verdict.reason,
        },
        "timestamp": comparison.at.replace(' ', "T"),
        "schema": SCHEMA,
        "made_by": comparison.made_by,
        "evidence": evidence(comparison),
    })
}

/// A difference of two counts; one beyond what JSON readers take as a whole number is a text.
fn whole(change: i128) -> Value {
    i64::try_from(change).map_or_else(|_| Value::from(change.to_string()), Value::from)
}

fn evidence(comparison: &Comparison) -> Value {
    json!({
        "before": head(&comparison.before),
        "after": head(&comparison.after),
        "alpha": comparison.alpha,
        "looks": comparison.looks,
        "confidence": comparison.confidence,
        "notes": comparison.notes,
        "stops": comparison.stops,
        "doubts": comparison.doubts,
        "broken": comparison.broken,
        "metrics": comparison.metrics.iter().map(metric).collect::<Vec<_>>(),
        "entries": comparison.has_entries.then(|| comparison.entries.iter().map(entry).collect::<Vec<_>>()),
        "agents": comparison.agents.iter().map(agent).collect::<Vec<_>>(),
        "durations": comparison.durations.iter().map(|found| json!({
            "what": found.what,
            "before": {"sessions": found.before.sessions, "median_ms": found.before.median_ms, "p95_ms": found.before.p95_ms},
            "after": {"sessions": found.after.sessions, "median_ms": found.after.median_ms, "p95_ms": found.after.p95_ms},
            "chance_longer": found.chance_longer,
            "p": found.p,
            "direction": direction(found.direction),
        })).collect::<Vec<_>>(),
        "expectations": comparison.expectations.iter().map(|point| json!({
            "expected": point.expected,
            "found": point.found,
            "met": point.is_met,
        })).collect::<Vec<_>>(),
        "trend": comparison.trend.as_ref().map(|trend| json!({
            "reports": trend.reports.iter().map(|report| json!({
                "name": report.name, "generated": report.generated, "searches": report.searches,
            })).collect::<Vec<_>>(),
            "measures": trend.lines.iter().map(|line| json!({
                "measure": line.words,
                "usual": line.usual,
                "points": line.points.iter().map(|point| point.map(|point| json!({
                    "events": point.events, "exposure": point.exposure,
                    "low": point.low, "high": point.high, "place": point.place(),
                }))).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        })),
    })
}

fn head(side: &SideHead) -> Value {
    json!({
        "report": side.path,
        "form": side.form,
        "generated": side.generated,
        "window": side.window,
        "first": side.covered.as_ref().map(|(first, _)| first),
        "last": side.covered.as_ref().map(|(_, last)| last),
        "hours": side.hours,
        "searches": side.searches,
        "updates": side.updates,
        "titles": side.titles,
    })
}

fn amount(amount: Amount) -> Value {
    json!({"events": amount.events, "exposure": amount.exposure})
}

/// An end that is infinite is `null`, which is what JSON has for it.
fn interval(interval: Interval) -> Value {
    json!([interval.low, interval.high])
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Undecided => "undecided",
        decided => decided.word(),
    }
}

fn metric(finding: &MetricFinding) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    put("metric", finding.key.into());
    put("words", finding.words.into());
    put("exposure_unit", finding.unit.into());
    put("method", finding.method.name().into());
    put("before", amount(finding.before));
    put("after", amount(finding.after));
    if let Some(pairs) = finding.pairs {
        put(
            "pairs",
            json!({"both": pairs.both, "before_only": pairs.before_only, "after_only": pairs.after_only, "neither": pairs.neither}),
        );
    }
    put(
        "effect",
        if finding.method.is_difference() {
            "difference"
        } else {
            "ratio"
        }
        .into(),
    );
    put("value", finding.effect.into());
    put("interval", interval(finding.interval));
    put("p", finding.p.into());
    put("p_adjusted", finding.p_adjusted.into());
    put("design_effect", finding.design_effect.into());
    put("sees_repeats", finding.sees_repeats.into());
    put("stands_up_to_design_effect", finding.withstands.into());
    put("direction", direction(finding.direction).into());
    put("decides", finding.decides.into());
    put(
        "needed_per_side_to_see_a_halving",
        finding.needed.map(|needed| needed.per_side).into(),
    );
    put(
        "smaller_side",
        finding.needed.map(|needed| needed.smaller_side).into(),
    );
    put("detectable_rate_after", finding.detectable.into());
    Value::Object(object)
}

fn entry(found: &EntryFinding) -> Value {
    json!({
        "id": found.id,
        "kind": found.kind,
        "group": found.group,
        "title": found.title,
        "agents": found.agents,
        "before": amount(found.before),
        "after": amount(found.after),
        "design_effect": found.design_effect,
        "state": found.state.word(),
        "direction": direction(found.direction),
        "p": found.p,
        "q": found.q,
        "decides": found.decides,
        "is_failure": found.is_failure,
    })
}

fn agent(found: &AgentFinding) -> Value {
    json!({
        "name": found.name,
        "absent": found.absent,
        "metrics": found.metrics.iter().zip(&found.q).map(|(metric_found, q)| {
            let mut value = metric(metric_found);
            if let Some(object) = value.as_object_mut() {
                object.remove("p_adjusted");
                object.insert("q".to_owned(), (*q).into());
            }
            value
        }).collect::<Vec<_>>(),
    })
}
