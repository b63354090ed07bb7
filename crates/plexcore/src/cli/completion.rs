//! A tool's definition, turned into completions for a shell.
//!
//! A shell is told every option, with what it does, and whether its value is a file, a folder or
//! something only the person knows.

use std::fmt::Write as _;

use argh::CommandInfoWithArgs;

use super::Tool;
use super::argv::Arity;
use super::options::{Shown, Value, shown};

/// For bash 3.2 (macOS) and newer.
pub(super) fn bash(tool: &Tool, info: &CommandInfoWithArgs) -> String {
    let options = shown(info);
    let names = |wanted: Option<Value>| {
        let of_kind = options.iter().filter(|option| match wanted {
            Some(value) => takes_a_value(option) && option.value() == value,
            None => true,
        });
        of_kind.map(|option| option.long).collect::<Vec<_>>()
    };
    let mut cases = String::new();
    for (value, action) in [
        (Value::File, "COMPREPLY=($(compgen -f -- \"$word\"))"),
        (Value::Folder, "COMPREPLY=($(compgen -d -- \"$word\"))"),
        (Value::Text, "COMPREPLY=()"),
    ] {
        let names = names(Some(value));
        if !names.is_empty() {
            let _ = writeln!(cases, "        {}) {action}; return ;;", names.join("|"));
        }
    }
    format!(
        "\
# bash completion for {name}
_{name}() {{
    local IFS=$'\\n' word=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\"
    case \"$before\" in
{cases}    esac
    case \"$word\" in
        -*) COMPREPLY=($(compgen -W $'{words}' -- \"$word\")) ;;
        *) COMPREPLY=($(compgen -f -- \"$word\")) ;;
    esac
}}
complete -o filenames -F _{name} {name}
",
        name = tool.name,
        words = names(None).join("\\n"),
    )
}

/// For zsh; the file's name is the tool's with an underscore before it.
pub(super) fn zsh(tool: &Tool, info: &CommandInfoWithArgs) -> String {
    let mut text = format!("#compdef {}\n\n_arguments \\\n", tool.name);
    for option in shown(info) {
        let again = if option.is_repeatable { "*" } else { "" };
        let says = zsh_text(option.in_short());
        let action = match option.value() {
            Value::File => "_files",
            Value::Folder => "_files -/",
            Value::Text => " ",
        };
        let named = zsh_text(option.placeholder);
        let value = match option.arity {
            Arity::Switch => String::new(),
            Arity::One | Arity::Many => format!(":{named}:{action}"),
            Arity::Optional => format!("::{named}:{action}"),
            Arity::Two => named
                .split(' ')
                .flat_map(|word| [":", word, ": "])
                .collect(),
        };
        let glue = match option.arity {
            Arity::One | Arity::Many | Arity::Optional => "=",
            Arity::Switch | Arity::Two => "",
        };
        let _ = writeln!(text, "  '{again}{}{glue}[{says}]{value}' \\", option.long);
    }
    text.push_str("  '*:file:_files'\n");
    text
}

/// For fish.
pub(super) fn fish(tool: &Tool, info: &CommandInfoWithArgs) -> String {
    let mut text = String::new();
    for option in shown(info) {
        let value = match (option.arity, option.value()) {
            (Arity::Switch | Arity::Optional, _) => "",
            (_, Value::File) => " -r -F",
            (_, Value::Folder) => " -x -a '(__fish_complete_directories)'",
            (_, Value::Text) => " -x",
        };
        let _ = writeln!(
            text,
            "complete -c {} -l {}{value} -d '{}'",
            tool.name,
            option.long.trim_start_matches('-'),
            option.in_short().replace('\\', "\\\\").replace('\'', "\\'"),
        );
    }
    text
}

/// For PowerShell on every system; what is no option is completed as a path.
pub(super) fn powershell(tool: &Tool, info: &CommandInfoWithArgs) -> String {
    let mut text = format!(
        "Register-ArgumentCompleter -Native -CommandName '{}' -ScriptBlock {{\n    param($word, $ast, $position)\n    @(\n",
        tool.name
    );
    for option in shown(info) {
        let quoted = |text: &str| text.replace('\'', "''");
        let _ = writeln!(
            text,
            "        [System.Management.Automation.CompletionResult]::new('{0}', '{0}', 'ParameterName', '{1}')",
            option.long,
            quoted(option.in_short()),
        );
    }
    text.push_str("    ) | Where-Object { $_.CompletionText -like \"$word*\" }\n}\n");
    text
}

fn takes_a_value(option: &Shown<'_>) -> bool {
    matches!(option.arity, Arity::One | Arity::Two | Arity::Many)
}

/// Text within `'...[...]...'` of zsh's `_arguments`.
fn zsh_text(text: &str) -> String {
    let mut safe = String::new();
    for letter in text.chars() {
        match letter {
            '[' | ']' | ':' | '\\' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\'' => safe.push_str("'\\''"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use argh::{ArgsInfo, FromArgs};

    use super::*;

    /// Does a thing.
    #[derive(FromArgs, ArgsInfo)]
    #[expect(dead_code, reason = "only its definition matters")]
    struct Args {
        /// where it's put [now]: here; may be repeated
        #[argh(option, arg_name = "FILE")]
        output: Vec<String>,
        /// a folder
        #[argh(option, arg_name = "DIR")]
        folder: Option<String>,
        /// two words
        #[argh(option, arg_name = "KEY VALUE")]
        set: Vec<String>,
        /// with or without
        #[argh(option, arg_name = "[N]")]
        diff: Option<String>,
        /// yes or no
        #[argh(switch)]
        json: bool,
    }

    const TOOL: Tool = Tool {
        name: "thing",
        version: "1.0",
        script_options: &[],
    };

    #[test]
    fn bash_offers_files_folders_or_nothing_after_an_option() {
        let text = bash(&TOOL, &Args::get_args_info());
        assert!(text.contains("--output) COMPREPLY=($(compgen -f"), "{text}");
        assert!(text.contains("--folder) COMPREPLY=($(compgen -d"), "{text}");
        assert!(text.contains("--set|--generate) COMPREPLY=();"), "{text}");
        assert!(
            text.contains("--diff\\n--json\\n--quiet\\n--help"),
            "{text}"
        );
    }

    #[test]
    fn zsh_is_told_how_many_values_an_option_takes() {
        let text = zsh(&TOOL, &Args::get_args_info());
        for line in [
            r"  '*--output=[where it'\''s put \[now\]\: here]:FILE:_files' \",
            r"  '--folder=[a folder]:DIR:_files -/' \",
            r"  '*--set[two words]:KEY: :VALUE: ' \",
            r"  '--diff=[with or without]::\[N\]: ' \",
            r"  '--json[yes or no]' \",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn fish_and_powershell_quote_what_an_option_does() {
        let info = Args::get_args_info();
        let text = fish(&TOOL, &info);
        assert!(
            text.contains(r"-l output -r -F -d 'where it\'s put [now]: here'"),
            "{text}"
        );
        let text = powershell(&TOOL, &info);
        assert!(text.contains("'where it''s put [now]: here')"), "{text}");
    }
}
