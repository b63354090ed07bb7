//! From what the transport, a status or a document says to a [`Fault`] in words of our own.

use std::io::{self, Read};
use std::sync::PoisonError;
use std::time::{SystemTime, UNIX_EPOCH};

use plexcore::xml;
use ureq::Body;
use ureq::http::Response;

use super::{Call, Client};
use crate::fault::{Fault, Status, own_words};
use crate::retry::retry_after;

/// What is read of an error's body.
const MAX_ERROR_BODY: u64 = 64 << 10;

impl Client {
    pub(super) fn of_status(&self, call: &Call, response: Response<Body>) -> Fault {
        let code = response.status().as_u16();
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| retry_after(value.to_str().ok()?, i64::try_from(now).ok()?));
        let mut body = Vec::new();
        // An error whose explanation breaks off is still that error.
        drop(
            response
                .into_body()
                .into_reader()
                .take(MAX_ERROR_BODY)
                .read_to_end(&mut body),
        );
        let words = own_words(&self.cleared(&String::from_utf8_lossy(&body)));
        Fault::Status(Status {
            code,
            what: call.shown(),
            words,
            retry_after,
            token_origin: self.token_origin.clone(),
        })
    }

    pub(super) fn of_document(&self, fault: xml::Fault) -> Fault {
        match fault {
            xml::Fault::Stream(error) => match error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<ureq::Error>())
            {
                Some(inner) => self.of_transport(inner),
                None => Fault::Broken(self.cleared(&error.to_string())),
            },
            xml::Fault::Truncated(_) => Fault::Broken(fault.to_string()),
            xml::Fault::Malformed(_) | xml::Fault::Excessive(_) => {
                Fault::NotPlex(self.cleared(&fault.to_string()))
            }
        }
    }

    /// Our word for what the transport said.
    pub(super) fn of_transport(&self, error: &ureq::Error) -> Fault {
        let text = self.cleared(&error.to_string());
        let fault = match error {
            ureq::Error::Timeout(_) if self.manner.deadline.is_over() => Fault::Deadline,
            ureq::Error::Timeout(which) => Fault::TooSlow(match which {
                ureq::Timeout::Resolve => "its name could not be looked up in time (--timeout)",
                ureq::Timeout::Connect => "no connection in time (--timeout)",
                ureq::Timeout::PerRead => "it fell silent in the middle of an answer (--timeout)",
                _ => "no whole answer in time (--timeout)",
            }),
            ureq::Error::HostNotFound => {
                Fault::Unreachable(format!("there is no host {}", self.server.host))
            }
            ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl => {
                Fault::Unreachable(format!("the proxy fails: {text}"))
            }
            ureq::Error::ConnectionFailed => Fault::Unreachable(text),
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
                Fault::Tls(text, self.refused_fingerprint())
            }
            ureq::Error::Io(io) => self.of_io(io, text),
            _ => Fault::NotPlex(format!("expected HTTP: {text}")),
        };
        if self.cancel.is_set() {
            Fault::Cancelled
        } else {
            fault
        }
    }

    fn of_io(&self, error: &io::Error, text: String) -> Fault {
        if let Some(inner) = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        {
            return Fault::Tls(self.cleared(&inner.to_string()), self.refused_fingerprint());
        }
        if let Some(inner) = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<ureq::Error>())
        {
            return self.of_transport(inner);
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                Fault::Unreachable(format!("connection refused at {}", self.server.origin()))
            }
            io::ErrorKind::UnexpectedEof if !self.server.is_https => {
                Fault::Broken("it closed the connection".to_owned())
            }
            io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown => Fault::Unreachable(text),
            _ if text.starts_with("failed to lookup address") => Fault::Unreachable(text),
            _ => Fault::Broken(text),
        }
    }

    fn refused_fingerprint(&self) -> Option<String> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// What was found in place of Plex's root element.
pub(super) fn not_plex(root: &str) -> String {
    if root.eq_ignore_ascii_case("html") {
        "expected a MediaContainer, found a web page".to_owned()
    } else {
        let shown: String = root.chars().take(40).collect();
        format!("expected a MediaContainer, found {shown:?}")
    }
}
