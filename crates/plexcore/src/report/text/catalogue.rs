//! The error catalogue: every distinct error once, with its trend, its culprit and one example
//! between its neighbours on the same thread.

use std::io;

use super::page::{NUMBER_COLUMN, Page};
use crate::printable::one_line;
use crate::report::model::Report;
use crate::report::number::{counted, grouped};
use crate::report::trend::{merged, sparkline};
use crate::report::understanding::{CulpritPlace, Entry, Example};
use crate::report::wording::{
    agents_words, bucket_words, distinct_failures, group_words, to_second,
};

/// Where an entry's values begin.
const VALUE: usize = 12;
/// The most characters of a trend.
const TREND: usize = 60;
/// The most items listed.
const ITEMS: usize = 20;

impl Page<'_> {
    pub(super) fn catalogue(&mut self, report: &Report) -> io::Result<()> {
        self.section("ERROR CATALOGUE")?;
        let distinct = distinct_failures(&report.catalogue);
        let all = report.catalogue.len() as u64;
        writeln!(
            self.out,
            "{:<NUMBER_COLUMN$}{} ({} more are noise or outcomes)",
            "Distinct errors:",
            grouped(distinct),
            grouped(all - distinct)
        )?;
        let bucket_s = report.timeline.bucket_s;
        report
            .catalogue
            .iter()
            .try_for_each(|entry| self.entry(entry, bucket_s))
    }

    fn entry(&mut self, entry: &Entry, bucket_s: u64) -> io::Result<()> {
        let is_new = if entry.is_new == Some(true) {
            ", NEW"
        } else {
            ""
        };
        let words = format!(
            "{} ({}, {}, {}{is_new})",
            entry.title,
            group_words(&entry.group),
            entry.kind,
            entry.severity,
        );
        writeln!(self.out)?;
        let label = format!("{}  {:>7}  ", one_line(&entry.id), grouped(entry.count));
        self.folded(&label, &words, label.chars().count())?;
        if let Some(template) = &entry.template {
            self.value("says", template)?;
        }
        self.value("agents", &agents_words(&entry.agents))?;
        self.value(
            "seen",
            &format!("{} to {}", to_second(&entry.first), to_second(&entry.last)),
        )?;
        self.trend(&entry.trend, bucket_s)?;
        if let Some(culprit) = &entry.culprit {
            self.culprit(culprit)?;
        }
        self.facts(entry)?;
        if let Some(example) = &entry.example {
            self.example(example)?;
        }
        Ok(())
    }

    fn trend(&mut self, trend: &[u64], bucket_s: u64) -> io::Result<()> {
        if trend.len() < 2 {
            return Ok(());
        }
        let columns = merged(trend, TREND);
        let each = bucket_s * trend.len().div_ceil(columns.len()) as u64;
        self.value(
            "trend",
            &format!("{}  {} each", sparkline(&columns), bucket_words(each)),
        )
    }

    fn culprit(&mut self, culprit: &CulpritPlace) -> io::Result<()> {
        let function = culprit
            .function
            .as_deref()
            .map(|name| format!(" in {name}"));
        self.value(
            "culprit",
            &format!(
                "{} {}:{}{}",
                culprit.bundle,
                culprit.file,
                culprit.line,
                function.unwrap_or_default()
            ),
        )?;
        match &culprit.source {
            Some(source) => writeln!(self.out, "{:VALUE$}{}", "", one_line(source.trim())),
            None => Ok(()),
        }
    }

    fn facts(&mut self, entry: &Entry) -> io::Result<()> {
        if let Some(exception) = &entry.exception {
            self.value(
                "raised",
                &format!("{}: {}", exception.name, exception.message),
            )?;
        }
        if let Some(errno) = entry.errno {
            self.value("errno", &errno.to_string())?;
        }
        for (index, failed) in entry.urls.iter().enumerate() {
            let label = if index == 0 { "URLs" } else { "" };
            let status = failed
                .status
                .map_or_else(String::new, |status| format!(" {status}"));
            let times = counted(failed.events, "time", "times");
            self.value(
                label,
                &format!("{}{status} {times}: {}", failed.host, failed.example),
            )?;
        }
        if !entry.items.is_empty() {
            let shown = &entry.items[..entry.items.len().min(ITEMS)];
            let more = entry.n_items.saturating_sub(shown.len() as u64);
            let more = if more > 0 {
                format!(" and {} more", grouped(more))
            } else {
                String::new()
            };
            self.value("items", &format!("{}{more}", shown.join(", ")))?;
        }
        Ok(())
    }

    fn value(&mut self, label: &str, value: &str) -> io::Result<()> {
        self.folded(&format!("  {label:<10}"), value, VALUE)
    }

    /// The lines of a log stand behind a bar; those of the event itself are marked.
    fn example(&mut self, example: &Example) -> io::Result<()> {
        self.value(
            "example",
            &format!("{} at byte {}", example.file, example.offset),
        )?;
        let (before, after) = (example.before.iter(), example.after.iter());
        let context = |line| (' ', line);
        before
            .map(context)
            .chain(example.lines.iter().map(|line| ('>', line)))
            .chain(after.map(context))
            .try_for_each(|(mark, line)| writeln!(self.out, "  {mark} | {}", one_line(line)))
    }
}
