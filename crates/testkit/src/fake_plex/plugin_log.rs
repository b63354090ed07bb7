//! The plug-in log lines of one update, as the Framework and its agent service write them.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::OnceLock;

use time::{OffsetDateTime, UtcOffset};

use super::code::Raised;
use super::library::{AGENT, FakeItem};

/// How an update ends in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The model is stored.
    Done,
    /// The agent finds no entry.
    NothingFound,
    /// The site answers with this status, and the agent raises.
    HttpError(u16),
    /// The agent's own code raises.
    Raised(Raised),
}

/// How far local time is from UTC. A process can only find out while it has one thread, so a server
/// asks for it before it starts any; later it is what was found then, or UTC.
pub(crate) fn local_offset() -> UtcOffset {
    static FOUND: OnceLock<UtcOffset> = OnceLock::new();
    *FOUND.get_or_init(|| UtcOffset::current_local_offset().unwrap_or(UtcOffset::UTC))
}

/// Lines of one record source: `TS (thread) :  LEVEL (module:line) - message`.
struct Log {
    text: String,
    thread: &'static str,
}

impl Log {
    /// The first records of a request of the server for one of the agent's functions, as the Framework
    /// codes it.
    fn of_request(function: &str) -> Self {
        let route = format!("/:/plugins/{AGENT}/messaging/function/{function}");
        let mut log = Self {
            text: String::new(),
            thread: "7f3c52ffd700",
        };
        let handling = format!("Handling request GET {route}");
        log.line("DEBUG", "runtime:717", &handling);
        let received = "Received packed state data (80 bytes)";
        log.line("DEBUG", "runtime:814", received);
        let found = format!("Found route matching {route}");
        log.line("DEBUG", "runtime:49", &found);
        log
    }

    /// The last records of a request, whose answer has so many bytes.
    fn answer(&mut self, size: usize) {
        let sending = format!("Sending packed state data ({size} bytes)");
        self.line("DEBUG", "runtime:106", &sending);
        let response = format!("Response: [200] str, {size} bytes");
        self.line("DEBUG", "runtime:924", &response);
    }

    fn line(&mut self, level: &str, place: &str, message: &str) {
        let now = OffsetDateTime::now_utc().to_offset(local_offset());
        let _ = writeln!(
            self.text,
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02},{:03} ({}) :  {level} ({place}) - {message}",
            now.year(),
            u8::from(now.month()),
            now.day(),
            now.hour(),
            now.minute(),
            now.second(),
            now.millisecond(),
            self.thread
        );
    }

    fn append_to(&self, folder: &Path, identifier: &str) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join(format!("{identifier}.log")))?;
        file.write_all(self.text.as_bytes())
    }
}

/// Writes what one update of an item leaves in the agent's log and in the system log.
pub fn write_update(folder: &Path, item: &FakeItem, ending: &Ending) -> io::Result<()> {
    let guid = item.get("guid").unwrap_or_default();
    agent_lines(item, guid, ending).append_to(folder, AGENT)?;
    system_lines(item, guid, ending).append_to(folder, "com.plexapp.system")
}

/// Writes what one search for matches of an item leaves in the agent's log. The size of the answer tells how
/// many it found: 320 bytes are none.
pub fn write_search(folder: &Path, item: &FakeItem, n_results: usize) -> io::Result<()> {
    let mut log = Log::of_request("X0FnZW50S2l0OlNlYXJjaA__/Y2VyZWFsMQoyCmRpY3QK");
    let title = item.get("title").unwrap_or_default().replace('\'', "");
    let query = format!(
        "{{'year': None, 'id': '{}', 'name': '{title}', 'primary': True}}",
        item.key
    );
    log.line(
        "INFO",
        "agentkit:961",
        &format!("Searching for matches for {query}"),
    );
    let page = format!("https://db.example.invalid/search/{}", item.key);
    log.line("DEBUG", "networking:144", &format!("Requesting '{page}'"));
    let found = format!("ExampleDB - SEARCH:: Titles Found {n_results} Processing Results Page: 1");
    log.line("INFO", "__init__:60", &found);
    let size = 320 + 324 * n_results;
    log.answer(size);
    log.append_to(folder, AGENT)
}

fn agent_lines(item: &FakeItem, guid: &str, ending: &Ending) -> Log {
    let mut log = Log::of_request("X0FnZW50S2l0OlVwZGF0ZU1ldGFkYXRh/Y2VyZWFsMQoyCmRpY3QK");
    log.line(
        "DEBUG",
        "model:32",
        &format!("Loading model with GUID {guid}"),
    );
    let tree = format!("http://127.0.0.1:32400/library/metadata/{}/tree", item.key);
    log.line("DEBUG", "networking:144", &format!("Requesting '{tree}'"));
    let page = format!("https://db.example.invalid/title/{}", item.key);
    log.line("DEBUG", "networking:144", &format!("Requesting '{page}'"));
    match ending {
        Ending::Done => {
            let store = format!(
                "/config/Plex Media Server/Metadata/Movies/0/{:x}.bundle/Contents/{AGENT}/Info.xml",
                item.key
            );
            log.line(
                "INFO",
                "__init__:120",
                &format!("ExampleDB - UPDATE:: Titles Found 1 for {}", item.key),
            );
            log.line("DEBUG", "model:239", &format!("Serializing to {store}"));
        }
        Ending::NothingFound => {
            log.line(
                "ERROR",
                "utils:52",
                "ExampleDB - UPDATE::    Error getting Site Title: < Title Match Failure! >",
            );
        }
        Ending::HttpError(status) => http_failure(&mut log, guid, &page, *status),
        Ending::Raised(raised) => code_failure(&mut log, guid, raised),
    }
    log.answer(16);
    log
}

const FRAMEWORK: &str = "/usr/lib/plexmediaserver/Resources/Plug-ins-2b1ba6e69/Framework.bundle/Contents/Resources/Versions/2/Python/Framework";

fn http_failure(log: &mut Log, guid: &str, page: &str, status: u16) {
    let bundle = "/config/Plex Media Server/Plug-ins/ExampleDB.bundle/Contents/Code";
    log.line(
        "ERROR",
        "networking:197",
        &format!("Error opening URL '{page}'"),
    );
    let reason = match status {
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Error",
    };
    traceback(
        log,
        guid,
        &format!(
            "  File \"{bundle}/__init__.py\", line 88, in update\n    page = self.fetch(media)\n  \
             File \"{bundle}/__init__.py\", line 41, in fetch\n    return HTML.ElementFromURL(url)\n  \
             File \"{FRAMEWORK}/components/networking.py\", line 190, in load\n    f = self._opener.open(req, timeout=self._timeout)\n\
             HTTPError: HTTP Error {status}: {reason}"
        ),
    );
}

fn code_failure(log: &mut Log, guid: &str, raised: &Raised) {
    let Raised {
        path,
        line,
        function,
        source,
        exception,
    } = raised;
    traceback(
        log,
        guid,
        &format!("  File \"{path}\", line {line}, in {function}\n    {source}\n{exception}"),
    );
}

/// The Framework's words on an exception of the update function; `frames` are those of the agent, and the
/// exception.
fn traceback(log: &mut Log, guid: &str, frames: &str) {
    let head = format!(
        "Exception in the update function of agent named 'ExampleDB', called with guid '{guid}' (most recent call last):"
    );
    log.line("CRITICAL", "agentkit:1095", &head);
    let _ = writeln!(
        log.text,
        "  File \"{FRAMEWORK}/api/agentkit.py\", line 1093, in _update\n    agent.update(obj, media, lang, **kwargs)\n{frames}\n"
    );
}

fn system_lines(item: &FakeItem, guid: &str, ending: &Ending) -> Log {
    let mut log = Log {
        text: String::new(),
        thread: "7f3c417fa700",
    };
    let success = u8::from(!matches!(ending, Ending::HttpError(_) | Ending::Raised(_)));
    let escaped: String = guid
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    log.line(
        "INFO",
        "agentservice:661",
        &format!("Adding {guid} to the update list"),
    );
    log.line(
        "DEBUG",
        "agentservice:700",
        &format!("Preparing metadata for Movie in {AGENT} ({})", item.key),
    );
    if success == 0 {
        log.line(
            "ERROR",
            "agentservice:731",
            &format!("Exception in update for {guid}"),
        );
    }
    log.line(
        "DEBUG",
        "agentservice:790",
        &format!("Metadata preparation for {guid} complete"),
    );
    let notify = format!(
        "http://127.0.0.1:32400/:/metadata/notify?guid={escaped}&force=1&queueSize=0&id={}&success={success}&async=1",
        item.key
    );
    log.line("DEBUG", "networking:144", &format!("Requesting '{notify}'"));
    log
}
