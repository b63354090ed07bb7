//! What other programs put before a log line: syslog, grep, viewers with line numbers.
//!
//! Such a prefix stands before every line of a record, continuation lines included.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// The program that put something before the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Outer {
    /// Nothing stands before the line.
    #[default]
    Nothing,
    /// `Feb  5 15:30:55 host sh[123]: `, also with an ISO time in front (journald).
    Syslog,
    /// `#118 | ` or `#1 ` of WebTools' viewer.
    Viewer,
    /// `./com.plexapp.system.log:` or `name.log.1-118-` of grep.
    Grep,
    /// `118:`, or the padded number and tab of `cat -n`.
    Number,
}

/// How far into a line a prefix may reach.
const REACH: usize = 400;

impl Outer {
    /// Every prefix that a line may have, the likeliest first.
    const KINDS: [Self; 4] = [Self::Viewer, Self::Grep, Self::Syslog, Self::Number];

    /// The ways in which a line may be prefixed, with the length of each prefix.
    pub fn candidates(line: &[u8]) -> impl Iterator<Item = (Self, usize)> + '_ {
        Self::KINDS
            .into_iter()
            .filter_map(|kind| kind.length(line).map(|length| (kind, length)))
    }

    /// The line without this prefix; unchanged if it does not have it.
    #[inline]
    pub fn strip(self, line: &[u8]) -> &[u8] {
        if self == Self::Nothing {
            return line;
        }
        self.length(line).map_or(line, |length| &line[length..])
    }

    /// The length of this prefix on a line that has it.
    fn length(self, line: &[u8]) -> Option<usize> {
        let head = &line[..line.len().min(REACH)];
        match self {
            Self::Nothing => None,
            Self::Viewer => viewer(head),
            Self::Grep => grep(head),
            Self::Syslog => syslog(head),
            Self::Number => number(head),
        }
    }
}

fn viewer(line: &[u8]) -> Option<usize> {
    let digits = digits(line.strip_prefix(b"#")?)?;
    let rest = &line[1 + digits..];
    let bar = if rest.starts_with(b" |") { 2 } else { 0 };
    let blank = usize::from(rest.get(bar) == Some(&b' '));
    (bar + blank > 0).then_some(1 + digits + bar + blank)
}

fn grep(line: &[u8]) -> Option<usize> {
    static NAME_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b".log"));
    let mut at = NAME_END.find(line)? + 4;
    if line.get(at) == Some(&b'.') {
        at += 1 + digits(&line[at + 1..])?;
    }
    let separator = *line.get(at).filter(|b| matches!(b, b':' | b'-'))?;
    at += 1;
    // `grep -n` adds the line's number; a time begins with a number too, but not with this separator after it.
    match digits(&line[at..]) {
        Some(count) if line.get(at + count) == Some(&separator) && count != 4 => {
            Some(at + count + 1)
        }
        Some(count) if separator == b':' && line.get(at + count) == Some(&separator) => {
            Some(at + count + 1)
        }
        _ => Some(at),
    }
}

fn syslog(line: &[u8]) -> Option<usize> {
    let is_month =
        line.len() > 16 && line[..3].is_ascii() && line[0].is_ascii_uppercase() && line[3] == b' ';
    let is_iso = line.len() > 20 && line[0].is_ascii_digit() && line.get(10) == Some(&b'T');
    let from = match (is_month, is_iso) {
        (true, _) => 16,
        (_, true) => 19,
        _ => return None,
    };
    memchr::memmem::find(&line[from..], b"]: ").map(|found| from + found + 3)
}

fn number(line: &[u8]) -> Option<usize> {
    let blanks = line.iter().take_while(|b| **b == b' ').count();
    let count = digits(&line[blanks..])?;
    matches!(line.get(blanks + count), Some(b':' | b'\t' | b' ')).then_some(blanks + count + 1)
}

/// How many ASCII digits the bytes begin with, if any.
fn digits(bytes: &[u8]) -> Option<usize> {
    let count = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    (count > 0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_prefix_is_taken_off_and_no_more() {
        const LINE: &str = "2026-02-05 15:30:55,155 (12) :  INFO (a:1) - x";
        for (prefix, kind) in [
            ("#118 | ", Outer::Viewer),
            ("#1 ", Outer::Viewer),
            ("./com.plexapp.system.log:", Outer::Grep),
            (
                "/logs/PMS Plugin Logs/com.plexapp.agents.alder.log.3:",
                Outer::Grep,
            ),
            ("com.plexapp.agents.alder.log:118:", Outer::Grep),
            ("com.plexapp.agents.alder.log-118-", Outer::Grep),
            ("Feb  5 15:30:55 nas sh[321]: ", Outer::Syslog),
            ("2026-02-05T15:30:55+0100 nas sh[321]: ", Outer::Syslog),
            ("118:", Outer::Number),
            ("   118\t", Outer::Number),
        ] {
            let line = format!("{prefix}{LINE}");
            let found: Vec<_> = Outer::candidates(line.as_bytes()).collect();
            assert!(
                found.contains(&(kind, prefix.len())),
                "{prefix:?}: {found:?}"
            );
            assert_eq!(kind.strip(line.as_bytes()), LINE.as_bytes());
        }
    }

    #[test]
    fn a_line_without_the_prefix_stays_whole() {
        for kind in Outer::KINDS {
            assert_eq!(
                kind.strip(b"  File \"x.py\", line 3, in f"),
                b"  File \"x.py\", line 3, in f",
                "{kind:?}"
            );
        }
    }
}
