//! Requests to one server, and their answers.
//!
//! What every request needs is decided here and nowhere else: the token travels in a header to this
//! server's origin only, nothing waits longer than its deadline, what may be repeated is repeated,
//! and whatever the server says is cleared of the token before anybody sees it.
//! What the answers mean is for others.

mod call;
mod causes;

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use plexcore::backup::hex;
use plexcore::cli::Failure;
use plexcore::secret::Secret;
use plexcore::xml::{Element, Reader, container};
use sha2::{Digest, Sha256};
use ureq::http::Response;
use ureq::unversioned::transport::{ConnectProxyConnector, Connector, TcpConnector};
use ureq::{Agent, Body, BodyReader, Proxy, RequestBuilder};

use crate::cancel::{Cancel, Deadline};
use crate::fault::Fault;
use crate::resolver::LocalFirst;
use crate::retry::Retry;
use crate::server_url::ServerUrl;
use crate::tls::{Refused, TlsConnector, Trust};
pub(crate) use call::{Call, Verb};
use causes::not_plex;

/// What is read of an answer that should hold nothing.
const MAX_EMPTY_BODY: u64 = 1 << 20;
/// Redirects within the same server that are followed.
const MAX_REDIRECTS: u32 = 5;
const REDIRECTED_FOR_EVER: &str = "it leads to itself, again and again";

/// How a client behaves.
#[derive(Debug, Clone)]
pub(crate) struct Manner {
    pub(crate) trust: Trust,
    /// For connecting, for a silence in the middle of an answer, and for any answer but a list's.
    pub(crate) timeout: Duration,
    pub(crate) deadline: Deadline,
    pub(crate) retry: Retry,
}

/// A server that is talked to.
pub(crate) struct Client {
    agent: Agent,
    pub(crate) server: ServerUrl,
    token: Option<Secret>,
    token_origin: String,
    pub(crate) manner: Manner,
    pub(crate) cancel: Arc<Cancel>,
    refused: Refused,
    own_id: String,
    n_repaired: AtomicUsize,
}

/// An answer that is read child by child.
pub(crate) struct Answer<'a> {
    client: &'a Client,
    reader: Reader<BodyReader<'static>>,
    /// The `MediaContainer` without its children.
    pub(crate) root: Element,
    /// The offset that the headers name.
    pub(crate) header_offset: Option<u64>,
    /// The total that the headers name.
    pub(crate) header_total: Option<u64>,
}

impl Client {
    pub(crate) fn new(
        server: ServerUrl,
        token: Option<(Secret, String)>,
        manner: Manner,
        cancel: Arc<Cancel>,
    ) -> Result<Self, Failure> {
        let refused = Refused::default();
        let agent = make_agent(&server, &manner, &refused)?;
        cancel.watch(&agent);
        let (token, token_origin) = match token {
            Some((token, origin)) => (Some(token), origin),
            None => (None, "nowhere".to_owned()),
        };
        Ok(Self {
            agent,
            server,
            token,
            token_origin,
            manner,
            cancel,
            refused,
            own_id: own_id(),
            n_repaired: AtomicUsize::new(0),
        })
    }

    /// The same client with connections of its own, which Ctrl-C does not break: for cleaning up after it.
    pub(crate) fn for_cleaning_up(&self) -> Result<Self, Failure> {
        let manner = Manner {
            timeout: self.manner.timeout.min(Duration::from_secs(5)),
            deadline: Deadline::after(Duration::from_secs(10)),
            retry: Retry { times: 0 },
            ..self.manner.clone()
        };
        let token = self
            .token
            .clone()
            .map(|token| (token, self.token_origin.clone()));
        Self::new(self.server.clone(), token, manner, Arc::default())
    }

    /// Another agent with the same manner, for the event stream, which is ended by shutting it down.
    pub(crate) fn another_agent(&self) -> Result<Agent, Failure> {
        make_agent(&self.server, &self.manner, &self.refused)
    }

    /// Where the token came from, for people.
    pub(crate) fn token_origin(&self) -> &str {
        &self.token_origin
    }

    /// How many elements held characters that XML forbids, so far.
    pub(crate) fn n_repaired(&self) -> usize {
        self.n_repaired.load(Ordering::Relaxed)
    }

    /// Text without the token.
    pub(crate) fn cleared(&self, text: &str) -> String {
        match &self.token {
            Some(token) => token.conceal(text).into_owned(),
            None => text.to_owned(),
        }
    }

    /// Sends a request whose answer holds nothing of interest. Repeats it if it may help.
    pub(crate) fn send(&self, call: &Call) -> Result<(), Fault> {
        self.repeating(|| {
            let response = self.once(call)?;
            let mut rest = response.into_body().into_reader().take(MAX_EMPTY_BODY);
            // What is left of an answer is of no interest, and a break in it no failure: the status has come.
            drop(io::copy(&mut rest, &mut io::sink()));
            Ok(())
        })
    }

    /// Sends a request and gives the answer to be read child by child.
    pub(crate) fn open(&self, call: &Call) -> Result<Answer<'_>, Fault> {
        self.repeating(|| self.open_once(call))
    }

    fn open_once(&self, call: &Call) -> Result<Answer<'_>, Fault> {
        let response = self.once(call)?;
        let number = |name: &str| {
            response
                .headers()
                .get(name)?
                .to_str()
                .ok()?
                .trim()
                .parse()
                .ok()
        };
        let header_offset = number("x-plex-container-start");
        let header_total = number("x-plex-container-total-size");
        let mut reader = Reader::new(response.into_body().into_reader());
        let root = reader.root().map_err(|fault| self.of_document(fault))?;
        let root = self.cleared_element(root);
        if root.name != container::ROOT {
            return Err(Fault::NotPlex(not_plex(&root.name)));
        }
        Ok(Answer {
            client: self,
            reader,
            root,
            header_offset,
            header_total,
        })
    }

    /// Sends a request and reads its whole answer: the root with its children.
    pub(crate) fn fetch(&self, call: &Call) -> Result<Element, Fault> {
        self.repeating(|| self.fetch_once(call))
    }

    /// The same without repetition, for those who look again anyway.
    pub(crate) fn fetch_once(&self, call: &Call) -> Result<Element, Fault> {
        let mut answer = self.open_once(call)?;
        let mut root = std::mem::take(&mut answer.root);
        while let Some(child) = answer.next_child()? {
            root.children.push(child);
        }
        Ok(root)
    }

    /// Runs a request until it succeeds, fails for good, or has failed often enough.
    fn repeating<T>(&self, mut attempt: impl FnMut() -> Result<T, Fault>) -> Result<T, Fault> {
        let mut n = 0;
        loop {
            let fault = match attempt() {
                Ok(done) => return Ok(done),
                Err(_) if self.cancel.is_set() => return Err(Fault::Cancelled),
                Err(fault) => fault,
            };
            let asked = match &fault {
                Fault::Status(status) => status.retry_after,
                _ => None,
            };
            let pause = if fault.is_passing() {
                self.manner.retry.pause(n, asked)
            } else {
                None
            };
            match pause {
                Some(pause) if pause < self.manner.deadline.left() => {
                    if !self.cancel.sleep(pause) {
                        return Err(Fault::Cancelled);
                    }
                }
                _ => return Err(fault),
            }
            n += 1;
        }
    }

    /// Sends a request once, following redirects that stay with this server.
    fn once(&self, call: &Call) -> Result<Response<Body>, Fault> {
        let mut url = self.server.at(&call.target());
        for _ in 0..=MAX_REDIRECTS {
            let response = self.once_to(call, &url)?;
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return if response.status().is_success() {
                    Ok(response)
                } else {
                    Err(self.of_status(call, response))
                };
            }
            let to = response
                .headers()
                .get("location")
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default();
            url = self.redirected(call, status, &url, to)?;
        }
        Err(Fault::Redirect(None, REDIRECTED_FOR_EVER))
    }

    /// Where a redirect leads, if it may be followed: the token stays with this server, and a PUT stays a PUT.
    fn redirected(&self, call: &Call, status: u16, from: &str, to: &str) -> Result<String, Fault> {
        let origin = self.server.origin();
        let target = if to.starts_with('/') && !to.starts_with("//") {
            format!("{origin}{to}")
        } else {
            to.to_owned()
        };
        let stays = target
            .strip_prefix(&origin)
            .is_some_and(|rest| rest.starts_with('/'));
        let changes_verb = matches!(status, 301..=303) && call.verb != Verb::Get;
        let why = match () {
            () if to.is_empty() => "it leads nowhere",
            () if !stays || !target.is_ascii() => {
                let place = to.split(['?', '#']).next().unwrap_or_default();
                let place = self.cleared(place).chars().take(200).collect();
                return Err(Fault::Redirect(Some(place), "that is another server"));
            }
            () if target == from => REDIRECTED_FOR_EVER,
            () if changes_verb => "it would turn a change into a mere look",
            () => return Ok(target),
        };
        Err(Fault::Redirect(None, why))
    }

    fn once_to(&self, call: &Call, url: &str) -> Result<Response<Body>, Fault> {
        if self.cancel.is_set() {
            return Err(Fault::Cancelled);
        }
        let left = self.manner.deadline.left();
        if left.is_zero() {
            return Err(Fault::Deadline);
        }
        let limit = if call.is_long {
            left
        } else {
            left.min(self.manner.timeout)
        };
        let outcome = match call.verb {
            Verb::Get => self.dressed(self.agent.get(url), call, limit).call(),
            Verb::Delete => self.dressed(self.agent.delete(url), call, limit).call(),
            Verb::Put => self.dressed(self.agent.put(url), call, limit).send_empty(),
        };
        outcome.map_err(|error| self.of_transport(&error))
    }

    fn dressed<B>(
        &self,
        request: RequestBuilder<B>,
        call: &Call,
        limit: Duration,
    ) -> RequestBuilder<B> {
        let mut request = request.header(
            "Accept",
            "application/xml, application/json;q=0.9, */*;q=0.1",
        );
        for (name, value) in self.identity() {
            request = request.header(name, value);
        }
        if let Some((start, size)) = call.page {
            request = request
                .header("X-Plex-Container-Start", start)
                .header("X-Plex-Container-Size", size);
        }
        request.config().timeout_global(Some(limit)).build()
    }

    /// The headers by which Plex knows its clients, and the token.
    pub(crate) fn identity(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("X-Plex-Client-Identifier", self.own_id.clone()),
            ("X-Plex-Product", env!("CARGO_PKG_NAME").to_owned()),
            ("X-Plex-Version", env!("CARGO_PKG_VERSION").to_owned()),
            ("X-Plex-Platform", std::env::consts::OS.to_owned()),
            ("X-Plex-Device-Name", env!("CARGO_PKG_NAME").to_owned()),
        ];
        headers.extend(
            self.token
                .as_ref()
                .map(|token| ("X-Plex-Token", token.expose().to_owned())),
        );
        headers
    }

    fn cleared_element(&self, mut element: Element) -> Element {
        if let Some(token) = &self.token {
            element.for_each_value(&mut |value| {
                if let std::borrow::Cow::Owned(cleared) = token.conceal(value) {
                    *value = cleared;
                }
            });
        }
        element
    }
}

impl Answer<'_> {
    /// The next child; `None` at the end.
    pub(crate) fn next_child(&mut self) -> Result<Option<Element>, Fault> {
        let before = self.reader.repaired();
        let child = self
            .reader
            .next_child()
            .map_err(|fault| self.client.of_document(fault))?;
        let n_repaired = self.reader.repaired() - before;
        self.client
            .n_repaired
            .fetch_add(n_repaired, Ordering::Relaxed);
        Ok(child.map(|child| self.client.cleared_element(child)))
    }
}

fn make_agent(server: &ServerUrl, manner: &Manner, refused: &Refused) -> Result<Agent, Failure> {
    let tls = TlsConnector::new(manner.trust.clone(), Arc::clone(refused))?;
    let proxy = if server.is_local() {
        None
    } else {
        Proxy::try_from_env()
    };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .user_agent(concat!(
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION")
        ))
        .timeout_resolve(Some(manner.timeout))
        .timeout_connect(Some(manner.timeout.min(Duration::from_secs(10))))
        .timeout_per_read(Some(manner.timeout))
        .timeout_per_write(Some(manner.timeout))
        .build();
    let connector =
        ().chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(tls);
    Ok(Agent::with_parts(config, connector, LocalFirst::default()))
}

/// A name for this client that stays the same from run to run and says nothing about the machine.
fn own_id() -> String {
    let mut hash = Sha256::new();
    for name in ["HOSTNAME", "COMPUTERNAME", "HOME", "USERPROFILE"] {
        hash.update(
            std::env::var_os(name)
                .unwrap_or_default()
                .as_encoded_bytes(),
        );
        hash.update([0]);
    }
    let digits = hex(&hash.finalize()[..10]);
    format!("{}-{digits}", env!("CARGO_PKG_NAME"))
}
