//! Data-driven cases: a folder each under `fixtures/cases/<tool>/`, so that adding one needs no Rust.
//!
//! ```text
//! fixtures/cases/<tool>/<case>/
//!   args      one argument a line
//!   stdin     given on standard input (may be absent)
//!   in/       copied to the folder that the tool runs in (may be absent)
//!   stdout    what must come out; absent means nothing may
//!   stderr    likewise
//!   code      the exit code; absent means 0
//!   out/      files that must exist afterwards, byte for byte
//!   NOTE      why the case is there
//! ```
//! `{DIR}` in `args` stands for the folder that the tool runs in, and stands for it in the outputs.
//! With `BLESS=1` in the environment the expectations are rewritten; the diff is for review.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::process::{Run, with_slashes};

/// Runs every case of a tool; the error lists what differs, case by case.
pub fn run_all(tool: &str, binary: &str) -> Result<usize, String> {
    let folder = crate::fixtures().join("cases").join(tool);
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(|error| format!("cannot read {}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok().map(|e| e.path()).filter(|path| path.is_dir()))
        .collect();
    cases.sort();
    let mut faults = Vec::new();
    for case in &cases {
        match run_case(case, binary) {
            Ok(differences) => faults.extend(
                differences
                    .into_iter()
                    .map(|d| format!("{}: {d}", case.display())),
            ),
            Err(error) => faults.push(format!("{}: {error}", case.display())),
        }
    }
    if faults.is_empty() {
        Ok(cases.len())
    } else {
        Err(faults.join("\n\n"))
    }
}

fn run_case(case: &Path, binary: &str) -> io::Result<Vec<String>> {
    let scratch = TempDir::new()?;
    let folder = dunce::canonicalize(scratch.path())?;
    let shown = folder.to_string_lossy().into_owned();
    if case.join("in").is_dir() {
        copy_tree(&case.join("in"), &folder)?;
    }
    let args = fs::read_to_string(case.join("args"))?;
    let args = args.lines().map(|line| line.replace("{DIR}", &shown));
    let stdin = fs::read(case.join("stdin")).unwrap_or_default();
    let ended = Run::new(binary)
        .args(args)
        .stdin(stdin)
        .current_dir(&folder)
        .run()?;
    let neutral = |text: &str| text.replace(&shown, "{DIR}");
    let code = ended
        .code
        .map_or_else(|| "signal".to_owned(), |code| code.to_string());
    let mut differences = Vec::new();
    compare(
        &case.join("stdout"),
        &neutral(&ended.stdout),
        "",
        &mut differences,
    )?;
    compare(
        &case.join("stderr"),
        &neutral(&ended.stderr),
        "",
        &mut differences,
    )?;
    compare(
        &case.join("code"),
        &format!("{code}\n"),
        "0\n",
        &mut differences,
    )?;
    for expected in files_below(&case.join("out"))? {
        let name = expected.strip_prefix(case.join("out")).unwrap_or(&expected);
        let found =
            fs::read(folder.join(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let found = found.unwrap_or_else(|error| format!("({error})"));
        compare(&expected, &neutral(&found), "", &mut differences)?;
    }
    Ok(differences)
}

/// A text as it is on every system: Windows has its own line ends, which a checkout gives expectations too,
/// its own separators and its own words for what went wrong.
fn same_everywhere(text: &str) -> String {
    let text = with_slashes(&text.replace("\r\n", "\n"));
    if !cfg!(windows) {
        return text;
    }
    let without_words = |line: &str| {
        let (before, after) = line.split_once(" (os error ")?;
        let before = &before[..before.rfind([':', '"'])?];
        Some(format!("{before}{}", after.split_once(')')?.1))
    };
    let lines = text.split('\n');
    let lines = lines.map(|line| without_words(line).unwrap_or_else(|| line.to_owned()));
    lines.collect::<Vec<_>>().join("\n")
}

/// Compares with an expectation file, or rewrites it under `BLESS=1`; a file that is absent stands
/// for `default`.
fn compare(
    file: &Path,
    found: &str,
    default: &str,
    differences: &mut Vec<String>,
) -> io::Result<()> {
    let expected = fs::read_to_string(file).unwrap_or_else(|_| default.to_owned());
    if same_everywhere(&expected) == same_everywhere(found) {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        return if found == default {
            fs::remove_file(file)
        } else {
            fs::write(file, found)
        };
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    differences.push(format!(
        "{name} differs\n--- expected\n{expected}\n--- found\n{found}"
    ));
    Ok(())
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                files.extend(files_below(&path)?);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Copies a tree of ordinary files and folders.
pub fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
