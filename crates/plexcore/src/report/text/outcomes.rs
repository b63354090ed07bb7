//! Searches and updates: how they ended and how long they took, in all and by agent.

use std::io;

use super::page::Page;
use crate::printable::one_line;
use crate::report::model::Report;
use crate::report::number::{counted, duration, grouped};
use crate::report::understanding::{Outcomes, SessionCounts};
use crate::report::wording::{delivered_words, requests_each, to_second};

/// Columns for an agent's name, so that its row stays within the page.
const NAME: usize = 26;

impl Page<'_> {
    pub(super) fn outcomes(&mut self, report: &Report) -> io::Result<()> {
        self.section("OUTCOMES")?;
        let outcomes = &report.outcomes;
        self.session_counts("Searches:", "with results", &outcomes.searches)?;
        self.session_counts("Updates:", "stored something", &outcomes.updates)?;
        self.delivered(outcomes)?;
        self.by_agent(report, "Searches by agent", |outcomes| &outcomes.searches)?;
        self.by_agent(report, "Updates by agent", |outcomes| &outcomes.updates)?;
        self.open_sessions(outcomes)
    }

    fn session_counts(
        &mut self,
        label: &str,
        good: &str,
        counts: &SessionCounts,
    ) -> io::Result<()> {
        if counts.total == 0 {
            return self.row(label, "none");
        }
        self.row(
            label,
            &format!(
                "{}: {} {good}, {} nothing, {} failed, {} never finished",
                grouped(counts.total),
                grouped(counts.succeeded),
                grouped(counts.empty),
                grouped(counts.failed),
                grouped(counts.unfinished),
            ),
        )?;
        if let (Some(median), Some(p95), Some(max)) =
            (counts.median_ms, counts.p95_ms, counts.max_ms)
        {
            self.row(
                "  took",
                &format!(
                    "median {}, 95% at most {}, longest {}",
                    duration(median),
                    duration(p95),
                    duration(max)
                ),
            )?;
        }
        let each = requests_each(counts).unwrap_or_default();
        self.row(
            "  fetched from other hosts",
            &format!("{}, {each} each", counted(counts.requests, "time", "times")),
        )
    }

    /// The server is told of the whole update, whatever each agent thinks of its own part.
    fn delivered(&mut self, outcomes: &Outcomes) -> io::Result<()> {
        match &outcomes.delivered {
            Some(told) => self.row("  the server was told", &delivered_words(told)),
            None => Ok(()),
        }
    }

    fn by_agent(
        &mut self,
        report: &Report,
        title: &str,
        of: impl Fn(&Outcomes) -> &SessionCounts,
    ) -> io::Result<()> {
        if report
            .agents
            .iter()
            .all(|agent| of(&agent.outcomes).total == 0)
        {
            return Ok(());
        }
        writeln!(
            self.out,
            "\n{title:<NAME$} {:>7} {:>7} {:>6} {:>6} {:>5} {:>8} {:>8} {:>8} {:>8}",
            "All", "Results", "None", "Failed", "Open", "Median", "95%", "Longest", "Fetches"
        )?;
        for agent in &report.agents {
            let counts = of(&agent.outcomes);
            if counts.total == 0 {
                continue;
            }
            let name: String = one_line(&agent.name).chars().take(NAME).collect();
            writeln!(
                self.out,
                "{name:<NAME$} {:>7} {:>7} {:>6} {:>6} {:>5} {:>8} {:>8} {:>8} {:>8}",
                grouped(counts.total),
                grouped(counts.succeeded),
                grouped(counts.empty),
                grouped(counts.failed),
                grouped(counts.unfinished),
                seconds(counts.median_ms),
                seconds(counts.p95_ms),
                seconds(counts.max_ms),
                requests_each(counts).unwrap_or_default(),
            )?;
        }
        Ok(())
    }

    fn open_sessions(&mut self, outcomes: &Outcomes) -> io::Result<()> {
        if outcomes.open.is_empty() {
            return Ok(());
        }
        let all = outcomes.searches.unfinished + outcomes.updates.unfinished;
        let shown = outcomes.open.len() as u64;
        writeln!(
            self.out,
            "\nNever finished (showing {} of {}):",
            grouped(shown),
            grouped(all.max(shown))
        )?;
        for session in &outcomes.open {
            let item = session.item.as_deref().map(|item| format!(", item {item}"));
            writeln!(
                self.out,
                "  {}  {} of {}{}, open for {}, thread {}",
                one_line(to_second(&session.start)),
                one_line(&session.kind),
                one_line(&session.agent),
                one_line(item.as_deref().unwrap_or_default()),
                duration(session.open_ms),
                one_line(&session.thread),
            )?;
        }
        Ok(())
    }
}

/// A length of time as a number of seconds, so that a column can be compared.
fn seconds(ms: Option<u64>) -> String {
    ms.map_or_else(
        || "-".to_owned(),
        |ms| format!("{:.1} s", ms as f64 / 1000.0),
    )
}
