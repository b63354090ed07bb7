//! What an exception says, without what varies in it: numbers, quoted values, URLs, paths, structures.
//!
//! HTTP statuses, error numbers and the names of code that Python quotes stay, since they tell one
//! error from another: `'NoneType' object has no attribute 'text'`. Messages of agents are written
//! more freely and are masked by [`crate::log::template`].

/// A message is looked at so far.
const MOST: usize = 600;

/// Writes the masked text over what `out` holds.
pub(super) fn mask(text: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let text = &text[..text.len().min(MOST)];
    let mut at = 0;
    while at < text.len() {
        at = step(text, at, out);
    }
    while out.last() == Some(&b' ') {
        out.pop();
    }
}

/// Masks what begins at a place; gives the place after it.
fn step(text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let rest = &text[at..];
    let begins_word = at == 0 || !text[at - 1].is_ascii_alphanumeric();
    match rest[0] {
        b' ' | b'\t' => blanks(text, at, out),
        b'\'' | b'"' if begins_word => quoted(text, at, out),
        b'{' | b'[' => structure(text, at, out),
        b'h' if begins_word && is_url(rest) => {
            out.extend_from_slice(b"<url>");
            at + rest.iter().take_while(|b| !ends_url(**b)).count()
        }
        _ if begins_word && is_path(rest) => {
            out.extend_from_slice(b"<path>");
            at + rest.iter().take_while(|b| !ends_path(**b)).count()
        }
        _ if begins_word && rest[0].is_ascii_hexdigit() => word(text, at, out),
        byte if byte.is_ascii_digit() => {
            out.push(b'#');
            at + rest.iter().take_while(|b| b.is_ascii_digit()).count()
        }
        byte => {
            out.push(byte);
            at + 1
        }
    }
}

/// One blank for many.
fn blanks(text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    if !out.is_empty() {
        out.push(b' ');
    }
    at + text[at..]
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

fn quoted(text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let quote = text[at];
    let rest = &text[at + 1..];
    // A quote closes where no word goes on, so that "Baker's" stays inside.
    let end = memchr::memchr_iter(quote, rest)
        .find(|&end| !rest.get(end + 1).is_some_and(u8::is_ascii_alphanumeric));
    if let Some(end) = end {
        if is_name(&rest[..end], out, &rest[end + 1..]) {
            out.extend_from_slice(&text[at..at + end + 2]);
        } else {
            out.extend_from_slice(b"'#'");
        }
        at + end + 2
    } else {
        out.push(quote);
        at + 1
    }
}

/// Whether quotes hold a name of the code, as in `'NoneType' object has no attribute 'text'`, and
/// not a value.
fn is_name(quoted: &[u8], before: &[u8], after: &[u8]) -> bool {
    const BEFORE: [&[u8]; 5] = [
        b"attribute ",
        b"name ",
        b"variable ",
        b"argument ",
        b"Operator ",
    ];
    const AFTER: [&[u8]; 2] = [b" object", b" is an invalid "];
    quoted.len() <= 60
        && !quoted.contains(&b' ')
        && (BEFORE.iter().any(|words| before.ends_with(words))
            || AFTER.iter().any(|words| after.starts_with(words)))
}

fn structure(text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let rest = &text[at..];
    if rest.starts_with(b"[Errno ") || rest.starts_with(b"[Error ") || rest.starts_with(b"[SSL") {
        let end = memchr::memchr(b']', rest).map_or(rest.len(), |end| end + 1);
        out.extend_from_slice(&rest[..end]);
        return at + end;
    }
    let mut depth = 0_usize;
    for (length, byte) in rest.iter().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            out.extend_from_slice(b"{#}");
            return at + length + 1;
        }
    }
    // A structure that the cut left open goes to the end.
    out.extend_from_slice(b"{#}");
    text.len()
}

fn is_url(rest: &[u8]) -> bool {
    rest.starts_with(b"http://") || rest.starts_with(b"https://")
}

fn ends_url(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'\'' | b'"' | b'>' | b'<' | b')')
}

/// `/a/b`, `C:\a`, `\\host\a`.
fn is_path(rest: &[u8]) -> bool {
    let is_unix = rest[0] == b'/'
        && rest.get(1).is_some_and(u8::is_ascii_alphanumeric)
        && rest[1..]
            .iter()
            .take_while(|b| !ends_path(**b))
            .any(|b| *b == b'/');
    let is_drive = rest[0].is_ascii_alphabetic()
        && rest.get(1) == Some(&b':')
        && matches!(rest.get(2), Some(b'\\' | b'/'));
    is_unix || is_drive || rest.starts_with(b"\\\\")
}

/// Paths hold blanks, so only what closes a value ends one.
fn ends_path(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'>' | b'<' | b')' | b']' | b'}' | b',')
}

/// A number, also hexadecimal with a digit in it, is masked; a status stays; else it is a word.
fn word(text: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let rest = &text[at..];
    let length = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count();
    let word = &rest[..length];
    let is_status = length == 3
        && (out.ends_with(b"HTTP Error ") || out.ends_with(b"HTTP ") || out.ends_with(b"code "));
    let is_number = word.iter().all(u8::is_ascii_digit);
    let is_hash = length >= 8
        && word.iter().all(u8::is_ascii_hexdigit)
        && word.iter().any(u8::is_ascii_digit);
    if !is_status && (is_number || is_hash) {
        out.push(b'#');
        return at + length;
    }
    if is_status {
        out.extend_from_slice(word);
        return at + length;
    }
    out.push(rest[0]);
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut out = Vec::new();
        mask(text.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_varies_goes_and_what_tells_errors_apart_stays() {
        for (text, expected) in [
            ("took 12 of 340 ms", "took # of # ms"),
            ("hash a1b2c3d4e5f6 of deadbeef", "hash # of deadbeef"),
            ("got 'Quiet Harbour' here", "got '#' here"),
            ("got 'Baker's Dozen' here", "got '#' here"),
            ("don't worry", "don't worry"),
            ("HTTP Error 403: x", "HTTP Error 403: x"),
            (
                "[Errno 13] Permission denied: '/a/b'",
                "[Errno 13] Permission denied: '#'",
            ),
            ("from https://a.example.org/b?c=1 now", "from <url> now"),
            ("copied /media/a film/b.mkv", "copied <path>"),
            ("copied C:\\films\\b c.mkv, done", "copied <path>, done"),
            ("had {'a': {'b': [1, 2]}} and [x]", "had {#} and {#}"),
            ("had {'a': never closed", "had {#}"),
            ("a    b", "a b"),
            (
                "'NoneType' object has no attribute 'text'",
                "'NoneType' object has no attribute 'text'",
            ),
            ("a   ", "a"),
            ("", ""),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }
}
