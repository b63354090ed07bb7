//! One plug-in's part of the report, but its items, whose errors the whole catalogue names.

use std::collections::BTreeMap;

use super::{PluginFindings, Scope, cut, outcomes};
use crate::log::event::{Url, short_id};
use crate::log::head::Level;
use crate::metrics::catalogue::Catalogue;
use crate::metrics::items::ItemTally;
use crate::redact::Redactor;
use crate::report::model::{
    AgentReport, CoverageReport, LevelCount, PatternLine, PatternReport, Samples,
};
use crate::report::understanding::ItemOutcome;
use crate::utf8::lossy;

pub(super) fn agent(plugin: &PluginFindings<'_>, scope: &Scope<'_>) -> AgentReport {
    let tally = &plugin.tally;
    let redactor = scope.redactor;
    let level = |(level, records): (Level, u64)| LevelCount {
        level: level.word().to_owned(),
        records,
    };
    AgentReport {
        name: redactor.redact(plugin.name).into_owned(),
        coverage: CoverageReport::new(tally.coverage, &scope.window),
        statistics: tally.totals,
        levels: Level::ALL
            .into_iter()
            .zip(tally.levels)
            .filter(|(_, n)| *n > 0)
            .map(level)
            .collect(),
        outcomes: outcomes::of(plugin.name, &tally.outcomes, scope),
        items: Vec::new(),
        samples: samples(plugin, redactor),
        urls: tally
            .samples
            .urls
            .iter()
            .map(|found| url(found, redactor))
            .collect(),
        n_urls: tally.samples.n_urls(),
        patterns: PatternReport {
            entries: tally.patterns.total(),
            unique: tally.patterns.unique(),
            listed: plugin
                .patterns
                .iter()
                .map(|(group, line)| PatternLine {
                    count: group.count,
                    first: line_cut(line, PatternLine::WIDTH, redactor),
                })
                .collect(),
        },
    }
}

/// What became of each item, with its failures by the ids that the catalogue gives them.
pub(super) fn items(items: BTreeMap<u64, ItemTally>, catalogue: &Catalogue) -> Vec<ItemOutcome> {
    let mut errors: BTreeMap<u64, BTreeMap<String, u64>> = BTreeMap::new();
    for (fingerprint, entry) in &catalogue.entries {
        if !entry.class.kind.is_failure() {
            continue;
        }
        let id = short_id(*fingerprint);
        for (item, events) in &entry.items {
            let of_item = errors.entry(*item).or_default();
            *of_item.entry(id.clone()).or_default() += events;
        }
    }
    items
        .into_iter()
        .map(|(id, tally)| item(id, &tally, errors.remove(&id).unwrap_or_default()))
        .collect()
}

fn item(id: u64, tally: &ItemTally, errors: BTreeMap<String, u64>) -> ItemOutcome {
    ItemOutcome {
        item: id.to_string(),
        searches: tally.searches,
        without_result: tally.without_result,
        last_without_result: tally.latest.is_some_and(|(_, is_without)| is_without),
        updates: tally.updates,
        title_failures: tally.totals.title_failures,
        model_errors: tally.totals.model_errors,
        url_errors: tally.totals.url_errors,
        processing_errors: tally.totals.processing_errors,
        errors,
    }
}

fn samples(plugin: &PluginFindings<'_>, redactor: &Redactor) -> Samples {
    let texts = |lines: &[Box<[u8]>]| {
        lines
            .iter()
            .map(|line| line_cut(&lossy(line), Samples::WIDTH, redactor))
            .collect()
    };
    let samples = &plugin.tally.samples;
    Samples {
        search_ops: texts(&samples.searches),
        success_patterns: texts(&samples.successes),
        failure_patterns: texts(&samples.failures),
    }
}

/// A line without secrets, cut to size. A secret is taken out first: cut in half it would not be
/// recognised any more.
fn line_cut(line: &str, width: usize, redactor: &Redactor) -> String {
    cut(&redactor.redact(line), width)
}

/// A URL that could not be opened, without secrets.
pub(super) fn url(url: &Url, redactor: &Redactor) -> String {
    redactor
        .redact(&format!("{}{}", url.host, url.path))
        .into_owned()
}
