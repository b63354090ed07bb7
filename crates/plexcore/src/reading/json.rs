//! JSON: our report with everything, or the scripts' with totals, statistics and samples.

use std::mem;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::lines::leading_count;
use super::{Counts, Generation, ReadAgent, ReadEntry, ReadSessions, ReadWindow, Reading};
use crate::metrics::totals::Totals;
use crate::redact::Redactor;
use crate::report::json;
use crate::report::model::{AgentReport, CoverageReport, Report, SCHEMA, Samples};
use crate::report::understanding::SessionCounts;
use crate::stamp::Stamp;

pub(super) fn read(text: &str, redactor: &Redactor) -> Result<Reading, String> {
    match json::read_text(text) {
        Ok(report) => Ok(ours(report)),
        Err(reason) => other(text, &reason, redactor),
    }
}

/// A document that is no report of this version: an old one, a newer one, or something else.
fn other(text: &str, reason: &str, redactor: &Redactor) -> Result<Reading, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let cut = if error.is_eof() {
            "; the report is cut off"
        } else {
            ""
        };
        format!("expected JSON, found {error}{cut}")
    })?;
    let Some(fields) = value.as_object() else {
        return Err("expected one report, an object, found a list".to_owned());
    };
    match fields.get("schema").map(Value::as_u64) {
        Some(Some(schema)) if schema > u64::from(SCHEMA) => Err(format!(
            "expected schema {SCHEMA}, found schema {schema}; a newer version of these tools wrote it"
        )),
        Some(_) => Err(format!("expected a report of schema {SCHEMA}: {reason}")),
        None if fields.contains_key("summary") => {
            let old: OldReport = serde_json::from_str(text)
                .map_err(|error| format!("expected a report of the old scripts: {error}"))?;
            if old.summary.counts().is_empty() {
                return Err(
                    "expected totals such as \"total_search_operations\" in \"summary\", found none"
                        .to_owned(),
                );
            }
            Ok(old.reading(redactor))
        }
        None => {
            let keys: Vec<&str> = fields.keys().map(String::as_str).take(5).collect();
            Err(format!(
                "expected the keys of a report (\"summary\", \"agents\"), found {}",
                super::lines::excerpt(&keys.join(", "))
            ))
        }
    }
}

fn ours(mut report: Report) -> Reading {
    let entries = mem::take(&mut report.catalogue);
    let kinds = mem::take(&mut report.kinds);
    let agents = report.agents.iter_mut().map(agent).collect();
    let window = &report.window;
    let end = |at: &Option<String>| at.as_deref().and_then(Stamp::parse_report);
    Reading {
        generated: Some(report.generated.clone()),
        window: ReadWindow {
            hours: hours_of(&window.asked),
            since: end(&window.since),
            until: end(&window.until),
            asked: Some(window.asked.clone()),
        },
        covered: covered(&report.coverage.whole),
        totals: Counts::from(Totals::from(report.summary)),
        searches: Some(sessions(&report.outcomes.searches)),
        updates: Some(sessions(&report.outcomes.updates)),
        kinds: Some(kinds),
        entries: Some(entries.into_iter().map(ReadEntry::from).collect()),
        agents,
        report: Some(Box::new(report)),
        ..Reading::of(Generation::Json)
    }
}

/// `24 hours` is 24.
pub(super) fn hours_of(asked: &str) -> Option<u64> {
    leading_count(asked)
        .filter(|(_, unit)| matches!(unit.trim(), "hours" | "hour"))
        .map(|(hours, _)| hours)
}

fn covered(coverage: &CoverageReport) -> Option<(String, String)> {
    coverage.first.clone().zip(coverage.last.clone())
}

fn sessions(counts: &SessionCounts) -> ReadSessions {
    ReadSessions {
        total: counts.total,
        succeeded: counts.succeeded,
        empty: counts.empty,
        failed: counts.failed,
        unfinished: counts.unfinished,
    }
}

fn agent(agent: &mut AgentReport) -> ReadAgent {
    ReadAgent {
        name: agent.name.clone(),
        counts: Counts::from(agent.statistics),
        others: Vec::new(),
        records: Some(agent.coverage.counts.records_in_window),
        covered: covered(&agent.coverage),
        samples: mem::take(&mut agent.samples),
        urls: mem::take(&mut agent.urls),
        patterns: Some(mem::take(&mut agent.patterns)),
    }
}

/// The scripts' JSON. Keys that are missing are absent, and others are nobody's concern.
#[derive(Deserialize)]
struct OldReport {
    summary: OldCounts,
    #[serde(default)]
    agents: Vec<OldAgent>,
    #[serde(default, alias = "generated_at", alias = "timestamp")]
    generated: Option<Value>,
    #[serde(default, alias = "timeframe_hours", alias = "hours")]
    timeframe: Option<Value>,
}

#[derive(Deserialize)]
struct OldAgent {
    name: String,
    #[serde(default)]
    statistics: OldCounts,
    #[serde(default)]
    samples: Samples,
    #[serde(default)]
    urls: Vec<String>,
}

/// Totals begin with `total_`, an agent's statistics don't.
#[derive(Deserialize, Default)]
#[serde(default)]
struct OldCounts {
    #[serde(alias = "total_search_operations")]
    search_operations: Count,
    #[serde(alias = "total_titles_found")]
    titles_found: Count,
    #[serde(alias = "total_title_failures")]
    title_failures: Count,
    #[serde(alias = "total_model_errors")]
    model_errors: Count,
    #[serde(alias = "total_url_errors")]
    url_errors: Count,
    #[serde(alias = "total_http_403")]
    http_403: Count,
    #[serde(alias = "total_http_404")]
    http_404: Count,
    #[serde(alias = "total_processing_errors")]
    processing_errors: Count,
    #[serde(alias = "total_success_indicators")]
    success_indicators: Count,
}

/// A count that may be missing; written as a number, or as text with thousands set apart.
#[derive(Default, Clone, Copy)]
struct Count(Option<u64>);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        let count = match &value {
            Value::Null => return Ok(Self(None)),
            Value::Number(number) => number.as_u64(),
            Value::String(text) => leading_count(text)
                .filter(|(_, rest)| rest.is_empty())
                .map(|(count, _)| count),
            _ => None,
        };
        let fault = || serde::de::Error::custom(format!("expected a count, found {value}"));
        count.map(|count| Self(Some(count))).ok_or_else(fault)
    }
}

impl OldReport {
    fn reading(self, redactor: &Redactor) -> Reading {
        let words = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let asked = self.timeframe.map(words);
        Reading {
            generated: self.generated.map(words),
            window: ReadWindow {
                hours: asked.as_deref().and_then(|asked| {
                    let mut counts = asked.split_whitespace().filter_map(leading_count);
                    counts.next().map(|(hours, _)| hours)
                }),
                asked,
                ..ReadWindow::default()
            },
            totals: self.summary.counts(),
            agents: self
                .agents
                .into_iter()
                .map(|agent| agent.read(redactor))
                .collect(),
            ..Reading::of(Generation::OldJson)
        }
    }
}

impl OldAgent {
    fn read(self, redactor: &Redactor) -> ReadAgent {
        let redacted = |lines: Vec<String>| -> Vec<String> {
            lines
                .iter()
                .map(|line| redactor.redact(line).into_owned())
                .collect()
        };
        ReadAgent {
            name: redactor.redact(&self.name).into_owned(),
            counts: self.statistics.counts(),
            samples: Samples {
                search_ops: redacted(self.samples.search_ops),
                success_patterns: redacted(self.samples.success_patterns),
                failure_patterns: redacted(self.samples.failure_patterns),
            },
            urls: redacted(self.urls),
            ..ReadAgent::default()
        }
    }
}

impl OldCounts {
    fn counts(&self) -> Counts {
        Counts {
            search_operations: self.search_operations.0,
            titles_found: self.titles_found.0,
            title_failures: self.title_failures.0,
            model_errors: self.model_errors.0,
            url_errors: self.url_errors.0,
            http_403: self.http_403.0,
            http_404: self.http_404.0,
            processing_errors: self.processing_errors.0,
            success_indicators: self.success_indicators.0,
        }
    }
}
