//! `com.plexapp.system.log`: what the system plug-in, which hands updates to the agents, says of each.
//!
//! `Adding G to the update list`, `Preparing metadata for ...`, per contributing agent `Found match`
//! or `No match found`, and at the end a request that tells the server `success=0` or `success=1`.

use rustc_hash::FxHashMap;

use crate::log::event::RecordPlace;
use crate::log::find::holds;
use crate::log::notice::{Notice, Step, ThreadKey};
use crate::stamp::Stamp;
use crate::utf8::{lossy, owned};

/// The end of a whole update, over all agents that had a part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When the server was told.
    pub at: Stamp,
    /// When the update was put on the list, if that was logged.
    pub start: Option<Stamp>,
    /// The Plex item.
    pub item: Option<u64>,
    /// The GUID, with its percent coding undone.
    pub guid: String,
    /// Whether it worked.
    pub is_success: bool,
    /// Contributing agents that found a match.
    pub matches: u32,
    /// Contributing agents that found none.
    pub misses: u32,
    /// The record that told the server.
    pub place: RecordPlace,
}

/// The request by which the system plug-in tells the server how an update went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The Plex item.
    pub item: Option<u64>,
    /// The GUID, with its percent coding undone; may be empty.
    pub guid: String,
    /// Whether it worked.
    pub is_success: bool,
}

impl Notification {
    /// `Requesting '.../:/metadata/notify?guid=G&id=10488&success=1&async=1'`; `None` for another record.
    pub fn of(text: &[u8]) -> Option<Self> {
        Self::of_url(notified(text)?)
    }

    fn of_url(url: &[u8]) -> Option<Self> {
        let url = lossy(url);
        let (_, query) = url.split_once('?')?;
        let value = |name: &str| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find_map(|(key, value)| (key == name).then_some(value))
        };
        Some(Self {
            item: value("id").and_then(|id| id.parse().ok()),
            guid: percent_decoded(value("guid").unwrap_or_default()),
            is_success: value("success")? == "1",
        })
    }
}

/// The address that a message requests, if it is the one where updates are reported.
fn notified(text: &[u8]) -> Option<&[u8]> {
    if !text.starts_with(b"Requesting '") {
        return None;
    }
    crate::log::event::quoted(text).filter(|url| holds(url, b"/:/metadata/notify?"))
}

#[derive(Debug, Default)]
struct Preparing {
    start: Option<Stamp>,
    guid: String,
    item: Option<u64>,
    matches: u32,
    misses: u32,
}

/// Follows the threads of the system plug-in's log.
#[derive(Debug, Default)]
pub struct Broker {
    preparing: FxHashMap<ThreadKey, Preparing>,
    /// The items of GUIDs, for an update that ends long after its thread went on to others.
    items: FxHashMap<String, u64>,
}

impl Broker {
    /// Begins with no records.
    pub fn new() -> Self {
        Self::default()
    }

    /// The Plex item whose update a thread prepares.
    pub fn item_of(&self, thread: ThreadKey) -> Option<u64> {
        self.preparing.get(&thread)?.item
    }

    /// The Plex item with this GUID, if an update of it was logged.
    pub fn item_of_guid(&self, guid: &str) -> Option<u64> {
        self.items.get(guid).copied()
    }

    /// Takes the next record and gives an update that it ends to `sink`.
    pub fn take(
        &mut self,
        notice: &Notice<'_>,
        place: RecordPlace,
        sink: &mut impl FnMut(Delivery),
    ) {
        let text = notice.text;
        match notice.step {
            Step::StartingCore => self.preparing.clear(),
            Step::Requesting => {
                if let Some(url) = notified(notice.text) {
                    let preparing = self.preparing.remove(&notice.thread()).unwrap_or_default();
                    if let Some(told) = Notification::of_url(url) {
                        sink(delivery(told, notice.at, place, &preparing));
                    }
                }
            }
            _ if text.starts_with(b"Adding ") && text.ends_with(b" to the update list") => {
                let guid = &text[b"Adding ".len()..text.len() - b" to the update list".len()];
                let preparing = Preparing {
                    start: Some(notice.at),
                    guid: owned(guid),
                    ..Preparing::default()
                };
                self.preparing.insert(notice.thread(), preparing);
            }
            _ if text.starts_with(b"Preparing metadata for ") => {
                let preparing = self.preparing.entry(notice.thread()).or_default();
                preparing.start.get_or_insert(notice.at);
                preparing.item = item_in_parentheses(text);
                if let Some(item) = preparing.item
                    && !preparing.guid.is_empty()
                {
                    self.items.insert(preparing.guid.clone(), item);
                }
            }
            _ if text.starts_with(b"Found match with ID") => {
                self.preparing.entry(notice.thread()).or_default().matches += 1;
            }
            _ if text.starts_with(b"No match found") => {
                self.preparing.entry(notice.thread()).or_default().misses += 1;
            }
            _ => {}
        }
    }
}

/// The item in `Preparing metadata for Movie in com.plexapp.agents.alder (10488)`.
fn item_in_parentheses(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii_end().strip_suffix(b")")?;
    let start = memchr::memrchr(b'(', text)? + 1;
    std::str::from_utf8(&text[start..]).ok()?.parse().ok()
}

fn delivery(told: Notification, at: Stamp, place: RecordPlace, preparing: &Preparing) -> Delivery {
    Delivery {
        at,
        start: preparing.start,
        item: told.item.or(preparing.item),
        guid: told.guid,
        is_success: told.is_success,
        matches: preparing.matches,
        misses: preparing.misses,
        place,
    }
}

/// `%3A` is `:`; what is no code stays.
pub(in crate::log) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = code {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    owned(&bytes)
}
