//! Which numbers and names say what went wrong, and so are never masked.
//!
//! A number is an HTTP status or an errno only by the words before it or the reason phrase behind it.
//! The same context reads the same in a masked message, which keeps masking stable.

use super::word::{continues, is_number};

/// What the words just passed say about a number that may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Context {
    /// Nothing: a number is a value.
    #[default]
    Plain,
    /// An HTTP status follows.
    Http,
    /// A number from 400 to 599 would be an HTTP status.
    Failure,
    /// An errno follows.
    Errno,
    /// An exit status follows, whatever its size.
    Exit,
}

impl Context {
    /// What the end of `text` says about a number behind it.
    pub(super) fn before(text: &[u8]) -> Self {
        // Almost every number follows another kind of word: see at once that none of ours is near.
        let last = text
            .iter()
            .rev()
            .find(|b| b.is_ascii_alphanumeric())
            .map(u8::to_ascii_lowercase);
        if !matches!(
            last,
            Some(
                b'0' | b'1'
                    | b'2'
                    | b'd'
                    | b'e'
                    | b'f'
                    | b'h'
                    | b'n'
                    | b'o'
                    | b'p'
                    | b'r'
                    | b's'
                    | b't'
                    | b'a'
            )
        ) {
            return Self::Plain;
        }
        let mut starts = [0; 5];
        let mut found = 0;
        let mut end = text.len();
        while found < starts.len() {
            let marks = text[..end]
                .iter()
                .rev()
                .take(4)
                .take_while(|b| {
                    matches!(
                        b,
                        b' ' | b':' | b'=' | b'[' | b'(' | b'"' | b'\'' | b'-' | b'#'
                    )
                })
                .count();
            let letters = text[..end - marks]
                .iter()
                .rev()
                .take(17)
                .take_while(|b| is_name(**b))
                .count();
            if letters == 0 || marks == 4 || (marks == 0 && found > 0) {
                break;
            }
            end -= marks + letters;
            starts[found] = end;
            found += 1;
        }
        starts[..found]
            .iter()
            .rev()
            .fold(Self::Plain, |context, start| {
                let word = &text[*start..];
                context.behind(&word[..word.iter().take_while(|b| is_name(**b)).count()])
            })
    }

    /// The context behind `word`.
    pub(super) fn behind(self, word: &[u8]) -> Self {
        let mut lower = [0_u8; 16];
        let Some(lower) = lower.get_mut(..word.len()) else {
            return Self::Plain;
        };
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        match &*lower {
            b"http" | b"http/1.0" | b"http/1.1" | b"http/2" | b"http/2.0" | b"httperror"
            | b"status_code" | b"status-code" | b"statuscode" | b"http_status" | b"httpstatus"
            | b"http_code" => Self::Http,
            b"exit" => Self::Exit,
            b"status" if self != Self::Exit => Self::Http,
            b"errno" | b"winerror" => Self::Errno,
            b"error" | b"code" | b"response" | b"returned" | b"returns" | b"got" | b"answered" => {
                match self {
                    Self::Plain => Self::Failure,
                    known => known,
                }
            }
            b"of" | b"is" | b"was" | b"with" | b"a" | b"an" | b"the" | b"status" => self,
            _ => Self::Plain,
        }
    }
}

/// Whether `number` names a kind of failure, by the context before it or `rest` behind it.
pub(super) fn keeps(number: &[u8], rest: &[u8], before: &[u8]) -> bool {
    let context = || Context::before(before);
    if number.len() > 6 || !is_number(number) {
        return false;
    }
    if number.len() != 3 || !matches!(number[0], b'1'..=b'5') {
        return may_be_errno(before) && context() == Context::Errno;
    }
    match context() {
        Context::Errno => true,
        Context::Http => is_status(number) || is_failure(number) && has_reason(rest),
        Context::Failure => is_failure(number),
        Context::Plain | Context::Exit => is_failure(number) && has_reason(rest),
    }
}

/// Whether the last letter of `text` could be that of `errno` or `WinError`.
fn may_be_errno(text: &[u8]) -> bool {
    let last = text.iter().rev().find(|b| b.is_ascii_alphanumeric());
    matches!(
        last,
        Some(
            b'o' | b'O'
                | b'r'
                | b'R'
                | b'e'
                | b'f'
                | b'h'
                | b'n'
                | b's'
                | b'a'
                | b'E'
                | b'F'
                | b'H'
                | b'N'
                | b'S'
                | b'A'
        )
    )
}

/// Whether `byte` may stand in a word that gives a number its meaning, such as `status_code` or `HTTP/1.1`.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'.' | b'-')
}

/// Whether the number is a status that HTTP or a well-known server defines.
fn is_status(number: &[u8]) -> bool {
    matches!(
        number,
        [b'1', b'0', b'0'..=b'3'] | [b'2', b'0', _] | [b'3', b'0', b'0'..=b'8']
    ) || is_failure(number)
}

/// Whether the number is a status of failure that HTTP or a well-known server defines.
fn is_failure(number: &[u8]) -> bool {
    let [hundreds, tens, ones] = *number else {
        return false;
    };
    match (hundreds, tens) {
        (b'4' | b'5', b'0') | (b'5', b'2') => true,
        (b'4', b'1') => ones <= b'8',
        (b'4', b'2') => ones != b'0',
        (b'4', b'3' | b'5') | (b'5', b'1') => ones <= b'1',
        _ => false,
    }
}

/// Whether `rest` begins with what an HTTP library writes behind a status, or with a request method.
fn has_reason(rest: &[u8]) -> bool {
    const REASONS: [&[u8]; 22] = [
        b"bad request",
        b"unauthorized",
        b"payment required",
        b"forbidden",
        b"not found",
        b"method not allowed",
        b"not acceptable",
        b"request timeout",
        b"conflict",
        b"gone",
        b"too many requests",
        b"unavailable for legal reasons",
        b"internal server error",
        b"not implemented",
        b"bad gateway",
        b"service unavailable",
        b"service temporarily unavailable",
        b"gateway timeout",
        b"gateway time-out",
        b"client error",
        b"server error",
        b"origin",
    ];
    let skip = rest
        .iter()
        .take_while(|b| matches!(b, b' ' | b':' | b'-'))
        .count();
    let rest = &rest[skip.min(4)..];
    REASONS.iter().any(|reason| {
        rest.get(..reason.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(reason))
            && rest
                .get(reason.len())
                .is_none_or(|b| !continues(*b) || *b == b'.')
    }) || (skip == 1 && is_method(rest.split(|&b| b == b' ').next().unwrap_or_default()))
}

/// Whether `word` is an HTTP request method.
pub(super) fn is_method(word: &[u8]) -> bool {
    matches!(
        word,
        b"GET" | b"POST" | b"PUT" | b"DELETE" | b"HEAD" | b"PATCH" | b"OPTIONS"
    )
}

/// How the names of exception types end.
const EXCEPTION_ENDS: [&[u8]; 8] = [
    b"Error",
    b"Exception",
    b"Warning",
    b"Timeout",
    b"Failure",
    b"Fault",
    b"Abort",
    b"Refused",
];
/// Exception types whose names do not say that they are.
const EXCEPTIONS: [&[u8]; 8] = [
    b"IncompleteRead",
    b"BadStatusLine",
    b"StopIteration",
    b"KeyboardInterrupt",
    b"SystemExit",
    b"GeneratorExit",
    b"CannotSendRequest",
    b"ResponseNotReady",
];

/// Whether `word` is the name of an exception type, with or without its module.
pub(super) fn is_exception(word: &[u8]) -> bool {
    if word.len() < 6
        || !matches!(
            word[word.len() - 1],
            b'r' | b'n' | b'g' | b't' | b'e' | b'd' | b'k' | b'y'
        )
    {
        return false;
    }
    let name = word
        .rsplit(|&b| b == b'.' || b == b'$')
        .next()
        .unwrap_or_default();
    let Some(first) = name.first() else {
        return false;
    };
    if !first.is_ascii_uppercase() || !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
    {
        return false;
    }
    EXCEPTIONS.contains(&name)
        || EXCEPTION_ENDS
            .iter()
            .any(|end| name.len() > end.len() && name.ends_with(end))
}
