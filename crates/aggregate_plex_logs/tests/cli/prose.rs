//! What README and docs say is true: commands run, outputs and tables are the program's own.

use std::fs;
use std::path::PathBuf;

use plexcore::cli::Exit;

use super::tool;

fn workspace() -> PathBuf {
    testkit::fixtures().join("..")
}

fn read(name: &str) -> String {
    fs::read_to_string(workspace().join(name))
        .unwrap()
        .replace("\r\n", "\n")
}

/// The bodies of the fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    text.split(&opening)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_readmes_first_command_prints_what_the_readme_shows() {
    let block = blocks(&read("README.md"), "console").remove(0);
    let (command, shown) = block.split_once('\n').unwrap();
    let args = command
        .strip_prefix("$ cargo run -p aggregate_plex_logs -- ")
        .unwrap();
    let ended = tool().args(args.split(' ')).run().unwrap();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let shown = shown.strip_suffix("...\n").unwrap();
    assert!(
        shown.lines().count() > 3 && ended.stdout.starts_with(shown),
        "{}",
        ended.stdout
    );
}

#[test]
fn every_option_that_a_document_shows_exists() {
    let help = tool().args(["--help"]).run().unwrap().stdout;
    for name in ["README.md", "docs/compatibility.md", "CONTRIBUTING.md"] {
        let text = read(name);
        let of_tool = text
            .lines()
            .filter(|line| line.contains("aggregate_plex_logs"));
        for option in of_tool
            .flat_map(|line| line.split([' ', '`']))
            .filter(|word| word.starts_with("--") && word.len() > 2)
        {
            // Options of cargo stand on the same lines.
            let of_cargo = ["--release", "--locked", "--path", "--workspace"].contains(&option);
            assert!(of_cargo || help.contains(option), "{name} shows {option}");
        }
    }
}

#[test]
fn the_table_of_exit_codes_is_the_programs() {
    let text = read("docs/compatibility.md");
    let rows: Vec<u8> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse().ok())
        .collect();
    assert_eq!(rows, Exit::ALL.map(|(exit, _)| exit.code()));
}

#[test]
fn links_in_the_prose_lead_somewhere() {
    for name in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        let text = read(name);
        for link in text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap())
        {
            assert!(
                link.starts_with("http") || workspace().join(link).exists(),
                "{name} links to {link}"
            );
        }
    }
}
