//! A server's values as a person sees them.

use plexcore::printable::printable;

/// Seconds since 1970 as a moment in UTC.
pub(crate) fn moment(seconds: u64) -> String {
    let millis = i64::try_from(seconds).unwrap_or(0).saturating_mul(1000);
    format!("{} UTC", plexcore::stamp::Stamp(millis).to_seconds())
}

/// A server's text on one line, harmless for a terminal.
pub(crate) fn one_line(text: &str) -> String {
    printable(&text.replace(['\n', '\t'], " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_move_the_cursor_or_begin_a_line() {
        assert_eq!(one_line("a\n  9: b\x1b[2J\tc"), "a   9: b\\x1b[2J c");
    }
}
