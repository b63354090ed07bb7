//! Whether patterns that differ in some words are one message about different values.
//!
//! More words in common and values that look like names need fewer examples; whole sentences need many.

use super::skeleton::Skeleton;
use super::vocabulary::{Class, Token, Vocabulary};

/// More examples than there can be.
const NEVER: usize = usize::MAX / 4;

/// What patterns have in one place.
struct Slot<'t> {
    /// Where in the common tokens.
    place: usize,
    /// Which value of the skeleton it was, or was a part of.
    run: usize,
    fillers: Vec<&'t [Token]>,
}

/// Weighs patterns with equal skeletons. Gives the indices of those that are one message, and its tokens.
pub(super) fn weigh(vocabulary: &Vocabulary, members: &[(&[Token], Skeleton)]) -> Option<(Vec<usize>, Vec<Token>)> {
    let slots = members.first()?.1.slots.len();
    let mut kept: Vec<usize> = (0..members.len()).collect();
    for slot in 0..slots {
        let short = kept.iter().filter(|at| words(vocabulary, filler(&members[**at], slot)) <= 1).count();
        if short * 5 > kept.len() * 3 {
            kept.retain(|at| !is_sentence(vocabulary, filler(&members[*at], slot)));
        }
    }
    let mut tokens = Vec::new();
    let mut slots = Vec::new();
    refine(vocabulary, members, &kept, &mut tokens, &mut slots);
    let literals = tokens.iter().filter(|token| vocabulary.is_word(**token)).count();
    let mut needed = 2;
    let mut open = 0;
    let mut last = usize::MAX;
    for Slot { place, run, fillers } in &mut slots {
        fillers.sort_unstable();
        fillers.dedup();
        let need = need(vocabulary, &tokens, *place, fillers, literals);
        if need == 0 {
            continue;
        }
        open += usize::from(need > 2 && *run != last);
        last = *run;
        needed = needed.max(need);
        if fillers.len() < need.min(3) {
            return None;
        }
    }
    needed += usize::saturating_sub(open, 1);
    (kept.len() >= needed.max(2)).then_some((kept, tokens))
}

fn filler<'t>(member: &(&'t [Token], Skeleton), slot: usize) -> &'t [Token] {
    &member.0[member.1.slots[slot].clone()]
}

/// How many pieces between spaces the tokens are.
fn words(vocabulary: &Vocabulary, tokens: &[Token]) -> usize {
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

/// The skeleton the members share, with what all of them have at the edges of a value put back.
fn refine<'t>(vocabulary: &Vocabulary, members: &[(&'t [Token], Skeleton)], kept: &[usize], tokens: &mut Vec<Token>, slots: &mut Vec<Slot<'t>>) {
    let Some(first) = kept.first() else {
        return;
    };
    let mut slot = 0;
    for token in &members[*first].1.tokens {
        if !token.is_value() {
            tokens.push(*token);
            continue;
        }
        let mut fillers: Vec<&[Token]> = kept.iter().map(|at| filler(&members[*at], slot)).collect();
        slot += 1;
        let sample = fillers[0];
        if fillers.iter().all(|other| *other == sample) {
            tokens.extend_from_slice(sample);
            continue;
        }
        if let Some(parts) = parts(vocabulary, &fillers) {
            for part in parts {
                let sample = part[0][0];
                if part.iter().all(|filler| filler[0] == sample) {
                    tokens.push(sample);
                } else {
                    slots.push(Slot { place: tokens.len(), run: slot, fillers: part });
                    tokens.push(sample.as_value());
                }
            }
            continue;
        }
        let shortest = fillers.iter().map(|f| f.len()).min().unwrap_or(1) - 1;
        let same = |count: &usize, from: &dyn Fn(&[Token], usize) -> Token| fillers.iter().all(|f| from(f, *count) == from(sample, *count));
        let front = (0..shortest).take_while(|at| same(at, &|f, at| f[at])).count();
        let back = (0..shortest - front).take_while(|at| same(at, &|f, at| f[f.len() - 1 - at])).count();
        tokens.extend_from_slice(&sample[..front]);
        let place = tokens.len();
        tokens.push(sample[front].as_value());
        tokens.extend_from_slice(&sample[sample.len() - back..]);
        for filler in &mut fillers {
            *filler = &filler[front..filler.len() - back];
        }
        slots.push(Slot { place, run: slot, fillers });
    }
}

/// The fillers token by token if all have the same marks in the same places and one word between them.
fn parts<'t>(vocabulary: &Vocabulary, fillers: &[&'t [Token]]) -> Option<Vec<Vec<&'t [Token]>>> {
    let sample = fillers.first()?;
    let is_mark = |token: &Token| !token.is_value() && !vocabulary.is_word(*token);
    let same = |filler: &&[Token]| {
        filler.len() == sample.len()
            && filler.iter().zip(*sample).all(|(a, b)| if is_mark(b) { a == b } else { !is_mark(a) && a.spaced() == b.spaced() })
    };
    let shaped = sample.iter().any(is_mark) && sample.windows(2).all(|pair| is_mark(&pair[0]) || is_mark(&pair[1]));
    let capital = |token: &Token| vocabulary.class(*token) == Class::Capital;
    if !shaped || !fillers.iter().all(same) || fillers.iter().any(|filler| filler.iter().any(capital)) {
        return None;
    }
    Some((0..sample.len()).map(|at| fillers.iter().map(|filler| &filler[at..=at]).collect()).collect())
}

/// How many examples a value needs; 0 if it showed itself by its form.
fn need(vocabulary: &Vocabulary, tokens: &[Token], place: usize, fillers: &[&[Token]], literals: usize) -> usize {
    if fillers.iter().any(|f| words(vocabulary, f) == 0) {
        return NEVER;
    }
    if fillers.iter().all(|f| f.iter().all(|t| t.is_value() || !vocabulary.is_word(*t))) {
        // A bracket with a value in it is there or it is not: that makes two messages.
        let bracketed = fillers.iter().filter(|f| f.iter().any(|t| vocabulary.class(*t) == Class::Open)).count();
        return if bracketed == 0 || bracketed == fillers.len() { 0 } else { NEVER };
    }
    let bare = fillers.iter().any(|f| matches!(f, [t] if t.is_value()));
    let total = fillers.len();
    let share = |test: &dyn Fn(&[Token]) -> bool| fillers.iter().filter(|f| test(f)).count();
    let single = share(&|f| words(vocabulary, f) <= 1);
    let key = is_key(vocabulary, &tokens[place + 1..]) && !tokens[..place].last().is_some_and(|t| is_small(vocabulary.word(*t)));
    let class_of = |f: &[Token]| f.iter().map(|t| vocabulary.class(*t)).find(|c| !matches!(c, Class::Joint | Class::Open | Class::Close | Class::Mark));
    let caps = share(&|f| f.iter().any(|t| vocabulary.class(*t) == Class::Caps) && f.iter().all(|t| vocabulary.class(*t) == Class::Caps || !vocabulary.is_word(*t) || is_small(vocabulary.word(*t))));
    let titled = share(&|f| is_title(vocabulary, f));
    let first = place == 0;
    let need = if caps * 2 > total {
        14
    } else if single * 10 >= total * 9 {
        let named = share(&|f| matches!(class_of(f), Some(Class::Name | Class::Value)));
        let dotted = share(&|f| f.iter().any(|t| vocabulary.word(*t).contains(&b'.')));
        let after_user = tokens[..place].last().is_some_and(|t| vocabulary.word(*t) == b"user");
        let plain = match literals {
            0 | 1 => 10,
            2 | 3 => 4,
            _ => 3,
        };
        if first {
            if named * 2 > total { plain + 5 } else { plain + 2 }
        } else if after_user || bare && literals > 1 && !key {
            2
        } else if dotted * 2 > total && literals > 1 {
            if total == dotted && !key { 2 } else { 3 }
        } else if named * 2 > total {
            let joined = share(&|f| f.iter().any(|t| vocabulary.word(*t).iter().any(|b| matches!(b, b'_' | b'.' | b'@' | b'/'))));
            match literals {
                0..=2 if key => 16,
                4.. if joined == total => 2,
                _ => 3,
            }
        } else if bare && !key && titled + 1 == total {
            5
        } else if key {
            if literals > 2 { plain * 2 } else { plain * 4 }
        } else {
            plain
        }
    } else if (titled + usize::from(bare)) * 10 >= total * 7 {
        let title = match literals {
            0 => 8,
            1 => 5,
            2 | 3 => 3,
            _ => 2,
        };
        match (key, literals) {
            (true, 0..=2) => title * 8,
            (true, _) => title * 2,
            _ => title + usize::from(first),
        }
    } else {
        match literals {
            0 => 80,
            1 => 40,
            2 => 14,
            _ => 9,
        }
    };
    let shaped = tokens.iter().any(|t| vocabulary.class(*t) == Class::Mark);
    match (literals, shaped) {
        (0, false) => NEVER,
        (0, true) => need * 2,
        _ => need,
    }
}

/// Whether a value stands right behind: what is before it is the name of a field.
fn is_key(vocabulary: &Vocabulary, behind: &[Token]) -> bool {
    let joints = behind.iter().take_while(|t| matches!(vocabulary.class(**t), Class::Joint | Class::Mark)).count();
    joints < 2 && behind.get(joints).is_some_and(|t| t.is_value())
}

/// Whether every word is capital or a value, but for the small words between them.
pub(super) fn is_title(vocabulary: &Vocabulary, tokens: &[Token]) -> bool {
    let mut capital = false;
    let mut last = Class::Plain;
    for token in tokens {
        let word = vocabulary.word(*token);
        let class = vocabulary.class(*token);
        match class {
            Class::Value => {}
            Class::Capital => capital = true,
            Class::Name if word.iter().any(|b| b.is_ascii_uppercase() || *b >= 0x80) => capital = true,
            Class::Name => return false,
            Class::Caps => {}
            Class::Outcome | Class::Plain if word[0].is_ascii_uppercase() || word[0] >= 0x80 => capital = true,
            Class::Plain | Class::Outcome if is_small(word) && last != Class::Fixed => {}
            Class::Plain | Class::Outcome | Class::Fixed => return false,
            _ => continue,
        }
        last = class;
    }
    capital
}

/// Whether the tokens read like a part of a sentence: more than one word, one of them lower case.
fn is_sentence(vocabulary: &Vocabulary, tokens: &[Token]) -> bool {
    words(vocabulary, tokens) > 1 && !is_title(vocabulary, tokens) && tokens.iter().any(|t| vocabulary.class(*t) == Class::Plain)
}

/// Small words inside titles.
fn is_small(word: &[u8]) -> bool {
    matches!(
        word,
        b"a" | b"an" | b"the" | b"of" | b"and" | b"or" | b"in" | b"on" | b"at" | b"to" | b"for" | b"with" | b"from"
            | b"by" | b"de" | b"la" | b"le" | b"der" | b"die" | b"das" | b"und" | b"vs" | b"no" | b"not" | b"into"
            | b"van" | b"von" | b"el" | b"y"
    )
}
