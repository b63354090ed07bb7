//! One agent's block: statistics, samples, failed URLs, and its lines grouped by the script's keys.

use std::io;

use super::page::{NUMBER_COLUMN, Page};
use crate::metrics::totals::Totals;
use crate::printable::one_line;
use crate::report::model::AgentReport;
use crate::report::number::{bytes, counted, grouped, percent};

impl Page<'_> {
    pub(super) fn agent(&mut self, agent: &AgentReport) -> io::Result<()> {
        writeln!(self.out)?;
        self.bar('=')?;
        writeln!(self.out, "AGENT: {}", one_line(&agent.name))?;
        self.bar('=')?;
        self.statistics(agent)?;
        self.retrieval(&agent.statistics)?;
        self.lines("SAMPLE SEARCH OPERATIONS", "•", &agent.samples.search_ops)?;
        self.lines(
            "SAMPLE SUCCESS PATTERNS",
            "✓",
            &agent.samples.success_patterns,
        )?;
        self.lines(
            "SAMPLE FAILURE PATTERNS",
            "✗",
            &agent.samples.failure_patterns,
        )?;
        self.urls(agent)?;
        self.patterns(agent)
    }

    fn statistics(&mut self, agent: &AgentReport) -> io::Result<()> {
        let counts = &agent.coverage.counts;
        writeln!(self.out, "\nSTATISTICS:")?;
        let mut row = |label: &str, value: &str| {
            writeln!(self.out, "  {label:<NUMBER_COLUMN$}{}", one_line(value))
        };
        row(
            "Records in the window:",
            &format!(
                "{} of {}",
                grouped(counts.records_in_window),
                grouped(counts.records)
            ),
        )?;
        for (label, value) in agent.statistics.fields() {
            row(&format!("{label}:"), &value.to_string())?;
        }
        let levels: Vec<String> = agent
            .levels
            .iter()
            .map(|level| format!("{} {}", grouped(level.records), level.level))
            .collect();
        if !levels.is_empty() {
            row("Levels:", &levels.join(", "))?;
        }
        if let (Some(first), Some(last)) = (&agent.coverage.first, &agent.coverage.last) {
            let late = if agent.coverage.falls_short {
                " (begins late)"
            } else {
                ""
            };
            row("Log covers:", &format!("{first} to {last}{late}"))?;
        }
        let files = counted(counts.files, "file", "files");
        row(
            "Read:",
            &format!(
                "{files}, {}, {} lines",
                bytes(counts.bytes),
                grouped(counts.lines)
            ),
        )?;
        if counts.orphan_lines > 0 {
            row("Lines that are no record:", &grouped(counts.orphan_lines))?;
        }
        Ok(())
    }

    fn retrieval(&mut self, totals: &Totals) -> io::Result<()> {
        let (found, failed) = (totals.titles_found, totals.title_failures);
        let Some(rate) = percent(found, found + failed) else {
            return Ok(());
        };
        writeln!(self.out, "\nMETADATA RETRIEVAL PATTERNS:")?;
        writeln!(
            self.out,
            "  {:<NUMBER_COLUMN$}{rate}",
            "Estimated success rate:"
        )?;
        writeln!(
            self.out,
            "  {:<NUMBER_COLUMN$}{found} events",
            "Found titles:"
        )?;
        writeln!(
            self.out,
            "  {:<NUMBER_COLUMN$}{failed} events",
            "Match failures:"
        )
    }

    fn lines(&mut self, title: &str, mark: &str, lines: &[String]) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "\n{title} (showing {}):", lines.len())?;
        lines
            .iter()
            .try_for_each(|line| writeln!(self.out, "  {mark} {}", one_line(line)))
    }

    fn urls(&mut self, agent: &AgentReport) -> io::Result<()> {
        if agent.urls.is_empty() {
            return Ok(());
        }
        let (shown, all) = (agent.urls.len() as u64, agent.n_urls);
        writeln!(
            self.out,
            "\nFAILED URLs (showing {} of {}):",
            grouped(shown),
            grouped(all)
        )?;
        agent
            .urls
            .iter()
            .try_for_each(|url| writeln!(self.out, "  ! {}", one_line(url)))
    }

    fn patterns(&mut self, agent: &AgentReport) -> io::Result<()> {
        let patterns = &agent.patterns;
        writeln!(self.out, "\nTotal log entries: {}", patterns.entries)?;
        writeln!(self.out, "Unique message patterns: {}", patterns.unique)?;
        writeln!(self.out, "\nCONSOLIDATED PATTERNS:")?;
        for pattern in &patterns.listed {
            let first = one_line(&pattern.first);
            match pattern.count {
                1 => writeln!(self.out, "  {first}")?,
                count => writeln!(self.out, "  [{count} occurrences] {first}")?,
            }
        }
        let more = patterns.unique.saturating_sub(patterns.listed.len() as u64);
        if more > 0 {
            let shown: u64 = patterns.listed.iter().map(|pattern| pattern.count).sum();
            let rest = counted(
                patterns.entries - shown.min(patterns.entries),
                "entry",
                "entries",
            );
            writeln!(
                self.out,
                "  ... and {} with {rest}; --patterns all lists them",
                counted(more, "pattern", "patterns")
            )?;
        }
        Ok(())
    }
}
