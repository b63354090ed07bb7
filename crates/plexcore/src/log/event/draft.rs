//! An event while its records are still coming in.

use super::facts::Facts;
use super::{Culprit, Event, MESSAGE_BYTES, Raised};
use crate::log::head::Level;
use crate::log::rules::{Follow, Severity};
use crate::log::traceback::Exception;
use crate::utf8::owned;

/// An event that a later record may add to.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) event: Event,
    pub(super) waits_for: Follow,
}

/// Adds what a record tells; what it does not tell stays.
pub(super) fn add_facts(event: &mut Event, facts: &Facts<'_>) {
    event.status = facts.status.or(event.status);
    event.errno = facts.errno.or(event.errno);
    event.item = facts.item.or(event.item);
    if let Some(guid) = facts.guid {
        event.guid = Some(owned(guid));
    }
    if let Some(exception) = &facts.exception {
        event.raised = Some(raised(exception));
    }
    if let Some((frame, place)) = facts.own_frames.last() {
        event.culprit = Some(Culprit {
            place: place.clone(),
            line: frame.line,
            function: frame.function.map(owned),
        });
    }
}

fn raised(exception: &Exception<'_>) -> Raised {
    Raised {
        name: owned(exception.name),
        message: head_of(exception.message),
    }
}

pub(super) fn head_of(text: &[u8]) -> Box<[u8]> {
    text[..text.len().min(MESSAGE_BYTES)].into()
}

pub(super) fn severity_of(level: Level) -> Severity {
    match level {
        Level::Critical => Severity::Critical,
        Level::Error => Severity::Error,
        Level::Warning | Level::Debug | Level::Info | Level::Other => Severity::Warning,
    }
}
