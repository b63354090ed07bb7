//! Segments to files in a folder, plain or compressed, and the folder to a zip as Plex Web gives it out.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::segment::Segment;
use super::spec::Layout;
use super::truth::FileTruth;

/// Name of the folder of plug-in logs inside the folder of server logs.
pub const PLUGIN_LOGS: &str = "PMS Plugin Logs";

/// Writes a plug-in's log as `X.log`, `X.log.1`, ...; gives the truth of each file, oldest first, with its name.
pub(super) fn write_plugin(
    folder: &Path,
    log: &str,
    layout: Layout,
    segments: Vec<Segment>,
) -> io::Result<Vec<FileTruth>> {
    let count = segments.len();
    let name = |age: usize| match age {
        0 => log.to_owned(),
        _ if layout == Layout::Gz || (layout == Layout::Mixed && age % 2 == 1) => {
            format!("{log}.{age}.gz")
        }
        _ => format!("{log}.{age}"),
    };
    segments
        .into_iter()
        .enumerate()
        .map(|(n, segment)| write_file(folder, name(count - 1 - n), segment))
        .collect()
}

/// Writes the server's log as `X.log`, `X.1.log`, ...; gives the truth of each file, oldest first.
pub(super) fn write_server(folder: &Path, segments: Vec<Segment>) -> io::Result<Vec<FileTruth>> {
    let count = segments.len();
    let name = |age: usize| match age {
        0 => "Plex Media Server.log".to_owned(),
        _ => format!("Plex Media Server.{age}.log"),
    };
    segments
        .into_iter()
        .enumerate()
        .map(|(n, segment)| write_file(folder, name(count - 1 - n), segment))
        .collect()
}

fn write_file(folder: &Path, name: String, segment: Segment) -> io::Result<FileTruth> {
    let path = folder.join(&name);
    if has_ending(&path, "gz") {
        let mut out = GzEncoder::new(fs::File::create(&path)?, Compression::fast());
        out.write_all(&segment.bytes)?;
        out.finish()?;
    } else {
        fs::write(&path, &segment.bytes)?;
    }
    Ok(FileTruth {
        name,
        ..segment.truth
    })
}

/// Packs the folder of server logs; inside a zip all logs are plain text, whatever they are on disk.
pub(super) fn write_zip(logs: &Path, zip: &Path) -> io::Result<()> {
    let mut out = ZipWriter::new(io::BufWriter::new(fs::File::create(zip)?));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1));
    for path in files_under(logs)? {
        let name = member_name(logs, &path);
        out.start_file(name, options).map_err(io::Error::other)?;
        let file = fs::File::open(&path)?;
        if has_ending(&path, "gz") {
            io::copy(&mut GzDecoder::new(file), &mut out)?;
        } else {
            io::copy(&mut file.take(u64::MAX), &mut out)?;
        }
    }
    out.finish().map_err(io::Error::other)?.flush()
}

/// Plain logs of the folder and of its plug-in folder, in order of their names.
fn files_under(logs: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in [logs.to_owned(), logs.join(PLUGIN_LOGS)] {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_log = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().contains(".log"));
            if is_log && path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Path inside the zip, with `/` on every platform.
fn member_name(logs: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(logs).unwrap_or(path);
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/").trim_end_matches(".gz").to_owned()
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending)
}
