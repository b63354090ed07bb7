//! Every way in which `argparse` let an option be written means the same to argh.

use std::ffi::OsString;

use argh::{ArgsInfo, FromArgs};
use proptest::prelude::*;

use super::*;

/// a tool with an option of each kind
#[derive(FromArgs, ArgsInfo, Debug)]
#[expect(dead_code, reason = "only its description is used")]
struct Sample {
    /// where to write
    #[argh(option, arg_name = "FILE")]
    output: Option<String>,
    /// hours
    #[argh(option, arg_name = "N")]
    hours: Option<String>,
    /// the older name of hours
    #[argh(option, arg_name = "N")]
    timeframe: Option<String>,
    /// files
    #[argh(option, arg_name = "FILE...")]
    create: Vec<String>,
    /// a pair
    #[argh(option, arg_name = "KEY VALUE")]
    set: Vec<String>,
    /// a listing
    #[argh(option, arg_name = "[X]")]
    sections: Option<String>,
    /// a switch
    #[argh(switch)]
    json: bool,
    /// an option that the script did not have
    #[argh(option, arg_name = "TIME")]
    since: Option<String>,
}

const SCRIPT: &[&str] = &["--output", "--hours", "--create", "--set", "--sections"];

fn request(words: &[&str]) -> Result<Request, String> {
    let argv: Vec<OsString> = words.iter().map(OsString::from).collect();
    rewrite(&Sample::get_args_info(), SCRIPT, &argv)
}

fn run(words: &[&str]) -> Vec<String> {
    match request(words).unwrap() {
        Request::Run { args, .. } => args,
        other => panic!("{words:?} asked for {other:?}"),
    }
}

#[test]
fn each_way_of_writing_an_option_means_the_same() {
    for words in [
        &["--output", "x"][..],
        &["--output=x"],
        &["--out", "x"],
        &["--o=x"],
        &["--output", "a", "--out", "x"],
    ] {
        assert_eq!(run(words), ["--output", "x"], "{words:?}");
    }
}

#[test]
fn several_values_two_values_and_a_value_left_out() {
    assert_eq!(
        run(&["--create", "a", "b", "--json"]),
        ["--create", "a", "--create", "b", "--json"]
    );
    assert_eq!(run(&["--create=a"]), ["--create", "a"]);
    assert_eq!(run(&["--set", "k", "-5"]), ["--set", "k", "--set", "-5"]);
    assert_eq!(run(&["--sections"]), ["--sections", ""]);
    assert_eq!(run(&["--sections", "x"]), ["--sections", "x"]);
    assert_eq!(run(&["--sections", "--json"]), ["--sections", "", "--json"]);
}

#[test]
fn an_old_prefix_keeps_its_meaning_when_new_options_share_it() {
    // The script had --set and --sections; --since is new.
    assert_eq!(run(&["--o", "f"]), ["--output", "f"]);
    assert_eq!(run(&["--si", "2h"]), ["--since", "2h"]);
    assert!(
        request(&["--s", "2h"]).unwrap_err().contains("could mean"),
        "both were the script's"
    );
    assert_eq!(run(&["--ti", "4"]), ["--timeframe", "4"]);
}

#[test]
fn help_version_and_quiet_never_reach_the_tool() {
    assert_eq!(request(&["-h"]), Ok(Request::Help));
    assert_eq!(request(&["--json", "--he"]), Ok(Request::Help));
    assert_eq!(request(&["--version"]), Ok(Request::Version));
    assert_eq!(
        request(&["--quiet"]),
        Ok(Request::Run {
            args: Vec::new(),
            quiet: true
        })
    );
    assert_eq!(run(&["--output", "help"]), ["--output", "help"]);
}

#[test]
fn wrong_usage_is_named() {
    for (words, part) in [
        (&["--nonsense"][..], "no option --nonsense"),
        (&["--output"], "expects a value"),
        (&["--output", "--json"], "--output=--json"),
        (&["--set", "k"], "two values"),
        (&["--set=k", "v"], "two values"),
        (&["--json=1"], "takes no value"),
        (&["-x"], "no option -x"),
        (&["stray"], "belongs to no option"),
        (&["--create", "--", "a"], "expects a value"),
    ] {
        let message = request(words).unwrap_err();
        assert!(message.contains(part), "{words:?}: {message}");
    }
}

#[cfg(unix)]
#[test]
fn a_path_may_hold_any_bytes_and_other_values_may_not() {
    use std::os::unix::ffi::OsStringExt;
    let odd = OsString::from_vec(b"a\xff.log".to_vec());
    let info = Sample::get_args_info();
    let Ok(Request::Run { args, .. }) = rewrite(&info, SCRIPT, &["--output".into(), odd.clone()])
    else {
        panic!("not a run");
    };
    assert_eq!(raw::decode(&args[1]), odd);
    assert!(
        rewrite(&info, SCRIPT, &["--since".into(), odd])
            .unwrap_err()
            .contains("UTF-8")
    );
}

proptest! {
    #[test]
    fn plain_pairs_pass_unchanged_and_nothing_after_the_dashes_is_touched(
        value in "[a-zA-Z0-9/._ ]{1,12}",
        rest in proptest::collection::vec("-{0,2}[a-z=]{0,8}", 0..5),
    ) {
        prop_assert_eq!(run(&["--output", &value]), ["--output".to_owned(), value]);
        let argv: Vec<OsString> = ["--json", "--"].into_iter().map(OsString::from).chain(rest.iter().map(OsString::from)).collect();
        match rewrite(&WithOperands::get_args_info(), &[], &argv).unwrap() {
            Request::Run { args, .. } => {
                let expected: Vec<String> = if rest.is_empty() {
                    vec!["--json".to_owned()]
                } else {
                    ["--json", "--"].into_iter().map(str::to_owned).chain(rest).collect()
                };
                prop_assert_eq!(args, expected);
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}

/// a tool that takes operands
#[derive(FromArgs, ArgsInfo, Debug)]
#[expect(dead_code, reason = "only its description is used")]
struct WithOperands {
    /// a switch
    #[argh(switch)]
    json: bool,
    /// files
    #[argh(positional)]
    files: Vec<String>,
}

#[test]
fn a_page_that_can_be_generated_is_named_and_others_are_refused() {
    for words in [&["--generate", "man"][..], &["--json", "--generate=man"]] {
        assert_eq!(request(words), Ok(Request::Generate(Kind::Man)));
    }
    for words in [&["--generate"][..], &["--generate", "ksh"]] {
        assert_eq!(
            request(words),
            Err("--generate expects one of man, bash, zsh, fish, powershell".to_owned())
        );
    }
}
