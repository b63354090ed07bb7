//! Distinct masked messages to groups: which words of them are values too.
use std::collections::HashMap;

use super::mask::{VARIABLE, hash};
use super::vocabulary::{Class, Token, VALUE, Vocabulary};

/// A masked message, how often it came, and when first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masking {
    /// The masked text.
    pub text: Vec<u8>,
    /// How many messages gave it.
    pub count: u64,
}

/// Messages that say the same thing about different values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The message, [`VARIABLE`] for each value.
    pub text: String,
    /// A stable name made from the text alone.
    pub id: u64,
    /// How many messages.
    pub count: u64,
    /// Indices of the maskings, in the order they were given.
    pub members: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Pattern {
    tokens: Vec<Token>,
    size: u32,
    members: Vec<u32>,
}

/// Groups `maskings`.
pub fn mine(maskings: &[Masking]) -> Vec<Template> {
    let mut order: Vec<usize> = (0..maskings.len()).collect();
    order.sort_by(|a, b| maskings[*a].text.cmp(&maskings[*b].text));
    let mut vocabulary = Vocabulary::default();
    let mut patterns: Vec<Pattern> = Vec::new();
    for index in order {
        let tokens = vocabulary.tokens(&maskings[index].text);
        match patterns.last_mut() {
            Some(last) if last.tokens == tokens => last.members.push(index as u32),
            _ => patterns.push(Pattern { tokens, size: 1, members: vec![index as u32] }),
        }
    }
    let mut miner = Miner { vocabulary, patterns };
    for fixed in [3, 2, 1, 0] {
        let mut limit = 1;
        loop {
            let largest = miner.round(fixed, limit);
            limit *= 2;
            if limit > largest / 2 || limit > 4096 { break; }
        }
    }
    miner.absorb();
    let mut templates: Vec<Template> = miner
        .patterns
        .iter()
        .map(|p| {
            let text = miner.vocabulary.text(&p.tokens);
            let mut members: Vec<usize> = p.members.iter().map(|m| *m as usize).collect();
            members.sort_unstable();
            Template { id: hash(text.as_bytes()), count: members.iter().map(|m| maskings[*m].count).sum(), text, members }
        })
        .collect();
    templates.sort_by(|a, b| a.text.cmp(&b.text));
    let _ = VARIABLE;
    templates
}

struct Miner {
    vocabulary: Vocabulary,
    patterns: Vec<Pattern>,
}

impl Miner {
    fn bucket(&self, tokens: &[Token], fixed: usize) -> (u64, usize) {
        let mut key = 0x1234_5678_9abc_def1_u64;
        let mut seen = 0;
        let mut end = 0;
        if fixed > 0 {
            for (at, token) in tokens.iter().enumerate() {
                if self.vocabulary.is_word(*token) {
                    key = mix(key, u64::from(token.0));
                    seen += 1;
                    end = at + 1;
                    if seen == fixed { break; }
                }
            }
            if seen < fixed { key = mix(key, 77); }
        }
        (key, end)
    }

    /// One round: words that at most `limit` patterns of their bucket share are taken for values.
    fn round(&mut self, fixed: usize, limit: u32) -> u32 {
        let mut buckets: Vec<(u64, usize)> = Vec::with_capacity(self.patterns.len());
        let mut sizes: HashMap<u64, u32> = HashMap::new();
        let mut spread: HashMap<(u64, u32), u32> = HashMap::new();
        let mut seen: Vec<u32> = Vec::new();
        for pattern in &self.patterns {
            let (key, end) = self.bucket(&pattern.tokens, fixed);
            buckets.push((key, end));
            *sizes.entry(key).or_default() += pattern.size;
            seen.clear();
            seen.extend(pattern.tokens.iter().filter(|t| self.vocabulary.is_word(**t)).map(|t| t.id()));
            seen.sort_unstable();
            seen.dedup();
            for word in &seen {
                *spread.entry((key, *word)).or_default() += pattern.size;
            }
        }
        let mut families: HashMap<u64, Vec<u32>> = HashMap::new();
        let mut skeleton = Vec::new();
        for (at, pattern) in self.patterns.iter().enumerate() {
            let (bucket, end) = buckets[at];
            if sizes[&bucket] < 2 { continue; }
            self.skeleton(&pattern.tokens, end, |word| spread[&(bucket, word)] > limit, &mut skeleton);
            let key = skeleton.iter().fold(bucket, |key, token: &Token| mix(key, u64::from(token.0)));
            families.entry(key).or_default().push(at as u32);
        }
        let mut accepted: Vec<Vec<u32>> = families.into_values().filter(|members| members.len() > 1).collect();
        accepted.sort_unstable();
        let mut gone = vec![false; self.patterns.len()];
        let mut merged = Vec::new();
        for members in accepted {
            let first = members[0] as usize;
            let (bucket, end) = buckets[first];
            self.skeleton(&self.patterns[first].tokens, end, |word| spread[&(bucket, word)] > limit, &mut skeleton);
            let fillers = self.fillers(&members, &skeleton);
            if !self.accepts(&skeleton, &fillers, members.len()) { continue; }
            merged.push(self.merge(&members, skeleton.clone()));
            for member in members { gone[member as usize] = true; }
        }
        self.replace(&gone, merged);
        sizes.into_values().max().unwrap_or(0)
    }

    fn merge(&self, members: &[u32], tokens: Vec<Token>) -> Pattern {
        let mut size = 0;
        let mut all = Vec::new();
        for member in members {
            size += self.patterns[*member as usize].size;
            all.extend_from_slice(&self.patterns[*member as usize].members);
        }
        Pattern { tokens, size, members: all }
    }

    fn replace(&mut self, gone: &[bool], merged: Vec<Pattern>) {
        let mut at = 0;
        self.patterns.retain(|_| { at += 1; !gone[at - 1] });
        self.patterns.extend(merged);
        self.patterns.sort_by(|a, b| a.tokens.cmp(&b.tokens));
        self.patterns.dedup_by(|b, a| {
            let same = a.tokens == b.tokens;
            if same { a.size += b.size; a.members.append(&mut b.members); }
            same
        });
    }

    /// The tokens with every word that `stays` refuses, and what joins such words, as one value.
    fn skeleton(&self, tokens: &[Token], fixed: usize, stays: impl Fn(u32) -> bool, out: &mut Vec<Token>) {
        out.clear();
        let v = &self.vocabulary;
        let slot = |at: usize| at >= fixed && v.is_word(tokens[at]) && !v.is_protected(tokens[at]) && !stays(tokens[at].id());
        let mut at = 0;
        while at < tokens.len() {
            if !(slot(at) || tokens[at].is_value()) {
                out.push(tokens[at]);
                at += 1;
                continue;
            }
            let start = at;
            let mut end = at + 1;
            let mut words = slot(at);
            let mut look = end;
            let mut open = false;
            while look < tokens.len() {
                if slot(look) || tokens[look].is_value() {
                    words |= slot(look);
                    look += 1;
                    end = look;
                } else if v.joins(tokens[look]) {
                    match v.class(tokens[look]) { Class::Open => { if open { break; } open = true }, Class::Close => { if !open { break; } open = false; end = look + 1; }, _ => {} }
                    look += 1;
                } else { break; }
            }
            if words {
                out.push(tokens[start].as_value());
                at = end;
            } else {
                out.push(tokens[start]);
                at = start + 1;
            }
        }
    }

    /// For each value of the skeleton what each member has in its place.
    fn fillers<'a>(&'a self, members: &[u32], skeleton: &[Token]) -> Vec<Vec<&'a [Token]>> {
        let slots = skeleton.iter().filter(|t| t.is_value()).count();
        let mut fillers = vec![Vec::new(); slots];
        for member in members {
            let tokens = &self.patterns[*member as usize].tokens;
            let mut at = 0;
            let mut slot = 0;
            for (index, token) in skeleton.iter().enumerate() {
                if !token.is_value() { at += 1; continue; }
                // The rest of the skeleton up to the next value must follow.
                let literal = &skeleton[index + 1..];
                let literal = &literal[..literal.iter().position(|t| t.is_value()).unwrap_or(literal.len())];
                let last = index + 1 + literal.len() == skeleton.len();
                let mut end = at + 1;
                if last { end = tokens.len().saturating_sub(literal.len()).max(at); }
                else { while end < tokens.len() && !(tokens[end..].starts_with(literal) && tokens.get(end + literal.len()).is_some()) { end += 1; } }
                fillers[slot].push(&tokens[at.min(end)..end.min(tokens.len())]);
                at = end;
                slot += 1;
            }
        }
        fillers
    }

    fn accepts(&self, skeleton: &[Token], fillers: &[Vec<&[Token]>], members: usize) -> bool {
        let v = &self.vocabulary;
        let literals = skeleton.iter().filter(|t| v.is_word(**t)).count();
        let mut needed = 2_usize;
        let mut slots = 0;
        let mut words = 0_usize;
        for (index, slot) in fillers.iter().enumerate() {
            if slot.iter().all(|f| f.len() == 1 && f[0].is_value()) { continue; }
            slots += 1;
            let mut distinct: Vec<&[Token]> = slot.clone();
            distinct.sort_unstable();
            distinct.dedup();
            let bare = slot.iter().any(|f| f.len() == 1 && f[0].is_value());
            let mut longest = 0; let (mut caps, mut names, mut plain, mut capital) = (0, 0, 0, 0);
            for filler in &distinct {
                let mut count = 0;
                for token in *filler {
                    if !v.is_word(*token) { continue; }
                    count += 1;
                    match v.class(*token) { Class::Caps => caps += 1, Class::Name => names += 1, Class::Capital => capital += 1, _ => plain += 1 }
                }
                words += count;
                longest = longest.max(count);
            }
            let total = caps + names + plain + capital;
            let first = skeleton.iter().position(|t| t.is_value()) == Some(0) && index == 0;
            let mut need = if caps * 2 > total { 14 }
                else if names * 2 > total { if first {5} else {3} }
                else if longest == 1 { 5 }
                else if plain * 2 > total { 9 }
                else { 5 };
            if bare && longest == 1 && caps * 2 <= total { need = 2; }
            if first { need += 1; }
            if distinct.len() < need.min(4) { return false; }
            needed = needed.max(need);
        }
        if slots > 1 { needed += 2 * (slots - 1); }
        match literals { 0 => needed = needed * 6 + 20, 1 => needed = needed * 2 + 4, 2 => needed += 1, _ => {} }
        let share = words as f64 / (members.max(1)) as f64;
        if share > literals as f64 * 1.5 { needed *= 2; }
        members >= needed
    }

    fn absorb(&mut self) {}
}

fn mix(key: u64, value: u64) -> u64 {
    let key = (key ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    key ^ key >> 29
}
