//! Where a value that is longer than a word ends: quotations, dumps, URLs, paths, addresses.

use std::ops::Range;

use memchr::memchr_iter;

use super::word::{continues, is_number, is_space};

/// The place between typographic quotation marks that open where `text` begins, and what the marks take.
pub(super) fn typographic(text: &[u8]) -> Option<Range<usize>> {
    let close = match text {
        [0xe2, 0x80, 0x9c, ..] => [0xe2, 0x80, 0x9d],
        [0xe2, 0x80, 0x98, ..] => [0xe2, 0x80, 0x99],
        _ => return None,
    };
    let len = text[3..text.len().min(LONGEST)]
        .windows(3)
        .position(|window| window == close)?;
    (len > 0).then_some(3..3 + len)
}

/// The length of the agent's name and the place of the area if `text` begins `Agent - AREA::`.
pub(super) fn agent(text: &[u8]) -> Option<(usize, Range<usize>)> {
    // Most messages have no such mark anywhere, which is quick to see.
    if !memchr_iter(b':', text).any(|at| text.get(at + 1) == Some(&b':')) {
        return None;
    }
    let mut letters = 0;
    for (at, &byte) in text.iter().enumerate() {
        if byte == b'-'
            && at > 1
            && is_space(text[at - 1])
            && let Some(area) = area(text, at + 1)
        {
            return Some((text[..at].trim_ascii_end().len(), area));
        }
        letters += usize::from(!is_space(byte));
        let named = is_space(byte)
            || byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'.' | b'&' | b'\'' | b'-')
            || byte >= 0x80;
        let masked = text.starts_with(b"<*>");
        if letters > 40 || !(named || masked && at < 3) || masked && at > 2 && !is_space(byte) {
            return None;
        }
    }
    None
}

/// The place of the capital letters between blanks and `::` from `start` on.
fn area(text: &[u8], start: usize) -> Option<Range<usize>> {
    let blanks = text[start..].iter().take_while(|b| is_space(**b)).count();
    let from = start + blanks;
    let len = text[from..]
        .iter()
        .take_while(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'_'))
        .count();
    (blanks > 0 && len > 0 && text[from + len..].starts_with(b"::")).then_some(from..from + len)
}

/// How far a quotation or the brackets of a value reach at most, so that a message full of opening marks
/// takes no more than a pass per kilobyte.
const LONGEST: usize = 4096;

/// The index of the mark that closes the quotation opened at `open`.
pub(super) fn quotation(text: &[u8], open: usize) -> Option<usize> {
    let text = &text[..text.len().min(open + LONGEST)];
    let mark = text[open];
    let joined = |at: usize| {
        text.get(at)
            .is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80)
    };
    // u'..' is a quotation, o'clock is none.
    let prefix = open > 0
        && matches!(text[open - 1], b'u' | b'b' | b'r')
        && !(open > 1 && continues(text[open - 2]));
    if mark != b'"' && open > 0 && joined(open - 1) && !prefix {
        return None;
    }
    if mark != b'"' && text.get(open + 1).is_none_or(|b| is_space(*b)) {
        return None;
    }
    let mut at = open + 1;
    while let Some(&byte) = text.get(at) {
        if byte == b'\\' {
            at += 2;
            continue;
        }
        // `so' is how GNU programs quote.
        let closes = byte == mark || mark == b'`' && byte == b'\'';
        if closes && (mark == b'"' || !joined(at + 1)) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The index of the bracket that closes the printed collection opened at `open`, or the end of the text.
///
/// A bracket opens a collection if a quoted or empty element follows: `{'a': 1}`, `["x"]`, `('y',)`, `[]`.
pub(super) fn dump(text: &[u8], open: usize) -> Option<usize> {
    let bracket = text[open];
    let first = text[open + 1..].iter().position(|b| !is_space(*b))? + open + 1;
    let quoted = matches!(
        &text[first..],
        [b'"' | b'\'', ..] | [b'u' | b'b', b'"' | b'\'', ..]
    );
    match (bracket, text[first]) {
        (b'[', b']') | (b'{', b'}') => return Some(first),
        (b'{' | b'[' | b'(', _) if quoted => {}
        _ => return None,
    }
    Some(balanced(text, open).unwrap_or(text.len()))
}

/// The index of the bracket that closes the one at `open`, if it is near.
pub(super) fn near(text: &[u8], open: usize) -> Option<usize> {
    balanced(&text[..text.len().min(open + LONGEST)], open)
}

/// The index of the bracket that closes the one at `open`, brackets in quotations not counted.
fn balanced(text: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    while at < text.len() {
        match text[at] {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            b'"' | b'\'' => at = quotation(text, at).unwrap_or(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The end of the value of which the word `start..colon` and a colon are the beginning.
pub(super) fn behind_colon(text: &[u8], start: usize, colon: usize) -> Option<usize> {
    let next = *text.get(colon + 1)?;
    if next == b'/' {
        return url(text, colon);
    }
    if next.is_ascii_digit()
        && let Some(end) = socket(text, start, colon)
    {
        return Some(end);
    }
    if colon - start <= 4 && (next == b':' || next.is_ascii_hexdigit()) {
        address(text, start)
    } else {
        None
    }
}

/// The end of the URL whose scheme ends at `colon`, if one stands there.
fn url(text: &[u8], colon: usize) -> Option<usize> {
    let rest = text.get(colon + 1..)?;
    let file = colon >= 4 && text[..colon].ends_with(b"file") && rest.starts_with(b"/");
    if !rest.starts_with(b"//") && !file {
        return None;
    }
    let stop = |b: &u8| is_space(*b) || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`' | b'|');
    let len = rest.iter().position(stop).unwrap_or(rest.len());
    Some(without_marks(text, colon + 1, colon + 1 + len))
}

/// The end of the port behind the host name that ends at `colon`: `db.example.com:5432`.
fn socket(text: &[u8], start: usize, colon: usize) -> Option<usize> {
    let digits = text[colon + 1..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let end = colon + 1 + digits;
    let host = &text[start..colon];
    let dotted =
        host.iter().skip(1).any(|b| *b == b'.') && !host.iter().any(u8::is_ascii_uppercase);
    (dotted
        && (1..=5).contains(&digits)
        && text.get(end).is_none_or(|b| !b.is_ascii_alphanumeric()))
    .then_some(end)
}

/// How many fields joined by bars are looked at.
const MOST_FIELDS: usize = 64;

/// The end of the fields joined by bars that begin with the word `start..end`, if one of them is a number.
pub(super) fn fields(text: &[u8], start: usize, mut end: usize) -> Option<usize> {
    for _ in 0..MOST_FIELDS {
        if text.get(end) != Some(&b'|') || text.get(end + 1).is_none_or(|b| !continues(*b)) {
            break;
        }
        end += 1 + text[end + 1..]
            .iter()
            .take_while(|b| continues(**b))
            .count();
    }
    text[start..end]
        .iter()
        .any(u8::is_ascii_digit)
        .then_some(end)
}

/// `end` moved back over the punctuation that ends a sentence or a bracket around the value.
fn without_marks(text: &[u8], start: usize, mut end: usize) -> usize {
    while end > start
        && matches!(
            text[end - 1],
            b'.' | b',' | b';' | b':' | b')' | b']' | b'}' | b'!' | b'?'
        )
    {
        end -= 1;
    }
    end
}

/// Whether a path from a root begins at `at`.
pub(super) fn starts_path(text: &[u8], at: usize) -> bool {
    match &text[at..] {
        [b'/', next, ..] => {
            next.is_ascii_alphanumeric()
                || matches!(next, b'_' | b'.' | b'~' | b'%')
                || *next >= 0x80
        }
        [b'~', b'/', ..]
        | [
            b'\\',
            b'\\',
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'?',
            ..,
        ] => true,
        [letter, b':', b'\\' | b'/', ..] => {
            letter.is_ascii_alphabetic() && text.get(at + 3) != Some(&b'/')
        }
        _ => false,
    }
}

/// The end of the path that begins at `start`, spaces in its names included.
///
/// A name goes on behind a space if a later word of it still holds a separator or ends in a file extension.
pub(super) fn path(text: &[u8], start: usize) -> usize {
    let mut end = path_word(text, start);
    if text[start] == b'/' && text.get(start + 1).is_some_and(u8::is_ascii_digit) {
        return end;
    }
    let mut at = end;
    let mut small = false;
    let mut words = 0;
    while words < 9 {
        words += 1;
        if text.get(at) != Some(&b' ') || text.get(at + 1).is_none_or(|b| is_space(*b)) {
            break;
        }
        let from = at + 1;
        if starts_path(text, from) || matches!(text[from], b'"' | b'\'' | b'<' | b'[' | b'{') {
            break;
        }
        let to = path_word(text, from);
        let word = &text[from..to];
        if word.is_empty() || word.contains(&b'=') || word.windows(3).any(|w| w == b"://") {
            break;
        }
        let separator = word.iter().any(|b| matches!(b, b'/' | b'\\'));
        let proper = word
            .iter()
            .any(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b')');
        if separator && (!small || proper) {
            end = to;
            at = to;
            small = false;
            words = 0;
            continue;
        }
        if has_extension(word) {
            return to;
        }
        small |= is_small(word);
        at = to;
    }
    end
}

/// The end of the part of a path that holds no space.
fn path_word(text: &[u8], start: usize) -> usize {
    let stop = |b: &u8| is_space(*b) || matches!(b, b'"' | b'<' | b'>' | b'|' | b'`' | b';');
    let mut end = text[start..]
        .iter()
        .position(stop)
        .map_or(text.len(), |len| start + len);
    let closing = |at: usize| text.get(at + 1).is_none_or(|b| !b.is_ascii_alphanumeric());
    if let Some(quote) = (start..end).find(|&at| text[at] == b'\'' && closing(at)) {
        end = quote;
    }
    let opened = text[start..end].contains(&b'(');
    while end > start
        && (matches!(
            text[end - 1],
            b'.' | b',' | b':' | b']' | b'}' | b'!' | b'?'
        ) || (text[end - 1] == b')' && !opened))
    {
        end -= 1;
    }
    end
}

/// Whether the word ends like a file name: `.mkv`, `.jpeg`, `.py`.
fn has_extension(word: &[u8]) -> bool {
    let Some(dot) = word.iter().rposition(|b| *b == b'.') else {
        return false;
    };
    let extension = &word[dot + 1..];
    dot > 0
        && (2..=5).contains(&extension.len())
        && extension.iter().all(u8::is_ascii_alphanumeric)
        && extension.iter().any(u8::is_ascii_alphabetic)
}

/// Whether the word joins the parts of a sentence rather than of a name.
fn is_small(word: &[u8]) -> bool {
    matches!(
        word,
        b"to"
            | b"from"
            | b"for"
            | b"in"
            | b"at"
            | b"on"
            | b"and"
            | b"with"
            | b"as"
            | b"by"
            | b"into"
            | b"is"
            | b"was"
            | b"has"
            | b"not"
            | b"failed"
            | b"of"
            | b"the"
            | b"or"
    )
}

/// How many groups an address has at most; those of InfiniBand have the most.
const LONGEST_ADDRESS: usize = 20;

/// The end of the hardware or IPv6 address that begins at `start`.
fn address(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut groups = 0;
    let mut colons = 0;
    let mut double = false;
    loop {
        let len = text[at..]
            .iter()
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
        if len > 4 || groups > LONGEST_ADDRESS {
            return None;
        }
        groups += usize::from(len > 0);
        at += len;
        match text.get(at..) {
            Some([b':', b':', next, ..]) if next.is_ascii_hexdigit() && !double => {
                double = true;
                at += 2;
                colons += 2;
            }
            Some([b':', next, ..]) if next.is_ascii_hexdigit() && (len > 0) => {
                at += 1;
                colons += 1;
            }
            _ => break,
        }
    }
    let ends = text
        .get(at)
        .is_none_or(|b| !continues(*b) || matches!(b, b'.' | b'%' | b'/'));
    let digits = text[start..at].iter().any(u8::is_ascii_digit);
    (ends && digits && (colons >= 5 || (double && groups >= 2)) && !is_number(&text[start..at]))
        .then_some(at)
}
