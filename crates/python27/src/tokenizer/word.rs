//! Words: how long they are, and which of them are keywords.
//!
//! Eight bytes are looked at together, as one number with the first byte lowest.

use crate::label::Label;

/// No keyword is longer than what fits into one number.
pub(super) const LONGEST_KEYWORD: usize = 8;

const KEYWORDS: [(&[u8], Label); 31] = [
    (b"and", Label::And),
    (b"as", Label::As),
    (b"assert", Label::Assert),
    (b"break", Label::Break),
    (b"class", Label::Class),
    (b"continue", Label::Continue),
    (b"def", Label::Def),
    (b"del", Label::Del),
    (b"elif", Label::Elif),
    (b"else", Label::Else),
    (b"except", Label::Except),
    (b"exec", Label::Exec),
    (b"finally", Label::Finally),
    (b"for", Label::For),
    (b"from", Label::From),
    (b"global", Label::Global),
    (b"if", Label::If),
    (b"import", Label::Import),
    (b"in", Label::In),
    (b"is", Label::Is),
    (b"lambda", Label::Lambda),
    (b"not", Label::Not),
    (b"or", Label::Or),
    (b"pass", Label::Pass),
    (b"print", Label::Print),
    (b"raise", Label::Raise),
    (b"return", Label::Return),
    (b"try", Label::Try),
    (b"while", Label::While),
    (b"with", Label::With),
    (b"yield", Label::Yield),
];

const N_SLOTS: usize = 128;
/// A factor under which no two keywords get the same slot; a test holds it to that.
const FACTOR: u64 = 0x63ca_828d_d5f4_b3b3;

/// Each keyword in the slot of its number.
const SLOTS: [(u64, Label); N_SLOTS] = {
    let mut slots = [(0, Label::Name); N_SLOTS];
    let mut k = 0;
    while k < KEYWORDS.len() {
        let (text, label) = KEYWORDS[k];
        let mut word = 0;
        let mut at = text.len();
        while at > 0 {
            at -= 1;
            word = word << 8 | text[at] as u64;
        }
        slots[slot(word)] = (word, label);
        k += 1;
    }
    slots
};

const fn slot(word: u64) -> usize {
    (word.wrapping_mul(FACTOR) >> 57) as usize
}

/// The label of a word of at most [`LONGEST_KEYWORD`] bytes: its keyword, or a name.
pub(super) fn label(word: u64) -> Label {
    let (keyword, label) = SLOTS[slot(word)];
    if keyword == word { label } else { Label::Name }
}

/// How long the word is that a text begins with, and its first eight bytes.
pub(super) fn measure(text: &[u8]) -> (usize, u64) {
    let Some(&eight) = text.first_chunk() else {
        return measure_end(text);
    };
    let eight = u64::from_le_bytes(eight);
    let n = n_word_bytes(eight);
    if n < 8 {
        return (n, eight & !(u64::MAX << (8 * n)));
    }
    let mut len = 8;
    while let Some(&next) = text.get(len..).and_then(<[u8]>::first_chunk) {
        let n = n_word_bytes(u64::from_le_bytes(next));
        len += n;
        if n < 8 {
            return (len, eight);
        }
    }
    let rest = text.get(len..).unwrap_or_default();
    (len + measure_end(rest).0, eight)
}

/// The same for the last bytes of a text.
fn measure_end(text: &[u8]) -> (usize, u64) {
    let is_word_byte = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
    let mut len = 0;
    let mut word = 0;
    for &b in text.iter().take_while(is_word_byte).take(8) {
        word |= u64::from(b) << (8 * len);
        len += 1;
    }
    (len, word)
}

/// How many of eight bytes, from the lowest, are letters, digits or underscores.
fn n_word_bytes(eight: u64) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let low = eight & !HIGH;
    // With the high bit of each byte out of the way no sum runs over into the next byte.
    let at_least = |bytes: u64, least: u8| bytes + EACH * (0x80 - u64::from(least));
    let lower = low | (0x20 * EACH);
    let letters = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
    let digits = at_least(low, b'0') & !at_least(low, b'9' + 1);
    let others = at_least(low ^ (u64::from(b'_') * EACH), 1);
    let word = (letters | digits | !others) & !eight & HIGH;
    ((word ^ HIGH).trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_keyword_exactly_when_the_grammar_has_it() {
        let mut found = 0;
        for &known in Label::ALL {
            let text = format!("{known:?}").to_lowercase();
            if Label::named(&text) == Some(known) && known != Label::Unknown {
                assert_eq!(label(measure(text.as_bytes()).1), known);
                found += 1;
            }
        }
        assert_eq!(found, KEYWORDS.len());
        for name in ["None", "nonlocal", "x", "If", "ands", "continu"] {
            assert_eq!(label(measure(name.as_bytes()).1), Label::Name);
        }
    }

    #[test]
    fn a_word_ends_at_the_first_byte_that_is_none_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            let is_word = byte.is_ascii_alphanumeric() || byte == b'_';
            for at in 1..20 {
                for after in 0..20 {
                    let mut text = vec![b'x'; at];
                    text.push(byte);
                    text.extend(std::iter::repeat_n(b'9', after));
                    let expected = if is_word { text.len() } else { at };
                    assert_eq!(
                        measure(&text).0,
                        expected,
                        "{byte} at {at} of {}",
                        text.len()
                    );
                }
            }
        }
    }
}
