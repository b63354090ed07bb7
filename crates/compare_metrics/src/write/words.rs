//! Findings in words, the same in every form. What is undecided never gets a percentage.

use plexcore::report::number::{duration, grouped};

use crate::comparison::{
    AgentFinding, Amount, Comparison, Direction, DurationFinding, EntryFinding, Method,
    MetricFinding, SideHead,
};
use crate::trend::TrendPoint;

/// A number with as many digits as say something.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "any number".to_owned();
    }
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        size if size >= 0.001 => format!("{value:.4}"),
        _ => format!("{value:.1e}"),
    }
}

/// A probability.
pub(super) fn chance(p: f64) -> String {
    if p < 0.000_1 {
        "less than 0.0001".to_owned()
    } else if p < 0.1 {
        format!("{p:.4}")
    } else {
        format!("{p:.2}")
    }
}

fn exposure(amount: Amount) -> String {
    if amount.exposure.fract() == 0.0 {
        format!("{:.0}", amount.exposure)
            .parse()
            .map_or_else(|_| number(amount.exposure), grouped)
    } else {
        format!("{:.1}", amount.exposure)
    }
}

/// `30 of 100` where each trial fails once at most, `45 in 100` otherwise.
pub(super) fn amount(amount: Amount, method: Method) -> String {
    let between = if method.is_difference() { "of" } else { "in" };
    format!("{} {between} {}", grouped(amount.events), exposure(amount))
}

/// The confidence of an interval in percent.
pub(super) fn confidence(confidence: f64) -> String {
    let percent = confidence * 100.0;
    let shown = format!("{percent:.2}");
    format!("{}%", shown.trim_end_matches('0').trim_end_matches('.'))
}

/// One metric on one line.
pub(super) fn metric(finding: &MetricFinding, level: f64) -> String {
    let counts = format!(
        "{}: {} -> {} {}",
        finding.words,
        amount(finding.before, finding.method),
        amount(finding.after, finding.method),
        finding.unit
    );
    let what = if finding.direction == Direction::Undecided {
        undecided(finding)
    } else {
        decided(finding, level)
    };
    format!("{counts}: {what}")
}

fn decided(finding: &MetricFinding, level: f64) -> String {
    let p = chance(finding.p);
    let effect = effect(finding, level);
    let pairs = finding.pairs.map_or_else(String::new, |pairs| {
        format!(
            "; {} found nothing before only, {} after only",
            grouped(pairs.before_only),
            grouped(pairs.after_only)
        )
    });
    format!(
        "{effect}{pairs}, chance alone {p}. {}",
        finding.direction.word()
    )
}

/// The size of a decided effect with its interval.
pub(super) fn effect(finding: &MetricFinding, level: f64) -> String {
    let (before, after) = (finding.before.rate(), finding.after.rate());
    let sure = confidence(level);
    if finding.method.is_difference() {
        let points = |value: f64| format!("{:.1}", value.abs() * 100.0);
        let (low, high) = (finding.interval.low, finding.interval.high);
        let (word, near, far) = if after < before {
            ("fewer", high, low)
        } else {
            ("more", low, high)
        };
        return format!(
            "{:.1}% -> {:.1}%, {} points {word} ({sure} {} to {})",
            before * 100.0,
            after * 100.0,
            points(after - before),
            points(near),
            points(far)
        );
    }
    let times = finding.effect.map_or_else(
        || "-".to_owned(),
        |ratio| format!("{} times", number(ratio)),
    );
    format!(
        "{} -> {} each, {times} as many ({sure} {} to {})",
        number(before),
        number(after),
        number(finding.interval.low),
        number(finding.interval.high)
    )
}

/// Why a metric is undecided, and what it would take.
pub(super) fn undecided(finding: &MetricFinding) -> String {
    if finding.before.events + finding.after.events == 0 {
        return "~ nothing on either side".to_owned();
    }
    let needed = finding.needed.map_or_else(String::new, |needed| {
        if needed.per_side > needed.smaller_side {
            format!(
                " undecided: about {} {} a side are needed to see a halving; you have {}",
                grouped(needed.per_side),
                finding.unit,
                grouped(needed.smaller_side)
            )
        } else {
            " no change beyond chance, though a halving would most likely have been seen".to_owned()
        }
    });
    let seen = match finding.detectable {
        Some(fall) => format!(
            "; these two reports could have shown a fall from {} to {} in 100",
            number(finding.before.rate() * 100.0),
            number(fall * 100.0)
        ),
        None if finding.before.events > 0 => {
            "; these two reports could not have shown even a fall to none".to_owned()
        }
        None => String::new(),
    };
    format!("~{needed}{seen}")
}

/// What the data behind a metric is worth, where that is not what it counts.
pub(super) fn worth(finding: &MetricFinding) -> Option<String> {
    if let Some(most) = finding.withstands {
        let most = if most >= 1000.0 {
            "more than 1,000".to_owned()
        } else {
            format!("{most:.1}")
        };
        return Some(format!(
            "the reports don't show which searches were for one title; this stands as long as the searches are worth at least \
             one in {most} of their number"
        ));
    }
    (finding.design_effect >= 1.05).then(|| {
        if finding.sees_repeats {
            format!(
                "events come together on the same titles: the data is worth {} times less than it counts",
                number(finding.design_effect)
            )
        } else {
            format!("taken to be worth {} times less than it counts", number(finding.design_effect))
        }
    })
}

/// `12 in 300 -> 0 in 280`.
pub(super) fn entry_counts(entry: &EntryFinding) -> String {
    format!(
        "{} -> {}",
        amount(entry.before, Method::Rate),
        amount(entry.after, Method::Rate)
    )
}

/// The state of an entry, with `~` where chance alone may be behind it.
pub(super) fn entry_state(entry: &EntryFinding) -> String {
    if entry.direction == Direction::Undecided && entry.state != crate::comparison::State::Same {
        format!("{} ~", entry.state.word())
    } else {
        entry.state.word().to_owned()
    }
}

/// How long sessions took, on one line.
pub(super) fn took(finding: &DurationFinding) -> String {
    let ms = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), duration);
    let what = match finding.direction {
        Direction::Better => format!("shorter, chance alone {}", chance(finding.p)),
        Direction::Worse => format!("longer, chance alone {}", chance(finding.p)),
        Direction::Undecided => "~".to_owned(),
    };
    format!(
        "{}: half within {} -> {}, 95 of 100 within {} -> {}: {what}",
        finding.what,
        ms(finding.before.median_ms),
        ms(finding.after.median_ms),
        ms(finding.before.p95_ms),
        ms(finding.after.p95_ms)
    )
}

/// A report on one line.
pub(super) fn side(head: &SideHead) -> String {
    let mut parts = vec![head.form.to_owned()];
    if let Some(generated) = &head.generated {
        parts.push(format!("made {generated}"));
    }
    match (&head.covered, head.hours) {
        (Some((first, last)), Some(hours)) => {
            parts.push(format!("covers {hours:.1} hours, {first} to {last}"));
        }
        (_, Some(hours)) => parts.push(format!("covers {hours:.1} hours")),
        _ => {}
    }
    if let Some(searches) = head.searches {
        let titles = head
            .titles
            .map(|titles| format!(" of {} titles", grouped(titles)));
        parts.push(format!(
            "{} searches{}",
            grouped(searches),
            titles.unwrap_or_default()
        ));
    }
    if let Some(updates) = head.updates {
        parts.push(format!("{} updates", grouped(updates)));
    }
    parts.join("; ")
}

/// The rule in one sentence, and whether the script's differs.
pub(super) fn other_rule(comparison: &Comparison) -> String {
    use crate::options::Rule;
    let (name, verdict, reason) = match comparison.rule {
        Rule::Evidence => (
            "script's rule",
            comparison.script.decision,
            comparison.script.reason.to_owned(),
        ),
        Rule::Script => (
            "evidence",
            comparison.evidence_verdict.decision,
            comparison.evidence_verdict.reason.clone(),
        ),
    };
    let relation = if verdict == comparison.verdict.decision {
        "the same"
    } else {
        "differs"
    };
    format!("the {name}: {} ({reason}); {relation}", verdict.word())
}

/// Agents with something decided first, then the others, absent ones left out.
pub(super) fn agents_in_order(comparison: &Comparison) -> Vec<&AgentFinding> {
    let mut agents: Vec<&AgentFinding> = comparison
        .agents
        .iter()
        .filter(|agent| agent.absent.is_none())
        .collect();
    agents.sort_by_key(|agent| {
        let has = |direction| {
            agent
                .metrics
                .iter()
                .any(|metric| metric.direction == direction)
        };
        (!has(Direction::Worse), !has(Direction::Better))
    });
    agents
}

/// One metric of an agent, short: counts, and what is decided.
pub(super) fn agent_metric(finding: &MetricFinding, q: f64) -> String {
    let counts = format!(
        "{} -> {}",
        amount(finding.before, finding.method),
        amount(finding.after, finding.method)
    );
    match finding.direction {
        Direction::Undecided => format!("{counts} ~"),
        direction => format!("{counts} {} ({})", direction.word(), chance(q)),
    }
}

/// A point of a trend.
pub(super) fn trend_point(point: Option<TrendPoint>) -> String {
    point.map_or_else(
        || "-".to_owned(),
        |point| {
            let mark = match point.place() {
                "above" => " above",
                "below" => " below",
                _ => "",
            };
            format!(
                "{} in {}{mark}",
                grouped(point.events),
                grouped(point.exposure)
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_say_something() {
        assert_eq!(
            [0.0, 1234.5, 12.34, 0.456, 0.0123, 0.000_045].map(number),
            ["0", "1234", "12.3", "0.46", "0.0123", "4.5e-5"]
        );
        assert_eq!(number(f64::INFINITY), "any number");
        assert_eq!(
            [confidence(0.95), confidence(0.99), confidence(0.975)],
            ["95%", "99%", "97.5%"]
        );
        assert_eq!(
            [chance(0.0), chance(0.012_34), chance(0.5)],
            ["less than 0.0001", "0.0123", "0.50"]
        );
    }
}
