//! When a request is sent again, and how long to wait before.

use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// The longest wait that is chosen here; a server may ask for more.
const LONGEST: Duration = Duration::from_secs(8);
const FIRST: Duration = Duration::from_millis(300);
/// A server that asks for a longer wait than this is not waited for.
const LONGEST_ASKED: Duration = Duration::from_secs(120);

/// How often and after which pauses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retry {
    /// How many times after the first.
    pub(crate) times: u32,
}

impl Retry {
    /// The pause before the `n`th repetition (from 0), or `None` if there shall be none.
    ///
    /// Pauses double and are drawn at random below that ("full jitter"), so that several clients of
    /// a server that comes back don't come back all at once. What the server asked for is kept.
    pub(crate) fn pause(self, n: u32, asked: Option<Duration>) -> Option<Duration> {
        if n >= self.times {
            return None;
        }
        match asked {
            Some(asked) if asked > LONGEST_ASKED => None,
            Some(asked) => Some(asked),
            None => {
                let most = FIRST.saturating_mul(1 << n.min(10)).min(LONGEST);
                Some(most.mul_f64(0.25 + 0.75 * random_share()))
            }
        }
    }
}

/// A number from 0 to 1 that differs from call to call; the standard library seeds its hash maps so.
fn random_share() -> f64 {
    let bits = std::hash::RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// The wait that a `Retry-After` header asks for: seconds, or a date, which needs the time now as
/// seconds since 1970.
pub(crate) fn retry_after(value: &str, now: i64) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = http_date(value)?;
    Some(Duration::from_secs(u64::try_from(at - now).unwrap_or(0)))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970.
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, rest) = text.split_once(", ")?;
    let mut words = rest.split(' ');
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let mut clock = words.next()?.split(':');
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let clock = (
        clock.next()?.parse().ok()?,
        clock.next()?.parse().ok()?,
        clock.next()?.parse().ok()?,
    );
    let date = (
        year.parse().ok()?,
        u8::try_from(month).ok()?,
        day.parse().ok()?,
    );
    (words.next()? == "GMT").then_some(())?;
    plexcore::stamp::Stamp::from_parts(date, clock, 0).map(|stamp| stamp.0 / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_stay_below_a_bound_and_end() {
        let retry = Retry { times: 12 };
        for n in 0..12 {
            let pause = retry.pause(n, None).unwrap();
            let most = FIRST.saturating_mul(1 << n.min(10)).min(LONGEST);
            assert!(pause <= most && pause >= most / 4, "{n}: {pause:?}");
        }
        assert_eq!(retry.pause(12, None), None);
    }

    #[test]
    fn what_the_server_asks_for_is_kept_unless_it_is_too_much() {
        let retry = Retry { times: 1 };
        assert_eq!(
            retry.pause(0, Some(Duration::from_secs(7))),
            Some(Duration::from_secs(7))
        );
        assert_eq!(retry.pause(0, Some(Duration::from_secs(86_400))), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("120", 0), Some(Duration::from_secs(120)));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(retry_after(date, 784_111_770), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(date, 784_111_999), Some(Duration::ZERO));
        for bad in [
            "",
            "soon",
            "-1",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 CET",
        ] {
            assert_eq!(retry_after(bad, 0), None, "{bad}");
        }
    }
}
