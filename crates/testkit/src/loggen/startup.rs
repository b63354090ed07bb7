//! What a plug-in writes when it starts, its usual noise included, and starts that fail.

use super::category::{Category, Via};
use super::cause::{framework_exception, traced};
use super::names::pick;
use super::record::{Level, Mark};
use super::script::Script;
use super::secrets::Slot;
use super::traceback::{self, Frame, critical};

const COMPONENTS: [&str; 10] = [
    "runtime",
    "caching",
    "data",
    "networking",
    "localization",
    "messaging",
    "debugging",
    "services",
    "myplex",
    "notifications",
];
const HASHES_URL: &str = "http://127.0.0.1:32400/:/plugins/com.plexapp.system/resourceHashes";
/// Lines of one start, on the script's thread.
pub(super) fn write(script: &mut Script) {
    core(script);
    rest(script);
}

/// Lines of a start whose code does not load.
pub(super) fn write_bad(script: &mut Script) {
    core(script);
    if script.chance(0.5) {
        bad_import(script);
    } else {
        bad_syntax(script);
    }
}

fn core(script: &mut Script) {
    let framework = script.agent.framework;
    let text = format!("Starting framework core - Version: {}", framework.version);
    let mark = Mark {
        start: true,
        ..Mark::default()
    };
    script.framework(Level::Debug, framework.start_core, text, mark);
    script.debug(("core", 361), "Using the elevated policy");
    for component in COMPONENTS {
        script.tick();
        script.debug(("core", 450), format!("Starting {component} component."));
        if component == "networking" {
            script.debug(("networking", 288), "Loaded HTTP cookies");
            script.debug(
                ("networking", 443),
                "Setting the default network timeout to 20.0",
            );
        }
    }
    script.framework(
        Level::Info,
        ("localization", 409),
        "Setting the default locale to en-us".to_owned(),
        Mark::default(),
    );
    hashes(script);
    script.tick();
    script.debug(("core", 150), "Finished starting framework core");
    script.debug(("core", 560), "Loading plug-in code");
    script.at += script.rng.i64(100..600);
}

/// The Framework's usual ERROR and CRITICAL at every start: one event, and noise.
fn hashes(script: &mut Script) {
    script.request(HASHES_URL);
    script.at += script.rng.i64(5..40);
    script.settle();
    let message = "Exception getting hosted resource hashes";
    let source = script.agent.framework.hashes;
    let frames: &[&[Frame]] = &[traceback::HASHES];
    if script.chance(0.15) {
        let exception = "URLError: <urlopen error timed out>";
        framework_exception(
            script,
            (Category::Hashes, source),
            message,
            frames,
            exception,
        );
        return;
    }
    let exception = "HTTPError: HTTP Error 404: Not Found";
    let kind = (Category::Hashes, Via::Framework);
    let mut event = traced(script, kind, exception, frames);
    event.url = true;
    event.http = Some(404);
    let opening = script.agent.framework.opening;
    script.framework(
        Level::Error,
        opening,
        format!("Error opening URL '{HASHES_URL}'"),
        Mark::event(event),
    );
    script.tick();
    let text = critical(script, message, frames, exception);
    script.exception(source, text, Mark::default());
}

fn rest(script: &mut Script) {
    let name = script.agent.spec.name.clone();
    script.debug(("core", 566), "Finished loading plug-in code");
    if script.agent.plant {
        let machine = script.secret(Slot::Machine);
        script.debug(("core", 538), format!("Machine identifier is {machine}"));
    }
    script.debug(
        ("core", 539),
        format!("Server version is {}", script.agent.framework.pms),
    );
    script.debug(
        ("agentkit", 1132),
        format!("Creating new agent class called {name}Agent"),
    );
    script.debug(
        ("agentkit", 941),
        format!("Updating agent information: [{{'media_types': ['Movie'], 'accepts_from': ['com.plexapp.agents.localmedia'], 'languages': ['en', 'fr', 'de'], 'contributes_to': None, 'primary_provider': True, 'name': '{name}'}}]"),
    );
    script.settle();
    if script.chance(0.3) {
        let mark = Mark::event(script.event(Category::NoStart, Via::Framework));
        let text = "Function named 'Start' couldn't be found in the current environment".to_owned();
        script.framework(Level::Critical, ("core", 604), text, mark);
        script.tick();
    }
    script.framework(
        Level::Info,
        ("core", 611),
        "Started plug-in".to_owned(),
        Mark::default(),
    );
    script.debug(("socketinterface", 160), "Starting socket server");
    script.debug(("runtime", 1117), "Created a thread named 'start'");
    let port = script.rng.u16(40_000..60_000);
    script.framework(
        Level::Info,
        ("socketinterface", 184),
        format!("Socket server started on port {port}"),
        Mark::default(),
    );
    script.framework(
        Level::Info,
        ("pipeinterface", 25),
        "Entering run loop".to_owned(),
        Mark::default(),
    );
    script.at += script.rng.i64(20..200);
}

fn bad_import(script: &mut Script) {
    script.settle();
    let exception = pick(
        script.rng,
        &[
            "ImportError: No module named _ctypes",
            "ImportError: cannot import name readPage",
            "ImportError: No module named lxml.html",
        ],
    );
    let kind = (Category::Import, ("core", 616));
    framework_exception(
        script,
        kind,
        "Exception starting plug-in",
        &[traceback::LOAD],
        exception,
    );
}

fn bad_syntax(script: &mut Script) {
    script.settle();
    let exception = pick(
        script.rng,
        &[
            "SyntaxError: Line 41: \"_cache\" is an invalid attribute name because it starts with \"_\".",
            "SyntaxError: Line 207: Augmented assignment of object items and slices is not allowed.",
            "SyntaxError: Line 12: Exec statements are not allowed.",
        ],
    );
    let kind = (Category::CodeLoad, ("core", 569));
    framework_exception(
        script,
        kind,
        "Exception while loading code",
        &[traceback::COMPILE],
        exception,
    );
}
