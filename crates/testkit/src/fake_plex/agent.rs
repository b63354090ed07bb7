//! The scripted metadata agent: what a refresh sets off.
//!
//! Refreshes wait in a queue and are worked on one after the other, as in a real server. Work shows
//! in `/activities`, in the event stream, in the section's `refreshing` (which says no too early,
//! as the real one was seen to do), in the changed item, and in the plug-in logs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::code::Raised;
use super::events::timeline;
use super::library::FakeItem;
use super::render::Node;
use super::{Server, lock, plugin_log, unix_seconds};

/// What the agent does with an item.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// How it ends.
    pub outcome: Outcome,
    /// What it writes when it changes something: attributes (`summary`), or tags (`Genre`).
    pub set: BTreeMap<String, String>,
    /// How long it takes, in milliseconds.
    pub duration_ms: u64,
    /// For how much of that the section says that it is refreshing, in per cent.
    pub refreshing_percent: u64,
    /// Whether the work shows in `/activities`.
    pub shows_activity: bool,
    /// Whether a file check, which is no refresh, starts and ends before the work.
    pub checks_file_first: bool,
    /// Sends a timeline entry that says "done" while work still goes on.
    pub says_done_early: bool,
    /// The HTTP status on which it fails.
    pub fails_with: u16,
    /// The exception of the agent's own code on which it fails instead.
    #[serde(skip)]
    pub raised: Option<Raised>,
}

/// How the work on an item ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The item is changed.
    Changes,
    /// The agent finds nothing new.
    Nothing,
    /// The agent raises an exception.
    Fails,
    /// The work never ends.
    Never,
    /// The server restarts in the middle of it.
    Restarts,
    /// The item is gone.
    Deletes,
}

impl Default for Script {
    fn default() -> Self {
        let set = [("summary", "A fresh summary."), ("studio", "Fresh Studio")];
        Self {
            outcome: Outcome::Changes,
            set: set
                .map(|(field, value)| (field.to_owned(), value.to_owned()))
                .into(),
            duration_ms: 30,
            refreshing_percent: 20,
            shows_activity: true,
            checks_file_first: false,
            says_done_early: false,
            fails_with: 403,
            raised: None,
        }
    }
}

/// A row of `/activities`.
#[derive(Debug, Clone)]
pub struct Activity {
    pub(crate) uuid: String,
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) progress: i32,
    pub(crate) cancellable: bool,
    pub(crate) key: Option<String>,
    pub(crate) section: Option<u32>,
}

impl Activity {
    pub(crate) fn to_node(&self) -> Node {
        let node = Node::new("Activity")
            .with("uuid", &self.uuid)
            .with("type", self.kind)
            .with("cancellable", u8::from(self.cancellable))
            .with("userID", 1)
            .with("title", &self.title)
            .with("subtitle", "")
            .with("progress", self.progress);
        if self.key.is_none() && self.section.is_none() {
            return node;
        }
        let mut context = Node::new("Context");
        if let Some(key) = &self.key {
            context = context.with("key", key);
        }
        if let Some(section) = self.section {
            context = context.with("librarySectionID", section);
        }
        node.child(context)
    }

    fn to_event(&self, event: &str) -> serde_json::Value {
        let context =
            json!({ "key": self.key, "librarySectionID": self.section.map(|key| key.to_string()) });
        json!({ "ActivityNotification": {
            "event": event, "uuid": self.uuid,
            "Activity": {
                "uuid": self.uuid, "type": self.kind, "cancellable": self.cancellable, "userID": 1,
                "title": self.title, "subtitle": "", "progress": self.progress, "Context": context,
            },
        }})
    }
}

/// An idle server keeps a row for its butler.
pub(crate) fn idle_activities() -> Vec<Activity> {
    vec![Activity {
        uuid: "b0000000-0000-0000-0000-000000000000".to_owned(),
        kind: "butler",
        title: "Scheduled tasks".to_owned(),
        progress: -1,
        cancellable: false,
        key: None,
        section: None,
    }]
}

/// Items waiting for the agent, oldest first, and whether somebody works on them.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: Vec<(u64, u32)>,
    is_worked_on: bool,
}

/// How many items of a section wait.
pub(crate) fn queue_size(server: &Server, section: u32) -> usize {
    lock(&server.queue)
        .waiting
        .iter()
        .filter(|(_, of)| *of == section)
        .count()
}

/// Puts an item into the queue.
pub(crate) fn refresh(server: &Arc<Server>, item: &FakeItem) {
    let mut queue = lock(&server.queue);
    queue.waiting.push((item.key, item.section));
    if !queue.is_worked_on {
        queue.is_worked_on = true;
        let server = Arc::clone(server);
        std::thread::spawn(move || work(&server));
    }
}

/// Takes away what waits for a section.
pub(crate) fn stop(server: &Server, section: u32) {
    lock(&server.queue).waiting.retain(|(_, of)| *of != section);
    lock(&server.activities)
        .retain(|activity| activity.section != Some(section) || !activity.cancellable);
    if let Some(section) = lock(&server.library).section_mut(section) {
        section.refreshing = false;
    }
}

/// Scans a section in the background; `force` then refreshes all its items.
pub(crate) fn scan(server: &Arc<Server>, section: u32, force: bool) {
    let server = Arc::clone(server);
    std::thread::spawn(move || {
        let generation = server.generation.load(Ordering::SeqCst);
        let activity = Activity {
            section: Some(section),
            ..activity("library.update.section", "Scanning", None)
        };
        begin(&server, &activity);
        set_refreshing(&server, section, true);
        std::thread::sleep(Duration::from_millis(server.setup.scan_ms));
        if generation != server.generation.load(Ordering::SeqCst) || !is_running(&server, &activity)
        {
            return;
        }
        let items = {
            let mut library = lock(&server.library);
            if let Some(section) = library.section_mut(section) {
                section.scanned_at = unix_seconds().max(section.scanned_at + 1);
            }
            library
                .items
                .values()
                .filter(|item| force && item.section == section)
                .cloned()
                .collect::<Vec<_>>()
        };
        for item in &items {
            refresh(&server, item);
        }
        set_refreshing(&server, section, false);
        end(&server, activity);
    });
}

fn set_refreshing(server: &Server, section: u32, refreshing: bool) {
    if let Some(section) = lock(&server.library).section_mut(section) {
        section.refreshing = refreshing;
    }
}

fn work(server: &Arc<Server>) {
    loop {
        let generation = server.generation.load(Ordering::SeqCst);
        let next = {
            let mut queue = lock(&server.queue);
            if queue.waiting.is_empty() || server.is_stopping() {
                queue.is_worked_on = false;
                return;
            }
            queue.waiting.remove(0)
        };
        let item = lock(&server.library).items.get(&next.0).cloned();
        if let Some(item) = item {
            let lost = || generation != server.generation.load(Ordering::SeqCst);
            work_on(server, &item, &lost);
        }
    }
}

fn script_for(server: &Server, item: &FakeItem) -> Script {
    let own = server.setup.items.get(&item.key.to_string());
    let chosen = own.and_then(|scripts| scripts.get(item.n_updates).or(scripts.last()));
    let mut script = chosen.unwrap_or(&server.setup.agent).clone();
    if script.outcome == Outcome::Changes {
        script.raised = server
            .setup
            .code
            .as_ref()
            .and_then(|code| code.update(item));
        if script.raised.is_some() {
            script.outcome = Outcome::Fails;
        }
    }
    script
}

fn work_on(server: &Arc<Server>, item: &FakeItem, is_lost: &dyn Fn() -> bool) {
    let script = script_for(server, item);
    if let Some(item) = lock(&server.library).items.get_mut(&item.key) {
        item.n_updates += 1;
    }
    let key = format!("/library/metadata/{}", item.key);
    if script.checks_file_first {
        let check = activity("library.refresh.items", "Refreshing", Some(&key));
        begin(server, &check);
        end(server, check);
    }
    let activity = Activity {
        section: Some(item.section),
        ..activity("library.update.item.metadata", "Refreshing", Some(&key))
    };
    if script.shows_activity {
        begin(server, &activity);
    }
    let updated_at = || {
        item.get("updatedAt")
            .and_then(|n| n.parse().ok())
            .unwrap_or(0)
    };
    server.tell(
        "timeline",
        &timeline(item.key, item.section, 1, true, updated_at()),
    );
    set_refreshing(server, item.section, true);
    let whole = Duration::from_millis(script.duration_ms);
    let early = whole * u32::try_from(script.refreshing_percent.min(100)).unwrap_or(100) / 100;
    std::thread::sleep(early);
    set_refreshing(server, item.section, false);
    if script.says_done_early {
        server.tell(
            "timeline",
            &timeline(item.key, item.section, 5, false, updated_at()),
        );
    }
    match script.outcome {
        Outcome::Never => return,
        Outcome::Restarts => {
            lock(&server.queue).waiting.clear();
            server.restart(Duration::from_millis(script.duration_ms.max(50)));
            return;
        }
        _ => std::thread::sleep(whole.saturating_sub(early)),
    }
    let cancelled = script.shows_activity && !is_running(server, &activity);
    if is_lost() || cancelled {
        return;
    }
    finish(server, item, &script);
    if script.shows_activity {
        end(server, activity);
    }
}

/// The end of the work: logs, item and events, in the order in which a server does it.
fn finish(server: &Server, item: &FakeItem, script: &Script) {
    if let Some(folder) = &server.log_folder {
        let ending = match script.outcome {
            Outcome::Fails => match &script.raised {
                Some(raised) => plugin_log::Ending::Raised(raised.clone()),
                None => plugin_log::Ending::HttpError(script.fails_with),
            },
            Outcome::Nothing => plugin_log::Ending::NothingFound,
            _ => plugin_log::Ending::Done,
        };
        // A log that can't be written is no reason for a server to stop.
        drop(plugin_log::write_update(folder, item, &ending));
    }
    let mut updated_at = item
        .get("updatedAt")
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    let mut state = 5;
    {
        let mut library = lock(&server.library);
        if script.outcome == Outcome::Deletes {
            library.items.remove(&item.key);
            state = 9;
        } else if let (Outcome::Changes, Some(item)) =
            (script.outcome, library.items.get_mut(&item.key))
        {
            updated_at = unix_seconds().max(updated_at + 1);
            apply(item, &script.set, updated_at);
        }
    }
    server.tell(
        "timeline",
        &timeline(item.key, item.section, state, false, updated_at),
    );
}

fn apply(item: &mut FakeItem, set: &BTreeMap<String, String>, updated_at: u64) {
    for (field, value) in set {
        if field.starts_with(char::is_uppercase) {
            item.tags.retain(|(kind, _)| kind != field);
            item.tags.extend(
                value
                    .split(',')
                    .map(|tag| (field.clone(), tag.trim().to_owned())),
            );
        } else {
            item.set(field, value);
        }
    }
    item.set("updatedAt", &updated_at.to_string());
}

fn activity(kind: &'static str, title: &str, key: Option<&str>) -> Activity {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Activity {
        uuid: format!(
            "a0000000-0000-0000-0000-{:012}",
            NEXT.fetch_add(1, Ordering::SeqCst)
        ),
        kind,
        title: title.to_owned(),
        progress: 0,
        cancellable: true,
        key: key.map(str::to_owned),
        section: None,
    }
}

fn begin(server: &Server, activity: &Activity) {
    lock(&server.activities).push(activity.clone());
    server.tell("activity", &activity.to_event("started"));
}

fn is_running(server: &Server, activity: &Activity) -> bool {
    lock(&server.activities)
        .iter()
        .any(|other| other.uuid == activity.uuid)
}

fn end(server: &Server, mut activity: Activity) {
    lock(&server.activities).retain(|other| other.uuid != activity.uuid);
    activity.progress = 100;
    server.tell("activity", &activity.to_event("ended"));
}
