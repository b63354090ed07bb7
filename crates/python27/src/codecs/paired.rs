//! East Asian encodings in which two bytes make a character, and in EUC-JP three after 0x8f.

use super::Fault;
use super::tables::TRIPLES;

/// Stands for a character of two bytes, three in UTF-8: the mark that printers set for a missing one.
pub(super) const PAIR: u32 = 0x3013;
/// Stands for a character of one byte, three in UTF-8.
pub(super) const SINGLE: u32 = 0xff9f;

/// Stands for a character of three bytes, three in UTF-8.
pub(super) const TRIPLE: u32 = 0x3014;
/// Stands for a character of three bytes, two in UTF-8.
pub(super) const SHORT_TRIPLE: u32 = 0xf9;
/// What three bytes are when the second of them can't be one.
const NO_TRIPLE: &str = "z256";

/// What a byte or a pair is, as the tables spell it.
#[derive(Clone, Copy)]
enum Answer {
    Character(u8),
    Error(usize),
    Incomplete,
}

/// Stand-ins for the characters, and how many bytes were used up.
pub(super) fn decode(
    name: &str,
    table: &[&str],
    bytes: &[u8],
    last: bool,
) -> Result<(Vec<u32>, usize), Fault> {
    let mut codes = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let first = bytes[at];
        if first.is_ascii() {
            codes.push(u32::from(first));
            at += 1;
            continue;
        }
        let (alone, runs) = table[usize::from(first) - 128]
            .split_once(' ')
            .unwrap_or_default();
        if let Answer::Character(len) = answer(alone) {
            codes.push(if len == 3 { SINGLE } else { stand_in(len) });
            at += 1;
            continue;
        }
        let Some(&second) = bytes.get(at + 1) else {
            if !last {
                return Ok((codes, at));
            }
            // An error may reach over more than there is.
            let (len, reason) = match answer(alone) {
                Answer::Error(len) => (len, "illegal multibyte sequence"),
                _ => (1, "incomplete multibyte sequence"),
            };
            return Err(Fault::over(name, bytes, at, at + len, reason));
        };
        match lookup(runs, second) {
            Answer::Character(len) => {
                codes.push(stand_in(len));
                at += 2;
            }
            Answer::Error(len) => {
                return Err(Fault::over(
                    name,
                    bytes,
                    at,
                    at + len,
                    "illegal multibyte sequence",
                ));
            }
            Answer::Incomplete => {
                let Some(&third) = bytes.get(at + 2) else {
                    if !last {
                        return Ok((codes, at));
                    }
                    let reason = "incomplete multibyte sequence";
                    return Err(Fault::over(name, bytes, at, bytes.len(), reason));
                };
                let runs = TRIPLES
                    .get(usize::from(second).wrapping_sub(0xa1))
                    .copied()
                    .unwrap_or(NO_TRIPLE);
                match lookup(runs, third) {
                    Answer::Character(2) => codes.push(SHORT_TRIPLE),
                    Answer::Character(3) | Answer::Incomplete => codes.push(TRIPLE),
                    Answer::Character(len) => codes.push(stand_in(len)),
                    Answer::Error(len) => {
                        let reason = "illegal multibyte sequence";
                        return Err(Fault::over(name, bytes, at, at + len, reason));
                    }
                }
                at += 3;
            }
        }
    }
    Ok((codes, at))
}

fn answer(word: &str) -> Answer {
    match word.as_bytes().first() {
        Some(digit @ b'1'..=b'9') => Answer::Character(digit - b'0'),
        Some(letter @ b'x'..=b'z') => Answer::Error(usize::from(letter - b'x') + 1),
        _ => Answer::Incomplete,
    }
}

/// Finds a second byte in runs of answers.
fn lookup(runs: &str, second: u8) -> Answer {
    let mut left = usize::from(second);
    for run in runs.split(',') {
        let n = run.get(1..).and_then(|n| n.parse().ok()).unwrap_or(1);
        if left < n {
            return answer(run);
        }
        left -= n;
    }
    Answer::Error(1)
}

/// A character of this length in UTF-8.
fn stand_in(len: u8) -> u32 {
    match len {
        1 => 0x5f,
        2 => 0xf8,
        3 => PAIR,
        _ => 0x2_0000,
    }
}
