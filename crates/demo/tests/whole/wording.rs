//! The house rules of the help pages and of wrong usage (CONTRIBUTING.md, "How the tools speak"),
//! held on all tools.

use std::collections::{BTreeMap, BTreeSet};

use super::siblings::{complain, say};
use super::{TOOLS, read};

/// A help page, cut up.
struct Page {
    description: String,
    /// Options and exit codes with what is said of them, joined to one line.
    options: Vec<(String, String)>,
    codes: Vec<(u8, String)>,
}

fn page(tool: &str) -> Page {
    let help = say(tool, &["--help"]);
    for line in help.lines() {
        let is_long_option = line.starts_with("  --") && !line.contains("   ");
        assert!(
            line.chars().count() <= 96 || is_long_option,
            "{tool}: {line}"
        );
        assert!(
            !line.contains('`'),
            "{tool}: back quotes are for documents: {line}"
        );
        assert_eq!(line, line.trim_end(), "{tool}");
    }
    let section = |title: &str| {
        let text = help.split(&format!("\n{title}:\n")).nth(1);
        let text = text.unwrap_or_else(|| panic!("{tool}: no section {title}"));
        entries(text.split("\n\n").next().unwrap())
    };
    let codes = section("Exit codes").into_iter();
    Page {
        description: help.split("\n\nUsage: ").next().unwrap().replace('\n', " "),
        options: section("Options"),
        codes: codes
            .map(|(code, text)| (code.parse().unwrap(), text))
            .collect(),
    }
}

/// Heads of a section with their descriptions, which begin in column 28 or on the next line.
fn entries(section: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in section.lines() {
        if let Some(more) = line.strip_prefix(&" ".repeat(28)) {
            let (_, text) = entries.last_mut().unwrap();
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(more);
        } else {
            let line = line.trim_start();
            let (head, text) = line.split_once("  ").unwrap_or((line, ""));
            entries.push((head.to_owned(), text.trim_start().to_owned()));
        }
    }
    entries
}

/// Lower case, or a word that is written in capitals wherever it stands.
fn begins_low(text: &str) -> bool {
    let word = text.split([' ', ':', ',']).next().unwrap();
    let first = text.chars().next().unwrap();
    !first.is_uppercase() || word.chars().skip(1).any(char::is_uppercase)
}

#[test]
fn a_description_is_whole_sentences() {
    for tool in TOOLS {
        let text = page(tool).description;
        assert!(text.ends_with('.'), "{tool}: {text}");
        assert!(
            text.chars().next().unwrap().is_uppercase(),
            "{tool}: {text}"
        );
    }
}

#[test]
fn an_option_is_explained_in_lower_case_without_a_full_stop() {
    for tool in TOOLS {
        for (head, text) in page(tool).options {
            assert!(begins_low(&text), "{tool} {head}: {text}");
            assert!(
                !text.ends_with('.') || text.ends_with("..."),
                "{tool} {head}: {text}"
            );
            assert!(
                !text.contains(". "),
                "{tool} {head}: a semicolon, not a full stop: {text}"
            );
        }
    }
}

#[test]
fn defaults_and_repetition_are_said_in_one_way() {
    for tool in TOOLS {
        for (head, text) in page(tool).options {
            let defaults = text.matches("default").count();
            assert!(
                defaults == text.matches("(default: ").count() + text.matches("(default)").count(),
                "{tool} {head}: expected (default: ...), found {text}"
            );
            for other in [
                "otherwise",
                "several times",
                "more than once",
                "defaults to",
            ] {
                assert!(!text.contains(other), "{tool} {head}: {other:?} in {text}");
            }
        }
    }
}

#[test]
fn an_option_of_several_tools_takes_the_same_everywhere() {
    let mut takes: BTreeMap<String, (String, String)> = BTreeMap::new();
    for tool in TOOLS {
        for (head, text) in page(tool).options {
            let (name, placeholder) = head.split_once(' ').unwrap_or((&head, ""));
            let seen = (placeholder.to_owned(), tool.to_owned());
            // These mean another thing in another script, and keep what they meant there.
            let of_the_scripts = ["--diff", "--delete", "--verify", "--history", "--expect"];
            if of_the_scripts.contains(&name) {
                continue;
            }
            let first = takes.entry(name.to_owned()).or_insert(seen);
            assert_eq!(first.0, placeholder, "{name} of {} and of {tool}", first.1);
            if name == "--json" {
                assert_eq!(
                    text, "one JSON document on standard output instead of text",
                    "{tool}"
                );
            }
        }
    }
}

/// The codes of the table in the documentation.
fn table_of_codes() -> Vec<u8> {
    let text = read("docs/compatibility.md");
    let table = text.split("\n## Exit codes\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
        .collect()
}

#[test]
fn exit_codes_mean_the_same_everywhere_and_are_in_the_table() {
    let table = table_of_codes();
    // A fault in the tool itself is nothing that a help page would promise.
    let mut seen = BTreeSet::from([70]);
    for tool in TOOLS {
        let codes = page(tool).codes;
        assert_eq!(codes.first().unwrap().0, 0, "{tool}");
        assert!(
            codes.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{tool}: {codes:?}"
        );
        let usage = codes.iter().find(|(code, _)| *code == 64).unwrap();
        assert_eq!(usage.1, "wrong usage", "{tool}");
        for (code, text) in codes {
            assert!(table.contains(&code), "{tool}: {code} is in no table");
            seen.insert(code);
            assert!(begins_low(&text), "{tool} {code}: {text}");
            assert!(
                !text.ends_with('.') && !text.contains(". "),
                "{tool} {code}: {text}"
            );
            assert!(
                !text.contains("cannot"),
                "{tool} {code}: can't, as in the other pages: {text}"
            );
        }
    }
    // In rising order, each once, and none that no tool ends with.
    assert_eq!(table, seen.into_iter().collect::<Vec<_>>());
}

#[test]
fn the_first_words_of_a_tools_code_list_the_exit_codes_of_its_help() {
    for tool in TOOLS {
        let text = read(&format!("crates/{tool}/src/main.rs"));
        let documentation: Vec<&str> = text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .collect();
        let documentation = documentation.join(" ");
        let list = documentation.split("Exit codes:").nth(1);
        let list = list.unwrap_or_else(|| panic!("{tool}: no exit codes in main.rs"));
        let told: Vec<u8> = list
            .split(|letter: char| !letter.is_ascii_digit())
            .filter_map(|word| word.parse().ok())
            .collect();
        let of_help: Vec<u8> = page(tool).codes.iter().map(|(code, _)| *code).collect();
        assert_eq!(told, of_help, "{tool}");
    }
}

#[test]
fn options_that_do_not_go_together_are_refused_in_one_way() {
    for (tool, args, message) in [
        (
            "aggregate_plex_logs",
            "--sample --log-dir .",
            "--sample and --log-dir exclude one another: the sample brings its own logs",
        ),
        (
            "aggregate_plex_logs",
            "--since 2h --timeframe 4",
            "--since and --timeframe exclude one another: both say where the window begins",
        ),
        (
            "aggregate_plex_logs",
            "--format legacy --until 2h",
            "--format legacy and --until exclude one another: the script knew neither --since nor --until",
        ),
        (
            "aggregate_plex_logs",
            "--kind remote",
            "--kind belongs to --follow: a report has every kind",
        ),
        (
            "aggregate_plex_logs",
            "--output a --output a",
            "--output a is given twice",
        ),
        (
            "compare_metrics",
            "--baseline a --current b --output - --output -",
            "--output - is given twice",
        ),
        (
            "compare_metrics",
            "--baseline a --current b --json --output -",
            "--json and --output - exclude one another: both write on standard output",
        ),
        (
            "compare_metrics",
            "--baseline a",
            "--current is required: it is the report from after the fix",
        ),
        (
            "diagnose_from_report",
            "",
            "--report is required: aggregated_logs_enhanced.txt, which would be read without it, is not here",
        ),
        (
            "diagnose_from_report",
            "--format text",
            "cannot use \"text\" for --format: expected markdown, html or json",
        ),
        (
            "plex_api_utils",
            "--cacert a --pin b --insecure --sections",
            "--cacert, --pin and --insecure exclude one another",
        ),
        (
            "plex_api_utils",
            "--sections --expect summary",
            "--expect belongs to --verify",
        ),
        (
            "backup_utils",
            "--list --exact",
            "--exact belongs to --restore and --diff",
        ),
        ("backup_utils", "--create a", "--create needs --name"),
        (
            "safety_validator",
            "--null a.py",
            "--null belongs to --files-from",
        ),
    ] {
        let args: Vec<&str> = args.split_whitespace().collect();
        let (code, said) = complain(tool, &args);
        assert_eq!(code, Some(64), "{tool} {args:?}: {said}");
        let told = said
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{tool}: ")));
        assert_eq!(told, Some(message), "{tool} {args:?}");
    }
}
