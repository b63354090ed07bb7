//! The pass over the bytes of a message that [`mask`](super::mask) makes.

use std::ops::Range;

use super::code::{self, Context};
use super::mask::VARIABLE;
use super::span;
use super::word::{self, Share, Word, continues, is_space};

const MARK: &[u8] = VARIABLE.as_bytes();

/// Writes `text` masked to `out`, and where each value stood in `text` to `values`.
/// Gives whether every quotation mark had its partner.
pub(super) fn scan(text: &[u8], out: &mut Vec<u8>, values: &mut Vec<Range<usize>>) -> bool {
    let scanner = Scanner {
        text,
        at: 0,
        out,
        values,
        behind_value: NOWHERE,
        expects: false,
        key: 0,
        columns: 3,
        paired: true,
    };
    scanner.run()
}

/// How far behind `File:` the marks of a place in code are looked for.
const LONGEST_PLACE: usize = 1024;

/// No index into a message.
const NOWHERE: usize = usize::MAX - 8;

struct Scanner<'m> {
    text: &'m [u8],
    at: usize,
    out: &'m mut Vec<u8>,
    values: &'m mut Vec<Range<usize>>,
    /// Length of `out` behind the last value.
    behind_value: usize,
    /// Whether the next word is the value of a key.
    expects: bool,
    /// Where in `out` the name of a column would begin.
    key: usize,
    /// How many blanks separate two columns; 0 once a column was found.
    columns: usize,
    /// Whether every quotation mark had its partner.
    paired: bool,
}

impl Scanner<'_> {
    fn run(mut self) -> bool {
        self.skip_space();
        self.agent_prefix();
        while let Some(&byte) = self.text.get(self.at) {
            if continues(byte) {
                self.word();
                continue;
            }
            match byte {
                b' ' if self.text.get(self.at + 1).is_some_and(|b| continues(*b)) => {
                    self.at += 1;
                    self.blank();
                }
                b'<' if self.text[self.at..].starts_with(MARK) => {
                    self.value(self.at, self.at + MARK.len());
                }
                // "<1 sec": a bound on a number belongs to it.
                b'<' if self.bounds_number() => self.at += 1,
                b'"' | b'\'' | b'`' => self.quotation(),
                b'{' | b'[' | b'(' => self.bracket(),
                b'=' => self.equals(),
                _ if is_space(byte) => self.space(),
                _ => self.mark(byte),
            }
        }
        while self.out.last() == Some(&b' ') {
            self.out.pop();
        }
        self.paired
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && self.out.last() != Some(&b' ') {
            self.out.push(b' ');
        }
    }

    fn skip_space(&mut self) {
        self.at += self.text[self.at..]
            .iter()
            .take_while(|b| is_space(**b))
            .count();
    }

    /// `Agent - AREA:: message`: which agent speaks does not make it another message.
    fn agent_prefix(&mut self) {
        let rest = &self.text[self.at..];
        let Some((agent, area)) = span::agent(rest) else {
            return;
        };
        let from = self.at;
        self.value(from, from + agent);
        self.out.extend_from_slice(b" - ");
        for byte in &rest[area.clone()] {
            if *byte != b' ' || self.out.last() != Some(&b' ') {
                self.out.push(*byte);
            }
        }
        self.out.extend_from_slice(b"::");
        self.at = from + area.end + 2;
        if self.text.get(self.at).is_some_and(|b| is_space(*b)) {
            self.out.push(b' ');
            self.skip_space();
        }
        self.key = self.out.len();
        self.columns = 2;
    }

    fn space(&mut self) {
        let from = self.at;
        self.skip_space();
        let run = &self.text[from..self.at];
        if self.at == self.text.len() {
            return;
        }
        self.blank();
        if self.columns > 0
            && !run.contains(&b'\n')
            && (run.len() >= self.columns || run.contains(&b'\t'))
            && self.is_column_name()
        {
            self.columns = 0;
            let rest = &self.text[self.at..];
            let end = self.at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            let from = self.at;
            self.kept_value(from, end);
        }
    }

    /// Whether what stands before the blanks is a name of one to five words.
    fn is_column_name(&self) -> bool {
        let name = self.out.get(self.key..).unwrap_or_default().trim_ascii();
        name.len() < 100
            && name.first().is_some_and(u8::is_ascii_alphabetic)
            && !name.ends_with(b".")
            && name.split(|b| *b == b' ').count() <= 5
            && !name.iter().any(|b| b.is_ascii_digit() || *b == b'<')
    }

    /// Whether the `<` here stands before a number, and the number before a blank.
    fn bounds_number(&self) -> bool {
        let rest = &self.text[self.at + 1..];
        let digits = rest
            .iter()
            .take_while(|b| b.is_ascii_digit() || **b == b'.')
            .count();
        digits > 0
            && rest.get(digits).is_none_or(|b| is_space(*b))
            && self.out.last().is_none_or(|b| *b == b' ')
    }

    /// A punctuation mark, in runs of three at most.
    fn mark(&mut self, byte: u8) {
        self.at += 1;
        if !self.out.ends_with(&[byte; 3]) {
            self.out.push(byte);
        }
        if matches!(byte, b',' | b';' | b')' | b']' | b'}' | b'|') {
            self.expects = false;
        }
    }

    fn equals(&mut self) {
        let run = self.text[self.at..]
            .iter()
            .take_while(|b| **b == b'=')
            .count();
        let before = self.out.trim_ascii_end().last().copied().unwrap_or(b' ');
        let spaced = self.out.last() == Some(&b' ');
        for _ in 0..run {
            self.mark(b'=');
        }
        let compares = run > 1
            || matches!(before, b'!' | b'<' | b'>' | b'=' | b' ' | b'~')
            || self.text.get(self.at) == Some(&b'>');
        if compares {
            return;
        }
        // "a= b=1": the first key has no value. "a = b": it has.
        let next = self.at
            + self.text[self.at..]
                .iter()
                .take_while(|b| **b == b' ')
                .count();
        let word = self.text[next..]
            .iter()
            .take_while(|b| continues(**b))
            .count();
        self.expects = spaced || next == self.at || self.text.get(next + word) != Some(&b'=');
    }

    /// Writes the bytes `from..to` of the message as one value, joined to a value right before it.
    fn value(&mut self, from: usize, to: usize) {
        let from = self.absorb_calendar(from);
        let joins = self.out.get(self.behind_value..).is_some_and(|between| {
            between.len() <= 3 && between.iter().all(|b| b" ,:/.-|#+;&~".contains(b))
        });
        match self.values.last_mut() {
            Some(last) if joins => {
                self.out.truncate(self.behind_value);
                last.end = to;
            }
            _ => {
                self.out.extend_from_slice(MARK);
                self.values.push(from..to);
            }
        }
        self.behind_value = self.out.len();
        self.at = to;
        self.expects = false;
    }

    /// Takes back the month and weekday names that were written just before a value: they are part of it.
    fn absorb_calendar(&mut self, mut from: usize) -> usize {
        while self.out.last() == Some(&b' ') {
            let end = self.out.len() - if self.out.ends_with(b", ") { 2 } else { 1 };
            let letters = self.out[..end]
                .iter()
                .rev()
                .take(10)
                .take_while(|b| b.is_ascii_alphabetic())
                .count();
            let start = end - letters;
            let glued =
                start > 0 && (continues(self.out[start - 1]) || self.out[start - 1] == b'\'');
            if letters < 3 || glued || !word::is_calendar(&self.out[start..end]) {
                break;
            }
            self.out.truncate(start);
            let before = self.text[..from]
                .iter()
                .rposition(|b| !is_space(*b) && *b != b',')
                .map_or(0, |at| at + 1);
            from = before.saturating_sub(letters);
        }
        from
    }

    /// Like [`Scanner::value`], with the statuses, errnos and exception names inside kept behind it.
    fn kept_value(&mut self, from: usize, to: usize) {
        self.value(from, to);
        let value = &self.text[from..to];
        let mut at = 0;
        while at < value.len() {
            if !continues(value[at]) {
                at += 1;
                continue;
            }
            let Word { len, shape } = word::measure(&value[at..]);
            let word = trimmed(&value[at..at + len]);
            let number =
                shape.only_number() && code::keeps(word, &value[at + word.len()..], &value[..at]);
            if number {
                let errno = Context::before(&value[..at]) == Context::Errno;
                self.behind_value = NOWHERE;
                self.out
                    .extend_from_slice(if errno { b" Errno " } else { b" HTTP " });
                self.out.extend_from_slice(word);
            } else if shape.upper()
                && (code::is_exception(word)
                    || is_front(&value[..at]) && code::is_method(word) && value.len() > len)
            {
                self.behind_value = NOWHERE;
                self.out.push(b' ');
                self.out.extend_from_slice(word);
            }
            at += len;
        }
    }

    fn quotation(&mut self) {
        let open = self.at;
        let mark = self.text[open];
        let Some(close) = span::quotation(self.text, open) else {
            self.paired = false;
            self.mark(mark);
            return;
        };
        self.out.push(mark);
        self.kept_value(open + 1, close);
        self.out.push(self.text[close]);
        self.at = close + 1;
    }

    fn bracket(&mut self) {
        let open = self.at;
        let Some(close) = span::dump(self.text, open) else {
            let expects = self.expects;
            self.mark(self.text[open]);
            self.expects = expects;
            return;
        };
        self.out.push(self.text[open]);
        self.kept_value(open + 1, close);
        if let Some(&bracket) = self.text.get(close) {
            self.out.push(bracket);
        }
        self.at = close + 1;
    }

    fn word(&mut self) {
        let start = self.at;
        let text = self.text;
        if text[start] == 0xe2
            && let Some(inside) = span::typographic(&text[start..])
        {
            self.out.extend_from_slice(&text[start..start + 3]);
            self.kept_value(start + inside.start, start + inside.end);
            self.out
                .extend_from_slice(&text[start + inside.end..start + inside.end + 3]);
            self.at = start + inside.end + 3;
            return;
        }
        let Word { len, mut shape } = word::measure(&text[start..]);
        let mut end = start + len;
        if shape.is_lower()
            && text.get(end) == Some(&b' ')
            && !self.expects
            && !self.follows_value()
            && len <= 64
        {
            self.out.extend_from_slice(&text[start..end]);
            self.at = end;
            return;
        }
        match text.get(end) {
            Some(b':') => {
                if span::starts_path(text, start) {
                    return self.value(start, span::path(text, start));
                }
                if let Some(end) = span::behind_colon(text, start, end) {
                    return self.value(start, end);
                }
            }
            Some(b'\'') => {
                while text.get(end) == Some(&b'\'')
                    && is_letter(text[end - 1])
                    && text.get(end + 1).is_some_and(|b| is_letter(*b))
                {
                    let rest = word::measure(&text[end + 1..]);
                    shape.join(rest.shape);
                    end += 1 + rest.len;
                }
            }
            Some(b'|') if !matches!(word::share(&text[start..end], shape), Share::Behind(_)) => {
                if let Some(end) = span::fields(text, start, end) {
                    return self.value(start, end);
                }
            }
            _ => {}
        }
        if shape.rooted() && span::starts_path(text, start) {
            return self.value(start, span::path(text, start));
        }
        if matches!(text.get(end), Some(b'"' | b'\''))
            && matches!(&text[start..end], b"u" | b"b" | b"r" | b"ur")
        {
            self.at = end;
            return;
        }
        if shape.dotted()
            && let Some(dots) = text[start..end].windows(2).position(|w| w == b"..")
        {
            end = start + dots;
        }
        end = start + trimmed(&text[start..end]).len();
        if end == start {
            return self.mark(text[start]);
        }
        self.at = end;
        if text.get(end) == Some(&b':') && self.place_in_code(start, end) {
            return;
        }
        self.plain_word(start, end, shape);
    }

    /// `File: x, Line: n, Function: f`, whatever of it is empty.
    fn place_in_code(&mut self, start: usize, end: usize) -> bool {
        if &self.text[start..end] != b"File" || self.text.get(end) != Some(&b':') {
            return false;
        }
        let rest = &self.text[end + 1..];
        let near = &rest[..rest.len().min(LONGEST_PLACE)];
        let find = |name: &[u8]| near.windows(name.len()).position(|w| w == name);
        let (Some(line), Some(function)) = (find(b", Line:"), find(b", Function:")) else {
            return false;
        };
        if line > function {
            return false;
        }
        let parts = [
            (0, line, &b"File: "[..]),
            (line + 7, function, b", Line: "),
            (function + 11, rest.len(), b", Function: "),
        ];
        for (from, to, name) in parts {
            self.out.extend_from_slice(name);
            self.value(end + 1 + from, end + 1 + to);
        }
        true
    }

    fn plain_word(&mut self, start: usize, end: usize, shape: word::Shape) {
        let word = &self.text[start..end];
        let kept = shape.only_number() && code::keeps(word, &self.text[end..], self.out)
            || shape.upper() && code::is_exception(word)
            || self.expects
                && matches!(Context::Plain.behind(word), Context::Http | Context::Errno);
        if kept {
            self.out.extend_from_slice(word);
            self.expects = false;
            return;
        }
        if self.expects {
            // "key=Name{a b}": the brackets belong to the value.
            let end = match self.text.get(end) {
                Some(b'{' | b'[' | b'(') => {
                    span::near(self.text, end).map_or(end, |close| close + 1)
                }
                _ => self.proper_name(start, end),
            };
            return self.kept_value(start, end);
        }
        if self.follows_value() && word::is_unit(word) {
            self.out.pop();
            if let Some(last) = self.values.last_mut() {
                last.end = end;
            }
            return;
        }
        match word::share(word, shape) {
            Share::None => self.out.extend_from_slice(word),
            Share::Behind(name) if self.out.is_empty() => {
                self.out.extend_from_slice(&word[..name]);
                self.value(start + name, end);
            }
            _ => self.value(start, end),
        }
    }

    /// The end of the capital words that go on behind the one at `start..end`: "title=The Long Road year=1990".
    fn proper_name(&self, start: usize, mut end: usize) -> usize {
        let text = self.text;
        if !text[start].is_ascii_uppercase() {
            return end;
        }
        // A name with a colon counts only if another key or nothing follows: "title=Old Road: Part 2 year=1990".
        let mut colon = None;
        let mut at = end;
        loop {
            if text.get(at) == Some(&b':') && colon.is_none() {
                colon = Some(end);
                at += 1;
            }
            if text.get(at) != Some(&b' ') {
                break;
            }
            let from = at + 1;
            let to = from + word::measure(&text[from..]).len;
            let word = trimmed(&text[from..to]);
            if word.is_empty()
                || matches!(text.get(to), Some(b'=' | b'(' | b'['))
                || code::is_exception(word)
            {
                break;
            }
            if word[0].is_ascii_uppercase() || colon.is_some() && word[0].is_ascii_digit() {
                end = from + word.len();
            } else if !matches!(word, b"of" | b"the" | b"and" | b"a" | b"in" | b"&") {
                break;
            }
            if to != from + word.len() {
                break;
            }
            at = to;
        }
        match colon {
            Some(before) if !self.ends_field(end) => before,
            _ => end,
        }
    }

    /// Whether nothing or another key follows the value that ends at `end`.
    fn ends_field(&self, end: usize) -> bool {
        let rest = &self.text[end..];
        let word = rest
            .strip_prefix(b" ")
            .map_or(0, |rest| word::measure(rest).len);
        rest.trim_ascii().is_empty() || word > 0 && rest.get(1 + word) == Some(&b'=')
    }

    /// Whether exactly one blank stands between the last value and here.
    fn follows_value(&self) -> bool {
        self.out.len() == self.behind_value.wrapping_add(1) && self.out.last() == Some(&b' ')
    }
}

/// Whether nothing, or only a value, stands before a word.
fn is_front(text: &[u8]) -> bool {
    text.is_empty() || text.strip_suffix(b" ") == Some(MARK)
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// The word without the marks that end a sentence.
fn trimmed(word: &[u8]) -> &[u8] {
    let len = word
        .iter()
        .rposition(|b| !matches!(b, b'.' | b'!' | b'?' | b'*' | b'~' | b'-' | b'#'))
        .map_or(0, |at| at + 1);
    &word[..len]
}
