//! `--verify`: what a refresh changed, item by item, and whether it is what was expected.

use plexcore::cli::{Console, Exit, Failure};
use plexcore::report::number;
use plexcore::xml::Item;
use serde_json::{Value, json};

use crate::campaign::{Campaign, Plan, Sent};
use crate::client::Client;
use crate::expect::Expectation;
use crate::fault::Fault;
use crate::form::Form;
use crate::refresh;
use crate::shown::one_line;
use crate::snapshot::{self, Change};
use crate::targets::{self, Named, Target};
use crate::tracker::{End, Progress};

/// The longest piece of a value in the table.
const SHOWN: usize = 60;

/// How an item came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    ChangedAsExpected,
    AsExpectedBefore,
    Changed,
    Unchanged,
    NotAsExpected,
    AgentFailed,
    NeverFinished,
    Lost,
    NotFound,
    Refused,
    DoneBefore,
}

impl Outcome {
    /// The outcome in words, and how a run ends with it.
    fn meaning(self) -> (&'static str, Exit) {
        match self {
            Self::ChangedAsExpected => ("changed as expected", Exit::Done),
            Self::AsExpectedBefore => ("unchanged, was as expected before", Exit::Done),
            Self::Changed => ("changed", Exit::Done),
            Self::Unchanged => ("finished, unchanged", Exit::Unchanged),
            Self::NotAsExpected => ("not as expected", Exit::Negative),
            Self::AgentFailed => End::AgentFailed.meaning(),
            Self::NeverFinished => End::NeverFinished.meaning(),
            Self::Lost => End::Lost.meaning(),
            Self::NotFound => End::NotFound.meaning(),
            Self::Refused => ("refused by the server", Exit::Negative),
            Self::DoneBefore => ("done before", Exit::Done),
        }
    }
}

/// One item on its way.
struct Case {
    target: Target,
    before: Option<Box<Item>>,
    fault: Option<Fault>,
    is_done_before: bool,
}

/// One item's result.
struct Verdict {
    key: String,
    title: Option<String>,
    outcome: Outcome,
    progress: Option<Progress>,
    changes: Vec<Change>,
    expectations: Vec<(String, bool)>,
    fault: Option<Fault>,
}

/// Refreshes the items that are named and reports what became of them.
pub(crate) fn run(
    items: &Named,
    plan: &Plan,
    expectations: &[Expectation],
    form: Form,
    client: &Client,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let targets = targets::gather(items, client, console)?;
    let mut campaign = Campaign::prepare(plan, client, "verify")?;
    let mut cases = Vec::new();
    let sent = send_all(&mut campaign, targets, &mut cases);
    let outcome = sent
        .and_then(|()| campaign.wait().map(drop))
        .map_err(|failure| campaign.or_take_back(failure));
    let mut verdicts = Vec::new();
    for case in cases {
        let progress = campaign
            .watch
            .as_ref()
            .map(|watch| watch.progress(&case.target.key));
        // A look at an item after Ctrl-C or a dead server would only fail again.
        let verdict = judge(client, case, progress, expectations, outcome.is_ok());
        if let (Some(journal), true) = (&mut campaign.journal, is_final(verdict.outcome)) {
            journal.finished(
                &verdict.key,
                verdict.outcome.meaning().0,
                plexcore::cli::now(),
            )?;
        }
        if form == Form::JsonLines {
            Form::say_line(&verdict_json(&verdict), console)?;
        }
        verdicts.push(verdict);
    }
    let ended = outcome.as_ref().err().map(|failure| failure.exit);
    let exit = report(form, &verdicts, ended, console)?;
    outcome.map(|()| exit)
}

fn send_all(
    campaign: &mut Campaign<'_>,
    targets: Vec<Target>,
    cases: &mut Vec<Case>,
) -> Result<(), Failure> {
    for target in targets {
        let mut case = Case {
            target,
            before: None,
            fault: None,
            is_done_before: false,
        };
        match campaign.send(&case.target)? {
            Sent::Queued(before) => case.before = before,
            Sent::DoneBefore => case.is_done_before = true,
            Sent::Refused(fault) => case.fault = Some(fault),
        }
        cases.push(case);
    }
    Ok(())
}

/// Whether an item need not be tried again by a run that goes on from the journal.
fn is_final(outcome: Outcome) -> bool {
    !matches!(
        outcome,
        Outcome::NeverFinished | Outcome::Lost | Outcome::Refused | Outcome::DoneBefore
    )
}

fn judge(
    client: &Client,
    case: Case,
    progress: Option<Progress>,
    expectations: &[Expectation],
    may_look: bool,
) -> Verdict {
    let title = case.target.title.clone().or_else(|| {
        case.before
            .as_ref()
            .and_then(|item| item.title().map(str::to_owned))
    });
    let mut verdict = Verdict {
        key: case.target.key,
        title,
        outcome: Outcome::NeverFinished,
        progress: case.before.is_some().then_some(progress).flatten(),
        changes: Vec::new(),
        expectations: Vec::new(),
        fault: case.fault,
    };
    if case.is_done_before {
        verdict.outcome = Outcome::DoneBefore;
        return verdict;
    }
    let Some(before) = case.before else {
        let is_not_found = verdict.fault.as_ref().is_some_and(Fault::is_not_found);
        verdict.outcome = if is_not_found {
            Outcome::NotFound
        } else {
            Outcome::Refused
        };
        return verdict;
    };
    if may_look && verdict.progress != Some(Progress::Gone) {
        match snapshot::take(client, &verdict.key) {
            Ok(after) => {
                verdict.changes = snapshot::compare(&before, &after);
                verdict.expectations = expectations
                    .iter()
                    .map(|one| (one.text.clone(), one.holds(&after)))
                    .collect();
            }
            Err(fault) => {
                if fault.is_not_found() {
                    verdict.progress = Some(Progress::Gone);
                }
                verdict.fault = Some(fault);
            }
        }
    }
    verdict.outcome = outcome_of(&verdict);
    verdict
}

fn outcome_of(verdict: &Verdict) -> Outcome {
    let is_changed = !verdict.changes.is_empty();
    let has_expectations = !verdict.expectations.is_empty();
    let is_as_expected = verdict.expectations.iter().all(|(_, holds)| *holds);
    match &verdict.progress {
        Some(Progress::Gone) => Outcome::NotFound,
        Some(Progress::Failed(_)) => Outcome::AgentFailed,
        Some(Progress::Lost) => Outcome::Lost,
        Some(Progress::Waiting) | None => Outcome::NeverFinished,
        Some(Progress::Finished(_)) if verdict.fault.is_some() => Outcome::Refused,
        Some(Progress::Finished(_)) => match (has_expectations, is_as_expected, is_changed) {
            (true, false, _) => Outcome::NotAsExpected,
            (true, true, true) => Outcome::ChangedAsExpected,
            (true, true, false) => Outcome::AsExpectedBefore,
            (false, _, true) => Outcome::Changed,
            (false, _, false) => Outcome::Unchanged,
        },
    }
}

/// How the run ends: with the outcome that says most against the fix.
fn exit_of(verdicts: &[Verdict]) -> Exit {
    let refused = verdicts.iter().find_map(|verdict| match verdict.outcome {
        Outcome::Refused => verdict.fault.as_ref().map(Fault::exit),
        _ => None,
    });
    let order = [
        Outcome::NotFound,
        Outcome::AgentFailed,
        Outcome::NotAsExpected,
        Outcome::NeverFinished,
        Outcome::Lost,
        Outcome::Unchanged,
    ];
    let worst = order
        .into_iter()
        .find(|outcome| verdicts.iter().any(|verdict| verdict.outcome == *outcome));
    refused.unwrap_or_else(|| worst.map_or(Exit::Done, |outcome| outcome.meaning().1))
}

fn report(
    form: Form,
    verdicts: &[Verdict],
    ended: Option<Exit>,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let is_whole = ended.is_none();
    let exit = ended.unwrap_or_else(|| exit_of(verdicts));
    if form == Form::Json {
        let items: Vec<Value> = verdicts.iter().map(verdict_json).collect();
        let counts: serde_json::Map<String, Value> = counted(verdicts)
            .into_iter()
            .map(|(word, n)| (word.to_owned(), Value::from(n)))
            .collect();
        console.say_document(
            json!({ "items": items, "counts": counts, "complete": is_whole, "exit": exit.code() }),
        )?;
    } else if form.is_text() {
        verdicts
            .iter()
            .try_for_each(|verdict| print_verdict(verdict, console))?;
        let counts: Vec<String> = counted(verdicts)
            .into_iter()
            .map(|(word, n)| format!("{n} {word}"))
            .collect();
        let items = number::counted(verdicts.len() as u64, "item", "items");
        console.say(format_args!("Verified {items}: {}", counts.join(", ")))?;
    }
    Ok(exit)
}

fn counted(verdicts: &[Verdict]) -> Vec<(&'static str, usize)> {
    let mut outcomes: Vec<Outcome> = verdicts.iter().map(|verdict| verdict.outcome).collect();
    outcomes.sort_unstable();
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for outcome in outcomes {
        let word = outcome.meaning().0;
        match counts.last_mut().filter(|(last, _)| *last == word) {
            Some((_, n)) => *n += 1,
            None => counts.push((word, 1)),
        }
    }
    counts
}

fn print_verdict(verdict: &Verdict, console: &mut Console) -> Result<(), Failure> {
    let title = one_line(verdict.title.as_deref().unwrap_or("(no title)"));
    console.say(format_args!("{}: {title}", one_line(&verdict.key)))?;
    let mut outcome = verdict.outcome.meaning().0.to_owned();
    match (&verdict.progress, &verdict.fault) {
        (Some(Progress::Finished(how)), _) => {
            outcome = format!("{outcome} (end seen by {})", how.name());
        }
        (Some(failed @ Progress::Failed(_)), _) => outcome = refresh::described(failed),
        (_, Some(fault)) => outcome = format!("{outcome}: {fault}"),
        _ => {}
    }
    console.say(format_args!("  outcome   {}", one_line(&outcome)))?;
    for change in &verdict.changes {
        let (before, after) = (
            shown(change.before.as_deref()),
            shown(change.after.as_deref()),
        );
        console.say(format_args!(
            "  changed   {}: {before} -> {after}",
            one_line(&change.field)
        ))?;
    }
    for (text, holds) in &verdict.expectations {
        console.say(format_args!(
            "  expected  {}: {}",
            one_line(text),
            if *holds { "yes" } else { "NO" }
        ))?;
    }
    Ok(())
}

fn shown(value: Option<&str>) -> String {
    let Some(value) = value else {
        return "(none)".to_owned();
    };
    let line = one_line(value);
    if line.chars().count() <= SHOWN {
        return format!("\"{line}\"");
    }
    let cut: String = line.chars().take(SHOWN).collect();
    format!("\"{cut}\u{2026}\"")
}

fn verdict_json(verdict: &Verdict) -> Value {
    let changes: Vec<Value> = verdict
        .changes
        .iter()
        .map(|change| json!({ "field": change.field, "before": change.before, "after": change.after }))
        .collect();
    let expectations: Vec<Value> = verdict
        .expectations
        .iter()
        .map(|(text, holds)| json!({ "expected": text, "met": holds }))
        .collect();
    let mut value = json!({
        "ratingKey": verdict.key,
        "title": verdict.title,
        "outcome": verdict.outcome.meaning().0,
        "changes": changes,
        "expectations": expectations,
    });
    match &verdict.progress {
        Some(Progress::Finished(how)) => value["seen_by"] = json!(how.name()),
        Some(Progress::Failed(error)) => value["agent_error"] = json!(error),
        _ => {}
    }
    if let Some(fault) = &verdict.fault {
        value["error"] = json!(fault.to_string());
    }
    value
}
