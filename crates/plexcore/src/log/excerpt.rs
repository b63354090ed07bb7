//! A record and its surroundings on the same thread, out of a stretch of a log.
//!
//! Threads write into one file in turn, so the lines next to an error are often another request's.
//! What belongs together is what one thread wrote.

use super::record::{Record, Records, lines_of};
use super::traceback::{Frame, Traceback};

/// Records shown before the one in question.
const MOST_BEFORE: usize = 3;
/// Records shown after it.
const MOST_AFTER: usize = 2;
/// Continuation lines shown of a record without a traceback.
const MOST_LINES: usize = 12;
/// Records further on among which the one that tells most is looked for.
const LOOK_AHEAD: usize = 2;
/// Bytes before the record in question where the records before it are looked for first; few are further away.
const NEAR: usize = 4 << 10;
/// Stands for what was left out.
pub const LEFT_OUT: &[u8] = b"    ...";

/// A record with what its thread wrote before and after; not redacted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// First lines of the records before it, the oldest first.
    pub before: Vec<Vec<u8>>,
    /// The record, a traceback folded to its first, culprit and last frame.
    pub lines: Vec<Vec<u8>>,
    /// First lines of the records after it.
    pub after: Vec<Vec<u8>>,
}

/// A record of the thread, copied out of the reader's buffer.
struct OfThread {
    first_line: Vec<u8>,
    folded: Vec<Vec<u8>>,
    has_traceback: bool,
}

impl Excerpt {
    /// Cuts an excerpt around the record that begins at byte `at` of `stretch`.
    ///
    /// Of a record that is told by several, the one with the traceback stands in the middle. Without
    /// a record at that place the excerpt is empty.
    pub fn cut(stretch: &[u8], at: usize) -> Self {
        let Some(thread) = thread_at(stretch, at) else {
            return Self::default();
        };
        let from = line_start(stretch, at.saturating_sub(NEAR));
        let near = Wrote::around(&stretch[from..], at - from, &thread);
        if from == 0 || near.before.len() >= MOST_BEFORE {
            return near.into_excerpt();
        }
        Wrote::around(stretch, at, &thread).into_excerpt()
    }
}

/// Where the first line begins that does not begin before a place.
fn line_start(text: &[u8], place: usize) -> usize {
    if place == 0 {
        return 0;
    }
    let end = memchr::memchr(b'\n', &text[place - 1..]);
    end.map_or(text.len(), |end| place + end)
}

/// What a thread wrote around a place.
#[derive(Default)]
struct Wrote {
    /// First lines of the records that begin before the place.
    before: Vec<Vec<u8>>,
    /// The record at the place, and the next ones.
    from: Vec<OfThread>,
}

impl Wrote {
    /// Nothing if no record begins at the place.
    fn around(stretch: &[u8], at: usize, thread: &[u8]) -> Self {
        let mut wrote = Self::default();
        let mut records = Records::of(stretch);
        while let Ok(Some(record)) = records.next() {
            if record.head().is_none() || record.thread() != thread {
                continue;
            }
            if record.offset < at as u64 {
                wrote.before.push(record.first_line().to_vec());
                continue;
            }
            // The place in question may lie within a record.
            if wrote.from.is_empty() && record.offset > at as u64 {
                return Self::default();
            }
            wrote.from.push(OfThread::new(&record));
            if wrote.from.len() > LOOK_AHEAD + MOST_AFTER {
                break;
            }
        }
        wrote
    }

    fn into_excerpt(self) -> Excerpt {
        let Self {
            mut before,
            mut from,
        } = self;
        if from.is_empty() {
            return Excerpt::default();
        }
        let telling = |index: &usize| from.get(*index).is_some_and(|record| record.has_traceback);
        let middle = (0..=LOOK_AHEAD).find(telling).unwrap_or(0);
        let mut after = from.split_off(middle);
        let lines = std::mem::take(&mut after[0].folded);
        let first_line = |record: OfThread| record.first_line;
        before.extend(from.into_iter().map(first_line));
        Excerpt {
            before: before.split_off(before.len().saturating_sub(MOST_BEFORE)),
            lines,
            after: after
                .into_iter()
                .skip(1)
                .take(MOST_AFTER)
                .map(first_line)
                .collect(),
        }
    }
}

fn thread_at(stretch: &[u8], at: usize) -> Option<Vec<u8>> {
    let line = lines_of(stretch.get(at..)?).next()?;
    let mut records = Records::of(line);
    let record = records.next().ok()??;
    record.head().map(|_| record.thread().to_vec())
}

impl OfThread {
    fn new(record: &Record<'_>) -> Self {
        let traceback = Traceback::of(record).filter(|traceback| !traceback.frames.is_empty());
        let folded = match &traceback {
            Some(traceback) => folded(record, traceback),
            None => shortened(record),
        };
        Self {
            first_line: record.first_line().to_vec(),
            folded,
            has_traceback: traceback.is_some(),
        }
    }
}

/// The first line, the first, culprit and last frame, and the exception.
fn folded(record: &Record<'_>, traceback: &Traceback<'_>) -> Vec<Vec<u8>> {
    let last = traceback.frames.len() - 1;
    let culprit = traceback.culprit().map(|(frame, _)| frame);
    let is_shown = |(index, frame): (usize, &Frame<'_>)| {
        index == 0 || index == last || culprit.is_some_and(|culprit| std::ptr::eq(culprit, frame))
    };
    let mut lines = vec![record.first_line().to_vec()];
    let mut left_out = false;
    for (index, frame) in traceback.frames.iter().enumerate() {
        if is_shown((index, frame)) {
            lines.push(frame_line(frame));
            lines.extend(frame.source.map(|source| [b"    ", source].concat()));
            left_out = false;
        } else if !left_out {
            lines.push(LEFT_OUT.to_vec());
            left_out = true;
        }
    }
    if let Some(raised) = traceback.exception {
        lines.push(match raised.message {
            b"" => raised.name.to_vec(),
            message => [raised.name, b": ", message].concat(),
        });
    }
    lines
}

fn frame_line(frame: &Frame<'_>) -> Vec<u8> {
    let number = frame.line.to_string();
    let mut line = [b"  File \"", frame.path, b"\", line ", number.as_bytes()].concat();
    if let Some(function) = frame.function {
        line.extend_from_slice(b", in ");
        line.extend_from_slice(function);
    }
    line
}

fn shortened(record: &Record<'_>) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = record
        .all_lines()
        .take(1 + MOST_LINES)
        .map(<[u8]>::to_vec)
        .collect();
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    if record.continuation().count() > MOST_LINES {
        lines.push(LEFT_OUT.to_vec());
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head(thread: &str, message: &str) -> String {
        format!("2026-02-05 15:30:55,155 ({thread}) :  ERROR (a:1) - {message}\n")
    }

    fn texts(lines: &[Vec<u8>]) -> Vec<String> {
        let message = |line: &Vec<u8>| String::from_utf8_lossy(line).into_owned();
        lines
            .iter()
            .map(|line| message(line).rsplit(" - ").next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn only_lines_of_the_same_thread_stand_around_it() {
        let before = [
            "cut off\n".to_owned(),
            head("aa", "one"),
            head("bb", "other"),
            head("aa", "two"),
        ]
        .concat();
        let stretch = [
            before.clone(),
            head("aa", "it"),
            head("bb", "other"),
            head("aa", "three"),
        ]
        .concat();
        let excerpt = Excerpt::cut(stretch.as_bytes(), before.len());
        assert_eq!(
            (texts(&excerpt.before), texts(&excerpt.lines)),
            (vec!["one".into(), "two".into()], vec!["it".into()])
        );
        assert_eq!(texts(&excerpt.after), ["three"]);
    }

    #[test]
    fn the_record_with_the_traceback_stands_in_the_middle_folded() {
        let frame = |bundle: &str, n: u32| {
            format!(
                "  File \"/x/{bundle}.bundle/Contents/Code/a.py\", line {n}, in f\n    call({n})\n"
            )
        };
        let raised = format!(
            "{}{}{}{}{}{}KeyError: 'x'\n\n",
            head("aa", "Exception (most recent call last):"),
            frame("Framework", 1),
            frame("Framework", 2),
            frame("Alder", 3),
            frame("Framework", 4),
            frame("Framework", 5),
        );
        let stretch = [head("aa", "Error opening URL"), raised, head("aa", "after")].concat();
        let excerpt = Excerpt::cut(stretch.as_bytes(), 0);
        assert_eq!(texts(&excerpt.before), ["Error opening URL"]);
        let lines: Vec<String> = excerpt
            .lines
            .iter()
            .map(|l| String::from_utf8_lossy(l).into_owned())
            .collect();
        assert_eq!(lines.len(), 10, "{lines:#?}");
        assert!(lines[3].contains("...") && lines[4].contains("Alder") && lines[6].contains("..."));
        assert_eq!(
            (lines[9].as_str(), texts(&excerpt.after)),
            ("KeyError: 'x'", vec!["after".to_owned()])
        );
    }

    proptest! {
        #[test]
        fn looking_nearby_first_finds_the_same(
            wrote in prop::collection::vec(
                (prop::sample::select(vec!["aa", "bb", "cc"]), "[a-z\n]{0,9}", 0_usize..700), 1..60
            ),
            place in 0_usize..60,
        ) {
            let records: Vec<String> = wrote
                .iter()
                .map(|(thread, text, length)| head(thread, &format!("{text}{}", "x".repeat(*length))))
                .collect();
            let index = place % records.len();
            let at = records[..index].concat().len();
            let stretch = records.concat();
            let whole = Wrote::around(stretch.as_bytes(), at, wrote[index].0.as_bytes()).into_excerpt();
            prop_assert_eq!(whole.lines.is_empty(), false);
            prop_assert_eq!(Excerpt::cut(stretch.as_bytes(), at), whole);
        }
    }

    #[test]
    fn a_place_that_is_no_record_gives_nothing() {
        assert_eq!(Excerpt::cut(b"nothing here\n", 3), Excerpt::default());
        assert_eq!(Excerpt::cut(b"x", 99), Excerpt::default());
    }
}
