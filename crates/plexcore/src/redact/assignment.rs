//! `name=value` in all its dresses to the span of the value.
//!
//! URL queries, headers, Python and JSON dictionaries, XML attributes and elements, tuples,
//! options of a command line: one grammar, `name close blanks separator blanks open value`, where
//! every sign may be percent-encoded any number of times or stand behind backslashes. Which names
//! matter is [`super::names`]; where a value ends is [`super::value`].

use super::names::{Meaning, Trust, meaning};
use super::percent::{Unit, is_name_byte, name_around, skip_blanks, unit, unit_before};
use super::span::{Found, Kind, placeholder_len};
use super::value::{
    Quote, Shape, bare_end, is_key_like, is_path, is_void, line_end, looks_random, quote_at,
    quoted_end,
};
use super::{credential, server};

/// What stands between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Equals {
        spaced: bool,
    },
    Colon,
    /// `('name', 'value')`
    Comma,
    /// `<name>value`
    Tag,
    /// `--name value`
    Blank,
}

/// A name with a separator after it.
#[derive(Debug, Clone, Copy)]
struct Assignment {
    name: (usize, usize),
    name_quote: Option<Quote>,
    sign: Sign,
    level: u8,
    /// Where the value, with its brackets and quotes, starts.
    at: usize,
}

/// Looks at the name around `hit`; tells where it ends, so that no name is read twice.
pub(super) fn find(text: &[u8], hit: usize, found: &mut Found) -> usize {
    let Some(name) = name_around(text, hit) else {
        return hit + 1;
    };
    let Some(meaning) = meaning(&text[name.0..name.1]) else {
        return name.1;
    };
    let is_placeholder = name.0 > 0 && placeholder_len(&text[name.0 - 1..]) > 0;
    if is_placeholder && field_bracket(text, name).is_none() {
        return name.1;
    }
    if meaning.kind == Kind::Token && server::account(text, name, found) {
        return name.1;
    }
    match parse(text, name) {
        Some(assignment) => value(text, assignment, meaning, found),
        None if is_called_token(&text[name.0..name.1]) => {
            credential::token_nearby(text, name, found);
        }
        None => {}
    }
    name.1
}

/// Whether the name ends in the word token, which sentences use as well.
fn is_called_token(name: &[u8]) -> bool {
    let name = name.strip_suffix(b"s").unwrap_or(name);
    name.len() >= 5 && name[name.len() - 5..].eq_ignore_ascii_case(b"token")
}

/// A value and how it stands there, for those who know what the name means to them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Located {
    pub(super) value: (usize, usize),
    pub(super) is_quoted: bool,
    pub(super) name_is_quoted: bool,
}

/// The value that is assigned to the name at `name`, if one is.
pub(super) fn locate(text: &[u8], name: (usize, usize)) -> Option<Located> {
    let found_at = parse(text, name)?;
    let at = found_at.at + unicode_prefix(text, found_at.at);
    let name_is_quoted = found_at.name_quote.is_some();
    let (value, is_quoted) = if let Some((quote, start)) = quote_at(text, at) {
        ((start, quoted_end(text, start, quote)), true)
    } else {
        let replaced = at + placeholder_len(&text[at..]);
        let end = bare_end(text, replaced, found_at.level, Shape::Loose);
        ((at, end), false)
    };
    Some(Located {
        value,
        is_quoted,
        name_is_quoted,
    })
}

/// 1 if the quote that follows carries a letter: Python 2 writes `u'...'`.
fn unicode_prefix(text: &[u8], at: usize) -> usize {
    let has_letter = matches!(text.get(at), Some(b'u' | b'b' | b'r'));
    usize::from(has_letter && quote_at(text, at + 1).is_some())
}

/// Reads what follows a name up to where its value starts.
fn parse(text: &[u8], name: (usize, usize)) -> Option<Assignment> {
    let mut at = name.1;
    let (mut name_quote, mut in_brackets) = (None, false);
    if let Some((quote, after)) = quote_at(text, at) {
        (name_quote, at) = (Some(quote), after);
    } else if let Some(after) = field_bracket(text, name) {
        (in_brackets, at) = (true, after);
    }
    let before_sign = skip_blanks(text, at);
    let blanks = before_sign > at;
    at = skip_words(text, before_sign, blanks && name_quote.is_some());
    let (sign, level, after) = sign(text, at, blanks, name, name_quote.is_some() || in_brackets)?;
    let value_at = skip_blanks(text, after);
    let sign = match sign {
        Sign::Equals { .. } => Sign::Equals {
            spaced: value_at > after,
        },
        other => other,
    };
    Some(Assignment {
        name,
        name_quote,
        sign,
        level,
        at: value_at,
    })
}

/// The end of the `]` in a form field `user[password]`.
fn field_bracket(text: &[u8], name: (usize, usize)) -> Option<usize> {
    let close = unit(text, name.1).filter(|unit| unit.byte == b']')?;
    let open = unit_before(text, name.0).filter(|unit| unit.byte == b'[')?;
    let owner = unit_before(text, name.0 - open.len)?;
    is_name_byte(owner.byte).then_some(name.1 + close.len)
}

/// Skips `value` or `content` in `name="token" value="..."`.
fn skip_words(text: &[u8], at: usize, allowed: bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    [&b"value="[..], b"content="]
        .iter()
        .find(|word| allowed && rest.starts_with(word))
        .map_or(at, |word| at + word.len() - 1)
}

/// The separator at `at`, its encoding level and where the text after it starts.
fn sign(
    text: &[u8],
    at: usize,
    blanks: bool,
    name: (usize, usize),
    closed: bool,
) -> Option<(Sign, u8, usize)> {
    if text
        .get(at..)
        .is_some_and(|rest| rest.len() > 6 && rest[..6].eq_ignore_ascii_case(b"\\u003d"))
    {
        return Some((Sign::Equals { spaced: blanks }, 0, at + 6));
    }
    let next = unit(text, at)?;
    let after = at + next.len;
    let following = unit(text, after).map(|unit| unit.byte);
    let sign = match next.byte {
        b'=' => {
            let twice = matches!(following, Some(b'=' | b'>'));
            let end = after + if twice { unit(text, after)?.len } else { 0 };
            return Some((Sign::Equals { spaced: blanks }, next.level, end));
        }
        // `SEARCH::` and `token://` are no pairs.
        b':' if following == Some(b':') || (following == Some(b'/') && !closed) => return None,
        b':' if following == Some(b'=') => return Some((Sign::Colon, next.level, after + 1)),
        b':' => Sign::Colon,
        b',' if closed && opens_with_quote(text, name.0) => Sign::Comma,
        b'>' if unit_before(text, name.0).is_some_and(|unit| unit.byte == b'<') => Sign::Tag,
        _ if blanks && !closed && name.0 >= 2 && text[..name.0].ends_with(b" -") => Sign::Blank,
        _ if blanks && text[name.0..].starts_with(b"--") => Sign::Blank,
        _ => return None,
    };
    let end = if sign == Sign::Blank { at } else { after };
    Some((sign, next.level, end))
}

/// Whether a quote stands right before the name, so that its closing one is not another's.
fn opens_with_quote(text: &[u8], start: usize) -> bool {
    unit_before(text, start).is_some_and(|unit| matches!(unit.byte, b'"' | b'\''))
}

/// Finds the value and reports it, if it is one.
fn value(text: &[u8], found_at: Assignment, meaning: Meaning, found: &mut Found) {
    let mut at = found_at.at;
    let opening = unit(text, at).filter(|unit| matches!(unit.byte, b'[' | b'(' | b'{'));
    let replaced = placeholder_len(&text[at..]) > 0;
    if let Some(open) = opening.filter(|_| !replaced && takes_brackets(found_at, meaning)) {
        let end = bracket_end(text, at, open);
        report(text, (at + open.len, end), meaning.kind, found);
        return;
    }
    at += unicode_prefix(text, at);
    if let Some((quote, start)) = quote_at(text, at) {
        let end = quoted_end(text, start, quote);
        if meaning.is_authorization {
            credential::authorization(text, start, end, found);
        } else if is_worth(text, (start, end), found_at, meaning, true) {
            report(text, (start, end), meaning.kind, found);
        }
        return;
    }
    if !matches!(found_at.sign, Sign::Comma) {
        bare_value(text, Assignment { at, ..found_at }, meaning, found);
    }
}

/// Lists and dictionaries of secrets are replaced as a whole.
fn takes_brackets(found_at: Assignment, meaning: Meaning) -> bool {
    let named = meaning.trust > Trust::Weak || meaning.kind == Kind::Token;
    let joined = match found_at.sign {
        Sign::Equals { spaced } => !spaced,
        Sign::Colon => found_at.name_quote.is_some() || meaning.kind == Kind::Cookie,
        _ => false,
    };
    named && joined && meaning.kind.is_credential()
}

/// Where the bracket that opens at `at` closes, or the line ends.
fn bracket_end(text: &[u8], at: usize, open: Unit) -> usize {
    let close = if open.byte == b'(' {
        b')'
    } else {
        open.byte + 2
    };
    let end = line_end(text, at);
    let mut depth = 0_usize;
    let mut pos = at;
    while let Some(next) = unit(text, pos).filter(|_| pos < end) {
        let is_outer = next.level <= open.level;
        if is_outer && next.byte == open.byte {
            depth += 1;
        } else if is_outer && next.byte == close {
            depth -= 1;
            if depth == 0 {
                return pos;
            }
        }
        pos += next.len;
    }
    end
}

fn bare_value(text: &[u8], found_at: Assignment, meaning: Meaning, found: &mut Found) {
    let Assignment {
        at, level, sign, ..
    } = found_at;
    let is_header = matches!(sign, Sign::Colon);
    if is_header && (meaning.kind == Kind::Cookie || meaning.is_authorization) {
        let end = header_end(text, found_at);
        if meaning.is_authorization {
            credential::authorization(text, at, end, found);
        } else {
            report(text, (at, end), meaning.kind, found);
        }
        return;
    }
    if meaning.is_authorization {
        let end = authorization_end(text, at, level);
        credential::authorization(text, at, end, found);
        return;
    }
    let shape = match meaning.kind {
        Kind::Password | Kind::Secret | Kind::User | Kind::Email | Kind::Device | Kind::Cookie => {
            Shape::Loose
        }
        _ => Shape::Token,
    };
    let replaced = at + placeholder_len(&text[at..]);
    let end = bare_end(text, replaced, level, shape);
    if end > replaced && is_worth(text, (at, end), found_at, meaning, false) {
        report(text, (at, end), meaning.kind, found);
    }
}

/// The end of `Bearer%20<token>` in a query: the scheme, a blank, and a bare value.
fn authorization_end(text: &[u8], at: usize, level: u8) -> usize {
    let scheme = at
        + text[at..]
            .iter()
            .take_while(|&&byte| is_name_byte(byte))
            .count();
    let next = skip_blanks(text, scheme);
    let start = if next > scheme { next } else { at };
    let replaced = start + placeholder_len(&text[start..]);
    bare_end(text, replaced, level, Shape::Loose)
}

/// A header goes to the end of its line, or of the quotes it stands in.
fn header_end(text: &[u8], found_at: Assignment) -> usize {
    let end = line_end(text, found_at.at);
    let opened = unit_before(text, found_at.name.0)
        .filter(|unit| matches!(unit.byte, b'"' | b'\'') && found_at.name_quote.is_none());
    let close = opened.and_then(|quote| {
        let line = &text[found_at.at..end];
        memchr::memchr(quote.byte, line).map(|offset| found_at.at + offset)
    });
    let escape = memchr::memmem::find(&text[found_at.at..end], b"\\r\\n");
    close
        .into_iter()
        .chain(escape.map(|offset| found_at.at + offset))
        .min()
        .unwrap_or(end)
}

/// Whether the value at `span` is what its name promises.
fn is_worth(
    text: &[u8],
    span: (usize, usize),
    found_at: Assignment,
    meaning: Meaning,
    quoted: bool,
) -> bool {
    let value = &text[span.0..span.1];
    if is_void(value) {
        return false;
    }
    if matches!(meaning.kind, Kind::Key | Kind::Session | Kind::Token) && is_path(value) {
        return false;
    }
    let is_number = value.len() <= 3 && value.iter().all(u8::is_ascii_digit);
    if is_number && matches!(meaning.kind, Kind::User | Kind::Client | Kind::Session) {
        return false;
    }
    if is_working_folder(text, found_at.name, value) {
        return false;
    }
    if meaning.is_bare_key {
        let asked = unit_before(text, found_at.name.0).map(|unit| unit.byte);
        return is_key_like(value, matches!(asked, Some(b'?' | b'&')));
    }
    if quoted {
        return true;
    }
    if is_code(text, span, found_at, meaning) {
        return false;
    }
    match found_at.sign {
        Sign::Equals { spaced: false } | Sign::Comma => true,
        Sign::Equals { spaced: true } | Sign::Tag | Sign::Blank => {
            meaning.trust > Trust::Weak || looks_random(value)
        }
        Sign::Colon => match meaning.trust {
            Trust::Weak => false,
            Trust::Plain => looks_random(value),
            Trust::Sure => true,
        },
    }
}

/// `PWD=/config` is a folder, not a password.
fn is_working_folder(text: &[u8], name: (usize, usize), value: &[u8]) -> bool {
    let name = &text[name.0..name.1];
    let is_pwd = name.eq_ignore_ascii_case(b"pwd") || name.eq_ignore_ascii_case(b"oldpwd");
    is_pwd && is_path(value)
}

/// Whether a bare value is program text: a call, an item, a variable called like its parameter.
///
/// Source lines of tracebacks are full of them. A password that only looks so is rare, but where
/// nothing else says that this is source (`password=f(x)` in a query), it counts as a password.
fn is_code(text: &[u8], span: (usize, usize), found_at: Assignment, meaning: Meaning) -> bool {
    let value = &text[span.0..span.1];
    let follows = text.get(span.1).copied();
    let in_source = match found_at.sign {
        Sign::Equals { spaced } => {
            let before = unit_before(text, found_at.name.0).map(|unit| unit.byte);
            spaced || (matches!(before, Some(b'(' | b' ')) && matches!(follows, Some(b')' | b',')))
        }
        Sign::Colon => found_at.name_quote.is_some(),
        _ => false,
    };
    let path = value
        .iter()
        .take_while(|&&byte| is_name_byte(byte) || byte == b'.')
        .count();
    let (path, rest) = value.split_at(path);
    if !in_source || path.is_empty() || path.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let opens = rest.first().copied().or(follows);
    if matches!(opens, Some(b'(' | b'[')) && text[span.0..line_end(text, span.0)].contains(&b')') {
        return true;
    }
    if matches!(opens, Some(b'[')) {
        return true;
    }
    let last = path.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let same_kind = super::names::meaning(last).is_some_and(|other| other.kind == meaning.kind);
    rest.is_empty() && (path.starts_with(b"self.") || same_kind)
}

fn report(text: &[u8], span: (usize, usize), kind: Kind, found: &mut Found) {
    let value = text.get(span.0..span.1).unwrap_or_default();
    let trimmed = value.trim_ascii_end();
    if !is_void(trimmed) {
        found.push(span.0, span.0 + trimmed.len(), kind);
    }
}
