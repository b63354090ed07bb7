//! The event stream: server-sent events to everybody who listens.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::http::{Request, Response};
use super::setup::Events;
use super::{Server, Stream, http, lock, routes};

/// Passes every event to every listener.
#[derive(Default)]
pub(crate) struct Bus {
    listeners: Mutex<Vec<Sender<String>>>,
}

impl Bus {
    fn listen(&self) -> Receiver<String> {
        let (sender, receiver) = channel();
        lock(&self.listeners).push(sender);
        receiver
    }

    /// Sends a frame to whoever still listens.
    pub(crate) fn send(&self, event: &str, data: &Value) {
        let frame = format!("event: {event}\ndata: {data}\n\n");
        lock(&self.listeners).retain(|listener| listener.send(frame.clone()).is_ok());
    }

    /// Ends all streams.
    pub(crate) fn close(&self) {
        lock(&self.listeners).clear();
    }
}

impl Server {
    /// Tells an event, unless the setup says that events get lost.
    pub(crate) fn tell(&self, event: &str, data: &Value) {
        if self.setup.events == Events::On {
            self.bus.send(event, data);
        }
    }
}

/// The frame of a timeline entry: `state` is 0 created, 1 progress, 2 matching, 3 downloading, 4 processing,
/// 5 done, 9 deleted.
pub(crate) fn timeline(item: u64, section: u32, state: u8, busy: bool, updated_at: u64) -> Value {
    let mut entry = json!({
        "identifier": "com.plexapp.plugins.library",
        "sectionID": section.to_string(), "itemID": item.to_string(), "type": 1,
        "title": "", "state": state, "updatedAt": updated_at,
    });
    if busy {
        entry["metadataState"] = json!("loading");
        entry["queueSize"] = json!(1);
    }
    json!({ "TimelineEntry": entry })
}

/// Serves one listener until it goes away or the server stops.
pub(crate) fn stream(
    server: &Arc<Server>,
    request: &Request,
    stream: &mut dyn Stream,
) -> io::Result<()> {
    if let Some(refusal) = routes::refusal(server, request) {
        return http::write_response(stream, &refusal);
    }
    let events = server.bus.listen();
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes())?;
    stream.flush()?;
    let ping = Duration::from_millis(server.setup.ping_ms.max(1));
    loop {
        let frame = match events.recv_timeout(ping) {
            Ok(frame) => frame,
            Err(RecvTimeoutError::Timeout) => "event: ping\ndata: {}\n\n".to_owned(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        write!(stream, "{:x}\r\n{frame}\r\n", frame.len())?;
        stream.flush()?;
    }
}

/// The answer where there is no event stream.
pub(crate) fn absent() -> Response {
    Response::html(404)
}
