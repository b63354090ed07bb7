//! The head in the form that the Framework of today writes, found sixty-four bytes at a time.
//!
//! Nearly every record of a server's logs begins so. What differs in the least is left to the slow
//! reader ([`Head::of_any_form`]), which knows every form; both give the same head.

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::{Head, Level, Span};
use crate::log::lanes::Lanes;
use crate::stamp::Stamp;

/// The blank behind a time, from which places are counted here.
const BLANK: usize = 23;
/// The same, as places in a head are counted.
const START: u32 = 23;
/// A thread's id begins here behind the blank.
const THREAD: u8 = 2;

/// `(7f7a3d452700) :  INFO (sandbox:19) - ` behind a time.
#[expect(
    clippy::inline_always,
    reason = "a head returned as a whole is read again before its parts are written"
)]
#[inline(always)]
pub(in crate::log) fn read(at: Stamp, line: &[u8]) -> Option<Head> {
    let places = dispatch!(Processor::new(), simd => places_with(simd, line))?;
    let span = |start, end| Span {
        start: START + u32::from(start),
        end: START + u32::from(end),
    };
    Some(Head {
        at,
        thread: span(THREAD, places.close),
        level: places.level,
        module: span(places.module, places.colon),
        text_start: span(places.place_close, places.place_close + 4).end,
        is_plain: true,
    })
}

/// Where the parts of a head end, counted from the blank. So few bytes are returned in a register.
#[derive(Clone, Copy)]
struct Places {
    /// The thread's parenthesis.
    close: u8,
    level: Level,
    module: u8,
    colon: u8,
    /// The parenthesis behind the line's number.
    place_close: u8,
}

#[expect(
    clippy::inline_always,
    reason = "what is called as a function is compiled for the oldest processor"
)]
#[inline(always)]
fn places_with<S: Simd>(simd: S, line: &[u8]) -> Option<Places> {
    let text = line.get(BLANK..)?;
    let marks = Marks::of(simd, line);
    let thread = u32::from(THREAD);
    let close = marks.first_closing_from(thread)?;
    let sign = u32::from(text.get(2) == Some(&b'-'));
    let is_thread = text.starts_with(b" (") && are_marked(marks.hexadecimal, thread + sign, close);
    let (level, level_length) = level(text.get(close as usize..)?)?;
    let module = close + level_length;
    let colon = marks.first_colon_from(module)?;
    let place_close = marks.first_closing_from(colon)?;
    let is_place = are_marked(marks.plain, module, colon)
        && are_marked(marks.digits, colon + 1, place_close)
        && text.get(place_close as usize..)?.starts_with(b") - ");
    let byte = |place: u32| u8::try_from(place).ok();
    (is_thread && is_place).then_some(Places {
        close: byte(close)?,
        level,
        module: byte(module)?,
        colon: byte(colon)?,
        place_close: byte(place_close)?,
    })
}

/// Where in the first bytes behind a time what stands, a bit for each byte.
struct Marks {
    closing: u64,
    colons: u64,
    digits: u64,
    hexadecimal: u64,
    /// Letters and `_`, `.`, `/`, of which modules' names are made.
    plain: u64,
}

impl Marks {
    #[expect(
        clippy::inline_always,
        reason = "what is called as a function is compiled for the oldest processor"
    )]
    #[inline(always)]
    fn of<S: Simd>(simd: S, line: &[u8]) -> Self {
        let lanes = Lanes::at(simd, line, BLANK);
        let digits = lanes.digits();
        let plain = lanes.letters() | lanes.is(b'_') | lanes.within(b'.', b'/');
        Self {
            closing: lanes.bits(lanes.is(b')')),
            colons: lanes.bits(lanes.is(b':')),
            digits: lanes.bits(digits),
            hexadecimal: lanes.bits(digits | lanes.within(b'a', b'f')),
            plain: lanes.bits(plain),
        }
    }

    fn first_closing_from(&self, from: u32) -> Option<u32> {
        first(self.closing & !below(from))
    }

    fn first_colon_from(&self, from: u32) -> Option<u32> {
        first(self.colons & !below(from))
    }
}

/// Whether there are places from one to before another, and all of them are marked.
fn are_marked(marked: u64, from: u32, to: u32) -> bool {
    from < to && below(to) & !below(from) & !marked == 0
}

fn first(marked: u64) -> Option<u32> {
    (marked != 0).then(|| marked.trailing_zeros())
}

/// The bits below a place.
fn below(place: u32) -> u64 {
    1_u64.checked_shl(place).map_or(u64::MAX, |bit| bit - 1)
}

/// A level's word and the bytes up to the module, from the parenthesis behind the thread on.
fn level(text: &[u8]) -> Option<(Level, u32)> {
    let known = |words: &[u8], level, length| text.starts_with(words).then_some((level, length));
    match text.get(b") :  ".len())? {
        b'I' => known(b") :  INFO (", Level::Info, 11),
        b'D' => known(b") :  DEBUG (", Level::Debug, 12),
        b'E' => known(b") :  ERROR (", Level::Error, 12),
        b'W' => known(b") :  WARNING (", Level::Warning, 14),
        b'C' => known(b") :  CRITICAL (", Level::Critical, 15),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TIME: &str = "2026-02-05 15:30:55,155";

    /// Heads of the plain form with a piece of it replaced here and there.
    fn nearly_plain() -> impl Strategy<Value = String> {
        let rarely = |usual: &'static str, others: &'static str| prop_oneof![12 => Just(usual.to_owned()), 1 => others.prop_map(|text: String| text)];
        (
            rarely(" (", " {0,2}[(/-]?"),
            "-?[0-9a-f]{1,15}|-?[0-9a-g]{0,18}",
            rarely(") :  ", "[) :]{0,5}"),
            prop_oneof![
                4 => prop::sample::select(vec!["INFO", "DEBUG", "ERROR", "WARNING", "CRITICAL"]).prop_map(str::to_owned),
                1 => "[A-Za-z]{0,9}|TRACE|WARN|DEBUGGER",
            ],
            rarely(" (", "[ (]{0,3}"),
            prop_oneof![4 => "[a-zA-Z_./]{1,12}", 1 => "[a-z0-9_.: ()]{0,40}"],
            prop_oneof![4 => ":[0-9]{1,5}", 1 => "[:0-9x]{0,30}"],
            rarely(") - ", "[) -]{0,4}"),
            "[ -~]{0,40}",
        )
            .prop_map(|(a, b, c, d, e, f, g, h, i)| [TIME, &a, &b, &c, &d, &e, &f, &g, &h, &i].concat())
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_slow_reader_reads(line in nearly_plain()) {
            let at = Stamp::parse_log(line.as_bytes()).unwrap();
            if let Some(head) = read(at, line.as_bytes()) {
                let slow = Head::of_any_form(at, line.as_bytes());
                prop_assert_eq!(Some(Head { is_plain: false, ..head }), slow, "{}", line);
            }
        }
    }

    #[test]
    fn the_frameworks_own_heads_are_plain() {
        for rest in [
            " (7f7a3d452700) :  INFO (sandbox:19) - Alder - SEARCH:: x",
            " (-8175976) :  DEBUG (networking:144) - Requesting 'x'",
            " (7f) :  CRITICAL (__init__:361) - ",
            " (7fb89cb72700) :  WARNING (a.b/c:1) - x",
        ] {
            let line = format!("{TIME}{rest}");
            let at = Stamp::parse_log(line.as_bytes()).unwrap();
            assert!(read(at, line.as_bytes()).is_some(), "{line}");
        }
    }
}
