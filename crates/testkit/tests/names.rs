//! The names of this workspace's files: a checkout fails where one of them cannot exist.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What Windows takes for devices, whatever ending follows.
const DEVICES: [&str; 5] = ["con", "prn", "aux", "nul", "clock$"];

/// Why a file of this name cannot exist on Windows.
fn fault(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let is_port = stem.len() == 4
        && (stem.starts_with("com") || stem.starts_with("lpt"))
        && stem.ends_with(|c: char| c.is_ascii_digit());
    if is_port || DEVICES.contains(&stem.as_str()) {
        Some("a device has this name")
    } else if name.contains(['<', '>', ':', '"', '|', '?', '*', '\\']) {
        Some("a name has no such signs")
    } else if name.ends_with(['.', ' ']) {
        Some("a name ends in no blank and no dot")
    } else {
        None
    }
}

fn look(folder: &Path, faults: &mut Vec<String>) -> io::Result<()> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if let Some(why) = fault(&name) {
            faults.push(format!("{}: {why}", path.display()));
        }
        if let Some(other) = names.insert(name.to_lowercase(), name.clone()) {
            faults.push(format!("{}: {other} differs in case only", path.display()));
        }
        let is_made = ["target", "node_modules"].contains(&name.as_str());
        if entry.file_type()?.is_dir() && !is_made {
            look(&path, faults)?;
        }
    }
    Ok(())
}

#[test]
fn every_file_can_exist_on_windows() {
    let workspace = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut faults = Vec::new();
    for folder in ["crates", "docs", "fixtures", "scripts", "tests"] {
        look(&workspace.join(folder), &mut faults).unwrap();
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn names_that_windows_refuses_are_known() {
    for name in ["nul.py", "CON", "Com1.txt", "a?.log", "a ", "b."] {
        assert!(fault(name).is_some(), "{name}");
    }
    for name in ["null.py", "com", "com10.txt", "a b.log", ".hidden"] {
        assert!(fault(name).is_none(), "{name}");
    }
}
