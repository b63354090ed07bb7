//! How many examples show that what differs between patterns is a value.
//!
//! The more words the patterns share, the fewer; names, hosts and titles need few, words of a sentence many, the
//! constants of a program (`ALL_CAPITALS`) more than there usually are. The numbers hold for every kind of log.

use super::title::{is_small, is_title, pieces};
use super::vocabulary::{Class, Token, Vocabulary};

/// More examples than there can be.
const NEVER: usize = usize::MAX / 4;

/// A value of a message.
pub(super) struct Place<'t> {
    pub(super) message: &'t [Token],
    pub(super) at: usize,
}

/// What the fillers of a place look like.
struct Looks {
    /// How many there are.
    total: usize,
    /// Whether one is nothing but a value.
    bare: bool,
    /// How many are one piece.
    single: usize,
    titles: usize,
    capitals: usize,
    /// How many begin with a name such as `camelCase` or `a.b`.
    names: usize,
    dotted: usize,
    /// How many have a mark inside that only identifiers have.
    marked: usize,
}

/// How many examples a value with these different fillers needs; 0 if all of them were values already.
pub(super) fn examples(vocabulary: &Vocabulary, place: &Place<'_>, fillers: &[&[Token]]) -> usize {
    let is_word = |token: &Token| vocabulary.is_word(*token);
    if fillers.iter().any(|filler| pieces(vocabulary, filler) == 0) {
        return NEVER;
    }
    if !fillers.iter().any(|filler| filler.iter().any(is_word)) {
        // A bracket with a value in it is there or it is not: that makes two messages.
        let opens = |filler: &&&[Token]| {
            filler
                .iter()
                .any(|token| vocabulary.class(*token) == Class::Open)
        };
        let bracketed = fillers.iter().filter(opens).count();
        return if bracketed == 0 || bracketed == fillers.len() {
            0
        } else {
            NEVER
        };
    }
    let words = place.message.iter().filter(|token| is_word(token)).count();
    let need = by_looks(vocabulary, place, &looks(vocabulary, fillers), words);
    let shaped = place
        .message
        .iter()
        .any(|token| vocabulary.class(*token) == Class::Mark);
    match words {
        0 if shaped => need * 2,
        0 => NEVER,
        _ => need,
    }
}

fn looks(vocabulary: &Vocabulary, fillers: &[&[Token]]) -> Looks {
    let class = |token: &Token| vocabulary.class(*token);
    let count =
        |test: &dyn Fn(&[Token]) -> bool| fillers.iter().filter(|filler| test(filler)).count();
    let has = |filler: &[Token], marks: &[u8]| {
        filler
            .iter()
            .any(|t| vocabulary.word(*t).iter().any(|b| marks.contains(b)))
    };
    let constant = |token: &Token| {
        class(token) == Class::Caps
            || !vocabulary.is_word(*token)
            || is_small(vocabulary.word(*token))
    };
    Looks {
        total: fillers.len(),
        bare: fillers
            .iter()
            .any(|filler| matches!(filler, [token] if token.is_value())),
        single: count(&|filler| pieces(vocabulary, filler) <= 1),
        titles: count(&|filler| is_title(vocabulary, filler)),
        capitals: count(&|filler| {
            filler.iter().any(|t| class(t) == Class::Caps) && filler.iter().all(constant)
        }),
        names: count(&|filler| {
            let first = filler
                .iter()
                .find(|token| token.is_value() || vocabulary.is_word(**token));
            first.is_some_and(|token| matches!(class(token), Class::Name | Class::Value))
        }),
        dotted: count(&|filler| has(filler, b".")),
        marked: count(&|filler| has(filler, b"_.@/")),
    }
}

fn by_looks(vocabulary: &Vocabulary, place: &Place<'_>, looks: &Looks, words: usize) -> usize {
    let field = names_field(vocabulary, place);
    if looks.capitals * 2 >= looks.total {
        return 12;
    }
    if looks.single * 10 >= looks.total * 9 {
        return single_word(vocabulary, place, looks, words, field);
    }
    if (looks.titles + usize::from(looks.bare)) * 10 >= looks.total * 7 {
        let title = match words {
            0 => 6,
            1 => 4,
            2 | 3 => 3,
            _ => 2,
        };
        return match (field, words) {
            (true, 0..=2) => title * 6,
            (true, _) => title * 2,
            _ => title + usize::from(place.at == 0 && words > 1),
        };
    }
    if says_what_failed(vocabulary, place) {
        return NEVER;
    }
    match words {
        0 => 80,
        1 => 40,
        2 => 20,
        _ => 12,
    }
}

/// Whether the words before call for a verb: what was not done is the message itself.
fn says_what_failed(vocabulary: &Vocabulary, place: &Place<'_>) -> bool {
    let before = &place.message[..place.at];
    let ends = |word: &[u8]| {
        before
            .last()
            .is_some_and(|token| vocabulary.word(*token).eq_ignore_ascii_case(word))
    };
    let to = ends(b"to")
        && before.len() > 1
        && vocabulary.class(before[before.len() - 2]) == Class::Outcome;
    to || [
        &b"cannot"[..],
        b"can't",
        b"couldn't",
        b"could",
        b"not",
        b"unable",
    ]
    .iter()
    .any(|word| ends(word))
}

fn single_word(
    vocabulary: &Vocabulary,
    place: &Place<'_>,
    looks: &Looks,
    words: usize,
    field: bool,
) -> usize {
    let Looks {
        total,
        bare,
        titles,
        names,
        dotted,
        marked,
        ..
    } = *looks;
    let plain = if words > 1 { 3 } else { 7 };
    let before = place.message[..place.at].last();
    if before.is_none() {
        // What comes first is more often the subject of the message than a value.
        return if names * 2 > total {
            plain + 4
        } else {
            plain + 1
        };
    }
    if before.is_some_and(|token| vocabulary.word(*token) == b"user") || bare && words > 1 && !field
    {
        return 2;
    }
    if dotted * 2 > total && words > 1 {
        return if dotted == total && !field { 2 } else { 3 };
    }
    if names * 2 > total {
        return match words {
            0..=2 if field => 11,
            4.. if marked == total => 2,
            _ => 3,
        };
    }
    if says_what_failed(vocabulary, place) {
        return 12;
    }
    match (field, words) {
        (false, _) if bare && titles + 1 == total => 4,
        (false, _) => plain,
        (true, 0..=2) => plain * 4,
        (true, _) => plain * 2,
    }
}

/// Whether a value stands right behind, so that the words in this place may name it: `Seasons: 5`.
fn names_field(vocabulary: &Vocabulary, place: &Place<'_>) -> bool {
    let behind = &place.message[place.at + 1..];
    let marks = behind
        .iter()
        .take_while(|t| matches!(vocabulary.class(**t), Class::Joint | Class::Mark))
        .count();
    let small = place.message[..place.at]
        .last()
        .is_some_and(|token| is_small(vocabulary.word(*token)));
    marks < 2 && behind.get(marks).is_some_and(|token| token.is_value()) && !small
}
