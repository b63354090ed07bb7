//! What is seen first: what is missing, the key numbers, errors and work over time; and findings.

use super::chart::{self, Band, Columns, Panel, Series};
use super::markup::{Markup, put};
use super::page;
use crate::report::attention;
use crate::report::model::Report;
use crate::report::number::{counted, duration, grouped, percent};
use crate::report::trend::merged;
use crate::report::understanding::{Bucket, Burst, Finding, SessionCounts, Timeline};
use crate::report::wording::{
    bucket_words, burst_words, distinct_failures, failures, to_minute, to_second,
};
use crate::stamp::Stamp;

/// The most words below the axis.
const MOST_TICKS: i64 = 12;
/// The most columns of a tile's sparkline.
const TREND: usize = 48;

pub(super) fn overview(markup: &mut Markup, report: &Report) {
    for sentence in attention::sentences(report) {
        page::notice(markup, "Attention:", &sentence);
    }
    tiles(markup, report);
    timeline(markup, &report.timeline);
}

fn tiles(markup: &mut Markup, report: &Report) {
    let of = |count: fn(&Bucket) -> u64| -> Vec<u64> {
        let counts: Vec<u64> = report.timeline.buckets.iter().map(count).collect();
        merged(&counts, TREND)
    };
    let coverage = &report.coverage;
    let noise: u64 = report
        .kinds
        .iter()
        .filter(|kind| kind.group == "noise")
        .map(|kind| kind.events)
        .sum();
    put!(markup, "<dl class=\"tiles\">\n");
    let note = format!(
        "{} of framework noise set apart",
        counted(noise, "event", "events")
    );
    page::tile(
        markup,
        &grouped(failures(&report.kinds)),
        "Failures",
        &note,
        |markup| {
            chart::sparkline(markup, "c-errors", &of(|bucket| bucket.errors));
        },
    );
    let n_new = report
        .catalogue
        .iter()
        .filter(|entry| entry.is_new == Some(true))
        .count() as u64;
    let note = if report.catalogue.iter().any(|entry| entry.is_new.is_some()) {
        format!(
            "{} since the older report",
            counted(n_new, "is new", "are new")
        )
    } else {
        "each told once, below".to_owned()
    };
    page::tile(
        markup,
        &grouped(distinct_failures(&report.catalogue)),
        "Distinct errors",
        &note,
        |_| {},
    );
    let searches = &report.outcomes.searches;
    page::tile(
        markup,
        &grouped(searches.total),
        "Searches",
        &success(searches, "with results"),
        |markup| {
            chart::sparkline(markup, "c-searches", &of(|bucket| bucket.searches));
        },
    );
    let updates = &report.outcomes.updates;
    page::tile(
        markup,
        &grouped(updates.total),
        "Updates",
        &success(updates, "stored something"),
        |markup| {
            chart::sparkline(markup, "c-updates", &of(|bucket| bucket.updates));
        },
    );
    let counts = &coverage.whole.counts;
    let note = format!("of {} read", grouped(counts.records));
    page::tile(
        markup,
        &grouped(counts.records_in_window),
        "Records in the window",
        &note,
        |_| {},
    );
    let reaching = coverage
        .agents
        .saturating_sub(coverage.short_agents.len() as u64);
    let note = format!(
        "{} back to the window's start",
        counted(reaching, "log reaches", "logs reach")
    );
    page::tile(markup, &grouped(coverage.agents), "Agents", &note, |_| {});
    put!(markup, "</dl>\n");
}

fn success(counts: &SessionCounts, words: &str) -> String {
    let share = percent(counts.succeeded, counts.total);
    let half = counts
        .median_ms
        .map(|ms| format!(", half within {}", duration(ms)));
    share.map_or_else(
        || "none".to_owned(),
        |share| format!("{share} {words}{}", half.unwrap_or_default()),
    )
}

fn timeline(markup: &mut Markup, timeline: &Timeline) {
    let buckets = &timeline.buckets;
    put!(markup, "<h3>Failures and work over time</h3>\n");
    if buckets.is_empty() {
        put!(
            markup,
            "<p class=\"quiet\">Nothing lies in the window.</p>\n"
        );
        return;
    }
    let series = |name, class, of: fn(&Bucket) -> u64| Series {
        name,
        class,
        values: buckets.iter().map(of).collect(),
    };
    let failures = series("failures", "c-errors", |bucket| bucket.errors);
    let searches = series("searches", "c-searches", |bucket| bucket.searches);
    let updates = series("updates", "c-updates", |bucket| bucket.updates);
    chart::legend(
        markup,
        [&failures, &searches, &updates]
            .into_iter()
            .map(|series| (series.class, series.name)),
    );
    let each = bucket_words(timeline.bucket_s);
    let chart = Columns {
        description: format!(
            "Failures, searches and updates from {} to {}, {each} a column",
            to_minute(&buckets[0].start),
            to_minute(&buckets[buckets.len() - 1].start)
        ),
        width: 960,
        panels: vec![
            Panel {
                title: format!("Failures in {each}"),
                height: 130,
                series: vec![failures],
            },
            Panel {
                title: format!("Searches and updates in {each}"),
                height: 80,
                series: vec![searches, updates],
            },
        ],
        labels: buckets
            .iter()
            .map(|bucket| to_minute(&bucket.start).to_owned())
            .collect(),
        ticks: ticks(timeline),
        bands: timeline
            .bursts
            .iter()
            .enumerate()
            .map(|(n, burst)| band(n + 1, burst, buckets))
            .collect(),
        marks: buckets
            .iter()
            .enumerate()
            .filter(|(_, bucket)| bucket.starts > 0)
            .map(|(at, bucket)| {
                (
                    at,
                    counted(bucket.starts, "plug-in start", "plug-in starts"),
                )
            })
            .collect(),
    };
    chart::columns(markup, &chart);
    put!(markup, "<p class=\"quiet\">");
    if timeline.bursts.is_empty() {
        put!(markup, "No burst. ");
    } else {
        put!(
            markup,
            "Numbered bands are bursts; <a href=\"#when\">When</a> tells what came just before each. "
        );
    }
    put!(
        markup,
        "A triangle below the axis is a plug-in start.</p>\n"
    );
}

/// Words at round moments: the hour, or the date where days are long past.
fn ticks(timeline: &Timeline) -> Vec<(usize, String)> {
    const HOUR: i64 = 3_600_000;
    let moments: Option<Vec<i64>> = timeline
        .buckets
        .iter()
        .map(|bucket| Stamp::parse_report(&bucket.start).map(|at| at.0))
        .collect();
    let Some(moments) = moments else {
        return Vec::new();
    };
    let span = moments.last().unwrap_or(&0) - moments.first().unwrap_or(&0);
    let steps = [
        HOUR / 60,
        HOUR / 12,
        HOUR / 6,
        HOUR / 4,
        HOUR / 2,
        HOUR,
        2 * HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
    ];
    let days = (1..).map(|days| days * 24 * HOUR);
    let step = steps
        .into_iter()
        .chain(days)
        .find(|step| span / step <= MOST_TICKS)
        .unwrap_or(HOUR);
    let mut ticks = Vec::new();
    let mut day = i64::MIN;
    for (at, &begins) in moments.iter().enumerate() {
        let is_first_of_its = at.checked_sub(1).map_or(begins % step == 0, |before| {
            moments[before].div_euclid(step) != begins.div_euclid(step)
        });
        if is_first_of_its {
            let start = &timeline.buckets[at].start;
            let date = start.get(5..10).unwrap_or_default();
            let clock = start.get(11..16).unwrap_or_default();
            let is_new_day = begins.div_euclid(24 * HOUR) != day;
            day = begins.div_euclid(24 * HOUR);
            ticks.push((
                at,
                match (step >= 24 * HOUR, is_new_day) {
                    (true, _) => date.to_owned(),
                    (false, true) => format!("{date} {clock}"),
                    (false, false) => clock.to_owned(),
                },
            ));
        }
    }
    ticks
}

fn band(number: usize, burst: &Burst, buckets: &[Bucket]) -> Band {
    let begun_by =
        |at: &str| buckets.partition_point(|bucket| to_second(&bucket.start) <= to_second(at));
    let ended = buckets.partition_point(|bucket| to_second(&bucket.start) < to_second(&burst.end));
    let from = begun_by(&burst.start).saturating_sub(1);
    Band {
        from,
        to: ended.max(from + 1),
        panel: usize::from(burst.what != "errors"),
        class: if burst.what == "errors" {
            "b-errors"
        } else {
            "b-work"
        },
        label: number.to_string(),
        title: format!(
            "Burst {number}: {} {} from {} to {}",
            grouped(burst.events),
            burst_words(&burst.what),
            to_second(&burst.start),
            to_second(&burst.end)
        ),
        target: format!("burst-{number}"),
    }
}

pub(super) fn findings(markup: &mut Markup, findings: &[Finding]) {
    if findings.is_empty() {
        put!(markup, "<p class=\"quiet\">Nothing stands out.</p>\n");
        return;
    }
    put!(
        markup,
        "<p class=\"quiet\">What the numbers alone say; no advice.</p>\n<ul class=\"findings\">\n"
    );
    for finding in findings {
        put!(markup, "<li>{}", finding.text);
        for id in &finding.entries {
            put!(
                markup,
                " <a class=\"entry-link\" href=\"#{}\">{}</a>",
                id,
                id
            );
        }
        put!(markup, "</li>\n");
    }
    put!(markup, "</ul>\n");
}
