//! Connects the rooms: files are found, read, judged, told.

use std::fs;
use std::path::Path;

use plexcore::cli::{Console, Exit, Failure};

use crate::args::{Args, Rigour};
use crate::bundle::{Policies, info_plist, prefs};
use crate::check::{self, Setting};
use crate::inputs::{self, Input, Kind};
use crate::outcome::{Outcome, Verdict};
use crate::outputs;

/// Runs the tool.
pub(crate) fn run(args: Args, console: &mut Console) -> Result<Exit, Failure> {
    let request = args.request()?;
    let inputs = inputs::find(&request)?;
    if inputs.files.is_empty() {
        console.warn("no file differs from the backup");
    }
    let mut policies = Policies::default();
    let outcomes: Vec<Outcome> = inputs
        .files
        .iter()
        .map(|input| judge(input, request.rigour, &mut policies))
        .collect();
    outputs::write(request.format, &outcomes, inputs.is_single, console.out())?;
    for outcome in &outcomes {
        if let Verdict::Unreadable(reason) = &outcome.verdict {
            console.complain(format_args!(
                "cannot read {}: {reason}",
                outcome.path.display()
            ));
        }
    }
    Ok(exit(&outcomes))
}

fn judge(input: &Input, rigour: Rigour, policies: &mut Policies) -> Outcome {
    Outcome {
        path: input.path.clone(),
        verdict: verdict(input, rigour, policies),
    }
}

fn verdict(input: &Input, rigour: Rigour, policies: &mut Policies) -> Verdict {
    let path = input.path.as_path();
    let strict = rigour.strict;
    let bytes = match &input.kind {
        Kind::Unreadable(reason) => return Verdict::Unreadable(reason.clone()),
        Kind::NoInfoPlist => {
            let findings = vec![info_plist::missing()];
            return Verdict::Bundle { findings, strict };
        }
        Kind::Stdin => inputs::read_stdin(),
        Kind::Python | Kind::InfoPlist | Kind::Prefs => fs::read(path),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => return Verdict::Unreadable(error.to_string()),
    };
    match input.kind {
        Kind::InfoPlist => {
            let contents = path.parent().unwrap_or(Path::new(""));
            let findings = info_plist::check(&bytes, contents);
            Verdict::Bundle { findings, strict }
        }
        Kind::Prefs => {
            let findings = prefs::check(&bytes);
            Verdict::Bundle { findings, strict }
        }
        _ => {
            let setting = Setting::of(path, rigour, policies);
            let name = path.to_string_lossy();
            Verdict::Python(Box::new(check::python(&name, &bytes, setting, rigour)))
        }
    }
}

/// A file that could not be read is worse than one that fails: its verdict is not known.
fn exit(outcomes: &[Outcome]) -> Exit {
    if outcomes.iter().any(Outcome::is_unreadable) {
        Exit::NoInput
    } else if outcomes.iter().all(Outcome::passed) {
        Exit::Done
    } else {
        Exit::Negative
    }
}
