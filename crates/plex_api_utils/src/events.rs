//! The server's event stream, turned into signals.
//!
//! A thread listens and connects again when the stream breaks; it ends with the [`Listener`]. Signals are
//! hints that come early: everything is also looked up by [`crate::wait`], so a lost one costs time and no more.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use plexcore::cli::Failure;
use serde_json::Value;
use ureq::Agent;

use crate::client::Client;

/// Three pings missed (the server sends one every ten seconds): nobody is there any more.
const SILENCE: Duration = Duration::from_secs(35);
/// Pause before connecting again.
const AGAIN: Duration = Duration::from_millis(500);
/// A longer line is no event of Plex's.
const MAX_LINE: u64 = 1 << 20;

/// What a server tells by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signal {
    /// The stream is open.
    Open,
    /// The stream broke, or there is none.
    Lost,
    /// The state of an item: 5 is done, 9 deleted, less is work in progress.
    Timeline {
        /// Rating key.
        item: String,
        /// 0 to 9.
        state: u64,
        /// Something is still to come for it.
        is_busy: bool,
    },
    /// Work on an item's metadata began.
    Began {
        /// The activity's id.
        uuid: String,
        /// Rating key.
        item: String,
    },
    /// Work on an item's metadata ended.
    Ended {
        /// The activity's id.
        uuid: String,
        /// Rating key.
        item: String,
    },
}

/// Listens until it is dropped.
pub(crate) struct Listener {
    signals: Receiver<Signal>,
    agent: Agent,
    is_over: Arc<AtomicBool>,
    /// Whether the stream was open when listening began.
    pub(crate) began_open: bool,
}

impl Listener {
    /// Begins to listen, and waits a moment for the stream to open, so that nothing after it is missed.
    pub(crate) fn start(client: &Client) -> Result<Self, Failure> {
        let agent = client.another_agent()?;
        let headers = client.identity();
        let url = client.server.at("/:/eventsource/notifications");
        let (sender, signals) = channel();
        let is_over = Arc::new(AtomicBool::new(false));
        let (for_thread, over) = (agent.clone(), Arc::clone(&is_over));
        std::thread::spawn(move || listen(&for_thread, &url, &headers, &sender, &over));

        let patience = client
            .manner
            .timeout
            .min(Duration::from_secs(2))
            .min(client.manner.deadline.left());
        let first = signals.recv_timeout(patience);
        Ok(Self {
            signals,
            agent,
            is_over,
            began_open: first == Ok(Signal::Open),
        })
    }

    /// The next signal, waiting no longer than this.
    pub(crate) fn next(&self, patience: Duration) -> Option<Signal> {
        self.signals.recv_timeout(patience).ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        self.agent.clone().shutdown();
    }
}

fn listen(
    agent: &Agent,
    url: &str,
    headers: &[(&'static str, String)],
    out: &Sender<Signal>,
    is_over: &AtomicBool,
) {
    while !is_over.load(Ordering::SeqCst) {
        let mut request = agent.get(url).header("Accept", "text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let outcome = request
            .config()
            .timeout_per_read(Some(SILENCE))
            .build()
            .call();
        let is_there = match outcome {
            Ok(response) if response.status() == 200 => {
                if out.send(Signal::Open).is_err() {
                    return;
                }
                read_stream(response.into_body().into_reader(), out);
                true
            }
            // Another answer than an event stream will stay so; no answer may be a restart.
            Ok(_) => false,
            Err(_) => true,
        };
        if out.send(Signal::Lost).is_err() || !is_there {
            return;
        }
        std::thread::sleep(AGAIN);
    }
}

/// Reads frames until the stream ends: lines `data: ...`, and an empty line after each frame.
fn read_stream(stream: impl Read, out: &Sender<Signal>) {
    let mut reader = BufReader::new(stream);
    let mut data = String::new();
    loop {
        let mut line = Vec::new();
        match reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
            Ok(n) if n > 0 && line.ends_with(b"\n") => {}
            _ => return,
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if let Some(part) = line.strip_prefix("data:") {
            data.push_str(part.trim_start());
        } else if line.is_empty() {
            let signals = signals_of(&data);
            data.clear();
            if signals.into_iter().any(|signal| out.send(signal).is_err()) {
                return;
            }
        }
        if data.len() as u64 > MAX_LINE {
            return;
        }
    }
}

/// The signals in one event; what is not understood gives none.
pub(crate) fn signals_of(data: &str) -> Vec<Signal> {
    let Ok(value) = serde_json::from_str::<Value>(data) else {
        return Vec::new();
    };
    let body = value.get("NotificationContainer").unwrap_or(&value);
    let timeline = entries(body.get("TimelineEntry")).filter_map(timeline_signal);
    let activity = entries(body.get("ActivityNotification")).filter_map(activity_signal);
    timeline.chain(activity).collect()
}

/// One object or a list of them.
fn entries(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    list.iter()
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn timeline_signal(entry: &Value) -> Option<Signal> {
    let is_busy = entry
        .get("metadataState")
        .is_some_and(|state| !state.is_null())
        || text(entry.get("queueSize")).is_some_and(|size| size != "0");
    Some(Signal::Timeline {
        item: text(entry.get("itemID"))?,
        state: text(entry.get("state"))?.parse().ok()?,
        is_busy,
    })
}

fn activity_signal(entry: &Value) -> Option<Signal> {
    let activity = entry.get("Activity")?;
    // A file check (`library.refresh.items`) is no refresh, though it may be seen beside one.
    if activity.get("type")?.as_str()? != "library.update.item.metadata" {
        return None;
    }
    let item = item_of(activity.pointer("/Context/key")?.as_str()?)?.to_owned();
    let uuid = text(entry.get("uuid")).or_else(|| text(activity.get("uuid")))?;
    match entry.get("event")?.as_str()? {
        "ended" => Some(Signal::Ended { uuid, item }),
        _ => Some(Signal::Began { uuid, item }),
    }
}

/// The rating key in `/library/metadata/123` or `/library/metadata/123/children`.
pub(crate) fn item_of(key: &str) -> Option<&str> {
    key.strip_prefix("/library/metadata/")?
        .split('/')
        .next()
        .filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_with_and_without_their_wrapper() {
        let bare = r#"{"TimelineEntry":{"itemID":"7","sectionID":"1","state":5}}"#;
        let wrapped = r#"{"NotificationContainer":{"type":"timeline","size":1,"TimelineEntry":[{"itemID":7,"state":5}]}}"#;
        let done = vec![Signal::Timeline {
            item: "7".into(),
            state: 5,
            is_busy: false,
        }];
        assert_eq!(signals_of(bare), done);
        assert_eq!(signals_of(wrapped), done);
        let busy = r#"{"TimelineEntry":{"itemID":"7","state":5,"metadataState":"loading"}}"#;
        assert_eq!(
            signals_of(busy),
            [Signal::Timeline {
                item: "7".into(),
                state: 5,
                is_busy: true
            }]
        );
    }

    #[test]
    fn only_work_on_metadata_counts_as_such() {
        let frame = |kind: &str, event: &str| {
            format!(
                r#"{{"ActivityNotification":{{"event":"{event}","uuid":"u","Activity":{{"uuid":"u","type":"{kind}","Context":{{"key":"/library/metadata/7"}}}}}}}}"#
            )
        };
        let metadata = "library.update.item.metadata";
        assert_eq!(
            signals_of(&frame(metadata, "ended")),
            [Signal::Ended {
                uuid: "u".into(),
                item: "7".into()
            }]
        );
        assert_eq!(
            signals_of(&frame(metadata, "updated")),
            [Signal::Began {
                uuid: "u".into(),
                item: "7".into()
            }]
        );
        assert_eq!(signals_of(&frame("library.refresh.items", "ended")), []);
    }

    #[test]
    fn noise_gives_no_signal_and_long_lines_end_the_stream() {
        for data in [
            "",
            "{}",
            "[]",
            "nonsense",
            r#"{"TimelineEntry":3}"#,
            r#"{"TimelineEntry":{"itemID":{}}}"#,
        ] {
            assert_eq!(signals_of(data), [], "{data}");
        }
        let (sender, receiver) = channel();
        let stream = b"event: ping\ndata: {}\n\ndata: {\"TimelineEntry\":\ndata: {\"itemID\":\"7\",\"state\":1}}\r\n\r\n: x\n".to_vec();
        let endless = Read::chain(&stream[..], std::io::repeat(b'x'));
        read_stream(endless, &sender);
        drop(sender);
        assert_eq!(
            receiver.iter().collect::<Vec<_>>(),
            [Signal::Timeline {
                item: "7".into(),
                state: 1,
                is_busy: false
            }]
        );
    }
}
