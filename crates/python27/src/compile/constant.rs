//! Whether a test is a constant to CPython's code generator.

use crate::literals;
use crate::tree::{ExprId, ExprKind, Module};

/// The truth of a test that needs no evaluation: a number, a string, or `__debug__`.
pub(super) fn truth(module: &Module<'_>, id: ExprId) -> Option<bool> {
    let expr = module.expr(id);
    match expr.kind {
        ExprKind::Num { .. } => Some(!is_zero(module.slice(expr.span))),
        ExprKind::Str(string) => literals::value(module, string)
            .ok()
            .map(|value| !value.bytes.is_empty()),
        ExprKind::Name(name) if module.name(name) == "__debug__" => Some(true),
        _ => None,
    }
}

/// Whether a number is zero, a power of ten that underflows included.
fn is_zero(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(without_sign(text));
    let text = text.to_ascii_lowercase();
    let based = ["0x", "0b", "0o"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    if let Some(digits) = based {
        return digits.trim_end_matches('l').bytes().all(|b| b == b'0');
    }
    let digits = text.trim_end_matches(['l', 'j']);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.bytes().all(|b| b == b'0');
    }
    let mantissa_is_zero = digits
        .bytes()
        .take_while(|&b| b != b'e')
        .all(|b| b == b'0' || b == b'.');
    mantissa_is_zero || underflows(digits)
}

/// Skips a minus and what may stand between it and the number: blanks, continued lines and comments.
fn without_sign(text: &[u8]) -> &[u8] {
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    loop {
        match rest.first() {
            Some(b' ' | b'\t' | b'\x0c' | b'\\' | b'\n') => rest = &rest[1..],
            Some(b'#') => rest = &rest[memchr::memchr(b'\n', rest).unwrap_or(rest.len())..],
            _ => return rest,
        }
    }
}

fn underflows(digits: &str) -> bool {
    digits.parse::<f64>().is_ok_and(|value| value == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_many_spellings() {
        for text in [
            "0", "0L", "00", "0x0", "0b0L", "0.0", ".0", "0e5", "0j", "-0", "-\\\n 0", "-# 5\n0",
            "1e-400", "0.0J",
        ] {
            assert!(is_zero(text.as_bytes()), "{text}");
        }
        for text in [
            "1", "0x10", "0b1", "0.1", "1e400", "10", "1e-300", "0xe", "0x0e", "-1e-3",
        ] {
            assert!(!is_zero(text.as_bytes()), "{text}");
        }
    }
}
