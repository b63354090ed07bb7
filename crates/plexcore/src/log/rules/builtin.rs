//! The table. To add a rule, add a row: the first row that holds wins, so the particular stands
//! before the general.
//!
//! Where the words come from: the sources of the plug-in Framework and of its system plug-in, and
//! public logs of many agents. Numbers of the operating system that mean the same on Linux, macOS
//! and Windows share a row, so that one event has one id on all of them.

use super::row::{ANY, Row, Way, Words, contains, raised, row, says, starts, url};
use super::{Follow, Kind, Needs, Rule};

/// Names that Python has and the sandbox does not.
const MISSING_BUILTINS: Words = &[
    "global name 'open' is not defined",
    "global name 'file' is not defined",
    "global name 'any' is not defined",
    "global name 'all' is not defined",
    "global name 'sum' is not defined",
    "global name 'next' is not defined",
    "global name 'iter' is not defined",
    "global name 'bytes' is not defined",
    "global name 'bytearray' is not defined",
    "global name 'frozenset' is not defined",
    "global name 'slice' is not defined",
    "global name 'format' is not defined",
    "global name 'bin' is not defined",
    "global name 'globals' is not defined",
    "global name 'locals' is not defined",
    "global name 'vars' is not defined",
    "global name 'eval' is not defined",
    "global name 'compile' is not defined",
    "global name 'execfile' is not defined",
    "global name 'input' is not defined",
    "global name 'raw_input' is not defined",
    "global name 'reload' is not defined",
    "global name 'memoryview' is not defined",
    "global name 'exit' is not defined",
    "global name 'quit' is not defined",
    "global name 'type' is not defined",
    "global name 'getattr' is not defined",
    "global name 'hasattr' is not defined",
    "global name 'dir' is not defined",
    "global name 'super' is not defined",
];

const LOCAL_SERVER: Words = &[
    "://127.0.0.1:32400/",
    "://localhost:32400/",
    "://[::1]:32400/",
];

/// What only the Framework says; the reason behind it does not matter.
const FRAMEWORK: &[Row] = &[
    row(
        Kind::Noise,
        "hashes",
        "hosted resource hashes not available",
        &[
            contains(&["Exception getting hosted resource hashes"]),
            url(&["/com.plexapp.system/resourceHashes"]),
        ],
    ),
    row(
        Kind::Noise,
        "no-start",
        "plug-in has no Start function",
        &[contains(&["Function named 'Start' couldn't be found"])],
    )
    .then(Follow::Started),
    row(
        Kind::Noise,
        "no-validate-prefs",
        "plug-in has no ValidatePrefs function",
        &[contains(&[
            "Function named 'ValidatePrefs' couldn't be found",
        ])],
    ),
    row(
        Kind::Noise,
        "no-model",
        "nothing stored for the item yet",
        &[starts(&["Cannot read model from "])],
    ),
    row(
        Kind::Noise,
        "route",
        "ping of a plug-in without a route",
        &[
            starts(&["Exception matching route for path \"/\""]),
            starts(&["Could not find route matching /:/plugins/"]),
        ],
    )
    .then(Follow::RouteEcho),
    row(
        Kind::Server,
        "tree",
        "the server gave no metadata tree for the item",
        &[
            contains(&["Exception when constructing media object"]),
            Way {
                url: &["/tree"],
                starts: &["Error opening URL "],
                contains: &["/library/metadata/"],
                ..ANY
            },
        ],
    )
    .then(Follow::TreeEcho),
    row(
        Kind::Server,
        "broker-update",
        "an agent did not finish an update in time",
        &[
            starts(&["Exception in update for "]),
            url(&["/messaging/function/"]),
        ],
    ),
    row(
        Kind::Server,
        "notify",
        "the server could not be told that an update is done",
        &[
            starts(&["Exception notifying the media server"]),
            url(&["/:/metadata/notify?"]),
        ],
    ),
    row(
        Kind::Server,
        "hash",
        "the server gave no hash or id for a media item",
        &[
            starts(&["We seem to be missing the hash for media item"]),
            contains(&["No database ID provided - faking the media object"]),
        ],
    ),
    row(
        Kind::Environment,
        "bundle",
        "a bundle could not be added",
        &[starts(&["Exception adding bundle"])],
    )
    .then(Follow::BundleEcho),
    row(
        Kind::Environment,
        "damaged-model",
        "stored metadata cannot be read back",
        &[contains(&[
            "Exception deserializing",
            "Unable to deserialize object at",
        ])],
    ),
    row(
        Kind::Environment,
        "rollover",
        "the log file could not be rotated",
        &[contains(&["Exception performing logfile rollover"])],
    ),
    row(
        Kind::Agent,
        "thread-exc",
        "exception in a thread",
        &[starts(&["Exception in thread named "])],
    ),
    row(
        Kind::Agent,
        "prefs",
        "a preference does not exist or cannot be read",
        &[
            starts(&["No preference named "]),
            starts(&["Exception loading preferences"]),
        ],
    ),
    row(
        Kind::Agent,
        "language",
        "the agent names an invalid language and is hidden",
        &[contains(&["contains the invalid language code"])],
    ),
];

/// Code that does not load, or that the sandbox refuses.
const CODE: &[Row] = &[
    row(
        Kind::Agent,
        "code-load",
        "the plug-in's code does not compile",
        &[
            raised(&["SyntaxError", "IndentationError", "TabError"]),
            starts(&["Exception while loading code"]),
        ],
    )
    .by_place(),
    row(
        Kind::Agent,
        "import",
        "a module is missing",
        &[
            raised(&["ImportError"]),
            says(&["'RestrictedModule' object has no attribute"]),
        ],
    )
    .by_place(),
    row(
        Kind::Agent,
        "sandbox-name",
        "the sandbox has no such built-in function",
        &[says(MISSING_BUILTINS)],
    )
    .by_place(),
    row(
        Kind::Agent,
        "sandbox-operator",
        "the sandbox does not know this assignment operator",
        &[Way {
            exception: &["FrameworkException"],
            says: &["Operator '"],
            ..ANY
        }],
    )
    .by_place(),
    row(
        Kind::Agent,
        "sandbox-iter",
        "the sandbox cannot iterate this object",
        &[says(&["object has no attribute '__iter__'"])],
    )
    .by_place(),
];

/// Other machines and the way to them.
const NETWORK: &[Row] = &[
    row(
        Kind::Remote,
        "blocked",
        "a site asks for proof of a human",
        &[
            Way {
                any_level: true,
                ..contains(&["Detected a Cloudflare"])
            },
            says(&[
                "Detected a Cloudflare",
                "Cloudflare version 2 Captcha",
                "Captcha challenge",
                "FlareSolverr",
                "to prevent 403 Errors",
            ]),
            raised(&[
                "CloudflareChallengeError",
                "CloudflareCaptchaError",
                "CaptchaError",
            ]),
        ],
    ),
    row(
        Kind::Server,
        "server-http-{status}",
        "the Plex server answered {status}",
        &[Way {
            url: LOCAL_SERVER,
            needs: Some(Needs::Status),
            ..ANY
        }],
    ),
    row(
        Kind::Remote,
        "http-{status}",
        "HTTP {status} {reason}",
        &[Way {
            needs: Some(Needs::Status),
            ..ANY
        }],
    ),
    row(
        Kind::Remote,
        "timeout",
        "no answer in time",
        &[
            says(&[
                "timed out",
                "Timeout was reached",
                "[Errno 110]",
                "[Errno 60]",
                "[Errno 10060]",
            ]),
            raised(&[
                "timeout",
                "Timeout",
                "ReadTimeout",
                "ConnectTimeout",
                "ReadTimeoutError",
            ]),
        ],
    ),
    row(
        Kind::Environment,
        "dns",
        "name not resolved",
        &[says(&[
            "[Errno -2]",
            "[Errno -3]",
            "[Errno -5]",
            "Name or service not known",
            "Temporary failure in name resolution",
            "nodename nor servname",
            "getaddrinfo failed",
            "[Errno 11001]",
            "[Errno 11004]",
        ])],
    ),
    row(
        Kind::Environment,
        "ssl",
        "no TLS connection",
        &[
            says(&[
                "[SSL:",
                "[SSL]",
                "SSLError",
                "_ssl.c:",
                "CERTIFICATE_VERIFY_FAILED",
                "certificate verify failed",
                "SSLV3_ALERT",
                "SSL routines:",
                "doesn't match either of",
            ]),
            raised(&["SSLError", "CertificateError", "SSLEOFError"]),
        ],
    ),
    row(
        Kind::Remote,
        "refused",
        "connection refused",
        &[says(&[
            "[Errno 111]",
            "[Errno 61]",
            "[Errno 10061]",
            "Connection refused",
        ])],
    ),
    row(
        Kind::Remote,
        "reset",
        "connection reset",
        &[says(&[
            "[Errno 104]",
            "[Errno 54]",
            "[Errno 10054]",
            "[Errno 32]",
            "Connection reset by peer",
            "Broken pipe",
            "Connection aborted",
        ])],
    ),
    row(
        Kind::Remote,
        "unreachable",
        "no way to the host",
        &[says(&[
            "[Errno 101]",
            "[Errno 113]",
            "[Errno 51]",
            "[Errno 65]",
            "[Errno 10051]",
            "[Errno 10065]",
            "Network is unreachable",
            "No route to host",
        ])],
    ),
    row(
        Kind::Remote,
        "incomplete",
        "the answer was cut off or is no HTTP",
        &[
            raised(&[
                "IncompleteRead",
                "BadStatusLine",
                "ContentDecodingError",
                "ChunkedEncodingError",
            ]),
            says(&["IncompleteRead(", "BadStatusLine"]),
        ],
    ),
    row(
        Kind::Remote,
        "connect",
        "no connection",
        &[
            says(&["Max retries exceeded with url", "<urlopen error "]),
            raised(&["URLError", "ConnectionError", "HTTPError", "HTTPException"]),
        ],
    ),
];

/// How searches end, and pages that changed.
const SITE: &[Row] = &[
    row(
        Kind::Outcome,
        "no-title-match",
        "a candidate has another title",
        &[contains(&["Title Match Failure"])],
    ),
    row(
        Kind::Outcome,
        "no-studio-match",
        "a candidate is of another studio",
        &[contains(&[
            "Studio Match Failure",
            "No Matching Site Studio",
        ])],
    ),
    row(
        Kind::Outcome,
        "no-match",
        "a candidate does not match",
        &[contains(&["Match Failure!", "No match found"])],
    ),
    row(
        Kind::Remote,
        "no-results",
        "the search query gave nothing",
        &[contains(&["Search Query did not pull any results"])],
    ),
    row(
        Kind::SiteChanged,
        "parse",
        "the page does not look as expected",
        &[
            says(&[
                "list index out of range",
                "Error matching Site Entry Contents",
                "Error parsing with lxml",
                "falling back to soupparser",
                "XPath",
                "XMLSyntaxError",
                "No JSON object could be decoded",
            ]),
            contains(&[
                "Error matching Site Entry Contents",
                "Error parsing with lxml",
                "falling back to soupparser",
            ]),
            raised(&[
                "IndexError",
                "XPathEvalError",
                "XPathError",
                "XMLSyntaxError",
                "ParserError",
                "ParseError",
                "JSONDecodeError",
            ]),
        ],
    )
    .by_place(),
];

/// Disk, rights, and what is stored there.
const STORAGE: &[Row] = &[
    row(
        Kind::Environment,
        "errno-{errno}",
        "{errno-text}",
        &[Way {
            needs: Some(Needs::Errno),
            ..ANY
        }],
    )
    .then(Follow::StorageEcho),
    row(
        Kind::Environment,
        "storage",
        "a file cannot be written or read",
        &[
            starts(&[
                "Exception writing to ",
                "Exception reading file ",
                "Exception serializing ",
            ]),
            contains(&["Saving Poster to Disk"]),
        ],
    )
    .then(Follow::StorageEcho),
];

/// What is left: an exception says most, then who caught it, then the message itself.
const REST: &[Row] = &[
    row(
        Kind::Agent,
        "exception-UnicodeDecodeError",
        "text cannot be decoded",
        &[
            raised(&["UnicodeDecodeError"]),
            says(&["codec can't decode"]),
        ],
    )
    .by_place(),
    row(
        Kind::Agent,
        "exception-UnicodeEncodeError",
        "text cannot be encoded",
        &[
            raised(&["UnicodeEncodeError"]),
            says(&["codec can't encode"]),
        ],
    )
    .by_place(),
    row(
        Kind::Agent,
        "exception-NameError",
        "an unknown name",
        &[raised(&["NameError"]), says(&["' is not defined"])],
    )
    .by_place(),
    row(
        Kind::Agent,
        "exception-UnboundLocalError",
        "a variable is used before it has a value",
        &[
            raised(&["UnboundLocalError"]),
            says(&["' referenced before assignment"]),
        ],
    )
    .by_place(),
    row(
        Kind::Agent,
        "exception-AttributeError",
        "an object does not have what is asked of it",
        &[
            raised(&["AttributeError"]),
            says(&["object has no attribute '"]),
        ],
    )
    .by_place(),
    row(
        Kind::Agent,
        "exception-{exception}",
        "{exception}",
        &[Way {
            needs: Some(Needs::Exception),
            ..ANY
        }],
    )
    .by_place(),
    row(
        Kind::Remote,
        "url-error",
        "a URL could not be opened",
        &[starts(&["Error opening URL "])],
    )
    .then(Follow::Reason),
    row(
        Kind::Agent,
        "search-exc",
        "the search function failed",
        &[contains(&["Exception in the search function of agent"])],
    ),
    row(
        Kind::Agent,
        "update-exc",
        "the update function failed",
        &[contains(&["Exception in the update function of agent"])],
    ),
    row(
        Kind::Agent,
        "start-exc",
        "the plug-in did not start",
        &[contains(&["Exception starting plug-in"])],
    ),
    row(
        Kind::Agent,
        "no-function",
        "the plug-in lacks a function",
        &[contains(&["couldn't be found in the current environment"])],
    ),
    row(Kind::Agent, "other", "another error", &[ANY]).by_place(),
];

/// The id of the rule for what no other rule knows; it is the last one.
pub(super) const LAST: &str = "other";

/// The table, in the order in which its rules are tried.
pub(super) fn rules() -> Vec<Rule> {
    [FRAMEWORK, CODE, NETWORK, SITE, STORAGE, REST]
        .into_iter()
        .flatten()
        .map(Row::rule)
        .collect()
}
