//! Character names -> code points, as far as the Unicode data of Python 2.7 goes.

use super::super::unicode52::ASSIGNED;

/// The character of a name in `\N{...}`. Case does not matter, except in the names that follow a rule.
pub(super) fn code(name: &[u8]) -> Option<u32> {
    let name = std::str::from_utf8(name).ok()?;
    let found = unicode_names2::character(name)?;
    let canonical = unicode_names2::name(found)?.to_string();
    let ruled = canonical.starts_with("HANGUL SYLLABLE ")
        || canonical.starts_with("CJK UNIFIED IDEOGRAPH-");
    let same = if ruled {
        canonical == name
    } else {
        canonical.eq_ignore_ascii_case(name)
    };
    let code = u32::from(found);
    (same && is_assigned(code)).then_some(code)
}

/// Whether Unicode 5.2, which Python 2.7 knows, has the character.
fn is_assigned(code: u32) -> bool {
    let at = ASSIGNED.partition_point(|&(first, _)| first <= code);
    at > 0 && code <= ASSIGNED[at - 1].1
}
