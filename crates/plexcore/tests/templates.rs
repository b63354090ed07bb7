//! Masking and mining as a caller sees them: stable, independent of order, and right on labelled messages.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use plexcore::log::template::{Masked, Masking, Template, mask, mine};
use proptest::prelude::*;

fn masked(message: &[u8]) -> Vec<u8> {
    let mut into = Masked::default();
    mask(message, &mut into);
    into.text().to_vec()
}

fn text(message: &str) -> String {
    String::from_utf8(masked(message.as_bytes())).unwrap()
}

/// The group of each message.
fn groups<M: AsRef<[u8]>>(messages: &[M]) -> Vec<u64> {
    let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    for message in messages {
        *counts.entry(masked(message.as_ref())).or_default() += 1;
    }
    let maskings: Vec<Masking> = counts
        .iter()
        .map(|(text, count)| Masking {
            text: text.clone(),
            count: *count,
        })
        .collect();
    let mut group_of = BTreeMap::new();
    for Template { id, members, .. } in mine(&maskings) {
        for member in members {
            group_of.insert(maskings[member].text.clone(), id);
        }
    }
    messages
        .iter()
        .map(|message| group_of[&masked(message.as_ref())])
        .collect()
}

/// Group accuracy and the F1 of groups.
fn accuracy(truth: &[String], found: &[u64]) -> (f64, f64) {
    let mut of_group: BTreeMap<u64, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (label, group) in truth.iter().zip(found) {
        *of_group
            .entry(*group)
            .or_default()
            .entry(label)
            .or_default() += 1;
        *sizes.entry(label).or_default() += 1;
    }
    let right: Vec<usize> = of_group
        .values()
        .filter_map(|labels| match labels.iter().next() {
            Some((label, count)) if labels.len() == 1 && sizes[label] == *count => Some(*count),
            _ => None,
        })
        .collect();
    let messages = right.iter().sum::<usize>() as f64 / truth.len() as f64;
    (
        messages,
        2.0 * right.len() as f64 / (of_group.len() + sizes.len()) as f64,
    )
}

#[test]
fn labelled_messages_fall_into_their_groups() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/templates");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "tsv") {
            continue;
        }
        let rows = std::fs::read_to_string(&path).unwrap();
        let (labels, messages): (Vec<String>, Vec<String>) = rows
            .lines()
            .filter_map(|row| row.split_once('\t'))
            .map(|(label, message)| (label.into(), message.into()))
            .unzip();
        let (ga, fga) = accuracy(&labels, &groups(&messages));
        assert!(
            ga >= 0.95 && fga >= 0.93,
            "{}: group accuracy {ga:.3}, F1 of groups {fga:.3}",
            path.display()
        );
        seen += 1;
    }
    assert!(seen >= 2, "found {seen} labelled sets");
}

#[test]
fn what_went_wrong_is_never_masked() {
    let forms = [
        "Could not download {}",
        "Could not download '{}'",
        "Could not download \"{}\" for item 5",
        "result={}",
        "errors: ['{}']",
        "Problem   {}",
        "{'reason': '{}'}",
        "Sample - SEARCH:: Site Title    {}",
        "call failed with {} (attempt 2)",
    ];
    let kinds = [
        ["HTTP Error 403: Forbidden", "HTTP Error 404: Not Found"],
        ["status code 400", "status code 500"],
        ["HTTP 403", "HTTP 404"],
        ["[Errno 2] gone", "[Errno 13] gone"],
        ["KeyError: 'title'", "ValueError: 'title'"],
        ["403 Forbidden", "404 Not Found"],
        ["IOError", "OSError"],
        ["errno=104", "errno=111"],
        ["status: 502", "status: 503"],
        ["java.io.IOException", "java.io.EOFException"],
        ["404 Client Error", "403 Client Error"],
        ["socket.timeout: KeyError", "socket.timeout: TypeError"],
    ];
    for form in forms {
        for [one, other] in kinds {
            // Many examples of both, so that nothing but the kind tells them apart.
            let names = [
                "Anna", "Bert", "Carla", "Dora", "Emil", "Frida", "Gustav", "Hanna", "Ida", "Jan",
                "Karl", "Lena",
            ];
            let messages: Vec<String> = names
                .iter()
                .flat_map(|name| {
                    [one, other].map(|kind| format!("{} for {name}", form.replace("{}", kind)))
                })
                .collect();
            let groups = groups(&messages);
            let of = |kind: usize| groups.iter().skip(kind).step_by(2).collect::<BTreeSet<_>>();
            assert!(of(0).is_disjoint(&of(1)), "{form} with {one} and {other}");
        }
    }
}

#[test]
fn values_of_any_number_of_words_are_one_group() {
    let titles = [
        "Harbor",
        "The Quiet Harbor",
        "A Lantern of the North",
        "Winter & Salt",
        "Old Bridge: Part 2",
        "When It Rains",
    ];
    let folders = [
        "/media/Films/Harbor.mkv",
        "/media/My Films/The Quiet Harbor (1990)/The Quiet Harbor.mkv",
        "D:\\My Films\\a b.mp4",
    ];
    let forms = [
        "Updating metadata of {} from the site",
        "Sample - SEARCH:: Site Title    {}",
        "matched title={} score=10",
    ];
    for form in forms {
        let messages: Vec<String> = titles
            .iter()
            .map(|title| form.replace("{}", title))
            .collect();
        assert_eq!(
            groups(&messages).into_iter().collect::<BTreeSet<_>>().len(),
            1,
            "{form}"
        );
    }
    let messages: Vec<String> = folders
        .iter()
        .map(|path| format!("Cannot read {path}: [Errno 2] No such file"))
        .collect();
    assert_eq!(
        groups(&messages).into_iter().collect::<BTreeSet<_>>().len(),
        1
    );
}

#[test]
fn values_show_themselves_by_their_form() {
    let cases = [
        ("took 5.2 KB and 13 ms, <1 sec", "took <*> and <*>"),
        (
            "user=root rhost=10.0.0.1 uid=0",
            "user=<*> rhost=<*> uid=<*>",
        ),
        ("a= b=1", "a= b=<*>"),
        (
            "Requesting 'http://127.0.0.1:32400/tree?x=1'",
            "Requesting '<*>'",
        ),
        ("see https://example.org/a?b=c.", "see <*>."),
        ("mail to anna@example.org now", "mail to <*> now"),
        (
            "session 0x14ed93 from /10.0.0.1:3888",
            "session <*> from <*>",
        ),
        ("at Sun Jul 10 03:55:15 2005", "at <*>"),
        (
            "Can't find child 1566 in slot 10",
            "Can't find child <*> in slot <*>",
        ),
        ("got {'year': None, 'name': u'x y'} back", "got {<*>} back"),
        ("ids [1, 2, 3]", "ids [<*>]"),
        ("link 00:11:43:e3:ba:c3 via fe80::1", "link <*> via <*>"),
        (
            "Read /config/Library/Application Support/Plex Media Server/Info.xml again",
            "Read <*> again",
        ),
        (
            "Sample - SEARCH:: \u{274c} File: x.py, Line: 5, Function: f",
            "<*> - SEARCH:: \u{274c} File: <*>, Line: <*>, Function: <*>",
        ),
        ("HTTP Error 403: Forbidden", "HTTP Error 403: Forbidden"),
        (
            "[Errno 13] Permission denied: '/a'",
            "[Errno 13] Permission denied: '<*>'",
        ),
        ("exit status 127", "exit status <*>"),
    ];
    for (message, expected) in cases {
        assert_eq!(text(message), expected, "{message}");
    }
}

#[test]
fn each_variable_knows_its_value() {
    let message = b"Took 5.2 KB from '/a b/c' at Sun Jul 10 03:55";
    let mut into = Masked::default();
    mask(message, &mut into);
    let values: Vec<&[u8]> = into
        .values()
        .iter()
        .map(|range| &message[range.clone()])
        .collect();
    assert_eq!(values, [&b"5.2 KB"[..], b"/a b/c", b"Sun Jul 10 03:55"]);
}

#[test]
fn many_patterns_are_grouped_in_bounded_work() {
    let words: Vec<String> = (0..400)
        .map(|n| {
            format!(
                "{}{}",
                char::from_digit(10 + n % 26, 36).unwrap(),
                "xyzuvw".repeat(1 + n as usize / 26 % 3)
            ) + &"q".repeat(n as usize / 78)
        })
        .collect();
    let maskings: Vec<Masking> = (0..20_000_usize)
        .map(|n| {
            let word = |k: usize| words[(n * 7919 + k * 104_729) / (k + 1) % words.len()].as_str();
            Masking {
                text: format!("Updating {} {} from {}", word(0), word(1), word(2)).into_bytes(),
                count: 1,
            }
        })
        .collect();
    let templates = mine(&maskings);
    assert_eq!(
        templates
            .iter()
            .map(|template| template.members.len())
            .sum::<usize>(),
        maskings.len()
    );
    assert!(templates.len() < 200, "{} templates", templates.len());
}

#[test]
fn a_long_hostile_message_takes_one_pass() {
    for unit in [
        "'a ",
        "k=a(",
        "{'a",
        "a:",
        "a|",
        "File: ",
        "a   b",
        "/a b",
        "\u{201c}a ",
        "\"",
        "[",
        "1.",
        "..",
        "`a' ",
        "a' ",
        "V, 1 x ",
    ] {
        let message = unit.repeat(300_000 / unit.len());
        assert!(
            masked(message.as_bytes()).len() <= message.len() + 3,
            "{unit}"
        );
        assert_eq!(groups(&[&message, &message]).len(), 2, "{unit}");
    }
}

/// Messages from few words, so that they collide, with every kind of mark.
fn message() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Found",
        "match",
        "for",
        "The",
        "Quiet",
        "Harbor",
        "user",
        "failed",
        "5",
        "404",
        "HTTP",
        "Errno",
        "0x1f",
        "KeyError",
        "/a/b c",
        "'x y'",
        "\"",
        "'",
        "=",
        "k=v",
        "k=",
        ":",
        ",",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<*>",
        "<",
        "|",
        "  ",
        "   ",
        "\t",
        "\n",
        "Jul",
        "10",
        "ms",
        "KB",
        "::",
        " - ",
        "AREA",
        "http://e.org/x",
        "a.b.c",
        "a@b",
        "...",
        "--",
        "é",
        "File:",
        ", Line:",
        ", Function:",
        "u'",
        "%",
        "status",
        "code",
        "1:2",
        "fe80::1",
        "C:\\",
        "\\",
        "~/",
        "#",
        "abcdefabcdef",
        "abcdefghijklmnop12",
    ]);
    let space = prop::sample::select(vec![" ", " ", " ", ""]);
    prop::collection::vec((piece, space), 0..14).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(piece, space)| [piece, space])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_can_be_masked_and_mined(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6)) {
        prop_assert_eq!(groups(&messages).len(), messages.len());
    }

    #[test]
    fn masking_what_was_masked_changes_nothing(message in message()) {
        let once = masked(message.as_bytes());
        let twice = masked(&once);
        prop_assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&once), "{:?}", message);
    }

    #[test]
    fn values_lie_in_the_message_in_order(message in message()) {
        let mut into = Masked::default();
        mask(message.as_bytes(), &mut into);
        let variables = String::from_utf8_lossy(into.text()).matches("<*>").count();
        prop_assert_eq!(into.values().len(), variables);
        let mut end = 0;
        for value in into.values() {
            prop_assert!(value.start <= value.end && value.end <= message.len());
            prop_assert!(value.start >= end);
            end = value.end;
        }
    }

    #[test]
    fn neither_order_nor_repetition_changes_the_groups(messages in prop::collection::vec(message(), 1..30), turn in 0_usize..30) {
        let before = groups(&messages);
        let mut turned: Vec<(String, u64)> = messages.iter().cloned().zip(before.iter().copied()).collect();
        turned.push(turned[turn % turned.len()].clone());
        let len = turned.len();
        turned.rotate_left(turn % len);
        turned.reverse();
        let (messages, expected): (Vec<String>, Vec<u64>) = turned.into_iter().unzip();
        prop_assert_eq!(groups(&messages), expected);
    }

    #[test]
    fn insertion_order_of_maskings_does_not_matter(messages in prop::collection::btree_set(message(), 1..30)) {
        let maskings: Vec<Masking> = messages.iter().map(|m| Masking { text: masked(m.as_bytes()), count: 1 }).collect();
        let reversed: Vec<Masking> = maskings.iter().rev().cloned().collect();
        let texts = |templates: Vec<Template>| templates.into_iter().map(|t| (t.id, t.text, t.count)).collect::<Vec<_>>();
        prop_assert_eq!(texts(mine(&maskings)), texts(mine(&reversed)));
    }
}
