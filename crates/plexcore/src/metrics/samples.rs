//! The first lines of each kind that a person wants to see, and the URLs that failed.

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use crate::log::event::Url;

/// Lines kept of each kind.
const MOST_LINES: usize = 5;
/// URLs kept.
const MOST_URLS: usize = 10;
/// Bytes kept of a line; reports show fewer.
const MOST_BYTES: usize = 800;

/// The first lines of one plug-in's log in the window, in the order of the log; not redacted.
#[derive(Debug, Default)]
pub struct SampleLines {
    /// Searches.
    pub searches: Vec<Box<[u8]>>,
    /// Lines with a check mark.
    pub successes: Vec<Box<[u8]>>,
    /// Candidates that did not match.
    pub failures: Vec<Box<[u8]>>,
    /// The first different URLs that could not be opened.
    pub urls: Vec<Url>,
    seen_urls: BTreeSet<u64>,
}

impl SampleLines {
    /// Keeps a line if there is room for it.
    pub fn keep(lines: &mut Vec<Box<[u8]>>, line: &[u8]) {
        if lines.len() < MOST_LINES {
            lines.push(line[..line.len().min(MOST_BYTES)].into());
        }
    }

    /// Notes a URL that could not be opened.
    pub fn note_url(&mut self, url: &Url) {
        let key = xxh3_64(format!("{} {}", url.host, url.path).as_bytes());
        if self.seen_urls.insert(key) && self.urls.len() < MOST_URLS {
            self.urls.push(url.clone());
        }
    }

    /// How many different URLs could not be opened.
    pub fn n_urls(&self) -> u64 {
        self.seen_urls.len() as u64
    }
}
