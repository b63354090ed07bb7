//! The scene: a small agent, a server that works with it, and the three edits that a person tries.
//!
//! The invented site has renamed the class of its headings from `title` to `heading`, and writes
//! years in brackets. The server's agent follows the file on disk line by line, so each edit shows
//! in the next refresh.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use testkit::fake_plex::agent::Script;
use testkit::fake_plex::code::{Code, Raise};
use testkit::fake_plex::{FakePlex, Setup};

/// How many films the server's section has.
pub(crate) const FILMS: usize = 40;
/// The agent's folder, below the demo's.
pub(crate) const BUNDLE: &str = "Plug-ins/ExampleDB.bundle";
/// The agent's code, below the demo's folder.
pub(crate) const SOURCE: &str = "Plug-ins/ExampleDB.bundle/Contents/Code/__init__.py";
/// The plug-in logs, below the demo's folder.
pub(crate) const LOGS: &str = "Logs";

const BROKEN: &str = r#"# -*- coding: utf-8 -*-
"""ExampleDB: an invented agent to try the tools on."""

PAGE = 'https://db.example.invalid/title/%s'


def Start():
    HTTP.CacheTime = CACHE_1HOUR


class ExampleDBAgent(Agent.Movies):
    name = 'ExampleDB'
    languages = [Locale.Language.English]
    primary_provider = True

    def search(self, results, media, lang):
        results.Append(MetadataSearchResult(id=media.id, name=media.name, score=100, lang=lang))

    def update(self, metadata, media, lang):
        page = HTML.ElementFromURL(PAGE % metadata.id)
        metadata.title = self.heading(page)
        metadata.summary = page.xpath('//p[@class="plot"]/text()')[0]
        metadata.studio = page.xpath('//a[@class="studio"]/text()')[0]

    def heading(self, page):
        return page.xpath('//h1[@class="title"]/text()')[0]
"#;

const INFO: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleIdentifier</key><string>com.plexapp.agents.exampledb</string>
  <key>PlexPluginClass</key><string>Agent</string>
  <key>PlexFrameworkVersion</key><string>2</string>
  <key>PlexPluginCodePolicy</key><string>Standard</string>
</dict>
</plist>
"#;

/// A change that a person makes in the agent's code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit {
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
}

/// Python 3's way of writing it, which 2.7 does not know.
pub(crate) const WRONG: Edit = Edit {
    old: r#"page.xpath('//h1[@class="title"]/text()')"#,
    new: r#"page.xpath(f'//h1[@class="{HEADING}"]/text()')"#,
};

/// What the site asks for now.
pub(crate) const RIGHT: Edit = Edit {
    old: r#"page.xpath(f'//h1[@class="{HEADING}"]/text()')"#,
    new: r#"page.xpath('//h1[@class="heading"]/text()')"#,
};

/// One thing more, which was not looked at closely: the site writes `(1999)`.
pub(crate) const HASTY: Edit = Edit {
    old: "        metadata.summary = ",
    new: "        metadata.year = int(page.xpath('//span[@class=\"year\"]/text()')[0])\n        metadata.summary = ",
};

/// A folder with the agent in it, and a server that runs the agent.
pub(crate) struct Scene {
    pub(crate) folder: PathBuf,
    server: FakePlex,
}

impl Scene {
    /// Lays everything out below `folder`, which must be there.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        let source = folder.join(SOURCE);
        let contents = folder.join(BUNDLE).join("Contents");
        fs::create_dir_all(contents.join("Code"))?;
        fs::create_dir_all(folder.join(LOGS))?;
        fs::write(contents.join("Info.plist"), INFO)?;
        fs::write(contents.join("DefaultPrefs.json"), "[]\n")?;
        fs::write(&source, BROKEN)?;
        let raise = |line_with: &str, exception: &str| Raise {
            line_with: line_with.to_owned(),
            exception: exception.to_owned(),
            every: 1,
        };
        let code = Code {
            file: source,
            path_in_log: format!("/config/Plex Media Server/{SOURCE}"),
            raises: vec![
                raise(
                    r#"h1[@class="title"]"#,
                    "IndexError: list index out of range",
                ),
                raise(
                    "metadata.year = int(",
                    "ValueError: invalid literal for int() with base 10: '(1999)'",
                ),
            ],
        };
        let server = FakePlex::start(Setup {
            movies: FILMS,
            log_folder: Some(folder.join(LOGS)),
            code: Some(code),
            agent: Script {
                duration_ms: 10,
                ..Script::default()
            },
            ..Setup::default()
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            server,
        })
    }

    /// The server's address.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Changes the agent's code as a person would in an editor.
    pub(crate) fn edit(&self, edit: Edit) -> io::Result<()> {
        let path = self.folder.join(SOURCE);
        let text = fs::read_to_string(&path)?;
        if !text.contains(edit.old) {
            return Err(io::Error::other(format!(
                "expected {:?} in {}",
                edit.old,
                path.display()
            )));
        }
        fs::write(path, text.replacen(edit.old, edit.new, 1))
    }

    /// The agent's code as it is now.
    pub(crate) fn source(&self) -> io::Result<String> {
        fs::read_to_string(self.folder.join(SOURCE))
    }
}
