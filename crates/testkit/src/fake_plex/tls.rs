//! Certificates for a server on loopback, made anew for each.

use std::fmt::Write as _;
use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// What certificate a server shall have.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wanted {
    /// The names in it.
    pub names: Vec<String>,
    /// Signed by itself, as a server without an authority would have it.
    pub self_signed: bool,
}

/// A server's key and certificate.
pub(crate) struct Identity {
    pub(crate) authority_pem: String,
    pub(crate) fingerprint: String,
    config: Arc<ServerConfig>,
}

impl Identity {
    pub(crate) fn new(wanted: &Wanted) -> io::Result<Self> {
        Self::make(wanted).map_err(io::Error::other)
    }

    fn make(wanted: &Wanted) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new(wanted.names.clone())?;
        let (certificate, authority_pem) = if wanted.self_signed {
            let certificate = params.self_signed(&key)?;
            let pem = certificate.pem();
            (certificate, pem)
        } else {
            let mut authority = CertificateParams::new(Vec::new())?;
            authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
            (params.signed_by(&key, &authority)?, authority.pem())
        };
        let fingerprint = hex(&Sha256::digest(certificate.der()));
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Self {
            authority_pem,
            fingerprint,
            config: Arc::new(config),
        })
    }

    pub(crate) fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
        let connection =
            ServerConnection::new(Arc::clone(&self.config)).map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
