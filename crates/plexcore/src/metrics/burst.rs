//! Intervals with far more of something than the window as a whole has.
//!
//! A minute belongs to a burst when the five minutes around it hold at least [`LEAST_EVENTS`]
//! events and more than chance would put there: four times what the window's own rate gives, and
//! three standard deviations of a Poisson count beyond that. Both numbers are thresholds for being
//! named, not tests; a burst says that something is remarkable, never why.

use std::collections::BTreeMap;

/// Minutes on each side of a minute that are looked at with it.
const REACH: i64 = 2;
/// Fewer events than this are never a burst.
pub const LEAST_EVENTS: u64 = 10;
const TIMES_USUAL: f64 = 4.0;
const DEVIATIONS: f64 = 3.0;
/// Quiet minutes within a burst that do not end it.
const LONGEST_PAUSE: i64 = 3;

/// A burst, in minutes since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first minute.
    pub start: i64,
    /// The minute after the last.
    pub end: i64,
    /// Events in it.
    pub events: u64,
}

/// Finds bursts in events counted by minute, between the minutes `first` and `last` (both inside).
pub fn find(minutes: &BTreeMap<i64, u64>, first: i64, last: i64) -> Vec<Span> {
    let total: u64 = minutes.values().sum();
    let length = last - first + 1;
    if total < LEAST_EVENTS || length <= 2 * REACH + 1 {
        return Vec::new();
    }
    let usual = total as f64 * (2 * REACH + 1) as f64 / length as f64;
    let threshold = TIMES_USUAL * usual + DEVIATIONS * usual.sqrt();
    let around = |minute: i64| -> u64 {
        minutes
            .range(minute - REACH..=minute + REACH)
            .map(|(_, n)| n)
            .sum()
    };
    let is_hot = |minute: i64| {
        let events = around(minute);
        events >= LEAST_EVENTS && events as f64 > threshold
    };
    let per_minute = total as f64 / length as f64;
    let mut spans: Vec<Span> = Vec::new();
    // Only minutes with events can begin or end a burst, so the quiet ones need no look.
    for (&minute, &events) in minutes.range(first..=last) {
        if events as f64 <= 2.0 * per_minute || !is_hot(minute) {
            continue;
        }
        match spans.last_mut() {
            Some(span) if minute - span.end <= LONGEST_PAUSE => span.end = minute + 1,
            _ => spans.push(Span {
                start: minute,
                end: minute + 1,
                events: 0,
            }),
        }
    }
    for span in &mut spans {
        span.events = minutes.range(span.start..span.end).map(|(_, n)| n).sum();
    }
    spans.retain(|span| span.events >= LEAST_EVENTS);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(minutes: impl IntoIterator<Item = (i64, u64)>) -> BTreeMap<i64, u64> {
        minutes.into_iter().collect()
    }

    #[test]
    fn an_even_flow_has_no_burst() {
        assert_eq!(
            find(&counted((0..600).map(|minute| (minute, 3))), 0, 599),
            []
        );
        assert_eq!(
            find(
                &counted((0..600).step_by(7).map(|minute| (minute, 1))),
                0,
                599
            ),
            []
        );
        assert_eq!(find(&counted([(5, 9)]), 0, 599), [], "too few to name");
    }

    #[test]
    fn a_heap_of_work_is_named_with_its_ends() {
        let quiet = (0..600).step_by(10).map(|minute| (minute, 1));
        let found = find(
            &counted(quiet.chain((200..212).map(|minute| (minute, 4)))),
            0,
            599,
        );
        assert_eq!(
            found,
            [Span {
                start: 200,
                end: 212,
                events: 48
            }]
        );
    }

    #[test]
    fn a_short_pause_does_not_end_it_and_a_long_one_does() {
        let heaps = |second: i64| {
            counted(
                (100..105)
                    .chain(second..second + 5)
                    .map(|minute| (minute, 6)),
            )
        };
        assert_eq!(find(&heaps(107), 0, 900).len(), 1);
        assert_eq!(find(&heaps(300), 0, 900).len(), 2);
    }
}
