//! The report as text, for a person at a terminal and for the workflow's older readers.
//!
//! The totals come before any text from a log, since those readers take the first match of a label.
//! Sections stand in a fixed order; our own words stay within 100 columns, lines of a log stand
//! behind a `|` as they are.

mod agent;
mod catalogue;
mod kinds;
mod outcomes;
mod page;
mod when;

use std::io::{self, Write};

use self::page::Page;
use super::attention;
use super::model::Report;
use super::number::{bytes, grouped};
use super::wording::{to_second, window_ends};
use crate::metrics::totals::Totals;
use crate::printable::one_line;

/// The first line below the bar; readers tell our reports from the scripts' by it.
pub const TITLE: &str = "PLEX PLUG-IN LOG REPORT";

/// The totals' labels in the summary, in the order of [`Totals::fields`].
pub const SUMMARY_LABELS: [&str; 9] = [
    "Total Search Operations",
    "Titles Found Events",
    "Title Match Failures",
    "Model Read Errors",
    "URL Fetch Errors",
    "HTTP 403 Errors",
    "HTTP 404 Errors",
    "Processing Errors",
    "Success Indicators",
];

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out };
    page.head(report)?;
    page.attention(report)?;
    page.coverage(report)?;
    page.summary(report)?;
    page.overview(report)?;
    page.outcomes(report)?;
    page.kinds(&report.kinds)?;
    page.catalogue(report)?;
    page.when(&report.timeline)?;
    for agent in &report.agents {
        page.agent(agent)?;
    }
    page.findings(&report.findings)
}

impl Page<'_> {
    fn head(&mut self, report: &Report) -> io::Result<()> {
        self.bar('=')?;
        writeln!(self.out, "{TITLE}")?;
        writeln!(self.out, "Generated: {}", one_line(&report.generated))?;
        let window = &report.window;
        let asked = match window_ends(window.since.as_deref(), window.until.as_deref()) {
            None => window.asked.clone(),
            Some(ends) => format!("{} ({ends})", window.asked),
        };
        writeln!(self.out, "Window:    {}", one_line(&asked))?;
        self.bar('=')
    }

    fn attention(&mut self, report: &Report) -> io::Result<()> {
        attention::sentences(report)
            .iter()
            .try_for_each(|sentence| self.notice(&format!("ATTENTION: {sentence}")))
    }

    fn coverage(&mut self, report: &Report) -> io::Result<()> {
        let coverage = &report.coverage;
        let counts = &coverage.whole.counts;
        self.section("COVERAGE")?;
        self.row("Agents:", &grouped(coverage.agents))?;
        self.row("Files read:", &grouped(counts.files))?;
        self.row(
            "Bytes read:",
            &format!("{} ({})", grouped(counts.bytes), bytes(counts.bytes)),
        )?;
        self.row("Lines:", &grouped(counts.lines))?;
        let in_window = grouped(counts.records_in_window);
        self.row(
            "Records:",
            &format!(
                "{}, of these {in_window} in the window",
                grouped(counts.records)
            ),
        )?;
        self.row("Lines that are no record:", &grouped(counts.orphan_lines))?;
        self.row("Files that end mid-line:", &grouped(counts.cut_files))?;
        if counts.long_records > 0 {
            self.row("Records read in pieces:", &grouped(counts.long_records))?;
        }
        self.row(
            "First record:",
            coverage.whole.first.as_deref().unwrap_or("none"),
        )?;
        self.row(
            "Last record:",
            coverage.whole.last.as_deref().unwrap_or("none"),
        )?;
        for file in &coverage.unreadable {
            writeln!(
                self.out,
                "  not read: {}: {}",
                one_line(&file.path),
                one_line(&file.reason)
            )?;
        }
        Ok(())
    }

    fn summary(&mut self, report: &Report) -> io::Result<()> {
        self.section("EXECUTIVE SUMMARY")?;
        let totals = Totals::from(report.summary);
        for (label, (_, value)) in SUMMARY_LABELS.iter().zip(totals.fields()) {
            self.row(&format!("{label}:"), &value.to_string())?;
        }
        Ok(())
    }

    /// One line for each agent: whether its log reaches back, and its totals.
    fn overview(&mut self, report: &Report) -> io::Result<()> {
        if report.agents.is_empty() {
            return Ok(());
        }
        self.section("AGENTS")?;
        let width = report
            .agents
            .iter()
            .map(|a| a.name.chars().count())
            .max()
            .unwrap_or(0)
            .clamp(5, 28);
        writeln!(
            self.out,
            "{:<width$}  {:>9}  {:>8}  {:>7}  {:>7}  {:>7}  log begins",
            "Agent", "Records", "Searches", "Found", "No URL", "Errors"
        )?;
        for agent in &report.agents {
            let name: String = one_line(&agent.name).chars().take(width).collect();
            let totals = &agent.statistics;
            let begins = agent.coverage.first.as_deref().map_or("-", to_second);
            let late = if agent.coverage.falls_short {
                " (late)"
            } else {
                ""
            };
            writeln!(
                self.out,
                "{name:<width$}  {:>9}  {:>8}  {:>7}  {:>7}  {:>7}  {}{late}",
                grouped(agent.coverage.counts.records_in_window),
                grouped(totals.search_operations),
                grouped(totals.titles_found),
                grouped(totals.url_errors),
                grouped(totals.processing_errors),
                one_line(begins),
            )?;
        }
        Ok(())
    }
}
