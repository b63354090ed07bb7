//! Events that only their message tells apart, grouped by templates mined from all their messages.
//!
//! A message's own masking shows the values that have the form of one; that a name or a title is a
//! value shows only beside other messages. So the catalogue counts by masked message first, and
//! [`settle`] joins what one template stands for once all logs are read.
//!
//! Invariants: what is joined has one class, so nothing of different kind is; the result does not
//! depend on the order of plug-ins, on threads, or on how often a message came; an entry's
//! fingerprint comes from the words of its template alone.

use std::collections::BTreeMap;

use super::catalogue::{Catalogue, EntryTally};
use crate::log::event::of_wording;
use crate::log::template::{Masking, VARIABLE, mine};

/// So many distinct messages are kept of one plug-in before those that are alike are joined.
pub const MOST: usize = 4096;

/// The new fingerprint and template of each entry that has a message.
type Settled = BTreeMap<u64, (u64, Box<[u8]>)>;

/// Joins the entries of all catalogues whose messages one template stands for.
///
/// Only the entries' keys and templates change across catalogues; each keeps its own counts.
pub fn settle(catalogues: &mut [&mut Catalogue]) {
    let settled = mined(catalogues);
    for catalogue in catalogues {
        apply(catalogue, &settled);
    }
}

/// Joins what is alike in one catalogue, and what is rarest beyond that, so that there is room again.
pub(super) fn compress(catalogue: &mut Catalogue) {
    settle(&mut [catalogue]);
    let mut ranked: Vec<(u64, u64)> = catalogue
        .entries
        .iter()
        .filter(|(_, entry)| entry.wording.is_some())
        .map(|(fingerprint, entry)| (entry.count, *fingerprint))
        .collect();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    for (_, fingerprint) in ranked.split_off(ranked.len().min(MOST / 2)) {
        if let Some(mut entry) = catalogue.entries.remove(&fingerprint) {
            let rest = of_wording(&entry.class.id, VARIABLE.as_bytes());
            entry.wording = Some(VARIABLE.as_bytes().into());
            join(&mut catalogue.entries, rest, entry);
        }
    }
    catalogue.outside.clear();
    catalogue.n_worded = catalogue
        .entries
        .values()
        .filter(|entry| entry.wording.is_some())
        .count();
}

fn mined(catalogues: &[&mut Catalogue]) -> Settled {
    let mut by_class: BTreeMap<&str, BTreeMap<&[u8], (u64, u64)>> = BTreeMap::new();
    for catalogue in catalogues {
        let inside = catalogue.entries.iter().filter_map(|(fingerprint, entry)| {
            Some((
                &entry.class,
                entry.wording.as_deref()?,
                *fingerprint,
                entry.count,
            ))
        });
        let outside = catalogue
            .outside
            .iter()
            .map(|(fingerprint, (class, wording))| (class, &**wording, *fingerprint, 0));
        for (class, wording, fingerprint, count) in inside.chain(outside) {
            by_class
                .entry(&class.id)
                .or_default()
                .entry(wording)
                .or_insert((fingerprint, 0))
                .1 += count;
        }
    }
    let mut settled = Settled::new();
    for (id, wordings) in by_class {
        let maskings: Vec<Masking> = wordings
            .iter()
            .map(|(text, (_, count))| Masking {
                text: text.to_vec(),
                count: *count,
            })
            .collect();
        let own: Vec<u64> = wordings.values().map(|(own, _)| *own).collect();
        for template in mine(&maskings) {
            let fingerprint = of_wording(id, template.text.as_bytes());
            for member in template.members {
                let text: Box<[u8]> = template.text.as_bytes().into();
                settled.insert(own[member], (fingerprint, text));
            }
        }
    }
    settled
}

fn apply(catalogue: &mut Catalogue, settled: &Settled) {
    let mut entries = BTreeMap::new();
    for (fingerprint, mut entry) in std::mem::take(&mut catalogue.entries) {
        let found = settled
            .get(&fingerprint)
            .filter(|_| entry.wording.is_some());
        let key = match found {
            Some((key, text)) => {
                entry.wording = Some(text.clone());
                *key
            }
            None => fingerprint,
        };
        join(&mut entries, key, entry);
    }
    catalogue.entries = entries;
}

fn join(entries: &mut BTreeMap<u64, EntryTally>, key: u64, entry: EntryTally) {
    match entries.get_mut(&key) {
        Some(known) => known.merge(entry),
        None => {
            entries.insert(key, entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::log::record::Records;
    use crate::log::rules::Rules;
    use crate::metrics::plugin_tally::PluginCounter;
    use crate::stamp::{Stamp, Window};

    const TITLES: [&str; 12] = [
        "Quiet Harbour",
        "The Long Road Home",
        "Ember",
        "Night of the Heron",
        "Baker's Dozen",
        "Salt and Iron",
        "Winter Sun",
        "A Map of Rain",
        "Glass Orchard",
        "Low Tide",
        "Seven Lanterns",
        "North by Lamplight",
    ];

    fn catalogue(messages: &[String], window: Window) -> Catalogue {
        let rules = Rules::builtin();
        let mut counter = PluginCounter::new(&rules, window);
        let lines = (0..).zip(messages).map(|(n, message)| {
            let (minute, second) = (n / 60 % 60, n % 60);
            format!("2026-02-05 15:{minute:02}:{second:02},155 (12) :  ERROR (x:1) - {message}\n")
        });
        let log = lines.collect::<Vec<String>>().concat();
        let mut records = Records::new(Cursor::new(log));
        while let Some(record) = records.next().unwrap() {
            counter.take(&record, 0);
        }
        counter.finish().catalogue
    }

    /// Fingerprint, template and count of each entry.
    fn entries(catalogue: &Catalogue) -> Vec<(u64, String, u64)> {
        let text = |entry: &EntryTally| {
            String::from_utf8_lossy(entry.wording.as_deref().unwrap_or_default()).into_owned()
        };
        catalogue
            .entries
            .iter()
            .map(|(fingerprint, entry)| (*fingerprint, text(entry), entry.count))
            .collect()
    }

    fn settled(messages: &[String]) -> Vec<(u64, String, u64)> {
        let mut catalogue = catalogue(messages, Window::default());
        settle(&mut [&mut catalogue]);
        entries(&catalogue)
    }

    fn about_titles() -> Vec<String> {
        TITLES
            .iter()
            .map(|title| {
                format!("Alder - SEARCH:: Error reading the cast of {title} from the page")
            })
            .collect()
    }

    #[test]
    fn values_of_any_number_of_words_are_one_entry() {
        let found = settled(&about_titles());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].1.as_str(), found[0].2),
            (
                "<*> - SEARCH:: Error reading the cast of <*> from the page",
                12
            )
        );
    }

    #[test]
    fn statuses_error_numbers_and_exceptions_are_never_joined() {
        let messages: Vec<String> = TITLES
            .iter()
            .flat_map(|title| {
                [
                    format!("answer 403 Forbidden for {title}"),
                    format!("answer 404 Not Found for {title}"),
                    format!("errno=2 for {title}"),
                    format!("errno=13 for {title}"),
                    format!("KeyError for {title}"),
                    format!("ValueError for {title}"),
                ]
            })
            .collect();
        let found = settled(&messages);
        assert_eq!(found.len(), 6, "{found:?}");
        assert!(found.iter().all(|(_, _, count)| *count == 12), "{found:?}");
    }

    #[test]
    fn what_is_outside_the_window_shows_what_varies_too() {
        let whole = settled(&about_titles());
        let window = Window {
            since: Some(Stamp::parse_typed("2026-02-05 15:00:11", Stamp(0), "x").unwrap()),
            until: None,
        };
        let mut last = catalogue(&about_titles(), window);
        settle(&mut [&mut last]);
        let found = entries(&last);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].0, &found[0].1, found[0].2),
            (whole[0].0, &whole[0].1, 1)
        );
    }

    #[test]
    fn messages_without_end_take_no_room_without_end_and_all_are_counted() {
        let word = |n: usize| -> String {
            (0..7)
                .map(|place| {
                    char::from(b"abcdefghijklmnopqrstuvwxyz"[((n * 7919) >> (place * 2)) % 26])
                })
                .collect()
        };
        let messages: Vec<String> = (0..3 * MOST)
            .map(|n| {
                if n % 5 == 0 {
                    "nothing to be done here".to_owned()
                } else {
                    format!("{} {} {}", word(n), word(n * 31 + 7), word(n * 17 + 3))
                }
            })
            .collect();
        let catalogue = catalogue(&messages, Window::default());
        assert!(
            catalogue.entries.len() <= MOST + 1,
            "{}",
            catalogue.entries.len()
        );
        let found = entries(&catalogue);
        let total: u64 = found.iter().map(|(_, _, count)| count).sum();
        assert_eq!(total, messages.len() as u64);
        assert!(found.iter().any(|(_, text, _)| text == "<*>"));
        let frequent = found
            .iter()
            .find(|(_, text, _)| text.starts_with("nothing"));
        assert_eq!(frequent.map(|(_, _, count)| *count), Some(2458));
    }

    proptest! {
        #[test]
        fn neither_order_nor_repetition_nor_plug_ins_change_an_entry(
            chosen in proptest::collection::vec((0..TITLES.len(), 0_usize..4), 1..60),
            split in any::<prop::sample::Index>(),
        ) {
            let say = |(title, form): &(usize, usize)| {
                let title = TITLES[*title];
                match form {
                    0 => format!("could not find {title} on the site"),
                    1 => format!("Problem with poster of {title}"),
                    2 => format!("{title} was refused"),
                    _ => format!("giving up on {title}: HTTP Error 50{}", title.len() % 4),
                }
            };
            let messages: Vec<String> = chosen.iter().map(say).collect();
            let expected = settled(&messages);
            let mut turned: Vec<String> = messages.iter().rev().cloned().collect();
            prop_assert_eq!(&settled(&turned), &expected);
            turned.extend(messages.iter().cloned());
            let doubled = settled(&turned);
            let names = |found: &[(u64, String, u64)]| -> Vec<(u64, String)> {
                found.iter().map(|(id, text, _)| (*id, text.clone())).collect()
            };
            prop_assert_eq!(names(&doubled), names(&expected));

            let (one, other) = messages.split_at(split.index(messages.len()));
            let mut parts = [catalogue(one, Window::default()), catalogue(other, Window::default())];
            let [first, second] = &mut parts;
            settle(&mut [first, second]);
            let mut joined: BTreeMap<u64, (String, u64)> = BTreeMap::new();
            for (id, text, count) in parts.iter().flat_map(entries) {
                joined.entry(id).or_insert((text, 0)).1 += count;
            }
            let joined: Vec<_> = joined.into_iter().map(|(id, (text, n))| (id, text, n)).collect();
            prop_assert_eq!(joined, expected);
        }
    }
}
