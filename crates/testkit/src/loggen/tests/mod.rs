//! The generator held against the files it wrote, counted in the simplest way.

mod counts;
mod files;
mod knobs;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use tempfile::TempDir;

use super::*;

fn made(spec: &Spec) -> (TempDir, Generated) {
    let dir = tempfile::tempdir().unwrap();
    let generated = generate(spec, dir.path()).unwrap();
    (dir, generated)
}

fn small(seed: u64) -> Spec {
    Spec {
        bytes: 1_500_000,
        agents: invented_agents(4),
        ..Spec::new(seed)
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    let stored = fs::read(path).unwrap();
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut text = Vec::new();
        GzDecoder::new(stored.as_slice())
            .read_to_end(&mut text)
            .unwrap();
        return text;
    }
    stored
}

/// An agent's files as text, oldest first.
fn texts(generated: &Generated, agent: &AgentTruth) -> Vec<Vec<u8>> {
    agent
        .files
        .iter()
        .map(|file| bytes(&generated.plugin_logs.join(&file.name)))
        .collect()
}

fn whole(generated: &Generated, agent: &AgentTruth) -> String {
    String::from_utf8_lossy(&texts(generated, agent).concat()).into_owned()
}

/// Every file under the folder with its bytes.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(
                tree(&path)
                    .into_iter()
                    .map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)),
            );
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

fn is_head(line: &[u8]) -> bool {
    line.len() > 24
        && line[4] == b'-'
        && line[13] == b':'
        && line[19] == b','
        && line[20..23].iter().all(u8::is_ascii_digit)
}
