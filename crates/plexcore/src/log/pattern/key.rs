//! The buffer that a key is made in: short pieces are copied in one go of fixed length.

/// Bytes copied at once.
const PIECE: usize = 32;
/// Bytes of what stands for something, with its padding.
const STAND: usize = 32;
/// Texts of more pieces than this are copied by the system's own means, which take a while to begin.
const MOST_PIECES: usize = 4;
/// Bytes by which the buffer grows.
const GROWTH: usize = 4096;

/// What stands in a key for what was replaced, padded so that it can be copied in one go.
#[derive(Debug)]
pub(super) struct Stand {
    bytes: [u8; STAND],
    length: usize,
}

impl Stand {
    const fn new(text: &str) -> Self {
        let (mut bytes, mut at) = ([0; STAND], 0);
        while at < text.len() {
            bytes[at] = text.as_bytes()[at];
            at += 1;
        }
        Self {
            bytes,
            length: text.len(),
        }
    }
}

pub(super) static TIME: Stand = Stand::new("[TIMESTAMP]");
pub(super) static TIME_AND_THREAD: Stand = Stand::new("[TIMESTAMP] [THREAD]");
pub(super) static THREAD: Stand = Stand::new("[THREAD]");
pub(super) static QUOTED: Stand = Stand::new("'[STR]'");
pub(super) static DOUBLE_QUOTED: Stand = Stand::new("\"[STR]\"");
pub(super) static COLON_NUMBER: Stand = Stand::new(": [NUM]");
pub(super) static COLON_NUMBER_AND_DASH: Stand = Stand::new(": [NUM]) - ");
pub(super) static NUMBER: Stand = Stand::new("[NUM]");

/// A key in the making.
#[derive(Debug, Default)]
pub(super) struct Key {
    /// The key and, behind it, what earlier keys left.
    buffer: Vec<u8>,
    length: usize,
}

impl Key {
    pub(super) fn clear(&mut self) {
        self.length = 0;
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Takes back what was added since the key had this length.
    pub(super) fn shorten(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Adds what stands for something.
    #[inline]
    pub(super) fn stand(&mut self, stand: &Stand) {
        self.room::<STAND>().copy_from_slice(&stand.bytes);
        self.length += stand.length;
    }

    /// Adds a part of a line and what stands for what follows it.
    #[inline]
    pub(super) fn part_and_stand(&mut self, line: &[u8], from: usize, to: usize, stand: &Stand) {
        let length = to - from;
        match line[from..].first_chunk::<PIECE>() {
            Some(piece) if length <= PIECE => {
                let room = self.room::<{ PIECE + STAND }>();
                room[..PIECE].copy_from_slice(piece);
                room[length..length + STAND].copy_from_slice(&stand.bytes);
                self.length += length + stand.length;
            }
            _ => {
                self.part(line, from, to);
                self.stand(stand);
            }
        }
    }

    /// Adds a part of a line.
    pub(super) fn part(&mut self, line: &[u8], from: usize, to: usize) {
        let mut at = from;
        if to - from > MOST_PIECES * PIECE {
            return self.add(&line[from..to]);
        }
        while at < to {
            let Some(piece) = line[at..].first_chunk::<PIECE>() else {
                return self.add(&line[at..to]);
            };
            self.room::<PIECE>().copy_from_slice(piece);
            let length = PIECE.min(to - at);
            self.length += length;
            at += length;
        }
    }

    /// Adds a text.
    pub(super) fn add(&mut self, text: &[u8]) {
        let end = self.length + text.len();
        if self.buffer.len() < end {
            self.grow(end);
        }
        self.buffer[self.length..end].copy_from_slice(text);
        self.length = end;
    }

    /// So many bytes behind the key.
    #[inline]
    fn room<const N: usize>(&mut self) -> &mut [u8] {
        let end = self.length + N;
        if self.buffer.len() < end {
            self.grow(end);
        }
        &mut self.buffer[self.length..end]
    }

    #[cold]
    fn grow(&mut self, end: usize) {
        self.buffer.resize(end + GROWTH, 0);
    }
}
