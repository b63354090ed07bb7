//! East Asian encodings in which two bytes make a character.

use super::Fault;

/// Stands for a character of two bytes, three in UTF-8: the mark that printers set for a missing one.
pub(super) const PAIR: u32 = 0x3013;
/// Stands for a character of one byte, three in UTF-8.
pub(super) const SINGLE: u32 = 0xff9f;

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
            let reason = match answer(alone) {
                Answer::Error(_) => "illegal multibyte sequence",
                _ => "incomplete multibyte sequence",
            };
            return Err(Fault::over(name, bytes, at, at + 1, reason));
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
            Answer::Incomplete => match bytes.get(at + 2) {
                Some(0xa1..=0xfe) => {
                    codes.push(stand_in(3));
                    at += 3;
                }
                Some(_) => {
                    return Err(Fault::over(
                        name,
                        bytes,
                        at,
                        at + 3,
                        "illegal multibyte sequence",
                    ));
                }
                None if last => {
                    return Err(Fault::over(
                        name,
                        bytes,
                        at,
                        bytes.len(),
                        "incomplete multibyte sequence",
                    ));
                }
                None => return Ok((codes, at)),
            },
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
