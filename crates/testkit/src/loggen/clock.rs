//! Local milliseconds to the two forms that Plex logs write, fast enough for a gigabyte.

use time::{Date, Month, PrimitiveDateTime, Time};

use super::truth::Stamp;

pub(super) const SECOND: Stamp = 1000;
pub(super) const MINUTE: Stamp = 60 * SECOND;
pub(super) const HOUR: Stamp = 60 * MINUTE;

/// Milliseconds since 1970 of a local time.
pub fn stamp(moment: PrimitiveDateTime) -> Stamp {
    let utc = moment.assume_utc();
    utc.unix_timestamp() * SECOND + Stamp::from(utc.millisecond())
}

/// The local time of a stamp.
pub fn moment(at: Stamp) -> PrimitiveDateTime {
    let day_ms = 24 * HOUR;
    let day = Date::from_calendar_date(1970, Month::January, 1)
        .ok()
        .and_then(|epoch| epoch.checked_add(time::Duration::days(at.div_euclid(day_ms))))
        .unwrap_or(Date::MIN);
    PrimitiveDateTime::new(day, Time::MIDNIGHT)
        + time::Duration::milliseconds(at.rem_euclid(day_ms))
}

/// Writes times, keeping the text of the last second.
pub(super) struct Clock {
    form: Form,
    second: Stamp,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `2026-02-05 15:30:55,155`
    Plugin,
    /// `Feb 05, 2026 15:30:55.155`
    Server,
}

impl Clock {
    pub(super) fn new(form: Form) -> Self {
        Self {
            form,
            second: Stamp::MIN,
            text: String::new(),
        }
    }

    pub(super) fn write(&mut self, at: Stamp, out: &mut Vec<u8>) {
        let second = at.div_euclid(SECOND);
        if second != self.second {
            self.second = second;
            self.text = whole_second(self.form, moment(at));
        }
        out.extend_from_slice(self.text.as_bytes());
        let millis = at.rem_euclid(SECOND);
        for unit in [100, 10, 1] {
            out.push(b'0' + u8::try_from(millis / unit % 10).unwrap_or(0));
        }
    }
}

fn whole_second(form: Form, moment: PrimitiveDateTime) -> String {
    let (year, month, day) = (moment.year(), u8::from(moment.month()), moment.day());
    let (hour, minute, second) = moment.as_hms();
    match form {
        Form::Plugin => {
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},")
        }
        Form::Server => {
            let name: String = moment.month().to_string().chars().take(3).collect();
            format!("{name} {day:02}, {year:04} {hour:02}:{minute:02}:{second:02}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn written(form: Form, at: Stamp) -> String {
        let mut out = Vec::new();
        Clock::new(form).write(at, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn both_forms_are_those_of_real_logs() {
        let at = stamp(datetime!(2026-02-05 15:30:55.155));
        assert_eq!(written(Form::Plugin, at), "2026-02-05 15:30:55,155");
        assert_eq!(written(Form::Server, at), "Feb 05, 2026 15:30:55.155");
    }

    #[test]
    fn a_stamp_gives_back_its_moment() {
        let t = datetime!(2024-02-29 23:59:59.999);
        assert_eq!(moment(stamp(t)), t);
    }
}
