//! What can go wrong with one answer.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::http::{self, Request, Response};
use super::{Server, Stream, routes};

/// When an answer goes wrong, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// Paths that begin so.
    pub path: String,
    /// Only this method; any if empty.
    pub method: String,
    /// Leaves this many matching requests alone first.
    pub skip: u64,
    /// How often; `None` is always.
    pub times: Option<u64>,
    /// What happens.
    pub fault: Fault,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            path: "/".to_owned(),
            method: String::new(),
            skip: 0,
            times: None,
            fault: Fault::Close,
        }
    }
}

/// A fault of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The connection is closed without a word.
    Close,
    /// Nothing comes, and the connection stays.
    Hang,
    /// The proper answer comes one byte at a time, with this many milliseconds between two.
    Drip(u64),
    /// The proper answer's body breaks off after this many bytes, and the connection with it.
    Truncate(usize),
    /// A status with the page that Plex sends for it.
    Status(u16),
    /// A status, headers and a body of choice.
    Answer {
        /// Status code.
        status: u16,
        /// Headers.
        headers: Vec<(String, String)>,
        /// Body.
        body: String,
    },
    /// A redirect to a URL; the path and query that were asked for are appended.
    Redirect {
        /// Status code.
        status: u16,
        /// Where to.
        to: String,
    },
    /// These bytes instead of an answer, then the connection closes.
    Raw(Vec<u8>),
    /// These bytes, then the others without end.
    Endless(Vec<u8>, Vec<u8>),
    /// The proper answer with a control character in every title, raw and as a reference.
    ControlCharacters,
    /// The proper answer with the request's token in every title, as a server that echoes would send.
    EchoToken,
    /// The server restarts: this connection and all others break, for this many milliseconds.
    Restart(u64),
}

impl Rule {
    /// A fault of every answer to paths that begin so.
    pub fn always(path: &str, fault: Fault) -> Self {
        Self {
            path: path.to_owned(),
            fault,
            ..Self::default()
        }
    }

    /// A fault of the first answers to such paths.
    pub fn first(times: u64, path: &str, fault: Fault) -> Self {
        Self {
            times: Some(times),
            ..Self::always(path, fault)
        }
    }

    pub(super) fn applies_to(&mut self, request: &Request) -> bool {
        let matches = request.path.starts_with(&self.path)
            && (self.method.is_empty() || self.method == request.method)
            && self.times != Some(0);
        if matches && self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        matches
    }

    pub(super) fn take(&mut self) -> Fault {
        self.times = self.times.map(|left| left.saturating_sub(1));
        self.fault.clone()
    }
}

impl Fault {
    /// Plays the fault; true if the connection goes on after it.
    pub(super) fn play(
        &self,
        server: &Arc<Server>,
        request: &Request,
        stream: &mut dyn Stream,
    ) -> io::Result<bool> {
        let proper = || http::to_bytes(&routes::answer(server, request));
        match self {
            Self::Close => Ok(false),
            Self::Hang => {
                wait_until_stopped(server, Duration::from_secs(120));
                Ok(false)
            }
            Self::Drip(millis) => {
                drip(server, stream, &proper(), Duration::from_millis(*millis)).map(|()| false)
            }
            Self::Truncate(after) => {
                let bytes = proper();
                let head = bytes
                    .windows(4)
                    .position(|w| w == b"\r\n\r\n")
                    .map_or(0, |at| at + 4);
                stream.write_all(&bytes[..bytes.len().min(head + after)])?;
                stream.flush().map(|()| false)
            }
            Self::Status(status) => {
                http::write_response(stream, &Response::html(*status)).map(|()| true)
            }
            Self::Answer {
                status,
                headers,
                body,
            } => {
                let response = Response {
                    status: *status,
                    headers: headers.clone(),
                    body: body.clone().into_bytes(),
                };
                http::write_response(stream, &response).map(|()| true)
            }
            Self::Redirect { status, to } => {
                let place = format!("{to}{}", request.target);
                http::write_response(stream, &Response::html(*status).with("Location", place))
                    .map(|()| true)
            }
            Self::Raw(bytes) => {
                stream.write_all(bytes)?;
                stream.flush().map(|()| false)
            }
            Self::Endless(first, then) => {
                stream.write_all(first)?;
                while !server.is_stopping() {
                    stream.write_all(then)?;
                }
                Ok(false)
            }
            Self::ControlCharacters => {
                rewritten(server, request, stream, "title=\"", "title=\"\u{4}&#4;")
            }
            Self::EchoToken => {
                let token = request.header("x-plex-token").unwrap_or_default();
                rewritten(
                    server,
                    request,
                    stream,
                    "title=\"",
                    &format!("title=\"{token} "),
                )
            }
            Self::Restart(millis) => {
                server.restart(Duration::from_millis(*millis));
                Ok(false)
            }
        }
    }
}

fn rewritten(
    server: &Arc<Server>,
    request: &Request,
    stream: &mut dyn Stream,
    from: &str,
    to: &str,
) -> io::Result<bool> {
    let mut response = routes::answer(server, request);
    response.body = String::from_utf8_lossy(&response.body)
        .replace(from, to)
        .into_bytes();
    http::write_response(stream, &response).map(|()| true)
}

fn drip(server: &Server, stream: &mut dyn Stream, bytes: &[u8], pause: Duration) -> io::Result<()> {
    for byte in bytes {
        if server.is_stopping() {
            return Ok(());
        }
        stream.write_all(&[*byte])?;
        stream.flush()?;
        std::thread::sleep(pause);
    }
    Ok(())
}

fn wait_until_stopped(server: &Server, longest: Duration) {
    let until = Instant::now() + longest;
    while !server.is_stopping() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
}
