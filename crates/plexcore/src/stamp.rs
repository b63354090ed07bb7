//! Moments as a log writes them: local, without a zone, to the millisecond.
//!
//! A log line does not say which zone it was written in, so all arithmetic stays in the log's own
//! local time. "Now" is always an argument; only [`crate::cli`] reads the clock.

use time::{Date, Month, PrimitiveDateTime, Time};

use crate::Error;

/// Milliseconds of one day.
pub const DAY_MS: i64 = 86_400_000;

/// A local moment: milliseconds since 1970-01-01 00:00:00 of the log's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub i64);

impl Stamp {
    /// The moment of a calendar date and time, if they exist in the calendar.
    pub fn from_parts(date: (i32, u8, u8), clock: (u8, u8, u8), millis: u16) -> Option<Self> {
        let date = Date::from_calendar_date(date.0, Month::try_from(date.1).ok()?, date.2).ok()?;
        let clock = Time::from_hms_milli(clock.0, clock.1, clock.2, millis).ok()?;
        Some(Self::from(PrimitiveDateTime::new(date, clock)))
    }

    /// Reads `YYYY-MM-DD HH:MM:SS,mmm` from the first 23 bytes of a line.
    ///
    /// A `.` or `:` before the milliseconds is taken too. `None` if the bytes are no such moment.
    pub fn parse_log(line: &[u8]) -> Option<Self> {
        let text: &[u8; 23] = line.first_chunk()?;
        if text[4] != b'-'
            || text[7] != b'-'
            || text[10] != b' '
            || text[13] != b':'
            || text[16] != b':'
        {
            return None;
        }
        let pair = |at: usize| Some(digit(text[at])? * 10 + digit(text[at + 1])?);
        let year = pair(0)? * 100 + pair(2)?;
        let (month, day) = (pair(5)?, pair(8)?);
        let (hour, minute) = (pair(11)?, pair(14)?);
        // 60 is a leap second; Python's logging never writes one, and the calendar has no place for it.
        let in_minute = within_minute(*text[17..].first_chunk()?)?;
        if month == 0 || month > 12 || day == 0 || day > days_of(year, month) {
            return None;
        }
        if hour > 23 || minute > 59 {
            return None;
        }
        let days = days_from_civil(i64::from(year), i64::from(month), i64::from(day));
        let minutes = i64::from(hour) * 60 + i64::from(minute);
        Some(Self(days * DAY_MS + minutes * 60_000 + in_minute))
    }

    /// The calendar form of this moment; far-off values end at the calendar's own ends.
    pub fn to_calendar(self) -> PrimitiveDateTime {
        let epoch = PrimitiveDateTime::new(
            Date::from_ordinal_date(1970, 1).unwrap_or(Date::MIN),
            Time::MIDNIGHT,
        );
        epoch.saturating_add(time::Duration::milliseconds(self.0))
    }

    /// The moment as a log writes it: `2026-02-05 15:30:55,155`.
    pub fn to_log(self) -> String {
        format!("{},{:03}", self.to_seconds(), self.0.rem_euclid(1000))
    }

    /// The moment to the second: `2026-02-05 15:30:55`.
    pub fn to_seconds(self) -> String {
        let at = self.to_calendar();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// The moment in ISO 8601, without a zone since the log has none: `2026-02-05T15:30:55.155`.
    pub fn to_iso(self) -> String {
        format!(
            "{}.{:03}",
            self.to_seconds().replace(' ', "T"),
            self.0.rem_euclid(1000)
        )
    }

    /// Reads a moment as reports write it: a date with as much of a time as there is, parted from it
    /// by a blank or a `T`, and the milliseconds behind a comma or a point.
    pub fn parse_report(text: &str) -> Option<Self> {
        parse_moment(text)
    }

    /// Reads what a person types for a moment: a date, a date and time, or an age such as `30m`,
    /// `2h`, `3d`, `1w` before `now`.
    pub fn parse_typed(text: &str, now: Self, option: &'static str) -> Result<Self, Error> {
        parse_age(text)
            .map(|age| Self(now.0.saturating_sub(age)))
            .or_else(|| parse_moment(text))
            .ok_or_else(|| Error::Value {
                option,
                value: text.to_owned(),
                expected: "expected a local time such as \"2026-02-01 18:30\", or an age such as 30m, 2h or 3d"
                    .to_owned(),
            })
    }
}

impl From<PrimitiveDateTime> for Stamp {
    fn from(at: PrimitiveDateTime) -> Self {
        let utc = at.assume_utc();
        Self(utc.unix_timestamp() * 1000 + i64::from(utc.millisecond()))
    }
}

/// A span of time `[since, until)`; an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// The first moment that counts.
    pub since: Option<Stamp>,
    /// The first moment that does not count any more.
    pub until: Option<Stamp>,
}

impl Window {
    /// Whether a moment lies in the window.
    pub fn holds(&self, at: Stamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }
}

fn digit(byte: u8) -> Option<u16> {
    byte.is_ascii_digit().then(|| u16::from(byte - b'0'))
}

fn days_of(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a Gregorian date, by counting whole eras of 400 years from March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// `30s`, `30m`, `2h`, `3d`, `1w`, also `30m ago`, in milliseconds.
fn parse_age(text: &str) -> Option<i64> {
    let text = text.trim().strip_suffix("ago").unwrap_or(text).trim();
    let unit = match text.chars().last()? {
        's' => 1000,
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => DAY_MS,
        'w' => 7 * DAY_MS,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    number.parse::<i64>().ok()?.checked_mul(unit)
}

/// What a typed time lacks is taken from here, place by place.
const MISSING_PARTS: &str = "0000-00-00 00:00:00,000";

/// `2026-02-01`, with ` ` or `T` and `18:30[:05[,123]]`.
fn parse_moment(text: &str) -> Option<Stamp> {
    let text = text.trim().replacen('T', " ", 1);
    if !matches!(text.len(), 10 | 16 | 19 | 23) || !text.is_ascii() {
        return None;
    }
    let whole = format!("{text}{}", &MISSING_PARTS[text.len()..]);
    Stamp::parse_log(whole.as_bytes())
}

/// Reads the times of a log's lines, most of which are of the same minute as the one before.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogClock {
    /// `2026-02-05 15:30:`, and the moment that it stands for.
    minute: Option<([u8; 17], Stamp)>,
}

impl LogClock {
    /// What [`Stamp::parse_log`] gives.
    #[inline]
    pub fn read(&mut self, line: &[u8]) -> Option<Stamp> {
        let minute: &[u8; 17] = line.first_chunk()?;
        if let Some((known, start)) = &self.minute
            && is_same(known, minute)
        {
            let rest = *line[17..].first_chunk()?;
            return Some(Stamp(start.0 + within_minute(rest)?));
        }
        let at = Stamp::parse_log(line)?;
        let rest = *line[17..].first_chunk()?;
        self.minute = Some((*minute, Stamp(at.0 - within_minute(rest)?)));
        Some(at)
    }
}

/// Whether both are the same, without a call to the system's comparison, which costs more than it does.
fn is_same(a: &[u8; 17], b: &[u8; 17]) -> bool {
    let front = |text: &[u8; 17]| text.first_chunk().map(|front| u128::from_le_bytes(*front));
    front(a) == front(b) && a[16] == b[16]
}

/// Milliseconds of `55,155`.
fn within_minute(text: [u8; 6]) -> Option<i64> {
    let digits = [text[0], text[1], text[3], text[4], text[5]].map(|byte| byte.wrapping_sub(b'0'));
    let are_digits = digits.iter().all(|digit| *digit < 10);
    let [tens, ones, hundreds, tens_of_millis, millis] = digits.map(i64::from);
    let is_time = are_digits && tens < 6 && matches!(text[2], b',' | b'.' | b':');
    is_time.then(|| tens * 10_000 + ones * 1000 + hundreds * 100 + tens_of_millis * 10 + millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = b"2026-02-05 15:30:55,155 (170513000) :  ERROR (utils:5552) - x";

    #[test]
    fn a_log_time_is_read_and_written_back() {
        let at = Stamp::parse_log(LINE).unwrap();
        assert_eq!(at.to_log(), "2026-02-05 15:30:55,155");
        assert_eq!(at.to_iso(), "2026-02-05T15:30:55.155");
    }

    proptest::proptest! {
        #[test]
        fn a_clock_reads_what_each_line_says(
            lines in proptest::collection::vec(
                ("2026-0[12]-0[1-3] 1[0-1]:[0-6][0-1]:", "[0-9]{2}[,.:x][0-9]{3}( .)?|[0-9x]{0,4}"),
                1..12,
            )
        ) {
            let mut clock = LogClock::default();
            for (minute, rest) in lines {
                let line = minute + &rest;
                proptest::prop_assert_eq!(
                    clock.read(line.as_bytes()),
                    Stamp::parse_log(line.as_bytes()),
                    "{}",
                    line
                );
            }
        }
    }

    #[test]
    fn the_fast_reader_agrees_with_the_calendar_crate() {
        for (year, month, day) in [
            (1970, 1, 1),
            (1999, 12, 31),
            (2000, 2, 29),
            (2024, 2, 29),
            (2026, 11, 23),
            (1900, 3, 1),
            (2100, 2, 28),
        ] {
            let text = format!("{year:04}-{month:02}-{day:02} 23:59:59,999");
            assert_eq!(
                Stamp::parse_log(text.as_bytes()),
                Stamp::from_parts((year, month, day), (23, 59, 59), 999),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_no_stamp() {
        for text in [
            "2026-02-30 00:00:00,000",
            "2026-13-01 00:00:00,000",
            "2026-00-01 00:00:00,000",
            "2026-01-01 24:00:00,000",
            "2026-01-01 00:60:00,000",
            "2026-01-01 00:00:60,000",
            "2026-01-01T00:00:00,000",
            "2026-01-01 00:00:00,00",
            "2O26-01-01 00:00:00,000",
        ] {
            assert_eq!(Stamp::parse_log(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_moment_of_a_report_has_a_date_and_is_no_age() {
        let read = |text| Stamp::parse_report(text).map(Stamp::to_log);
        let at = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("2026-02-01T18:30:05.250"),
            at("2026-02-01 18:30:05,250")
        );
        assert_eq!(
            read(" 2026-02-01 18:30:05,250 "),
            at("2026-02-01 18:30:05,250")
        );
        assert_eq!(read("2026-02-01 18:30"), at("2026-02-01 18:30:00,000"));
        assert_eq!(
            ["2h", "", "18:30", "none"].map(read),
            [None, None, None, None]
        );
    }

    #[test]
    fn a_typed_time_is_a_moment_or_an_age() {
        let now = Stamp::parse_log(LINE).unwrap();
        let typed = |text| Stamp::parse_typed(text, now, "--since").map(Stamp::to_log);
        assert_eq!(typed("2h").unwrap(), "2026-02-05 13:30:55,155");
        assert_eq!(typed("30m ago").unwrap(), "2026-02-05 15:00:55,155");
        assert_eq!(typed("2026-02-01").unwrap(), "2026-02-01 00:00:00,000");
        assert_eq!(
            typed("2026-02-01T18:30").unwrap(),
            "2026-02-01 18:30:00,000"
        );
        assert_eq!(
            typed("2026-02-01 18:30:05,250").unwrap(),
            "2026-02-01 18:30:05,250"
        );
        for bad in [
            "",
            "yesterday",
            "2026-02-31",
            "12",
            "-3h",
            "h",
            "99999999999999999999d",
            "\u{e9}h",
        ] {
            assert!(typed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_window_holds_its_start_and_not_its_end() {
        let window = Window {
            since: Some(Stamp(10)),
            until: Some(Stamp(20)),
        };
        assert_eq!(
            [9, 10, 19, 20].map(|at| window.holds(Stamp(at))),
            [false, true, true, false]
        );
        assert!(Window::default().holds(Stamp(i64::MIN)));
    }
}
