//! The report as text, for a person at a terminal and for the workflow's older readers.
//!
//! The totals come before any text from a log, since those readers take the first match of a label.
//! Sections stand in a fixed order; our own words stay within 100 columns.

use std::io::{self, Write};

use super::model::{AgentReport, Report};
use super::number::{bytes, counted, grouped, percent};
use crate::metrics::totals::Totals;
use crate::printable::printable;

const WIDTH: usize = 100;
/// Where the numbers of a statistics block stand.
const NUMBER_COLUMN: usize = 29;

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
    for agent in &report.agents {
        page.agent(agent)?;
    }
    Ok(())
}

struct Page<'a> {
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn head(&mut self, report: &Report) -> io::Result<()> {
        self.bar('=')?;
        writeln!(self.out, "{TITLE}")?;
        writeln!(self.out, "Generated: {}", report.generated)?;
        let window = &report.window;
        let end = |at: &Option<String>| {
            at.as_deref()
                .map(|at| at.replace('T', " ").replace(".000", ""))
        };
        match (end(&window.since), end(&window.until)) {
            (None, None) => writeln!(self.out, "Window:    {}", window.asked)?,
            (Some(since), None) => {
                writeln!(self.out, "Window:    {} (from {since})", window.asked)?;
            }
            (None, Some(until)) => {
                writeln!(self.out, "Window:    {} (before {until})", window.asked)?;
            }
            (Some(since), Some(until)) => {
                writeln!(
                    self.out,
                    "Window:    {} (from {since}, before {until})",
                    window.asked
                )?;
            }
        }
        self.bar('=')
    }

    /// What a person must know before reading on: the report covers less than was asked.
    fn attention(&mut self, report: &Report) -> io::Result<()> {
        let coverage = &report.coverage;
        let counts = &coverage.whole.counts;
        if coverage.agents == 0 {
            self.notice("ATTENTION: no agent logs were found; check --log-dir and --agent.")?;
            if coverage.left_out > 0 {
                let logs = counted(coverage.left_out, "log was", "logs were");
                self.notice(&format!(
                    "{logs} left out by the options; --all-plugins reads every plug-in's."
                ))?;
            }
        } else if counts.records_in_window == 0 {
            let newest = coverage.whole.last.as_deref().unwrap_or("none");
            self.notice(&format!(
                "ATTENTION: no record lies in the window; the newest is of {newest}. --hours all reads everything."
            ))?;
        }
        let n_short = coverage.short_agents.len() as u64;
        if n_short > 0 && counts.records_in_window > 0 {
            let names = printable(&coverage.short_agents.join(", ")).into_owned();
            self.notice(&format!(
                "ATTENTION: {} of {} begin later than the window, so older entries are missing: {names}",
                grouped(n_short),
                counted(coverage.agents, "agent's log", "agents' logs"),
            ))?;
        }
        if !coverage.unreadable.is_empty() {
            let files = counted(coverage.unreadable.len() as u64, "file", "files");
            self.notice(&format!(
                "ATTENTION: {files} could not be read, or not to the end; COVERAGE names them."
            ))?;
        }
        Ok(())
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
                printable(&file.path),
                printable(&file.reason)
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
            let name: String = printable(&agent.name).chars().take(width).collect();
            let totals = &agent.statistics;
            let begins = agent
                .coverage
                .first
                .as_deref()
                .map_or("-", |first| first.get(..19).unwrap_or(first));
            let late = if agent.coverage.falls_short {
                " (late)"
            } else {
                ""
            };
            writeln!(
                self.out,
                "{name:<width$}  {:>9}  {:>8}  {:>7}  {:>7}  {:>7}  {begins}{late}",
                grouped(agent.coverage.counts.records_in_window),
                grouped(totals.search_operations),
                grouped(totals.titles_found),
                grouped(totals.url_errors),
                grouped(totals.processing_errors),
            )?;
        }
        Ok(())
    }

    fn agent(&mut self, agent: &AgentReport) -> io::Result<()> {
        writeln!(self.out)?;
        self.bar('=')?;
        writeln!(self.out, "AGENT: {}", printable(&agent.name))?;
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
        let mut row =
            |label: &str, value: &str| writeln!(self.out, "  {label:<NUMBER_COLUMN$}{value}");
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
                ", begins later than the window"
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
            .try_for_each(|line| writeln!(self.out, "  {mark} {}", printable(line)))
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
            .try_for_each(|url| writeln!(self.out, "  ! {}", printable(url)))
    }

    fn patterns(&mut self, agent: &AgentReport) -> io::Result<()> {
        let patterns = &agent.patterns;
        writeln!(self.out, "\nTotal log entries: {}", patterns.entries)?;
        writeln!(self.out, "Unique message patterns: {}", patterns.unique)?;
        writeln!(self.out, "\nCONSOLIDATED PATTERNS:")?;
        for pattern in &patterns.listed {
            let first = printable(&pattern.first);
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

    fn section(&mut self, title: &str) -> io::Result<()> {
        writeln!(self.out, "\n{title}")?;
        self.bar('-')
    }

    fn row(&mut self, label: &str, value: &str) -> io::Result<()> {
        writeln!(self.out, "{label:<NUMBER_COLUMN$}{value}")
    }

    fn bar(&mut self, c: char) -> io::Result<()> {
        writeln!(self.out, "{}", c.to_string().repeat(WIDTH))
    }

    /// A paragraph of our own words, folded.
    fn notice(&mut self, words: &str) -> io::Result<()> {
        let mut column = 0;
        for word in words.split(' ') {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > WIDTH {
                write!(self.out, "\n  ")?;
                column = 2;
            } else if column > 0 {
                write!(self.out, " ")?;
                column += 1;
            }
            write!(self.out, "{word}")?;
            column += length;
        }
        writeln!(self.out)
    }
}
