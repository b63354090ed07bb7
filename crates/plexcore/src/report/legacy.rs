//! The script's own report, byte for byte, its faults included (generation B of 2026-02-01).
//!
//! Unlike the other formats it knows lines, not records: a lone carriage return ends a line, bytes
//! that are no UTF-8 vanish, an error line is one that contains `ERROR` or `CRITICAL` anywhere and is
//! kept whatever its age, and each message line of a traceback is an entry of its own. All of it is
//! kept so that anyone can check the move from the script by comparing files.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use aho_corasick::packed;
use memchr::memmem;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::log::familiar::{self, Familiar};
use crate::log::pattern::{self, KeyMaker};
use crate::stamp::Stamp;

const BAR: &str = "====================================================================================================";
/// Lines longer than this may be dropped for their brackets.
const LONG: usize = 200;
/// Examples are cut at this many characters.
const SHOWN: usize = 120;
const BLOCK: usize = 256 << 10;

/// What the script gathers from one agent's log.
#[derive(Debug, Default)]
pub struct Gathered {
    entries: u64,
    groups: Vec<Group>,
    by_key: FxHashMap<u64, u32>,
}

#[derive(Debug)]
struct Group {
    count: u64,
    example: Box<str>,
}

/// The script's way of reading: which lines it drops, and how it groups the rest.
pub struct Gatherer {
    oldest: Option<Stamp>,
    keys: KeyMaker,
    words: Option<packed::Searcher>,
    /// The groups of what lines said that were met before, in what the lines being read are gathered into.
    familiar: Familiar<Option<u32>>,
}

/// What decides whether a line is kept whatever its age, or dropped; `File "` counts behind two blanks
/// and on a line that also has `line `.
const WORDS: [&[u8]; 4] = [
    b"ERROR",
    b"CRITICAL",
    b"Traceback (most recent call last):",
    b"File \"",
];

/// Which of them a line has.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Words {
    error: bool,
    traceback: bool,
    frame: bool,
}

impl Gatherer {
    /// `oldest` is "now" less the window; lines older than that are dropped unless they are error lines.
    pub fn new(oldest: Option<Stamp>) -> Self {
        Self {
            oldest,
            keys: KeyMaker::default(),
            words: packed::Searcher::new(WORDS),
            familiar: Familiar::default(),
        }
    }

    /// Reads one log to its end.
    pub fn read(&mut self, mut source: impl Read, into: &mut Gathered) -> io::Result<()> {
        self.familiar.clear();
        let mut buffer = vec![0; BLOCK];
        let (mut filled, mut after_return) = (0, false);
        loop {
            if filled == buffer.len() {
                buffer.resize(filled + BLOCK, 0);
            }
            let read = match source.read(&mut buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let whole = self.take_lines(&buffer[..filled + read], filled, &mut after_return, into);
            filled += read;
            buffer.copy_within(whole..filled, 0);
            filled -= whole;
            if read == 0 {
                if filled > 0 {
                    self.take(&buffer[..filled], into);
                }
                return Ok(());
            }
        }
    }

    /// Takes the lines that end in `bytes`; gives back where the unfinished one begins.
    fn take_lines(
        &mut self,
        bytes: &[u8],
        seen: usize,
        after_return: &mut bool,
        into: &mut Gathered,
    ) -> usize {
        let mut start = 0;
        let mut from = seen;
        if *after_return && bytes.len() > seen {
            // The line ended in a carriage return; a line feed right after it belongs to that end.
            *after_return = false;
            if bytes[seen] == b'\n' {
                start = seen + 1;
                from = seen + 1;
            }
        }
        while let Some(length) = memchr::memchr2(b'\n', b'\r', &bytes[from..]) {
            let end = from + length;
            self.take(&bytes[start..end], into);
            from = end + 1;
            if bytes[end] == b'\r' {
                match bytes.get(from) {
                    Some(b'\n') => from += 1,
                    Some(_) => {}
                    None => *after_return = true,
                }
            }
            start = from;
        }
        start
    }

    fn take(&mut self, raw: &[u8], into: &mut Gathered) {
        let line = decoded(raw);
        let words = self.words(&line);
        if !words.error && (is_dropped(&line, words) || self.is_old(&line)) {
            return;
        }
        into.entries += 1;
        let message = pattern::behind_thread(&line).and_then(familiar::hash_of);
        let mut known = message.and_then(|message| self.familiar.slot(message));
        if let Some(index) = known.as_deref().copied().flatten() {
            into.count(index);
            return;
        }
        let index = into.take(xxh3_64(self.keys.key(&line)), &line);
        if let Some(known) = &mut known {
            **known = Some(index);
        }
    }

    fn words(&self, line: &[u8]) -> Words {
        let Some(searcher) = &self.words else {
            return Words::one_by_one(line);
        };
        let mut words = Words::default();
        for hit in searcher.find_iter(line) {
            match hit.pattern().as_usize() {
                0 | 1 => words.error = true,
                2 => words.traceback = true,
                _ => words.frame |= line[..hit.start()].ends_with(b"  "),
            }
        }
        words
    }

    fn is_old(&self, line: &[u8]) -> bool {
        self.oldest
            .is_some_and(|oldest| leading_time(line).is_some_and(|at| at < oldest))
    }
}

impl Words {
    /// For processors without the instructions that the packed searcher needs.
    fn one_by_one(line: &[u8]) -> Self {
        let has = |word: &[u8]| memmem::find(line, word).is_some();
        Self {
            error: has(WORDS[0]) || has(WORDS[1]),
            traceback: has(WORDS[2]),
            frame: has(b"  File \""),
        }
    }
}

/// Whether the script leaves out a line that is no error line.
fn is_dropped(line: &[u8], words: Words) -> bool {
    let brackets = |wanted: u8| memchr::memchr_iter(wanted, line).count() > 3;
    let is_long = line.len() > LONG
        && (line.is_ascii() || line.iter().filter(|b| **b & 0xc0 != 0x80).count() > LONG);
    (is_long && (brackets(b'{') || brackets(b'[')))
        || words.traceback
        || (words.frame && memmem::find(line, b"line ").is_some())
}

/// The time that a line begins with. The script's pattern takes the digits of every script, but
/// what Python then makes a date from must be ASCII; what it can't read has no time.
fn leading_time(line: &[u8]) -> Option<Stamp> {
    // The script wants a comma before the milliseconds.
    (line.get(19) == Some(&b','))
        .then(|| Stamp::parse_log(line))
        .flatten()
}

/// A line as text, without the bytes that are no UTF-8.
fn decoded(raw: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(raw).is_ok() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(
        raw.utf8_chunks()
            .flat_map(|chunk| chunk.valid().bytes())
            .collect(),
    )
}

fn shown(line: &[u8]) -> Box<str> {
    let text = std::str::from_utf8(line).unwrap_or_default();
    let end = text
        .char_indices()
        .nth(SHOWN)
        .map_or(text.len(), |(end, _)| end);
    text[..end].into()
}

impl Gathered {
    /// Counts a line of this key and tells its group.
    fn take(&mut self, key: u64, line: &[u8]) -> u32 {
        let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let index = *self.by_key.entry(key).or_insert(next);
        if index == next {
            self.groups.push(Group {
                count: 1,
                example: shown(line),
            });
        } else {
            self.count(index);
        }
        index
    }

    /// Counts one more line of a group.
    fn count(&mut self, index: u32) {
        if let Some(group) = self.groups.get_mut(index as usize) {
            group.count += 1;
        }
    }

    /// Adds what was gathered from another log of the same agent, read after this one.
    pub fn merge(&mut self, later: Self) {
        self.entries += later.entries;
        let mut keys: Vec<(u64, u32)> = later.by_key.into_iter().collect();
        keys.sort_unstable_by_key(|(_, index)| *index);
        for ((key, _), group) in keys.into_iter().zip(later.groups) {
            let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
            let index = *self.by_key.entry(key).or_insert(next);
            match self.groups.get_mut(index as usize) {
                Some(known) => known.count += group.count,
                None => self.groups.push(group),
            }
        }
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "Total log entries: {}\nUnique message patterns: {}\n\n",
            self.entries,
            self.groups.len()
        )?;
        writeln!(out, "CONSOLIDATED PATTERNS:")?;
        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        // Every distinct line is written, a third of some logs: a row is put together before it is passed on.
        let mut row = Vec::new();
        for group in groups {
            row.clear();
            row.extend_from_slice(b"  ");
            if group.count > 1 {
                write!(row, "[{} occurrences] ", group.count)?;
            }
            row.extend_from_slice(group.example.as_bytes());
            row.push(b'\n');
            out.write_all(&row)?;
        }
        Ok(())
    }
}

/// Writes the report. `agents` are given by name; `hours` is what was asked for.
pub fn write(
    out: &mut dyn Write,
    generated: Stamp,
    hours: &str,
    agents: &[(String, Gathered)],
) -> io::Result<()> {
    write!(
        out,
        "{BAR}\nPLEX SCRAPER LOG CONSOLIDATION REPORT\nGenerated: {}\n",
        generated.to_seconds()
    )?;
    write!(out, "Time window (hours): {hours}\n{BAR}\n")?;
    for (name, gathered) in agents {
        write!(out, "\n{BAR}\nAGENT: {}\n{BAR}\n\n", name.to_uppercase())?;
        gathered.write(out)?;
    }
    if agents.is_empty() {
        write!(
            out,
            "\nNo agent logs were processed. Check log directory and filters."
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn one_search_finds_what_searches_for_each_word_find(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "ERROR", "ERRO", "CRITICAL", "Traceback (most recent call last):", "Traceback (",
                    "  File \"", " File \"", "File \"", "line ", " ", "x", "2026-02-05 15:30:55,155 (17a0) :  INFO (a:1) - ",
                ]),
                0..9,
            )
        ) {
            let line = pieces.concat();
            prop_assert_eq!(
                Gatherer::new(None).words(line.as_bytes()),
                Words::one_by_one(line.as_bytes()),
                "{}",
                line
            );
        }
    }
}
