//! A path -> its place in a bundle of Plex, and what the bundle's own files say.

pub(crate) mod info_plist;
pub(crate) mod prefs;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use crate::outcome::Sandbox;

/// Where in a bundle a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Below `Contents/Code`: Plex compiles it in the sandbox.
    Code {
        /// It is the `__init__.py` that the Framework starts.
        is_main: bool,
    },
    /// Below `Contents/Libraries`: ordinary Python.
    Libraries,
    /// In no bundle, or elsewhere in one.
    Elsewhere,
}

/// The part of a bundle that a path is in, and the bundle's `Contents` folder.
pub(crate) fn place(path: &Path) -> (Part, Option<PathBuf>) {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let parts: Vec<Component<'_>> = whole.components().collect();
    let is = |at: usize, name: &str| parts[at].as_os_str() == name;
    for at in (0..parts.len().saturating_sub(2)).rev() {
        if !is(at, "Contents") {
            continue;
        }
        let contents = || Some(parts[..=at].iter().collect());
        if is(at + 1, "Code") {
            let is_main = at + 3 == parts.len() && is(at + 2, "__init__.py");
            return (Part::Code { is_main }, contents());
        }
        if is(at + 1, "Libraries") {
            return (Part::Libraries, contents());
        }
    }
    (Part::Elsewhere, None)
}

/// The code policies of bundles, each read once.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    known: HashMap<PathBuf, Option<bool>>,
}

impl Policies {
    /// The sandbox of a file in `Contents/Code`, as the bundle has it.
    pub(crate) fn sandbox(&mut self, contents: &Path, is_main: bool) -> Sandbox {
        let policy = self
            .known
            .entry(contents.to_owned())
            .or_insert_with(|| info_plist::is_elevated(&contents.join(info_plist::NAME)));
        // Without an Info.plist that can be read the more lenient policy is taken: nothing is refused that might pass.
        let plugin_is_elevated = policy.unwrap_or(true);
        Sandbox {
            is_elevated: plugin_is_elevated && !is_main,
            plugin_is_elevated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_part_of_the_bundle() {
        for (path, part) in [
            (
                "/x/A.bundle/Contents/Code/__init__.py",
                Part::Code { is_main: true },
            ),
            (
                "/x/A.bundle/Contents/Code/sub/__init__.py",
                Part::Code { is_main: false },
            ),
            (
                "/x/A.bundle/Contents/Code/utils.py",
                Part::Code { is_main: false },
            ),
            (
                "/x/A.bundle/Contents/Libraries/Shared/a.py",
                Part::Libraries,
            ),
            ("/x/Contents/other/a.py", Part::Elsewhere),
            ("/x/Contents/Code", Part::Elsewhere),
        ] {
            assert_eq!(place(Path::new(path)).0, part, "{path}");
        }
    }
}
