//! A tree -> what Plex's sandbox refuses, at compile time and at run time.
//!
//! Everything below `Contents/Code` goes through `RestrictedPython`. The rules were read off the Framework's own copy and
//! tried on it; names and messages are as it has them.

mod agent;
mod encoding;
mod refusals;
mod runtime;

use crate::finding::Found;
use crate::names::Names;
use crate::outcome::Sandbox;

/// Everything that the sandbox has against a file. `source` is the file as it is on disk; `is_main` says whether it is
/// the `__init__.py` that the Framework starts.
pub(crate) fn check(
    names: &Names<'_, '_>,
    source: &[u8],
    sandbox: Sandbox,
    is_main: bool,
) -> Vec<Found> {
    let mut found = Vec::new();
    refusals::check(names, sandbox.is_elevated, &mut found);
    runtime::check(names, sandbox, &mut found);
    encoding::check(names.module, source, &mut found);
    if is_main {
        agent::check(names, &mut found);
    }
    found
}
