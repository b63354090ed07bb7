//! Invented tokens, names and addresses that the logs hold and no output may show.

use fastrand::Rng;

use super::coding::call_argument;
use super::names::{alphanumeric, hex};
use super::truth::Secret;

/// Which secret; the number is its bit in a record's mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Token,
    LocalToken,
    AccountToken,
    ApiKey,
    Password,
    UrlPassword,
    Jwt,
    Cookie,
    Email,
    User,
    PublicIp,
    PlexDirect,
    Machine,
    SessionId,
    ClientId,
    Account,
}

impl Slot {
    pub(super) const ALL: [Self; 16] = [
        Self::Token,
        Self::LocalToken,
        Self::AccountToken,
        Self::ApiKey,
        Self::Password,
        Self::UrlPassword,
        Self::Jwt,
        Self::Cookie,
        Self::Email,
        Self::User,
        Self::PublicIp,
        Self::PlexDirect,
        Self::Machine,
        Self::SessionId,
        Self::ClientId,
        Self::Account,
    ];

    pub(super) fn bit(self) -> u64 {
        1 << (self as u64)
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Token | Self::LocalToken | Self::AccountToken => "token",
            Self::ApiKey => "api-key",
            Self::Password | Self::UrlPassword => "password",
            Self::Jwt => "jwt",
            Self::Cookie => "cookie",
            Self::Email => "email",
            Self::User | Self::Account => "user",
            Self::PublicIp => "public-ip",
            Self::PlexDirect => "plex-direct",
            Self::Machine => "machine-identifier",
            Self::SessionId => "session",
            Self::ClientId => "client-id",
        }
    }
}

/// All secrets of one run, in the order of [`Slot::ALL`].
pub(super) struct Secrets {
    items: Vec<Secret>,
}

impl Secrets {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let items = Slot::ALL
            .into_iter()
            .map(|slot| secret(slot, rng))
            .collect();
        Self { items }
    }

    pub(super) fn text(&self, slot: Slot) -> &str {
        &self.items[slot as usize].raw
    }

    /// Those whose bit is set.
    pub(super) fn written(&self, bits: u64) -> Vec<Secret> {
        let set = |slot: Slot| bits & slot.bit() != 0;
        Slot::ALL
            .into_iter()
            .filter(|&slot| set(slot))
            .map(|slot| self.items[slot as usize].clone())
            .collect()
    }
}

fn secret(slot: Slot, rng: &mut Rng) -> Secret {
    let raw = match slot {
        Slot::Token | Slot::AccountToken => alphanumeric(rng, 20),
        Slot::LocalToken => format!("local-{}", uuid(rng)),
        Slot::ApiKey => hex(rng, 32),
        Slot::Password => format!("Pw!{}", alphanumeric(rng, 11)),
        Slot::UrlPassword => format!("pw{}", alphanumeric(rng, 12)),
        Slot::Jwt => jwt(rng),
        Slot::Cookie => alphanumeric(rng, 28),
        Slot::Email => format!("{}.quill@post.example", word(rng, 7)),
        // Twelve letters: a multiple of three, so that base64 shows the name whole.
        Slot::User => format!("quill{}", word(rng, 7)),
        Slot::Account => format!("quill_{}", word(rng, 6)),
        Slot::PublicIp => format!("203.0.113.{}", rng.u8(2..250)),
        Slot::PlexDirect => {
            format!("198-51-100-{}.{}.plex.direct", rng.u8(2..250), hex(rng, 32))
        }
        Slot::Machine => hex(rng, 40),
        Slot::SessionId => alphanumeric(rng, 24),
        Slot::ClientId => uuid(rng),
    };
    let encoded = match slot {
        Slot::Token | Slot::User => vec![call_argument(&raw[..raw.len() / 3 * 3])],
        _ => Vec::new(),
    };
    Secret {
        kind: slot.kind().to_owned(),
        raw,
        encoded,
    }
}

fn word(rng: &mut Rng, letters: usize) -> String {
    (0..letters).map(|_| rng.lowercase()).collect()
}

fn uuid(rng: &mut Rng) -> String {
    let parts: Vec<String> = [8, 4, 4, 4, 12]
        .into_iter()
        .map(|digits| hex(rng, digits))
        .collect();
    parts.join("-")
}

fn jwt(rng: &mut Rng) -> String {
    format!(
        "eyJ{}.eyJ{}.{}",
        alphanumeric(rng, 30),
        alphanumeric(rng, 60),
        alphanumeric(rng, 43)
    )
}
