//! `com.plexapp.system.log`: what the system plug-in, which hands work to the agents, says about it.

use fastrand::Rng;

use super::category::{Category, Via};
use super::cause::{framework_exception, io_error, traced};
use super::record::{Level, Mark, Rec, Source, Step};
use super::script::{Agent, Script};
use super::segment::{LogWriter, Written};
use super::spec::{ROTATION_BYTES, ROTATION_FILES};
use super::startup;
use super::traceback::{self, Frame, critical};
use super::truth::{AgentTruth, Stamp};
use super::work::{Outcome, Session, SessionKind};

/// The most recent updates that the log tells of; older ones are rotated away.
const UPDATES: usize = 4000;
/// After this long the broker no longer waits for an agent.
const PATIENCE_MS: Stamp = 600_000;
const MODULE: &str = "agentservice";

/// One agent's update as the broker sees it.
struct Update<'a> {
    agent: &'a AgentTruth,
    session: &'a Session,
    end: Stamp,
}

/// Writes the log from what the agents did.
pub(super) fn write(
    agent: &Agent,
    agents: &[AgentTruth],
    (begin, end): (Stamp, Stamp),
    rng: &mut Rng,
) -> Written {
    let mut updates = updates(agents, end);
    updates.sort_by_key(|update| update.session.start_ms);
    let skipped = updates.len().saturating_sub(UPDATES);
    let (mut seq, mut records) = (0, Vec::new());
    let first = updates
        .get(skipped)
        .map_or(begin, |update| update.session.start_ms);
    let mut script = Script::new(agent, rng, &mut seq, &mut records, (first - 3000, 0));
    startup::write(&mut script);
    bundle(&mut script);
    for (number, update) in (0..).zip(&updates[skipped..]) {
        write_update(&mut script, update, number);
    }
    finish(agent, records, end)
}

fn updates(agents: &[AgentTruth], end: Stamp) -> Vec<Update<'_>> {
    let sessions = agents
        .iter()
        .flat_map(|agent| agent.sessions.iter().map(move |session| (agent, session)));
    sessions
        .filter(|(_, session)| session.kind == SessionKind::Update)
        .map(|(agent, session)| {
            let gone = session.start_ms + PATIENCE_MS;
            Update {
                agent,
                session,
                end: session.end_ms.unwrap_or(gone),
            }
        })
        .filter(|update| update.end + 1000 < end)
        .collect()
}

fn finish(agent: &Agent, mut records: Vec<Rec>, end: Stamp) -> Written {
    let mut writer = LogWriter::new(
        "system",
        &agent.identifier,
        agent.place.windows,
        ROTATION_BYTES,
        ROTATION_FILES,
    );
    writer.set_threads((0..8).map(|n| format!("7f52a{n}3f7700")).collect());
    records.sort_by_key(|rec| (rec.at, rec.seq));
    for rec in records.iter().filter(|rec| rec.at < end) {
        if !writer.put(rec) {
            break;
        }
    }
    writer.finish()
}

fn bundle(script: &mut Script) {
    script.settle();
    let data = script.data();
    let path = script
        .agent
        .place
        .native(&format!("{data}/Plug-ins/Spare.bundle/Contents/Info.plist"));
    let exception = io_error(2, &path);
    let frames: &[&[Frame]] = &[traceback::WRITE];
    let kind = (Category::Bundle, ("bundleservice", 341));
    framework_exception(
        script,
        kind,
        "Exception adding bundle: Spare.bundle",
        frames,
        &exception,
    );
    script.tick();
    let text = critical(
        script,
        &format!("Exception reading file {path}"),
        frames,
        &exception,
    );
    script.exception(("storage", 62), text, Mark::default());
}

fn write_update(script: &mut Script, update: &Update, number: u32) {
    let (identifier, session) = (&update.agent.identifier, update.session);
    let item = session.item;
    let guid = format!("{identifier}://{item}?lang=en");
    script.at = session.start_ms - 12;
    script.thread = u16::try_from(number % 8).unwrap_or_default();
    script.session = Some(number);
    script.item = Some(item);
    let own = Session {
        thread: format!("7f52a{}3f7700", number % 8),
        start_ms: script.at,
        end_ms: None,
        outcome: Outcome::NeverFinished,
        requests: 0,
        candidates: 0,
        response_bytes: None,
        ..session.clone()
    };
    info(
        script,
        700,
        format!("Adding {guid} to the update list"),
        Mark::step(Step::Begin(Box::new(own))),
    );
    script.tick();
    info(
        script,
        512,
        format!("Preparing metadata for Movie in {identifier} ({item})"),
        Mark::default(),
    );
    script.at = update.end + 5;
    script.settle();
    let success = session.outcome == Outcome::Updated;
    if session.end_ms.is_none() {
        gave_up(script, update, &guid);
    } else if number.is_multiple_of(97) {
        not_notified(script);
    }
    info(
        script,
        530,
        format!("Metadata preparation for {guid} complete"),
        Mark::default(),
    );
    let outcome = if success {
        Outcome::Updated
    } else {
        Outcome::Failed
    };
    let url = format!(
        "http://127.0.0.1:32400/:/metadata/notify?guid={}&force=1&queueSize=0&id={item}&success={}&async=1",
        super::coding::percent(&guid),
        u8::from(success)
    );
    let source = script.agent.framework.requesting;
    script.framework(
        Level::Debug,
        source,
        format!("Requesting '{url}'"),
        Mark::step(Step::End(outcome, 0)),
    );
    script.session = None;
    script.item = None;
}

fn info(script: &mut Script, line: u32, text: String, mark: Mark) {
    let source: Source = (MODULE, line);
    script.agent_line(Level::Info, source, text, mark);
}

/// The agent did not answer within the broker's patience.
fn gave_up(script: &mut Script, update: &Update, guid: &str) {
    let url = format!(
        "http://127.0.0.1:32400/:/plugins/{}/messaging/function/{}/Y2VyZWFsMQ__",
        update.agent.identifier,
        super::coding::call_argument("_AgentKit:UpdateMetadata")
    );
    let exception = "URLError: <urlopen error timed out>";
    let frames: &[&[Frame]] = &[traceback::HASHES];
    let mut event = traced(
        script,
        (Category::BrokerUpdate, Via::Framework),
        exception,
        frames,
    );
    event.url = true;
    let source = script.agent.framework.opening;
    script.framework(
        Level::Error,
        source,
        format!("Error opening URL '{url}'"),
        Mark::event(event),
    );
    script.tick();
    let text = critical(
        script,
        &format!("Exception in update for {guid}"),
        frames,
        exception,
    );
    script.exception((MODULE, 790), text, Mark::default());
}

fn not_notified(script: &mut Script) {
    let kind = (Category::Notify, (MODULE, 820));
    let exception = "URLError: <urlopen error timed out>";
    framework_exception(
        script,
        kind,
        "Exception notifying the media server",
        &[traceback::HASHES],
        exception,
    );
}
