//! Whether words read like a name or like a part of a sentence.

use super::vocabulary::{Class, Token, Vocabulary};

/// How many pieces between spaces the tokens are.
pub(super) fn pieces(vocabulary: &Vocabulary, tokens: &[Token]) -> usize {
    let mut pieces = 0;
    let mut open = true;
    for token in tokens {
        open |= token.spaced();
        if open && (token.is_value() || vocabulary.is_word(*token)) {
            pieces += 1;
            open = false;
        }
    }
    pieces
}

/// Whether every word is capital or a value, but for the small words between them.
pub(super) fn is_title(vocabulary: &Vocabulary, tokens: &[Token]) -> bool {
    let mut capital = false;
    for token in tokens {
        let word = vocabulary.word(*token);
        let raised = word.iter().any(u8::is_ascii_uppercase) || word[0] >= 0x80;
        match vocabulary.class(*token) {
            Class::Capital => capital = true,
            Class::Name | Class::Outcome | Class::Plain if raised => capital = true,
            Class::Plain | Class::Outcome if is_small(word) => {}
            Class::Plain | Class::Outcome | Class::Name | Class::Fixed => return false,
            Class::Value
            | Class::Caps
            | Class::Joint
            | Class::Open
            | Class::Close
            | Class::Mark => {}
        }
    }
    capital
}

/// Whether what is left of a title is only its smallest words: `<*> of the <*>`.
pub(super) fn is_worn_title(vocabulary: &Vocabulary, tokens: &[Token]) -> bool {
    tokens.first().is_some_and(|token| token.is_value())
        && tokens.iter().all(|token| match vocabulary.class(*token) {
            Class::Value | Class::Joint => true,
            _ => matches!(
                vocabulary.word(*token),
                b"a" | b"an" | b"the" | b"of" | b"and"
            ),
        })
}

/// Whether the tokens read like a part of a sentence: more than one piece, and small letters in it.
pub(super) fn is_sentence(vocabulary: &Vocabulary, tokens: &[Token]) -> bool {
    pieces(vocabulary, tokens) > 1
        && tokens
            .iter()
            .any(|token| vocabulary.class(*token) == Class::Plain)
        && !is_title(vocabulary, tokens)
}

/// Whether the word is one of the small ones that stand inside titles, and before names.
pub(super) fn is_small(word: &[u8]) -> bool {
    const SMALL: [&[u8]; 26] = [
        b"a", b"an", b"and", b"at", b"by", b"das", b"de", b"der", b"die", b"el", b"for", b"from",
        b"in", b"into", b"la", b"le", b"no", b"not", b"of", b"on", b"or", b"the", b"to", b"und",
        b"vs", b"with",
    ];
    SMALL.contains(&word)
}
