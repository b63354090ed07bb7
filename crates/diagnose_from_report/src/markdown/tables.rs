//! Counts as tables: errors by type, the report's totals, the agents.

use plexcore::report::markdown::escape::{code, words};
use plexcore::report::number::{counted, grouped};
use plexcore::report::wording::{group_words, share_words};

use super::Document;
use crate::diagnosis::Diagnosis;
use crate::summary;
use crate::wording::number;

impl Document<'_> {
    pub(super) fn types(&mut self, diagnosis: &Diagnosis) {
        let Some(kinds) = &diagnosis.kinds else {
            return;
        };
        self.page.section("Error types identified");
        if kinds.is_empty() {
            self.page.line("None.");
            return;
        }
        let heads = ["Type", "Kind", "Whose", "# Events", "# Share", "# Agents"];
        self.page.table(
            &heads,
            kinds.iter().map(|kind| {
                vec![
                    words(&kind.title),
                    code(&kind.kind),
                    words(group_words(&kind.group)),
                    grouped(kind.events),
                    words(&share_words(kind.share.as_deref())),
                    grouped(kind.agents.len() as u64),
                ]
            }),
        );
    }

    pub(super) fn totals(&mut self, diagnosis: &Diagnosis) {
        let told: Vec<(String, u64)> = diagnosis
            .totals
            .fields()
            .into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?)))
            .chain(diagnosis.reading.others.iter().cloned())
            .collect();
        if told.is_empty() {
            return;
        }
        self.page.section("Totals of the report");
        self.page.table(
            &["Total", "# Events"],
            told.into_iter()
                .map(|(label, value)| vec![words(&label), grouped(value)]),
        );
    }

    pub(super) fn agents(&mut self, diagnosis: &Diagnosis) {
        if diagnosis.kinds.is_some() {
            return self.agents_by_kind(diagnosis);
        }
        if diagnosis.agents.is_empty() {
            return;
        }
        self.page.section("Affected agents");
        let told = |at: usize| {
            diagnosis
                .agents
                .iter()
                .any(|agent| agent.counts.fields()[at].1.is_some())
        };
        let fields = diagnosis.totals.fields();
        let columns: Vec<usize> = (0..fields.len()).filter(|&at| told(at)).collect();
        let others: Vec<String> = diagnosis
            .agents
            .first()
            .map(|agent| {
                agent
                    .others
                    .iter()
                    .map(|(label, _)| label.clone())
                    .collect()
            })
            .unwrap_or_default();
        let mut heads = vec!["Agent".to_owned()];
        heads.extend(columns.iter().map(|&at| format!("# {}", fields[at].0)));
        heads.extend(others.iter().map(|label| format!("# {}", words(label))));
        let rows = diagnosis.agents.iter().map(|agent| {
            let mut row = vec![words(&agent.name)];
            row.extend(
                columns
                    .iter()
                    .map(|&at| number(agent.counts.fields()[at].1)),
            );
            row.extend(others.iter().map(|label| {
                number(
                    agent
                        .others
                        .iter()
                        .find(|(known, _)| known == label)
                        .map(|o| o.1),
                )
            }));
            row
        });
        self.page.table(&heads, rows);
    }

    /// Agents by kinds of failure.
    fn agents_by_kind(&mut self, diagnosis: &Diagnosis) {
        let affected = summary::affected(diagnosis);
        if affected.is_empty() {
            return;
        }
        self.page.section("Affected agents");
        let (kinds, has_others) = summary::columns(diagnosis);
        let mut heads = vec!["Agent".to_owned(), "# Failures".to_owned()];
        heads.extend(kinds.iter().map(|kind| format!("# {}", code(&kind.kind))));
        if has_others {
            heads.push("# others".to_owned());
        }
        let shown = |events: u64| match events {
            0 => "·".to_owned(),
            events => grouped(events),
        };
        let rows = affected.iter().map(|agent| {
            let mut row = vec![words(&agent.agent), grouped(agent.events)];
            let counts: Vec<u64> = kinds
                .iter()
                .map(|kind| summary::of_agent(kind, &agent.agent))
                .collect();
            row.extend(counts.iter().copied().map(shown));
            if has_others {
                let told: u64 = counts.iter().sum();
                row.push(shown(agent.events.saturating_sub(told)));
            }
            row
        });
        self.page.table(&heads, rows);
        let spared = diagnosis
            .agents
            .iter()
            .filter(|agent| !affected.iter().any(|known| known.agent == agent.name))
            .count() as u64;
        if spared > 0 {
            self.page.line(&format!(
                "\n{} without a failure.",
                counted(spared, "agent", "agents")
            ));
        }
    }
}
