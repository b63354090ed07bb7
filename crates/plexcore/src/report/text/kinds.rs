//! What went wrong, by kind, with each kind's share and agents; noise and outcomes stand apart.

use std::io;

use super::page::Page;
use crate::report::number::grouped;
use crate::report::understanding::KindCount;
use crate::report::wording::{agents_words, failures, group_words, is_failure, share_words};

/// Where the words begin, after events, share and group.
const WORDS: usize = 35;

impl Page<'_> {
    pub(super) fn kinds(&mut self, kinds: &[KindCount]) -> io::Result<()> {
        self.section("WHAT WENT WRONG, BY KIND")?;
        let failures = failures(kinds);
        self.row("Failures:", &grouped(failures))?;
        if failures > 0 {
            writeln!(
                self.out,
                "\n{:>9}  {:>6}  {:<14}  What",
                "Events", "Share", "Whose"
            )?;
            for kind in kinds.iter().filter(|kind| is_failure(&kind.group)) {
                self.kind(kind)?;
            }
        }
        let mut apart = kinds
            .iter()
            .filter(|kind| !is_failure(&kind.group))
            .peekable();
        if apart.peek().is_some() {
            writeln!(self.out, "\nCounted apart, since nothing is wrong:")?;
            apart.try_for_each(|kind| self.kind(kind))?;
        }
        Ok(())
    }

    fn kind(&mut self, kind: &KindCount) -> io::Result<()> {
        let label = format!(
            "{:>9}  {:>6}  {:<14}  ",
            grouped(kind.events),
            share_words(kind.share.as_deref()),
            group_words(&kind.group).replace("framework noise", "noise"),
        );
        let words = format!("{} ({})", kind.title, kind.kind);
        self.folded(&label, &words, WORDS)?;
        let indent = format!("{:WORDS$}", "");
        self.folded(&indent, &agents_words(&kind.agents), WORDS)
    }
}
