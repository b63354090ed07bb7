//! What one word of a message is, judged by its letters alone.

const STOP: u16 = 1;
const DIGIT: u16 = 2;
const UPPER: u16 = 4;
/// Lower case beyond `f`, or a mark: the word is no hexadecimal number.
const OTHER: u16 = 8;
const DOT: u16 = 16;
/// `/`, `\\`, `~`: a path may begin or go on.
const SLASH: u16 = 32;
const AT: u16 = 64;
const MINUS: u16 = 128;
/// A mark that may end a sentence or fill a line.
const MARK: u16 = 256;

/// What each byte tells about the word it stands in.
const BYTES: [u16; 256] = {
    let mut table = [OTHER; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            0..=b' '
            | 0x7f
            | b','
            | b';'
            | b':'
            | b'='
            | b'('
            | b')'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'<'
            | b'>'
            | b'"'
            | b'\''
            | b'`'
            | b'|' => STOP,
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER | OTHER,
            b'a'..=b'f' => 0,
            b'.' => DOT | OTHER,
            b'/' | b'\\' | b'~' => SLASH | OTHER,
            b'@' => AT | OTHER,
            b'-' => MINUS | MARK,
            b'g'..=b'z' | b'_' | 0x80.. => OTHER,
            _ => OTHER | MARK,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    table
};

/// Which kinds of bytes a word has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape(u16);

impl Shape {
    /// Whether the word is of small letters and no hexadecimal number: the text's own.
    pub(super) fn is_lower(self) -> bool {
        self.0 == OTHER
    }

    /// Whether there are digits, and nothing else but a minus.
    pub(super) fn only_number(self) -> bool {
        self.0 & DIGIT != 0 && self.0 & (UPPER | SLASH | AT) == 0
    }

    /// Whether there is a capital letter.
    pub(super) fn upper(self) -> bool {
        self.0 & UPPER != 0
    }

    /// Whether there is a full stop.
    pub(super) fn dotted(self) -> bool {
        self.0 & DOT != 0
    }

    /// Whether there is a mark that a path may begin with.
    pub(super) fn rooted(self) -> bool {
        self.0 & SLASH != 0
    }

    /// Adds the bytes of `other`.
    pub(super) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// A word at the beginning of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) len: usize,
    pub(super) shape: Shape,
}

/// Measures the word `text` begins with.
pub(super) fn measure(text: &[u8]) -> Word {
    let mut shape = 0;
    let mut len = 0;
    for &byte in text {
        let kind = BYTES[byte as usize];
        if kind & STOP != 0 {
            break;
        }
        shape |= kind;
        len += 1;
    }
    Word {
        len,
        shape: Shape(shape),
    }
}

/// Whether `byte` continues a word.
pub(super) fn continues(byte: u8) -> bool {
    BYTES[byte as usize] & STOP == 0
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

/// Judges a word of this shape that no context explains.
pub(super) fn share(word: &[u8], Shape(shape): Shape) -> Share {
    if word[0].is_ascii_digit() {
        return Share::All;
    }
    if shape & DIGIT != 0 && word.iter().any(u8::is_ascii_digit) {
        return share_of_digits(word);
    }
    let hex = shape & OTHER == 0 && word.len() >= 8 && !word.contains(&b'-');
    let path =
        shape & SLASH != 0 && (word.contains(&b'\\') || word.split(|b| *b == b'/').count() > 2);
    let address = shape & AT != 0 && word[1..].contains(&b'@') && word.last() != Some(&b'@');
    let long = word.len() > 64 && word.iter().any(u8::is_ascii_alphabetic);
    if hex || path || address || long {
        Share::All
    } else {
        Share::None
    }
}

/// A name that happens to hold a digit (`log4jFactory`) stays; everything else with digits is a value.
fn share_of_digits(word: &[u8]) -> Share {
    let letters = word.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let start = word.iter().position(u8::is_ascii_digit).unwrap_or(0);
    let run = word[start..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
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
    let name = &word[..start];
    if start >= 12
        && name.iter().all(u8::is_ascii_alphabetic)
        && !name.iter().all(u8::is_ascii_hexdigit)
    {
        return Share::Behind(start);
    }
    Share::All
}

/// Whether `word` is a unit that changes with the size of the number before it.
pub(super) fn is_unit(word: &[u8]) -> bool {
    matches!(
        word,
        b"B" | b"KB"
            | b"MB"
            | b"GB"
            | b"TB"
            | b"kB"
            | b"KiB"
            | b"MiB"
            | b"GiB"
            | b"TiB"
            | b"K"
            | b"M"
            | b"G"
            | b"KB/s"
            | b"MB/s"
            | b"KiB/s"
            | b"MiB/s"
            | b"ns"
            | b"us"
            | b"ms"
            | b"s"
            | b"sec"
            | b"secs"
            | b"second"
            | b"seconds"
            | b"min"
            | b"mins"
            | b"minute"
            | b"minutes"
            | b"h"
            | b"hr"
            | b"hrs"
            | b"hour"
            | b"hours"
            | b"day"
            | b"days"
            | b"msec"
            | b"msecs"
            | b"millisecond"
            | b"milliseconds"
            | b"%"
            | b"AM"
            | b"PM"
            | b"UTC"
            | b"GMT"
    )
}

/// Whether `word` is the English name of a month or a weekday, short or long.
pub(super) fn is_calendar(word: &[u8]) -> bool {
    matches!(
        word,
        b"Jan"
            | b"Feb"
            | b"Mar"
            | b"Apr"
            | b"May"
            | b"Jun"
            | b"Jul"
            | b"Aug"
            | b"Sep"
            | b"Oct"
            | b"Nov"
            | b"Dec"
            | b"January"
            | b"February"
            | b"March"
            | b"April"
            | b"June"
            | b"July"
            | b"August"
            | b"September"
            | b"October"
            | b"November"
            | b"December"
            | b"Mon"
            | b"Tue"
            | b"Wed"
            | b"Thu"
            | b"Fri"
            | b"Sat"
            | b"Sun"
            | b"Monday"
            | b"Tuesday"
            | b"Wednesday"
            | b"Thursday"
            | b"Friday"
            | b"Saturday"
            | b"Sunday"
    )
}
