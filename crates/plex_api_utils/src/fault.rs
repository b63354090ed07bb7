//! What can go wrong with a server, in words of its own, and the exit code for each.

use std::fmt;
use std::time::Duration;

use plexcore::cli::{Exit, Failure};

/// Why a request did not give what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody answers there.
    Unreachable(String),
    /// The connection broke, or the answer ended in the middle.
    Broken(String),
    /// It took longer than allowed.
    TooSlow(&'static str),
    /// TLS failed; the fingerprint of the certificate that was offered, if one was.
    Tls(String, Option<String>),
    /// It sends us where we don't go: the place, if that is another server, and why not.
    Redirect(Option<String>, &'static str),
    /// It answered with a status that is no success.
    Status(Status),
    /// It answered with something that is not Plex's.
    NotPlex(String),
    /// The run's own deadline.
    Deadline,
    /// Ctrl-C.
    Cancelled,
}

/// A status that is no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) code: u16,
    /// What was asked for, without a query.
    pub(crate) what: String,
    /// What the server said, cleaned; may be empty.
    pub(crate) words: String,
    /// How long it asked us to wait.
    pub(crate) retry_after: Option<Duration>,
    /// Where the token came from.
    pub(crate) token_origin: String,
}

impl Fault {
    /// Whether the same request may succeed a little later.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Broken(_) | Self::TooSlow(_) => true,
            Self::Status(status) => matches!(status.code, 429 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Whether going on with other items is pointless.
    pub(crate) fn ends_the_run(&self) -> bool {
        match self {
            Self::Status(status) => !matches!(status.code, 400 | 404 | 405 | 500),
            _ => true,
        }
    }

    /// Whether the thing asked for does not exist.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Status(Status { code: 404, .. }))
    }

    /// How the process ends for it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Unreachable(_)
            | Self::Broken(_)
            | Self::TooSlow(_)
            | Self::Tls(..)
            | Self::Redirect(..) => Exit::Unavailable,
            Self::NotPlex(_) => Exit::Data,
            Self::Deadline | Self::Cancelled => Exit::TryAgain,
            Self::Status(status) => match status.code {
                400 | 405 => Exit::Data,
                401 | 403 | 422 | 498 => Exit::NotAllowed,
                404 => Exit::NoInput,
                429 | 503 => Exit::TryAgain,
                _ => Exit::Unavailable,
            },
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unreachable(_) => "is the server running, and is --url right?".to_owned(),
            Self::Tls(_, Some(fingerprint)) => format!(
                "if this is your server, trust its certificate by --pin {fingerprint}, or its authority by --cacert FILE"
            ),
            Self::Tls(_, None) => "is it https at this port? a server may also speak plain http".to_owned(),
            Self::Redirect(Some(_), _) => "the token is not sent to another place; if that is your server, give it as --url".to_owned(),
            Self::NotPlex(_) => "is --url the address of a Plex server? a login page or another program answers there".to_owned(),
            Self::Status(status) => return status.hint(),
            _ => return None,
        };
        Some(hint)
    }
}

impl Status {
    fn meaning(&self) -> &'static str {
        match self.code {
            400 => "the server did not understand the request",
            401 => "the server does not accept the token",
            403 => "the token is good, but not the owner's",
            404 => "not found: deleted, in the trash, or never there",
            405 => "the server does not allow this here",
            422 | 498 => "the token has expired",
            429 => "too many requests",
            500 => "the server failed",
            502 | 504 => "a proxy got no answer from the server",
            503 => "the server is starting or under maintenance",
            _ => "an answer that was not expected",
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self.code {
            401 => format!(
                "the token came from {}; --token --explain shows the places looked at",
                self.token_origin
            ),
            403 => format!(
                "this needs the token of the server's owner; the one used came from {}",
                self.token_origin
            ),
            422 | 498 => "sign in to Plex again for a new token".to_owned(),
            400 if self.words.to_ascii_lowercase().contains("https") => {
                "use https in --url".to_owned()
            }
            _ => return None,
        };
        Some(hint)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "cannot reach the server: {why}"),
            Self::Broken(why) => write!(f, "cannot read the server's answer: {why}"),
            Self::TooSlow(what) => write!(f, "the server took too long: {what}"),
            Self::Tls(why, _) => write!(f, "cannot trust the server: {why}"),
            Self::Redirect(Some(place), why) => {
                write!(f, "cannot follow the server's redirect to {place}: {why}")
            }
            Self::Redirect(None, why) => write!(f, "cannot follow the server's redirect: {why}"),
            Self::NotPlex(found) => write!(f, "cannot use the server's answer: {found}"),
            Self::Deadline => f.write_str("the deadline has passed (--deadline)"),
            Self::Cancelled => f.write_str("cancelled"),
            Self::Status(status) => {
                write!(
                    f,
                    "{} answered {}: {}",
                    status.what,
                    status.code,
                    status.meaning()
                )?;
                if !status.words.is_empty() {
                    write!(f, " (it says: {})", status.words)?;
                }
                Ok(())
            }
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let failure = Self::new(fault.exit(), fault.to_string());
        match fault.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// What a server says in the body of an error: the attributes of a `Response`, a heading, a message in
/// JSON, or plain words; one line of at most 200 characters.
pub(crate) fn own_words(body: &str) -> String {
    let said = attribute(body, "status")
        .filter(|_| body.contains("<Response"))
        .map(|status| match attribute(body, "title") {
            Some(title) => format!("{title}: {status}"),
            None => status,
        })
        .or_else(|| json_message(body))
        .unwrap_or_else(|| without_tags(body));
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 200 {
        line.chars().take(199).chain(['\u{2026}']).collect()
    } else {
        line
    }
}

fn attribute(body: &str, name: &str) -> Option<String> {
    let at = body.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = body.get(at..)?.split('"').next()?;
    Some(
        value
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

fn json_message(body: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(body).ok()?;
    let error = value
        .pointer("/errors/0")
        .or_else(|| value.get("error"))
        .unwrap_or(&value);
    let message = error
        .get("message")
        .or_else(|| error.get("status"))
        .unwrap_or(error);
    message.as_str().map(str::to_owned)
}

/// The text of a page: its body, or all of it, with the tags taken out.
fn without_tags(page: &str) -> String {
    let page = page
        .find("<body")
        .and_then(|at| page.get(at..))
        .unwrap_or(page);
    let mut text = String::new();
    let mut is_tag = false;
    for c in page.chars() {
        match c {
            '<' => {
                is_tag = true;
                text.push(' ');
            }
            '>' if is_tag => is_tag = false,
            _ if !is_tag => text.push(c),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_quoted_in_its_own_words() {
        for (body, words) in [
            (
                "<?xml version=\"1.0\"?>\n<Response code=\"503\" title=\"Maintenance\" status=\"Running &quot;database&quot; migrations.\"/>",
                "Maintenance: Running \"database\" migrations.",
            ),
            (
                "<html><head><title>x</title></head><body><h1>401 Unauthorized</h1></body></html>",
                "401 Unauthorized",
            ),
            (
                r#"{"errors":[{"code":1001,"message":"User could not be authenticated","status":401}]}"#,
                "User could not be authenticated",
            ),
            (r#"{"error":"no"}"#, "no"),
            ("plain\nwords", "plain words"),
            ("", ""),
            ("{\"a\":1}", "{\"a\":1}"),
        ] {
            assert_eq!(own_words(body), words, "{body}");
        }
        assert_eq!(own_words(&"x".repeat(5000)).chars().count(), 200);
    }

    #[test]
    fn each_status_has_its_words_and_code() {
        let codes = [
            400, 401, 403, 404, 405, 422, 429, 498, 500, 502, 503, 504, 418,
        ];
        let exits = codes.map(|code| {
            let status = Status {
                code,
                what: "GET /".into(),
                words: String::new(),
                retry_after: None,
                token_origin: "x".into(),
            };
            Fault::Status(status).exit().code()
        });
        assert_eq!(exits, [65, 77, 77, 66, 65, 77, 75, 77, 69, 69, 75, 69, 69]);
    }
}
