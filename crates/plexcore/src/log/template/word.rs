//! What one word of a message is, judged by its letters alone.

/// Bytes that may stand in a word, with the word's own marks inside (`.`, `-`, `_`, `/`, `@`).
const WORD: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte <= 0x20 {
        table[byte] = false;
        byte += 1;
    }
    let marks = b",;:=()[]{}<>\"'`|\x7f";
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = false;
        at += 1;
    }
    table
};

/// Whether `byte` continues a word.
pub(super) fn continues(byte: u8) -> bool {
    WORD[byte as usize]
}

/// Whether `byte` separates words and is nothing in itself.
pub(super) fn is_space(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f
}

/// Whether the word is a plain decimal number, perhaps with a sign.
pub(super) fn is_number(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// Whether `text` holds `part`, letters compared without case.
pub(super) fn contains_ignoring_case(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

/// How much of a word is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// None of it: the word belongs to the message.
    None,
    /// All of it.
    All,
    /// What follows a long name: `resetCounterOfSteps1514044800`.
    Behind(usize),
}

/// Judges a word that no context explains.
pub(super) fn share(word: &[u8]) -> Share {
    let mut digits = 0_usize;
    let mut letters = 0_usize;
    let mut slashes = 0_usize;
    let mut hex = 0_usize;
    let mut other = false;
    for &byte in word {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'a'..=b'f' => {
                letters += 1;
                hex += 1;
            }
            b'/' => slashes += 1,
            b'\\' => other = true,
            b'A'..=b'Z' | b'g'..=b'z' | 0x80.. => letters += 1,
            _ => {}
        }
    }
    if digits > 0 {
        return share_of_digits(word, letters);
    }
    let address = word.iter().skip(1).any(|&b| b == b'@') && word.last() != Some(&b'@');
    let all = other
        || address
        || slashes > 1
        || (hex >= 8 && hex == word.len())
        || (letters > 0 && word.len() > 64);
    if all { Share::All } else { Share::None }
}

/// A name that happens to hold a digit (`log4jFactory`) stays; everything else with digits is a value.
fn share_of_digits(word: &[u8], letters: usize) -> Share {
    let start = word.iter().position(u8::is_ascii_digit).unwrap_or(0);
    let run = word[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    let behind = &word[start + run..];
    if letters >= 5
        && start > 0
        && run == 1
        && word[0].is_ascii_alphabetic()
        && behind.iter().filter(|b| b.is_ascii_alphabetic()).count() >= 3
        && behind.iter().all(|b| b.is_ascii_alphabetic() || *b == b'_')
    {
        return Share::None;
    }
    if start >= 12 && word[..start].iter().all(u8::is_ascii_alphabetic) {
        return Share::Behind(start);
    }
    Share::All
}

/// Whether `word` is a unit that changes with the size of the number before it.
pub(super) fn is_unit(word: &[u8]) -> bool {
    matches!(
        word,
        b"B" | b"KB" | b"MB" | b"GB" | b"TB" | b"kB" | b"KiB" | b"MiB" | b"GiB" | b"TiB" | b"K" | b"M"
            | b"G" | b"KB/s" | b"MB/s" | b"KiB/s" | b"MiB/s" | b"ns" | b"us" | b"ms" | b"s" | b"sec"
            | b"secs" | b"second" | b"seconds" | b"min" | b"mins" | b"minute" | b"minutes" | b"h"
            | b"hr" | b"hrs" | b"hour" | b"hours" | b"day" | b"days" | b"msec" | b"msecs"
            | b"millisecond" | b"milliseconds" | b"%" | b"AM" | b"PM" | b"UTC" | b"GMT"
    )
}

/// Whether `word` is the English name of a month or a weekday, short or long.
pub(super) fn is_calendar(word: &[u8]) -> bool {
    matches!(
        word,
        b"Jan" | b"Feb" | b"Mar" | b"Apr" | b"May" | b"Jun" | b"Jul" | b"Aug" | b"Sep" | b"Oct"
            | b"Nov" | b"Dec" | b"January" | b"February" | b"March" | b"April" | b"June" | b"July"
            | b"August" | b"September" | b"October" | b"November" | b"December" | b"Mon" | b"Tue"
            | b"Wed" | b"Thu" | b"Fri" | b"Sat" | b"Sun" | b"Monday" | b"Tuesday" | b"Wednesday"
            | b"Thursday" | b"Friday" | b"Saturday" | b"Sunday"
    )
}
