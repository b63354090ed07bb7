//! One log file, plain or compressed, opened while the server may be writing to it.
//!
//! A file is read up to the length that it had when it was opened. A series is opened from the
//! newest file on: a rotation that happens meanwhile then shows a file twice, which its identity
//! tells, and never hides one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::CrcReader;

use super::log_set::LogName;
use flate2::read::{DeflateDecoder, MultiGzDecoder};

/// Where the bytes of a log are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file of its own.
    OnDisk {
        /// Its path.
        path: PathBuf,
        /// Whether it is compressed.
        is_gz: bool,
    },
    /// A member of a zip archive.
    InZip {
        /// The archive.
        archive: PathBuf,
        /// The member's place in it.
        entry: ZipEntry,
        /// Whether the member itself is a `.gz`.
        is_gz: bool,
    },
    /// Bytes within the program, for its sample logs.
    InMemory(&'static [u8]),
}

/// Where a member of a zip archive lies in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZipEntry {
    start: u64,
    compressed: u64,
    is_deflated: bool,
    crc: u32,
}

/// A member of a zip archive, as the archive's directory lists it.
#[derive(Debug)]
pub(super) struct ListedEntry {
    pub(super) name: String,
    pub(super) size: u64,
    /// Its place, or why it can't be read.
    pub(super) source: Result<ZipEntry, String>,
}

/// A log file that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// How messages and reports name it.
    pub shown: String,
    /// Where its bytes are.
    pub source: Source,
    /// Its size when it was listed, in bytes; compressed where it is.
    pub size: u64,
}

/// An open log file.
pub struct OpenLog {
    /// The file that was opened.
    pub file: LogFile,
    handle: Option<File>,
    length: u64,
}

impl LogFile {
    /// A file of its own.
    pub fn on_disk(path: &Path, is_gz: bool, size: u64) -> Self {
        Self {
            shown: path.display().to_string(),
            source: Source::OnDisk {
                path: path.to_owned(),
                is_gz,
            },
            size,
        }
    }

    /// Bytes within the program; `shown` is the name that a file on disk would have.
    pub fn in_memory(shown: &str, bytes: &'static [u8]) -> Self {
        Self {
            shown: shown.to_owned(),
            source: Source::InMemory(bytes),
            size: bytes.len() as u64,
        }
    }

    /// Its name without the folders.
    pub fn name(&self) -> &str {
        self.shown.rsplit(['/', '\\']).next().unwrap_or(&self.shown)
    }

    /// Whether it is the newest of its series and plain, as the script read them.
    pub fn is_current(&self) -> bool {
        LogName::parse(self.name()).is_none_or(|name| name.rotation == 0 && !name.is_gz)
    }

    /// Opens it; its length is settled at this moment.
    pub fn open(&self) -> io::Result<OpenLog> {
        let path = match &self.source {
            Source::OnDisk { path, .. } | Source::InZip { archive: path, .. } => path,
            Source::InMemory(bytes) => {
                return Ok(OpenLog {
                    file: self.clone(),
                    handle: None,
                    length: bytes.len() as u64,
                });
            }
        };
        let handle = File::open(path)?;
        let length = handle.metadata()?.len();
        Ok(OpenLog {
            file: self.clone(),
            handle: Some(handle),
            length,
        })
    }

    /// The same log one rotation further on, if this is a plain file.
    fn next_rotation(&self) -> Option<Self> {
        let Source::OnDisk { path, is_gz: false } = &self.source else {
            return None;
        };
        let name = path.file_name()?.to_str()?;
        let next = if path.extension().is_some_and(|ending| ending == "log") {
            format!("{name}.1")
        } else {
            let (front, number) = name.rsplit_once('.')?;
            format!("{front}.{}", number.parse::<u32>().ok()? + 1)
        };
        let path = path.with_file_name(next);
        let size = path
            .metadata()
            .ok()
            .filter(std::fs::Metadata::is_file)?
            .len();
        Some(Self::on_disk(&path, false, size))
    }
}

impl OpenLog {
    /// The log's bytes from the beginning, decompressed.
    pub fn reader(&self) -> io::Result<Box<dyn Read + Send>> {
        let Some(handle) = &self.handle else {
            return match self.file.source {
                Source::InMemory(bytes) => Ok(Box::new(bytes)),
                _ => Err(io::Error::other("the file is not open")),
            };
        };
        let mut handle = handle.try_clone()?;
        match &self.file.source {
            Source::InZip { entry, is_gz, .. } => {
                handle.seek(SeekFrom::Start(entry.start))?;
                let raw = handle.take(entry.compressed);
                let plain: Box<dyn Read + Send> = if entry.is_deflated {
                    Box::new(Checked {
                        inner: CrcReader::new(DeflateDecoder::new(raw)),
                        expected: entry.crc,
                    })
                } else {
                    Box::new(Checked {
                        inner: CrcReader::new(raw),
                        expected: entry.crc,
                    })
                };
                Ok(if *is_gz {
                    Box::new(MultiGzDecoder::new(plain))
                } else {
                    plain
                })
            }
            source => {
                handle.rewind()?;
                let raw = handle.take(self.length);
                let is_gz = matches!(source, Source::OnDisk { is_gz: true, .. });
                Ok(if is_gz {
                    Box::new(MultiGzDecoder::new(raw))
                } else {
                    Box::new(raw)
                })
            }
        }
    }

    /// Hands pieces of the log again to `take`, one by one with their numbers; they are asked for as
    /// (offset, length) in rising order of their offsets.
    ///
    /// A piece that reaches past the end comes shorter.
    pub fn pieces(
        &self,
        wanted: &[(u64, usize)],
        mut take: impl FnMut(usize, &[u8]),
    ) -> io::Result<()> {
        if let (Source::OnDisk { is_gz: false, .. }, Some(handle)) =
            (&self.file.source, &self.handle)
        {
            let mut handle = handle.try_clone()?;
            let mut piece = Vec::new();
            for (number, (offset, length)) in wanted.iter().enumerate() {
                handle.seek(SeekFrom::Start(*offset))?;
                piece.clear();
                add_piece(&mut handle, *length, &mut piece)?;
                take(number, &piece);
            }
            return Ok(());
        }
        let mut reader = self.reader()?;
        // The bytes from `start` on that have been read already: pieces may overlap.
        let (mut start, mut held) = (0, Vec::new());
        for (number, (offset, length)) in wanted.iter().enumerate() {
            let known = usize::try_from(offset - start).unwrap_or(usize::MAX);
            if known >= held.len() {
                let gap = (known - held.len()) as u64;
                io::copy(&mut reader.by_ref().take(gap), &mut io::sink())?;
                held.clear();
            } else {
                held.drain(..known);
            }
            start = *offset;
            if held.len() < *length {
                add_piece(&mut reader, length - held.len(), &mut held)?;
            }
            take(number, &held[..held.len().min(*length)]);
        }
        Ok(())
    }

    fn identity(&self) -> Option<same_file::Handle> {
        match (&self.file.source, &self.handle) {
            (Source::OnDisk { .. }, Some(handle)) => handle
                .try_clone()
                .and_then(same_file::Handle::from_file)
                .ok(),
            _ => None,
        }
    }
}

fn add_piece(reader: &mut impl Read, length: usize, to: &mut Vec<u8>) -> io::Result<()> {
    to.reserve(length);
    reader.take(length as u64).read_to_end(to)?;
    Ok(())
}

/// Opens a series, which is given from the oldest file to the newest and comes back in that order.
///
/// Files that can't be opened come back with the reason. A file that a rotation moved meanwhile is
/// read once, under the name by which it was met first.
pub fn open_series(series: &[LogFile]) -> (Vec<OpenLog>, Vec<(String, io::Error)>) {
    let mut opened: Vec<(OpenLog, Option<same_file::Handle>)> = Vec::new();
    let mut failed = Vec::new();
    let mut moved = false;
    let mut open = |file: &LogFile, opened: &mut Vec<(OpenLog, Option<same_file::Handle>)>| {
        match file.open() {
            Ok(log) => {
                let identity = log.identity();
                if identity.is_some() && opened.iter().any(|(_, known)| *known == identity) {
                    moved = true;
                } else {
                    opened.push((log, identity));
                }
            }
            Err(error) => failed.push((file.shown.clone(), error)),
        }
    };
    for file in series.iter().rev() {
        open(file, &mut opened);
    }
    if moved
        && let Some(further) = series.first().and_then(LogFile::next_rotation)
        && let Ok(log) = further.open()
    {
        let identity = log.identity();
        if opened.iter().all(|(_, known)| *known != identity) {
            opened.push((log, identity));
        }
    }
    opened.reverse();
    failed.sort_by(|a, b| a.0.cmp(&b.0));
    (opened.into_iter().map(|(log, _)| log).collect(), failed)
}

/// Compares a zip member's checksum when its end is reached.
struct Checked<R> {
    inner: CrcReader<R>,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && !buffer.is_empty() && self.inner.crc().sum() != self.expected {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "its checksum differs: the archive is damaged",
            ));
        }
        Ok(count)
    }
}

/// The files in an archive, in the archive's order.
pub(super) fn zip_entries(archive: &Path) -> io::Result<Vec<ListedEntry>> {
    let mut directory = zip::ZipArchive::new(io::BufReader::new(File::open(archive)?)).map_err(
        |error| match error {
            zip::result::ZipError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
        },
    )?;
    let mut entries = Vec::new();
    for index in 0..directory.len() {
        let entry = directory
            .by_index_raw(index)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
        if entry.is_dir() {
            continue;
        }
        let is_deflated = entry.compression() == zip::CompressionMethod::Deflated;
        let source = match entry.data_start() {
            _ if entry.encrypted() => Err("it is encrypted".to_owned()),
            _ if !is_deflated && entry.compression() != zip::CompressionMethod::Stored => Err(
                format!("its compression ({}) is not supported", entry.compression()),
            ),
            Some(start) => Ok(ZipEntry {
                start,
                compressed: entry.compressed_size(),
                is_deflated,
                crc: entry.crc32(),
            }),
            None => Err("the archive does not say where it begins".to_owned()),
        };
        entries.push(ListedEntry {
            name: String::from_utf8_lossy(entry.name_raw()).replace('\\', "/"),
            size: entry.compressed_size(),
            source,
        });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    fn text(log: &OpenLog) -> io::Result<String> {
        let mut text = String::new();
        log.reader()?.read_to_string(&mut text)?;
        Ok(text)
    }

    fn zip_with(path: &Path, members: &[(&str, &str)]) {
        let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
        for (name, body) in members {
            archive
                .start_file(*name, zip::write::SimpleFileOptions::default())
                .unwrap();
            archive.write_all(body.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    }

    #[test]
    fn plain_gz_and_zip_give_the_same_bytes_and_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let body = "0123456789".repeat(1000);
        let plain = folder.path().join("a.log");
        fs::write(&plain, &body).unwrap();
        let packed = folder.path().join("a.log.gz");
        let mut gz = flate2::write::GzEncoder::new(
            File::create(&packed).unwrap(),
            flate2::Compression::fast(),
        );
        gz.write_all(body.as_bytes()).unwrap();
        gz.finish().unwrap();
        let archive = folder.path().join("a.zip");
        zip_with(&archive, &[("PMS Plugin Logs/a.log", &body)]);
        let entry = zip_entries(&archive).unwrap().remove(0).source.unwrap();
        for file in [
            LogFile::on_disk(&plain, false, 0),
            LogFile::on_disk(&packed, true, 0),
            LogFile {
                shown: "z".into(),
                source: Source::InZip {
                    archive,
                    entry,
                    is_gz: false,
                },
                size: 0,
            },
        ] {
            let log = file.open().unwrap();
            assert_eq!(text(&log).unwrap(), body);
            let mut pieces = Vec::new();
            log.pieces(&[(3, 4), (5, 1), (5, 10), (9_998, 50)], |number, piece| {
                assert_eq!(number, pieces.len());
                pieces.push(piece.to_vec());
            })
            .unwrap();
            assert_eq!(
                pieces,
                [&b"3456"[..], b"5", b"5678901234", b"89"],
                "{}",
                file.shown
            );
        }
    }

    #[test]
    fn a_damaged_archive_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("a.zip");
        zip_with(&archive, &[("a.log", "hello hello hello hello")]);
        let mut entry = zip_entries(&archive).unwrap().remove(0).source.unwrap();
        entry.crc ^= 1;
        let file = LogFile {
            shown: "z".into(),
            source: Source::InZip {
                archive,
                entry,
                is_gz: false,
            },
            size: 0,
        };
        assert_eq!(
            text(&file.open().unwrap()).unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
        fs::write(folder.path().join("b.zip"), "no zip").unwrap();
        assert_eq!(
            zip_entries(&folder.path().join("b.zip"))
                .unwrap_err()
                .kind(),
            io::ErrorKind::InvalidData
        );
    }

    #[test]
    fn what_is_written_after_opening_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        fs::write(&path, "one\n").unwrap();
        let log = LogFile::on_disk(&path, false, 4).open().unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"two\n")
            .unwrap();
        assert_eq!(text(&log).unwrap(), "one\n");
    }

    #[test]
    fn a_rotation_between_listing_and_opening_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.log"), "new").unwrap();
        fs::write(path("a.log.1"), "old").unwrap();
        let listed = [
            LogFile::on_disk(&path("a.log.1"), false, 3),
            LogFile::on_disk(&path("a.log"), false, 3),
        ];
        // The rotation happens after the newest file was opened: a.log is a.log.1 now.
        fs::hard_link(path("a.log"), path("kept")).unwrap();
        fs::rename(path("a.log.1"), path("a.log.2")).unwrap();
        fs::rename(path("kept"), path("a.log.1")).unwrap();
        let (opened, failed) = open_series(&listed);
        let texts: Vec<String> = opened.iter().map(|log| text(log).unwrap()).collect();
        assert_eq!(
            (texts, failed.len()),
            (vec!["old".to_owned(), "new".to_owned()], 0)
        );
    }

    #[test]
    fn a_file_that_is_gone_is_named() {
        let (opened, failed) =
            open_series(&[LogFile::on_disk(Path::new("/no/such.log"), false, 0)]);
        assert_eq!((opened.len(), failed[0].0.as_str()), (0, "/no/such.log"));
    }
}
