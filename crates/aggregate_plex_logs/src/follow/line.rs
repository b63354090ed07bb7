//! One event or session as one line: no secrets, no line ends, nothing that a terminal obeys.

use std::fmt::Write as _;

use plexcore::cli::Failure;
use plexcore::log::event::Event;
use plexcore::log::rules::{Kind, Rules};
use plexcore::log::session::{Outcome, Session, SessionKind};
use plexcore::printable::one_line;
use plexcore::redact::Redactor;
use plexcore::report::number::{counted, duration};

/// Characters shown of a message.
const MESSAGE: usize = 160;

/// Which events are shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    kinds: Vec<Kind>,
    /// Ids of events, or what they begin with where a rule has a placeholder.
    ids: Vec<String>,
}

impl Wanted {
    /// Takes names of kinds and ids of rules; nothing means everything but noise.
    pub(super) fn of(names: &[String], rules: &Rules) -> Result<Self, Failure> {
        let mut wanted = Self::default();
        for name in names {
            if let Some(kind) = Kind::from_name(name) {
                wanted.kinds.push(kind);
            } else if rules.all().iter().any(|rule| fits(&rule.id, name)) {
                wanted.ids.push(name.clone());
            } else {
                let kinds = Kind::ALL.map(Kind::name).join(", ");
                let expected = format!("{kinds}, or a rule such as http-403");
                return Err(Failure::value("--kind", name, expected));
            }
        }
        Ok(wanted)
    }

    pub(super) fn event(&self, event: &Event) -> bool {
        if self.kinds.is_empty() && self.ids.is_empty() {
            return event.kind() != Kind::Noise;
        }
        self.kinds.contains(&event.kind()) || self.ids.iter().any(|id| id == event.id())
    }

    /// Ends of searches and updates are outcomes.
    pub(super) fn sessions(&self) -> bool {
        self.kinds.is_empty() && self.ids.is_empty() || self.kinds.contains(&Kind::Outcome)
    }
}

/// Whether an event's id can come from a rule's: `http-403` from `http-{status}`.
fn fits(rule: &str, id: &str) -> bool {
    match rule.split_once('{') {
        Some((front, _)) => id.len() > front.len() && id.starts_with(front),
        None => rule == id,
    }
}

/// `2026-02-05 15:30:55,155  Alder  ERROR  http-403  E-3f2a9c01  title: message (where)`.
pub(super) fn of_event(agent: &str, event: &Event, redactor: &Redactor) -> String {
    let mut line = format!(
        "{}  {agent}  {}  {}  {}  {}",
        event.at.to_log(),
        event.level.word(),
        event.id(),
        event.short_id(),
        event.title(),
    );
    let said = match &event.raised {
        Some(raised) => format!(
            "{}: {}",
            raised.name,
            String::from_utf8_lossy(&raised.message)
        ),
        None => String::from_utf8_lossy(&event.message).into_owned(),
    };
    // Without secrets before it is cut: half a secret would not be recognised.
    let said = redactor.redact(&said);
    let _ = write!(line, ": {}", cut(said.trim()));
    let mut places = Vec::new();
    if let Some(url) = &event.url {
        places.push(format!("host {}", url.host));
    }
    if let Some(item) = event.item {
        places.push(format!("item {item}"));
    }
    if let Some(culprit) = &event.culprit {
        let place = &culprit.place;
        places.push(format!("{} {}:{}", place.bundle, place.file, culprit.line));
    }
    if !places.is_empty() {
        let _ = write!(line, " ({})", places.join(", "));
    }
    one_line(&redactor.redact(&line)).into_owned()
}

/// `2026-02-05 15:30:55,155  Alder  search of item 7: about 2 results after 1.2 s, 3 requests`.
pub(super) fn of_session(agent: &str, session: &Session, redactor: &Redactor) -> String {
    let kind = match session.kind {
        SessionKind::Search => "search",
        SessionKind::Update => "update",
    };
    let outcome = match session.outcome {
        Outcome::Results(1) => "about 1 result".to_owned(),
        Outcome::Results(n) => format!("about {n} results"),
        Outcome::NoResult => "no result".to_owned(),
        Outcome::Updated => "stored".to_owned(),
        Outcome::NoAnswer => "no answer".to_owned(),
        Outcome::Failed => "failed".to_owned(),
        Outcome::Lost => "its thread was given other work".to_owned(),
        Outcome::NeverFinished => "never finished".to_owned(),
    };
    let at = session.end.unwrap_or(session.start);
    let mut line = format!("{}  {agent}  {kind}", at.to_log());
    if let Some(item) = session.item {
        let _ = write!(line, " of item {item}");
    }
    let _ = write!(line, ": {outcome}");
    if let Some(took) = session.duration_ms() {
        let _ = write!(
            line,
            " after {}",
            duration(u64::try_from(took).unwrap_or_default())
        );
    }
    let requests = counted(u64::from(session.requests), "request", "requests");
    let _ = write!(line, ", {requests}");
    one_line(&redactor.redact(&line)).into_owned()
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(MESSAGE).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(names: &[&str]) -> Result<Wanted, Failure> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Wanted::of(&names, &Rules::builtin())
    }

    #[test]
    fn kinds_and_rules_can_be_named_and_what_is_neither_is_refused() {
        let found = wanted(&["remote", "http-403", "tree", "exception-KeyError"]).ok();
        let ids = found.map(|wanted| (wanted.kinds, wanted.ids));
        let names = ["http-403", "tree", "exception-KeyError"].map(ToOwned::to_owned);
        assert_eq!(ids, Some((vec![Kind::Remote], names.to_vec())));
        let refused = wanted(&["remotely"]).err().map(|failure| failure.message);
        assert!(refused.is_some_and(|message| message.contains("\"remotely\" for --kind")));
    }

    #[test]
    fn a_hostile_text_stays_one_harmless_line() {
        assert_eq!(one_line("a\nb\r\tc\u{1b}[31m"), "a b  c\\x1b[31m");
        assert_eq!(cut(&"x".repeat(200)).chars().count(), MESSAGE + 1);
    }
}
