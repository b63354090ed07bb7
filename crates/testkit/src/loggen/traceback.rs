//! Tracebacks as the Framework writes them: message, frames, exception, one empty line.

use super::script::Script;

/// Where a frame's file lies.
#[derive(Clone, Copy)]
pub(super) enum Root {
    /// The agent's `Contents/Code`.
    Code,
    /// The agent's `Contents/Libraries/Shared`.
    Libraries,
    /// The Framework's Python.
    Framework,
    /// The Framework's shared libraries.
    Shared,
    /// Inside `python27.zip`.
    Zip,
}

/// One frame: root, path, line, function, source text.
pub(super) type Frame<'a> = (Root, &'a str, u32, &'a str, &'a str);

/// Frames that lead from the Framework into an agent's `search`.
pub(super) const SEARCH: &[Frame] = &[
    (
        Root::Framework,
        "api/agentkit.py",
        1011,
        "_search",
        "agent.search(*f_args, **f_kwargs)",
    ),
    (
        Root::Code,
        "__init__.py",
        178,
        "search",
        "html = self.readPage(media, searchURL)",
    ),
];
/// Frames that lead from the Framework into an agent's `update`.
pub(super) const UPDATE: &[Frame] = &[
    (
        Root::Framework,
        "api/agentkit.py",
        1088,
        "_update",
        "agent.update(obj, media, lang, **kwargs)",
    ),
    (
        Root::Code,
        "__init__.py",
        402,
        "update",
        "utils.fillMetadata(self, metadata, media)",
    ),
];
/// From the agent's code down to a failed fetch.
pub(super) const FETCH: &[Frame] = &[
    (
        Root::Code,
        "utils.py",
        912,
        "readPage",
        "req = HTTP.Request(url, timeout=90, sleep=delay).content",
    ),
    (
        Root::Framework,
        "components/networking.py",
        242,
        "content",
        "return self.__str__()",
    ),
    (
        Root::Framework,
        "components/networking.py",
        220,
        "__str__",
        "self.load()",
    ),
    (
        Root::Framework,
        "components/networking.py",
        160,
        "load",
        "f = self._opener.open(req, timeout=self._timeout)",
    ),
    (
        Root::Shared,
        "urllib2_new.py",
        438,
        "open",
        "response = self._open(req, data)",
    ),
];
/// The last frame of a `KeyError` in code under the sandbox.
pub(super) const GETITEM: &[Frame] = &[
    (
        Root::Code,
        "utils.py",
        1207,
        "readEntry",
        "entry = table[key]",
    ),
    (
        Root::Framework,
        "code/sandbox.py",
        108,
        "<lambda>",
        "_getitem_ = lambda x, y: x.__getitem__(y)",
    ),
];
pub(super) const PARSE: &[Frame] = &[(
    Root::Code,
    "utils.py",
    1311,
    "readEntry",
    "title = html.xpath('//h1/text()')[0].strip()",
)];
pub(super) const CODE: &[Frame] = &[(
    Root::Code,
    "utils.py",
    1422,
    "cleanTitle",
    "name = entry.title.lower()",
)];
pub(super) const CODEC: &[Frame] = &[
    (
        Root::Code,
        "utils.py",
        1533,
        "cleanTitle",
        "text = raw.decode('ascii')",
    ),
    (Root::Zip, "encodings/ascii.py", 26, "decode", ""),
];
pub(super) const LIBRARY: &[Frame] = &[
    (
        Root::Code,
        "utils.py",
        934,
        "readPage",
        "answer = session.get(url, timeout=20)",
    ),
    (
        Root::Libraries,
        "scraper/sessions.py",
        488,
        "get",
        "return self.request('GET', url, **kwargs)",
    ),
];
pub(super) const TREE: &[Frame] = &[
    (
        Root::Framework,
        "api/agentkit.py",
        639,
        "__init__",
        "setattr(self, 'tree', Media.TreeForDatabaseID(self.id))",
    ),
    (
        Root::Framework,
        "api/agentkit.py",
        508,
        "TreeForDatabaseID",
        "xml_str = networking.http_request(url).content",
    ),
    (
        Root::Framework,
        "components/networking.py",
        242,
        "content",
        "return self.__str__()",
    ),
    (
        Root::Shared,
        "urllib2_new.py",
        544,
        "error",
        "return self._call_chain(*args)",
    ),
];
pub(super) const HASHES: &[Frame] = &[
    (
        Root::Framework,
        "components/runtime.py",
        1293,
        "get_resource_hashes",
        "json = networking.http_request(url, timeout=10).content",
    ),
    (
        Root::Framework,
        "components/networking.py",
        242,
        "content",
        "return self.__str__()",
    ),
    (
        Root::Shared,
        "urllib2_new.py",
        544,
        "error",
        "return self._call_chain(*args)",
    ),
];
pub(super) const WRITE: &[Frame] = &[
    (
        Root::Framework,
        "components/storage.py",
        82,
        "save",
        "f = self._core.storage.open(tempfile, mode)",
    ),
    (
        Root::Framework,
        "components/storage.py",
        132,
        "open",
        "return io.open(filename, mode)",
    ),
];
pub(super) const OWN_FILE: &[Frame] = &[(
    Root::Code,
    "utils.py",
    2040,
    "saveFile",
    "with io.open(path, 'wb') as handle:",
)];
pub(super) const LOAD: &[Frame] = &[
    (
        Root::Framework,
        "core.py",
        610,
        "start",
        "self.sandbox.call_named_function('Start')",
    ),
    (Root::Code, "__init__.py", 12, "<module>", "import utils"),
];
pub(super) const COMPILE: &[Frame] = &[
    (
        Root::Framework,
        "core.py",
        566,
        "load_code",
        "self.loader.load(self.init_path)",
    ),
    (
        Root::Framework,
        "code/loader.py",
        41,
        "load",
        "code = self.compile(source, str(uri), elevated)",
    ),
];
pub(super) const HANDLER: &[Frame] = &[
    (
        Root::Framework,
        "components/runtime.py",
        1152,
        "_start_thread",
        "f(*args, **kwargs)",
    ),
    (
        Root::Framework,
        "interfaces/socketinterface.py",
        98,
        "_handle_request",
        "handler.finish()",
    ),
];
pub(super) const ROUTING: &[Frame] = &[(
    Root::Framework,
    "components/runtime.py",
    801,
    "handle_request",
    "d = self.match_route(path)",
)];

/// The text of a CRITICAL record; ends with a newline, which makes the empty line after it.
pub(super) fn critical(
    script: &mut Script,
    message: &str,
    frames: &[&[Frame]],
    exception: &str,
) -> String {
    let mut text = String::with_capacity(message.len() + 1200);
    text.push_str(message);
    text.push_str(" (most recent call last):\n");
    push_frames(script, frames, &mut text);
    text.push_str(exception);
    text.push('\n');
    text
}

/// The text of an agent's record that holds what Python's own `format_exc` gives.
pub(super) fn embedded(
    script: &mut Script,
    message: &str,
    frames: &[&[Frame]],
    exception: &str,
) -> String {
    let mut text = format!("{message}Traceback (most recent call last):\n");
    push_frames(script, frames, &mut text);
    text.push_str(exception);
    text.push('\n');
    text
}

fn push_frames(script: &mut Script, groups: &[&[Frame]], text: &mut String) {
    for &(root, path, line, function, source) in groups.iter().copied().flatten() {
        let file = file(script, root, path);
        let own = matches!(root, Root::Code);
        let line = if own {
            line + script.agent.spec.line_shift
        } else {
            line
        };
        text.push_str("  File \"");
        text.push_str(&file);
        text.push_str("\", line ");
        text.push_str(&line.to_string());
        text.push_str(", in ");
        text.push_str(function);
        text.push('\n');
        if !source.is_empty() {
            text.push_str("    ");
            text.push_str(source);
            text.push('\n');
        }
    }
}

fn file(script: &mut Script, root: Root, path: &str) -> String {
    let place = &script.agent.place;
    let name = &script.agent.spec.name;
    let text = match root {
        Root::Code => format!(
            "{}/Plug-ins/{name}.bundle/Contents/Code/{path}",
            script.data()
        ),
        Root::Libraries => {
            format!(
                "{}/Plug-ins/{name}.bundle/Contents/Libraries/Shared/{path}",
                script.data()
            )
        }
        Root::Framework => format!(
            "{}/Framework.bundle/Contents/Resources/Versions/2/Python/Framework/{path}",
            place.program
        ),
        Root::Shared => format!(
            "{}/Framework.bundle/Contents/Resources/Platforms/Shared/Libraries/{path}",
            place.program
        ),
        Root::Zip => format!("{}/../python27.zip/{path}", place.program),
    };
    script.agent.place.native(&text)
}
