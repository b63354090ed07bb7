//! What the person, or a program, is told. What it is about is looked up elsewhere.

mod backups;
mod changes;

use std::path::{Path, PathBuf};

use plexcore::cli::{Console, Exit, Failure};
use serde_json::Value;

fn say_json(answer: Value, console: &mut Console) -> Result<Exit, Failure> {
    console.say_document(answer)?;
    Ok(Exit::Done)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| text(path)).collect()
}
