//! Man pages and completions know what `--help` knows.

use super::TOOLS;
use super::siblings::say;

/// The options of a help page.
pub(super) fn options(help: &str) -> Vec<&str> {
    let from = help.find("\nOptions:\n").unwrap() + "\nOptions:\n".len();
    let end = help[from..].find("\n\n").unwrap_or(help.len() - from);
    help[from..from + end]
        .lines()
        .filter_map(|line| line.strip_prefix("  --"))
        .map(|line| line.split(' ').next().unwrap())
        .collect()
}

#[test]
fn every_option_of_help_is_in_every_page() {
    for tool in TOOLS {
        let help = say(tool, &["--help"]);
        let options = options(&help);
        assert!(options.len() >= 8, "{tool}: {options:?}");
        for kind in ["man", "bash", "zsh", "fish", "powershell"] {
            let page = say(tool, &["--generate", kind]);
            for option in &options {
                let written = match kind {
                    "man" => format!("\\-\\-{}", option.replace('-', "\\-")),
                    "fish" => format!(" -l {option} "),
                    _ => format!("--{option}"),
                };
                assert!(
                    page.contains(&written),
                    "{tool} {kind}: no {written}\n{page}"
                );
            }
        }
    }
}

#[test]
fn every_exit_code_of_help_is_in_the_man_page() {
    for tool in TOOLS {
        let help = say(tool, &["--help"]);
        let page = say(tool, &["--generate", "man"]);
        let codes = help.split("\nExit codes:\n").nth(1).unwrap();
        let codes = codes
            .lines()
            .filter_map(|line| line.split_whitespace().next()?.parse::<u8>().ok());
        for code in codes {
            assert!(
                page.contains(&format!(".TP\n\\fB{code}\\fR\n")),
                "{tool}: {code}\n{page}"
            );
        }
    }
}
