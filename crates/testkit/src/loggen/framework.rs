//! What the server's own parts write: line numbers per version, folders per platform.

use super::record::Source;
use super::spec::{Platform, Pms};

/// Where the Framework logs from, by PMS version.
pub(super) struct Framework {
    pub(super) pms: &'static str,
    pub(super) build: &'static str,
    pub(super) version: &'static str,
    pub(super) start_core: Source,
    pub(super) search_start: Source,
    pub(super) search_exc: Source,
    pub(super) update_exc: Source,
    pub(super) update_tree: Source,
    pub(super) search_tree: Source,
    pub(super) requesting: Source,
    pub(super) opening: Source,
    pub(super) hashes: Source,
    pub(super) response: Source,
    pub(super) model: Source,
    pub(super) storage: Source,
    pub(super) handling: Source,
    pub(super) route: Source,
    /// The line that `log_exception` shows on Windows.
    pub(super) windows_exception: Source,
}

impl Framework {
    pub(super) fn of(pms: Pms) -> &'static Self {
        match pms {
            Pms::New => &NEW,
            Pms::Old => &OLD,
            Pms::Ancient => &ANCIENT,
        }
    }
}

static NEW: Framework = Framework {
    pms: "1.43.0.10467-2b1ba6e69",
    build: "2b1ba6e69",
    version: "2.6.3, Build: 0ac5e0f (Thu Sep 25 11:30:12 UTC 2025)",
    start_core: ("core", 349),
    search_start: ("agentkit", 961),
    search_exc: ("agentkit", 1018),
    update_exc: ("agentkit", 1095),
    update_tree: ("agentkit", 1078),
    search_tree: ("agentkit", 643),
    requesting: ("networking", 144),
    opening: ("networking", 197),
    hashes: ("runtime", 1299),
    response: ("runtime", 924),
    model: ("model", 205),
    storage: ("storage", 89),
    handling: ("runtime", 717),
    route: ("runtime", 814),
    windows_exception: ("core", 574),
};

static OLD: Framework = Framework {
    pms: "1.18.0.1913-e5cc93306",
    build: "e5cc93306",
    version: "2.6.3, Build: e5cc933 (Fri Sep 27 14:02:31 UTC 2019)",
    start_core: ("core", 349),
    search_start: ("agentkit", 957),
    search_exc: ("agentkit", 1014),
    update_exc: ("agentkit", 1091),
    update_tree: ("agentkit", 1074),
    search_tree: ("agentkit", 639),
    requesting: ("networking", 166),
    opening: ("networking", 219),
    hashes: ("runtime", 1299),
    response: ("runtime", 924),
    model: ("model", 205),
    storage: ("storage", 89),
    handling: ("runtime", 717),
    route: ("runtime", 814),
    windows_exception: ("core", 574),
};

static ANCIENT: Framework = Framework {
    pms: "0.9.12.4.1192-9a47d21",
    build: "9a47d21",
    version: "2.6.2, Build: 9b6935b (Wed May 20 03:15:08 UTC 2015)",
    start_core: ("core", 347),
    search_start: ("agentkit", 936),
    search_exc: ("agentkit", 993),
    update_exc: ("agentkit", 1057),
    update_tree: ("agentkit", 1042),
    search_tree: ("agentkit", 618),
    requesting: ("networking", 172),
    opening: ("networking", 223),
    hashes: ("runtime", 1293),
    response: ("runtime", 918),
    model: ("model", 201),
    storage: ("storage", 89),
    handling: ("runtime", 717),
    route: ("runtime", 814),
    windows_exception: ("core", 572),
};

/// Folders of one server.
pub(super) struct Place {
    pub(super) windows: bool,
    /// Whether the data folder holds the user's name.
    pub(super) personal: bool,
    pub(super) data: String,
    pub(super) program: String,
    pub(super) media: String,
}

impl Place {
    /// `Mixed` must have been settled before.
    pub(super) fn of(platform: Platform, user: &str, build: &str) -> Self {
        match platform {
            Platform::Windows => Self {
                windows: true,
                personal: true,
                data: format!("C:\\Users\\{user}\\AppData\\Local\\Plex Media Server"),
                program: format!(
                    "C:\\Program Files (x86)\\Plex\\Plex Media Server\\Resources\\Plug-ins-{build}"
                ),
                media: format!("C:\\Users\\{user}\\Videos"),
            },
            Platform::MacOs => Self {
                windows: false,
                personal: true,
                data: format!("/Users/{user}/Library/Application Support/Plex Media Server"),
                program: format!(
                    "/Applications/Plex Media Server.app/Contents/Resources/Plug-ins-{build}"
                ),
                media: format!("/Users/{user}/Movies"),
            },
            Platform::Linux | Platform::Mixed => Self {
                windows: false,
                personal: false,
                data: "/var/lib/plexmediaserver/Library/Application Support/Plex Media Server"
                    .to_owned(),
                program: format!("/usr/lib/plexmediaserver/Resources/Plug-ins-{build}"),
                media: format!("/home/{user}/media"),
            },
        }
    }

    /// A path of this platform from one written with `/`.
    pub(super) fn native(&self, path: &str) -> String {
        if self.windows {
            path.replace('/', "\\")
        } else {
            path.to_owned()
        }
    }
}
