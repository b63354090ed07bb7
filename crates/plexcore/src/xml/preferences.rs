//! The server's own settings file, `Preferences.xml`.

use super::{Fault, Reader};
use crate::secret::Secret;

/// What the tools need of a server's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    /// The owner's token; absent when the server is signed out.
    pub token: Option<Secret>,
    /// The part of `*.plex.direct` names that stands for this server's certificate.
    pub certificate_id: Option<String>,
}

impl Preferences {
    /// Reads the file's bytes: one element, every setting an attribute.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let root = Reader::new(bytes).root()?;
        if root.name != "Preferences" {
            return Err(Fault::Malformed(format!(
                "expected Preferences, found {}",
                root.name
            )));
        }
        Ok(Self {
            token: root.get("PlexOnlineToken").and_then(Secret::new),
            certificate_id: root
                .get("CertificateUUID")
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_unescaped() {
        let text = b"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Preferences OldestPreviousVersion=\"1.0\" PlexOnlineToken=\"ab&amp;cd\" CertificateUUID=\"0f\"/>";
        let found = Preferences::parse(text).unwrap();
        assert_eq!(found.token, Secret::new("ab&cd"));
        assert_eq!(found.certificate_id.as_deref(), Some("0f"));
    }

    #[test]
    fn a_server_that_is_signed_out_has_no_token() {
        assert_eq!(
            Preferences::parse(b"<Preferences PlexOnlineToken=\"\"/>")
                .unwrap()
                .token,
            None
        );
        assert!(Preferences::parse(b"<html/>").is_err());
    }
}
