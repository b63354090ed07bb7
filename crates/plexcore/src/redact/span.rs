//! What was found in a text, and the text with every find replaced.
//!
//! Parsers report [`Span`]s in any order and may overlap; [`Found::apply`] turns them into one
//! text. A placeholder is never a find again, so redacting twice changes nothing.

use std::borrow::Cow;

use super::Level;

/// What a find is; decides its placeholder and whether [`Level::SecretsOnly`] replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Token,
    Key,
    Password,
    Secret,
    Session,
    Cookie,
    User,
    Email,
    Device,
    Ip,
    Host,
    Machine,
    Client,
    Fingerprint,
}

impl Kind {
    const ALL: [Self; 14] = [
        Self::Token,
        Self::Key,
        Self::Password,
        Self::Secret,
        Self::Session,
        Self::Cookie,
        Self::User,
        Self::Email,
        Self::Device,
        Self::Ip,
        Self::Host,
        Self::Machine,
        Self::Client,
        Self::Fingerprint,
    ];

    const fn placeholder(self) -> &'static str {
        match self {
            Self::Token => "[token]",
            Self::Key => "[key]",
            Self::Password => "[password]",
            Self::Secret => "[secret]",
            Self::Session => "[session]",
            Self::Cookie => "[cookie]",
            Self::User => "[user]",
            Self::Email => "[email]",
            Self::Device => "[device]",
            Self::Ip => "[ip]",
            Self::Host => "[host]",
            Self::Machine => "[machine]",
            Self::Client => "[client]",
            Self::Fingerprint => "[fingerprint]",
        }
    }

    /// Whether whoever holds it can act as its owner; replaced at every level.
    pub(super) const fn is_credential(self) -> bool {
        matches!(
            self,
            Self::Token | Self::Key | Self::Password | Self::Secret | Self::Session | Self::Cookie
        )
    }
}

/// Bytes `start..end` of the text and what to write instead.
#[derive(Debug, Clone)]
struct Span {
    start: usize,
    end: usize,
    replacement: Cow<'static, str>,
}

/// The finds of one pass over one text.
pub(super) struct Found {
    level: Level,
    spans: Vec<Span>,
    /// Where the furthest find ends; hits before it are already replaced.
    covered: usize,
}

impl Found {
    pub(super) fn new(level: Level) -> Self {
        Self {
            level,
            spans: Vec::new(),
            covered: 0,
        }
    }

    pub(super) fn level(&self) -> Level {
        self.level
    }

    pub(super) fn covered(&self) -> usize {
        self.covered
    }

    /// Takes over the finds of another pass over the same text.
    pub(super) fn absorb(&mut self, other: Self) {
        self.covered = self.covered.max(other.covered);
        self.spans.extend(other.spans);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Reports `start..end` unless the level leaves this kind alone.
    pub(super) fn push(&mut self, start: usize, end: usize, kind: Kind) {
        if self.level == Level::Full || kind.is_credential() {
            self.replace(start, end, Cow::Borrowed(kind.placeholder()));
        }
    }

    /// Reports `start..end` with its own placeholder, at every level.
    pub(super) fn replace(&mut self, start: usize, end: usize, replacement: Cow<'static, str>) {
        if start < end {
            self.covered = self.covered.max(end);
            self.spans.push(Span {
                start,
                end,
                replacement,
            });
        }
    }

    /// The text with every find replaced; of finds that overlap, the longest names the whole.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.spans
            .sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        let mut spans = self.spans.into_iter().peekable();
        while let Some(span) = spans.next() {
            let (start, mut end) = (span.start, span.end);
            let (mut longest, mut replacement) = (end - start, span.replacement);
            while let Some(next) = spans.next_if(|next| next.start < end) {
                if next.end - next.start > longest {
                    longest = next.end - next.start;
                    replacement = next.replacement;
                }
                end = end.max(next.end);
            }
            let (start, end) = widen(text, start.max(at), end);
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(&replacement);
            at = end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}

/// The smallest range of whole characters around `start..end`.
fn widen(text: &str, mut start: usize, mut end: usize) -> (usize, usize) {
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    end = end.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (start, end)
}

/// Whether the bytes are exactly one placeholder.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    Kind::ALL
        .iter()
        .any(|kind| kind.placeholder().as_bytes() == value)
        || worded_placeholder(value)
}

/// The length of the placeholder that the text starts with, 0 if it starts with none.
pub(super) fn placeholder_len(text: &[u8]) -> usize {
    const LONGEST: usize = 100;
    if text.first() != Some(&b'[') {
        return 0;
    }
    memchr::memchr(b']', &text[..text.len().min(LONGEST)])
        .filter(|&close| is_placeholder(&text[..=close]))
        .map_or(0, |close| close + 1)
}

/// Placeholders with words in them: `[call _AgentKit:Search, 10 + 20 bytes]`, `[title 0a1b2c3d]`.
fn worded_placeholder(value: &[u8]) -> bool {
    const HEADS: [&[u8]; 6] = [
        b"[call ",
        b"[base64 ",
        b"[title ",
        b"[file ",
        b"[folder ",
        b"[slug ",
    ];
    HEADS.iter().any(|head| value.starts_with(head))
        && value.iter().position(|&byte| byte == b']') == Some(value.len() - 1)
}
