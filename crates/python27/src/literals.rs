//! String literals -> their values, or the error that CPython raises on reading them.
//!
//! A byte string's value is its bytes. A unicode string's value is UTF-8, lone surrogates included as three bytes each.

mod names;
mod utf8;

use crate::tree::{Module, StrId, StrPiece};

pub(crate) use utf8::{
    decode_strictly, decode_utf8, decode_utf8_replacing, decode_utf8_so_far, encode,
};

use crate::codecs::{Codec, Fault};

/// The value of a string literal, implicit joins included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrValue {
    /// Whether Python makes it a `unicode` object.
    pub unicode: bool,
    /// The bytes, or the UTF-8 of the characters.
    pub bytes: Vec<u8>,
}

/// Why a literal has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LiteralError {
    /// A `ValueError`, which carries no line.
    Value(&'static str),
    /// A `UnicodeError`, which becomes a `SyntaxError`.
    Unicode(String),
}

impl Module<'_> {
    /// The value of a string literal; none when CPython refuses it.
    pub fn string_value(&self, id: StrId) -> Option<StrValue> {
        value(self, id).ok()
    }
}

/// Whether a literal needs a second look: an escape, or bytes beyond ASCII where they are decoded.
pub(crate) fn may_fail(module: &Module<'_>, id: StrId) -> bool {
    let pieces = module.list(module.string(id).pieces);
    if module.nodes.codec == Some(Codec::Idna) {
        return true;
    }
    let unicode = |piece: &StrPiece| is_unicode(module, piece);
    let mixed = pieces.len() > 1 && pieces.iter().any(unicode);
    pieces.iter().any(|piece| {
        let body = module.slice(piece.body);
        let decoded = mixed || unicode(piece);
        (!piece.raw || decoded) && memchr::memchr(b'\\', body).is_some()
            || decoded && !body.is_ascii()
    })
}

/// The value of a string literal, or the first error in it.
pub(crate) fn value(module: &Module<'_>, id: StrId) -> Result<StrValue, LiteralError> {
    let mut whole: Option<StrValue> = None;
    for piece in module.list(module.string(id).pieces) {
        let next = piece_value(module, piece)?;
        whole = Some(match whole {
            Some(value) => joined(value, &next)?,
            None => next,
        });
    }
    Ok(whole.unwrap_or(StrValue {
        unicode: false,
        bytes: Vec::new(),
    }))
}

fn is_unicode(module: &Module<'_>, piece: &StrPiece) -> bool {
    piece.unicode || module.unicode_literals() && !piece.bytes
}

fn joined(mut left: StrValue, right: &StrValue) -> Result<StrValue, LiteralError> {
    if left.unicode != right.unicode {
        let bytes = if left.unicode {
            &right.bytes
        } else {
            &left.bytes
        };
        if let Some(at) = bytes.iter().position(|b| !b.is_ascii()) {
            let byte = bytes[at];
            return Err(LiteralError::Unicode(format!(
                "'ascii' codec can't decode byte 0x{byte:02x} in position {at}: ordinal not in range(128)"
            )));
        }
        left.unicode = true;
    }
    left.bytes.extend_from_slice(&right.bytes);
    Ok(left)
}

fn piece_value(module: &Module<'_>, piece: &StrPiece) -> Result<StrValue, LiteralError> {
    let body = module.slice(piece.body);
    if !is_unicode(module, piece) {
        if module.nodes.codec == Some(Codec::Idna)
            && (piece.raw || memchr::memchr(b'\\', body).is_none())
        {
            check_labels(body)?;
        }
        let codec = module.nodes.codec;
        let bytes = if piece.raw || memchr::memchr(b'\\', body).is_none() {
            let mut bytes = Vec::with_capacity(body.len());
            extend_recoded(&mut bytes, body, codec);
            bytes
        } else {
            unescape(body, codec)?
        };
        return Ok(StrValue {
            unicode: false,
            bytes,
        });
    }
    let spelled;
    let escaped = if module.nodes.literals_are_utf8 && !body.is_ascii() {
        spelled = spell_out(body).map_err(|fault| LiteralError::Unicode(fault.message))?;
        &spelled
    } else {
        body
    };
    let decoded = if piece.raw {
        raw_unicode(escaped)
    } else {
        unicode(escaped)
    };
    Ok(StrValue {
        unicode: true,
        bytes: decoded.map_err(|fault| LiteralError::Unicode(fault.message()))?,
    })
}

/// Under `idna` even a byte string is a host name to CPython: its parts may be neither empty nor long.
fn check_labels(body: &[u8]) -> Result<(), LiteralError> {
    let body = body.strip_suffix(b".").unwrap_or(body);
    if !body.is_empty()
        && body
            .split(|&b| b == b'.')
            .any(|label| label.is_empty() || label.len() > 63)
    {
        return Err(LiteralError::Unicode("label empty or too long".to_owned()));
    }
    Ok(())
}

/// Appends a part of a byte string as it was before its source was decoded.
fn extend_recoded(out: &mut Vec<u8>, part: &[u8], codec: Option<Codec>) {
    let Some(codec) = codec.filter(|_| !part.is_ascii()) else {
        return out.extend_from_slice(part);
    };
    for run in part.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
        let recoded = if run.is_ascii() {
            None
        } else {
            codec.encode(&decode_utf8_replacing(run))
        };
        out.extend_from_slice(recoded.as_deref().unwrap_or(run));
    }
}

/// Undoes the escapes of a byte string.
fn unescape(body: &[u8], codec: Option<Codec>) -> Result<Vec<u8>, LiteralError> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        extend_recoded(&mut out, &rest[..at], codec);
        let Some(&c) = rest.get(at + 1) else { break };
        let from_letter = &rest[at + 1..];
        rest = &rest[at + 2..];
        match c {
            b'\n' => {}
            b'0'..=b'7' => {
                let (code, len) = octal(c, rest);
                // Three octal digits reach 511; C keeps the low byte.
                out.push(code.to_le_bytes()[0]);
                rest = &rest[len..];
            }
            b'x' => {
                let (Some(high), Some(low)) = (
                    rest.first().copied().and_then(hex),
                    rest.get(1).copied().and_then(hex),
                ) else {
                    return Err(LiteralError::Value("invalid \\x escape"));
                };
                out.push((high << 4 | low).to_le_bytes()[0]);
                rest = &rest[2..];
            }
            _ => {
                if let Some(byte) = control(c) {
                    out.push(byte);
                } else {
                    // What is no escape stays as it is.
                    out.push(b'\\');
                    rest = from_letter;
                }
            }
        }
    }
    extend_recoded(&mut out, rest, codec);
    Ok(out)
}

/// What a one-letter escape stands for.
fn control(c: u8) -> Option<u8> {
    Some(match c {
        b'\\' | b'\'' | b'"' => c,
        b'b' => 8,
        b'f' => 12,
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'v' => 11,
        b'a' => 7,
        _ => return None,
    })
}

/// The number that an octal digit and at most two more make, and how many more there were.
fn octal(first: u8, rest: &[u8]) -> (u32, usize) {
    let more = rest.iter().take(2).take_while(|b| (b'0'..b'8').contains(b));
    let mut code = u32::from(first - b'0');
    let mut len = 0;
    for digit in more {
        code = code << 3 | u32::from(digit - b'0');
        len += 1;
    }
    (code, len)
}

fn hex(digit: u8) -> Option<u32> {
    char::from(digit).to_digit(16)
}

/// Replaces characters beyond ASCII by escapes, as CPython does before it undoes escapes.
fn spell_out(body: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(body.len() * 2);
    let mut at = 0;
    while at < body.len() {
        if body[at] == b'\\' {
            out.push(b'\\');
            at += 1;
            if body.get(at).is_some_and(|b| !b.is_ascii()) {
                out.extend_from_slice(b"u005c");
            }
        }
        let Some(&byte) = body.get(at) else { break };
        if byte.is_ascii() {
            out.push(byte);
            at += 1;
            continue;
        }
        let len = body[at..].iter().take_while(|b| !b.is_ascii()).count();
        for code in decode_utf8(&body[at..at + len])? {
            out.extend_from_slice(format!("\\U{code:08x}").as_bytes());
        }
        at += len;
    }
    Ok(out)
}

/// A fault in an escape.
#[derive(Debug)]
struct EscapeFault {
    codec: &'static str,
    start: usize,
    end: usize,
    reason: &'static str,
}

impl EscapeFault {
    fn message(&self) -> String {
        let EscapeFault {
            codec,
            start,
            end,
            reason,
        } = self;
        if *end == start + 1 {
            return format!("'{codec}' codec can't decode byte 0x5c in position {start}: {reason}");
        }
        format!(
            "'{codec}' codec can't decode bytes in position {start}-{}: {reason}",
            end - 1
        )
    }
}

fn fault(codec: &'static str, start: usize, end: usize, reason: &'static str) -> EscapeFault {
    EscapeFault {
        codec,
        start,
        end,
        reason,
    }
}

/// The code points of a text that is one long unicode escape, for the codec of that name.
pub(crate) fn unicode_codes(bytes: &[u8]) -> Result<Vec<u32>, Fault> {
    as_codes(unicode(bytes))
}

/// The same with the escapes of raw literals only.
pub(crate) fn raw_unicode_codes(bytes: &[u8]) -> Result<Vec<u32>, Fault> {
    as_codes(raw_unicode(bytes))
}

fn as_codes(decoded: Result<Vec<u8>, EscapeFault>) -> Result<Vec<u32>, Fault> {
    let text = decoded.map_err(|fault| Fault::at(fault.start, fault.message()))?;
    decode_utf8(&text)
}

/// Undoes the escapes of a text that is one long byte string, for the codec of that name.
pub(crate) fn unescape_string(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let backslashes = bytes.iter().rev().take_while(|&&b| b == b'\\').count();
    if !backslashes.is_multiple_of(2) {
        // What is wrong before it comes first.
        unescape_string(&bytes[..bytes.len() - 1])?;
        return Err("Trailing \\ in string");
    }
    match unescape(bytes, None) {
        Ok(out) => Ok(out),
        Err(LiteralError::Value(message)) => Err(message),
        Err(LiteralError::Unicode(_)) => Err("invalid escape"),
    }
}

/// Stand-ins for whatever is beyond ASCII: one of three bytes for each pair.
pub(crate) fn lenient(bytes: &[u8]) -> Vec<u32> {
    let mut codes = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let ascii = bytes[at].is_ascii();
        codes.push(if ascii { u32::from(bytes[at]) } else { 0x3013 });
        at += if ascii { 1 } else { 2 };
    }
    codes
}

/// Undoes the escapes of a unicode string.
fn unicode(body: &[u8]) -> Result<Vec<u8>, EscapeFault> {
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'\\' {
            utf8::push(&mut out, u32::from(body[at]));
            at += 1;
            continue;
        }
        let start = at;
        let Some(&c) = body.get(at + 1) else {
            return Err(fault("unicodeescape", start, at + 1, "\\ at end of string"));
        };
        at += 2;
        match c {
            b'\n' => {}
            b'0'..=b'7' => {
                let (code, len) = octal(c, &body[at..]);
                utf8::push(&mut out, code);
                at += len;
            }
            b'x' => at = hex_escape(&mut out, body, start, 2, "truncated \\xXX escape")?,
            b'u' => at = hex_escape(&mut out, body, start, 4, "truncated \\uXXXX escape")?,
            b'U' => at = hex_escape(&mut out, body, start, 8, "truncated \\UXXXXXXXX escape")?,
            b'N' => at = named_escape(&mut out, body, start)?,
            _ => {
                if let Some(byte) = control(c) {
                    out.push(byte);
                } else {
                    out.push(b'\\');
                    utf8::push(&mut out, u32::from(c));
                }
            }
        }
    }
    Ok(out)
}

/// An escape of `n` hexadecimal digits whose backslash is at `start`; where it ends.
fn hex_escape(
    out: &mut Vec<u8>,
    body: &[u8],
    start: usize,
    n: usize,
    truncated: &'static str,
) -> Result<usize, EscapeFault> {
    let (code, end) = hex_digits(body, start + 2, n);
    if end < start + 2 + n {
        return Err(fault("unicodeescape", start, end, truncated));
    }
    if code > 0x10_ffff {
        return Err(fault(
            "unicodeescape",
            start,
            end,
            "illegal Unicode character",
        ));
    }
    utf8::push(out, code);
    Ok(end)
}

/// Up to `n` hexadecimal digits: their value, and where they end.
fn hex_digits(body: &[u8], from: usize, n: usize) -> (u32, usize) {
    let mut code = 0;
    let mut at = from;
    while at < from + n {
        let Some(digit) = body.get(at).copied().and_then(hex) else {
            break;
        };
        code = code << 4 | digit;
        at += 1;
    }
    (code, at)
}

fn named_escape(out: &mut Vec<u8>, body: &[u8], start: usize) -> Result<usize, EscapeFault> {
    let open = start + 2;
    if body.get(open) != Some(&b'{') {
        return Err(fault(
            "unicodeescape",
            start,
            open,
            "malformed \\N character escape",
        ));
    }
    let name = open + 1;
    let close = memchr::memchr(b'}', &body[name..]).map_or(body.len(), |at| name + at);
    if close == name || close == body.len() {
        return Err(fault(
            "unicodeescape",
            start,
            close,
            "malformed \\N character escape",
        ));
    }
    let Some(code) = names::code(&body[name..close]) else {
        return Err(fault(
            "unicodeescape",
            start,
            close + 1,
            "unknown Unicode character name",
        ));
    };
    utf8::push(out, code);
    Ok(close + 1)
}

/// Undoes what escapes a raw unicode string has: `\u` and `\U` after an odd number of backslashes.
fn raw_unicode(body: &[u8]) -> Result<Vec<u8>, EscapeFault> {
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'\\' {
            utf8::push(&mut out, u32::from(body[at]));
            at += 1;
            continue;
        }
        let start = at;
        while body.get(at) == Some(&b'\\') {
            out.push(b'\\');
            at += 1;
        }
        let n = match body.get(at) {
            Some(b'u') => 4,
            Some(b'U') => 8,
            _ => continue,
        };
        if (at - start).is_multiple_of(2) {
            continue;
        }
        out.pop();
        let (code, end) = hex_digits(body, at + 1, n);
        if end < at + 1 + n {
            return Err(fault("rawunicodeescape", start, end, "truncated \\uXXXX"));
        }
        if code > 0x10_ffff {
            return Err(fault(
                "rawunicodeescape",
                start,
                end,
                "\\Uxxxxxxxx out of range",
            ));
        }
        utf8::push(&mut out, code);
        at = end;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_strings_keep_escapes_they_do_not_know() {
        assert_eq!(
            unescape(b"a\\n\\q\\101\\777\\x41\\\nz", None).unwrap(),
            b"a\n\\qA\xffAz"
        );
        assert_eq!(
            unescape(b"\\x4", None),
            Err(LiteralError::Value("invalid \\x escape"))
        );
    }

    #[test]
    fn unicode_escapes_are_decoded() {
        assert_eq!(
            unicode(b"\\u00e9\\N{BULLET}\xe9").unwrap(),
            "\u{e9}\u{2022}\u{e9}".as_bytes()
        );
        assert_eq!(
            raw_unicode(b"\\n\\u00e9\\\\u").unwrap(),
            "\\n\u{e9}\\\\u".as_bytes()
        );
        assert!(
            unicode(b"\\N{BELL SYMBOL OF NOWHERE}")
                .err()
                .is_some_and(|fault| fault.message().ends_with("unknown Unicode character name"))
        );
    }

    #[test]
    fn pieces_are_joined_and_become_unicode_together() {
        let value = |source: &'static [u8]| {
            let analysis = crate::analyse(source, "a.py");
            let module = analysis.tree.as_ref().unwrap();
            module.string_value(StrId::at(0)).unwrap()
        };
        assert_eq!(
            value(b"'a' r'\\n' \"b\"\n"),
            StrValue {
                unicode: false,
                bytes: b"a\\nb".to_vec()
            }
        );
        assert_eq!(
            value(b"'a' u'\\u00e9'\n"),
            StrValue {
                unicode: true,
                bytes: "a\u{e9}".as_bytes().to_vec()
            }
        );
    }
}
