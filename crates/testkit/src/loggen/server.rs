//! `Plex Media Server.log`: the requests that set agents to work, among the server's other talk.

use fastrand::Rng;

use super::clock::{Clock, Form, MINUTE};
use super::names::{hex, pick};
use super::plan::Plan;
use super::secrets::{Secrets, Slot};
use super::segment::Segment;
use super::truth::{FileTruth, Stamp};
use super::work::Trigger;

/// Files of the server's log; the number before the ending grows with age.
const FILES: Stamp = 3;
/// Mean time between two lines of no interest.
const TALK_MS: Stamp = MINUTE / 2;

pub(super) struct ServerLog {
    /// Oldest first.
    pub(super) segments: Vec<Segment>,
    pub(super) secrets: u64,
    /// With the times that their lines bear.
    pub(super) triggers: Vec<Trigger>,
}

struct Writer<'a> {
    clock: Clock,
    rng: &'a mut Rng,
    secrets: &'a Secrets,
    windows: bool,
    used: u64,
    request: u32,
    triggers: Vec<Trigger>,
    current: Segment,
    done: Vec<Segment>,
}

/// Writes the whole log.
pub(super) fn write(
    plan: &Plan,
    secrets: &Secrets,
    pms: &str,
    windows: bool,
    rng: &mut Rng,
) -> ServerLog {
    let current = Segment {
        bytes: Vec::new(),
        truth: FileTruth::default(),
    };
    let clock = Clock::new(Form::Server);
    let mut writer = Writer {
        clock,
        rng,
        secrets,
        windows,
        used: 0,
        request: 0x57,
        triggers: Vec::new(),
        current,
        done: Vec::new(),
    };
    writer.first_line(plan.begin, pms);
    let mut triggers = plan.triggers.iter().peekable();
    let part = (plan.end - plan.begin) / FILES;
    let mut part_end = plan.begin + part;
    let mut at = plan.begin;
    loop {
        at += writer.rng.i64(1..2 * TALK_MS);
        while let Some(trigger) = triggers.next_if(|trigger| trigger.at_ms <= at) {
            writer.trigger(trigger);
        }
        if at >= plan.end {
            break;
        }
        // What follows a trigger reaches a little into the talk, so the talk begins after it.
        at = at.max(writer.current.truth.last_ms.unwrap_or(at));
        if at >= part_end && part_end < plan.end {
            part_end += part;
            writer.roll_over();
        }
        writer.talk(at);
    }
    writer.finish()
}

impl Writer<'_> {
    fn first_line(&mut self, at: Stamp, pms: &str) {
        let machine = self.secret(Slot::Machine).to_owned();
        let text = format!(
            "Plex Media Server v{pms} - Debian GNU/Linux PC x86_64 - build: linux-x86_64 debian - GMT -05:00"
        );
        self.line(at, "INFO", &text);
        self.line(at, "DEBUG", &format!("My machine identifier is {machine}"));
    }

    /// The request's line carries the trigger's time; what the server does about it follows.
    fn trigger(&mut self, trigger: &Trigger) {
        self.request += 1;
        let number = self.request;
        let account = self.secret(Slot::Account).to_owned();
        let ip = self.secret(Slot::PublicIp).to_owned();
        let Trigger {
            method, url, at_ms, ..
        } = trigger;
        let mut at = *at_ms;
        self.line(at, "DEBUG", &format!("Request: [{ip}:50514 (WAN)] {method} {url} (3 live) #{number:x} GZIP Signed-in Token ({account})"));
        let written = self.current.truth.last_ms.unwrap_or(at);
        self.triggers.push(Trigger {
            at_ms: written,
            ..trigger.clone()
        });
        match (
            trigger.item,
            url.strip_prefix("/library/sections/")
                .and_then(|rest| rest.split('/').next()),
        ) {
            (None, Some(section)) => {
                at += self.rng.i64(1..20);
                self.line(at, "DEBUG", &format!("[Req#{number:x}] Library Updater: Requested that section {section} be updated, force=1"));
                at += self.rng.i64(1..100);
                self.line(at, "DEBUG", &format!("Job running: Plex Media Scanner --scan --refresh --force --section {section}"));
            }
            (item, _) => {
                let item = item.unwrap_or_default();
                let agent = trigger.agent.clone().unwrap_or_default();
                at += self.rng.i64(1..20);
                self.line(at, "DEBUG", &format!("[Req#{number:x}] HTTP requesting GET http://127.0.0.1:32400/system/agents/update?mediaType=1&force=1&guid=com.plexapp.agents.{agent}%3A%2F%2F{item}%3Flang%3Den&id={item}"));
            }
        }
        at += self.rng.i64(5..40);
        self.line(at, "DEBUG", &format!("Completed: [{ip}:50514] 200 {method} {url} (3 live) #{number:x} GZIP 14ms 326 bytes"));
    }

    fn talk(&mut self, at: Stamp) {
        let text = match self.rng.u8(0..6) {
            0 => "Auth: authenticated user as a guest".to_owned(),
            1 => format!(
                "Activity: registered new activity {} - \"Scanning\"",
                hex(self.rng, 32)
            ),
            2 => {
                let token = "x".repeat(20);
                format!(
                    "[HttpClient/HCl#{:x}] HTTP/1.1 (0.1s) 200 response from GET http://127.0.0.1:32400/identity?X-Plex-Token={token}",
                    self.rng.u16(..)
                )
            }
            3 => {
                let host = self.secret(Slot::PlexDirect).to_owned();
                format!("MyPlex: mapping kept, published as https://{host}:32400")
            }
            4 => "Perfect cache hit, we don't need to start [com.plexapp.system] yet.".to_owned(),
            _ => format!(
                "It took {}.000000 ms to retrieve {} items.",
                self.rng.u8(1..90),
                self.rng.u8(1..50)
            ),
        };
        let level = pick(self.rng, &["DEBUG", "DEBUG", "INFO", "VERBOSE", "WARN"]);
        self.line(at, level, &text);
    }

    fn secret(&mut self, slot: Slot) -> &str {
        self.used |= slot.bit();
        self.secrets.text(slot)
    }

    fn line(&mut self, at: Stamp, level: &str, text: &str) {
        // What follows one request may be overtaken by the next; the log itself never goes back.
        let at = self.current.truth.last_ms.map_or(at, |last| at.max(last));
        let bytes = &mut self.current.bytes;
        self.clock.write(at, bytes);
        let thread = if self.windows {
            "6128"
        } else {
            "140363466406712"
        };
        bytes.extend_from_slice(format!(" [{thread}] {level} - {text}").as_bytes());
        bytes.extend_from_slice(if self.windows { b"\r\n" } else { b"\n" });
        let truth = &mut self.current.truth;
        truth.lines += 1;
        truth.records += 1;
        truth.first_ms.get_or_insert(at);
        truth.last_ms = Some(at);
    }

    fn roll_over(&mut self) {
        let next = Segment {
            bytes: Vec::new(),
            truth: FileTruth::default(),
        };
        let mut full = std::mem::replace(&mut self.current, next);
        full.truth.bytes = full.bytes.len() as u64;
        self.done.push(full);
    }

    fn finish(mut self) -> ServerLog {
        self.roll_over();
        ServerLog {
            segments: self.done,
            secrets: self.used,
            triggers: self.triggers,
        }
    }
}
